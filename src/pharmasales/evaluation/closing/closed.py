"""A closed period (关账): results that stay, corrections as versions, appeals. Begin with `close_period`.

>>> from pharmasales.evaluation.measures.items import Item
>>> from pharmasales.evaluation.measures.registry import MEASURES
>>> from pharmasales.evaluation.scoring.curves import linear
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.rules import Part, Weighted
>>> from pharmasales.units import CNY, Amount
>>> quarter, org = Quarter(2026, 1), Org.of([Node("r1", "One", "rep")])
>>> items = [Item(figure, "r1", Amount.of(n, CNY), quarter, figure) for figure, n in (("goal", 100), ("actual", 80))]
>>> sheet = ScoreSheet("q", Weighted([Part("attainment", 100, linear(MEASURES["attainment"].rule, 0, 1))]))
>>> closed = close_period(PeriodInputs(quarter, org, items), sheet, by="p2", on=date(2026, 4, 7))
>>> late = [*items, Item("actual", "r1", Amount.of(10, CNY), date(2026, 3, 31), "invoice 7")]
>>> print(closed.late(late).entries[0].why)
results changed: 1
  r1: 80.00 to 90.00
>>> opened = closed.reopen("invoice 7 was booked late", by="p2", approver="p9", on=date(2026, 4, 9))
>>> again = opened.close(PeriodInputs(quarter, org, late), by="p2", on=date(2026, 4, 9))
>>> [str(one.results["r1"].total) for one in again.versions]
['80.00', '90.00']

Source: issue 8, period close; S004-64.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import evolve, field, frozen

from pharmasales.display import Table
from pharmasales.errors import BadRule, NotFound
from pharmasales.evaluation.closing.appeals import Appeal, AppealDecision, AppealTerms
from pharmasales.evaluation.closing.closed_tables import appeals_table, versions_table
from pharmasales.evaluation.closing.consistency import (
    appeal_until,
    check_appeals,
    check_chain,
    check_correction,
    check_follows,
)
from pharmasales.evaluation.closing.correcting import Correction
from pharmasales.evaluation.closing.differences import VersionDiff, version_diff
from pharmasales.evaluation.closing.inputs import PeriodInputs
from pharmasales.evaluation.closing.late_entries import LateEntries, late_entries
from pharmasales.evaluation.closing.results import Results
from pharmasales.evaluation.closing.versions import ClosedVersion, close_version
from pharmasales.evaluation.measures.items import Item
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.names import nearest, normal_id
from pharmasales.periods import Period

__all__ = ["ClosedPeriod", "ReopenedPeriod", "close_period"]


def close_period(
    inputs: PeriodInputs, sheet: ScoreSheet, *, by: str, on: date, terms: AppealTerms | None = None
) -> ClosedPeriod:
    """Score everybody and keep the results for good, with what they came of (关账).

    Args:
        inputs: what is scored, locked.
        sheet: the sheet; where it looks at the others, they are the reps of the inputs.
        by: the id of who closes.
        on: when; the last day of the period, or later.
        terms: how many days appeals may take.

    Raises:
        BadRows: items that would count twice, or nodes whose figures cannot be.
        BadValue: before the end of the period, or inputs whose seal is not theirs.
        BadRule: a sheet that cannot be fitted.
        BadConfig: a rule of the sheet that no data can hold.
    """
    return ClosedPeriod((close_version(1, inputs, sheet, by, on),), (), terms or AppealTerms())


@frozen
class ClosedPeriod:
    """A closed period with all its versions and appeals (已关账期间). Begin with `close_period`.

    Args:
        versions: its versions, the latest last; none is ever changed.
        appeals: the appeals, in the order filed.
        terms: how many days appeals may take.

    Raises:
        BadRule: versions that are no chain of one period, two appeals of one id, an appeal that could not have been, or
            a correction that names an appeal which was not upheld.
    """

    versions: tuple[ClosedVersion, ...]
    appeals: tuple[Appeal, ...] = ()
    terms: AppealTerms = field(factory=AppealTerms)

    def __attrs_post_init__(self) -> None:
        check_chain(self.versions)
        check_appeals(self.versions, self.appeals, self.terms)

    @property
    def latest(self) -> ClosedVersion:
        """The latest version, which counts."""
        return self.versions[-1]

    @property
    def period(self) -> Period:
        """The period."""
        return self.latest.inputs.period

    @property
    def results(self) -> Results:
        """The results that count."""
        return self.latest.results

    def version(self, number: int) -> ClosedVersion:
        """Return a version by its number.

        Raises:
            NotFound: no such version.
        """
        if type(number) is not int or not 1 <= number <= len(self.versions):
            hint = f"versions 1 to {len(self.versions)}"
            raise NotFound(f"no version {number}", where=str(self.period), hint=hint, code="closing.version")
        return self.versions[number - 1]

    def late(self, items_now: Iterable[Item]) -> LateEntries:
        """Flag what was entered, changed or gone since the latest close, with what it would change (迟录).

        Nothing of it counts: `reopen` first. Each entry that would count is scored alone, which takes as long as
        scoring the period once.

        Args:
            items_now: all items as they are now, from the same sources and with the same ids.
        """
        return late_entries(self.latest, items_now)

    def diff(self, old: int, new: int) -> VersionDiff:
        """Compare two versions: whose total, rank or grade changed, and what caused it.

        Raises:
            NotFound: no such version.
        """
        return version_diff(self.version(old), self.version(new))

    def reopen(self, reason: str, *, by: str, approver: str, on: date, appeals: Iterable[str] = ()) -> ReopenedPeriod:
        """Open the period again for a correction (重开).

        Args:
            reason: why.
            by: the id of the author.
            approver: the id of who approved it: never the author.
            on: when.
            appeals: the ids of the upheld appeals that it answers.

        Raises:
            BadValue: no reason, or a day before the latest close or a decision that it answers.
            BadRule: author and approver are one, an appeal that is not upheld or is answered already, or one by its own
                party.
            NotFound: no such appeal.
        """
        return ReopenedPeriod(self, Correction(reason, by, approver, on, appeals))

    def appeal(
        self, appeal_id: str, rep: str, *, item: str = "", reason: str, evidence: Iterable[str], by: str, on: date
    ) -> ClosedPeriod:
        """File an appeal against the latest version (申诉).

        Args:
            appeal_id: its id.
            rep: the id of the rep whose score it is.
            item: the item, factor, cap or gate contested; "" for the whole.
            reason: why, in the person's words.
            evidence: what shows it; one text or more.
            by: the id of the person scored.
            on: when.

        Raises:
            BadRule: somebody else, after the deadline, before the close, or a second one on the same.
            BadValue: nothing said, or no evidence.
            NotFound: no such rep, or no such item in the score.
        """
        filed = Appeal(appeal_id, rep, item, reason, evidence, by, on, self.latest.number)
        return evolve(self, appeals=(*self.appeals, filed))

    def appeal_until(self, rep: str) -> date:
        """Return the last day on which a rep may appeal: a correction opens the time again for whom it changed.

        Raises:
            NotFound: nobody of this id was scored.
        """
        return appeal_until(self.versions, self.terms, self.results[rep].rep, self.latest.number)

    def decide(self, appeal_id: str, upheld: bool, reason: str, *, by: str, on: date) -> ClosedPeriod:
        """Decide an appeal (裁定): upheld, it must lead to a correction; rejected, the person reads why.

        Args:
            appeal_id: its id.
            upheld: whether it holds.
            reason: why, in words that the person reads.
            by: the id of who decides: neither the person scored nor an author of the version contested.
            on: when.

        Raises:
            NotFound: no such appeal.
            BadRule: a party decides, or it is decided or withdrawn already.
            BadValue: nothing said, or a day before it was filed.
        """
        return self._with(self.appeal_named(appeal_id).decided(AppealDecision(upheld, reason, by, on)))

    def withdraw(self, appeal_id: str, *, by: str, on: date) -> ClosedPeriod:
        """Take an appeal back (撤回); only the person who filed it, while it is open.

        Raises:
            NotFound: no such appeal.
            BadRule: somebody else's, or decided already.
        """
        return self._with(self.appeal_named(appeal_id).taken_back(by=by, on=on))

    def _with(self, changed: Appeal) -> ClosedPeriod:
        return evolve(self, appeals=tuple(changed if one.id == changed.id else one for one in self.appeals))

    def appeal_named(self, appeal_id: str) -> Appeal:
        """Return an appeal by its id.

        Raises:
            NotFound: no such appeal.
        """
        found = next((one for one in self.appeals if one.id == normal_id(appeal_id)), None)
        if found is None:
            hint = nearest(appeal_id, [one.id for one in self.appeals])
            raise NotFound("no such appeal", where=f"appeal {appeal_id!r}", hint=hint, code="closing.appeal")
        return found

    def corrected_by(self, appeal_id: str) -> int | None:
        """Return the number of the version that answers an appeal; none where none does."""
        name = normal_id(appeal_id)
        answers = (one for one in self.versions if one.correction is not None and name in one.correction.appeals)
        return next((one.number for one in answers), None)

    def versions_table(self) -> Table:
        """Return version, on, by, approver, reason, appeals, seal: a row a version."""
        return versions_table(self.versions)

    def appeals_table(self) -> Table:
        """Return appeal, rep_id, item, version, on, state, corrected_by, why: a row an appeal."""
        return appeals_table(self.appeals, self.corrected_by)

    def _repr_html_(self) -> str:
        return self.versions_table().html(most=20)


@frozen
class ReopenedPeriod:
    """A period opened again, whose old results still count until it is closed (已重开期间). Made by `reopen`.

    Args:
        closed: the period as it was closed.
        correction: why, by whom, and who approved it.

    Raises:
        BadRule: a correction that its own party makes, or that answers an appeal which is not upheld or is answered.
        BadValue: a day before the latest close or a decision that it answers.
        NotFound: no such appeal.
    """

    closed: ClosedPeriod
    correction: Correction

    def __attrs_post_init__(self) -> None:
        check_correction(self.closed.versions, self.closed.appeals, self.correction)

    def close(self, inputs: PeriodInputs, sheet: ScoreSheet | None = None, *, by: str, on: date) -> ClosedPeriod:
        """Close it as the next version; the old ones stay as they are (重新关账).

        Args:
            inputs: what is scored now.
            sheet: the sheet; that of the version before where left out.
            by: the id of who closes; never the approver.
            on: when.

        Raises:
            BadRule: another period, nothing that differs from the version before, or closed by the approver.
            BadRows: as `close_period`.
            BadValue: as `close_period`, or a day before it was opened.
        """
        last = self.closed.latest
        used = last.sheet if sheet is None else sheet
        check_follows(last, inputs, used)
        made = close_version(last.number + 1, inputs, used, by, on, self.correction, last.seal)
        return evolve(self.closed, versions=(*self.closed.versions, made))

    def with_appeals(self, closed: ClosedPeriod) -> ReopenedPeriod:
        """Return it with the appeals that were filed, decided or withdrawn meanwhile in `opened.closed`.

        Raises:
            BadRule: another closed period.
        """
        if closed.versions != self.closed.versions:
            hint = "file and decide in opened.closed"
            raise BadRule("another closed period", where=str(closed.period), hint=hint, code="closing.version")
        return evolve(self, closed=closed)
