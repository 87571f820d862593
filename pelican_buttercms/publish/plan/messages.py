"""Messages about what the API cannot do, and what to do instead.

Source: contract, "Write API".
"""

from __future__ import annotations

from pelican_buttercms.publish.drafts.raw_draft import RawDraft
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import FieldPath, ItemVersion, display_path
from pelican_buttercms.wording import suggest


def no_translation(draft: Draft) -> str:
    """Return why a post in another locale is refused."""
    return (
        f"{draft.raw.path}: the API cannot write posts in another locale than the default one, and"
        f" this draft is in {draft.target.locale!r}. Change it in the dashboard."
    )


def no_group(raw: RawDraft, known: AccountSchema) -> str:
    """Return why a draft of an unknown page type or collection is refused."""
    what = "page type" if raw.kind == "page" else "collection"
    hint = suggest(raw.group, known.schemas.groups(raw.kind))
    return (
        f"{raw.path}: the account has no {what} {raw.group!r}{hint} The API cannot create one:"
        " correct the name, or create it in the dashboard."
    )


def gone(draft: Draft) -> str:
    """Return why a draft is refused whose item the CMS no longer has."""
    return (
        f"{draft.raw.path}: {draft.target} is no longer at the CMS: somebody deleted or renamed it"
        " since this draft was made. Use --ours to create it again."
    )


def immutable(draft: Draft, path: FieldPath, version: ItemVersion) -> str:
    """Return why a change of a page's title or slug is refused."""
    name, values = display_path(path), draft.values
    return (
        f"{draft.raw.path}: the API cannot change the {name} of a page, here from"
        f" {version.values[path]!r} to {values[path]!r}. Change it in the dashboard, then export"
        " the page again."
    )


def scheduled(draft: Draft, version: ItemVersion) -> str:
    """Return why a write is refused that would end a schedule."""
    return (
        f"{draft.raw.path}: {draft.target} is {version.status}, and the API cannot keep that: a"
        " write publishes it or makes it a draft. Choose with Status or --status, or change it in"
        " the dashboard."
    )


def cannot_withdraw(draft: Draft) -> str:
    """Return why a change is refused that only makes a live page a draft."""
    return (
        f"{draft.raw.path}: the API cannot unpublish a live page: {draft.target} would"
        " stay live, with a draft over it. Unpublish it in the dashboard."
    )


def becomes_draft(draft: Draft) -> str:
    """Return the note on a new post without a status."""
    return (
        f"{draft.raw.path} has no Status and becomes a draft at the CMS, while Pelican treats it as"
        " published. To publish it, set Status: published or give --status published."
    )


def future_date(draft: Draft) -> str:
    """Return why a draft is refused that is published and dated in the future."""
    return (
        f"{draft.raw.path}: its date, {draft.raw.future_date}, is in the future, and the API cannot"
        " schedule: it would be published now. Publish it as a draft and schedule it in the"
        " dashboard, or change the date."
    )


def taken(draft: Draft) -> str:
    """Return why a rename to a slug in use is refused."""
    return (
        f"{draft.raw.path}: another post has the slug {draft.raw.slug!r}, so {draft.target} cannot"
        " be renamed to it. Choose another slug, or look at that post in the dashboard."
    )


def pending(draft: Draft) -> str:
    """Return why a write is refused that would publish an editor's pending changes."""
    return (
        f"{draft.raw.path}: {draft.target} is live with an editor's unpublished changes, which"
        " would be published with it or lost. Publish or discard it in the dashboard, or use"
        " --include-pending."
    )
