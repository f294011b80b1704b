"""Approvers (审批人): those whom a policy names, each in one spelling.

>>> sorted(approver_ids(["boss", "head"])), approver_ids("boss")
(['boss', 'head'], frozenset({'boss'}))
>>> named_approver("rep1", {"boss"}, "limit D1", "credit")
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: not a named approver @ limit D1; ask one of the credit policy's approvers [credit.approver]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pharmasales.errors import BadRule
from pharmasales.names import normal_id, respelt

__all__ = ["approver_ids", "named_approver"]


def approver_ids(given: Iterable[str]) -> frozenset[str]:
    """Return the ids of approvers; one text is one id.

    >>> approver_ids(["boss", "BOSS"])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: one approver spelt in two ways @ approvers; write an id in one way [approver.twins]

    Raises:
        BadRule: one of them in two spellings.
        BadValue: an empty id.
    """
    found = frozenset(normal_id(one, "approver") for one in ([given] if isinstance(given, str) else given))
    if respelt(found):
        hint = "write an id in one way"
        raise BadRule("one approver spelt in two ways", where="approvers", hint=hint, code="approver.twins")
    return found


def named_approver(by: str, approvers: Collection[str], where: str, policy: str) -> str:
    """Let the id of a named approver pass.

    Args:
        by: the id.
        approvers: those of the policy.
        where: what is to be approved.
        policy: whose they are, `credit` or `expense`.

    Raises:
        BadRule: anybody else.
    """
    found = normal_id(by, "approver")
    if found not in approvers:
        hint = f"ask one of the {policy} policy's approvers"
        raise BadRule("not a named approver", where=where, hint=hint, code=f"{policy}.approver")
    return found
