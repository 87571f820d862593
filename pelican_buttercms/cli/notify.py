"""`pelican-buttercms notify`: the pages that a deploy has changed, for IndexNow and for CDNs.

Source: indexnow.org, "Submitting set of URLs".
"""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
import json
from pathlib import Path
import re
from typing import Final
from urllib.parse import urlsplit

import click

from pelican_buttercms.cli.formatting import echo
from pelican_buttercms.cli.options import settings_option
from pelican_buttercms.content.addresses import encode_path
from pelican_buttercms.errors import ButterCMSError, SettingsError
from pelican_buttercms.filesystem import explained, read_regular
from pelican_buttercms.plugin.redirects.formats import candidates
from pelican_buttercms.plugin.settings_file import load, read_file
from pelican_buttercms.sync.http.post import deliver
from pelican_buttercms.webhooks.config import is_web_address
from pelican_buttercms.wording import count_noun

MOST_URLS: Final = 10_000
_SITEMAPS: Final = ("sitemap.xml", "sitemap-*.xml", "*/sitemap.xml", "*/sitemap-*.xml")
_LOCATION: Final = re.compile(r"<loc>([^<]*)</loc>")
_ENGINES: Final = "https://api.indexnow.org/indexnow"


@click.command()
@click.option(
    "--list", "as_list", is_flag=True, help="Only print the URL of every file that has changed."
)
@click.option(
    "--engine",
    default=_ENGINES,
    show_default=True,
    help="Where to send them, of any search engine.",
)
@settings_option
def notify(*, settings: str | None, as_list: bool, engine: str) -> None:
    """Send the URLs of changed pages to search engines that take part in IndexNow.

    Run it when the deploy is done, and before you remove the list of BUTTERCMS_CHANGED_FILES. Sends
    what has changed and is in the sitemap. A search engine that does not answer is a warning: the
    exit code is 0.
    """
    options, _ = load(settings)
    pelican = read_file(settings, {})
    siteurl, output = str(pelican["SITEURL"]).rstrip("/"), Path(pelican["OUTPUT_PATH"])
    if not urlsplit(siteurl).netloc:
        raise SettingsError(
            "SITEURL is no whole address, such as https://example.com. Name the settings of the"
            " deployed site, as in `pelican-buttercms -s publishconf.py notify`."
        )
    names = _changed(options.changed_files)
    if as_list:
        for url in _urls_of_files(siteurl, names):
            echo(url)
        return
    if not is_web_address(engine):
        raise SettingsError(f"--engine takes an address such as {_ENGINES}, not {engine!r}.")
    if not options.indexnow_key:
        raise SettingsError(
            "There is no key of IndexNow. Set BUTTERCMS_INDEXNOW_KEY to 8 to 128 letters and digits"
            " of your choice, build and deploy, and try again."
        )
    changed = frozenset(names)
    pages = [url for url in _pages(output, siteurl) if _has_changed(url, siteurl, changed)]
    _send(engine, siteurl, options.indexnow_key, pages)


def _changed(path: Path | None) -> list[str]:
    """Read the names of the files that the last builds have changed.

    Raises:
        SettingsError: there is no such list.
        FileSystemError: it cannot be read.
    """
    if path is None or not path.exists():
        raise SettingsError(
            'There is no list of changed files. Set BUTTERCMS_CHANGED_FILES = "changed.txt", build,'
            " and remove the list only after `notify`."
        )
    with explained("The list of changed files cannot be read", path):
        return read_regular(path).decode(errors="replace").splitlines()


def _urls_of_files(siteurl: str, names: list[str]) -> Iterator[str]:
    """Yield the URLs of files, of an `index.html` also that of its folder."""
    for name in names:
        if name == "index.html" or name.endswith("/index.html"):
            yield f"{siteurl}/{encode_path(name.removesuffix('index.html'))}"
        yield f"{siteurl}/{encode_path(name)}"


def _pages(output: Path, siteurl: str) -> Iterator[str]:
    """Yield the URLs of this site in its sitemaps, each once: drafts and hidden pages are not.

    Raises:
        SettingsError: there is no sitemap.
    """
    seen: set[str] = set()
    paths = sorted(path for pattern in _SITEMAPS for path in output.glob(pattern))
    if not paths:
        raise SettingsError(
            f"There is no sitemap in {output}, and only its pages are sent. Set OUTPUT_PATH to"
            " where the site was built, and BUTTERCMS_SITEMAP = True."
        )
    for path in paths:
        with explained("The sitemap cannot be read", path):
            text = read_regular(path).decode(errors="replace")
        for url in map(unescape, _LOCATION.findall(text)):
            if url.startswith(f"{siteurl}/") and url not in seen:
                seen.add(url)
                yield url


def _has_changed(url: str, siteurl: str, names: frozenset[str]) -> bool:
    return any(name in names for name in candidates(url.removeprefix(siteurl)))


def _send(engine: str, siteurl: str, key: str, pages: list[str]) -> None:
    """Send URLs, as many at once as IndexNow takes, until a request fails."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    for start in range(0, len(pages), MOST_URLS):
        part = pages[start : start + MOST_URLS]
        body = {
            "host": urlsplit(siteurl).netloc,
            "key": key,
            "keyLocation": f"{siteurl}/{key}.txt",
            "urlList": part,
        }
        try:
            answer = deliver(engine, json.dumps(body).encode(), headers)
            problem = "" if answer.status in (200, 202) else f"{answer.status} {answer.detail}"
        except ButterCMSError as exc:
            problem = str(exc)
        if problem:
            count = count_noun(len(part), "page")
            hint = f"Is {siteurl}/{key}.txt deployed?"
            echo(f"Warning: IndexNow did not take {count}: {problem}. {hint}", err=True)
            return
    echo(f"{count_noun(len(pages), 'changed page')} sent to {urlsplit(engine).hostname}.")
