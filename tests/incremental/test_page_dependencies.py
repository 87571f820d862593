"""A page of a list is as it was if the whole list is; what differs tells it apart."""

from types import SimpleNamespace

from pelican.paginator import Paginator
from pelican.settings import DEFAULT_CONFIG
import pytest

from pelican_buttercms.incremental.fingerprint import Fingerprinter
from pelican_buttercms.incremental.given_values import PageRender
from pelican_buttercms.incremental.manifest import Manifest, PageRecord
from pelican_buttercms.incremental.page_dependencies import DependencyChecker

ASKS = "articles_next_page.url\narticles_page\narticles_page.number\narticles_page.object_list\ntag"
ONES = [SimpleNamespace() for _ in range(7)]


def make(**changes):
    """Return what compares pages, and the pages of a list of six articles."""
    chosen = {"name": "tag/a.html", "url": "tag/a", "per_page": 2, "tag": "a", "ones": ONES[:6]}
    chosen |= {"orphans": 0, "versions": {1: 1}} | changes
    names = {id(one): f"Article|{number}" for number, one in enumerate(ONES[:6])}
    objects = SimpleNamespace(versions=chosen["versions"], names=names, known_list=lambda _: None)
    objects.fingerprinter = Fingerprinter(names)
    answers = SimpleNamespace(of_name=lambda _name, value: objects.fingerprinter.fingerprint(value))
    settings = {**DEFAULT_CONFIG, "DEFAULT_ORPHANS": chosen["orphans"]}
    paginator = Paginator(
        chosen["name"], chosen["url"], chosen["ones"], settings, chosen["per_page"]
    )
    basis = DependencyChecker(objects, answers, Manifest())
    context = {"articles_paginator": paginator, "tag": chosen["tag"]}
    jobs = []
    for number in range(1, paginator.num_pages + 1):
        after = paginator.page(number + 1) if number < paginator.num_pages else None
        around = {"articles_page": paginator.page(number), "articles_next_page": after}
        whole = context | around
        jobs.append(PageRender("x.html", SimpleNamespace(name="tag.html"), whole, frozenset(whole)))
    return basis, jobs


def briefs(**changes):
    """Return what stands for each page of a list."""
    basis, jobs = make(**changes)
    return [basis._given.brief(ASKS, job) for job in jobs]


def test_each_page_of_a_list_has_its_own():
    """The same in each build."""
    found = briefs()
    assert len(found) == len(set(found)) == 3
    assert all(found)
    assert briefs() == found


@pytest.mark.parametrize(
    "changes",
    [
        {"ones": ONES[:5]},
        {"ones": [*ONES[1:6], ONES[0]]},
        {"name": "tag/b.html"},
        {"url": "tag/b"},
        {"per_page": 3},
        {"orphans": 1},
        {"tag": "b"},
    ],
)
def test_what_differs_tells_all_of_them_apart(changes):
    """Also what is on another page of the list."""
    assert not set(briefs()) & set(briefs(**changes))


@pytest.mark.parametrize("changes", [{"versions": {}}, {"ones": ONES}])
def test_there_is_none_where_it_cannot_be_known(changes):
    """Others may change a list while pages are written, and what has no name is not known."""
    assert set(briefs(**changes)) == {b""}


def test_a_page_is_the_same_by_its_list_or_by_its_part_of_it():
    """By the list it takes no look at the part; by the part it is found by the list next time."""
    basis, jobs = make()
    own, brief = basis._given.own(ASKS, jobs[0]), basis._given.brief(ASKS, jobs[0])
    page = PageRecord("tag.html", ASKS, own, b"", brief=brief)
    assert basis.is_as_before(page, jobs[0])
    assert basis.is_as_before(PageRecord("tag.html", ASKS, b"other", b"", brief=brief), jobs[0])
    other, longer = make(ones=ONES[:5])
    assert other.is_as_before(page, longer[0])
    assert page.brief == other._given.brief(ASKS, longer[0]) != brief
    assert other._manifest.facts.is_new
    assert not other.is_as_before(page, longer[1])
