"""What one run of publish knows of the account, and the plans that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.reference_syntax import targets
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.links import LinkResolver
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.plan.equality import Equality
from pelican_buttercms.publish.plan.image_files import ImageFiles
from pelican_buttercms.publish.plan.messages import no_group
from pelican_buttercms.publish.plan.missing_targets import (
    broken_links,
    missing_files,
    missing_references,
)
from pelican_buttercms.publish.plan.options import PublishOptions
from pelican_buttercms.publish.plan.plan import Plan, Step
from pelican_buttercms.publish.plan.plan_deletions import plan_deletions
from pelican_buttercms.publish.plan.planner import PublishPlanner
from pelican_buttercms.publish.remote_state import RemoteReader
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.resolve import resolve
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import POST_TERMS, Values, decode_values
from pelican_buttercms.settings import Settings
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.http.download import Downloads


@dataclass(frozen=True)
class PublishContext:
    """The knowledge and collaborators that planning and applying share.

    Attributes:
        account: the fingerprint of the account and its address, for saved plans.
        known: what is known of the account.
        records: every stored record.
        reader: reads what the CMS holds now.
        bases: stores what the CMS held when drafts were made.
        equality: compares values.
        images: compares files.
    """

    account: str
    known: AccountSchema
    records: Sequence[RawRecord]
    reader: RemoteReader
    bases: BaseVersions
    equality: Equality
    images: ImageFiles

    @classmethod
    def build(
        cls, source: Source, account: str, records: Sequence[RawRecord], client: Client
    ) -> PublishContext:
        """Build the context of a run, without any call."""
        known = AccountSchema.from_records(records, source.options)
        emulated = client.transport if source.options.emulated else None
        bases = BaseVersions(source.options.cache_path)
        images = ImageFiles(Downloads(emulated), bases)
        equality = Equality(images.is_same_file)
        for plural in POST_TERMS:
            equality.names[plural].update(
                known.categories if plural == "categories" else known.tags
            )
        return cls(
            account,
            known,
            records,
            RemoteReader(
                client,
                known.collections.get,
                records,
                main_locale=known.main_locale,
                alt_media_text=source.options.alt_media_text,
            ),
            bases,
            equality,
            images,
        )

    def with_records(self, records: Sequence[RawRecord], options: Settings) -> PublishContext:
        """Return a context with more records of the account."""
        records = [*self.records, *records]
        return replace(self, records=records, known=AccountSchema.from_records(records, options))

    def unknown_groups(self, raws: Iterable[RawDraft]) -> list[tuple[str, str]]:
        """Return the page types and collections of drafts that no stored record has."""
        groups = {(raw.kind, raw.group, raw.slug) for raw in raws if raw.kind != "post"}
        unknown = (group for group in groups if self.known.schemas.of(*group) is None)
        return sorted({(kind, name) for kind, name, _ in unknown})

    def resolve_drafts(
        self,
        raws: Sequence[RawDraft],
        site: DraftSite,
        absent: AbstractSet[tuple[str, str]] = frozenset(),
        unread: AbstractSet[Path] = frozenset(),
    ) -> tuple[list[Draft], list[str]]:
        """Resolve drafts against the account; return those without problems, and all problems.

        Args:
            raws: the drafts.
            site: the site that they belong to.
            absent: the page types and collections that the account does not have.
            unread: the resolved paths of drafts that could not be read.
        """
        links = LinkResolver(site)
        drafts, problems = resolve(
            raws, self.known, site.local_file, absent, links=links, unread=unread
        )
        if problems:
            absent_raws = [raw for raw in raws if (raw.kind, raw.group) in absent]
            problems += [no_group(raw, self.known) for raw in absent_raws]
            drafts = [
                d for d in drafts if not any(p.startswith(f"{d.raw.path}:") for p in problems)
            ]
        for draft in drafts:
            self.images.add(draft.files)
        return drafts, problems

    def plan(self, drafts: Sequence[Draft], options: PublishOptions) -> Plan:
        """Build the plan of what has to be written, and check that all it needs exists."""
        planner = PublishPlanner(self.known, self.reader, self.base_of, self.equality, options)
        plan = planner.plan(self.account, drafts)
        steps = (self._with_locale_note(self.images.keep_copies(step)) for step in plan.steps)
        plan = replace(plan, steps=tuple(steps))
        missing = {draft.raw.path: draft.raw.missing for draft in drafts if draft.raw.missing}
        problems = [
            *broken_links(plan.steps, missing),
            *missing_references(plan.steps, self.known, self.reader),
            *missing_files(plan.steps, self.images),
        ]
        return replace(
            plan,
            problems=tuple(dict.fromkeys([*plan.problems, *problems])),
            notes=(*plan.notes, *self.images.notes),
        )

    def _with_locale_note(self, step: Step) -> Step:
        """Note that something new is not there in the main locale, where the others are."""
        main = self.known.main_locale
        locales = [part.target.locale for part in step.parts]
        if not main or step.action != "create" or step.target.key.kind == "post" or main in locales:
            return step
        note = (
            f"There is no version in {main}, the main locale, where others refer to it and fall"
            f" back to: add one, as in fields: {{{main}: …}}, or a file with .{main} in its name."
        )
        return replace(step, notes=(*step.notes, note))

    def plan_deletions(self, drafts: Sequence[Draft], options: PublishOptions) -> Plan:
        """Build the plan of what has to be deleted."""
        return plan_deletions(
            self.account,
            drafts,
            known=self.known,
            reads=self.reader,
            policy=options.policy,
            referrers=self._referrers,
        )

    def base_of(self, digest: str) -> Values | None:
        """Return what the CMS held when a draft was made, None if it was not stored."""
        data = self.bases.get(digest)
        try:
            return decode_values(data) if data is not None else None
        except ValueError:
            return None  # a digest of something else that is kept

    def name_of(self, plural: str, slug: str) -> str | None:
        """Return the name of a category or tag, None if it is unknown."""
        return self.equality.names[plural].get(slug)

    def _referrers(self, key: Key) -> list[str]:
        return sorted(
            {
                str(record.key)
                for record in self.records
                if any(target.key == key for target in targets(record.data))
            }
        )
