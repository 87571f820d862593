"""An account with one of each kind, and a store that follows it."""

import pytest


@pytest.fixture
def played(account, play):
    """An account with one of each kind, pulled once."""
    account.post("hello", tags=["old"])
    account.post("other")
    account.page("news", "home", line="Old")
    account.collection("people", {"id": 7, "name": "Ada"}, {"id": 8, "name": "Bob"})
    played = play()
    played.plain()
    return played
