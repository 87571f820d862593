"""Objects that note what is asked of them are, to whoever asks, what they were."""

import copy
from dataclasses import dataclass
import pickle

from pelican.contents import Article, Category, Content, Page, Tag
from pelican.settings import DEFAULT_CONFIG
from pelican.utils import SafeDatetime
import pytest

from pelican_buttercms.incremental.jinja_tracing import recording
from pelican_buttercms.incremental.recorder import Trace, recorder
from pelican_buttercms.incremental.tracked_objects import leave, watch


@pytest.fixture(autouse=True)
def _nothing_is_recorded():
    recorder.reset()
    yield
    recorder.reset()


@pytest.fixture
def watching():
    """Watch objects until the test ends."""
    watched = []

    def begin(*objects):
        watched.extend(objects)
        watch(objects)
        return objects[0] if len(objects) == 1 else objects

    yield begin
    leave(watched)


@pytest.fixture
def settings():
    """Pelican's own."""
    return DEFAULT_CONFIG | {"PATH": "content", "OUTPUT_PATH": "output", "SITEURL": ""}


@pytest.fixture
def article(settings):
    """A plain article."""
    metadata = {"title": "Title", "date": SafeDatetime(2024, 5, 17)}
    metadata |= {"category": Category("News", settings)}
    return Article("<p>Body</p>", metadata, settings, "content/a.md", {})


def asked(one, read):
    """Return what is noted of an object while something is read."""
    frame = Trace()
    recorder.is_shared = lambda _one: True
    with recording(frame):
        read(one)
    return {question for place, question in frame.reads if place == id(one)}, frame.blocker


def test_its_class_is_the_one_it_had(watching, article):
    """Whether something is recorded or not; isinstance holds for all bases."""
    watching(article)
    assert article.__class__ is Article
    assert isinstance(article, Article | Content)
    assert not isinstance(article, Page)
    with recording(Trace()):
        assert article.__class__ is Article
        assert isinstance(article, Article)
        assert article.__class__.__name__ == "Article"
        assert article.__class__.__module__ == "pelican.contents"


def test_it_can_be_left(article):
    """Nothing of it stays."""
    watch([article])
    leave([article])
    assert type(article) is Article
    leave([article])
    assert type(article) is Article


def test_watching_twice_is_watching_once(watching, article):
    """And leaving once is enough."""
    watching(article)
    kind = type(article)
    watch([article])
    assert type(article) is kind
    leave([article])
    assert type(article) is Article


@pytest.mark.parametrize(
    ("read", "question"),
    [
        (lambda a: a.title, "title"),
        (lambda a: a.url, "url"),
        (lambda a: a.category, "category"),
        (lambda a: getattr(a, "nothing", None), "nothing"),
        (lambda a: hasattr(a, "nothing"), "nothing"),
        (lambda a: a.metadata["title"], "metadata"),
    ],
)
def test_what_is_read_is_noted_by_its_name(watching, article, read, question):
    """What is not there too, as it may be there a build later."""
    assert question in asked(watching(article), read)[0]


@pytest.mark.parametrize(
    "read",
    [vars, lambda a: a.__dict__, copy.copy, lambda a: sorted(a.__dict__)],
    ids=["vars", "__dict__", "copy", "sorted"],
)
def test_reading_everything_blocks(watching, article, read):
    """Nobody knows what it is read for."""
    assert asked(watching(article), read)[1]


def test_what_tells_all_its_names_blocks(watching, article):
    """A new attribute is in `dir()`."""
    assert asked(watching(article), dir)[1]


def test_setting_an_attribute_blocks(watching, article):
    """And sets it, in the object itself."""
    watching(article)

    def change(one):
        one.flag = 1

    assert asked(article, change)[1]
    assert article.flag == 1
    leave([article])
    assert article.flag == 1


def test_deleting_an_attribute_blocks(watching, article):
    """It is as much of a change."""
    article.flag = 1
    watching(article)
    assert asked(article, lambda a: delattr(a, "flag"))[1]
    assert not hasattr(article, "flag")


def test_a_value_is_worked_out_anew_after_a_change(watching, article):
    """Also one that is made outside of a page."""
    watching(article)
    with recording(Trace()):
        before = article.url
    article.override_url = "elsewhere.html"
    with recording(Trace()):
        assert article.url == "elsewhere.html" != before


def test_a_value_is_worked_out_anew_after_a_deletion(watching, article):
    """As after any other change."""
    article.override_url = "elsewhere.html"
    watching(article)
    with recording(Trace()):
        assert article.url == "elsewhere.html"
    del article.override_url
    with recording(Trace()):
        assert article.url != "elsewhere.html"


def test_terms_are_equal_ordered_and_hashed_as_before(watching, settings):
    """In sets and dictionaries that were made before they were watched, too."""
    tag, same, other = (Tag(name, settings) for name in ("Red", "red", "Zebra"))
    held = {tag: 1}
    watching(tag, other)
    for frame in (None, Trace()):
        recorder.frame = frame
        assert tag == same
        assert same == tag
        assert tag == "Red"
        assert tag != other
        assert tag < other
        assert sorted([other, tag]) == [tag, other]
        assert hash(tag) == hash(same)
        assert held[tag] == held[same] == 1
        assert f"{tag}" == "Red"
        assert repr(tag) == repr(same).replace("red", "Red")
    recorder.frame = None


def test_comparing_terms_is_noted(watching, settings):
    """Two categories may be one a build later."""
    tag, other = watching(Tag("Red", settings), Tag("Blue", settings))
    assert asked(tag, lambda one: one == other)[0]
    assert asked(tag, lambda one: one in {other: 1})[0]
    assert asked(tag, str)[0] == {"name"}


@dataclass(frozen=True)
class Frozen:
    """Cannot be changed."""

    a: int
    b: int = 2


@dataclass
class Slotted:
    """Has no dictionary."""

    __slots__ = ("a", "b")
    a: int
    b: int


class Fallback:
    """Gives what it does not have."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return f"no {name}"

    def __len__(self):
        return 3

    def __getitem__(self, place):
        return place


def test_dataclasses_are_noted_field_by_field(watching):
    """With slots, or frozen."""
    frozen, slotted = watching(Frozen(1), Slotted(1, 2))
    assert asked(frozen, lambda one: one.a)[0] == {"a"}
    assert asked(slotted, lambda one: one.b)[0] == {"b"}
    assert (frozen.a, slotted.b) == (1, 2)


def test_comparing_dataclasses_is_noted(watching):
    """By the fields that are compared; they stay equal to those that are not watched."""
    frozen = watching(Frozen(1))
    assert frozen.__class__ is Frozen
    names, blocker = asked(frozen, hash)
    assert blocker or {"a", "b"} <= names


def test_names_that_a_class_makes_up_are_noted(watching):
    """By `__getattr__`; its other powers stay as they are."""
    one = watching(Fallback())
    assert "title" in asked(one, lambda x: x.title)[0]
    assert one.title == "no title"
    assert len(one) == 3
    assert one["x"] == "x"


def test_a_watched_object_can_be_copied_and_pickled_between_pages(watching):
    """By plugins that do so while nothing is recorded; what they get is plain."""
    one = watching(Fallback())
    one.kept = 1
    for made in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert made.kept == 1
        assert type(made) is Fallback


def test_a_copy_that_a_page_makes_does_not_hide_what_is_read(watching, article):
    """A copy would be read without a note."""
    watching(article)
    assert asked(article, lambda a: copy.copy(a).title)[1]
