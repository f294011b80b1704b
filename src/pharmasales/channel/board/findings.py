"""Findings (核对发现): one leg of a sale that is missing or disagrees, with what the gate says of it.

>>> from pharmasales.compliance.policies import CN_2026
>>> place, papers = ("D1", "P1", "F1"), [("invoice", "F1-1")]
>>> found = breach("no_goods", "goods", place, date(2026, 3, 2), papers, "10 BOX", TradeGate([CN_2026]))
>>> found.rule, found.outcome, found.evidence
('sale-no-goods', 'block', (('invoice', 'F1-1'),))
>>> print(found.why)
D1, P1, invoice F1: an invoice needs its goods [sale-no-goods]
  10 BOX
  invoice F1-1
  show the delivery note, or take the invoice back with a credit note

Source: P2-F (证票账货款); "Read first" 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.channel.board.papers import TradeLicence
from pharmasales.compliance.actions import Action
from pharmasales.compliance.clauses import Outcome
from pharmasales.compliance.gate import Policy
from pharmasales.compliance.verdict import Verdict
from pharmasales.display import Says, Why, because
from pharmasales.rules.book import in_force

__all__ = ["TRADE_LEGS", "Evidence", "TradeFinding", "TradeGate", "TradeLeg", "breach", "licensed"]

TradeLeg: TypeAlias = Literal["licence", "invoice", "book", "goods", "money"]

TRADE_LEGS: Mapping[str, Says] = MappingProxyType(
    {
        "licence": Says("licence", "证"),
        "invoice": Says("invoice", "票"),
        "book": Says("book", "账"),
        "goods": Says("goods", "货"),
        "money": Says("money", "款"),
    }
)
"""The five things that must agree (证票账货款)."""

_PAPERS = MappingProxyType({**TRADE_LEGS, "receipt": Says("receipt", "收款单")})

Evidence: TypeAlias = tuple[str, str]
Place: TypeAlias = tuple[str, str, str]


@frozen
class TradeFinding:
    """One leg of a sale that is missing or disagrees (不一致). Made by `trade_consistency`.

    Args:
        leg: which of the five.
        rule: the id of the clause that spoke; "" where the policy says nothing.
        outcome: `allow`, `warn` or `block`.
        customer: id of the buyer.
        product: id of the product; "" where it is about a whole invoice or a receipt.
        invoice: the number of the invoice, or "".
        on: the day for which the gate was asked.
        evidence: kind and number of every paper that shows it.
        says: what the clause says.
        detail: the figures.
        cure: what would mend it.
    """

    leg: TradeLeg
    rule: str
    outcome: Outcome
    customer: str
    product: str
    invoice: str
    on: date
    evidence: tuple[Evidence, ...]
    says: Says
    detail: Says
    cure: Says

    @property
    def why(self) -> Why:
        """What is wrong, the figures, the papers, and what would mend it."""
        papers = Says(
            ", ".join(f"{_PAPERS[kind].en} {number}" for kind, number in self.evidence),
            "，".join(f"{_PAPERS[kind].zh} {number}" for kind, number in self.evidence),
        )
        parts = [because("{said}", "{said}", said=one) for one in (self.detail, papers, self.cure) if one.en]
        who = [self.customer, self.product] if self.product else [self.customer]
        en, zh = ", ".join(who), "，".join(who)
        where = Says(f"{en}, invoice {self.invoice}", f"{zh}，发票 {self.invoice}") if self.invoice else Says(en, zh)
        if not self.rule:
            return because("{where}: {says}", "{where}：{says}", *parts, where=where, says=self.says)
        en, zh = "{where}: {says} [{rule}]", "{where}：{says}［{rule}］"
        return because(en, zh, *parts, where=where, says=self.says, rule=self.rule)


@frozen(eq=False, repr=False)
class TradeGate:
    """The compliance gate, asked about many sales: of one buyer and day it is asked once.

    Args:
        policies: the one in force on the day of a sale is asked.
    """

    policies: Sequence[Policy]
    _told: dict[tuple[object, ...], Verdict] = field(factory=dict, init=False)

    def verdict(self, kind: str, day: date, *facts: tuple[str, object]) -> Verdict:
        """Return what the policy of a day says of an action with some facts."""
        key = (kind, day, facts)
        if key not in self._told:
            self._told[key] = in_force(self.policies, day).check(Action(kind, dict(facts)), as_of=day)
        return self._told[key]


def breach(
    word: str,
    leg: TradeLeg,
    place: Place,
    day: date,
    evidence: Iterable[Evidence],
    detail: Says | str,
    gate: TradeGate,
) -> TradeFinding:
    """Ask the gate about one disagreement.

    Args:
        word: one of the words of the fact `breach`.
        leg: which of the five.
        place: buyer, product and invoice.
        day: the day of the sale.
        evidence: kind and number of the papers.
        detail: the figures.
        gate: what is asked.
    """
    verdict = gate.verdict("close_sale", day, ("breach", word))
    says = verdict.matched[0].clause.why if verdict.matched else Says(verdict.why.head(), verdict.why.head("zh"))
    told = detail if isinstance(detail, Says) else Says(detail, detail)
    cure = verdict.cure or Says("", "")
    return TradeFinding(leg, verdict.rule, verdict.outcome, *place, day, tuple(evidence), says, told, cure)


def licensed(
    held: Sequence[TradeLicence],
    party: str | None,
    place: Place,
    day: date,
    evidence: tuple[Evidence, ...],
    gate: TradeGate,
) -> list[TradeFinding]:
    """Ask the gate whether the buyer could be sold to on the day: its kind, its licence and the scope of it.

    Args:
        held: the licences of the buyer.
        party: what the buyer is.
        place: buyer, product and invoice; without a product the scope is not asked for.
        day: the day of the sale.
        evidence: the papers of the sale.
        gate: what is asked.
    """
    papers = (
        *evidence,
        *(("licence", one.number or "-") for one in sorted(held, key=lambda one: (one.until, one.number))),
    )
    valid = [one for one in held if one.on(day)]
    right = [one for one in valid if not place[1] or one.covers(place[1])]
    found: list[TradeFinding] = []
    if valid and not right:
        found.append(breach("outside_scope", "licence", place, day, papers, "", gate))
    if held and all(one.since is not None and day < one.since for one in held):
        first = min(one.since for one in held if one.since is not None)
        detail = Says(f"it began on {first}", f"证照自 {first} 起生效")
        return [*found, breach("before_licence", "licence", place, day, papers, detail, gate)]
    until = _until(held, right or valid, day)
    detail = Says("", "") if until is None else Says(f"valid until {until}", f"有效期至 {until}")
    billed = gate.verdict("bill_to", day, ("party", party))
    for verdict in (billed, gate.verdict("ship_to", day, ("party", party), ("licence_until", until))):
        if verdict.outcome != "allow":
            says, cure = Says(verdict.why.head(), verdict.why.head("zh")), verdict.cure or Says("", "")
            found.append(
                TradeFinding("licence", verdict.rule, verdict.outcome, *place, day, papers, says, detail, cure)
            )
            if verdict.outcome == "block":
                break  # who may not be billed at all is not asked for a licence too
    return found


def _until(held: Sequence[TradeLicence], valid: Sequence[TradeLicence], day: date) -> date | None:
    """Return the last day of what is valid, renewals that follow without a gap counted; else the last day there was."""
    if not valid:
        return max((one.until for one in held if one.until < day), default=None)
    last = max(one.until for one in valid)
    for one in sorted(held, key=lambda one: one.until):
        if one.since is not None and one.until > last and (one.since - last).days <= 1:
            last = one.until
    return last
