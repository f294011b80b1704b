"""Two simulated seasons side by side (新旧方案对比): what the change costs, who moves, and which item moved them.

>>> from pharmasales.evaluation.fairness.plans.past import PastRecord
>>> from pharmasales.evaluation.fairness.plans.reweighting import reweighted
>>> from pharmasales.evaluation.fairness.plans.simulating import simulate
>>> from pharmasales.evaluation.scoring.sheet import ScoreSheet
>>> from pharmasales.periods import Quarter
>>> from pharmasales.rules import Field, Part, Weighted
>>> sheet = ScoreSheet("old", Weighted([Part("sales", 70, Field("sales")), Part("visits", 30, Field("visits"))]))
>>> people = {"r1": ("0.9", "0.5"), "r2": ("0.8", 1), "r3": (1, "0.4")}
>>> past = [PastRecord(rep, Quarter(2025, 4), {"sales": a, "visits": b}) for rep, (a, b) in people.items()]
>>> found = compare_seasons(simulate(past, sheet=sheet), simulate(past, sheet=reweighted(sheet, "visits", 50)))
>>> for one in found.rows:
...     print(one.why.head())
r1: score 78.00 to 70.00, rank 3 to 2, points most by sales
r2: score 86.00 to 90.00, rank 1 to 1, points most by visits
r3: score 82.00 to 70.00, rank 2 to 2, points most by sales

Source: issue 8, section 3 (simulation of a season), section 4 (effect simulated first).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue, NotComparable
from pharmasales.evaluation.fairness.plans.influence import Brought, item_names, item_points
from pharmasales.evaluation.fairness.plans.person_change import PersonChange, written
from pharmasales.evaluation.fairness.plans.season import Season, SeasonRow, hundredths
from pharmasales.units import Amount

__all__ = ["SeasonChange", "compare_seasons"]


def _cost(rows: Iterable[SeasonRow]) -> Cell:
    paid = [row.paid for row in rows if row.paid is not None]
    return str(Amount.total(paid, paid[0].unit)) if paid else None


@frozen
class SeasonChange:
    """An old and a new plan on the same season (方案对比). Made by `compare_seasons`.

    Args:
        old: the season under the old plan.
        new: the season under the new one.
        rows: one a person, by id.
    """

    old: Season = field(repr=False)
    new: Season = field(repr=False)
    rows: tuple[PersonChange, ...] = field(repr=lambda rows: f"<{len(rows)} people>")

    @property
    def cost(self) -> Amount | None:
        """By how much the new plan costs more; missing where anybody cannot be paid under one of them."""
        return None if self.old.cost is None or self.new.cost is None else self.new.cost - self.old.cost

    @property
    def known_cost(self) -> Amount | None:
        """By how much those who can be paid under both cost more; nobody of `missing` is in it."""
        known = [one.paid for one in self.rows if one.paid is not None]
        return Amount.total(known, known[0].unit) if known else None

    @property
    def moved(self) -> tuple[PersonChange, ...]:
        """Everybody with another score, rank, grade or pay."""
        return tuple(one for one in self.rows if one.differs)

    @property
    def missing(self) -> tuple[str, ...]:
        """Who cannot be compared: no score or no pay under one of the two, by id."""
        return tuple(one.person_id for one in self.rows if self._by(one) is None)

    def winners(self, most: int = 5) -> tuple[PersonChange, ...]:
        """Return who gains most: pay where a plan pays, else points; the first of equals by id."""
        gained = [one for one in self.rows if (self._by(one) or 0) > 0]
        return tuple(sorted(gained, key=lambda one: self._by(one) or 0, reverse=True)[:most])

    def losers(self, most: int = 5) -> tuple[PersonChange, ...]:
        """Return who loses most: pay where a plan pays, else points; the first of equals by id."""
        lost = [one for one in self.rows if (self._by(one) or 0) < 0]
        return tuple(sorted(lost, key=lambda one: self._by(one) or 0)[:most])

    def _by(self, one: PersonChange) -> Fraction | int | None:
        if self.old.plan is None:
            return one.score
        return None if one.paid is None else one.paid.minor

    @property
    def why(self) -> Why:
        """The cost, how many move which way, the largest winners and losers."""
        en, zh = ["{moved} of {people} people differ"], ["{people} 人中 {moved} 人有变化"]
        said: dict[str, Cell] = {"moved": len(self.moved), "people": len(self.rows), "left": len(self.missing)}
        if self.old.sheet is not None:
            en.append("up in rank: {ups}, down: {downs}")
            zh.append("名次上升 {ups} 人、下降 {downs} 人")
            ranks = [one.ranks or 0 for one in self.rows]
            said |= {"ups": sum(one > 0 for one in ranks), "downs": sum(one < 0 for one in ranks)}
        if self.old.plan is not None:
            en.append("paid more: {gain}, less: {lose}; cost {old} to {new}, a difference of {cost}")
            zh.append("奖金增加 {gain} 人、减少 {lose} 人；成本 {old} 变为 {new}，差额 {cost}")
            known = [one for one in self.rows if one.paid is not None]
            said |= {"gain": len(self.winners(len(known))), "lose": len(self.losers(len(known)))}
            said |= {"old": _cost([one.old for one in known]), "new": _cost([one.new for one in known])}
            said |= {"cost": written(self.known_cost)}
        if self.missing:
            en.append("without {left} who cannot be compared")
            zh.append("不含无法比较的 {left} 人")
        parts = [one.why for one in (*self.winners(), *self.losers())]
        return because("; ".join(en), "；".join(zh), *parts, **said)

    def table(self) -> Table:
        """Return person_id, score_old, score_new, ranks, grade_old, grade_new, paid_old, paid_new, paid, why."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.person_id,
                hundredths(one.old.score),
                hundredths(one.new.score),
                one.ranks,
                written(one.old.grade),
                written(one.new.grade),
                *(None if paid is None else paid.value for paid in (one.old.paid, one.new.paid, one.paid)),
                one.why,
            )
            for one in self.rows
        ]
        return Table("season_change", Says("Old and new plan", "新旧方案对比"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("person_id", "Person id", "人员编号"),
    Column("score_old", "Score, old", "原得分", "number"),
    Column("score_new", "Score, new", "新得分", "number"),
    Column("ranks", "Ranks up", "名次上升", "number"),
    Column("grade_old", "Grade, old", "原等级"),
    Column("grade_new", "Grade, new", "新等级"),
    Column("paid_old", "Pay, old", "原奖金", "amount"),
    Column("paid_new", "Pay, new", "新奖金", "amount"),
    Column("paid", "Difference", "奖金差额", "amount"),
    Column("why", "Why", "说明", "why"),
)


def compare_seasons(old: Season, new: Season) -> SeasonChange:
    """Compare two simulations of the same past (方案对比).

    Args:
        old: under the old sheet and plan.
        new: under the new ones.

    Raises:
        BadValue: other people or periods, or a sheet or plan on one side only.
        NotComparable: pay in two units.
    """
    for what, one, other in (("sheet", old.sheet, new.sheet), ("plan", old.plan, new.plan)):
        if (one is None) != (other is None):
            hint = f"give a {what} to both simulations, or to neither"
            raise BadValue(f"a {what} on one side only", where=what, hint=hint, code="fairness.change")
    keys = [[(cell.person_id, cell.period) for cell in season.cells] for season in (old, new)]
    if keys[0] != keys[1]:
        hint = "simulate both on the same records"
        raise BadValue("other people or periods", where="seasons", hint=hint, code="fairness.change")
    if old.unit is not None and new.unit is not None and old.unit != new.unit:
        raise NotComparable(f"{old.unit.code} with {new.unit.code}", where="seasons", code="unit")
    pairs = zip(old.rows, new.rows, strict=True)
    return SeasonChange(old, new, tuple(_change(one, other) for one, other in pairs))


def _change(old: SeasonRow, new: SeasonRow) -> PersonChange:
    return PersonChange(old, new, _by_item(old, new), _by_part(old, new), _by_attainment(old, new))


def _by_item(old: SeasonRow, new: SeasonRow) -> tuple[tuple[Says, Fraction], ...]:
    if old.score is None or new.score is None:
        return ()
    before, after = _mean_points(old), _mean_points(new)
    names: dict[Brought, Says] = {}
    for row in (old, new):
        for cell in row.cells:
            if cell.card is not None:
                names |= item_names(cell.card)
    changes = ((names[key], after.get(key, Fraction(0)) - before.get(key, Fraction(0))) for key in names)
    return tuple((says, change) for says, change in changes if change)


def _mean_points(row: SeasonRow) -> Mapping[Brought, Fraction]:
    """Return what each item brought on average, in points; they add up to the mean score."""
    found: dict[Brought, Fraction] = {}
    for cell in row.cells:
        if cell.card is not None:
            for key, brought in item_points(cell.card).items():
                found[key] = found.get(key, Fraction(0)) + Fraction(brought, 100 * len(row.cells))
    return found


def _by_part(old: SeasonRow, new: SeasonRow) -> tuple[tuple[Says, int], ...]:
    if old.paid is None or new.paid is None:
        return ()
    names: dict[str, Says] = {}
    found: dict[str, int] = {}
    for sign, row in ((-1, old), (1, new)):
        for cell in row.cells:
            for one in () if cell.payout is None else cell.payout.parts:
                if one.minor is None:
                    return ()
                names[one.part.name] = one.part.says()
                found[one.part.name] = found.get(one.part.name, 0) + sign * one.minor
    return tuple((names[name], change) for name, change in found.items() if change)


def _by_attainment(old: SeasonRow, new: SeasonRow) -> tuple[tuple[Says, Fraction], ...]:
    if old.attainment is None or new.attainment is None:
        return ()
    names: dict[str, Says] = {}
    found: dict[str, Fraction] = {}
    for sign, row in ((-1, old), (1, new)):
        for cell in row.cells:
            for one in () if cell.payout is None else cell.payout.parts:
                value, weight = one.value, one.part.weight or 0
                if isinstance(value, Fraction):
                    names[one.part.name] = one.part.says()
                    brought = sign * value * weight / (100 * len(row.cells))
                    found[one.part.name] = found.get(one.part.name, Fraction(0)) + brought
    return tuple((names[name], change) for name, change in found.items() if change)
