"""`BUTTERCMS_*` settings and the environment, parsed once.

settings       every setting, checked
parser         reads and checks each value; all problems are reported together
defaults       the settings and their defaults
environment    tokens and overrides: the process environment, then a `.env` file
dotenv         `.env` files
locales        `BUTTERCMS_LOCALES`
page_types     `BUTTERCMS_PAGE_TYPES`
selection      which part of a listing is taken, and in which order
metadata       `BUTTERCMS_METADATA`
api_address    `BUTTERCMS_API_URL`
limits         bounds on calls and deletions
durations      durations such as "1h30m"
deployment     where a build's output goes: production, staging or local
terminal       output to terminals whose encoding lacks a character
"""

from __future__ import annotations

from pelican_buttercms.settings.defaults import DEFAULTS
from pelican_buttercms.settings.environment import Environment, Token
from pelican_buttercms.settings.locales import Locale
from pelican_buttercms.settings.page_types import PageType
from pelican_buttercms.settings.selection import Selection
from pelican_buttercms.settings.settings import Settings

__all__ = ["DEFAULTS", "Environment", "Locale", "PageType", "Selection", "Settings", "Token"]
