"""Does this site want ButterCMS? An installed plugin is active by itself, in every site.

So little is imported here: sites that have nothing to do with ButterCMS are built as fast as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
import logging
import os
from pathlib import Path
from typing import Any

from pelican_buttercms.settings.environment import Environment

logger = logging.getLogger(__name__)


def environment_of(settings: Mapping[str, Any]) -> Environment | None:
    """Give the environment of a site that wants ButterCMS; None for any other one.

    Args:
        settings: Pelican's.
    """
    environment = Environment.load(os.environ, [Path.cwd(), Path(settings["PATH"]).parent])
    named = "pelican_buttercms" in (settings.get("PLUGINS") or ())
    has_settings = any(name.startswith("BUTTERCMS_") for name in settings)
    if named or has_settings or environment.read_token() is not None:
        return environment
    logger.info("ButterCMS is not configured; set BUTTERCMS_PAGE_TYPES or a read token.")
    return None
