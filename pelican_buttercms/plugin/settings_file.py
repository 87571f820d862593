"""Pelican's settings as commands read them: from the file that `pelican -s` would read."""

from __future__ import annotations

from collections.abc import Mapping
import logging
import os
from pathlib import Path
from typing import Any

from pelican.settings import read_settings

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment, Settings

DEFAULT_FILE = "pelicanconf.py"


def load(path: str | None) -> tuple[Settings, Environment]:
    """Read a settings file, and the environment with the `.env` files beside it.

    Args:
        path: the settings file; None for `pelicanconf.py` in this folder.

    Raises:
        SettingsError: there is no such file, it does not run, or its settings are wrong.
    """
    settings = read_file(path, {})
    environment = Environment.load(os.environ, [Path.cwd(), settings_file(path).absolute().parent])
    return Settings.from_pelican(settings, environment), environment


def settings_file(path: str | None) -> Path:
    """Return the path of the settings file."""
    return Path(path or DEFAULT_FILE)


def existing_file(path: str | None) -> Path:
    """Return the path of the settings file, which must exist.

    Raises:
        SettingsError: it is not.
    """
    file = settings_file(path)
    if not file.is_file():
        raise SettingsError(
            f"There is no settings file {file.absolute()}. Name it with -s, as in"
            " `pelican-buttercms -s site/pelicanconf.py status`, or make a site in this folder:"
            " `pelican-buttercms init`."
        )
    return file


def read_file(path: str | None, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Read a settings file as Pelican does.

    Args:
        path: the settings file; None for `pelicanconf.py` in this folder.
        overrides: settings that take the place of the file's.

    Raises:
        SettingsError: there is no such file, or it does not run.
    """
    file = existing_file(path)
    # Pelican's advice about its own settings belongs to its own command
    logging.getLogger("pelican.settings").setLevel(logging.ERROR)
    try:
        return dict(read_settings(str(file), override=dict(overrides)))
    except SyntaxError as exc:  # it holds the line itself, which may hold a token
        line = f"line {exc.lineno} of {exc.filename or file}" if exc.lineno else str(file)
        raise SettingsError(
            f"The settings file {file} is not Python: {exc.msg} in {line}. Correct it there, then"
            " try again."
        ) from None
    except Exception as exc:  # the user's own code: whatever it raises is the message
        raise SettingsError(f"The settings file {file} failed: {exc!r}") from exc
