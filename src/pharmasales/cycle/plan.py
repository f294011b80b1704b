"""Plan a period: classify the customers, set and decompose the goal, plan the visits.

Each step is a pure function of values; `plan` runs them in order and keeps what each decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from attrs import frozen

from pharmasales.archive import Customer, Sale, by_customer, by_period, by_rep
from pharmasales.classification import SCHEMES, Classification, Scheme, classify, letters_of
from pharmasales.cycle.policy import ClassPolicy, GoalPolicy, Policy
from pharmasales.cycle.region import Region
from pharmasales.display import Cell, Says, Table
from pharmasales.errors import BadRule, BadValue
from pharmasales.followup import Access, Rep, Schedule, Target, schedule
from pharmasales.goals import (
    Decomposition,
    Season,
    blend,
    decompose,
    even,
    grown,
    season_from_history,
    season_given,
)
from pharmasales.org import Org
from pharmasales.periods import Month, Period, buckets
from pharmasales.rules import RuleBook
from pharmasales.units import Amount, exact

__all__ = ["Plan", "grade_customers", "plan", "plan_visits", "set_goals"]


@frozen
class Plan:
    """What was planned for a period, with the fingerprint of the rules it was planned by.

    Args:
        period: the period.
        as_of: the day of planning; no visit is planned before it.
        fingerprint: of the policy.
        grades: one classification a scheme.
        goals: the goals; `None` where the region has no basis for any.
        visits: the visit plan; `None` where nobody can be visited.
        notes: what was left out, and why.
    """

    period: Period
    as_of: date
    fingerprint: str
    grades: tuple[Classification, ...]
    goals: Decomposition | None
    visits: Schedule | None
    notes: tuple[Says, ...] = ()

    def tables(self) -> dict[str, Table]:
        """Return the results as tables by name: grades, goals, visits, and what could not be planned."""
        found = [grades_table(self.grades)] if self.grades else []
        found += [self.goals.table()] if self.goals else []
        if self.visits:
            found += [self.visits.table(), self.visits.unmet_table(), self.visits.load_table()]
        return {table.name: table for table in found}

    def _repr_html_(self) -> str:
        return "".join(table.html(most=15) for table in self.tables().values())


def plan(
    region: Region, policy: Policy, period: Period, as_of: date | None = None, *, goals_asked: bool = False
) -> Plan:
    """Plan a period: classify, decompose, schedule.

    Args:
        region: what is known.
        policy: what the company decides.
        period: the period to plan.
        as_of: the day of planning; the period's first day where left out.
        goals_asked: whether a goal without a basis is an error; otherwise it is a note.

    Raises:
        BadValue: a goal without a basis, or a day after the period.
        BadRule: a scheme, cadence or weight that does not fit.
        UnknownYear: the calendar does not know the period's year.
    """
    day = as_of or period.start
    if day > period.end:
        raise BadValue("the day of planning lies after the period", hint=f"up to {period.end}", code="plan.as_of")
    notes: list[Says] = []
    grades = grade_customers(region, policy, period, notes)
    goals = _goals_or_note(region, policy, period, notes, goals_asked=goals_asked)
    visits = _visits_or_note(region, policy, grades, period, day, notes)
    return Plan(period, day, policy.fingerprint, grades, goals, visits, tuple(notes))


def grades_table(grades: Sequence[Classification]) -> Table:
    """Return the grades of all schemes in one table; a customer without any grade stands in it once."""
    graded = {g.customer for found in grades for g in found.grades if g.grade is not None}
    rows: list[tuple[Cell, ...]] = []
    tables = [found.table() for found in grades]
    for place, table in enumerate(tables):
        rows += [row for row in table.rows if row[3] is not None or (place == 0 and row[0] not in graded)]
    return Table("grades", tables[0].title, tables[0].columns, rows)


def grade_customers(
    region: Region, policy: Policy, period: Period, notes: list[Says] | None = None
) -> tuple[Classification, ...]:
    """Classify the customers on what was known before the period began (分级).

    A customer's record holds `sales` and `quantity` (sums of the twelve months before the period; missing for a
    customer that never bought), `potential`, `kind`, `level`, and the further fields of the archive.
    """
    kinds = policy.classify.kinds
    records = [(c.id, c.name, record) for c, record in _records(region, period) if not kinds or c.kind in kinds]
    if not records:
        return ()
    book = policy.classify.book(policy.book, _read_by_default(region, policy.classify))
    found = []
    for name in policy.classify.schemes:
        try:
            found.append(classify(records, _scheme(name, book), book[name]))
        except BadRule as error:
            if error.code != "rule.fit" or notes is None:
                raise
            en = f"scheme {name} left out: {error.where}: {error.reason}"
            notes.append(Says(en, f"未使用分级方案 {name}：{error.where} 无正值"))
    return tuple(found)


def _read_by_default(region: Region, policy: ClassPolicy) -> str:
    if policy.on != "auto":
        return policy.on
    return "sales" if region.sales else "potential"


def _scheme(name: str, book: RuleBook) -> Scheme:
    """Return the known scheme of that name, or one with the letters that the rule gives."""
    letters = letters_of(book[name])
    known = SCHEMES.get(name)
    return known if known and set(letters) <= set(known.letters) else Scheme(name, letters)


def _records(region: Region, period: Period) -> list[tuple[Customer, dict[str, object]]]:
    last = Month.of(period.start).plus(-1)
    window = [
        sale for sale in region.sales if last.plus(-11).start <= sale.period.start and sale.period.end <= last.end
    ]
    sold, boxes = by_customer(window), by_customer(window, "quantity")
    ever = {sale.customer for sale in region.sales}
    nothing = Amount(0, region.money)
    found = []
    for customer in region.archive:
        bought = customer.id in ever
        record: dict[str, object] = {
            **customer.fields,
            "kind": customer.kind,
            "level": customer.level,
            "potential": customer.potential,
            "sales": sold.get(customer.id, nothing) if bought else None,
            "quantity": boxes.get(customer.id) if bought else None,
        }
        found.append((customer, record))
    return found


def _goals_or_note(
    region: Region, policy: Policy, period: Period, notes: list[Says], *, goals_asked: bool
) -> Decomposition | None:
    """Set the goals; without an organisation, or without a basis that anybody asked for, say so instead."""
    try:
        return set_goals(region, policy, period, notes)
    except BadValue as error:
        if goals_asked or error.code not in ("goals.basis", "goals.org"):
            raise
        notes.append(Says(f"no goals: {error.reason}", "未设目标：缺少依据"))
        return None


def set_goals(region: Region, policy: Policy, period: Period, notes: list[Says] | None = None) -> Decomposition:
    """Set the goal of a period and decompose it over the organisation and its buckets (目标分解).

    The total is given, or grown from the same period of the year before; it is shared by history, potential or a blend.

    Raises:
        BadValue: no organisation, or no basis.
    """
    rules = policy.goals
    if region.org is None:
        hint = "give an org table, or [org] levels"
        raise BadValue("a goal needs an organisation", hint=hint, code="goals.org")
    org = region.org.cut(rules.levels) if rules.levels else region.org
    base = [sale for sale in region.sales if sale.period in period.year_before()]
    unit = region.money if rules.measure == "amount" else region.goods
    grain = Amount.of(rules.grain, unit)
    total = _total(base, rules, period, grain)
    weights = _weights(region, org, base, rules)
    parts = buckets(period, rules.periods)
    words = {
        "history": Says(f"sales of {period.year_before()}", f"{period.year_before()} 销售"),
        "potential": Says("potential", "潜力"),
        "blend": Says("history and potential", "历史与潜力"),
    }
    season = _season(base, rules, parts, notes)
    return decompose(
        org,
        total,
        weights,
        season,
        grain=grain,
        basis=words[rules.basis],
        all_zero=rules.all_zero,
        negative=rules.negative,
    )


def _total(base: Sequence[Sale], rules: GoalPolicy, period: Period, grain: Amount) -> Amount:
    if rules.total is not None:
        return Amount.of(rules.total, grain.unit)
    sums = by_rep(base, rules.measure)
    if not sums:
        hint = "give sales of that period, or [goals] total"
        raise BadValue(f"no basis: no sales in {period.year_before()} to grow from", hint=hint, code="goals.basis")
    return grown(Amount.total(sums.values(), grain.unit), rules.growth, grain)


def _weights(region: Region, org: Org, base: Sequence[Sale], rules: GoalPolicy) -> Mapping[str, Fraction]:
    """Weigh the leaves of the cut organisation by what counts under them."""
    anchors = region.org.anchors(org) if region.org else {}
    bases: dict[str, Mapping[str, Fraction]] = {}
    if rules.basis in ("history", "blend"):
        bases["history"] = _gathered({rep: exact(sum_) for rep, sum_ in by_rep(base, rules.measure).items()}, anchors)
    if rules.basis in ("potential", "blend"):
        owned: dict[str, Fraction] = {}
        for customer in region.archive:
            if customer.owner and customer.potential is not None:
                owned[customer.owner] = owned.get(customer.owner, Fraction(0)) + customer.potential
        bases["potential"] = _gathered(owned, anchors)
    empty = [name for name, values in bases.items() if not any(values.values())]
    if empty:
        hint = "give the data, or another [goals] basis"
        raise BadValue(f"no basis: nobody has any {empty[0]}", hint=hint, code="goals.basis")
    if rules.basis != "blend":
        return bases[rules.basis]
    parts = {name: (dict(values), rules.weights.get(name, Fraction(0))) for name, values in bases.items()}
    return blend(parts, negative=rules.negative)


def _gathered(values: Mapping[str, Fraction], anchors: Mapping[str, str]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for node_id, value in values.items():
        if node_id:
            anchor = anchors[node_id]
            found[anchor] = found.get(anchor, Fraction(0)) + value
    return found


def _season(base: Sequence[Sale], rules: GoalPolicy, parts: Sequence[Period], notes: list[Says] | None) -> Season:
    if rules.season == "even":
        return even(parts)
    if isinstance(rules.season, tuple):
        return season_given(rules.season, parts)
    actual: dict[Period, Amount] = {}
    for period, amount in by_period(base, rules.measure).items():
        home = next((part.year_before() for part in parts if period in part.year_before()), None)
        if home is not None:
            actual[home] = actual[home] + amount if home in actual else amount
    if rules.season == "auto" and any(part.year_before() not in actual for part in parts):
        if notes is not None:
            en = "even months: the year before has no sales in some of them"
            notes.append(Says(en, "按月平均：去年部分月份无销售"))
        return even(parts)
    return season_from_history(actual, parts)


def _visits_or_note(
    region: Region,
    policy: Policy,
    grades: Sequence[Classification],
    period: Period,
    as_of: date,
    notes: list[Says],
) -> Schedule | None:
    if region.org is None or not any(customer.owner for customer in region.archive):
        notes.append(Says("no visits: no customer has a rep", "未排拜访：客户没有负责代表"))
        return None
    if not grades:
        notes.append(Says("no visits: no customer has a grade", "未排拜访：客户没有级别"))
        return None
    return plan_visits(region, policy, grades, period, as_of, notes)


def plan_visits(
    region: Region,
    policy: Policy,
    grades: Sequence[Classification],
    period: Period,
    as_of: date | None = None,
    notes: list[Says] | None = None,
) -> Schedule:
    """Plan the visits of a period from a day on (跟进): the demand of the period, less the visits made before that day.

    Raises:
        BadRule: a letter without a cadence.
        UnknownYear: the calendar does not know the year.
    """
    follow = policy.follow
    wanted = follow.schemes or policy.classify.schemes
    chosen = [found for name in wanted for found in grades if found.scheme.name == name]
    letters = _letters(chosen)
    start = max(period.start, as_of or period.start)
    done = _done(region, period, start)
    reps = {node.id: node for node in region.org.leaves()} if region.org else {}
    targets, orphans, ungraded = [], 0, 0
    follow.cadence.require(letters[c.id] for c in region.archive if c.id in letters and c.owner)
    for customer in region.archive:
        if follow.kinds and customer.kind not in follow.kinds:
            continue
        letter = letters.get(customer.id)
        orphans += letter is not None and customer.owner not in reps
        ungraded += letter is None
        if letter is None or customer.owner not in reps:
            continue
        cadence = follow.cadence.by_grade[letter]
        made = [day for day in done.get(customer.id, ()) if day in period]
        due = cadence.visits(period.start, period.end, policy.calendar) - len(made)
        days = follow.weekdays.get(customer.id, customer.weekdays)
        access = Access(weekdays=days) if days else Access()
        place = region.archive.place(customer.id)
        before = tuple(done.get(customer.id, ()))[-1:]
        targets.append(
            Target(customer.id, customer.name, customer.owner, letter, max(due, 0), cadence.gap, access, place, before)
        )
    _note_left_out(orphans, ungraded, notes)
    people = [
        Rep(node.id, node.name, follow.visits_a_day, follow.leave.get(node.id, frozenset())) for node in reps.values()
    ]
    order = dict.fromkeys(letter for found in chosen for letter in found.scheme.letters)
    return schedule(targets, people, start, period.end, policy.calendar, priority=list(order))


def _letters(chosen: Sequence[Classification]) -> dict[str, str]:
    """Return each customer's letter, from the first scheme that gives one."""
    letters: dict[str, str] = {}
    for found in chosen:
        for customer, grade in found.by_customer().items():
            letters.setdefault(customer, grade.letter)
    return letters


def _done(region: Region, period: Period, start: date) -> dict[str, list[date]]:
    """Return the visits made before the plan starts, by customer; a year back is far enough for any gap."""
    first = period.start - timedelta(days=366)
    found: dict[str, list[date]] = {}
    for call in region.calls or ():
        if first <= call.day < start:
            found.setdefault(call.customer, []).append(call.day)
    return {customer: sorted(days) for customer, days in found.items()}


def _note_left_out(orphans: int, ungraded: int, notes: list[Says] | None) -> None:
    if notes is None:
        return
    if orphans:
        notes.append(
            Says(f"{orphans} graded customers have no rep and are not visited", f"{orphans} 个客户无负责代表，未排拜访")
        )
    if ungraded:
        notes.append(
            Says(f"{ungraded} customers have no grade and are not visited", f"{ungraded} 个客户无级别，未排拜访")
        )
