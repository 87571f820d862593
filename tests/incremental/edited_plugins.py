"""Small plugins of a site's own, which come and go between two builds."""

from __future__ import annotations

from .edits import large, small
from .world import World

ATTRIBUTE = """
from pelican import signals

def tell(generator):
    for number, article in enumerate(generator.articles):
        article.place = {text!r} + str(number % 3)

def register():
    signals.article_generator_finalized.connect(tell)
"""
AFTERWARDS = """
from pathlib import Path
from pelican import signals

def change(path, context):
    file = Path(path)
    file.write_text(file.read_text() + {text!r})

def register():
    signals.content_written.connect(change)
"""
FUNCTIONS = """
from pathlib import Path
from pelican import signals

def read(*values):
    return Path("words.txt").read_text()

def offer(generator):
    generator.env.filters["tick"] = read
    generator.env.globals["words"] = read

def register():
    signals.generator_init.connect(offer)
"""


def _leave(world: World, name: str) -> None:
    world.site.settings["PLUGINS"] = [n for n in world.site.settings["PLUGINS"] if n != name]


@large
def plugin_attribute(world: World) -> None:
    """Add a plugin that sets an attribute of articles, or change what it sets."""
    world.site.plugin("places", ATTRIBUTE.format(text=world.word()))
    world.site.template("extra.html", "{% for a in articles %}{{ a.place }} {% endfor %}")


@small
def plugin_attribute_is_gone(world: World) -> None:
    """Take it away, and build once more."""
    _leave(world, "places")
    world.site.make()


@large
def plugin_afterwards(world: World) -> None:
    """Add a plugin that changes files which were written, or change what it does."""
    world.site.plugin("afterwards", AFTERWARDS.format(text=f"<!-- {world.word()} -->"))


@small
def plugin_afterwards_is_gone(world: World) -> None:
    """Take it away, and build once more."""
    _leave(world, "afterwards")
    world.site.make()


@large
def plugin_functions(world: World) -> None:
    """Add a plugin with a filter and a function that read a file."""
    world.site.plugin("functions", FUNCTIONS)
    world.site.write("words.txt", world.word())
    world.site.template("tags.html", "{{ 1|tick if words is defined else 'none' }}")
    world.site.template("extra.html", "{{ words() if words is defined else 'none' }}")


@small
def plugin_functions_read_another(world: World) -> None:
    """Change the file that a filter and a function may read."""
    world.site.make()
    world.site.write("words.txt", world.word())


@small
def plugin_functions_are_gone(world: World) -> None:
    """Take it away, and build once more."""
    _leave(world, "functions")
    world.site.make()
