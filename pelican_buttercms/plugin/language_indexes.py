"""The indexes and other lists of each language: the setting `BUTTERCMS_LANG_TEMPLATES`.

Pelican's direct templates, such as its index, list the articles in DEFAULT_LANG only. These are
the same templates once more for every other language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pelican.generators import Generator
from pelican.utils import order_content

from pelican_buttercms.plugin.translations import with_default
from pelican_buttercms.plugin.validation import check_template
from pelican_buttercms.settings import Settings


def langs_of_lists(options: Settings, settings: Mapping[str, Any]) -> list[str]:
    """Return the languages that have lists of their own beside those of DEFAULT_LANG.

    The subsites of i18n_subsites have whole indexes, and need none.
    """
    subsites = settings.get("I18N_SUBSITES") or {}
    default = settings["DEFAULT_LANG"].lower()
    langs = (locale.lang for locale in options.locales)
    return [lang for lang in langs if lang != default and lang not in subsites]


def lists(options: Settings, settings: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield, for each template, the output path of its list by language."""
    langs = langs_of_lists(options, settings)
    for name, pattern in options.lang_templates.items():
        paths = {lang: pattern.replace("{lang}", lang) for lang in langs}
        if name in settings["DIRECT_TEMPLATES"]:
            main = settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html")
            paths = {settings["DEFAULT_LANG"].lower(): main, **paths} if main else paths
        yield paths


def list_alternates(
    output_file: str, options: Settings, settings: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return language and URL of a list in all languages, for hreflang; by its output path."""
    for paths in lists(options, settings):
        if output_file in paths.values() and len(paths) > 1:
            urls = {lang: url_of_file(path) for lang, path in paths.items()}
            return with_default(urls, options.x_default)
    return []


def home_of(lang: str, content: Any, settings: Mapping[str, Any]) -> str:
    """Return the URL of a language's front page, under SITEURL; "" for that of the site.

    Args:
        lang: the language.
        content: the object `buttercms` of templates.
        settings: Pelican's.
    """
    options: Settings = content.options
    if lang.lower() not in langs_of_lists(options, settings):
        return ""
    front = content.in_lang(lang).page(*options.front_page) if options.front_page else None
    if front is not None and front.url is not None:
        return str(front.url)
    return url_of_file(options.lang_templates.get("index", "").replace("{lang}", lang.lower()))


def url_of_file(save_as: str) -> str:
    """Return the URL under which web servers show an output file."""
    return save_as.removesuffix("index.html") if save_as.endswith("index.html") else save_as


class LangTemplatesGenerator(Generator):  # type: ignore[misc]
    """Writes the lists of the languages other than DEFAULT_LANG."""

    def generate_context(self) -> None:
        """Check that the theme has the templates, before anything is written."""
        for name in self.context["buttercms"].options.lang_templates:
            check_template(self, "BUTTERCMS_LANG_TEMPLATES", name)

    def generate_output(self, writer: Any) -> None:
        """Write each template for each language."""
        write = partial(writer.write_file, relative_urls=self.settings["RELATIVE_URLS"])
        content = self.context["buttercms"]
        for lang in langs_of_lists(content.options, self.settings):
            articles = content.in_lang(lang).articles
            dates = order_content(list(articles), "reversed-date")
            for name, pattern in content.options.lang_templates.items():
                save_as = pattern.replace("{lang}", lang)
                write(
                    save_as,
                    self.get_template(name),
                    self.context,
                    articles=articles,
                    dates=dates,
                    lang=lang,
                    blog=True,
                    template_name=name,
                    page_name=str(Path(save_as).with_suffix("")),
                    url=url_of_file(save_as),
                )
