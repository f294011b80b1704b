"""What calibration made (校准结果): raw beside calibrated, for each mark, person and rater, and why."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.evaluation.fairness.raters.marks import Mark
from pharmasales.evaluation.fairness.raters.scale import in_two

__all__ = ["Assumption", "CalibratedMark", "CalibratedPerson", "Calibration", "CalibrationMethod", "RaterShift"]

CalibrationMethod: TypeAlias = Literal["shift", "spread"]
Assumption: TypeAlias = Literal["comparable_teams"]


@frozen
class RaterShift:
    """What is known of one rater beside the panel (评分人偏移).

    Args:
        rater: the id of the rater.
        marks: how many marks the rater gave.
        shared: how many of them are of a person and item that somebody else marked too.
        effect: how much the rater gives above the panel, on the scale, before any bound.
        factor: by what the distance of the rater's marks from their mean is multiplied; 1 with the method `shift`.
        assumed: whether the effect rests on the assumption that teams are comparable.
        why: where they come from.
    """

    rater: str
    marks: int
    shared: int
    effect: Fraction = field(repr=False)
    factor: Fraction = field(repr=False)
    assumed: bool
    why: Why = field(repr=False, eq=False)


@frozen
class CalibratedMark:
    """One mark, raw and calibrated (校准后的评分).

    Args:
        mark: the raw mark.
        calibrated: the calibrated one, with two decimals.
        wanted: what the method asks for, exact, before the bound and the ends of the scale.
        why: the rater's effect, and what held it.
    """

    mark: Mark
    calibrated: Decimal = field(repr=False)
    wanted: Fraction = field(repr=False)
    why: Why = field(repr=False, eq=False)

    @property
    def raw(self) -> Decimal:
        """The raw mark."""
        return in_two(self.mark.value)

    @property
    def moved(self) -> Decimal:
        """The calibrated less the raw mark."""
        return self.calibrated - self.raw


@frozen
class CalibratedPerson:
    """All marks of one person, added up (个人校准合计).

    Args:
        person: the id of the person.
        marks: how many marks.
        raters: how many raters gave them.
        raw: the sum of the raw marks.
        calibrated: the sum of the calibrated ones, as they are shown.
    """

    person: str
    marks: int
    raters: int
    raw: Decimal = field(repr=False)
    calibrated: Decimal = field(repr=False)

    @property
    def raw_mean(self) -> Fraction:
        """The mean raw mark."""
        return Fraction(self.raw) / self.marks

    @property
    def calibrated_mean(self) -> Fraction:
        """The mean calibrated mark."""
        return Fraction(self.calibrated) / self.marks


@frozen
class Calibration:
    """Marks, raw beside calibrated (评分校准). Made by `calibrate`.

    Args:
        marks: one a mark, by rater, person and item.
        raters: one a rater.
        method: `shift` or `spread`.
        most: how much a mark may move at most, on the scale.
        assume: the assumption that was named; none where all raters are linked by common marks.
    """

    marks: tuple[CalibratedMark, ...] = field(repr=lambda marks: f"<{len(marks)} marks>")
    raters: tuple[RaterShift, ...]
    method: CalibrationMethod
    most: Fraction
    assume: Assumption | None

    @property
    def people(self) -> tuple[CalibratedPerson, ...]:
        """The sums of each person, by id; over all people they add up to the sum of all marks."""
        of: dict[str, list[CalibratedMark]] = {}
        for one in self.marks:
            of.setdefault(one.mark.person, []).append(one)
        return tuple(_person(person, of[person]) for person in sorted(of))

    def table(self) -> Table:
        """Return rater, person, item, raw, calibrated, moved, why: a row a mark."""
        rows: list[tuple[Cell, ...]] = [
            (one.mark.rater, one.mark.person, one.mark.item, one.raw, one.calibrated, one.moved, one.why)
            for one in self.marks
        ]
        return Table("calibrated_marks", Says("Marks, raw and calibrated", "评分校准明细"), _MARKS, rows)

    def people_table(self) -> Table:
        """Return person, marks, raters, raw, calibrated, moved, raw_mean, calibrated_mean: a row a person."""
        rows: list[tuple[Cell, ...]] = [
            (
                one.person,
                one.marks,
                one.raters,
                one.raw,
                one.calibrated,
                one.calibrated - one.raw,
                in_two(one.raw_mean),
                in_two(one.calibrated_mean),
            )
            for one in self.people
        ]
        return Table("calibrated_people", Says("People, raw and calibrated", "个人校准合计"), _PEOPLE, rows)

    def rater_table(self) -> Table:
        """Return rater, marks, shared, effect, factor, why: a row a rater, with two decimals."""
        rows: list[tuple[Cell, ...]] = [
            (one.rater, one.marks, one.shared, in_two(one.effect), in_two(one.factor), one.why) for one in self.raters
        ]
        return Table("rater_shifts", Says("Raters beside the panel", "评分人偏移"), _RATERS, rows)

    def why(self) -> Why:
        """Say how it was done, in both languages."""
        parts = []
        if self.assume is not None:
            parts.append(because("assumed: teams are comparable on average", "假定：各团队平均水平可比"))
        how = Says("mean shift to the panel", "均值平移至全体") if self.method == "shift" else _SPREAD
        return because(
            "{how}; a mark moves by {most} at most and stays on the scale",
            "{how}；单个评分最多移动 {most}，且不超出量表",
            *parts,
            how=how,
            most=in_two(self.most),
        )

    def _repr_html_(self) -> str:
        return self.why().html() + self.people_table().html(most=20) + self.table().html(most=20)


_SPREAD = Says("mean and spread to the panel's", "均值与离散程度调整至全体")
_MARKS = (
    Column("rater", "Rater", "评分人"),
    Column("person", "Person", "被评人"),
    Column("item", "Item", "评分项"),
    Column("raw", "Raw", "原始", "number"),
    Column("calibrated", "Calibrated", "校准后", "number"),
    Column("moved", "Moved", "调整", "number"),
    Column("why", "Why", "说明", "why"),
)
_PEOPLE = (
    Column("person", "Person", "被评人"),
    Column("marks", "Marks", "评分数", "number"),
    Column("raters", "Raters", "评分人数", "number"),
    Column("raw", "Raw", "原始合计", "number"),
    Column("calibrated", "Calibrated", "校准合计", "number"),
    Column("moved", "Moved", "调整", "number"),
    Column("raw_mean", "Raw mean", "原始均值", "number"),
    Column("calibrated_mean", "Calibrated mean", "校准均值", "number"),
)
_RATERS = (
    Column("rater", "Rater", "评分人"),
    Column("marks", "Marks", "评分数", "number"),
    Column("shared", "Shared", "共评数", "number"),
    Column("effect", "Above the panel", "高于全体", "number"),
    Column("factor", "Spread factor", "离散系数", "number"),
    Column("why", "Why", "说明", "why"),
)


def _person(person: str, marks: Iterable[CalibratedMark]) -> CalibratedPerson:
    given = list(marks)
    raw = sum((one.raw for one in given), Decimal("0.00"))
    calibrated = sum((one.calibrated for one in given), Decimal("0.00"))
    return CalibratedPerson(person, len(given), len({one.mark.rater for one in given}), raw, calibrated)
