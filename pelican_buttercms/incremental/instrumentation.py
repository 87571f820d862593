"""Turns the recording of objects on while pages are rendered, and off while they are kept.

Reading an attribute takes several times as long then, also for those who read it to write a list.
"""

from __future__ import annotations

from pelican_buttercms.incremental.input_registry import SETTINGS, InputRegistry
from pelican_buttercms.incremental.recorder import recorder
from pelican_buttercms.incremental.tracked_objects import leave, watch

_OBJECTS_PER_PAGE = 10
"""How many objects are made to note, and left, in about the time that looking at a page loses."""


class Instrumentation:
    """Makes everything note what is asked of it, and lets it rest.

    Args:
        objects: what pages can read.
        may_rest: whether nobody changes them while pages are written: at rest, it is not seen.
    """

    def __init__(self, objects: InputRegistry, *, may_rest: bool) -> None:
        self._objects, self._may_rest = objects, may_rest
        self._has_begun = self._is_on = False
        self._left_in_a_row = 0

    def begin(self) -> None:
        """Make everything note what is asked of it, before a page is rendered."""
        self._left_in_a_row = 0
        if self._is_on:
            return
        self._is_on = True
        objects = self._objects
        watch(objects.name_records())
        watch(objects.all_objects)
        if self._has_begun:
            return
        self._has_begun = True
        objects.shared |= {k: v for k, v in objects.lookups.items() if k != SETTINGS}
        recorder.is_shared, recorder.lists = objects.is_shared, objects.lists
        recorder.context, recorder.globals = id(objects.names_seen), id(objects.globals_seen)
        recorder.settings = (objects.settings, objects.lookups[SETTINGS])

    def leave_page(self) -> None:
        """Rest after many pages in a row that were left as they were."""
        self._left_in_a_row += 1
        if self._left_in_a_row * _OBJECTS_PER_PAGE > len(self._objects.names):
            self.rest()

    def rest(self) -> None:
        """Let nothing note anything until the next page is rendered."""
        if not self._is_on or not self._may_rest:
            return
        self._is_on = False
        leave(self._objects.all_objects)
        recorder.values.clear()  # as if something had been changed
        recorder.changes += 1

    def end(self) -> None:
        """Make everything what it was."""
        leave(self._objects.all_objects)
