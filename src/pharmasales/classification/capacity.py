"""Cut points by capacity (按拜访能力定切点): as many in the best class as the force can visit so often.

The force has so many visits a month; each class takes its part of them, at so many visits a customer. The best
customers fill the first class until its part is used, the next ones the second, and the rest is promised what is left.

>>> from pharmasales.rules import Field
>>> rule = ByCapacity(Field("potential"), 40, [ClassVisits("A", 6, "60%"), ClassVisits("B", 3, "30%")], rest="C")
>>> found = rule.fit([{"potential": potential} for potential in (90, 80, 80, 80, 50, 40, 30, 0)])
>>> print(found.table())
Class  Customers  Visits each  Visits  Allowed  Share  Why
-----  ---------  -----------  ------  -------  -----  --------------------------------------
A              4            6      24       24  60.0%  everything it may use is used
B              3            3       9       12  22.5%  nobody with a value above zero is left
C              1            0       0        7   0.0%  the rest, each at 0 a month
>>> found.unused, found.bands({"potential": 80})
(7, 'A')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.classification.cutting import evidence_for, number_text, values_of
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRule
from pharmasales.rules import Bands, Evidence, Fitted, Label, Rule
from pharmasales.rules.terms import Exact, as_label, literal
from pharmasales.units import ratio

__all__ = ["ByCapacity", "CapacityFit", "ClassLoad", "ClassVisits"]


@frozen
class ClassVisits:
    """What one class is promised, and its part of the force's visits.

    Args:
        label: the class.
        visits: visits a month for each of its customers, above zero; `1/3` is one a quarter.
        share: its part of all visits, above 0 and up to 100 %.

    >>> ClassVisits("A", 6, "60%").share
    Fraction(3, 5)

    Raises:
        BadRule: visits or a share out of range, or no numbers.
    """

    label: Label = field(converter=as_label)
    visits: Exact = field(converter=literal)
    share: Exact = field(converter=literal)

    def __attrs_post_init__(self) -> None:
        if self.visits <= 0:
            hint = "a class that nobody visits is the rest"
            raise BadRule("visits a month are above zero", where=str(self.label), hint=hint, code="capacity.visits")
        if not 0 < self.share <= 1:
            raise BadRule("a share lies above 0 and up to 100 %", where=str(self.label), code="capacity.share")


@frozen
class ClassLoad:
    """What one class takes of the force's visits.

    Args:
        label: the class.
        customers: how many are in it.
        visits: visits a month for each.
        allowed: the visits that it may use.
        capacity: all visits of the force.
        why: why it ends where it does.
    """

    label: Label
    customers: int
    visits: Exact
    allowed: Exact
    capacity: Exact
    why: Why = field(repr=False)

    @property
    def used(self) -> Exact:
        """The visits that it uses in a month."""
        return self.customers * self.visits

    @property
    def share(self) -> Fraction | None:
        """Its part of all visits."""
        return ratio(self.used, self.capacity)


@frozen
class CapacityFit:
    """Cut points that the force can serve, with the evidence for them.

    Args:
        fitted: the bands, to store, review and apply to any record, and what each holds.
        loads: what each class takes, the best first.
        capacity: visits a month.
    """

    fitted: Fitted
    loads: tuple[ClassLoad, ...]
    capacity: Exact

    @property
    def bands(self) -> Bands:
        """The cut points."""
        return self.fitted.bands

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What each class holds."""
        return self.fitted.evidence

    @property
    def missing(self) -> int:
        """How many records had no value; no visit is reckoned for them."""
        return self.fitted.missing

    @property
    def used(self) -> Exact:
        """The visits that all classes use in a month; never above the capacity."""
        return sum((load.used for load in self.loads), start=0)

    @property
    def unused(self) -> Exact:
        """The visits that are left."""
        return self.capacity - self.used

    def table(self) -> Table:
        """Return one row a class: customers, visits, what it may use, its share of the capacity, and the reason."""
        rows = [
            (str(o.label), o.customers, *map(number_text, (o.visits, o.used, o.allowed)), o.share, o.why)
            for o in self.loads
        ]
        return Table("capacity_cuts", Says("Cut points by capacity", "按拜访能力定切点"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("class", "Class", "级别"),
    Column("customers", "Customers", "客户数", "number"),
    Column("each", "Visits each", "每户次数", "number"),
    Column("visits", "Visits", "拜访次数", "number"),
    Column("allowed", "Allowed", "可用次数", "number"),
    Column("share", "Share", "占比", "ratio"),
    Column("why", "Why", "原因", "why"),
)


def _classes(given: Iterable[ClassVisits]) -> tuple[ClassVisits, ...]:
    return tuple(given)


@frozen
class ByCapacity:
    """Classes as large as the force can visit (按拜访能力分级): fitted to everybody, as `Pareto` is.

    Customers with a value above zero fill the classes from the best down. Equal values stay together: a group of equals
    that would pass what a class may use stays below it, and so does everybody after them, so that a class never takes
    more than its part and nobody overtakes a better one. What a class leaves unused is not passed on to the next: more
    capacity then never puts anybody into a lower class. Zero or less is the rest; a missing value has no class.

    It is no shape of the rule book: the capacity is a figure of the force in one period, not a policy. What it makes,
    plain `Bands`, is what a book keeps.

    Args:
        of: the term that gives the value, such as the potential.
        capacity: visits a month that the force can make, above zero: field days x visits a day x reps.
        classes: what each class is promised, the best first; visits do not rise and shares do not pass 100 % together.
        rest: the label of everybody else.
        rest_visits: visits a month for each of the rest.

    Source: P2-B (A 4 to 8, B 2 to 4, C 1 to 2 visits a month, 60 to 80 customers a rep); cut-offs set for the size of
    a segment and capacity spread over segments (P2-A, systems 1e). Raises:
        BadRule: no class, a label twice, visits that rise, shares above 100 %, a capacity that is not above zero.
    """

    of: Rule
    capacity: Exact = field(converter=literal)
    classes: tuple[ClassVisits, ...] = field(converter=_classes)
    rest: Label = field(converter=as_label)
    rest_visits: Exact = field(default=0, converter=literal)

    def __attrs_post_init__(self) -> None:
        if self.capacity <= 0:
            raise BadRule("the capacity is above zero", where="capacity", code="capacity.zero")
        labels = [*(str(one.label) for one in self.classes), str(self.rest)]
        if not self.classes or len(set(labels)) < len(labels):
            raise BadRule("at least one class above the rest, each label once", where="classes", code="capacity.label")
        visits = [*(one.visits for one in self.classes), self.rest_visits]
        if visits != sorted(visits, reverse=True) or self.rest_visits < 0:
            hint = "a better class is visited as often or more often"
            raise BadRule("visits a month must not rise", where="classes", hint=hint, code="capacity.visits")
        if sum(one.share for one in self.classes) > 1:
            raise BadRule("the classes' shares pass 100 %", where="classes", code="capacity.share")

    def fit(self, records: Iterable[object]) -> CapacityFit:
        """Look at everybody once and return the cut points with their evidence.

        Raises:
            BadRule: nobody has a value above zero, the capacity holds nobody above the rest, or what is left is too
                little for the rest.
            BadValue: a value that is no number, with the position of its record.
        """
        people = list(records)
        values = values_of(self.of, people)
        counts = Counter(value for value in values if value is not None)
        above = sorted(((value, count) for value, count in counts.items() if value > 0), reverse=True)
        if not above:
            raise BadRule("nobody has a value above zero", where=self.of.named(), code="rule.fit")
        loads, starts = self._fill(above)
        if not starts:
            hint = "raise the capacity or a share, or lower the visits"
            raise BadRule("the capacity holds nobody above the rest", where="capacity", hint=hint, code="capacity.none")
        loads.append(self._rest(counts.total(), loads))
        fitted = evidence_for(_bands(self.of, starts, self.rest), people)
        return CapacityFit(fitted, tuple(loads), self.capacity)

    def _fill(self, above: Sequence[tuple[Exact, int]]) -> tuple[list[ClassLoad], list[tuple[Exact, Label]]]:
        """Fill the classes with groups of equals, the best first; return the least value of each that is not empty."""
        loads, starts, place = [], [], 0
        for one in self.classes:
            allowed, taken, first = one.share * self.capacity, 0, place
            while place < len(above) and (taken + above[place][1]) * one.visits <= allowed:
                taken += above[place][1]
                place += 1
            if place > first:
                starts.append((above[place - 1][0], one.label))
            waiting = above[place][1] if place < len(above) else 0
            why = _end(allowed - taken * one.visits, waiting, waiting * one.visits)
            loads.append(ClassLoad(one.label, taken, one.visits, _small(allowed), self.capacity, why))
        return loads, starts

    def _rest(self, everybody: int, loads: Sequence[ClassLoad]) -> ClassLoad:
        count = everybody - sum(load.customers for load in loads)
        left = _small(self.capacity - sum(load.used for load in loads))
        if count * self.rest_visits > left:
            most = Fraction(left) / count
            hint = f"give each of them at most {most} a month, or raise the capacity"
            reason = f"{count} customers of the rest need {count * self.rest_visits} visits where {left} are left"
            raise BadRule(reason, where="capacity", hint=hint, code="capacity.rest")
        why = because("the rest, each at {visits} a month", "其余客户，每户每月 {visits} 次", visits=self.rest_visits)
        return ClassLoad(self.rest, count, self.rest_visits, left, self.capacity, why)


def _small(value: Exact) -> Exact:
    return value.numerator if value.denominator == 1 else value


def _end(left: Exact, waiting: int, need: Exact) -> Why:
    if not waiting:
        return because("nobody with a value above zero is left", "已无正值客户")
    if not left:
        return because("everything it may use is used", "可用次数已用完")
    if waiting == 1:
        says = "{left} visits are left, the next customer needs {need}", "余 {left} 次，下一客户需 {need} 次"
    else:
        says = (
            "{left} visits are left, the next {count} customers are equal and need {need}",
            "余 {left} 次，其后 {count} 个客户并列，共需 {need} 次",
        )
    return because(*says, left=left, count=waiting, need=need)


def _bands(of: Rule, starts: Sequence[tuple[Exact, Label]], rest: Label) -> Bands:
    labels = [rest, *(label for _, label in reversed(starts))]
    cuts = [start for start, _ in reversed(starts)]
    return Bands(of, tuple(zip(cuts, labels, strict=False)), top=labels[-1])
