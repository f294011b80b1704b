"""Before a visit (访前): is everything ready, and may it be made? Every finding warns or blocks, with its reason.

>>> from pharmasales.compliance import CN_2020
>>> from pharmasales.followup.access import ANY_DAY
>>> from pharmasales.followup.calls.checklist import CHECKLIST
>>> from pharmasales.followup.calls.notes import CallNotes
>>> from pharmasales.workdays import CHINA
>>> notes = CallNotes(objective="show the new study")
>>> plan = CallReport("V1", "r1", "c1", date(2026, 3, 4), state="planned", start=time(14), minutes=20, notes=notes)
>>> every = CHECKLIST.readiness([one.key for one in CHECKLIST.items])
>>> facts = VisitFacts("medical_rep", filing="", institution_consents=True, clinical_area=False)
>>> found = prepare_call(plan, every, facts, ANY_DAY, CHINA, gate=CN_2020, asked_on=date(2026, 3, 2))
>>> found.outcome, [one.why.head() for one in found.findings]
('block', ['nobody promotes drugs unfiled'])

Source: S002-6; S004-1 and practice P2-B (time and place of reception, appointment, filing number), P2-I.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.compliance import OUTCOMES, Action, Outcome, Policy, Verdict
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.followup.access import Access
from pharmasales.followup.calls.checklist import Readiness
from pharmasales.followup.calls.reports import CallReport
from pharmasales.names import clean, normal_id
from pharmasales.workdays import Calendar

__all__ = ["CallPreparation", "PreparationFinding", "VisitFacts", "VisitMaterial", "prepare_call"]

Matter: TypeAlias = Literal["checklist", "objective", "access", "filing", "appointment", "gate"]

_MATTERS = {
    "checklist": Says("list", "访前清单"),
    "objective": Says("objective", "拜访目的"),
    "access": Says("access", "接待时间"),
    "filing": Says("filing", "备案"),
    "appointment": Says("appointment", "预约"),
    "gate": Says("compliance", "合规"),
}


@frozen
class VisitMaterial:
    """Material that is to be shown or left (资料).

    Args:
        id: its id, with its version.
        approved: whether it is approved and states the risks; none where nobody has said.
        until: the last day on which the approval holds; without end where left out.
    """

    id: str = field(converter=normal_id)
    approved: bool | None = None
    until: date | None = None

    def holds(self, day: date) -> bool | None:
        """Whether it may be used on a day; none where nobody has said."""
        return False if self.until is not None and day > self.until else self.approved


def _materials(given: Iterable[VisitMaterial]) -> tuple[VisitMaterial, ...]:
    return tuple(given)


@frozen
class VisitFacts:
    """What the gate has to know about a visit to health professionals. A fact that nobody has stated is none.

    Args:
        role: what the rep is to the law, such as `medical_rep`, or "" where nobody has said.
        filing: the rep's filing number (备案号), or "" where there is none; none where nobody has said.
        institution_consents: whether the hospital consents to the visit.
        clinical_area: whether it takes place where patients are treated.
        materials: what is to be shown or left.
    """

    role: str
    filing: str | None = field(default=None, repr=False)
    institution_consents: bool | None = None
    clinical_area: bool | None = None
    materials: tuple[VisitMaterial, ...] = field(default=(), converter=_materials)

    def action(self, by: str, day: date) -> Action:
        """Return what the gate is asked: whether a drug may be promoted on this visit."""
        held = [one.holds(day) for one in self.materials]
        facts: dict[str, object] = {
            "role": self.role,
            "by": by,
            "filed": None if self.filing is None else bool(clean(self.filing).strip()),
            "institution_consents": self.institution_consents,
            "clinical_area": self.clinical_area,
            "material_approved": False if False in held else None if None in held else True,
        }
        return Action("promote", facts)


@frozen
class PreparationFinding:
    """One thing that stands in the way of a visit.

    Args:
        matter: what it is about: `checklist`, `objective`, `access`, `filing`, `appointment` or `gate`.
        outcome: `warn` or `block`.
        why: the reason.
        cure: what to do.
    """

    matter: Matter
    outcome: Outcome
    why: Why
    cure: Says


@frozen
class CallPreparation:
    """What was found before a visit (访前检查).

    Args:
        call: the id of the planned visit.
        readiness: how ready it is.
        verdict: what the gate says.
        findings: what stands in its way, what blocks first.
    """

    call: str
    readiness: Readiness
    verdict: Verdict
    findings: tuple[PreparationFinding, ...] = field(repr=False)

    @property
    def outcome(self) -> Outcome:
        """The worst of all: `allow` where nothing was found."""
        return self.findings[0].outcome if self.findings else "allow"

    def table(self) -> Table:
        """Return every finding: matter, outcome, reason and what to do."""
        columns = (
            Column("matter", "Matter", "事项"),
            Column("outcome", "Outcome", "结论"),
            Column("why", "Why", "原因", "why"),
            Column("cure", "What to do", "如何处理"),
        )
        rows: list[tuple[Cell, ...]] = [
            (_MATTERS[one.matter], OUTCOMES[one.outcome], one.why, one.cure) for one in self.findings
        ]
        return Table("preparation", Says("Before the visit", "访前检查"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def prepare_call(
    plan: CallReport,
    readiness: Readiness,
    facts: VisitFacts,
    access: Access,
    calendar: Calendar,
    *,
    gate: Policy,
    asked_on: date | None = None,
) -> CallPreparation:
    """Check a planned visit before it is made: list, objective, access, filing, appointment, and the gate.

    Args:
        plan: the planned visit; day and hour are asked of the customer's access where it is face to face.
        readiness: how ready it is, as the checklist says.
        facts: what the gate has to know.
        access: when and on what terms the customer receives.
        calendar: the working days.
        gate: the compliance policy of the day.
        asked_on: the day on which the appointment was made; none where there is none.

    Raises:
        NotFound: the gate's policy is not in force on the day of the visit.
        UnknownYear: the calendar does not know the year.
    """
    verdict = gate.check(facts.action(plan.rep, plan.day), as_of=plan.day)
    found = [*_ready(plan, readiness), *_gate(verdict)]
    if plan.channel in ("face", "meeting"):
        found += _received(plan, facts, access, calendar, asked_on)
    found.sort(key=lambda one: one.outcome != "block")
    return CallPreparation(plan.id, readiness, verdict, tuple(found))


def _ready(plan: CallReport, readiness: Readiness) -> Iterator[PreparationFinding]:
    if readiness.outcome != "allow":
        cure = Says("get ready what is missing", "补齐缺失项目")
        yield PreparationFinding("checklist", readiness.outcome, readiness.why, cure)
    if not plan.notes.objective.strip():
        why = because("no objective", "没有拜访目的")
        yield PreparationFinding(
            "objective", "warn", why, Says("say what the visit is to reach", "写明拜访要达到的目的")
        )


def _gate(verdict: Verdict) -> Iterator[PreparationFinding]:
    if verdict.outcome != "allow":
        cure = verdict.cure or Says("ask compliance", "咨询合规部门")
        yield PreparationFinding("gate", verdict.outcome, verdict.why, cure)


def _received(
    plan: CallReport, facts: VisitFacts, access: Access, calendar: Calendar, asked_on: date | None
) -> Iterator[PreparationFinding]:
    """Yield what keeps the customer from receiving: day and hours, filing number, appointment."""
    refused = _refusal(plan, access, calendar)
    if refused is not None:
        why = because("{refused}", "{refused}", refused=refused)
        yield PreparationFinding("access", "block", why, Says("choose another day or hour", "另选日期或时间"))
    if access.filing and not (facts.filing or "").strip():
        why = because("the hospital asks for a filing number", "医院要求提供备案号")
        yield PreparationFinding(
            "filing", "block", why, Says("file the rep, and bring the number", "完成备案并携带备案号")
        )
    if access.appointment and not _in_time(plan.day, asked_on, access.appointment, calendar):
        en = "the hospital asks for an appointment {days} working days ahead"
        why = because(en, "医院要求提前 {days} 个工作日预约", days=access.appointment)
        yield PreparationFinding("appointment", "block", why, Says("ask for a later day", "改约更晚的日期"))


def _refusal(plan: CallReport, access: Access, calendar: Calendar) -> Says | None:
    """Say why the customer does not receive; without a stated hour only the day is asked."""
    begun = plan.stated
    if begun is not None:
        return access.refusal(begun, plan.minutes or 1, calendar)
    if access.allows(plan.day, calendar):
        return None
    return access.refusal(datetime.combine(plan.day, time(12)), 1, calendar)


def _in_time(day: date, asked_on: date | None, notice: int, calendar: Calendar) -> bool:
    """Whether an appointment was made so many working days before the day of the visit."""
    if asked_on is None or asked_on > day:
        return False
    return calendar.count(asked_on + timedelta(days=1), day) >= notice
