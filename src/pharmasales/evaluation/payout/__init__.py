"""Payout (奖金): what is paid for a result, for those whose role allows it; law is asked elsewhere.

A `PayoutCurve` (奖金曲线) has threshold, target, excellence and cap; a `TierTable` (提成表) is flat, marginal or
interpolated; a `PayoutPlan` pays parts or a blend behind gates; `settle` pays a year in instalments; `what_if`,
`cliffs` and `percent_table` say what a figure more would bring.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.evaluation.payout.building import payout_curve, rate_above, shaped_curve
    from pharmasales.evaluation.payout.curves import PAYOUT_SHAPES, PayoutCurve, PayoutShape
    from pharmasales.evaluation.payout.paid import PaidPart, Payout, Payouts
    from pharmasales.evaluation.payout.paying import pay
    from pharmasales.evaluation.payout.payout_data import (
        pays_data,
        plan_data,
        plan_from_data,
        plan_toml,
        read_pays,
        read_plan,
    )
    from pharmasales.evaluation.payout.plans import PayGate, PayoutPlan, PayPart, Pays
    from pharmasales.evaluation.payout.settling import Clawback, Installment, PayBasis, Settlement, settle
    from pharmasales.evaluation.payout.sharing import SharedOut, share_out
    from pharmasales.evaluation.payout.stages import Stage
    from pharmasales.evaluation.payout.steps import Cliff, NextUnit, cliffs, next_unit, percent_table, what_if
    from pharmasales.evaluation.payout.tier import Tier, TierMethod
    from pharmasales.evaluation.payout.tiers import SharedEnd, TierTable

__all__ = [
    "PAYOUT_SHAPES",
    "Clawback",
    "Cliff",
    "Installment",
    "NextUnit",
    "PaidPart",
    "PayBasis",
    "PayGate",
    "PayPart",
    "Payout",
    "PayoutCurve",
    "PayoutPlan",
    "PayoutShape",
    "Payouts",
    "Pays",
    "Settlement",
    "SharedEnd",
    "SharedOut",
    "Stage",
    "Tier",
    "TierMethod",
    "TierTable",
    "cliffs",
    "next_unit",
    "pay",
    "payout_curve",
    "pays_data",
    "percent_table",
    "plan_data",
    "plan_from_data",
    "plan_toml",
    "rate_above",
    "read_pays",
    "read_plan",
    "settle",
    "shaped_curve",
    "share_out",
    "what_if",
]

_MODULES = {
    "building": "payout_curve rate_above shaped_curve",
    "curves": "PAYOUT_SHAPES PayoutCurve PayoutShape",
    "tier": "Tier TierMethod",
    "tiers": "SharedEnd TierTable",
    "plans": "PayGate PayPart PayoutPlan Pays",
    "paying": "pay",
    "paid": "PaidPart Payout Payouts",
    "stages": "Stage",
    "settling": "Clawback Installment PayBasis Settlement settle",
    "steps": "Cliff NextUnit cliffs next_unit percent_table what_if",
    "sharing": "SharedOut share_out",
    "payout_data": "pays_data plan_data plan_from_data plan_toml read_pays read_plan",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
