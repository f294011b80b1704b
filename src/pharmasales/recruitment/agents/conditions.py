"""Hard conditions (硬性条件): what no points make good, such as a licence; told as plain values, or by the gate.

>>> from datetime import date
>>> from pharmasales.compliance import CN_2026, Action
>>> asked = Action("ship_to", {"party": "company", "licence_until": date(2026, 1, 31)})
>>> found = condition_of("D1", "licence", CN_2026.check(asked, as_of=date(2026, 3, 2)))
>>> found.outcome, found.why.text()[:23], found.cure.text()
('block', 'the licence has expired', 'file the renewed licence')

Source: S001-9, E58 (a natural person is a contact, never the buyer; a licence counts through its last day).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.compliance.clauses import Outcome
from pharmasales.compliance.verdict import OUTCOMES, Verdict
from pharmasales.display import Says, Why, because
from pharmasales.errors import BadRule
from pharmasales.names import nearest, normal_id

__all__ = ["CONDITIONS", "HardCondition", "condition_of", "condition_says"]

CONDITIONS: Mapping[str, Says] = MappingProxyType(
    {
        "buyer": Says("a licensed firm buys, no natural person", "购货方为持证企业"),
        "licence": Says("the licence is valid", "证照有效"),
    }
)
"""What every dealer must meet unless you say otherwise."""


@frozen
class HardCondition:
    """Whether one dealer meets one hard condition (硬性条件).

    Args:
        dealer: id of the dealer.
        key: the key of the condition.
        outcome: `allow`: met; `warn`: met for now; `block`: not met.
        why: the reason.
        cure: what would make it met, where anything does.

    Raises:
        BadRule: an unknown outcome.
    """

    dealer: str = field(converter=normal_id)
    key: str = field(converter=normal_id)
    outcome: Outcome = field()
    why: Why = field(repr=False)
    cure: Says | None = field(default=None, repr=False)

    @outcome.validator
    def _known(self, _attribute: object, outcome: str) -> None:
        if outcome not in OUTCOMES:
            hint = nearest(str(outcome), OUTCOMES)
            raise BadRule("no such outcome", where=f"condition {self.key}", hint=hint, code="agents.condition")

    @property
    def told(self) -> Why:
        """Whether it is met, with the reason, and what would make it met."""
        en, zh = _TOLD[self.outcome]
        if self.cure:
            en, zh = f"{en}; {{cure}}", f"{zh}；{{cure}}"
        return because(en, zh, self.why, key=condition_says(self.key), cure=self.cure)


_TOLD: Mapping[Outcome, tuple[str, str]] = {
    "allow": ("met: {key}", "满足：{key}"),
    "warn": ("{key}, met for now", "{key}：暂时满足"),
    "block": ("not met: {key}", "未满足：{key}"),
}


def condition_says(key: str) -> Says:
    """Return the words of a condition; of one of your own the key itself.

    >>> condition_says("licence").zh, condition_says("no rival").zh
    ('证照有效', 'no rival')
    """
    return CONDITIONS.get(key, Says(key, key))


def condition_of(dealer: str, key: str, verdict: Verdict) -> HardCondition:
    """Return what the gate says as a hard condition.

    Args:
        dealer: id of the dealer.
        key: the key of the condition.
        verdict: what the gate said of the action that the dealer would take part in.
    """
    return HardCondition(dealer, key, verdict.outcome, verdict.why, verdict.cure)
