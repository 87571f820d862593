"""How do local drafts become content of the CMS? Read, plan, show, apply, verify."""
