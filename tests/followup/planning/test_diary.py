"""The diary: making room and fixed visits, in cases built for it."""

from datetime import date
from fractions import Fraction

import pytest

from pharmasales.followup import ANY_DAY, Access
from pharmasales.followup.planning._diary import Diary, Job
from pharmasales.followup.planning.targets import Appointment


def diary_of(*days, per_day=1):
    """Return an empty diary of some days of March 2026."""
    march = [date(2026, 3, day) for day in days]

    def suiting(access, _minutes):
        return [day for day in march if access.receives(day)]

    return Diary(march, [(0, len(days))], [per_day] * len(days), 31, suiting)


def job_of(number, gap=1, access=ANY_DAY, place="", last=None):
    """Return a customer without visits."""
    last = last and date(2026, 3, last).toordinal()
    return Job(number, 0, access, place, gap, Fraction(gap), last, [1])


def never_on(*days):
    """Return an access that is closed on some days of March 2026."""
    return Access(closed=[date(2026, 3, day) for day in days])


def test_nobody_is_moved_twice_on_the_way():
    """Moved from 1 to 7 and from 10 to 9 its visits would stand two days apart, not three: there is no room."""
    diary = diary_of(1, 7, 9, 10)
    twice, other, wants = job_of(0, gap=3), job_of(1, access=never_on(1, 9)), job_of(2, access=never_on(7, 9, 10))
    diary.put(twice, 0)
    diary.put(twice, 3)
    diary.put(other, 1)
    dead = set()
    assert not diary.squeeze(wants, 0, dead)
    assert (twice.days, other.days, wants.days, dead) == ([0, 3], [1], [], {0, 1, 3})


def test_way_over_two_others():
    """The first moves to the second's day, the second to the day with room."""
    diary = diary_of(2, 3, 4)
    first, second, wants = (
        job_of(0, access=never_on(4)),
        job_of(1, access=never_on(2)),
        job_of(2, access=never_on(3, 4)),
    )
    diary.put(first, 0)
    diary.put(second, 1)
    assert diary.squeeze(wants, 0, set())
    assert (first.days, second.days, wants.days, diary.room) == ([1], [2], [0], [0, 0, 0])


def test_room_is_not_made_inside_the_gap():
    """Last seen on the 1st with a gap of 3 days: the 3rd has room, the 4th is somebody else's, so there is none."""
    diary = diary_of(3, 4)
    only, wants = job_of(0, access=never_on(3)), job_of(1, gap=3, last=1)
    diary.put(only, 1)
    assert not diary.squeeze(wants, 0, set())
    assert wants.days == []


@pytest.mark.parametrize(
    ("day", "without", "keeps"),
    [
        *((0, None, True), (1, None, False), (2, None, False), (3, None, True), (4, None, False), (5, None, False)),
        *((1, 2, True), (5, 2, False), (4, 5, True), (6, 5, True), (1, 5, False)),
    ],
)
def test_gap_to_both_neighbours(day, without, keeps):
    """Visits on the 5th and 11th, gap 3: the neighbours on both sides count, but for the one that moves."""
    diary = diary_of(2, 3, 5, 8, 9, 11, 12)
    job = job_of(0, gap=3)
    diary.put(job, 2)
    diary.put(job, 5)
    assert diary.keeps_gap(job, day, without=without) is keeps


def test_fixed_visits_stay_and_keep_others_away():
    """Fixed on the 4th with a gap of 3 days: days 2 to 6 are not offered, and nobody moves the fixed visit."""
    diary = diary_of(2, 3, 4, 5, 6, 9)
    job = job_of(0, gap=3)
    job.fixed = {date(2026, 3, 4): Appointment("r1", date(2026, 3, 4), "c1")}
    diary.pin(job)
    assert (job.days, diary.fits(job, 0), diary.room) == ([2], [5], [1, 1, 0, 1, 1, 1])
    wants = job_of(1, access=never_on(2, 3, 5, 6, 9))
    assert not diary.squeeze(wants, 0, set())
    assert (job.days, wants.days) == ([2], [])


def test_going_to_a_place_anyway_makes_it_cheap():
    """Where the rep goes to a hospital whoever is seen there, one more visit costs no journey."""
    diary, job = diary_of(2, 3), job_of(0, place="Example Hospital")
    diary.expect("Example Hospital", 1)
    assert diary.prices(job, [0, 1]) == [10, 0]
