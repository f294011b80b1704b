"""What a period is scored from (考核输入), locked: nothing in it changes, and its seal says whether it is the same.

>>> from pharmasales.org import Node
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import Amount
>>> quarter, org = Quarter(2026, 1), Org.of([Node("r1", "One", "rep")])
>>> sold = [Item("actual", "r1", Amount.of(90, CNY), quarter, "report"),
...         Item("goal", "r1", Amount.of(100, CNY), quarter, "goal")]
>>> one = PeriodInputs(quarter, org, sold, facts={"r1": {"breaches": 0}})
>>> one == PeriodInputs(quarter, org, sold[::-1], facts={"r1": {"breaches": 0}}), len(one.seal)
(True, 64)
>>> one == PeriodInputs(quarter, org, sold)
False
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from attrs import Factory, field, frozen

from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.evaluation.closing.held_grades import HeldGrade, StartGrades, grades_at_start, held_in_order
from pharmasales.evaluation.closing.item_changes import item_order
from pharmasales.evaluation.closing.plain import Value, checked_value, kept_when
from pharmasales.evaluation.measures.counting import Unfilled
from pharmasales.evaluation.measures.figures import FIGURES, Counts
from pharmasales.evaluation.measures.items import Item
from pharmasales.names import clean, fold, normal_id, twins
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import BOX, CNY, Unit

T = TypeVar("T")

__all__ = ["GRADE", "Fact", "PeriodInputs"]

Fact: TypeAlias = Value
"""What a sheet reads beside figures: an exact number, an amount, a text, a yes or no; none where it is not known."""

GRADE = "grade"
"""The name under which a sheet reads a rep's own grade of the first day."""


def _items(given: Iterable[Item]) -> tuple[Item, ...]:
    """Put items into one order, so that the order in which they came decides nothing."""
    found = tuple(given)
    bad: list[PharmaSalesError] = []
    for item in found:
        try:
            checked_value(item.value, "value")
            kept_when(item.when)
        except PharmaSalesError as error:
            bad.append(error.at(f"{item.figure} of {item.node!r}, id {item.id!r}"))
    if bad:
        raise BadRows(f"{len(bad)} items refused", bad)
    return tuple(sorted(found, key=item_order))


def _reps(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal_id(rep, "reps") for rep in given))


def _by_id(given: Mapping[str, T], where: str, read: Callable[[T, str], T]) -> Mapping[str, T]:
    """Freeze a mapping by id; two spellings of an id are refused."""
    ids, hint = [normal_id(text, where) for text in given], "keep one of them"
    bad: list[PharmaSalesError] = [
        BadValue(f"twin of {ids[first]!r}", where=f"{where} of {ids[second]!r}", hint=hint, code="closing.twins")
        for first, second in twins(ids)
    ]
    found = dict[str, T]()
    for key, value in zip(ids, given.values(), strict=True):
        try:
            found[key] = read(value, f"{where} of {key!r}")
        except PharmaSalesError as error:
            bad.append(error)
    if bad:
        raise BadRows(f"{where} are refused", bad)
    return MappingProxyType({key: found[key] for key in sorted(found)})


def _all_facts(given: Mapping[str, Mapping[str, Fact]]) -> Mapping[str, Mapping[str, Fact]]:
    return _by_id(given, "facts", _facts)


def _names(given: Iterable[str], where: str) -> tuple[str, ...]:
    return tuple(sorted({clean(name, where) for name in given}))


def _withheld(given: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    return _by_id(given, "withheld", _names)


def _people(given: Mapping[str, str]) -> Mapping[str, str]:
    return _by_id(given, "people", normal_id)


def _rules(given: Mapping[str, str]) -> Mapping[str, str]:
    return _by_id(given, "rules", clean)


def _facts(given: Mapping[str, Fact], where: str) -> Mapping[str, Fact]:
    """Freeze one rep's facts; none may take the place of a figure, which is counted."""
    for name in given:
        if clean(name, where).partition(".")[0] in FIGURES or name == GRADE:
            hint = "give the rep's grades as rep_grades" if name == GRADE else "count it as an item, or rename it"
            raise BadValue(
                "a fact under the name of a figure", where=f"{where}: {name}", hint=hint, code="closing.fact"
            )
    return MappingProxyType({name: checked_value(given[name], f"{where}: {name}") for name in sorted(given)})


@frozen(eq=False, repr=False)
class PeriodInputs:
    """Everything that a period is scored from, locked (考核输入锁定). Two are the same where their seals are.

    Args:
        period: the period, counted whole.
        org: the organisation as it counts for this period.
        items: the items that were known, in any order: `sales_items` and the others, and items of your own.
        reps: the ids of the nodes that are scored, in the order shown; the leaves where left out.
        facts: what the sheet reads beside figures, by rep and name: breaches, notes of factors, marks of other raters.
            A fact that another rep has and this one has not is missing.
        grades: the grades of customers. Items of figures by class whose id is that of a customer must be of the class
            of the first day.
        rep_grades: the grades of the reps themselves; the sheet reads the letter of the first day as `grade`.
        people: the id of the person in the post, by rep, where it is another than the rep's.
        withheld: the names of figures, by rep, by which the compliance policy lets nobody of the rep's role be scored;
            they count for what lies above, and are missing for the rep.
        rules: what the company decides by, with its fingerprint: a rule book, a policy.
        unit: the unit of goals and actuals.
        money: the unit of money.
        goods: the unit of boxes.
        market: the unit of the market's data; that of the goals where left out.
        unfilled: what a leaf has of a figure that another has and it has not: `missing` or `zero`.
        seal: the SHA-256 of all of it; it is made, never given.

    Raises:
        BadRows: what belongs to no scored rep, an item of another class than the one of the first day, grades that
            cannot be.
        BadValue: twin ids, a fact under the name of a figure, a value that is not exact.

    Source: issue 8, period close.
    """

    period: Period
    org: Org
    items: tuple[Item, ...] = field(converter=_items)
    reps: tuple[str, ...] = field(
        default=Factory(lambda self: [leaf.id for leaf in self.org.leaves()], takes_self=True),
        converter=_reps,
        kw_only=True,
    )
    facts: Mapping[str, Mapping[str, Fact]] = field(factory=dict, converter=_all_facts, kw_only=True)
    grades: tuple[HeldGrade, ...] = field(default=(), converter=held_in_order, kw_only=True)
    rep_grades: tuple[HeldGrade, ...] = field(default=(), converter=held_in_order, kw_only=True)
    people: Mapping[str, str] = field(factory=dict, converter=_people, kw_only=True)
    withheld: Mapping[str, tuple[str, ...]] = field(factory=dict, converter=_withheld, kw_only=True)
    rules: Mapping[str, str] = field(factory=dict, converter=_rules, kw_only=True)
    unit: Unit = field(default=CNY, kw_only=True)
    money: Unit = field(default=CNY, kw_only=True)
    goods: Unit = field(default=BOX, kw_only=True)
    market: Unit | None = field(default=None, kw_only=True)
    unfilled: Unfilled = field(default="missing", kw_only=True)
    seal: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        kept_when(self.period)
        bad = [*_strangers(self), *_other_classes(self)]
        if bad:
            raise BadRows("inputs are refused", bad)
        object.__setattr__(self, "seal", self.sealed())

    def __repr__(self) -> str:
        return f"PeriodInputs({self.period}, {len(self.reps)} reps, {len(self.items)} items, {self.seal[:12]})"

    def __eq__(self, other: object) -> bool:
        return self.seal == other.seal if isinstance(other, PeriodInputs) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.seal)

    @property
    def start_grades(self) -> StartGrades:
        """The customers' grades of the first day, and what changed inside the period."""
        return grades_at_start(self.grades, self.period)

    @property
    def start_rep_grades(self) -> StartGrades:
        """The reps' own grades of the first day, and what changed inside the period."""
        return grades_at_start(self.rep_grades, self.period)

    @property
    def units(self) -> dict[Counts, Unit]:
        """The unit of what is counted in one."""
        return {"sales": self.unit, "market": self.market or self.unit, "money": self.money, "goods": self.goods}

    def person(self, rep: str) -> str:
        """Return the id of the person in a rep's post."""
        return self.people.get(rep, rep)

    def sealed(self) -> str:
        """Return the seal of what is in it now.

        Raises:
            BadValue: a text that no file can keep.
        """
        from pharmasales.evaluation.closing.inputs_records import inputs_data
        from pharmasales.rules.book import fingerprint_of

        try:
            return fingerprint_of(inputs_data(self))
        except UnicodeEncodeError:
            hint = "read the file again in its own encoding"
            raise BadValue("half a surrogate pair", where="inputs", hint=hint, code="text.control") from None


def _strangers(inputs: PeriodInputs) -> list[PharmaSalesError]:
    """Refuse what is given for somebody who is not scored."""
    scored = set(inputs.reps)
    given = [("reps", rep, rep in inputs.org) for rep in inputs.reps]
    given += [(what, rep, rep in scored) for what in ("facts", "people", "withheld") for rep in getattr(inputs, what)]
    given += [("rep_grades", one.id, one.id in scored) for one in inputs.rep_grades]
    hint = "correct the id, or leave it out"
    return [
        BadValue("no such rep", where=f"{what} of {rep!r}", hint=hint, code="closing.rep")
        for what, rep, known in given
        if not known
    ]


def _other_classes(inputs: PeriodInputs) -> list[PharmaSalesError]:
    """Refuse items by class of customers who were in another class on the first day, or in none."""
    start = {fold(key): grade.letter for key, grade in inputs.start_grades.grades.items()}
    known = {fold(one.id) for one in inputs.grades}
    bad: list[PharmaSalesError] = []
    for item in inputs.items:
        letter, key = item.figure.partition(".")[2], fold(item.id)
        if letter and key in known and start.get(key) != letter and item.when in inputs.period:
            what = "another class on the first day" if key in start else "no grade on the first day"
            hint = "count it with its grade of the first day (grades_at_start)"
            bad.append(BadValue(what, where=f"{item.figure} of {item.id!r}", hint=hint, code="closing.grade"))
    return bad
