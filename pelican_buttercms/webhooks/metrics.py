"""The queue's metrics in Prometheus' text format.

The numbers are kept in the queue and not in this process: every worker of a host reports the same,
and a restart does not reset them. A client library counts in its own process, so none is used.
Several relays that share a queue report the same numbers: take the maximum, not the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pelican_buttercms.store.queue import QueueState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_PREFIX = "buttercms_relay"
_EVENT = "event:"
_BUILD = "build:"
Labels = dict[str, str]
Metric = tuple[str, str, str, Iterable[tuple[Labels, float]]]
"""A name, a type, a help text and the samples."""


def render(state: QueueState, refused: Mapping[str, int]) -> str:
    """Return the metrics as text.

    Args:
        state: the state of the queue.
        refused: the number of requests that this process refused, by reason.
    """
    return "".join(line for metric in _metrics(state, refused) for line in _lines(*metric))


def _metrics(state: QueueState, refused: Mapping[str, int]) -> Iterator[Metric]:
    counters = sorted(state.counters.items())
    events = [({"event": n.removeprefix(_EVENT)}, v) for n, v in counters if n.startswith(_EVENT)]
    builds = [(_build(n), v) for n, v in counters if n.startswith(_BUILD)]
    yield "events_total", "counter", "Webhooks taken.", events
    repeated = state.counters.get("repeated", 0)
    yield "repeated_total", "counter", "Webhooks that came twice.", [({}, repeated)]
    yield "builds_total", "counter", "Tries to start a build.", builds
    reasons = [({"reason": reason}, number) for reason, number in sorted(refused.items())]
    yield "refused_total", "counter", "Requests that this process refused.", reasons
    for name, text, value in (
        ("waiting_events", "Events not delivered everywhere.", state.waiting),
        ("open_events", "Those of them in the open window.", state.open),
        ("oldest_event_seconds", "Age of the oldest of them.", state.oldest),
        ("last_delivery_timestamp_seconds", "When a build was last started.", state.delivered),
    ):
        yield name, "gauge", text, [({}, value or 0.0)]
    for name, text, attribute in (
        ("target_waiting_events", "Events not delivered to a target.", "waiting"),
        ("target_failed_attempts", "Failures at a target since its last success.", "attempts"),
        ("target_failing_seconds", "For how long a target has been failing.", "failing_for"),
    ):
        targets = sorted(state.targets.items())
        yield name, "gauge", text, [({"target": n}, getattr(t, attribute)) for n, t in targets]


def _build(counter: str) -> Labels:
    _, target, result = counter.split(":")
    return {"target": target, "result": result}


def _lines(
    name: str, kind: str, text: str, samples: Iterable[tuple[Labels, float]]
) -> Iterator[str]:
    yield f"# HELP {_PREFIX}_{name} {text}\n# TYPE {_PREFIX}_{name} {kind}\n"
    for labels, value in samples:
        pairs = ",".join(f'{key}="{_escape(label)}"' for key, label in labels.items())
        yield f"{_PREFIX}_{name}{'{' + pairs + '}' if pairs else ''} {value:.16g}\n"


def _escape(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
