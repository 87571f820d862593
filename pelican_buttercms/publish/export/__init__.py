"""Writing what the CMS holds as local drafts, which `publish` reads back to the same values."""
