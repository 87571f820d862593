"""Whatever is edited: a build that has something to do does it, and the one after it rests."""

import os
import random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.incremental.edits import EDITS
from tests.incremental.world import THEMES, World

from .conftest import rested

EXAMPLES = int(os.environ.get("BUTTERCMS_TEST_EDITS", "1"))
"""How many sites are drawn; set it for a longer search."""

RENDERED_EACH_TIME = {"template_page", "file_attaches"}
SEEN = sorted(EDITS.keys() - RENDERED_EACH_TIME)


def world_of(site, theme, draw):
    """Make a site whose pages can all be followed."""
    site.rests = True
    world = World(site, theme, draw)
    world.put_file("notes/first.md", body="[a]({filename}/notes/second.md) [t]({tag}red)")
    site.make()
    return world


def edit(world, name):
    """Change something, build twice, and compare with a full build each time."""
    try:
        EDITS[name](world)
        world.site.make()
        world.site.is_right()
        if "{attach}" not in "".join(world.local.values()):
            assert rested(world.site)
            world.site.is_right()
    except AssertionError as exc:
        raise AssertionError(f"after {name}: {exc}") from None


def test_many_edits_of_one_site(sandboxes):
    """One after the other, in an order that is always the same."""
    draw = random.Random(3)
    world = world_of(sandboxes(), "simple", draw)
    for name in draw.sample(SEEN, 12):
        edit(world, name)


@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[*HealthCheck],
)
@given(
    theme=st.sampled_from(THEMES),
    names=st.lists(st.sampled_from(SEEN), min_size=2, max_size=5),
    draw=st.randoms(use_true_random=False),
)
def test_any_edits_of_any_site(sandboxes, theme, names, draw):
    """In a site that is drawn."""
    world = world_of(sandboxes(), theme, draw)
    for name in names:
        edit(world, name)
