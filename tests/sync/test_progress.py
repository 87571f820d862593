"""A pull that is shown on a terminal."""

import io

from rich.console import Console

from pelican_buttercms.sync.progress import LineProgress, RichProgress


def terminal():
    """Give a console that believes to be a terminal."""
    return Console(file=io.StringIO(), force_terminal=True, width=100)


def test_bars_show_what_how_far_and_how_many_calls():
    """One bar a listing."""
    console = terminal()
    progress = RichProgress(console, otherwise=lambda line: None)
    progress.start("api.example")
    progress.advance("posts", 100, 205, 3)
    progress.advance("posts", 205, 205, 5)
    progress.advance("tags", 7, None, 6)
    progress.stop()
    shown = console.file.getvalue()
    for text in ("Pulling from api.example", "posts", "205/205", "5 calls", "7/7"):
        assert text in shown


def test_lines_take_over_where_the_display_is_taken(monkeypatch):
    """Older rich has room for one display, and Pelican's spinner is one."""
    from rich.errors import LiveError

    def refuse(self):
        raise LiveError("Only one live display may be active at once")

    monkeypatch.setattr("rich.progress.Progress.start", refuse)
    lines = []
    progress = RichProgress(terminal(), otherwise=lines.append)
    progress.start("api.example")
    progress.advance("tags", 7, 7, 6)
    progress.stop()
    assert lines == ["pulling from api.example", "  tags: 7 (call 6)"]


def test_lines_name_each_listing_once():
    """Its end can be reported twice; a listing that was read again with more items is new."""
    lines = []
    progress = LineProgress(lines.append)
    for _ in range(2):
        progress.start("api.example")
        for done in (7, 7, 8):
            progress.advance("tags", done, done, 6)
    assert lines == ["pulling from api.example", "  tags: 7 (call 6)", "  tags: 8 (call 6)"] * 2
