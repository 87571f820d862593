"""Where a private name of a library is missing, everything still works, only slower."""

from functools import partial
import json
import threading
from types import SimpleNamespace

from jinja2 import Environment, Template
from jinja2.compiler import CodeGenerator
import pytest

from pelican_buttercms import pelican_internals
from pelican_buttercms.incremental import jinja_environment, jinja_tracing, process_pool
from pelican_buttercms.incremental.compatibility import why_not_write
from pelican_buttercms.incremental.fingerprint import UntrackableError
from pelican_buttercms.incremental.pure_functions import PureFunctions


def test_a_spinner_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rich may rename its thread: then it counts as any other, and one process renders."""
    stop = threading.Event()
    kind = pelican_internals.find("rich.live", "_RefreshThread")
    assert kind is not None
    spinner = type("Spinner", (kind,), {"__init__": threading.Thread.__init__, "run": None})
    thread = spinner(name="spinner")
    thread.run = stop.wait
    thread.start()
    try:
        before = process_pool.why_not(2)
        monkeypatch.delattr("rich.live._RefreshThread")
        after = process_pool.why_not(2)
    finally:
        stop.set()
        threading.Thread.join(thread)
    assert before is None or "spinner" not in before
    assert after is not None


def test_a_module_that_is_gone() -> None:
    """It has no names."""
    assert pelican_internals.find("pelican.plugins.gone", "name") is None
    assert pelican_internals.find("pelican.plugins", "gone") is None


def test_the_test_of_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Pelican's function, it is one of which nobody knows what it returns."""
    function = pelican_internals.find("pelican.plugins._utils", "plugin_enabled")
    tests = {"enabled": partial(function, plugin_list=["x"])}
    assert "x" in PureFunctions(frozenset()).test("enabled", tests)
    monkeypatch.delattr("pelican.plugins._utils.plugin_enabled")
    with pytest.raises(UntrackableError, match="enabled"):
        PureFunctions(frozenset()).test("enabled", tests)


def test_a_writer_that_lacks_a_name() -> None:
    """All pages are rendered, by Pelican's writer alone."""
    assert pelican_internals.missing_of_writer(SimpleNamespace(_open_w=1)) == "_open_w"
    assert why_not_write(SimpleNamespace()) is not None


@pytest.mark.parametrize(
    ("kind", "name"), [(Environment, "_load_template"), (Template, "_get_default_module")]
)
def test_a_jinja_that_lacks_a_name(monkeypatch: pytest.MonkeyPatch, kind: type, name: str) -> None:
    """All pages are rendered."""
    environment = Environment(autoescape=False)
    assert jinja_environment.why_not(environment, {CodeGenerator}) is None
    monkeypatch.delattr(kind, name)
    assert name in str(jinja_environment.why_not(environment, {CodeGenerator}))


def test_a_compiler_that_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """No fragments are kept."""
    monkeypatch.setitem(
        __import__("sys").modules, "pelican_buttercms.incremental.fragment_compiler", None
    )
    monkeypatch.delattr("pelican_buttercms.incremental.fragment_compiler", raising=False)
    environment = Environment(autoescape=False)
    jinja_tracing._keep_fragments(environment, SimpleNamespace())
    assert environment.code_generator_class is CodeGenerator


@pytest.mark.parametrize("is_there", [True, False])
def test_plugins_are_loaded_by_pelican_or_by_their_names(
    monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    """Installed ones of Pelican's namespace, and others; each with the name that PLUGINS has."""
    if not is_there:
        for name in ("get_namespace_plugins", "load_legacy_plugin", "get_plugin_name"):
            monkeypatch.delattr(f"pelican.plugins._utils.{name}")
    installed = pelican_internals.namespace_plugins()
    name = "pelican.plugins.sitemap"
    assert pelican_internals.plugin_name(installed[name]) == name
    assert pelican_internals.load_plugin("json", []) is json
    with pytest.raises(ImportError):
        pelican_internals.load_plugin("no_such_plugin", [])


def test_files_of_an_unknown_writer_are_noted_before_they_are_opened() -> None:
    """By what it opens, and by what it is asked to write where it opens otherwise."""
    order: list[object] = []
    writer = SimpleNamespace(
        output_path="/out",
        _open_w=lambda path, encoding: order.append(("opened", path, encoding)),
        write_file=lambda name, template: order.append(("written", name)),
        write_feed=lambda *arguments, **options: order.append("feed"),
    )
    pelican_internals.note_opened(writer, order.append)
    writer._open_w("/out/a.html", "utf-8")
    writer.write_file("b/c.html", None)
    writer.write_feed([], {}, path="feeds/all.xml")
    assert order == [
        *("/out/a.html", ("opened", "/out/a.html", "utf-8")),
        *("/out/b/c.html", ("written", "b/c.html")),
        *("/out/feeds/all.xml", "feed"),
    ]
