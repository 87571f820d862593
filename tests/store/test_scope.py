from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.store import Scope

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)


@given(NAMES, NAMES, st.sampled_from(["live", "preview"]))
def test_text_is_read_back(account, locale, mode):
    """Every scope is read back from its text, whatever characters its names have."""
    scope = Scope(account, locale, mode)

    assert Scope.parse(str(scope)) == scope


def test_spelling():
    """The text of a scope is readable where its names are."""
    assert str(Scope("a1b2", "de", "preview")) == "a1b2/de/preview"


@pytest.mark.parametrize("text", ["", "a/de", "a/de/draft", "a/de/live/x"])
def test_text_that_is_no_scope(text):
    """Text that no scope has is a ValueError."""
    with pytest.raises(ValueError, match=r".+"):
        Scope.parse(text)
