"""Rows of what is known of a dealer's standing (资信): findings of investigations, and trouble signs.

>>> from datetime import date
>>> from pharmasales.channel.credit.policy import CREDIT_POLICY
>>> told = {"item": "付款记录", "value": "on the day", "source": "ledger", "date": date(2026, 1, 5), "by": "p1"}
>>> finding_of(told).item
'payment'
>>> sign_of({"kind": "涉诉或被执行", "date": date(2026, 3, 2), "source": "court notice"}, "D1", CREDIT_POLICY).kind
'suit'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pharmasales.channel.credit.investigation import CreditFinding
from pharmasales.channel.credit.items import CREDIT_ITEMS
from pharmasales.channel.credit.policy import CreditPolicy
from pharmasales.channel.credit.signals import TroubleSign
from pharmasales.channel.credit.troubles import TROUBLES
from pharmasales.errors import BadRule, BadValue
from pharmasales.workspace.diary_cells import known_word, spelled

__all__ = ["finding_of", "sign_of"]

_ITEMS = {one.key: one.says for one in CREDIT_ITEMS}
_SIGNS = {one.key: one.says for one in TROUBLES.values()}
_FOUND = {"on": "date", "finding": "value"}


def finding_of(row: Mapping[str, Any]) -> CreditFinding:
    """Return what was found out about one item.

    Args:
        row: its cells by column.

    Raises:
        BadValue: an item that nobody asks for, or a mark out of range.
    """
    item = known_word(row["item"], spelled(_ITEMS), _ITEMS, "item")
    try:
        return CreditFinding(item, row["value"], row["source"], row["date"], row["by"], row.get("mark"))
    except BadValue as error:
        error.where = _FOUND.get(error.where, error.where)
        raise


def sign_of(row: Mapping[str, Any], customer: str, policy: CreditPolicy) -> TroubleSign:
    """Return a trouble sign; one that was cleared was cleared by an approver other than who reported it.

    Args:
        row: its cells by column.
        customer: the id under which its customer counts.
        policy: names the approvers.

    Raises:
        BadValue: an unknown kind, half a clearing, or one before the sign.
        BadRule: cleared by somebody who may not.
    """
    kind = known_word(row["kind"], spelled(_SIGNS), _SIGNS, "kind")
    day, by = row.get("cleared"), row.get("cleared_by") or ""
    if (day is None) is bool(by):
        hint = "name who cleared it, and when"
        raise BadValue("half a clearing", where="cleared_by" if day else "cleared", hint=hint, code="credit.cleared")
    sign = TroubleSign(customer, kind, row["date"], row["source"], row.get("by") or "")
    if day is None:
        return sign
    try:
        return sign.clear(by=by, on=day, policy=policy)
    except (BadRule, BadValue) as error:
        error.where = "cleared_by" if isinstance(error, BadRule) else "cleared"
        raise
