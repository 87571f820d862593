"""The budget of the checks of a preview."""

from hypothesis import given
from hypothesis import strategies as st

from pelican_buttercms.preview.budget import Budget


class Clock:
    """Seconds that pass when told to."""

    now = 1000.0

    def __call__(self):
        return self.now


def test_checks_cost_no_more_than_the_budget():
    """The interval follows from the last check's calls; what is saved up is soon spent."""
    clock = Clock()
    budget = Budget(240, 10, clock)
    budget.record(8)
    assert budget.interval == 120
    assert not budget.is_time()
    clock.now += 11
    assert budget.allows()
    assert not budget.is_time()
    clock.now += 110
    assert budget.is_time()
    for _ in range(20):
        budget.record(8)
        clock.now += 10
    assert not budget.allows()
    clock.now += 3600
    assert budget.allows()


@given(st.integers(1, 5000), st.integers(1, 100), st.lists(st.floats(0.1, 500), max_size=60))
def test_in_no_hour_are_more_calls_made_than_the_budget_and_what_was_saved(per_hour, cost, steps):
    """However the checks are spread."""
    clock = Clock()
    budget = Budget(per_hour, 1, clock)
    budget.cost = cost
    spent = 0
    for step in steps:
        clock.now += step
        if budget.allows():
            budget.record(cost)
            spent += cost
    hours = (clock.now - 1000) / 3600
    assert spent <= per_hour * (hours + 0.25) + 2 * cost


def test_failures_make_checks_rarer_until_one_works():
    """Doubled each time, and as before after a success."""
    clock = Clock()
    budget = Budget(3600, 10, clock)
    intervals = []
    for _ in range(9):
        budget.record_failure()
        intervals.append(budget.interval)
    assert intervals[:3] == [20, 40, 80]
    assert intervals[-1] == 640
    clock.now += 639
    assert not budget.allows()
    clock.now += 1
    assert budget.allows()
    budget.record(1)
    assert budget.interval == 10
