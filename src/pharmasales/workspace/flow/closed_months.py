"""Closed months of flow in a store (流向关账): every version is written once and never changed.

The head of a month and who closed it belong to the top of the organisation; the figures lie apart by the owner of their
customers, so that a reader of a part finds the own ones alone. Who sees all checks the seal whenever a month is read.

>>> from pharmasales.periods import Month
>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     month_of(store, Month(2026, 1)) is None, months_closed(store)
(True, [])
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, cast

from attrs import frozen

from pharmasales.channel.flow import FlowMonth, flow_month_data, flow_month_from
from pharmasales.errors import NotFound
from pharmasales.periods import Month
from pharmasales.periods import period as as_period
from pharmasales.storage import Unit
from pharmasales.storage.protocol import Reader
from pharmasales.storage.records import ANYBODY, NODE
from pharmasales.workspace.cells import path_part

__all__ = ["KeptMonth", "keep_month", "month_of", "months_closed"]

_HEAD, _VERSION, _FACTS = "flow month", "flow version", "flow facts"


@frozen
class KeptMonth:
    """A month of flow as it was closed.

    Args:
        month: the version that was asked for, the latest where none was.
        latest: the number of the latest version.
    """

    month: FlowMonth
    latest: int


def months_closed(store: Reader) -> list[Month]:
    """Return the months that were ever closed, the earliest first."""
    return sorted(cast("Month", as_period(one)) for one in store.ids(_HEAD))


def month_of(store: Reader | None, month: Month, version: int | None = None) -> KeptMonth | None:
    """Return a month as it was closed; nothing where it never was.

    Args:
        store: where it is kept.
        month: the month.
        version: which version; the latest where left out.

    Raises:
        NotFound: no such version.
        BadValue: what is kept was changed since it was sealed, or has another form.
    """
    try:
        head = store.get(_HEAD, str(month)) if store else None
    except NotFound:
        return None
    if store is None or head is None:
        return None
    latest = head.version
    number = latest if version is None else version
    if not 1 <= number <= latest:
        hint = f"1 to {latest}"
        raise NotFound("no such version of the month", where=f"{month}, {number}", hint=hint, code="flow.version")
    data: Mapping[str, Any] = store.get(_VERSION, _id(month, number)).data
    parts = store.find(_FACTS, prefix=f"{_id(month, number)}/")
    facts = [fact for part in parts for fact in cast("list[Any]", part.data["facts"])]
    return KeptMonth(flow_month_from({**data, "facts": sorted(facts)}), latest)


def _id(month: Month, number: int) -> str:
    return f"{month}/{number:04d}"


def keep_month(unit: Unit, closed: FlowMonth, owners: Mapping[str, str], top: str) -> None:
    """Keep a version of a month.

    Args:
        unit: the unit of work.
        closed: the version.
        owners: the node that each customer belongs to; the figures of others belong to the top.
        top: the id of the top of the organisation, or "".

    Raises:
        Conflict: somebody else has closed the month meanwhile.
    """
    data = flow_month_data(closed)
    parts: dict[str, list[Any]] = defaultdict(list)
    for fact in data.pop("facts"):
        parts[owners.get(fact[1]) or top].append(fact)
    own = _node(top)
    unit.put(_HEAD, str(closed.month), {"version": closed.version, **own}, expected=closed.version - 1)
    unit.put(_VERSION, _id(closed.month, closed.version), {**data, **own}, expected=0)
    for node, facts in parts.items():
        id_ = f"{_id(closed.month, closed.version)}/{path_part(node) or '-'}"
        unit.put(_FACTS, id_, {"facts": facts, **_node(node)}, expected=0)


def _node(node: str) -> dict[str, str]:
    """Return the mark of a node; nobody's where it is not known, so that no reader of a part finds it."""
    return {NODE: node} if node not in ("", ANYBODY) else {}
