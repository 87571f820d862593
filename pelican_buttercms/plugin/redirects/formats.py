"""What hosts and browsers read about old addresses: `_redirects`, a map for nginx, HTML pages.

Sources: the documentation of Netlify and of Cloudflare Pages, "Redirects"; nginx,
"ngx_http_map_module", by which keys without `~` match in any case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
import re
from typing import Final
from urllib.parse import unquote

from pelican_buttercms.filesystem import is_safe_name

MOST_OF_CLOUDFLARE: Final = 2000
_PLAIN: Final = re.compile(r"[A-Za-z0-9/_-]|[^\x00-\x7f]")
_PAGE: Final = (
    '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>{url}</title>\n'
    '<link rel="canonical" href="{url}">\n<meta http-equiv="refresh" content="0; url={url}">\n'
    '</head>\n<body>\n<p><a href="{url}">{url}</a></p>\n</body>\n</html>\n'
)


def candidates(address: str) -> list[str]:
    """Return the files in the output folder that servers may send for an address."""
    path = unquote(address)[1:]
    if not path or path.endswith("/"):
        return [f"{path}index.html"]
    return [path, f"{path}.html", f"{path}/index.html"]


def page_of(address: str) -> str | None:
    """Return the HTML file that answers an address, None where no server would send one."""
    path = unquote(address)[1:]
    name = path.rpartition("/")[2]
    if name and "." in name:
        return path if name.endswith((".html", ".htm")) else None
    found = f"{path.rstrip('/')}/index.html".lstrip("/")
    return found if is_safe_name(found) else None


def html(url: str) -> bytes:
    """Return the page that leads to an address."""
    return _PAGE.format(url=escape(url)).encode()


def netlify(moved: Mapping[str, str], gone: Iterable[str], missing: str) -> Iterator[str]:
    """Yield the lines of `_redirects`.

    Args:
        moved: the new address of each old one.
        gone: old addresses of what is no more.
        missing: the address of the page to show for them.
    """
    yield from (f"{old} {new} 301" for old, new in moved.items())
    yield from (f"{old} {missing} 410" for old in gone)


def cloudflare(moved: Mapping[str, str], is_real: Callable[[str], bool]) -> Iterator[str]:
    """Yield the lines of `_redirects`, without the status 410 that Cloudflare does not know.

    Cloudflare shows `old.html` as `old`, and redirects even what is there.

    Args:
        moved: the new address of each old one.
        is_real: returns whether there is a file for an address.
    """
    for old, new in moved.items():
        yield f"{old} {new} 301"
        shown = old.removesuffix(".html") if old.endswith(".html") else old.rstrip("/")
        if shown and shown not in moved and not is_real(shown):
            yield f"{shown} {new} 301"


def nginx(moved: Mapping[str, str], gone: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a map from `$uri` to the new address, or to "gone"."""
    leads = {**moved, **dict.fromkeys(gone, "gone")}
    spellings = Counter(unquote(one).lower() for one in {*leads, *moved.values()})
    for old, new in leads.items():
        path = unquote(old)
        if spellings[path.lower()] > 1:  # another address differs by its case alone
            source = f"~^{''.join(map(_in_pattern, path))}$"
        else:
            source = path.replace("\\", "\\\\").replace('"', '\\"')
        yield f'"{source}" "{new}";'


def _in_pattern(character: str) -> str:
    return character if _PLAIN.match(character) else f"\\x{ord(character):02x}"
