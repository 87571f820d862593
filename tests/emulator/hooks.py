"""Webhooks of an account, and what they have delivered."""


def hook(receiver, *events, path="/hook"):
    """Configure a webhook with a secret in a header."""
    return {"url": receiver.url + path, "events": list(events), "headers": {"X-ButterCMS": "s"}}


def events(receiver):
    """Return the names of the received events."""
    return [body["webhook"]["event"] for _, body in receiver.got]
