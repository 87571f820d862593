"""Drafts are rendered with the site's plugins, or not at all."""

import sys

from pelican import readers
from pelican.plugins import signals
import pytest

from pelican_buttercms.errors import DraftError

READER = """
from pelican import signals
from pelican.readers import BaseReader

class LoudReader(BaseReader):
    enabled = True
    file_extensions = ["loud"]

    def read(self, path):
        with open(path) as file:
            head, _, body = file.read().partition("\\n\\n")
        pairs = [line.split(": ", 1) for line in head.splitlines()]
        metadata = {k.lower(): self.process_metadata(k.lower(), v) for k, v in pairs}
        return f"<p>{body.strip().upper()}</p>", metadata

def add(readers):
    readers.reader_classes["loud"] = LoudReader

def configure(pelican):
    pelican.settings["MARKDOWN"]["extensions"].append("markdown.extensions.admonition")

def register():
    signals.readers_init.connect(add)
    signals.initialized.connect(configure)
"""


@pytest.fixture
def plugin(folder):
    """Write a plugin of the site; what it connects and defines ends with the test."""
    receivers = [dict(signal.receivers) for signal in (signals.readers_init, signals.initialized)]
    written = []

    def write(name, text):
        (folder.path / "plugins").mkdir(exist_ok=True)
        (folder.path / "plugins" / f"{name}.py").write_text(text)
        written.append(name)
        folder.configure(PLUGINS=[name], PLUGIN_PATHS=[str(folder.path / "plugins")])

    yield write
    for signal, before in zip((signals.readers_init, signals.initialized), receivers, strict=True):
        for key, receiver in list(signal.receivers.items()):
            if key not in before:
                signal.disconnect(receiver())
    for name in written:
        module = sys.modules.pop(name, None)
        if hasattr(module, "LoudReader"):
            module.LoudReader.file_extensions = []


def test_a_plugins_reader_reads_drafts(folder, plugin):
    """With its own metadata, or behind front matter; its extension is readable in folders."""
    plugin("loud", READER)
    assert "loud" in folder.site.suffixes
    draft = folder.read("a.loud", "Title: T\nTags: a, b\n\nhello\n")
    assert (draft.title, draft.body) == ("T", "<p>HELLO</p>")
    assert draft.fields == {"tags": ["a", "b"]}


def test_a_plugin_may_change_the_settings_at_the_start(folder, plugin):
    """As those do that add a Markdown extension; the caller's settings stay as they are."""
    plugin("loud", READER)
    assert "admonition" in folder.read("a.md", "Title: T\n\n!!! note\n    x\n").body
    folder.configure(PLUGINS=[])
    for receiver in list(signals.initialized.receivers.values()):
        if receiver().__module__ == "loud":
            signals.initialized.disconnect(receiver())
    assert "admonition" not in folder.read("a.md", "Title: T\n\n!!! note\n    x\n").body


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "ImportError: Cannot import plugin"),
        ("import no_such_module", "ModuleNotFoundError"),
        ("def register(): 1 / 0", "ZeroDivisionError"),
        (
            (
                "from pelican import signals\ndef fail(p): 1 / 0\n"
                "def register(): signals.initialized.connect(fail)"
            ),
            "ZeroDivisionError",
        ),
    ],
)
def test_a_plugin_that_fails_is_an_error(folder, plugin, text, reason):
    """Pelican would log it and build without; a draft would be published without."""
    plugin("failing", text or "")
    if text is None:
        folder.configure(PLUGINS=["no_such_plugin"])
    with pytest.raises(DraftError, match=f"plugin '(failing|no_such_plugin)' failed .{reason}"):
        folder.make()


def test_this_plugin_has_no_part_in_reading(folder):
    """It would ask the API at the start of a build."""
    folder.configure(PLUGINS=["pelican_buttercms", "buttercms"])
    assert folder.make().settings["PLUGINS"] == []


def test_pelicans_own_readers_are_not_changed(folder):
    """Another part of the process may use them."""
    folder.read("a.md", "Title: T\nTags: a\n\nx\n")
    made = readers.Readers(folder.site.settings)
    article = made.read_file(str(folder.content), "drafts/a.md")
    assert [tag.name for tag in article.tags] == ["a"]
