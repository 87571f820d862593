"""What does each language of the site show? A graph for each, linked from one pull."""

from __future__ import annotations

from pelican_buttercms.content.graph import Graph, link
from pelican_buttercms.content.locales import shown
from pelican_buttercms.fetch.served import Stored
from pelican_buttercms.plugin.context import SiteContent
from pelican_buttercms.plugin.drafts.states import find_drafts
from pelican_buttercms.plugin.media import LocalMedia
from pelican_buttercms.plugin.speed.garbage import paused
from pelican_buttercms.settings import Settings


@paused()
def make_editions(stored: Stored, options: Settings) -> dict[str, SiteContent]:
    """Link the content of each language; that of DEFAULT_LANG comes first.

    Each has records of its own, also for what it shows in another language, since their URLs
    differ.
    """
    editions: dict[str, SiteContent] = {}
    media, drafts = LocalMedia(stored.media), find_drafts(stored)
    main = options.main_locale
    for locale in (main, *(one for one in options.locales if one is not main)):
        graph: Graph = link(shown(stored.versions, locale.name, locale.chain))
        editions[locale.lang] = SiteContent(
            graph=graph,
            generation=stored.generation,
            media=media,
            locale=locale,
            options=options,
            drafts=drafts,
            live_at=stored.live_at,
            stale=stored.stale,
            langs=editions,
        )
    return editions
