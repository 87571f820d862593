"""The content of each language of the site: a graph for each, linked from one pull."""

from __future__ import annotations

from pelican_buttercms.content.fallbacks import shown
from pelican_buttercms.content.graph import Graph, link
from pelican_buttercms.incremental.pelican_patches.gc_pause import paused
from pelican_buttercms.plugin.drafts.draft_status import find_drafts
from pelican_buttercms.plugin.local_media import LocalMedia
from pelican_buttercms.plugin.template_context import SiteContent
from pelican_buttercms.settings import Settings
from pelican_buttercms.sync.load import LoadedContent


@paused()
def make_editions(stored: LoadedContent, options: Settings) -> dict[str, SiteContent]:
    """Link the content of each language; that of DEFAULT_LANG comes first.

    Each has records of its own, also for what it shows in another language, since their URLs
    differ.
    """
    editions: dict[str, SiteContent] = {}
    media, drafts = LocalMedia(stored.media), find_drafts(stored)
    main = options.main_locale
    for locale in (main, *(locale for locale in options.locales if locale is not main)):
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
