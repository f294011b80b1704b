"""The versions and the appeals of a closed period as tables (关账版本表与申诉表)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.evaluation.closing.appeals import APPEAL_STATES, Appeal
from pharmasales.evaluation.closing.versions import ClosedVersion

__all__ = ["appeals_table", "versions_table"]


def versions_table(versions: Iterable[ClosedVersion]) -> Table:
    """Return a row a version: number, day, who closed it, who approved it, why, which appeals it answers, its seal."""
    rows: list[tuple[Cell, ...]] = []
    for one in versions:
        why = one.correction
        said = (None, None, None) if why is None else (why.approver, why.reason, ", ".join(why.appeals))
        rows.append((one.number, one.on, one.by, *said, one.seal[:12]))
    return Table("closed_versions", Says("Versions of the close", "关账版本"), _VERSION_COLUMNS, rows)


def appeals_table(appeals: Iterable[Appeal], corrected_by: Callable[[str], int | None]) -> Table:
    """Return a row an appeal: what it contests, its state, the version that answers it, and what the person reads."""
    rows: list[tuple[Cell, ...]] = [
        (
            one.id,
            one.rep,
            one.item or _WHOLE,
            one.version,
            one.on,
            APPEAL_STATES[one.state],
            corrected_by(one.id),
            one.why(),
        )
        for one in appeals
    ]
    return Table("appeals", Says("Appeals", "申诉"), _APPEAL_COLUMNS, rows)


_WHOLE = Says("the whole score", "总分")
_VERSION_COLUMNS = (
    Column("version", "Version", "版本", "number"),
    Column("on", "On", "日期", "date"),
    Column("by", "By", "关账人"),
    Column("approver", "Approver", "批准人"),
    Column("reason", "Reason", "更正原因"),
    Column("appeals", "Appeals", "对应申诉"),
    Column("seal", "Seal", "封印"),
)
_APPEAL_COLUMNS = (
    Column("appeal_id", "Appeal", "申诉编号"),
    Column("rep_id", "Rep id", "代表编号"),
    Column("item", "Item", "项目"),
    Column("version", "Version", "版本", "number"),
    Column("on", "Filed", "提交日", "date"),
    Column("state", "State", "状态"),
    Column("corrected_by", "Corrected by version", "更正版本", "number"),
    Column("why", "Why", "说明", "why"),
)
