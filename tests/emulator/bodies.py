"""Bodies of writes that several modules send."""

EMPTY = {"headline": "", "hero": {}, "body": [], "links": [], "author": None, "related": []}


def new_page(slug="p", status="published", **fields):
    """Return the body that creates a page, with every field of the schema."""
    return {
        "title": "P",
        "slug": slug,
        "page_type": "news",
        "status": status,
        "fields": EMPTY | fields,
    }
