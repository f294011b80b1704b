"""Line up what counts now with what counted at a close (对齐): a line put in between is one more, and renames no other.

Lines of one name are numbered in the order of their file: `sale 2026-01 H1`, `sale 2026-01 H1 (2)`. One that is put
before the others would take their names; here those that say the same keep the names that they had.

>>> from pharmasales.periods import Month
>>> from pharmasales.units import CNY
>>> from pharmasales.units import Amount
>>> def items(*yuan):
...     names = ("sale", "sale (2)", "sale (3)")
...     return [Item("actual", "r1", Amount.of(n, CNY), Month(2026, 1), one) for n, one in zip(yuan, names)]
>>> [(item.id, str(item.value)) for item in lined_up(items(7, 5, 6), items(5, 6))]
[('sale (3)', '7.00 CNY'), ('sale', '5.00 CNY'), ('sale (2)', '6.00 CNY')]
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date
from itertools import count
from typing import Final, TypeAlias

from attrs import evolve

from pharmasales.evaluation.measures.items import Item
from pharmasales.periods import Period

__all__ = ["lined_up"]

_Place: TypeAlias = tuple[str, date | Period, str]
_Told: TypeAlias = frozenset[Hashable]
_NUMBER: Final = re.compile(r" \(\d+\)$")


def lined_up(now: Iterable[Item], before: Iterable[Item]) -> list[Item]:
    """Return items with the names that lines of the same content had before.

    Args:
        now: what counts now.
        before: what counted before.
    """
    items = list(now)
    then, names = _lines(before), dict[_Place, str]()
    for (node, when, base), lines in _lines(items).items():
        known = then.get((node, when, base), {})
        if known != lines and len(lines) > 1:
            names.update({(node, when, old): new for old, new in _named(base, lines, known)})
    return [evolve(item, id=names.get((item.node, item.when, item.id), item.id)) for item in items] if names else items


def _lines(items: Iterable[Item]) -> dict[_Place, dict[str, _Told]]:
    """Return by node, time and name without its number what each line says, in the order given."""
    found: dict[_Place, dict[str, set[Hashable]]] = {}
    for item in items:
        place = (item.node, item.when, _NUMBER.sub("", item.id))
        found.setdefault(place, {}).setdefault(item.id, set()).add((item.figure, item.value, item.held))
    return {place: {name: frozenset(told) for name, told in lines.items()} for place, lines in found.items()}


def _named(base: str, lines: Mapping[str, _Told], known: Mapping[str, _Told]) -> Iterator[tuple[str, str]]:
    """Yield the name of each line and the one it gets: its own or that of the same content, else one that is free."""
    free = dict(known)
    rest = []
    for name, told in lines.items():
        same = name if free.get(name) == told else next((one for one, then in free.items() if then == told), None)
        if same is None:
            rest.append(name)
        else:
            del free[same]
            yield name, same
    others = (one for n in count(1) if (one := base if n == 1 else f"{base} ({n})") not in known)
    for name in rest:
        old = next(iter(free), None)
        if old is not None:
            del free[old]
        yield name, next(others) if old is None else old
