"""A ButterCMS account, played from a folder of JSON: for trying things out, and for tests.

It imports nothing of `api` and `content`, so that it can disagree with the client.
"""

from __future__ import annotations

from pelican_buttercms.emulator.account import Account
from pelican_buttercms.emulator.app import Call, Emulator, create_app
from pelican_buttercms.emulator.faults import Fault
from pelican_buttercms.emulator.quirks import Behaviour

__all__ = ["Account", "Behaviour", "Call", "Emulator", "Fault", "create_app"]
