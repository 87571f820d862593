"""An emulator of ButterCMS's API, which plays an account from a folder of JSON.

It imports nothing of `api` and `content`, so that it can disagree with the client.

Requests:
    app                  the WSGI application
    server               its HTTP server
    guard                refuses requests of other hosts and sites
    routes               paths and their methods
    faults               failures on request
    control_api          requests that steer the emulator itself
    error_responses      the API's error bodies
    quirks               choices where accounts or the documents differ
Reads:
    reads                answers to reads
    filtering            filters, order and pagination
    versions             the version of an item that a request sees
    post_views           posts, authors and terms as answers show them
    reference_expansion  pages and items as answers show them
    feeds                RSS, Atom and the sitemap
    media                the media library
Writes:
    writes               answers to writes
    write_context        what all writes share
    write_posts, write_pages, write_items
    post_values, write_fields, validation
    delayed_writes       when an accepted write takes effect
    remote_files         files that a write names by their address
    dashboard            changes by editors
    webhooks             their events
Data:
    account              the content and configuration
    persist              changes written back to the folder
"""

from __future__ import annotations

from pelican_buttercms.emulator.account import EmulatedAccount
from pelican_buttercms.emulator.app import Call, Emulator, create_app
from pelican_buttercms.emulator.faults import Fault
from pelican_buttercms.emulator.quirks import Behaviour

__all__ = ["Behaviour", "Call", "EmulatedAccount", "Emulator", "Fault", "create_app"]
