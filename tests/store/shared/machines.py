"""Machines with stores of their own, and the place that they share."""

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Scope, SharedStore, Store
from pelican_buttercms.store.shared.object_storage import ObjectStorage
from pelican_buttercms.store.shared.pull import pull
from pelican_buttercms.store.shared.push import push

EN, DE = Scope("0123456789abcdef", "en", "live"), Scope("0123456789abcdef", "de", "live")
BOTH = [EN, DE]
DRAFTS = [Scope(EN.account, "en", "preview"), Scope(EN.account, "de", "preview")]
SECRET = "correct-horse-battery-staple"


def page(slug, **fields):
    """Build a single page."""
    data = {"slug": slug, "name": slug, "page_type": None, "fields": fields}
    return RawRecord(Key("page", "*", slug), data)


def versions(number=0, count=20, scopes=BOTH):
    """The records of both locales; `number` changes one of each."""
    pages = [page(f"p{n}", body="x" * n) for n in range(count)]
    return {s: [page("a", n=number, locale=s.locale), *pages] for s in scopes}


class Machine:
    """A machine with a store of its own, and the shared place."""

    def __init__(self, folder, url, clock, scopes=BOTH):
        self.store, self.remote, self.clock = Store(folder, clock), ObjectStorage(url), clock
        self.scopes, self.wanted = list(scopes), ()

    @property
    def sharing(self):
        return SharedStore(self.store, self.remote, self.scopes, self.wanted, self.clock())

    def fill(self, number=0, **options):
        contents = versions(number, scopes=self.scopes, **options)
        return self.store.commit_together(contents, 9, ["posts"])

    def push(self):
        return push(self.sharing)

    def pull(self, **options):
        return pull(self.sharing, **options)

    def content(self):
        """All that the store says of its newest pull, but for its number and its cost."""
        result = self.store.latest_together(self.scopes)
        return result and [
            (g.scope, g.pulled_at, g.wanted, dict(g.manifest), list(self.store.records(g)))
            for g in result
        ]


def records(remote):
    """Return the names of the shared records."""
    return set(remote.listing("v1/records"))


def pull_files(remote, mode="live"):
    """Return the names of the shared pulls, oldest first."""
    return sorted(remote.listing(f"v1/pulls/{EN.account}/{mode}"))
