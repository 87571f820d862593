"""Posts whose translations have other slugs: who is asked for, and what is remembered."""

from dataclasses import replace

import pytest

from pelican_buttercms.store import Scope, read_snapshot, write_snapshot
from pelican_buttercms.store.shared.remote_manifest import encode
from pelican_buttercms.store.shared.remote_pull import RemotePull
from pelican_buttercms.sync.progress import LineProgress
from pelican_buttercms.sync.pull import pull
from pelican_buttercms.sync.pull_spec import PullSpec

LOCALES = ("en", "de", "fr")
LISTINGS = 6
"""Posts in three locales, authors, categories and tags."""


@pytest.fixture
def blog(account):
    """A blog of three locales: one post in all of them, one in two, one in each alone."""
    account.settings(locales=list(LOCALES), default_locale="en")
    account.post("tea")
    account.translate("posts/tea", "de", slug="tee")
    account.translate("posts/tea", "fr", slug="the")
    account.post("only-german", locale="de", status="published")
    account.translate("posts/only-german", "fr", slug="en-francais")
    for number in range(4):
        account.post(f"english-{number}")
    return account


@pytest.fixture
def run(connect, store, app):
    """Pull all locales; gives the groups with their posts, and how many calls they cost."""

    def start(emulator=None, **wanted):
        scopes = [Scope("account", name, "live") for name in LOCALES]
        spec = PullSpec(locales=LOCALES, main="en", **wanted)
        progress = LineProgress(lambda _: None)
        result = pull(connect(emulator or app()), store, scopes, spec, progress)
        groups = {}
        for name, group in result.generation.post_groups.items():
            if group:
                groups.setdefault(group, set()).add(name)
        return groups, result.calls - LISTINGS

    return start


def test_the_side_with_fewer_posts_is_asked(run, blog):
    """Two German posts and two French ones, not the English ones; and of each pair once."""
    groups, calls = run()
    assert groups == {
        "tea": {"en/tea", "de/tee", "fr/the"},
        "only-german": {"de/only-german", "fr/en-francais"},
    }
    # de and fr in English: 2 + 2; then the German one that has no French version yet
    assert calls == 5


def test_the_answers_are_remembered(run, blog):
    """A later pull asks for what is new alone, also where nothing was found."""
    first, _ = run()
    assert run() == (first, 0)
    blog.post("english-new")
    assert run() == (first, 2)  # in German, and in French
    blog.translate("posts/english-1", "de", slug="deutsch-1")
    groups, calls = run()
    assert groups == first | {"english-1": {"en/english-1", "de/deutsch-1"}}
    assert calls == 1
    blog.delete("posts/tea.json")
    groups, calls = run()
    assert "tea" not in groups
    assert calls == 0


@pytest.mark.parametrize("behaviour", [{"post_locales": "ignored"}, {}])
def test_nothing_is_asked_where_nothing_can_be_found(run, account, app, behaviour):
    """One locale has posts, or the account ignores the locale, or all slugs are the same."""
    account.settings(locales=list(LOCALES), default_locale="en")
    account.post("hello")
    account.translate("posts/hello", "de")
    account.post("other")
    groups, calls = run(app(**behaviour))
    assert (groups, calls) == ({}, 0)


def test_a_field_of_the_users_costs_nothing(run, blog):
    """BUTTERCMS_TRANSLATION_ID names what the posts have in common."""
    assert run(link_posts=False) == ({}, 0)


def test_a_failure_ends_no_pull(run, blog, app, caplog):
    """The posts are there, and are asked for again by the next pull."""
    emulator = app(faults=["status=400@/v2/posts/tee/"])
    groups, _ = run(emulator)
    assert groups["tea"] == {"en/tea", "fr/the"}
    assert "It is not known which posts of en are translations" in caplog.text
    groups, _ = run()
    assert groups["tea"] == {"en/tea", "de/tee", "fr/the"}


def test_what_was_found_travels_with_the_content(run, blog, store, tmp_path):
    """In a snapshot and in a shared store: nobody has to ask again."""
    _groups, _ = run()
    latest = [store.latest(Scope("account", name, "live")) for name in LOCALES]
    first = latest[0]
    contents = {generation.scope: list(store.records(generation)) for generation in latest}
    write_snapshot(
        tmp_path / "s", contents, first.pulled_at, first.wanted, post_groups=first.post_groups
    )
    assert read_snapshot(tmp_path / "s").post_groups == first.post_groups
    ours = RemotePull.of(latest)
    assert b'"de/tee":"tea"' in encode(ours, first.scope)[1]
    theirs = replace(ours, post_groups={"de/tee": "", "de/new": "x"})
    merged = ours.merge(theirs).post_groups
    assert merged == theirs.merge(ours).post_groups == {**first.post_groups, "de/new": "x"}
