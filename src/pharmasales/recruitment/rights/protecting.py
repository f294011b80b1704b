"""Protective clauses of suppliers (保护性条款): which are there, which are weak, which lack, and what to do.

>>> from pharmasales.archive.agreements import Agreement
>>> agreement = Agreement("S-1", since=date(2026, 1, 1), until=date(2028, 12, 31), clauses=["exclusivity"])
>>> found = check_clauses([Supplier("S1", "industrial", agreement=agreement)], as_of=date(2026, 6, 1))
>>> [row.clause.name for row in found.rows if row.state == "there"], len(found.lacking)
(['term', 'exclusivity'], 6)
>>> print(found.lacking[0].why)
penalty is missing
  breaking it must cost more than keeping it [S001-8]

Source: S001-8 (longer term, heavier penalty; know what the agreement says), S001-7 (过河拆桥).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.archive.agreements import CLAUSES, Clause, clause_warnings
from pharmasales.archive.suppliers import Supplier
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import twins
from pharmasales.yearplan import checked_day

__all__ = ["ClauseCheck", "ClauseRow", "ClauseState", "check_clauses"]

ClauseState: TypeAlias = Literal["there", "weak", "missing", "no_agreement"]
"""Whether a clause is there, there but less than asked, not there, or there is no agreement in force."""

_STATES: Mapping[ClauseState, Says] = MappingProxyType(
    {
        "there": Says("there", "已有"),
        "weak": Says("too weak", "不足"),
        "missing": Says("missing", "缺少"),
        "no_agreement": Says("no agreement", "无协议"),
    }
)


@frozen
class ClauseRow:
    """A clause that a supplier's agreement should have.

    Args:
        supplier: the id of the supplier.
        agreement: the id of its agreement in force; "" where there is none.
        clause: the clause.
        state: `there`, `weak`, `missing` or `no_agreement`.
        why: what it guards against and what is wrong.
        todo: what to do; "" where nothing is.
    """

    supplier: str
    agreement: str
    clause: Clause
    state: ClauseState
    why: Why = field(repr=False)
    todo: str | Says = field(repr=False)


@frozen
class ClauseCheck:
    """The protective clauses of every supplier, as of a day (保护性条款检查). Made by `check_clauses`.

    Args:
        as_of: the day.
        clauses: the checklist.
        rows: one entry a supplier and clause, in the order given.
    """

    as_of: date
    clauses: tuple[Clause, ...] = field(repr=False)
    rows: tuple[ClauseRow, ...] = field(repr=lambda rows: f"<{len(rows)} clauses>")

    @property
    def lacking(self) -> tuple[ClauseRow, ...]:
        """What is missing or too weak."""
        return tuple(row for row in self.rows if row.state != "there")

    def table(self) -> Table:
        """Return one row a supplier: agreement, each clause in words, and how many are there."""
        columns = [Column("supplier", "Supplier", "供应商"), Column("agreement", "Agreement", "协议")]
        columns += [Column(f"clause_{one.name}", one.says.en, one.says.zh) for one in self.clauses]
        columns.append(Column("there", "There", "已有", "number"))
        lines: dict[str, list[ClauseRow]] = {}
        for row in self.rows:
            lines.setdefault(row.supplier, []).append(row)
        rows: list[tuple[Cell, ...]] = [
            (supplier, line[0].agreement, *(_STATES[row.state] for row in line), [r.state for r in line].count("there"))
            for supplier, line in lines.items()
        ]
        return Table("supplier_clauses", Says("Protective clauses", "保护性条款"), tuple(columns), rows)

    def lacking_table(self) -> Table:
        """Return supplier, agreement, clause, state, why and what to do of what lacks."""
        rows = [(r.supplier, r.agreement, r.clause.says, _STATES[r.state], r.why, r.todo) for r in self.lacking]
        return Table("lacking_clauses", Says("Lacking clauses", "缺失条款"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("supplier", "Supplier", "供应商"),
    Column("agreement", "Agreement", "协议"),
    Column("clause", "Clause", "条款"),
    Column("state", "State", "状态"),
    Column("why", "Why", "原因", "why"),
    Column("todo", "What to do", "处理"),
)


def check_clauses(suppliers: Iterable[Supplier], *, as_of: date, clauses: Sequence[Clause] = CLAUSES) -> ClauseCheck:
    """Go through the checklist for every supplier (保护性条款检查).

    An agreement that is not in force on the day protects nobody: each of its clauses counts as `no_agreement`.

    Args:
        suppliers: the suppliers with their agreements.
        as_of: the day.
        clauses: the checklist, with terms and penalties of your own where you ask for them.

    Raises:
        BadRows: a supplier or a clause twice.
        NotComparable: penalties in two units.
    """
    given, asked, day = list(suppliers), tuple(clauses), checked_day(as_of)
    bad: list[PharmaSalesError] = [
        BadValue("stands twice", where=f"suppliers[{second}], {given[second].id!r}", code="rights.twice")
        for _, second in twins(one.id for one in given)
    ]
    bad += [
        BadValue("stands twice", where=f"clauses[{second}], {asked[second].name!r}", code="rights.twice")
        for _, second in twins(clause.name for clause in asked)
    ]
    if bad:
        raise BadRows("suppliers or clauses that stand twice", bad)
    return ClauseCheck(day, asked, tuple(row for one in given for row in _checked(one, day, asked)))


def _checked(supplier: Supplier, day: date, clauses: Sequence[Clause]) -> list[ClauseRow]:
    agreement = supplier.agreement
    if agreement is None or not agreement.in_force(day):
        why = _no_agreement(supplier, day)
        return [ClauseRow(supplier.id, "", clause, "no_agreement", why, _SIGN) for clause in clauses]
    warned = {warning.clause.name: warning.why for warning in clause_warnings(agreement, clauses)}
    rows = []
    for clause in clauses:
        state: ClauseState = "there"
        why = because("{why} [{source}]", "{why}［{source}］", why=clause.why, source=clause.source)
        todo: str | Says = ""
        if clause.name in warned:
            why, there = warned[clause.name], agreement.has(clause.name)
            state, todo = ("weak", _STRONGER) if there else ("missing", _ADD)
        rows.append(ClauseRow(supplier.id, agreement.id, clause, state, why, todo))
    return rows


_SIGN = Says("sign an agreement with this clause", "签订含此条款的协议")
_ADD = Says("have it added in writing", "书面补充此条款")
_STRONGER = Says("negotiate a longer term or a heavier penalty", "协商更长期限或更重违约金")


def _no_agreement(supplier: Supplier, day: date) -> Why:
    if supplier.agreement is None:
        return because("no agreement is recorded", "无协议记录")
    says = "agreement {id} is not in force on {day}", "协议 {id} 于 {day} 不在有效期"
    return because(*says, id=supplier.agreement.id, day=day)
