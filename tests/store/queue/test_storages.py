"""Both places keep the same queue: whatever is done to them, they answer alike."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pelican_buttercms.store.queue import DiskQueue, RedisQueue

KEYS, TARGETS = st.sampled_from("xyz"), st.sampled_from("abc")
STEPS = st.one_of(
    st.tuples(st.just("register"), st.lists(TARGETS, unique=True, max_size=3)),
    st.tuples(st.just("add"), KEYS),
    st.tuples(st.just("close"), st.none()),
    st.tuples(st.just("claim"), TARGETS),
    st.tuples(st.just("deliver"), TARGETS),
    st.tuples(st.just("done"), st.just(0) | st.integers(0, 5)),
    st.tuples(st.just("failed"), st.integers(0, 5)),
    st.tuples(st.just("renew"), st.integers(0, 5)),
)


def act(queue, step, claims):
    """Do one thing to a queue, and return what it answers, without times."""
    what, value = step
    if what == "register":
        return sorted(queue.register(value))
    if what == "add":
        return queue.add(value, value.encode(), "taken", value.encode())
    if what == "close":
        return queue.close_window(0, 0)
    if what == "deliver":
        queue.close_window(0, 0)
        claim = queue.claim(value, "me", 600)
        return claim and (claim.items, queue.done(claim, "built"))
    if what == "claim":
        claim = queue.claim(value, "me", 600)
        claims += [claim] if claim else []
        return claim and (claim.target, claim.items, claim.attempts, claim.upto)
    if value >= len(claims):
        return None
    arguments = {"done": ("built",), "failed": (0, "failed"), "renew": (600,)}[what]
    return getattr(queue, what)(claims[-1 - value], *arguments)


def count_items(change):
    """Return how many items lie in the place that keeps them, delivered ones too."""
    return sum(item != b"" for item in change.items(0, change.state.newest))


def summary(queue):
    """Return the state of a queue without its times; only what waits is kept."""
    state = queue.state()
    assert queue._storage.run(count_items) == state.waiting
    targets = {name: (target.waiting, target.attempts) for name, target in state.targets.items()}
    has_times = (state.oldest is not None, state.delivered is not None)
    return state.waiting, state.open, has_times, targets, state.counters, queue.log()


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=30))
def test_a_history_is_the_same_in_both(steps, tmp_path_factory, redis_server):
    """Each answer and each state, after each step; a fenced claim counts in neither."""
    redis_server.clear()
    queues = [DiskQueue(tmp_path_factory.mktemp("q")), RedisQueue(redis_server.url)]
    claims = [[], []]
    try:
        for step in [("register", ["a"]), ("add", "x"), *steps]:
            answers = [act(*pair) for pair in zip(queues, [step] * 2, claims, strict=True)]
            assert answers[0] == answers[1], step
            assert summary(queues[0]) == summary(queues[1]), step
    finally:
        for queue in queues:
            queue.close()
