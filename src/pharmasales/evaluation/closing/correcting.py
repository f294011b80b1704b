"""Who may do what in a close, and why a closed period is corrected (更正).

>>> one = Correction("an invoice of March was booked in April", by="p2", approver="p9", on=date(2026, 4, 20))
>>> one.appeals
()
>>> Correction("a wrong goal", by="p2", approver="Ｐ2", on=date(2026, 4, 20))
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: author and approver are one @ correction; somebody else approves it [closing.approver]
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import field, frozen

from pharmasales import names
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import fold, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["Correction", "ids_once", "same_person", "stated", "texts"]


def same_person(one: str, other: str) -> bool:
    """Whether two ids are one person's: case, width and spaces make nobody another.

    >>> same_person("P2", " ｐ2 "), same_person("p2", "p3")
    (True, False)
    """
    return fold(one) == fold(other)


def stated(text: str, where: str) -> str:
    """Let a text pass that says something.

    Raises:
        BadValue: an empty text, or a refused character.
    """
    return names.stated(text, where, "closing.text")


def texts(given: Iterable[str]) -> tuple[str, ...]:
    """Let a list of texts pass that each say something, and at least one of them.

    Raises:
        BadValue: one text instead of a list, none, or an empty one.
    """
    if isinstance(given, str):
        raise BadValue("one text where a list is due", where="evidence", hint="write [text]", code="closing.text")
    found = tuple(stated(text, "evidence") for text in given)
    if not found:
        raise BadValue("no evidence", where="evidence", hint="say what shows it", code="closing.text")
    return found


def ids_once(given: Iterable[str]) -> tuple[str, ...]:
    """Return ids in their normal form, each once, in order."""
    if isinstance(given, str):
        raise BadValue("one id where a list is due", where="appeals", hint="write [id]", code="closing.text")
    return tuple(dict.fromkeys(normal_id(one, "appeals") for one in given))


def _reason(text: str) -> str:
    return stated(text, "reason")


@frozen
class Correction:
    """Why a closed period is opened again, by whom, and who agreed (重开与更正).

    Args:
        reason: why.
        by: the id of its author.
        approver: the id of who approved it; never the author.
        on: when.
        appeals: the ids of the upheld appeals that it answers.

    Raises:
        BadValue: no reason, or an id that is none.
        BadRule: author and approver are one, however the id is written.

    Source: issue 8, period close.
    """

    reason: str = field(converter=_reason, repr=False)
    by: str = field(converter=normal_id)
    approver: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    appeals: tuple[str, ...] = field(default=(), converter=ids_once)

    def __attrs_post_init__(self) -> None:
        if same_person(self.by, self.approver):
            hint = "somebody else approves it"
            raise BadRule("author and approver are one", where="correction", hint=hint, code="closing.approver")
