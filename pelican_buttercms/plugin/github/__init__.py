"""Reports to GitHub Actions: annotations, and a summary of the job. Elsewhere it does nothing.

Source: GitHub's documentation, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

from pelican_buttercms.plugin.github.report import annotate, fail, report_pull, watch

__all__ = ["annotate", "fail", "report_pull", "watch"]
