"""How publish speaks with the CMS: never faster than the API's guide has it."""

from itertools import pairwise
from types import SimpleNamespace

from pelican_buttercms.api import Write
from pelican_buttercms.publish.apply.cms import PACE, Cms, poll


def test_writes_keep_their_distance():
    """The first goes at once, the next waits for what is left of the pace."""
    now, slept, sent = [100.0], [], []

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    def send(write):
        sent.append(now[0])
        now[0] += 0.05
        return SimpleNamespace(warnings=())

    cms = Cms(
        None, SimpleNamespace(send=send), learn=None, within=1, sleep=sleep, clock=lambda: now[0]
    )
    for _ in range(3):
        cms.send(Write("PATCH", "posts/x/"))
    assert len(slept) == 2
    assert all(later - earlier >= PACE - 1e-9 for earlier, later in pairwise(sent))
    now[0] += 10
    cms.send(Write("PATCH", "posts/x/"))
    assert len(slept) == 2


def test_a_write_is_waited_for_at_growing_distances(slept):
    """0.5, 1, 2, 4, then every 5 seconds, until the bound; what was seen last is told."""
    looks = iter(range(100))
    seen, accepted = poll(
        lambda: next(looks), lambda n: n == 50, within=20, sleep=slept.append,
        clock=lambda: sum(slept),
    )  # fmt: skip
    assert slept == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0, 2.5]
    assert (seen, accepted) == (7, False)
