"""The texts of articles and pages: a body of HTML as it is, any other rendered by a template."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pelican.plugins import signals

from pelican_buttercms.content.fields import Media
from pelican_buttercms.incremental.introspection import module_of
from pelican_buttercms.incremental.recorder import recorder
from pelican_buttercms.plugin.html_text import printable
from pelican_buttercms.plugin.local_media import LocalMedia
from pelican_buttercms.settings.locales import language_tag

if TYPE_CHECKING:
    from pelican_buttercms.plugin.template_context import SiteContent

TEMPLATES = Path(__file__).parent / "templates"
_TEMPLATE = "buttercms/body.html"
UNRESOLVED = "_butter_unresolved"
"""Set in the context of a body whose links and media are resolved in the whole of it."""


def image_in(value: Any) -> Any:
    """Return a field's value if it can be an image: a media value or a URL."""
    if isinstance(value, Media):
        return value
    is_url = isinstance(value, str) and value.startswith(("https://", "http://", "/"))
    return value if is_url else None


def is_own_template(environment: Any) -> bool:
    """Return whether no theme has a template of its own for bodies."""
    return Path(environment.get_template(_TEMPLATE).filename or "").is_relative_to(TEMPLATES)


@dataclass(eq=False)
class RenderedBody:
    """A body that is rendered when a template first asks for it, since only then are URLs known.

    Pelican calls it as `_get_content`, and remembers the result per SITEURL.

    Attributes:
        content: the article or page.
        body: the value of its body field; None to show all of its fields.
        generator: Pelican's, for its templates.
        edition: the content of the language.
        seen: the body as other plugins were shown it, in `_content`.
    """

    content: Any
    body: Any
    generator: Any
    edition: SiteContent
    seen: str | None = None

    def __call__(self) -> str:
        """Return the body, or what another plugin has made of it."""
        content = self.content
        is_changed = self.seen is not None and content._content != self.seen
        html = content._content if is_changed else self._render()
        return self.edition.media.localise(html, content.get_siteurl())

    def show(self) -> None:
        """Set `_content`, for plugins that read or write it."""
        self.content._content = self.seen = self._render()

    def _render(self) -> str:
        content, generator = self.content, self.generator
        context = generator.context | {"buttercms": self.edition}
        context |= recorder.lists  # what is read of them decides whether a page is rendered again
        own = {"page": content, "article": content, "SITEURL": content.get_siteurl()}
        own |= {"body": self.body, "fields": content.butter.fields, UNRESOLVED: True}
        return printable(str(generator.env.get_template(_TEMPLATE).render({**context, **own})))


def show_bodies(bodies: Iterable[RenderedBody], modules: Iterable[str]) -> None:
    """Let other plugins work on rendered bodies, as they did on the texts of other contents.

    Args:
        bodies: of this build, when every content is there.
        modules: the plugins that read or write `_content`.
    """
    names = tuple(modules)
    for body in bodies if names else ():
        body.show()
        for receiver in signals.content_object_init.receivers_for(body.content):
            if f"{module_of(receiver)}.".startswith(tuple(f"{name}." for name in names)):
                receiver(body.content)


def localise(content: Any, media: LocalMedia) -> str:
    """Return a content's HTML with the site's own media files, at the SITEURL of the moment."""
    return media.localise(content._content, content.get_siteurl())


def in_language(render: Callable[[], str], lang: str) -> str:
    """Return a text that is not in the language of its page, marked for any theme."""
    return f'<div lang="{language_tag(lang)}">{render()}</div>'
