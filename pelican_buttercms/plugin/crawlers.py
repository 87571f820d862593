"""Files for search engines and language models: `robots.txt`, `llms.txt`, the key of IndexNow.

Sources: RFC 9309 (`robots.txt`), llmstxt.org, and indexnow.org for the file of a key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import partial
from importlib.util import find_spec
import posixpath
import re
from typing import Any

from markupsafe import Markup
from pelican.utils import truncate_html_words

from pelican_buttercms.content.addresses import encode_path
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.incremental.generator_contents import contents_of
from pelican_buttercms.plugin.sitemap import SitemapGenerator, absolute_url
from pelican_buttercms.plugin.translations import is_public
from pelican_buttercms.settings import Settings

OwnFiles = dict[str, Callable[[], bytes]]

_MARKDOWN = ".md"
_MOST_WORDS = 30
_BLOCK = re.compile(r"</(?:p|h[1-6]|li|div|t[dhr]|blockquote)>|<br\b")
_SYNTAX = re.compile(r"[\\\[\]`*_<]")


def plan(
    options: Settings, generators: list[Any], taken: Collection[str], *, is_main: bool
) -> OwnFiles:
    """Return what makes each file of this part of a site; what is there already is left out.

    Args:
        options: the site's settings.
        generators: Pelican's, when all have collected their content.
        taken: the files that the build writes.
        is_main: whether it is the root of the site, where crawlers look.

    Raises:
        SettingsError: what writes Markdown is not installed.
    """
    files: OwnFiles = {}
    if options.robots and is_main:
        files["robots.txt"] = partial(_robots, options, generators)
    if options.preview or not generators[0].settings["SITEURL"]:
        return {name: make for name, make in files.items() if name not in taken}
    if options.indexnow_key and is_main:
        files[f"{options.indexnow_key}.txt"] = options.indexnow_key.encode
    if options.llms:
        if find_spec("markdownify") is None:
            raise SettingsError(
                "BUTTERCMS_LLMS needs markdownify, which is not installed. Run"
                ' `pip install "pelican-buttercms[export]"`, or turn the setting off.'
            )
        contents = [one for one in contents_of(generators) if one.save_as and is_public(one)]
        files["llms.txt"] = partial(_llms, generators[0].settings, contents)
        for content in contents:
            files[_copy_of(content.save_as)] = partial(_markdown, content)
    return {name: make for name, make in files.items() if name not in taken}


def _robots(options: Settings, generators: Iterable[Any]) -> bytes:
    """Return `robots.txt`: nothing for crawlers where drafts are, or a site on trial."""
    if options.preview or options.deployment == "staging":
        return b"User-agent: *\nDisallow: /\n"
    lines = ["User-agent: *", "Disallow:", ""]
    for generator in generators:
        if isinstance(generator, SitemapGenerator):
            siteurl, plugins = generator.settings["SITEURL"], generator.settings["PLUGINS"]
            active = any(name.endswith("i18n_subsites") for name in plugins)
            langs = generator.settings.get("I18N_SUBSITES") if active else None
            folders = ["", *(f"{lang}/" for lang in langs or ())]
            lines += [f"Sitemap: {siteurl}/{folder}sitemap.xml" for folder in folders]
    return "\n".join([*lines, ""]).encode()


def _copy_of(save_as: str) -> str:
    """Return the Markdown copy of a page; its address is the page's with `.md`."""
    return f"{posixpath.normpath(save_as)}{_MARKDOWN}"


def _llms(settings: Any, contents: Iterable[Any]) -> bytes:
    """Return `llms.txt`: a title, a sentence, and for each language lists of links."""
    lines = [f"# {_line(settings['SITENAME'])}", ""]
    if subtitle := _line(settings.get("SITESUBTITLE") or ""):
        lines += [f"> {subtitle}", ""]
    sections: dict[str, list[str]] = defaultdict(list)
    for content in contents:
        lang = "" if content.in_default_lang else f" ({content.lang})"
        url = absolute_url(settings["SITEURL"], encode_path(_copy_of(content.save_as)))
        about = _line(truncate_html_words(content.summary, _MOST_WORDS))
        link = f"- [{_line(content.title)}]({url})"
        sections[f"{type(content).__name__}s{lang}"].append(f"{link}: {about}" if about else link)
    for title, links in sections.items():
        lines += [f"## {title}", "", *links, ""]
    return "\n".join(lines).encode()


def _line(html: object) -> str:
    """Return the text of some HTML in one line, with nothing that Markdown would read."""
    apart = _BLOCK.sub(r" \g<0>", str(html))
    text = " ".join(Markup(apart).striptags().split())  # noqa: S704  (it is only read)
    return _SYNTAX.sub(r"\\\g<0>", text)


def _markdown(content: Any) -> bytes:
    """Return the Markdown copy of an article or a page."""
    from markdownify import ATX, markdownify  # noqa: PLC0415  (an optional dependency)

    html = content.content
    try:
        text = markdownify(html, heading_style=ATX, bullets="-").strip()
    except (RecursionError, ValueError, AssertionError):  # limits of what reads the HTML
        text = Markup(html).striptags()  # noqa: S704  (it is only read)
    return f"# {_line(content.title)}\n\n{text}\n".encode()
