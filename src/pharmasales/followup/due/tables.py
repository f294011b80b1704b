"""Ready-made cadence tables (常用频率表), each with its source; a company lays down its own.

>>> CADENCE_TABLES["classes"].row("A", "", "face").text()
'grade A, face to face: 4-8 a month, 1-12 days apart'
>>> BY_SITUATION.row("", "reactivate", "face").text("zh")
'任意级别（reactivate） 面访：每周 1/2 次，间隔 7-21 天，每次 15-20 分钟'
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pharmasales.errors import NotFound
from pharmasales.followup.due.rows import CadenceRow
from pharmasales.followup.due.table import CadenceTable
from pharmasales.names import nearest

__all__ = ["BY_CLASS", "BY_SITUATION", "CADENCE_TABLES", "PHARMACIES", "cadence_table"]

BY_CLASS = CadenceTable(
    "classes",
    (CadenceRow("A", "face", 4, 8), CadenceRow("B", "face", 2, 4), CadenceRow("C", "face", 1, 2)),
    "practice P2-B: A 4-8, B 2-4, C 1-2 a month",
)
"""Doctors by class: A 4 to 8, B 2 to 4, C 1 to 2 visits a month."""

BY_SITUATION = CadenceTable(
    "situations",
    (
        CadenceRow("", "face", 2, 3, "week", stage="new", minutes=(30, 45)),
        CadenceRow("", "face", 1, 2, stage="stable", minutes=(20, 30)),
        CadenceRow("", "face", "1/2", per="week", stage="reactivate", minutes=(15, 20)),
    ),
    "practice P2-B: new and of high potential, stable, to be re-activated",
)
"""By situation: new and promising 2 to 3 a week, stable 1 to 2 a month, to be re-activated every two weeks."""

PHARMACIES = CadenceTable(
    "pharmacies",
    (CadenceRow("A", "face", 1), CadenceRow("B", "face", 1, per="quarter"), CadenceRow("C", "wechat", 1)),
    "practice P2-B: pharmacy and clinic customers",
)
"""Pharmacies and clinics: A a visit a month, B a visit a quarter, C a message a month."""

CADENCE_TABLES: Mapping[str, CadenceTable] = MappingProxyType(
    {table.name: table for table in (BY_CLASS, BY_SITUATION, PHARMACIES)}
)
"""The ready-made tables by name."""


def cadence_table(name: str) -> CadenceTable:
    """Return a ready-made table by its name.

    >>> cadence_table("clases")
    Traceback (most recent call last):
        ...
    pharmasales.errors.NotFound: no such cadence table @ cadence; did you mean "classes"? [followup.table]

    Raises:
        NotFound: no such table, with the nearest known one.
    """
    if name not in CADENCE_TABLES:
        hint = nearest(name, CADENCE_TABLES)
        raise NotFound("no such cadence table", where="cadence", hint=hint, code="followup.table")
    return CADENCE_TABLES[name]
