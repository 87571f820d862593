"""The check whether a build has anything to do, before it reads anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import count
import logging
import os
from pathlib import Path
import time
from typing import TYPE_CHECKING, Any

from pelican_buttercms.filesystem import is_safe_name
from pelican_buttercms.incremental.generator_contents import contents_of
from pelican_buttercms.incremental.host import ContentState, Options, SiteInputs
from pelican_buttercms.incremental.introspection import UntrackableError
from pelican_buttercms.incremental.known_plugins import KnownPlugins
from pelican_buttercms.incremental.output import record
from pelican_buttercms.incremental.output.file_state import FileState, Stamp, is_intact, stamp_of
from pelican_buttercms.incremental.static_files import copies
from pelican_buttercms.incremental.up_to_date import (
    build_inputs,
    build_record,
    file_snapshot,
    idle_generators,
)
from pelican_buttercms.incremental.up_to_date.build_record import BuildRecord
from pelican_buttercms.incremental.up_to_date.warning_log import WarningLog

if TYPE_CHECKING:
    from pelican_buttercms.incremental.page_reuse import BuildOutputs

logger = logging.getLogger(__name__)

_builds = count()


class UpToDateCheck:
    """One build, compared with the last one.

    Args:
        settings: Pelican's, before anything has been read.
        options: how the site is rendered.
        host: what a host reads.
        output: the output folder.

    Attributes:
        pages: how many pages there are, where nothing has changed.
    """

    def __init__(
        self, settings: Mapping[str, Any], options: Options, host: SiteInputs, output: Path
    ) -> None:
        self._settings, self._host, self._output = settings, host, output
        self._source = Path(settings["PATH"]).absolute()
        self._record = record.path_of(options.records, output, output, self._source)
        self._path = self._record.with_suffix(".still")
        self._is_quiet = not logger.isEnabledFor(logging.WARNING)
        self._log = WarningLog()
        self._verifies = options.mode == "verify"  # by what is known, and looks at all
        self._files: dict[str, Stamp] = {}
        self._content, self._pull = b"", ""
        self._last: BuildRecord | None = None
        self._recent: dict[str, FileState] = {}
        self._inputs: build_inputs.BuildInputs | None = None
        self._plugins = KnownPlugins(settings, options.plugins)
        self._plugins.unmute()  # after a build that has failed
        if next(_builds):
            self.give_up("this process has built before, and tells no warning twice")
            return
        try:
            self._inputs = build_inputs.find(settings, options, host, output, self._plugins)
            self._look(time.time_ns())
        except (UntrackableError, OSError) as exc:
            self.give_up(str(exc))

    def _look(self, moment: int) -> None:
        """Look at all files, before the build reads them."""
        assert self._inputs is not None  # noqa: S101  (just found)
        self._files = file_snapshot.look(self._inputs.folders)
        recent = {p: s for p, s in self._files.items() if not file_snapshot.is_settled(s, moment)}
        self._recent = file_snapshot.digests(recent)

    def give_up(self, reason: str) -> None:
        """Let neither this build nor the next one go by what is known of the last one."""
        self._inputs = None
        logger.debug("Whether anything has changed is looked at page by page: %s.", reason)

    # before a build

    def is_up_to_date(self, state: ContentState) -> bool:
        """Return whether nothing has changed since the last build, so that this one is done.

        Args:
            state: the host's content that it would be built from.
        """
        if self._inputs is None or self._verifies:
            return False
        self._content, self._pull = state.digest, state.version
        self._last = last = build_record.load(self._path)
        try:
            if last is None or not self._is_same(last):
                return False
            recorded = record.load(self._record).files
            known = {n: state for n, state in recorded.items() if n not in last.strays}
            left = build_record.as_left(self._output, known)
            if left is None or not self._has_made(last) or not _has(last.media, state):
                return False
            if self._would_be_wiped({*left, *(self._name_of(path) for path in last.made)}):
                return False
            if left != known:  # the folder was restored: next time its times are known
                record.save(self._record, self._output, self._source, recorded | left)
        except OSError:
            return False
        return True

    def _is_same(self, last: BuildRecord) -> bool:
        assert self._inputs is not None  # noqa: S101  (asked before)
        return (
            last.inputs == self._inputs.text
            and last.content == self._content
            and (last.pull == self._pull or not last.shows_pull)
            and (self._is_quiet or not last.is_quiet)
            and file_snapshot.are_as_before(self._files, last.files, last.moment)
        )

    def _has_made(self, last: BuildRecord) -> bool:
        """Return whether the files that plugins have written are as they were left."""
        return all(is_intact(path, *state) is not None for path, state in last.made.items())

    def _name_of(self, path: str) -> str:
        return os.path.relpath(path, self._output)

    def _would_be_wiped(self, left: Collection[str]) -> bool:
        retention = self._settings["OUTPUT_RETENTION"]
        wipes = self._settings["DELETE_OUTPUT_DIRECTORY"]
        return wipes and build_record.holds_more(self._output, left, retention)

    @property
    def inputs(self) -> bytes | None:
        """What stands for all that contents follow from but files and the CMS's; None if unknown.

        A plugin that only the user knows may give them anything.
        """
        return self._inputs.text if self._inputs and not self._plugins.named else None

    def rest(self) -> None:
        """Begin a build that has nothing to do: repeat the warnings, whose reasons are there."""
        for one in self._last.warned if self._last else ():
            one.tell()
        self._plugins.mute()

    def end_rest(self) -> None:
        """End a build that had nothing to do."""
        self._plugins.unmute()

    @property
    def pages(self) -> int:
        """How many pages and feeds the last build had."""
        return self._last.pages if self._last else 0

    def disable(self, generator: Any) -> None:
        """Leave a generator of Pelican's nothing to do; it tells how long its lists were."""
        idle_generators.disable(generator, self._last.lists if self._last else {})

    # a build that has something to do

    def begin(self) -> None:
        """Drop the last build: this one will change what it has left."""
        self._path.unlink(missing_ok=True)
        if self._inputs is not None:
            self._log.begin()

    def end(
        self,
        generators: Sequence[Any],
        known: BuildOutputs | None,
        media: Mapping[str, str | None],
    ) -> None:
        """Note how everything was and is, if the next build can go by it.

        Args:
            generators: Pelican's.
            known: what is known of the files of the build; None if some are written each time.
            media: the digests of the host's files by their names, None for a missing one.
        """
        self._log.end()
        if self._inputs is None or self._verifies:
            return
        reason = self._why_not(known, media)
        if known is None or reason:
            self.give_up(reason or "")
            return
        try:
            files = self._digests()
            if reason := self._why_not_files(generators, files, known.left):
                self.give_up(reason)
                return
            found = BuildRecord(
                inputs=self._inputs.text,
                content=self._content,
                pull=self._pull,
                shows_pull=bool(known.shows & self._host.of_version),
                files=files,
                strays=list(known.strays),
                made=self._made(known.left),
                media={name: digest for name, digest in media.items() if digest},
                pages=known.pages,
                warned=list(self._log.warned),
                is_quiet=self._is_quiet,
                lists=idle_generators.lengths(generators),
                moment=time.time_ns(),
            )
            build_record.save(self._path, found)
        except (OSError, UnicodeEncodeError, UntrackableError) as exc:
            self.give_up(f"a file cannot be read, or its name cannot be written down ({exc})")

    def _made(self, left: Collection[str]) -> dict[str, FileState]:
        """Return how each file is that plugins have written, but for those in the record.

        Nobody knows which files a plugin writes that only the user knows: any that is there is
        taken for one.

        Raises:
            OSError: one is not there.
        """
        paths = {str(path) for path in (*self._plugins.files(self._output), *self._host.kept)}
        if self._plugins.named:
            retention = {*self._settings["OUTPUT_RETENTION"], ".git"}
            names = build_record.everything(str(self._output), "", retention)
            paths.update(str(self._output / name) for name in names if not name.endswith(os.sep))
        found = {path for path in paths if self._name_of(path) not in left}
        return file_snapshot.digests({path: stamp_of(path) for path in found})

    def _digests(self) -> dict[str, FileState]:
        """Return what stands for all files; those of the last record are not read again."""
        known = self._last.files if self._last else {}
        moment = self._last.moment if self._last else 0
        kept = {
            path: known[path]
            for path, stamp in self._files.items()
            if path in known and known[path][0] == stamp and file_snapshot.is_settled(stamp, moment)
        }
        new = {path: stamp for path, stamp in self._files.items() if path not in kept}
        return kept | file_snapshot.digests(new)

    def _why_not(self, known: BuildOutputs | None, media: Mapping[str, str | None]) -> str | None:
        """Return why the next build has to look at everything, None if it has not."""
        shows = known.shows if known else frozenset()
        reasons = {
            "some files are written each time": known is None,
            "a page shows how old the content is": bool(self._host.of_clock & shows),
            "something has failed": self._log.has_failed,
            "a media file could not be had": None in media.values(),
            "reStructuredText can read other files, and the clock": any(
                self._is_rst(path) for path in self._files
            ),
        }
        return next((reason for reason, is_so in reasons.items() if is_so), None)

    def _why_not_files(
        self,
        generators: Sequence[Any],
        files: Mapping[str, FileState],
        left: Mapping[str, FileState],
    ) -> str | None:
        """Return which file is not what the build has read or copied, None if all are."""
        assert self._inputs is not None  # noqa: S101  (asked before)
        if file_snapshot.look(self._inputs.folders) != self._files or not _agree(
            self._recent, files
        ):
            return "a file was changed meanwhile"
        if outside := next((name for name in left if not is_safe_name(name)), None):
            return f"{outside} is outside of the output folder"
        local = (one for one in contents_of(generators) if not self._host.is_own(one))
        for path in (os.path.normpath(str(one.source_path)) for one in local):
            if path not in files:
                return f"{path} is read from elsewhere"
        for source, name in copies(generators):
            path = os.path.normpath(source)
            if path not in files or name not in left or files[path][1] != left[name][1]:
                return f"{name} is not a copy of {path}, or that is from elsewhere"
        return None

    def _is_rst(self, path: str) -> bool:
        """Return whether a file could be read as such; one of the theme is none of the content."""
        assert self._inputs is not None  # noqa: S101  (asked before)
        return path.endswith(".rst") and not Path(path).is_relative_to(self._inputs.theme)


def _agree(recent: Mapping[str, FileState], files: Mapping[str, FileState]) -> bool:
    """Return whether files that had just been changed have the bytes that they had then."""
    return all(files[path] == left for path, left in recent.items())


def _has(media: Mapping[str, str], state: ContentState) -> bool:
    """Return whether the host's files are the same; it may have to ask for them."""
    return not media or state.digests_of(list(media)) == media
