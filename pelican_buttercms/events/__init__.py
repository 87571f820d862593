"""What do webhooks say? Their events, merged, and the payload that carries them to a build."""
