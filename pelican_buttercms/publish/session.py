"""One run of publish: from drafts to a plan, and on to the CMS, the drafts and the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pelican_buttercms.api import Write
from pelican_buttercms.content import RawRecord
from pelican_buttercms.errors import ButterCMSError, DraftError, PublishError, SettingsError
from pelican_buttercms.publish.after_publish import merge_into_store
from pelican_buttercms.publish.apply import payloads
from pelican_buttercms.publish.apply.cms import Cms
from pelican_buttercms.publish.apply.draft_updates import DraftUpdater
from pelican_buttercms.publish.apply.publisher import Publisher
from pelican_buttercms.publish.apply.recovery import RunLog, recover_items
from pelican_buttercms.publish.apply.types import PublishReport
from pelican_buttercms.publish.drafts.cms_links import CmsLinks
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.drafts.read import is_plan, read_drafts
from pelican_buttercms.publish.plan.options import PublishOptions
from pelican_buttercms.publish.plan.plan import Plan, Step
from pelican_buttercms.publish.plan.plan_file import load_plan
from pelican_buttercms.publish.resolved_draft import resolve_draft_references
from pelican_buttercms.publish.run import Run
from pelican_buttercms.publish.write_model import STATUS, WriteTarget
from pelican_buttercms.store import Store
from pelican_buttercms.store.run_log import Journal
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.http.write_client import open_writing
from pelican_buttercms.sync.progress import LineProgress
from pelican_buttercms.sync.stored_accounts import account_name, asked_records, stored_records

Emit = Callable[[str], None]


@contextmanager
def open_session(
    source: Source, site: DraftSite, emit: Emit, *, writing: bool, within: float
) -> Iterator[PublishSession]:
    """Connect to the account, which is pulled first if nothing is known of it.

    Args:
        source: the account, live.
        site: the Pelican site that the drafts belong to; it learns where the CMS's content is.
        emit: receives a line about each step.
        writing: whether something may be sent; without that the write token is not looked for.
        within: seconds for which a write may take to show.

    Raises:
        ButterCMSError: there is no token, the network is forbidden, or another run is under way.
    """
    account, records = account_name(source), _stored(source, emit)
    site.cms_links = CmsLinks(site.settings, source.options, records)
    if not writing:
        if source.options.offline:
            raise SettingsError("BUTTERCMS_OFFLINE is set, and a plan asks the CMS: unset it.")
        with source.connect() as client:
            yield PublishSession(
                source, site, emit, Run.begin(source, account, records, client), client
            )
        return
    with open_writing(source) as (client, writer), Journal(source.options.cache_path) as journal:
        run = Run.begin(source, account, records, client)
        session = PublishSession(source, site, emit, run, client)
        cms = Cms(run.reader, writer, learn=run.equality.learn_terms, within=within)
        session.may_write(cms, RunLog(journal, account))
        yield session


def _stored(source: Source, emit: Emit) -> list[RawRecord]:
    records = stored_records(source)
    if not records:
        emit("Nothing is stored of this account, so it is pulled first.")
        source.refresh(LineProgress(emit))
        records = stored_records(source)
    return records


class PublishSession:
    """A connected run; use `open_session`."""

    def __init__(
        self, source: Source, site: DraftSite, emit: Emit, run: Run, client: Client
    ) -> None:
        self._source = source
        self._site = site
        self._emit = emit
        self._run = run
        self._client = client
        self._writing: tuple[Cms, RunLog] | None = None
        self._raws: list[RawDraft] = []

    def may_write(self, cms: Cms, run_log: RunLog) -> None:
        """Allow `apply`."""
        self._writing = cms, run_log

    def plan(self, paths: Sequence[Path], options: PublishOptions) -> Plan:
        """Find out what has to be written, or read the plan that one path names.

        Raises:
            PublishError: drafts or the plan cannot be read or understood.
            ButterCMSError: the CMS could not be asked.
        """
        if len(paths) == 1 and is_plan(paths[0]):
            return self._saved_plan(paths[0])
        self._raws = read_drafts(paths, self._site)
        absent = set()
        for kind, group in self._run.lacks(self._raws):
            found = asked_records(self._client, kind, group, self._run.known.main_locale)
            self._run = self._run.learn(found, self._source.options)
            if not found and not options.delete and not self._run.reader.has_group(kind, group):
                absent.add((kind, group))
        drafts = self._run.understand(self._raws, self._site, absent)
        if self._writing:
            cms, run_log = self._writing
            drafts = recover_items(drafts, run_log, cms, self._run.equality, self._emit)
        drafts = resolve_draft_references(drafts)
        if options.delete:
            return self._run.plan_deletions(drafts, options)
        return self._run.plan(drafts, options)

    def apply(self, plan: Plan, report: PublishReport, *, upload_images: bool) -> None:
        """Carry a plan out. Whatever ends it, the store takes in what was done.

        Args:
            plan: nothing stands against it.
            report: learns what was done.
            upload_images: whether the pictures in posts are taken into the media library.

        Raises:
            PublishError: a step failed; says what was done, what was not, and what is not known.
        """
        if self._writing is None:
            raise PublishError("This run may only look, so nothing was sent.")
        cms, run_log = self._writing
        updater = DraftUpdater(self._raws, self._site, self._run.bases, self._run.known.main_locale)
        locales = [locale.name for locale in self._source.options.locales if locale.name]

        def build(step: Step) -> Write:
            return request_of(step, self._run.name_of, locales, upload_images=upload_images)

        publisher = Publisher(
            cms,
            run_log,
            build=build,
            is_equal=self._run.equality,
            record=updater.record,
            emit=self._emit,
        )
        try:
            for unchanged in plan.unchanged:
                publisher.add_known(unchanged.draft.raw.path, unchanged.target.key)
                try:
                    updater.adopt(unchanged)
                except DraftError as exc:
                    report.warnings.append(str(exc))  # the CMS holds the draft's values
            publisher.apply(plan.steps, report)
            run_log.finish()
        finally:
            if report.written:
                main = self._run.known.main_locale
                report.warnings += take_in(self._source, self._client, report, main)

    def _saved_plan(self, path: Path) -> Plan:
        """Read a plan, and those of its drafts that are still there."""
        plan = load_plan(path)
        if plan.account != self._run.account:
            raise PublishError(
                f"{path} was made for another account or address. Make it again with --out."
            )
        parts = [part for step in plan.steps for part in step.parts]
        drafts = sorted({part.draft for part in parts})
        unseen = self._writing[1].open() if self._writing else []
        left = {path for sent in unseen for path in sent.drafts}
        if left.intersection(draft.resolve() for draft in drafts):
            raise PublishError(
                "An earlier publish was interrupted, and may have made items that it did not see."
                " Publish the drafts themselves first, which finishes it; then make the plan again."
            )
        if missing := [str(draft) for draft in drafts if not draft.is_file()]:
            raise PublishError(
                f"The plan is of drafts that are not there, and could not tell them what they have"
                f" become: {', '.join(missing)}. Put them back, or make the plan again."
            )
        self._raws = read_drafts(drafts, self._site) if drafts else []
        made = {raw.path.resolve() for raw in self._raws if raw.kind == "item" and raw.id}
        for step in plan.steps:
            for part in step.parts:
                if step.action == "create" and part.draft.resolve() in made:
                    raise PublishError(
                        f"{part.draft} has become an item since the plan was made, so it is not"
                        " made again. Publish the draft itself, or make the plan again."
                    )
        return plan


def request_of(
    step: Step,
    names: payloads.Names,
    locales: Sequence[str],
    *,
    upload_images: bool,
) -> Write:
    """Give the write of a step."""
    if step.action == "delete":
        return payloads.deletion(step.target)
    versions = {part.target: {**part.values, STATUS: step.status} for part in step.parts}
    if step.action == "create":
        return payloads.creation(versions, names, locales, upload_images=upload_images)
    values = versions[step.target]
    return payloads.change(step.target, values, names, locales, upload_images=upload_images)


def take_in(source: Source, client: Client, report: PublishReport, main_locale: str) -> list[str]:
    """Let the store hold what was written, so that the next build shows it without a pull.

    Returns:
        What the user should know. A failure here harms nothing: the next pull brings it.
    """
    changed: list[WriteTarget] = []
    gone: list[WriteTarget] = []
    for written in report.written:
        target = written.target
        if target.key.kind == "post" and not target.locale:
            target = replace(target, locale=main_locale)
        (gone if written.version is None else changed).append(target)
        if written.part.target.key.id not in {"", target.key.id}:
            gone.append(replace(target, key=written.part.target.key))  # it was renamed
    try:
        with Store(source.options.cache_path, source.now) as store:
            return merge_into_store(source, client, store, changed, gone).notes
    except ButterCMSError as exc:
        return [f"The store has not taken in what was published ({exc}): the next pull does."]
