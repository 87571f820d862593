"""Which site and which run does this Pelican instance, this generator or this template belong to?

They are found again by small numbers in Pelican's settings: those are copied to sub-instances and
pickled by `CACHE_CONTENT`, so nothing else may be kept there.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from pelican_buttercms.incremental.process_start import HOSTED

if TYPE_CHECKING:
    from pelican_buttercms.plugin.build_state import Run, Site

_SITE = "_BUTTERCMS_SITE"
_RUN = "_BUTTERCMS_RUN"
IN_CONTEXT = "_butter_run"
"""The name under which templates see the number of their run."""

_numbers = count(1)
_sites: dict[int, Site] = {}
_runs: dict[int, Run] = {}


def has_site(settings: Mapping[str, Any]) -> bool:
    """Say whether settings, or those that they were copied from, have a site."""
    return _SITE in settings


def add_site(settings: dict[str, Any], site: Site) -> None:
    """Let a site be found by its settings."""
    settings[_SITE] = number = next(_numbers)
    settings[HOSTED] = True
    _sites[number] = site


def add_run(settings: dict[str, Any], run: Run) -> None:
    """Let a run be found by its settings; those of a sub-instance named its main one's before."""
    settings[_RUN] = number = next(_numbers)
    _runs[number] = run


def end_run(settings: dict[str, Any]) -> Run | None:
    """Forget a run; gives it, if there was one."""
    return _runs.pop(settings.pop(_RUN, 0), None)


def show(generator: Any) -> None:
    """Let the run be found by what a generator's templates see."""
    generator.context[IN_CONTEXT] = generator.settings[_RUN]


def site_of(pelican: Any) -> Site | None:
    """Give the site that a Pelican instance builds, None when ButterCMS is not configured."""
    return _sites.get(pelican.settings.get(_SITE, 0))


def run_of(generator: Any) -> Run | None:
    """Give the run that a generator or a content belongs to, None when there is none."""
    return _runs.get(generator.settings.get(_RUN, 0))


def resting_site_of(generator: Any) -> Site | None:
    """Give the site of a generator that has nothing to do, None where it has."""
    site = site_of(generator)
    return site if site is not None and site.rests else None


def run_in(context: Mapping[str, Any]) -> Run | None:
    """Give the run that a template's context belongs to."""
    return _runs.get(context.get(IN_CONTEXT, 0))
