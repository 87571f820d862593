"""What happens after the last page."""

import pytest

PLUGIN = """
import atexit, gc
from pelican.plugins import signals

def look():  # later than what was registered after it
    with open("frozen.txt", "w") as file:
        file.write(str(gc.get_freeze_count() > 0))

class Circle:
    def __init__(self):
        self.itself = self

class Words(Circle):
    def __del__(self):
        with open("words.txt", "w") as file:
            file.write("last")

def told():
    try:
        yield
    finally:
        with open("words.txt", "w") as file:
            file.write("last")

def keep(generator):
    generator.kept = {kept}

def register():
    atexit.register(look)
    signals.article_generator_init.connect(keep)
"""

KEPT = """
    circle = Circle()
    circle.kept = {what}
    generator.kept = circle
"""


def left(site, what, before=""):
    """Build with a plugin that keeps something; tell whether it was left quickly, and the words."""
    site.fresh = True  # the end of an interpreter
    kept = KEPT.format(what=what)
    site.write("plugins/keeping.py", PLUGIN.replace("    generator.kept = {kept}", before + kept))
    site.configure(PLUGINS=["keeping", "pelican_buttercms"], PLUGIN_PATHS=["plugins"])
    printed = site.build()
    assert "Exception ignored" not in printed
    words = site.folder / "words.txt"
    frozen = (site.folder / "frozen.txt").read_text() == "True"
    return frozen, words.read_text() if words.exists() else None


@pytest.mark.parametrize(
    "what", ["generator", "told()", "open('nothing.txt', 'w')", "open('pelicanconf.py')"]
)
def test_a_process_that_has_built_a_site_is_left_quickly(site, account, what):
    """Nothing is taken apart where nobody can tell: a generator that has not begun has no end."""
    account.post("a")
    assert left(site, what) == (True, None)


@pytest.mark.parametrize("how", ["'w'", "'w', buffering=1 << 20", "'wb'"])
def test_what_another_plugin_has_not_saved_is_saved(site, account, how):
    """An open file in a cycle would be saved when Python takes the cycle apart."""
    account.post("a")
    data = "b'last'" if "b" in how[:4] else "'last'"
    before = f"    file = open('words.txt', {how})\n    file.write({data})\n"
    assert left(site, "file", before) == (True, "last")


@pytest.mark.parametrize(
    ("what", "before"),
    [("Words()", ""), ("begun", "    begun = told()\n    next(begun)\n")],
)
def test_what_has_last_words_says_them(site, account, what, before):
    """`__del__`, and the `finally` of a generator, are run as without this plugin."""
    account.post("a")
    assert left(site, what, before) == (False, "last")
