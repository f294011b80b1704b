"""Can these goals be met at all (可行性)? What cannot hold together, by how much, and what would make it hold.

>>> from pharmasales.goals.decomposing.decompose import feasibility
>>> from pharmasales.goals.decomposing.season import even
>>> from pharmasales.org import Node
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> org = Org.of([Node("N", "North", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> box, season = Amount.of(1, BOX), even([Quarter(2026, 1)])
>>> asked = [Constraint.cap("N", box * 50), Constraint.floor("r1", box * 40), Constraint.floor("r2", box * 30)]
>>> report = feasibility(org, box * 50, {"r1": 1, "r2": 1}, season, grain=box, constraints=asked)
>>> report.holds
False
>>> print(report.conflicts[0].why())
N: at least 70 (what its parts must have) but at most 50 (its cap): 20 too much
  raise its cap by 20 to 70
  or lower what its parts must have by 20 to 50
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.goals.decomposing.asked import Asked
from pharmasales.goals.decomposing.constraints import Constraint
from pharmasales.goals.decomposing.limits import Clash, Limits
from pharmasales.goals.decomposing.sharing import NoTable
from pharmasales.org import Org
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["NOT_HELD", "Feasibility", "GoalConflict", "report_of", "table_conflict"]

NOT_HELD = "the goals cannot hold together"

_TITLE = Says("Feasibility", "可行性")
_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("period", "Period", "期间"),
    Column("product", "Product", "产品"),
    Column("least", "At least", "至少", "amount"),
    Column("most", "At most", "至多", "amount"),
    Column("by", "Apart by", "相差", "amount"),
    Column("why", "Why", "说明", "why"),
)
_SOURCES = {
    "parts": (Says("what its parts must have", "下级合计至少"), Says("what its parts may have", "下级合计至多")),
    "buckets": (Says("what its buckets must have", "各期合计至少"), Says("what its buckets may have", "各期合计至多")),
    "whole": (Says("its floor in all", "全期下限"), Says("its cap in all", "全期上限")),
    "total": (Says("the total", "总目标"), Says("the total", "总目标")),
}
_ZERO = Says("zero, for want of a floor below it or a weight", "零（没有低于零的下限，或没有权重）")


@frozen
class GoalConflict:
    """One place where constraints cannot hold together (约束冲突).

    Args:
        node: the id of the node.
        period: the bucket; none for the whole period.
        product: the product; none where there is one only, or for all together.
        least: what the node must have.
        most: what it may have, less than the least.
        least_of: where the least comes from.
        most_of: where the most comes from.
    """

    node: str
    period: Period | None
    product: str | None
    least: Amount
    most: Amount
    least_of: Says
    most_of: Says

    @property
    def by(self) -> Amount:
        """By how much they are apart; the smallest change that reconciles them."""
        return self.least - self.most

    def why(self) -> Why:
        """Say what cannot hold together, and the two smallest changes of which either makes it hold."""
        least, most, by = self.least.value, self.most.value, self.by.value
        up = because("raise {what} by {by} to {to}", "将{what}提高 {by} 至 {to}", what=self.most_of, by=by, to=least)
        en, zh = "or lower {what} by {by} to {to}", "或将{what}降低 {by} 至 {to}"
        down = because(en, zh, what=self.least_of, by=by, to=most)
        named = self.node if self.period is None else f"{self.node} ({self.period})"
        return because(
            "{node}: at least {least} ({least_of}) but at most {most} ({most_of}): {by} too much",
            "{node}：至少 {least}（{least_of}），至多 {most}（{most_of}），相差 {by}",
            up,
            down,
            node=named,
            least=least,
            most=most,
            by=by,
            least_of=self.least_of,
            most_of=self.most_of,
        )

    def error(self) -> BadRule:
        """Return the error that a decomposition is refused with; it names the place and no amount."""
        en = f"{self.least_of.en} is more than {self.most_of.en}"
        where = f"goal of {self.node!r}" + ("" if self.period is None else f" in {self.period}")
        where += "" if self.product is None else f", product {self.product!r}"
        return BadRule(en, where=where, hint="see feasibility(...) for the amounts", code="goals.infeasible")


@frozen
class Feasibility:
    """What stands in the way of a decomposition (可行性报告).

    Args:
        conflicts: what cannot hold together, each alone, from the leaves up; the total last.
        least: the least total that fits once every other conflict is settled; none where there is no end.
        most: the most that fits; none where there is no end.
        total: the total that was asked for.
    """

    conflicts: tuple[GoalConflict, ...]
    least: Amount | None
    most: Amount | None
    total: Amount = field(repr=False)

    @property
    def holds(self) -> bool:
        """Whether everything holds together."""
        return not self.conflicts

    @property
    def nearest_total(self) -> Amount:
        """The total nearest to the one asked for that fits, once every other conflict is settled."""
        if self.least is not None and self.total < self.least:
            return self.least
        return self.most if self.most is not None and self.total > self.most else self.total

    def table(self) -> Table:
        """Return the conflicts as a table."""
        rows = [
            (
                one.node,
                "" if one.period is None else str(one.period),
                one.product or "",
                one.least.value,
                one.most.value,
                one.by.value,
                one.why(),
            )
            for one in self.conflicts
        ]
        return Table("feasibility", _TITLE, _COLUMNS, rows)

    def require(self) -> None:
        """Do nothing where everything holds together, or refuse.

        Raises:
            BadRows: every conflict, with its place.
        """
        if self.conflicts:
            bad: list[PharmaSalesError] = [one.error() for one in self.conflicts]
            raise BadRows(NOT_HELD, bad)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def report_of(
    org: Org, total: Amount, grain: Amount, limits: Limits, asked: Asked, buckets: Sequence[Period], product: str | None
) -> Feasibility:
    """Put clashes into amounts and words, and the total beside what fits.

    Args:
        org: the tree.
        total: the total.
        grain: what goals are multiples of.
        limits: the rooms and the clashes.
        asked: what is asked of each node.
        buckets: the buckets.
        product: the product that this is about, where there are several.
    """
    clashes = list(limits.clashes)
    least, most = limits.room(org.root.id)
    grains = total.minor // grain.minor
    if least is not None and grains < least:
        clashes.append(Clash(org.root.id, None, least, grains, "room", "total"))
    if most is not None and grains > most:
        clashes.append(Clash(org.root.id, None, grains, most, "total", "room"))
    say = partial(_conflict, org, grain, asked, buckets, product)
    ends = [None if end is None else grain * end for end in (least, most)]
    return Feasibility(tuple(map(say, clashes)), ends[0], ends[1], total)


def table_conflict(
    grain: Amount, columns: Sequence[Period | str], found: NoTable, product: str | None = None
) -> GoalConflict:
    """Put a family without a table into words.

    Args:
        grain: what goals are multiples of.
        columns: the buckets, or the products.
        found: the family, and the columns that cannot hold.
        product: the product that this is about, where there are several.
    """
    when = ", ".join(str(columns[n]) for n in found.stuck.columns)
    who = ", ".join(found.children) or found.node
    least = Says(f"what {who} must have in {when}", f"{who} 在 {when} 至少")
    most = Says(f"what there is in {when}", f"{when} 合计")
    ends = grain * found.stuck.least, grain * found.stuck.most
    return GoalConflict(found.node, None, product, *ends, least, most)


def _conflict(
    org: Org, grain: Amount, asked: Asked, buckets: Sequence[Period], product: str | None, clash: Clash
) -> GoalConflict:
    own = asked.get(clash.node, {}).get(clash.place, ())
    leaf = not org.below[clash.node]
    words = [
        _source(clash.least_of, 0, leaf, [one for room, one in own if room[0] == clash.least]),
        _source(clash.most_of, 1, leaf, [one for room, one in own if room[1] == clash.most]),
    ]
    period = None if clash.place is None else buckets[clash.place]
    return GoalConflict(clash.node, period, product, grain * clash.least, grain * clash.most, words[0], words[1])


def _source(source: str, end: int, leaf: bool, own: Sequence[Constraint]) -> Says:
    """Say where an end comes from: the constraint that sets it, by its label, or what it is the sum of."""
    if source in ("own", "room") and own:
        return Says(f"its {own[0].label.en}", f"其{own[0].label.zh}")
    if source in ("parts", "room"):
        return _ZERO if leaf and source == "parts" else _SOURCES["parts"][end]
    return _SOURCES[source][end]
