"""The dynamic programme for one customer, against trying everything."""

from fractions import Fraction
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from pharmasales.followup.planning._spread import FULL, Days, spread
from pharmasales.followup.planning.cost import deviations

ordinals = st.lists(st.integers(20, 45), unique=True, max_size=9).map(sorted)


def test_deviations_are_squares_half_up():
    """(5/2)² is 6.25, (1/2)² is 0.25."""
    assert deviations(Fraction(5, 2), 4) == (6, 2, 0, 0, 2)
    assert deviations(Fraction(7, 1), 2) == (49, 36, 25)


def worth(chosen, days, prices, gap, costs, due, earliest):
    """Return what a choice costs, or nothing where it breaks a rule."""
    first = days[chosen[0]]
    close = any(days[b] - days[a] < gap for a, b in pairwise(chosen))
    if first < earliest or close or any(prices[n] >= FULL for n in chosen):
        return None
    cost = sum(prices[n] for n in chosen) + sum(costs[days[b] - days[a]] for a, b in pairwise(chosen))
    return cost if due is None else cost + costs[first - due]


@given(
    ordinals,
    st.integers(0, 5),
    st.integers(1, 8),
    st.fractions(1, 12, max_denominator=4),
    st.one_of(st.none(), st.integers(5, 20)),
    st.integers(0, 30),
    st.lists(st.sampled_from([0, 1, 3, 10, FULL]), min_size=9, max_size=9),
)
def test_choice_is_the_best_of_all(days, count, gap, ideal, due, earliest, prices):
    """As many visits as any choice can hold up to the count, and at the least cost of all those."""
    costs, prices = deviations(ideal, 60), prices[: len(days)]
    found = spread(Days.of(days, gap, ideal, 60), prices, count, due, earliest)
    best, size = None, 0
    for k in range(1, count + 1):
        choices = (worth(c, days, prices, gap, costs, due, earliest) for c in combinations(range(len(days)), k))
        legal = [cost for cost in choices if cost is not None]
        if legal:
            best, size = min(legal), k
    assert len(found) == size
    if found:
        assert worth(found, days, prices, gap, costs, due, earliest) == best
