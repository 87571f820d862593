"""Jinja's own filters and its operator `~`, for the CMS's texts.

Most filters call methods, which a `CmsText` has of its own. These look at the characters instead,
or make a plain string of what they get. For any other value they are Jinja's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from jinja2.compiler import Frame as Scope
from jinja2.filters import FILTERS as JINJAS
from jinja2.filters import do_forceescape as force_escape
from jinja2.filters import (
    do_format,
    do_indent,
    do_join,
    do_mark_safe,
    do_replace,
    do_striptags,
    do_title,
    do_tojson,
    do_wordcount,
    do_wordwrap,
    make_attrgetter,
)
from jinja2.nodes import EvalContext
from jinja2.utils import pass_eval_context
from markupsafe import Markup, escape

from pelican_buttercms.plugin.cms_text import (
    CmsText,
    concat,
    fill_in,
    join_texts,
    named,
    on_plain,
    plain,
)

_CONCAT: Final = "butter_concat"


def striptags(value: Any) -> str:
    """Return a value without tags; one of the CMS's texts stays a text, and is no HTML."""
    value = named(value)
    text = do_striptags(value.printed if isinstance(value, CmsText) else value)
    return CmsText(text) if isinstance(value, CmsText) else text


def forceescape(value: Any) -> Markup:
    """Escape what is HTML already; a text of the CMS is none."""
    value = named(value)
    return escape(value.plain) if isinstance(value, CmsText) else force_escape(value)


def safe(value: Any) -> Markup:
    """Print a value as it is; a text of the CMS stays escaped, what is added to it does not."""
    value = named(value)
    return do_mark_safe(value.printed if isinstance(value, CmsText) else value)


@pass_eval_context
def tojson(context: EvalContext, value: Any, indent: int | None = None) -> str:
    """Dump a value as JSON, which is safe by itself: texts are not escaped twice."""
    return do_tojson(context, _unescaped(value), indent)


@pass_eval_context
def join(context: EvalContext, value: Any, d: str = "", attribute: str | int | None = None) -> str:
    """Join values; with one of the CMS's texts it is one, too."""
    if context.autoescape:
        return do_join(context, value, d, attribute)  # type: ignore[no-any-return]
    texts = value
    if attribute is not None:
        texts = map(make_attrgetter(context.environment, attribute), value)
    return join_texts(d, texts)


@pass_eval_context
def replace(context: EvalContext, s: str, old: str, new: str, count: int | None = None) -> str:
    """Replace a part of a text; if it is replaced by one of the CMS's texts it is one, too."""
    if isinstance(new, CmsText) and not isinstance(s, CmsText) and not context.autoescape:
        pieces = str(s).split(plain(old), -1 if count is None else count)
        return join_texts(new, pieces)
    return do_replace(context, s, old, new, count)


def format_(value: str, *args: Any, **kwargs: Any) -> str:
    """Fill in the `%s` of a template's text."""
    if args and not kwargs and type(value) is str:
        return fill_in(value, args)
    return do_format(value, *args, **kwargs)


def _unescaped(value: Any) -> Any:
    value = named(value)
    if isinstance(value, CmsText):
        return value.plain
    if isinstance(value, dict):
        return {plain(name): _unescaped(inner) for name, inner in value.items()}
    return [_unescaped(inner) for inner in value] if isinstance(value, list | tuple) else value


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "striptags": striptags,
    "forceescape": forceescape,
    "safe": safe,
    "tojson": tojson,
    "join": join,
    "replace": replace,
    "format": format_,
    "indent": on_plain(do_indent),
    "title": on_plain(do_title),
    "wordcount": on_plain(do_wordcount),
    "wordwrap": on_plain(do_wordwrap),
}
"""What takes the place of Jinja's filters."""


class ConcatGenerator(CodeGenerator):
    """Compiles `~` so that it keeps the CMS's texts; the rest is Jinja's."""

    def visit_Concat(self, node: nodes.Concat, frame: Scope) -> None:  # noqa: N802  (Jinja's name)
        """Compile a concatenation."""
        if frame.eval_ctx.volatile or frame.eval_ctx.autoescape:
            super().visit_Concat(node, frame)
            return
        self.write(f"getattr(environment, {_CONCAT!r}, str_join)((")
        for inner in node.nodes:
            self.visit(inner, frame)
            self.write(", ")
        self.write("))")


def install(environment: Environment) -> None:
    """Add these filters and this operator to an environment that has Jinja's own."""
    for name, function in FILTERS.items():
        if environment.filters.get(name) is JINJAS[name]:
            environment.filters[name] = function
    if environment.code_generator_class is CodeGenerator:
        environment.code_generator_class = ConcatGenerator
        setattr(environment, _CONCAT, concat)
