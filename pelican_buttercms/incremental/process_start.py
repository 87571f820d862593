"""The moment at which this process began to import the user's code."""

from __future__ import annotations

import time

STARTED = time.time_ns()
"""In nanoseconds. A module that was saved later may differ from what this process has loaded."""
