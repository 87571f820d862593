"""The pages of a paginated list and what each is given, as in Pelican's writer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pelican.paginator import Paginator


def spread(  # noqa: PLR0917  (as the writer is asked)
    name: str,
    url: Any,
    lists: Mapping[str, Any],
    template: Any,
    given: dict[str, Any],
    settings: Mapping[str, Any],
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path and the names of each page that a list is spread over."""
    patterns = settings["PAGINATED_TEMPLATES"]
    if not lists or template not in patterns:
        yield name, given
        return
    per_page = patterns[template] or settings["DEFAULT_PAGINATION"]
    paginators = {
        key: Paginator(name, url, values, settings, per_page) for key, values in lists.items()
    }
    count = next(iter(paginators.values())).num_pages
    around = {key: (None, None, one.page(1)) for key, one in paginators.items()}
    for number in range(1, count + 1):
        names = dict(given)
        for key, paginator in paginators.items():
            _, before, page = around[key]
            page = page or paginator.page(number)  # the lists need not be equally long
            after = paginator.page(number + 1) if number < paginator.num_pages else None
            around[key] = (before, page, after)
            names |= {
                f"{key}_paginator": paginator,
                f"{key}_page": page,
                f"{key}_previous_page": before,
                f"{key}_next_page": after,
            }
        yield page.save_as, names
