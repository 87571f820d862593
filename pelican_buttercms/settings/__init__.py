"""What did the user ask for? `BUTTERCMS_*` settings and the environment, parsed once."""

from __future__ import annotations

from pelican_buttercms.settings.environment import Environment, Token
from pelican_buttercms.settings.options import DEFAULTS, Settings
from pelican_buttercms.settings.page_types import PageType

__all__ = ["DEFAULTS", "Environment", "PageType", "Settings", "Token"]
