"""What a method of classification reads (读取的字段): each field with its Chinese name, what it holds and may hold.

>>> Reads("beds", "床位数", Says("beds", "床位"), least=0).allowed
'0 or more'
"""

from __future__ import annotations

from attrs import frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.rules import Field, Label
from pharmasales.rules.terms import number

__all__ = ["TIER", "Reads", "marks_of"]


@frozen
class Reads:
    """One field of a record that a method reads.

    Args:
        name: its name in the record.
        zh: its Chinese name.
        holds: what it holds, with its unit.
        values: the only values that it may have; any number where empty.
        least: the least number that it may be.
        most: the greatest.
        usage: whether it tells what one doctor prescribes or uses; a policy may forbid that it is read.
        place: whether it is told of the hospital, so that a doctor has it from where the doctor works.
    """

    name: str
    zh: str
    holds: Says
    values: tuple[Label | bool, ...] = ()
    least: int | None = None
    most: int | None = None
    usage: bool = False
    place: bool = False

    @property
    def term(self) -> Field:
        """The term that reads it."""
        return Field(self.name, self.zh)

    @property
    def words(self) -> bool:
        """Whether it holds a text, not a number."""
        return any(isinstance(value, str) for value in self.values)

    @property
    def allowed(self) -> str:
        """The values that it may have, in words; empty where any number may stand."""
        if self.values:
            return ", ".join(str(value).lower() if isinstance(value, bool) else str(value) for value in self.values)
        if self.most is not None:
            return f"{self.least} to {self.most}"
        return "" if self.least is None else f"{self.least} or more"

    def check(self, record: object) -> None:
        """Refuse a value that the method does not know; a missing one is no error.

        >>> Reads("behaviour", "处方行为", Says("1 to 3", "1 至 3"), values=(1, 2, 3)).check({"behaviour": 4})
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadValue: not a value of this field @ behaviour; one of 1, 2, 3 [grade.value]

        Raises:
            BadValue: a record without the field, or a value that is none of its own.
        """
        found = self.term(record)
        if found is None or not self.allowed:
            return
        if not self._holds(found):
            hint = f"one of {self.allowed}" if self.values else self.allowed
            raise BadValue("not a value of this field", where=self.name, hint=hint, code="grade.value")

    def _holds(self, found: object) -> bool:
        if self.values:
            return found in self.values and isinstance(found, bool) <= isinstance(self.values[0], bool)
        value = number(found, self.name)
        low, high = self.least, self.most
        return value is None or ((low is None or value >= low) and (high is None or value <= high))


_HOLDS_TIER = Says("tier of the hospital, 0 for unrated", "医院级别，0 为未定级")
TIER = Reads("tier", "医院级别", _HOLDS_TIER, values=(3, 2, 1, 0), place=True)
"""The tier (级) of a hospital, as `tier_of` reads it from a level."""


def marks_of(name: str, zh: str, en: str, said: str, *, usage: bool = False) -> Reads:
    """Return a field that is marked out of a hundred.

    >>> marks_of("keenness", "积极性", "keenness", "积极性").allowed
    '0 to 100'
    """
    holds = Says(f"{en}, marks out of 100", f"{said}，百分制")
    return Reads(name, zh, holds, least=0, most=100, usage=usage)
