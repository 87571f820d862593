"""Plugins of others whose part in a site is known: those that were tried, and those the user names.

A plugin is an input by its code and its version. What it gives contents is asked like anything
else, and a file that it writes is compared with how it was left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property, partial
from importlib.util import find_spec
from pathlib import Path
import sys
from typing import Any, NamedTuple

from blinker import ANY, Signal
from pelican.plugins import signals

from pelican_buttercms.digests import quick_digest
from pelican_buttercms.incremental.build_key import code, installed
from pelican_buttercms.incremental.fingerprint import fingerprint

_OUR_PACKAGE = __name__.partition(".")[0]
_BEFORE_READING = {"initialized", "generator_init", "readers_init"}
"""The signals that a build with nothing to do sends to everybody."""


_BODY = ("_content", "_get_content")
"""What a content is asked of its body, which a host may have rendered for plugins that read it."""


def _no_file(_settings: Mapping[str, Any], _output: Path) -> Iterator[Path]:
    return iter(())


def _sitemap(settings: Mapping[str, Any], output: Path) -> Iterator[Path]:
    yield output / f"sitemap.{settings.get('SITEMAP', {}).get('format', 'xml')}"


def _seo(settings: Mapping[str, Any], output: Path) -> Iterator[Path]:
    if settings.get("SEO_REPORT", True):
        yield Path("seo_report.html").absolute()
    if settings.get("SEO_ENHANCER", False):
        yield output / "robots.txt"


def _forget_queue(receiver: Any) -> None:
    """Make pelican-sitemap's generator what it is after it has written."""
    generator = receiver.__self__
    generator._main_pelican, generator.page_queue = None, []


class TriedPlugin(NamedTuple):
    """A plugin that was tried: its sites are the same, byte for byte, rendered whole or in part.

    Attributes:
        package: the name of its distribution.
        versions: those that were tried.
        sets: how the questions begin that it answers for a content, by others or by templates.
        finishes: the settings, by how they begin, by which it changes the file of a page that was
            written; it asks the page's own content for the rest.
        writes: returns the files that it writes beside pages.
        forget: ends what it has begun in a build that had nothing to do.
    """

    package: str
    versions: frozenset[str]
    sets: tuple[str, ...] = ()
    finishes: str = ""
    writes: Callable[[Mapping[str, Any], Path], Iterator[Path]] = _no_file
    forget: Callable[[Any], None] | None = None


TRIED = {
    "sitemap": TriedPlugin(
        "pelican_sitemap",
        frozenset({"1.2.2"}),
        writes=_sitemap,
        forget=_forget_queue,
    ),
    "neighbors": TriedPlugin(
        "pelican_neighbors", frozenset({"1.2.0"}), sets=("next_article", "prev_article")
    ),
    "related_posts": TriedPlugin(
        "pelican_related_posts", frozenset({"1.0.0"}), sets=("related_posts",)
    ),
    "seo": TriedPlugin("pelican_seo", frozenset({"1.4.0"}), finishes="SEO_", writes=_seo),
    "statistics": TriedPlugin(
        "pelican_statistics", frozenset({"1.0.0"}), sets=("statistics", "stats", *_BODY)
    ),
    "read_more": TriedPlugin(
        "pelican_read_more", frozenset({"1.0.0"}), sets=("summary", "metadata", *_BODY)
    ),
    "add_css_classes": TriedPlugin("pelican_add_css_classes", frozenset({"1.0.4"}), sets=_BODY),
}
"""The plugins in `pelican.plugins` that were tried."""


class KnownPlugins:
    """The known ones among the plugins of a site.

    Args:
        settings: Pelican's, once it has loaded its plugins.
        named: the names of plugins which the user says follow from what a build reads.
    """

    def __init__(self, settings: Mapping[str, Any], named: Collection[str] = ()) -> None:
        self._settings = settings
        names = [str(name) for name in settings.get("PLUGINS") or ()]
        found = _installed()
        self.tried = {
            name: tried
            for name in names
            if (tried := TRIED.get(name.removeprefix("pelican.plugins.")))
            and name.startswith("pelican.plugins.")
            and any(f"{tried.package}-{version}" in found for version in tried.versions)
        }
        self.named = frozenset(
            name
            for name in names
            if name in named or name.removeprefix("pelican.plugins.") in named
        )

    @property
    def names(self) -> frozenset[str]:
        """The names of all that are known."""
        return self.named.union(self.tried)

    @cached_property
    def sets(self) -> tuple[str, ...]:
        """How the questions begin that they answer for a content, by others or by templates."""
        return tuple(start for one in self.tried.values() for start in one.sets)

    def files(self, output: Path) -> frozenset[Path]:
        """Return the files that plugins write beside pages."""
        return frozenset(
            path for one in self.tried.values() for path in one.writes(self._settings, output)
        )

    def files_in(self, output: Path) -> list[str]:
        """Return the paths of those that are in the output folder."""
        files = sorted(map(str, self.files(output)))
        return [path for path in files if Path(path).is_relative_to(output)]

    def key(self) -> list[str]:
        """Return what stands for their code, and for the settings by which they change pages."""
        parts = [f"{name} {_code_of(name)}" for name in sorted(self.names)]
        starts = tuple(one.finishes for one in self.tried.values() if one.finishes)
        values = self._settings.items() if starts else ()
        return parts + sorted(f"{k}={fingerprint(v)}" for k, v in values if k.startswith(starts))

    # who hears what

    def are_all(self, *heard: Any) -> bool:
        """Return whether nobody hears one of these signals but who is known."""
        return all(self._owner(one) for signal in heard for one in signal.receivers_for(ANY))

    def are_tried(self, *heard: Any) -> bool:
        """Return whether nobody hears one of these signals but this package and what was tried."""
        owners = (self._owner(one) for signal in heard for one in signal.receivers_for(ANY))
        return all(owner == _OUR_PACKAGE or owner in self.tried for owner in owners)

    def finishing(self) -> list[Any]:
        """Return what changes the file of a page that was written."""
        return [one for one in signals.content_written.receivers_for(ANY) if self.finishes(one)]

    def finishes(self, receiver: Any) -> bool:
        """Return whether a receiver changes the file of a page that was written."""
        tried = self.tried.get(self._owner(receiver))
        return tried is not None and bool(tried.finishes)

    def has(self, module: str) -> bool:
        """Return whether a module belongs to a known plugin."""
        return self._of(module) in self.names

    def _owner(self, receiver: Any) -> str:
        """Return the plugin that a receiver is from, "" if that is not known."""
        return self._of(str(getattr(receiver, "__module__", "")))

    def _of(self, module: str) -> str:
        if module.partition(".")[0] == _OUR_PACKAGE:
            return _OUR_PACKAGE
        return next((n for n in self.names if module == n or module.startswith(f"{n}.")), "")

    # a build that has nothing to do

    def mute(self) -> None:
        """Let them hear nothing of a build that has nothing to do, but what makes it ready."""
        for name, signal in _signals():
            if name not in _BEFORE_READING:
                signal.receivers_for = partial(self._others, signal.receivers_for)

    def _others(self, receivers_for: Callable[[Any], Iterator[Any]], sender: Any) -> Iterator[Any]:
        return (one for one in receivers_for(sender) if self._owner(one) not in self.names)

    def unmute(self) -> None:
        """Let them hear everything again."""
        muted = [signal for _, signal in _signals() if vars(signal).pop("receivers_for", None)]
        for signal in muted:
            for receiver in signal.receivers_for(ANY):
                tried = self.tried.get(self._owner(receiver))
                if tried and tried.forget:
                    tried.forget(receiver)


def _signals() -> Iterator[tuple[str, Any]]:
    return ((name, one) for name, one in vars(signals).items() if isinstance(one, Signal))


@cache
def _installed() -> frozenset[str]:
    """Return the names and versions of what is installed, as in `pelican_seo-1.4.0`."""
    return frozenset(name.rpartition(".")[0].lower() for name in installed(sys.path))


def _code_of(name: str) -> str:
    """Return what stands for the code of a plugin."""
    with suppress(ImportError, OSError, ValueError, AttributeError):
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            return ""
        if spec.submodule_search_locations:
            return repr([code(Path(place)) for place in spec.submodule_search_locations])
        return quick_digest(Path(spec.origin).read_bytes()).hex()
    return ""
