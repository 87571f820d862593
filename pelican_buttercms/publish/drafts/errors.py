"""DraftError, which is raised when drafts cannot be read or written back."""

from __future__ import annotations

from pelican_buttercms.errors import DraftError

__all__ = ["DraftError"]
