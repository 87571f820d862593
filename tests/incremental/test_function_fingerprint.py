"""Functions that BUTTERCMS_PURE names: pages are rendered again when their code changes."""

import pytest

from .builds import QuickSite

INNER = """
import logging
import re
from functools import cached_property, lru_cache

log = logging.getLogger(__name__)


class Base:
    def inherited(self, x):
        return x + "!one"


class Helper(Base):
    MARK = "!one"

    def go(self, x):
        return x + "!one"

    @property
    def mark(self):
        return "!one"

    @cached_property
    def lazy(self):
        return "!one"

    @staticmethod
    def still(x):
        return x + "!one"


def go(x):
    log.debug("going")
    return x + "!one"


@lru_cache
def kept(x):
    return x + "!one"


def __getattr__(name):
    return "!one"


class Plain:
    def __init__(self):
        self.mark = "!one"


helper = Helper()
plain = Plain()
WORD = re.compile("(P)(?#!one)")
TABLE = {"go": go}
"""
WAYS = {
    "by_class": "from lib.inner import Helper\ndef loud(x): return Helper().go(x)",
    "by_base": "from lib.inner import Helper\ndef loud(x): return Helper().inherited(x)",
    "by_property": "from lib.inner import Helper\ndef loud(x): return x + Helper().mark",
    "by_cached_property": "from lib.inner import Helper\ndef loud(x): return x + Helper().lazy",
    "by_static_method": "from lib.inner import Helper\ndef loud(x): return Helper.still(x)",
    "by_value_of_class": "from lib.inner import Helper\ndef loud(x): return x + Helper.MARK",
    "by_module_getattr": "from lib import inner\ndef loud(x): return x + inner.anything",
    "by_two_dots": "import lib.inner\ndef loud(x): return lib.inner.go(x)",
    "by_import_inside": "def loud(x):\n    from lib.inner import go\n    return go(x)",
    "by_module_inside": "def loud(x):\n    from lib import inner\n    return inner.go(x)",
    "by_callable": (
        "from lib.inner import go\nclass L:\n  def __call__(self, x): return go(x)\nloud = L()"
    ),
    "by_instance": "from lib.inner import helper\ndef loud(x): return helper.go(x)",
    "by_state": "from lib.inner import plain\ndef loud(x): return x + plain.mark",
    "by_method": "from lib.inner import helper\nloud = helper.go",
    "by_pattern": "from lib.inner import WORD\ndef loud(x): return x + WORD.pattern",
    "by_table": "from lib.inner import TABLE\ndef loud(x): return TABLE['go'](x)",
    "by_cache": "from lib.inner import kept\ndef loud(x): return kept(x)",
}
REGISTER = """
from pelican import signals

def add(generator):
    generator.env.filters["loud"] = loud

def register():
    signals.generator_init.connect(add)
"""


def loud(site: QuickSite, text: str) -> None:
    """Write a plugin that has a filter `loud`, which pages use and the settings name."""
    site.settings["BUTTERCMS_PURE"] = ["loud"]
    site.plugin("louder", f"{text}\n{REGISTER}")
    site.template("article.html", "{{ article.title|loud }}")


def test_code_in_another_file(plain):
    """Whichever way leads there: a list for each, with a filter of its own."""
    plain.write("lib/__init__.py", "")
    plain.write("lib/inner.py", INNER)
    lines = ["from pelican import signals", "def add(generator):"]
    for name, code in WAYS.items():
        plain.write(f"ways/{name}.py", code)
        plain.template(f"{name}.html", f"{{{{ 'Post'|{name} }}}}")
        lines.append(f"    import ways.{name} as way; generator.env.filters[{name!r}] = way.loud")
    plain.plugin(
        "all_ways", "\n".join([*lines, "def register(): signals.generator_init.connect(add)"])
    )
    plain.settings |= {"DIRECT_TEMPLATES": [*WAYS], "BUTTERCMS_PURE": [*WAYS]}
    plain.make()
    assert plain.make().rendered == 0
    plain.write("lib/inner.py", INNER.replace("!one", "!two"))
    assert plain.remake().rendered == len(WAYS)
    assert {plain.read(f"{name}.html") for name in WAYS} == {"Post!two", "Post(P)(?#!two)"}


def test_an_import_that_fails(plain):
    """A package that is not there changes nothing; one that is broken is imported each time."""
    text = "def loud(x):\n    try:\n        import %s\n    except Exception:\n        return x\n"
    loud(plain, text % "nothing_of_this_name")
    plain.make()
    assert plain.make().rendered == 0
    plain.write("broken.py", "1 / 0")
    loud(plain, text % "broken")
    plain.remake()
    assert "the import of broken in the function loud" in plain.make("-v").log


def test_an_object_that_cannot_be_told(plain):
    """It is the user's own, and what is in it may be anything."""
    held = "class Own:\n    def __init__(self):\n        self.held = %s\nown = Own()\n"
    use = "def loud(x): return x + str(own.held)"
    loud(plain, held % "3" + use)
    plain.make()
    assert plain.make().rendered == 0
    loud(plain, held % "(one for one in 'abc')" + "def loud(x): return x + next(own.held, '')")
    plain.make()
    assert plain.make().rendered > 0


SAVED = {
    "function": "def loud(x): return x + 'one'",
    "module": "import sys\ndef __getattr__(name): return 'one'\n"
    "def loud(x): return x + sys.modules[__name__].word",
}


@pytest.mark.parametrize("kind", SAVED)
def test_code_that_is_saved_while_its_process_lives(plain, kind):
    """What is loaded is the old code, and nobody knows what the file had been."""
    loud(plain, SAVED[kind])
    text = (plain.folder / "plugins/louder.py").read_text().replace("one", "two")
    plain.live("", f"open('plugins/louder.py', 'w').write({text!r})")
    assert plain.read("post-1.html") == "Post 1one"
    plain.remake()
    assert plain.read("post-1.html") == "Post 1two"
    assert plain.make().rendered == 0


def test_what_is_installed_is_known_by_its_version(plain):
    """A plugin's code may be in any place, but a new version is another one."""
    plain.make()
    assert plain.make().rendered == 0
    plain.write("some_plugin-1.0.dist-info/METADATA", "Name: some-plugin")  # where Python looks
    assert plain.make().rendered > 0
    assert plain.make().rendered == 0
    folder = plain.folder / "some_plugin-1.0.dist-info"
    folder.rename(folder.with_name("some_plugin-1.1.dist-info"))
    assert plain.make().rendered > 0
