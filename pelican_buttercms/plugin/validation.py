"""Checks of settings and content before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
import logging
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, TemplateNotFound

from pelican_buttercms.content.api_schema import brief
from pelican_buttercms.content.fallbacks import nowhere
from pelican_buttercms.errors import DanglingError, SettingsError
from pelican_buttercms.titled_logs import titled_logger
from pelican_buttercms.wording import count_noun, did_you_mean, nearest

if TYPE_CHECKING:
    from pelican_buttercms.content.graph import Dangling, Graph
    from pelican_buttercms.content.raw_records import RawRecord
    from pelican_buttercms.settings import Settings

logger = logging.getLogger(__name__)
_references = titled_logger(f"{__name__}.references", "ButterCMS: references")

OUR_NAMES = ("pelican_buttercms", "pelican.plugins.buttercms")


def report_dangling(graphs: Mapping[str, Graph], options: Settings) -> None:
    """Warn of all dangling references together, fail on them, or stay silent.

    The reference itself is None, or left out of its list, whichever the policy.

    Args:
        graphs: what each locale shows.
        options: BUTTERCMS_DANGLING among them.

    Raises:
        DanglingError: the policy is "fail" and there are some.
    """
    lines = list(_dangling(graphs))
    if not lines:
        return
    text = _explain(lines)
    if options.dangling == "fail":
        raise DanglingError(f"{text} BUTTERCMS_DANGLING is 'fail', so nothing was built.")
    level = logging.WARNING if options.dangling == "warn" else logging.INFO
    _references.log(level, "%s", text)


def _dangling(graphs: Mapping[str, Graph]) -> Iterator[str]:
    """Yield each dangling reference once, with the locales in which it dangles if not in all."""
    where: dict[str, list[str]] = {}
    for locale, graph in graphs.items():
        for reference in graph.dangling:
            where.setdefault(_spell(reference), []).append(locale)
    for line, locales in where.items():
        yield line if len(locales) == len(graphs) else f"{line} [{', '.join(locales)}]"


def _spell(link: Dangling) -> str:
    return f"{brief(link.owner)}, field {brief(link.path)}: {brief(link.target)}"


def _explain(lines: list[str]) -> str:
    return (
        f"{count_noun(len(lines), 'reference leads', 'references lead')} to content that is not"
        " published or not there, and was left out: "
        + "; ".join(lines)
        + ". Publish the target or clear the field in ButterCMS; BUTTERCMS_DANGLING says whether"
        " this warns, fails or is dropped."
    )


def warn_of_order(plugins: Sequence[str]) -> None:
    """Warn when a plugin that changes articles was listed before the one that brings them."""
    names = list(plugins)
    ours = next((n for n in names if n in OUR_NAMES), None)
    earlier = names[: names.index(ours)] if ours else []
    for late in (name for name in earlier if name.endswith("i18n_subsites")):
        logger.warning(
            "PLUGINS lists %s before %s: its sub-sites would miss the CMS's content. Move"
            " pelican_buttercms to the front.",
            late,
            ours,
        )


def warn_of_translation_ids(versions: Mapping[str, Iterable[RawRecord]], options: Settings) -> None:
    """Warn when BUTTERCMS_TRANSLATION_ID names a field that nothing has."""
    for what, known in nowhere(versions, options.translation_ids):
        field = options.translation_ids[what]
        logger.warning(
            "BUTTERCMS_TRANSLATION_ID names the field %r, which none of the %s has a value in: they"
            " are held together by their slugs.%s",
            field,
            what,
            did_you_mean(field, known),
        )


def warn_of_pure(generators: Iterable[Any], options: Settings) -> None:
    """Warn when BUTTERCMS_PURE names what no template can use."""
    generators = [generator for generator in generators if hasattr(generator, "env")]
    known = {
        name
        for generator in generators
        for names in (*_names_of(generator.env), generator.context)
        for name in names
    }
    for name in sorted(options.pure - known):
        logger.warning(
            "BUTTERCMS_PURE names %r, and there is no filter, test or function of that name.%s",
            name,
            did_you_mean(name, known),
        )


def check_subsites(options: Settings, settings: Mapping[str, Any]) -> None:
    """Check that i18n_subsites, where it is active, has a site for each language.

    It links each page to its translations on other subsites, and fails with a bare KeyError where
    a language has none.

    Raises:
        SettingsError: naming the languages without a subsite.
    """
    active = any(name.endswith("i18n_subsites") for name in settings["PLUGINS"])
    subsites = settings.get("I18N_SUBSITES") or {}
    langs = [locale.lang for locale in options.locales if locale.lang != options.default_lang]
    missing = [lang for lang in langs if lang not in subsites]
    if active and missing:
        wrong_case = [name for name in subsites if name != name.lower()]
        hint = (
            f" Pelican's languages are in lower case, {wrong_case} are not." if wrong_case else ""
        )
        raise SettingsError(
            f"I18N_SUBSITES has no subsite for {', '.join(missing)}, which BUTTERCMS_LOCALES names."
            f" Add it, or take the locale out.{hint}"
        )


def check_front_page(graph: Graph, options: Settings) -> None:
    """Check that BUTTERCMS_FRONT_PAGE names a page that will be written.

    Raises:
        SettingsError: there is no such page, or its page type does not become pages.
    """
    if options.front_page is None:
        return
    page_type, slug = options.front_page
    named = options.page_types.get(page_type)
    if named is None or named.role != "page":
        raise SettingsError(
            f"BUTTERCMS_FRONT_PAGE names '{page_type}/{slug}', but BUTTERCMS_PAGE_TYPES does not"
            f" make pages of {page_type!r}: add it there."
        )
    if graph.page(page_type, slug) is None:
        known = [page.slug for page in graph.pages.get(page_type, ())]
        near = nearest(slug, known, cutoff=0) or "…"
        raise SettingsError(
            f"BUTTERCMS_FRONT_PAGE names '{page_type}/{slug}', which is not published in ButterCMS."
            f" The nearest that is: '{page_type}/{near}'."
        )


def check_template(generator: Any, setting: str, name: str | None) -> None:
    """Check that the theme has a template that a setting names.

    Args:
        generator: Pelican's, which will load it.
        setting: where it is named.
        name: without its extension; None for none.

    Raises:
        SettingsError: there is no such template.
    """
    extensions = generator.settings["TEMPLATE_EXTENSIONS"]
    if not name or any(_has_template(generator.env, name + extension) for extension in extensions):
        return
    known = sorted({template.rpartition(".")[0] for template in generator.env.list_templates()})
    hint = did_you_mean(name.removesuffix(".html"), known)
    raise SettingsError(
        f"{setting} names the template {name!r}, and there is no {name}{extensions[0]} in the theme"
        f" {generator.theme}, nor in THEME_TEMPLATES_OVERRIDES.{hint} A template is named without"
        " its extension."
    )


def _names_of(environment: Environment) -> tuple[Iterable[str], ...]:
    return environment.filters, environment.tests, environment.globals


def _has_template(environment: Environment, name: str) -> bool:
    try:
        return bool(environment.loader and environment.loader.get_source(environment, name))
    except TemplateNotFound:
        return False
