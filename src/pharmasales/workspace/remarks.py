"""What a reader should know of files that were read (载入说明): what was derived, and what was repeated.

>>> found = repeated([TableCount("sales", "s.csv", 3, 3, 0, 0, (4,))])
>>> [note.text() for note in found]
['s.csv: 1 exact duplicate rows kept (4)']
"""

from __future__ import annotations

from collections.abc import Iterable

from pharmasales.display import Says
from pharmasales.workspace.rows import TableCount

__all__ = ["derived_from", "not_open", "repeated"]


def derived_from(levels: Iterable[str]) -> Says:
    """Say of which columns the organisation was made."""
    path = " > ".join(levels) or "rep"
    return Says(f"organisation derived from {path}", f"组织架构由 {path} 推导")


def not_open(strangers: int) -> Says:
    """Say how many customers of the files the archive does not have."""
    en = f"{strangers} customers of the files are not open in the archive: they count in totals alone"
    return Says(en, f"{strangers} 家客户未在档案中建档：仅计入合计")


def repeated(counts: Iterable[TableCount]) -> list[Says]:
    """Say which rows of which file repeat another exactly, the first ten of each."""
    found = []
    for count in counts:
        if count.duplicates:
            rows, many = ", ".join(map(str, count.duplicates[:10])), len(count.duplicates)
            en = f"{count.file}: {many} exact duplicate rows kept ({rows})"
            found.append(Says(en, f"{count.file}：{many} 行完全重复，已保留（第 {rows} 行）"))
    return found
