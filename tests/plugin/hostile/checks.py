"""What a build has to keep to, whatever it was made from."""

from html.parser import HTMLParser
from pathlib import Path
import re
from xml.etree import ElementTree as ET


class Page(HTMLParser):
    """Collects tags and attributes as a browser would see them."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.data = []
        self.scripts = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.lasttag == "script" and self.cdata_elem:
            self.scripts.append(data)
        self.data.append(data)


def told_well(done):
    """Return whether a build ended well, or with one paragraph and no traceback."""
    out = done.stdout + done.stderr
    assert "Traceback" not in out, out[-3000:]
    if done.returncode == 0:
        return True
    assert done.returncode in {1, 2}, out[-3000:]
    lines = done.stdout.splitlines()
    last = next(n for n, line in enumerate(lines) if "CRITICAL " in line and "Error: " in line)
    assert not "".join(lines[last + 1 :]).strip(), out[-3000:]  # one paragraph, at the end
    assert len(" ".join(lines[last].split())) < 3000
    return False


def is_one_paragraph(error):
    """Check that an error can be read, whatever it is about."""
    assert str(error).isprintable()
    assert len(str(error)) < 1000


def nothing_escaped(site):
    """Check that all files are where they belong, and none is a copy of a secret."""
    outside = {
        path
        for path in site.folder.parent.rglob("*")
        if path.is_file()
        and not path.is_relative_to(site.output)
        and not path.is_relative_to(site.folder / "cache")
        and "__pycache__" not in path.parts
    }
    assert outside == site.mine, outside ^ site.mine
    names = {Path(name).name for name in site.files()}
    assert not names & {".env", "hostname", "passwd"}


def as_browsers_see_it(site):
    """Read every page and every feed, and find nothing in them that content brought to life."""
    for name in site.files():
        text = site.read(name) if name.endswith((".html", ".xml")) else ""
        assert "7*7" in text or not re.search(r"\b49\b", text), name
        if name.endswith(".xml"):
            ET.fromstring(text)
        elif name.endswith(".html"):
            page = Page(text)
            assert not any("alert(" in s and '"@type"' not in s for s in page.scripts), name
            for tag, attributes in page.tags:
                assert tag != "svg" or "onload" not in attributes, name
                assert "http-equiv" not in attributes, name
                assert not any(n.startswith("on") for n in attributes), (name, tag, attributes)
