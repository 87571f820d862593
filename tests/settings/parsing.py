"""Settings parsed as Pelican gives them, and the problems that are found."""

import pytest

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Environment, Settings


def parse(environ=None, **settings):
    """Parse settings as Pelican gives them."""
    base = {"CACHE_PATH": "/site/cache", "PATH": "/site/content", "SITENAME": "x"}
    return Settings.from_pelican(base | settings, Environment(environ or {}))


def problems(environ=None, **settings):
    """Give the problems that parsing finds."""
    with pytest.raises(SettingsError) as caught:
        parse(environ, **settings)
    return caught.value.problems
