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
file_names        file names for any slug
"""
