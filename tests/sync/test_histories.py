"""For any history of edits, a store that follows webhooks is what a full pull would bring."""

from copy import deepcopy
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.settings.durations import FOR_EVER

SLUGS = ("one", "two", "three")
THINGS = (
    *(f"post/{slug}" for slug in SLUGS),
    *(f"page/news/{slug}" for slug in SLUGS),
    *(f"page/team/{slug}" for slug in SLUGS),
    *(f"page/*/{slug}" for slug in SLUGS[:1]),
    *(f"item/people/{number}" for number in (7, 8)),
)
LINKS = (None, "/v2/pages/team/one/", "/v2/content/?keys=people[_id=7]", "/v2/pages/nowhere/x/")
EDITS = st.tuples(
    st.sampled_from(THINGS),
    st.sampled_from(["published", "published", "draft", "unpublished", "deleted"]),
    st.sampled_from(LINKS),
    st.booleans(),
)
PATIENT = settings(
    max_examples=14,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def begin(account, play):
    """An account with some of each kind; `team` is only found through references."""
    for slug in SLUGS[:2]:
        account.post(slug, tags=[slug])
        account.page("news", slug, line="Old")
        account.page("team", slug, line="Old")
    account.page("*", "one", line="Old")
    account.collection("people", {"id": 7, "name": "Ada"}, {"id": 8, "name": "Bob"})
    options = {"page_types": {"news": None, "*": None}, "reconcile": FOR_EVER}
    return lambda **more: play(**options | more)


def edit(played, what, status, link):
    """Change something as an editor does, who makes it first where it is not there."""
    kind, _, rest = what.partition("/")
    group, _, name = rest.rpartition("/")
    account = played.emulator.account
    places = {"post": account.posts, "page": account.pages.get(group)}
    place = places.get(kind, account.collections.get(group))
    key = int(name) if kind == "item" else name
    if key not in place:
        if status in {"deleted", "unpublished"}:
            return
        place[key] = fresh(kind, group, key)
    moment = f"{played.clock():%H:%M}"
    if kind == "page":
        changes = {"fields": {"line": moment, "related": link}}
    else:
        changes = {"title": moment, "tags": ["one"]} if kind == "post" else {"name": moment}
    played.edit(what, status, **changes)


def fresh(kind, group, key):
    """Make what an editor has just begun."""
    if kind == "item":
        return {"meta": {"id": key}, "name": "New", "status": "draft"}
    dates = {"created": "2026-05-17T00:00:00Z", "updated": "2026-05-17T00:00:00Z"}
    common = {"slug": key, "status": "draft", "published": None, **dates}
    if kind == "post":
        return common | {"title": "New", "author": "ada-lane", "categories": ["news"], "tags": []}
    page_type = None if group == "*" else group
    return common | {"name": "New", "page_type": page_type, "fields": {}}


@PATIENT
@given(history=st.lists(EDITS, max_size=8), preview=st.booleans(), together=st.booleans())
def test_with_every_webhook_the_store_is_a_full_pull_at_each_step(
    begin, history, preview, together
):
    """One event a build, or two: whatever was published, withdrawn, deleted or linked."""
    played = begin(preview=preview)
    played.plain()
    for number, (what, status, link, _) in enumerate(history):
        edit(played, what, status, link)
        if (together and number % 2 == 0) or not played.sent:
            continue
        played.build()
        assert played.manifests() == played.pulled()


@PATIENT
@given(history=st.lists(EDITS, max_size=8), preview=st.booleans())
def test_with_lost_webhooks_it_is_a_full_pull_after_a_reconcile(begin, history, preview):
    """Whatever was missed, and in whatever order the rest came, and came again."""
    played = begin(preview=preview)
    played.plain()
    kept = []
    for what, status, link, lost in history:
        edit(played, what, status, link)
        sent, played.sent = deepcopy(played.sent), []
        if not lost:
            kept += sent
    for body in reversed(kept):
        played.sent = [body]
        played.build()
    played.sent = kept[:1]
    played.clock.move(days=2)
    stored = played.build(payload=None if kept else "{}", reconcile=timedelta(days=1))
    assert stored.stale is None
    assert played.manifests() == played.pulled()


@PATIENT
@given(history=st.lists(EDITS, max_size=6))
def test_events_in_the_wrong_order_and_again_do_no_harm_to_what_is_there(begin, history):
    """All events come, late, backwards and twice: what is published stays, what is not goes."""
    played = begin()
    played.plain()
    bodies = []
    for what, status, _, _ in history:
        edit(played, what, status, None)
        bodies += played.sent
        played.sent = []
    for body in [*reversed(bodies), *bodies]:
        played.sent = [body]
        played.build()
    assert played.manifests() == played.pulled()
