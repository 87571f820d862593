"""Random histories of edits and of what becomes of their events, with an API that fails at random.

Events are lost, come twice, late, in any order, or are forged; builds fail, and the relay keeps or
forgets what they were told. Whatever happens, nothing that is live goes, nothing comes that the
account does not have, and once the API is well, all that an event named is as a full pull has it.
"""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.errors import EventsPendingError
from pelican_buttercms.settings.durations import FOR_EVER
from pelican_buttercms.settings.limits import Deletions
from pelican_buttercms.settings.locales import Locale

SLUGS = ("one", "two", "three", "four")
THINGS = (
    *(f"post/{slug}" for slug in SLUGS),
    *(f"post/{slug}@de" for slug in SLUGS[:2]),
    *(f"page/news/{slug}" for slug in SLUGS),
    *(f"item/people/{number}" for number in (7, 8, 9)),
)
NAMES = {
    "post": ("published", "draft", "delete", "all", "*"),
    "post@de": ("localization.published", "localization.draft", "localization.delete"),
    "page": ("published", "draft", "unpublished", "delete", "all", "*"),
    "item": ("published", "draft", "unpublish", "unpublished", "delete", "all", "*"),
}
STATUSES = ("published", "published", "draft", "unpublished", "deleted")
FAULTS = ("quota", "status=503", "refuse", "malformed", "cut")
EDIT = st.tuples(
    st.just("edit"),
    st.sampled_from(THINGS),
    st.sampled_from(STATUSES),
    st.sampled_from(["sent", "sent", "lost", "twice"]),
)
FORGE = st.tuples(st.just("forge"), st.sampled_from(THINGS), st.integers(0, 6), st.booleans())
BUILD = st.tuples(
    st.just("build"),
    st.sampled_from([None, *FAULTS]),
    st.sampled_from(["/v2/*", "/v2/*", "/v2/posts/*", "/v2/pages/*", "/v2/content/*"]),
    st.tuples(st.booleans(), st.randoms(use_true_random=False)),
)


class World:
    """An account, what its webhooks said, and a store that follows."""

    def __init__(self, played, make_body, preview):
        self.played, self.make_body, self.preview = played, make_body, preview
        self.queue = []
        self.untold = set()
        self._pulled = {}
        played.plain(preview=preview)

    def step(self, what, *values):
        """Let one thing happen."""
        getattr(self, what)(*values)

    def edit(self, thing, status, fate):
        """Change something as an editor does; its event is sent, lost, or comes twice."""
        if thing.endswith("@de"):
            bodies = self.translate(thing, status)
        else:
            bodies = self.change(thing, status)
        self.untold.add(thing)
        if fate != "lost":
            self.queue += bodies * (2 if fate == "twice" else 1)
            if any(self.looks(body) for body in bodies):
                self.untold.discard(thing)

    def change(self, thing, status):
        """Change an item in the dashboard; gives what its webhooks say."""
        kind, _, rest = thing.partition("/")
        name = rest.rpartition("/")[2]
        account = self.played.emulator.account
        place = {"post": account.posts, "page": account.pages["news"]}
        place = place.get(kind, account.collections["people"])
        key = int(name) if kind == "item" else name
        if key not in place:
            if status in {"deleted", "unpublished"}:
                return []
            model = {"item": {"meta": {"id": key}, "name": "New"}}.get(kind) or MODELS[kind]
            place[key] = {**model, "slug": key, "status": "draft", "published": None}
            if kind == "item":
                place[key] = {"meta": {"id": key}, "name": "New", "status": "draft"}
        moment = f"{self.played.clock():%H:%M}"
        changes = {"page": {"fields": {"line": moment}}, "post": {"title": moment}}
        self.played.edit(thing, status, **changes.get(kind, {"name": moment}))
        sent, self.played.sent = self.played.sent, []
        return sent

    def translate(self, thing, status):
        """Publish or withdraw the German version of a post; gives what its webhook says."""
        slug = thing.removesuffix("@de").removeprefix("post/")
        self.played.clock.move(minutes=1)
        post = self.played.emulator.account.posts.get(slug)
        if post is None:
            return []
        versions = post.setdefault("locales", {})
        if status == "published":
            versions["de"] = {"status": "published", "title": f"{self.played.clock():%H:%M}"}
        elif status != "draft":
            versions.pop("de", None)
        word = {"published": "published", "draft": "draft"}.get(status, "delete")
        return [self.make_body(f"post.localization.{word}", slug, locale="de")]

    def looks(self, body):
        """Whether an event is more than a draft over what is public."""
        name = body["webhook"]["event"]
        return self.preview or name.startswith("collection") or not name.endswith("draft")

    def forge(self, thing, number, deleted):
        """Send an event that nothing has happened for."""
        path, _, locale = thing.partition("@")
        kind, name = path.split("/")[0], path.rsplit("/", 1)[1]
        words = NAMES[f"{kind}@de" if locale else kind]
        word = {"item": "collectionitem"}.get(kind, kind) + "." + words[number % len(words)]
        data = {"status": "deleted" if deleted else "published", "timestamp": "2099-01-01T00:00:00"}
        if kind == "post":
            data = {"locale": "de"} if locale else {}
        self.queue.append(self.make_body(word, name, **data))
        if self.preview or not word.endswith("draft"):
            self.untold -= {thing, f"{thing}@de"}

    def build(self, fault, where, fate):
        """Build for what waits, in any order; after a failure the relay may forget it."""
        keeps, chance = fate
        chance.shuffle(self.queue)
        if fault:
            self.played.emulator.faults.add(f"{fault}@{where}")
        before = self.played.manifests(preview=self.preview)
        try:
            self.run()
            self.queue = []
        except EventsPendingError:
            assert self.played.manifests(preview=self.preview) == before
            if not keeps:
                self.queue = []
        self.played.emulator.faults.clear()
        self.check(before)

    def run(self):
        """Build with the events that wait, or without any."""
        hour = {"preview": self.preview, "max_age": FOR_EVER}
        if self.queue:
            self.played.build(json.dumps(self.queue), **hour)
        else:
            self.played.plain(**hour)

    def pulled(self):
        """Give what a full pull would bring; one for each state of the account."""
        account = self.played.emulator.account
        state = json.dumps([account.posts, account.pages, account.collections], sort_keys=True)
        if state not in self._pulled:
            self._pulled = {state: self.played.pulled(preview=self.preview)}
        return self._pulled[state]

    def check(self, before):
        """Nothing live is gone, and nothing is there that was neither stored nor is in the CMS."""
        after = self.played.manifests(preview=self.preview)
        pulled = self.pulled()
        for locale, manifest in after.items():
            gone = before[locale].keys() - manifest.keys()
            assert not {k for k in gone if k.kind in NAMES} & pulled[locale].keys()
            for key, digest in manifest.items():
                assert digest in {before[locale].get(key), pulled[locale].get(key)}

    def finish(self):
        """Let the API be well; a held-back deletion is looked at again."""
        for _ in range(4):
            before = self.played.manifests(preview=self.preview)
            try:
                self.run()
            except EventsPendingError:
                self.played.clock.move(minutes=6)
                continue
            self.check(before)
            break
        else:
            raise AssertionError("the events were never taken in")
        stored = self.played.manifests(preview=self.preview)
        pulled = self.pulled()
        untold = {key_of(thing) for thing in self.untold}
        for locale, manifest in pulled.items():
            keys = {*manifest, *stored[locale]} - untold
            told = {key for key in keys if key.kind in NAMES}
            assert {k: manifest.get(k) for k in told} == {k: stored[locale].get(k) for k in told}


MODELS = {}


def key_of(thing):
    """Give the key of a thing, whatever its locale."""
    path = thing.partition("@")[0]
    return Key.parse(path.replace("post/", "post//"))


@pytest.fixture
def begin(account, play, make_body):
    """An account of two locales with some of each kind."""
    account.settings(locales=["en", "de"])
    for slug in SLUGS[:3]:
        account.post(slug)
        account.page("news", slug, line="Old")
    for slug in SLUGS[:2]:
        account.translate(f"posts/{slug}", "de", title="Alt")
        account.translate(f"pages/news/{slug}", "de", fields={"line": "Alt"})
    account.collection("people", {"id": 7, "name": "Ada"}, {"id": 8, "name": "Bob"})

    def start(preview, **options):
        locales = (Locale("en", "en"), Locale("de", "de"))
        played = play(locales=locales, reconcile=FOR_EVER, **options)
        posts, pages = played.emulator.account.posts, played.emulator.account.pages["news"]
        for kind, model in (("post", posts["one"]), ("page", pages["one"])):
            MODELS[kind] = {k: v for k, v in model.items() if k not in {"locales", "draft"}}
        return World(played, make_body, preview)

    return start


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    history=st.lists(st.one_of(EDIT, EDIT, FORGE, BUILD, BUILD), min_size=4, max_size=12),
    preview=st.booleans(),
    bounds=st.sampled_from([None, Deletions(0.25, 1)]),
)
def test_what_events_named_is_there_in_the_end_and_nothing_live_was_ever_removed(
    begin, history, preview, bounds
):
    """Whatever was lost, forged, repeated, or came in the wrong order."""
    world = begin(preview, max_deletions=bounds)
    for step in history:
        world.step(*step)
    world.finish()
