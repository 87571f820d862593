"""Which of the CMS's HTML is let through? What an allow-list has: `BUTTERCMS_SANITIZE`.

The work is nh3's, an optional dependency that is imported only when the setting is on.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
import re
from typing import TYPE_CHECKING, Any

from pelican_buttercms.errors import SettingsError

if TYPE_CHECKING:
    from pelican_buttercms.settings import Settings

_TAGS = {"tfoot"}  # beside nh3's own: what editors' tables, figures, code and headings need
_ATTRIBUTES: Mapping[str, set[str]] = {
    "*": {"lang", "title", "dir"},
    "a": {"target", "rel"},
    "img": {"srcset", "sizes", "loading"},
    "code": {"class"},
    "pre": {"class"},
    "ol": {"type", "reversed"},
    "li": {"value"},
    "details": {"open"},
    "time": {"datetime"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_SCHEMES = {"http", "https", "mailto", "tel"}  # no scheme at all is a link within the site

# As browsers read a srcset: a comma inside an address, as the CDN's have, ends nothing.
_CANDIDATE = re.compile(r"[\s,]*(?P<url>\S*[^\s,])(?:,|[^,]*)")
_SCHEME = re.compile(r"(?P<name>[a-z][a-z0-9+.-]*):", re.IGNORECASE)

_Frozen = tuple[frozenset[str], frozenset[tuple[str, frozenset[str]]]]


def require(options: Settings) -> None:
    """Make sure that there is something to sanitise with, if that is asked for.

    Raises:
        SettingsError: nh3 is not installed.
    """
    if options.sanitize is not None and find_spec("nh3") is None:
        raise SettingsError(
            "BUTTERCMS_SANITIZE is on, but nh3, which does the work, is not installed. Install it"
            " with `pip install 'pelican-buttercms[sanitize]'`, or turn the setting off."
        )


def clean(html: str, options: Settings) -> str:
    """Give the CMS's HTML without what is not allowed; as it is when the setting is off.

    Raises:
        SettingsError: nh3 is not installed.
    """
    if options.sanitize is None:
        return html
    require(options)
    return str(_cleaner(_freeze(options.sanitize)).clean(html))


def _freeze(extra: Mapping[str, Any]) -> _Frozen:
    attributes = extra["attributes"].items()
    return frozenset(extra["tags"]), frozenset((t, frozenset(names)) for t, names in attributes)


@lru_cache(maxsize=8)
def _cleaner(extra: _Frozen) -> Any:
    """Make the sanitiser once for each setting."""
    import nh3  # noqa: PLC0415  (optional)

    tags = nh3.ALLOWED_TAGS | _TAGS | extra[0]
    attributes = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    for tag, names in (*_ATTRIBUTES.items(), *extra[1]):
        attributes[tag] = attributes.get(tag, set()) | names
    return nh3.Cleaner(
        tags=tags,
        clean_content_tags={"script", "style"} - tags,
        attributes=attributes,
        attribute_filter=_value,
        url_schemes=_SCHEMES,
        link_rel=None,  # an editor's own rel, such as nofollow, is worth keeping
    )


def _value(tag: str, name: str, value: str) -> str | None:
    """Give an attribute's value as far as it is harmless, None to leave the attribute out."""
    if name == "srcset":
        return value if _is_harmless_srcset(value) else None
    if (tag, name) == ("a", "target"):
        return value if value == "_blank" else None
    if (tag, name) == ("a", "rel"):  # browsers take a new tab as noopener unless told `opener`
        return " ".join(word for word in value.split() if word.lower() != "opener") or None
    return value


def _is_harmless_srcset(value: str) -> bool:
    found = (_SCHEME.match(candidate["url"]) for candidate in _CANDIDATE.finditer(value))
    return all(scheme["name"].lower() in {"http", "https"} for scheme in found if scheme)
