"""Workload: minima first, then wishes, and whatever does not fit is named."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.followup.staffing import people_needed, people_needed_by_time
from pharmasales.followup.workload import ClassLoad, workload_of


@st.composite
def loads(draw):
    """Return some classes, each with a range."""
    found = []
    for letter in draw(st.lists(st.sampled_from("ABCDE"), unique=True, max_size=5)):
        least = draw(st.fractions(0, 8, max_denominator=4))
        most = least + draw(st.fractions(0, 8, max_denominator=4))
        found.append(ClassLoad(letter, draw(st.integers(0, 60)), least, most))
    return found


def test_e9():
    """E9: 10,000 doctors x 1.5 / 9 a day / 51 days = 32.68, so 33 reps for 15,000 visits."""
    load = ClassLoad("A", 10_000, "1.5")
    assert (load.minimum, people_needed([load], 9, 51)) == (15_000, 33)


def test_no_field_day_is_an_error_and_no_zero():
    """Required people cannot be worked out without a field day."""
    with pytest.raises(BadValue) as caught:
        people_needed([ClassLoad("A", 1, 1)], 9, 0)
    assert caught.value.code == "followup.headcount"


def test_people_by_time():
    """40 x 4 x 45 + 60 x 2 x 30 = 10,800 minutes; 240 x 22 = 5,280 a rep: 2.05, so 3."""
    asked = [ClassLoad("A", 40, 4, minutes=45), ClassLoad("B", 60, 2, minutes=30)]
    assert people_needed_by_time(asked, 240, 22) == 3
    assert people_needed_by_time(asked, 540, 20) == 1
    with pytest.raises(BadRule, match="no minutes"):
        people_needed_by_time([ClassLoad("A", 1, 1)], 240, 22)


@settings(deadline=None)
@given(loads(), st.integers(0, 2000))
def test_sums_are_the_whole(asked, slots):
    """What the classes get and what is spare are the slots; minima and maxima add up; nothing is lost or negative."""
    found = workload_of(asked, slots)
    assert sum(one.visits for one in found.classes) + found.spare == slots
    assert found.minimum == sum(load.minimum for load in asked)
    assert found.maximum == sum(load.maximum for load in asked)
    assert found.planned + sum(one.unfulfilled for one in found.classes) == found.maximum
    assert found.shortfall == max(0, found.minimum - slots)
    assert all(0 <= one.visits <= one.load.maximum for one in found.classes)
    assert found.spare == max(0, slots - found.maximum)


@settings(deadline=None)
@given(loads(), st.integers(0, 2000))
def test_a_better_class_never_waits_for_a_worse_one(asked, slots):
    """A class below its minimum leaves nothing to those after it; one below its wish leaves them their minimum only."""
    classes = workload_of(asked, slots).classes
    for place, one in enumerate(classes):
        after = classes[place + 1 :]
        if one.shortfall:
            assert all(other.visits == 0 for other in after)
        if one.unfulfilled:
            assert all(other.visits <= other.load.minimum for other in after)


@settings(deadline=None)
@given(loads(), st.integers(0, 2000), st.integers(0, 50))
def test_more_slots_never_take_from_a_class(asked, slots, more):
    """Monotone in the slots, class by class."""
    few, many = workload_of(asked, slots), workload_of(asked, slots + more)
    assert all(a.visits <= b.visits for a, b in zip(few.classes, many.classes, strict=True))


def test_ranges_of_the_source():
    """A 4-8, B 2-4, C 1-2: 110 slots hold 40 + 40 + 30; 130 lift A first."""
    asked = [ClassLoad("C", 30, 1, 2), ClassLoad("A", 10, 4, 8), ClassLoad("B", 20, 2, 4)]
    exact = workload_of(asked, 110, "ABC")
    assert [(one.load.grade, one.visits, one.each) for one in exact.classes] == [
        ("A", 40, 4),
        ("B", 40, 2),
        ("C", 30, 1),
    ]
    assert exact.why.text() == "110 slots for at least 110 and at most 220 visits: every promise fits"
    lifted = workload_of(asked, 130, "ABC")
    assert [one.each for one in lifted.classes] == [6, 2, 1]
    roomy = workload_of(asked, 221, "ABC")
    assert roomy.spare == 1
    assert roomy.why.text("zh") == "221 个时段，要求 110 至 220 次拜访：全部可安排，余 1 个时段"
    short = workload_of(asked, 100, "ABC")
    assert [(one.load.grade, one.shortfall) for one in short.classes] == [("A", 0), ("B", 0), ("C", 10)]
    assert short.why.text("zh").endswith("缺 10 次（C 级：至少 30 次，可安排 20 次，缺 10 次）")
    assert str(short.table()).splitlines()[-1].startswith("C")
    assert "<caption>Workload by class" in short._repr_html_()


def test_no_slot_is_a_named_reason():
    """Every class is short, and says why."""
    none = workload_of([ClassLoad("A", 2, 4), ClassLoad("B", 0, 4)], 0)
    assert [one.shortfall for one in none.classes] == [8, 0]
    assert "no slot at all: no field day" in none.why.text()
    assert none.classes[1].each is None


def test_halves_are_rounded_up_once():
    """Three customers at 1/2 are 1.5 visits, so 2."""
    assert (ClassLoad("C", 3, "1/2").minimum, ClassLoad("C", 3, "1/2").maximum) == (2, 2)
    assert workload_of([ClassLoad("C", 3, "1/2")], 5).classes[0].each == Fraction(2, 3)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: ClassLoad("A", -1, 1),
        lambda: ClassLoad("A", True, 1),
        lambda: ClassLoad("A", 1, 2, 1),
        lambda: ClassLoad("A", 1, -1),
        lambda: ClassLoad("A", 1, 1, minutes=0),
        lambda: workload_of([ClassLoad("A", 1, 1), ClassLoad("A", 1, 1)], 1),
        lambda: workload_of([ClassLoad("A", 1, 1)], 1, "B"),
    ],
)
def test_what_is_no_workload(bad):
    """Counts below zero, ranges backwards, a class twice or without a place."""
    with pytest.raises(BadRule):
        bad()


@pytest.mark.parametrize("slots", [-1, True, "8", 1.0])
def test_slots_are_counted(slots):
    """Whole numbers from 0."""
    with pytest.raises(BadValue, match="slots are a whole number"):
        workload_of([ClassLoad("A", 1, 1)], slots)
