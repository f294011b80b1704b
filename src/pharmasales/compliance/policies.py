"""The policies that come with the library (政策), to be asked as they are or to lay a company's own over.

`NONE` allows everything and says so. `CN-2020` holds what Chinese drug law asks of promotion and trade. `CN-2026` lays
over it the law of personal data, the 2025 law on unfair competition and the lead sources. They state public law as the
sources of this library name it; they are no legal advice, and limits that no law fixes are yours to set.

>>> policy("CN-2026").since
datetime.date(2025, 10, 15)
>>> policy("CN2026")
Traceback (most recent call last):
    ...
pharmasales.errors.NotFound: no such policy @ policy; did you mean "CN-2026"? [policy.name]

Source: "Read first" 4-6, table P1-C, practice files P2-I and P2-N.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from pharmasales.compliance import china_data, china_leads, china_promotion, china_sales, china_trade
from pharmasales.compliance.gate import Policy
from pharmasales.display import Says
from pharmasales.errors import NotFound
from pharmasales.names import nearest

__all__ = ["CN_2020", "CN_2026", "NONE", "POLICIES", "company_policy", "policy"]

NONE = Policy("NONE", "1", (), note=Says("no policy: everything is allowed", "无政策：一切允许"))
"""No policy: everything is allowed, and every verdict says that nothing was asked."""

CN_2020 = Policy(
    "CN-2020",
    "1",
    (*china_promotion.CLAUSES, *china_trade.CLAUSES, *china_sales.CLAUSES),
    since=date(2020, 12, 1),
    note=Says(
        "filing of medical reps (NMPA 2020 no. 105), drug administration law, advertising law",
        "医药代表备案管理办法（试行）（国家药监局 2020 年第 105 号）、药品管理法、广告法",
    ),
    limits={"licence_warn_days": 30},
)
"""China since 1 December 2020: roles of reps, prescriptions, gifts, licences, advertisements."""

CN_2026 = Policy(
    "CN-2026",
    "1",
    (*china_data.CLAUSES, *china_leads.CLAUSES, *china_trade.CLAUSES_2025),
    since=date(2025, 10, 15),
    note=Says(
        "CN-2020 with the personal information protection law, the 2025 unfair competition law, the SAMR guide of 2025"
        " and the lead sources",
        "在 CN-2020 之上增加个人信息保护法、2025 年修订反不正当竞争法、市场监管总局 2025 年合规指引及线索来源",
    ),
).over(CN_2020)
"""China since 15 October 2025: CN-2020 with personal data, unfair competition and the lead sources."""

POLICIES: Mapping[str, Policy] = MappingProxyType({one.name: one for one in (NONE, CN_2020, CN_2026)})
"""The policies of this library by name."""


def policy(name: str) -> Policy:
    """Return a policy of this library by its name.

    Raises:
        NotFound: no such policy, with the nearest known one.
    """
    if name not in POLICIES:
        raise NotFound("no such policy", where="policy", hint=nearest(name, POLICIES), code="policy.name")
    return POLICIES[name]


def company_policy(text: str) -> Policy:
    r"""Read a company's own policy from TOML; its `base` may be any policy of this library.

    >>> company_policy('name = "Example Pharma"\nversion = "1"\nbase = "CN-2026"').since
    datetime.date(2025, 10, 15)

    Raises:
        BadConfig: as `Policy.from_toml`.
    """
    return Policy.from_toml(text, POLICIES.values())
