"""Figures of the channel board (渠道看板指标): their values, and the bounds from which they are watched and acted on.

>>> limit = BoardLimit(act_below=7, watch_below=15, watch_over=60, act_over=120)
>>> [limit.state(days) for days in (6, 7, 15, 60, 61, 121, None)]
['act', 'watch', 'good', 'good', 'watch', 'act', None]

Source: S003-6 (信息流、物流、资金流、商流; distribution quality; co-managed market); issue 9 section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.channel.board.catalogue import BOARD_FIGURES, BoardState, FigureKind
from pharmasales.display import Cell, Lang, Says, Why, because, decimal_text, percent
from pharmasales.errors import BadRule, NotFound
from pharmasales.names import nearest
from pharmasales.units import Amount, exact

__all__ = ["BOARD_LIMITS", "BoardFigure", "BoardLimit", "figure", "not_known"]

Value: TypeAlias = Amount | Fraction | int | Says | None


def _bound(value: object) -> Fraction:
    return exact(value)


@frozen
class BoardLimit:
    """From where a figure is watched and acted on (阈值); each bound itself is still good, or still only watched.

    Args:
        act_below: below this it is `act`.
        watch_below: below this it is `watch`.
        watch_over: over this it is `watch`.
        act_over: over this it is `act`.

    Raises:
        BadRule: bounds that are not in this order.
    """

    act_below: Fraction | None = field(default=None, converter=optional(_bound))
    watch_below: Fraction | None = field(default=None, converter=optional(_bound))
    watch_over: Fraction | None = field(default=None, converter=optional(_bound))
    act_over: Fraction | None = field(default=None, converter=optional(_bound))

    def __attrs_post_init__(self) -> None:
        given = [one for one in (self.act_below, self.watch_below, self.watch_over, self.act_over) if one is not None]
        if given != sorted(given):
            hint = "act_below, watch_below, watch_over, act_over ascend"
            raise BadRule("bounds out of order", where="board limit", hint=hint, code="board.limit")

    def state(self, value: Amount | Fraction | int | None) -> BoardState | None:
        """Return the state of a value; missing where it is missing."""
        if value is None:
            return None
        number = exact(value)
        if (self.act_below is not None and number < self.act_below) or (
            self.act_over is not None and number > self.act_over
        ):
            return "act"
        low = self.watch_below is not None and number < self.watch_below
        high = self.watch_over is not None and number > self.watch_over
        return "watch" if low or high else "good"

    @cached_property
    def number_why(self) -> Why | None:
        """The bounds of a number or an amount in words; nothing where there are none."""
        return self._why(str)

    @cached_property
    def share_why(self) -> Why | None:
        """The bounds of a share in words; nothing where there are none."""
        return self._why(percent)

    def _why(self, write: Callable[[Fraction], str]) -> Why | None:
        en: list[str] = []
        zh: list[str] = []
        for bound, low, high in (
            (self.act_below, "act below", "低于 {} 处理"),
            (self.watch_below, "watch below", "低于 {} 关注"),
            (self.watch_over, "watch over", "高于 {} 关注"),
            (self.act_over, "act over", "高于 {} 处理"),
        ):
            if bound is not None:
                said = write(bound)
                en.append(f"{low} {said}")
                zh.append(high.format(said))
        return because("{said}", "{said}", said=Says(", ".join(en), "，".join(zh))) if en else None


BOARD_LIMITS: Mapping[str, BoardLimit] = MappingProxyType(
    {
        "files_missing": BoardLimit(act_over=0),
        "file_days": BoardLimit(watch_over=5, act_over=10),
        "matched": BoardLimit("0.9", "0.98"),
        "questions": BoardLimit(watch_over=0, act_over=10),
        "card_age": BoardLimit(watch_over=31, act_over=62),
        "count_age": BoardLimit(watch_over=92, act_over=184),
        "in": BoardLimit(watch_below=1),
        "out": BoardLimit(watch_below=1),
        "stock_days": BoardLimit(7, 15, 60, 120),
        "negative": BoardLimit(act_over=0),
        "expired": BoardLimit(act_over=0),
        "difference": BoardLimit(watch_below=0, watch_over=0),
        "invoiced": BoardLimit(watch_below="0.01"),
        "received": BoardLimit(watch_below="0.01"),
        "receipts_rate": BoardLimit("0.7", "0.9"),
        "overdue": BoardLimit(watch_over=0),
        "overdue_share": BoardLimit(act_over="0.2"),
        "dso": BoardLimit(watch_over=60, act_over=90),
        "headroom": BoardLimit(act_below=0),
        "right_days": BoardLimit(0, 91),
        "contract_days": BoardLimit(0, 91),
        "held": BoardLimit(act_over=0),
        "steps": BoardLimit(watch_over=2),
        "cross": BoardLimit(act_over=0),
        "blocked": BoardLimit(act_over=0),
        "warned": BoardLimit(watch_over=0),
        "terminals": BoardLimit(act_below=1),
        "reached": BoardLimit("0.25", "0.5"),
        "often": BoardLimit(watch_below=1),
        "sell_through": BoardLimit(Fraction(1, 3), Fraction(2, 3), Fraction(3, 2)),
    }
)
"""Bounds to begin with; no source fixes them, so a company gives its own. A figure that is not listed is good."""

_NONE = BoardLimit()


@frozen
class BoardFigure:
    """One figure of a dealer, or of one product of it (指标值).

    Args:
        key: one of `BOARD_FIGURES`.
        customer: id of the dealer.
        product: id of the product; "" for all of them.
        value: an amount, a number, a share, or words; missing where the room has nothing.
        state: `good`, `watch`, `act`; missing where the value is.
        why: the arithmetic, and the bounds.
    """

    key: str
    customer: str
    product: str
    value: Value
    state: BoardState | None
    why: Why = field(repr=False)

    @property
    def kind(self) -> FigureKind:
        """What it is."""
        return BOARD_FIGURES[self.key]

    @property
    def cell(self) -> Cell:
        """The value as a table keeps it."""
        return self.value.value if isinstance(self.value, Amount) else self.value

    def shown(self, lang: Lang = "en") -> str:
        """Return the name and the value as a person reads them.

        >>> BoardFigure("matched", "D1", "", Fraction(9, 10), "watch", because("", "")).shown()
        'lines matched 90.0%'
        """
        value = self.value
        if isinstance(value, Fraction):
            said = percent(value) if self.kind.kind == "ratio" else decimal_text(value, 1)
        else:
            said = value.text(lang) if isinstance(value, Says) else str(value)
        return f"{self.kind.says.text(lang)} {said}"


def figure(
    limits: Mapping[str, BoardLimit],
    key: str,
    customer: str,
    product: str,
    value: Amount | Fraction | int,
    why: Why,
) -> BoardFigure:
    """Make a figure that is known, with its state and the bounds that decided.

    Args:
        limits: the bounds by figure.
        key: one of `BOARD_FIGURES`.
        customer: id of the dealer.
        product: id of the product, or "".
        value: what it is.
        why: the arithmetic.

    Raises:
        NotFound: no such figure.
    """
    if key not in BOARD_FIGURES:
        raise NotFound("no such figure", where=key, hint=nearest(key, BOARD_FIGURES), code="board.figure")
    limit = limits.get(key, _NONE)
    bounds = limit.share_why if BOARD_FIGURES[key].kind == "ratio" else limit.number_why
    told = Why(why.says, why.values, (*why.parts, *([bounds] if bounds else [])))
    return BoardFigure(key, customer, product, value, limit.state(value), told)


def not_known(key: str, customer: str, product: str, en: str, zh: str) -> BoardFigure:
    """Make a figure that is missing, with the reason.

    >>> print(not_known("matched", "D1", "", "no flow file", "无流向文件").why)
    not known: no flow file
    """
    why = because("not known: {said}", "未知：{said}", said=Says(en, zh))
    return BoardFigure(key, customer, product, None, None, why)
