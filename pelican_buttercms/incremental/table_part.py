"""A part of a table of facts: what is still needed, with new numbers."""

from __future__ import annotations

from collections.abc import Iterable

from pelican_buttercms.incremental.dependency_table import DependencyTable
from pelican_buttercms.incremental.fact_groups import GROUP


def reduced(
    table: DependencyTable, wanted: Iterable[int]
) -> tuple[DependencyTable, dict[int, int]]:
    """Return some facts and groups of a table alone, and their new numbers."""
    part, numbers = DependencyTable(), {}
    wanted = set(wanted)
    for number in sorted(table.expanded(wanted)):
        numbers[number] = part.number(*table.asked(number))
        part.answers[-1] = table.answers[number]
        version = table.versions.get(table.of_object[number], 0)
        part.versions[part.of_object[-1]] = version
    for group in sorted(number for number in wanted if number >= GROUP):
        numbers[group] = part.group([numbers[one] for one in table.expanded([group])])
    return part, numbers
