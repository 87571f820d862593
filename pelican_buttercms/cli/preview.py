"""`pelican-buttercms preview`: a local site with drafts that is kept up to date."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from queue import Queue
import webbrowser

import click

from pelican_buttercms.cli.formatting import echo
from pelican_buttercms.cli.options import PORT, settings_option
from pelican_buttercms.local_requests import is_loopback
from pelican_buttercms.preview.budget import Budget
from pelican_buttercms.preview.events import Events, PreviewEvent, read_keys, single_keys
from pelican_buttercms.preview.live_reload import LiveReload
from pelican_buttercms.preview.server import PreviewServer, listening
from pelican_buttercms.preview.session import PreviewSession
from pelican_buttercms.preview.site import PreviewSite
from pelican_buttercms.settings.durations import spell_duration
from pelican_buttercms.wording import count_noun


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=PORT, default=8000, show_default=True, help="Port; 0 takes a free one."
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="A further name to answer to, such as a tunnel's; repeatable.",
)
@click.option(
    "--calls-per-hour",
    type=click.IntRange(min=1),
    default=240,
    show_default=True,
    help="How many API calls checking for changes may cost.",
)
@click.option(
    "--interval",
    type=click.FloatRange(min=0.2),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="The least time between two checks.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Show the site as of the end of that day (UTC), without drafts.",
)
@click.option("--open", "opens", is_flag=True, help="Open the browser.")
@settings_option
def preview(
    *,
    settings: str | None,
    host: str,
    port: int,
    hosts: tuple[str, ...],
    calls_per_hour: int,
    interval: float,
    as_of: datetime | None,
    opens: bool,
) -> None:
    """Show the site with its drafts, and keep it up to date until interrupted.

    While one of its pages is visible, checks ButterCMS for changes, as often as the calls allow.
    Checks at once when a page becomes visible and when you press r. A webhook to
    /_buttercms/webhook asks for what it names.
    Changed files and templates are built at once and cost nothing. Nothing is written to the
    site's output folder.
    """
    events: Events = Queue()
    live_reload = LiveReload(on_visible=partial(events.put, PreviewEvent("visible")))
    budget = Budget(calls_per_hour, interval)
    names = (*hosts, host)
    place: list[PreviewSite] = []
    server = PreviewServer(
        live_reload,
        lambda parts, locale: place[0].find(parts, locale) if place else None,
        lambda kind, body: events.put(PreviewEvent(kind, body=body)),
        names,
        describe=lambda name: place[0].describe(name) if place else {},
        record=lambda locale, key: place[0].record(locale, key) if place else None,
        explain=lambda path: place[0].explain(path) if place else [],
    )
    with listening(server, host, port) as taken:
        address = f"http://{'localhost' if is_loopback(host) else host}:{taken}"
        site = PreviewSite(settings, address)
        site.show_as_of(as_of and as_of.date())
        place.append(site)
        session = PreviewSession(site, live_reload, server, budget, events, echo)
        try:
            session.first_build()
            echo(f"Showing drafts at {address}/ (all of them: {address}/drafts/)")
            echo(_asking(budget, calls_per_hour, offline=session.offline))
            with single_keys() as terminal:
                keys = "q ends." if session.offline else "r checks now, q ends."
                echo(keys if terminal else "Ctrl-C ends.")
                read_keys(events)
                if opens:
                    webbrowser.open(f"{address}/drafts/")
                session.run()
        except KeyboardInterrupt:
            pass
        finally:
            live_reload.close()
            site.close()
    echo(f"Ended after {count_noun(session.calls, 'API call')}.")


def _asking(budget: Budget, calls_per_hour: int, *, offline: bool) -> str:
    """Return how often the CMS is checked for changes, as text."""
    if offline:
        return "ButterCMS is not checked, because BUTTERCMS_OFFLINE is set. Only files are watched."
    span = spell_duration(timedelta(seconds=budget.interval))
    return (
        f"Checking ButterCMS every {span} while a page is in view (at most"
        f" {count_noun(calls_per_hour, 'call')} an hour, about {budget.cost:,} a check)."
    )
