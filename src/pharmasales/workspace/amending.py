"""Values of a customer's file as somebody writes them (字段取值): read as a file's cells are, and put through the gate.

>>> from pharmasales.workspace.settings import read_settings
>>> read_values(["beds=300", "level=三甲", "access_place="], "hospital", read_settings(""), date(2026, 1, 5))
{'beds': 300, 'level': '三级甲等', 'access_place': None}
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pharmasales.archive import is_person
from pharmasales.archive.changes import AFFILIATION
from pharmasales.archive.kinds import kind_of
from pharmasales.archive.levels import hospital_level
from pharmasales.compliance.actions import Action
from pharmasales.compliance.gate import Policy
from pharmasales.compliance.personal import use_of
from pharmasales.compliance.verdict import Verdict
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.names import clean, nearest
from pharmasales.workspace.cells import converter
from pharmasales.workspace.columns import ARCHIVE
from pharmasales.workspace.settings import Settings

__all__ = ["keeping", "read_credit_code", "read_values"]

_SPECS = {spec.name: spec for spec in ARCHIVE if spec.name not in ("id", "weekdays")}


def keeping(gate: Policy, field: str, as_of: date) -> Verdict:
    """Ask the gate whether a field of a person may be kept; what one doctor prescribes may not be everywhere.

    >>> from pharmasales.compliance import policy
    >>> keeping(policy("CN-2020"), "prescribing_habit", date(2026, 1, 5)).outcome
    'block'
    """
    use = use_of(field)
    facts = {
        "sensitivity": use.sensitivity if use else "personal",
        "registered": use is not None,
        "separate_consent": False,
        "doctor_usage": use is not None and use.doctor_usage,
        "personal_care": False,
    }
    return gate.check(Action("keep_field", facts), as_of=as_of)


def read_credit_code(text: str) -> str:
    """Return a unified social credit code in its normal form; see `archive.credit_code`."""
    from pharmasales.archive.credit_code import credit_code

    return credit_code(text)


def read_values(given: Iterable[str], kind: str, settings: Settings, as_of: date) -> dict[str, object]:
    """Read FIELD=VALUE pairs for a customer's file; without a value a field is cleared.

    Args:
        given: the pairs; `affiliation:H2=POST` is a post at H2.
        kind: the kind of the customer.
        settings: how numbers and dates are read, and the policies.
        as_of: the day of writing, on whose policy the gate is asked.

    Raises:
        BadValue: no `=`, an unknown field, a value that is no such, a level that is unclear.
        Blocked: a field that the policy lets nobody keep of a person.
    """
    gate = settings.policy.gate(as_of)
    found: dict[str, object] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            hint = "write FIELD=VALUE, as beds=300"
            raise BadValue("not a field with its value", where=name, hint=hint, code="amend.field")
        try:
            found[name] = _value(name, value, settings)
        except PharmaSalesError as error:
            error.where = name
            raise
        if is_person(kind) and found[name] is not None:
            keeping(gate, name, as_of).require()
    return found


def _value(name: str, text: str, settings: Settings) -> object:
    if name.startswith(AFFILIATION):
        return clean(text) or None
    if name not in _SPECS:
        raise BadValue("no such field", hint=nearest(name, _SPECS), code="amend.field")
    value = converter(_SPECS[name], settings)(text)
    if value is None:
        return None
    if name == "level":
        level = hospital_level(value)
        if level.verdict == "question":
            raise BadValue("unclear level", hint=level.why.text(), code="amend.level")
        return level.text if level.verdict == "known" else None
    read = {"kind": lambda one: kind_of(one).name, "credit_code": read_credit_code}.get(name)
    return read(value) if read else value
