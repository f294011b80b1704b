"""What a goal rests on beside its figures (定性依据): notes on where the owner stands, standards and their evidence.

>>> Standard("everybody passes the product test", [Evidence("list-7", date(2027, 3, 1), "m1")]).met
True

Source: S004-27, S004-28.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.names import clean, normal_id

__all__ = ["Evidence", "Standard", "Swot", "a_day", "optional_id", "texts"]


def texts(given: Iterable[str]) -> tuple[str, ...]:
    """Read several texts; one alone is refused, because it would be taken letter by letter."""
    if isinstance(given, str):
        raise BadValue("one text where several are due", hint="write a list", code="goals.texts")
    return tuple(clean(text) for text in given)


def a_day(given: date) -> date:
    """Read a day; a moment is none."""
    if type(given) is not date:
        raise BadValue(f"{type(given).__name__} where a day is due", hint="write date(2027, 1, 31)", code="goals.day")
    return given


def optional_id(text: str) -> str:
    """Read an id, or none."""
    return normal_id(text) if text else ""


def _said(text: str) -> str:
    if not clean(text).strip():
        raise BadValue("empty where words are due", code="text.empty")
    return text


@frozen
class Swot:
    """Notes on where the owner stands (SWOT分析): strengths, weaknesses, opportunities, threats, each a few lines.

    >>> Swot(strengths=["in the reimbursement list"]).table().rows
    [(Says(en='strength', zh='优势'), 'in the reimbursement list')]

    Source: S004-27.
    """

    strengths: tuple[str, ...] = field(default=(), converter=texts, repr=False)
    weaknesses: tuple[str, ...] = field(default=(), converter=texts, repr=False)
    opportunities: tuple[str, ...] = field(default=(), converter=texts, repr=False)
    threats: tuple[str, ...] = field(default=(), converter=texts, repr=False)

    def table(self) -> Table:
        """Return one row a note."""
        sides = (
            (Says("strength", "优势"), self.strengths),
            (Says("weakness", "劣势"), self.weaknesses),
            (Says("opportunity", "机会"), self.opportunities),
            (Says("threat", "威胁"), self.threats),
        )
        columns = (Column("side", "Side", "方面"), Column("note", "Note", "说明"))
        return Table(
            "swot", Says("SWOT", "SWOT 分析"), columns, [(side, note) for side, notes in sides for note in notes]
        )


@frozen
class Evidence:
    """What shows that a standard is met (佐证): a document, and once somebody has checked it, when and who.

    Args:
        document: the id of the document, such as an attendance list.
        on: the day on which it was checked.
        checked_by: the id of who checked it.

    Raises:
        BadValue: a day without a person, or the other way round.
    """

    document: str = field(converter=normal_id)
    on: date | None = field(default=None, converter=optional(a_day))
    checked_by: str = field(default="", converter=optional_id)

    def __attrs_post_init__(self) -> None:
        if (self.on is None) == bool(self.checked_by):
            where, hint = f"evidence {self.document!r}", "give both, or neither"
            raise BadValue("checked by nobody or on no day", where=where, hint=hint, code="goals.evidence")


def _evidence(given: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(given)


@frozen
class Standard:
    """What a qualitative goal is judged by (定性目标的标准), and the evidence that it is met.

    Args:
        says: the standard, in words that two people would judge alike.
        evidence: the documents that are to show it, named beforehand and checked in time.

    >>> Standard("everybody passes the product test", [Evidence("list-7", date(2027, 3, 1), "m1")]).met
    True

    Source: S004-28.
    """

    says: str = field(converter=_said, repr=False)
    evidence: tuple[Evidence, ...] = field(default=(), converter=_evidence)

    @property
    def met(self) -> bool:
        """Whether all its evidence has been checked; never without any."""
        return bool(self.evidence) and all(one.checked_by for one in self.evidence)
