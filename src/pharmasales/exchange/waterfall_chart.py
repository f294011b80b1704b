"""Waterfalls (差异瀑布图): from what was, or was planned, part by part to what is; the parts add up exactly.

A part that adds is solid and has a plus, one that takes away is hollow and has a minus, so that neither has to be told
by its colour, which says whether it helps.

>>> from pharmasales.evaluation.variance.parted import VariancePart
>>> from pharmasales.units import CNY, Amount
>>> use, rate = (VariancePart(en, Says(en, zh), Says("", "")) for en, zh in (("use", "用量"), ("rate", "费率")))
>>> yuan = [Amount.of(n, CNY) for n in (100, 60, -10, 150)]
>>> chart = expense_waterfall(Parted(yuan[0], yuan[3], ((use, yuan[1]), (rate, yuan[2]))))
>>> print(chart.alt.en)
Expense (yuan): budget 100.00; use +60.00; rate -10.00; actual 150.00
>>> chart.note.zh
'差异 50.00 CNY（50.0%）'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from attrs import frozen

from pharmasales.display import Says, decimal_text, percent
from pharmasales.evaluation.variance.contributions import Contribution, Contributions
from pharmasales.evaluation.variance.parted import Parted
from pharmasales.exchange._drawing import ACCENT, BAD, Name, Node, amount_title, labels
from pharmasales.exchange._figures import close_ticks, in_unit, noted, ticks, undrawn
from pharmasales.exchange._layers import square
from pharmasales.exchange._plots import Step, steps
from pharmasales.exchange.charts import Chart
from pharmasales.units import exact

__all__ = ["attainment_waterfall", "expense_waterfall", "sales_waterfall"]

_MOST: Final = 12
_NEAR: Final = 4
_SUM: Final = "#4D4D4D"
_BEFORE, _AFTER = Says("before", "之前"), Says("after", "之后")
_BUDGET, _ACTUAL = Says("budget", "预算"), Says("actual", "实际")
_PACE, _ATTAINMENT = Says("pace", "时间进度"), Says("attainment", "达成率")
_REST: Final = Says("itself, and gaps below", "本级及下级缺失")
_KEY: Final = {
    ("more", True): Says("more: helps", "增加：有利"),
    ("more", False): Says("more: hurts", "增加：不利"),
    ("less", True): Says("less: helps", "减少：有利"),
    ("less", False): Says("less: hurts", "减少：不利"),
}


@frozen
class _Manner:
    """How a kind of change is said and coloured.

    Args:
        title: of the picture.
        axis: of its numbers.
        say: a number in words.
        helps: the sign of the parts that help: 1, or -1 where less is better.
    """

    title: Says
    axis: Says
    say: Callable[[Fraction], str]
    helps: int = 1


@frozen
class _Flow:
    """What is drawn: both sums, and the parts between them, each with its name."""

    before: tuple[Says, Fraction]
    after: tuple[Says, Fraction]
    parts: Sequence[tuple[Name, Fraction]]


def sales_waterfall(change: Parted, sides: tuple[Says, Says] = (_BEFORE, _AFTER)) -> Chart:
    """Return the waterfall of sales (销售差异瀑布图): volume, mix, price, who came and went, returns.

    Parts of zero are not drawn, and counted in the note. Where the parts are small beside the sums, the axis does not
    begin at zero, which the note says, and the sums are marks instead of bars.

    Args:
        change: the whole, or that of a node, a product or a customer: `found.whole`, `found.by_node(org)["D1"]`.
        sides: what both sums are called, such as `found.sides`.

    Example:
        >>> from pharmasales.evaluation.variance import SoldLine, sales_variance
        >>> from pharmasales.units import BOX, CNY, Amount
        >>> was, now = (SoldLine("r1", "P1", "H1", Amount.of(y, CNY), Amount.of(10, BOX)) for y in (100, 90))
        >>> sales_waterfall(sales_variance([was], [now]).whole).alt.zh
        '销售（元）：之前 100.00；价格 -10.00；之后 90.00'

    Source: issue 8, section 4; S004-23.
    """
    return _money(change, sides, Says("Variance of sales", "销售差异"), Says("Sales", "销售"), 1)


def expense_waterfall(change: Parted, sides: tuple[Says, Says] = (_BUDGET, _ACTUAL)) -> Chart:
    """Return the waterfall of expense (费用差异瀑布图): from the budget by use and rate to what was spent.

    It is drawn as `sales_waterfall`; here a part that takes away helps.

    Args:
        change: the whole, or that of an item or a node: `spent.whole`, `spent.by_item()["travel"]`.
        sides: what both sums are called.

    Source: issue 8, section 4; S004-53.
    """
    return _money(change, sides, Says("Variance of expense", "费用差异"), Says("Expense", "费用"), -1)


def _money(change: Parted, sides: tuple[Says, Says], title: Says, what: Says, helps: int) -> Chart:
    unit = change.before.unit
    manner = _Manner(title, amount_title(what, unit), lambda value: in_unit(value, unit), helps)
    parts = [(part.says, exact(amount)) for part, amount in change.parts]
    flow = _Flow((sides[0], exact(change.before)), (sides[1], exact(change.after)), parts)
    share = percent(change.change.over(change.before)) if change.before.minor > 0 else None
    return _waterfall(manner, flow, _change(str(change.change), share))


def _change(said: str, share: str | None) -> Says:
    return Says(f"change {said}{f' ({share})' if share else ''}", f"差异 {said}{f'（{share}）' if share else ''}")


def attainment_waterfall(found: Contributions, node_id: str) -> Chart:
    """Return the waterfall of a node's attainment (达成率差异瀑布图): from the pace, child by child, to what it is.

    A child's bar is what it adds, in points of its parent's attainment. What the children do not add up to is a bar of
    its own. Of more than twelve parts the eleven largest are drawn, and the others summed; children of zero, and those
    without goal or actual, are counted in the note.

    Args:
        found: the contributions of a whole organisation.
        node_id: the parent.

    Raises:
        NotFound: an unknown node, or one without children or attainment.

    Source: issue 8, section 4; S004-23.
    """
    family, node = found[node_id], found.results[node_id]
    pace, reached = found.results.elapsed * 100, (node.attainment or Fraction(0)) * 100
    known = [(_named(one), one.points * 100) for one in family if one.points is not None]
    name = labels([node.node.name])[0]
    title = Says(f"Attainment of {name.en} against the pace", f"{name.zh}：达成率与时间进度")
    manner = _Manner(title, Says("Attainment (%)", "达成率（%）"), _two_decimals)
    points = _two_decimals(reached - pace)
    flow = _Flow((_PACE, pace), (_ATTAINMENT, reached), known)
    return _waterfall(manner, flow, Says(f"{points} points", f"相差 {points} 个百分点"), len(family) - len(known))


def _named(one: Contribution) -> Name:
    return _REST if one.result is None else one.result.node.name


def _two_decimals(value: Fraction) -> str:
    return decimal_text(value, 2)


def _waterfall(manner: _Manner, flow: _Flow, change: Says, missing: int = 0) -> Chart:
    parts, few = _kept(flow.parts)
    names = labels([flow.before[0], *(name for name, _ in parts), flow.after[0]])
    rows = [_sum(manner, names[0], flow.before[1])]
    for name, (_, size) in zip(names[1:-1], parts, strict=True):
        rows.append(_part(manner, name, rows[-1].end, size))
    rows.append(_sum(manner, names[-1], flow.after[1]))
    at, whole = _axis([row.end for row in rows])
    cut = None if whole else Says("the axis does not begin at zero", "横轴不从零开始")
    spec = steps(rows, at, manner.axis, _key(rows), whole=whole)
    zeros = sum(1 for _, size in flow.parts if not size)
    none = undrawn((missing, " without goal or actual", " 个无目标或无实际"), (zeros, " of zero", " 项为零"))
    note = noted(change, none, few, cut)
    return Chart(manner.title, spec, note, _alt(manner, rows))


def _kept(parts: Sequence[tuple[Name, Fraction]]) -> tuple[list[tuple[Name, Fraction]], Says | None]:
    """Return the parts that are drawn, the smallest of too many summed as one, and what is to be noted of that."""
    known = [(name, size) for name, size in parts if size]
    if len(known) <= _MOST:
        return known, None
    largest = sorted(range(len(known)), key=lambda place: -abs(known[place][1]))[: _MOST - 1]
    rest = sum((size for place, (_, size) in enumerate(known) if place not in largest), Fraction(0))
    few, count = len(largest), len(known) - len(largest)
    kept = [known[place] for place in sorted(largest)]
    if rest:
        kept.append((Says(f"{count:,} others", f"其他 {count:,} 项"), rest))
    return kept, Says(f"the {few} largest of {len(known):,}", f"共 {len(known):,} 项，列出最大的 {few} 项")


def _sum(manner: _Manner, name: Says, size: Fraction) -> Step:
    said = manner.say(size)
    return Step(name, Fraction(0), size, Says(said, said), _SUM, "sum")


def _part(manner: _Manner, name: Says, level: Fraction, size: Fraction) -> Step:
    said = f"+{manner.say(size)}" if size > 0 else manner.say(size)
    colour = ACCENT if size * manner.helps > 0 else BAD
    return Step(name, level, level + size, Says(said, said), colour, "more" if size > 0 else "less")


def _key(rows: Sequence[Step]) -> list[tuple[Says, Node]]:
    """Return the entries of the key: what is drawn, and whether it helps."""
    found = {row.kind: row.colour for row in rows if row.kind != "sum"}
    return [
        (_KEY[kind, found[kind] == ACCENT], {**square(found[kind]), "stroke": found[kind], **fill})
        for kind, fill in (("more", {}), ("less", {"fill": "white"}))
        if kind in found
    ]


def _axis(levels: Sequence[Fraction]) -> tuple[list[Fraction], bool]:
    """Return the ticks, and whether they hold zero: not where all parts are small beside both sums."""
    low, high = min(levels), max(levels)
    small = (high - low) * _NEAR < max(abs(low), abs(high))
    at = close_ticks(levels) if small else ticks(levels)
    return at, at[0] <= 0 <= at[-1]


def _alt(manner: _Manner, rows: Sequence[Step]) -> Says:
    en = "; ".join(f"{row.name.en} {row.words.en}" for row in rows)
    zh = "；".join(f"{row.name.zh} {row.words.zh}" for row in rows)
    return Says(f"{manner.axis.en}: {en}", f"{manner.axis.zh}：{zh}")
