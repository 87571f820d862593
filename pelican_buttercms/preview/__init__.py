"""How do writers see their drafts? A local site that follows the CMS and the files.

`session` is the loop: it waits for one of `events`, looks at the CMS or at the files, lets `site`
build, and `server` shows what was built, with `hub` telling the open pages to load themselves anew.
"""
