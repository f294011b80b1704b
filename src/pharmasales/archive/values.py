"""What a customer's file may hold, field by field, and in which form (档案字段的取值).

Text is kept as written, an exact number as such, a day, or several texts; an empty text is a missing value.

>>> as_value(Decimal("2.50"), "share"), as_value("", "title")
(Fraction(5, 2), None)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from pharmasales.archive.kinds import Value
from pharmasales.errors import BadValue
from pharmasales.names import clean, normal_id
from pharmasales.units import exact

__all__ = ["AFFILIATION", "ATTRIBUTES", "ERASED", "MERGED", "OPEN", "RESTRICTED", "as_value", "checked"]

OPEN = "@open"
"""The sign that a file is open; like the three below it stands beside the fields and has its days as they have."""

MERGED = "@merged"
"""The sign that a file was merged; its value is the id under which the customer counts."""

RESTRICTED = "@restricted"
"""The sign that a file is kept, but neither shown nor used."""

ERASED = "@erased"
"""The sign that a person's values were erased."""

AFFILIATION = "affiliation:"
"""What the name of an affiliation's field begins with; the id of the place follows, its value is the post."""

ATTRIBUTES = ("name", "kind", "owner", "parent", "level", "division", "source", "potential", "weekdays", "roles")
"""The fields that every file has; all others are further fields."""

_RESERVED = frozenset(("id", "since", "affiliations", "fields"))
_MOST = 10**100


def as_value(value: object, name: str) -> Value:
    """Return a value as a file keeps it: text, an exact number, a date or several texts.

    >>> as_value(["a", "b"], "papers"), as_value({"b", "a"}, "papers"), as_value(Fraction(4, 2), "beds")
    (('a', 'b'), ('a', 'b'), 2)

    Raises:
        BadValue: anything else, such as a float, or a number of more than a hundred digits.
    """
    match value:
        case bool() | datetime():
            pass
        case None:
            return None
        case str():
            return clean(value, name) or None
        case int() | Fraction() | Decimal():
            return _number(value, name)
        case date():
            return value
        case list() | tuple() | set() | frozenset() if all(isinstance(one, str) for one in value):
            texts = [clean(one, name) for one in value]
            return tuple(sorted(texts) if isinstance(value, set | frozenset) else texts) or None
    raise BadValue(
        f"a {type(value).__name__} where text, an exact number, a date or texts are due",
        where=name,
        hint="write numbers as int, Decimal or Fraction",
        code="archive.value",
    )


def _number(value: int | Fraction | Decimal, name: str) -> int | Fraction:
    try:
        number = exact(value)
    except BadValue as error:
        raise error.at(name) from None
    if max(abs(number.numerator), number.denominator) >= _MOST:
        raise BadValue("more than 100 digits in a number", where=name, code="number.long")
    return number.numerator if number.denominator == 1 else number


def checked(values: Mapping[str, object], customer: str) -> dict[str, Value]:
    """Return the values of one customer in the form in which its file keeps them.

    Ids are in their normal form, the potential is a number, roles and weekdays stand in order.

    >>> checked({"owner": " r1 ", "potential": "12.50", "roles": ["kol", "decider", "kol"]}, "D1")
    {'owner': 'r1', 'potential': Fraction(25, 2), 'roles': ('decider', 'kol')}
    >>> checked({"since": date(2026, 1, 5)}, "D1")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no field that can be changed @ since; a field of the file: name, kind, owner, parent,
    level, division, source, potential, weekdays, roles, affiliation:PLACE or one of your own [change.field]

    Raises:
        BadValue: a field that no file has or that only an act of its own changes, a value that the field cannot hold,
            or a customer that would belong to itself.
    """
    found = {_field(name): _form(name, value) for name, value in values.items()}
    if customer == found.get("parent") or AFFILIATION + customer in found:
        raise BadValue(f"belongs to itself: {customer} > {customer}", where="parent", code="archive.cycle")
    return found


def _field(name: object) -> str:
    """Return the name of a field that a file may have, in its normal form, so that no two look alike."""
    if isinstance(name, str) and name not in _RESERVED and not name.startswith("@"):
        place = name.removeprefix(AFFILIATION)
        try:
            if normal_id(place) == place:
                return name
        except BadValue as error:
            raise BadValue(f"a field's name: {error.reason}", where="field", code="change.field") from None
    hint = f"a field of the file: {', '.join(ATTRIBUTES)}, {AFFILIATION}PLACE or one of your own"
    raise BadValue("no field that can be changed", where=str(name), hint=hint, code="change.field")


def _form(name: str, value: object) -> Value:
    """Return a value in the form of its field."""
    if value in (None, "") or (name not in ATTRIBUTES and not name.startswith(AFFILIATION)):
        return as_value(value, name)
    if name == "potential":
        return as_value(exact(value), name)
    if name in ("roles", "weekdays"):
        return _set(name, value)
    if not isinstance(value, str):
        raise BadValue(f"a {type(value).__name__} where text is due", where=name, code="archive.value")
    return normal_id(value, name) if name in ("owner", "parent") else as_value(value, name)


def _set(name: str, value: object) -> Value:
    if not isinstance(value, list | tuple | set | frozenset):
        raise BadValue(f"a {type(value).__name__} where several are due", where=name, code="archive.value")
    if name == "roles":
        return as_value(frozenset(value), name)
    days = {str(day) for day in value}
    if not days <= set("0123456"):
        raise BadValue("a weekday is 0 for Monday to 6", where=name, code="archive.weekday")
    return as_value(days, name)
