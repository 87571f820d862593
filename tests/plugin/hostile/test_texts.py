"""Texts and HTML that could harm stay harmless in every file."""

from pathlib import Path

import pytest

from .checks import Page, as_browsers_see_it, nothing_escaped, told_well
from .contents import NASTY, page, post

NASTY_HTML = [
    '<a href="{filename}http://[evil">x</a><a href="{}x">y</a><img src="{static}/../.env">',
    '<a href="{attach}/../.env">x</a><a href="{attach}////etc/hostname">y</a>',
    '<a href="{static}../../../.env">x</a><a href="|attach|/..%20/../.env">y</a>',
    '<a href="{static}/a/../../.env\0">x</a><a href="{evil}">y</a><a href="{tag}../x">z</a>',
    "\x01\x02 {{ 7*7 }} {% raise %}\ufffe",
    "<p>" * 2_000 + "{{ 7*7 }}",
    "x " * 5_000_000,  # ten megabytes
]


@pytest.mark.parametrize("theme", ["simple", "notmyidea", "buttercms"])
def test_nasty_texts_stay_texts(hostile, api, theme):
    """In titles, names, summaries, alternative texts and fields, in pages, feeds and sitemap."""
    api.answers["posts"] = [
        post(f"p{n}", text, categories=[{"slug": f"c{n}", "name": text}], tags=[])
        | {
            "tags": [{"slug": f"t{n}", "name": text}],
            "author": {"slug": f"a{n}", "first_name": text},
        }
        for n, text in enumerate(NASTY)
    ]
    fields = [{"text": text.replace("<", ""), "hero": {"alt": text, "url": "x"}} for text in NASTY]
    api.answers["pages/*"] = [
        page(f"q{n}", **own, **{"a": n, "key": "k", "url": own["text"], own["text"][:99]: [own]})
        | {"name": text}
        for n, (own, text) in enumerate(zip(fields, NASTY, strict=True))
    ]
    api.answers["content/k"] = {
        "k": [{"meta": {"id": n}, "label": text, "name": {}} for n, text in enumerate(NASTY)]
    }
    path = Path(__file__).parents[3] / "themes/buttercms"
    hostile.configure(THEME=str(path) if theme == "buttercms" else theme)
    done = hostile.pelican()
    assert told_well(done), " ".join(done.stdout.split())[-3000:]
    nothing_escaped(hostile)
    as_browsers_see_it(hostile)
    assert "{{ 7*7 }}" in hostile.read("p2.html")
    assert "p0.html" in hostile.read("sitemap.xml")
    script = Page(hostile.read("p0.html"))
    assert any(NASTY[0] in text for text in script.data)


def test_nasty_html_copies_no_file_and_ends_no_build(hostile, api):
    """A placeholder cannot leave the content folder; a letter that XML has not ends no feed."""
    api.answers["posts"] = [post(f"p{n}", body=html) for n, html in enumerate(NASTY_HTML)]
    api.answers["pages/*"] = [page(f"q{n}", body=html) for n, html in enumerate(NASTY_HTML[:-1])]
    good = '<img src="{static}/images/é.png"><a href="{filename}/buttercms/posts/p0">x</a>'
    api.answers["posts"].append(post("good", body=good))
    done = hostile.pelican()
    assert told_well(done), " ".join(done.stdout.split())[-3000:]
    nothing_escaped(hostile)
    as_browsers_see_it(hostile)
    assert "links to '{attach}/../.env'" in done.stdout
    assert 'src="https://site.example/images/é.png"' in hostile.read("good.html")
    assert 'href="https://site.example/p0.html"' in hostile.read("good.html")
