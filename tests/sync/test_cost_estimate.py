"""The estimated calls of a pull are those that the next pull makes."""

from pelican_buttercms.store import Scope
from pelican_buttercms.sync.cost_estimate import estimate_calls
from pelican_buttercms.sync.progress import Progress
from pelican_buttercms.sync.pull import pull
from pelican_buttercms.sync.pull_spec import PullSpec


def test_an_estimate_has_the_calls_that_the_next_pull_makes(connect, account, app, store, scope):
    """By listing, from what the last pull brought; the sum is what the API then counts."""
    for number in range(205):
        account.post(f"p{number}")
    account.page("*", "about")
    account.page("news", "n", item={"$ref": "item:extra/9"})
    account.collection("a", {"id": 1})
    account.collection("b", {"id": 2})
    account.collection("extra", {"id": 9})
    wanted = PullSpec(page_types=("*", "news"), collections=("a", "b"))
    before = estimate_calls(wanted, {})
    assert {one.listing: one.calls for one in before} == {
        "posts": 1,
        "single pages": 1,
        "news": 1,
        "a + b": 1,
        "authors": 1,
        "categories": 1,
        "tags": 1,
    }
    result = pull(connect(app()), store, [scope], wanted, Progress())
    stored = {one.scope.locale: list(store.records(one)) for one in result.generations}
    estimated = estimate_calls(wanted, stored)
    assert {one.listing: (one.calls, one.items) for one in estimated if one.items} == {
        "posts": (4, 205),
        "single pages": (1, 1),
        "news": (1, 1),
        "a + b": (1, 2),
        "extra": (1, 1),
    }
    again = pull(connect(app()), store, [scope], wanted, Progress())
    assert sum(one.calls for one in estimated) == again.calls == 11


def test_an_estimate_follows_references_round_by_round(connect, account, app, store):
    """As a pull does: what is found together is asked for together, in each locale."""
    account.settings(locales=["en", "de"])
    account.page("news", "n", farm={"$ref": "item:farms/1"}, faq={"$ref": "item:faqs/2"})
    account.collection("farms", {"id": 1, "owner": {"$ref": "item:people/3"}})
    account.collection("faqs", {"id": 2, "page": {"$ref": "page:coffee/c"}})
    account.collection("people", {"id": 3, "team": {"$ref": "item:teams/4"}})
    account.collection("teams", {"id": 4, "gone": "/v2/pages/nothing/x"})
    account.page("coffee", "c")
    wanted = PullSpec(page_types=("news",), locales=("en", "de"))
    scopes = [Scope("account", name, "live") for name in wanted.locales]
    result = pull(connect(app()), store, scopes, wanted, Progress())
    stored = {one.scope.locale: list(store.records(one)) for one in result.generations}
    assert sum(one.calls for one in estimate_calls(wanted, stored)) == result.calls
    assert result.calls > 12


def test_a_collection_alone_is_estimated_by_its_pages(connect, account, app, store, scope):
    """Several come in one call whatever their size, and one alone in pages of a hundred."""
    account.collection("farms", *({"id": number} for number in range(1, 206)))
    wanted = PullSpec(posts=False, collections=("farms",))
    result = pull(connect(app()), store, [scope], wanted, Progress())
    (planned,) = estimate_calls(wanted, {"": list(store.records(result.generation))})
    assert (planned.listing, planned.calls, planned.items) == ("farms", 4, 205)
    assert planned.calls == result.calls
