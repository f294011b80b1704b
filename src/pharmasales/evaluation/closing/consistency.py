"""What must hold between the versions and the appeals of a closed period (一致性检查), however it was put together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from pharmasales.errors import BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.evaluation.closing.appeals import Appeal, AppealTerms
from pharmasales.evaluation.closing.correcting import Correction, same_person
from pharmasales.evaluation.closing.inputs import PeriodInputs
from pharmasales.evaluation.closing.versions import ClosedVersion
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.names import fold, nearest, twins

__all__ = ["appeal_until", "check_appeals", "check_chain", "check_correction", "check_follows", "last_change"]

Versions = Sequence[ClosedVersion]


def check_chain(versions: Versions) -> None:
    """Refuse versions that are no chain of one period, numbered from 1.

    Raises:
        BadRule: no version, another number, period or seal before it, or nothing that differs from the one before.
    """
    if not versions or [one.number for one in versions] != list(range(1, len(versions) + 1)):
        raise BadRule("versions that are not numbered from 1", where="versions", code="closing.version")
    for old, new in pairwise(versions):
        if new.before != old.seal:
            where, hint = f"version {new.number}", "read it from where it is kept"
            raise BadRule("not the seal of the version before", where=where, hint=hint, code="closing.seal")
        check_follows(old, new.inputs, new.sheet)


def check_follows(old: ClosedVersion, inputs: PeriodInputs, sheet: ScoreSheet) -> None:
    """Refuse inputs and a sheet that cannot correct a version.

    Raises:
        BadRule: another period, or nothing that differs.
    """
    where = f"version {old.number + 1}"
    if inputs.period != old.inputs.period:
        hint = f"a correction stays in {old.inputs.period}"
        raise BadRule("another period", where=where, hint=hint, code="closing.period")
    if (inputs.seal, sheet.fingerprint) == (old.inputs.seal, old.sheet.fingerprint):
        hint = "give the corrected inputs or sheet"
        raise BadRule("nothing differs from the version before", where=where, hint=hint, code="closing.same")


def last_change(versions: Versions, rep: str, number: int) -> ClosedVersion:
    """Return the last version up to a number in which a rep's result is another than in the one before."""
    found = versions[0]
    for old, new in pairwise(versions[:number]):
        was, now = (next((one for one in of.results.reps if one.rep == rep), None) for of in (old, new))
        if was != now:
            found = new
    return found


def appeal_until(versions: Versions, terms: AppealTerms, rep: str, number: int) -> date:
    """Return the last day for an appeal: a correction opens it again for those whose result it changed."""
    return last_change(versions, rep, number).on + timedelta(terms.within)


def check_appeals(versions: Versions, appeals: Sequence[Appeal], terms: AppealTerms) -> None:
    """Refuse appeals that could not have been filed or decided so, and corrections that answer none of them.

    Raises:
        BadRule: two of one id, somebody else's, too late, a second one on the same result, or decided by a party.
        NotFound: no such version, rep or item.
    """
    for first, second in twins([one.id for one in appeals]):
        where, hint = appeals[second].where, f"twin of {appeals[first].id!r}; give it another id"
        raise BadRule("two appeals of one id", where=where, hint=hint, code="closing.twins")
    for place, one in enumerate(appeals):
        try:
            _check_filed(versions, one, terms)
            _check_first(versions, one, appeals[:place])
            _check_decision(versions, one)
        except PharmaSalesError as error:
            raise (error if error.where.startswith("appeal") else error.at(one.where)) from None
    for number, version in enumerate(versions[1:], 1):
        if version.correction is not None:
            check_correction(versions[:number], appeals, version.correction, closed_by=version.by)


def _parties(versions: Versions, one: Appeal) -> tuple[str, ...]:
    """Return the ids of the person scored: of the post, of the person in it, and of who filed."""
    return one.rep, one.by, versions[one.version - 1].inputs.person(one.rep)


def _check_filed(versions: Versions, one: Appeal, terms: AppealTerms) -> None:
    if type(one.version) is not int or not 1 <= one.version <= len(versions):
        hint = f"versions 1 to {len(versions)}"
        raise NotFound("no such version", where=one.where, hint=hint, code="closing.version")
    version = versions[one.version - 1]
    result = version.results[one.rep]
    names = [line.name.en for line in result.lines]
    if one.item and one.item not in names:
        hint = nearest(one.item, names)
        raise NotFound("no such item in the score", where=one.where, hint=hint, code="closing.item")
    if not same_person(one.by, version.inputs.person(one.rep)):
        hint = "only the person scored appeals"
        raise BadRule("somebody else's score", where=one.where, hint=hint, code="closing.appeal.who")
    until = appeal_until(versions, terms, one.rep, one.version)
    later = versions[one.version].on if one.version < len(versions) else until
    if not version.on <= one.on <= min(until, max(later, version.on)):
        hint = f"from {version.on} to {until}, against the latest version"
        raise BadRule("not in time", where=one.where, hint=hint, code="closing.appeal.late")


def _check_first(versions: Versions, one: Appeal, others: Sequence[Appeal]) -> None:
    base = last_change(versions, one.rep, one.version).number
    for other in others:
        same = other.rep == one.rep and fold(other.item) == fold(one.item) and other.state != "withdrawn"
        if same and other.version >= base:
            hint = f"see appeal {other.id!r}"
            raise BadRule("a second appeal on the same", where=one.where, hint=hint, code="closing.appeal.again")


def _check_decision(versions: Versions, one: Appeal) -> None:
    if one.decision is None:
        return
    authors = [who for version in versions[: one.version] for who in version.authors]
    if any(same_person(one.decision.by, who) for who in (*_parties(versions, one), *authors)):
        hint = "neither the person scored nor an author of the close decides"
        raise BadRule("decided by a party", where=one.where, hint=hint, code="closing.appeal.who")


def check_correction(
    versions: Versions, appeals: Sequence[Appeal], correction: Correction, *, closed_by: str = ""
) -> None:
    """Refuse a correction of these versions that comes too early, or answers appeals that it cannot.

    Args:
        versions: the versions before it.
        appeals: all appeals.
        correction: the correction.
        closed_by: the id of who closed it, once it is closed.

    Raises:
        BadValue: a day before the latest close, or before a decision that it answers.
        BadRule: an appeal that is not upheld or is answered already, or a correction by the party of its appeal.
        NotFound: no such appeal.
    """
    if correction.on < versions[-1].on:
        hint = f"from {versions[-1].on} on"
        raise BadValue("opened again before it was closed", where="correction", hint=hint, code="closing.day")
    known = {one.id: one for one in appeals}
    answered = {name for one in versions if one.correction is not None for name in one.correction.appeals}
    for name in correction.appeals:
        one = known.get(name)
        if one is None:
            hint = nearest(name, known)
            raise NotFound("no such appeal", where=f"appeal {name!r}", hint=hint, code="closing.appeal")
        if one.decision is None or one.state != "upheld" or name in answered or one.version > len(versions):
            hint = "name appeals that are upheld and not yet answered"
            raise BadRule("no appeal to answer", where=one.where, hint=hint, code="closing.appeal.step")
        if correction.on < one.decision.on:
            raise BadValue("corrected before it was decided", where=one.where, code="closing.day")
        makers = (correction.by, correction.approver, closed_by)
        if any(same_person(who, own) for who in makers for own in _parties(versions, one)):
            hint = "the person scored neither corrects nor approves"
            raise BadRule("corrected by a party", where=one.where, hint=hint, code="closing.appeal.who")
