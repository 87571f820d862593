"""Records, the references among them, and the graph; no I/O.

raw_records           what is kept of an object of the API: one raw record per item
api_schema            the shapes that the API promised, checked before anything is kept
record_factory        raw records become the records that templates see
records               what templates see of an item
record_index          which record a key means
reference_syntax      every form in which ButterCMS writes a reference
resolve_references    references become the records that they lead to
graph                 all records of one generation, linked and sorted
fields                an editor's own fields, as templates reach them
record_names          the names of records on the command line
template_paths        what a template writes to reach each value of a record
naming                the text by which an item without a name is known
fallbacks             what a locale shows where something is not translated
status                which items are public
lint                  what editors may want to mend
diff                  how two versions of an item differ
timestamps            moments and days, as the API writes them
media, media_addresses    media files, and their addresses in HTML and text
html_tokens, html_edits   HTML read and changed, with all other bytes kept
addresses             which texts may become links
"""

from __future__ import annotations

from pelican_buttercms.content.raw_records import (
    SINGLE_PAGES,
    Key,
    Kind,
    RawRecord,
    split_item,
    split_page,
    split_post,
    split_profile,
)

__all__ = [
    "SINGLE_PAGES",
    "Key",
    "Kind",
    "RawRecord",
    "split_item",
    "split_page",
    "split_post",
    "split_profile",
]
