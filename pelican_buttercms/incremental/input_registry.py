"""Names by which the next build finds the same objects again.

Everything that a page can read has a name that stays: an article that of its source, a category
its slug and name, a list the place where templates find it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from pelican.contents import Content
from pelican.generators import Generator
from pelican.urlwrappers import URLWrapper

from pelican_buttercms.incremental.fingerprint import RECORD, Fingerprinter
from pelican_buttercms.incremental.generator_contents import contents_of
from pelican_buttercms.incremental.host import Host
from pelican_buttercms.incremental.tracked_containers import (
    WatchedFiles,
    WatchedList,
    WatchedMapping,
)
from pelican_buttercms.incremental.warning_replay import Warned

CONTEXT, GLOBALS, SETTINGS, TEMPLATES = "context", "globals", "settings", "templates"
FILTERS, TESTS, CONTENTS, FILES = "filters", "tests", "generated_content", "static_content"


class InputRegistry:
    """The objects of one build.

    Args:
        generators: Pelican's, when all have collected their content.
        host: what the site shows beside files. Which category an article without one has depends
            on others, too; but a category has its name by what it is called, and whatever is read
            of another one is found to be gone.
    """

    def __init__(self, generators: list[Any], host: Host) -> None:
        self.names: dict[int, str] = {}
        self.fingerprinter = Fingerprinter(self.names, host.fingerprints)
        self.shared: dict[str, Any] = generators[0].context
        self.settings: dict[str, Any] = generators[0].settings
        self.environment = generators[0].env
        self._host = host
        self._by_name: dict[str, list[Any]] = {}
        self._keep: list[Any] = []
        self._records_named = False
        self._lists: dict[int, WatchedList | None] = {}
        self.lists: dict[str, WatchedList] = {}
        self._shared: set[int] | None = None
        self._warned: set[Warned] = set()
        self.contents = self._name_contents(generators)
        self._name_wrappers()
        self.versions = host.versions
        for name, value in host.objects.items():
            self.name(value, name)
        self.lookups = {
            CONTENTS: WatchedMapping(self.shared.get(CONTENTS, {})),
            FILES: WatchedFiles(self.shared.get(FILES, {})),
            SETTINGS: WatchedMapping(self.settings),
        }
        self.sources, self.names_seen, self.globals_seen = (WatchedMapping() for _ in range(3))
        seen = {TEMPLATES: self.sources, CONTEXT: self.names_seen, GLOBALS: self.globals_seen}
        for name, lookup in {**self.lookups, **seen}.items():
            self.name(lookup, name)
        for generator in generators:
            self.name(generator, f"generator|{type(generator).__name__}")
        for name, value in self.shared.items():
            if (watched := self.watched(value, f"list|{name}")) is not None:
                self.lists[name] = watched

    # names

    def name(self, one: Any, name: str) -> None:
        """Register an object under its name; several may have the same."""
        if id(one) not in self.names:
            self.names[id(one)] = name
            self._by_name.setdefault(name, []).append(one)
            self._keep.append(one)

    def _name_contents(self, generators: list[Any]) -> list[Content]:
        found = contents_of(generators, files=True)
        known = chain(self.shared.get(CONTENTS, {}).values(), self.shared.get(FILES, {}).values())
        contents = [one for one in chain(found, known) if isinstance(one, Content)]
        for one in contents:
            path = one.relative_source_path or ""
            # of one article, i18n_subsites may show a copy that is a draft
            state, lang = getattr(one, "status", "published"), getattr(one, "lang", "")
            name = f"{type(one).__name__}|{path}|{lang}"
            self.name(one, name if state == "published" else f"{name}|{state}")
        return contents

    def _name_wrappers(self) -> None:
        listings = (self.shared.get(kind, ()) for kind in ("categories", "tags", "authors"))
        for wrapper in (pair[0] for listing in listings for pair in listing):
            self._name_wrapper(wrapper)
        for one in self.contents:
            values = vars(one)
            self._name_terms(values)
            if not self._host.is_own(one):  # terms were replaced, but not in there
                self._name_terms(values.get("metadata", {}))

    def _name_terms(self, values: Mapping[str, Any]) -> None:
        for name in ("category", "author"):
            self._name_wrapper(values.get(name))
        for name in ("tags", "authors", "categories"):
            for wrapper in values.get(name) or ():
                self._name_wrapper(wrapper)

    def _name_wrapper(self, one: Any) -> None:
        if id(one) not in self.names and isinstance(one, URLWrapper):
            self.name(one, f"{type(one).__name__}|{one.slug}|{one.name}")

    def name_records(self) -> Iterator[Any]:
        """Register and yield every record of the host; needed only if something is rendered."""
        if self._records_named:
            return
        self._records_named = True
        for name, record in self._host.records():
            self.name(record, name)
            yield record

    @property
    def all_objects(self) -> Iterator[Any]:
        """Every content, category, tag, author and record with a name, and the host's objects."""
        return (one for one in self._keep if not isinstance(one, list | dict | Generator))

    def find(self, name: str) -> list[Any]:
        """Find the objects of a name that the last build has given."""
        if name.startswith(RECORD):
            record = self._host.find_record(name)
            if record is not None:
                self.name(record, name)
        return self._by_name.get(name, [])

    def version_of(self, name: str) -> int:
        """Return the number of the version of the one content of a name, 0 where none is known."""
        found = self._by_name.get(name, ())
        return self.versions.get(id(found[0]), 0) if len(found) == 1 else 0

    # lists

    def watched(self, value: Any, name: str) -> WatchedList | None:
        """Return what stands for a list of contents, or of terms with their contents; else None."""
        if not isinstance(value, list) or isinstance(value, WatchedList):
            return None
        if id(value) not in self._lists:
            self._lists[id(value)] = made = self._watch(value, name)
            self._keep.append(value)
            if made is not None:
                self.name(made, name)
        return self._lists[id(value)]

    def is_shared(self, one: Any) -> bool:
        """Return whether a list or a mapping is the site's, and not made by a template."""
        if self._shared is None:
            contents = (vars(content) for content in self.contents)
            names = (self.shared, self.settings, self.environment.globals)
            self._shared = _containers_in([*contents, *self._host.containers(), *names])
        return id(one) in self._shared

    def refresh(self) -> None:
        """Follow what another plugin has changed, between two generators."""
        for name, watched in self.lists.items():
            fresh = self._watch(watched.original, f"list|{name}")
            if fresh is not None and not list.__eq__(watched, fresh):
                list.__setitem__(watched, slice(None), list(list.__iter__(fresh)))
        for lookup in self.lookups.values():
            dict.clear(lookup)
            dict.update(lookup, lookup.original)

    def known_list(self, value: list[Any]) -> WatchedList | None:
        """Return what stands for a list that all templates see; None for any other list."""
        if isinstance(value, WatchedList):
            return value if id(value) in self.names else None
        return self._lists.get(id(value))

    def _watch(self, value: list[Any], name: str) -> WatchedList | None:
        if all(id(one) in self.names for one in value):
            return WatchedList(value, value)
        if not all(type(one) is tuple and len(one) == 2 for one in value):
            return None
        pairs = []
        for wrapper, articles in value:
            inner = self.watched(articles, f"{name}|{self.names.get(id(wrapper), '')}")
            if id(wrapper) not in self.names or inner is None:
                return None
            pairs.append((wrapper, inner))
        return WatchedList(pairs, value)

    def repeat(self, what: str, *detail: Any) -> None:
        """Repeat what rendering a page did besides: see `Trace.effects`."""
        if what == "media":
            self._host.show_file(*detail)
            return
        if what == "warned":
            logger, text, values = detail
            warned = Warned(logger, text, tuple(values))
            if warned not in self._warned:  # by each page that shows the text
                self._warned.add(warned)
                warned.tell()
            return
        name, method, arguments = detail
        for one in self.find(name):
            if isinstance(one, Content):
                getattr(one, method)(*arguments)


def _containers_in(values: list[Any]) -> set[int]:
    """Return the `id()` of every list, mapping and set in some values, and of those in them."""
    found: set[int] = set()
    rest = values
    while rest:
        value = rest.pop()
        if isinstance(value, dict | list | set | tuple) and id(value) not in found:
            found.add(id(value))
            rest.extend(value.values() if isinstance(value, dict) else value)
    return found
