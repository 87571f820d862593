"""Pauses of the garbage collector while content is created, and one collection before each rebuild.

Half a million objects that all stay make the collector start thousands of times, and look through
all of them more than once, for nothing. So it pauses while they are created. They are then counted
as old, which never lets a full collection become due: a process that builds again and again
(`preview`, `pelican --autoreload`) collects the cycles of past builds itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import gc

_FOUND_FROZEN = False
_has_built = False


@contextmanager
def off() -> Iterator[None]:
    """Collect nothing inside; what was made is looked through once, when more is.

    A collector that is off already stays so.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def paused() -> Iterator[None]:
    """Collect nothing inside, and count what was made among the old objects.

    A collector that is off already, or that is paused, stays so.
    """
    was_on = gc.isenabled()
    with off():
        try:
            yield
        finally:
            if was_on:
                _count_as_old()


def _count_as_old() -> None:
    """Put everything that was made among the old objects, without looking through it.

    They would be looked through at once, as all that is new. What another program has frozen for
    itself stays frozen.
    """
    if not have_others_frozen():
        gc.freeze()
        gc.unfreeze()


def have_others_frozen() -> bool:
    """Return whether somebody has frozen objects, as servers do before they fork.

    All that is frozen is counted, one by one; so who has found some does not ask again.
    """
    global _FOUND_FROZEN  # noqa: PLW0603
    _FOUND_FROZEN = _FOUND_FROZEN or gc.get_freeze_count() > 0
    return _FOUND_FROZEN


def collect_past_builds() -> None:
    """Free the objects of past builds, failed ones too; call it at the start of each build.

    Most processes build once, and then nothing is collected.
    """
    global _has_built  # noqa: PLW0603
    if _has_built:
        gc.collect()
    _has_built = True
