"""Group rules: they answer for everybody at once, one answer a record, in the order given.

A group rule looks at the others of the same group: who ranks before whom, how one number is shared out, where the cut
points of a population rule lie in each specialty. A record of no group (one of the fields is missing) has no answer.

>>> from pharmasales.rules.terms import Field
>>> doctors = [{"city": city, "sales": sales} for city, sales in (("N", 9), ("N", 9), ("N", 4), ("S", 5))]
>>> Ranked(Field("sales"), within=["city"]).answers(doctors)
[1, 1, 3, 1]
>>> Split(Field("sales"), 10, within=["city"]).answers(doctors)
[4, 4, 2, 10]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import lcm
from typing import TypeAlias

from attrs import Attribute, field, frozen

from pharmasales.errors import BadRule, BadValue, PharmaSalesError
from pharmasales.rules.fitted import Fitted, Pareto, Quantiles
from pharmasales.rules.terms import Exact, Field, Label, Rule, each, found_by, number
from pharmasales.splits import AllZero, largest_remainder

__all__ = ["Group", "GroupRule", "Grouped", "Ranked", "Split", "groups_of"]

Group: TypeAlias = tuple[Label, ...]
"""What the records of one group have in common: the values of the fields of `within`."""


def _within(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise BadRule(
            "one text where several fields are due", where="within", hint="put it in a list", code="rule.field"
        )
    return tuple(Field(name).name for name in given)


def groups_of(records: Sequence[object], within: Sequence[str]) -> Mapping[Group, list[int]]:
    """Return the positions of the records of each group, in the order in which the groups first come.

    Args:
        records: the records.
        within: the fields that part them; with none, everybody is one group.

    >>> groups_of([{"city": "N"}, {"city": None}, {"city": "S"}, {"city": "N"}], ["city"])
    {('N',): [0, 3], ('S',): [2]}

    Raises:
        BadValue: a field that is not there, or holds neither text nor a whole number.
    """
    if not within:
        return {(): list(range(len(records)))}
    fields = [Field(name) for name in within]
    found: dict[Group, list[int]] = {}
    for place, record in enumerate(records):
        key = tuple(_key(field, record, place) for field in fields)
        if None not in key:
            found.setdefault(key, []).append(place)  # type: ignore[arg-type] # no None is in it
    return found


def _key(of: Field, record: object, place: int) -> Label | None:
    try:
        value = of(record)
    except PharmaSalesError as error:
        raise error.at(f"records[{place}]") from None
    if value is None or isinstance(value, str) or type(value) is int:
        return value
    reason, hint = f"{type(value).__name__} as a group", "a group is text or a whole number"
    raise BadValue(reason, where=f"records[{place}] {of.name}", hint=hint, code="rule.group")


class GroupRule(Rule):
    """A rule that answers for a population: `answers(records)`; one record alone has no answer."""

    __slots__ = ()

    def __call__(self, record: object) -> object:  # noqa: ARG002 - it is a rule, asked for one record
        """Refuse: who stands alone has no group.

        Raises:
            BadRule: always.
        """
        hint = "use answers(records)"
        raise BadRule(f"a {type(self).__name__} answers for everybody at once", hint=hint, code="rule.group")

    def answers(self, records: Iterable[object]) -> Sequence[Label | None]:
        """Answer for each record, in the order given."""
        raise NotImplementedError  # pragma: no cover - every group rule has its own


def _in_groups(
    of: Rule,
    within: Sequence[str],
    given: Iterable[object],
    answer: Callable[[list[Exact | None]], Sequence[int | None]],
) -> list[int | None]:
    records = list(given)
    values = list(each(records, "records", lambda record: found_by(of, of(record))))
    found: list[int | None] = [None] * len(records)
    for places in groups_of(records, within).values():
        for place, one in zip(places, answer([values[place] for place in places]), strict=True):
            found[place] = one
    return found


def _in_one_unit(values: list[Exact | None]) -> list[Exact | None]:
    """Count values in the unit that they share: whole numbers are put in order many times faster than fractions."""
    unders = {value.denominator for value in values if value is not None}
    if len(unders) > _UNITS:
        return values
    unit = lcm(*unders)
    return [None if value is None else value.numerator * (unit // value.denominator) for value in values]


_UNITS = 64
"""How many denominators have a unit in common that is worth while; hundredths have nine."""


@frozen
class Ranked(GroupRule):
    """Competition rank (并列名次): 1, 1, 3; the highest value first, a missing one without a rank.

    Args:
        of: the term that gives the value.
        within: the fields that part the population; everybody together where empty.
        lowest_first: count from the smallest value up.

    >>> Ranked(Field("days"), lowest_first=True).answers([{"days": 30}, {"days": None}, {"days": 3}])
    [2, None, 1]

    Source: the ties law of the house.
    """

    of: Rule
    within: tuple[str, ...] = field(default=(), converter=_within)
    lowest_first: bool = False

    def answers(self, records: Iterable[object]) -> list[int | None]:
        """Return each record's rank within its group.

        Raises:
            BadValue: a value that is no number, with its position.
        """
        return _in_groups(self.of, self.within, records, self._ranks)

    def _ranks(self, given: list[Exact | None]) -> list[int | None]:
        values = _in_one_unit(given)
        order = sorted((value for value in values if value is not None), reverse=not self.lowest_first)
        first = {order[0]: 1} if order else {}
        first |= {value: place for place, (left, value) in enumerate(pairwise(order), 2) if left != value}
        return [None if value is None else first[value] for value in values]


@frozen
class Split(GroupRule):
    """One whole number shared out by weight, exactly: largest remainder, ties in the order given (最大余额法).

    Args:
        of: the term that gives the weight.
        total: what each group shares: a whole number, or a term that gives the same one on every record of a group.
        within: the fields that part the population; everybody together where empty.
        all_zero: with nothing but zero weights `refuse` a total, or split it `even`.

    >>> Split(Field("sales"), 7).answers([{"sales": 50}, {"sales": 30}, {"sales": 20}])
    [4, 2, 1]

    Source: E20; the splits law of the house. Raises:
        BadRule: a total that is neither a whole number nor a term.
    """

    of: Rule
    total: int | Rule = field()
    within: tuple[str, ...] = field(default=(), converter=_within)
    all_zero: AllZero = "refuse"

    @total.validator
    def _whole(self, _attribute: Attribute[object], total: object) -> None:
        if type(total) is not int and not isinstance(total, Rule):
            raise BadRule("a total is a whole number or a term", where="total", code="rule.total")

    def answers(self, records: Iterable[object]) -> list[int | None]:
        """Return each record's share of its group's total.

        Raises:
            BadValue: a weight that is missing, negative or no number, totals that differ within a group, a total that
                is not whole, or no weight above zero; with the position of the record, or the group.
        """
        people = list(records)
        weights = list(each(people, "records", self._weight))
        found: list[int | None] = [None] * len(people)
        for group, places in groups_of(people, self.within).items():
            try:
                total = self._total([people[place] for place in places])
                shares = largest_remainder(total, [weights[place] for place in places], all_zero=self.all_zero)
            except PharmaSalesError as error:
                raise error.at(f"group {', '.join(map(str, group))}" if group else "everybody") from None
            for place, one in zip(places, shares, strict=True):
                found[place] = one
        return found

    def _weight(self, record: object) -> Exact:
        weight = found_by(self.of, self.of(record))
        if weight is None:
            hint = "give every record a weight, or leave it out of the split"
            raise BadValue("a weight is missing", where=self.of.named(), hint=hint, code="goals.weight")
        return weight

    def _total(self, records: Sequence[object]) -> int:
        if not isinstance(self.total, Rule):
            return self.total
        name = self.total.named()
        found = {number(self.total(record), name) for record in records}
        if len(found) > 1:
            raise BadValue("several totals in one group", where=name, code="rule.total")
        total = next(iter(found), 0)
        if type(total) is not int:
            raise BadValue(
                "a total that is not whole" if total is not None else "no total", where=name, code="rule.total"
            )
        return total


@frozen
class Grouped(GroupRule):
    """A population rule fitted in each group by itself (分组定级): deciles by specialty, ABC by region.

    Args:
        rule: `Pareto` or `Quantiles`.
        within: the fields that part the population.

    >>> from pharmasales.rules import Field, Pareto
    >>> abc = Grouped(Pareto(Field("sales"), (("80%", "A"),), rest="B"), within=["city"])
    >>> abc.answers([{"city": "N", "sales": 9}, {"city": "N", "sales": 1}, {"city": "S", "sales": 1}])
    ['A', 'B', 'A']

    Raises:
        BadRule: another rule, or no field.
    """

    rule: Pareto | Quantiles = field()
    within: tuple[str, ...] = field(converter=_within)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.rule, Pareto | Quantiles):
            raise BadRule("only a population rule is fitted in groups", where="rule", code="rule.group")
        if not self.within:
            raise BadRule("name the fields that part the population", where="within", code="rule.group")

    def fit(self, records: Iterable[object]) -> Mapping[Group, Fitted]:
        """Return what each group was fitted to, in the order in which the groups first come.

        Where nobody of a group is above zero, all of it bears the lowest label.

        Raises:
            BadValue: a value that is no number, with its group.
        """
        people = list(records)
        found = {}
        for group, places in groups_of(people, self.within).items():
            try:
                found[group] = self.rule.fit((people[place] for place in places), all_zero="lowest")
            except PharmaSalesError as error:
                raise error.at(f"group {', '.join(map(str, group))}") from None
        return found

    def answers(self, records: Iterable[object]) -> list[Label | None]:
        """Return each record's label by the bands of its group; errors as `fit`."""
        people = list(records)
        fitted = self.fit(people)
        found: list[Label | None] = [None] * len(people)
        for group, places in groups_of(people, self.within).items():
            for place in places:
                found[place] = fitted[group].bands(people[place])
        return found
