"""A programme solved by HiGHS, stage by stage, with bounds that are whole numbers and on the safe side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from attrs import frozen

from pharmasales.extras import need
from pharmasales.followup.planning._programme import Programme, Row

__all__ = ["Answer", "Found", "Solver", "in_stages"]

_SAFE = Fraction(1, 100)
"""What a bound may be off by: the solver keeps rows within a millionth, and a month has some thousand."""
_ENOUGH = 0.9
"""How far the best found may lie above the bound at the end: costs are whole, so below 1 it is the best."""


@frozen
class Answer:
    """What one search found.

    Args:
        bound: no choice costs less; missing where there is no choice at all.
        found: what the best choice found costs, counted exactly; missing where none was found. The relaxation has no
            whole choice: here it is the bound.
        chosen: the whole columns of that choice that are 1; missing where none was found, or all cost the same.
        nodes: how many nodes were searched.
    """

    bound: int | None
    found: int | None
    chosen: frozenset[int] | None
    nodes: int


class Solver:
    """One programme in the solver; rows can be added between searches.

    Each search begins anew and from nothing: a choice known beforehand saves no time, and with one the solver reports a
    wrong cost where its presolve leaves nothing to be decided.

    Args:
        programme: what to solve.
        whole: whether the columns must be whole; else every bound is that of the relaxation.

    Raises:
        BadConfig: the solver is not installed.
    """

    def __init__(self, programme: Programme, *, whole: bool = True) -> None:
        self._highspy = need("highspy", "solver")
        self._programme = programme
        self._whole = whole and bool(programme.whole)
        self._highs: Any = self._highspy.Highs()
        options = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 0.0, "mip_abs_gap": _ENOUGH}
        for name, value in options.items():
            self._highs.setOptionValue(name, value)
        self._highs.passModel(self._model())

    def _model(self) -> object:
        """Write the programme down in the solver's own terms."""
        programme, kinds = self._programme, self._highspy.HighsVarType
        model: Any = self._highspy.HighsLp()
        model.num_col_, model.num_row_ = programme.columns, len(programme.rows)
        model.col_cost_ = [0.0] * programme.columns
        model.col_lower_, model.col_upper_ = [0.0] * programme.columns, [1.0] * programme.columns
        free = -self._highspy.kHighsInf
        model.row_lower_ = [free if least is None else float(least) for least, _, _ in programme.rows]
        model.row_upper_ = [float(most) for _, most, _ in programme.rows]
        matrix = model.a_matrix_
        matrix.format_ = self._highspy.MatrixFormat.kRowwise
        matrix.start_, matrix.index_, matrix.value_ = _by_row(programme.rows)
        if self._whole:
            whole = frozenset(programme.whole)
            kind = (kinds.kContinuous, kinds.kInteger)
            model.integrality_ = [kind[column in whole] for column in range(programme.columns)]
        return model

    def hold(self, columns: Mapping[int, int], most: int) -> None:
        """Add a row: from now on these columns add up to so much at most."""
        least = -self._highspy.kHighsInf
        self._highs.addRow(least, float(most), len(columns), list(columns), list(map(float, columns.values())))

    def minimise(self, costs: Mapping[int, int], *, nodes: int | None = None, seconds: int | None = None) -> Answer:
        """Search for the choice that costs least.

        Args:
            costs: by column; the others cost nothing.
            nodes: how many nodes to search at most.
            seconds: how long to search at most.
        """
        if not any(costs.values()):
            return Answer(0, 0, None, 0)
        highs, count = self._highs, self._programme.columns
        highs.changeColsCost(count, list(range(count)), [float(costs.get(column, 0)) for column in range(count)])
        highs.setOptionValue("mip_max_nodes", self._highspy.kHighsIInf if nodes is None else nodes)
        highs.setOptionValue("time_limit", self._highspy.kHighsInf if seconds is None else float(seconds))
        highs.clearSolver()
        highs.run()
        return self._answer(costs)

    def _answer(self, costs: Mapping[int, int]) -> Answer:
        info, kinds = self._highs.getInfo(), self._highspy.HighsModelStatus
        status = self._highs.getModelStatus()
        if status == kinds.kInfeasible:
            return Answer(None, None, None, 0)
        if not self._whole:
            bound = _up(info.objective_function_value) if status == kinds.kOptimal else 0
            return Answer(bound, bound, None, 0)
        bound, nodes = _up(info.mip_dual_bound), max(0, info.mip_node_count)
        if info.primal_solution_status != self._highspy.SolutionStatus.kSolutionStatusFeasible:
            return Answer(bound, None, None, nodes)
        values = self._highs.getSolution().col_value
        cost = sum(costs[column] for column in costs if values[column] > 1 / 2)
        chosen = frozenset(column for column in self._programme.whole if values[column] > 1 / 2)
        return Answer(min(bound, cost), cost, chosen, nodes)


@frozen
class Found:
    """What stages found.

    Args:
        bounds: by stage, as far as they are known: each holds for choices that cost no more than the bounds before it.
        chosen: the whole columns of the best choice that are 1; missing where none is known.
        nodes: how many nodes were searched.
        ended: whether every stage was searched to its end.
    """

    bounds: tuple[int, ...]
    chosen: frozenset[int] | None
    nodes: int
    ended: bool


def in_stages(
    solver: Solver, stages: Iterable[Mapping[int, int]], *, nodes: int | None = None, seconds: int | None = None
) -> Found:
    """Minimise one cost after the other, each as far as those before it allow.

    Args:
        solver: the programme in the solver.
        stages: the cost of each column, stage by stage.
        nodes: how many nodes to search at most in each stage.
        seconds: how long to search at most in each stage.
    """
    bounds: list[int] = []
    chosen: frozenset[int] | None = None
    known, searched = True, 0
    for stage in stages:
        answer = solver.minimise(stage, nodes=nodes, seconds=seconds)
        searched += answer.nodes
        chosen = chosen if answer.chosen is None else answer.chosen
        if known and answer.bound is not None:
            bounds.append(answer.bound)
        known = known and answer.found is not None and answer.found == answer.bound
        if answer.found is None:
            break
        solver.hold(stage, answer.found)
    return Found(tuple(bounds), chosen, searched, known)


def _by_row(rows: Iterable[Row]) -> tuple[list[int], list[int], list[float]]:
    """Lay the rows one behind the other."""
    starts, columns, times = [0], list[int](), list[float]()
    for _, _, parts in rows:
        columns += parts
        times += map(float, parts.values())
        starts.append(len(columns))
    return starts, columns, times


def _up(value: float) -> int:
    """Return the least whole number that the value can stand for."""
    return ceil(Fraction(value) - _SAFE) if abs(value) < float("inf") else 0
