"""Why a part of a change of sales is what it is (销售差异说明): one cell, and what counts nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from pharmasales.display import Says, Why, because
from pharmasales.evaluation.variance.comparing import Basis, SplitCell
from pharmasales.evaluation.variance.sales_parts import CELL_KINDS
from pharmasales.evaluation.variance.sold import UNCOUNTED, CellKey, UncountedLines
from pharmasales.units import Amount, Unit

__all__ = ["cell_why", "left_out_whys"]


def cell_why(key: CellKey, cell: SplitCell, money: Unit) -> Why:
    """Say what a cell is, and if it is comparable, its quantities and old prices."""
    named = ", ".join(key)
    basis = [] if cell.basis is None else [_basis_why(cell.basis, money)]
    return because("{cell}: {kind}", "{cell}：{kind}", *basis, cell=named, kind=CELL_KINDS[cell.kind])


def _basis_why(basis: Basis, money: Unit) -> Why:
    old, new = (Amount(count, basis.unit) for count in basis.quantities)
    scale = Fraction(10**basis.unit.decimals, 10**money.decimals)
    return because(
        "{new} after {old}; old price {price} a {unit}, old average price {average} a {unit}",
        "数量由 {old} 变为 {new}；原价每{unit} {price}，原平均价每{unit} {average}",
        new=str(new),
        old=str(old),
        price=Fraction(*basis.price) * scale,
        average=Fraction(*basis.average) * scale,
        unit=Says(basis.unit.code, basis.unit.zh or basis.unit.code),
    )


def left_out_whys(left_out: Iterable[UncountedLines], sides: tuple[Says, Says]) -> list[Why]:
    """Say how many lines count nowhere, by side and reason."""
    lines: dict[tuple[str, str], int] = {}
    for one in left_out:
        lines[one.side, one.reason] = lines.get((one.side, one.reason), 0) + one.lines
    return [
        because(
            "left out {side}: {reason}; lines: {lines}",
            "{side}未计入：{reason}；{lines} 行",
            side=sides[side == "after"],
            lines=count,
            reason=UNCOUNTED[reason],
        )
        for (side, reason), count in lines.items()
    ]
