"""What does Python do after the last page? It takes everything apart, one object after the other.

For a large site that takes a tenth of a rebuild and changes nothing: the system takes all of the
memory back at once. So, at the end of a process that has built a site, Python is kept from looking
for what refers to itself; unless something there has last words, which it would not say then.
"""

from __future__ import annotations

import atexit
from contextlib import suppress
import gc
import inspect
from types import GeneratorType
from typing import Any


def expect() -> None:
    """Leave quickly when this process ends."""
    atexit.unregister(_leave)
    atexit.register(_leave)


def _leave() -> None:
    """Let the collector of cycles pass by whatever there is, if nobody can tell.

    What is in no cycle goes as always. Python promises nobody that `__del__` is called at the end
    (Source: the language reference, `object.__del__`), but other plugins may count on it. What the
    collector does not know, such as an `int` with a `__del__`, is not seen here.
    """
    objects = gc.get_objects()
    telling = {kind for kind in set(map(type, objects)) if hasattr(kind, "__del__")}
    asked = [one for one in objects if type(one) in telling]  # in half the time of a generator
    if not any(map(_has_last_words, asked)):
        gc.freeze()


def _has_last_words(one: Any) -> bool:
    """Say whether Python would do more with this than forget it; a file is saved on the way."""
    if type(one) is GeneratorType:
        return inspect.getgeneratorstate(one) == inspect.GEN_SUSPENDED
    if type(one).__module__ != "_io":
        return True
    with suppress(OSError, ValueError):  # it is closed, or only read
        one.flush()
    return False
