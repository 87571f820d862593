"""The sample site as it is deployed: under its own address."""

from pathlib import Path
import sys

sys.path.insert(0, str(Path(__file__).parent))
from pelicanconf import *  # noqa: F403

SITEURL = "https://harbourlane.example"
