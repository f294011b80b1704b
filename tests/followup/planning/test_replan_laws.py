"""Laws of re-planning on weeks in which everything changes, against a check that shares no code with the plan."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.followup import Access, Appointment, Rep, Target, schedule
from pharmasales.followup.planning.carrying import Carry
from pharmasales.followup.planning.changes import visit_changes
from pharmasales.followup.planning.replanning import replan
from pharmasales.workdays import WEEKDAYS

START = date(2026, 3, 2)


@frozen
class Week:
    """A plan, and what has come of it by the first day that may change."""

    before: object
    targets: list
    reps: list
    end: date
    calendar: object
    asked: dict

    def given(self):
        """Return the arguments of `replan`."""
        return (self.before, self.targets, self.reps, START, self.end, self.calendar), self.asked


accesses = st.builds(Access, st.frozensets(st.integers(0, 4), min_size=1))


@st.composite
def weeks(draw, receives=accesses, customers=9, days=25):
    """Draw a plan and a week: leave, holidays, closed days, missed and cancelled visits, other demand, appointments."""
    end = START + timedelta(days=draw(st.integers(6, days)))
    as_of = draw(st.dates(START, end))
    future = st.dates(as_of, end)
    reps = [Rep(f"r{n}", f"Rep {n}", draw(st.integers(1, 2))) for n in range(draw(st.integers(1, 2)))]
    targets = [
        Target(
            f"c{n}",
            f"Dr. {n}",
            draw(st.sampled_from(reps)).id,
            draw(st.sampled_from("ABC")),
            draw(st.integers(0, 4)),
            draw(st.sampled_from([1, 2, 3, 7])),
            draw(receives),
            draw(st.sampled_from(["", "h1", "h2"])),
            draw(st.lists(st.dates(START - timedelta(days=9), START - timedelta(days=1)), max_size=1)),
        )
        for n in range(draw(st.integers(1, customers)))
    ]
    before = schedule(targets, reps, START, end, WEEKDAYS, priority="ABC")
    now = [draw(events(one, before, as_of, future)) for one in targets]
    gone = draw(st.booleans()) and len(now) > 1
    now = now[gone:]
    if draw(st.booleans()):
        now.append(Target("new", "Dr. New", reps[0].id, draw(st.sampled_from("ABC")), 2, 2, draw(receives)))
    fixed = draw(appointments(now, reps, as_of, end))
    busy = {(one.rep, one.day) for one in fixed}
    people = []
    for rep in reps:
        leave = draw(st.frozensets(future, max_size=2))
        people.append(evolve(rep, leave={day for day in leave if (rep.id, day) not in busy}))
    ahead = [one.id for one in before.visits if one.day >= as_of]
    asked = {
        "as_of": as_of,
        "until": draw(st.none() | future),
        "fixed": fixed,
        "cancelled": draw(st.lists(st.sampled_from(ahead), max_size=2, unique=True)) if ahead else [],
        "carry": draw(st.sampled_from([None, Carry("next"), Carry("drop", {"A": "cycle"})])),
        "budget": draw(st.integers(0, 3)),
    }
    calendar = WEEKDAYS.without(draw(st.frozensets(future, max_size=1)))
    return Week(before, now, people, end, calendar, asked)


@st.composite
def events(draw, target, before, as_of, future):
    """Draw what has become of one customer."""
    planned = [one.day for one in before.visits if one.customer == target.customer and one.day < as_of]
    made = [day for day in planned if draw(st.integers(0, 3))]
    if as_of > START and draw(st.integers(0, 9)) == 0:
        made.append(draw(st.dates(START, as_of - timedelta(days=1))))
    access = evolve(target.access, closed=draw(st.frozensets(future, max_size=1)))
    visits = max(0, target.visits + draw(st.sampled_from([0, 0, 0, -1, 1])))
    return evolve(target, done=[*target.done, *sorted(set(made))], access=access, visits=visits)


@st.composite
def appointments(draw, targets, reps, as_of, end):
    """Draw some fixed appointments on working days, one a day for each rep, some with a customer."""
    days = draw(st.lists(st.sampled_from(WEEKDAYS.workdays(as_of, end) or (as_of,)), max_size=2, unique=True))
    found = []
    for day in days:
        rep = draw(st.sampled_from(reps)).id
        mine = [one.customer for one in targets if one.rep == rep]
        found.append(Appointment(rep, day, draw(st.sampled_from(["", *mine])), kind="joint"))
    return found


def check_hard_rules(week, plan):
    """Hold every visit against the rules, without any code of the plan."""
    reps, fixed = {rep.id: rep for rep in week.reps}, week.asked["fixed"]
    stands = {(one.rep, one.day, one.customer) for one in fixed if one.customer}
    assert stands <= {(one.rep, one.day, one.customer) for one in plan.visits}
    known = {one.customer: one for one in week.targets}
    load = Counter((one.rep, one.day) for one in fixed if not one.customer)
    for visit in plan.visits:
        target, rep = known[visit.customer], reps[visit.rep]
        assert target.rep == visit.rep
        assert week.asked["as_of"] <= visit.day <= week.end
        load[visit.rep, visit.day] += 1
        if (visit.rep, visit.day, visit.customer) in stands:
            continue
        assert week.calendar.is_workday(visit.day)
        assert visit.day not in rep.leave
        assert target.access.receives(visit.day)
        assert load[visit.rep, visit.day] <= rep.visits_a_day or _fixed_on(week, visit) >= rep.visits_a_day
        if visit.start is not None:
            assert target.access.outside(datetime.combine(visit.day, visit.start), visit.minutes) is None
    check_gaps(week, plan, stands)
    check_times(plan)
    return load


def _fixed_on(week, visit):
    return sum((one.rep, one.day) == (visit.rep, visit.day) for one in week.asked["fixed"])


def check_gaps(week, plan, stands):
    """The gap holds between all visits, but for two that are both fixed or made."""
    for target in week.targets:
        own = {
            one.day: (one.rep, one.day, one.customer) in stands
            for one in plan.visits
            if one.customer == target.customer
        }
        assert len(own) == sum(one.customer == target.customer for one in plan.visits)
        days = sorted({**dict.fromkeys(target.done[-1:], True), **own}.items())
        for (one, first), (other, second) in pairwise(days):
            assert (other - one).days >= target.gap or (first and second)


def check_times(plan):
    """Visits of a day that have a time do not overlap."""
    for rep in {one.rep for one in plan.visits}:
        mine = sorted((one.day, one.start, one.minutes) for one in plan.visits if one.rep == rep and one.start)
        for (day, start, minutes), (other, later, _) in pairwise(mine):
            assert day != other or datetime.combine(day, start) + timedelta(minutes=minutes) <= datetime.combine(
                day, later
            )


RULE = {"next": ("carried", "the next cycle"), "drop": ("dropped", "given up")}


def run(week):
    """Plan the week anew."""
    given, asked = week.given()
    return replan(*given, **asked)


@settings(deadline=None, max_examples=100)
@given(weeks())
def test_hard_rules_are_never_broken(week):
    """Slots, leave, holidays, visiting days, gaps, nothing before the first day, and what is fixed stays."""
    check_hard_rules(week, run(week).plan)


timed = st.builds(
    lambda days, hour, length: Access(days, time(hour), time(hour + length)),
    st.frozensets(st.integers(0, 4), min_size=1),
    st.sampled_from([9, 10]),
    st.integers(1, 2),
)


@settings(deadline=None, max_examples=60)
@given(weeks(timed))
def test_hours_are_never_broken(week):
    """The same where hours are named."""
    check_hard_rules(week, run(week).plan)


@settings(deadline=None, max_examples=100)
@given(weeks())
def test_conservation(week):
    """Done, planned, unmet and given up by the carry-over rule make the demand, customer by customer."""
    found = run(week)
    planned = Counter(one.customer for one in found.plan.visits)
    unmet = Counter({one.customer: one.count for one in found.plan.unmet})
    carry = week.asked["carry"] or Carry()
    for target in week.targets:
        made = sum(day >= START for day in target.done)
        fixed = sum((one.rep, one.customer) == (target.rep, target.customer) for one in week.asked["fixed"])
        mine = [one for one in found.changes if one.visit.customer == target.customer and one.visit.rep == target.rep]
        kind, words = RULE.get(carry.rule(target.grade), ("", ""))
        given = sum(one.kind == kind and words in one.why.text() for one in mine)
        assert made + planned[target.customer] + unmet[target.customer] + given == max(target.visits, made + fixed)
    assert found.carried == Counter(one.visit.customer for one in found.changes.of("carried"))


@settings(deadline=None, max_examples=100)
@given(weeks())
def test_every_visit_is_accounted_for(week):
    """Kept, retimed, moved, dropped and carried are the old visits; kept, retimed, moved and added the new ones."""
    found = run(week)
    as_of = week.asked["as_of"]
    old = {one.id: one for one in week.before.visits}
    new = {one.id: one for one in found.plan.visits}
    assert len(new) == len(found.plan.visits)
    kinds = Counter(one.kind for one in found.changes)
    ahead = [one for one in found.changes if one.was is None or one.was >= as_of]
    left = Counter(one.kind for one in ahead)
    assert found.changes.kept + left["retimed"] + left["moved"] + left["dropped"] + left["carried"] == sum(
        one.day >= as_of for one in old.values()
    )
    assert found.changes.kept + kinds["retimed"] + kinds["moved"] + kinds["added"] == len(new)
    for one in found.changes:
        assert one.before is None or old[one.id] == one.before
        assert one.after is None or new[one.id] == one.after
        assert one.kind != "moved" or one.was != one.now
        assert one.cause
        assert one.why.text() != one.why.text("zh")
    compared = {one.id: one.kind for one in visit_changes(week.before, found.plan)}
    assert compared == {one.id: _as_compared(one, as_of) for one in found.changes if _as_compared(one, as_of)}


def _as_compared(change, as_of):
    """Return the kind that two plans compared show: history is not looked at."""
    if change.was is not None and change.was < as_of:
        return "added" if change.after else None
    return "dropped" if change.kind == "carried" else change.kind


@settings(deadline=None, max_examples=100)
@given(weeks())
def test_only_the_days_asked_for_change(week):
    """After the last day that may change nothing comes, and what goes cannot stay."""
    found = run(week)
    until = week.asked["until"] or week.end
    known = {one.customer: one for one in week.targets}
    reps = {rep.id: rep for rep in week.reps}
    for one in found.changes:
        assert one.now is None or one.now <= until or one.after.fixed or one.kind == "retimed"
        if one.was is not None and one.was > until and one.cause in ("leave", "closed", "holiday"):
            visit = one.before
            away = visit.day in reps[visit.rep].leave or not week.calendar.is_workday(visit.day)
            assert away or not known[visit.customer].access.receives(visit.day)
        assert one.was is None or one.was <= until or one.cause != "room"


@settings(deadline=None, max_examples=60)
@given(weeks(), st.randoms(use_true_random=False))
def test_order_of_input_does_not_matter(week, random):
    """Shuffled targets, reps and appointments give the same plan and the same changes."""
    (before, targets, reps, *rest), asked = week.given()
    once = replan(before, targets, reps, *rest, **asked)
    targets, reps, fixed = list(targets), list(reps), list(asked["fixed"])
    for some in (targets, reps, fixed):
        random.shuffle(some)
    again = replan(before, targets, reps, *rest, **{**asked, "fixed": fixed})
    assert (once.plan.visits, once.changes) == (again.plan.visits, again.changes)


@settings(deadline=None, max_examples=100)
@given(weeks())
def test_nothing_asked_nothing_moves(week):
    """Planned again with nothing new, nothing changes, unless a visit finds room that was unmet."""
    (_, targets, reps, start, end, calendar), asked = week.given()
    once = run(week)
    given = Counter(one.visit.customer for one in once.changes if one.kind == "carried" or "given up" in one.why.text())
    targets = [evolve(one, visits=one.visits - given[one.customer]) for one in targets]
    again = replan(once.plan, targets, reps, start, end, calendar, **{**asked, "cancelled": ()})
    assert _unmet(again.plan) < _unmet(once.plan) or not len(again.changes)


def _unmet(plan):
    """Return the unmet visits by grade."""
    count = Counter()
    for one in plan.unmet:
        count[one.grade] += one.count
    return [count[grade] for grade in "ABC"]


def test_the_strategies_reach_what_they_are_for():
    """The weeks drawn hold each kind of change and nearly each cause."""
    kinds, causes = set(), set()

    @settings(deadline=None, max_examples=150, database=None, derandomize=True)
    @given(weeks())
    def look(week):
        for one in run(week).changes:
            kinds.add(one.kind)
            causes.add(one.cause)

    look()
    assert kinds == {"moved", "added", "dropped", "carried"}
    assert causes >= {
        "missed",
        "cancelled",
        "gone",
        "leave",
        "holiday",
        "closed",
        "fewer",
        "full",
        "room",
        "new",
    }
