"""One person under the old and the new plan (个人变化): score, rank, grade and pay, and which item moved them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeVar

from attrs import field, frozen

from pharmasales.display import Cell, Says, Why, because, percent
from pharmasales.evaluation.fairness.plans.season import SeasonRow, hundredths
from pharmasales.units import Amount

__all__ = ["PersonChange", "written"]

T = TypeVar("T", int, Fraction)


@frozen
class PersonChange:
    """One person under the old and the new plan (个人变化).

    Args:
        old: the season under the old one.
        new: the season under the new one.
        by_item: by how much each item, factor, cap and gate changed the mean score; they add up to its change. Empty
            where one of the scores is missing.
        by_part: by how many smallest parts each part of the plan changed the pay; they add up to its change. Empty
            where one of the sums is missing, and where a plan pays on a blend.
        by_attainment: by how much each part changed the mean weighted attainment, which a blend pays on; they add up
            to its change. Empty where one of the two is missing.
    """

    old: SeasonRow = field(repr=False)
    new: SeasonRow = field(repr=False)
    by_item: tuple[tuple[Says, Fraction], ...] = field(repr=False)
    by_part: tuple[tuple[Says, int], ...] = field(repr=False)
    by_attainment: tuple[tuple[Says, Fraction], ...] = field(repr=False)

    @property
    def person_id(self) -> str:
        """The person's id."""
        return self.old.person_id

    @property
    def score(self) -> Fraction | None:
        """By how much the mean score changes; missing where one of the two is."""
        return None if self.old.score is None or self.new.score is None else self.new.score - self.old.score

    @property
    def ranks(self) -> int | None:
        """How many ranks the person goes up, or down below zero; missing where there is no rank."""
        return None if self.old.rank is None or self.new.rank is None else self.old.rank - self.new.rank

    @property
    def paid(self) -> Amount | None:
        """By how much the pay changes; missing where one of the two is."""
        return None if self.old.paid is None or self.new.paid is None else self.new.paid - self.old.paid

    @property
    def differs(self) -> bool:
        """Whether score, rank, grade or pay is not the same."""
        old, new = self.old, self.new
        return (old.score, old.rank, old.grade, old.paid) != (new.score, new.rank, new.grade, new.paid)

    @property
    def item(self) -> Says | None:
        """The item that moved the score most, in the direction that it went; the first of equals."""
        return _most(self.by_item)

    @property
    def part(self) -> Says | None:
        """The part of the plan that moved the pay most, in the direction that it went; the first of equals.

        Of a plan that pays on a blend it is the part that moved the weighted attainment most.
        """
        if self.by_part or self.paid is None or not self.paid.minor:
            return _most(self.by_part)
        return _most(self.by_attainment)

    @property
    def why(self) -> Why:
        """What changed, and by which item or part most."""
        if not self.differs:
            return because("{person}: no difference", "{person}：无变化", person=self.person_id)
        en, zh = [], []
        said: dict[str, Cell] = {"person": self.person_id}
        for key, says, old, new in self._pairs():
            en.append(f"{says.en} {{{key}_old}} to {{{key}_new}}")
            zh.append(f"{says.zh} {{{key}_old}} 变为 {{{key}_new}}")
            said |= {f"{key}_old": old, f"{key}_new": new}
        for key, of, most in (("item", Says("points", "得分"), self.item), ("part", Says("pay", "奖金"), self.part)):
            if most is not None:
                en.append(f"{of.en} most by {{{key}}}")
                zh.append(f"{of.zh}主要来自{{{key}}}")
                said[key] = most
        if self.ranks and not self.score:
            en.append("because others moved")
            zh.append("因他人变动")
        parts = [because("{name}: {by} points", "{name}：{by} 分", name=n, by=by) for n, by in self.by_item if by]
        parts += [because("{name}: {by}", "{name}：{by}", name=n, by=self._money(by)) for n, by in self.by_part if by]
        return because("{person}: " + ", ".join(en), "{person}：" + "，".join(zh), *parts, **said)

    def _pairs(self) -> Iterator[tuple[str, Says, Cell, Cell]]:
        old, new = self.old, self.new
        if old.cells[0].card is not None:
            yield "score", Says("score", "得分"), hundredths(old.score), hundredths(new.score)
            yield "rank", Says("rank", "名次"), old.rank, new.rank
        if (old.grade, new.grade) != (None, None):
            yield "grade", Says("grade", "等级"), written(old.grade), written(new.grade)
        if not self.by_part and old.attainment != new.attainment:
            yield "attainment", Says("attainment", "达成率"), percent(old.attainment), percent(new.attainment)
        if old.cells[0].payout is not None:
            yield "paid", Says("pay", "奖金"), written(old.paid), written(new.paid)

    def _money(self, minor: int) -> Cell:
        return None if self.old.paid is None else str(Amount(minor, self.old.paid.unit))


def written(value: object) -> Cell:
    """Write an amount or a grade, or leave it missing."""
    return None if value is None else str(value)


def _most(by: tuple[tuple[Says, T], ...]) -> Says | None:
    """Return what moved a sum most in the direction that it went; none where it did not move."""
    whole = sum(change for _, change in by)
    moved = [(abs(change), says) for says, change in by if change * whole > 0]
    return max(moved, key=lambda one: one[0])[1] if moved else None
