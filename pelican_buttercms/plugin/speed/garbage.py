"""What does the collector of cycles find while content is made? Nothing, again and again.

Half a million objects that all stay make it start thousands of times, and look through all of
them more than once. It pauses for as long as they are made, which takes no more memory; then it
goes on as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import gc

_FOUND_FROZEN = False


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
    """Say whether somebody has frozen objects, as servers do before they fork.

    All that is frozen is counted, one by one; so who has found some does not ask again.
    """
    global _FOUND_FROZEN  # noqa: PLW0603
    _FOUND_FROZEN = _FOUND_FROZEN or gc.get_freeze_count() > 0
    return _FOUND_FROZEN
