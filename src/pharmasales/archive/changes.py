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
from datetime import date, datetime, timezone
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.archive.customers import Affiliation, Customer
from pharmasales.archive.kinds import Value, is_person
from pharmasales.archive.values import AFFILIATION, ATTRIBUTES, as_value, checked
from pharmasales.compliance.personal import use_of
from pharmasales.errors import BadValue
from pharmasales.names import clean, nearest, normal_id

__all__ = [
    "AFFILIATION",
    "ATTRIBUTES",
    "IDENTIFYING",
    "Change",
    "ChangeKind",
    "as_value",
    "checked",
    "customer_of",
    "day",
    "moment",
    "personal_fields",
    "reason",
    "unchanging",
    "values_of",
]

ChangeKind: TypeAlias = Literal[
    "open",
    "amend",
    "confirm",
    "correct",
    "reassign",
    "close",
    "reopen",
    "merge",
    "unmerge",
    "restrict",
    "release",
    "erase",
]

IDENTIFYING = frozenset(
    "name aliases mobile telephone email wechat address contact birthday id_number bank_account introducer".split()
)
"""The fields by which a person could be found; no reason and no id may hold their values."""


def moment(at: datetime) -> datetime:
    """Return a moment with its offset alone, so that it reads back from its text as it was.

    >>> moment(datetime(2026, 1, 5))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: a moment needs its time zone @ at; datetime(..., tzinfo=UTC) [change.at]

    Raises:
        BadValue: a moment without its time zone.
    """
    offset = at.utcoffset() if isinstance(at, datetime) else None
    if offset is None:
        raise BadValue("a moment needs its time zone", where="at", hint="datetime(..., tzinfo=UTC)", code="change.at")
    return at if isinstance(at.tzinfo, timezone) else at.replace(tzinfo=timezone(offset))


def _action(_: object, __: object, action: str) -> None:
    if action not in get_args(ChangeKind):
        hint = nearest(str(action), get_args(ChangeKind))
        raise BadValue("unknown action", where="action", hint=hint, code="change.action")


def day(since: date) -> date:
    """Return a day, which is no moment.

    >>> day(datetime(2026, 1, 5))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: a day is a date @ since; date(2026, 1, 5) [change.since]

    Raises:
        BadValue: anything else.
    """
    if not isinstance(since, date) or isinstance(since, datetime):
        raise BadValue("a day is a date", where="since", hint="date(2026, 1, 5)", code="change.since")
    return since


def unchanging(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the values so that nobody changes them."""
    return MappingProxyType(dict(values))


def _other(text: str) -> str:
    return normal_id(text, "other") if text else ""


def _author(text: str) -> str:
    return normal_id(text, "by")


def reason(text: str) -> str:
    """Return the reason of a change, or refuse to do without one.

    Raises:
        BadValue: no reason, or a refused character.
    """
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

    Raises:
        BadValue: an unknown action, a day that is none, a moment without its time zone, no author, or no reason.
    """

    customer: str = field(converter=normal_id)
    action: ChangeKind = field(validator=_action)
    since: date = field(converter=day)
    at: datetime = field(converter=moment)
    by: str = field(converter=_author)
    why: str = field(converter=reason)
    old: Mapping[str, Value] = field(factory=dict, converter=unchanging, hash=False)
    new: Mapping[str, Value] = field(factory=dict, converter=unchanging, hash=False)
    other: str = field(default="", converter=_other)

    def __repr__(self) -> str:
        fields = ", ".join(self.new)
        other = f" {self.other}" if self.other else ""
        return f"Change({self.customer!r} {self.action}{other}{' ' + fields if fields else ''} since {self.since})"


def values_of(customer: Customer) -> dict[str, Value]:
    """Return what a customer's file says, by field name, missing values left out.

    >>> values_of(Customer("D1", "Dr Example", "doctor", affiliations=[Affiliation("H2", "consultant")]))
    {'name': 'Dr Example', 'kind': 'doctor', 'affiliation:H2': 'consultant'}

    Raises:
        BadValue: a further field whose value no file can keep or that bears the name of another, or two affiliations
            with one place.
    """
    places = [one.place for one in customer.affiliations]
    for name in customer.fields:
        if name in ATTRIBUTES or (isinstance(name, str) and name.startswith(AFFILIATION)):
            raise BadValue("a further field bears the name of another", where=name, code="change.field")
    if len(set(places)) < len(places):
        hint = "write both posts into one"
        raise BadValue("two affiliations with one place", where="affiliations", hint=hint, code="archive.affiliation")
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


def customer_of(id: str, values: Mapping[str, Value], begun: Mapping[str, date], since: date) -> Customer:  # noqa: A002 - the field's name
    """Return the customer that these values describe; the other way round from `values_of`.

    Args:
        id: the customer's id.
        values: what the file says, by field name.
        begun: since when each value is true: an affiliation tells it.
        since: the day on which the file was opened.
    """
    own = {name: values[name] for name in ATTRIBUTES if name in values}
    further = {name: value for name, value in values.items() if name not in own}
    places = [name for name in further if name.startswith(AFFILIATION)]
    return Customer(
        id=id,
        affiliations=[
            Affiliation(
                name.removeprefix(AFFILIATION), "" if (post := further.pop(name)) == "-" else str(post), begun[name]
            )
            for name in places
        ],
        fields=further,
        since=since,
        **{"name": "", **own, "weekdays": map(int, _texts(own.get("weekdays"))), "roles": _texts(own.get("roles"))},  # type: ignore[arg-type]  # values_of made them
    )


def _texts(value: Value) -> Iterable[str]:
    return value if isinstance(value, tuple) else ()


def personal_fields(names: Iterable[str], kind: str) -> list[str]:
    """Return those field names that say something of a human being, in the order given.

    Of a person that is everything but what the file is kept by: the kind, who looks after it, the division, where it
    came from, its standing. Of others it is what is registered as personal or sensitive, and what is not registered.

    >>> personal_fields(["name", "owner", "mobile", "potential", "access_place"], "doctor")
    ['name', 'mobile', 'potential', 'access_place']
    >>> personal_fields(["name", "owner", "contact", "beds", "house colour"], "hospital")
    ['contact', 'house colour']
    """
    if is_person(kind):
        return [name for name in names if name not in _FILE]
    return [name for name in names if (use := use_of(name)) is None or not use.is_open(person=False)]


_FILE = frozenset(
    "id kind owner executive division source status since until @open @merged @restricted @erased".split()
)
