"""All HTTP: the client, the pull, and which generation a build reads."""
