"""Sealing (脱敏存证): what an audit entry may say in clear, and digests in place of all the rest.

>>> seal = Seal(person=True, salt=bytes(range(32)))
>>> sealed = seal.values({"kind": "doctor", "name": "示例医生", "mobile": None})
>>> sealed["kind"], sorted(sealed["name"]), sealed["mobile"]
('doctor', ['digest'], None)

A digest is an HMAC under a salt of the subject's own, so that a telephone number cannot be found by trying all of them,
and is noise once the salt is destroyed. Source: PIPL 47, 51; threat T19; goals 3.3 of the reliability file.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from pharmasales.compliance.masking import in_clear
from pharmasales.compliance.personal import USES, FieldUse, use_of
from pharmasales.errors import BadValue
from pharmasales.names import clean, fold

__all__ = ["Seal", "canonical", "digest", "field_key", "plain"]

_SIGNS = re.compile(r"[\W_]+")
_SALT = 16
_BITS = 12_000
_DEPTH = 20
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def canonical(data: Any) -> bytes:  # noqa: ANN401 - JSON of any shape
    """Return plain data as bytes in the one form that is hashed: keys sorted, no spaces, UTF-8.

    >>> canonical({"b": 1, "a": "示例"}).decode()
    '{"a":"示例","b":1}'
    """
    return _encode(data).encode("utf-8", "surrogatepass")


def plain(value: object, where: str = "value", depth: int = _DEPTH) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return a value as plain JSON: dates in ISO form, exact numbers as text, sets in order.

    >>> plain({"beds": 800, "since": date(2026, 1, 5), "share": Fraction(1, 3), "roles": {"kol", "buyer"}})
    {'beds': 800, 'since': '2026-01-05', 'share': '1/3', 'roles': ['buyer', 'kol']}

    Raises:
        BadValue: a float, a value of another type, or one nested too deep; the message names its type and place only.
    """
    if value is None or type(value) is bool or (type(value) is int and value.bit_length() <= _BITS):
        return value
    if isinstance(value, str):
        return clean(str.__str__(value), where)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        return str(value)
    if depth > 0:
        if isinstance(value, Mapping):
            return {plain(str(key), where): plain(item, where, depth - 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [plain(item, where, depth - 1) for item in value]
        if isinstance(value, set | frozenset):
            return sorted((plain(item, where, depth - 1) for item in value), key=canonical)
    hint = "write it as text, whole numbers, dates, lists or mappings of them"
    raise BadValue(f"{type(value).__name__} cannot be audited", where=where, hint=hint, code="audit.value")


def digest(salt: bytes, value: object) -> str:
    """Return the HMAC-SHA-256 of a value's canonical JSON under a salt, in hexadecimal.

    >>> digest(bytes(32), "示例医生") == digest(bytes(range(32)), "示例医生"), len(digest(bytes(32), "示例医生"))
    (False, 64)

    Raises:
        BadValue: a salt shorter than 16 bytes, or a value that is no plain data.
    """
    return _sealed(salt, plain(value))


def _sealed(salt: bytes, held: Any) -> str:  # noqa: ANN401 - JSON of any shape
    if not isinstance(salt, bytes) or len(salt) < _SALT:
        raise BadValue(f"a salt is {_SALT} random bytes or more", where="salt", code="audit.salt")
    return hmac.digest(salt, canonical(held), "sha256").hex()


def _bare(text: str) -> str:
    """Return a text without case, width, spaces and dashes, so that 138-0000-1234 meets 13800001234."""
    return _SIGNS.sub("", fold(text))


def _all_bare(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(_bare, values)))


@frozen
class Seal:
    """What one entry may say in clear.

    Args:
        person: whether the record is of a person.
        salt: the subject's salt; not needed where every field is open.
        uses: the register of fields.
        never: the subject's personal values, which nothing in clear may hold.
    """

    person: bool
    salt: bytes | None = field(default=None, repr=False)
    uses: Mapping[str, FieldUse] = field(default=USES, repr=False)
    never: tuple[str, ...] = field(default=(), repr=False, converter=_all_bare)

    def reason(self, why: str) -> str:
        """Return the reason, or refuse one that is empty or holds a personal value.

        Raises:
            BadValue: one of these; the value is not shown.
        """
        if not clean(why, "why").strip():
            raise BadValue("an entry needs its reason", where="why", hint="say it in a few words", code="audit.why")
        return self._without(why, "why")

    def _told(self, text: str) -> bool:
        bare = _bare(text) if self.never else ""
        return any(value in bare for value in self.never)

    def _without(self, text: str, where: str) -> str:
        if self._told(text):
            hint = "say it with ids only"
            raise BadValue("it holds a personal value of the subject", where=where, hint=hint, code="audit.personal")
        return text

    def values(self, given: Mapping[str, object]) -> dict[str, Any]:
        """Return the values as an entry keeps them: open ones in clear, all others as `{"digest": ...}`.

        Missing stays missing. An open value that holds a personal one is digested too.

        Raises:
            BadValue: a value that is no plain data, one that needs a salt where there is none, or a field's name that
                holds a personal value.
        """
        return dict(self._value(name, value) for name, value in given.items())

    def _value(self, name: str, value: object) -> tuple[str, Any]:
        use = use_of(name, self.uses)
        where = "a field without a purpose" if use is None else f"field {use.name!r}"
        held = plain(value, where)
        if ":" in name and (use is None or not use.is_open(person=self.person)):
            key = field_key(name, self._needed(where))
        else:
            key = self._without(clean(name, "a field's name"), "a field's name")
        is_open = in_clear(name, value, person=self.person, uses=self.uses)
        if held is None or (is_open and not self._told(canonical(held).decode())):
            return key, held
        return key, {"digest": _sealed(self._needed(where), [name, held])}

    def _needed(self, where: str) -> bytes:
        if self.salt is None:
            hint = "give the subject's salt"
            raise BadValue("a personal value without a salt", where=where, hint=hint, code="audit.salt")
        return self.salt


def field_key(name: str, salt: bytes) -> str:
    """Return the name under which a personal field stands: of `affiliation:H2` the place is no open value either.

    >>> field_key("name", bytes(32)), field_key("affiliation:H2", bytes(32))[:12]
    ('name', 'affiliation:')
    """
    head, colon, _ = name.partition(":")
    return f"{head}:{digest(salt, name)[:16]}" if colon else name
