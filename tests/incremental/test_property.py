"""Whatever is edited: an incremental build's output is that of a full build, byte for byte."""

import os
import random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
import pytest

from . import edited_plugins  # noqa: F401  (they are edits as well)
from .edits import EDITS, SMALL
from .world import THEMES, World

EXAMPLES = int(os.environ.get("BUTTERCMS_TEST_EDITS", "1"))
"""How many sites are drawn; set it for a longer search."""

TINY = {"nothing", "post_body", "setting_unread", "output_deleted", "output_changed"}
"""Those after which most pages must have been left as they were."""


def edit(world, name, *, counts=True):
    """Change something, build, and compare with a full build."""
    EDITS[name](world)
    build = world.site.make()
    try:
        world.site.is_right()
    except AssertionError as exc:
        raise AssertionError(f"after {name}: {exc}") from None
    assert build.rendered >= 0, build.log
    if counts and name in SMALL and "afterwards" not in world.site.settings["PLUGINS"]:
        least = build.rendered if name in TINY else 0
        assert build.kept > least, f"after {name} only {build.kept} pages were left as they were"


def dealt(theme):
    """Return each theme its share of the edits, in an order that is always the same."""
    names = sorted(EDITS)
    random.Random(7).shuffle(names)
    return names[THEMES.index(theme) :: len(THEMES)]


@pytest.mark.parametrize("theme", THEMES)
def test_each_kind_of_edit(sandboxes, theme):
    """All of them, one after the other, in one site for each theme."""
    world = World(sandboxes(), theme, random.Random(THEMES.index(theme)))
    world.site.make()
    edit(world, "post_body")
    for name in dealt(theme):
        edit(world, name)


@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[*HealthCheck],
)
@given(
    theme=st.sampled_from(THEMES),
    names=st.lists(st.sampled_from(sorted(EDITS)), min_size=3, max_size=6),
    draw=st.randoms(use_true_random=False),
)
def test_any_edits_of_any_site(sandboxes, theme, names, draw):
    """One after the other, in a site that is drawn."""
    world = World(sandboxes(), theme, draw)
    world.site.make()
    for name in names:
        edit(world, name)
