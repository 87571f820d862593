"""One run of publish: from drafts to a plan, and on to the CMS, the drafts and the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path as File

from pelican_buttercms.api import Write
from pelican_buttercms.content import RawRecord
from pelican_buttercms.errors import ButterCMSError, DraftError, PublishError, SettingsError
from pelican_buttercms.publish.after_publish import fold_in
from pelican_buttercms.publish.apply import payloads
from pelican_buttercms.publish.apply.cms import Remote
from pelican_buttercms.publish.apply.draft_updates import Notebook
from pelican_buttercms.publish.apply.publisher import Publisher
from pelican_buttercms.publish.apply.recovery import Memory, recognised
from pelican_buttercms.publish.apply.run_journal import RunJournal
from pelican_buttercms.publish.apply.types import Report
from pelican_buttercms.publish.drafts.cms_links import Places
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.drafts.read import is_plan, read_drafts
from pelican_buttercms.publish.plan.options import Wishes
from pelican_buttercms.publish.plan.plan import Plan, Step
from pelican_buttercms.publish.plan.plan_file import load_plan
from pelican_buttercms.publish.resolved_draft import settled
from pelican_buttercms.publish.run import Run
from pelican_buttercms.publish.write_model import STATUS, Target
from pelican_buttercms.store import Store
from pelican_buttercms.sync.account import Source, account_name, stored_records
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.http.write_client import open_writing
from pelican_buttercms.sync.live_and_preview import unpulled_records
from pelican_buttercms.sync.progress import LineProgress

Say = Callable[[str], None]


@contextmanager
def open_session(
    source: Source, site: DraftSite, say: Say, *, writing: bool, within: float
) -> Iterator[Session]:
    """Connect to the account, which is pulled first if nothing is known of it.

    Args:
        source: the account, live.
        site: the Pelican site that the drafts belong to; it learns where the CMS's content is.
        say: where a line about each step goes.
        writing: whether something may be sent; without that the write token is not looked for.
        within: seconds for which a write may take to show.

    Raises:
        ButterCMSError: there is no token, the network is forbidden, or another run is under way.
    """
    account, records = account_name(source), _stored(source, say)
    site.places = Places(site.settings, source.options, records)
    if not writing:
        if source.options.offline:
            raise SettingsError("BUTTERCMS_OFFLINE is set, and a plan asks the CMS: unset it.")
        with source.connect() as client:
            yield Session(source, site, say, Run.begin(source, account, records, client), client)
        return
    with open_writing(source) as (client, writer), RunJournal(source.options.cache_path) as journal:
        run = Run.begin(source, account, records, client)
        session = Session(source, site, say, run, client)
        remote = Remote(run.fresh, writer, learn=run.same.learn_terms, within=within)
        session.may_write(remote, Memory(journal, account))
        yield session


def _stored(source: Source, say: Say) -> list[RawRecord]:
    records = stored_records(source)
    if not records:
        say("Nothing is stored of this account, so it is pulled first.")
        source.refresh(LineProgress(say))
        records = stored_records(source)
    return records


class Session:
    """A connected run; use `open_session`."""

    def __init__(self, source: Source, site: DraftSite, say: Say, run: Run, client: Client) -> None:
        self._source = source
        self._site = site
        self._say = say
        self._run = run
        self._client = client
        self._writing: tuple[Remote, Memory] | None = None
        self._raws: list[RawDraft] = []

    def may_write(self, remote: Remote, memory: Memory) -> None:
        """Allow `apply`."""
        self._writing = remote, memory

    def plan(self, paths: Sequence[File], wishes: Wishes) -> Plan:
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
            found = unpulled_records(self._client, kind, group, self._run.known.main_locale)
            self._run = self._run.learn(found, self._source.options)
            if not found and not wishes.delete and not self._run.fresh.has_group(kind, group):
                absent.add((kind, group))
        drafts = self._run.understand(self._raws, self._site, absent)
        if self._writing:
            remote, memory = self._writing
            drafts = recognised(drafts, memory, remote, self._run.same, self._say)
        drafts = settled(drafts)
        if wishes.delete:
            return self._run.plan_deletions(drafts, wishes)
        return self._run.plan(drafts, wishes)

    def apply(self, plan: Plan, report: Report, *, upload_images: bool) -> None:
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
        remote, memory = self._writing
        notebook = Notebook(self._raws, self._site, self._run.bases, self._run.known.main_locale)
        locales = [locale.name for locale in self._source.options.locales if locale.name]

        def build(step: Step) -> Write:
            return request_of(step, self._run.name_of, locales, upload_images=upload_images)

        publisher = Publisher(
            remote, memory, build=build, same=self._run.same, note=notebook.note, say=self._say
        )
        try:
            for one in plan.unchanged:
                publisher.knows(one.draft.raw.path, one.target.key)
                try:
                    notebook.adopt(one)
                except DraftError as exc:
                    report.warnings.append(str(exc))  # the CMS holds what it says, so all is well
            publisher.apply(plan.steps, report)
            memory.finish()
        finally:
            if report.written:
                main = self._run.known.main_locale
                report.warnings += take_in(self._source, self._client, report, main)

    def _saved_plan(self, path: File) -> Plan:
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


def take_in(source: Source, client: Client, report: Report, main_locale: str) -> list[str]:
    """Let the store hold what was written, so that the next build shows it without a pull.

    Returns:
        What the user should know. A failure here harms nothing: the next pull brings it.
    """
    changed: list[Target] = []
    gone: list[Target] = []
    for written in report.written:
        target = written.target
        if target.key.kind == "post" and not target.locale:
            target = replace(target, locale=main_locale)
        (gone if written.version is None else changed).append(target)
        if written.part.target.key.id not in {"", target.key.id}:
            gone.append(replace(target, key=written.part.target.key))  # it was renamed
    try:
        with Store(source.options.cache_path, source.now) as store:
            return fold_in(source, client, store, changed, gone).notes
    except ButterCMSError as exc:
        return [f"The store has not taken in what was published ({exc}): the next pull does."]
