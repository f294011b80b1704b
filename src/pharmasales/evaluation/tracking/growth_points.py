"""What closes a gap (增长点排序): customers, products or hospitals with room, as many as it takes.

>>> from pharmasales.units import BOX
>>> points = [GrowthPoint(one, Amount.of(n, BOX)) for one, n in (("H1", 30), ("H2", 45), ("H3", 20))]
>>> closing = closing_points(Amount.of(60, BOX), points)
>>> print(closing.table())
Rank  Id  Could bring  Together  Needed
----  --  -----------  --------  ------
   1  H2           45        45  yes
   2  H1           30        75  yes
   3  H3           20        95  no
>>> closing_points(Amount.of(100, BOX), points).why.text()
'all 3 points do not close 100 BOX: 5 BOX stay open'

Source: S004-38 (ranking by potential - actual), S004-40 (growth points).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attrs import field, frozen

from pharmasales.classification.potential.gaps import Gaps
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.names import normal_id
from pharmasales.units import Amount, Number, share

__all__ = ["ClosingPoint", "ClosingPoints", "GrowthPoint", "closing_points", "points_from_gaps"]


@frozen
class GrowthPoint:
    """One place where more could be sold within the rest of the period (增长点): a customer, a product, a hospital.

    Args:
        id: its id.
        room: what it could still bring in that time, potential less actual; missing where it is not known.
        name: its label.
    """

    id: str = field(converter=normal_id)
    room: Amount | None = field(repr=False)
    name: str = field(default="", repr=False)


def points_from_gaps(gaps: Gaps, winnable: Number) -> list[GrowthPoint]:
    """Make growth points from the growth gaps of customers (潜力差额).

    Args:
        gaps: potential less actual of each customer.
        winnable: which share of a gap can be won in the rest of the period; the company's own judgement.

    >>> from pharmasales.classification.potential.gaps import growth_gaps
    >>> from pharmasales.units import BOX
    >>> gaps = growth_gaps([("D1", "示例心内科", {"potential": 1584, "actual": 660})], BOX, "month")
    >>> points_from_gaps(gaps, "25%")[0].room
    Amount('231 BOX')

    Source: S004-38, S004-40 (achievable share).

    Raises:
        BadValue: a share below zero, or no exact number.
    """
    part = share(winnable)
    if part < 0:
        raise BadValue("a share below zero", where="winnable", hint="0 or more", code="shortfall.winnable")
    return [
        GrowthPoint(
            one.customer, None if one.gap is None else Amount.of(one.gap * part, gaps.unit, "half_up"), one.name
        )
        for one in gaps
    ]


@frozen
class ClosingPoint:
    """A growth point in its place (增长点排序).

    Args:
        point: the point.
        rank: 1 for the one with the most room; equal ones share a rank.
        room: what it could bring.
        together: what it and all before it could bring.
        needed: whether the gap is still open without it.
    """

    point: GrowthPoint
    rank: int
    room: Amount
    together: Amount
    needed: bool


@frozen
class ClosingPoints:
    """Which growth points close a gap, the one with the most room first. Made by `closing_points`.

    Args:
        gap: what is to be closed.
        points: the points with room, ranked.
        left_out: the ids of those without room, or whose room is not known.
    """

    gap: Amount
    points: tuple[ClosingPoint, ...] = field(repr=lambda points: f"<{len(points)} points>")
    left_out: tuple[str, ...] = field(repr=lambda ids: f"<{len(ids)} ids>")

    @property
    def needed(self) -> tuple[ClosingPoint, ...]:
        """As many of the first points as close the gap; all of them where they do not."""
        return tuple(one for one in self.points if one.needed)

    @property
    def open(self) -> Amount:
        """What stays open when all that is needed is won; zero where it closes."""
        nothing = Amount(0, self.gap.unit)
        return max(self.gap - (self.points[-1].together if self.points else nothing), nothing)

    @property
    def why(self) -> Why:
        """Whether the points close the gap, and what they leave open."""
        said: dict[str, Cell] = {"gap": str(self.gap), "count": len(self.needed)}
        out = [because("{count} without room or not known", "{count} 个无空间或未知", count=len(self.left_out))]
        parts = out if self.left_out else []
        if self.gap.minor <= 0:
            return because("nothing to close: {gap}", "无差额：{gap}", *parts, gap=str(self.gap))
        if self.open.minor:
            en, zh = (
                "all {count} points do not close {gap}: {open} stay open",
                "全部 {count} 个增长点仍不足 {gap}：差 {open}",
            )
            return because(en, zh, *parts, open=str(self.open), **said)
        return because("the first {count} points close {gap}", "前 {count} 个增长点可补足 {gap}", *parts, **said)

    def table(self) -> Table:
        """Return rank, point_id, room, together, needed."""
        rows = [(p.rank, p.point.id, p.room.value, p.together.value, _YES if p.needed else _NO) for p in self.points]
        return Table("growth_points", Says("Growth points", "增长点"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_YES, _NO = Says("yes", "是"), Says("no", "否")
_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("point_id", "Id", "编号"),
    Column("room", "Could bring", "可增量", "amount"),
    Column("together", "Together", "累计", "amount"),
    Column("needed", "Needed", "需要"),
)


def closing_points(gap: Amount, points: Sequence[GrowthPoint]) -> ClosingPoints:
    """Rank growth points by their room and take as many as close a gap (补差额).

    Points of equal room share a rank and stand in the order given. A point without room, or whose room is not known,
    brings nothing and is named. Where all of them together do not close the gap, what stays open is said.

    Args:
        gap: what is to be closed: a gap to the goal, or to what the forecast leaves open; zero or below needs none.
        points: where more could be sold.

    Source: S004-38, S004-40.

    Raises:
        BadRows: every id given twice and every amount of another unit.
    """
    counts = Counter(point.id for point in points)
    bad: list[PharmaSalesError] = [
        BadValue("given twice", where=f"growth point {one!r}", code="shortfall.twice")
        for one, n in counts.items()
        if n > 1
    ]
    for point in points:
        if point.room is not None and point.room.unit != gap.unit:
            said = f"{point.room.unit.code} with {gap.unit.code}"
            bad.append(NotComparable(said, where=f"growth point {point.id!r}", code="unit"))
    if bad:
        raise BadRows("growth points refused", bad)
    able = [(point, point.room) for point in points if point.room is not None and point.room.minor > 0]
    able.sort(key=lambda one: -one[1].minor)
    found: list[ClosingPoint] = []
    before = Amount(0, gap.unit)
    for place, (point, room) in enumerate(able, 1):
        rank = found[-1].rank if found and found[-1].room == room else place
        found.append(ClosingPoint(point, rank, room, before + room, needed=before < gap))
        before = before + room
    used = {point.id for point, _ in able}
    return ClosingPoints(gap, tuple(found), tuple(point.id for point in points if point.id not in used))
