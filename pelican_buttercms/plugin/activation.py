"""The check whether a site uses ButterCMS: an installed plugin is active in every site.

Little is imported here, so that sites without ButterCMS are built as fast as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
import logging
import os
from pathlib import Path
from typing import Any

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings.environment import Environment

logger = logging.getLogger(__name__)


def environment_of(settings: Mapping[str, Any]) -> Environment | None:
    """Return the environment of a site that uses ButterCMS; None for any other site.

    Args:
        settings: Pelican's.

    Raises:
        SettingsError: a `.env` file of such a site cannot be read.
    """
    named = "pelican_buttercms" in (settings.get("PLUGINS") or ())
    is_wanted = named or any(name.startswith("BUTTERCMS_") for name in settings)
    try:
        environment = Environment.load(os.environ, [Path.cwd(), Path(settings["PATH"]).parent])
    except SettingsError as exc:
        if is_wanted:
            from pelican_buttercms.plugin import log_filter  # noqa: PLC0415

            log_filter.install()
            raise
        logger.warning("%s ButterCMS is left out of this build.", exc)
        return None
    if is_wanted or environment.read_token() is not None:
        return environment
    logger.info("ButterCMS is not configured; set BUTTERCMS_PAGE_TYPES or a read token.")
    return None
