"""The protocol of ButterCMS's API: requests and responses, without any network."""

from __future__ import annotations

from pelican_buttercms.api.requests import Request
from pelican_buttercms.api.responses import Listing, Response
from pelican_buttercms.api.spelling import Spelling
from pelican_buttercms.api.writes import Write

__all__ = ["Listing", "Request", "Response", "Spelling", "Write"]
