"""Writes to pages. Source: contract, "POST /v2/pages/" and after it."""

from __future__ import annotations

from typing import Any

from pelican_buttercms.emulator import write_fields as reading
from pelican_buttercms.emulator.account import SINGLE, Data, EmulatedAccount
from pelican_buttercms.emulator.error_responses import not_found
from pelican_buttercms.emulator.write_context import (
    PENDING,
    WriteContext,
    check_slug,
    kept_schedule,
    text_of,
)


def create(context: WriteContext, body: Data, locale: str | None) -> tuple[int, Any]:
    """Accept a new page of a type that exists; `page-type` is the older spelling."""
    account = context.account
    problems: dict[str, list[str]] = {}
    title = text_of(body, "title", problems, "You must specify a page title.")
    slug = text_of(body, "slug", problems, "You must specify a page slug.")
    page_type = _page_type(context, body)
    if page_type not in {*account.pages, *account.schemas.get("page_types", {})}:
        problems["page_type"] = ["You must specify a page type that exists."]
    elif context.behaviour.slug_clash == "refuse" and slug in account.pages.get(page_type, {}):
        problems["slug"] = ["A page with this slug already exists."]
    check_slug(slug, problems)
    status = context.status(body, problems)
    schema = reading.schema_of_page(account, page_type, slug)
    if "fields" not in body:
        problems["fields"] = ["You must specify the fields as an object."]
    versions = _versions(context, body, locale or body.get("locale"), problems)
    for values in versions.values():
        problems |= context.find_problems(values, schema, complete=True)
    context.refuse(problems)
    total = sum(map(len, account.pages.values())) + 1
    context.refuse_beyond_plan("pages", total, "Page creation limit is over")
    kind = None if page_type == SINGLE else page_type

    def effect() -> None:
        if context.behaviour.slug_clash == "refuse" and slug in account.pages.get(page_type, {}):
            return  # another write took the slug: this one fails silently
        page: Data = {"slug": slug, "name": title, "page_type": kind, "status": "draft"}
        page |= {"published": None, "updated": context.timestamp(), "fields": {}}
        account.pages.setdefault(page_type, {})[slug] = page
        for code, values in versions.items():
            _write(context, page, code, context.stored(values, schema), status)

    context.effects.add(effect)
    return PENDING


def change(
    context: WriteContext, page_type: str, slug: str, body: Data, locale: str | None
) -> tuple[int, Any]:
    """Accept a change of some fields; without a status it is a draft over the live version."""
    account = context.account
    kind, page = _find(account, page_type, slug)
    problems: dict[str, list[str]] = {}
    for name, stored in (("title", page.get("name")), ("slug", slug)):
        if context.behaviour.immutable == "refuse" and body.get(name, stored) != stored:
            problems[name] = [f"The {name} of a page cannot be changed."]
    status = context.new_status(body, problems, "draft")
    schema = reading.schema_of_page(account, kind, slug)
    versions = _versions(context, body, locale or body.get("locale"), problems)
    for values in versions.values():
        problems |= context.find_problems(values, schema, complete=False)
    context.refuse(problems)

    def effect() -> None:
        if account.pages[kind].get(slug) is not page:
            return  # deleted since
        for code, values in versions.items():
            _write(context, page, code, context.stored(values, schema), status)

    context.effects.add(effect)
    return PENDING


def delete(context: WriteContext, page_type: str, slug: str) -> tuple[int, Any]:
    """Accept the deletion of a page, where the behaviour allows it at all."""
    kind, _ = _find(context.account, page_type, slug)

    def effect() -> None:
        page = context.account.pages[kind].pop(slug, None)
        if page is not None:
            context.persistence.forget_page(page)
            context.webhooks.page("delete", page, None)

    context.effects.add(effect)
    return 204, None


def _page_type(context: WriteContext, body: Data) -> str:
    """Return the page type, under the names that the behaviour allows."""
    names = {"underscore": ("page_type",), "hyphen": ("page-type",)}
    known = names.get(context.behaviour.page_type_key, ("page_type", "page-type"))
    return str(next((body[name] for name in known if name in body), None))


def _find(account: EmulatedAccount, page_type: str, slug: str) -> tuple[str, Data]:
    """Find a page and its type; `*` looks through all types."""
    types = list(account.pages) if page_type == SINGLE else [page_type]
    for kind in types:
        if slug in account.pages.get(kind, {}):
            return kind, account.pages[kind][slug]
    raise not_found("Page not found.")


def _versions(
    context: WriteContext, body: Data, locale: str | None, problems: dict[str, list[str]]
) -> dict[str, Data]:
    locale = context.locale(locale)
    fields = body.get("fields", {})
    if not isinstance(fields, dict):
        problems["fields"] = ["You must specify the fields as an object."]
        return {}
    return reading.by_locale(context.account, fields, locale)


def _write(context: WriteContext, page: Data, code: str, values: Data, status: str) -> None:
    """Write one locale's version: published at once, or as a draft over the live version."""
    now = context.timestamp()
    default = code == context.account.default_locale
    fresh = {"status": "draft", "published": None}
    own = page if default else page.setdefault("locales", {}).setdefault(code, fresh)
    draft = own.get("draft", {})
    fields = reading.merged(draft.get("fields", own.get("fields", {})), values)
    live = own.get("status", "published") == "published"
    if status == "published":
        own |= own.pop("draft", {}) | {"status": status, "fields": fields, "updated": now}
        own["published"] = own.get("published") or now
        own.pop("scheduled", None)
    elif live:
        status = kept_schedule(draft.get("status", "draft"), status)
        own["draft"] = draft | {"status": status, "updated": now, "fields": fields}
    else:
        own |= {"fields": fields, "updated": now}
    context.persistence.save_page(page)
    event = "published" if status == "published" else "draft"
    context.webhooks.page(event, page, None if default else code)
