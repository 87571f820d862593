"""The candidates for an item's draft file: suffix and text, the most readable first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markdown import Markdown  # type: ignore[import-untyped]

from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.export.front_matter import (
    FrontMatter,
    PelicanDefaults,
    by_locale,
    post_front_matter,
    record_front_matter,
)
from pelican_buttercms.publish.export.items import ExportItem
from pelican_buttercms.publish.export.markdown import keep_html, to_markdown
from pelican_buttercms.publish.export.serializers import (
    as_json,
    escaped,
    fenced,
    page,
    plain,
    structured,
)
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.write_model import FieldPath, Values


@dataclass(frozen=True)
class Candidate:
    """A possible file: suffix, text (None where the format cannot hold a value), and metadata."""

    suffix: str
    text: str | None
    head: FrontMatter


_POST_BODY: FieldPath = ("body",)


class Candidates:
    """Builds the candidates for the draft files of one account and site.

    Args:
        site: the Pelican site, whose Markdown is written.
        known: the account.
        html: whether bodies stay HTML.
    """

    def __init__(self, site: DraftSite, known: AccountSchema, *, html: bool) -> None:
        self._site = site
        self._known = known
        self._html = html
        self._defaults = PelicanDefaults(site.zone(), site.default_category)

    def body_of(self, item: ExportItem) -> FieldPath | None:
        """Return the path of the value that becomes the body of the file."""
        if item.target.key.kind == "post":
            return _POST_BODY
        path = self._known.body_field(item.target)
        value = item.version.values.get(path) if path else None
        return path if isinstance(value, str) and "<" in value else None

    def of(self, item: ExportItem, values: Values) -> Iterator[Candidate]:
        """Yield the possible files with these values."""
        build = self._of_post if item.target.key.kind == "post" else self._of_record
        return (one for one in build(item, values) if one.text is not None)

    def _of_post(self, item: ExportItem, values: Values) -> Iterator[Candidate]:
        head = post_front_matter(item, values, self._known, self._defaults)
        html = str(values.get(_POST_BODY) or "")
        for body in self.bodies(html):
            yield Candidate(".md", plain(head, body), head)
            yield Candidate(".md", plain(escaped(head), body), head)
        yield Candidate(".html", page(head, html), head)
        yield from _data({**head, "body": html})

    def _of_record(self, item: ExportItem, values: Values) -> Iterator[Candidate]:
        body = self.body_of(item)
        if body is not None and body in values:
            head = record_front_matter(item, values, self._known, body, self._defaults)
            for text in self.bodies(str(values[body])):
                yield Candidate(".md", fenced(head, text), head)
        head = record_front_matter(item, values, self._known)
        yield from _data(head)
        if item.target.locale:  # fields with the names of locales would be read as locales
            yield from _data(by_locale(head, item.target.locale))

    def bodies(self, html: str) -> Iterator[str]:
        """Yield a body as Markdown, and as HTML that a Markdown file can hold."""
        markdown = None if self._html else to_markdown(html, self._render)
        if markdown is not None:
            yield markdown
        kept = keep_html(html, self._render)
        if kept is not None and kept != markdown:
            yield kept

    def _render(self, text: str) -> str:
        """Render a body as Pelican does."""
        return self._convert(f"\n{text}")

    @cached_property
    def _convert(self) -> Callable[[str], str]:
        settings: dict[str, Any] = self._site.settings["MARKDOWN"]
        markdown = Markdown(**settings)

        def convert(text: str) -> str:
            markdown.reset()
            rendered: str = markdown.convert(text)
            return rendered

        return convert


def _data(head: FrontMatter) -> Iterator[Candidate]:
    yield Candidate(".yaml", structured(head), head)
    yield Candidate(".json", as_json(head), head)
