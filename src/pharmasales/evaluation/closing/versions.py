"""One version of a closed period (关账版本): inputs, sheet, results, who and why, under one seal.

The seal of a version holds the seal of the version before, so that no version can be changed without all later ones.
`close_period` and `ReopenedPeriod.close` make versions.
"""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from pharmasales.errors import BadRule, BadValue
from pharmasales.evaluation.closing.correcting import Correction, same_person
from pharmasales.evaluation.closing.inputs import PeriodInputs
from pharmasales.evaluation.closing.plain import Data
from pharmasales.evaluation.closing.results import Results
from pharmasales.evaluation.closing.scoring_period import ScoredPeriod, score_period
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.names import normal_id
from pharmasales.rules.book import fingerprint_of
from pharmasales.yearplan import checked_day

__all__ = ["ClosedVersion", "close_version", "correction_data"]


def correction_data(one: Correction | None) -> dict[str, Data] | None:
    """Return a correction as plain JSON."""
    if one is None:
        return None
    return {
        "reason": one.reason,
        "by": one.by,
        "approver": one.approver,
        "on": one.on.isoformat(),
        "appeals": list(one.appeals),
    }


@frozen(repr=False)
class ClosedVersion:
    """One version of a closed period, never changed (关账版本).

    Args:
        number: 1 for the first.
        inputs: what was scored.
        sheet: the sheet as it was given, before it looked at the peers.
        results: what came of it.
        by: the id of who closed it.
        on: when.
        correction: why it corrects the version before; none for the first.
        before: the seal of the version before; "" for the first.
        seal: the SHA-256 of all of it.

    Raises:
        BadValue: closed before the end of the period, or before it was opened again.
        BadRule: a later version without a correction, or one closed by its approver.
    """

    number: int
    inputs: PeriodInputs
    sheet: ScoreSheet
    results: Results
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    correction: Correction | None = None
    before: str = ""
    seal: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        where, correction = f"version {self.number}", self.correction
        if type(self.number) is not int:
            raise BadValue("no number of a version", where=where, hint="1 for the first", code="closing.version")
        if self.on < self.inputs.period.end:
            hint = f"close it from {self.inputs.period.end} on"
            raise BadValue("closed before the end of the period", where=where, hint=hint, code="closing.day")
        if (correction is None) != (self.number == 1) or (self.before == "") != (self.number == 1):
            hint = "only the first version corrects nothing"
            raise BadRule("a version without its correction", where=where, hint=hint, code="closing.version")
        if correction is not None and self.on < correction.on:
            raise BadValue("closed before it was opened again", where=where, code="closing.day")
        if correction is not None and same_person(self.by, correction.approver):
            hint = "somebody else closes it"
            raise BadRule("closed by its approver", where=where, hint=hint, code="closing.approver")
        object.__setattr__(self, "seal", fingerprint_of(self.sealed_data()))

    def __repr__(self) -> str:
        return f"ClosedVersion({self.number}, {self.inputs.period}, {self.seal[:12]})"

    def sealed_data(self) -> dict[str, Data]:
        """Return what the seal is made of: who, when and why, and the seals of inputs, sheet and results."""
        return {
            "number": self.number,
            "by": self.by,
            "on": self.on.isoformat(),
            "correction": correction_data(self.correction),
            "before": self.before,
            "inputs": self.inputs.seal,
            "sheet": self.sheet.fingerprint,
            "results": self.results.seal,
        }

    @property
    def authors(self) -> tuple[str, ...]:
        """The ids of those who made it: who closed it, and who opened it again."""
        return (self.by,) if self.correction is None else (self.by, self.correction.by)

    def scored(self) -> ScoredPeriod:
        """Score it again from what was kept, to read the reason of every point; `recompute` also compares."""
        return score_period(self.inputs, self.sheet)


def close_version(
    number: int,
    inputs: PeriodInputs,
    sheet: ScoreSheet,
    by: str,
    on: date,
    correction: Correction | None = None,
    before: str = "",
) -> ClosedVersion:
    """Score inputs that are what their seal says, and keep the results.

    Raises:
        BadValue: inputs whose seal is not theirs, or a day before the end of the period.
        BadRows: items that would count twice, or nodes whose figures cannot be.
        BadRule: a sheet that cannot be fitted, or closed by the approver of the correction.
    """
    if not isinstance(inputs, PeriodInputs) or inputs.sealed() != inputs.seal:
        hint = "give PeriodInputs as they were made"
        raise BadValue("inputs without their seal", where=f"version {number}", hint=hint, code="closing.seal")
    results = score_period(inputs, sheet).results
    return ClosedVersion(number, inputs, sheet, results, by, on, correction, before)
