"""Several questions to one object are answered as each of them alone."""

from itertools import permutations
from types import SimpleNamespace

import pytest

from pelican_buttercms.incremental.evaluate import Evaluator
from pelican_buttercms.incremental.fingerprint import MISSING, Fingerprinter, UntrackableError
from pelican_buttercms.incremental.pure_functions import PureFunctions
from pelican_buttercms.incremental.tracked_objects import SUMMARY


class Thing:
    """An object with attributes of many kinds."""

    title, number, other = "A title", 7, object()
    inner = SimpleNamespace(number=3)
    metadata = {"summary": "A summary", "other": "another"}

    @property
    def broken(self):
        """Look for what is not there."""
        return self.nothing


@pytest.fixture
def answers():
    """The answers of one thing, of another one of the same name, and of one without a name."""
    found = {"thing": [Thing()], "twins": [Thing(), Thing()], "nobody": []}
    objects = SimpleNamespace(
        environment=SimpleNamespace(globals={}),
        shared={},
        fingerprinter=Fingerprinter({}),
        find=lambda name: found.get(name, []),
    )
    return Evaluator(objects, PureFunctions([]))


QUESTIONS = ["title", "number", SUMMARY, "inner.number", "broken", "nothing", "other"]


@pytest.mark.parametrize("name", ["thing", "twins", "nobody", "another"])
def test_all_at_once_is_one_after_the_other(answers, name):
    """In any order, with what is not there and what cannot be told among them."""

    def alone(question):
        try:
            return answers.one(name, question)
        except UntrackableError:
            return None

    for asked in (*permutations(QUESTIONS, 3), *permutations(QUESTIONS[:3], 1), QUESTIONS[:3]):
        assert answers.several(name, list(asked)) == [alone(question) for question in asked]


def test_what_is_told(answers):
    """A summary is told alone, not with all that lies beside it."""
    told = answers.several("thing", QUESTIONS)
    assert told[0] == "s7:A title"
    assert told[2] == "s9:A summary"
    assert told[3:] == [MISSING, MISSING, MISSING, None]
    assert answers.several("nobody", ["title", "number"]) == ["gone", "gone"]
    assert "object" in answers.why_not("thing", "other")
    assert "'title' of thing" in answers.why_not("thing", "title")
