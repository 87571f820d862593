"""Whatever a draft says, writing back into it changes its metadata lines only."""

from dataclasses import replace
from itertools import count
import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.publish.drafts.read import read_drafts
from pelican_buttercms.publish.drafts.write_back import remove_identity, write_back

from .conftest import Folder

BASE = {"base": "0123456789012345", "updated": "2024-05-17T10:00:00.000001Z"}

TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029\x85\ufeff"),
    max_size=30,
)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)


def one_line(text):
    """Make a text that every format can hold as a plain value."""
    return "x " + re.sub(r"[^\w ,.]", "", text).strip(" .,_").replace("_", "") + " x"


def spell(kind, title, body, extra):
    """Spell a draft in a format."""
    plain = one_line(title)
    pairs = {"title": plain, "seo_title": one_line(extra)}
    if kind == "md":
        return "".join(f"{k.capitalize()}: {v}\n" for k, v in pairs.items()) + f"\n{body}\n"
    if kind == "rst":
        fields = f":seo_title: {pairs['seo_title']}\n"
        return f"{plain}\n{'=' * 99}\n\n{fields}\n{one_line(body)}\n"
    if kind == "html":
        meta = f'<meta name="seo_title" content="{pairs["seo_title"]}">'
        return f"<html>\n<head>\n<title>{plain}</title>\n{meta}\n</head><body>{body}</body></html>"
    if kind == "front":
        lines = "".join(f"{k}: {json.dumps(v)}\n" for k, v in pairs.items())
        return f"---\n{lines}---\n{body}"
    values = {"collection": "x", "fields": {"a": title, "b": [body, {"c": extra}]}}
    if kind == "json":
        return json.dumps(values, indent=2, ensure_ascii=False)
    return f"collection: x # {one_line(extra)}\nfields: {json.dumps(values['fields'])}\n# end\n"


SUFFIX = {"front": "md"}
NUMBERS = count()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One site for all examples of a property."""
    return Folder(tmp_path_factory.mktemp("site"))


@pytest.mark.parametrize("kind", ["md", "rst", "html", "front", "yaml", "json"])
@settings(max_examples=25)
@given(
    title=TEXT, body=TEXT, extra=TEXT, name=NAMES, end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
)  # fmt: skip
def test_nothing_but_the_metadata_lines_changes(shared, kind, title, body, extra, name, end, mark):
    """Take the added text away, and the bytes are those from before; read, it says the same."""
    body = re.sub(r"[<>&{|\[]", "", body)
    before = mark + spell(kind, title, body, extra).replace("\n", end)
    path = shared.write(f"{kind}-{next(NUMBERS)}.{SUFFIX.get(kind, kind)}", before)
    (raw,) = read_drafts([path], shared.site)
    write_back(raw, shared.site, id=name, **BASE)
    (now,) = read_drafts([path], shared.site)
    slug = {} if raw.kind == "item" else {"slug": name}
    assert now == replace(raw, id=name, **BASE, **slug)
    after = path.read_bytes().decode()
    start = next(
        (n for n, pair in enumerate(zip(before, after, strict=False)) if len({*pair}) > 1),
        len(before),
    )
    assert before[start:] == after[len(after) - len(before) + start :]
    remove_identity(now, shared.site)
    (again,) = read_drafts([path], shared.site)
    # a build never shows an item's file, so that its status may stay
    status = raw.status if raw.kind == "item" else "draft"
    assert again == replace(now, id="", base="", updated="", status=status)
