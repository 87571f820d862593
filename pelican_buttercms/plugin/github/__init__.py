"""What does a build tell GitHub Actions? Annotations, and a summary of the job; nothing elsewhere.

Source: GitHub's documentation, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

from pelican_buttercms.plugin.github.report import fail, tell_pull, watch

__all__ = ["fail", "tell_pull", "watch"]
