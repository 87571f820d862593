"""How does a content look that is made only when somebody reads it?

A build with little changed reads no more of most articles than what lists, feeds and addresses are
made of: a date, a category, a URL. An article that is not made knows as much, and is made by the
first who asks for anything else, exactly as it would have been before. So is a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pelican import contents

from pelican_buttercms.incremental.pelican_patches import content_urls
from pelican_buttercms.incremental.recorder import now
from pelican_buttercms.incremental.tracked_objects import leave, watch

Make = Callable[[Any], None]
Parts = Mapping[str, Callable[[Any], Any]]

_MAKE, _PARTS, _URLS = "_buttercms_make", "_buttercms_parts", "_buttercms_urls"
_ABSENT = frozenset({
    *("fallback_of", "override_save_as", "override_url", "preview_state", "private", "tags"),
    *("author", "authors", "category", "categories", "date", "modified"),
})  # fmt: skip
"""What a content may have that is known before it is made: it has it then, or never."""
_NOT_IN_URLS = frozenset(
    {"translations", "fallback_of", "private", "refresh_metadata_intersite_links"}
)
_OWN = {_MAKE, _PARTS, _URLS}
_vars = object.__getattribute__


class Unmade(contents.Content):  # type: ignore[misc]
    """A content that is made when somebody reads what it does not know yet."""

    _kind: Any = contents.Content

    def __getattr__(self, name: str) -> Any:
        """Make the content, or a part; called for what it does not have, or does not have yet."""
        known = _vars(self, "__dict__")
        if name in _ABSENT or _MAKE not in known or name.startswith("__"):
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=self)
        part = known[_PARTS].get(name)
        if part is None:
            _make(self, known)
            return _vars(self, name)
        frame, now.frame = now.frame, None
        try:
            value = known[name] = part(self)
        finally:
            now.frame = frame
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute, on which its URL may depend."""
        if name not in _NOT_IN_URLS:
            _vars(self, "__dict__").pop(_URLS, None)
        super().__setattr__(name, value)

    @property
    def url(self) -> str:
        """See `Content.url`."""
        return str(self._urls()[0])

    @property
    def save_as(self) -> str:
        """See `Content.save_as`."""
        return str(self._urls()[1])

    def _urls(self) -> tuple[str, str]:
        known = _vars(self, "__dict__")
        found: tuple[str, str] | None = known.get(_URLS)
        if found is None:
            found = known[_URLS] = self.get_url_setting("url"), self.get_url_setting("save_as")
        return found

    def get_url_setting(self, key: str) -> str:
        """See `Content.get_url_setting`."""
        if f"override_{key}" in _vars(self, "__dict__"):
            return str(super().get_url_setting(key))
        return self._expand_settings(key if self.in_default_lang else f"lang_{key}")

    def _expand_settings(self, key: str) -> str:
        return content_urls.fill(self, type(self)._kind, key)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Copy and pickle it as a content like any other, which is made."""
        known = _vars(self, "__dict__")
        if _MAKE in known:
            _make(self, known)
        function, arguments, state, *rest = super().__reduce_ex__(protocol)
        kinds = (type(self)._kind if _is_unmade(one) else one for one in arguments)
        state = {name: value for name, value in state.items() if name not in _OWN}
        return (function, tuple(kinds), state, *rest)


class _Article(Unmade, contents.Article):  # type: ignore[misc]
    _kind = contents.Article


class _Page(Unmade, contents.Page):  # type: ignore[misc]
    _kind = contents.Page


_KINDS: Mapping[Any, Any] = {one._kind: one for one in (_Article, _Page)}
for _kind, _one in _KINDS.items():  # as messages and the names of objects say
    _one.__name__ = _one.__qualname__ = _kind.__name__
    _one.__module__ = _kind.__module__


_OURS = frozenset(_KINDS.values())


def begin(kind: Any, known: Mapping[str, Any], make: Make, parts: Parts) -> Any:
    """Give a content that is not made.

    Args:
        kind: Pelican's class.
        known: its attributes, as far as they are known; of terms and dates, all.
        make: makes it, once.
        parts: give some of its attributes, without making all of it.
    """
    one = _KINDS[kind]
    content = one.__new__(one)
    own = _vars(content, "__dict__")
    own.update(known)
    own[_MAKE], own[_PARTS] = make, parts
    return content


def is_unmade(content: Any) -> bool:
    """Say whether a content is still to be made."""
    return _is_unmade(type(content)) and _MAKE in _vars(content, "__dict__")


def peek(content: Any, name: str) -> Any:
    """Give an attribute that every content of the CMS has from its beginning, or never; or None.

    For those who look at thousands of contents: to find that something is not there takes long.
    """
    if type(content) in _OURS:
        return vars(content).get(name)
    return getattr(content, name, None)


def _is_unmade(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Unmade)


def _make(content: Unmade, known: dict[str, Any]) -> None:
    """Make a content; what it has by now stays, and what making it reads is not noted."""
    before = dict(known)
    frame, now.frame = now.frame, None
    kind: Any = type(content)
    leave([content])
    try:
        del known[_MAKE]
        before[_MAKE](content)
    except BaseException:
        known.clear()
        known.update(before)
        raise
    finally:
        if type(content) is not kind:
            watch([content])
        now.frame = frame
    del before[_MAKE]
    known.update(before)
    now.made.append(content)
