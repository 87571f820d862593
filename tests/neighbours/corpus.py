"""The same posts and pages as content of the CMS, and as files that are read byte for byte."""

from __future__ import annotations

from html import escape
import json
from typing import Any

from tests.incremental.builds import QuickSite

READER = '''
"""Reads what a file says, and changes nothing."""
import json
from pelican import signals
from pelican.readers import BaseReader


class ExactReader(BaseReader):
    enabled = True
    file_extensions = ["exact"]

    def read(self, source_path):
        with open(source_path, encoding="utf-8") as file:
            found = json.load(file)
        metadata = found["metadata"].items()
        return found["content"], {n: self.process_metadata(n, v) for n, v in metadata}


def register():
    signals.readers_init.connect(lambda readers: readers.reader_classes.update(exact=ExactReader))
'''

TEXT = 'He said "yes" & wrote <em> in a text that is longer than {} characters, as many are. '


class Corpus:
    """Posts and pages by their slugs, as their values.

    Attributes:
        posts: title, body, summary, day, categories, tags, author; `de` has the same in German.
        pages: title and body.
    """

    def __init__(self, *, german: bool = False) -> None:
        self.posts: dict[str, dict[str, Any]] = {}
        self.pages: dict[str, dict[str, Any]] = {}
        self.german = german
        for number in range(1, 7):
            self.posts[f"post-{number}"] = {
                "title": f'Tom & Jerry: "{number}"' if number % 2 else f"Plain {number}",
                "body": f"<h2>Head {number}</h2><p>Body <b>{number}</b> &amp; word word.</p>"
                + f'<table class="own"><tr><td>{number}</td></tr></table>' * (number % 2),
                "summary": TEXT.format(number * 50) * (number % 3),
                "day": f"2024-0{number}-1{number}",
                "categories": ["Sea & salt" if number < 4 else "News"],
                "tags": ["tea", f"t{number % 2}"] if number < 6 else [],
                "author": "Ada Lane" if number % 2 else 'William "Bill" Gates',
                "de": {"title": f"Titel & {number}"} if german and number % 2 else {},
            }
        for name in ("about", "imprint"):
            self.pages[name] = {"title": f"About & {name}", "body": f"<p>Page <i>{name}</i>.</p>"}

    def into_account(self, site: QuickSite) -> None:
        """Write everything as content of the CMS, in place of what was there."""
        account = site.account
        for folder in ("posts", "single_pages"):
            for path in (account.folder / folder).glob("*.json"):
                path.unlink()
        if self.german:
            account.settings(locales=["en", "de"])
        for slug, post in self.posts.items():
            terms = {kind: [_slug(name) for name in post[kind]] for kind in ("categories", "tags")}
            for kind, slugs in terms.items():
                for term, name in zip(slugs, post[kind], strict=True):
                    account.term(kind, term, name=name)
            first, _, last = post["author"].rpartition(" ")
            author = account.term(
                "authors", _slug(post["author"]), first_name=first, last_name=last
            )
            values = {name: post[name] for name in ("title", "body", "summary", "day")}
            account.post(slug, **values, **terms, author=author)
            if post["de"]:
                account.translate(f"posts/{slug}", "de", **post["de"])
        for slug, page in self.pages.items():
            account.page("*", slug, name=page["title"], body=page["body"])

    def into_files(self, site: QuickSite) -> None:
        """Write everything as local files, at the places that the CMS's content has."""
        site.plugin("exact", READER)
        for slug, post in self.posts.items():
            self._post(site, f"posts/{slug}", slug, post, lang="en")
            if post["de"]:
                self._post(site, f"de/posts/{slug}", slug, post | post["de"], lang="de")
        for slug, page in self.pages.items():
            times = {"date": "2024-03-01 09:00", "modified": "2024-03-02 09:00"}
            _write(
                site,
                f"pages/{slug}",
                {"title": page["title"], "slug": slug, "lang": "en"} | times,
                page["body"],
            )

    def _post(
        self, site: QuickSite, path: str, slug: str, post: dict[str, Any], **more: str
    ) -> None:
        metadata = {"title": post["title"], "slug": slug, "category": post["categories"][0], **more}
        metadata |= {"date": f"{post['day']} 10:00", "modified": f"{post['day']} 11:00"}
        metadata |= {"authors": [post["author"]], "tags": post["tags"]}
        if post["summary"]:
            metadata["summary"] = f"<p>{escape(post['summary'])}</p>"
        _write(site, path, metadata, post["body"])


def _write(site: QuickSite, path: str, metadata: dict[str, Any], content: str) -> None:
    metadata = {name: value for name, value in metadata.items() if value != []}
    text = json.dumps({"metadata": metadata, "content": content})
    site.write(f"content/buttercms/{path}.exact", text)


def _slug(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
