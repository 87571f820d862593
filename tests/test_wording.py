"""The words of messages: counts, the nearest name, and what differs between two texts."""

from hypothesis import given, strategies
import pytest

from pelican_buttercms.wording import count_noun, did_you_mean, diff_words, nearest, suggest

WORDS = strategies.lists(strategies.sampled_from("abcd"), max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("count", "words", "text"),
    [
        (0, ["post"], "0 posts"),
        (1, ["post"], "1 post"),
        (1200, ["post"], "1,200 posts"),
        (1, ["file has", "files have"], "1 file has"),
        (2, ["file has", "files have"], "2 files have"),
    ],
)
def test_a_count_and_its_noun_agree(count, words, text):
    """One thing, or several of them."""
    assert count_noun(count, *words) == text


def test_the_nearest_name_is_near():
    """A name that is like none is answered with none."""
    assert nearest("titel", ["slug", "title", "titles"]) == "title"
    assert nearest("xyz", ["slug", "title"]) is None
    assert nearest("xyz", ["slug"], cutoff=0) == "slug"
    assert nearest("xyz", [], cutoff=0) is None


def test_a_sentence_ends_with_the_nearest_name_or_the_few_there_are():
    """Of many names that are not near, none is listed."""
    assert suggest("titel", iter(["slug", "title"])) == "; did you mean 'title'?"
    assert suggest("xyz", ["slug", "date", "slug"]) == " (known: date, slug)."
    assert suggest("xyz", map(str, range(13))) == "."
    assert suggest("xyz", []) == "."
    assert did_you_mean("titel", ["title"]) == " Did you mean 'title'?"
    assert not did_you_mean("xyz", ["title"])


def test_of_very_many_names_only_the_first_are_compared():
    """A site may have a hundred thousand slugs, and a message must not take minutes."""
    names = (f"{number:06}" for number in range(100_000))
    assert nearest("004999", names) == "004999"
    assert next(names) == "005000"


@given(WORDS, WORDS)
def test_a_word_diff_tells_both_texts(old, new):
    """Put together, its halves are the texts, where nothing is left out."""
    pairs = list(diff_words(old, new, around=100))
    assert bool(pairs) == (old != new)
    if pairs:
        assert " ".join(filter(None, (before for before, _ in pairs))) == old
        assert " ".join(filter(None, (after for _, after in pairs))) == new


def test_a_word_diff_leaves_out_what_is_far_from_a_change():
    """Before the first change, between changes and after the last one."""
    same = " ".join("abcdefgh")
    assert list(diff_words(f"{same} x {same} y {same}", f"{same} X {same} Y {same}", 2)) == [
        ("… g h", "… g h"),
        ("x", "X"),
        ("a b … g h", "a b … g h"),
        ("y", "Y"),
        ("a b …", "a b …"),
    ]
    assert list(diff_words("a b", "a   b\n")) == []
    assert list(diff_words(None, "<p>new</p>")) == [("", "<p> new </p>")]


def test_a_long_change_is_cut_and_counted():
    """Of texts that have nothing in common no more than the beginning is shown."""
    ((old, new),) = diff_words("x " * 3000, "y " * 41)
    assert old.endswith("x … (2,960 more words)")
    assert new.endswith("y … (1 more word)")
    assert list(diff_words("x", "y " * 40)) == [("x", "y " * 39 + "y")]
