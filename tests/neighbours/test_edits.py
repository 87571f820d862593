"""With themes and plugins of others, an incremental build writes what a whole one does.

All edits with every neighbour take some minutes; BUTTERCMS_TEST_NEIGHBOURS=all asks for them.
"""

import os

import pytest

from tests.incremental.builds import difference

from .corpus import Corpus
from .neighbours import NEIGHBOURS, together
from .pages import without_time

ALL = os.environ.get("BUTTERCMS_TEST_NEIGHBOURS") == "all"
TEXTS = "<p>Another text & <i>words</i>.</p>"


def _swap(posts, one, other):
    posts[one]["day"], posts[other]["day"] = posts[other]["day"], posts[one]["day"]


EDITS = {
    "nothing": lambda corpus, _: None,
    "body": lambda corpus, _: corpus.posts["post-2"].update(body=TEXTS),
    "title": lambda corpus, _: corpus.posts["post-3"].update(title='Salt <&> "pepper"'),
    "nothing again": lambda corpus, _: None,
    "summary": lambda corpus, _: corpus.posts["post-4"].update(summary="Shorter & better"),
    "no summary": lambda corpus, _: corpus.posts["post-5"].update(summary=""),
    "category": lambda corpus, _: corpus.posts["post-1"].update(categories=["News"]),
    "new category": lambda corpus, _: corpus.posts["post-2"].update(categories=["Own & new"]),
    "tags": lambda corpus, _: corpus.posts["post-6"].update(tags=["tea", "fresh"]),
    "no tags": lambda corpus, _: corpus.posts["post-1"].update(tags=[]),
    "author": lambda corpus, _: corpus.posts["post-4"].update(author="Ada Lane"),
    "new author": lambda corpus, _: corpus.posts["post-5"].update(author="Bo Reed"),
    "order": lambda corpus, _: _swap(corpus.posts, "post-2", "post-5"),
    "new post": lambda corpus, _: corpus.posts.update(
        {"post-7": corpus.posts["post-6"] | {"day": "2024-07-01", "title": "Seven", "de": {}}}
    ),
    "post removed": lambda corpus, _: corpus.posts.pop("post-3"),
    "page body": lambda corpus, _: corpus.pages["about"].update(body=TEXTS),
    "page title": lambda corpus, _: corpus.pages["imprint"].update(title="Imprint <&>"),
    "new page": lambda corpus, _: corpus.pages.update(more={"title": "More", "body": TEXTS}),
    "page removed": lambda corpus, _: corpus.pages.pop("imprint"),
    "site name": lambda _, site: site.settings.update(SITENAME="Another name"),
    "template": lambda _, site: site.template(
        "authors.html", "{{ SITENAME }} {{ authors|length }}"
    ),
    "older again": lambda corpus, _: corpus.posts["post-7"].update(day="2023-01-01"),
}


def edited(site, neighbour, names):
    """Edit one thing after the other; each time, compare with a whole build."""
    corpus = Corpus(german=neighbour.german)
    neighbour.configure(site, cms=True)
    corpus.into_account(site)
    site.make()
    for name in names:
        EDITS[name](corpus, site)
        corpus.into_account(site)
        build = site.make()
        assert (build.rendered >= 0) == neighbour.followed, build.log
        whole, files = without_time(site.full()), without_time(site.tree())
        found = difference(files, whole)
        assert not found, f"after {name}: {found}"


def test_some_edits_with_all_plugins_at_once(make_site):
    """Those that change the most in what plugins add."""
    edited(make_site("all"), together(), ["nothing", "title", "order", "post removed"])


@pytest.mark.skipif(not ALL, reason="BUTTERCMS_TEST_NEIGHBOURS=all asks for it")
@pytest.mark.parametrize("name", [*NEIGHBOURS, "together"])
def test_every_edit(make_site, name):
    """One neighbour, and all the plugins at once."""
    edited(make_site(name), NEIGHBOURS.get(name) or together(), EDITS)
