"""What is known before anything else is imported: the moment, and who renders a site."""

from __future__ import annotations

import time

STARTED = time.time_ns()
"""In nanoseconds. A module that was saved later may differ from what this process has loaded."""

HOSTED = "_INCREMENTAL_HOSTED"
"""The key in Pelican's settings by which another plugin says that it renders incrementally."""
