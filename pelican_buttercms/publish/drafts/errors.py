"""What is raised when drafts cannot be read or written back? The error that all of publish has."""

from __future__ import annotations

from pelican_buttercms.errors import DraftError

__all__ = ["DraftError"]
