"""What is counted (计数明细): a sales line, invoice, visit or rating as one figure of one node, and what became of it.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY
>>> one = Item("cost", "r1", Amount.of(60, CNY), date(2026, 2, 3), "travel 17")
>>> place_item(one, Stretch.of(Quarter(2026, 1)), {"r1"}, {"money": CNY})
('cost', None)
>>> figure, reason = place_item(one, Stretch.of(Quarter(2026, 2)), {"r1"}, {"money": CNY})
>>> figure, reason.en
(None, 'outside the period')
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.evaluation.measures.figures import FIGURES, Counts, Figure, declared
from pharmasales.evaluation.tracking.stretch import same_day
from pharmasales.names import clean, optional_id
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit, exact

__all__ = ["GOALS_GAP", "LEFT_OUT", "PEERS", "Item", "Placed", "Stretch", "place_item"]

PEERS = ("peers_actual", "peers_comparable", "peers_last", "peers")
"""The figures that are reckoned from the other nodes of a level, and never given."""

_OUTSIDE = Says("outside the period", "不在本期间内")
_NOT_YET = Says("not known yet on the day asked for", "截至当日尚未发生")
_UNKNOWN = Says("its value is not known", "数值未知")
_NOBODY = Says("it belongs to nobody", "无归属")
_NO_NODE = Says("no such node in the organisation", "组织中无此节点")
_UNIT = Says("counted in another unit", "单位不同")
GOALS_GAP = Says("the goals given do not make up the period, each day once", "所给目标未恰好覆盖本期间")
LEFT_OUT = (_OUTSIDE, _NOT_YET, _UNKNOWN, _NOBODY, _NO_NODE, _UNIT, GOALS_GAP)
"""Why something is left out, in both languages; what a source holds back brings its own reason."""

_LATER = {kind.before: name for name, kind in FIGURES.items() if kind.before}


def _of_figure(name: str) -> str:
    if name.partition(".")[0] in PEERS:
        hint = "give the actual of each node"
        raise BadValue("reckoned from the peers, never given", where=name, hint=hint, code="figures.peers")
    declared(name)
    return name


@frozen
class Item:
    """One thing that counts, as one figure of one node (计数项).

    Args:
        figure: the figure, of `FIGURES`, or of one class: `seen_customers.A`.
        node: the id of the node that it belongs to, or "" where it belongs to nobody.
        value: how much it counts: an amount where the figure has a unit, an exact number where it has none, or
            missing.
        when: its day, or the period that it belongs to as a whole.
        id: what it is, to find it again: `invoice F1`, `2026-01-05/r1/c1`; never a person's name.
        held: why its source holds it back, such as quarantine; none where it counts.

    Raises:
        BadValue: an unknown figure, a value that is not exact, or neither a day nor a period.
    """

    figure: str = field(converter=_of_figure)
    node: str = field(converter=optional_id)
    value: Figure = field(repr=False)
    when: date | Period
    id: str = field(converter=clean)
    held: Says | None = None

    def __attrs_post_init__(self) -> None:
        if self.value is not None and type(self.value) not in (int, Amount, Fraction, Decimal):
            hint = "give it exact"
            raise BadValue(f"{type(self.value).__name__} as a figure", where=self.figure, hint=hint, code="number")
        if type(self.when) is not date and not isinstance(self.when, Period):
            hint = "give a date or a period"
            raise BadValue(f"{type(self.when).__name__} as a time", where=self.figure, hint=hint, code="measures.when")


@frozen
class Stretch:
    """A period up to a day, and the same stretch of the year before.

    Args:
        period: the period.
        until: the last day that counts.
        before: the period of the year before.
        before_until: the same day of that year.
    """

    period: Period
    until: date
    before: Period
    before_until: date
    _asked: dict[date | Period, tuple[Says | None, Says | None]] = field(factory=dict, repr=False, eq=False)

    def leaves_out(self, when: date | Period) -> tuple[Says | None, Says | None]:
        """Say why a day or a period does not count in it, and in that of the year before; each is asked once."""
        found = self._asked.get(when)
        if found is None:
            here = _within(when, self.period, self.until)
            found = self._asked[when] = here, here and _within(when, self.before, self.before_until)
        return found

    @classmethod
    def of(cls, period: Period, as_of: date | None = None) -> Stretch:
        """Make it; the whole period where no day is given or the day lies after it.

        Raises:
            BadValue: a day before the period.
        """
        until = min(as_of or period.end, period.end)
        if until < period.start:
            hint = f"from {period.start}"
            raise BadValue("the day lies before the period", where="as_of", hint=hint, code="measures.as_of")
        before = period.year_before()
        whole = until == period.end
        return cls(period, until, before, before.end if whole else same_day(period, before, until, 1))


def _within(when: date | Period, period: Period, until: date) -> Says | None:
    """Say why a day or a period does not count within a stretch; none where it does."""
    if when not in period:
        return _OUTSIDE
    first = when.start if isinstance(when, Period) else when
    return _NOT_YET if first > until else None


def place_item(
    item: Item, stretch: Stretch, nodes: Container[str], units: Mapping[Counts, Unit]
) -> tuple[str | None, Says | None]:
    """Say as which figure an item counts, or why it is left out.

    An actual of the same stretch of the year before counts as `last`; so do own sales and the market.

    Args:
        item: the item.
        stretch: the period up to a day.
        nodes: the ids of the organisation.
        units: the unit of what is counted in one.
    """
    if item.held is not None:
        return None, item.held
    name, (reason, reason_before) = item.figure, stretch.leaves_out(item.when)
    if reason is _NOT_YET and not declared(name).adds:
        reason = None  # a goal of a later month is a part of the goal all the same
    if reason is not None:
        base, dot, letter = name.partition(".")
        if base not in _LATER or reason_before is not None:
            return None, reason
        name = _LATER[base] + dot + letter
    if item.node not in nodes:
        return None, _NO_NODE if item.node else _NOBODY
    if item.value is None:
        return None, _UNKNOWN
    unit = units.get(declared(name).counts)
    if unit is not None and (not isinstance(item.value, Amount) or item.value.unit != unit):
        return None, _UNIT
    return name, None


@frozen
class Placed:
    """What became of one item: as which figure it counted, or why it was left out (计入与剔除).

    Args:
        item: the item.
        figure: the figure that it counts in; none where it was left out.
        reason: why it was left out; none where it counts.
    """

    item: Item
    figure: str | None
    reason: Says | None

    def value(self) -> int | Fraction:
        """Return how much it counts: smallest parts of an amount, or a plain number; zero where it was left out."""
        found = self.item.value
        if self.figure is None or found is None:
            return 0
        if isinstance(found, Amount):
            return found.minor if declared(self.figure).counts != "number" else exact(found)
        return found if type(found) is int else exact(found)
