"""What webhooks say: their events, coalesced, and the payload that carries them to a build."""
