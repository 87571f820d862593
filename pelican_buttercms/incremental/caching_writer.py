"""Stands before Pelican's writer: keeps each page that is as it was, or renders it.

A page that is as it was costs a look at its file, and is reported to other plugins like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
import logging
from typing import Any

from pelican.plugins import signals

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.filesystem import read_regular
from pelican_buttercms.incremental import jinja_environment, jinja_tracing, process_pool
from pelican_buttercms.incremental.feed_cache import FeedCache
from pelican_buttercms.incremental.given_values import PageRender
from pelican_buttercms.incremental.host import Host
from pelican_buttercms.incremental.input_registry import InputRegistry
from pelican_buttercms.incremental.instrumentation import Instrumentation
from pelican_buttercms.incremental.manifest import PageRecord
from pelican_buttercms.incremental.output.file_state import FileState, stamp_of
from pelican_buttercms.incremental.output.paths import path_of
from pelican_buttercms.incremental.output.writer import OutputWriter, encoded
from pelican_buttercms.incremental.page_dependencies import DependencyChecker
from pelican_buttercms.incremental.page_renderer import PageRenderer
from pelican_buttercms.incremental.page_results import PageResults, WorkerResult
from pelican_buttercms.incremental.page_task import PageTask
from pelican_buttercms.incremental.pagination import spread
from pelican_buttercms.incremental.recorder import Trace, recorder

logger = logging.getLogger(__name__)


class CachingWriter:
    """Decides for each page of one build.

    Args:
        writer: Pelican's.
        objects: what pages can read.
        basis: what they depend on.
        files: writes.
        watching: makes what pages read record it.
        host: finishes what was rendered.

    Attributes:
        results: what became of them.
        feeds: writes the feeds.
        verify: render also what would be kept, and compare.
        workers: how many processes render.
        covered: the files that a later page writes over, as a front page does the index.
        finishing: the receivers of Pelican's signal that change the file of a page, and are
            followed while they do: a page that is left as it was has what they did.
        wrote: told of each page instead of Pelican's signal, if nobody else hears that.
    """

    def __init__(  # noqa: PLR0917
        self,
        writer: Any,
        objects: InputRegistry,
        basis: DependencyChecker,
        files: OutputWriter,
        watching: Instrumentation,
        host: Host,
    ) -> None:
        self._writer, self._objects, self._basis, self._files = writer, objects, basis, files
        self._watching = watching
        self._write_file = writer.write_file
        self._accepted: dict[int, list[Any]] = {}
        self._waiting: list[PageTask] | None = None
        self._paths: set[str] = set()
        self._siteurl_before: Any = None
        self._asks_again = False
        self.results = PageResults(writer.output_path, objects, basis)
        self._renderer = PageRenderer(
            writer.output_path, objects, basis, self.results, watching, host
        )
        self.feeds = FeedCache(
            writer, objects, basis, files, self.results, watching, self._follow_others
        )
        self.verify = False
        self.workers = 1
        self.covered: frozenset[str] = frozenset()
        self.finishing: list[Callable[..., Any]] = []
        self.wrote: Callable[[str, dict[str, Any]], None] | None = None
        files.done = self.results.written

    def accept(self, environment: Any) -> None:
        """Accept the templates of an environment as those of pages that can be reused."""
        self._accepted[id(environment)] = jinja_environment.loaders(environment)

    def ask_again(self) -> None:
        """Look, before the next page, at what another plugin has changed between two generators."""
        self._asks_again = True

    def _follow_others(self) -> None:
        if self._asks_again:
            self._asks_again = False
            self._objects.refresh()
            self._basis.ask_again()

    # in the place of Pelican's

    def write_file(  # noqa: PLR0917
        self,
        name: Any,
        template: Any,
        context: dict[str, Any],
        relative_urls: bool = False,  # noqa: FBT001, FBT002
        paginated: Any = None,
        template_name: Any = None,
        override_output: bool = False,  # noqa: FBT001, FBT002
        url: Any = None,
        **kwargs: Any,
    ) -> None:
        """Replace `Writer.write_file`."""
        self._follow_others()
        more = (relative_urls, paginated, template_name, override_output, url)
        if not self._is_accepted(template):
            self.flush()
            self._write_file(name, template, context, *more, **kwargs)
        elif name:
            lists = paginated
            if lists is None:
                lists = {key: one for key, one in kwargs.items() if key in {"articles", "dates"}}
            settings = self._writer.settings
            for page, given in spread(name, url, lists, template_name, kwargs, settings):
                task = PageTask(page, template, context, given, bool(relative_urls))
                self._write(task, override=override_output)

    def _is_accepted(self, template: Any) -> bool:
        """Return whether a template is one that can be followed, as its environment is now."""
        environment: Any = getattr(template, "environment", None)
        known = self._accepted.get(id(environment))
        as_before = known is not None and known == jinja_environment.loaders(environment)
        return as_before and jinja_environment.is_plain(template)

    # one page

    def _write(self, task: PageTask, *, override: bool) -> None:
        """Write a page, or leave it as it is; now, or when all that wait are rendered."""
        job = self._renderer.prepare(task)
        task.path = self._path(task.name)
        if not override and task.name in self.covered:
            self._files.claim(task.path, override=False)
            self._tell(task.path, job.context)
            return
        page = self._basis.unchanged(task.name, str(task.template.name))
        if page is not None and self._basis.is_as_before(page, job):
            task.before = page if self.results.is_intact(page, task.name) else None
            self._watching.leave_page()
        if self._waiting is not None:
            if task.path in self._paths:  # one after the other
                self.flush()
            task.has_place = self._files.claim(task.path, override=override)
            self._paths.add(task.path)
            self._waiting.append(task)
            return
        if self._is_kept(task):
            task.has_place = self._files.claim(task.path, override=override)
            self._keep_task(task)
        else:
            text, frame, known = self._renderer.render(job)
            task.has_place = self._files.claim(task.path, override=override)
            self._put(task, job, text, frame, known)
        self._tell(task.path, job.context)

    def _is_kept(self, task: PageTask) -> bool:
        return task.before is not None and not self.verify and not recorder.spoilt

    def _keep_task(self, task: PageTask) -> None:
        if task.has_place and task.before is not None:
            self.results.kept(task.name, task.before)

    def _render(self, task: PageTask) -> None:
        job = self._renderer.prepare(task)
        self._put(task, job, *self._renderer.render(job))

    def _put(
        self,
        task: PageTask,
        job: PageRender,
        text: str,
        frame: Trace,
        known: Callable[[], PageRecord | None],
    ) -> None:
        """Write what was rendered, if the page has its place."""
        data = encoded(text)
        expected = task.before is not None and not recorder.spoilt
        before = self.results.read(task.name) if expected else None
        if task.has_place:
            self._files.make_folder(task.path)
            written = self._files.write(task.path, data)
            if self.finishing:
                written = self._finish(task.path, job, frame)
            self.results.expect(task.name, known)
            self.results.written(task.path, written)
            logger.info('Writing "%s"', task.path)
            data = self.results.read(task.name) if expected and self.finishing else data
        if expected and data != before:
            self.results.outcome.wrong.append(task.name)

    def _finish(self, path: str, job: PageRender, frame: Trace) -> FileState:
        """Let other plugins change the file of a page; what they read is read by the page."""
        with jinja_tracing.recording(frame):
            for receiver in self.finishing:
                receiver(path, context=job.context)
        return stamp_of(path), quick_digest(read_regular(path))

    # several at once

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let pages wait until all are known, and then render them side by side."""
        if self.workers > 1:
            self._wait()
        try:
            yield
            self.flush()
            self._watching.rest()
        finally:
            self._waiting = None

    def _wait(self) -> None:
        self._waiting, self._siteurl_before = [], self._objects.shared.get("localsiteurl")

    def flush(self) -> None:
        """Render what waits, and tell the other plugins of every page in its order."""
        tasks, self._waiting = self._waiting, None
        if tasks is None:
            return
        self._paths.clear()
        self._objects.shared["localsiteurl"] = self._siteurl_before  # all have been looked at
        todo = [number for number, task in enumerate(tasks) if not self._is_kept(task)]
        rendered = self._spread(tasks, todo) if len(todo) >= 2 * process_pool.FEWEST else set()
        for number, task in enumerate(tasks):
            if self._is_kept(task):
                self._keep_task(task)
            elif number not in rendered:
                self._render(task)
            self._tell(task.path, self._told_context(task))
        self._wait()

    def _tell(self, path: str, context: dict[str, Any]) -> None:
        """Report a page that was written, or left as it was."""
        if self.wrote is not None:
            self.wrote(path, context)  # a signal takes longer than all that is done with it
            return
        for receiver in signals.content_written.receivers_for(path):
            if receiver not in self.finishing:
                receiver(path, context=context)

    def _told_context(self, task: PageTask) -> dict[str, Any]:
        """Return the context of a page that was written; to this plugin alone, what it looks at."""
        if self.wrote is None or task.relative:  # contents take over its address
            return self._renderer.prepare(task).context
        return {"output_file": task.name, **task.given}

    def _spread(self, tasks: list[PageTask], todo: list[int]) -> set[int]:
        """Render in several processes; returns the numbers of what they have rendered."""
        self._watching.begin()
        self._files.announce(tasks[number].path for number in todo if tasks[number].has_place)
        mark = self._basis.mark()
        rendered: set[int] = set()

        def begin() -> None:
            rendered.clear()
            self.results.begin()

        def render(number: int) -> None:
            if tasks[number].relative:
                self._take_address(tasks[:number])
            self._render(tasks[number])
            rendered.add(number)

        def learnt() -> WorkerResult:
            return self.results.learnt(mark, rendered)

        groups = groupby(todo, lambda number: tasks[number].group)
        shares = process_pool.partition(self.workers, [list(numbers) for _, numbers in groups])
        found = process_pool.ProcessPool(begin, render, learnt).work(shares)
        if any(one.spoilt for one in found):
            return set()  # a page depends on those before it: all once more, in their order
        self.results.take(found)
        return {number for one in found for number in one.numbers}

    def _take_address(self, before: list[PageTask]) -> None:
        """Let contents have the address of the last page that tells them, as in their turn."""
        shared = self._objects.shared
        told = next((task for task in reversed(before) if task.context is shared), None)
        if told is None:
            shared["localsiteurl"] = self._siteurl_before
        else:
            self._renderer.prepare(told)

    def _path(self, name: str) -> str:
        return path_of(self._writer.output_path, name)
