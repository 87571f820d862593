"""A warning of fields that templates read and that are gone from the account, as when renamed.

The API gives every field of a schema in every record, filled or not. So a field is gone when no
record of its page type, collection or component has it any more, though there are such records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
import logging
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, TemplateError, nodes
import msgspec

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.content.media import read_media
from pelican_buttercms.content.raw_records import SINGLE_PAGES
from pelican_buttercms.content.reference_syntax import embedded_key
from pelican_buttercms.filesystem import explained
from pelican_buttercms.incremental import checksummed_file
from pelican_buttercms.settings import Settings

logger = logging.getLogger(__name__)

Names = dict[str, set[str]]
"""The fields of a page type, a collection, a component, or an object in one of them, by place."""

_TEMPLATES = ("*.html", "*.xml", "*.txt", "*.jinja", "*.j2")
_LISTED = 8
_OWN = frozenset({"article", "page", "author", "category", "tag", "butter", "loop", "buttercms"})
"""What templates call Pelican's contents and records: their attributes are no fields."""


class _Read(NamedTuple):
    """A name that a template reads of something.

    Attributes:
        file: the template.
        line: its line.
        name: the name.
        of: the last name of what it is read of.
        root: what that variable was set to, or loops over: the last name of it.
    """

    file: str
    line: int
    name: str
    of: str
    root: str


def field_names(records: Iterable[RawRecord]) -> Names:
    """Return the names of all fields, by where they are, such as `pages/landing-page hero`."""
    names: Names = {}
    for record in records:
        if record.key.kind == "page":
            _add(names, _place(record.key), record.data.get("fields"))
        elif record.key.kind == "item":
            fields = {name: value for name, value in record.data.items() if name != "meta"}
            _add(names, _place(record.key), fields)
    return names


def warn_of_vanished(
    records: Iterable[RawRecord],
    path: Path,
    settings: Mapping[str, Any],
    options: Settings,
) -> None:
    """Warn of each field that the last build knew, that is gone, and that a template reads.

    Args:
        records: what the site is built from.
        path: where the names are kept from one build to the next.
        settings: Pelican's.
        options: ours.
    """
    now, before = field_names(records), _read(path)
    kept: Names = {place: set(names) for place, names in now.items()}
    used: list[_Read] | None = None
    for place, names in sorted(before.items()):
        if place not in now:
            kept[place] = names  # it may come back, with other names
            continue
        for name in sorted(names - now[place]):
            used = list(_reads(settings)) if used is None else used
            others = (other for other in now if _kind(other) == _kind(place))
            owners = _stems(place, options) if any(name in now[p] for p in others) else None
            if readers := list(_readers(used, place, name, owners)):
                kept[place] = names  # asked again until no template reads it
                _warn(place, name, readers, sorted(now[place] - names))
    if kept != before:
        data = {place: sorted(names) for place, names in sorted(kept.items())}
        with explained("The names of fields cannot be kept for the next build", path):
            checksummed_file.write(path, msgspec.json.encode(data))


def _kind(place: str) -> tuple[str, int]:
    return place.partition("/")[0].partition(" ")[0], place.count(" ")


def _stems(place: str, options: Settings) -> set[str]:
    """Return the names of the templates that are a page type's own, without extension."""
    name = place.partition(" ")[0].removeprefix("pages/")
    known = options.page_types.get(name)
    return {name, known.template} if known and known.template else {name}


def _place(key: Key) -> str:
    whole = str(key)
    is_single = key.kind == "page" and key.group == SINGLE_PAGES
    return whole if is_single else whole.removesuffix(f"/{key.id}")


def _add(names: Names, place: str, fields: Any) -> None:
    waiting = [(place, fields)]
    while waiting:
        where, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(where, entry) for entry in value]
        elif not isinstance(value, dict) or (where != place and embedded_key(value)):
            continue
        elif value.keys() == {"type", "fields"} and isinstance(value["type"], str):
            waiting.append((f"component {value['type']}", value["fields"]))
        elif not read_media(value) and value.keys() - {"url", "alt"}:
            names.setdefault(where, set()).update(value)
            waiting += [(f"{where} {name}", inner) for name, inner in value.items()]


def _read(path: Path) -> Names:
    try:
        data = msgspec.json.decode(checksummed_file.read(path), type=dict[str, list[str]])
    except (OSError, ValueError):
        return {}
    return {place: set(names) for place, names in data.items()}


def _warn(place: str, name: str, readers: list[str], new: list[str]) -> None:
    owner, *inside = place.removeprefix("component ").split(" ")
    of = f"the component {owner}" if place.startswith("component ") else owner
    of = f"{'.'.join(inside)!r} in {of}" if inside else of
    more = f" and {len(readers) - _LISTED:,} more" if len(readers) > _LISTED else ""
    fresh = f"New there: {', '.join(new[:_LISTED])}." if new else ""
    logger.warning(
        "The field %s of %s is gone from ButterCMS, and templates read it: %s%s. It may have been"
        " renamed in the dashboard. %sCorrect the templates, or give the field its old name back.",
        clean_line(repr(name), 80),
        clean_line(of, 200),
        ", ".join(readers[:_LISTED]),
        more,
        clean_line(fresh, 400) and f"{clean_line(fresh, 400)} ",
    )


def _reads(settings: Mapping[str, Any]) -> Iterator[_Read]:
    """Yield what the site's templates read."""
    options = settings.get("JINJA_ENVIRONMENT") or {}
    environment = Environment(extensions=options.get("extensions", ()), autoescape=False)  # noqa: S701  (only parsed)
    folders = [*settings["THEME_TEMPLATES_OVERRIDES"], Path(settings["THEME"]) / "templates"]
    for folder in map(Path, folders):
        for file in sorted(found for pattern in _TEMPLATES for found in folder.rglob(pattern)):
            try:
                tree = environment.parse(file.read_text(encoding="utf-8"))
            except (TemplateError, OSError, ValueError):
                continue  # Pelican says what is wrong with it
            for line, name, of, root in _names_in(tree):
                yield _Read(file.relative_to(folder).as_posix(), line, name, of, root)


def _names_in(tree: nodes.Template) -> Iterator[tuple[int, str, str, str]]:
    """Yield line, name, what it is read of, and what that stands for, from a template."""
    stands_for: dict[str, str] = {}
    assigned: Any
    for assigned in tree.find_all((nodes.Assign, nodes.For)):
        value = assigned.node if isinstance(assigned, nodes.Assign) else assigned.iter
        if isinstance(assigned.target, nodes.Name):
            stands_for[assigned.target.name] = _last(value)
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        if name := _last(node):
            of = _last(getattr(node, "node", None))
            yield node.lineno, name, of, stands_for.get(of, of)


def _last(node: Any) -> str:
    """Return the last name of an expression, "" if there is none; an index does not count."""
    if isinstance(node, nodes.Getattr):
        return str(node.attr)
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Filter):
        return _last(node.node)
    if isinstance(node, nodes.Getitem):
        key = getattr(node.arg, "value", None)
        return key if isinstance(key, str) else _last(node.node)
    return ""


def _readers(reads: list[_Read], place: str, name: str, owners: set[str] | None) -> Iterator[str]:
    """Yield the files and lines that read a field; what could be another field is left out.

    Args:
        reads: what all templates read.
        place: where the field was.
        name: its name.
        owners: the templates of its page type, where other types have a field of this name; None
            if none has.
    """
    owner, *inside = place.removeprefix("component ").split(" ")
    is_component = place.startswith("component ")
    kind, _, group = owner.partition("/")
    for read in dict.fromkeys(reads):
        if read.name != name or read.of in _OWN:
            continue
        folder, _, file = read.file.rpartition("/")
        bases = (read.of, read.root)
        if inside:
            is_meant = inside[-1] in bases
        elif is_component:
            is_meant = "fields" in bases and (folder, file) == ("components", f"{owner}.html")
        elif kind == "collections" and group in bases:
            is_meant = True
        else:
            is_own = owners is None or file.partition(".")[0] in owners
            is_meant = "fields" in bases and folder != "components" and is_own
        if is_meant:
            yield f"{read.file} line {read.line}"
