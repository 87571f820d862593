"""Who reads which attribute? Objects that note it, until the site is written.

An object gets a subclass of its own class that notes what is asked of it; whatever asks for its
class is given the one that it had. Properties are noted by their name, as their value can be asked
for again; methods are not, as what they read is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from types import FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any

from pelican.contents import Content, Static
from pelican.paginator import Page, Paginator

from pelican_buttercms.incremental.compatibility import is_own
from pelican_buttercms.incremental.introspection import module_of
from pelican_buttercms.incremental.recorder import TEXTS, Frame, Text, now

Plain = Callable[[Any, str], Any]
Way = Callable[[Any, str, Plain, Frame], Any]

_SET_CLASS = object.__dict__["__class__"]
_PASSED = ("content", "summary")  # properties that only call the method of the same name
SUMMARY = "summary in metadata"
"""What is asked of a content by Pelican's own way to make a summary."""

_SET_UNSEEN = {"_output_location_referenced"}
_NOTHING = object()


def watch(objects: Iterable[Any]) -> None:
    """Make objects note what is asked of them."""
    for one in objects:
        kind: Any = type(one)
        if "_watched" not in kind.__dict__:
            _SET_CLASS.__set__(one, _watching(kind))


def leave(objects: Iterable[Any]) -> None:
    """Make objects what they were."""
    for one in objects:
        if was := type(one).__dict__.get("_watched"):
            _SET_CLASS.__set__(one, was)


@cache
def _watching(kind: Any) -> type:
    """Make the subclass that notes what is asked of its objects."""
    plain = kind.__getattribute__
    ways = _ways(kind)

    def read(self: Any, name: str) -> Any:
        frame = now.frame
        if frame is None:
            return kind if name == "__class__" else plain(self, name)
        way = ways.get(name)
        if way is not None and way is not _by_value:
            return way(self, name, plain, frame)
        number = now.numbers[name].get(id(self))  # what follows is `frame.note`, a million times
        if number is None:
            frame.note(id(self), name)
        else:
            frame.facts.add(number)
        if way is None:
            return plain(self, name)
        value = now.values[name].get(id(self), _NOTHING)
        return _work_out(self, name, plain, frame) if value is _NOTHING else value

    members: dict[str, Any] = {"__getattribute__": read, "_watched": kind, "__slots__": ()}
    members |= {"__module__": kind.__module__, "__doc__": kind.__doc__}
    members |= _changing(kind) | _showing(kind)
    return type(kind.__name__, (kind,), members)


def _changing(kind: Any) -> dict[str, Any]:
    """Give what sets and removes attributes, and notes it."""
    write, delete = kind.__setattr__, kind.__delattr__

    def change(self: Any, name: str, value: Any) -> None:
        _changed(kind, name)
        write(self, name, value)

    def remove(self: Any, name: str) -> None:
        _changed(kind, name)
        delete(self, name)

    return {"__setattr__": change, "__delattr__": remove}


def _showing(kind: Any) -> dict[str, Any]:
    """Give what shows or copies an object as a whole, and notes it."""

    def show(self: Any) -> str:
        if kind.__repr__ is object.__repr__:
            _block(f"it prints where a {kind.__name__.lower()} lies")
        return str(kind.__repr__(self))

    def list_names(self: Any) -> Any:
        _block(f"it lists the names of a {kind.__name__.lower()}")
        return kind.__dir__(self)

    def reduce(self: Any, protocol: Any) -> Any:
        _block(f"it copies a {kind.__name__.lower()}")
        reduced = kind.__reduce_ex__(self, protocol)
        if not isinstance(reduced, tuple):
            return reduced
        arguments = tuple(kind if one is type(self) else one for one in reduced[1])
        return (reduced[0], arguments, *reduced[2:])

    return {"__repr__": show, "__dir__": list_names, "__reduce_ex__": reduce}


def _block(why: str) -> None:
    if now.frame is not None:
        now.frame.block(why)


def _changed(kind: type, name: str) -> None:
    """An attribute is set or removed; linked files are moved while a text is made."""
    now.values.clear()
    now.changes += 1
    if now.frame is None or name in _SET_UNSEEN:
        return
    why = f"it sets {name!r} of {kind.__name__.lower()}s"
    if issubclass(kind, Static):
        now.frame.block(why)
    else:
        now.spoil(why)


def _ways(kind: type) -> dict[str, Way]:
    """Tell how each attribute of a class is read; what is not named is noted by its name."""
    ways: dict[str, Way] = {"settings": _settings, "_context": _pass}
    for base in reversed(kind.__mro__):
        for name, member in vars(base).items():
            way = _way(name, member)
            if way is not None:
                ways[name] = way
            elif name != "settings":
                ways.pop(name, None)
    if issubclass(kind, Content):
        ways["metadata"] = _metadata
    if issubclass(kind, Paginator | Page):  # gone after their page, and others get their `id()`
        ways = {name: _anew if way is _by_value else way for name, way in ways.items()}
    if issubclass(kind, Paginator) and ways.get("page") is _pass:  # Pelican's own
        ways["page"] = _page_of
    return {**ways, "__class__": lambda *_: kind, "__dict__": _everything}


def _way(name: str, member: Any) -> Way | None:  # noqa: PLR0911  (a table)
    module = module_of(member)
    if isinstance(member, MemberDescriptorType):
        return None
    if name in TEXTS and hasattr(member, "func") and module.startswith("pelican."):
        return _text
    if isinstance(member, property):
        if name in _PASSED and module.startswith("pelican."):
            return _pass
        return _by_value if is_own(module) else _by_value_of_others
    if name.startswith("__") or isinstance(member, GetSetDescriptorType):
        return _pass
    if isinstance(member, FunctionType | classmethod | staticmethod):
        return _pass if is_own(module) else _method_of_others
    return _by_value_of_others if hasattr(member, "__get__") else None


def _pass(self: Any, name: str, plain: Plain, _frame: Frame) -> Any:
    return plain(self, name)


def _method_of_others(self: Any, name: str, plain: Plain, frame: Frame) -> Any:
    frame.block(f"the method {name!r} that a plugin gives {type(self).__name__.lower()}s")
    return plain(self, name)


def _everything(self: Any, name: str, plain: Plain, frame: Frame) -> Any:
    frame.block(f"it reads all attributes of a {type(self).__name__.lower()} at once")
    return plain(self, name)


def _settings(self: Any, name: str, plain: Plain, frame: Frame) -> Any:
    value = plain(self, name)
    settings, stand_in = now.settings
    if value is settings and settings is not None:
        return stand_in
    frame.note(id(self), name)
    return value


def _metadata(self: Any, name: str, plain: Plain, frame: Frame) -> Any:
    """Pelican's summaries look for a summary there, and at nothing else."""
    frame.note(id(self), SUMMARY if frame.text == "get_summary" else name)
    return plain(self, name)


def _by_value(self: Any, name: str, plain: Plain, frame: Frame) -> Any:
    """Read a property, which is worked out once until something sets an attribute."""
    frame.note(id(self), name)
    value = now.values[name].get(id(self), _NOTHING)
    return _work_out(self, name, plain, frame) if value is _NOTHING else value


def _anew(self: Any, name: str, plain: Plain, frame: Frame) -> Any:
    frame.note(id(self), name)
    try:
        return _work_out(self, name, plain, frame)
    finally:
        now.values[name].pop(id(self), None)


def _work_out(self: Any, name: str, plain: Plain, frame: Frame) -> Any:
    watching = type(self)
    now.frame = None
    _SET_CLASS.__set__(self, watching._watched)  # what it reads of itself is read at full speed
    try:
        value = now.values[name][id(self)] = plain(self, name)
    finally:
        _SET_CLASS.__set__(self, watching)
        now.frame = frame
    return value


def _page_of(self: Any, name: str, plain: Plain, _frame: Frame) -> Any:
    """Give a paginator's method, whose pages are asked part by part like any other."""
    return partial(_read_page, self, plain(self, name))


def _read_page(self: Any, method: Any, number: Any) -> Any:
    frame = now.frame
    if frame is None or type(number) is not int:
        return method(number)
    now.frame = None
    try:
        page = method(number)
    finally:
        now.frame = frame
    watch([page])
    frame.kept += (page,)
    frame.pages[id(page)] = (id(self), number)
    return page


def _by_value_of_others(self: Any, name: str, plain: Plain, frame: Frame) -> Any:
    """Read a property that may ask for texts, whose effects are needed as well."""
    frame.note(id(self), name)
    now.frame = inner = Frame(name)
    try:
        return plain(self, name)
    finally:
        now.frame = frame
        frame.effects += inner.effects


def _text(self: Any, name: str, plain: Plain, frame: Frame) -> Any:
    if name in plain(self, "__dict__"):  # put there by another plugin
        frame.note(id(self), name)
        return plain(self, name)
    return partial(_read_text, self, name, plain)


def _read_text(self: Any, name: str, plain: Plain, *arguments: Any) -> Any:
    """Give a text that Pelican keeps, and take over what it was made from."""
    frame = now.frame
    method = plain(self, name)
    if frame is None:
        return method(*arguments)
    key = (id(self), name, arguments)
    text = now.texts.get(key)
    if text is None:
        inner = Frame(name)
        value = _make_text(self, key, method, inner)
        now.texts[key] = text = Text.of(inner)
    else:
        value = method(*arguments)
    frame.take(text)
    return value


def _make_text(self: Any, key: tuple[int, str, Any], method: Any, inner: Frame) -> Any:
    """Make a text, also where Pelican has it already from before anything was recorded."""
    kept = getattr(method, "cache", {})
    place = (self, *key[2])
    before = kept.pop(place, _NOTHING)
    frame, now.frame = now.frame, inner
    try:
        value = method(*key[2])
    finally:
        now.frame = frame
    if before is not _NOTHING and before != value:
        inner.block("its text was asked for before it was complete")
        kept[place] = value = before
    if inner.follows:
        inner.effects += (("again", key),)
    return value
