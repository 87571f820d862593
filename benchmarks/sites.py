"""How does each tool build the same content? Its site, and its commands in three situations."""

from __future__ import annotations

from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys

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
_HANDWRITTEN = """
PLUGIN_PATHS, PLUGINS = ["."], ["handwritten"]
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
    """

    name: str
    version: str
    folder: Path
    output: Path
    commands: dict[str, list[str]]
    throw_away: list[str]
    page: str = "{slug}.html"
    environment: dict[str, str] = field(default_factory=dict)


def make_tools(folder: Path, url: str, eleventy: Path | None) -> list[Tool]:
    """Make the sites of all tools that are installed."""
    tools = [_plugin(folder / "plugin", url), _plain(folder / "plain", url)]
    if shutil.which("hugo"):
        tools.append(_hugo(folder / "hugo", url))
    if eleventy is not None:
        tools.append(_eleventy(folder / "eleventy", url, eleventy))
    return tools


def _pelican(folder: Path, settings: str) -> list[str]:
    (folder / "content").mkdir(parents=True)
    (folder / "pelicanconf.py").write_text(_PELICAN + settings)
    return [sys.executable, "-m", "pelican", "-s", "pelicanconf.py", "-q"]


def _plugin(folder: Path, url: str) -> Tool:
    command = _pelican(folder, _PLUGIN.format(url=url, cores=os.cpu_count()))
    return Tool(
        "this plugin",
        _said(sys.executable, "-c", "import pelican_buttercms as p; print(p.__version__)"),
        folder,
        folder / "output",
        dict.fromkeys(SITUATIONS, command),
        ["output", "cache"],
        environment={"BUTTERCMS_EVENT_FILE": "event.json"},
    )


def _plain(folder: Path, url: str) -> Tool:
    command = _pelican(folder, _HANDWRITTEN.format(url=url))
    shutil.copy(HERE / "handwritten.py", folder)
    version = _said(sys.executable, "-c", "import pelican; print(pelican.__version__)")
    commands = dict.fromkeys(SITUATIONS, command)
    return Tool("plain Pelican", version, folder, folder / "output", commands, ["output"])


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
