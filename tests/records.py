"""Small raw records, as they are kept of what the API gave."""

from pelican_buttercms.content import Key, RawRecord


def page_record(slug, fields, page_type="news", **more):
    """Make a raw page; a page type of None makes a single page."""
    data = {"slug": slug, "name": slug.title(), "page_type": page_type, "fields": fields}
    return RawRecord(Key("page", page_type or "*", slug), data | more)


def item_record(collection, number, **fields):
    """Make a raw collection item."""
    data = {"meta": {"id": number}, **fields}
    return RawRecord(Key("item", collection, str(number)), data)


def post_record(slug, **data):
    """Make a raw post, as it is kept after its author and terms were split off."""
    data = {"slug": slug, "author": None, "categories": [], "tags": [], **data}
    return RawRecord(Key("post", "", slug), data)
