"""What a company decides about its call reports (拜访政策): zone, reasons, required fields, words that ask.

>>> from datetime import UTC
>>> CALL_POLICY.future, sorted(CALL_POLICY.required), str(CALL_POLICY.local(datetime(2026, 3, 4, 23, tzinfo=UTC)))
(False, ['minutes', 'next_step'], '2026-03-05 07:00:00')

Source: systems file 1c (future-dated submission is a switch), practice P2-M (small required input).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.followup.calls.safety import ADVERSE_WORDS
from pharmasales.followup.calls.words import CALL_REASONS
from pharmasales.names import nearest

__all__ = ["ASKED_FIELDS", "CALL_POLICY", "CHINA_TIME", "LIVE_CHANNELS", "CallPolicy"]

CHINA_TIME = timezone(timedelta(hours=8), "CST")
"""The one time zone of China (北京时间)."""

LIVE_CHANNELS = frozenset({"face", "meeting", "phone"})
"""Channels on which two people talk, so that a start and a length are asked."""

ASKED_FIELDS: Mapping[str, Says] = MappingProxyType(
    {
        "start": Says("start", "开始时间"),
        "minutes": Says("minutes", "时长"),
        "objective": Says("objective", "拜访目的"),
        "products": Says("products", "推介产品"),
        "stages": Says("stages", "拜访环节"),
        "summary": Says("result", "拜访结果"),
        "next_step": Says("next step", "下一步"),
    }
)
"""What a report of a visit is asked for: seven fields, because long forms are left empty (systems file 1c)."""


def _reasons(given: Mapping[str, Says]) -> Mapping[str, Says]:
    return MappingProxyType(dict(given))


def _required(given: Iterable[str]) -> frozenset[str]:
    names = frozenset(given)
    for name in sorted(names - ASKED_FIELDS.keys()):
        raise BadRule(
            "no such field is asked", where="required", hint=nearest(name, ASKED_FIELDS), code="followup.calls.policy"
        )
    return names


def _words(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


@frozen
class CallPolicy:
    """What a company decides about its call reports.

    Args:
        future: whether a visit that lies ahead may be submitted as done or missed.
        zone: the time zone in which days and starts are stated.
        reasons: why a visit may be missed, moved or cancelled, by word.
        required: which of `ASKED_FIELDS` a visit must state to be submitted, where its channel asks for them.
        words: after which words a report is asked whether an adverse event was heard of.

    >>> CallPolicy(required={"mood"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: no such field is asked @ required; known: minutes, next_step, objective, products, \
stages, start, summary [followup.calls.policy]

    Raises:
        BadRule: a required field that is not asked.
    """

    future: bool = False
    zone: tzinfo = CHINA_TIME
    reasons: Mapping[str, Says] = field(default=CALL_REASONS, converter=_reasons, hash=False, repr=False)
    required: frozenset[str] = field(default=frozenset({"minutes", "next_step"}), converter=_required)
    words: tuple[str, ...] = field(default=ADVERSE_WORDS, converter=_words, repr=False)

    def local(self, at: datetime) -> datetime:
        """Return a moment as a clock on the wall shows it, without its zone."""
        return at.astimezone(self.zone).replace(tzinfo=None)


CALL_POLICY = CallPolicy()
"""The defaults: Beijing time, nothing ahead of time, length and next step required."""
