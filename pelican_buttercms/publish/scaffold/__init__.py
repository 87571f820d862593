"""What does a new draft look like? A skeleton with the fields that the account has."""
