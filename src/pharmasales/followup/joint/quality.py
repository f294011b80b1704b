"""The quality of a joint visit (协访质量): what came of it, in parts that everybody can see; never how many there were.

What is not known yet counts neither for nor against: its weight goes to the other parts. The score is about a visit and
ranks nobody.

>>> [part.name for part in JOINT_QUALITY.parts]
['answered', 'kept', 'followed', 'effect']
>>> JOINT_QUALITY({"answered": 1, "kept": "0.5", "followed": None, "effect": None})
Decimal('75.00')

Source: S003-2 (effect, suggestions adopted), S003-5 (content over form, quality over counts), S003-13.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Column, Says, Table, Why
from pharmasales.errors import BadValue
from pharmasales.followup.joint.dealer_joint import DealerJoint
from pharmasales.followup.joint.effects import Effect
from pharmasales.rules import Field, Part, Weighted, explain
from pharmasales.units import ratio
from pharmasales.yearplan import checked_day

__all__ = ["JOINT_QUALITY", "JointQuality", "joint_quality", "joint_quality_table"]

JOINT_QUALITY: Weighted = Weighted(
    [
        Part("answered", 25, Field("answered", "问题解答率"), zh="问题解答"),
        Part("kept", 25, Field("kept", "行动按期率"), zh="行动按期"),
        Part("followed", 25, Field("followed", "后续协访"), zh="后续协访"),
        Part("effect", 25, Field("effect", "效果改善率"), zh="效果"),
    ],
    missing="reweight",
)
"""The parts of the score and their weights; the sources name none, so these are for a company to replace."""


@frozen
class JointQuality:
    """The quality of one joint visit on a day.

    Args:
        visit: the id of the joint visit.
        as_of: the day.
        parts: what each part is, exactly; missing where it is not known yet.
        rule: the parts and their weights.
    """

    visit: str
    as_of: date
    parts: Mapping[str, Fraction | None] = field(hash=False)
    rule: Weighted = field(repr=False)

    @property
    def score(self) -> Decimal | None:
        """The score out of 100 with two decimals; missing where no part is known."""
        return self.rule(self.parts)

    @property
    def why(self) -> Why:
        """Each part with its weight and points."""
        return explain(self.rule, self.parts)

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that are not known yet."""
        return tuple(name for name, value in self.parts.items() if value is None)


def joint_quality(
    joint: DealerJoint,
    *,
    as_of: date,
    effects: Iterable[Effect] = (),
    others: Iterable[DealerJoint] = (),
    rule: Weighted = JOINT_QUALITY,
) -> JointQuality:
    """Score what came of a dealer joint visit (协访质量评分).

    The parts, each a ratio from 0 to 1: `answered`, the customer's questions answered there and then over all; `kept`,
    the actions reported as done by their day, and not taken back since, over those due; `followed`, whether the
    follow-up joint visit that was agreed has been held; `effect`, the measures that became better over those whose
    effect is known. Each is missing where its whole is zero or its day has not come.

    Args:
        joint: the visit; before its debrief is signed nothing is known.
        as_of: the day; what happened later does not count.
        effects: its measures before and after; of this visit's day.
        others: the other joint visits, among which the follow-up is looked for: held, the same customer, after this
            one and by the day agreed.
        rule: the parts and their weights.

    Raises:
        BadValue: `as_of` is no plain date, or an effect is that of another day.
    """
    checked_day(as_of)
    measured = list(effects)
    if any(one.day != joint.visit.day for one in measured):
        where, hint = f"joint visit {joint.visit.id!r}", f"the visit was on {joint.visit.day}"
        raise BadValue("an effect of another day", where=where, hint=hint, code="followup.joint.effect")
    parts = MappingProxyType(
        {
            "answered": _answered(joint),
            "kept": _kept(joint, as_of),
            "followed": _followed(joint, list(others), as_of),
            "effect": _effect(measured),
        }
    )
    return JointQuality(joint.visit.id, as_of, parts, rule)


def _answered(joint: DealerJoint) -> Fraction | None:
    found = joint.signed_debrief
    return ratio(sum(one.answered for one in found.questions), len(found.questions)) if found else None


def _kept(joint: DealerJoint, as_of: date) -> Fraction | None:
    found = joint.signed_debrief
    if found is None:
        return None
    due = {action.id: action.due for action in found.actions if action.due is not None and action.due <= as_of}
    first: dict[str, date] = {}
    for report in joint.reports:
        if report.on <= as_of:
            if report.adopted:
                first.setdefault(report.action, report.on)
            else:
                first.pop(report.action, None)
    return ratio(sum(action in first and first[action] <= day for action, day in due.items()), len(due))


def _followed(joint: DealerJoint, others: Sequence[DealerJoint], as_of: date) -> Fraction | None:
    found = joint.signed_debrief
    day = found.follow_up if found else None
    if day is None:
        return None
    held = any(_follows(joint, other, min(day, as_of)) for other in others)
    return Fraction(1) if held else Fraction(0) if day < as_of else None


def _follows(joint: DealerJoint, other: DealerJoint, until: date) -> bool:
    same = other.visit.customer == joint.visit.customer and other.terms.dealer == joint.terms.dealer
    return same and other.held and joint.visit.day < other.visit.day <= until


def _effect(effects: Iterable[Effect]) -> Fraction | None:
    known = [one.improved for one in effects if one.improved is not None]
    return ratio(sum(known), len(known))


def joint_quality_table(scored: Iterable[JointQuality]) -> Table:
    """Return a row a visit as table `joint_quality`, in the order given; it names nobody and ranks nobody."""
    columns = (
        Column("visit_id", "Joint visit", "协访编号"),
        Column("as_of", "As of", "截至", "date"),
        Column("score", "Score", "得分", "number"),
        Column("answered", "Answered", "问题解答率", "ratio"),
        Column("kept", "Actions kept", "行动按期率", "ratio"),
        Column("followed", "Followed up", "后续协访", "ratio"),
        Column("effect", "Improved", "效果改善率", "ratio"),
        Column("why", "Why", "说明", "why"),
    )
    rows = [(one.visit, one.as_of, one.score, *one.parts.values(), one.why) for one in scored]
    return Table("joint_quality", Says("Quality of joint visits", "协访质量"), columns, rows)
