"""Tokens and overrides from the environment and `.env`."""

import codecs
import pickle
import traceback

import pytest

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment, Token


def test_the_environment_wins_over_env_files_and_the_first_file_over_the_second(tmp_path):
    """A variable is looked for in the process, then in each `.env` in order."""
    first, second = tmp_path / "a", tmp_path / "b"
    for folder, text in (
        (first, "BUTTERCMS_READ_TOKEN=from-a\nBUTTERCMS_OFFLINE=1\n"),
        (second, "BUTTERCMS_READ_TOKEN=from-b\nBUTTERCMS_PREVIEW=yes\n"),
    ):
        folder.mkdir()
        (folder / ".env").write_text(text)
    environment = Environment.load({"BUTTERCMS_OFFLINE": "0"}, [first, second])
    assert environment.get("BUTTERCMS_READ_TOKEN") == "from-a"
    assert environment.get("BUTTERCMS_PREVIEW") == "yes"
    assert environment.get("BUTTERCMS_OFFLINE") == "0"
    assert environment.get("BUTTERCMS_NOTHING") is None
    places = ("the environment", str(first / ".env"), str(second / ".env"))
    assert environment.looked_in == places


def test_a_token_shows_where_it_was_found(tmp_path):
    """An exported token that hides the one in `.env` is the usual reason of a wrong one."""
    path = tmp_path / ".env"
    path.write_text("BUTTERCMS_API_KEY=from-file\nBUTTERCMS_WRITE_TOKEN=same\n")

    def origin(**environ):
        return Environment.load(environ, [tmp_path]).read_token().origin

    assert origin() == f"BUTTERCMS_API_KEY (from {path})"
    assert origin(BUTTERCMS_READ_TOKEN="x") == "BUTTERCMS_READ_TOKEN (from the environment)"
    hidden = f"BUTTERCMS_API_KEY (from the environment; the one in {path} is not used)"
    assert origin(BUTTERCMS_API_KEY="other") == hidden
    both = Environment.load({"BUTTERCMS_WRITE_TOKEN": "same"}, [tmp_path])
    assert both.write_token().origin == "BUTTERCMS_WRITE_TOKEN (from the environment)"


def test_a_dollar_in_a_token_is_kept(tmp_path):
    """A `.env` value is taken as it stands: tokens may hold a dollar sign."""
    (tmp_path / ".env").write_text("BUTTERCMS_READ_TOKEN='abc${HOME}def'\n")
    token = Environment.load({}, [tmp_path]).read_token()
    assert token is not None
    assert token.reveal() == "abc${HOME}def"


def test_the_vendors_own_name_of_the_token_is_accepted():
    """A project that comes from a vendor's starter keeps its variable."""
    assert Environment({"BUTTERCMS_API_KEY": " t "}).read_token().reveal() == "t"
    both = Environment({"BUTTERCMS_API_KEY": "theirs", "BUTTERCMS_READ_TOKEN": "ours"})
    assert both.read_token().reveal() == "ours"
    assert Environment({"BUTTERCMS_READ_TOKEN": "  "}).read_token() is None


def test_a_token_does_not_print_and_is_not_pickled():
    """Only `reveal()` gives the token's text."""
    token = Token("s3cret")
    environment = Environment({"BUTTERCMS_READ_TOKEN": "s3cret"})
    for text in (repr(token), str(token), f"{token}", repr(environment), token.fingerprint()):
        assert "s3cret" not in text
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(token)


def test_a_fingerprint_differs_by_account():
    """One token has one fingerprint, two have two."""
    assert Token("a").fingerprint() == Token("a").fingerprint() != Token("b").fingerprint()
    assert Token("\udcff").fingerprint()  # a byte in the environment that is no text


@pytest.mark.parametrize(
    ("value", "expected"), [("true", True), ("1", True), ("false", False), ("", False)]
)
def test_a_build_service_is_known_by_its_ci_variable(value, expected):
    """Netlify, GitHub Actions and the others set CI."""
    assert Environment({"CI": value}).running_in_ci() is expected


def test_the_write_token_is_another_variable(tmp_path):
    """From the process or a `.env`; no other token takes its place, nor it that of another."""
    (tmp_path / ".env").write_text("BUTTERCMS_WRITE_TOKEN=w3ite\nBUTTERCMS_READ_TOKEN=r\n")
    environment = Environment.load({}, [tmp_path])
    assert environment.write_token().reveal() == "w3ite"
    assert environment.read_token().reveal() == "r"
    assert (
        Environment({"BUTTERCMS_READ_TOKEN": "r", "BUTTERCMS_API_KEY": "k"}).write_token() is None
    )
    only = Environment({"BUTTERCMS_WRITE_TOKEN": " w3ite "})
    assert only.read_token() is None
    assert only.write_token().reveal() == "w3ite"
    assert "w3ite" not in repr(only) + repr(only.write_token())


LINES = "BUTTERCMS_READ_TOKEN=t0psecret\r\nBUTTERCMS_OFFLINE=1\r\n"


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF16_LE + LINES.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + LINES.encode("utf-16-be"),
        codecs.BOM_UTF8 + LINES.encode(),
    ],
)
def test_a_mark_at_its_start_says_how_an_env_file_is_written(tmp_path, data):
    """PowerShell's `>` writes UTF-16, and Windows' editors a mark before UTF-8."""
    (tmp_path / ".env").write_bytes(data)
    environment = Environment.load({}, [tmp_path])
    assert environment.read_token().reveal() == "t0psecret"
    assert environment.get("BUTTERCMS_OFFLINE") == "1"


@pytest.mark.parametrize(
    "data",
    [
        LINES.encode("utf-16-le"),
        codecs.BOM_UTF16_LE + LINES.encode("utf-16-le") + b"x",
        codecs.BOM_UTF32_LE + LINES.encode("utf-32-le"),
        LINES.encode() + "NAME=ü".encode("latin-1"),
        b"\xff\x00" + LINES.encode(),
    ],
)
def test_an_env_file_that_is_no_text_is_reported_without_its_content(tmp_path, data):
    """The message names the file and the way out; no byte of it is in the traceback."""
    (tmp_path / ".env").write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        Environment.load({}, [tmp_path])
    assert str(tmp_path / ".env") in str(caught.value)
    assert "UTF-8" in str(caught.value)
    assert caught.value.__context__ is None  # it would hold all bytes of the file
    assert "t0psecret" not in "".join(traceback.format_exception(caught.value))


def test_a_line_that_is_no_assignment_is_reported_by_its_number(tmp_path, caplog):
    """In our words, with the file and not with the text; the other lines count."""
    (tmp_path / ".env").write_text(
        "# mine\n\nBUTTERCMS_READ_TOKEN: t0psecret\n\nBUTTERCMS_OFFLINE=1\nNOTHING\n"
    )
    environment = Environment.load({}, [tmp_path])
    assert environment.read_token() is None
    assert environment.get("BUTTERCMS_OFFLINE") == "1"
    (told,) = caplog.messages
    file = tmp_path / ".env"
    assert told == f"{file}: line 3 is left out, because it is not of the form NAME=value."


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({}, "into a .env file: BUTTERCMS_READ_TOKEN=…"),
        ({"CI": "true", "GITHUB_ACTIONS": "true"}, "env: BUTTERCMS_READ_TOKEN: ${{ secrets."),
        ({"CI": "true", "NETLIFY": "true"}, "environment variables on Netlify"),
        ({"CI": "true"}, "into the secrets of the build service"),
    ],
)
def test_a_secret_is_advised_to_be_where_this_machine_keeps_secrets(variables, place):
    """A build service has no .env file, and must not get one."""
    advice = Environment(variables).place_for("BUTTERCMS_READ_TOKEN")
    assert place in advice
    assert (".env" in advice) == (not variables)
