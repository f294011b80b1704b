"""Closed months of flow (流向关账): what a month was when it was closed, and what a later version changed.

A month is closed when nothing of it is held, or when somebody says why it is closed all the same; bonus and rebate are
reckoned from the closed version. What comes later is no silent correction: the month is restated, the old version
stays, and the difference is listed by distributor, customer and product, to the last box.

>>> from datetime import date
>>> from pharmasales.units import BOX
>>> facts = {("D1", "H1", "P1"): FlowFact(1, Amount(5, BOX), None)}
>>> closed = FlowMonth(Month(2026, 1), facts, by="u1", on=date(2026, 2, 5))
>>> now = {("D1", "H1", "P1"): FlowFact(2, Amount(8, BOX), None)}
>>> later = closed.restate(now, by="u1", on=date(2026, 2, 9), why="late file of D1")
>>> print(closed.diff(later).table())
Distributor  Customer  Product  What     Before  After  Change  Money
-----------  --------  -------  -------  ------  -----  ------  -----
D1           H1        P1       changed       5      8       3

Source: P2-F (monthly records, then bonus base; rebate by policy window).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.channel.flow.cleaning import CleanFlow
from pharmasales.channel.flow.held import FlowSale
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadValue, NotComparable
from pharmasales.names import clean, normal_id
from pharmasales.periods import Month
from pharmasales.rules.book import fingerprint_of
from pharmasales.units import Amount

__all__ = ["FLOW_CHANGES", "FlowChange", "FlowDiff", "FlowFact", "FlowMonth", "close_month", "flow_facts"]

FLOW_CHANGES = MappingProxyType(
    {"new": Says("new", "新增"), "gone": Says("gone", "消失"), "changed": Says("changed", "变更")}
)
"""How a closed figure may change."""

_Place: TypeAlias = tuple[str, str, str]


def _by(text: str) -> str:
    return normal_id(text, "who closes")


@frozen
class FlowFact:
    """What one distributor sold of one product to one customer within a month.

    Args:
        lines: how many lines.
        quantity: how many, returns taken off.
        amount: the money, or missing where no line states any.
    """

    lines: int
    quantity: Amount
    amount: Amount | None


def flow_facts(sales: Iterable[FlowSale], month: Month) -> dict[_Place, FlowFact]:
    """Add up the lines of a month by distributor, customer and product.

    Raises:
        NotComparable: one product in two units, or money in two.
    """
    sums: dict[_Place, FlowFact] = {}
    for sale in sales:
        if sale.month == month:
            place = (sale.distributor, sale.customer, sale.product)
            before = sums.get(place)
            sums[place] = FlowFact(1, sale.quantity, sale.amount) if before is None else _with(before, sale)
    return {place: sums[place] for place in sorted(sums)}


def _with(fact: FlowFact, sale: FlowSale) -> FlowFact:
    amount = fact.amount if sale.amount is None else sale.amount if fact.amount is None else fact.amount + sale.amount
    return FlowFact(fact.lines + 1, fact.quantity + sale.quantity, amount)


def _facts(given: Mapping[_Place, FlowFact]) -> Mapping[_Place, FlowFact]:
    return MappingProxyType({place: given[place] for place in sorted(given)})


@frozen
class FlowMonth:
    """One version of a closed month (关账版本).

    Args:
        month: the month.
        facts: what was sold, by distributor, customer and product.
        by: the id of who closed it.
        on: the day.
        version: 1, 2, 3.
        why: why it was closed with lines held, or why it was restated; "" for a plain first version.
        held: how many lines were held at the time.
    """

    month: Month
    facts: Mapping[_Place, FlowFact] = field(converter=_facts, hash=False, repr=lambda facts: f"<{len(facts)} facts>")
    by: str = field(converter=_by)
    on: date
    version: int = 1
    why: str = field(default="", converter=clean, repr=False)
    held: int = 0

    @property
    def seal(self) -> str:
        """The SHA-256 of its figures: the same figures give the same seal anywhere."""
        rows = [
            [*place, one.lines, *_written(one.quantity), *_written(one.amount)] for place, one in self.facts.items()
        ]
        return fingerprint_of({"month": str(self.month), "facts": rows})

    def restate(self, facts: Mapping[_Place, FlowFact], *, by: str, on: date, why: str, held: int = 0) -> FlowMonth:
        """Return the next version (重述); this one stays what it is.

        Args:
            facts: the figures now, such as `flow_facts` makes.
            by: the id of who restates it.
            on: the day.
            why: the reason.
            held: how many lines are held now.

        Raises:
            BadValue: no reason, a day before this version's, or figures that are the same.
        """
        where = f"month {self.month}"
        if not why.strip():
            raise BadValue("a restatement says why", where=where, code="flow.why")
        if on < self.on:
            raise BadValue("before the version that it restates", where=where, code="flow.order")
        made = FlowMonth(self.month, facts, by, on, self.version + 1, why, held)
        if made.seal == self.seal:
            raise BadValue("nothing changed", where=where, hint="no new version is needed", code="flow.same")
        return made

    def diff(self, later: FlowMonth) -> FlowDiff:
        """Return what another version of the month changed.

        Raises:
            NotComparable: another month, or a product counted in another unit.
        """
        if later.month != self.month:
            raise NotComparable("versions of two months", where=f"{self.month} and {later.month}", code="flow.month")
        places = sorted({*self.facts, *later.facts})
        changes = (FlowChange(*place, self.facts.get(place), later.facts.get(place)) for place in places)
        return FlowDiff(self.version, later.version, tuple(one for one in changes if one.before != one.after))


def _written(amount: Amount | None) -> tuple[str, str]:
    return ("", "") if amount is None else (str(amount.minor), amount.unit.code)


@frozen
class FlowChange:
    """One figure that another version changed.

    Args:
        distributor: who sold.
        customer: to whom.
        product: what.
        before: the figure before, or nothing.
        after: the figure after, or nothing.
    """

    distributor: str
    customer: str
    product: str
    before: FlowFact | None
    after: FlowFact | None

    @property
    def kind(self) -> str:
        """One of `FLOW_CHANGES`."""
        return "new" if self.before is None else "gone" if self.after is None else "changed"

    @property
    def change(self) -> Amount:
        """The change of the quantity; nothing before or after counts as none sold.

        Raises:
            NotComparable: the product is counted in another unit.
        """
        found = _less(_quantity(self.after), _quantity(self.before))
        assert found is not None  # noqa: S101  # one of the two is there
        return found

    @property
    def money(self) -> Amount | None:
        """The change of the money; missing where no version states any."""
        return _less(_amount(self.after), _amount(self.before))


def _quantity(fact: FlowFact | None) -> Amount | None:
    return None if fact is None else fact.quantity


def _amount(fact: FlowFact | None) -> Amount | None:
    return None if fact is None else fact.amount


def _less(after: Amount | None, before: Amount | None) -> Amount | None:
    if after is None or before is None:
        return after if before is None else -before
    return after - before


@frozen(repr=False)
class FlowDiff:
    """What a restatement changed (重述差异).

    Args:
        old: the number of the earlier version.
        new: the number of the later one.
        changes: one a distributor, customer and product.
    """

    old: int
    new: int
    changes: tuple[FlowChange, ...]

    def __repr__(self) -> str:
        return f"FlowDiff({self.old} to {self.new}, {len(self.changes)} changes)"

    def table(self) -> Table:
        """Return before, after and change of the quantities."""
        rows = [
            (
                *_place(one),
                _value(_quantity(one.before)),
                _value(_quantity(one.after)),
                one.change.value,
                _value(one.money),
            )
            for one in self.changes
        ]
        return Table("restated", Says("What the restatement changed", "重述差异"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def _place(one: FlowChange) -> tuple[Cell, ...]:
    return one.distributor, one.customer, one.product, FLOW_CHANGES[one.kind]


def _value(amount: Amount | None) -> Decimal | None:
    return None if amount is None else amount.value


_COLUMNS = (
    Column("distributor", "Distributor", "商业公司"),
    Column("customer", "Customer", "客户"),
    Column("product", "Product", "产品"),
    Column("kind", "What", "类别"),
    Column("before", "Before", "原数量", "amount"),
    Column("after", "After", "新数量", "amount"),
    Column("change", "Change", "差异", "amount"),
    Column("money", "Money", "金额差异", "amount"),
)


def close_month(flow: CleanFlow, month: Month, *, by: str, on: date, why: str = "") -> FlowMonth:
    """Close a month of flow (流向关账).

    Args:
        flow: the cleaned files.
        month: the month.
        by: the id of who closes it.
        on: the day, after the month's end.
        why: the reason to close it although lines of the month, or of no readable month, are held.

    Raises:
        BadValue: the month has not ended, or lines are held and no reason is given.
    """
    where = f"month {month}"
    if on <= month.end:
        raise BadValue("the month has not ended", where=where, hint=f"close it after {month.end}", code="flow.early")
    held = sum(one.line.month in (month, None) for one in flow.held)
    if held and not why.strip():
        hint = "answer the questions, or say why it is closed all the same"
        raise BadValue(f"{held} lines are held", where=where, hint=hint, code="flow.held")
    return FlowMonth(month, flow_facts(flow.sales, month), by, on, 1, why if held else "", held)
