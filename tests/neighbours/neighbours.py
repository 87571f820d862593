"""The themes and plugins of others that are tried, with their settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.incremental.builds import Code, QuickSite

SHOWN = """<!DOCTYPE html>
<html lang="en"><head><title>{{ ONE.title|striptags }}</title></head><body>
{{ ONE.title|striptags }} {{ ONE.category }} {{ ONE.summary }} {{ ONE.content }}
{% if ONE.stats %}{{ ONE.stats.wc }} {{ ONE.stats.read_mins }} {{ ONE.stats.fi }}{% endif %}
{% if ONE.next_article %}{{ ONE.next_article.title }}{% endif %}
{% if ONE.prev_article %}{{ ONE.prev_article.url }}{% endif %}
{% if ONE.prev_article_in_category %}{{ ONE.prev_article_in_category.title }}{% endif %}
{% for other in ONE.related_posts %}{{ other.url }} {{ other.title }}{% endfor %}
</body></html>
"""


@dataclass(frozen=True)
class Neighbour:
    """A theme, a plugin, or several together.

    Attributes:
        plugins: their names in PLUGINS.
        settings: Pelican's and theirs.
        german: whether the site has a second language.
        followed: whether pages are reused; an extension of Jinja could do anything.
        shows: whether a template of ours shows what the plugins set.
    """

    plugins: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    german: bool = False
    followed: bool = True
    shows: bool = False

    def configure(self, site: QuickSite, *, cms: bool) -> None:
        """Give a site the theme, the plugins and their settings.

        Args:
            site: the site.
            cms: whether its content comes from the CMS, and not from files.
        """
        if cms:
            site.settings |= {"BUTTERCMS_PAGE_TYPES": ["*"], "BUTTERCMS_SITEMAP": False}
            site.settings |= {"BUTTERCMS_LOCALES": ["en", "de"]} if self.german else {}
        site.settings["PLUGINS"] = [*site.settings["PLUGINS"], *self.plugins]
        site.settings |= {"SITENAME": "Neighbours", "DEFAULT_PAGINATION": 4, "AUTHOR": "Nobody"}
        site.settings |= {"FEED_ALL_ATOM": "feeds/all.xml", "PAGE_PATHS": ["buttercms/pages"]}
        site.settings |= {"ARTICLE_PATHS": ["buttercms/posts", "buttercms/de"]}
        site.settings |= self.settings
        if self.shows:
            for name in ("article", "page"):
                site.template(f"{name}.html", SHOWN.replace("ONE", name))


NEIGHBOURS = {
    "engineering": Neighbour(
        settings={"THEME": Code("str(__import__('pelican_engineering_theme').get_theme_path())")},
    ),
    "reflex": Neighbour(
        plugins=("i18n_subsites",),
        settings={
            "THEME": Code("__import__('pelican.themes.reflex').themes.reflex.path()"),
            "JINJA_ENVIRONMENT": {"extensions": ["jinja2.ext.i18n"]},
            "I18N_SUBSITES": {"de": {"SITENAME": "Nachbarn"}},
            "I18N_TEMPLATES_LANG": "en",
            "MAIN_MENU": True,
            "CC_LICENSE": {"name": "Attribution", "version": "4.0", "slug": "by", "icon": False},
        },
        german=True,
    ),
    "bulrush": Neighbour(
        plugins=("webassets",),
        settings={
            "THEME": Code("__import__('bulrush').PATH"),
            "JINJA_ENVIRONMENT": Code("__import__('bulrush').ENVIRONMENT"),
            "JINJA_FILTERS": Code("__import__('bulrush').FILTERS"),
            "LICENSE": "CC BY 4.0",
        },
        followed=False,
    ),
    "seo": Neighbour(
        plugins=("seo",),
        settings={
            "SEO_REPORT": False,
            "SEO_ENHANCER": True,
            "SEO_ENHANCER_OPEN_GRAPH": True,
            "SEO_ENHANCER_TWITTER_CARDS": True,
        },
        shows=True,
    ),
    "statistics": Neighbour(
        plugins=("statistics", "sitemap"),
        settings={"SITEMAP": {"format": "xml"}},
        shows=True,
    ),
    "neighbors": Neighbour(plugins=("neighbors", "related_posts"), shows=True),
    "add_css_classes": Neighbour(
        plugins=("add_css_classes",),
        settings={"ADD_CSS_CLASSES": {"table": ["table", "striped"], "h2": ["head"]}},
        shows=True,
    ),
    "read_more": Neighbour(
        plugins=("read_more",),
        settings={"SUMMARY_MAX_LENGTH": 5, "READ_MORE_LINK": "more"},
        shows=True,
    ),
}


def together() -> Neighbour:
    """Return all the plugins at once."""
    several = [one for one in NEIGHBOURS.values() if one.shows]
    settings: dict[str, Any] = {}
    for one in several:
        settings |= one.settings
    return Neighbour(tuple(name for one in several for name in one.plugins), settings, shows=True)
