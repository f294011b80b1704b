"""The ready-made methods of classification (现成分级方案), by name.

>>> METHODS["doctor_matrix"].rule(use=50, potential=100)({"use": 80, "potential": 150})
'B'
>>> METHODS["doctor_matrix"].rule(use=50)
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: a cut point is due: potential from which it is high @ doctor_matrix.potential [grade.cut]
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pharmasales.classification.grade import Scheme
from pharmasales.classification.schemes.agents import AGENT, DEALER_STAGE
from pharmasales.classification.schemes.doctor_marks import DOCTOR_VALUE, THREE_P
from pharmasales.classification.schemes.doctors import DOCTOR_MATRIX, NINE_GRID, ZONE
from pharmasales.classification.schemes.hospitals import HOSPITAL, MARKET_PRODUCT
from pharmasales.classification.schemes.lists import BEST, WORST
from pharmasales.classification.schemes.methods import Method
from pharmasales.classification.schemes.relations import RELATION_STAGE, RETENTION
from pharmasales.classification.schemes.volume import ABC, DECILE, DECILE_VOLUME, VIP
from pharmasales.display import Column, Says, Table
from pharmasales.errors import NotFound
from pharmasales.names import nearest

__all__ = ["METHODS", "SCHEMES", "USAGE", "WORDS", "method", "methods_table"]

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        one.name: one
        for one in (
            ABC,
            DECILE,
            DECILE_VOLUME,
            VIP,
            DOCTOR_MATRIX,
            NINE_GRID,
            ZONE,
            THREE_P,
            DOCTOR_VALUE,
            HOSPITAL,
            MARKET_PRODUCT,
            AGENT,
            DEALER_STAGE,
            RETENTION,
            RELATION_STAGE,
            BEST,
            WORST,
        )
    }
)
"""Every ready-made method by the name of its scheme; read-only."""

SCHEMES: Mapping[str, Scheme] = MappingProxyType({name: one.scheme for name, one in METHODS.items()})
"""The schemes of the ready-made methods by name."""

USAGE: frozenset[str] = frozenset(read.name for one in METHODS.values() for read in one.fields if read.usage)
"""The fields that tell what one doctor prescribes or uses, in any ready-made method."""


WORDS: frozenset[str] = frozenset(read.name for one in METHODS.values() for read in one.fields if read.words)
"""The fields that hold a text, in any ready-made method; all others hold numbers, or yes and no."""


def method(name: str) -> Method:
    """Return the ready-made method of that name.

    >>> method("nine_grid").scheme.letters
    ('A', 'B', 'C')

    Raises:
        NotFound: no such method, with the nearest known one.
    """
    if name not in METHODS:
        raise NotFound("no such method", where=name, hint=nearest(name, METHODS), code="grade.method")
    return METHODS[name]


def methods_table() -> Table:
    """Return the methods: name, Chinese name, letters best first, fields, cut points that must be given."""
    rows = [
        (
            one.name,
            one.scheme.zh,
            " > ".join(one.scheme.letters),
            ", ".join(read.name for read in one.fields),
            ", ".join(cut.name for cut in one.cuts if cut.name not in one.defaults),
        )
        for one in METHODS.values()
    ]
    return Table("methods", Says("Ready-made methods", "现成分级方案"), _COLUMNS, rows)


_COLUMNS = (
    Column("scheme", "Scheme", "方案"),
    Column("name", "Chinese name", "名称"),
    Column("letters", "Letters", "级别"),
    Column("fields", "Fields", "读取"),
    Column("cuts", "To be given", "须设定"),
)
