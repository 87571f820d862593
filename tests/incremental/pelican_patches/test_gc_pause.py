"""The collector of cycles pauses while content is made, and is then as it was."""

import gc

import pytest

from pelican_buttercms.incremental.pelican_patches.gc_pause import off, paused


@pytest.fixture(autouse=True)
def restored():
    """Leave the collector to the next test as it was."""
    was, frozen = gc.isenabled(), gc.get_freeze_count()
    yield
    if not frozen:
        gc.unfreeze()
    (gc.enable if was else gc.disable)()


def test_it_pauses_and_goes_on():
    """Also when content is made inside of what makes content."""
    gc.enable()
    with paused():
        assert not gc.isenabled()
        with paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize("without", [off, paused])
def test_it_goes_on_after_a_failed_build(without):
    """Autoreload goes on building in the same process."""
    gc.enable()
    with pytest.raises(ValueError, match="broken"), without():
        raise ValueError("broken")
    assert gc.isenabled()


@pytest.mark.parametrize("without", [off, paused])
def test_one_that_is_off_stays_off(without):
    """Whoever turned it off has a reason."""
    gc.disable()
    with without():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_what_is_imported_is_not_looked_through_again_and_again(site, account):
    """Modules stay; the collector goes on when they are there."""
    account.post("a")
    site.fresh = True  # an interpreter that has imported nothing
    site.write(
        "plugins/watching.py",
        """
import gc, sys
from pelican.plugins import signals

HEAVY = "pelican_buttercms.incremental.incremental_build"

def look(phase, info):
    if "pelican_buttercms.plugin.build_lifecycle" in sys.modules and HEAVY not in sys.modules:
        print("COLLECTED while modules are imported")

def told(pelican):
    print("HEAVY" if HEAVY in sys.modules else "LIGHT", gc.isenabled())

def register():
    gc.set_threshold(50)
    gc.callbacks.append(look)
    signals.initialized.connect(told)
""",
    )
    site.configure(PLUGINS=["pelican_buttercms", "watching"], PLUGIN_PATHS=["plugins"])
    printed = site.build()
    assert "HEAVY True" in printed
    assert "COLLECTED" not in printed


def test_what_was_made_meanwhile_is_still_collected():
    """Nothing is kept alive for good."""
    gc.enable()

    class Knot:
        pass

    with paused():
        knot = Knot()
        knot.itself = knot
        del knot
    assert gc.collect() > 0
    assert not [one for one in gc.get_objects() if type(one) is Knot]


def test_what_others_have_frozen_stays_frozen():
    """Servers do that before they fork."""
    gc.enable()
    gc.freeze()
    count = gc.get_freeze_count()
    with paused():
        pass
    assert gc.get_freeze_count() == count
    gc.unfreeze()
