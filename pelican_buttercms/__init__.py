"""ButterCMS as a content source for Pelican.

This module stays light: Pelican imports every installed plugin on every run.
"""

from __future__ import annotations

from pathlib import Path

from pelican_buttercms._version import __version__ as __version__


def register() -> None:
    """Connect the plugin to Pelican; called by Pelican once per process or settings reload."""
    from pelican_buttercms.plugin import connect  # noqa: PLC0415  (keeps the import above light)

    connect()


def theme_path() -> str:
    """Return the folder of the theme that comes with this package, for Pelican's `THEME`.

    The wheel carries the theme inside the package; a checkout has it in `themes/`.
    """
    here = Path(__file__).resolve().parent
    packaged = here / "themes" / "buttercms"
    return str(packaged if packaged.is_dir() else here.parent / "themes" / "buttercms")
