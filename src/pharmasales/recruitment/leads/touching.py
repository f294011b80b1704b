"""First touch (首次触达): which leads were contacted in time, what is overdue, and over which channels one may.

The clock runs for accepted leads alone. A lead in quarantine is not to be contacted at all, and nobody without consent:
each such contact is named as a breach.

>>> from pharmasales.archive import admit
>>> from pharmasales.compliance import NONE
>>> from pharmasales.recruitment.leads.touches import InDays
>>> from pharmasales.workdays import CHINA
>>> leads = [Lead(f"L{n}", "agent", "referral", date(2026, 2, 13)) for n in (1, 2)]
>>> touched = [Touch("L1", date(2026, 2, 14), "phone", "p1")]
>>> found = first_touches(admit(leads, NONE, as_of=leads[0].on), touched, InDays(2, CHINA), as_of=date(2026, 2, 25))
>>> [(row.lead, row.state, row.due.isoformat(), row.late) for row in found.rows]
[('L2', 'overdue', '2026-02-24', Fraction(1, 1)), ('L1', 'in_time', '2026-02-24', Fraction(0, 1))]

Source: S000-17 (as soon as possible: SMS, mail material, callback; consent for marketing).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.archive.leads import Admission, Lead
from pharmasales.compliance.consent import Channel, Consent, permitted
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.recruitment.leads.touches import InHours, Sla, Touch, When, day_of, zoned
from pharmasales.units import ratio

__all__ = ["FirstTouch", "FirstTouches", "TouchBreach", "TouchState", "first_touches"]

TouchState: TypeAlias = Literal["in_time", "late", "open", "overdue", "no_channel", "unknown"]
"""How the first touch of a lead stands."""

_STATES: Mapping[TouchState, Says] = MappingProxyType(
    {
        "overdue": Says("overdue", "逾期未触达"),
        "open": Says("open", "待触达"),
        "no_channel": Says("no channel is allowed", "无可用渠道"),
        "unknown": Says("hour of arrival unknown", "到达时刻不明"),
        "late": Says("touched late", "逾期触达"),
        "in_time": Says("touched in time", "按时触达"),
    }
)
_SAYS: Mapping[TouchState, tuple[str, str]] = MappingProxyType(
    {
        "overdue": ("overdue by {late}; contact it now", "已逾期 {late}，请立即触达"),
        "open": ("contact it in time", "请按时触达"),
        "no_channel": ("no consent for any channel; ask for it first", "任何渠道均无同意，请先取得同意"),
        "unknown": ("record when it came, to the minute", "请记录到达时刻"),
        "late": ("touched {late} after its time", "逾期 {late} 触达"),
        "in_time": ("touched in time", "按时触达"),
    }
)
_LATE = ("overdue", "late")
_CHANNELS = tuple(channel for channel in get_args(Channel) if channel != "any")
_NOBODY: Mapping[str, datetime] = MappingProxyType({})


@frozen
class FirstTouch:
    """The first touch of one lead (首次触达情况).

    Args:
        lead: its id.
        due: the last day or moment; missing where the hour of arrival is.
        touched: when it was touched first; none where it was not.
        state: how it stands.
        late: by how many working days or hours it was late or is overdue; missing where that cannot be told.
        channels: the channels that are allowed on the day asked; all where no consents were given to look at.
        why: the reason, and what to do.
    """

    lead: str
    due: When | None
    touched: When | None
    state: TouchState
    late: Fraction | None
    channels: tuple[Channel, ...]
    why: Why = field(repr=False)


@frozen
class TouchBreach:
    """A contact that should not have been (违规触达): of a lead in quarantine, or without consent."""

    touch: Touch
    why: Why = field(repr=False)


@frozen
class FirstTouches:
    """First touches as of a day: the overdue first, the latest on top. Made by `first_touches`.

    Args:
        as_of: the day or moment.
        unit: what lateness is counted in.
        rows: one row an accepted lead that had come by then.
        breaches: contacts that should not have been.
    """

    as_of: When
    unit: Says
    rows: tuple[FirstTouch, ...] = field(repr=lambda rows: f"<{len(rows)} leads>")
    breaches: tuple[TouchBreach, ...] = field(repr=lambda rows: f"<{len(rows)} breaches>")

    @property
    def overdue(self) -> tuple[FirstTouch, ...]:
        """Those past their time and not touched (逾期名单)."""
        return tuple(row for row in self.rows if row.state == "overdue")

    @property
    def rate(self) -> Fraction | None:
        """Touched in time over those that were touched or are overdue (按时触达率); missing where there is none."""
        counts = {state: sum(row.state == state for row in self.rows) for state in ("in_time", "late", "overdue")}
        return ratio(counts["in_time"], sum(counts.values()))

    def table(self) -> Table:
        """Return lead, state, due, touched, late, channels, why."""
        columns = (
            Column("lead", "Lead", "线索"),
            Column("state", "State", "状态"),
            Column("due", "Due", "期限", "date"),
            Column("touched", "Touched", "首次触达", "date"),
            Column("late", f"Late, {self.unit.en}", f"逾期（{self.unit.zh}）", "number"),
            Column("channels", "Allowed channels", "可用渠道"),
            Column("why", "Why", "原因", "why"),
        )
        rows: list[tuple[Cell, ...]] = [
            (row.lead, _STATES[row.state], row.due, row.touched, row.late, ", ".join(row.channels), row.why)
            for row in self.rows
        ]
        return Table("first_touches", Says("First touches", "首次触达"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def first_touches(
    admission: Admission,
    touches: Iterable[Touch],
    sla: Sla,
    *,
    as_of: When,
    arrived: Mapping[str, datetime] = _NOBODY,
    consents: Sequence[Consent] | None = None,
    asked_us: Collection[str] = (),
) -> FirstTouches:
    """Say how the first touch of each accepted lead stands (首次触达时限检查).

    Leads and touches after the day or moment asked are not there yet. A lead over no channel of which one may speak is
    not overdue: its consent is to be had first. How often somebody may be contacted is asked before each contact, of
    `compliance.may_contact`, not here.

    Args:
        admission: the leads as the gate judged them.
        touches: the contacts made.
        sla: the time allowed, `InDays` or `InHours`.
        as_of: the day, counted as passed; or the moment, for working hours.
        arrived: the moments at which leads came, by id, where they are known.
        consents: what people agreed to; where left out, consent is not looked at.
        asked_us: the ids of leads that asked us themselves and are owed an answer.

    Raises:
        BadRows: touches of no lead here, or before the lead came: all of them.
        BadValue: working hours and a day without an hour, or a moment without a zone.
        UnknownYear: a year that the calendar does not know.
    """
    zoned(as_of, "as_of")
    for lead, moment in arrived.items():
        zoned(moment, f"arrived {lead!r}")
    if isinstance(sla, InHours) and not isinstance(as_of, datetime):
        raise BadValue("working hours are asked at a moment", where="as_of", hint="give one", code="leads.moment")
    leads = {judged.lead.id: judged.lead for judged in admission.judged}
    made = [touch for touch in touches if _happened(touch.at, as_of)]
    _refuse(made, leads, arrived)
    consent = _Consent(None if consents is None else _by_person(consents), frozenset(asked_us))
    first: dict[str, When] = {}
    for touch in sorted(made, key=lambda one: _order(one.at, sla)):
        first.setdefault(touch.lead, touch.at)
    here = [lead for lead in admission.accepted if _happened(arrived.get(lead.id, lead.on), as_of)]
    rows = [_row(lead, first.get(lead.id), sla, as_of, arrived, consent) for lead in here]
    order = list(_STATES)
    rows.sort(key=lambda row: (order.index(row.state), -(row.late or 0), row.lead))
    return FirstTouches(as_of, sla.unit, tuple(rows), _breaches(made, admission, leads, consent))


@frozen
class _Consent:
    """Who may be contacted over which channel."""

    records: Mapping[str, Sequence[Consent]] | None
    asked_us: frozenset[str]

    def why_not(self, lead: Lead, channel: Channel, day: date) -> Why | None:
        """Return why a channel is closed; none where it is open, or where nobody looks."""
        if self.records is None:
            return None
        purpose = "answer" if lead.id in self.asked_us else "marketing"
        permit = permitted(self.records.get(lead.customer, ()), lead.customer, purpose, channel, day)
        return None if permit.allowed else permit.why

    def channels(self, lead: Lead, day: date) -> tuple[Channel, ...]:
        """Return the channels that are open; those that no record names have one answer, which is sought once."""
        named = {one.channel for one in (self.records or {}).get(lead.customer, ())}
        silent = next((channel for channel in _CHANNELS if channel not in named), None)
        others = silent is not None and self.why_not(lead, silent, day) is None
        return tuple(one for one in _CHANNELS if (self.why_not(lead, one, day) is None if one in named else others))


def _by_person(consents: Iterable[Consent]) -> Mapping[str, Sequence[Consent]]:
    found: dict[str, list[Consent]] = {}
    for one in consents:
        found.setdefault(one.subject, []).append(one)
    return found


def _happened(at: When, as_of: When) -> bool:
    if isinstance(at, datetime) and isinstance(as_of, datetime):
        return at <= as_of
    return day_of(at) <= day_of(as_of)


def _order(at: When, sla: Sla) -> tuple[date, bool, datetime]:
    """Order moments within their day, for working hours that of their zone; where only the day is known, at its end."""
    if isinstance(at, datetime):
        return day_of(at.astimezone(sla.work.zone) if isinstance(sla, InHours) else at), False, at
    return at, True, datetime.max.replace(tzinfo=UTC)


def _refuse(made: Sequence[Touch], leads: Mapping[str, Lead], arrived: Mapping[str, datetime]) -> None:
    bad: list[PharmaSalesError] = []
    for place, touch in enumerate(made):
        lead, where = leads.get(touch.lead), f"touches[{place}]"
        if lead is None:
            bad.append(NotFound("a touch of no lead here", where=where, hint="give the lead too", code="leads.touch"))
        elif not _happened(arrived.get(lead.id, lead.on), touch.at):
            bad.append(BadValue("touched before it came", where=where, hint="check both days", code="leads.touch"))
    if bad:
        raise BadRows("the touches do not fit the leads", bad)


def _row(
    lead: Lead, touched: When | None, sla: Sla, as_of: When, arrived: Mapping[str, datetime], consent: _Consent
) -> FirstTouch:
    due, channels = sla.due(lead, arrived.get(lead.id)), consent.channels(lead, day_of(as_of))
    if due is None:
        return FirstTouch(lead.id, None, touched, "unknown", None, channels, because(*_SAYS["unknown"]))
    past, late = _past(due, touched or as_of), sla.late(due, touched or as_of)
    state: TouchState = ("late" if past else "in_time") if touched else "overdue" if past else "open"
    if touched is None and not channels:
        state, late = "no_channel", None
    en, zh = _SAYS[state]
    why = because(en, zh, late=_lateness(late, sla)) if state in _LATE else because(en, zh)
    return FirstTouch(lead.id, due, touched, state, late, channels, why)


def _past(due: When, at: When) -> bool:
    """Whether a moment is past the last one; where one of both is a day, whether its day is later."""
    if isinstance(due, datetime) and isinstance(at, datetime):
        return at > due
    return day_of(at) > day_of(due)


def _lateness(late: Fraction | None, sla: Sla) -> Why:
    return because(f"{{late}} {sla.unit.en}", f"{{late}} {sla.unit.zh}", late=late)


def _breaches(
    made: Sequence[Touch], admission: Admission, leads: Mapping[str, Lead], consent: _Consent
) -> tuple[TouchBreach, ...]:
    barred = {judged.lead.id: judged.verdict.why for judged in admission.quarantined}
    found = []
    for touch in made:
        closed = consent.why_not(leads[touch.lead], touch.channel, day_of(touch.at))
        if touch.lead in barred:
            says = "a lead in quarantine was contacted", "触达了隔离线索"
            found.append(TouchBreach(touch, because(*says, barred[touch.lead])))
        elif closed is not None:
            found.append(TouchBreach(touch, because("contacted without consent", "未经同意触达", closed)))
    return tuple(found)
