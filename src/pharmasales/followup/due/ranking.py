"""The order of a due list (到期排序): legal duties first, then by class, days late, value and slipping risk.

>>> DueOrder(("A", "B")).text()
'legal duties first, then class (A, B), days late, value, slipping risk'
>>> DueOrder(("A", "B"), ("overdue", "class")).text("zh")
'法定事项优先，其次：逾期天数、级别（A、B）'

Source: issue of follow-up, what is due (ranked by class, overdue, value and slipping risk).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Lang, Says
from pharmasales.errors import BadRule
from pharmasales.followup.due.followed import Followed
from pharmasales.followup.due.needs import LEGAL, Need
from pharmasales.names import nearest

__all__ = ["ORDER_KEYS", "DueOrder", "OrderKey"]

OrderKey: TypeAlias = Literal["class", "overdue", "value", "risk"]

ORDER_KEYS: Mapping[str, Says] = MappingProxyType(
    {
        "class": Says("class", "级别"),
        "overdue": Says("days late", "逾期天数"),
        "value": Says("value", "价值"),
        "risk": Says("slipping risk", "流失风险"),
    }
)
"""By what items may be ordered: the best class, most days late, the highest value and the highest risk first."""


def _letters(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


@frozen
class DueOrder:
    """By what a due list is ordered, the first key that differs deciding; ties stand by customer, kind and id.

    A class that is not named comes after those that are, a missing value after every known one.

    Args:
        priority: the letters, best first: letters mean what your scheme says.
        keys: some of `class`, `overdue`, `value`, `risk`.

    Raises:
        BadRule: an unknown key, or a key or letter twice.
    """

    priority: tuple[str, ...] = field(default=(), converter=_letters)
    keys: tuple[OrderKey, ...] = field(default=("class", "overdue", "value", "risk"), converter=tuple)

    def __attrs_post_init__(self) -> None:
        for key in self.keys:
            if key not in ORDER_KEYS:
                hint = nearest(str(key), ORDER_KEYS)
                raise BadRule("unknown key of an order", where="order", hint=hint, code="followup.order")
        for given in (self.keys, self.priority):
            if len(set(given)) < len(given):
                raise BadRule("given twice", where="order", hint="keep one", code="followup.order")

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {letter: place for place, letter in enumerate(self.priority)}

    def place(self, grade: str) -> int:
        """Return the place of a class, 0 for the best; those not named share the last."""
        return self._place.get(grade, len(self.priority))

    def rank(self, need: Need, followed: Followed | None, as_of: date) -> tuple[object, ...]:
        """Return what an item is sorted by, ascending."""
        last = (need.customer, need.kind, need.id)
        if need.kind == LEGAL:
            return 0, need.until, *last
        return 1, *(_KEYS[key](self, need, followed, as_of) for key in self.keys), *last

    def text(self, lang: Lang = "en") -> str:
        """Return the order in words."""
        comma = "、" if lang == "zh" else ", "
        letters = f"（{comma.join(self.priority)}）" if lang == "zh" else f" ({comma.join(self.priority)})"
        said = [ORDER_KEYS[key].text(lang) + letters * (key == "class" and bool(self.priority)) for key in self.keys]
        if not said:
            return "法定事项优先" if lang == "zh" else "legal duties first"
        head = "法定事项优先，其次：" if lang == "zh" else "legal duties first, then "
        return head + comma.join(said)


def _by_class(order: DueOrder, _need: Need, followed: Followed | None, _as_of: date) -> object:
    return order.place(followed.grade if followed else "")


def _by_lateness(_order: DueOrder, need: Need, _followed: Followed | None, as_of: date) -> object:
    return min(0, (need.until - as_of).days)


def _by_value(_order: DueOrder, _need: Need, followed: Followed | None, _as_of: date) -> object:
    value = followed.value if followed else None
    return (1, Fraction(0)) if value is None else (0, -value)


def _by_risk(_order: DueOrder, need: Need, _followed: Followed | None, as_of: date) -> object:
    return -need.risk(as_of)


_KEYS: Mapping[str, Callable[[DueOrder, Need, Followed | None, date], object]] = {
    "class": _by_class,
    "overdue": _by_lateness,
    "value": _by_value,
    "risk": _by_risk,
}
