"""What happens with references that lead nowhere? The setting `BUTTERCMS_DANGLING`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pelican_buttercms.errors import DanglingError

if TYPE_CHECKING:
    from pelican_buttercms.content.graph import Graph

logger = logging.getLogger(__name__)


def report(graph: Graph, policy: str) -> None:
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
