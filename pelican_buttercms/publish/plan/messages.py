"""What can the API not do, or not as one would think, and what is to be done instead?

Source: contract, "Write API".
"""

from __future__ import annotations

from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.diagnostics import suggest
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import FieldPath, ItemVersion, display_path


def no_translation(draft: Draft) -> str:
    """A post in another locale: the write API knows the locales of pages and items only."""
    return (
        f"{draft.raw.path}: the API cannot write posts in another locale than the default one, and"
        f" this draft is in {draft.target.locale!r}. Change it in the dashboard."
    )


def no_group(raw: RawDraft, known: AccountSchema) -> str:
    """A page type or collection that is not there."""
    what = "page type" if raw.kind == "page" else "collection"
    return (
        f"{raw.path}: the account has no {what} {raw.group!r}"
        f"{suggest(raw.group, known.schemas.groups(raw.kind))} The API cannot make one: correct the"
        " name, or make it in the dashboard."
    )


def gone(draft: Draft) -> str:
    """Something that was there when the draft was made."""
    return (
        f"{draft.raw.path}: {draft.target} is not at the CMS any more, and it was when this draft"
        " was made: somebody deleted or renamed it. Use --ours to make it anew."
    )


def immutable(draft: Draft, path: FieldPath, version: ItemVersion) -> str:
    """A page's title or slug that would change."""
    name, values = display_path(path), draft.values
    return (
        f"{draft.raw.path}: the API cannot change the {name} of a page, here from"
        f" {version.values[path]!r} to {values[path]!r}. Change it in the dashboard, then export"
        " the page again."
    )


def scheduled(draft: Draft, version: ItemVersion) -> str:
    """Something whose schedule a write would end."""
    return (
        f"{draft.raw.path}: {draft.target} is {version.status}, and the API cannot keep that: a"
        " write publishes it or makes it a draft. Say which with Status or --status, or change it"
        " in the dashboard."
    )


def cannot_withdraw(draft: Draft) -> str:
    """A live page that is to be a draft, and nothing else."""
    return (
        f"{draft.raw.path}: the API cannot take a live page back: a draft would lie over"
        f" {draft.target}, and that stay live. Unpublish it in the dashboard."
    )


def becomes_draft(draft: Draft) -> str:
    """A note on a new post that says no status."""
    return (
        f"{draft.raw.path} has no Status and becomes a draft at the CMS, while Pelican takes it for"
        " published. To publish it: Status: published, or --status published."
    )


def future(draft: Draft) -> str:
    """A date to come with a status of now."""
    return (
        f"{draft.raw.path}: its date, {draft.raw.future_date}, is to come, and the API cannot"
        " schedule: it would be published now. Publish it as a draft and schedule it in the"
        " dashboard, or change the date."
    )


def taken(draft: Draft) -> str:
    """A new slug that another post has."""
    return (
        f"{draft.raw.path}: another post has the slug {draft.raw.slug!r}, so {draft.target} cannot"
        " be renamed to it. Choose another slug, or look at that post in the dashboard."
    )


def pending(draft: Draft) -> str:
    """Something that an editor is about to change."""
    return (
        f"{draft.raw.path}: an editor's unpublished draft lies over the live {draft.target}, and"
        " would be published with it, or lost. Publish or discard it in the dashboard, or use"
        " --include-pending."
    )
