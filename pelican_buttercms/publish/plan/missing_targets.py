"""Is everything there that the drafts refer to and show? Asked before the first write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pelican_buttercms.content import Key
from pelican_buttercms.content.media import Media
from pelican_buttercms.content.reference_syntax import walk
from pelican_buttercms.publish.html_compare import link_targets
from pelican_buttercms.publish.plan.image_files import Pictures
from pelican_buttercms.publish.plan.plan import Part, Problem, Step
from pelican_buttercms.publish.plan.protocols import Reads
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.write_model import WriteTarget, referenced_key


def missing_references(
    steps: Sequence[Step], known: AccountSchema, reads: Reads
) -> Iterator[Problem]:
    """Name the references that lead nowhere; what the store does not hold, the CMS is asked."""
    made = {part.target.key for step in steps for part in step.parts}
    wanted: dict[Key, list[Path]] = {}
    for step in steps:
        for part in step.parts:
            for key in _references(part):
                if known.find_key(key) is None and key not in made:
                    wanted.setdefault(key, []).append(part.draft)
    targets = {key: WriteTarget(key, known.main_locale) for key in wanted}
    found = reads.read(targets.values())
    for key, drafts in wanted.items():
        if found.get(targets[key]) is None:
            yield _problem(
                drafts,
                f"{key.group}:{key.id} is not at the CMS, so nothing can refer to it. Look for a"
                f" misspelt {'slug' if key.kind == 'page' else 'id'}.",
            )


def missing_files(steps: Sequence[Step], pictures: Pictures) -> Iterator[Problem]:
    """Name the pictures and files that the CMS could not fetch."""
    shown: dict[str, list[Path]] = {}
    for step in steps:
        for part in step.parts:
            for url in _urls(part):
                shown.setdefault(url, []).append(part.draft)
    for url, drafts in shown.items():
        if problem := pictures.problem(url):
            yield _problem(drafts, f"{problem}.")


def broken_links(steps: Sequence[Step], missing: Mapping[Path, Sequence[str]]) -> Iterator[Problem]:
    """Name the pictures and files in bodies that are nowhere on this disk.

    Only what is about to be written counts: what the CMS holds already, it may keep.

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
                        f"its text names {link!r}, and there is no such file beside the draft or"
                        " in the content folder: correct the path, or give an absolute URL.",
                    )


def _references(part: Part) -> Iterator[Key]:
    for value in walk(list(part.values.values())):
        if isinstance(value, str) and (key := referenced_key(value)):
            yield key


def _links(part: Part) -> Iterator[str]:
    for value in walk(list(part.values.values())):
        if isinstance(value, str) and "<" in value:
            yield from link_targets(value)


def _urls(part: Part) -> Iterator[str]:
    """Give the URLs that the CMS, or a reader's browser, will fetch a picture from."""
    local = set(part.files)
    for value in walk(list(part.values.values())):
        if not isinstance(value, str):
            continue
        if value in local or _is_picture(part, value):
            yield value
        elif "<" in value:
            yield from (url for url in link_targets(value) if url in local)


def _is_picture(part: Part, value: str) -> bool:
    """Know a picture by its field: the API fetches what a post's featured image names."""
    featured = part.values.get(("featured_image",))
    return bool(value) and value == featured and not Media(value).handle


def _problem(drafts: Iterable[Path], text: str) -> Problem:
    named = tuple(dict.fromkeys(drafts))
    return Problem(named, f"{', '.join(map(str, named))}: {text}")
