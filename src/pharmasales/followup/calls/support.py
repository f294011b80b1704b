"""Support of customers (学术支持): data, guidelines, news, literature, help; given for its own sake.

There is no field for what the customer buys or prescribes, and support that depends on it is refused.

>>> from pharmasales.compliance import CN_2020
>>> paper = Support("U1", "r1", "c1", "literature", date(2026, 3, 4))
>>> give_support(paper, gate=CN_2020, role="medical_rep", tied_to_sales=False).outcome
'allow'
>>> give_support(paper, gate=CN_2020, role="medical_rep", tied_to_sales=True)
Traceback (most recent call last):
    ...
pharmasales.errors.Blocked: support is never linked to sales @ support 'U1'; give it whatever is bought or prescribed \
[blocked.give-tied]

Source: S002-13.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.compliance import Action, Policy, Verdict
from pharmasales.display import Says
from pharmasales.errors import Blocked
from pharmasales.followup.calls.words import known_word
from pharmasales.names import clean, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["SUPPORT_KINDS", "Support", "give_support"]

SUPPORT_KINDS: Mapping[str, Says] = MappingProxyType(
    {
        "literature": Says("literature", "文献"),
        "data": Says("data", "数据资料"),
        "guideline": Says("guideline", "指南"),
        "meeting_news": Says("news of meetings", "会议资讯"),
        "research": Says("help with research", "科研协助"),
        "paper": Says("help with a paper", "论文协助"),
        "department_talk": Says("department talk", "科室会"),
        "case_talk": Says("talk about cases", "病例讨论"),
    }
)
"""The kinds of support (S002-13); money, donations and sponsorship are none of them."""


def _kind(word: str) -> str:
    return known_word(SUPPORT_KINDS, "support")(word)


@frozen
class Support:
    """One entry of the support log (支持记录).

    Args:
        id: its own id.
        rep: the id of who gives it.
        customer: the id of who gets it.
        kind: one of `SUPPORT_KINDS`.
        day: when.
        text: what it is.
    """

    id: str = field(converter=normal_id)
    rep: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    kind: str = field(converter=_kind)
    day: date = field(converter=checked_day)
    text: str = field(default="", converter=clean, repr=False)


def give_support(
    support: Support, *, gate: Policy, role: str, tied_to_sales: bool | None, recipient: str = "individual"
) -> Verdict:
    """Ask the gate about support, as literature; whatever the gate says, it is refused where it is tied to sales.

    Args:
        support: the entry.
        gate: the compliance policy of the day.
        role: what the rep is to the law, or "" where nobody has said.
        tied_to_sales: whether it depends on what is bought or prescribed; none where nobody has said.
        recipient: `individual`, `department` or `institution`.

    Raises:
        Blocked: it is tied to sales.
        NotFound: the policy is not in force on that day.
        BadValue: an unknown word.
    """
    facts = {"kind": "literature", "recipient": recipient, "role": role, "by": support.rep}
    verdict = gate.check(Action("give", {**facts, "tied_to_sales": tied_to_sales}), as_of=support.day)
    if tied_to_sales:
        hint, where = "give it whatever is bought or prescribed", f"support {support.id!r}"
        raise Blocked("support is never linked to sales", rule="give-tied", where=where, hint=hint)
    return verdict
