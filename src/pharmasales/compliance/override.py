"""Overrides (特批): a named person lets one action pass against one clause, with a reason, and it is kept.

>>> Override("lead-bought-list", "compliance-1", "records checked one by one, each person agreed")
Override(rule='lead-bought-list', approver='compliance-1', until=None)

Source: table P1-C, last line; threat T4 (approver other than actor).
"""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from pharmasales.compliance.actions import Action
from pharmasales.errors import BadValue
from pharmasales.names import clean, fold, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["Override"]


def _rule(text: str) -> str:
    return normal_id(text, "override.rule")


def _approver(text: str) -> str:
    return normal_id(text, "override.approver")


def _reason(text: str) -> str:
    if not fold(clean(text, "override.reason")):
        raise BadValue("no reason", where="override.reason", hint="say why it may pass", code="override.reason")
    return text


def _until(day: date | None) -> date | None:
    return None if day is None else checked_day(day)


@frozen
class Override:
    """A named person's decision to let one action pass against one clause (特批).

    Args:
        rule: the id of the clause that it is against, and of no other.
        approver: the stable id of who decides, another than the one who acts.
        reason: why, in the approver's words, kept for the audit and never repeated in a message.
        until: the last day on which it counts; for ever where left out.

    Raises:
        BadValue: no rule, no approver, no reason, or a last day that is no plain date.

    >>> Override("lead-bought-list", "compliance-1", " ")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no reason @ override.reason; say why it may pass [override.reason]
    """

    rule: str = field(converter=_rule)
    approver: str = field(converter=_approver)
    reason: str = field(converter=_reason, repr=False)
    until: date | None = field(default=None, converter=_until)

    def counts(self, action: Action, day: date) -> bool:
        """Whether it counts on a day, for this action.

        Raises:
            BadValue: nobody says who acts, or the approver is the one who acts.
        """
        if not action.by:
            raise BadValue("nobody says who acts", where="fact by", hint="state the fact by", code="override.actor")
        if fold(action.by) == fold(self.approver):
            hint = "somebody else approves"
            raise BadValue("approver and actor are one", where=f"rule {self.rule!r}", hint=hint, code="override.self")
        return self.until is None or day <= self.until
