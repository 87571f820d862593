"""Records, and the folder that they are written to."""

from datetime import UTC, datetime
import json

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Scope, write_snapshot

MOMENT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LIVE = Scope("fingerprint", "", "live")
POST = "default/post/a.json"


def post(slug, **data):
    """Build a post as it is stored."""
    terms = {"author": None, "categories": [], "tags": []}
    return RawRecord(Key("post", "", slug), {"slug": slug, **terms, **data})


def page(page_type, slug, **fields):
    """Build a page."""
    data = {"slug": slug, "fields": fields, "page_type": None if page_type == "*" else page_type}
    return RawRecord(Key("page", page_type, slug), data)


def item(collection, number, **fields):
    """Build an item of a collection."""
    return RawRecord(Key("item", collection, str(number)), {"meta": {"id": number}, **fields})


def term(kind, slug, **data):
    """Build an author, a category or a tag."""
    return RawRecord(Key(kind, "", slug), {"slug": slug, **data})


def write(folder, *raws, scope=LIVE):
    """Write a snapshot of one scope."""
    write_snapshot(folder, {scope: raws}, MOMENT, ["posts"])


def files(folder):
    """Read every file of a folder."""
    result = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in result}


def plain(raws):
    """Return records without what reading adds."""
    return [(raw.key, raw.data) for raw in raws]


def put(place, data):
    """Put a file into the snapshot."""

    def apply(folder):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    return apply


def damage(place, change):
    """Change one file's JSON."""

    def apply(folder):
        path = folder / place
        value = json.loads(path.read_text())
        change(value)
        path.write_text(json.dumps(value))

    return apply
