"""The asks to talk about first (重点关注): the largest and the smallest, by growth and by share of potential.

>>> from pharmasales.units import BOX, Amount
>>> box = Amount.of(1, BOX)
>>> asks = [Ask(f"n{n}", box * goal, past=[box * 100]) for n, goal in enumerate((130, 110, 105))]
>>> for tip in tips_of(asks, 1):
...     print(tip.node, "|", tip.why)
n0 | the largest growth over history: 30.0%, the middle is 10.0% (1 of 3)
n2 | the smallest growth over history: 5.0%, the middle is 10.0% (1 of 3)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Says, Why, because, percent
from pharmasales.goals.agreeing.asks import Ask
from pharmasales.goals.agreeing.spread import spread_of

__all__ = ["Tip", "tips_of"]

_GROWTH = Says("growth over history", "较历史增长")
_SHARE = Says("share of potential", "潜力占用")
_LARGEST, _SMALLEST = Says("the largest", "最高"), Says("the smallest", "最低")


@frozen
class Tip:
    """One ask at the end of the list (重点关注).

    Args:
        node: the id of the node.
        of: what it is ranked by.
        end: whether it is among the largest or the smallest.
        rank: its place from that end; equal ones share it (1, 1, 3).
        figure: its growth or share.
        why: the figure beside the middle of all.
    """

    node: str
    of: Says
    end: Says
    rank: int
    figure: Fraction
    why: Why = field(repr=False)


def tips_of(asks: Sequence[Ask], count: int) -> tuple[Tip, ...]:
    """Name the largest and the smallest asks, by growth and by share of potential; equal ones are named together.

    Args:
        asks: what is asked of each node.
        count: down to which rank.
    """
    measures = (_GROWTH, lambda ask: ask.growth), (_SHARE, lambda ask: ask.utilisation)
    return tuple(tip for of, read in measures for tip in _ends(asks, of, read, count))


def _ends(asks: Sequence[Ask], of: Says, read: Callable[[Ask], Fraction | None], count: int) -> Iterator[Tip]:
    known = [(figure, ask.node) for ask in asks if (figure := read(ask)) is not None]
    spread = spread_of(figure for figure, _ in known)
    if spread is None:
        return
    for end, sign in ((_LARGEST, -1), (_SMALLEST, 1)):
        ordered = sorted(known, key=lambda pair: sign * pair[0])
        rank, last = 0, None
        for place, (figure, node) in enumerate(ordered, 1):
            rank, last = (rank if figure == last else place), figure
            if rank > count:
                break
            why = because(
                "{end} {of}: {figure}, the middle is {median} ({rank} of {count})",
                "{of}{end}：{figure}，中位数 {median}（第 {rank} / {count}）",
                end=end,
                of=of,
                figure=percent(figure),
                median=percent(spread.median),
                rank=rank,
                count=len(known),
            )
            yield Tip(node, of, end, rank, figure, why)
