"""What stands before Pelican's writer: is this page still as it was, or is it rendered?

A page that is as it was costs a look at its file, and is told of to other plugins like any other.
Feeds are made by Pelican's own `write_feed`, if they are.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
import logging
import os
from pathlib import Path
import re
from typing import Any

from jinja2 import Template
from pelican.contents import Article, Author, Category, Tag
from pelican.contents import Page as ContentPage
from pelican.paginator import Page as ListPage
from pelican.paginator import Paginator
from pelican.plugins import signals
from pelican.utils import get_relative_path, path_to_url, sanitised_join

from pelican_buttercms.plugin.incremental.files import Files, Written, encoded, is_intact
from pelican_buttercms.plugin.incremental.frames import Frame, now
from pelican_buttercms.plugin.incremental.jinja import recording
from pelican_buttercms.plugin.incremental.ledger import Ledger, Page
from pelican_buttercms.plugin.incremental.lists import WatchedList, part_of
from pelican_buttercms.plugin.incremental.objects import CONTEXT, Objects
from pelican_buttercms.plugin.incremental.told import MISSING, UntrackableError, digest
from pelican_buttercms.plugin.incremental.tracked import watch

logger = logging.getLogger(__name__)

_OF_FEEDS = ("SITEURL", "SITENAME", "SITESUBTITLE", "FEED_DOMAIN")
_FEED_SETTINGS = ("FEED_MAX_ITEMS", "FEED_APPEND_REF", "RSS_FEED_SUMMARY_ONLY", "TIMEZONE")
_CLEAN = re.compile(r"(?:(?!\.\.?(?:/|$))[^/\\\0]+/)*(?!\.\.?$)[^/\\\0]+")
_GIVEN = (Paginator, ListPage)
_SIMPLE = {str, bool, type(None), Article, ContentPage, Category, Tag, Author}
_PAGE_OF = re.compile(r"page\((-?\d+)\)(?:\.(\w+))?")


@dataclass(slots=True)
class Job:
    """One page that is to be written.

    Attributes:
        name: its path in the output folder.
        template: as its generator has loaded it.
        context: what the template sees.
        own: the names in it that this page is given, and others are not.
    """

    name: str
    template: Template
    context: dict[str, Any]
    own: frozenset[str]

    @property
    def given(self) -> Iterator[tuple[str, Any]]:
        """What only this page is given, by name."""
        return ((name, self.context[name]) for name in self.own if name in self.context)


@dataclass
class Outcome:
    """What became of the pages of a build.

    Attributes:
        pages: what is known of them, for the next build.
        names: every file that was written or kept.
        rendered: how many were rendered.
        kept: how many were not.
        reasons: why pages cannot be reused, with their number.
        wrong: under verification, those that were not as they should have been.
    """

    pages: dict[str, Page] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    rendered: int = 0
    kept: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Pages:
    """Decides for each page of one build.

    Args:
        writer: Pelican's.
        objects: what pages can read.
        ledger: what the last build knew.
        files: writes.

    Attributes:
        outcome: what became of them.
        verify: render also what would be kept, and compare.
        arm: called before a page is rendered.
        finish: gives what is written of a rendered page; by path, text and context.
    """

    def __init__(self, writer: Any, objects: Objects, ledger: Ledger, files: Files) -> None:
        self._writer, self._objects, self._ledger, self._files = writer, objects, ledger, files
        self._write_file = writer.write_file
        self._write_feed = writer.write_feed
        self._changed: set[int] | None = None
        self._names: dict[str, int] = {}
        self._accepted: set[int] = set()
        self._pending: tuple[str, Callable[[], Page | None]] | None = None
        self.outcome = Outcome()
        self.verify = False
        self.arm: Callable[[], None] = lambda: None
        self.finish: Callable[[str, str, dict[str, Any]], str] = lambda _path, text, _context: text
        files.done = self._done

    def accept(self, environment: Any) -> None:
        """Take pages of an environment's templates for pages that can be reused."""
        self._accepted.add(id(environment))

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
        """Stand for `Writer.write_file`."""
        more = (relative_urls, paginated, template_name, override_output, url)
        if id(getattr(template, "environment", None)) not in self._accepted:
            self._write_file(name, template, context, *more, **kwargs)
        elif name:
            lists = paginated
            if lists is None:
                lists = {key: one for key, one in kwargs.items() if key in {"articles", "dates"}}
            for page, given in self._parts(name, url, lists, template_name, kwargs):
                job = self._job(page, template, context, given, relative=relative_urls)
                self._write(job, override=override_output)

    def _parts(
        self, name: str, url: Any, lists: Mapping[str, Any], template: Any, given: dict[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give the path and the names of each page that a list is spread over."""
        patterns = self._writer.settings["PAGINATED_TEMPLATES"]
        if not lists or template not in patterns:
            yield name, given
            return
        settings = self._writer.settings
        per_page = patterns[template] or settings["DEFAULT_PAGINATION"]
        paginators = {
            key: Paginator(name, url, values, settings, per_page) for key, values in lists.items()
        }
        count = next(iter(paginators.values())).num_pages
        around = {key: (None, None, one.page(1)) for key, one in paginators.items()}
        for number in range(1, count + 1):
            names = dict(given)
            for key, paginator in paginators.items():
                _, before, page = around[key]
                page = page or paginator.page(number)  # the lists need not be equally long
                after = paginator.page(number + 1) if number < paginator.num_pages else None
                around[key] = (before, page, after)
                names |= {
                    f"{key}_paginator": paginator,
                    f"{key}_page": page,
                    f"{key}_previous_page": before,
                    f"{key}_next_page": after,
                }
            yield page.save_as, names

    def _job(
        self,
        name: str,
        template: Template,
        context: dict[str, Any],
        given: dict[str, Any],
        *,
        relative: bool,
    ) -> Job:
        whole = context.copy()
        whole["localsiteurl"] = whole.get("localsiteurl")
        own = {*given, "output_file", "localsiteurl"}
        if relative:
            whole["SITEURL"] = whole["localsiteurl"] = path_to_url(get_relative_path(name))
            own.add("SITEURL")
        whole["output_file"] = name
        whole.update(given)
        if whole["localsiteurl"]:
            context["localsiteurl"] = whole["localsiteurl"]
        shared = self._objects.shared
        if context is not shared:
            own |= {key for key, value in context.items() if shared.get(key) is not value}
        return Job(name, template, whole, frozenset(own))

    def write_feed(  # noqa: PLR0917
        self,
        elements: Any,
        context: dict[str, Any],
        path: Any = None,
        url: Any = None,
        feed_type: str = "atom",
        override_output: bool = False,  # noqa: FBT001, FBT002
        feed_title: Any = None,
    ) -> Any:
        """Stand for `Writer.write_feed`; gives no feed if its file is as it would become."""
        arguments = (elements, context, path, url, feed_type, override_output, feed_title)
        heard = signals.feed_generated.receivers or signals.feed_written.receivers
        own = None if heard or not path or not elements else self._own_of_feed(arguments)
        if own is None:  # without elements it tells the time
            return self._write_feed(*arguments)
        page = self._page_before(path, f"feed/{feed_type}")
        same = page is not None and page.own == own and self._is_intact(page, path)
        if page is not None and same and not self.verify:
            if self._files.claim(self._path(path), override=override_output):
                self._keep(path, page)
            return None
        frame = Frame()
        self.arm()
        before = self._read(path) if same else None
        with recording(frame):
            self._pending = path, lambda: self._known(frame, f"feed/{feed_type}", own)
            feed = self._write_feed(*arguments)
        if same and self._read(path) != before:
            self.outcome.wrong.append(path)
        return feed

    def _own_of_feed(self, arguments: tuple[Any, ...]) -> bytes | None:
        elements, context, _, *rest = arguments
        settings = self._objects.settings
        shown = list(elements[: settings["FEED_MAX_ITEMS"]])
        names = [context.get(name) for name in _OF_FEEDS]
        chosen = [settings.get(name) for name in _FEED_SETTINGS]
        try:
            return digest(self._objects.teller.tell([shown, names, chosen, rest]))
        except UntrackableError:
            return None

    # one page

    def _write(self, job: Job, *, override: bool) -> None:
        """Write a page, or leave it as it is, and tell the other plugins of it."""
        page = self._page_before(job.name, str(job.template.name))
        same = page is not None and page.own == self._own(page.asks, job)
        same = same and page is not None and self._is_intact(page, job.name)
        if page is not None and same and not self.verify:
            path = self._path(job.name)
            if self._files.claim(path, override=override):
                self._keep(job.name, page)
        else:
            path = self._render(job, override=override, before=same)
        signals.content_written.send(path, context=job.context)

    def _render(self, job: Job, *, override: bool, before: bool) -> str:
        """Render a page and write it; `before` is whether its file should be as it becomes."""
        frame = Frame()
        text, ours = self._text(job, frame)
        path = str(sanitised_join(self._writer.output_path, job.name))
        data = encoded(text)
        if before and data != self._read(job.name):
            self.outcome.wrong.append(job.name)
        self._files.make_folder(path)
        if self._files.claim(path, override=override):
            template = str(job.template.name)
            self._pending = job.name, lambda: self._known(frame, template, None, job, ours)
            self._files.close(path, data)
            logger.info('Writing "%s"', path)
        return path

    def _text(self, job: Job, frame: Frame) -> tuple[str, dict[int, str]]:
        """Render a page; gives its text, and what only it was given, by `id()`."""
        self.arm()
        given = dict(job.given)
        lists = self._watched_lists(given)
        watch(value for value in given.values() if isinstance(value, _GIVEN))
        with recording(frame):
            text = job.template.render({**job.context, **self._objects.lists, **given, **lists})
            text = self.finish(self._path(job.name), text, job.context)
        frame.note(id(self._objects.sources), str(job.template.name))
        ours = {id(one): name for name, one in (given | lists).items() if self._is_given(one)}
        for one, (paginator, number) in frame.pages.items():
            if paginator in ours:
                ours[one] = f"{ours[paginator]}.page({number})"
        return text, ours

    def _watched_lists(self, given: Mapping[str, Any]) -> dict[str, WatchedList]:
        """Stand for the lists that only this page is given, and use the others' again."""
        found = {}
        for name, value in given.items():
            if isinstance(value, list) and not isinstance(value, WatchedList):
                known = self._objects.known_list(value)
                found[name] = known if known is not None else WatchedList(value, value)
        return found

    # what a page rests on

    def _page_before(self, name: str, template: str) -> Page | None:
        """Give what the last build knew of a page, None if what it rests on has changed."""
        page = self._ledger.pages.get(name)
        if page is None or page.template != template:
            return None
        if self._changed is None:
            self._changed = self._ledger.facts.compare(self._objects.answers)
        return None if self._changed and not self._changed.isdisjoint(page.numbers) else page

    def _is_intact(self, page: Page, name: str) -> bool:
        stamp = is_intact(self._path(name), page.stamp, page.content)
        if stamp is None:
            return False
        page.stamp = stamp
        return True

    def _known(
        self,
        frame: Frame,
        template: str,
        own: bytes | None,
        job: Job | None = None,
        ours: Mapping[int, str] | None = None,
    ) -> Page | None:
        """Write down what was read; None if the page cannot be reused."""
        try:
            facts, asks = self._facts(frame, ours or {}, job.own if job else frozenset())
            effects = [self._effect(*effect) for effect in dict.fromkeys(frame.effects)]
        except UntrackableError as exc:
            self.outcome.reasons[str(exc)] += 1
            return None
        if own is None and job is not None:
            own = self._own(asks, job)
        if own is None:
            self.outcome.reasons["what only this page is given"] += 1
            return None
        return Page(template, asks, own, array("I", sorted(facts)).tobytes(), effects)

    def _facts(
        self, frame: Frame, ours: Mapping[int, str], own: frozenset[str]
    ) -> tuple[set[int], tuple[str, ...]]:
        """Give the facts that a page rests on, and what it asks of what it is given.

        Raises:
            UntrackableError: something that it read cannot be told.
        """
        if frame.blocker:
            raise UntrackableError(frame.blocker)
        facts, asks = set(frame.facts), {"localsiteurl"} if own else set()
        for read in frame.reads:
            number = now.numbers.get(read)
            if number is None:
                if read[0] in ours:
                    asks.add(f"{ours[read[0]]}.{read[1]}")
                    continue
                number = now.numbers[read] = self._fact(*read)
            facts.add(number)
        asks |= frame.names & own
        for name in frame.names - own:
            number = self._names.get(name)
            if number is None:
                answer = self._objects.answer
                number = self._ledger.facts.number(CONTEXT, name, answer)
                self._names[name] = number
            facts.add(number)
        return facts, tuple(sorted(asks))

    def _fact(self, one: int, question: str) -> int:
        name = self._objects.names.get(one)
        if name is None:
            raise UntrackableError("an object that is not known by name")
        return self._ledger.facts.number(name, question, self._objects.answer)

    def _effect(self, what: str, detail: Any) -> list[Any]:
        if what == "media":
            return [what, detail]
        one, method, arguments = detail
        return [what, self._objects.names[one], method, list(arguments)]

    def _own(self, asks: tuple[str, ...], job: Job) -> bytes | None:
        """Give what stands for everything that this page alone is given, as far as it reads it."""
        names = self._objects.names
        lent = {id(one): f"own|{name}" for name, one in job.given if self._is_given(one)}
        names.update(lent)
        try:
            told = [self._ask(*_split(ask), job.context) for ask in asks]
        except UntrackableError:
            return None
        finally:
            for one in lent:
                del names[one]
        return digest("|".join([_signature(job.own), *told]))

    def _ask(self, name: str, question: str, context: Mapping[str, Any]) -> str:
        if name not in context:
            return MISSING
        value = context[name]
        if not question:
            return self._objects.tell_name(name, value)
        if isinstance(value, list):
            return self._objects.teller.tell(part_of(value, question))
        if page := _PAGE_OF.fullmatch(question):
            value, question = value.page(int(page[1])), page[2]
        return self._objects.teller.tell(getattr(value, question, None))

    def _is_given(self, value: Any) -> bool:
        """Say whether a value belongs to one page, and is asked part by part."""
        if type(value) in _SIMPLE:
            return False
        if isinstance(value, list):
            return self._objects.known_list(value) is None
        return isinstance(value, _GIVEN)

    # afterwards

    def _done(self, path: str | None, written: Written | None) -> None:
        """A file was written: remember what it rests on."""
        pending, self._pending = self._pending, None
        if path is None or written is None:
            return
        name, page_of = pending or (os.path.relpath(path, self._writer.output_path), None)
        frame, now.frame = now.frame, None
        try:
            page = page_of() if page_of else None
        finally:
            now.frame = frame
        self.outcome.rendered += 1
        self.outcome.names.add(name)
        self.outcome.pages.pop(name, None)
        if page is not None:
            page.stamp, page.content = written
            self.outcome.pages[name] = page

    def _keep(self, name: str, page: Page) -> None:
        self.outcome.kept += 1
        self.outcome.names.add(name)
        self.outcome.pages[name] = page
        for what, *detail in page.effects:
            self._objects.repeat(what, *detail)

    def _path(self, name: str) -> str:
        if _CLEAN.fullmatch(name):
            return f"{self._writer.output_path}{os.sep}{name}"
        return str(sanitised_join(self._writer.output_path, name))

    def _read(self, name: str) -> bytes:
        path = Path(self._path(name))
        return path.read_bytes() if path.is_file() else b""


@cache
def _split(ask: str) -> tuple[str, str]:
    name, _, question = ask.partition(".")
    return name, question


@cache
def _signature(own: frozenset[str]) -> str:
    return ",".join(sorted(own))
