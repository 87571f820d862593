"""The protocol of ButterCMS's API: requests and responses, without any network."""

from __future__ import annotations

from pelican_buttercms.api.read_requests import Request
from pelican_buttercms.api.responses import Listing, Response
from pelican_buttercms.api.write_dialect import WriteDialect
from pelican_buttercms.api.write_requests import Write

__all__ = ["Listing", "Request", "Response", "Write", "WriteDialect"]
