"""What a plugin that adds content of its own tells the renderer, and what a plain site tells it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Protocol

from jinja2.compiler import CodeGenerator

from pelican_buttercms.incremental.fingerprint import Describe

Mode = Literal["on", "off", "verify"]
SITE = "site|"
"""The prefix of the names of a host's objects."""


@dataclass(frozen=True)
class Options:
    """How a site is rendered.

    Attributes:
        records: the folder for what is remembered of output folders.
        mode: "on" renders what has changed, "off" everything, and "verify" renders everything and
            compares it with what would have been kept.
        pure: the user's functions that return the same for the same arguments, by name.
        plugins: the plugins that the user knows: what they do follows from what a build reads.
        workers: how many processes render side by side.
        prefix: begins the names of the settings in messages.
    """

    records: Path
    mode: Mode = "on"
    pure: frozenset[str] = frozenset()
    plugins: frozenset[str] = frozenset()
    workers: int = 1
    prefix: str = ""

    def setting(self, name: str) -> str:
        """Return the full name of a setting."""
        return f"{self.prefix}{name}"


@dataclass(frozen=True)
class SiteInputs:
    """What a build reads beside Pelican's settings and files, as far as it is known beforehand.

    Attributes:
        key: a text that differs where the host's own settings differ.
        plugins: the names in PLUGINS that are known to read nothing else.
        ignored: returns whether a setting has no influence on the site.
        dated: the settings whose patterns may show the date of a build.
        folders: more folders that a build reads.
        kept: files that a build reads and then changes.
        of_version: questions to the host's objects whose answers change with each version.
        of_clock: questions to the host's objects whose answers change with time.
        obstacle: why nobody can know what a build reads, None if that is known.
        fingerprints: see `Host.fingerprints`.
        is_own: see `Host.is_own`.
    """

    key: str = ""
    plugins: Collection[str] = frozenset()
    ignored: Callable[[str], bool] = lambda _name: False
    dated: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    kept: tuple[Path, ...] = ()
    of_version: frozenset[str] = frozenset()
    of_clock: frozenset[str] = frozenset()
    obstacle: str | None = None
    fingerprints: Mapping[type, Describe] = field(default_factory=dict)
    is_own: Callable[[Any], bool] = lambda _content: False


@dataclass(frozen=True)
class ContentState:
    """The host's content that a build would be made from.

    Attributes:
        digest: differs where the content differs.
        version: differs where it was fetched at another time.
        digests_of: returns the digests of the host's files by their names, as they are now; None
            for a file that is missing.
    """

    digest: bytes = b""
    version: str = ""
    digests_of: Callable[[Sequence[str]], Mapping[str, str | None]] = lambda _names: {}


class Host(Protocol):
    """A plugin that adds content to the site of one build.

    Attributes:
        key: differs where every page has to be rendered again, whatever it shows.
        objects: what templates read of the host, by names that the next build gives again; each
            begins with `SITE`.
        versions: the versions of contents, by `id()`: a content that has the same one answers all
            questions but those in `unversioned` as it did.
        unversioned: see there.
        fingerprints: functions that describe the values of the host's own types.
        keys: functions that return what tells apart the values of immutable types.
        filters: the host's Jinja filters, which return the same for the same arguments.
        compilers: the host's code generators for Jinja.
    """

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def objects(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def versions(self) -> Mapping[int, int]: ...  # noqa: D102
    @property
    def unversioned(self) -> frozenset[str]: ...  # noqa: D102
    @property
    def fingerprints(self) -> Mapping[type, Describe]: ...  # noqa: D102
    @property
    def keys(self) -> Mapping[type, Callable[[Any], Hashable]]: ...  # noqa: D102
    @property
    def filters(self) -> Mapping[str, Any]: ...  # noqa: D102
    @property
    def compilers(self) -> Collection[type]: ...  # noqa: D102

    def records(self) -> Iterator[tuple[str, Any]]:
        """Yield what the objects lead to, with names that begin with `RECORD`."""

    def find_record(self, name: str) -> Any:
        """Return the record of a name that an earlier build gave; None if it is gone."""

    def containers(self) -> Iterable[Any]:
        """Yield values whose lists and mappings belong to the whole site, not to one page."""

    def is_own(self, content: Any) -> bool:
        """Return whether a content was made by the host, and not read from a file."""

    def files(self, generators: Iterable[Any]) -> Iterator[str]:
        """Yield the files that the host writes without Pelican's writer, by path in the output."""

    def finish_page(self, path: str, text: str, context: dict[str, Any]) -> str:
        """Return what is written of a page that was rendered."""

    def on_page(self, path: str, context: dict[str, Any]) -> None:
        """Note that a page was written, or left as it was."""

    def record_files(self, note: Callable[[str], None] | None) -> None:
        """Report each file of the host that a page shows from now on; None ends it."""

    def show_file(self, name: str) -> None:
        """Note that a page that is left as it was shows a file of the host."""


class PlainHost:
    """A site whose content is that of its files."""

    key = ""
    objects: Mapping[str, Any] = MappingProxyType({})
    versions: Mapping[int, int] = MappingProxyType({})
    unversioned = frozenset({"translations"})
    fingerprints: Mapping[type, Describe] = MappingProxyType({})
    keys: Mapping[type, Callable[[Any], Hashable]] = MappingProxyType({})
    filters: Mapping[str, Any] = MappingProxyType({})
    compilers: Collection[type] = frozenset({CodeGenerator})

    def records(self) -> Iterator[tuple[str, Any]]:
        """Yield nothing."""
        return iter(())

    def find_record(self, name: str) -> Any:
        """Return None."""
        del name

    def containers(self) -> Iterable[Any]:
        """Return nothing."""
        return ()

    def is_own(self, content: Any) -> bool:
        """Return False."""
        del content
        return False

    def files(self, generators: Iterable[Any]) -> Iterator[str]:
        """Yield nothing."""
        del generators
        return iter(())

    def finish_page(self, path: str, text: str, context: dict[str, Any]) -> str:
        """Return the text as it is."""
        del path, context
        return text

    def on_page(self, path: str, context: dict[str, Any]) -> None:
        """Do nothing."""

    def record_files(self, note: Callable[[str], None] | None) -> None:
        """Do nothing."""

    def show_file(self, name: str) -> None:
        """Do nothing."""
