"""The drafts of the CMS's content that a site has already, wherever their files are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
import re

from pelican_buttercms.filesystem import NotRegularError, read_regular
from pelican_buttercms.publish.drafts.bounds import MAX_DRAFT_BYTES
from pelican_buttercms.publish.drafts.pelican_site import DraftSite
from pelican_buttercms.publish.drafts.read import draft_files
from pelican_buttercms.publish.export.roundtrip import RoundtripReader
from pelican_buttercms.publish.resolved_draft import Draft
from pelican_buttercms.publish.write_model import WriteTarget

_BASE = re.compile(rb"\bbase\b.*?\b[0-9a-f]{16}\b", re.IGNORECASE | re.DOTALL)


def find_drafts(
    folders: Iterable[Path], site: DraftSite, reader: RoundtripReader, main_locale: str
) -> tuple[dict[WriteTarget, Draft], list[str]]:
    """Return the drafts with a Base below some folders by their targets, and what is unreadable."""
    drafts: dict[WriteTarget, Draft] = {}
    problems: list[str] = []
    for path in sorted({path.resolve(): path for path in _with_base(folders, site)}.values()):
        found, wrong = reader.read_all(path)
        problems += wrong
        for draft in found:
            target = draft.target
            if draft.raw.base and draft.raw.id:
                locale = target.locale or main_locale
                drafts.setdefault(replace(target, locale=locale), draft)
    return drafts, problems


def _with_base(folders: Iterable[Path], site: DraftSite) -> Iterator[Path]:
    """Yield the files that look as if they had a Base; reading a draft means to render it."""
    for folder in folders:
        for path in draft_files(folder, site) if folder.is_dir() else ():
            try:
                if _BASE.search(read_regular(path, MAX_DRAFT_BYTES)):
                    yield path
            except (OSError, NotRegularError):
                continue
