"""A ready-made rule for lead scores (线索评分规则): how many hospitals, how many people, and what is sold a month.

>>> LEAD_RULE({"hospitals": 30, "people": 6, "sales": 300_000})
Decimal('75.00')
>>> print(LEAD_RULE({"hospitals": 30, "people": 6, "sales": None}))
None

Source: S000-18 names potential and network; measures, cuts and weights are ours: lay a rule of yours in their place.
"""

from __future__ import annotations

from pharmasales.rules import Bands, Field, Part, Weighted

__all__ = ["LEAD_RULE"]

LEAD_RULE = Weighted(
    [
        Part("hospitals", 50, Bands(Field("hospitals", "覆盖医院数"), ((5, 0), (20, 50)), top=100), "覆盖医院"),
        Part("people", 25, Bands(Field("people", "推广人数"), ((3, 0), (10, 50)), top=100), "推广人员"),
        Part("sales", 25, Bands(Field("sales", "月销售额"), ((100_000, 0), (500_000, 50)), top=100), "月销售额"),
    ],
    full=100,
)
"""Points of 100; a measure that nobody told leaves the score missing and is asked for first."""
