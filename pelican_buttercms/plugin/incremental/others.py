"""Who else has a hand in what is written? Other plugins, writers and versions of Pelican."""

from __future__ import annotations

from typing import Any

from blinker import ANY
import pelican
from pelican.plugins import signals
from pelican.writers import Writer

from pelican_buttercms.plugin.speed import KNOWN

_OURS = "pelican_buttercms.plugin"
_PELICANS: tuple[list[str], ...] = ([], ["signals"], ["_utils"])
"""What is Pelican's own in `pelican.plugins`."""


def why_not_write(writer: Any) -> str | None:
    """Say why a writer cannot be stood for, None if it can."""
    own = all(
        getattr(getattr(Writer, name), "__module__", "") == "pelican.writers"
        for name in ("write_file", "write_feed", "_open_w")
    )
    if not pelican.__version__.startswith(KNOWN):
        return f"Pelican {pelican.__version__}, which is not known,"
    replaced = {"write_file", "write_feed", "_open_w"} & vars(writer).keys()
    if type(writer) is not Writer or not own or replaced:
        return f"the writer {type(writer).__module__}.{type(writer).__qualname__}"
    return None


def why_not_signals() -> str | None:
    """Say which plugin may change contents while they are written, None if none does."""
    for signal in (signals.article_generator_write_article, signals.page_generator_write_page):
        for receiver in signal.receivers_for(ANY):
            return f"{receiver.__module__}, which hears {signal.name},"
    return None


def hear(*heard: Any) -> bool:
    """Say whether another plugin hears one of these signals."""
    return any(receiver.__module__ != _OURS for one in heard for receiver in one.receivers_for(ANY))


def is_known(generator: Any) -> bool:
    """Say whether a generator is Pelican's or ours; one of others may change anything for later."""
    return hasattr(generator, "env") and not is_foreign(generator)


def is_foreign(generator: Any) -> bool:
    """Say whether a generator is another plugin's."""
    return not is_own(type(generator).__module__)


def is_own(module: str) -> bool:
    """Say whether a module is Pelican's or this plugin's, whose versions are known.

    Most plugins are installed into `pelican.plugins`, which has but few modules of Pelican's own.
    """
    parts = module.split(".")
    if parts[:2] == ["pelican", "plugins"]:
        return parts[2:3] in _PELICANS
    return parts[0] in {"pelican", "pelican_buttercms"}
