"""Remaining: the published rules for what is left, and for what is missing."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.followup.cycleplan.plan_channels import TargetGoal
from pharmasales.followup.cycleplan.tallies import Tally, TrackTally, remaining, to_schedule

counts = st.none() | st.integers(0, 20)


@pytest.mark.parametrize(
    ("planned", "actual", "left"),
    [(None, None, 0), (4, None, 4), (None, 3, 0), (4, 3, 1), (4, 4, 0), (4, 5, 0), (0, 0, 0), (0, None, 0), (0, 2, 0)],
)
def test_remaining_by_the_published_table(planned, actual, left):
    """R = max(P - A, 0); both missing 0; A missing P; P missing 0."""
    assert remaining(planned, actual) == left


@pytest.mark.parametrize(
    ("planned", "scheduled", "actual", "left"),
    [
        (None, None, None, 0),
        (None, None, 2, 0),
        (None, 2, None, 0),
        (None, 2, 2, 0),
        (4, None, None, 4),
        (4, None, 1, 3),
        (4, 1, None, 3),
        (4, 1, 1, 2),
        (4, 2, 2, 0),
        (4, 3, 3, 0),
        (0, 0, 0, 0),
    ],
)
def test_to_schedule_by_every_way_of_missing(planned, scheduled, actual, left):
    """Rs = max(P - S - A, 0), each of the eight ways in which the three can be missing."""
    assert to_schedule(planned, scheduled, actual) == left


@given(counts, counts, counts)
def test_laws_of_what_remains(planned, scheduled, actual):
    """Never below 0 nor above the plan; what is to be scheduled is never more than what remains."""
    rest, open_ = remaining(planned, actual), to_schedule(planned, scheduled, actual)
    assert 0 <= open_ <= rest <= (planned or 0)
    if scheduled in (None, 0):
        assert open_ == rest


def test_a_tally_without_goal_or_log():
    """No goal: nothing remains and no goal in interactions. No log: nothing made, which is not zero."""
    assert Tally(None, None, Fraction(1), 3, 0).goal_interactions is None
    assert Tally(None, None, Fraction(1), 3, 0).remaining == 0
    bare = Tally(5, 2, Fraction(1), None, None)
    assert (bare.interactions, bare.earned, bare.remaining, bare.to_schedule) == (None, None, 5, 5)


def test_earned_below_at_and_above_the_most():
    """V-MAX: earned = min(actual, most) x weight; without a most all of it; a most of 0 earns nothing."""
    half = Fraction(1, 2)
    earned = [Tally(9, most, half, actual, 0).earned for most, actual in product((None, 0, 3), (2, 3, 4))]
    assert earned == [1, Fraction(3, 2), 2, 0, 0, 0, 1, Fraction(3, 2), Fraction(3, 2)]


def test_the_customers_goal_is_an_input():
    """V-GOAL: the goal given counts, and its difference from the sum is reported; V-CAP: its most comes last."""
    tallies = Tally(4, 2, Fraction(1), 5, 0), Tally(2, None, Fraction(1, 4), 2, 0)
    track = TrackTally(tallies, TargetGoal(6, most="2.25"))
    assert (track.goal_sum, track.goal, track.difference) == (Fraction(9, 2), 6, Fraction(3, 2))
    assert (track.interactions, track.earned_sum, track.earned) == (Fraction(11, 2), Fraction(5, 2), Fraction(9, 4))
    alone = TrackTally(tallies)
    assert (alone.goal, alone.difference, alone.earned) == (Fraction(9, 2), None, Fraction(5, 2))
    unknown = TrackTally((Tally(None, None, Fraction(1), None, None),), TargetGoal(6))
    assert (unknown.goal_sum, unknown.difference, unknown.earned, unknown.goal) == (None, None, None, 6)
