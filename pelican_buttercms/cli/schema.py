"""`pelican-buttercms schema`: what content teaches of its fields, as a file, and as a template."""

from __future__ import annotations

from pathlib import Path
import sys

import click

from pelican_buttercms.cli.formatting import echo
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.cli.stored_content import StoredContent, open_content
from pelican_buttercms.errors import CHANGES_FOUND, SettingsError
from pelican_buttercms.filesystem import explained, read_regular, write_whole
from pelican_buttercms.plugin.settings_file import settings_file
from pelican_buttercms.publish.schema.json_schema import (
    as_json_schema,
    describe_changes,
    read_schema,
    spell_schema,
)
from pelican_buttercms.publish.schema.model import ContentSchemas
from pelican_buttercms.publish.schema.template_skeleton import component_template, page_template
from pelican_buttercms.wording import count_noun, did_you_mean

_DEFAULT = "schema.json"


@click.command()
@click.option("--check", is_flag=True, help="Compare with the saved file, and write nothing.")
@click.option(
    "--template", "name", metavar="NAME", help="Print a template for a page type or component."
)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    help=f"The saved file [default: {_DEFAULT} beside the settings]",
)
@settings_option
def schema(*, check: bool, name: str | None, file: Path | None, settings: str | None) -> None:
    """Write what the stored content teaches of its fields, as JSON Schema.

    NAME is a page type, a component, or a name as the file has it, such as components/hero. Sends
    no request to the API.

    With --check, exits with 3 when something differs from the saved file, with 0 when nothing does,
    with 1 when nothing is stored, and with 2 when there is no saved file or the settings are wrong.
    """
    if check and name is not None:
        raise click.UsageError("--check compares, and --template prints: use one of them.")
    content = open_content(settings)
    records = [raw for version in content.loaded.versions.values() for raw in version]
    schemas = ContentSchemas.from_records(records, content.options.main_locale.name)
    if name is not None:
        _print_template(name, schemas, content)
        return
    path = file or settings_file(settings).parent / _DEFAULT
    learnt, saved = as_json_schema(schemas), _saved(path)
    if check and saved is None:
        raise SettingsError(f"There is no {path} to compare with: run `pelican-buttercms schema`.")
    changes = [] if saved is None else list(describe_changes(saved, learnt))
    for change in changes:
        echo(change)
    if check:
        echo(f"Found {count_noun(len(changes), 'change') if changes else 'no change'}.", err=True)
        sys.exit(CHANGES_FOUND if changes else 0)
    with explained("The schema cannot be written", path):
        write_whole(path, spell_schema(learnt))
    echo(f"Wrote {path}: {count_noun(len(learnt['$defs']), 'definition')}.", err=True)


def _saved(path: Path) -> dict[str, object] | None:
    if not path.exists():
        return None
    with explained("The saved schema cannot be read", path):
        text = read_regular(path)
    try:
        return read_schema(text)
    except ValueError as exc:
        raise SettingsError(
            f"{path} is not used: {exc}. Delete it, or name another file with --file."
        ) from exc


def _print_template(name: str, schemas: ContentSchemas, content: StoredContent) -> None:
    """Print a template, and say where it goes.

    Raises:
        SettingsError: the name means nothing that has a template, or several.
    """
    shapes = schemas.by_name()
    if name in shapes and name.startswith("collections/"):
        raise SettingsError(
            f"{name} has no template of its own: its items are data for others, as in"
            " `{% for item in buttercms.collections[…] %}`."
        )
    known = [each for each in shapes if not each.startswith("collections/")]
    found = [each for each in known if each == name] or [
        each for each in known if each.endswith(f"/{name}")
    ]
    if len(found) > 1:
        raise SettingsError(f"{name!r} can be {', '.join(found)}: write one of these whole.")
    if not found:
        last = {each.rpartition("/")[2]: each for each in known}
        near = did_you_mean(name, known) or did_you_mean(name, last)
        raise SettingsError(f"No page type or component {name!r} is in the stored content.{near}")
    kind, _, rest = found[0].partition("/")
    if kind == "components":
        lines, place = component_template(shapes[found[0]]), f"components/{rest}.html"
    else:
        page_type = content.options.page_types.get(rest.partition("/")[0])
        role = "article" if page_type and page_type.role == "article" else "page"
        lines, place = page_template(shapes[found[0]], role), f"{rest.rpartition('/')[2]}.html"
    for line in lines:
        echo(line)
    option = "" if kind == "components" else ", and name it in BUTTERCMS_PAGE_TYPES"
    echo(f"Save it as {place} among your templates{option}.", err=True)
