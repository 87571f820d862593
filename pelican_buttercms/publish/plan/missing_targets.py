"""Checks, before the first write, that references, files and links of drafts lead somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pelican_buttercms.content import Key
from pelican_buttercms.content.media import Media
from pelican_buttercms.content.reference_syntax import walk
from pelican_buttercms.publish.html_compare import link_targets
from pelican_buttercms.publish.plan.image_files import ImageFiles
from pelican_buttercms.publish.plan.plan import Problem, Step, StepPart
from pelican_buttercms.publish.plan.protocols import CmsReader
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.write_model import WriteTarget, referenced_key


def missing_references(
    steps: Sequence[Step], known: AccountSchema, reads: CmsReader
) -> Iterator[Problem]:
    """Yield a problem for each reference that leads nowhere; ask the CMS for unknown ones."""
    created = {part.target.key for step in steps for part in step.parts}
    unknown: dict[Key, list[Path]] = {}
    for step in steps:
        for part in step.parts:
            for key in _references(part):
                if known.find_key(key) is None and key not in created:
                    unknown.setdefault(key, []).append(part.draft)
    targets = {key: WriteTarget(key, known.main_locale) for key in unknown}
    versions = reads.read(targets.values())
    for key, drafts in unknown.items():
        if versions.get(targets[key]) is None:
            yield _problem(
                drafts,
                f"{key.group}:{key.id} is not at the CMS, so nothing can refer to it. Look for a"
                f" misspelt {'slug' if key.kind == 'page' else 'id'}.",
            )


def missing_files(steps: Sequence[Step], images: ImageFiles) -> Iterator[Problem]:
    """Yield a problem for each picture and file that the CMS cannot fetch."""
    shown: dict[str, list[Path]] = {}
    for step in steps:
        for part in step.parts:
            for url in _urls(part):
                shown.setdefault(url, []).append(part.draft)
    for url, drafts in shown.items():
        if problem := images.problem(url):
            yield _problem(drafts, f"{problem}.")


def broken_links(steps: Sequence[Step], missing: Mapping[Path, Sequence[str]]) -> Iterator[Problem]:
    """Yield a problem for each link of a body that leads to no file.

    Only what is about to be written counts. The CMS may keep what it holds already.

    Args:
        steps: what is about to be written.
        missing: by draft, the links of its body that lead to no file.
    """
    for step in steps:
        for part in step.parts:
            sent = frozenset(_links(part)) if part.draft in missing else frozenset()
            for link in missing.get(part.draft, ()):
                if link in sent:
                    yield _problem(
                        [part.draft],
                        f"its text links to {link!r}, and there is no such file beside the draft or"
                        " in the content folder: correct the path, or give an absolute URL.",
                    )


def _references(part: StepPart) -> Iterator[Key]:
    for value in walk(list(part.values.values())):
        if isinstance(value, str) and (key := referenced_key(value)):
            yield key


def _links(part: StepPart) -> Iterator[str]:
    for value in walk(list(part.values.values())):
        if isinstance(value, str) and "<" in value:
            yield from link_targets(value)


def _urls(part: StepPart) -> Iterator[str]:
    """Yield the URLs from which the CMS, or a reader's browser, will fetch a picture."""
    local = set(part.files)
    for value in walk(list(part.values.values())):
        if not isinstance(value, str):
            continue
        if value in local or _is_picture(part, value):
            yield value
        elif "<" in value:
            yield from (url for url in link_targets(value) if url in local)


def _is_picture(part: StepPart, value: str) -> bool:
    """Return whether a value is a post's featured image, which the API fetches."""
    featured = part.values.get(("featured_image",))
    return bool(value) and value == featured and not Media(value).handle


def _problem(drafts: Iterable[Path], text: str) -> Problem:
    named = tuple(dict.fromkeys(drafts))
    return Problem(named, f"{', '.join(map(str, named))}: {text}")
