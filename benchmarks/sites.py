"""How does each tool build the same content? Its site, and its commands in three situations."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys

from benchmarks.content import CORPORA

HERE = Path(__file__).parent
SITUATIONS = ("first build", "nothing changed", "one post changed")
_PELICAN = """
SITENAME, SITEURL = "Benchmark", "https://site.example"
TIMEZONE, DEFAULT_LANG, PATH, THEME = "UTC", "en", "content", "simple"
DEFAULT_PAGINATION = 10
DISPLAY_PAGES_ON_MENU = False  # a menu of a thousand pages on every page is no site
FEED_ALL_ATOM = "feeds/all.atom.xml"
CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
"""
_PLUGIN = """
PLUGINS = ["pelican_buttercms"]
BUTTERCMS_API_URL = "{url}/v2/"
BUTTERCMS_PAGE_TYPES = {{"place": {{"fields": {{"title": "headline"}}}}}}
BUTTERCMS_LOCALES = {{"en": [], "fr": []}}
BUTTERCMS_MAX_AGE = "*"
BUTTERCMS_WORKERS = {cores}
"""
FOUR = ("sitemap", "neighbors", "related_posts", "seo")
_FOUR = """
PLUGINS += {names}
SEO_ENHANCER, SEO_REPORT, AUTHOR = True, False, "Ed"
"""
_OTHER_PATTERNS = """
ARTICLE_URL, ARTICLE_SAVE_AS = "{slug}.html", "{slug}.html"
CATEGORY_URL, CATEGORY_SAVE_AS = "topics/{slug}/", "topics/{slug}/index.html"
TAG_URL, TAG_SAVE_AS = "about/{slug}/", "about/{slug}/index.html"
AUTHOR_URL, AUTHOR_SAVE_AS = "by/{slug}/", "by/{slug}/index.html"
PAGINATION_PATTERNS = [
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
]
"""
_HANDWRITTEN = """
PLUGIN_PATHS, PLUGINS = ["."], ["handwritten"{more}]
HANDWRITTEN_URL = "{url}/v2/"
"""


@dataclass
class Tool:
    """One tool with its site.

    Attributes:
        name: for the table.
        version: what it says of itself.
        folder: its site.
        output: the folder that it writes to.
        commands: what is timed, by situation; without it "nothing changed" is the first one's.
        throw_away: what is removed before a first build.
        page: where a post is, with `{slug}`.
        environment: variables for a build after a change.
        situations: those that it is measured in.
    """

    name: str
    version: str
    folder: Path
    output: Path
    commands: dict[str, list[str]]
    throw_away: list[str]
    page: str = "{slug}.html"
    environment: dict[str, str] = field(default_factory=dict)
    situations: tuple[str, ...] = SITUATIONS


def make_tools(
    folder: Path, url: str, eleventy: Path | None, corpus: str = CORPORA[0]
) -> list[Tool]:
    """Make the sites of all tools that are installed."""
    more = "" if corpus == CORPORA[0] else _OTHER_PATTERNS
    cores = os.cpu_count() or 1
    tools = [
        _plugin("this plugin", folder / "plugin", url, cores, more),
        _plain("plain Pelican", folder / "plain", url, more),
        _plugin("this plugin, one process", folder / "alone", url, 1, more),
        _plain("plain Pelican, content on disk", folder / "disk", url, more, from_disk=True),
    ]
    if all(find_spec(f"pelican.plugins.{name}") for name in FOUR):
        settings = more + _FOUR.format(names=list(FOUR))
        tools.append(
            _plugin("this plugin beside four others", folder / "four", url, cores, settings)
        )
    if shutil.which("hugo"):
        tools.append(_hugo(folder / "hugo", url))
    if eleventy is not None:
        tools.append(_eleventy(folder / "eleventy", url, eleventy))
    return tools


def _pelican(folder: Path, settings: str) -> list[str]:
    (folder / "content").mkdir(parents=True)
    (folder / "pelicanconf.py").write_text(_PELICAN + settings)
    return [sys.executable, "-m", "pelican", "-s", "pelicanconf.py", "-q"]


def _plugin(name: str, folder: Path, url: str, cores: int, more: str) -> Tool:
    command = _pelican(folder, _PLUGIN.format(url=url, cores=cores) + more)
    return Tool(
        name,
        _said(sys.executable, "-c", "import pelican_buttercms as p; print(p.__version__)"),
        folder,
        folder / "output",
        dict.fromkeys(SITUATIONS, command),
        ["output", "cache"],
        environment={"BUTTERCMS_EVENT_FILE": "event.json"},
    )


def _plain(name: str, folder: Path, url: str, more: str, *, from_disk: bool = False) -> Tool:
    plugins = ', "from_disk"' if from_disk else ""
    command = _pelican(folder, _HANDWRITTEN.format(url=url, more=plugins) + more)
    shutil.copy(HERE / "handwritten.py", folder)
    shutil.copy(HERE / "from_disk.py", folder)
    version = _said(sys.executable, "-c", "import pelican; print(pelican.__version__)")
    commands = dict.fromkeys(SITUATIONS, command)
    situations = SITUATIONS[:1] if from_disk else SITUATIONS  # it does not ask what has changed
    output = folder / "output"
    return Tool(name, version, folder, output, commands, ["output"], situations=situations)


def _hugo(folder: Path, url: str) -> Tool:
    shutil.copytree(HERE / "hugo", folder)
    for path in folder.rglob("*.gotmpl"):
        path.write_text(path.read_text().replace("API_URL", url))
    hugo = ["hugo", "--cacheDir", str(folder / "cache")]
    # without --ignoreCache Hugo asks for nothing, and notices no change
    commands = dict.fromkeys(SITUATIONS, hugo) | {SITUATIONS[2]: [*hugo, "--ignoreCache"]}
    said = _said("hugo", "version").partition("hugo v")[2]
    version = said.split("-")[0].split("+")[0]
    output = folder / "public"
    return Tool(
        "Hugo", version, folder, output, commands, ["public", "cache"], "posts/{slug}/index.html"
    )


def _eleventy(folder: Path, url: str, modules: Path) -> Tool:
    shutil.copytree(HERE / "eleventy", folder)
    (folder / "node_modules").symlink_to(modules.absolute())
    data = folder / "src/_data/api.js"
    data.write_text(data.read_text().replace("API_URL", url))
    command = ["node", "node_modules/@11ty/eleventy/cmd.cjs", "--quiet"]
    package = json.loads((modules / "@11ty/eleventy/package.json").read_text())
    # its cache asks for nothing for a day: to see a change, it has to be told to ask again
    return Tool(
        "Eleventy",
        package["version"],
        folder,
        folder / "_site",
        dict.fromkeys(SITUATIONS, command),
        ["_site", ".cache"],
        "posts/{slug}/index.html",
        {"FETCH_AGAIN": "1"},
    )


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()
