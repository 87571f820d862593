"""Rendering of one page, with everything that its template sees and all of it recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pelican.utils import get_relative_path, path_to_url

from pelican_buttercms.incremental import jinja_tracing
from pelican_buttercms.incremental.given_values import GIVEN, PageRender
from pelican_buttercms.incremental.host import Host
from pelican_buttercms.incremental.input_registry import InputRegistry
from pelican_buttercms.incremental.instrumentation import Instrumentation
from pelican_buttercms.incremental.manifest import PageRecord
from pelican_buttercms.incremental.output.paths import path_of
from pelican_buttercms.incremental.page_dependencies import SITEURL_BEFORE, DependencyChecker
from pelican_buttercms.incremental.page_results import PageResults
from pelican_buttercms.incremental.page_task import PageTask
from pelican_buttercms.incremental.recorder import Trace, recorder
from pelican_buttercms.incremental.tracked_containers import WatchedList
from pelican_buttercms.incremental.tracked_objects import leave, watch


class PageRenderer:
    """Renders the pages of one build.

    Args:
        output: the output folder.
        objects: what pages can read.
        basis: what they depend on.
        results: keeps account of the host's files that pages show.
        watching: makes what pages read record it.
        host: finishes what was rendered.
    """

    def __init__(  # noqa: PLR0917
        self,
        output: str,
        objects: InputRegistry,
        basis: DependencyChecker,
        results: PageResults,
        watching: Instrumentation,
        host: Host,
    ) -> None:
        self._output, self._objects, self._basis = output, objects, basis
        self._results, self._watching, self._host = results, watching, host

    def prepare(self, task: PageTask) -> PageRender:
        """Return a page with everything that its template sees."""
        context = task.context
        whole = context.copy()
        whole["localsiteurl"] = whole.get("localsiteurl")
        own = {*task.given, "output_file", "localsiteurl"}
        if task.relative:
            whole["SITEURL"] = whole["localsiteurl"] = path_to_url(get_relative_path(task.name))
            own.add("SITEURL")
        whole["output_file"] = task.name
        whole.update(task.given)
        if whole["localsiteurl"]:
            context["localsiteurl"] = whole["localsiteurl"]
        shared = self._objects.shared
        if context is not shared:
            whole[SITEURL_BEFORE] = shared.get("localsiteurl")
            own.add(SITEURL_BEFORE)
            for key, lookup in self._objects.lookups.items():
                # of a copy that Pelican has made before anything was noted
                if key in shared and context.get(key) is lookup.original:
                    whole[key] = shared[key]
            own |= {key for key in context if shared.get(key) is not whole[key]}
        return PageRender(task.name, task.template, whole, frozenset(own))

    def render(self, job: PageRender) -> tuple[str, Trace, Callable[[], PageRecord | None]]:
        """Render a page; returns its text, what was read, and what returns what it depends on."""
        self._watching.begin()
        frame = Trace()
        recorder.siteurl = self._objects.shared.get("localsiteurl")
        given = dict(job.given)
        lists = self._watched_lists(given)
        paginated = [value for value in given.values() if issubclass(type(value), GIVEN)]
        watch(paginated)
        with jinja_tracing.recording(frame):
            text = job.template.render({**job.context, **self._objects.lists, **given, **lists})
            text = self._host.finish_page(path_of(self._output, job.name), text, job.context)
        leave(paginated)
        template = str(job.template.name)
        frame.note(id(self._objects.sources), template)
        frame.take_compiled(job.template)
        ours = {id(one): name for name, one in (given | lists).items() if self._basis.is_given(one)}
        for one, (paginator, number) in frame.pages.items():
            if paginator in ours:
                ours[one] = f"{ours[paginator]}.page({number})"
        self._results.outcome.media |= {url for what, url in frame.effects if what == "media"}
        return text, frame, lambda: self._basis.known(frame, template, None, job, ours)

    def _watched_lists(self, given: Mapping[str, Any]) -> dict[str, WatchedList]:
        """Return recording lists for those that only this page is given."""
        found = {}
        for name, value in given.items():
            if issubclass(type(value), list) and type(value) is not WatchedList:
                known = self._objects.known_list(value)
                found[name] = known if known is not None else WatchedList(value, value)
        return found
