"""The feedback talk about a score (考核反馈): what was shown, the rep's own view, what both agreed, training, sign-off.

A record is a value: each step returns a new one. From the first signature on a version is never changed; a correction
is a new version with its reason, which both sign again, and the old one is kept.

>>> shown = [ShownFigure("attainment", "92.5 % of goal", "37.50"), ShownFigure("knowledge", "test: 55", "5.5")]
>>> one = Feedback.draft("F1", "2026-Q1", rep="p1", manager="p2", shown=shown, on=date(2026, 4, 7))
>>> one = one.view("two hospitals bought elsewhere in March", by="p1", on=date(2026, 4, 9))
>>> one = one.agree(["product training before May"], by="p2", on=date(2026, 4, 9))
>>> one.sign(by="p1", on=date(2026, 4, 9)).state
'signed_by_one'
>>> one.sign(by="p1", on=date(2026, 4, 9)).sign(by="p2", on=date(2026, 4, 10)).state
'signed'
>>> one.sign(by="p1", on=date(2026, 4, 9)).view("another view", by="p1", on=date(2026, 4, 9))
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: version 1 is signed and stays as it is @ feedback 'F1'; correct it [feedback.signed]

Source: S004-55, S004-64, S002-22, S002-23.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRule, BadValue, NotFound
from pharmasales.evaluation.variance.feedback_terms import (
    FeedbackState,
    FeedbackVersion,
    ShownFigure,
    TrainingResult,
    agreed_texts,
)
from pharmasales.evaluation.variance.responses import said
from pharmasales.evaluation.variance.training import Training
from pharmasales.names import fold, normal_id
from pharmasales.periods import Period, period
from pharmasales.yearplan import checked_day

__all__ = ["Feedback"]


@frozen
class Feedback:
    """The feedback on one person's score of a period (反馈记录). Begin with `Feedback.draft`.

    Args:
        id: the id of the record.
        period: of which period.
        rep: the id of the person.
        manager: the id of the person above.
        versions: its versions, the latest last.
        results: what became of the training.

    Raises:
        BadRule: rep and manager are one, or somebody else signed.
    """

    id: str = field(converter=normal_id)
    period: Period
    rep: str = field(converter=normal_id)
    manager: str = field(converter=normal_id)
    versions: tuple[FeedbackVersion, ...]
    results: tuple[TrainingResult, ...] = ()

    def __attrs_post_init__(self) -> None:
        if fold(self.rep) == fold(self.manager):
            hint = "name the person above as the manager"
            raise BadRule("rep and manager are one", where=self._where, hint=hint, code="feedback.self")
        for version in self.versions:
            signers = [who for who, _ in version.signatures]
            if len(set(signers)) < len(signers) or not set(signers) <= {self.rep, self.manager}:
                hint = "rep and manager sign, each once"
                raise BadRule("signatures that cannot be", where=self._where, hint=hint, code="feedback.sign")

    @classmethod
    def draft(
        cls, feedback_id: str, of: str | Period, *, rep: str, manager: str, shown: Iterable[ShownFigure], on: date
    ) -> Feedback:
        """Begin a record with what the rep is shown (出示).

        Args:
            feedback_id: the id of the record.
            of: the period, or its text.
            rep: the id of the person.
            manager: the id of the person above, who shows it.
            shown: the figures and points.
            on: when.

        Raises:
            BadRule: rep and manager are one, or nothing is shown.
        """
        figures = tuple(shown)
        if not figures:
            hint = "show the figures and points"
            raise BadRule("nothing shown", where=f"feedback {feedback_id!r}", hint=hint, code="feedback.shown")
        whole = period(of) if isinstance(of, str) else of
        return cls(feedback_id, whole, rep, manager, (FeedbackVersion(1, figures, manager, on),))

    @property
    def latest(self) -> FeedbackVersion:
        """The latest version."""
        return self.versions[-1]

    @property
    def state(self) -> FeedbackState:
        """How far the latest version has come."""
        return self.latest.state

    @property
    def signed(self) -> FeedbackVersion | None:
        """The latest version that both signed; none where there is none."""
        return next((one for one in reversed(self.versions) if one.state == "signed"), None)

    def view(self, own_view: str, *, by: str, on: date) -> Feedback:
        """Write down the rep's own view (代表陈述).

        Raises:
            BadRule: anybody but the rep, a signed version, or a day before the last step.
            BadValue: nothing said.
        """
        self._draft_step((self.rep,), by, on)
        return self._with(evolve(self.latest, own_view=said(own_view, "own view"), last_day=on))

    def agree(self, agreed: Iterable[str], training: Iterable[Training] = (), *, by: str, on: date) -> Feedback:
        """Write down what both agreed, and the training plan (达成一致).

        Args:
            agreed: what was agreed, in words.
            training: the plan, from `training_plan`.
            by: rep or manager.
            on: when.

        Raises:
            BadRule: before the rep's view, somebody else, a signed version, or a training that ends before it begins.
            BadValue: nothing said.
        """
        self._draft_step((self.rep, self.manager), by, on)
        texts, plan = agreed_texts(agreed), tuple(training)
        if not self.latest.own_view:
            hint = "write down the rep's own view first"
            raise BadRule("the rep was not heard", where=self._where, hint=hint, code="feedback.view")
        if not texts and not plan:
            raise BadValue("nothing agreed", where=self._where, hint="say what was agreed", code="variance.text")
        if any(one.until < on for one in plan):
            raise BadRule("training until a day before", where=self._where, hint="later", code="feedback.day")
        return self._with(evolve(self.latest, agreed=texts, training=plan, last_day=on))

    def sign(self, *, by: str, on: date) -> Feedback:
        """Sign the latest version (签字): rep and manager, each once, in any order.

        Raises:
            BadRule: nothing agreed yet, somebody else, signed before, or a day before the last step.
        """
        self._allow((self.rep, self.manager), by, on)
        latest, name = self.latest, normal_id(by)
        if latest.state not in ("agreed", "signed_by_one") or name in [who for who, _ in latest.signatures]:
            hint = "both sign once, when something is agreed"
            raise BadRule("not to be signed", where=self._where, hint=hint, code="feedback.sign")
        return self._with(evolve(self.latest, signatures=(*latest.signatures, (name, on)), last_day=on))

    def correct(self, reason: str, *, by: str, on: date, shown: Iterable[ShownFigure] | None = None) -> Feedback:
        """Begin a new version of a signed one (更正), with what it says, to be changed and signed by both again.

        Args:
            reason: why.
            by: rep or manager.
            on: when.
            shown: the figures as they are right; those of the version before where left out.

        Raises:
            BadRule: a version that nobody signed yet, somebody else, or a day before the last step.
            BadValue: no reason.
        """
        self._allow((self.rep, self.manager), by, on)
        old = self.latest
        if not old.signatures:
            hint = "change it as it is"
            raise BadRule("nobody signed it yet", where=self._where, hint=hint, code="feedback.sign")
        figures = old.shown if shown is None else tuple(shown)
        kept = said(reason, "reason"), old.own_view, old.agreed, old.training
        return evolve(self, versions=(*self.versions, FeedbackVersion(old.number + 1, figures, by, on, *kept)))

    def report(self, place: int, passed: bool, *, by: str, on: date, result: str = "") -> Feedback:
        """Report what became of a training of the signed version (培训检验); the last report counts.

        Args:
            place: which training, 1 for the first.
            passed: whether the check was passed.
            by: rep or manager.
            on: when.
            result: what came of it, in words.

        Raises:
            BadRule: somebody else.
            NotFound: nothing signed by both, or no such training.
        """
        self._who((self.rep, self.manager), by)
        signed = self.signed
        if signed is None or not 1 <= place <= len(signed.training):
            count = 0 if signed is None else len(signed.training)
            hint = f"trainings 1 to {count} of the signed version" if count else "no version is signed with training"
            raise NotFound(f"no training {place}", where=self._where, hint=hint, code="feedback.training")
        return evolve(self, results=(*self.results, TrainingResult(signed.number, place, passed, by, on, result)))

    def table(self) -> Table:
        """Return the record, the latest version first: version, step, who, day, item, words, points."""
        rows = [row for version in reversed(self.versions) for row in _rows(version)]
        rows += [
            (one.version, _PASSED if one.passed else _FAILED, one.by, one.on, str(one.place), one.result, None)
            for one in self.results
        ]
        return Table("feedback", Says("Feedback", "考核反馈"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)

    @property
    def _where(self) -> str:
        return f"feedback {self.id!r}"

    def _with(self, version: FeedbackVersion) -> Feedback:
        return evolve(self, versions=(*self.versions[:-1], version))

    def _who(self, who: tuple[str, ...], by: str) -> None:
        if normal_id(by) not in who:
            hint = "the rep gives the own view; both agree, sign and correct"
            raise BadRule("somebody else's step", where=self._where, hint=hint, code="feedback.who")

    def _allow(self, who: tuple[str, ...], by: str, on: date) -> None:
        self._who(who, by)
        if checked_day(on) < self.latest.last_day:
            hint = "give its own day"
            raise BadRule("a step before the last one", where=self._where, hint=hint, code="feedback.day")

    def _draft_step(self, who: tuple[str, ...], by: str, on: date) -> None:
        self._allow(who, by, on)
        if self.latest.signatures:
            what = f"version {self.latest.number} is signed and stays as it is"
            raise BadRule(what, where=self._where, hint="correct it", code="feedback.signed")


def _rows(one: FeedbackVersion) -> list[tuple[Cell, ...]]:
    """Return what a version says, line by line."""
    number = one.number
    rows: list[tuple[Cell, ...]] = []
    if one.reason:
        rows.append((number, Says("correction", "更正"), one.by, one.on, None, one.reason, None))
    for shown in one.shown:
        points = None if shown.points is None else shown.points.value
        rows.append((number, Says("shown", "出示"), one.by, one.on, shown.item, shown.figure, points))
    if one.own_view:
        rows.append((number, Says("own view", "代表陈述"), None, None, None, one.own_view, None))
    rows += [(number, Says("agreed", "一致意见"), None, None, None, text, None) for text in one.agreed]
    rows += [(number, Says("training", "培训"), None, plan.until, plan.item, plan.what, None) for plan in one.training]
    rows += [(number, Says("signed", "签字"), who, day, None, None, None) for who, day in one.signatures]
    return rows


_PASSED, _FAILED = Says("training passed", "培训通过"), Says("training not passed", "培训未通过")
_COLUMNS = (
    Column("version", "Version", "版本", "number"),
    Column("step", "Step", "步骤"),
    Column("who", "Who", "责任人"),
    Column("on", "On", "日期", "date"),
    Column("item", "Item", "项目"),
    Column("words", "Words", "内容"),
    Column("points", "Points", "得分", "number"),
)
