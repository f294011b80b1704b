"""Changes (变更): what was written into a customer's file, by whom, when, why, and since when it is true.

A change bears two dates: `since`, the day from which its values are true, and `at`, the moment at which they became
known. Old and new values stand side by side; the `repr` shows field names alone, because values may be personal.

>>> from datetime import UTC, date, datetime
>>> at = datetime(2026, 1, 6, tzinfo=UTC)
>>> Change("D1", "amend", date(2026, 1, 5), at, "u1", "moved", {"title": None}, {"title": "x"})
Change('D1' amend title since 2026-01-05)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.archive.customers import Affiliation, Customer
from pharmasales.archive.kinds import Value, is_person
from pharmasales.compliance.personal import use_of
from pharmasales.errors import BadValue
from pharmasales.names import clean, normal_id

__all__ = [
    "AFFILIATION",
    "ATTRIBUTES",
    "IDENTIFYING",
    "Change",
    "ChangeKind",
    "as_value",
    "customer_of",
    "personal_fields",
    "values_of",
]

ChangeKind: TypeAlias = Literal[
    "open", "amend", "correct", "reassign", "close", "reopen", "merge", "unmerge", "restrict", "release", "erase"
]

AFFILIATION = "affiliation:"
"""What the name of an affiliation's field begins with; the id of the place follows, its value is the post."""

ATTRIBUTES = ("name", "kind", "owner", "parent", "level", "division", "source", "potential", "weekdays", "roles")
"""The fields that every file has; all others are further fields."""

IDENTIFYING = frozenset(
    "name mobile telephone email wechat address contact birthday id_number bank_account introducer".split()
)
"""The fields by which a person could be found; no reason and no id may hold their values."""


def _moment(_: object, __: object, at: datetime) -> None:
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise BadValue("a moment needs its time zone", where="at", hint="datetime(..., tzinfo=UTC)", code="change.at")


def _author(text: str) -> str:
    return normal_id(text, "by")


def _reason(text: str) -> str:
    if not clean(text, "why").strip():
        raise BadValue("a change needs its reason", where="why", hint="say it in a few words", code="change.why")
    return text


@frozen(repr=False)
class Change:
    """One change of one customer's file.

    Args:
        customer: the customer's id.
        action: what was done.
        since: the first day on which the new values are true.
        at: the moment at which they became known, zone-aware.
        by: the id of who wrote it.
        why: the reason, without personal values.
        old: what the fields held before, by name.
        new: what they hold now; `None` clears a field.
        other: the other customer of a merge, or "".
    """

    customer: str = field(converter=normal_id)
    action: ChangeKind
    since: date
    at: datetime = field(validator=_moment)
    by: str = field(converter=_author)
    why: str = field(converter=_reason)
    old: Mapping[str, Value] = field(factory=dict, hash=False)
    new: Mapping[str, Value] = field(factory=dict, hash=False)
    other: str = ""

    def __repr__(self) -> str:
        fields = ", ".join(self.new)
        other = f" {self.other}" if self.other else ""
        return f"Change({self.customer!r} {self.action}{other}{' ' + fields if fields else ''} since {self.since})"


def values_of(customer: Customer) -> dict[str, Value]:
    """Return what a customer's file says, by field name, missing values left out.

    >>> values_of(Customer("D1", "Dr Example", "doctor", affiliations=[Affiliation("H2", "consultant")]))
    {'name': 'Dr Example', 'kind': 'doctor', 'affiliation:H2': 'consultant'}

    Raises:
        BadValue: a further field whose value no file can keep.
    """
    own: dict[str, Value] = {
        "name": customer.name,
        "kind": customer.kind,
        "owner": customer.owner,
        "parent": customer.parent,
        "level": customer.level,
        "division": customer.division,
        "source": customer.source,
        "potential": customer.potential,
        "weekdays": tuple(map(str, sorted(customer.weekdays))),
        "roles": tuple(sorted(customer.roles)),
        **{AFFILIATION + one.place: one.post or "-" for one in customer.affiliations},
        **{name: as_value(value, name) for name, value in customer.fields.items()},
    }
    return {name: value for name, value in own.items() if value not in (None, "", ())}


def as_value(value: object, name: str) -> Value:
    """Return a value as a file keeps it: text, an exact number, a date or several texts.

    >>> as_value(["a", "b"], "papers"), as_value("", "title")
    (('a', 'b'), None)

    Raises:
        BadValue: anything else, such as a float.
    """
    match value:
        case None | "" | () | []:
            return None
        case bool() | datetime():
            pass
        case str():
            return clean(value, name)
        case int() | Fraction() | date():
            return value
        case list() | tuple() | set() | frozenset() if all(isinstance(one, str) for one in value):
            texts = [clean(str(one), name) for one in value]
            return tuple(sorted(texts) if isinstance(value, set | frozenset) else texts)
    raise BadValue(
        f"a {type(value).__name__} where text, a whole number, a fraction, a date or texts are due",
        where=name,
        hint="write numbers as int, Fraction or Decimal text",
        code="archive.value",
    )


def customer_of(id: str, values: Mapping[str, Value], begun: Mapping[str, date], since: date) -> Customer:  # noqa: A002 - the field's name
    """Return the customer that these values describe; the other way round from `values_of`.

    Args:
        id: the customer's id.
        values: what the file says, by field name.
        begun: since when each value is true: an affiliation tells it.
        since: the day on which the file was opened.
    """
    places = [name for name in values if name.startswith(AFFILIATION)]
    own = {name: values[name] for name in ATTRIBUTES if values.get(name) is not None}
    return Customer(
        id=id,
        affiliations=[
            Affiliation(name.removeprefix(AFFILIATION), "" if values[name] == "-" else str(values[name]), begun[name])
            for name in places
        ],
        fields={name: value for name, value in values.items() if name not in ATTRIBUTES and name not in places},
        since=since,
        **{"name": "", **own, "weekdays": map(int, _texts(own.get("weekdays"))), "roles": _texts(own.get("roles"))},  # type: ignore[arg-type]  # values_of made them
    )


def _texts(value: Value) -> Iterable[str]:
    return value if isinstance(value, tuple) else ()


def personal_fields(names: Iterable[str], kind: str) -> list[str]:
    """Return those field names that say something of a human being, in the order given.

    Of a person that is everything but the kind, the owner, the division and where the file came from; of others what is
    registered as personal or sensitive. A field without a registered use counts as personal.

    >>> personal_fields(["name", "owner", "mobile", "potential"], "doctor")
    ['name', 'mobile', 'potential']
    >>> personal_fields(["name", "owner", "contact", "beds", "house colour"], "hospital")
    ['contact', 'house colour']
    """
    person = is_person(kind)
    return [name for name in names if (use := use_of(name)) is None or not use.is_open(person=person)]
