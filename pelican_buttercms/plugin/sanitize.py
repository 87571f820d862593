"""Sanitizing of the CMS's HTML by an allow-list: the setting `BUTTERCMS_SANITIZE`.

The work is nh3's, an optional dependency that is imported only when the setting is on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from importlib.util import find_spec
import re
from typing import TYPE_CHECKING, Any

from pelican_buttercms.content.html_tokens import Edit, StartTag, edited, start_tags
from pelican_buttercms.content.media_addresses import srcset_addresses
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.plugin.dom_names import hides_property

if TYPE_CHECKING:
    from pelican_buttercms.settings import Settings

_TAGS = {"tfoot", "section", "input"}  # beside nh3's own
_ATTRIBUTES: Mapping[str, set[str]] = {
    "*": {
        *("aria-describedby", "aria-hidden", "aria-label", "aria-labelledby", "class", "dir", "id"),
        *("lang", "role", "style", "title"),
    },
    "a": {"name", "rel", "target"},
    "code": {"class"},
    "details": {"name", "open"},
    "img": {"decoding", "loading", "sizes", "srcset"},
    "input": {"checked", "disabled", "type"},
    "li": {"value"},
    "ol": {"reversed", "type"},
    "pre": {"class"},
    "td": {"valign"},
    "th": {"abbr", "valign"},
    "time": {"datetime"},
}
_TASK = {"type": "checkbox", "disabled": ""}  # the only `input`: the box of a task list
_SCHEMES = {"http", "https", "mailto", "tel"}  # no scheme at all is a link within the site
_SCHEME = re.compile(r"(?P<name>[a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ADDRESSES = frozenset((
    "action", "archive", "background", "cite", "classid", "codebase", "data", "dynsrc",
    "formaction", "href", "icon", "longdesc", "lowsrc", "manifest", "poster", "profile", "src",
    "xlink:href",
))  # fmt: skip
_PROGRAMS = frozenset(("javascript", "vbscript", "livescript", "data"))
_DEEPEST = 4  # pages inside the `srcdoc` of pages, where the setting allows that

_CLASSES = frozenset((
    # code
    "code", "codehilite", "codehilitetable", "filename", "highlight", "highlighttable", "hll",
    "linenodiv", "lineno", "linenos", "literal-block", "normal",
    "special",
    # footnotes, tables of contents, task lists
    "footnote", "footnote-backref", "footnote-list", "footnote-ref", "footnote-reference",
    "footnotes", "headerlink", "toc", "toctitle", "contains-task-list", "task-list",
    "task-list-control", "task-list-indicator", "task-list-item", "task-list-item-checkbox",
    # admonitions
    "admonition", "admonition-title", "attention", "caution", "danger", "error", "hint",
    "important", "note", "seealso", "tip", "warning",
    # figures and tables
    "align-center", "align-left", "align-right", "caption", "docutils", "figure",
))  # fmt: skip
"""Classes that Markdown, reStructuredText and highlighters write; on `pre` and `code` any may be.

Others are the theme's own, with which an editor could cover a page.
"""

_LENGTH = r"\d{1,4}(?:\.\d{1,4})?(?:px|em|rem|ch|%)?|auto"
_DECLARATION = re.compile(
    r"text-align:(?:left|right|center|justify|start|end)|float:(?:left|right|none)"
    r"|vertical-align:(?:baseline|top|middle|bottom|sub|super)"
    rf"|(?:max-)?(?:width|height):(?:{_LENGTH})"
)
"""What `style` may say: how Markdown aligns the cells of a table, and editors place a picture."""

_Frozen = tuple[frozenset[str], frozenset[tuple[str, frozenset[str]]]]


def require(options: Settings) -> None:
    """Raise an error if there is nothing to sanitize with, and that is asked for.

    Raises:
        SettingsError: nh3 is not installed.
    """
    if options.sanitize is not None and find_spec("nh3") is None:
        raise SettingsError(
            "BUTTERCMS_SANITIZE is on, but nh3, which does the work, is not installed. Install it"
            " with `pip install 'pelican-buttercms[sanitize]'`, or turn the setting off."
        )


def clean(html: str, options: Settings) -> str:
    """Return the CMS's HTML without what is not allowed; as it is when the setting is off.

    Raises:
        SettingsError: nh3 is not installed.
    """
    if options.sanitize is None:
        return html
    require(options)
    return _sanitizer(_freeze(options.sanitize)).clean(html)


def _freeze(extra: Mapping[str, Any]) -> _Frozen:
    attributes = extra["attributes"].items()
    return frozenset(extra["tags"]), frozenset((t, frozenset(names)) for t, names in attributes)


@lru_cache(maxsize=8)
def _sanitizer(extra: _Frozen) -> Sanitizer:
    """Build the sanitizer once for each setting."""
    return Sanitizer(extra[0], {tag: set(names) for tag, names in extra[1]})


class Sanitizer:
    """Lets harmless HTML through. What it returns, it returns unchanged a second time.

    Args:
        tags: allowed by the setting.
        attributes: allowed by the setting, by tag or for all under `*`. Their addresses are checked
            as ever, and nothing else.
    """

    def __init__(self, tags: AbstractSet[str], attributes: Mapping[str, set[str]]) -> None:
        import nh3  # noqa: PLC0415  (optional)

        self._own = attributes
        self._forms = "input" in tags
        self._depth = 0
        allowed = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
        for tag, names in (*_ATTRIBUTES.items(), *attributes.items()):
            allowed[tag] = allowed.get(tag, set()) | names
        tags = nh3.ALLOWED_TAGS | _TAGS | tags
        self._cleaner = nh3.Cleaner(
            tags=tags,
            clean_content_tags={"script", "style"} - tags,
            attributes=allowed,
            set_tag_attribute_values={} if self._forms else {"input": _TASK},
            attribute_filter=self._value,
            url_schemes=_SCHEMES,
            link_rel=None,  # an editor's own rel, such as nofollow, is worth keeping
        )

    def clean(self, html: str) -> str:
        """Return HTML without what is not allowed."""
        if not self._forms and "<input" in html.lower():
            html = edited(html, map(_without, filter(_is_no_task, start_tags(html))))
        return str(self._cleaner.clean(html))

    def _value(self, tag: str, name: str, value: str) -> str | None:
        """Return an attribute's value as far as it is harmless, None to leave the attribute out."""
        if not _is_harmless_address(name, value):
            return None
        if name == "srcdoc":
            return self._page(value)
        if name in {"id", "name"}:
            return None if hides_property(tag, name, value) else value
        if name in self._own.get(tag, ()) or name in self._own.get("*", ()):
            return value
        limit = _LIMITS.get(name)
        return limit(tag, value) if limit else value

    def _page(self, html: str) -> str | None:
        if self._depth >= _DEEPEST:
            return None
        self._depth += 1
        try:
            return self.clean(html)
        finally:
            self._depth -= 1


def _is_no_task(tag: StartTag) -> bool:
    is_box = tag.value("type").lower() == "checkbox"
    return tag.name == "input" and not (is_box and tag.get("disabled"))


def _without(tag: StartTag) -> Edit:
    return tag.start, tag.end, ""


def _is_harmless_address(name: str, value: str) -> bool:
    """Return whether an attribute is no program and, if it is an address, an allowed one."""
    if name in {"srcset", "imagesrcset"}:
        urls = [candidate["url"] for candidate in srcset_addresses(value)]
        return all(_scheme(url) in {"", "http", "https"} for url in urls)
    if name == "ping":
        return all(_scheme(url) in {"", "http", "https"} for url in value.split())
    if name in _ADDRESSES:
        return not (scheme := _scheme(value)) or scheme in _SCHEMES
    return name in {"title", "alt"} or _scheme(value) not in _PROGRAMS


def _scheme(url: str) -> str:
    match = _SCHEME.match("".join(sign for sign in url if sign > " "))
    return match["name"].lower() if match else ""


def _class(tag: str, value: str) -> str | None:
    if tag in {"pre", "code"}:
        return value
    allowed = _CLASSES | _token_classes() if tag == "span" else _CLASSES
    return " ".join(word for word in value.split() if word in allowed) or None


@cache
def _token_classes() -> frozenset[str]:
    """Return the classes that highlighters give the tokens of a language."""
    from pygments.token import STANDARD_TYPES  # noqa: PLC0415  (a build without code needs none)

    return frozenset(STANDARD_TYPES.values())


def _style(_tag: str, value: str) -> str | None:
    """Return the allowed declarations of a style, unchanged if all are allowed."""
    parts = [(part, "".join(part.split()).lower()) for part in value.split(";") if part.strip()]
    kept = [part.strip() for part, plain in parts if _DECLARATION.fullmatch(plain)]
    if len(kept) == len(parts):
        return value or None
    return "; ".join(kept) or None


def _rel(_tag: str, value: str) -> str | None:
    """Return a value without `opener`: browsers treat a new tab as `noopener` without it."""
    return " ".join(word for word in value.split() if word.lower() != "opener") or None


def _target(_tag: str, value: str) -> str | None:
    return value if value == "_blank" else None


def _role(_tag: str, value: str) -> str | None:
    return value if re.fullmatch(r"doc-[a-z]+|note|presentation|none", value) else None


_LIMITS: Mapping[str, Callable[[str, str], str | None]] = {
    "class": _class,
    "rel": _rel,
    "role": _role,
    "style": _style,
    "target": _target,
}
"""What an attribute may hold that is not allowed by the setting itself."""
