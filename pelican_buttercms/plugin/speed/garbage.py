"""What does the collector of cycles find while content is made? Nothing, again and again.

Half a million objects that all stay make it start thousands of times, and look through all of
them more than once. It pauses for as long as they are made, which takes no more memory; then it
goes on as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import gc


@contextmanager
def paused() -> Iterator[None]:
    """Collect nothing inside; a collector that is off already, or that is paused, stays so."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        _count_as_old()
        gc.enable()


def _count_as_old() -> None:
    """Put everything that was made among the old objects, without looking through it.

    They would be looked through at once, as all that is new. What another program has frozen for
    itself stays frozen.
    """
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
