"""What did the user ask for? `BUTTERCMS_*` settings and the environment, parsed once."""

from __future__ import annotations

from pelican_buttercms.settings.defaults import DEFAULTS
from pelican_buttercms.settings.environment import Environment, Token
from pelican_buttercms.settings.locales import Locale
from pelican_buttercms.settings.page_types import PageType
from pelican_buttercms.settings.settings import Settings

__all__ = ["DEFAULTS", "Environment", "Locale", "PageType", "Settings", "Token"]
