"""Rows that the rule itself answers (逐行计算): text in a number column, odd floats, huge values; and reasons.

Equal rows are answered once. Every row that the rule refuses is gathered, with its number counted from 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

from pharmasales.display import Lang
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.rules import Rule, explain
from pharmasales.rules.terms import number

__all__ = ["BatchRows", "answers_of", "as_float", "as_whole", "bad_rows", "reasons_of", "told"]

_MOST, _REMEMBERED = 10_000, 100_000


def told(
    tell: Callable[[Mapping[str, Any]], object],
    names: Sequence[str],
    rows: Iterable[tuple[object, ...]],
    places: Iterable[int],
    what: str = "row",
) -> list[Any]:
    """Answer rows one by one, equal ones once.

    Args:
        tell: answers for a record.
        names: the columns of the rows.
        rows: their values.
        places: their numbers in the frame, for errors.
        what: what a row is called in errors.

    Raises:
        BadRows: every row that is refused, up to ten thousand of them.
    """
    seen: dict[object, object] = {}
    found: list[Any] = []
    bad: list[PharmaSalesError] = []
    refused = 0
    for place, row in zip(places, rows, strict=True):
        key = (row, *map(type, row))  # 1 and True are equal, and only one of them is a number
        try:
            answer = _remembered(seen, key, tell, dict(zip(names, row, strict=True)))
        except PharmaSalesError as error:
            answer, refused = None, refused + 1
            if len(bad) < _MOST:
                bad.append(error.at(f"{what} {place}"))
        found.append(answer)
    if bad:
        raise bad_rows(bad, refused)
    return found


def _remembered(
    seen: dict[object, object], key: object, tell: Callable[[Mapping[str, Any]], object], record: Mapping[str, Any]
) -> object:
    """Return what was told before of an equal row; a row with a list in it is never equal to another."""
    try:
        answer = seen.get(key, seen)
    except TypeError:
        return tell(record)
    if answer is seen:
        answer = tell(record)
        if len(seen) < _REMEMBERED:
            seen[key] = answer
    return answer


def bad_rows(bad: Sequence[PharmaSalesError], count: int = 0) -> BadRows:
    """Return the error that holds every refused row."""
    count = max(count, len(bad))
    error = BadRows(f"{count:,} row{'' if count == 1 else 's'} refused", bad)
    error.code = "frame.rows"
    return error


class BatchRows(BadRows):
    """The rows of a batch that a rule refuses, for polars' lazy frames: their places count from the batch's first row.

    Polars makes an error anew from its text when it comes out of a batch; so this one is read back from its text.
    """

    def __new__(cls, reason: str, rows: Sequence[PharmaSalesError] = ()) -> Self:
        """Make the group, or read it from its text."""
        return super().__new__(cls, reason.partition("\n")[0], list(rows) or list(_read(reason)))

    def __init__(self, reason: str, rows: Sequence[PharmaSalesError] = ()) -> None:
        super().__init__(reason.partition("\n")[0], rows)
        self.code = "frame.rows"

    def __str__(self) -> str:
        return "\n".join([self.reason, *self.lines()])


_LINE = re.compile(r"(?P<reason>.*?)(?: @ (?P<where>.*?))?(?:; (?P<hint>.*))? \[(?P<code>[a-z.-]+)\]")


def _read(text: str) -> Iterator[PharmaSalesError]:
    found = [BadValue(**line.groupdict("")) for line in map(_LINE.fullmatch, text.split("\n")[1:]) if line]
    yield from found or [BadValue(text, code="frame.rows")]


def as_float(value: object) -> float | None:
    """Return the float nearest to an exact answer.

    Raises:
        BadValue: an answer beyond the largest float.
    """
    exact = number(value, "")
    try:
        return None if exact is None else float(exact)
    except OverflowError:
        raise BadValue("an answer beyond the largest float", code="frame.wide") from None


def as_whole(value: object) -> int | None:
    """Return a whole answer that fits 64 bits.

    Raises:
        BadValue: an answer beyond 64 bits.
    """
    exact = number(value, "")
    if exact is not None and not -(2**63) <= exact < 2**63:
        raise BadValue("a whole answer beyond 64 bits", hint="count in larger units", code="frame.wide")
    return None if exact is None else int(exact)


def reasons_of(rule: Rule, lang: Lang) -> Callable[[Mapping[str, Any]], str]:
    """Return a function that says why, in one line."""
    return lambda record: explain(rule, record).text(lang)


def answers_of(rule: Rule, gives: str) -> Callable[[Mapping[str, Any]], object]:
    """Return a function that answers as a cell of the new column."""
    read: Callable[[object], object] | None = {"number": as_float}.get(gives)
    if gives == "whole":
        read = as_whole
    return rule if read is None else lambda record: read(rule(record))
