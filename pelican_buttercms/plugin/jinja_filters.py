"""The Jinja filters of templates for the CMS's values, named `butter_…`.

Those of `text_filters` take the place of Jinja's own, for the CMS's texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
import logging
import mimetypes
import posixpath
import re
from typing import Any, cast

from jinja2 import Environment, TemplateNotFound, Undefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.content.addresses import safe_address
from pelican_buttercms.content.api_schema import brief
from pelican_buttercms.content.fields import Component
from pelican_buttercms.content.media import file_name
from pelican_buttercms.content.naming import name_of
from pelican_buttercms.content.timestamps import parse_day_or_time
from pelican_buttercms.errors import ButterCMSError
from pelican_buttercms.plugin import image_urls, intrasite_links, sanitize, text_filters
from pelican_buttercms.plugin.cms_text import CmsText, plain
from pelican_buttercms.plugin.embeds import butter_embeds
from pelican_buttercms.plugin.feed_filter import json_path
from pelican_buttercms.plugin.headings import butter_headings
from pelican_buttercms.plugin.html_text import printable, site_time, warn_of_address
from pelican_buttercms.plugin.language_indexes import list_alternates
from pelican_buttercms.plugin.page_body import UNRESOLVED
from pelican_buttercms.plugin.structured_data import butter_json_ld
from pelican_buttercms.plugin.term_names import link_terms
from pelican_buttercms.plugin.translations import alternates
from pelican_buttercms.store.media import MEDIA_TYPES

logger = logging.getLogger(__name__)

_MORE_TYPES = {extension: kind for kind, extension in MEDIA_TYPES.items()}
_TYPES_BY_NAME = {
    "pdf": "application/pdf",
    **dict.fromkeys(
        ("attachment", "brochure", "document", "download", "file"), "application/octet-stream"
    ),
    **dict.fromkeys(("film", "video"), "video/mp4"),
    **dict.fromkeys(("audio", "podcast"), "audio/mpeg"),
}


@pass_context
def butter_href(context: Context, value: Any) -> str:
    """Return an address of the CMS that leads somewhere, and runs nothing: `{{ url|butter_href }}`.

    Web addresses, `mailto:`, `tel:` and relative ones pass; any other is left out, with a warning.
    """
    url = url_of(value)
    address = safe_address(url)
    if address is None:
        warn_of_address(_shown_by(context), url)
    return CmsText(address or "")


@pass_context
def butter_image(context: Context, image: Any, **options: Any) -> str:
    """Return an image's URL, transformed by the CDN: `{{ image|butter_image(width=800) }}`."""
    url = plain(butter_href(context, image))
    with _naming(context, "butter_image"):
        changed = image_urls.transformed(url, **options)
    return _local(context, url_of(image)) or changed


@pass_context
def butter_srcset(context: Context, image: Any, widths: Iterable[int], **options: Any) -> str:
    """Return an image's `srcset`: `{{ image|butter_srcset([400, 800], fit="crop") }}`."""
    url = plain(butter_href(context, image))
    with _naming(context, "butter_srcset"):
        sizes = image_urls.srcset(url, widths, **options)
    media, siteurl = context["buttercms"].media, context.get("SITEURL", "")
    own = media.srcset(url_of(image), siteurl, options.get("format") or "webp")
    return sizes if own is None else own


@pass_context
def butter_size(context: Context, image: Any) -> dict[str, Any]:
    """Return `width`, `height` and mean `colour` of a downloaded picture: `(image|butter_size)`.

    Empty where the size is not known. The colour of one that one can see through is "".
    """
    picture = context["buttercms"].media.picture(url_of(image))
    if picture is None:
        return {}
    return {"width": picture.width, "height": picture.height, "colour": picture.colour}


@pass_context
def butter_media_type(context: Context, media: Any, field: str = "") -> str:
    """Return a file's media type, such as `application/pdf`: `{{ media|butter_media_type }}`.

    It is known of a downloaded file and of an address with an extension. "" if it is neither: the
    CDN's addresses do not say. Then `field`, the name of the field, may mean a document or a film.
    """
    url = url_of(media)
    name = file_name(_local(context, url) or url)
    known = mimetypes.guess_type(name)[0] or _MORE_TYPES.get(posixpath.splitext(name)[1].lower())
    words = set(re.split(r"[^a-z]+", str(plain(field)).lower()))
    return known or next((kind for word, kind in _TYPES_BY_NAME.items() if word in words), "")


@pass_context
def butter_date(context: Context, value: Any, layout: str | None = None) -> Any:
    """Return a date field as a date in the site's time zone: `{{ fields.start|butter_date }}`.

    With a layout it is text, as Pelican's `strftime` writes it: `butter_date("%d %B %Y")`. Without
    a date it is None, or "" with a layout; what is no date is left out, with a warning.
    """
    text = value.isoformat() if isinstance(value, date) else str(plain(value or "")).strip()
    try:
        moment = parse_day_or_time(text) if text else None
    except ValueError:
        moment = None
        logger.warning(
            "%s: '%s' is not a date, so butter_date left it out. Correct it in ButterCMS, or use"
            " another field.",
            _shown_by(context),
            clean_line(text, 80),
        )
    local = site_time(moment, context.get("TIMEZONE", "UTC")) if moment else None
    if layout is None:
        return local
    write = context.environment.filters["strftime"]
    return escape(write(local, layout)) if local else ""


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
    resolved = not context.get(UNRESOLVED)
    if resolved:
        text = context["buttercms"].media.localise(text, siteurl)
    if hasattr(content, "_update_content"):
        linked = link_terms(text, content, context["buttercms"].graph)
        text = intrasite_links.defuse(linked, content)
        text = content._update_content(text, siteurl) if resolved else text
    return Markup(text)  # noqa: S704  (HTML by the editors' intent)


@pass_context
def butter_alternates(context: Context, what: Any) -> list[tuple[str, str]]:
    """Return language and URL of every real version, for hreflang; last `x-default`, if set.

    Of an article or a page, or of a list by its `output_file`. Empty where there is one version.
    """
    options = context["buttercms"].options
    if isinstance(what, str):
        return list_alternates(what, options, cast("Any", context))
    return alternates(what, options.x_default) if hasattr(what, "translations") else []


def butter_one(value: Any) -> Any:
    """Return a one-to-one reference, whether the API sent it alone or in a list."""
    if isinstance(value, list | tuple):
        return value[0] if value else None
    return value


def butter_name(value: Any) -> str:
    """Return the text by which people know a record: `{{ fields.category|butter_name }}`.

    Its name, title or label, or what is most like one among its fields.
    """
    return name_of(value)


def butter_json_feed(path: Any) -> str:
    """Return the path of the JSON feed beside one of Pelican's feeds; see BUTTERCMS_JSON_FEEDS."""
    return json_path(str(path))


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        butter_href,
        butter_image,
        butter_srcset,
        butter_media_type,
        butter_date,
        butter_size,
        butter_components,
        butter_html,
        butter_embeds,
        butter_headings,
        butter_alternates,
        butter_one,
        butter_name,
        butter_json_feed,
        butter_json_ld,
    )
} | text_filters.FILTERS


def install(environment: Environment) -> None:
    """Add the filters to an environment."""
    own = {n: f for n, f in FILTERS.items() if n not in text_filters.FILTERS}
    environment.filters.update(own)
    text_filters.install(environment)


def url_of(image: Any) -> str:
    """Return the URL of a media value, of an object with a `url`, or of a plain text."""
    if image is None or isinstance(image, Undefined):
        return "" if image is None else str(image)  # a strict one fails, as its user wants
    url = image if isinstance(image, str) else getattr(image, "url", image)
    return "" if url is None else str(plain(url))


def _shown_by(context: Context) -> str:
    """Return the name of what a template shows: an article, a page, or the file that is written."""
    content = context.get("article") or context.get("page")
    record = getattr(content, "butter", None)
    return str(record.key if record else getattr(content, "source_path", None) or context.name)


@contextmanager
def _naming(context: Context, name: str) -> Iterator[None]:
    """Add the template to the error of a wrong option."""
    try:
        yield
    except ValueError as exc:
        raise ButterCMSError(
            f"The template {context.name} uses {name} wrongly: {exc}. Correct the template."
        ) from exc


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
