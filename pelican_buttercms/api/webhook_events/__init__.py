"""Webhook events: the event, how several are coalesced, and the payload that carries them."""
