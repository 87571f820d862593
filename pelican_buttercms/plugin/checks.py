"""Does the content hold together? Looked at before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
import logging
from typing import TYPE_CHECKING

from pelican_buttercms.errors import DanglingError, SettingsError

if TYPE_CHECKING:
    from pelican_buttercms.content.graph import Graph
    from pelican_buttercms.settings import Settings

logger = logging.getLogger(__name__)

OUR_NAMES = ("pelican_buttercms", "pelican.plugins.buttercms")


def report_dangling(graph: Graph, policy: str) -> None:
    """Warn of all dangling references together, fail on them, or stay silent.

    The reference itself is None, or left out of its list, whichever the policy.

    Raises:
        DanglingError: the policy is "fail" and there are some.
    """
    if not graph.dangling:
        return
    text = _explain(graph)
    if policy == "fail":
        raise DanglingError(f"{text} BUTTERCMS_DANGLING is 'fail', so nothing was built.")
    level = logging.WARNING if policy == "warn" else logging.INFO
    logger.log(level, "%s", text)


def _explain(graph: Graph) -> str:
    lines = [f"{d.owner}, field {d.path}: {d.target}" for d in graph.dangling]
    noun = "reference leads" if len(lines) == 1 else "references lead"
    return (
        f"{len(lines)} {noun} to content that is not published or not there, and was left out: "
        + "; ".join(lines)
        + ". Publish the target or clear the field in ButterCMS; BUTTERCMS_DANGLING says whether"
        " this warns, fails or is dropped."
    )


def warn_of_order(plugins: Sequence[str]) -> None:
    """Warn when a plugin that changes articles was listed before the one that brings them."""
    names = list(plugins)
    ours = next((n for n in names if n in OUR_NAMES), None)
    earlier = names[: names.index(ours)] if ours else []
    for late in (name for name in earlier if name.endswith("i18n_subsites")):
        logger.warning(
            "PLUGINS lists %s before %s: its sub-sites would miss the CMS's content. Move"
            " pelican_buttercms to the front.",
            late,
            ours,
        )


def check_front_page(graph: Graph, options: Settings) -> None:
    """Make sure that BUTTERCMS_FRONT_PAGE names a page that will be written.

    Raises:
        SettingsError: there is no such page, or its page type does not become pages.
    """
    if options.front_page is None:
        return
    page_type, slug = options.front_page
    named = options.page_types.get(page_type)
    if named is None or named.role != "page":
        raise SettingsError(
            f"BUTTERCMS_FRONT_PAGE names '{page_type}/{slug}', but BUTTERCMS_PAGE_TYPES does not"
            f" make pages of {page_type!r}: add it there."
        )
    if graph.page(page_type, slug) is None:
        known = [page.slug for page in graph.pages.get(page_type, ())]
        near = get_close_matches(slug, known, n=1, cutoff=0) or ["…"]
        raise SettingsError(
            f"BUTTERCMS_FRONT_PAGE names '{page_type}/{slug}', which is not published in ButterCMS."
            f" The nearest that is: '{page_type}/{near[0]}'."
        )
