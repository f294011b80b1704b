"""Appeals (申诉): the person scored contests an item or the whole, with a reason and evidence, in time.

>>> filed = Appeal("A1", "r1", "attainment", "an invoice is missing", ["invoice F7"], "r1", date(2026, 4, 9), 1)
>>> filed.state, filed.decided(AppealDecision(True, "F7 was booked in April", "p9", date(2026, 4, 12))).state
('open', 'upheld')

Source: issue 8 (one appeal won); S004-64 (accurate, objective, fair).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Says, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.evaluation.closing.correcting import same_person, stated, texts
from pharmasales.names import clean, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["APPEAL_STATES", "Appeal", "AppealDecision", "AppealState", "AppealTerms"]

AppealState: TypeAlias = Literal["open", "upheld", "rejected", "withdrawn"]

APPEAL_STATES: Mapping[str, Says] = MappingProxyType(
    {
        "open": Says("open, to be decided", "待裁定"),
        "upheld": Says("upheld", "成立"),
        "rejected": Says("rejected", "不成立"),
        "withdrawn": Says("withdrawn", "已撤回"),
    }
)
"""The states of an appeal, in both languages."""


@frozen
class AppealTerms:
    """How many calendar days an appeal and what follows from it may take (申诉期限).

    The defaults are a choice, not a law: set the company's own.

    Args:
        within: days after the close in which it may be filed, the last included.
        decide_within: days after it was filed in which it is decided.
        correct_within: days after it was upheld in which the correction is closed.

    Raises:
        BadRule: fewer than no days.
    """

    within: int = 10
    decide_within: int = 10
    correct_within: int = 10

    def __attrs_post_init__(self) -> None:
        for name in ("within", "decide_within", "correct_within"):
            days = getattr(self, name)
            if type(days) is not int or not 0 <= days <= 3650:
                raise BadRule("no number of days", where=name, hint="0 to 3650", code="closing.terms")


def _reason(text: str) -> str:
    return stated(text, "reason")


@frozen
class AppealDecision:
    """How an appeal was decided (申诉裁定).

    Args:
        upheld: whether it holds.
        reason: why, in words that the person reads.
        by: the id of who decided.
        on: when.
    """

    upheld: bool = field()
    reason: str = field(converter=_reason, repr=False)
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)

    @upheld.validator
    def _yes_or_no(self, _attribute: object, upheld: object) -> None:
        if type(upheld) is not bool:
            raise BadValue("neither upheld nor rejected", where="upheld", hint="True or False", code="closing.appeal")


@frozen
class Appeal:
    """What one person contests in a closed period (申诉). Filed by `ClosedPeriod.appeal`, decided by `.decide`.

    Who may file and decide it depends on the close, so the closed period that holds it says.

    Args:
        id: its id.
        rep: the id of the rep whose score it is.
        item: the item, factor, cap or gate that is contested; "" for the whole.
        reason: why, in the person's words.
        evidence: what shows it; one text or more.
        by: the id of the person scored.
        on: when it was filed.
        version: the number of the version that it contests.
        decision: how it was decided; none while it is not.
        withdrawn: when the person took it back; none where it stands.

    Raises:
        BadValue: nothing said, no evidence, a decision before it was filed.
        BadRule: both decided and withdrawn.
    """

    id: str = field(converter=normal_id)
    rep: str = field(converter=normal_id)
    item: str = field(converter=clean)
    reason: str = field(converter=_reason, repr=False)
    evidence: tuple[str, ...] = field(converter=texts, repr=False)
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    version: int
    decision: AppealDecision | None = None
    withdrawn: date | None = None

    def __attrs_post_init__(self) -> None:
        if self.decision is not None and self.withdrawn is not None:
            raise BadRule("decided and withdrawn", where=self.where, hint="one of them", code="closing.appeal.step")
        last = self.withdrawn if self.decision is None else self.decision.on
        if last is not None and checked_day(last) < self.on:
            raise BadValue("a step before the last one", where=self.where, hint="give its own day", code="closing.day")

    @property
    def where(self) -> str:
        """Its place, for errors."""
        return f"appeal {self.id!r}"

    @property
    def state(self) -> AppealState:
        """How far it has come."""
        if self.withdrawn is not None:
            return "withdrawn"
        if self.decision is None:
            return "open"
        return "upheld" if self.decision.upheld else "rejected"

    def decide_by(self, terms: AppealTerms) -> date:
        """Return the last day for a decision."""
        return self.on + timedelta(terms.decide_within)

    def decided(self, decision: AppealDecision) -> Appeal:
        """Return it decided.

        Raises:
            BadRule: an appeal that is no longer open.
            BadValue: a day before it was filed.
        """
        self._open()
        return evolve(self, decision=decision)

    def taken_back(self, *, by: str, on: date) -> Appeal:
        """Return it withdrawn.

        Raises:
            BadRule: an appeal that is no longer open, or somebody else's.
            BadValue: a day before it was filed.
        """
        self._open()
        if not same_person(by, self.by):
            hint = "only the person who filed it takes it back"
            raise BadRule("somebody else's appeal", where=self.where, hint=hint, code="closing.appeal.who")
        return evolve(self, withdrawn=checked_day(on))

    def _open(self) -> None:
        if self.state != "open":
            hint = "file another, if the result changed since"
            raise BadRule(f"the appeal is {self.state}", where=self.where, hint=hint, code="closing.appeal.step")

    def why(self) -> Why:
        """Return what the person reads: the state, who decided, when, and the reasons."""
        parts = []
        if self.decision is not None:
            one = self.decision
            says = "by {by} on {on}: {reason}", "{by} 于 {on} 裁定：{reason}"
            parts.append(because(*says, by=one.by, on=one.on, reason=one.reason))
        return because(
            "appeal {id} against {about}, version {version}: {state}",
            "申诉 {id}（{about}，第 {version} 版）：{state}",
            *parts,
            id=self.id,
            about=Says(self.item or "the whole score", self.item or "总分"),
            version=self.version,
            state=APPEAL_STATES[self.state],
        )
