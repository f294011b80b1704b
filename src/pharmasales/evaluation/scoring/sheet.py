"""Score sheets (评分表): the items and their weights, what may adjust the sum, the cap, the gates, and the grades.

>>> from pharmasales.display import Says
>>> from pharmasales.rules import Field, Part
>>> from pharmasales.evaluation.scoring.curves import linear
>>> sheet = ScoreSheet(
...     "field force",
...     Weighted([Part("coverage", 60, linear(Field("coverage"), "0%", "100%")),
...               Part("reports", 40, linear(Field("reports"), "0%", "100%"))]),
...     gates=[ScoreGate("compliance", Field("breaches").over(0), Says("a confirmed breach", "经确认的违规"))],
... )
>>> rule = sheet.total_rule()
>>> [str(rule({"coverage": "0.9", "reports": 1, "breaches": breaches})) for breaches in (0, 1)]
['94', '0']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Table
from pharmasales.errors import BadRule
from pharmasales.evaluation.scoring.adjusting import Factor, ScoreGate, in_hundredths
from pharmasales.evaluation.scoring.bounds import Bounds, bounds_of
from pharmasales.evaluation.scoring.grading import ForcedDistribution, GradeRule, RankGrades
from pharmasales.names import clean
from pharmasales.rules import (
    Bands,
    Curve,
    FirstMatch,
    PeerFacts,
    PeersFitted,
    Rule,
    Sum,
    Times,
    Weighted,
    fit_peers,
)
from pharmasales.rules.groups import Group, groups_of
from pharmasales.rules.terms import Exact
from pharmasales.units import Number

__all__ = ["FittedSheet", "ScoreSheet", "fit_sheet", "fit_sheets"]


def _factors(given: Iterable[Factor]) -> tuple[Factor, ...]:
    return tuple(given)


def _gates(given: Iterable[ScoreGate]) -> tuple[ScoreGate, ...]:
    return tuple(given)


def _cap(given: Number | None) -> Exact | None:
    return None if given is None else in_hundredths(given, "cap")


@frozen
class ScoreSheet:
    """How people of one role are scored (评分表): one value, which a rule book's text can hold.

    The order is fixed: the items, which are rounded to hundredths and added up; the factors, each within its bound; the
    cap; the gates. What the sum was before the gates stays visible.

    Args:
        name: its name.
        rule: the items: weights that add up to the whole, and for each the rule of its score; `RelativeToBest`,
            `Percentile` and `FairShare` may stand in them, and are fitted before anybody is scored.
        factors: what nobody can help, each with a source and a bound.
        cap: the most points in all, before the gates.
        gates: what holds a whole score down.
        grades: how totals become grades: bands over `total`, or a rule that looks at everybody.
        zh: its Chinese name.

    Raises:
        BadRule: two adjustments of one name, a cap that is not above the least score, or a cap or gate over an item
            without bounds.
    """

    name: str = field(converter=clean)
    rule: Weighted
    factors: tuple[Factor, ...] = field(default=(), converter=_factors)
    cap: Exact | None = field(default=None, converter=_cap)
    gates: tuple[ScoreGate, ...] = field(default=(), converter=_gates)
    grades: GradeRule | None = None
    zh: str = field(default="", converter=clean)

    def __attrs_post_init__(self) -> None:
        items = [part.name for part in self.rule.parts]
        names = [*items, *(one.name for one in self.factors), *(one.name for one in self.gates)]
        twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
        if twice is not None:
            raise BadRule("two of one name in a score sheet", where=twice, hint="rename one", code="score.twins")
        if not isinstance(self.grades, Bands | ForcedDistribution | RankGrades | None):
            hint = "give Bands over total, a ForcedDistribution or RankGrades"
            raise BadRule("not a rule of grades", where="grades", hint=hint, code="score.grades")
        if self.cap is not None or self.gates:
            least, _ = self.bounds
            if self.cap is not None and self.cap <= least:
                hint = f"the least score is {least}"
                raise BadRule("a cap at or below the least score", where="cap", hint=hint, code="score.cap")

    @property
    def bounds(self) -> Bounds:
        """The least and the most that items and factors can add up to, or a little less and more.

        Raises:
            BadRule: an item whose score has no bounds.
        """
        least, most = bounds_of(self.rule)
        reach: Exact = sum(factor.bound for factor in self.factors)
        return least - reach, most + reach

    def total_rule(self) -> Rule:
        """Return the total as one plain rule, to keep in a rule book, to compile, or to apply to a frame.

        It answers what `score` totals, for every record.
        """
        total: Rule = self.rule
        if self.factors:
            total = Sum([self.rule, *(factor.rule for factor in self.factors)])
        if self.cap is None and not self.gates:
            return total
        least, most = self.bounds
        if self.cap is not None and self.cap < most:
            total, most = Curve(total, ((least, least), (self.cap, self.cap))), self.cap
        for gate in self.gates:
            total = _gated(total, gate, least, most)
            least = min(least, gate.at_most)
        return total

    def data(self) -> dict[str, Any]:
        """Return the sheet as plain data; `read_sheet` reads it back."""
        from pharmasales.evaluation.scoring.sheet_data import sheet_data

        return sheet_data(self)

    def toml(self) -> str:
        """Return the sheet as TOML; `from_toml` reads it back."""
        from pharmasales.evaluation.scoring.sheet_data import sheet_toml

        return sheet_toml(self)

    @classmethod
    def from_toml(cls, text: str) -> ScoreSheet:
        """Read a sheet from TOML; decimals are read exactly.

        Raises:
            BadConfig: text that is no TOML, an unknown key, or a sheet that cannot hold, with its path.
        """
        from pharmasales.evaluation.scoring.sheet_data import read_sheet
        from pharmasales.rules.book import read_toml

        return read_sheet(read_toml(text))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the sheet's data: the same sheet gives the same fingerprint anywhere."""
        from pharmasales.rules.book import fingerprint_of

        return fingerprint_of(self.data())


def _gated(total: Rule, gate: ScoreGate, least: Exact, most: Exact) -> Rule:
    """Take away what lies above the gate, where it is closed; of scores above zero a product with 0 or 1 does that."""
    if gate.at_most == 0 and least >= 0:
        return Times([total, FirstMatch(((gate.when, 0),), otherwise=1)])
    closed = FirstMatch(((gate.when, 1),), otherwise=0)
    if gate.at_most >= most:
        return Sum([total], less=[Times([closed], times=0)])  # it takes nothing, and must be answered all the same
    above = Curve(total, ((gate.at_most, 0), (most, most - gate.at_most)))
    return Sum([total], less=[Times([above, closed])])


@frozen
class FittedSheet:
    """A sheet in which every look at the others has become a number, and the evidence (已拟合的评分表).

    Args:
        sheet: scores one person.
        facts: what was found about the others, one entry for each rule that looks at them.
    """

    sheet: ScoreSheet
    facts: tuple[PeerFacts, ...]

    def table(self) -> Table:
        """Return the evidence: a row for each figure that the sheet now rests on."""
        return PeersFitted(self.sheet.rule, self.facts).table()

    def _repr_html_(self) -> str:
        return self.table().html()


def fit_sheet(sheet: ScoreSheet, records: Iterable[object]) -> FittedSheet:
    """Look at everybody once, and return the sheet that scores one person.

    Args:
        sheet: the sheet.
        records: the figures of everybody who is compared: the peers (同侪).

    >>> from pharmasales.rules import Field, Part, RelativeToBest
    >>> screen = ScoreSheet("screen", Weighted([     # E42
    ...     Part("sales", 70, RelativeToBest(Field("sales"))), Part("credit", 30, RelativeToBest(Field("credit"))),
    ... ]))
    >>> x, y = {"sales": 90, "credit": 80}, {"sales": 60, "credit": 100}
    >>> rule = fit_sheet(screen, [x, y]).sheet.total_rule()
    >>> rule(x), rule(y)
    (Decimal('94.00'), Decimal('76.67'))

    Raises:
        BadRule: peers that a rule cannot be fitted to.
        BadValue: a value that is no number, with its position.
    """
    people = list(records)
    items = [fit_peers(part.rule, people) for part in sheet.rule.parts]
    factors = [fit_peers(factor.of, people) for factor in sheet.factors]
    parts = [evolve(part, rule=one.rule) for part, one in zip(sheet.rule.parts, items, strict=True)]
    plain = [evolve(factor, of=one.rule) for factor, one in zip(sheet.factors, factors, strict=True)]
    fitted = evolve(sheet, rule=evolve(sheet.rule, parts=parts), factors=plain)
    return FittedSheet(fitted, tuple(fact for one in (*items, *factors) for fact in one.facts))


Sheets: TypeAlias = Mapping[Group, FittedSheet]


def fit_sheets(sheet: ScoreSheet, records: Iterable[object], within: Sequence[str]) -> Sheets:
    """Fit the sheet to each group by itself: reps are compared with those of their own role, or region (同组比较).

    A record of no group (one of the fields is missing) is a peer of nobody.

    Args:
        sheet: the sheet.
        records: the figures of everybody.
        within: the fields that part the groups; their values, in order, are the keys of the answer.

    >>> from pharmasales.rules import Field, Part, RelativeToBest
    >>> best = ScoreSheet("best", Weighted([Part("sales", 100, RelativeToBest(Field("sales")))]))
    >>> reps = [{"city": city, "sales": sales} for city, sales in (("N", 90), ("S", 60), ("S", 30))]
    >>> sheets = fit_sheets(best, reps, ["city"])
    >>> [str(sheets[(rep["city"],)].sheet.total_rule()(rep)) for rep in reps]
    ['100.00', '100.00', '50.00']

    Raises:
        BadRule: as `fit_sheet`, with the group.
        BadValue: as `fit_sheet`.
    """
    people = list(records)
    found = {}
    for group, places in groups_of(people, within).items():
        try:
            found[group] = fit_sheet(sheet, [people[place] for place in places])
        except BadRule as error:
            raise error.at(f"group {', '.join(map(str, group))}" if group else "everybody") from None
    return found
