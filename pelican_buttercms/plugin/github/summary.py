"""The summary of a job: Markdown, in which the CMS's texts are text and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
import re

from pelican_buttercms.content import Key
from pelican_buttercms.content.fallbacks import LOCALISED
from pelican_buttercms.plugin.github.commands import cut
from pelican_buttercms.plugin.github.facts import BuildFacts
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.store import Changes
from pelican_buttercms.sync.progress import PLURALS

_CHANGES = ("new", "updated", "deleted")
_MOST_IN_CELL = 10
_MOST_NAMES = 100
_LONGEST_NAME = 80
_LONGEST_EVENT = 300
_LONGEST_TEXT = 2000

# GitHub makes links of these even where Markdown sees none; a word joiner is invisible
_LINKS = re.compile(r"(?<=[@#])|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)


def safe(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Return a text as one line without Markdown, HTML or links.

    A character reference is never taken for markup. Source: CommonMark, "Entity and numeric
    character references".
    """
    line = " ".join(cut(text, longest).split())
    joined = _LINKS.sub("\u2060", line)
    return "".join(c if c.isalnum() or c in " \u2060" else f"&#{ord(c)};" for c in joined)


def render(
    facts: BuildFacts | None, warnings: Sequence[str], errors: Sequence[str], now: datetime
) -> str:
    """Write the summary.

    Args:
        facts: of the content, None when none was read.
        warnings: what the user should act on.
        errors: what stopped the build.
        now: for the content's age.
    """
    blocks = ["### ButterCMS: the build stopped" if errors else "### ButterCMS"]
    blocks += [_list("Error", errors), _list("Warning", warnings)]
    if facts:
        blocks += [_about(facts, now), _started_by(facts), *_changed(facts)]
    return "\n\n".join(filter(None, blocks)) + "\n\n"


def _list(what: str, texts: Iterable[str]) -> str:
    return "\n".join(f"- **{what}:** {safe(text)}" for text in texts)


def _about(facts: BuildFacts, now: datetime) -> str:
    age = spell_duration(max(now - facts.pulled_at, timedelta(0)))
    saved = "" if facts.saved is None else f", {facts.saved:,} saved"
    when = f"{facts.pulled_at:%Y-%m-%d %H:%M} UTC"
    rows = {
        "content": f"{facts.mode}, all of it pulled {age} ago ({when})",
        "API calls": f"{facts.made:,} made{saved}, {facts.month:,} this month",
    }
    if facts.mode == "preview":
        rows["not published"] = f"{facts.drafts:,}"
    return "\n".join(
        ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]
    )


def _started_by(facts: BuildFacts) -> str:
    """Return a list of the events; "" if there were none."""
    lines = [f"- {safe(line, _LONGEST_EVENT)}" for line in facts.events[:_MOST_IN_CELL]]
    if more := len(facts.events) - len(lines):
        lines.append(f"- and {more:,} more")
    return "\n".join(["Started by", *lines]) if lines else ""


def _changed(facts: BuildFacts) -> Iterator[str]:
    if facts.changes is None:
        yield "Nothing was asked for: the content is what was stored."
        return
    rows = list(_rows(facts))
    if not rows:
        yield "Nothing changed."
        return
    yield "\n".join([f"| changed | {' | '.join(_CHANGES)} |", "|---|---|---|---|", *rows])


def _rows(facts: BuildFacts) -> Iterator[str]:
    """Yield a row for each kind and locale in which something changed."""
    left = _MOST_NAMES
    for number, (locale, changes) in enumerate((facts.changes or {}).items()):
        for kind, counts in changes.counts().items():
            if (number and kind not in LOCALISED) or not any(counts[what] for what in _CHANGES):
                continue  # the same in all locales, or as it was
            cells = []
            for what in _CHANGES:
                keys = [key for key in _keys(changes, what) if key.kind == kind]
                most = min(_MOST_IN_CELL, left)
                left -= len(keys[:most])
                cells.append(_cell(facts, locale, keys, most))
            where = f" &#91;{safe(locale)}&#93;" if locale and kind in LOCALISED else ""
            yield f"| {PLURALS[kind]}{where} | {' | '.join(cells)} |"


def _keys(changes: Changes, what: str) -> tuple[Key, ...]:
    lists = {"new": changes.new, "updated": changes.updated, "deleted": changes.deleted}
    return lists[what]


def _cell(facts: BuildFacts, locale: str, keys: Sequence[Key], most: int) -> str:
    if not keys:
        return ""
    names = [_name(facts, locale, key) for key in keys[:most]]
    if more := len(keys) - len(names):
        names.append(f"and {more:,} more" if names else "")
    return f"**{len(keys):,}** {'; '.join(names)}".rstrip()


def _name(facts: BuildFacts, locale: str, key: Key) -> str:
    title = facts.titles.get((locale, key), "")
    where = safe(str(key), _LONGEST_NAME)
    return f"{safe(title, _LONGEST_NAME)} &#40;{where}&#41;" if title else where
