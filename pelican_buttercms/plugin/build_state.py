"""What lives as long as a site, and what as long as one build of it.

A *site* is one set of settings: Pelican's main instance, and the instances that i18n_subsites
makes of it. A *run* is one build of one instance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
import logging
import os
from pathlib import Path
from typing import Any

from pelican_buttercms.content import Key
from pelican_buttercms.incremental.generator_contents import contents_of
from pelican_buttercms.incremental.incremental_build import IncrementalBuild
from pelican_buttercms.incremental.output.changed_files import ChangedFiles
from pelican_buttercms.incremental.output.site_output import SiteOutput
from pelican_buttercms.incremental.up_to_date import UpToDateCheck
from pelican_buttercms.plugin import crawlers, search_index
from pelican_buttercms.plugin.claims import claims
from pelican_buttercms.plugin.content_versions import ContentVersions
from pelican_buttercms.plugin.drafts.draft_banner import mark
from pelican_buttercms.plugin.drafts.leak_guard import LeakCheck
from pelican_buttercms.plugin.incremental_host import CMSHost, media_digests, render_options
from pelican_buttercms.plugin.local_media import LocalMedia
from pelican_buttercms.plugin.own_files import OwnFilesGenerator
from pelican_buttercms.plugin.page_body import RenderedBody
from pelican_buttercms.plugin.redirects.plan import RedirectPlan
from pelican_buttercms.plugin.source_files import SourceFiles
from pelican_buttercms.plugin.template_context import SiteContent
from pelican_buttercms.settings import Settings
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.build_trigger import Trigger
from pelican_buttercms.sync.load import LoadedContent

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shown:
    """Where the last build shows a post or a page.

    Attributes:
        key: of the record.
        locale: the locale whose part of the site it is.
        url: site-relative.
        save_as: the name of its file in the output folder.
        state: "published", or how it differs from that.
        lang: the language that it is written in.
        fields: those that differ from what is live.
    """

    key: Key
    locale: str
    url: str
    save_as: str
    state: str
    lang: str
    fields: tuple[str, ...]


@dataclass
class Site:
    """One set of settings, and the generation that its newest run reads.

    Attributes:
        options: the checked settings.
        source: the account and its store.
        main: the `id()` of Pelican's main instance.
        outputs: what is known of its output folders.
        stored: what the run under way reads.
        shown: every post and page of the last run that ended well.
        cost: the calls of the pull that it was built from.
        trigger: the events that the next build is for.
        started_by: the events that the newest run was for.
        up_to_date_check: compares this build with the last one.
        rests: whether nothing has changed since that one, so that there is no run.
        as_of: the time whose content a preview shows; None for all drafts.
        stale: why the newest run reads older content than was asked for; "" if it does not.
    """

    options: Settings
    source: Source
    main: int
    outputs: SiteOutput
    stored: LoadedContent | None = None
    shown: tuple[Shown, ...] = ()
    cost: int = 0
    trigger: Trigger | None = None
    started_by: Trigger | None = None
    up_to_date_check: UpToDateCheck | None = None
    rests: bool = False
    as_of: datetime | None = None
    stale: str = ""

    def begin(self) -> None:
        """Drop the build before; one process may make many."""
        self.up_to_date_check, self.rests = None, False
        self.outputs.begin()


@dataclass
class Run:
    """One build: its own graphs, since URLs differ between sub-sites.

    Attributes:
        site: the settings that it is a build of.
        editions: the content of each language, that of the main instance's DEFAULT_LANG first.
        content: the content of this instance's DEFAULT_LANG.
        contents: every article and page made of the CMS's content, with the locale that shows it.
        version_of: knows their versions, if anybody does.
        versions: these by `id()`.
        leaks: under live content, looks at everything that is written.
        rendered_bodies: of contents whose body a template renders.
        sources: writes the files of contents, if another plugin opens them.
        session: writes the output, once all generators have collected their content.
        is_main: whether it is the main instance's, and not a sub-site's.
        changed_files: lists what is written and removed, if that is wanted.
        redirects: where old addresses lead, if that is wanted.
        say: prints a line for the user.
    """

    site: Site
    editions: dict[str, SiteContent]
    content: SiteContent
    contents: list[tuple[str, Any]] = field(default_factory=list)
    version_of: ContentVersions | None = None
    versions: dict[int, int] = field(default_factory=dict)
    leaks: LeakCheck = field(default_factory=LeakCheck)
    rendered_bodies: list[RenderedBody] = field(default_factory=list)
    sources: SourceFiles | None = None
    session: IncrementalBuild | None = None
    is_main: bool = True
    changed_files: ChangedFiles | None = None
    redirects: RedirectPlan | None = None
    say: Callable[[str], None] = print

    @property
    def options(self) -> Settings:
        """The checked `BUTTERCMS_*` settings."""
        return self.site.options

    def add(self, content: Any, edition: SiteContent) -> None:
        """Take in an article or a page made of the CMS's content."""
        record, locale = content.butter, edition.locale.name
        self.contents.append((locale, content))
        edition.contents[record.identity] = content
        if self.version_of and (version := self.version_of.of(record, locale)):
            self.versions[id(content)] = version

    @property
    def media(self) -> LocalMedia:
        """The downloaded files, one set for all languages."""
        return self.content.media

    def shown(self) -> Iterator[Shown]:
        """Yield where each article and page of the CMS's content is, and in which state."""
        for locale, content in self.contents:
            key = content.butter.key
            draft = self.content.drafts.get((content.butter.locale, key))
            fields = tuple(change.path for change in draft.differences) if draft else ()
            state = getattr(content, "preview_state", None) or "published"
            yield Shown(key, locale, content.url, content.save_as, state, content.lang, fields)

    def has(self, key: Key) -> bool:
        """Return whether the content of this build has an item, in any language."""
        return self.find(key) is not None

    def shows(self, key: Key) -> bool:
        """Return whether this site shows content of an item's kind and page type."""
        if key.kind == "post":
            return self.options.posts
        return key.kind == "page" and key.group in self.options.page_types

    def selects(self, key: Key) -> bool:
        """Return whether filters leave items of a kind and page type out of this site."""
        selection = self.options.selections.get(key[:2])
        return selection is not None and selection.is_narrow

    def find(self, key: Key) -> Any:
        """Return an item of the content of this build, in any language; None if it has none."""
        found = (edition.graph.get(key) for edition in self.editions.values())
        return next((record for record in found if record is not None), None)

    def plan_own_files(self, generators: list[Any]) -> None:
        """Plan the files that no template makes, when all contents are known.

        Raises:
            SettingsError: the history of addresses is damaged.
            FileSystemError: a file that belongs to them cannot be read.
        """
        for own in generators:
            if isinstance(own, OwnFilesGenerator):
                taken = {claim.path for claim in claims(generators, self.media)}
                own.files |= crawlers.plan(self.options, generators, taken, is_main=self.is_main)
                if self.options.search:
                    names = search_index.names_of(contents_of(generators))
                    own.last = partial(search_index.index_files, Path(own.output_path), names)
                folder = os.path.relpath(own.output_path, self.site.outputs.folder)
                place = Path(folder).as_posix().removeprefix(".")
                is_live = own.settings["SITEURL"] and not self.options.preview
                if self.options.redirects and is_live and not place.startswith("."):
                    self.redirects = RedirectPlan(
                        self.options, generators, self.contents, place, taken
                    )
                    own.files |= self.redirects.files

    def prepare_output(self, generators: list[Any]) -> None:
        """Look at the output folder as it is, and empty it if DELETE_OUTPUT_DIRECTORY says so."""
        if self.is_main and self.options.changed_files:
            self.changed_files = ChangedFiles(self.options.changed_files, self.site.outputs.folder)
        host = CMSHost(
            self.editions, self.versions, self.media, self.wrote, preview=self.options.preview
        )
        self.session = IncrementalBuild(
            render_options(self.options), self.site.outputs, host, generators, self.say
        )
        self.media.note = self.session.expect
        for one in generators:
            if isinstance(one, OwnFilesGenerator):
                one.note = self.session.expect
        self.session.clean()

    def begin_writing(self, writer: Any) -> None:
        """Stand before Pelican's writer."""
        if self.session:
            self.session.begin(writer)

    def end(self) -> None:
        """Other plugins have had their say: keep what was learnt, and list what has changed."""
        if self.redirects:
            self.redirects.save()
        if self.session:
            self.session.finish()
            if self.is_main and self.site.up_to_date_check:
                files = self.site.stored.media if self.site.stored else {}
                self.site.up_to_date_check.end(
                    self.session.generators, self.session.known, media_digests(files)
                )
        if self.changed_files:
            self.changed_files.write()

    def wrote(self, path: str, context: dict[str, Any]) -> None:
        """A page was written."""
        if not self.options.preview:
            self.leaks.look(path, context)
        elif not (self.session and self.session.reuses):
            mark(path, context)

    def link_profiles(self, generator: Any) -> None:
        """Set the URLs of the CMS's authors, categories and tags to those of their pages."""
        listings = (generator.context.get(kind, ()) for kind in ("authors", "categories", "tags"))
        for wrapper in (wrapper for listing in listings for wrapper, _ in listing):
            if not hasattr(wrapper, "butter"):
                continue
            for edition in self.editions.values():
                if record := edition.graph.get(wrapper.butter.key):
                    record.url = wrapper.url
