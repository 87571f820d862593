"""One run of publish: what is known, what is wanted, and the plan that follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.reference_syntax import targets
from pelican_buttercms.errors import DraftError
from pelican_buttercms.publish.base_versions import BaseVersions
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.plan.equality import Sameness
from pelican_buttercms.publish.plan.image_files import Pictures
from pelican_buttercms.publish.plan.messages import no_group
from pelican_buttercms.publish.plan.missing_targets import (
    broken_links,
    missing_files,
    missing_references,
)
from pelican_buttercms.publish.plan.options import Wishes
from pelican_buttercms.publish.plan.plan import Plan
from pelican_buttercms.publish.plan.plan_deletions import plan_deletions
from pelican_buttercms.publish.plan.planner import Planner
from pelican_buttercms.publish.remote_state import Fresh
from pelican_buttercms.publish.resolve.account_schema import Known
from pelican_buttercms.publish.resolve.resolve import resolve
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import POST_TERMS, Values, decode_values
from pelican_buttercms.settings import Settings
from pelican_buttercms.sync.account import Source
from pelican_buttercms.sync.http.client import Client
from pelican_buttercms.sync.http.download import Downloads


@dataclass(frozen=True)
class Run:
    """What planning and applying share.

    Attributes:
        account: names the account and its address, for saved plans.
        known: what is known of the account.
        records: every stored record.
        fresh: reads what the CMS holds now.
        bases: what it held when drafts were made.
        same: compares values.
        pictures: compares files.
    """

    account: str
    known: Known
    records: Sequence[RawRecord]
    fresh: Fresh
    bases: BaseVersions
    same: Sameness
    pictures: Pictures

    @classmethod
    def begin(
        cls, source: Source, account: str, records: Sequence[RawRecord], client: Client
    ) -> Run:
        """Put together what a run needs; asks nothing yet."""
        known = Known.learn(records, source.options)
        emulated = client.transport if source.options.emulated else None
        pictures = Pictures(Downloads(emulated))
        same = Sameness(pictures.same)
        for plural in POST_TERMS:
            same.names[plural].update(known.categories if plural == "categories" else known.tags)
        return cls(
            account,
            known,
            records,
            Fresh(client, known.collections.get, alt_media_text=source.options.alt_media_text),
            BaseVersions(source.options.cache_path),
            same,
            pictures,
        )

    def learn(self, records: Sequence[RawRecord], options: Settings) -> Run:
        """Give a run that knows more of the account."""
        records = [*self.records, *records]
        return replace(self, records=records, known=Known.learn(records, options))

    def lacks(self, raws: Iterable[RawDraft]) -> list[tuple[str, str]]:
        """Name the page types and collections of drafts of which nothing is known."""
        groups = {(raw.kind, raw.group, raw.slug) for raw in raws if raw.kind != "post"}
        unknown = (group for group in groups if self.known.schemas.of(*group) is None)
        return sorted({(kind, name) for kind, name, _ in unknown})

    def understand(
        self,
        raws: Sequence[RawDraft],
        site: DraftSite,
        absent: AbstractSet[tuple[str, str]] = frozenset(),
    ) -> list[Draft]:
        """Understand what drafts say.

        Args:
            raws: the drafts.
            site: the site that they belong to.
            absent: the page types and collections that the account does not have.

        Raises:
            DraftError: with every problem of every draft.
        """
        drafts, problems = resolve(raws, self.known, site.local_file, absent)
        if problems:
            lost = [no_group(raw, self.known) for raw in raws if (raw.kind, raw.group) in absent]
            raise DraftError([*problems, *lost])
        for draft in drafts:
            self.pictures.add(draft.files)
        return drafts

    def plan(self, drafts: Sequence[Draft], wishes: Wishes) -> Plan:
        """Find out what has to be written, and whether everything is there that it needs."""
        planner = Planner(self.known, self.fresh, self.base_of, self.same, wishes)
        plan = planner.plan(self.account, drafts)
        missing = {draft.raw.path: draft.raw.missing for draft in drafts if draft.raw.missing}
        lacking = [
            *broken_links(plan.steps, missing),
            *missing_references(plan.steps, self.known, self.fresh),
            *missing_files(plan.steps, self.pictures),
        ]
        return replace(plan, problems=tuple(dict.fromkeys([*plan.problems, *lacking])))

    def plan_deletions(self, drafts: Sequence[Draft], wishes: Wishes) -> Plan:
        """Find out what has to be deleted."""
        return plan_deletions(
            self.account,
            drafts,
            known=self.known,
            reads=self.fresh,
            policy=wishes.policy,
            referrers=self._referrers,
        )

    def base_of(self, digest: str) -> Values | None:
        """Give what the CMS held when a draft was made, None where nobody kept it."""
        data = self.bases.get(digest)
        return decode_values(data) if data is not None else None

    def name_of(self, plural: str, slug: str) -> str | None:
        """Give the name of a category or tag."""
        return self.same.names[plural].get(slug)

    def _referrers(self, key: Key) -> list[str]:
        return sorted(
            {
                str(one.key)
                for one in self.records
                if any(target.key == key for target in targets(one.data))
            }
        )
