"""The visits of a period: from a day on, less what was done, by grade, kind, scheme, leave and visiting day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from attrs import evolve

from pharmasales.archive import Archive, Customer
from pharmasales.classification import Classification, Scheme, classify
from pharmasales.cycle import Call, ClassPolicy, FollowPolicy, Policy, Region, grade_customers, plan_visits
from pharmasales.cycle.visiting import visit_demand
from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadRule, BadValue, UnknownYear
from pharmasales.followup import Cadences, Schedule
from pharmasales.followup.planning.travel import Point
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter
from pharmasales.rules import Bands, Field
from pharmasales.testing import one_rep, two_districts
from pharmasales.units import BOX, CNY
from pharmasales.workdays import CHINA

Q1, MARCH = Quarter(2026, 1), Month(2026, 3)
ORG = Org.of([Node("N", "North", "district"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])


def graded(scheme: str, **letters: str) -> Classification:
    """Grade customers by hand: an id and its letter."""
    records = [(customer, customer, {"n": ord(letter)}) for customer, letter in letters.items()]
    rule = Bands(Field("n"), ((66, "A"), (67, "B"), (68, "C")), top="D")
    return classify(records, Scheme(scheme, ("A", "B", "C", "D")), rule)


def world(*customers: Customer, calls: list[Call] | None = None) -> Region:
    """Make a region of two reps."""
    return Region(ORG, Archive.of(customers), CNY, BOX, calls=calls)


def visits(
    region: Region,
    *grades: Classification,
    as_of: date | None = None,
    notes: list[Says] | None = None,
    **follow: object,
) -> Schedule:
    """Plan March."""
    schemes = ClassPolicy(tuple(found.scheme.name for found in grades))
    policy = Policy(classify=schemes, follow=FollowPolicy(**follow))  # type: ignore[arg-type]  # by name
    return plan_visits(region, policy, grades, MARCH, as_of, notes)


def counts(plan: Schedule) -> Counter[str]:
    """Count the visits of each customer."""
    return Counter(visit.customer for visit in plan.visits)


H1, H2 = Customer("H1", "One", "hospital", "r1"), Customer("H2", "Two", "doctor", "r2")


def test_each_grade_has_its_cadence() -> None:
    """A customer of grade A is seen four times in March, one of grade D never; every visit names the grade."""
    plan = visits(world(H1, H2), graded("abc", H1="A", H2="D"))
    assert counts(plan) == {"H1": 4}
    assert {(visit.rep, visit.grade) for visit in plan.visits} == {("r1", "A")}
    assert plan.unmet == ()


def test_nothing_is_planned_before_the_day_and_done_visits_count() -> None:
    """In the middle of March only what is left of the month's demand is planned, from that day on."""
    day = date(2026, 3, 16)
    calls = [Call(date(2026, 3, n), "r1", "H1") for n in (3, 10)]
    plan = visits(world(H1, H2, calls=calls), graded("abc", H1="A", H2="A"), as_of=day)
    assert counts(plan) == {"H1": 2, "H2": 4}
    assert min(visit.day for visit in plan.visits) >= day
    first = min(visit.day for visit in plan.visits if visit.customer == "H1")
    assert (first - date(2026, 3, 10)).days >= 3


def test_calls_on_or_after_the_day_change_nothing() -> None:
    """A call of the planning day itself or later is no visit done yet."""
    day = date(2026, 3, 16)
    later = [Call(day + timedelta(days=n), "r1", "H1") for n in (0, 1, 8)]
    grades = graded("abc", H1="A")
    assert visits(world(H1, calls=later), grades, as_of=day) == visits(world(H1), grades, as_of=day)


def test_visits_of_the_period_before_keep_the_gap_but_meet_no_demand() -> None:
    """A visit on the last of February moves March's first, and March still has its four; a year ago is forgotten."""
    near = visits(world(H1, calls=[Call(date(2026, 2, 28), "r1", "H1")]), graded("abc", H1="A"))
    assert counts(near) == {"H1": 4}
    assert near.visits[0].day >= date(2026, 3, 3)
    assert near.visits[0].since == (near.visits[0].day - date(2026, 2, 28)).days
    far = visits(world(H1, calls=[Call(date(2025, 2, 27), "r1", "H1")]), graded("abc", H1="A"))
    assert far.visits[0].since is None
    edge = visits(world(H1, calls=[Call(date(2025, 2, 28), "r1", "H1")]), graded("abc", H1="A"))
    assert edge.visits[0].since == (edge.visits[0].day - date(2025, 2, 28)).days


def test_more_visits_than_due_leave_none() -> None:
    """A customer seen more often than due is not visited again, and nothing is owed."""
    calls = [Call(date(2026, 3, n), "r2", "H1") for n in (2, 3, 4, 5, 6)]
    plan = visits(world(H1, calls=calls), graded("abc", H1="A"), as_of=date(2026, 3, 9))
    assert (plan.visits, plan.unmet) == ((), ())


def test_a_day_before_the_period_means_its_first() -> None:
    """Planning early does not reach into the month before; planning too late is refused."""
    grades = graded("abc", H1="A")
    assert visits(world(H1), grades, as_of=date(2026, 1, 1)) == visits(world(H1), grades)
    with pytest.raises(BadValue, match=r"plan\.as_of"):
        visits(world(H1), grades, as_of=date(2026, 4, 1))


def test_kinds_narrow_who_is_visited() -> None:
    """Only the kinds asked for are visited or counted as left out; their letters alone need a cadence."""
    notes: list[Says] = []
    cadence = Cadences.of({"A": 2})
    plan = visits(world(H1, H2), graded("abc", H1="A", H2="D"), notes=notes, kinds=("hospital",), cadence=cadence)
    assert (counts(plan), notes) == ({"H1": 2}, [])


def test_the_first_scheme_that_has_a_letter_decides() -> None:
    """Schemes are asked in the order of the policy; the second fills in where the first has none."""
    one, two = graded("one", H1="A"), graded("two", H1="C", H2="B")
    assert counts(visits(world(H1, H2), one, two)) == {"H1": 4, "H2": 2}
    assert counts(visits(world(H1, H2), one, two, schemes=("two",))) == {"H1": 1, "H2": 2}
    assert counts(visits(world(H1, H2), one, two, schemes=("two", "one"))) == {"H1": 1, "H2": 2}
    assert counts(visits(world(H1, H2), one, two, schemes=("one",))) == {"H1": 4}


def test_the_schemes_order_is_the_priority() -> None:
    """Where a day has one slot, the scheme's best letter is served first, whatever the alphabet says."""
    both = [Customer(c, c, owner="r1") for c in ("A1", "B1")]
    rule = Bands(Field("n"), ((1, "A"),), top="B")
    records = [("A1", "A1", {"n": 0}), ("B1", "B1", {"n": 1})]
    found = classify(records, Scheme("matrix", ("B", "A")), rule)
    policy = Policy(
        calendar=CHINA.without(day for day in CHINA.workdays(MARCH.start, MARCH.end) if day.day != 10),
        classify=ClassPolicy(("matrix",)),
        follow=FollowPolicy(Cadences.of({"A": 1, "B": 1}), visits_a_day=1),
    )
    plan = plan_visits(world(*both), policy, [found], MARCH)
    assert [visit.customer for visit in plan.visits] == ["B1"]
    assert [unmet.customer for unmet in plan.unmet] == ["A1"]


def test_a_misspelt_scheme_is_refused() -> None:
    """A scheme that nobody was classified under would silently visit nobody."""
    with pytest.raises(BadConfig, match=r"followup\.schemes 'abd'; did you mean .abc."):
        visits(world(H1), graded("abc", H1="A"), schemes=("abd",))


def test_a_letter_without_a_cadence_is_a_typed_error() -> None:
    """Every letter that would be visited needs a number; the error names the letters."""
    with pytest.raises(BadRule, match="grades without a cadence: B, C"):
        visits(world(H1, H2), graded("abc", H1="C", H2="B"), cadence=Cadences.of({"A": 1}))


def test_a_letter_that_nobody_visits_needs_no_cadence() -> None:
    """A customer whose owner is no rep is not visited, so its letter is not asked for."""
    far = Customer("H3", "Far", owner="gone")
    plan = visits(world(H1, far), graded("abc", H1="A", H3="C"), cadence=Cadences.of({"A": 1}))
    assert counts(plan) == {"H1": 1}


def test_leave_keeps_a_rep_away() -> None:
    """No visit stands on a day of leave; other reps do not mind."""
    away = frozenset(date(2026, 3, n) for n in range(1, 25))
    plan = visits(world(H1, H2), graded("abc", H1="B", H2="B"), leave={"r1": away})
    assert all(visit.day > date(2026, 3, 24) for visit in plan.visits if visit.rep == "r1")
    assert any(visit.day < date(2026, 3, 24) for visit in plan.visits if visit.rep == "r2")


def test_visiting_days_of_the_policy_go_over_those_of_the_archive() -> None:
    """The archive's days hold unless the policy names the customer; empty means every day."""
    tuesdays = evolve(H1, weekdays=frozenset({1}))
    fridays = evolve(H2, weekdays=frozenset({4}))
    plan = visits(world(tuesdays, fridays), graded("abc", H1="A", H2="A"), weekdays={"H1": frozenset({2})})
    assert {visit.day.weekday() for visit in plan.visits if visit.customer == "H1"} == {2}
    assert {visit.day.weekday() for visit in plan.visits if visit.customer == "H2"} == {4}
    freed = visits(world(tuesdays), graded("abc", H1="A"), weekdays={"H1": frozenset()})
    assert freed.visits[0].access.any_weekday


def test_a_weekday_out_of_range_names_the_customer() -> None:
    """Day 7 does not exist: the error says whose it is."""
    with pytest.raises(BadValue, match=r"customer 'H1'.*followup\.weekday"):
        visits(world(evolve(H1, weekdays=frozenset({7}))), graded("abc", H1="A"))


def test_who_is_left_out_is_counted_in_both_languages() -> None:
    """Customers without a rep and customers without a grade are noted apart; a manager is no rep."""
    orphans = [Customer("O1", "O"), Customer("O2", "O", owner="N"), Customer("O3", "O", owner="gone")]
    notes: list[Says] = []
    visits(world(H1, H2, *orphans), graded("abc", H1="A", O1="A", O2="A", O3="A"), notes=notes)
    assert [(note.en, note.zh) for note in notes] == [
        ("3 graded customers have no rep and are not visited", "3 个客户无负责代表，未排拜访"),
        ("1 customers have no grade and are not visited", "1 个客户无级别，未排拜访"),
    ]


def test_a_region_without_an_organisation_visits_nobody() -> None:
    """No rep, no visit, no error."""
    plan = visits(evolve(world(H1), org=None), graded("abc", H1="A"))
    assert (plan.visits, plan.unmet, plan.loads) == ((), (), ())


def test_places_are_the_topmost_customers() -> None:
    """A doctor is visited at the hospital of the department."""
    found = grade_customers(two_districts(), Policy(classify=ClassPolicy(("abc",), "potential")), Q1)
    plan = plan_visits(two_districts(), Policy(), found, Q1)
    assert {visit.place for visit in plan.visits if visit.customer in ("D1", "D2", "W1")} == {"H1"}
    assert {visit.day.weekday() for visit in plan.visits if visit.customer == "D1"} <= {1, 3}


def test_one_rep_by_hand() -> None:
    """A, A, B, C at 4, 4, 2 and 1 a month: 33 visits in the quarter, eleven a month, at most eight a day."""
    found = grade_customers(one_rep(), Policy(), Q1)
    plan = plan_visits(one_rep(), Policy(), found, Q1)
    assert counts(plan) == {"H1": 12, "H2": 12, "H3": 6, "H4": 3}
    assert [load.planned for load in plan.loads] == [11, 11, 11]
    assert all(CHINA.is_workday(visit.day) for visit in plan.visits)
    assert plan.unmet == ()


def test_an_unknown_year_is_never_guessed() -> None:
    """2027 is not announced yet."""
    found = grade_customers(one_rep(), Policy(), Q1)
    with pytest.raises(UnknownYear, match="2027"):
        plan_visits(one_rep(), Policy(), found, Month(2027, 1))


def test_what_a_customer_and_a_rep_ask_for_goes_into_the_demand() -> None:
    """A hospital's notice, filing, hours and minutes hold for its doctors; what is said of a doctor goes first."""
    follow = FollowPolicy(
        minutes_a_day=60,
        bases={"r1": "home"},
        filings={"r1": "BA-1"},
        filing_asked=frozenset({"H1"}),
        flexible=frozenset({"D2"}),
        notice={"H1": 3, "D2": 0},
        visit_minutes={"H1": 45, "D2": 20},
    )
    doctors = (Customer("D1", "a", "doctor", "r1", "H1"), Customer("D2", "b", "doctor", "r1", "H1"))
    points = {"home": Point("31.2", "121.4"), "H1": Point("31.3", "121.5")}
    region = evolve(
        world(Customer("H1", "x", "hospital"), *doctors, Customer("D3", "c", "doctor", "r2")), points=points
    )
    policy = Policy(classify=ClassPolicy(("s",)), follow=follow)
    demand = visit_demand(region, policy, [graded("s", D1="A", D2="A", D3="A")], MARCH)
    terms = {x.customer: (x.access.appointment, x.access.filing, x.access.flexible, x.minutes) for x in demand.targets}
    assert terms == {"D1": (3, True, False, 45), "D2": (0, True, True, 20), "D3": (0, False, False, 30)}
    assert [(rep.id, rep.base, rep.minutes_a_day, rep.filing) for rep in demand.reps] == [
        ("r1", "home", 60, "BA-1"),
        ("r2", "", 60, ""),
    ]
    plan = demand.plan()
    by_rep = {load.rep: load.metres for load in plan.loads}
    assert by_rep["r2"] is None
    days = {visit.day for visit in plan.visits if visit.rep == "r1"}
    assert by_rep["r1"] == len(days) * 2 * points["home"].metres(points["H1"]) > 0
    assert max(Counter(visit.day for visit in plan.visits if visit.customer == "D1").values()) == 1
