"""New drafts to fill in, with the fields that the account has."""
