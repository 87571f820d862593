"""The template that a page type, a single page or a component may begin with."""

from __future__ import annotations

from collections.abc import Iterator

from pelican_buttercms.content.template_paths import path_part, quoted
from pelican_buttercms.publish.schema.infer import FieldSchema, ObjectSchema
from pelican_buttercms.publish.schema.value_kinds import LISTS, TEXTS

_IMPORT = '{% from "buttercms/value.html" import record, value with context %}'


def page_template(shape: ObjectSchema, content: str) -> list[str]:
    """Return the lines of a page type's template, in which every field is printed.

    Args:
        shape: its fields.
        content: what its pages become, "page" or "article".
    """
    return [
        '{% extends "base.html" %}',
        f"{{% block title %}}{{{{ {content}.title|striptags|e }}}}{{% endblock %}}",
        "{% block content %}",
        _IMPORT,
        f"{{% set fields = {content}.butter.fields %}}",
        "<article>",
        f"  <h1>{{{{ {content}.title }}}}</h1>",
        *_fields(shape, "fields", 1),
        "</article>",
        "{% endblock %}",
    ]


def component_template(shape: ObjectSchema) -> list[str]:
    """Return the lines of a component's template, in which every field is printed."""
    return [_IMPORT, "<section>", *_fields(shape, "fields", 1), "</section>"]


def _fields(shape: ObjectSchema, path: str, depth: int) -> Iterator[str]:
    for name in shape.names():
        lines = _value(shape.fields[name], f"{path}{path_part(name)}", name, depth)
        yield from (f"  {line}" for line in lines)


def _value(field: FieldSchema, path: str, name: str, depth: int) -> Iterator[str]:
    """Yield the lines that print a value, wherever it is set.

    Args:
        field: what was seen of it.
        path: what a template writes for it.
        name: the name of its field.
        depth: how many objects and lists it lies in, for the names of variables.
    """
    is_object = field.kinds in ({"component"}, {"picked"})
    is_list = bool(field.kinds) and (field.kinds <= LISTS or field.is_reference_list)
    if field.is_picker:
        yield f"{{{{ {path}|butter_components }}}}"
    elif is_list and field.entries:
        entry = "entry" if depth == 1 else f"entry{depth}"
        yield f"{{% for {entry} in {path} or [] %}}"
        yield from (f"  {line}" for line in _value(field.entries, entry, name, depth + 1))
        yield "{% endfor %}"
    elif is_object and field.component:
        yield f"{{% if {path} %}}"
        yield "<div>"
        yield from _fields(field.component, path, depth + 1)
        yield "</div>"
        yield "{% endif %}"
    elif field.kinds == {"number"}:
        yield f"{{% if {path} is number %}}<p>{{{{ {path} }}}}</p>{{% endif %}}"
    else:
        yield f"{{% if {path} %}}{_printed(field, path, name)}{{% endif %}}"


def _printed(field: FieldSchema, path: str, name: str) -> str:
    if field.is_reference:
        return f"<p>{{{{ record({path}|butter_one) }}}}</p>"
    if field.kinds == {"boolean"}:
        return f"<p>{{{{ {quoted(name)}|e }}}}</p>"
    if "html" in field.kinds and field.kinds <= TEXTS:
        return f"{{{{ {path}|butter_html }}}}"
    if field.kinds == {"text"}:
        return f"<p>{{{{ {path}|e }}}}</p>"
    return f"{{{{ value({path}, {quoted(name)}) }}}}"
