"""Text from outside steers no terminal, forges no line and repeats no secret."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from pelican_buttercms.clean_text import clean_line, clean_lines, hide_secret, is_clean

UNSEEN = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff",
    "\ud800",
    "\udfff",
    "\U000e0041",
]


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
def test_no_unseen_character_is_left(sign):
    """No unseen character is left."""
    line = clean_line(f"a{sign}b")
    assert sign not in line
    assert line in {"a b", "a\ufffdb", "a"}
    assert not is_clean(f"a{sign}b")


@pytest.mark.parametrize(
    "escape",
    ["\x1b[2J", "\x1b[1;31m", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x9b31m", "\x1bc"],
    ids=ascii,
)
def test_escape_sequences_leave_nothing(escape):
    """Escape sequences leave nothing."""
    assert clean_line(f"a{escape}b") == "ab"


def test_line_breaks_become_spaces():
    """Line breaks become spaces."""
    assert clean_line(" a\r\n::error::b\u2028c\x85d ") == "a ::error::b c d"


@pytest.mark.parametrize("text", ["Ünïcode “quotes” 日本語", "می‌خواهم", "👩‍👩‍👧", "a & <b>"])
def test_what_people_write_stays(text):
    """What people write stays."""
    assert clean_line(text) == text
    assert is_clean(text)


def test_long_texts_are_cut():
    """Long texts are cut."""
    assert clean_line("a" * 501) == "a" * 500 + "…"
    assert clean_line("a" * 500) == "a" * 500
    assert clean_line("ab" * 10**6, 4) == "abab…"


def test_secrets_are_masked_even_when_broken_up():
    """Secrets are masked even when broken up."""
    told = clean_line("Bearer secr\x1b[0met-token-1", secrets=["secret-token-1"])
    assert told == "Bearer ***"


@pytest.mark.parametrize("before", [480, 490, 10_490, 10_499])
def test_no_half_of_a_secret_is_left_where_a_text_is_cut(before):
    """No half of a secret is left where a text is cut."""
    for filler in ("a", "\x1b[0m"):
        told = clean_line(filler * before + "secret-token-1" * 2, secrets=["secret-token-1"])
        assert "secr" not in told


def test_hidden_secrets_are_masked_for_everyone(monkeypatch):
    """Hidden secrets are masked for everyone."""
    monkeypatch.setattr("pelican_buttercms.clean_text._secrets", set())
    hide_secret("another-secret")
    hide_secret("word")
    hide_secret(None)
    assert clean_line("another-secret word") == "*** word"


def test_several_lines_keep_their_breaks_and_indents():
    """Several lines keep their breaks and indents."""
    assert clean_lines("a\n  b\x1b[2Jc\r\td") == "a\n  bc  d"


@given(st.text(alphabet=st.characters()))
def test_a_cleaned_line_is_clean(text):
    """A cleaned line is clean."""
    line = clean_line(text)
    assert clean_line(line, len(line)) == line
    assert line.splitlines() in ([], [line])
