"""Needs (待办需求): what a rule asks for with one customer, from when and until when, before anybody holds it back.

>>> from pharmasales.display import because
>>> window = date(2026, 3, 9), date(2026, 3, 12)
>>> need = Need("c1", "cadence", "face", "face", "academic", *window, because("due", "到期"))
>>> need.risk(date(2026, 3, 10)), need.risk(date(2026, 3, 14))
(Fraction(1, 3), Fraction(5, 3))
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Says, Why
from pharmasales.followup.channels import ContactChannel
from pharmasales.followup.due.followed import Followed, Touch
from pharmasales.followup.due.rows import ContactLayer

__all__ = ["DUE_KINDS", "LEGAL", "Need", "last_touch"]

LEGAL = "adverse_event"
"""The kind of item that nothing may hold back: no cap, consent, leave, snooze or filter."""

DUE_KINDS: Mapping[str, Says] = MappingProxyType(
    {
        LEGAL: Says("adverse event", "不良事件"),
        "answer": Says("promised answer", "承诺答复"),
        "first_touch": Says("first contact", "首次接触"),
        "contract": Says("contract not executed", "签约未执行"),
        "stock": Says("stock", "库存"),
        "cadence": Says("cadence", "频率"),
        "recurrence": Says("recurring date", "循环日程"),
        "ageing": Says("long without contact", "久未联系"),
        "lost": Says("lost contact", "失联"),
        "keep_in_touch": Says("keep in touch", "保持联系"),
        "referral": Says("referral to return", "转介待回馈"),
        "referral_ask": Says("referral asked for", "转介请求"),
        "birthday": Says("birthday", "生日问候"),
        "festival": Says("festival", "节日问候"),
    }
)
"""The kinds of item that come with the library, by their word."""


@frozen
class Need:
    """Something to be done with a customer.

    Args:
        customer: its id, or "" where an adverse event has none.
        kind: one of `DUE_KINDS`, or a word of your own.
        id: what tells it from others of its kind: the channel of a cadence, the id of a ticket.
        channel: over which channel it is best done.
        purpose: what for, as consents and caps know it.
        since: the first day on which it is due.
        until: the last day on which it is in time.
        why: the reason.
        begun: the day from which the window counts: the last contact, or the occasion; `since` where left out.
        layer: who does it; `owner` or `executive`.
        settled_by: which planned contact settles it: one over its own channel, one over any, or none.
    """

    customer: str
    kind: str
    id: str
    channel: ContactChannel
    purpose: str
    since: date
    until: date
    why: Why = field(repr=False)
    begun: date | None = None
    layer: ContactLayer = "owner"
    settled_by: str = "channel"

    def risk(self, as_of: date) -> Fraction:
        """Return the slipping risk (流失风险): the part of the window that is gone, from 1 on too late by the last day.

        A window without any day is gone at once.
        """
        begun = self.begun or self.since
        whole = (self.until - begun).days
        return Fraction((as_of - begun).days, whole) if whole > 0 else Fraction(1 + (as_of - begun).days)

    def answered_by(self, planned: Touch) -> bool:
        """Whether a planned contact does what is asked for, be it in time or not."""
        if self.settled_by == "channel":
            return planned.channel == self.channel and planned.layer == self.layer
        return self.settled_by == "any"


def last_touch(followed: Followed, as_of: date) -> dict[tuple[ContactChannel, ContactLayer], date]:
    """Return the day of the last contact over each channel by each layer; those after the day do not count.

    >>> customer = Followed("c1", "r1", "A", date(2026, 1, 5), touches=[Touch(date(2026, 3, day)) for day in (2, 9)])
    >>> last_touch(customer, date(2026, 3, 8))
    {('face', 'owner'): datetime.date(2026, 3, 2)}
    """
    return {(touch.channel, touch.layer): touch.day for touch in followed.touches if touch.day <= as_of}
