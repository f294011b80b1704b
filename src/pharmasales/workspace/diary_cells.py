"""Rows of the visit log and of the diary (拜访记录与日程): states, reasons, hours and kinds in words of both languages.

>>> state_of("已取消"), reason_of("医院停止接待"), hour_of("14:30"), kind_of("")
('cancelled', 'hospital_closed', datetime.time(14, 30), 'appointment')
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import time
from fractions import Fraction
from typing import Any, cast

from pharmasales.cycle.region import Call
from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.followup.calls.words import CALL_REASONS, CALL_STATES, CallState
from pharmasales.followup.channels import CONTACT_CHANNELS, ContactChannel
from pharmasales.followup.planning.targets import LABELS, Appointment, AppointmentKind
from pharmasales.names import clean, fold, nearest

__all__ = [
    "appointment_of",
    "call_of",
    "channel_of",
    "hour_of",
    "kind_of",
    "known_word",
    "reason_of",
    "spelled",
    "state_of",
    "whole",
]


def spelled(words: Mapping[str, Says]) -> dict[str, str]:
    """Return the word for each of its spellings, folded: the word itself and its names in both languages."""
    return {fold(text): word for word, said in words.items() for text in (word, said.en, said.zh)}


_STATES = spelled({word: said for word, said in CALL_STATES.items() if word != "planned"})
_REASONS = spelled(CALL_REASONS)
_KINDS = spelled(cast("Mapping[str, Says]", LABELS))
_CHANNELS = spelled(CONTACT_CHANNELS)


def call_of(row: Mapping[str, Any], customer: str) -> Call:
    """Return a line of the visit log.

    Args:
        row: its cells by column.
        customer: the id under which its customer counts.

    Raises:
        BadValue: an unknown state or channel, no reason for a visit that was not made, or a contact over another
            channel that was not made.
    """
    state, reason = state_of(row.get("state") or ""), reason_of(row.get("reason") or "")
    channel = channel_of(row.get("channel") or "")
    if state != "done" and channel != "face":
        hint = "leave the row out: only visits are planned"
        raise BadValue("a contact that was not made", where="channel", hint=hint, code="row.channel")
    if state != "done" and not reason:
        raise BadValue("no reason", where="reason", hint="say why the visit was not made", code="row.reason")
    why = reason if state != "done" else ""
    return Call(row["date"], row["rep"], customer, state, row.get("visit") or "", why, channel)


def appointment_of(row: Mapping[str, Any], customer: str) -> Appointment:
    """Return a line of the diary; arguments as of `call_of`.

    Raises:
        BadValue: no hour, no whole minutes, or an unknown kind.
    """
    start, minutes = hour_of(row.get("start") or ""), whole(row.get("minutes"), "minutes")
    kind, name = kind_of(row.get("kind") or ""), row.get("name") or ""
    return Appointment(row["rep"], row["date"], customer, start, minutes, kind=kind, name=name)


def state_of(text: str) -> CallState:
    """Return what became of a visit; done where nothing is said.

    Raises:
        BadValue: an unknown state.
    """
    if not text:
        return "done"
    return cast("CallState", known_word(text, _STATES, ("done", "missed", "moved", "cancelled"), "state"))


def channel_of(text: str) -> ContactChannel:
    """Return over which channel a contact was made; face to face where nothing is said.

    >>> channel_of("微信"), channel_of("")
    ('wechat', 'face')

    Raises:
        BadValue: an unknown channel.
    """
    return cast("ContactChannel", known_word(text, _CHANNELS, CONTACT_CHANNELS, "channel")) if text else "face"


def reason_of(text: str) -> str:
    """Return the word of a reason where it is known, else the reason as it is written, on one line."""
    return _REASONS.get(fold(text)) or " ".join(clean(text, "reason").split())


def kind_of(text: str) -> AppointmentKind:
    """Return the kind of an appointment; agreed with the customer where nothing is said.

    Raises:
        BadValue: an unknown kind.
    """
    if not text:
        return "appointment"
    return cast("AppointmentKind", known_word(text, _KINDS, ("appointment", "joint", "meeting"), "kind"))


def known_word(text: str, known: Mapping[str, str], words: Collection[str], column: str) -> str:
    """Return the word that a cell spells in either language, one of those that it may be.

    Raises:
        BadValue: no such word, at its column.
    """
    word = known.get(fold(text), "")
    if word not in words:
        raise BadValue(f"unknown {column}", where=column, hint=nearest(text, words), code=f"row.{column}")
    return word


def hour_of(text: str) -> time | None:
    """Return the hour of a cell, or nothing where it is empty.

    Raises:
        BadValue: no hour of the day.
    """
    if not text:
        return None
    try:
        hour = time.fromisoformat(text.strip().replace("：", ":").rjust(5, "0"))
    except ValueError:
        hour = None
    if hour is None or hour.tzinfo is not None or hour.second or hour.microsecond:
        raise BadValue("no hour of the day", where="start", hint="write 14:30", code="row.hour") from None
    return hour


def whole(value: int | Fraction | None, column: str) -> int | None:
    """Return a whole number from 1, or nothing where it is missing.

    Raises:
        BadValue: any other number.
    """
    if value is not None and (not isinstance(value, int) or value < 1):
        raise BadValue("a whole number from 1 is due", where=column, code=f"row.{column}")
    return value
