"""What decides the ranking (权重的实际影响): the spread of the totals, split exactly among the items.

An item on which everybody scores alike decides nothing, whatever its weight. The variance of the total is the sum of
the covariances of each item with the total, so that the parts add up to the whole; beside it stands what the ranking
would have been without the item.

>>> from pharmasales.evaluation.scoring.scorecard import score
>>> from pharmasales.rules import Field, Part, Weighted
>>> sheet = ScoreSheet("two", Weighted([Part("sales", 70, Field("sales")), Part("visits", 30, Field("visits"))]))
>>> people = {"r1": ("0.9", "0.5"), "r2": ("0.9", 1), "r3": (1, "0.7")}
>>> found = influences([
...     score(sheet, rep, rep, {"sales": sales, "visits": visits}) for rep, (sales, visits) in people.items()
... ])
>>> for row in found.table().records():
...     print(row["item"].text(), row["nominal"], row["effective"], row["moved"])
sales 7/10 77/398 0
visits 3/10 321/398 3
>>> print(found.why.head())
visits decides the ranking: 80.7% of the spread of 3 totals, with a weight of 30.0%

Source: issue 8, section 3 (influence of each weight: which measure decides the ranking).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, percent
from pharmasales.errors import BadValue
from pharmasales.evaluation.fairness.plans.reweighting import reweighted
from pharmasales.evaluation.fairness.plans.same_order import in_order
from pharmasales.evaluation.scoring.scorecard import RepScore, score
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.rules import Field, Ranked
from pharmasales.units import ratio

__all__ = ["Brought", "Influence", "Influences", "influences", "item_names", "item_points"]

Brought: TypeAlias = tuple[str, str]
"""What brings points: `item`, `factor`, `cap` or `gate`, and its name."""


@frozen
class Influence:
    """What one item, factor, cap or gate does to the ranking (单项影响).

    Args:
        name: its name, in both languages.
        nominal: its weight, as a share of the whole; none for what has no weight.
        covariance: its covariance with the total, in squared points.
        effective: that as a share of the variance of the total; missing where nobody differs. Below zero it works
            against the order of the others.
        moved: who has another rank where the item is left out, by id; missing where it cannot be left out.
        agreement: how far the order without it is the order with it, -1 to 1.
    """

    name: Says
    nominal: Fraction | None
    covariance: Fraction
    effective: Fraction | None
    moved: tuple[str, ...] | None
    agreement: Fraction | None

    @property
    def why(self) -> Why:
        """The two weights, and what the ranking is without it."""
        said: dict[str, Cell] = {"name": self.name, "effective": percent(self.effective)}
        parts = []
        if self.moved is not None:
            en = "without it {count} people have another rank; agreement of the two orders {agreement}"
            zh = "剔除后 {count} 人名次变化；两种排序一致度 {agreement}"
            parts.append(because(en, zh, count=len(self.moved), agreement=self.agreement))
        if self.nominal is None:
            return because("{name}: {effective} of the spread", "{name}：占差异的 {effective}", *parts, **said)
        en, zh = "{name}: weight {nominal}, {effective} of the spread", "{name}：权重 {nominal}，占差异的 {effective}"
        return because(en, zh, *parts, nominal=percent(self.nominal), **said)


@frozen
class Influences:
    """What decides the ranking, item by item (权重影响分析). Made by `influences`.

    Args:
        items: the items in the order of the sheet, then factors, cap and gates that did anything.
        variance: the variance of the totals, in squared points; the covariances of the items add up to it.
        people: how many have a total.
        missing: who has none, by id.
    """

    items: tuple[Influence, ...]
    variance: Fraction
    people: int
    missing: tuple[str, ...]

    @property
    def decisive(self) -> Influence | None:
        """The item with the largest share of the spread, the first of equals; none where nobody differs.

        A factor, the cap or a gate is no measure: what it does stands in `items`.
        """
        known = [one for one in self.items if one.nominal is not None and one.effective is not None]
        return max(known, key=lambda one: one.effective or 0, default=None)

    @property
    def heaviest(self) -> Influence | None:
        """The item with the largest weight, the first of equals."""
        return max(self.items, key=lambda one: one.nominal or 0, default=None)

    @property
    def why(self) -> Why:
        """Which item decides the ranking, with each of them."""
        parts, one = [item.why for item in self.items], self.decisive
        if one is None:
            en, zh = "{people} totals do not differ, so nothing decides", "{people} 个总分无差异，无决定项"
            return because(en, zh, *parts, people=self.people)
        en = "{name} decides the ranking: {share} of the spread of {people} totals"
        zh = "{name}决定名次：占 {people} 个总分差异的 {share}"
        said: dict[str, Cell] = {"name": one.name, "share": percent(one.effective), "people": self.people}
        return because(
            en + ", with a weight of {weight}", zh + "，权重 {weight}", *parts, weight=percent(one.nominal), **said
        )

    def table(self) -> Table:
        """Return item, nominal, effective, covariance, moved, agreement, why: a row an item."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.name,
                one.nominal,
                one.effective,
                one.covariance,
                None if one.moved is None else len(one.moved),
                one.agreement,
                one.why,
            )
            for one in self.items
        ]
        return Table("influence", Says("What decides the ranking", "权重影响"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("item", "Item", "项目"),
    Column("nominal", "Weight", "名义权重", "ratio"),
    Column("effective", "Share of the spread", "实际影响", "ratio"),
    Column("covariance", "Covariance", "协方差", "number"),
    Column("moved", "Ranks moved without it", "剔除后名次变化人数", "number"),
    Column("agreement", "Agreement without it", "剔除后一致度", "number"),
    Column("why", "Why", "说明", "why"),
)


def item_points(card: RepScore) -> dict[Brought, int]:
    """Return what each item and adjustment brought, in hundredths of a point; they add up to the total."""
    found = {("item", one.part.name): one.hundredths or 0 for one in card.points}
    return found | {(one.kind, one.name.en): int((one.points or 0) * 100) for one in card.adjustments}


def item_names(card: RepScore) -> dict[Brought, Says]:
    """Return all that may bring points, in the order of the sheet: items, factors, the cap, gates."""
    found = {("item", one.name): Says(one.name, one.zh or one.name) for one in card.rule.parts}
    if card.sheet is None:
        return found
    found |= {("factor", one.name): one.says for one in card.sheet.factors}
    found[("cap", "cap")] = Says("cap", "封顶")
    return found | {("gate", one.name): one.says for one in card.sheet.gates}


def influences(cards: Iterable[RepScore]) -> Influences:
    """Split the spread of the totals among the items, and leave each out in turn (权重影响分析).

    Who has no total is left out and named. Leaving an item out means the same sheet with its weight at zero and the
    others grown in proportion, scored anew.

    Args:
        cards: one a person, all of one sheet, such as `Scorecards.scores`.

    Raises:
        BadValue: cards of several sheets.
    """
    people = sorted(cards, key=lambda card: card.rep_id)
    if any((card.rule, card.sheet) != (people[0].rule, people[0].sheet) for card in people):
        hint = "compare people who were scored alike"
        raise BadValue("scores of several sheets", where="cards", hint=hint, code="fairness.sheets")
    scored = [card for card in people if card.total is not None]
    missing = tuple(card.rep_id for card in people if card.total is None)
    points = [item_points(card) for card in scored]
    totals = [sum(one.values()) for one in points]
    variance, found = _covariance(totals, totals), []
    for key, says in item_names(scored[0]).items() if scored else ():
        own = [one.get(key, 0) for one in points]
        if key[0] != "item" and not any(own):
            continue
        covariance = _covariance(own, totals)
        nominal, moved, agreement = _left_out(scored, key[1]) if key[0] == "item" else (None, None, None)
        found.append(Influence(says, nominal, covariance, ratio(covariance, variance), moved, agreement))
    return Influences(tuple(found), variance, len(scored), missing)


def _covariance(xs: Sequence[int], ys: Sequence[int]) -> Fraction:
    """Return the covariance over everybody, in squared points, of two figures in hundredths."""
    count = len(xs)
    across = count * sum(x * y for x, y in zip(xs, ys, strict=True)) - sum(xs) * sum(ys)
    return Fraction(across, (100 * count) ** 2) if count else Fraction(0)


def _left_out(scored: Sequence[RepScore], name: str) -> tuple[Fraction, tuple[str, ...] | None, Fraction | None]:
    """Return the nominal weight of an item, whom leaving it out moves, and how far the two orders agree."""
    rule = scored[0].rule
    weight = next(part.weight for part in rule.parts if part.name == name)
    nominal = Fraction(weight) / rule.whole
    if nominal == 1:
        return nominal, None, None
    rest = reweighted(scored[0].sheet or ScoreSheet("sheet", rule), name, 0)
    totals = [score(rest, one.rep_id, one.rep, one.figures).total for one in scored]
    before, after = (
        Ranked(Field("total")).answers(records)
        for records in ([{"total": one.total} for one in scored], [{"total": total} for total in totals])
    )
    moved = tuple(one.rep_id for one, old, new in zip(scored, before, after, strict=True) if old != new)
    both = [(old, new) for old, new in zip(before, after, strict=True) if old is not None and new is not None]
    return nominal, moved, in_order([old for old, _ in both], [new for _, new in both])
