"""Where does a command find Pelican's settings? In the file that `pelican -s` would read."""

from __future__ import annotations

import logging
import os
from pathlib import Path

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
    file = Path(path or DEFAULT_FILE)
    if not file.is_file():
        raise SettingsError(
            f"There is no settings file {file.absolute()}. Name it with -s, as in"
            " `pelican-buttercms -s site/pelicanconf.py status`."
        )
    # Pelican's advice about its own settings belongs to its own command
    logging.getLogger("pelican.settings").setLevel(logging.ERROR)
    try:
        settings = read_settings(str(file))
    except Exception as exc:  # the user's own code: whatever it raises is the message
        raise SettingsError(f"The settings file {file} failed: {exc!r}") from exc
    folders = [Path.cwd(), file.absolute().parent]
    environment = Environment.load(os.environ, folders)
    return Settings.from_pelican(settings, environment), environment
