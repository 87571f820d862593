"""The session of publish: from drafts to a plan, to the CMS, back to the drafts and the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from pelican_buttercms.api import Write
from pelican_buttercms.content import RawRecord
from pelican_buttercms.errors import ButterCMSError, DraftError, PublishError, SettingsError
from pelican_buttercms.publish.after_publish import update_store
from pelican_buttercms.publish.apply import payloads
from pelican_buttercms.publish.apply.cms import Cms
from pelican_buttercms.publish.apply.draft_updates import DraftUpdater
from pelican_buttercms.publish.apply.publisher import Publisher
from pelican_buttercms.publish.apply.recovery import RunLog, recover_items
from pelican_buttercms.publish.apply.run_history import RunHistory
from pelican_buttercms.publish.apply.run_journal import RunJournal
from pelican_buttercms.publish.apply.types import PublishReport, Written
from pelican_buttercms.publish.context import PublishContext
from pelican_buttercms.publish.drafts.cms_links import CmsLinks
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft, draft_file, merge_rows
from pelican_buttercms.publish.drafts.read import collect_drafts, is_plan, read_drafts
from pelican_buttercms.publish.plan.options import PublishOptions
from pelican_buttercms.publish.plan.plan import Plan, Step
from pelican_buttercms.publish.plan.plan_file import load_plan
from pelican_buttercms.publish.plan.three_way_merge import Policy
from pelican_buttercms.publish.resolved_draft import Draft, resolve_draft_references
from pelican_buttercms.publish.undo import describe_undo, undo_drafts
from pelican_buttercms.sync.account import Source, account_name, stored_records
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.http.write_client import open_writing
from pelican_buttercms.sync.progress import LineProgress

Emit = Callable[[str], None]


@contextmanager
def open_session(
    source: Source, site: DraftSite, emit: Emit, *, writing: bool, within: float
) -> Iterator[PublishSession]:
    """Open a session with the account, which is pulled first if nothing of it is stored.

    Args:
        source: the account, live.
        site: the Pelican site of the drafts; it gets the addresses of the CMS's content.
        emit: receives a line about each step.
        writing: whether something may be sent; only then the write token is read.
        within: seconds for which a write may take to show.

    Raises:
        ButterCMSError: there is no token, the network is forbidden, or another run is under way.
    """
    account, records = account_name(source), _stored(source, emit)
    site.cms_links = CmsLinks(site.settings, source.options, records)
    if not writing:
        if source.options.offline:
            raise SettingsError(
                "BUTTERCMS_OFFLINE is set, and planning reads from the CMS: unset it."
            )
        with source.connect() as client:
            yield PublishSession(
                source, site, emit, PublishContext.build(source, account, records, client), client
            )
        return
    with open_writing(source) as (client, writer), RunJournal(source.options.cache_path) as journal:
        context = PublishContext.build(source, account, records, client)
        session = PublishSession(source, site, emit, context, client)
        cms = Cms(
            context.reader,
            writer,
            learn=context.equality.learn_terms,
            within=within,
            has_locales=any(locale.name for locale in source.options.locales),
        )
        session.enable_writing(cms, RunLog(journal, account))
        yield session


def _stored(source: Source, emit: Emit) -> list[RawRecord]:
    records = stored_records(source)
    if not records:
        emit("No content of this account is stored yet, so it is pulled first.")
        source.refresh(LineProgress(emit))
        records = stored_records(source)
    return records


class PublishSession:
    """A run of publish with an open connection; use `open_session`."""

    def __init__(
        self, source: Source, site: DraftSite, emit: Emit, context: PublishContext, client: Client
    ) -> None:
        self._source = source
        self._site = site
        self._emit = emit
        self._context = context
        self._client = client
        self._writing: tuple[Cms, RunLog] | None = None
        self._raws: list[RawDraft] = []
        self._policy = Policy()

    def enable_writing(self, cms: Cms, run_log: RunLog) -> None:
        """Allow `apply`."""
        self._writing = cms, run_log

    def plan(self, paths: Sequence[Path], options: PublishOptions) -> Plan:
        """Build the plan for drafts, or read the saved plan that is the only path.

        Raises:
            PublishError: drafts or the plan cannot be read or resolved.
            ButterCMSError: the CMS could not be read.
        """
        if len(paths) == 1 and is_plan(paths[0]):
            return self._saved_plan(paths[0])
        self._raws, problems, unread = collect_drafts(paths, self._site)
        self._policy = options.policy
        absent = set()
        for kind, group in self._context.unknown_groups(self._raws):
            main_locale = self._context.known.main_locale
            records = self._context.reader.unpulled(kind, group, main_locale)
            self._context = self._context.with_records(records, self._source.options)
            if (
                not records
                and not options.delete
                and not self._context.reader.has_group(kind, group)
            ):
                absent.add((kind, group))
        drafts, unclear = self._context.resolve_drafts(self._raws, self._site, absent, unread)
        if problems or unclear:
            raise DraftError(merge_rows([*problems, *unclear, *self._problems(drafts, options)]))
        if self._writing:
            cms, run_log = self._writing
            drafts = recover_items(drafts, run_log, cms, self._context.equality, self._emit)
        drafts = resolve_draft_references(drafts)
        if options.delete:
            return self._context.plan_deletions(drafts, options)
        return self._context.plan(drafts, options)

    def _problems(self, drafts: Sequence[Draft], options: PublishOptions) -> list[str]:
        """Return what is wrong with drafts besides, so that everything is mended at once."""
        if options.delete or not drafts:
            return []
        with suppress(ButterCMSError):
            return [
                problem.text
                for problem in self._context.plan(
                    resolve_draft_references(drafts), options
                ).problems
            ]
        return []

    def history(self) -> RunHistory:
        """Return the history of the runs of this cache folder."""
        context = self._context
        return RunHistory(self._source.options.cache_path, context.bases, context.account)

    def plan_undo(self, name: str, options: PublishOptions) -> Plan:
        """Build the plan that puts back what a run overwrote.

        Raises:
            PublishError: there is no such run.
            ButterCMSError: the CMS could not be read.
        """
        context, run = self._context, self.history().load(name)
        found = undo_drafts(run, context.base_of, options)
        with suppress(DraftError):  # an id that cannot be written back is said later
            files = [file for file in dict.fromkeys(map(draft_file, found.files)) if file.is_file()]
            raws = read_drafts(files, self._site)
            self._raws = [raw for raw in raws if raw.path.resolve() in found.files]
        plan = context.plan(found.restored, replace(options, delete=False, status=None))
        if found.deleted:
            gone = context.plan_deletions(found.deleted, options)
            plan = plan.joined(gone)
        return describe_undo(plan, found)

    def apply(self, plan: Plan, report: PublishReport, *, upload_images: bool) -> None:
        """Apply a plan. Even after a failure, the store is updated with what was done.

        Args:
            plan: a plan without problems or conflicts.
            report: receives what was done.
            upload_images: whether the pictures in posts are copied into the media library.

        Raises:
            PublishError: a step failed. The message lists what was done and what was not.
        """
        if self._writing is None:
            raise PublishError("This run may only read, so nothing was sent.")
        cms, run_log = self._writing
        updater = DraftUpdater(
            self._raws,
            self._site,
            self._context.bases,
            self._context.known,
            policy=self._policy,
            emit=self._emit,
        )
        locales = [locale.name for locale in self._source.options.locales if locale.name]

        history = self.history().begin(self._source.now())

        def build(steps: Sequence[Step]) -> Write:
            for step in steps:
                history.sending(step)
            return payloads.build_write(
                steps, self._context.name_of, locales, upload_images=upload_images
            )

        def record(written: Written) -> None:
            history.shown(written)
            updater.record(written)

        publisher = Publisher(
            cms,
            run_log,
            build=build,
            is_equal=self._context.equality,
            record=record,
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
                main = self._context.known.main_locale
                report.warnings += update_store(
                    self._source, self._client, report, main, self._context.reader.item
                )

    def _saved_plan(self, path: Path) -> Plan:
        """Read a saved plan, and its drafts."""
        plan = load_plan(path)
        if plan.account != self._context.account:
            raise PublishError(
                f"{path} was made for another account or address. Make it again with --out."
            )
        parts = [part for step in plan.steps for part in step.parts]
        drafts = sorted({part.draft for part in parts})
        pending = self._writing[1].open() if self._writing else []
        open_drafts = {path for create in pending for path in create.drafts}
        if open_drafts.intersection(draft.resolve() for draft in drafts):
            raise PublishError(
                "An earlier publish was interrupted, and may have created items. Publish the drafts"
                " themselves first to finish it, then make the plan again."
            )
        if missing := [str(draft) for draft in drafts if not draft_file(draft).is_file()]:
            raise PublishError(
                f"Drafts of the plan are missing, so their ids could not be written back:"
                f" {', '.join(missing)}. Put them back, or make the plan again."
            )
        files = dict.fromkeys(map(draft_file, drafts))
        self._raws = read_drafts(files, self._site) if files else []
        created = {raw.path.resolve() for raw in self._raws if raw.kind == "item" and raw.id}
        for step in plan.steps:
            for part in step.parts:
                if step.action == "create" and part.draft.resolve() in created:
                    raise PublishError(
                        f"{part.draft} has become an item since the plan was made, so it is not"
                        " created again. Publish the draft itself, or make the plan again."
                    )
        return plan
