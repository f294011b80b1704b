"""What became of items between two lists (明细变更): entered, changed or gone.

>>> from pharmasales.units import CNY, Amount
>>> old = [Item("cost", "r1", Amount.of(n, CNY), date(2026, 2, n), f"bill {n}") for n in (1, 2)]
>>> new = [old[0], Item("cost", "r1", Amount.of(7, CNY), date(2026, 2, 2), "bill 2"),
...        Item("cost", "r1", Amount.of(3, CNY), date(2026, 2, 3), "bill 3")]
>>> [(one.kind, one.id) for one in item_changes(old, new)]
[('changed', 'bill 2'), ('entered', 'bill 3')]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import zip_longest
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.display import Says
from pharmasales.evaluation.closing.plain import value_data, when_data
from pharmasales.evaluation.measures.items import Item
from pharmasales.names import fold
from pharmasales.periods import Period

__all__ = ["CHANGE_KINDS", "ItemChange", "ItemChangeKind", "item_changes", "item_order"]

ItemChangeKind: TypeAlias = Literal["entered", "changed", "gone"]

CHANGE_KINDS: dict[ItemChangeKind, Says] = {
    "entered": Says("entered", "新录入"),
    "changed": Says("changed", "已变更"),
    "gone": Says("gone", "已删除"),
}
"""What became of an item, in both languages."""


def item_order(item: Item) -> tuple[str, ...]:
    """Return what items are ordered by, whatever order they came in; the first three say which item it is."""
    rest = when_data(item.when), item.id, str(value_data(item.value)), str(item.held)
    return (item.figure, item.node, fold(item.id), *rest)


@frozen
class ItemChange:
    """One item that is not what it was (明细变更).

    Args:
        old: the item as it was; none where it was entered.
        new: the item as it is; none where it is gone.
    """

    old: Item | None
    new: Item | None

    @property
    def kind(self) -> ItemChangeKind:
        """`entered`, `changed` or `gone`."""
        if self.old is None:
            return "entered"
        return "gone" if self.new is None else "changed"

    @property
    def item(self) -> Item:
        """The item as it is, or as it was."""
        found = self.new or self.old
        assert found is not None  # noqa: S101 - one of the two is there
        return found

    @property
    def id(self) -> str:
        """Its id."""
        return self.item.id

    @property
    def when(self) -> date | Period:
        """Its day or period."""
        return self.item.when

    def applied(self, items: Iterable[Item]) -> list[Item]:
        """Return items as they are with this change alone."""
        found = list(items)
        if self.old is not None:
            found.remove(self.old)
        return found if self.new is None else [*found, self.new]


def item_changes(old: Iterable[Item], new: Iterable[Item]) -> tuple[ItemChange, ...]:
    """Compare two lists of items, in any order.

    An item of the same figure, node and id is the same item; with another day, value or reason to hold it back it has
    changed. Whatever moved to another node is gone here and entered there.

    Args:
        old: the items as they were.
        new: the items as they are.
    """
    before, after = Counter(old), Counter(new)
    gone = sorted((before - after).elements(), key=item_order)
    entered = sorted((after - before).elements(), key=item_order)
    pairs: dict[tuple[str, ...], tuple[list[Item], list[Item]]] = {}
    for side, items in enumerate((gone, entered)):
        for item in items:
            pairs.setdefault(item_order(item)[:3], ([], []))[side].append(item)
    return tuple(ItemChange(*pair) for key in sorted(pairs) for pair in zip_longest(*pairs[key]))
