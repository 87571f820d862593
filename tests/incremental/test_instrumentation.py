"""Objects note what is asked of them while pages are rendered, and rest meanwhile."""

import pytest

from pelican_buttercms.incremental.instrumentation import Instrumentation
from pelican_buttercms.incremental.recorder import recorder


@pytest.fixture(autouse=True)
def _nothing_is_recorded():
    recorder.reset()
    yield
    recorder.reset()


class Thing:
    """Something that a page can read."""


class Objects:
    """Some of them, as `objects.Objects` holds them."""

    def __init__(self):
        self.all_objects = [Thing() for _ in range(30)]
        self.names = {id(one): str(number) for number, one in enumerate(self.all_objects)}
        self.shared, self.lists, self.settings = {}, {}, {}
        self.lookups = {"settings": {}, "static_content": {}}
        self.names_seen = self.globals_seen = {}
        self.is_shared = lambda _one: False

    def name_records(self):
        """There are none."""
        return ()

    @property
    def note(self):
        """Whether they note what is asked of them; either all do, or none."""
        (found,) = {hasattr(type(one), "_watched") for one in self.all_objects}
        return found


def test_it_begins_with_a_page_and_rests_after_many_that_are_left():
    """And begins once more with the next page; what was worked out before is worked out anew."""
    objects = Objects()
    watching = Instrumentation(objects, may_rest=True)
    watching.leave_page()
    assert not objects.note
    for _ in range(2):
        watching.begin()
        assert objects.note
        for _ in range(3):
            watching.leave_page()
        assert objects.note
        recorder.values["url"][1] = "before"
        changes = recorder.changes
        watching.leave_page()
        assert not objects.note
        assert not recorder.values
        assert recorder.changes > changes
    watching.begin()
    assert objects.note
    watching.end()
    assert not objects.note


def test_a_page_in_between_keeps_them_noting():
    """So that a site with every third page changed is not begun with again and again."""
    objects = Objects()
    watching = Instrumentation(objects, may_rest=True)
    for _ in range(10):
        watching.begin()
        watching.leave_page()
        watching.leave_page()
        assert objects.note


def test_nothing_rests_while_others_may_change_it():
    """A plugin that hears of each page may change any article then."""
    objects = Objects()
    watching = Instrumentation(objects, may_rest=False)
    watching.begin()
    for _ in range(100):
        watching.leave_page()
    watching.rest()
    assert objects.note


@pytest.mark.parametrize("workers", [1, 2])
def test_pages_that_are_rendered_after_a_rest_are_reused_rightly(posts, account, workers):
    """A tag's page is rendered after many that were left, and noted whole."""
    posts.settings |= {"BUTTERCMS_WORKERS": workers, "DEFAULT_PAGINATION": 1}
    posts.template("tag.html", "{% for one in articles %}{{ one.title }}{{ one.url }}{% endfor %}")
    posts.make()
    account.post("post-1", day="2024-01-01", tags=["old"], categories=["tea"], title="One more")
    first = posts.remake()
    assert first.rendered
    assert first.kept > first.rendered
    account.post("post-1", day="2024-01-01", tags=["old"], categories=["tea"], title="Once again")
    assert posts.remake().rendered == first.rendered
    assert "Once again" in posts.read("tag/old.html")
