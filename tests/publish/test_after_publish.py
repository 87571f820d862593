"""What is stored after a few items changed: as after a whole pull, for a call or two."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
import subprocess
import sys

import pytest

from pelican_buttercms.content import Key
from pelican_buttercms.publish.after_publish import merge_into_store
from pelican_buttercms.publish.write_model import WriteTarget
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.settings.locales import Locale
from pelican_buttercms.store import Store
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.progress import Progress

HELLO = WriteTarget(Key("post", "", "hello"))
HOME = WriteTarget(Key("page", "news", "home"))
ADA = WriteTarget(Key("item", "people", "7"))


class Folding:
    """A store that was pulled once, and an account that changes afterwards."""

    def __init__(self, source, store, connect, app):
        self.source = source
        self.store = store
        self.connect = connect
        self.app = app

    def of_mode(self, *, preview):
        """The source of what is live, or of drafts."""
        return replace(self.source, options=replace(self.source.options, preview=preview))

    def pull(self, *, preview=False):
        """Pull everything."""
        source = self.of_mode(preview=preview)
        return source.pull(self.store, Progress(), allow_deletions=True)

    def fold(self, *changed, gone=()):
        """Take changes in."""
        return merge_into_store(
            self.source, self.connect(self.app()), self.store, dict.fromkeys(changed), gone
        )

    def content(self, *, preview=False):
        """Everything that is stored, by locale."""
        source = self.of_mode(preview=preview)
        latest = self.store.latest_together(source.scopes(self.store))
        return {g.scope.locale: {r.key: r.data for r in self.store.records(g)} for g in latest}

    def assert_as_pulled(self, *, preview=False):
        """What is stored is what a whole pull brings now."""
        before = self.content(preview=preview)
        self.pull(preview=preview)
        assert before == self.content(preview=preview)


@pytest.fixture
def folding(tmp_path, account, clock, connect, app):
    """A store of live content, once the account is filled."""

    def start(*, preview=False, locales=("",), **settings):
        options = Settings(
            api_url=f"emulator:{account.folder}",
            cache_path=tmp_path / "cache",
            max_age=timedelta(0),
            locales=tuple(Locale(name, name or "en") for name in locales),
            **{"page_types": {"news": None}, "collections": ("people",)} | settings,
        )
        source = Source(options, Environment({}), clock)
        store = stack.enter_context(Store(options.cache_path, clock))
        made = Folding(source, store, connect, app)
        made.pull()
        if preview:
            made.pull(preview=True)
        return made

    account.post("hello", tags=["old"])
    account.page("news", "home", line="Old")
    account.collection("people", {"id": 7, "name": "Ada"}, {"id": 8, "name": "Bob"})
    with ExitStack() as stack:
        yield start


def test_each_kind_is_folded_for_one_call(folding, account, clock):
    """The result is a whole generation, as fresh as the pull that it is made from."""
    made = folding()
    before = made.pull().generation
    account.post("hello", title="New", tags=["brand-new"], author="bob")
    account.page("news", "home", line="New")
    account.collection("people", {"id": 7, "name": "Ada L."}, {"id": 8, "name": "Bob"})
    clock.move(minutes=5)
    folded = made.fold(HELLO, HOME, ADA)
    assert folded.calls == 3
    (after,) = made.store.latest_together(made.source.scopes(made.store))
    for name in ("pulled_at", "wanted", "full_calls"):
        assert getattr(after, name) == getattr(before, name)
    assert (after.calls, after.cause, after.created) == (3, "publish", clock())
    assert after.parents == (before.id,)
    assert after.id > before.id
    assert set(folded.changes["live"][""].updated) == {HELLO.key, HOME.key, ADA.key}
    assert folded.notes == []
    made.assert_as_pulled()


def test_what_is_new_comes_in_and_what_is_gone_goes(folding, account):
    """A deletion costs no call; a new item of a collection comes with its listing."""
    made = folding()
    account.post("second")
    account.collection("people", {"id": 8, "name": "Bob"}, {"id": 9, "name": "Cid"})
    account.delete("pages/news/home.json")
    folded = made.fold(
        WriteTarget(Key("post", "", "second")),
        WriteTarget(Key("item", "people", "9")),
        gone=[HOME, ADA],
    )
    assert folded.calls == 2
    changes = folded.changes["live"][""]
    assert changes.deleted == (ADA.key, HOME.key)
    made.assert_as_pulled()


def test_what_was_asked_for_and_is_not_there_is_gone(folding, account):
    """The API's 404 is believed for just that item."""
    made = folding()
    account.delete("posts/hello.json")
    account.delete("pages/news/home.json")
    account.collection("people", {"id": 8, "name": "Bob"})
    assert made.fold(HELLO, HOME, ADA).changes["live"][""].deleted == (ADA.key, HOME.key, HELLO.key)
    made.assert_as_pulled()


def test_a_collection_that_is_gone_takes_its_items_along(folding, account):
    """As far as they were asked for."""
    made = folding()
    account.delete("collections/people.json")
    assert made.fold(ADA).changes["live"][""].deleted == (ADA.key,)


def test_a_draft_never_enters_live_content(folding, account):
    """What became a draft leaves it, and stays where drafts are stored."""
    made = folding(preview=True)
    account.post("hello", status="draft", published=None)
    account.page("news", "home", line="New", status="draft", published=None)
    account.collection("people", {"id": 7, "name": "A", "status": "draft"}, {"id": 8, "name": "B"})
    account.post("second", status="draft", published=None)
    folded = made.fold(HELLO, HOME, ADA, WriteTarget(Key("post", "", "second")))
    assert folded.calls == 8
    live, preview = made.content()[""], made.content(preview=True)[""]
    assert not {HELLO.key, HOME.key, ADA.key, Key("post", "", "second")} & live.keys()
    assert {HELLO.key, HOME.key, ADA.key, Key("post", "", "second")} <= preview.keys()
    made.assert_as_pulled()
    made.assert_as_pulled(preview=True)


def test_an_overlay_shows_in_preview_only(folding, account):
    """A draft over a live page changes nothing that is live."""
    made = folding(preview=True)
    account.overlay("pages/news/home", fields={"line": "Draft"})
    account.overlay("posts/hello", title="Draft")
    changes = made.fold(HOME, HELLO).changes
    assert changes["live"][""].updated == ()
    assert len(changes["preview"][""].updated) == 2
    made.assert_as_pulled()
    made.assert_as_pulled(preview=True)


def test_a_scheduled_post_is_stored_as_a_pull_stores_it(folding, account):
    """With the time at which it will come."""
    made = folding(preview=True)
    account.post("hello", status="scheduled", published=None, scheduled="2027-01-01T00:00:00Z")
    made.fold(HELLO)
    made.assert_as_pulled()
    made.assert_as_pulled(preview=True)


def test_each_locale_is_folded_by_itself(folding, account):
    """All locales get one generation; only the one that changed is asked for."""
    account.settings(locales=["en", "de"])
    account.translate("pages/news/home", "de", fields={"line": "Alt"})
    made = folding(locales=("en", "de"))
    account.translate("pages/news/home", "de", fields={"line": "Neu"})
    folded = made.fold(WriteTarget(HOME.key, "de"))
    assert folded.calls == 1
    assert folded.changes["live"]["de"].updated == (HOME.key,)
    assert folded.changes["live"]["en"].updated == ()
    made.assert_as_pulled()
    assert made.fold(HOME).calls == 2  # the default's name is not known, so both are asked for
    assert "'fr' is not pulled" in made.fold(WriteTarget(HOME.key, "fr")).notes[0]


def test_a_translated_post_brings_its_sibling(folding, account):
    """A post's slug leads to its translation, under a slug of its own."""
    account.settings(locales=["en", "de"])
    account.translate("posts/hello", "de", slug="hallo", title="Alt")
    made = folding(locales=("en", "de"))
    account.post("hello", title="New")
    account.translate("posts/hello", "de", slug="hallo", title="Neu")
    made.fold(HELLO)
    assert made.content()["de"][Key("post", "", "hallo")]["title"] == "Neu"
    made.assert_as_pulled()


def test_a_renamed_post_is_gone_under_its_old_slug(folding, account):
    """One call for both."""
    made = folding()
    account.delete("posts/hello.json")
    account.post("hi")
    assert made.fold(WriteTarget(Key("post", "", "hi")), gone=[HELLO]).calls == 1
    made.assert_as_pulled()


def test_what_is_not_pulled_is_not_folded(folding, account):
    """Neither asked for nor stored: a build that wants it pulls anyway."""
    account.page("team", "us")
    made = folding(posts=False)
    folded = made.fold(HELLO, WriteTarget(Key("page", "team", "us")))
    assert (folded.calls, folded.changes) == (0, {})
    assert [note.partition(":")[0] for note in folded.notes] == [
        "posts/hello is not pulled",
        "pages/team/us is not pulled",
    ]


def test_content_that_was_rolled_back_stays(folding, account):
    """Somebody chose it; only a pull ends that."""
    made = folding()
    scopes = made.source.scopes(made.store)
    first = made.store.latest_together(scopes)[0].id
    made.pull()
    made.store.roll_back(scopes, first)
    folded = made.fold(HELLO)
    assert (folded.calls, folded.changes) == (0, {})
    assert "was rolled back" in folded.notes[0]
    assert made.store.latest_together(scopes)[0].id == first


def test_content_that_is_wanted_otherwise_now_is_pulled(folding, account):
    """After a change of the settings the next build pulls; nothing is asked for until then."""
    made = folding()
    made.source = replace(made.source, options=replace(made.source.options, levels=2))
    folded = made.fold(HELLO)
    assert (folded.calls, folded.changes) == (0, {})
    assert "less than the settings ask for now" in folded.notes[0]


def test_an_empty_store_stays_empty(folding, account, tmp_path, clock):
    """Without a whole pull there is nothing to fold into."""
    made = folding()
    options = replace(made.source.options, cache_path=tmp_path / "other")
    with Store(options.cache_path, clock) as store:
        source = Source(options, Environment({}), clock)
        folded = merge_into_store(source, made.connect(made.app()), store, {HELLO: None})
        assert store.scopes() == []
    (note,) = folded.notes
    assert note.startswith("No live content of this account is stored yet: the next")
    assert folded.calls == 0


def test_a_reference_to_what_was_never_pulled_needs_a_pull(folding, account):
    """A pull would follow it, so half of what it brings is not stored."""
    account.page("team", "us")
    account.page("news", "home", line="/v2/pages/nowhere/x/")
    made = folding()
    account.page("news", "home", line="/v2/pages/nowhere/x/", related="/v2/pages/team/us/")
    folded = made.fold(HOME)
    assert folded.changes == {}
    assert "refers to team, which was never pulled" in folded.notes[0]
    account.page("news", "home", line="/v2/pages/nowhere/x/", related="/v2/pages/news/home/")
    assert made.fold(HOME).changes["live"][""].updated == (HOME.key,)


def test_a_store_that_was_pulled_with_discovery_stays_whole(folding, account):
    """Though it is wanted no more: whoever wants it again later would not pull anew."""
    made = folding()
    wanted = made.source
    made.source = replace(wanted, options=replace(wanted.options, discover=False))
    account.page("team", "us")
    account.page("news", "home", related="/v2/pages/team/us/")
    assert "refers to team" in made.fold(HOME).notes[0]
    made.pull()
    account.page("news", "home", related="/v2/pages/team/us/", line="New")
    assert made.fold(HOME).changes["live"][""].updated == (HOME.key,)


def test_what_nothing_refers_to_any_more_goes(folding, account):
    """As in a pull, which would not ask for it."""
    account.page("team", "us")
    account.page("news", "home", related="/v2/pages/team/us/")
    made = folding()
    account.page("news", "home", related="")
    assert made.fold(HOME).changes["live"][""].deleted == (Key("page", "team", "us"),)
    made.assert_as_pulled()


def test_a_post_that_comes_as_a_draft_leaves_live_content_as_it_is(folding, account):
    """It was published before, and a version of it may be live: only a pull tells."""
    made = folding()
    account.post("hello", status="draft")
    folded = made.fold(HELLO)
    assert folded.changes == {}
    why = "The stored live content was not updated, because hello came as a draft; only the listing"
    assert folded.notes[0].startswith(why)
    assert HELLO.key in made.content()[""]


def test_alternative_texts_are_asked_for_as_the_pull_did(folding, account):
    """A generation that has them keeps them."""
    account.media("AAA.png", b"\x89PNG x")
    account._write("media/alts.json", {"AAA": "A cat"})
    account.page("news", "home", picture="https://cdn.buttercms.com/AAA")
    made = folding(alt_media_text=True)
    made.source = replace(made.source, options=replace(made.source.options, alt_media_text=False))
    made.fold(HOME)
    assert made.content()[""][HOME.key]["fields"]["picture"]["alt"] == "A cat"


def test_a_missing_neighbour_in_a_listing_is_not_believed_on_the_way(folding, account):
    """An API that fails gives short listings; only what was asked for goes."""
    made = folding()
    account.collection("people", {"id": 7, "name": "Ada"})
    made.fold(ADA)
    assert Key("item", "people", "8") in made.content()[""]


PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.store import Scope, Store

name, scope = sys.argv[2], Scope("account", "", "live")
with Store(Path(sys.argv[1]), lambda: datetime.now(UTC)) as store:
    for number in range(20):
        key = Key("post", "", f"{name}-{number}")
        assert store.apply_changes({scope: {key: RawRecord(key, {"slug": key.id})}})
"""


def test_two_processes_that_fold_at_once_lose_nothing(tmp_path, store, scope):
    """Each reads what is there and writes in one transaction."""
    store.commit(scope, [], 1, ["posts"])
    store.close()
    commands = [[sys.executable, "-c", PROGRAM, str(tmp_path / "cache"), n] for n in ("a", "b")]
    processes = [subprocess.Popen(command) for command in commands]
    assert [process.wait() for process in processes] == [0, 0]
    found = {key.id for key in store.latest(scope).manifest}
    assert found == {f"{name}-{number}" for name in ("a", "b") for number in range(20)}
