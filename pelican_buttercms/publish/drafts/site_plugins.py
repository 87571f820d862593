"""Loads the site's plugins, except this one, for rendering drafts.

A plugin may add a reader (`readers_init`) or a Markdown extension (`initialized`), so they are
loaded as `pelican.Pelican` does; but what Pelican only logs is an error here: a draft that is
rendered without a plugin would be published so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from blinker import ANY
from pelican.plugins import signals
from pelican.plugins._utils import get_namespace_plugins, get_plugin_name, load_legacy_plugin

from pelican_buttercms.errors import DraftError

_OURS = ("pelican_buttercms", "pelican.plugins.buttercms", "buttercms")


def load_plugins(settings: dict[str, Any]) -> None:
    """Load and register the site's plugins, and let them change these settings.

    Raises:
        DraftError: a plugin cannot be loaded or fails.
    """
    plugins = []
    for plugin in _loaded(settings):
        try:
            plugin.register()
        except Exception as exc:  # the plugin's own code
            raise _failed(get_plugin_name(plugin), exc) from exc
        plugins.append(plugin)
    settings["PLUGINS"] = [get_plugin_name(plugin) for plugin in plugins]
    _tell_initialized(settings, plugins)


def _loaded(settings: dict[str, Any]) -> Iterator[Any]:
    try:
        namespace = get_namespace_plugins()
    except Exception as exc:  # Pelican itself would not start
        raise _failed("pelican.plugins", exc) from exc
    named = settings.get("PLUGINS")
    for plugin in namespace.values() if named is None else named:
        if not isinstance(plugin, str):
            found = plugin
        elif plugin in _OURS:
            continue
        else:
            found = namespace.get(plugin) or namespace.get(f"pelican.plugins.{plugin}")
        if found is None:
            try:
                found = load_legacy_plugin(plugin, settings.get("PLUGIN_PATHS", []))
            except Exception as exc:  # the plugin's own code
                raise _failed(plugin, exc) from exc
        if get_plugin_name(found) not in _OURS:
            yield found


def _tell_initialized(settings: dict[str, Any], plugins: list[Any]) -> None:
    pelican = SimpleNamespace(
        settings=settings,
        plugins=plugins,
        path=settings["PATH"],
        theme=settings["THEME"],
        output_path=settings["OUTPUT_PATH"],
        ignore_files=settings["IGNORE_FILES"],
        delete_outputdir=False,
        output_retention=settings["OUTPUT_RETENTION"],
    )
    for receiver in list(signals.initialized.receivers_for(ANY)):
        module = getattr(receiver, "__module__", None) or ""
        if module.partition(".")[0] == "pelican_buttercms":
            continue  # connected where a build runs in this process too; it has no part in this
        try:
            receiver(pelican)
        except Exception as exc:  # the plugin's own code
            raise _failed(module, exc) from exc


def _failed(name: str, exc: Exception) -> DraftError:
    reason = f"{type(exc).__name__}: {exc}".replace(str(Path.home()), "~")
    return DraftError(
        f"The site's plugin {name!r} failed ({reason}). Drafts are rendered with the site's own"
        " plugins: mend or install it, or take it out of PLUGINS."
    )
