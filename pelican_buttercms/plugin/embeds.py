"""Embedded content of other hosts that loads on a click: the filter `butter_embeds`.

A frame first shows a page of its own, with a link that opens the content in that frame: no script
is needed. What lies in comments, scripts and templates stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import re
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from pelican_buttercms.content.html_tokens import (
    Edit,
    EndTag,
    StartTag,
    TextRun,
    Token,
    edited,
    tokens,
)

_FRAMED = {"embed": "src", "object": "data", "portal": "src", "fencedframe": "src"}
"""Elements that become frames, and their attribute with the address."""

_PLAYERS = frozenset(("video", "audio"))
_NOT_OF_FRAMES = frozenset(
    ("classid", "codebase", "data", "form", "src", "srcdoc", "type", "typemustmatch")
)
_MAY_EMBED = re.compile(
    r"<(?:i?frame|embed|object|portal|fencedframe|video|audio|bgsound)(?=[\t\n\f\r />])",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"(?:https?:|ftp:)?[\\/]{2}(?P<host>[^\\/?#]*)|(?:https?|ftp):", re.I)
_STYLE = (
    "html{font:1rem/1.5 system-ui,sans-serif;height:100%}"
    "body{margin:0;height:100%;display:grid;place-items:center;background:#222}"
    "a{color:#fff;padding:1rem 1.5rem;border:1px solid;border-radius:.5rem}"
)
_DEEPEST = 8  # pages inside the `srcdoc` of pages


@dataclass(frozen=True, slots=True)
class Placeholder:
    """The page that a frame shows before its content: the words of its link, and how it looks."""

    label: str
    stylesheet: str | None

    def title(self, url: str) -> str:
        """Return the words for what a frame embeds."""
        return self.label.replace("{host}", _host(url) or "another site")

    def page(self, url: str) -> str:
        """Build the page for what a frame embeds."""
        if self.stylesheet is None:
            style = Markup("<style>{}</style>").format(_STYLE)
        else:
            style = Markup('<link rel="stylesheet" href="{}">').format(self.stylesheet)
        link = Markup('<a href="{}">{}</a>').format(url.strip(), self.title(url))
        return str(style + link)


def butter_embeds(
    html: Any, label: str = "Load content from {host}", stylesheet: str | None = None
) -> str:
    """Return HTML whose embedded content loads on a click, so that a page requests nothing unasked.

    `label` are the words of the link, in the page's language. They also become the title of a frame
    that has none, for readers who hear the page. `stylesheet` is the address of a style sheet
    for the frame, for sites whose Content-Security-Policy forbids inline styles.

    Frames, `embed` and `object` show a link to what they embed; the link opens in the frame itself.
    Players load nothing before they are started. A frame without an address of its own, which a
    script fills in later (`data-src`), stays as it is. Doing it twice changes nothing more.
    """
    placeholder = Placeholder(str(label), None if stylesheet is None else str(stylesheet))
    return Markup(_waiting(str(html or ""), placeholder, 0))  # noqa: S704  (HTML by the editors' intent)


def _waiting(html: str, placeholder: Placeholder, depth: int) -> str:
    if not _MAY_EMBED.search(html):
        return html
    return edited(html, _edits(html, list(tokens(html)), placeholder, depth))


def _edits(
    html: str, all_tokens: Sequence[Token], placeholder: Placeholder, depth: int
) -> Iterator[Edit]:
    ends = _ends(all_tokens)
    behind = 0  # what lies before this place is replaced already
    for number, token in enumerate(all_tokens):
        if not isinstance(token, StartTag) or token.start < behind:
            continue
        if token.name == "iframe":
            yield from _of_frame(token, placeholder, depth)
        elif token.name in {"frame", "bgsound"}:
            yield from _of_old_element(token, placeholder)
        elif token.name in _PLAYERS:
            yield from _of_player(token, _files_of(all_tokens, number))
        elif token.name in _FRAMED and _host_of(token, _FRAMED[token.name]) is not None:
            behind = ends.get(token.start, token.end)
            yield token.start, behind, _as_frame(html, token, placeholder)


def _ends(all_tokens: Sequence[Token]) -> dict[int, int]:
    """Find where elements that become frames end, by where they start; those with an end tag."""
    ends: dict[int, int] = {}
    opened: dict[str, list[int]] = {name: [] for name in _FRAMED if name != "embed"}
    for token in all_tokens:
        if isinstance(token, StartTag) and token.name in opened:
            opened[token.name].append(token.start)
        elif isinstance(token, EndTag) and opened.get(token.name):
            ends[opened[token.name].pop()] = token.end
    return ends


def _of_frame(tag: StartTag, placeholder: Placeholder, depth: int) -> Iterator[Edit]:
    own = tag.get("srcdoc")
    if own is not None:
        inside = _waiting(own.value, placeholder, depth + 1) if depth < _DEEPEST else ""
        if inside != own.value:
            yield own.replaced(inside)
    elif _host_of(tag, "src") is not None:
        url = tag.value("src")
        yield tag.added("srcdoc", placeholder.page(url))
        if not tag.value("title").strip():
            title = tag.get("title")
            words = placeholder.title(url)
            yield tag.added("title", words) if title is None else title.replaced(words)


def _of_old_element(tag: StartTag, placeholder: Placeholder) -> Iterator[Edit]:
    """Return the edits that make a frame of a frameset wait, and remove background music."""
    source = tag.get("src")
    if source is None or _host_of(tag, "src") is None:
        return
    if tag.name == "frame":
        url = source.value.strip()
        page = quote(
            placeholder.page(f"https:{url}" if url.startswith("//") else url), safe=" ='\"<>:;/"
        )
        yield source.replaced(f"data:text/html;charset=utf-8,{page}")
    else:
        yield source.removed()


def _of_player(player: StartTag, files: Sequence[StartTag]) -> Iterator[Edit]:
    """Return the edits that keep a player with files of other hosts from loading by itself."""
    if all(_host_of(tag, "src") is None for tag in (player, *files)):
        return
    preload = player.get("preload")
    if preload is None:
        yield player.added("preload", "none")
    elif preload.value.lower() != "none":
        yield preload.replaced("none")
    if player.get("controls") is None:
        yield player.added("controls", "")
    unasked = [player.get("autoplay")]
    unasked += [player.get("poster")] if _host_of(player, "poster") is not None else []
    unasked += [tag.get("default") for tag in files if _host_of(tag, "src") is not None]
    yield from (attribute.removed() for attribute in unasked if attribute)


def _files_of(all_tokens: Sequence[Token], number: int) -> list[StartTag]:
    """Read the tags that name files and subtitles inside a player."""
    files = []
    for token in all_tokens[number + 1 :]:
        if isinstance(token, TextRun):
            continue
        if token.name in _PLAYERS:
            break
        if isinstance(token, StartTag) and token.name in {"source", "track"}:
            files.append(token)
    return files


def _as_frame(html: str, tag: StartTag, placeholder: Placeholder) -> str:
    """Build the frame that takes an element's place; what it shows if it fails is left out."""
    url = tag.value(_FRAMED[tag.name])
    own = Markup(' srcdoc="{}" src="{}"').format(placeholder.page(url), url)
    replaced = set(_NOT_OF_FRAMES)
    if not tag.value("title").strip():
        replaced.add("title")
        own += Markup(' title="{}"').format(placeholder.title(url))
    kept = (each for each in tag.attributes if each.name not in replaced)
    attributes = "".join(f" {html[each.name_start : each.end]}" for each in kept)
    return f"<iframe{own}{attributes}></iframe>"


def _host_of(tag: StartTag, name: str) -> str | None:
    """Return the other host that an attribute names, None where it names none."""
    return _host(tag.value(name))


def _host(url: str) -> str | None:
    address = re.sub(r"[\t\n\r]", "", url).lstrip("".join(map(chr, range(33))))
    match = _FOREIGN.match(address)
    return None if match is None else (match["host"] or "").rpartition("@")[2]
