"""Rows of the tables of flow (流向数据表): confirmed names, units of packing, and who may sell where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import cast

from pharmasales.archive.likeness import key
from pharmasales.channel.flow import Alias, AliasBook, FlowTerritory, MasterKind, Packing
from pharmasales.errors import BadValue
from pharmasales.names import fold, nearest
from pharmasales.units import Unit, exact
from pharmasales.workspace.desk_tables import DeskTables
from pharmasales.workspace.rows import PLACE, Row

__all__ = ["read_aliases", "read_packings", "read_territories"]

_KINDS = MappingProxyType({"customer": "customer", "product": "product", "客户": "customer", "产品": "product"})


def read_aliases(tables: DeskTables) -> AliasBook:
    """Read the confirmed names (别名); of two days the later one is in force, whatever their order in the file.

    One name that is given two ids on one day is refused: nobody can know which is meant.

    Args:
        tables: what reads the tables; bad rows are listed there.
    """
    held: list[Alias] = []
    seen: dict[tuple[tuple[str, str, str], date], tuple[str, str, int]] = {}

    def accept(row: Row) -> None:
        one = _alias(row, tables)
        id_, file, number = seen.setdefault((one.place, one.on), (one.id, *row[PLACE]))
        if id_ != one.id:
            reason = f"another id for the name of {file} row {number} on one day"
            raise BadValue(reason, where="id", hint="keep the one that is right", code="flow.alias")
        held.append(one)

    tables.read("aliases", accept)
    return AliasBook(sorted(held, key=lambda one: one.on))


def _alias(row: Row, tables: DeskTables) -> Alias:
    kind = _KINDS.get(fold(row["kind"]))
    if kind is None:
        hint = nearest(row["kind"], ("customer", "product"))
        raise BadValue("neither customer nor product", where="kind", hint=hint, code="flow.kind")
    if not key(row["text"]):
        raise BadValue("a name without letters or figures", where="text", hint="write the name", code="flow.alias")
    id_ = tables.customer(row, "id") if kind == "customer" else tables.product(row, "id")
    distributor = tables.customer(row, "distributor")
    return Alias(cast("MasterKind", kind), row["text"], id_, row["by"], row["date"], distributor)


def read_packings(tables: DeskTables, products: Iterable[str], unit: Unit) -> list[Packing]:
    """Read the units of packing (包装换算); the unit that a workspace counts in is known of every product.

    Args:
        tables: what reads the tables; bad rows are listed there.
        products: ids of the products.
        unit: what the workspace counts in.
    """
    counted = {fold(word): Fraction(1) for word in (unit.code, unit.en, unit.zh) if word}
    found = {product: dict(counted) for product in products}

    def accept(row: Row) -> None:
        product, word, factor = tables.product(row), fold(row["unit"]), _factor(row["boxes"])
        if found.setdefault(product, dict(counted)).setdefault(word, factor) != factor:
            hint = "keep one; the unit of the workspace is 1"
            raise BadValue("one unit with two factors", where="boxes", hint=hint, code="flow.unit")

    tables.read("packings", accept)
    return [Packing(product, factors, unit) for product, factors in found.items()]


def _factor(text: str) -> Fraction:
    try:
        factor = exact(text)
    except BadValue as error:
        raise BadValue(error.reason, where="boxes", hint='such as 200 or "1/24"', code=error.code) from None
    if factor <= 0:
        raise BadValue("not above zero", where="boxes", hint='such as 200 or "1/24"', code="flow.unit")
    return factor


def read_territories(tables: DeskTables) -> list[FlowTerritory]:
    """Read who may sell where (销售区域).

    Args:
        tables: what reads the tables; bad rows are listed there.
    """
    held: list[FlowTerritory] = []

    def accept(row: Row) -> None:
        product = tables.product(row)
        distributor = tables.customer(row, "distributor")
        since, until = row.get("since"), row.get("until")
        if since and until and until < since:
            raise BadValue("ends before it starts", where="until", hint="look at the two days", code="flow.territory")
        products = (product,) if product else ()
        held.append(FlowTerritory(distributor, row["divisions"], products, since, until))

    tables.read("territories", accept)
    return held
