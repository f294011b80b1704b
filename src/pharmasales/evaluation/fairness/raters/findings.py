"""What the rater checks find (评分检查结果): figures, the marks they rest on, the reason, and a question: no verdict.

Made by `check_raters`; the states stand in `rater_errors`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why
from pharmasales.errors import NotFound
from pharmasales.evaluation.fairness.raters.marks import Mark, MarkBook
from pharmasales.evaluation.fairness.raters.rater_errors import RATER_ERRORS, RATER_QUESTIONS, STATES, RaterError, State
from pharmasales.evaluation.fairness.raters.rater_rules import RaterRules
from pharmasales.evaluation.fairness.raters.scale import in_two
from pharmasales.names import nearest
from pharmasales.rules.terms import Exact

__all__ = ["Beside", "Finding", "RaterReview"]


@frozen
class Beside:
    """A mark, and what it is compared with (对照).

    Args:
        mark: the mark.
        beside: the mean of the others' marks, last period's mark, or the mean of the evidence; on the scale.
    """

    mark: Mark
    beside: Exact = field(repr=False)


@frozen
class Finding:
    """What one check says of one rater (一项检查结果).

    Args:
        rater: the id of the rater.
        error: which error was looked for, a name of `RATER_ERRORS`.
        state: `found`, `hint`, `clear` or `unknown`.
        figure: what was reckoned, as the reason says; missing where it cannot be.
        cut: the threshold that it was held against.
        marks: how many marks it rests on.
        people: of how many people.
        evidence: these marks, each beside what it was compared with.
        why: the figures in words, and where it is not known, what is lacking.
    """

    rater: str
    error: RaterError
    state: State
    figure: Fraction | None = field(repr=False)
    cut: Fraction
    marks: int
    people: int
    evidence: tuple[Beside, ...] = field(repr=lambda seen: f"<{len(seen)} marks>")
    why: Why = field(repr=False, eq=False)

    @property
    def question(self) -> Says | None:
        """What to ask the rater; nothing where nothing was found."""
        return RATER_QUESTIONS[self.error] if self.state in ("found", "hint") else None

    def table(self) -> Table:
        """Return rater, person, item, mark, beside, apart: a row a mark that the finding rests on, two decimals."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.mark.rater,
                one.mark.person,
                one.mark.item,
                in_two(one.mark.value),
                in_two(one.beside),
                in_two(one.mark.value - one.beside),
            )
            for one in self.evidence
        ]
        return Table("rater_evidence", Says("Marks a finding rests on", "结果所依据的评分"), _EVIDENCE, rows)

    def _repr_html_(self) -> str:
        return self.why.html() + self.table().html(most=20)


@frozen
class RaterReview:
    """What the checks say of each rater (评分人检查). Made by `check_raters`.

    Args:
        findings: for each rater, one of each error, by rater and in the order of `RATER_ERRORS`.
        rules: the thresholds.
        book: the marks.
    """

    findings: tuple[Finding, ...] = field(repr=lambda findings: f"<{len(findings)} findings>")
    rules: RaterRules
    book: MarkBook = field(repr=False)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    @property
    def found(self) -> tuple[Finding, ...]:
        """The findings with something to ask, against others who know the same people."""
        return tuple(one for one in self.findings if one.state == "found")

    @property
    def hints(self) -> tuple[Finding, ...]:
        """The findings that rest on a weaker comparison."""
        return tuple(one for one in self.findings if one.state == "hint")

    def of(self, rater: str, error: RaterError) -> Finding:
        """Return what one check says of one rater.

        Raises:
            NotFound: no such rater or check.
        """
        for one in self.findings:
            if one.rater == rater and one.error == error:
                return one
        known, word = (RATER_ERRORS, error) if rater in self.book.raters else (self.book.raters, rater)
        raise NotFound("no such rater or check", where=word, hint=nearest(word, known), code="fairness.finding")

    def summary(self) -> Table:
        """Return a row a rater: how many marks and people, the mean mark, and the state of each check."""
        rows: list[tuple[Cell, ...]] = []
        states = {(one.rater, one.error): STATES[one.state] for one in self.findings}
        for rater in self.book.raters:
            marks = self.book.of_rater(rater)
            mean = Fraction(sum(mark.place for mark in marks), len(marks))
            people = len({mark.person for mark in marks})
            shared = sum(len(self.book.cells[mark.cell]) > 1 for mark in marks)
            checks = (states[rater, error] for error in RATER_ERRORS)
            rows.append((rater, len(marks), shared, people, in_two(self.book.scale.value(mean)), *checks))
        return Table("raters", Says("Raters", "评分人"), _SUMMARY, rows)

    def table(self) -> Table:
        """Return rater, check, state, figure, cut, marks, people, why, question: a row a rater and check."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.rater,
                RATER_ERRORS[one.error],
                STATES[one.state],
                one.figure,
                one.cut,
                one.marks,
                one.people,
                one.why,
                one.question,
            )
            for one in self.findings
        ]
        return Table("rater_checks", Says("Rater checks", "评分人检查"), _COLUMNS, rows)

    def counts(self) -> Mapping[State, int]:
        """Return how many findings are in each state."""
        tally = Counter(one.state for one in self.findings)
        return {state: tally[state] for state in STATES}

    def _repr_html_(self) -> str:
        return self.summary().html()


_EVIDENCE = (
    Column("rater", "Rater", "评分人"),
    Column("person", "Person", "被评人"),
    Column("item", "Item", "评分项"),
    Column("mark", "Mark", "评分", "number"),
    Column("beside", "Beside", "对照", "number"),
    Column("apart", "Apart", "相差", "number"),
)
_SUMMARY = (
    Column("rater", "Rater", "评分人"),
    Column("marks", "Marks", "评分数", "number"),
    Column("shared", "Shared", "共评数", "number"),
    Column("people", "People", "人数", "number"),
    Column("mean", "Mean", "均值", "number"),
    *(Column(error, said.en.capitalize(), said.zh) for error, said in RATER_ERRORS.items()),
)
_COLUMNS = (
    Column("rater", "Rater", "评分人"),
    Column("check", "Check", "检查项"),
    Column("state", "State", "结果"),
    Column("figure", "Figure", "数值", "ratio"),
    Column("cut", "Threshold", "阈值", "ratio"),
    Column("marks", "Marks", "评分数", "number"),
    Column("people", "People", "人数", "number"),
    Column("why", "Why", "说明", "why"),
    Column("question", "Ask", "要问的问题"),
)
