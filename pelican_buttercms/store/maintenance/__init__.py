"""Maintenance of the store: verification, pruning and repair."""
