"""Credit scoring (资信评分): marks out of the file, weighed into points and a class, with reasons.

>>> from pharmasales.channel.credit.investigation import CreditFile, CreditFinding
>>> marks = {"payment": 90, "trade": 80, "cooperation": 85, "finance": 70}
>>> told = {"source": "ledger", "on": date(2026, 1, 5), "by": "p1"}
>>> file = CreditFile("D1", findings=[CreditFinding(key, "judged", mark=mark, **told) for key, mark in marks.items()])
>>> score = credit_score(file.state(date(2026, 3, 1)))
>>> print(score.why)
AA
  score 82.5 is at least 80 and is below 90: AA
  total 82.50 of 100
    payment: score 90 / 100 x weight 35 = 31.50
    trade: score 80 / 100 x weight 25 = 20.00
    cooperation: score 85 / 100 x weight 20 = 17.00
    finance: score 70 / 100 x weight 20 = 14.00
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from attrs import field, frozen

from pharmasales.channel.credit.investigation import FileState
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule
from pharmasales.rules import Bands, Field, Part, Points, RuleBook, Weighted, explain, explain_points

__all__ = ["CREDIT_RULES", "CreditScore", "credit_score"]

CREDIT_RULES = RuleBook(
    "credit",
    "2026.1",
    {
        "score": Weighted(
            [
                Part(name, weight, Field(name, zh), zh)
                for name, weight, zh in (
                    ("payment", 35, "付款"),
                    ("trade", 25, "交易"),
                    ("cooperation", 20, "合作"),
                    ("finance", 20, "财务"),
                )
            ],
            full=100,
        ),
        "class": Bands(Field("score", "资信分"), ((60, "C"), (70, "B"), (80, "A"), (90, "AA")), top="AAA"),
    },
)
"""The weights (`score`: payment 35, trade 25, cooperation 20, finance 20; P2-G) and the class of a score (`class`: AAA
from 90, AA from 80, A from 70, B from 60, C below; the library's own cut points). Lay a book of yours over it."""


@frozen
class CreditScore:
    """The points and the class of a dealer on a day (资信评分).

    Args:
        customer: id of the dealer.
        as_of: the day.
        marks: the marks that hold on the day, by item; `None` is missing.
        rules: the book with `score` and `class`.

    Raises:
        BadRule: `score` that is no weighted sum.
        NotFound: a book without `score`.
    """

    customer: str
    as_of: date
    marks: Mapping[str, object] = field(repr=False, hash=False)
    rules: RuleBook = field(default=CREDIT_RULES, repr=False)
    _weighted: Weighted = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        rule = self.rules["score"]
        if not isinstance(rule, Weighted):
            hint = 'let "score" be a weighted sum'
            raise BadRule("no weighted sum", where="rules.score", hint=hint, code="credit.rules")
        object.__setattr__(self, "_weighted", rule)

    @property
    def points(self) -> Decimal | None:
        """The points with two decimals; missing where a mark is."""
        return self._weighted(self.marks)

    @property
    def credit_class(self) -> str | None:
        """The class by the points; missing where they are."""
        found = self.rules["class"]({"score": self.points})
        return None if found is None else str(found)

    @property
    def why(self) -> Why:
        """The class, its band, and what each mark brought."""
        parts = explain(self.rules["class"], {"score": self.points}), explain(self._weighted, self.marks)
        return because("{label}", "{label}", *parts, label=self.credit_class or Says("no class", "无法定级"))

    def table(self) -> Table:
        """Return each part: weight, mark, points and why."""
        rows = [self._row(one) for one in self._weighted.points(self.marks)]
        title = Says(f"Credit score {self.customer}", f"资信评分 {self.customer}")
        return Table("credit_score", title, _COLUMNS, rows)

    def _row(self, one: Points) -> tuple[Cell, ...]:
        says = Says(one.part.name, one.part.zh or one.part.name)
        return says, one.part.weight, one.score, one.points, explain_points(one, self.marks)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("part", "Part", "项目"),
    Column("weight", "Weight", "权重", "number"),
    Column("mark", "Mark", "评分", "number"),
    Column("points", "Points", "得分", "number"),
    Column("why", "Why", "说明", "why"),
)


def credit_score(state: FileState, rules: RuleBook = CREDIT_RULES) -> CreditScore:
    """Score a dealer by the marks of its file that still hold (资信评分).

    A mark that is too old or that nobody gave is missing; where the rule needs it, so are the points and the class.

    Args:
        state: the file on a day.
        rules: the book with `score`, a weighted sum over the items, and `class`.

    Source: P2-G (weights). Raises:
        BadRule: `score` that is no weighted sum.
        NotFound: a book without `score`.
    """
    marks = {item.key: state.fresh[item.key].mark if item.key in state.fresh else None for item in state.items}
    return CreditScore(state.customer, state.as_of, marks, rules)
