"""With themes and plugins of others, content of the CMS gives the pages that local files give."""

import pytest

from tests.incremental.builds import difference

from .corpus import Corpus
from .neighbours import NEIGHBOURS
from .pages import with_entities_undone


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_the_same_pages(make_site, name):
    """All files, and all that is in them."""
    neighbour = NEIGHBOURS[name]
    corpus = Corpus(german=neighbour.german)
    ours, theirs = make_site("cms"), make_site("local")
    corpus.into_account(ours)
    corpus.into_files(theirs)
    theirs.settings["PLUGINS"] = ["exact"]
    theirs.settings["BUTTERCMS_API_URL"] = None
    neighbour.configure(ours, cms=True)
    neighbour.configure(theirs, cms=False)
    for site in (ours, theirs):
        site.make()
    found = difference(with_entities_undone(ours), with_entities_undone(theirs))
    assert not found, found
