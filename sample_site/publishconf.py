"""The sample site as it is deployed: absolute addresses, feeds and a sitemap."""

from pathlib import Path
import sys

sys.path.insert(0, str(Path(__file__).parent))
from pelicanconf import *  # noqa: F403, E402

SITEURL = "https://harbourlane.example"
RELATIVE_URLS = False
