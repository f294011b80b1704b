"""Laws of the visit plan on random cases."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import combinations, pairwise

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.followup import Access, Rep, Target, schedule


class Weekdays:
    """Mondays to Fridays, without some days."""

    def __init__(self, off=()):
        self.off = off

    def is_workday(self, day):
        """Whether it is one of them."""
        return day.weekday() < 5 and day not in self.off

    def workdays(self, start, end):
        """Return those between two days."""
        days = (start + timedelta(days=n) for n in range((end - start).days + 1))
        return tuple(day for day in days if self.is_workday(day))


START = date(2026, 3, 9)
near = st.dates(START, START + timedelta(days=80))
accesses = st.builds(
    Access, st.frozensets(st.integers(0, 6), min_size=1), st.none(), st.none(), st.frozensets(near, max_size=3)
)


@st.composite
def worlds(draw):
    """Draw targets, reps, a horizon and a calendar."""
    reps = [
        Rep(f"r{n}", f"Rep {n}", draw(st.integers(0, 2)), draw(st.frozensets(near, max_size=9)))
        for n in range(draw(st.integers(1, 2)))
    ]
    targets = [
        Target(
            f"c{n}",
            f"Dr. {n}",
            draw(st.sampled_from(reps)).id,
            draw(st.sampled_from("ABC")),
            draw(st.integers(0, 12)),
            draw(st.sampled_from([1, 1, 2, 3, 7, 15, 30])),
            draw(accesses),
            draw(st.sampled_from(["", "h1", "h2"])),
            draw(st.lists(st.dates(START - timedelta(days=40), START - timedelta(days=1)), max_size=2)),
        )
        for n in range(draw(st.integers(0, 18)))
    ]
    end = START + timedelta(days=draw(st.integers(0, 80)))
    return targets, reps, START, end, Weekdays(draw(st.frozensets(near, max_size=9)))


@settings(deadline=None)
@given(worlds())
def test_hard_rules_are_never_broken(world):
    """Slots, working days, leave, visiting days, one visit a day, and the gap, to visits done too."""
    targets, reps, start, end, calendar = world
    plan = schedule(*world)
    known, people = {one.customer: one for one in targets}, {rep.id: rep for rep in reps}
    days = {customer: list(one.done) for customer, one in known.items()}
    for visit in plan.visits:
        one, rep = known[visit.customer], people[visit.rep]
        assert one.rep == rep.id
        assert start <= visit.day <= end
        assert visit.day not in rep.leave
        assert one.access.allows(visit.day, calendar)
        days[visit.customer].append(visit.day)
    for (rep, _), count in Counter((visit.rep, visit.day) for visit in plan.visits).items():
        assert count <= people[rep].visits_a_day
    for customer, one in known.items():
        made = days[customer][max(0, len(one.done) - 1) :]
        assert all((after - before).days >= one.gap for before, after in pairwise(made))


@settings(deadline=None)
@given(worlds())
def test_every_visit_due_is_planned_or_unmet(world):
    """Planned and unmet make the demand, customer by customer; so do the loads, rep by rep, and the numbers run on."""
    plan = schedule(*world)
    planned = Counter(visit.customer for visit in plan.visits)
    unmet = {one.customer: one.count for one in plan.unmet}
    assert all(count > 0 for count in unmet.values())
    assert {t.customer: planned[t.customer] + unmet.get(t.customer, 0) for t in world[0]} == {
        t.customer: t.visits for t in world[0]
    }
    for rep in world[1]:
        mine = [load for load in plan.loads if load.rep == rep.id]
        assert sum(load.planned for load in mine) == sum(1 for visit in plan.visits if visit.rep == rep.id)
        assert sum(load.unmet for load in mine) == sum(one.count for one in plan.unmet if one.rep == rep.id)
        assert all(load.planned <= load.slots for load in mine)
    for customer, count in planned.items():
        assert [v.number for v in plan.visits if v.customer == customer] == list(range(1, count + 1))


@settings(deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_order_of_input_does_not_matter(world, random):
    """Shuffled targets and reps give the same plan, byte by byte."""
    targets, reps, *rest = world
    other, people = list(targets), list(reps)
    random.shuffle(other)
    random.shuffle(people)
    once, again = schedule(targets, reps, *rest), schedule(other, people, *rest)
    assert once == again
    assert once.table().text(most=999) == again.table().text(most=999)
    keys = [(visit.day, visit.rep, visit.customer) for visit in once.visits]
    assert keys == sorted(keys)


@settings(deadline=None)
@given(worlds(), st.permutations("ABC"))
def test_nobody_goes_short_for_room_or_for_a_lower_grade(world, priority):
    """No unmet visit fits where there is room or a lower grade's visit: not even with that customer's visits moved."""
    targets, reps, start, end, calendar = world
    plan = schedule(*world, priority=priority)
    known, people = {one.customer: one for one in targets}, {rep.id: rep for rep in reps}
    stand = defaultdict(list)
    for visit in plan.visits:
        stand[visit.rep, visit.day].append(visit)
    for short in plan.unmet:
        one, rep = known[short.customer], people[short.rep]
        mine = [visit.day for visit in plan.visits if visit.customer == short.customer]
        last, count = max(one.done, default=None), 0
        for day in calendar.workdays(start, end):
            here = stand[rep.id, day]
            lower = any(priority.index(visit.grade) > priority.index(one.grade) for visit in here)
            room = len(here) < rep.visits_a_day or lower or day in mine
            fits = room and day not in rep.leave and one.access.receives(day)
            if fits and (last is None or (day - last).days >= one.gap):
                last, count = day, count + 1
        assert count == len(mine)


@settings(deadline=None)
@given(st.integers(1, 20), st.integers(1, 4), st.integers(1, 3), st.booleans())
def test_loose_demand_is_met(customers, visits, months, place):
    """With slots for everybody on every day, gaps of half the spacing, all visits of whole months are planned."""
    end = date(2026, months, 28)
    gap = max(1, 15 // visits)
    targets = [
        Target(f"c{n:02d}", "Dr. Example", "r1", "A", visits * months, gap, place="h" if place else "")
        for n in range(customers)
    ]
    plan = schedule(targets, [Rep("r1", "Rep One", customers)], date(2026, 1, 1), end, Weekdays())
    assert (plan.unmet, len(plan.visits)) == ((), customers * visits * months)


@st.composite
def single_visits(draw):
    """Draw one rep, a short month and customers with one visit each."""
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(4)]
    targets = [
        Target(
            f"c{n}",
            "Dr. Example",
            "r1",
            draw(st.sampled_from("AB")),
            1,
            1,
            Access(draw(st.frozensets(st.integers(0, 3), min_size=1))),
        )
        for n in range(draw(st.integers(1, 7)))
    ]
    return targets, Rep("r1", "Rep One", draw(st.integers(1, 2))), days[0], days[-1]


def most_seen(targets, per_day):
    """Return how many customers with one visit can be seen at all (by Hall's condition)."""
    days = range(4)
    short = 0
    for size in range(5):
        for chosen in combinations(days, size):
            inside = sum(1 for one in targets if one.access.weekdays <= set(chosen))
            short = max(short, inside - per_day * size)
    return len(targets) - short


@settings(deadline=None)
@given(single_visits())
def test_single_visits_are_planned_to_the_last(world):
    """One visit each: as many of the first grade as can be at all, and of both together."""
    targets, rep, start, end = world
    plan = schedule(targets, [rep], start, end, Weekdays())
    first = [one for one in targets if one.grade == "A"]
    assert sum(1 for visit in plan.visits if visit.grade == "A") == most_seen(first, rep.visits_a_day)
    assert len(plan.visits) == most_seen(targets, rep.visits_a_day)


@settings(deadline=None)
@given(single_visits(), st.integers(0, 3))
def test_more_slots_never_plan_less(world, more):
    """Customers with one visit each: a rep who makes more visits a day reaches at least as many."""
    targets, rep, start, end = world
    bigger = evolve(rep, visits_a_day=rep.visits_a_day + more)
    less, full = (schedule(targets, [one], start, end, Weekdays()) for one in (rep, bigger))
    assert len(full.visits) >= len(less.visits)


@settings(deadline=None)
@given(worlds())
def test_room_for_everybody_plans_at_least_as_much(world):
    """With a slot for every customer on every day each gets all that its days and gap can hold."""
    targets, reps, start, end, calendar = world
    wide = [evolve(rep, visits_a_day=len(targets) + 1) for rep in reps]
    usual, most = schedule(*world), schedule(targets, wide, start, end, calendar)
    assert len(most.visits) >= len(usual.visits)
    assert {one.reason for one in most.unmet} <= {"no-day", "access", "leave", "gap"}
