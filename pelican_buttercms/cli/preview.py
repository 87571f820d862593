"""`pelican-buttercms preview`: the site with its drafts, on this machine, always up to date."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from queue import Queue
import webbrowser

import click

from pelican_buttercms.cli.formatting import echo, number
from pelican_buttercms.cli.options import PORT, settings_option
from pelican_buttercms.local_requests import is_loopback
from pelican_buttercms.preview.budget import Budget
from pelican_buttercms.preview.events import Events, read_keys, single_keys
from pelican_buttercms.preview.live_reload import Hub
from pelican_buttercms.preview.server import PreviewServer, listening
from pelican_buttercms.preview.session import Session
from pelican_buttercms.preview.site import PreviewSite
from pelican_buttercms.settings.durations import spell_duration


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
    help="How many API calls looking for changes may cost.",
)
@click.option(
    "--interval",
    type=click.FloatRange(min=0.2),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait between two looks at least.",
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
    opens: bool,
) -> None:
    """Show the site with its drafts, and keep it up to date until interrupted.

    While one of its pages is in view, ButterCMS is asked for changes, as often as the calls allow;
    at once when a page comes into view, when you press r, and on a POST to /_buttercms/webhook.
    Changed files and templates are built at once and cost nothing. Nothing is written to the
    site's output folder.
    """
    events: Events = Queue()
    hub = Hub(on_seen=partial(events.put, ("seen", frozenset())))
    budget = Budget(calls_per_hour, interval)
    names = (*hosts, host)
    place: list[PreviewSite] = []
    server = PreviewServer(
        hub,
        lambda parts, locale: place[0].find(parts, locale) if place else None,
        partial(events.put, ("webhook", frozenset())),
        names,
    )
    with listening(server, host, port) as taken:
        address = f"http://{'localhost' if is_loopback(host) else host}:{taken}"
        site = PreviewSite(settings, address)
        place.append(site)
        session = Session(site, hub, server, budget, events, echo)
        try:
            session.first_build()
            echo(f"Showing drafts at {address}/ (all of them: {address}/drafts/)")
            echo(_asking(budget, calls_per_hour, offline=session.offline))
            with single_keys() as terminal:
                keys = "q ends." if session.offline else "r looks now, q ends."
                echo(keys if terminal else "Ctrl-C ends.")
                read_keys(events)
                if opens:
                    webbrowser.open(f"{address}/drafts/")
                session.run()
        except KeyboardInterrupt:
            pass
        finally:
            hub.close()
            site.close()
    echo(f"Ended after {number(session.calls, 'API call')}.")


def _asking(budget: Budget, calls_per_hour: int, *, offline: bool) -> str:
    """Say how often the CMS is asked."""
    if offline:
        return "ButterCMS is not asked, because BUTTERCMS_OFFLINE is set: files alone are watched."
    span = spell_duration(timedelta(seconds=budget.interval))
    return (
        f"ButterCMS is asked every {span} while a page is in view (at most"
        f" {number(calls_per_hour, 'call')} an hour, about {budget.cost:,} a look)."
    )
