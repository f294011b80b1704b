"""What is noted of a prospect beside its moves: what it may bring and when, the next action, why it stands idle.

Each note has its day and its author; the last one of its kind counts, the earlier ones are kept.

>>> from pharmasales.units import CNY
>>> Outlook(Amount.of(200_000, CNY), date(2026, 4, 30), "p1", date(2026, 3, 2)).value
Amount('200000.00 CNY')
"""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from pharmasales.errors import BadValue
from pharmasales.names import normal_id
from pharmasales.recruitment.pipeline.moves import said
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["IdleAnswer", "NextAction", "Outlook"]


def _what(text: str) -> str:
    return said(text, "what")


def _evidence(text: str) -> str:
    return said(text, "evidence")


def _day(day: date | None) -> date | None:
    return None if day is None else checked_day(day)


@frozen
class Outlook:
    """What a prospect may bring, and when (预计金额与日期).

    Args:
        value: the expected size of the contract; missing where nobody can say.
        sign_on: the day on which the signature is expected; missing likewise.
        by: the id of who expects it.
        on: when it was said.

    Raises:
        BadValue: a value below zero.
    """

    value: Amount | None = field(repr=False)
    sign_on: date | None = field(converter=_day)
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)

    def __attrs_post_init__(self) -> None:
        if self.value is not None and self.value.minor < 0:
            raise BadValue("a value below zero", where="outlook", code="pipeline.value")


@frozen
class NextAction:
    """What is to be done next about a prospect (下一步行动).

    Args:
        what: what is to be done, in a person's words.
        who: the id of who does it.
        due: the last day.
        by: the id of who set it.
        on: when it was set.
        done_on: when it was done; none while it is open.

    Raises:
        BadValue: nothing said, due or done before it was set.
    """

    what: str = field(converter=_what, repr=False)
    who: str = field(converter=normal_id)
    due: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    done_on: date | None = field(default=None, converter=_day)

    def __attrs_post_init__(self) -> None:
        for name in ("due", "done_on"):
            day = getattr(self, name)
            if day is not None and day < self.on:
                raise BadValue("before it is set", where=name, hint="give a later day", code="pipeline.day")

    def open_on(self, day: date) -> bool:
        """Whether it is set and not done by the end of a day."""
        return self.on <= day and (self.done_on is None or self.done_on > day)


@frozen
class IdleAnswer:
    """The true reason why a signed contract is not executed (签而未执行的真实原因).

    Args:
        reason: its key in the list of reasons.
        evidence: what shows it, such as a call or the customer's own words.
        by: the id of who found it out.
        on: when.
    """

    reason: str
    evidence: str = field(converter=_evidence, repr=False)
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
