"""Kept cut points (切点存档): the cut points of a period and their evidence as plain data, written and read back.

>>> from pharmasales.classification.cutting import evidence_for
>>> from pharmasales.rules import Field
>>> kept = cuts_data(evidence_for(Bands(Field("sales"), ((50, "B"),), top="A"), [{"sales": 80}, {"sales": 20}]))
>>> kept["bands"], kept["evidence"][0]
({'shape': 'bands', 'of': {'field': 'sales'}, 'cuts': [[50, 'B']], 'top': 'A'},
 {'label': 'A', 'count': 1, 'total': 80, 'share': '4/5', 'low': 80, 'high': 80})
>>> read_cuts(kept).bands({"sales": 50})
'A'
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from pharmasales.errors import BadConfig, BadRule, PharmaSalesError
from pharmasales.rules import Bands, Evidence, Fitted
from pharmasales.rules.data import read_rule
from pharmasales.rules.terms import as_label, literal
from pharmasales.rules.writing import rule_data

__all__ = ["cuts_data", "read_cuts"]

Data: TypeAlias = Any


def cuts_data(fitted: Fitted) -> dict[str, Data]:
    """Return cut points and their evidence as plain data, to keep beside a period's grades.

    Raises:
        BadConfig: bands over a rule of the caller's own, which cannot be kept.
    """
    evidence = [
        {key: _plain(value) for key, value in _shown(one).items() if value is not None} for one in fitted.evidence
    ]
    return {"bands": rule_data(fitted.bands), "evidence": evidence, "missing": fitted.missing}


def _shown(one: Evidence) -> dict[str, Data]:
    numbers = {"total": one.total, "share": one.share, "low": one.low, "high": one.high}
    return {"label": one.label, "count": one.count} | numbers


def _plain(value: Data) -> Data:
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value


def read_cuts(data: Mapping[str, Data]) -> Fitted:
    """Read back what `cuts_data` wrote.

    Raises:
        BadConfig: another form, a rule that is not bands, or evidence for a class that the bands do not have.
    """
    try:
        bands = read_rule(data["bands"])
        evidence = tuple(_read_evidence(one) for one in data["evidence"])
        missing = _count(data["missing"])
    except BadConfig:
        raise
    except PharmaSalesError as error:
        raise BadConfig(error.reason, where="evidence", hint=error.hint, code=error.code) from error
    except (KeyError, TypeError, AttributeError) as error:
        hint = "write it with cuts_data"
        raise BadConfig("not of the form of kept cut points", hint=hint, code="grade.cuts") from error
    if not isinstance(bands, Bands):
        raise BadConfig(f"a {type(bands).__name__} has no cut points", where="bands", code="grade.cuts")
    if strange := [str(one.label) for one in evidence if one.count and one.label not in bands.labels()]:
        raise BadConfig("evidence for a class without a band", where=f"evidence {strange[0]!r}", code="grade.cuts")
    return Fitted(bands, evidence, missing)


def _read_evidence(one: Mapping[str, Data]) -> Evidence:
    low, high = (None if one.get(key) is None else literal(one[key]) for key in ("low", "high"))
    share = None if one.get("share") is None else Fraction(literal(one["share"]))
    return Evidence(as_label(one["label"]), _count(one["count"]), literal(one["total"]), share, low, high)


def _count(value: Data) -> int:
    if type(value) is not int or value < 0:
        raise BadRule("a count is a whole number of zero or more", code="grade.cuts")
    return value
