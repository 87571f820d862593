"""Stores on a real disk, and how they are damaged."""

from contextlib import closing
from datetime import UTC, datetime

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Scope, Store
from pelican_buttercms.store.database import Database

EN, DE = Scope("one", "en", "live"), Scope("one", "de", "live")
BOTH = [EN, DE]
MOMENT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ASIDE = "store.damaged-20261121T120000Z"
URL = "https://cdn.buttercms.com/"


def clock():
    """Return the time, always the same."""
    return MOMENT


def record(number, value):
    """Build a post, longer than a page of the database for the greater numbers."""
    text = f"<p>{value} {number}</p>" * number * 40
    return RawRecord(Key("post", "", f"p{number}"), {"slug": f"p{number}", "body": text})


def fill(folder, pulls=3):
    """Store pulls of two locales; every pull changes each post but the first."""
    with Store(folder, clock) as store:
        for pull in range(1, pulls + 1):
            english = [record(n, pull * min(n, 1)) for n in range(6)]
            german = [record(n, -pull * min(n, 1)) for n in range(6)]
            store.commit_together({EN: english, DE: german}, 1)
    return folder


def change(folder, name, data):
    """Write an entry as damage would, or take it away."""
    database = Database(folder / "store")
    if data is None:
        database.delete(name)
    else:
        database.set(name, data)
    database.close()


def read_entry(folder, name):
    """Return the bytes of an entry of the database in a folder."""
    with closing(Database(folder)) as database:
        return database.get(name)


def digest_in(folder, scope, number, slug):
    """Return the name of a record's entry."""
    with Store(folder, clock) as store:
        generation = store.generations(scope)[-number]
    return f"record/{generation.manifest[Key('post', '', slug)]}"


def entry_of(folder, scope, number):
    """Return the name of a generation's entry."""
    with Store(folder, clock) as store:
        return f"generation/{store.generations(scope)[-number].id}/{scope}"


def numbers(folder, scope):
    """Return the numbers of a scope's generations, after reading each to its end."""
    with Store(folder, clock) as store:
        generations = store.generations(scope)
        assert all(len(list(store.records(item))) == len(item.manifest) for item in generations)
        return [int(item.id.partition("-")[0]) for item in generations]


def in_use(folder):
    """Return the number of the pull that builds of both locales read."""
    with Store(folder, clock) as store:
        return int(store.in_use(BOTH).partition("-")[0])


def contents(folder):
    """Return every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def no_database(folder):
    """A file of something else."""
    (folder / "store" / "cache.db").write_bytes(b"not a database" * 500)
