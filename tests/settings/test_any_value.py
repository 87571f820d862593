"""Whatever a settings file or the environment holds, the answer is a site or one clear error."""

from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.settings.defaults import GROUPS

NAMES = sorted(name for group in GROUPS.values() for name in group)
WORDS = st.sampled_from(
    ["", "en", "de", "*", "home", "download", "10m", "-1", "a/b", "../x", "\x00", "{lang}", "é"]
)
PLAIN = (
    st.none() | st.booleans() | st.integers(-9, 10**20) | st.floats() | WORDS | st.text(max_size=5)
)
OPTIONS = st.sampled_from(
    [
        "template",
        "url",
        "save_as",
        "kind",
        "lang",
        "fallback",
        "order",
        "limit",
        "fields.rank",
        "en",
    ]
)
VALUES = st.recursive(
    PLAIN | st.binary(max_size=3) | st.builds(Path, WORDS.filter(lambda word: "\0" not in word)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(WORDS | OPTIONS | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


def problem(folder, settings, environ):
    """Return what is said of some settings, "BUTTERCMS_" where nothing is wrong."""
    base = {"DEFAULT_LANG": "en", "CACHE_PATH": str(folder / "cache"), "PATH": str(folder)}
    with suppress(SettingsError):
        Settings.from_pelican(base | settings, Environment(environ))
        return "BUTTERCMS_"
    with pytest.raises(SettingsError) as raised:
        Settings.from_pelican(base | settings, Environment(environ))
    return str(raised.value)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(value=VALUES)
def test_any_value_of_a_setting_is_read_or_refused(name, value, tmp_path_factory):
    """Settings are Python: every type gets there. The message is a line that names the setting."""
    text = problem(tmp_path_factory.getbasetemp(), {name: value}, {})
    assert "BUTTERCMS_" in text
    assert "\n" not in text


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15)
@given(text=WORDS | st.text(max_size=20))
def test_any_text_of_a_variable_is_read_or_refused(name, text, tmp_path_factory):
    """The environment overrides settings with text."""
    assert "BUTTERCMS_" in problem(tmp_path_factory.getbasetemp(), {}, {name: text})


@pytest.mark.parametrize("address", ["http://[::", "https://[x]/"])
def test_an_address_of_the_site_that_is_none(address, tmp_path):
    """Nothing could be joined to it, neither by Pelican nor by a command."""
    assert problem(tmp_path, {"SITEURL": address}, {}).startswith("SITEURL takes an address such")


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(("_FILE", "_PATH"))])
def test_a_path_that_no_file_can_have(name, tmp_path):
    """The system would refuse it in the middle of a build."""
    assert problem(tmp_path, {name: "a\0b"}, {}).startswith(f"{name} takes a ")


def test_a_history_that_each_build_would_empty(tmp_path):
    """It has to last longer than the output folder."""
    settings = {"OUTPUT_PATH": str(tmp_path / "out"), "DELETE_OUTPUT_DIRECTORY": True}
    settings |= {"BUTTERCMS_REDIRECTS": ["html"]}
    settings |= {"BUTTERCMS_REDIRECTS_FILE": str(tmp_path / "out/redirects.csv")}
    assert "DELETE_OUTPUT_DIRECTORY empties that folder" in problem(tmp_path, settings, {})
    for name in ("DELETE_OUTPUT_DIRECTORY", "BUTTERCMS_REDIRECTS", "BUTTERCMS_REDIRECTS_FILE"):
        rest = {key: value for key, value in settings.items() if key != name}
        assert problem(tmp_path, rest, {}) == "BUTTERCMS_"
