"""A build beside a Pelican, Jinja or rich that nobody knows yet is whole, and maybe slower.

The names that begin with an underscore are renamed in the library's own source, one after the
other, as its next version may do.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.incremental.builds import Builder, QuickSite

BUILD = """
from importlib.machinery import PathFinder, SourceFileLoader
import json, re, sys
sys.path.insert(0, "")
sys.dont_write_bytecode = True
CHANGES = json.loads(sys.argv.pop(1))

class Changed(SourceFileLoader):
    def get_code(self, name):
        text = self.get_source(name)
        for library, pattern, new in CHANGES:
            if name.split(".")[0] == library:
                text = re.sub(pattern, new, text)
        return compile(text, self.path, "exec", dont_inherit=True)

class Finder(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        spec = super().find_spec(name, path, target)
        changes = [one for one in CHANGES if one[0] == name.split(".")[0]]
        if spec is not None and changes and isinstance(spec.loader, SourceFileLoader):
            spec.loader = Changed(name, spec.origin)
        return spec

sys.meta_path.insert(0, Finder)
import pelican
pelican.main(["content", "-s", "pelicanconf.py"])
"""

PRIVATE = {
    "_open_w": "pelican",
    "_written_files": "pelican",
    "_overridden_files": "pelican",
    "_file_update_required|_templates|_build_period_archives": "pelican",
    "_update_context|_get_intrasite_link_regex|_filter_discardable_metadata": "pelican",
    "_has_valid_status|_output_location_referenced": "pelican",
    "plugin_enabled|get_namespace_plugins|load_legacy_plugin|get_plugin_name": "pelican",
    "_load_template": "jinja2",
    "_get_default_module": "jinja2",
    "resolve_or_missing": "jinja2",
    "new_context": "jinja2",
    "_RefreshThread": "rich",
}
"""Names that are used, with their library; what does not depend on each other is tried together."""
ALL_RENDERED = {"unknown version", "other arguments", "_open_w", "_load_template", "new_context"}


def renamed(names, library):
    """Return the change that gives names other ones, wherever the library uses them."""
    return [library, rf"\b({names})\b", r"\1_of_the_next_version"]


UNKNOWN = ["pelican", r"__version__ = .*", '__version__ = "99.0"']
CHANGES = {
    **{names: [renamed(names, library)] for names, library in PRIVATE.items()},
    "other arguments": [
        ["pelican", r"_open_w\(self, filename, encoding,", "_open_w(self, encoding, filename,"],
        ["pelican", r"self\._open_w\((\w+), (\S+?), ", r"self._open_w(\2, \1, "],
    ],
    "unknown version": [UNKNOWN],
    "all at once": [UNKNOWN, *(renamed(*one) for one in PRIVATE.items())],
}


@pytest.fixture(scope="module")
def builder():
    """One process for the builds that are compared with."""
    one = Builder()
    yield one
    one.end()


@pytest.fixture
def small(tmp_path, account, builder):
    """A site with posts, a page, a local article that links, a static file and terms."""
    for number in (1, 2, 3):
        account.post(f"post-{number}", day=f"2024-01-0{number}", tags=["old"], categories=["tea"])
    account.post("links", day="2024-02-01", body='<p><a href="{tag}old">t</a></p>')
    account.page("*", "about", body="<p>About.</p>")
    site = QuickSite(tmp_path / "site", account, builder)
    site.settings |= {"BUTTERCMS_PAGE_TYPES": ["*"], "BUTTERCMS_WORKERS": 2}
    site.write("content/images/a.txt", "a")
    head = "Title: Local\nDate: 2024-01-05\nSlug: local\n\n"
    site.write("content/local.md", f"{head}[a]({{static}}images/a.txt) [p]({{filename}}more.md)")
    site.write("content/more.md", head.replace("ocal", "ess"))
    site.configure()
    return site


def build(site, changes):
    """Build with changed libraries."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, json.dumps(changes)],
        cwd=site.folder,
        env=os.environ | {"COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    out = done.stdout + done.stderr
    assert done.returncode == 0, out
    assert "Traceback" not in out
    return out


@pytest.mark.parametrize("change", CHANGES)
def test_a_library_of_the_next_version(small, account, change):
    """The site is what it is with the known one; what is edited changes, what is gone goes."""
    build(small, CHANGES[change])
    small.is_right()
    account.post("post-1", day="2024-01-01", title="Changed", tags=["new"])
    account.delete("posts/post-3.json")
    (small.folder / "content/more.md").unlink()
    small.write("content/local.md", "Title: Local\nDate: 2024-01-05\nSlug: local\n\nx")
    out = build(small, CHANGES[change])
    small.is_right()
    assert "Changed" in small.read("post-1.html")
    assert not {"post-3.html", "less.html", "tag/old2.html"} & small.files()
    if change in ALL_RENDERED:
        assert "every page is rendered" in out
