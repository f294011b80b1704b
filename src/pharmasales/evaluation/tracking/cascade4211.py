"""The cascade table 4211 (4211监控法): company plan, regional plans, the reps' breakdown, on one page.

**The meaning of 4211 is not verified.** The source names it over three lines (company plan, regional plans, the reps'
breakdown of goals) and explains neither the figures nor a formula; no public definition was found. So nothing of it is
built in: a company gives its own levels and, where it has them, its own weights. The table lays the plans out level by
level and says where a plan is not the sum of those below; weights are shown, and weigh the levels' attainments only.

>>> from pharmasales.org import Node
>>> from pharmasales.units import BOX
>>> org = Org.of([Node("C", "Company", "company"), Node("N", "North", "region", "C"), Node("r1", "One", "rep", "N")])
>>> levels = [
...     CascadeLevel("company", Says("company plan", "公司行动计划")),
...     CascadeLevel("region", Says("regional plans", "各区行动计划")),
...     CascadeLevel("rep", Says("reps' breakdown", "各代表的目标分解")),
... ]
>>> plan = {node: Amount.of(n, BOX) for node, n in (("C", 100), ("N", 100), ("r1", 90))}
>>> print(cascade_table(org, levels, plan, {"r1": Amount.of(45, BOX)}).table())
Step  Level            Weight  Node id  Node     Parent id  Plan  Parts  Difference  Actual  Attainment
----  ---------------  ------  -------  -------  ---------  ----  -----  ----------  ------  ----------
   1  company plan              C        Company              100    100           0      45       45.0%
   2  regional plans            N        North    C           100     90         -10      45       45.0%
   3  reps' breakdown           r1       One      N            90                        45       50.0%

Source: S004-59; requirements, what 4211 is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.errors import BadRule, NotFound
from pharmasales.org import Node, Org
from pharmasales.splits import one_unit, read_weights
from pharmasales.units import Amount, Number

__all__ = ["Cascade", "CascadeLevel", "CascadeRow", "cascade_table"]


@frozen
class CascadeLevel:
    """One level of the cascade, as the company names it.

    Args:
        level: the level of the organisation.
        title: what the company calls its plan.
        weight: the company's own weight for it, or none.
    """

    level: str
    title: Says
    weight: Number | None = None


@frozen
class CascadeRow:
    """One node's plan at its level.

    Args:
        step: which level, 1 for the top.
        title: what the level's plan is called.
        weight: the share of the level's weight in all of them, or none.
        node: the node.
        parent: the id of the node that it hangs under, one level of the cascade or more above.
        plan: its plan, or missing.
        below: the sum of the plans one level below; missing where one of them is, or at the lowest level.
        actual: its actual with everything below, or missing.
    """

    step: int
    title: Says
    weight: Fraction | None
    node: Node
    parent: str | None
    plan: Amount | None
    below: Amount | None
    actual: Amount | None

    @property
    def difference(self) -> Amount | None:
        """The plans below less its own: zero where they agree."""
        return None if self.below is None or self.plan is None else self.below - self.plan

    @property
    def attainment(self) -> Fraction | None:
        """Actual over plan."""
        return None if self.actual is None or self.plan is None else self.actual.over(self.plan)


@frozen
class Cascade:
    """The plans of all levels. Made by `cascade_table`.

    Args:
        rows: each level's nodes, the top first.
    """

    rows: tuple[CascadeRow, ...] = field(repr=lambda rows: f"<{len(rows)} nodes>")

    @property
    def conflicts(self) -> tuple[CascadeRow, ...]:
        """The nodes whose plan is not the sum of the plans below (S004-31)."""
        return tuple(row for row in self.rows if row.difference is not None and row.difference.minor)

    def attainment(self, step: int) -> Fraction | None:
        """Return what a whole level reached of its plans; missing where a plan or an actual is.

        Raises:
            NotFound: no such level.
        """
        rows = [row for row in self.rows if row.step == step]
        if not rows:
            raise NotFound("no such level of the cascade", where=f"step {step}", code="cascade.step")
        plans, actuals = [row.plan for row in rows if row.plan], [row.actual for row in rows if row.actual]
        if len(plans) < len(rows) or len(actuals) < len(rows):
            return None
        unit = plans[0].unit
        return Amount.total(actuals, unit).over(Amount.total(plans, unit))

    @property
    def weighted(self) -> Fraction | None:
        """The levels' attainments by the company's own weights; missing without them, or with a level that counts."""
        weights = {row.step: row.weight for row in self.rows}
        total = Fraction(0)
        for step, weight in weights.items():
            found = self.attainment(step)
            if weight is None or (weight and found is None):
                return None
            total += weight * (found or 0)
        return total

    @property
    def why(self) -> Why:
        """What the weighted figure is made of, and that its meaning is the company's."""
        weights = {row.step: (row.title, row.weight) for row in self.rows}
        en, zh = "{title}: weight {weight}, reached {reached}", "{title}：权重 {weight}，达成 {reached}"
        parts = [
            because(en, zh, title=title, weight=percent(weight), reached=percent(self.attainment(step)))
            for step, (title, weight) in weights.items()
        ]
        head = "levels and weights are the company's own; what 4211 means is not verified"
        return because(head, "层级与权重由公司自定；4211 的含义未经核实", *parts)

    def table(self) -> Table:
        """Return step, level, weight, node_id, node, parent_id, plan, parts, difference, actual, attainment."""
        rows: list[tuple[Cell, ...]] = [
            (
                row.step,
                row.title,
                row.weight,
                row.node.id,
                row.node.name,
                row.parent,
                *(None if one is None else one.value for one in (row.plan, row.below, row.difference, row.actual)),
                row.attainment,
            )
            for row in self.rows
        ]
        return Table(
            "cascade_4211",
            Says("Cascade of plans (meaning of 4211 not verified)", "4211监控表（含义未经核实）"),
            _COLUMNS,
            rows,
        )

    def _repr_html_(self) -> str:
        return self.table().html(most=50)


_COLUMNS = (
    Column("step", "Step", "层次", "number"),
    Column("level", "Level", "层级"),
    Column("weight", "Weight", "权重", "ratio"),
    Column("node_id", "Node id", "节点编号"),
    Column("node", "Node", "节点"),
    Column("parent_id", "Parent id", "上级编号"),
    Column("plan", "Plan", "计划", "amount"),
    Column("parts", "Parts", "下级合计", "amount"),
    Column("difference", "Difference", "差异", "amount"),
    Column("actual", "Actual", "实际", "amount"),
    Column("attainment", "Attainment", "达成率", "ratio"),
)


def cascade_table(
    org: Org, levels: Sequence[CascadeLevel], plan: Mapping[str, Amount], actual: Mapping[str, Amount] | None = None
) -> Cascade:
    """Lay plans out level by level (4211监控法; its meaning is not verified, see the module).

    Args:
        org: the organisation.
        levels: the company's levels, the top first, each a level of the organisation.
        plan: the plan of each node, taken as given.
        actual: actuals wherever they sit, rolled up; left out, there are none.

    Source: S004-59 (the three lines of the source; no figures), S004-30 (each level lifts the one above).

    Raises:
        BadRule: no level, one given twice, levels out of the organisation's order, weights for some levels only,
            below zero or all zero, or percentages that miss 100 %.
        NotFound: a level, or a plan or an actual of a node, that the organisation does not have.
        NotComparable: plans or actuals in two units.
    """
    cut, weights = _cut(org, levels), _weights(levels)
    for node_id in plan:
        _ = org[node_id]
    one_unit(plan.values(), "plan")
    sums = org.roll_up(actual or {}, Amount.__add__)
    rows = []
    for step, (level, weight) in enumerate(zip(levels, weights, strict=True), 1):
        for node in (node for node in cut if node.level == level.level):
            parent = cut.parent_of(node.id)
            above = None if parent is None or step == 1 else parent
            given = plan.get(node.id), _below(cut, node.id, plan), sums.get(node.id)
            rows.append(CascadeRow(step, level.title, weight, node, above, *given))
    return Cascade(tuple(rows))


def _cut(org: Org, levels: Sequence[CascadeLevel]) -> Org:
    names = [level.level for level in levels]
    if not names or max(Counter(names).values()) > 1:
        raise BadRule(
            "no level, or one given twice", where="levels", hint="give each level once", code="cascade.levels"
        )
    cut = org.cut(names)
    place = {name: n for n, name in enumerate(names)}
    for node in cut:
        parent = cut.parent_of(node.id)
        if parent is not None and node.level in place and place.get(cut[parent].level, -1) > place[node.level]:
            hint = "give the top level first"
            raise BadRule("levels out of the organisation's order", where="levels", hint=hint, code="cascade.levels")
    return cut


def _weights(levels: Sequence[CascadeLevel]) -> list[Fraction | None]:
    given = [level.weight for level in levels if level.weight is not None]
    if not given:
        return [None] * len(levels)
    if len(given) < len(levels):
        raise BadRule("weights for some levels only", where="levels", hint="all or none", code="cascade.weights")
    weights = read_weights(given, "weights of the levels")
    if min(weights) < 0 or not any(weights):
        raise BadRule("a weight below zero, or none above", where="levels", hint="0 or more", code="cascade.weights")
    return [weight / sum(weights) for weight in weights]


def _below(cut: Org, node_id: str, plan: Mapping[str, Amount]) -> Amount | None:
    parts = [plan.get(child) for child in cut.below[node_id]]
    known = [part for part in parts if part is not None]
    return Amount.total(known, known[0].unit) if known and len(known) == len(parts) else None
