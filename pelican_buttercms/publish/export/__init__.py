"""The export of the CMS's content as draft files that `publish` reads back.

exporter          writes items as files
items             which items are exported
candidates        the possible files of an item, the most readable first
front_matter      metadata of drafts
serializers       file formats
markdown          HTML to Markdown without loss
converter         one block of HTML to Markdown
html_blocks       the outermost blocks of HTML
roundtrip         reads a draft back and compares it
overwrite_check   whether a file may be overwritten
existing_drafts   the drafts of the content that a site has already
draft_changes     values of the CMS, taken into such a draft
file_names        file names for any slug
"""
