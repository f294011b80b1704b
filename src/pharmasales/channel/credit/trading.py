"""What the compliance gate says of a buyer (购货方资质): no natural person, no licence that has expired.

>>> day = date(2026, 3, 1)
>>> [(one.rule, one.outcome) for one in trade_notes("company", date(2026, 3, 2), day)]
[('licence-expiring', 'warn')]
>>> [(one.rule, one.outcome) for one in trade_notes("company", date(2026, 2, 28), day)]
[('licence-expired', 'block')]
>>> [one.rule for one in trade_notes("individual", date(2027, 1, 1), day)]
['bill-individual', 'ship-individual']

Source: E58.
"""

from __future__ import annotations

from datetime import date

from attrs import frozen

from pharmasales.compliance.actions import Action
from pharmasales.compliance.gate import Policy
from pharmasales.compliance.policies import CN_2026
from pharmasales.display import Says, Why, because

__all__ = ["TradeNote", "trade_notes"]


@frozen
class TradeNote:
    """One clause of the gate that speaks of the buyer.

    Args:
        rule: the id of the clause.
        outcome: `warn` or `block`.
        says: why.
        cure: what to do.
    """

    rule: str
    outcome: str
    says: Says
    cure: Says

    @property
    def why(self) -> Why:
        """The reason and what to do."""
        if not self.cure.en:
            return because("{says} [{rule}]", "{says}［{rule}］", says=self.says, rule=self.rule)
        en, zh = "{says}; {cure} [{rule}]", "{says}；{cure}［{rule}］"
        return because(en, zh, says=self.says, cure=self.cure, rule=self.rule)


def trade_notes(
    party: str | None, licence_until: date | None, day: date, *, policy: Policy = CN_2026
) -> tuple[TradeNote, ...]:
    """Ask the gate whether a party may be billed and shipped to on a day.

    Args:
        party: what it is: `company`, `institution`, `individual`, `lent`; unknown parties are refused.
        licence_until: the last day of its licence; unknown is no licence.
        day: the day of the order.
        policy: the compliance policy.

    Source: E58. Raises:
        BadValue: a word that the gate does not know for a party.
        NotFound: a policy that is not in force on that day.
    """
    asked = Action("bill_to", {"party": party}), Action("ship_to", {"party": party, "licence_until": licence_until})
    found = [one for action in asked for one in policy.check(action, as_of=day).matched if one.outcome != "allow"]
    return tuple(
        TradeNote(one.clause.id, one.outcome, Says(one.why.head("en"), one.why.head("zh")), one.cure or Says("", ""))
        for one in found
    )
