"""Drafts resolved against the account: references, authors, terms and fields, and their checks."""
