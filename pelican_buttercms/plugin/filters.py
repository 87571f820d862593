"""What can templates do with the CMS's values? The Jinja filters, named `butter_…`.

Two more take the place of Jinja's own, `striptags` and `tojson`, for the CMS's texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import unescape
import logging
import re
from typing import Any, cast

from jinja2 import TemplateNotFound, pass_context, pass_eval_context
from jinja2.filters import do_striptags, do_tojson
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

from pelican_buttercms.content.fields import Component
from pelican_buttercms.content.naming import name_of
from pelican_buttercms.content.shapes import brief
from pelican_buttercms.plugin import images, links, sanitize
from pelican_buttercms.plugin.languages import list_alternates
from pelican_buttercms.plugin.term_names import link_terms
from pelican_buttercms.plugin.text import Text, printable
from pelican_buttercms.plugin.translations import alternates

logger = logging.getLogger(__name__)

_IFRAME = re.compile(r"""<iframe\b(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s*=\s*(?P<quote>["'])(?P<url>https?://.*?)(?P=quote)""", re.I | re.S)


@pass_context
def butter_image(context: Context, image: Any, **options: Any) -> str:
    """Give an image's URL, transformed by the CDN: `{{ image|butter_image(width=800) }}`."""
    url = url_of(image)
    local = _local(context, url)
    return local or images.transformed(url, **options)


@pass_context
def butter_srcset(context: Context, image: Any, widths: Iterable[int], **options: Any) -> str:
    """Give an image's `srcset`: `{{ image|butter_srcset([400, 800], fit="crop") }}`."""
    url = url_of(image)
    return "" if _local(context, url) else images.srcset(url, widths, **options)


@pass_context
def butter_components(context: Context, components: Any) -> str:
    """Render a component picker, each component by the template `components/<type>.html`.

    The template has the page's whole context, and `component`, `fields` and `index`.
    """
    parts = []
    for index, component in enumerate(components or ()):
        if isinstance(component, Component):
            template = _component_template(context, component)
            own = {"component": component, "fields": component.fields, "index": index}
            parts.append(template.render({**context.get_all(), **own}))
    return Markup("\n".join(parts))  # noqa: S704  (rendered by the site's own templates)


@pass_context
def butter_html(context: Context, html: Any) -> str:
    """Resolve media and `{filename}` links in a WYSIWYG field's HTML, sanitised if asked for."""
    text = "" if html is None else printable(str(html))
    text = sanitize.clean(text, context["buttercms"].options)
    content = context.get("page") or context.get("article")
    siteurl = context.get("SITEURL", "")
    text = context["buttercms"].media.localise(text, siteurl)
    if hasattr(content, "_update_content"):
        text = content._update_content(
            links.defuse(link_terms(text, content, context["buttercms"].graph), content), siteurl
        )
    return Markup(text)  # noqa: S704  (HTML by the editors' intent)


def butter_embeds(html: Any) -> str:
    """Make embedded frames load on a click, so that a page asks nothing of other hosts unasked.

    The frame first shows a link to what it embeds; the link opens in the frame itself.
    """
    return Markup(_IFRAME.sub(_click_to_load, str(html or "")))  # noqa: S704


@pass_context
def butter_alternates(context: Context, what: Any) -> list[tuple[str, str]]:
    """Give language and URL of every real version, for hreflang; at the end `x-default`, if set.

    Of an article or a page, or of a list by its `output_file`. Empty where there is one version.
    """
    options = context["buttercms"].options
    if isinstance(what, str):
        return list_alternates(what, options, cast("Any", context))
    return alternates(what, options.x_default) if hasattr(what, "translations") else []


def striptags(value: Any) -> str:
    """Take the tags off, as Jinja's own does, which also undoes the escaping: not of our texts.

    Themes print `{{ article.title|striptags }}` into `<title>` and into attributes.
    """
    if type(value) in {str, Text} and "<" not in value and "&" not in value:
        plain = " ".join(str.split(value))  # all that is left of what it does
    else:
        plain = do_striptags(value)
    return Text(escape(plain)) if isinstance(value, Text) else plain


@pass_eval_context
def tojson(context: EvalContext, value: Any, indent: int | None = None) -> str:
    """Dump as Jinja's own does, which makes it safe by itself: our texts are not escaped twice."""
    return do_tojson(context, _unescaped(value), indent)


def _unescaped(value: Any) -> Any:
    if isinstance(value, Text):
        return value.unescape()
    if isinstance(value, dict):
        return {name: _unescaped(inner) for name, inner in value.items()}
    return [_unescaped(inner) for inner in value] if isinstance(value, list | tuple) else value


def butter_one(value: Any) -> Any:
    """Give a one-to-one reference whichever way the API sent it: itself, or its list's only one."""
    if isinstance(value, list | tuple):
        return value[0] if value else None
    return value


def butter_name(value: Any) -> str:
    """Return the text by which people know a record: `{{ fields.category|butter_name }}`.

    Its name, title or label, or what is most like one among its fields.
    """
    return name_of(value)


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        butter_image,
        butter_srcset,
        butter_components,
        butter_html,
        butter_embeds,
        butter_alternates,
        butter_one,
        butter_name,
        striptags,
        tojson,
    )
}


def url_of(image: Any) -> str:
    """Give the URL of a media value, of an object with a `url`, or of a plain text."""
    if image is None:
        return ""
    return image if isinstance(image, str) else str(getattr(image, "url", image))


def _local(context: Context, url: str) -> str | None:
    path = context["buttercms"].media.path(url)
    return None if path is None else f"{context.get('SITEURL', '')}/{path}"


def _component_template(context: Context, component: Component) -> Any:
    name = f"components/{component.type}.html"
    try:
        return context.environment.get_template(name)
    except TemplateNotFound:  # of this name: what it includes is looked for when it is rendered
        logger.warning(
            "No template %s: components of this type are printed plainly. Add the file to your"
            " theme's templates, or to a folder in THEME_TEMPLATES_OVERRIDES.",
            brief(name),
        )
        return context.environment.get_template("buttercms/component.html")


def _click_to_load(match: re.Match[str]) -> str:
    attributes = match["attributes"]
    source = _SOURCE.search(attributes)
    if source is None or "srcdoc" in attributes.lower():
        return match[0]
    url = unescape(source["url"])
    host = url.split("/")[2]
    page = Markup(
        "<style>html{{font:1rem/1.5 system-ui,sans-serif;height:100%}}"
        "body{{margin:0;height:100%;display:grid;place-items:center;background:#222}}"
        "a{{color:#fff;padding:1rem 1.5rem;border:1px solid;border-radius:.5rem}}</style>"
        '<a href="{url}">Load content from {host}</a>'
    ).format(url=url, host=host)
    return f'<iframe srcdoc="{escape(str(page))}"{attributes}>'
