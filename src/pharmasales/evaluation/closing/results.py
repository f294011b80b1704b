"""The results of a closed period (关账结果), as they were kept: points, total, rank and grade of each rep.

They hold what was decided and no reasons: those come of the inputs and the sheet, which are kept beside them.

>>> line = ResultLine("item", Says("visits", "拜访"), Fraction(4, 5), Fraction(100), Decimal("80.00"))
>>> RepResult("r1", (line,), Decimal("80.00"), 1, "A")
RepResult(rep='r1')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadValue, NotFound
from pharmasales.evaluation.closing.plain import Data, Value, read_at, read_each, value_data, value_from
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.evaluation.scoring.sheet_data import read_sheet, sheet_data
from pharmasales.names import nearest, normal_id
from pharmasales.rules import Label
from pharmasales.rules.book import fingerprint_of
from pharmasales.rules.terms import as_label
from pharmasales.units import half_up, in_decimals

__all__ = ["LineKind", "RepResult", "ResultLine", "Results", "results_data", "results_from"]

LineKind: TypeAlias = Literal["item", "factor", "cap", "gate"]
"""What brought or took points: an item of the sheet, a factor, the cap, a gate."""


@frozen
class ResultLine:
    """What one item, factor, cap or gate brought or took (得分明细).

    Args:
        kind: `item`, `factor`, `cap` or `gate`.
        name: its name, in both languages.
        score: the score of an item before its weight; none for the others.
        weight: the weight of an item as it counted; none where it went to the others, and for the others.
        points: the points; missing where nothing is known.
    """

    kind: LineKind
    name: Says
    score: int | Fraction | None = field(repr=False)
    weight: Fraction | None = field(repr=False)
    points: Decimal | None = field(repr=False)


@frozen
class RepResult:
    """One rep's result of a closed period (个人考核结果).

    Args:
        rep: the id of the rep.
        lines: what each item and adjustment brought; they add up to the total.
        total: the total; missing where there is none.
        rank: the competition rank.
        grade: the grade; missing without a rule of grades.
    """

    rep: str
    lines: tuple[ResultLine, ...] = field(repr=False)
    total: Decimal | None = field(repr=False)
    rank: int | None = field(repr=False)
    grade: Label | None = field(repr=False)


def _frozen(given: Mapping[str, Mapping[str, Value]]) -> Mapping[str, Mapping[str, Value]]:
    return MappingProxyType({node: MappingProxyType(dict(known)) for node, known in given.items()})


@frozen(repr=False)
class Results:
    """Everybody's result of a closed period, and what it rests on (关账结果).

    Args:
        reps: one a rep, in the order of the inputs.
        figures: the figures of every node of the organisation.
        sheet: the sheet that scored, in which every look at the others has become a number.
    """

    reps: tuple[RepResult, ...]
    figures: Mapping[str, Mapping[str, Value]] = field(converter=_frozen, hash=False)
    sheet: ScoreSheet

    def __repr__(self) -> str:
        return f"Results({len(self.reps)} reps, {self.seal[:12]})"

    def __getitem__(self, rep: str) -> RepResult:
        found = next((one for one in self.reps if one.rep == rep), None)
        if found is None:
            hint = nearest(rep, [one.rep for one in self.reps])
            raise NotFound("no such rep was scored", where=f"rep {rep!r}", hint=hint, code="closing.rep")
        return found

    @property
    def seal(self) -> str:
        """The SHA-256 of the results."""
        return fingerprint_of(results_data(self))

    def table(self) -> Table:
        """Return rank, rep_id, line, score, weight, points, grade: a row a line, then the total of each rep."""
        return Table("results", Says("Results", "考核结果"), _COLUMNS, list(self._rows()))

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        for one in self.reps:
            for line in one.lines:
                yield None, one.rep, line.name, line.score, _shown(line.weight), line.points, None
            yield one.rank, one.rep, _TOTAL, None, None, one.total, None if one.grade is None else str(one.grade)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


def _shown(weight: Fraction | None) -> Decimal | None:
    return None if weight is None else in_decimals(half_up(weight * 100), 2)


_TOTAL = Says("total", "合计")
_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("rep_id", "Rep id", "代表编号"),
    Column("line", "Item", "项目"),
    Column("score", "Score", "得分率", "ratio"),
    Column("weight", "Weight", "权重", "number"),
    Column("points", "Points", "得分", "number"),
    Column("grade", "Grade", "等级"),
)


def results_data(results: Results) -> dict[str, Data]:
    """Return results as plain JSON; `results_from` reads them back."""
    return {
        "reps": [_rep_data(one) for one in results.reps],
        "figures": {
            node: {name: value_data(value) for name, value in known.items()} for node, known in results.figures.items()
        },
        "sheet": sheet_data(results.sheet),
    }


def _rep_data(one: RepResult) -> dict[str, Data]:
    lines = [
        [line.kind, line.name.en, line.name.zh, *map(value_data, (line.score, line.weight, line.points))]
        for line in one.lines
    ]
    return {"rep": one.rep, "lines": lines, "total": value_data(one.total), "rank": one.rank, "grade": one.grade}


def results_from(data: Data) -> Results:
    """Read results back.

    Raises:
        BadValue: data of another form, with its place.
        BadConfig: a sheet that cannot be read.
    """
    with read_at("results"):
        figures = {}
        for node, known in data["figures"].items():
            with read_at(f"figures of {node!r}"):
                figures[node] = {name: value_from(value) for name, value in known.items()}
        return Results(read_each(data["reps"], "reps", _rep_from), figures, read_sheet(data["sheet"]))


def _rep_from(data: Data) -> RepResult:
    lines = read_each(data["lines"], f"lines of {data['rep']!r}", _line_from)
    grade, rank, total = data["grade"], data["rank"], _points_from(data["total"])
    if rank is not None and type(rank) is not int:
        raise BadValue("no rank", where=f"rep {data['rep']!r}", code="closing.record")
    return RepResult(normal_id(data["rep"]), lines, total, rank, None if grade is None else as_label(grade))


def _line_from(data: Data) -> ResultLine:
    kind, en, zh, score, weight, points = data
    if kind not in get_args(LineKind):
        raise BadValue("no such kind of line", where=str(en), code="closing.record")
    share, counted = value_from(score), value_from(weight)
    if not isinstance(share, int | Fraction | None) or not isinstance(counted, Fraction | None):
        raise BadValue("no exact score", where=str(en), code="closing.record")
    return ResultLine(kind, Says(en, zh), share, counted, _points_from(points))


def _points_from(data: Data) -> Decimal | None:
    points = value_from(data)
    if not isinstance(points, Decimal | None):
        raise BadValue("no points", code="closing.record")
    return points
