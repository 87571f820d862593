"""What a writer may put into a file means the same to Pelican, to a build and to publish."""

from __future__ import annotations

from itertools import count
import json

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pelican.readers import Readers
import pytest

from pelican_buttercms.errors import DraftError
from pelican_buttercms.plugin.front_matter_reader import FrontMatterReader
from pelican_buttercms.publish.drafts.html_to_text import html_to_text
from pelican_buttercms.publish.drafts.read import read_drafts

from .conftest import Folder

NUMBERS = count()
TEXTS = st.one_of(
    st.text("aB1 :;,#'\"[]{}@&*!|>%`~-<é🦋\\", max_size=14),
    st.sampled_from([
        "Coffee: a story", "Issue #5", "[x, y]", "{a: b}", "@home", "'quoted'", '"quoted"', "404",
        "no", "null", "~", "2024-01-01", "a; b, c", "x;", "R&amp;D", "*a*", "&a x", "!x y", "", " ",
        "007", "1:30", "a  # b", "'a", "\t", "\u00a0", "---", "...", "? a", "a:", "[a", '"a" b',
    ]),
)  # fmt: skip
KEYS = st.sampled_from(
    ["title", "tags", "category", "author", "summary", "slug", "status", "authors"]
)
SPELLINGS = st.sampled_from(["plain", "fenced", "quoted", "single", "list", "rst", "html"])


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One site for all examples of a property."""
    return Folder(tmp_path_factory.mktemp("site"))


def spell(spelling, values) -> tuple[str, str]:
    """Return a suffix and a file in one way of writing."""
    if spelling == "rst":
        lines = [f":{key}: {text}" for key, text in values.items() if key != "title"]
        title = f"T {values.get('title', '')}".strip()
        return "rst", "\n".join([title, "=" * (2 * len(title) + 2), "", *lines, "", "Body", ""])
    if spelling == "html":
        metas = [
            f'<meta name="{key}" content={json.dumps(text, ensure_ascii=False)}>'
            for key, text in values.items()
        ]
        return "html", f"<html><head>{''.join(metas)}</head><body><p>Body</p></body></html>"
    spelled = {
        "plain": str,
        "fenced": str,
        "quoted": lambda text: json.dumps(text, ensure_ascii=False),
        "single": lambda text: "'" + text.replace("'", "''") + "'",
        "list": lambda text: json.dumps([text, "z"], ensure_ascii=False),
    }[spelling]
    lines = [f"{key}: {spelled(text)}" for key, text in values.items()]
    fence = [] if spelling == "plain" else ["---"]
    return "md", "\n".join([*fence, *lines, *fence, "", "Body", ""])


def by_build(folder, path) -> dict[str, object]:
    """Return what a build reads: Pelican's own readers, with this plugin's for Markdown."""
    readers = Readers(folder.site.settings)
    suffix = path.suffix[1:]
    reader = FrontMatterReader(folder.site.settings) if suffix == "md" else readers.readers[suffix]
    _, metadata = reader.read(str(path))
    found = {}
    for name, value in metadata.items():
        if isinstance(value, list):
            found[name] = [str(getattr(one, "name", one)) for one in value]
        elif isinstance(value, str) or hasattr(value, "name"):
            found[name] = str(getattr(value, "name", value))
    return found


@settings(max_examples=80)
@example(spelling="fenced", values={"title": "Coffee: a story", "tags": "[x, y]"})
@example(spelling="fenced", values={"title": "Coffee: a story", "author": '"Ada Lane"'})
@example(spelling="fenced", values={"title": "Issue #5"})
@example(spelling="plain", values={"category": "Oil, gas", "author": "Ada Lane, PhD"})
@given(spelling=SPELLINGS, values=st.dictionaries(KEYS, TEXTS))
def test_publish_reads_what_a_build_reads(shared, spelling, values):
    """Or it refuses the file; a title is HTML, and what Pelican renders is compared as text."""
    if "status" in values:
        values = {**values, "status": "draft"}
    suffix, text = spell(spelling, values)
    path = shared.write(f"d-{next(NUMBERS)}.{suffix}", text)
    try:
        (draft,) = read_drafts([path], shared.site)
    except DraftError:
        return  # it says what to mend
    built = by_build(shared, path)
    assert draft.title == html_to_text(str(built.get("title", ""))), text
    if "slug" in built:
        assert draft.slug == built["slug"], text
    assert draft.status == (built.get("status") or None), text
    assert draft.fields.get("tags", []) == built.get("tags", []), text
    if "summary" in built:
        assert draft.fields.get("summary", "") == html_to_text(str(built["summary"])), text
    categories = [built["category"]] if built.get("category") else []
    assert draft.fields.get("categories", [])[:1] == categories, text
    authors = [built["author"]] if built.get("author") else built.get("authors", [])[:1]
    author = draft.fields.get("author")
    assert ([author] if author else []) == authors, text
