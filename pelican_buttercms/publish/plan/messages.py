"""Messages about what the API cannot do, and what to do instead.

Source: contract, "Write API".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pelican_buttercms.publish.drafts.raw_draft import RawDraft, draft_file
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import (
    TITLE,
    FieldPath,
    ItemVersion,
    WriteTarget,
    display_path,
)
from pelican_buttercms.wording import suggest

_MOST_NAMED = 5

_TITLE_ADVICE = (
    "Give every locale that one. What readers see in each language belongs into a field, such as"
    " a headline."
)


def no_translations(draft: Draft) -> str:
    """Return why a post in another locale is refused that the account does not translate."""
    return (
        f"{draft.raw.path}: this account does not translate posts: whatever locale is asked for, it"
        f" answers with the same {draft.target.key.id!r}. Written in {draft.target.locale!r}, this"
        " draft would replace that post. Ask ButterCMS for localised posts, or make it a post of"
        " its own, without Locale and Lang."
    )


def no_original(draft: Draft) -> str:
    """Return why a translation is refused whose original is unknown."""
    return (
        f"{draft.raw.path}: the API creates a post in {draft.target.locale!r} as the translation of"
        f" another post only, and none has the slug {draft.target.key.id!r}. Write the slug of that"
        " post as Id, or publish this file together with that post's, whose name differs in the"
        " locale alone (hello.md, hello.de.md)."
    )


def no_group(raw: RawDraft, known: AccountSchema) -> str:
    """Return why a draft of an unknown page type or collection is refused."""
    what = "page type" if raw.kind == "page" else "collection"
    hint = suggest(raw.group, known.schemas.groups(raw.kind))
    is_row = draft_file(raw.path) != raw.path
    how = "rename the file, or name it in a column `collection`" if is_row else "correct the name"
    return (
        f"{raw.path}: the account has no {what} {raw.group!r}{hint} The API cannot create one:"
        f" {how}, or create it in the dashboard."
    )


def gone(draft: Draft) -> str:
    """Return why a draft is refused whose item the CMS no longer has."""
    return (
        f"{draft.raw.path}: {draft.target} is no longer at the CMS: somebody deleted or renamed it"
        " since this draft was made. Use --ours to create it again."
    )


def withdrawn(draft: Draft) -> str:
    """Return what is said of a draft whose item the CMS no longer has, and which is no more."""
    return (
        f"{draft.raw.path}: {draft.target} is no longer at the CMS, and a draft here: it is left"
        " alone. Remove the file, or use --ours to create it again."
    )


def immutable(draft: Draft, path: FieldPath, version: ItemVersion) -> str:
    """Return why a change of a page's title or slug is refused."""
    name, values = display_path(path), draft.values
    return (
        f"{draft.raw.path}: the API cannot change the {name} of a page, here from"
        f" {version.values[path]!r} to {values[path]!r}. Change it in the dashboard, then export"
        " the page again."
    )


def other_title(draft: Draft, title: str) -> str:
    """Return why a translation of a page is refused that has another title."""
    return (
        f"{draft.raw.path}: a page has one title in all its locales, here {title!r}, and this draft"
        f" gives {draft.values[TITLE]!r}. {_TITLE_ADVICE}"
    )


def several_titles(target: WriteTarget, titles: Mapping[Any, Path]) -> str:
    """Return why a new page is refused whose drafts give it several titles."""
    named = ", ".join(f"{title!r} in {draft}" for title, draft in titles.items())
    text = f"{target.key}: a page has one title in all its locales, and here are {named}."
    return f"{text} {_TITLE_ADVICE}"


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


def older_dates(dates: Mapping[Path, str]) -> str:
    """Return the warning on posts that the API dates anew."""
    named = [f"{path} ({date})" for path, date in list(dates.items())[:_MOST_NAMED]]
    rest = len(dates) - len(named)
    more = f" and {rest:,} more" if rest else ""
    return (
        f"The API takes no dates: it dates a post when it publishes it. {', '.join(named)}{more}"
        f" {'gets' if len(dates) == 1 else 'get'} the date of publishing at ButterCMS, and"
        " whatever reads it there shows old posts as new. This site keeps the date of the file for"
        " the post with its Id, as long as the file stays in the content folder."
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
