"""Time and resource shares by class (时间与资源按级分配): visits, money or samples that add up to the whole exactly.

>>> from pharmasales.classification.classify import classify
>>> from pharmasales.classification.grade import Scheme
>>> from pharmasales.rules import Bands, Field
>>> from pharmasales.units import VISIT
>>> rule = Bands(Field("sales"), ((20, "C"), (50, "B")), top="A")
>>> people = [(f"H{n}", "Example", {"sales": sales}) for n, sales in enumerate((80, 30, 25, 10, None))]
>>> found = classify(people, Scheme("size", ("A", "B", "C")), rule)
>>> visits = share_out(Amount.of(100, VISIT), found, {"A": 6, "B": 3, "C": 1})
>>> print(visits.table())
Class    Customers  Weight  Amount  Share  Each  Why
-------  ---------  ------  ------  -----  ----  ------------------------------------------------
A                1       6      46  46.0%    46  1 x weight 6 = 6 of 13 parts
B                2       3      46  46.0%    23  2 x weight 3 = 6 of 13 parts
C                1       1       8   8.0%     8  1 x weight 1 = 1 of 13 parts
Missing          1       0       0   0.0%     0  without a grade there is no weight, and no share
>>> {customer: str(amount) for customer, amount in visits.customers.items()}
{'H0': '46 VISIT', 'H1': '23 VISIT', 'H2': '23 VISIT', 'H3': '8 VISIT', 'H4': '0 VISIT'}
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.classification.classify import Classification
from pharmasales.classification.grade import Scheme
from pharmasales.classification.review.moves import MISSING, Place, by_id
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import nearest
from pharmasales.rules.terms import Exact, literal
from pharmasales.splits import AllZero, split
from pharmasales.units import Amount, Number, half_up, in_decimals, ratio

__all__ = ["Allocation", "ClassAllocation", "Weighing", "share_out"]

Weighing: TypeAlias = Literal["customer", "class"]
"""What a weight speaks of: one customer of the class, or the class as a whole."""


@frozen
class ClassAllocation:
    """What one class gets.

    Args:
        place: its letter, or `MISSING` for those without a grade.
        customers: how many are in it.
        weight: the weight given for it.
        parts: its weight in the split: times the customers, or alone; zero for a class without anybody.
        amount: what it gets.
        whole: what is shared out.
        why: how that comes.
    """

    place: Place
    customers: int
    weight: Exact
    parts: Exact
    amount: Amount
    whole: Amount = field(repr=False)
    why: Why = field(repr=False)

    @property
    def share(self) -> Fraction | None:
        """Its share of the whole; missing where that is zero."""
        return self.amount.over(self.whole)

    @property
    def each(self) -> Fraction | None:
        """What a customer of it gets on average, in whole units, exact; missing without customers."""
        return ratio(Fraction(self.amount.value), self.customers)


@frozen
class Allocation:
    """One whole shared out to the classes of a scheme and to the customers in them.

    Args:
        scheme: the scheme.
        whole: what was shared out.
        classes: what each class gets, the best first, those without a grade last; together the whole.
        customers: what each customer gets, by id; those of a class are together what the class gets.
    """

    scheme: Scheme
    whole: Amount
    classes: tuple[ClassAllocation, ...]
    customers: Mapping[str, Amount] = field(repr=False)

    def table(self) -> Table:
        """Return one row a class: customers, weight, amount, share, the average of each customer, and the reason."""
        rows = [(o.place, o.customers, o.weight, o.amount.value, o.share, _each(o), o.why) for o in self.classes]
        title = Says(f"Shares by class, {self.whole.unit.en}", f"按级分配（{self.whole.unit.zh}）")
        return Table("class_shares", title, _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def _each(one: ClassAllocation) -> Cell:
    """Show an average with two decimals where it is not whole."""
    each = one.each
    if each is None or each.denominator == 1:
        return None if each is None else each.numerator
    return in_decimals(half_up(each * 100), 2)


_COLUMNS = (
    Column("class", "Class", "级别"),
    Column("customers", "Customers", "客户数", "number"),
    Column("weight", "Weight", "权重", "number"),
    Column("amount", "Amount", "数量", "amount"),
    Column("share", "Share", "占比", "ratio"),
    Column("each", "Each", "户均", "amount"),
    Column("why", "Why", "说明", "why"),
)


def share_out(
    whole: Amount,
    found: Classification,
    weights: Mapping[str, Number],
    *,
    by: Weighing = "customer",
    grain: Amount | None = None,
    all_zero: AllZero = "refuse",
) -> Allocation:
    """Share one whole out to the classes, then to the customers of each class, by largest remainder.

    A class without customers gets nothing, because nobody is there to get it; a weight of zero gets nothing. The
    customers of one class get the same, but for the units that do not go round: those go to the first ones as given.

    Args:
        whole: visits, money, boxes of samples; a negative one mirrors a positive one.
        found: the grades.
        weights: a weight for every letter, zero to leave a class out; only their proportion counts. The sources give
            an order (A and B more, C little) and no figures, so there is no default.
        by: whether a weight speaks of each `customer` of the class, or of the `class` as a whole.
        grain: the step that shares go in; the unit's smallest part where left out.
        all_zero: where no class has both a weight and customers `refuse`, or share out `even` to the customers.

    Source: S000-26 (weighted investment by class), S004-15 (time A ±, B +, C +, D −), S002-4; the splits law. Raises:
        BadRule: a letter without a weight, a weight for a letter that the scheme lacks, a negative one, or an unknown
            `by`.
        BadValue: no class with a weight above zero and customers, or a whole that is no multiple of the grain.
        BadRows: a customer who stands there twice.
        NotComparable: a grain of another unit.
    """
    if by not in ("customer", "class"):
        hint = nearest(str(by), ("customer", "class"))
        raise BadRule("a weight of what?", where="by", hint=hint, code="allocation.by")
    exact_weights = _weights(found.scheme, weights)
    members: dict[Place, list[str]] = {letter: [] for letter in found.scheme.letters} | {MISSING: []}
    for customer, graded in by_id(found, "grades").items():
        members[graded.grade.letter if graded.grade else MISSING].append(customer)
    parts = {letter: _parts(weight, len(members[letter]), by) for letter, weight in exact_weights.items()}
    even = all_zero == "even" and not any(parts.values())
    if even:
        parts = {letter: len(members[letter]) for letter in parts}
    if whole.minor and not any(parts.values()):
        hint = 'give a class with customers a weight, or share out with all_zero="even"'
        reason = "no class has both a weight above zero and customers"
        raise BadValue(reason, where=found.scheme.name, hint=hint, code="allocation.basis")
    amounts = dict(zip(parts, split(whole, list(parts.values()), grain=grain), strict=True))
    total = sum(parts.values())
    classes = [
        ClassAllocation(
            letter,
            len(members[letter]),
            weight,
            parts[letter],
            amounts[letter],
            whole,
            _why(len(members[letter]), weight, parts[letter], total, "even" if even else by),
        )
        for letter, weight in exact_weights.items()
    ]
    nothing = Amount(0, whole.unit)
    classes.append(ClassAllocation(MISSING, len(members[MISSING]), 0, 0, nothing, whole, _NO_GRADE))
    shares: dict[str, Amount] = dict.fromkeys(members[MISSING], nothing)
    for letter, amount in amounts.items():
        shares |= zip(members[letter], split(amount, [1] * len(members[letter]), grain=grain), strict=True)
    order = {graded.customer: shares[graded.customer] for graded in found.grades}
    return Allocation(found.scheme, whole, tuple(classes), order)


def _weights(scheme: Scheme, given: Mapping[str, Number]) -> dict[str, Exact]:
    by_letter = {scheme.grade(letter).letter: literal(weight) for letter, weight in given.items()}
    for letter in scheme.letters:
        if letter not in by_letter:
            hint = "zero leaves a class out"
            raise BadRule(f"no weight for {letter}", where=scheme.name, hint=hint, code="allocation.weight")
        if by_letter[letter] < 0:
            raise BadRule(f"a negative weight for {letter}", where=scheme.name, code="allocation.weight")
    return {letter: by_letter[letter] for letter in scheme.letters}


def _parts(weight: Exact, customers: int, by: Weighing) -> Exact:
    return weight * customers if by == "customer" else weight if customers else 0


def _why(customers: int, weight: Exact, parts: Exact, total: Exact, by: str) -> Why:
    if not customers:
        return because("nobody is in this class", "该级别无客户")
    if by == "even":
        says = "no weight above zero: {parts} of {total} customers", "权重均为零：{total} 个客户中的 {parts} 个"
    elif not weight:
        return because("a weight of zero", "权重为零")
    elif by == "customer":
        says = (
            "{customers} x weight {weight} = {parts} of {total} parts",
            "{customers} 个客户 x 权重 {weight} = {parts}，共 {total} 份",
        )
    else:
        says = "weight {weight} of {total}", "权重 {weight}，合计 {total}"
    return because(*says, customers=customers, weight=weight, parts=parts, total=total)


_NO_GRADE = because("without a grade there is no weight, and no share", "无级别，故无权重与份额")
