"""A closed period as plain JSON and back (关账的存储格式): everything, under seals, for any store to keep.

Reading checks every seal, so that what was changed in the store is refused with its place. A seal is no signature:
whoever may write all of it can seal it anew, so keep `data["seal"]` elsewhere too, where the store's writers cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pharmasales.errors import BadValue
from pharmasales.evaluation.closing.appeals import Appeal, AppealDecision, AppealTerms
from pharmasales.evaluation.closing.closed import ClosedPeriod, ReopenedPeriod
from pharmasales.evaluation.closing.correcting import Correction
from pharmasales.evaluation.closing.inputs_records import inputs_data, inputs_from
from pharmasales.evaluation.closing.plain import Data, read_at, read_each
from pharmasales.evaluation.closing.results import results_data, results_from
from pharmasales.evaluation.closing.versions import ClosedVersion, correction_data
from pharmasales.evaluation.scoring.sheet_data import read_sheet
from pharmasales.rules.book import changes, fingerprint_of
from pharmasales.yearplan import day_from, day_text

__all__ = ["closing_data", "closing_from"]

_FORM = 1


def closing_data(period: ClosedPeriod | ReopenedPeriod) -> dict[str, Data]:
    """Return a closed period, opened again or not, as plain JSON; `closing_from` reads it back.

    Raises:
        BadConfig: a rule of a sheet that no data can hold.
    """
    opened = period if isinstance(period, ReopenedPeriod) else None
    closed = period.closed if isinstance(period, ReopenedPeriod) else period
    terms = closed.terms
    data: dict[str, Data] = {
        "form": _FORM,
        "terms": [terms.within, terms.decide_within, terms.correct_within],
        "versions": [_version_data(one) for one in closed.versions],
        "appeals": [_appeal_data(one) for one in closed.appeals],
        "opened": correction_data(None if opened is None else opened.correction),
    }
    return {**data, "seal": fingerprint_of(data)}


def _version_data(one: ClosedVersion) -> dict[str, Data]:
    return {
        "number": one.number,
        "by": one.by,
        "on": one.on.isoformat(),
        "correction": correction_data(one.correction),
        "before": one.before,
        "inputs": {**inputs_data(one.inputs), "seal": one.inputs.seal},
        "sheet": {**one.sheet.data(), "fingerprint": one.sheet.fingerprint},
        "results": {**results_data(one.results), "seal": one.results.seal},
        "seal": one.seal,
    }


def _appeal_data(one: Appeal) -> dict[str, Data]:
    end = one.decision
    return {
        "id": one.id,
        "rep": one.rep,
        "item": one.item,
        "reason": one.reason,
        "evidence": list(one.evidence),
        "by": one.by,
        "on": one.on.isoformat(),
        "version": one.version,
        "decision": None
        if end is None
        else {"upheld": end.upheld, "reason": end.reason, "by": end.by, "on": end.on.isoformat()},
        "withdrawn": day_text(one.withdrawn),
    }


def closing_from(data: Mapping[str, Data]) -> ClosedPeriod | ReopenedPeriod:
    """Read a closed period back, and check every seal.

    Args:
        data: what `closing_data` gave.

    >>> closing_from({"form": 1})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: data of another form @ closing [closing.record]

    Raises:
        BadValue: data of another form, or whose seals are not theirs, with the place.
        BadRule: versions or appeals that could not have come about.
    """
    with read_at("closing"):
        if type(data["form"]) is not int or data["form"] != _FORM:
            hint = f"this release reads form {_FORM}"
            raise BadValue("another form of data", where="form", hint=hint, code="closing.record")
        versions = read_each(data["versions"], "versions", _version_from)
        appeals = read_each(data["appeals"], "appeals", _appeal_from)
        within, decide, correct = data["terms"]
        closed = ClosedPeriod(versions, appeals, AppealTerms(within, decide, correct))
        found = closed if data["opened"] is None else ReopenedPeriod(closed, _correction_from(data["opened"]))
        _same(data, closing_data(found), "")
        return found


def _version_from(data: Data) -> ClosedVersion:
    inputs, results = inputs_from(data["inputs"]), results_from(data["results"])
    kept = dict(data["sheet"])
    fingerprint = kept.pop("fingerprint")
    with read_at("sheet"):
        sheet = read_sheet(kept)
    correction = None if data["correction"] is None else _correction_from(data["correction"])
    on = date.fromisoformat(data["on"])
    made = ClosedVersion(data["number"], inputs, sheet, results, data["by"], on, correction, data["before"])
    seals = {"inputs": inputs.seal, "sheet": sheet.fingerprint, "results": results.seal}
    stored = {"inputs": data["inputs"]["seal"], "sheet": fingerprint, "results": data["results"]["seal"]}
    for part, seal in seals.items():
        _sealed(seal, stored[part], part)
    _sealed(made.seal, data["seal"], "seal")
    return made


def _sealed(seal: str, stored: Data, part: str) -> None:
    if seal != stored:
        hint = "read it from where it is kept"
        raise BadValue("changed since it was sealed", where=part, hint=hint, code="closing.seal")


def _same(data: Mapping[str, Data], written: Mapping[str, Data], where: str) -> None:
    """Refuse data that is not, to the letter, what would be written now: its own seal holds it all."""
    if fingerprint_of(data) != fingerprint_of(written):
        rows = [str(row[0]) for row in changes(data, written).rows]
        place = where or next((path for path in rows if path != "seal"), "seal")
        _sealed("", "other", place)


def _correction_from(data: Data) -> Correction:
    with read_at("correction"):
        on = date.fromisoformat(data["on"])
        return Correction(data["reason"], data["by"], data["approver"], on, data["appeals"])


def _appeal_from(data: Data) -> Appeal:
    end = data["decision"]
    if end is not None:
        end = AppealDecision(end["upheld"], end["reason"], end["by"], date.fromisoformat(end["on"]))
    said = data["id"], data["rep"], data["item"], data["reason"], data["evidence"], data["by"]
    on = date.fromisoformat(data["on"])
    return Appeal(*said, on, data["version"], end, day_from(data["withdrawn"]))
