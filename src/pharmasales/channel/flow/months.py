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
from types import MappingProxyType
from typing import TypeAlias

from attrs import Attribute, field, frozen

from pharmasales.channel.flow.cleaning import CleanFlow
from pharmasales.channel.flow.held import FlowSale
from pharmasales.channel.flow.month_diff import FlowChange, FlowDiff, FlowFact
from pharmasales.errors import BadValue, NotComparable
from pharmasales.names import clean, normal_id
from pharmasales.periods import Month
from pharmasales.rules.book import fingerprint_of
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["FlowMonth", "close_month", "flow_facts"]

_Place: TypeAlias = tuple[str, str, str]


def _by(text: str) -> str:
    return normal_id(text, "who closes")


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
    amount = None if fact.amount is None or sale.amount is None else fact.amount + sale.amount
    return FlowFact(fact.lines + 1, fact.quantity + sale.quantity, amount)


def _facts(given: Mapping[_Place, FlowFact]) -> Mapping[_Place, FlowFact]:
    return MappingProxyType({place: given[place] for place in sorted(given)})


def _count(_instance: object, attribute: Attribute[int], value: object) -> None:
    least = 1 if attribute.name == "version" else 0
    if type(value) is not int or value < least:
        hint = f"a whole number from {least}"
        raise BadValue("no such number", where=f"flow month {attribute.name}", hint=hint, code="flow.month")


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

    Raises:
        BadValue: no id of who closes, no day, or a version or a number of lines that cannot be.
    """

    month: Month
    facts: Mapping[_Place, FlowFact] = field(converter=_facts, hash=False, repr=lambda facts: f"<{len(facts)} facts>")
    by: str = field(converter=_by)
    on: date = field(converter=checked_day)
    version: int = field(default=1, validator=_count)
    why: str = field(default="", converter=clean, repr=False)
    held: int = field(default=0, validator=_count)

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
        pairs = ((place, self.facts.get(place), later.facts.get(place)) for place in places)
        changes = tuple(FlowChange(*place, before, after) for place, before, after in pairs if before != after)
        for one in changes:
            if one.before and one.after and one.before.quantity.unit != one.after.quantity.unit:
                where, hint = f"product {one.product!r}", "restate it in the unit that was closed"
                raise NotComparable("a product in two units", where=where, hint=hint, code="unit")
        return FlowDiff(self.version, later.version, changes)


def _written(amount: Amount | None) -> tuple[str, str, int]:
    return ("", "", 0) if amount is None else (str(amount.minor), amount.unit.code, amount.unit.decimals)


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
