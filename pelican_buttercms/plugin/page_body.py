"""The body of a page whose fields are the user's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from pelican_buttercms.content.fields import Media
from pelican_buttercms.incremental.recorder import recorder
from pelican_buttercms.plugin.html_text import printable
from pelican_buttercms.plugin.local_media import LocalMedia
from pelican_buttercms.settings.locales import language_tag

if TYPE_CHECKING:
    from pelican_buttercms.plugin.template_context import SiteContent


def image_in(value: Any) -> Any:
    """Return a field's value if it can be an image: a media value or a URL."""
    if isinstance(value, Media):
        return value
    is_url = isinstance(value, str) and value.startswith(("https://", "http://", "/"))
    return value if is_url else None


def render_lazily(content: Any, body: Any, generator: Any, edition: SiteContent) -> None:
    """Set `content.content` to the rendered body.

    It is rendered when a template first asks for it, since only then are all URLs known;
    Pelican calls `_get_content` and remembers the result per SITEURL.
    """
    content._get_content = partial(_render, content, body, generator, edition)


def localise_lazily(content: Any, media: LocalMedia) -> None:
    """Set `content.content` to show the site's own media files, at any SITEURL."""
    content._get_content = partial(_localise, content, media)


def mark_language(content: Any, lang: str) -> None:
    """Mark the text of a content that is not in the language of its page, for any theme."""
    content._get_content = partial(_in_language, content._get_content, lang)


def _in_language(render: Callable[[], str], lang: str) -> str:
    return f'<div lang="{language_tag(lang)}">{render()}</div>'


def _localise(content: Any, media: LocalMedia) -> str:
    return media.localise(content._content, content.get_siteurl())


def _render(content: Any, body: Any, generator: Any, edition: SiteContent) -> str:
    context = generator.context | {"buttercms": edition}
    template = generator.env.get_template("buttercms/body.html")
    context |= recorder.lists  # what is read of them decides whether a page is rendered again
    here = {"page": content, "article": content, "SITEURL": content.get_siteurl()}
    own = {"body": body, "fields": content.butter.fields}
    return printable(str(template.render({**context, **here, **own})))
