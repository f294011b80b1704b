"""The tests that a query may ask of a field (查询算符): what each takes, when it holds, and how it reads.

Numbers are exact, days are days, texts are compared by their folded form except by `is` and `in`. A field that holds
something a test cannot read is an error with the field's name, never a silent no.

>>> sorted(OPS)
['after', 'all', 'any', 'at_least', 'at_most', 'before', 'below', 'ends', 'has', 'in', 'is', 'missing', 'over', 'since',
 'starts', 'until', 'within']
>>> OPS["at_least"].holds("800", 500, "beds")
True
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

from attrs import frozen

from pharmasales.archive.customers import Affiliation
from pharmasales.archive.likeness import place_path
from pharmasales.display import Lang
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.names import clean, fold
from pharmasales.rules.terms import literal, number

__all__ = ["OPS", "Asked", "One", "Op", "asked_data", "day", "one_value", "read_asked"]

One: TypeAlias = str | int | bool | Fraction | date
"""One value that can be asked for."""

Asked: TypeAlias = One | tuple[One, ...]
"""What a question asks for: one value, or several."""

_MANY = (list, tuple, set, frozenset)


@frozen
class Op:
    """One test.

    Args:
        takes: reads what is asked for, given the field's name.
        holds: whether it holds for what the field holds, what is asked and the field's name.
        en: its words before the value.
        zh: its Chinese words, with `{}` for the value.
    """

    takes: Callable[[Any, str], Asked]
    holds: Callable[[Any, Any, str], bool]
    en: str
    zh: str

    def words(self, asked: Asked, lang: Lang = "en") -> str:
        """Return the test with what it asks for.

        >>> OPS["any"].words(("kol", "decider")), OPS["missing"].words(False, "zh")
        ('any of kol, decider', '不缺失')
        """
        if self.en == "is missing":
            return ("缺失" if asked else "不缺失") if lang == "zh" else "is missing" if asked else "is known"
        values = asked if isinstance(asked, tuple) else (asked,)
        shown = ("、" if lang == "zh" else ", ").join(map(_shown, values))
        return self.zh.format(shown) if lang == "zh" else f"{self.en} {shown}"


def _shown(value: One) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def one_value(value: object, where: str) -> One:
    """Read one value to ask for, or to put in order: text, an exact number, yes or no, or a day.

    Raises:
        BadValue: anything else, such as NaN or a moment.

    >>> one_value(0.5, "share"), one_value(date(2026, 1, 5), "since")
    (Fraction(1, 2), datetime.date(2026, 1, 5))
    """
    if isinstance(value, str):
        return clean(value, where)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Fraction | Decimal | float) and (found := number(value, where)) is not None:
        return found
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise BadValue(f"{type(value).__name__} where text, a number or a day is due", where=where, code="query.value")


def _several(given: object, where: str) -> tuple[One, ...]:
    """Read several values; a set is put in order, so that the question is the same everywhere."""
    if not isinstance(given, _MANY):
        raise BadValue("several values are due", where=where, hint="write them in brackets: (a, b)", code="query.value")
    found = [one_value(value, where) for value in given]
    if isinstance(given, set | frozenset):
        found.sort(key=lambda value: (type(value).__name__, str(value)))
    return tuple(found)


def _text(given: object, where: str) -> str:
    if not isinstance(given, str) or not fold(given):
        raise BadValue("text is due", where=where, hint="not empty", code="query.value")
    return clean(given, where)


def _figure(given: object, where: str) -> int | Fraction:
    try:
        return literal(given)  # type: ignore[arg-type]  # literal refuses by name what is no number
    except (PharmaSalesError, TypeError):
        hint = "for days ask before, after, since or until"
        raise BadValue("a number is due", where=where, hint=hint, code="query.value") from None


def _day(given: object, where: str) -> date:
    if isinstance(given, datetime) or not isinstance(given, date):
        raise BadValue("a day is due", where=where, hint="write date(2026, 1, 5)", code="query.value")
    return given


def _yes(given: object, where: str) -> bool:
    if not isinstance(given, bool):
        raise BadValue("missing takes true or false", where=where, code="query.value")
    return given


def day(value: object, where: str) -> date:
    """Read a day that a field holds: a date, a moment's own date, or ISO text.

    Raises:
        BadValue: none of them.

    >>> day("2026-01-05", "last_visit")
    datetime.date(2026, 1, 5)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]  # anything but text is a TypeError
    except (TypeError, ValueError):
        raise BadValue("no day where one is due", where=where, hint="write 2026-01-05", code="query.day") from None


def _same(found: object, asked: One) -> bool:
    """Compare exactly: a number by its value, yes and no with themselves alone."""
    if isinstance(found, bool) or isinstance(asked, bool):
        return found is asked
    if isinstance(found, float | Decimal):
        found = number(found, "number")
    if isinstance(found, datetime):
        found = found.date()
    return found == asked


def _single(found: object, where: str) -> object:
    if isinstance(found, _MANY):
        raise BadValue("the field holds several values", where=where, hint="ask with any or all", code="query.many")
    return found


def _is(found: object, asked: One, where: str) -> bool:
    return _same(_single(found, where), asked)


def _in(found: object, asked: tuple[One, ...], where: str) -> bool:
    _single(found, where)
    return any(_same(found, value) for value in asked)


def _items(found: object) -> tuple[object, ...]:
    items = tuple(found) if isinstance(found, _MANY) else (found,)
    return tuple(item.place if isinstance(item, Affiliation) else item for item in items)


def _any(found: object, asked: tuple[One, ...], _where: str) -> bool:
    return any(_same(item, value) for item in _items(found) for value in asked)


def _all(found: object, asked: tuple[One, ...], _where: str) -> bool:
    items = _items(found)
    return all(any(_same(item, value) for item in items) for value in asked)


def _order(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any, str], bool]:
    return lambda found, asked, where: compare(_number(found, where), asked)


def _number(found: object, where: str) -> int | Fraction | None:
    """Read a number that a field holds, or refuse it without repeating what stands there."""
    try:
        return number(_single(found, where), where)
    except PharmaSalesError as error:
        if error.code == "query.many":
            raise
        raise BadValue("no number where one is due", where=where, hint="correct it", code="query.number") from None


def _days(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any, str], bool]:
    return lambda found, asked, where: compare(day(found, where), asked)


def _texts(compare: Callable[[str, str], bool]) -> Callable[[Any, Any, str], bool]:
    return lambda found, asked, where: compare(fold(str(_single(found, where))), fold(asked))


def _within(found: object, asked: str, where: str) -> bool:
    around = place_path(asked)
    return place_path(str(_single(found, where)))[: len(around)] == around


def _missing(_found: object, asked: bool, _where: str) -> bool:
    """Whether a value that is there answers the question; the question itself says when there is none."""
    return not asked


OPS: Mapping[str, Op] = MappingProxyType(
    {
        "is": Op(one_value, _is, "is", "为 {}"),
        "in": Op(_several, _in, "in", "为 {} 之一"),
        "at_least": Op(_figure, _order(operator.ge), "at least", "不低于 {}"),
        "over": Op(_figure, _order(operator.gt), "over", "超过 {}"),
        "below": Op(_figure, _order(operator.lt), "below", "低于 {}"),
        "at_most": Op(_figure, _order(operator.le), "at most", "不超过 {}"),
        "before": Op(_day, _days(operator.lt), "before", "早于 {}"),
        "after": Op(_day, _days(operator.gt), "after", "晚于 {}"),
        "since": Op(_day, _days(operator.ge), "since", "自 {} 起"),
        "until": Op(_day, _days(operator.le), "until", "至 {} 止"),
        "has": Op(_text, _texts(operator.contains), "has", "含 {}"),
        "starts": Op(_text, _texts(str.startswith), "starts with", "以 {} 开头"),
        "ends": Op(_text, _texts(str.endswith), "ends with", "以 {} 结尾"),
        "within": Op(_text, _within, "within", "位于 {}"),
        "any": Op(_several, _any, "any of", "含 {} 之一"),
        "all": Op(_several, _all, "all of", "含全部 {}"),
        "missing": Op(_yes, _missing, "is missing", "缺失"),
    }
)
"""Every test by its name."""


def asked_data(asked: Asked) -> Any:  # noqa: ANN401 - plain data is of many types
    """Return what is asked for as plain data; a fraction and a day are small tables.

    >>> asked_data((Fraction(1, 3), date(2026, 1, 5)))
    [{'number': '1/3'}, {'day': '2026-01-05'}]
    """
    if isinstance(asked, tuple):
        return [asked_data(value) for value in asked]
    if isinstance(asked, Fraction):
        return {"number": str(asked)}
    return {"day": asked.isoformat()} if isinstance(asked, date) else asked


def read_asked(data: object) -> Asked:
    """Read it back.

    Raises:
        BadValue: not of that form.

    >>> read_asked([{"number": "1/3"}, {"day": "2026-01-05"}])
    (Fraction(1, 3), datetime.date(2026, 1, 5))
    """
    match data:
        case list() | tuple():
            return tuple(_read_one(value) for value in data)
        case _:
            return _read_one(data)


def _read_one(data: object) -> One:
    try:
        match data:
            case {"number": str(text), **rest} if not rest:
                return number(Fraction(text), "value") or 0
            case {"day": str(text), **rest} if not rest:
                return date.fromisoformat(text)
    except (ValueError, ZeroDivisionError):
        raise BadValue("no such number or day", where="value", code="query.value") from None
    return one_value(data, "value")
