"""The bound and the proven best plan: worked cases, limits, tables, and a brute force on small random cases."""

import sys
from collections import Counter
from datetime import date, time, timedelta
from fractions import Fraction
from itertools import combinations, pairwise, permutations
from types import SimpleNamespace

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import because
from pharmasales.errors import BadConfig, BadRows
from pharmasales.followup.access import Access
from pharmasales.followup.capacity import Rep, field_days
from pharmasales.followup.planning import _highs
from pharmasales.followup.planning import bound as bound_module
from pharmasales.followup.planning._highs import Answer, Found, Solver, in_stages
from pharmasales.followup.planning._programme import Programme, Walk
from pharmasales.followup.planning.bound import Bound, lower_bound, prove
from pharmasales.followup.planning.cost import Cost, cost_of
from pharmasales.followup.planning.scheduling import schedule
from pharmasales.followup.planning.targets import Appointment, Target
from pharmasales.units import half_up
from pharmasales.workdays import WEEKDAYS

pytest.importorskip("highspy", reason="highspy is not installed (extra solver)")

MONDAY = date(2026, 3, 9)
REP = Rep("r1", "Rep One", 1)


def target(customer, visits=1, gap=1, **more):
    """Return a customer of Rep One."""
    return Target(customer, f"Dr. {customer}", "r1", more.pop("grade", "A"), visits, gap, **more)


def day(n):
    """Return the day so many days after Monday."""
    return MONDAY + timedelta(days=n)


# ---- the oracle: every choice of days, counted as the issue words it -------------------------------------------------


def choices(one, rep, start, end, as_of, fixed):
    """Yield every set of days that one customer could be visited on."""
    stands = {x.day for x in fixed if x.customer == one.customer}
    free = [
        d
        for d in field_days(as_of, end, WEEKDAYS, rep.leave)
        if one.access.receives(d) and d not in stands and not (one.done and (d - one.done[-1]).days < one.gap)
    ]
    wanted = max(len(stands), one.visits - sum(d >= start for d in one.done))
    for count in range(max(0, wanted - len(stands)) + 1):
        for some in combinations(free, count):
            days = sorted({*some, *stands})
            if all((b - a).days >= one.gap or {a, b} <= stands for a, b in pairwise(days)):
                yield days, wanted - len(days)


def gaps_of(one, days, start, end, as_of):
    """Return the squared deviations of one customer's distances."""
    length = (end - start).days + 1
    ideal = max(Fraction(length, one.visits or 1), Fraction(one.gap))
    before = [max(one.done[-1], as_of - timedelta(days=int(ideal)))] if one.done else []
    return sum(half_up(((b - a).days - ideal) ** 2) for a, b in pairwise([*before, *days]))


def fits(rep, here, others, pinned, works):
    """Whether the customers of one day, what of them is fixed, and other appointments go together; fixed ones stand."""
    if all(at is not None for _, at in here):
        return True
    if len(here) > max(pinned, max(0, rep.visits_a_day - len(others)) if works else 0):
        return False
    pieces = [*((one, at) for one, at in here), *((None, one) for one in others)]
    lasting = [(at and at.minutes) or (one.minutes if one else 30) for one, at in pieces]
    if rep.minutes_a_day is not None and sum(lasting) > rep.minutes_a_day:
        return False
    timed = any(one.access.timed for one, at in here) or any(at and at.start for _, at in pieces)
    if rep.minutes_a_day is None and not timed:
        return True
    hours = [windows(rep, one, at, minutes) for (one, at), minutes in zip(pieces, lasting, strict=True)]
    return any(goes(order) for order in permutations(zip(lasting, hours, strict=True)))


def windows(rep, one, at, minutes):
    """Return the minutes of the day between which something can stand."""
    if at is not None and at.start:
        begin = at.start.hour * 60 + at.start.minute
        return [(begin, begin + minutes)]
    whole = rep.begin.hour * 60, rep.end.hour * 60
    if at is not None or one is None or one.access.flexible or not one.access.timed:
        return [whole]
    hours = one.access.start or time(0), one.access.end
    return [(max(whole[0], hours[0].hour * 60), min(whole[1], hours[1].hour * 60 if hours[1] else 1440))]


def goes(order):
    """Whether pieces of a day can follow each other in this order."""
    free = 0
    for minutes, ((first, last),) in order:
        free = max(free, first) + minutes
        if free > last:
            return False
    return True


def best(targets, rep, start, end, priority, as_of=None, fixed=()):
    """Return unmet visits by grade and soft cost of the best choice there is."""
    as_of, known = as_of or start, {one.customer: one for one in targets}
    field = set(field_days(as_of, end, WEEKDAYS, rep.leave))
    mine = {(x.customer, x.day): x for x in fixed if x.customer in known}
    others = {
        d: [x for x in fixed if x.customer not in known and x.day == d] for d in [*field, *(x.day for x in fixed)]
    }
    pinned = Counter(d for _, d in mine)
    opened = {
        (x.day, place) for x in fixed if (place := x.place or (known[x.customer].place if x.customer in known else ""))
    }
    states = {(): ((0,) * len(priority), 0)}
    for one in targets:
        after = {}
        rank = priority.index(one.grade)
        for days, left in choices(one, rep, start, end, as_of, fixed):
            cost = gaps_of(one, days, start, end, as_of)
            for plan, (unmet, gaps) in states.items():
                there = [*plan, *((d, one.customer) for d in days)]
                if all(
                    fits(
                        rep,
                        [(known[c], mine.get((c, d))) for at, c in there if at == d],
                        others.get(d, []),
                        pinned[d],
                        d in field,
                    )
                    for d in days
                ):
                    after[tuple(there)] = (
                        tuple(n + left * (at == rank) for at, n in enumerate(unmet)),
                        gaps + cost,
                    )
        states = after
    return min(
        (unmet, gaps + 10 * len(opened | {(d, known[c].place) for d, c in plan if known[c].place}))
        for plan, (unmet, gaps) in states.items()
    )


near = st.integers(0, 8).map(day)


@st.composite
def weeks(draw, most=3):
    """Draw what the functions take: customers, rep, days, calendar; priority, the first day planned, what is fixed."""
    rep = Rep("r1", "Rep One", draw(st.integers(0, 2)), draw(st.frozensets(near, max_size=2)))
    late = draw(st.sampled_from([0, 0, 1, 2]))
    end = day(draw(st.sampled_from([3, 4, 8])))
    targets = [draw(customers(f"c{n}", late)) for n in range(draw(st.integers(0, most)))]
    return (targets, rep, day(0), end, WEEKDAYS), {
        "priority": "BAC",
        "as_of": day(late),
        "fixed": draw(stands(targets, rep, late, end)),
    }


@st.composite
def customers(draw, customer, late):
    """Draw one customer."""
    return target(
        customer,
        draw(st.integers(0, 3)),
        draw(st.sampled_from([1, 1, 2, 3, 5])),
        grade=draw(st.sampled_from("ABC")),
        access=Access(draw(st.frozensets(st.integers(0, 4), min_size=1)), closed=draw(st.frozensets(near, max_size=1))),
        place=draw(st.sampled_from(["", "h1", "h1", "h2"])),
        done=draw(st.lists(st.integers(-12, late - 1).map(day), max_size=2, unique=True)),
    )


@st.composite
def stands(draw, targets, rep, late, end):
    """Draw some fixed appointments, of customers and others, on any day but leave."""
    days = [d for d in map(day, range(late, (end - MONDAY).days + 1)) if d not in rep.leave]
    if not days:
        return []
    some = draw(
        st.lists(
            st.tuples(st.sampled_from(days), st.sampled_from(["", *(one.customer for one in targets)])),
            max_size=2,
            unique=True,
        )
    )
    return [Appointment("r1", d, customer, place=draw(st.sampled_from(["", "h2"]))) for d, customer in some]


@settings(deadline=None, max_examples=100)
@given(weeks())
def test_nothing_is_better_than_the_proven_best(week):
    """Bound and plan are what trying every choice of days finds: unmet visits by grade, then the soft cost."""
    places, names = week
    proof = prove(*places, **names)
    unmet, soft = best(*places[:4], **names)
    assert (proof.bound.unmet, proof.bound.soft, proof.bound.proven) == (unmet, soft, True)
    assert (proof.cost.unmet, proof.cost.soft) == (unmet, soft)
    assert cost_of(proof.plan, places[0]) == proof.cost


@settings(deadline=None, max_examples=60)
@given(weeks())
def test_the_lower_bound_is_one(week):
    """No plan is better than the bound of the relaxation, neither the best one nor the one that `schedule` makes."""
    places, names = week
    bound = lower_bound(*places, **names)
    assert (bound.unmet, bound.soft or 0) <= best(*places[:4], **names)
    targets, rep, *rest = places
    assert (bound.unmet, bound.soft or 0) <= cost_of(schedule(targets, [rep], *rest, **names), targets).key


@st.composite
def timed(draw):
    """Draw three days with hours, minutes and lengths."""
    minutes = st.sampled_from([60, 120, 240])
    rep = Rep("r1", "Rep One", 3, begin=time(8), end=time(12), minutes_a_day=draw(st.sampled_from([None, 120, 240])))
    windows = st.sampled_from([Access(), Access(start=time(8), end=time(9)), Access({0, 1}, time(8), time(10))])
    targets = [
        evolve(
            target(
                f"c{n}",
                draw(st.integers(1, 2)),
                grade=draw(st.sampled_from("AB")),
                place="h1" * draw(st.integers(0, 1)),
            ),
            access=evolve(draw(windows), flexible=draw(st.sampled_from([False, False, True]))),
            minutes=draw(minutes),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    meeting = Appointment("r1", day(1), start=time(9), minutes=60, kind="meeting")
    fixed = draw(st.sampled_from([[], [meeting], [Appointment("r1", day(0), "c0", start=time(8))]]))
    return (targets, rep, day(0), day(2), WEEKDAYS), {"priority": "AB", "fixed": fixed}


@settings(deadline=None, max_examples=50)
@given(timed())
def test_hours_and_minutes_are_kept(week):
    """Where hours clash the search begins anew: the best that trying every choice and every order of the day finds."""
    places, names = week
    proof = prove(*places, **names)
    unmet, soft = best(*places[:4], **names)
    assert (proof.cost.unmet, proof.cost.soft, proof.bound.proven) == (unmet, soft, True)
    assert (proof.bound.unmet, proof.bound.soft) == (unmet, soft)
    relaxed = lower_bound(*places, **names)
    assert (relaxed.unmet, relaxed.soft or 0) <= (unmet, soft)


# ---- worked cases ----------------------------------------------------------------------------------------------------


def test_two_places_have_a_day_each():
    """Two days of two slots, two customers at each of two places: one place a day, 20."""
    four = [target(f"c{n}", place=f"hospital {n % 2}") for n in range(4)]
    proof = prove(four, evolve(REP, visits_a_day=2), day(0), day(1), WEEKDAYS)
    assert (proof.cost.unmet, proof.cost.soft, proof.bound.proven, proof.gap) == ((0,), 20, True, 0)
    assert {visit.together for visit in proof.plan.visits} == {1}


def test_a_visit_split_over_days_costs_the_relaxation_less():
    """Three customers, two days each, all different, one place: every day is opened by half in the relaxation."""
    weekdays = [{0, 1}, {1, 2}, {0, 2}]
    three = [target(f"c{n}", access=Access(days), place="h1") for n, days in enumerate(weekdays)]
    asked = three, evolve(REP, visits_a_day=3), day(0), day(2), WEEKDAYS
    assert lower_bound(*asked).soft == 15
    proof = prove(*asked)
    assert (proof.bound.soft, proof.bound.proven, proof.cost.openings) == (20, True, 2)


def test_priority_settles_who_goes_short():
    """One slot for two: in each order of the grades the later one goes short."""
    two = [target("c1", grade="A"), target("c2", grade="B")]
    for priority, unmet in (("AB", "c2"), ("BA", "c1")):
        proof = prove(two, REP, day(0), day(0), WEEKDAYS, priority=priority)
        assert (proof.bound.priority, proof.bound.unmet) == (tuple(priority), (0, 1))
        assert [one.customer for one in proof.plan.unmet] == [unmet]


def test_a_higher_grade_outweighs_any_number_of_a_lower_one():
    """Both visits of A on the only slots of five B customers: none of them is met."""
    a = target("a", 2, 1, grade="A", access=Access({0, 1}))
    others = [target(f"b{n}", grade="B", access=Access({0, 1})) for n in range(5)]
    proof = prove([a, *others], REP, day(0), day(1), WEEKDAYS)
    assert (proof.bound.unmet, proof.bound.proven) == ((0, 5), True)


def test_a_cycle_under_way():
    """Two of three visits are made: one is left, at least 3 days after the last, best on the eighth day of 9."""
    one = target("c1", 3, 3, done=[day(0), day(3)])
    proof = prove([one], REP, day(0), day(8), WEEKDAYS, as_of=day(4))
    assert [(visit.day, visit.number) for visit in proof.plan.visits] == [(day(7), 3)]
    assert (proof.bound.unmet, proof.bound.soft) == ((0,), 1)


def test_nobody_and_nothing():
    """No customers, no visits due, no day: there is nothing to bound."""
    for targets, rep in (([], REP), ([target("c1", 0)], REP)):
        proof = prove(targets, rep, day(0), day(4), WEEKDAYS)
        assert (sum(proof.bound.unmet), proof.bound.soft, proof.bound.proven, proof.gap) == (0, 0, True, None)
    away = prove([target("c1", 2)], REP, day(5), day(6), WEEKDAYS)
    assert (away.bound.unmet, away.bound.proven, away.plan.unmet[0].reason) == ((2,), True, "no-day")


def test_the_same_in_any_order():
    """Customers in another order, the same plan and bound."""
    some = [target(f"c{n}", 2, 2, place=f"h{n % 3}") for n in range(6)]
    asked = evolve(REP, visits_a_day=3), day(0), day(8), WEEKDAYS
    assert prove(some, *asked) == prove(some[::-1], *asked)


# ---- what cuts a search short ----------------------------------------------------------------------------------------


class Scripted:
    """A solver whose answers are given beforehand."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.held = []

    def minimise(self, _, *, nodes, seconds):
        """Return the next answer."""
        assert (nodes, seconds) == (7, 9)
        return self.answers.pop(0)

    def hold(self, _, most):
        """Note what is held."""
        self.held.append(most)


ONE, TWO = frozenset({1}), frozenset({2})


@pytest.mark.parametrize(
    ("answers", "bounds", "chosen", "ended", "held"),
    [
        ([Answer(0, 0, ONE, 3), Answer(5, 5, TWO, 4)], (0, 5), TWO, True, [0, 5]),
        ([Answer(0, 0, ONE, 3), Answer(5, 6, TWO, 4)], (0, 5), TWO, False, [0, 6]),
        ([Answer(0, 1, ONE, 3), Answer(5, 5, TWO, 4)], (0,), TWO, False, [1, 5]),
        ([Answer(0, 0, ONE, 3), Answer(5, None, None, 4)], (0, 5), ONE, False, [0]),
        ([Answer(0, 0, None, 3), Answer(None, None, None, 4)], (0,), None, False, [0]),
        ([Answer(0, 0, ONE, 3), Answer(0, 0, None, 4)], (0, 0), ONE, True, [0, 0]),
    ],
)
def test_stages(answers, bounds, chosen, ended, held):
    """A bound counts only while everything before it is settled; the best choice found stays."""
    solver = Scripted(*answers)
    assert in_stages(solver, [{}, {}], nodes=7, seconds=9) == Found(bounds, chosen, 7 if len(answers) > 1 else 3, ended)
    assert solver.held == held


@pytest.mark.parametrize(
    ("reported", "bound"),
    [
        (1251.095, 1252),
        (1252.0000004, 1252),
        (1251.9999996, 1252),
        (1252.02, 1253),
        (0.0, 0),
        (-1e-9, 0),
        (-1e200 * 1e200, 0),
    ],
)
def test_a_bound_is_rounded_up_less_what_the_solver_may_be_off_by(reported, bound):
    """Costs are whole numbers."""
    assert _highs._up(reported) == bound


def fortnight():
    """Return customers whose best plan the solver does not find at once."""
    some = [
        target(f"c{n}", 1 + n % 2, 2, grade="AB"[n % 2], access=Access({n % 5, (n + 2) % 5}), place=f"h{n % 4}")
        for n in range(14)
    ]
    return some, evolve(REP, visits_a_day=3), day(0), day(8), WEEKDAYS


def test_a_search_cut_short_leaves_the_best_plan_known_and_a_bound():
    """Without a second the plan is that of the usual search; the bound is what was proven, and true."""
    asked = fortnight()
    none, whole = prove(*asked, seconds=0), prove(*asked)
    assert whole.bound.proven
    assert (none.bound.unmet, none.bound.soft or 0) <= (whole.bound.unmet, whole.bound.soft)
    assert none.cost.key >= whole.cost.key
    usual = schedule(asked[0], [asked[1]], *asked[2:], budget=2_000)
    assert none.cost.key == cost_of(usual, asked[0]).key
    assert none.bound.why.text().startswith("the search was cut short after 0 nodes")
    assert none.bound.why.text("zh").startswith("搜索在 0 个节点后中止")


def test_a_plan_says_how_far_it_is_from_the_bound():
    """By what part of the bound; missing where other visits are unmet, where there is no bound, and where it is 0."""
    bound = Bound(("A", "B"), (0, 1), 800, False, because("", ""))
    assert bound.gap(Cost((0, 1), 40, 80)) == Fraction(1, 20)
    assert bound.gap(Cost((0, 2), 0, 0)) is None
    assert evolve(bound, soft=None).gap(Cost((0, 1), 40, 80)) is None
    assert evolve(bound, soft=0).gap(Cost((0, 1), 0, 0)) is None


def test_tables_speak_both_languages():
    """Plan and bound side by side."""
    proof = prove([target("c1", 2, place="h1")], evolve(REP, visits_a_day=2), day(0), day(1), WEEKDAYS)
    assert [line.split() for line in proof.table().text("zh").splitlines()[2:]] == [
        ["未排，A", "级", "0", "0"],
        ["软成本", "20", "20", "0.0%"],
    ]
    assert "Plan and bound" in proof._repr_html_()
    assert "none is better" in proof._repr_html_()


def test_bad_input_is_refused_as_by_the_plan():
    """A customer of another rep, one given twice."""
    stranger = evolve(target("c1"), rep="r2")
    for function in (prove, lower_bound):
        with pytest.raises(BadRows) as caught:
            function([stranger, target("c2"), target("c2")], REP, day(0), day(4), WEEKDAYS)
        assert [error.code for error in caught.value.exceptions] == ["followup.twice", "followup.rep"]


def test_without_the_solver(monkeypatch):
    """It says which extra brings it."""
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(BadConfig, match="install pharmasales\\[solver\\]"):
        lower_bound([target("c1")], REP, day(0), day(4), WEEKDAYS)


def test_a_place_that_is_gone_to_anyway_costs_nothing_more():
    """A meeting at the hospital on Wednesday: the visit is made there and then, and 10 is paid once."""
    meeting = Appointment("r1", day(2), place="h1", kind="meeting")
    proof = prove([target("c1", place="h1")], evolve(REP, visits_a_day=2), day(0), day(4), WEEKDAYS, fixed=[meeting])
    assert ([visit.day for visit in proof.plan.visits], proof.cost.soft, proof.bound.soft) == ([day(2)], 10, 10)


def test_hours_that_never_go_together():
    """Every pair of visits clashes on every day: found out one by one, in as many rounds as it takes."""
    early = Access(start=time(8), end=time(9))
    some = [evolve(target(f"c{n}", place="h1", access=early), minutes=60) for n in range(3)]
    proof = prove(some, evolve(REP, visits_a_day=3), day(0), day(3), WEEKDAYS)
    assert (proof.cost.unmet, proof.cost.openings, proof.bound.proven) == ((0,), 3, True)


def test_rounds_come_to_an_end(monkeypatch):
    """Where hours still clash after the last round, the plan of the usual search stands, beside a true bound."""
    monkeypatch.setattr(bound_module, "_ROUNDS", 1)
    early = Access(start=time(8), end=time(9))
    some = [evolve(target(f"c{n}", place="h1", access=early), minutes=60) for n in range(3)]
    proof = prove(some, evolve(REP, visits_a_day=3), day(0), day(3), WEEKDAYS)
    assert (proof.cost.unmet, proof.cost.openings) == ((0,), 3)
    assert (proof.bound.unmet, proof.bound.soft, proof.bound.proven) == ((0,), 10, False)
    assert "cut short" in proof.bound.why.text()


@pytest.mark.parametrize(("reported", "bound"), [(3.2, 4), (7.0, 7), (9.5, 7)])
def test_a_plan_found_is_no_bound(reported, bound):
    """The bound is what the solver reports, never the plan's own cost; no bound lies above a plan that was found."""
    programme = Programme([1], [Walk(0, 1, {0: 7}, {}, "")])
    solver = Solver(programme)
    visit = programme.visits[0, 0]
    ones = [float(column in (0, visit, visit - 1)) for column in range(programme.columns)]
    found = {
        "objective_function_value": 7.0,
        "mip_dual_bound": reported,
        "mip_node_count": 5,
        "primal_solution_status": 2,
    }
    solver._highs = SimpleNamespace(
        changeColsCost=lambda *_: None,
        setOptionValue=lambda *_: None,
        clearSolver=lambda: None,
        run=lambda: None,
        getModelStatus=lambda: None,
        getInfo=lambda: SimpleNamespace(**found),
        getSolution=lambda: SimpleNamespace(col_value=ones),
    )
    answer = solver.minimise(dict(enumerate(programme.costs)))
    assert answer == Answer(bound, 7, frozenset({visit}), 5)


def test_fixed_visits_may_stand_closer_than_the_gap():
    """What stands is not moved: two fixed visits a day apart, the third at least 3 days after."""
    fixed = [Appointment("r1", day(n), "c1") for n in (0, 1)]
    proof = prove([target("c1", 3, 3)], REP, day(0), day(8), WEEKDAYS, fixed=fixed)
    assert ([visit.day for visit in proof.plan.visits], proof.bound.unmet) == ([day(0), day(1), day(4)], (0,))
    assert proof.bound.proven


def test_minutes_of_other_appointments_are_taken_off():
    """A meeting of an hour leaves one of two: no visit of two hours, in the relaxation neither."""
    rep, meeting = evolve(REP, minutes_a_day=120), Appointment("r1", day(0), minutes=60, kind="meeting")
    one = evolve(target("c1"), minutes=120)
    assert lower_bound([one], evolve(rep, visits_a_day=2), day(0), day(0), WEEKDAYS, fixed=[meeting]).unmet == (1,)
