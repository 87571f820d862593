"""How does a plan reach the CMS? Write by write, each looked at until it shows."""
