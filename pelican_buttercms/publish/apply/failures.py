"""Which failures of a write end a run, and which do not."""

from __future__ import annotations

from pelican_buttercms.errors import (
    AuthenticationError,
    ButterCMSError,
    CallLimitError,
    OfflineError,
    PublishError,
    QuotaError,
    ResponseError,
    ServerError,
    SettingsError,
    StoreError,
    TransportError,
    UnreachableError,
)


class NotShownError(PublishError):
    """A write that was accepted, and that does not show."""


ENDING = (
    AuthenticationError, QuotaError, CallLimitError, OfflineError, UnreachableError, SettingsError,
    StoreError,
)  # fmt: skip
"""Whatever comes next would fail in the same way."""

SILENT = (TransportError, ServerError, ResponseError, NotShownError)
MOST_SILENT = 3


def is_plan_limit(exc: ButterCMSError) -> bool:
    """Return whether the account's plan allows no more of one kind, and others may go on."""
    return (
        isinstance(exc, AuthenticationError) and exc.status == 403 and "limit" in exc.detail.lower()
    )
