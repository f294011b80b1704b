"""Masking (脱敏): a personal value as it is shown by default, in reprs, tables, logs and exports.

>>> masked_record({"id": "D1", "name": "示例医生", "mobile": "13800001234"}, person=True)
{'id': 'D1', 'name': '示*', 'mobile': '138******34'}

| form | shown | example |
|---|---|---|
| name | the first character, where there are two or more | `张*` |
| phone | the first three and the last two of the last eleven digits, where there are that many | `138******34` |
| email | the first character, where three or more stand before the `@` | `d***@***` |
| number | the last two characters of ten or more | `***42` |
| text | nothing | `***` |

The count of stars is fixed, so that it does not tell how long a value is. Source: PIPL 51; threat T8.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pharmasales.compliance.personal import USES, FieldUse, use_of

__all__ = ["HIDDEN", "in_clear", "mask", "masked_record"]

HIDDEN = "***"
"""What stands for a value of which nothing is shown."""

_PLAIN = (str, int, Decimal, Fraction, date, type(None))
_DEPTH = 20


def in_clear(name: str, value: object, *, person: bool, uses: Mapping[str, FieldUse] = USES) -> bool:
    """Whether a value may stand in clear: an open field, and open fields only wherever it holds further ones.

    A field that is not registered, a value of an unknown type and one nested too deep are not in clear.

    >>> in_clear("division", "示例市", person=True), in_clear("name", "示例医生", person=True)
    (True, False)
    >>> in_clear("products", [{"id": "P1", "referrer": "示例医生"}], person=False)
    False
    """
    level: list[tuple[str, object]] = [(name, value)]
    for _ in range(_DEPTH):
        below: list[tuple[str, object]] = []
        for field, held in level:
            use = use_of(field, uses)
            if use is None or not use.is_open(person=person):
                return False
            if isinstance(held, Mapping):
                below += [(str(key), item) for key, item in held.items()]
            elif isinstance(held, list | tuple | set | frozenset):
                below += [(field, item) for item in held]
            elif not isinstance(held, _PLAIN):
                return False
        if not below:
            return True
        level = list({(field, id(item)): (field, item) for field, item in below}.values())
    return False


def mask(value: object, use: FieldUse | None, *, person: bool = True) -> str:
    """Return a value as it may be shown; a missing one is "", and without a registered use nothing is shown.

    >>> mask("张三", USES["name"]), mask("dr@example.cn", USES["email"]), mask("示例诊所", USES["name"], person=False)
    ('张*', '***@***', '示例诊所')
    >>> mask("11010119900101001X", USES["id_number"]), mask("1234", USES["telephone"]), mask("anything", None)
    ('***1X', '***', '***')
    """
    if value is None or value == "":
        return ""
    if use is None:
        return HIDDEN
    if use.is_open(person=person):
        return str(value) if in_clear(use.name, value, person=person, uses={use.name: use}) else HIDDEN
    if isinstance(value, bool) or not isinstance(value, str | int):
        return HIDDEN
    return _FORMS[use.form](unicodedata.normalize("NFKC", str(value)).strip())


def _name(text: str) -> str:
    return f"{text[0]}*" if len(text) > 1 else "*"


def _phone(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return f"{digits[-11:-8]}******{digits[-2:]}" if len(digits) >= 11 else HIDDEN


def _email(text: str) -> str:
    local, at, _ = text.partition("@")
    return f"{local[0] if len(local) > 2 else ''}***@***" if at else HIDDEN


def _number(text: str) -> str:
    compact = re.sub(r"[\s-]", "", text)
    return HIDDEN + compact[-2:] if len(compact) >= 10 else HIDDEN


_FORMS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "phone": _phone,
    "email": _email,
    "number": _number,
    "text": lambda _: HIDDEN,
}


def masked_record(
    record: Mapping[str, object], *, person: bool, uses: Mapping[str, FieldUse] = USES
) -> dict[str, object]:
    """Return a record as it may be shown: open fields as they are, personal ones masked, all others hidden.

    Args:
        record: the values by field.
        person: whether the party is a person (a doctor, a contact), whose name is personal; a hospital's is not.
        uses: the register of fields.

    >>> masked_record({"name": "Example Hospital", "beds": 800, "mobile": "13800001234", "x": "?"}, person=False)
    {'name': 'Example Hospital', 'beds': 800, 'mobile': '138******34', 'x': '***'}
    """
    return {
        name: value
        if in_clear(name, value, person=person, uses=uses)
        else mask(value, use_of(name, uses), person=person)
        for name, value in record.items()
    }
