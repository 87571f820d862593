"""Facts keep their numbers, or know what the new ones are."""

from array import array

import pytest

from pelican_buttercms.incremental import manifest
from pelican_buttercms.incremental.dependency_table import DependencyTable
from pelican_buttercms.incremental.fact_groups import GROUP
from pelican_buttercms.incremental.table_part import reduced

ASKED = [(f"object {one}", f"question {asked}") for one in range(9) for asked in range(one + 1)]


def reload(facts, tmp_path):
    """Return facts as the next build knows them."""
    path = tmp_path / "outputs" / "x.pages"
    manifest.save(path, manifest.Manifest("salt", facts))
    return manifest.load(path, "salt").facts


def answer(name, questions):
    """Return the answer to with the question itself."""
    return [f"{name} {question}" for question in questions]


@pytest.fixture
def facts():
    """Facts of nine objects, and two groups of them; all of them answered."""
    made = DependencyTable()
    numbers = [made.number(*asked) for asked in ASKED]
    made.group(numbers[3:9])
    made.group(numbers[:5])
    made.settle(answer)
    return made


def test_what_is_known_has_one_number(facts, tmp_path):
    """In this build and in the next one, whichever object is asked first."""
    numbers = [facts.number(*asked) for asked in ASKED]
    assert numbers == list(range(len(ASKED)))
    for order in (ASKED, ASKED[::-1]):
        again = reload(facts, tmp_path)
        assert {again.number(*asked) for asked in order} == set(numbers)
        assert [again.number(*asked) for asked in ASKED] == numbers
        assert again.number("object 1", "another") == len(ASKED)
        assert again.number("object 1", "another") == len(ASKED)
        assert [again.asked(number) for number in numbers] == ASKED


def test_what_changed_takes_its_groups_along(facts, tmp_path):
    """And no other group."""
    again = reload(facts, tmp_path)
    assert again.compare(answer) == set()
    other = facts.number("object 3", "question 2")
    assert other in facts.expanded([GROUP])
    assert other not in facts.expanded([GROUP + 1])

    def answer_otherwise(name, questions):
        return [f"{name} {q}" + "!" * (name == "object 3" and q == "question 2") for q in questions]

    assert again.compare(answer_otherwise) == {other, GROUP}


def test_facts_that_are_kept_alone_are_what_they_were(facts):
    """Also inside of groups, under their new numbers."""
    wanted = [ASKED[20], ASKED[30], ASKED[40]]
    kept, numbers = reduced(facts, [*(facts.number(*one) for one in wanted), GROUP])
    assert len(kept.answers) == len(wanted) + 6
    assert [kept.asked(numbers[facts.number(*one)]) for one in wanted] == wanted
    asked = [kept.asked(number) for number in kept.expanded([numbers[GROUP]])]
    assert sorted(asked) == sorted(ASKED[3:9])
    assert kept.compare(answer) == set()
    for one in wanted:
        before, now = facts.number(*one), numbers[facts.number(*one)]
        assert facts.answers[before] == kept.answers[now] != 0


def test_what_two_processes_ask_is_numbered_once(facts, tmp_path):
    """Each takes up where they parted; what both have asked is one fact."""
    parent, children = reload(facts, tmp_path), [reload(facts, tmp_path) for _ in range(2)]
    mark = parent.end
    learnt = []
    for number, child in enumerate(children):
        asked = [("object 1", "new"), (f"new {number}", "q"), ("object 8", "question 0")]
        numbers = [child.number(*one) for one in asked]
        group = child.group(numbers)
        learnt.append((asked, numbers, group, child.since(mark)))
    for asked, numbers, group, news in learnt:
        here = parent.take(news)
        assert [parent.asked(here.get(number, number)) for number in numbers] == asked
        members = parent.expanded([here.get(group, group)])
        assert {parent.asked(number) for number in members} == set(asked)
    assert len(parent.answers) == len(ASKED) + 3
    assert array("I", parent.groups[0]).tolist() == list(range(3, 9))


def test_groups_that_no_page_needs_are_forgotten(facts, tmp_path):
    """Once there are many; those that one needs are what they were, under whatever number."""
    path = tmp_path / "outputs" / "x.pages"
    page = manifest.PageRecord("t.html", "", b"", array("I", [7, GROUP]).tobytes())
    manifest.save(path, manifest.Manifest("salt", facts, {"a.html": page}))
    for expected in (3, 1):
        known = manifest.load(path, "salt")
        for number in range(1 if expected == 3 else 9):
            known.facts.group(range(10 + number, 20 + number))
        manifest.save(path, known)
        known = manifest.load(path, "salt")
        assert len(known.facts.groups) == expected
        numbers = known.facts.expanded(known.pages["a.html"].numbers)
        assert {known.facts.asked(n) for n in numbers} == {ASKED[7], *ASKED[3:9]}


def test_facts_that_are_kept_alone_are_of_the_same_versions():
    """Under the new numbers of their objects."""
    made = DependencyTable()
    numbers = [made.number(*asked) for asked in ASKED]
    made.settle(answer, lambda name: int(name[-1]))
    kept, _ = reduced(made, [numbers[20], numbers[40]])
    assert {kept.objects[one]: version for one, version in kept.versions.items()} == {
        name: int(name[-1]) for name in (ASKED[20][0], ASKED[40][0])
    }


def only(*allowed):
    """Return the answer to some questions, and fail at others."""

    def answer_some(name, questions):
        assert set(questions) <= set(allowed), (name, questions)
        return answer(name, questions)

    return answer_some


VERSIONS = {"article": 1, "page": 2}
"""What is known of some objects."""


@pytest.fixture
def versioned(tmp_path):
    """Facts of two objects of known versions, and of one of none, as the next build knows them."""
    made = DependencyTable()
    for name in ("article", "page", "list"):
        for asked in ("title", "translations"):
            made.number(name, asked)
    made.settle(answer, lambda name: VERSIONS.get(name, 0))
    return reload(made, tmp_path)


def version_of(name):
    """Return the version of an object."""
    return VERSIONS.get(name, 0)


def test_what_follows_from_a_version_is_not_asked_while_it_is_the_same(versioned):
    """But what else there is: translations come and go."""
    asked = []

    def answer_and_note(name, questions):
        asked.append((name, tuple(questions)))
        return [f"{name} {q}" + "!" * (q == "translations") for q in questions]

    changed = versioned.compare(answer_and_note, version_of)
    assert asked == [
        ("article", ("translations",)),
        ("page", ("translations",)),
        ("list", ("title", "translations")),
    ]
    assert changed == {
        versioned.number(name, "translations") for name in ("article", "page", "list")
    }
    assert versioned.is_new


@pytest.mark.parametrize("version", [3, 0])
def test_another_version_is_asked_everything(versioned, version):
    """Also where none is known any more; and its own answers are known from then on."""
    other = {**VERSIONS, "page": version}
    title = versioned.number("page", "title")

    def answer_otherwise(name, questions):
        return [f"{name} {q}" + "!" * (name == "page" and q == "title") for q in questions]

    assert versioned.compare(answer_otherwise, lambda name: other.get(name, 0)) == {title}
    assert versioned.compare(answer_otherwise, lambda name: other.get(name, 0)) == set()
    assert versioned.compare(answer, version_of) == {title}


def test_the_same_answers_of_another_version_are_kept_as_its_own(versioned):
    """Nothing has changed, and the next build need not ask."""
    other = {"article": 7, "page": 8}
    assert versioned.compare(answer, lambda name: other.get(name, 0)) == set()
    assert versioned.is_new
    now = {one: other.get(name, 0) for one, name in enumerate(versioned.objects)}
    assert versioned.versions == now
    asked = only("translations", "title")
    assert versioned.compare(asked, lambda name: other.get(name, 0)) == set()


@pytest.mark.parametrize("version", [2, 9])
def test_answers_of_two_versions_are_of_none(versioned, version):
    """What is asked for the first time, of an object that was not compared before."""
    versioned.number("page", "date")
    versioned.settle(answer, lambda name: {**VERSIONS, "page": 9}.get(name, 0))
    title = versioned.number("page", "title")

    def answer_otherwise(name, questions):
        return [f"{name} {q}" + "!" * (name == "page" and q == "title") for q in questions]

    later = {**VERSIONS, "page": version}
    assert versioned.compare(answer_otherwise, lambda name: later.get(name, 0)) == {title}


def test_what_could_not_be_answered_is_asked_again(versioned):
    """Though the version is the same."""
    number = versioned.number("page", "date")
    versioned.settle(lambda name, questions: [None] * len(questions), version_of)
    assert versioned.compare(only("translations", "title", "date"), version_of) == {number}
    assert versioned.compare(only("translations", "title", "date"), version_of) == set()


def test_what_has_changed_of_one_version_is_not_what_another_had(versioned):
    """Translations come, and go again in a build that asks everything."""

    def answer_with_more(name, questions):
        return [f"{name} {q}" + "!" * (q == "translations" and name == "page") for q in questions]

    translations = versioned.number("page", "translations")
    assert versioned.compare(answer_with_more, version_of) == {translations}
    assert versioned.compare(answer, lambda _name: 0) == {translations}
