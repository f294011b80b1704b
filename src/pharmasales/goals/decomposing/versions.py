"""Versions of a plan (目标版本): floor, base and challenge (保底 / 基准 / 挑战), and a manager's float within its room.

>>> from pharmasales.display import Says
>>> from pharmasales.goals.decomposing.decompose import decompose
>>> from pharmasales.goals.decomposing.season import even
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> org = Org.of([Node("N", "North", "area"), Node("r1", "One", "rep", "N"), Node("r2", "Two", "rep", "N")])
>>> box, halves = Amount.of(1, BOX), {"r1": 1, "r2": 1}
>>> plan = decompose(org, box * 2000, halves, even(Quarter(2026, 1).months), grain=box, basis=Says("sales", "销售"))
>>> versions = goal_versions(plan)
>>> [str(one.amount("r1")) for one in (versions.floor, versions.base, versions.challenge)]
['800 BOX', '1,000 BOX', '1,200 BOX']
>>> moved = versions.floated({"r1": Amount.of(1040, BOX)})
>>> moved.plan.amount("r1"), moved.plan.amount("r2"), moved.plan.total
(Amount('1040 BOX'), Amount('960 BOX'), Amount('2000 BOX'))
>>> try:
...     versions.floated({"r1": Amount.of(1060, BOX)})
... except BadRows as bad:
...     print(*bad.lines())
a goal outside the room to move @ goal of 'r1'; set 950 BOX to 1,050 BOX [goals.room]
a goal outside the room to move @ goal of 'r2', which has the rest; set 950 BOX to 1,050 BOX [goals.room]

Source: E24.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.goals.baselines.baseline import Levels, by_id, goal_levels
from pharmasales.goals.decomposing.decompose import decompose
from pharmasales.goals.decomposing.decomposition import Decomposition
from pharmasales.goals.decomposing.season import Season
from pharmasales.splits import in_grains, largest_remainder
from pharmasales.units import Amount, Number, share

__all__ = ["GoalVersions", "goal_versions"]

_FLOATED = Says("the base goals with the manager's changes", "基准目标及主管浮动")


@frozen(eq=False)
class GoalVersions:
    """Floor, base and challenge of a whole plan, each exact, and the plan that the manager made of the base.

    Made by `goal_versions`. The base never moves, so that a float cannot creep by being used twice.

    Args:
        floor: what must be reached (保底).
        base: the goals themselves (基准).
        challenge: what is aimed at (挑战).
        room: how far a manager may move a node's goal, up and down, as a share of its base.
        changes: what the manager set, by node id.
        plan: the base with these changes.
    """

    floor: Decomposition
    base: Decomposition
    challenge: Decomposition
    room: Fraction
    plan: Decomposition
    changes: Mapping[str, Amount] = field(factory=dict)

    def levels(self, node_id: str) -> Levels:
        """Return the three amounts of a node and the room around its base.

        Raises:
            NotFound: no such node.
        """
        base = self.base.amount(node_id)
        around = goal_levels(base, room=self.room)
        return evolve(around, floor=self.floor.amount(node_id), challenge=self.challenge.amount(node_id))

    def floated(self, changes: Mapping[str, Amount]) -> GoalVersions:
        """Set the goals of some nodes within their room (主管浮动); every node still equals its parts.

        What the changes among the children of a node leave over goes to the children not named, by their base, and
        these must stay within their own room, too. What stands below a node whose goal moved follows in proportion.
        Changes replace those made before; the order in which they are given does not matter.

        Args:
            changes: the new amounts by node id, each a multiple of the grain.

        Raises:
            BadRows: every amount outside its room, of the wrong unit or grain, of an unknown node, and every family
                whose changes leave something that no other child could take.
        """
        wanted = by_id(changes, "changes")
        whole = self._whole(wanted)
        leaves = {leaf.id: whole[leaf.id] for leaf in self.base.org.leaves()}
        total = self.base.grain * whole[self.base.org.root.id]
        plan = _again(self.base, total, leaves, _FLOATED)
        return evolve(self, plan=plan, changes=wanted)

    def why(self, node_id: str) -> Why:
        """Say a node's three amounts, its room, and what the manager made of the base.

        Raises:
            NotFound: no such node.
        """
        levels, now = self.levels(node_id), self.plan.amount(node_id)
        en = "{name}: {now}, base {base}, floor {floor}, challenge {challenge}, room {low} to {high}"
        zh = "{name}：{now}，基准 {base}，保底 {floor}，挑战 {challenge}，浮动 {low} 至 {high}"
        return because(
            en,
            zh,
            *self._moved(node_id),
            name=self.base.org[node_id].name,
            now=str(now),
            base=str(levels.base),
            floor=str(levels.floor),
            challenge=str(levels.challenge),
            low=str(levels.lowest),
            high=str(levels.highest),
        )

    def table(self) -> Table:
        """Return one row a node: floor, base, the plan, challenge, and the room."""
        rows: list[tuple[Cell, ...]] = []
        for node in self.base.org:
            levels, now = self.levels(node.id), self.plan.amount(node.id)
            amounts = (levels.floor, levels.base, now, levels.challenge, levels.lowest, levels.highest)
            rows.append((node.id, node.name, node.level, *(amount.value for amount in amounts)))
        return Table("goal_versions", Says("Versions of the goals", "目标版本"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    def _moved(self, node_id: str) -> tuple[Why, ...]:
        change = self.plan.amount(node_id) - self.base.amount(node_id)
        if node_id in self.changes:
            en, zh = "set by the manager: {change} against the base", "主管调整：较基准 {change}"
        elif change.minor:
            en, zh = "follows the changes around it: {change} against the base", "随上级或同级调整：较基准 {change}"
        else:
            return ()
        return (because(en, zh, change=f"{'+' if change.minor > 0 else ''}{change}"),)

    def _whole(self, wanted: Mapping[str, Amount]) -> dict[str, int]:
        """Work out what every node has in grains, from the root down, or refuse all that is wrong at once."""
        set_to, bad = self._read(wanted)
        org, root = self.base.org, self.base.org.root.id
        whole = {root: set_to.get(root, self.base.whole[root])}
        for node_id in org.nodes:
            below = org.below[node_id]
            if not below:
                continue
            fixed = {child: set_to[child] for child in below if child in set_to}
            others = [child for child in below if child not in fixed]
            try:
                parts = self._shared(node_id, whole[node_id] - sum(fixed.values()), others)
            except PharmaSalesError as error:
                bad.append(error)
                parts = [self.base.whole[child] for child in others]
            whole.update(fixed)
            whole.update(zip(others, parts, strict=True))
            if fixed:
                bad += self._squeezed(dict(zip(others, parts, strict=True)))
        if bad:
            raise BadRows("changes are refused", bad)
        return whole

    def _read(self, wanted: Mapping[str, Amount]) -> tuple[dict[str, int], list[PharmaSalesError]]:
        set_to: dict[str, int] = {}
        bad: list[PharmaSalesError] = []
        for node_id, amount in wanted.items():
            try:
                set_to[self.base.org[node_id].id] = in_grains(amount, self.base.grain)
                self.levels(node_id).accept(amount)
            except PharmaSalesError as error:
                bad.append(error.at(f"goal of {node_id!r}"))
        return set_to, bad

    def _shared(self, node_id: str, left: int, others: list[str]) -> list[int]:
        """Share what a family's changes leave among the children not named, by their base."""
        weights = [self.base.whole[child] for child in others]
        if left >= 0 and (any(weights) or not left):
            return largest_remainder(left, weights) if any(weights) else [0] * len(others)
        over = self.base.grain * abs(left)
        reason = f"its parts are {over} {'under' if left > 0 else 'over'} it, and no other part can take that"
        hint = "change another part, or the goal itself"
        raise BadValue(reason, where=f"goal of {node_id!r}", hint=hint, code="goals.sum")

    def _squeezed(self, parts: Mapping[str, int]) -> list[PharmaSalesError]:
        """Find the children that share the rest and are pushed out of their room by it."""
        bad: list[PharmaSalesError] = []
        for child, part in parts.items():
            try:
                self.levels(child).accept(self.base.grain * part)
            except BadValue as error:
                bad.append(error.at(f"goal of {child!r}, which has the rest"))
        return bad


_COLUMNS = (
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("level", "Level", "层级"),
    Column("floor", "Floor", "保底", "amount"),
    Column("base", "Base", "基准", "amount"),
    Column("plan", "Plan", "当前目标", "amount"),
    Column("challenge", "Challenge", "挑战", "amount"),
    Column("lowest", "Lowest", "浮动下限", "amount"),
    Column("highest", "Highest", "浮动上限", "amount"),
)


def goal_versions(
    base: Decomposition,
    *,
    challenge: Number = Fraction(12, 10),
    floor: Number = Fraction(8, 10),
    room: Number = Fraction(5, 100),
) -> GoalVersions:
    """Make floor and challenge of a whole plan in the proportions of its base (目标版本), each exact at every node.

    The total of each is its multiple of the base, rounded half up to the grain. At every node the floor is at most the
    base, and the challenge at least.

    Args:
        base: the plan, whose total is zero or above.
        challenge: the challenge as a multiple of the base, at least 1.
        floor: the floor as a multiple of the base, 0 to 1.
        room: how far a manager may move a node's goal, up and down, 0 to 1.

    Raises:
        BadRule: multiples out of order.
        BadValue: a total below zero, or no exact number.

    Source: E24.
    """
    levels = goal_levels(base.total, challenge=challenge, floor=floor, room=room)
    weights = {leaf.id: base.whole[leaf.id] for leaf in base.org.leaves()}
    lower = _again(base, levels.floor.to_grain(base.grain), weights, Says("the base goals", "基准目标"))
    higher = _again(base, levels.challenge.to_grain(base.grain), weights, Says("the base goals", "基准目标"))
    return GoalVersions(lower, base, higher, share(room), base)


def _again(base: Decomposition, total: Amount, weights: Mapping[str, int], basis: Says) -> Decomposition:
    """Decompose another total in whole weights, in the season that the base itself shows."""
    root = base.cells[base.org.root.id]
    season = Season(base.buckets, tuple(map(Fraction, root)), base.season.basis) if any(root) else base.season
    return decompose(base.org, total, weights, season, grain=base.grain, basis=basis)
