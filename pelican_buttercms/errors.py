"""Every error that pelican-buttercms raises on purpose.

ButterCMSError                what the user reads: one paragraph; `exitcode` ends the process
├── SettingsError             the settings or the environment; carries every problem found
├── APIError                  the API answered with an error
│   ├── AuthenticationError   401, 403: the token
│   ├── NotFoundError         404: the name
│   ├── InvalidRequestError   400, 405, 415: the request
│   ├── QuotaError            429: the calls of the account are spent
│   │   └── ThrottledError    429: too many requests for the moment; a pause helps
│   └── ServerError           5xx: the API is ill
├── TransportError            no answer: time-out, refused, DNS, cut off in the middle
│   └── UnreachableError      no connection, so that the far end saw nothing
├── ResponseError             an answer that is not what the protocol promises
│   └── RefusedResponseError  one that another try would only repeat: too large, sent elsewhere
│       └── ResponseTooLargeError  fewer items at once may fit
├── CallLimitError            BUTTERCMS_MAX_CALLS: the call was not made
├── HeldBackError             so much has vanished that it looks like a failure of the API
├── EventsPendingError        what started the build could not be taken in: try again later
├── OfflineError              the network was needed and is forbidden
├── StaleContentError         the site was built from older content, while BUTTERCMS_STRICT is set
├── StoreError                the store on disk cannot be used
│   └── NoContentError        nothing is stored to build from
├── FileSystemError           a file or folder cannot be read or written
├── ContentError              content that cannot become a site
│   ├── DanglingError         references that lead nowhere
│   └── DuplicateURLError     two items that claim one URL
├── PublishError              nothing was published, or not all of it; says what was
│   ├── DraftError            drafts that cannot be read or understood; carries every problem
│   └── UncertainWriteError   a write that may have arrived: whoever repeats it looks first
└── AccountError              the emulator's folder cannot be played
"""

from __future__ import annotations

from collections.abc import Sequence

CHANGES_FOUND = 3
"""The exit code of commands that look whether something has changed, and found that it has."""

TRY_AGAIN = 75
"""The exit code for "try again later", EX_TEMPFAIL of sysexits.h.

The others are those of the errors below: 1 is a failure, 2 wrong settings or arguments, 4 older
content, 5 deletions that were held back, 6 calls that are spent. docs/reference/exit-codes.md has
them for users.
"""


class ButterCMSError(Exception):
    """Base of all errors here; the message is one paragraph that says what, where and what next.

    Pelican ends with `exitcode` when a signal handler raises, and so does the command.
    """

    exitcode = 1


class SettingsError(ButterCMSError):
    """The settings or the environment are wrong.

    Args:
        problems: every problem found, each one sentence or more; they are shown together.
    """

    exitcode = 2

    def __init__(self, problems: Sequence[str] | str) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__(" ".join(self.problems))


class APIError(ButterCMSError):
    """The API answered with an error status.

    Args:
        message: the paragraph for the user.
        status: the HTTP status code.
        method: the HTTP method of the request.
        path: the request's path below the base URL, without query and so without any secret.
        detail: the API's own words, "" when it gave none.
    """

    def __init__(
        self, message: str, *, status: int, method: str, path: str, detail: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.method = method
        self.path = path
        self.detail = detail

    @property
    def answer(self) -> str:
        """Return a sentence that names the request, the status and the API's own words."""
        said = f': "{self.detail}"' if self.detail else ""
        end = "" if self.detail.endswith((".", "!", "?")) else "."
        return f"{self.method} {self.path} was answered with {self.status}{said}{end}"


class AuthenticationError(APIError):
    """401 or 403: the token is missing, wrong, or not allowed to do this."""

    exitcode = 2


class NotFoundError(APIError):
    """404: no such page type, page, post, collection, author, category, tag or feed."""


class InvalidRequestError(APIError):
    """400, 405 or 415: the API refuses the request.

    Args:
        fields: what the API says of each field, for the validation errors of writes.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        method: str,
        path: str,
        detail: str = "",
        fields: dict[str, list[str]] | None = None,
    ) -> None:
        super().__init__(message, status=status, method=method, path=path, detail=detail)
        self.fields = fields or {}


class QuotaError(APIError):
    """429: the account has spent its calls.

    Args:
        retry_after: seconds until the API answers again, None if it did not say. For a spent
            quota this can be weeks, so nobody sleeps on it.
    """

    exitcode = 6

    def __init__(
        self,
        message: str,
        *,
        status: int,
        method: str,
        path: str,
        detail: str = "",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message, status=status, method=method, path=path, detail=detail)
        self.retry_after = retry_after


class ThrottledError(QuotaError):
    """429: too many requests for the moment; the same one succeeds after a pause."""


class ServerError(APIError):
    """5xx: the API failed; the same request may succeed later."""


class TransportError(ButterCMSError):
    """No complete answer came: time-out, connection refused, DNS, or cut off in the middle."""


class UnreachableError(TransportError):
    """No connection was made: the far end saw nothing, and bills nothing."""


class ResponseError(ButterCMSError):
    """An answer came, but it is not what the protocol promises: malformed, or of a wrong shape."""


class RefusedResponseError(ResponseError):
    """An answer that is not used and would come again: too large, or a redirect elsewhere."""


class ResponseTooLargeError(RefusedResponseError):
    """An answer that is larger than the API's bound; asking for fewer items at once may help."""


class CallLimitError(ButterCMSError):
    """The user's own bound on calls is reached; the call that would pass it was not made."""

    exitcode = 6


class HeldBackError(ButterCMSError):
    """An answer from which most of a kind has vanished, not believed yet."""

    exitcode = 5


class StaleContentError(ButterCMSError):
    """The site was built from older content than was asked for, while BUTTERCMS_STRICT is set."""

    exitcode = 4


class EventsPendingError(ButterCMSError):
    """The events that a build was started for could not be taken in, and wait.

    Nothing was built, so that whoever deploys keeps the site as it is.

    Args:
        origin: where the events came from, for people.
        cause: why they wait.
    """

    exitcode = TRY_AGAIN

    def __init__(self, origin: str, cause: ButterCMSError) -> None:
        super().__init__(
            f"The events from {origin} could not be taken in, so nothing was built. They are kept,"
            f" and the next build takes them in: start it again later (exit code {TRY_AGAIN})."
            f" The reason: {cause}"
        )


class OfflineError(ButterCMSError):
    """The network would be needed, and BUTTERCMS_OFFLINE forbids it."""


class StoreError(ButterCMSError):
    """The store on disk cannot be used as it is."""


class DatabaseError(StoreError):
    """The database of the store cannot be read or written: a pull would be made in vain."""


class NoContentError(StoreError):
    """Nothing is stored that a site could be built from."""


class FileSystemError(ButterCMSError):
    """A file or a folder cannot be read or written; the message names it and what to do."""


class ContentError(ButterCMSError):
    """Content that cannot become a site; the message names the item and the field."""


class DanglingError(ContentError):
    """References that lead nowhere, while BUTTERCMS_DANGLING is "fail"."""


class DuplicateURLError(ContentError):
    """Two items claim one URL; the message names both."""


class PublishError(ButterCMSError):
    """Drafts were not published, or not all of them; the message says which were."""


class DraftError(PublishError):
    """Draft files that cannot be read or understood.

    Args:
        problems: every problem found, each a sentence or more; they are shown together.
    """

    def __init__(self, problems: Sequence[str] | str) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))


class UncertainWriteError(PublishError):
    """A write was sent and not answered: it may have arrived."""


class AccountError(ButterCMSError):
    """A folder that the emulator is asked to play cannot be read as an account."""
