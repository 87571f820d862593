"""The bounds of trying again."""

import pytest

from pelican_buttercms.errors import TransportError
from pelican_buttercms.sync.http.retry import Retry


def failing(times):
    """Make an action that fails so often, then gives 1."""
    left = [times]

    def action():
        if left[0]:
            left[0] -= 1
            raise TransportError("no answer")
        return 1

    return action


def test_the_total_time_is_bounded():
    """No try begins after the total, however many are left."""
    slept = []
    retry = Retry(
        attempts=100, total=4, sleep=slept.append, clock=lambda: sum(slept), jitter=lambda: 0.5
    )
    with pytest.raises(TransportError):
        retry.call(failing(100))
    assert slept == [0.5, 1.0, 2.0]


def test_jitter_spreads_the_pauses():
    """Between half and one and a half times the pause, so that clients do not march in step."""
    for jitter, pauses in ((0.0, [0.25, 0.5]), (1.0, [0.75, 1.5])):
        slept = []
        retry = Retry(sleep=slept.append, clock=lambda: 0, jitter=lambda value=jitter: value)
        assert retry.call(failing(2)) == 1
        assert slept == pauses


def test_other_errors_fly_at_once():
    """What is not a passing failure is not tried again."""
    calls = []

    def action():
        calls.append(1)
        raise KeyError("bug")

    with pytest.raises(KeyError):
        Retry(sleep=lambda _: None).call(action)
    assert calls == [1]
