"""What is not published: marked and listed in a preview, and kept out of everything else.

draft_status: the state of each record: draft, scheduled or changed.
draft_banner: the banner and `noindex` on the pages of a preview.
draft_index: the page `drafts/index.html`.
as_of: what the site will show at a later time.
leak_guard: the last check of a live build.
"""
