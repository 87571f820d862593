"""Builds new drafts with every field that the account's content has.

A comment above each field tells its kind, an example from the account and what it may refer to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pelican.settings import DEFAULT_CONFIG
from pelican.utils import slugify

from pelican_buttercms.content.raw_records import SINGLE_PAGES, Key
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.scaffold.field_comments import describe_field, list_names
from pelican_buttercms.publish.scaffold.yaml_lines import comment, pair
from pelican_buttercms.publish.schema.infer import ObjectSchema
from pelican_buttercms.publish.write_model import FieldPath, WriteTarget, display_path
from pelican_buttercms.wording import suggest

_NAMES = ("name", "title", "label", "headline", "question")
"""Fields that name an item, in the order in which one is looked for."""


@dataclass(frozen=True)
class Scaffold:
    """A draft to be filled in.

    Attributes:
        name: the file's name.
        text: what is in it.
        notes: what its writer should know, sentences.
    """

    name: str
    text: str
    notes: tuple[str, ...] = ()


def slugify_title(title: str) -> str:
    """Return a slug as Pelican makes it; "untitled" where nothing is left of the title."""
    substitutions = DEFAULT_CONFIG["SLUG_REGEX_SUBSTITUTIONS"]
    return str(slugify(title, regex_subs=substitutions)) or "untitled"


def new_post(title: str, slug: str, account: AccountSchema, *, locale: str = "") -> Scaffold:
    """Build a post's draft with plain metadata, which cannot have comments: notes tell the rest."""
    lines = [f"Title: {_line(title)}", f"Slug: {slug}", "Kind: post", "Status: draft"]
    lines += [f"Locale: {locale}"] * bool(locale)
    lines += ["Category:", "Tags:", "Summary:"]
    if len(account.authors) == 1:
        lines.append(f"Author: {_line(account.authors[0].name or account.authors[0].slug)}")
    text = "\n".join([*lines, "", ""])
    return Scaffold(f"{slug}.md", text, tuple(_post_notes(account)))


def new_page(
    page_type: str, title: str, slug: str, account: AccountSchema, *, locale: str = ""
) -> Scaffold:
    """Build a page's draft; "*" is a single page, which has its own schema once it exists."""
    head = [
        *pair("kind", "page"),
        *pair("page_type", page_type),
        *pair("title", _line(title)),
        *pair("slug", slug),
    ]
    target = WriteTarget(Key("page", page_type, slug), locale)
    return _structured(slug, head, target, account, {})


def new_item(collection: str, name: str, account: AccountSchema, *, locale: str = "") -> Scaffold:
    """Build a collection item's draft; its name goes into the field that usually has it."""
    head = [*pair("kind", "item"), *pair("collection", collection)]
    target = WriteTarget(Key("item", collection, ""), locale)
    shape = account.fields_of(target.key)
    fields = (n for n in _NAMES if shape and (one := shape.get(n)) and one.is_text)
    title = next(fields, None)
    given = {title: _line(name)} if title and name else {}
    stem = slugify_title(f"{collection} {name}" if name else f"{collection} new")
    return _structured(stem, head, target, account, given)


def _structured(
    stem: str, head: list[str], target: WriteTarget, account: AccountSchema, given: dict[str, str]
) -> Scaffold:
    shape = account.fields_of(target.key)
    body = account.body_field(target) if shape else None
    lines = [*head, *pair("status", "draft")]
    lines += pair("locale", target.locale) if target.locale else []
    lines += pair("body_field", display_path(body)) if body else []
    fields = list(_fields(shape, account, body, given)) if shape else []
    lines += ["fields:", *fields] if fields else ["fields: {}"]
    notes = () if shape else (_unknown(target, account),)
    if body is None:
        return Scaffold(f"{stem}.yaml", "\n".join([*lines, ""]), notes)
    text = "\n".join(["---", *lines, "---", "", ""])
    return Scaffold(f"{stem}.md", text, notes)


def _fields(
    shape: ObjectSchema,
    account: AccountSchema,
    body: FieldPath | None,
    given: dict[str, str],
    before: FieldPath = ("fields",),
) -> Iterator[str]:
    """Yield the lines of an object's fields, without the one that the body is for."""
    indent = "  " * len(before)
    for name in shape.names():
        field, path = shape.fields[name], (*before, name)
        if path == body:
            continue
        if field.kinds == {"component"} and field.component and field.component.fields:
            inner = list(_fields(field.component, account, body, {}, path))
            yield from (indent + line for line in pair(name, {} if not inner else None))
            yield from inner
            continue
        for line in describe_field(field, account, always=field.filled == shape.count):
            yield indent + comment(line)
        value = given.get(name, field.empty_value()) if len(before) == 1 else field.empty_value()
        yield from (indent + line for line in pair(name, value))


def _unknown(target: WriteTarget, account: AccountSchema) -> str:
    kind, group = target.key.kind, target.key.group
    if group == SINGLE_PAGES:
        return (
            "A single page has fields of its own, which are known once it exists: name them under"
            " `fields:`."
        )
    what, option = (
        ("page type", "BUTTERCMS_PAGE_TYPES")
        if kind == "page"
        else ("collection", "BUTTERCMS_COLLECTIONS")
    )
    return (
        f"Nothing is known of the {what} {group!r}{suggest(group, account.schemas.groups(kind))}"
        f" The draft names no fields: add them under `fields:`, or name it in {option}, run"
        " `pelican-buttercms pull` and make the draft again."
    )


def _post_notes(account: AccountSchema) -> Iterator[str]:
    authors = [one.name or one.slug for one in account.authors]
    if len(authors) > 1:
        yield (
            f"Authors: {list_names(authors)}. Add an `Author:` line, or ButterCMS takes the"
            " account's owner."
        )
    if account.categories:
        yield f"Categories: {list_names(account.categories.values())}. A new name creates one."
    if account.tags:
        yield f"Tags: {list_names(account.tags.values())}. A new name creates one."


def _line(text: str) -> str:
    return " ".join(text.split())
