"""Potential (潜力): what a customer could use, as an estimator reckons it from figures that can be asked for.

An `Estimator` is a value: a rule with the unit and the period of its answer, its inputs and its limits. The answer is
exact, or missing with the names of the inputs that are; it is rounded to the unit only when it is asked for.

>>> from pharmasales.classification.potential.estimators import DEPARTMENT_TOTAL
>>> record = {"patients_a_day": 80, "share_using": "0.3", "rx_per_patient": 3, "working_days": 22}
>>> found = DEPARTMENT_TOTAL.estimate(record)
>>> found.value, found.amount
(1584, Amount('1584 BOX'))
>>> print(found.why.head())
department total: 1,584 BOX a month
>>> print(DEPARTMENT_TOTAL.estimate({**record, "share_using": None}).why.head())
department total is missing: share using the drug is not known
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.classification.potential.inputs import Input, check_inputs, faults, one_unit, unknown, zero_divisors
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, PharmaSalesError
from pharmasales.names import clean, nearest
from pharmasales.rules import Term, explain
from pharmasales.rules.terms import Exact, literal, number
from pharmasales.units import Amount, Unit

__all__ = ["Conversion", "Estimate", "Estimates", "Estimator", "Per", "estimate_all", "quantity"]

Per: TypeAlias = Literal["day", "month", "year"]
"""The period that an estimate is of: a working day, a month, a year."""

PERS: Mapping[str, Says] = MappingProxyType(
    {"day": Says("a day", "日"), "month": Says("a month", "月"), "year": Says("a year", "年")}
)


def quantity(unit: Unit, per: Per) -> Says:
    """Say a unit with its period, to stand behind a number.

    >>> from pharmasales.units import BOX
    >>> quantity(BOX, "month")
    Says(en='BOX a month', zh='盒/月')
    """
    return Says(f"{unit.code} {PERS[per].en}", f"{unit.zh or unit.code}/{PERS[per].zh}")


def check_per(per: str, where: str) -> None:
    """Refuse a period that is none of `Per`."""
    if per not in PERS:
        raise BadRule("not a period of an estimate", where=where, hint=nearest(str(per), PERS), code="potential.per")


def _stated(given: Exact | None) -> Exact | None:
    found = None if given is None else literal(given)
    if found is not None and found <= 0:
        raise BadRule("a number of days or months above zero", where="conversion", code="potential.conversion")
    return found


@frozen
class Conversion:
    """How many working days a month has and how many months a year, where an estimate is put into another period.

    What is not stated is not converted: 22 days or 21.75, 12 months or 11 without the holidays, is the user's to say.

    Args:
        days_in_month: working days of a month.
        months_in_year: months of a year.

    >>> Conversion(days_in_month=22).factor("day", "month"), Conversion(22, 12).factor("year", "day")
    (Fraction(22, 1), Fraction(1, 264))
    >>> Conversion().factor("day", "month")
    Traceback (most recent call last):
        ...
    pharmasales.errors.NotComparable: a day with a month; state days_in_month [potential.per]

    Raises:
        BadRule: a number that is not above zero.
    """

    days_in_month: Exact | None = field(default=None, converter=_stated)
    months_in_year: Exact | None = field(default=None, converter=_stated)

    def factor(self, per: Per, to: Per) -> Fraction:
        """Return what a figure of one period is multiplied by to be one of another.

        Raises:
            NotComparable: the number that this needs is not stated.
        """
        order = get_args(Per)
        low, high = sorted((order.index(per), order.index(to)))
        found = Fraction(1)
        for name in ("days_in_month", "months_in_year")[low:high]:
            stated = getattr(self, name)
            if stated is None:
                raise NotComparable(f"a {per} with a {to}", hint=f"state {name}", code="potential.per")
            found *= stated
        return found if order.index(to) >= order.index(per) else 1 / found


def _inputs(given: Iterable[Input]) -> tuple[Input, ...]:
    return tuple(given)


@frozen(kw_only=True)
class Estimator:
    """A way to estimate a potential, as a value (潜力测算方法).

    `rule` is written in `Field`, `Ratio`, `Times` and `Sum`: it explains itself, runs on many rows at once and can be
    kept in a rule book. What it reads is checked by `inputs`; the bare rule checks nothing.

    Args:
        name: its name, as in a rule book.
        says: its name in both languages.
        rule: how it is reckoned.
        inputs: what the rule reads, each field once.
        unit: what the answer is counted in.
        per: the period that the answer is of.
        of: what is estimated; only estimates of one thing are reconciled.
        source: requirement or page.
        limits: what it does not see, in both languages.

    Raises:
        BadRule: inputs that are not those of the rule, a rule that is no term, or an unknown period.
    """

    name: str = field(converter=clean)
    says: Says = field(eq=False)
    rule: Term
    inputs: tuple[Input, ...] = field(converter=_inputs)
    unit: Unit
    per: Per
    of: str = "potential"
    source: str = field(default="", eq=False)
    limits: Says = field(default=Says("", ""), eq=False)

    def __attrs_post_init__(self) -> None:
        check_per(self.per, self.name)
        check_inputs(self.rule, self.inputs, self.name)

    @property
    def quantity(self) -> Says:
        """The unit and the period of its answer, in words."""
        return quantity(self.unit, self.per)

    def values(self, record: object) -> dict[str, Exact | None]:
        """Return the inputs of a record, exact and checked; errors as `estimate`."""
        one_unit(self.inputs, record)
        return {one.name: one.read(record) for one in self.inputs}

    def estimate(self, record: object) -> Estimate:
        """Estimate for one record.

        Raises:
            BadValue: an input that is not in the record, no number, or out of its range, by name.
            NotComparable: an amount of another unit.
        """
        return self.of_values(self.values(record))

    def of_values(self, values: Mapping[str, Exact | None]) -> Estimate:
        """Estimate from inputs that `values` returned."""
        return Estimate(self, number(self.rule(values), self.name), values)


@frozen
class Estimate:
    """What an estimator answered for one record: an exact value, or missing with the reason (潜力估计).

    Args:
        estimator: the estimator.
        value: the exact value in whole units, or missing.
        inputs: what it was reckoned from.
    """

    estimator: Estimator
    value: Exact | None = field(repr=False)
    inputs: Mapping[str, Exact | None] = field(repr=False, hash=False)

    @property
    def missing(self) -> tuple[Input, ...]:
        """The inputs that are not known."""
        return unknown(self.estimator.inputs, self.inputs)

    @property
    def amount(self) -> Amount | None:
        """The value rounded half up to the smallest part of the unit; missing stays missing."""
        return None if self.value is None else Amount.of(self.value, self.estimator.unit, "half_up")

    @property
    def why(self) -> Why:
        """The value with its formula, or the inputs that are missing."""
        if self.value is not None:
            says = "{name}: {value} {unit}", "{name}：{value} {unit}"
            parts = (explain(self.estimator.rule, self.inputs),)
            return because(*says, *parts, name=self.estimator.says, value=self.value, unit=self.estimator.quantity)
        return because(
            "{name} is missing: {reason}", "{name} 缺失：{reason}", name=self.estimator.says, reason=self.reason
        )

    @property
    def reason(self) -> Says:
        """Why there is no value: inputs that are not known, or a divisor of zero; empty where there is one."""
        if self.value is not None:
            return Says("", "")
        gone = self.missing
        if gone:
            verb = "is" if len(gone) == 1 else "are"
            en, zh = ", ".join(one.says.en for one in gone), "、".join(one.says.zh for one in gone)
            return Says(f"{en} {verb} not known", f"{zh}未知")
        names = ", ".join(term.named() for term in zero_divisors(self.estimator.rule, self.inputs))
        return Says(f"{names} is zero and divides", f"除数 {names} 为零")

    def _repr_html_(self) -> str:
        return self.why.html()


@frozen(repr=False)
class Estimates:
    """The estimates of many customers by one estimator, in the order given. Build it with `estimate_all`."""

    estimator: Estimator
    rows: Sequence[tuple[str, str, Estimate]]

    def __iter__(self) -> Iterator[Estimate]:
        return (estimate for _, _, estimate in self.rows)

    def __repr__(self) -> str:
        return f"Estimates({self.estimator.name}, {len(self.rows)} customers)"

    def by_customer(self) -> Mapping[str, Exact]:
        """Return the exact value of each customer that has one."""
        return {customer: found.value for customer, _, found in self.rows if found.value is not None}

    def table(self) -> Table:
        """Return one row a customer: the estimate rounded to its unit, and why."""
        rows = [
            (customer, name, _shown(found), self.estimator.quantity, found.why) for customer, name, found in self.rows
        ]
        title = Says(f"Potential: {self.estimator.says.en}", f"潜力：{self.estimator.says.zh}")
        return Table("potential", title, _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("customer_id", "Customer id", "客户编号"),
    Column("customer", "Customer", "客户"),
    Column("potential", "Potential", "潜力", "amount"),
    Column("unit", "Unit", "单位"),
    Column("why", "Why", "说明", "why"),
)


def _shown(found: Estimate) -> Cell:
    amount = found.amount
    return None if amount is None else amount.value


def estimate_all(estimator: Estimator, records: Iterable[tuple[str, str, object]]) -> Estimates:
    """Estimate for everybody: id, label and record of each.

    Args:
        estimator: the estimator.
        records: the customers, as `classify` takes them.

    Raises:
        BadRows: every input that is refused, in every row, with the customer's id.
    """
    rows, bad = [], list[PharmaSalesError]()
    for customer, name, record in records:
        try:
            rows.append((customer, name, estimator.estimate(record)))
        except (BadValue, NotComparable) as error:
            found = faults(estimator.inputs, record) or [error]
            bad += (one.at(f"customer {customer!r}") for one in found)
    if bad:
        raise BadRows(f"{len(bad)} inputs refused", bad)
    return Estimates(estimator, rows)
