"""What is agreed, and the steps towards it (目标内容与签订步骤): terms, steps, versions and their states.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import BOX
>>> halves = [(Quarter(2027, n), Amount.of(5, BOX)) for n in (1, 2)]
>>> GoalTerms(Amount.of(10, BOX), halves).parts[1]
(period('2027-Q2'), Amount('5 BOX'))
>>> AGREEMENT_STATES["in_force"].zh
'已生效'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import clean, normal_id
from pharmasales.periods import Period
from pharmasales.splits import one_unit
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

if TYPE_CHECKING:
    from pharmasales.goals.decomposing.decomposition import Decomposition

__all__ = ["AGREEMENT_STATES", "AgreedVersion", "AgreementStep", "GoalTerms", "State"]

State: TypeAlias = Literal[
    "draft", "proposed", "accepted", "approved", "in_force", "rejected", "withdrawn", "superseded"
]

AGREEMENT_STATES: Mapping[str, Says] = MappingProxyType(
    {
        "draft": Says("draft", "草稿"),
        "proposed": Says("proposed", "已提出"),
        "accepted": Says("accepted by its owner", "责任人已确认"),
        "approved": Says("approved by the manager above", "上级已批准"),
        "in_force": Says("in force", "已生效"),
        "rejected": Says("rejected", "已退回"),
        "withdrawn": Says("withdrawn", "已撤回"),
        "superseded": Says("superseded by a later version", "已被新版本取代"),
    }
)
"""The states of a version."""


def _parts(given: Iterable[tuple[Period, Amount]]) -> tuple[tuple[Period, Amount], ...]:
    return tuple((bucket, part) for bucket, part in given)


@frozen
class GoalTerms:
    """What is agreed (目标内容): an amount, and its parts by bucket.

    Args:
        amount: the whole amount.
        parts: the amount of each bucket, which add up to the whole; none where it is not cut.

    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.units import BOX
    >>> GoalTerms(Amount.of(10, BOX), ((Quarter(2027, 1), Amount.of(9, BOX)),))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: parts that do not add up to the amount @ terms; correct one of them [goals.sum]

    Raises:
        BadRule: parts that do not add up to the amount, or two of one bucket.
        NotComparable: parts of another unit.
    """

    amount: Amount
    parts: tuple[tuple[Period, Amount], ...] = field(default=(), converter=_parts)

    def __attrs_post_init__(self) -> None:
        one_unit([self.amount, *(part for _, part in self.parts)], "terms")
        if len({bucket for bucket, _ in self.parts}) < len(self.parts):
            raise BadRule("two parts of one bucket", where="terms", hint="keep one", code="goals.twins")
        if self.parts and Amount.total((part for _, part in self.parts), self.amount.unit) != self.amount:
            hint = "correct one of them"
            raise BadRule("parts that do not add up to the amount", where="terms", hint=hint, code="goals.sum")

    @classmethod
    def of(cls, goals: Decomposition, node_id: str) -> GoalTerms:
        """Take the terms of a node from a plan.

        Raises:
            NotFound: no such node.
        """
        return cls(goals.amount(node_id), [(bucket, goals.amount(node_id, bucket)) for bucket in goals.buckets])


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise BadValue("one text where a list is due", where="commitments", hint="write [text]", code="text")
    return tuple(clean(text, "commitments") for text in given)


@frozen
class AgreementStep:
    """One step of an agreement (签订步骤): who did what, when and why.

    Args:
        action: what was done: `draft`, `propose`, `accept`, `approve`, `enforce`, `reject`, `withdraw`, `supersede`.
        by: the id of who did it.
        on: when.
        reason: why, in the person's words.
        commitments: what the person promised with it (承诺), in the person's words.
    """

    action: str
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    reason: str = field(default="", converter=clean, repr=False)
    commitments: tuple[str, ...] = field(default=(), converter=_texts, repr=False)


@frozen
class AgreedVersion:
    """One version of a goal on its way (目标版本).

    Args:
        number: 1 for the first.
        terms: what it says.
        state: one of `AGREEMENT_STATES`.
        steps: what was done to it, in order.
        answer_by: the last day on which its owner is to answer a proposal.
    """

    number: int
    terms: GoalTerms
    state: State
    steps: tuple[AgreementStep, ...]
    answer_by: date | None = None

    def signed(self, action: str) -> AgreementStep | None:
        """Return the step by which it was accepted, approved and so on; none where that has not happened."""
        return next((step for step in self.steps if step.action == action), None)
