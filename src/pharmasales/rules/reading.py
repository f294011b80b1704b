"""What a rule is made of (规则组成): the rule and all its parts, and the fields that it reads.

>>> from pharmasales.rules import Bands, Ratio
>>> [of.name for of in fields_of(Bands(Ratio(Field("ours"), Field("all")), ((1, "low"),), top="high"))]
['ours', 'all']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import fields, has

from pharmasales.display import Says
from pharmasales.rules.shapes import Part
from pharmasales.rules.terms import Field

__all__ = ["fields_of", "parts_of", "words_of"]


def parts_of(rule: object) -> Iterator[object]:
    """Yield a rule and everything that it is made of, in the order of its parts."""
    stack = [rule]
    while stack:
        found = stack.pop()
        yield found
        if isinstance(found, tuple):
            stack.extend(reversed(found))
        elif has(type(found)):
            parts = fields(type(found))  # type: ignore[arg-type] # `has` was asked
            stack.extend(getattr(found, part.name) for part in reversed(parts))


def fields_of(rule: object) -> Iterator[Field]:
    """Yield the fields that a rule reads, in the order of its parts; one that is read twice comes twice."""
    return (part for part in parts_of(rule) if isinstance(part, Field))


def words_of(rule: object) -> Mapping[str, Says]:
    """Return how tables call the fields and the measures of a rule, by name; a measure goes before a field of its name.

    >>> words_of(Field("staff", "人员"))["staff"].text("zh")
    '人员'
    """
    named = sorted(
        (part for part in parts_of(rule) if isinstance(part, Field | Part)), key=lambda part: isinstance(part, Part)
    )
    return {one.name: Says(one.name, one.zh or one.name) for one in named}
