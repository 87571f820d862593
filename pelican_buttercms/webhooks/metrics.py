"""The queue's numbers in the text form that Prometheus' scrapers read.

The numbers live in the queue and not in this process, so that every worker of a host tells the
same, and a restart does not begin at zero. That is why no client library is used: it counts in the
process. Several relays that share a queue tell the same, too: take the maximum, not the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pelican_buttercms.store.queue import QueueState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_PREFIX = "buttercms_relay"
Sample = tuple[dict[str, str], float]


def render(state: QueueState, refused: Mapping[str, int]) -> str:
    """Write the metrics.

    Args:
        state: how the queue stands.
        refused: requests that this process refused, by reason.
    """
    counted = state.counters
    builds = ((name.split(":"), n) for name, n in sorted(counted.items()) if name[:6] == "build:")
    events = ((name[6:], n) for name, n in sorted(counted.items()) if name[:6] == "event:")
    targets = sorted(state.targets.items())
    lines = [
        *_metric("events_total", "counter", "Webhooks taken.", ((_e(e), n) for e, n in events)),
        *_one("repeated_total", "counter", "Webhooks that came twice.", counted.get("repeated", 0)),
        *_metric(
            "builds_total",
            "counter",
            "Tries to start a build.",
            (({"target": part[1], "result": part[2]}, n) for part, n in builds),
        ),
        *_metric(
            "refused_total",
            "counter",
            "Requests that this process refused.",
            (({"reason": reason}, n) for reason, n in sorted(refused.items())),
        ),
        *_one("waiting_events", "gauge", "Events not delivered everywhere.", state.waiting),
        *_one("open_events", "gauge", "Those of them in the open window.", state.open),
        *_one("oldest_event_seconds", "gauge", "Age of the oldest of them.", state.oldest or 0.0),
        *_one(
            "last_delivery_timestamp_seconds",
            "gauge",
            "When a build was last started; 0 if never.",
            state.delivered or 0.0,
        ),
        *_metric(
            "target_waiting_events",
            "gauge",
            "Events not delivered to a target.",
            ((_t(name), target.waiting) for name, target in targets),
        ),
        *_metric(
            "target_failed_attempts",
            "gauge",
            "Failures at a target since its last success.",
            ((_t(name), target.attempts) for name, target in targets),
        ),
        *_metric(
            "target_failing_seconds",
            "gauge",
            "For how long a target has been failing.",
            ((_t(name), target.failing_for) for name, target in targets),
        ),
    ]
    return "\n".join(lines) + "\n"


def _e(name: str) -> dict[str, str]:
    return {"event": name}


def _t(name: str) -> dict[str, str]:
    return {"target": name}


def _one(name: str, kind: str, text: str, value: float) -> Iterable[str]:
    return _metric(name, kind, text, [({}, value)])


def _metric(name: str, kind: str, text: str, samples: Iterable[Sample]) -> Iterable[str]:
    yield f"# HELP {_PREFIX}_{name} {text}"
    yield f"# TYPE {_PREFIX}_{name} {kind}"
    for labels, value in samples:
        told = ",".join(f'{key}="{_escape(label)}"' for key, label in labels.items())
        yield f"{_PREFIX}_{name}{'{' + told + '}' if told else ''} {value:.16g}"


def _escape(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
