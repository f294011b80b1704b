"""Where customers lie (客户所在区划): by the own file first, else by the table of areas.

The division of a customers table or of the archive comes first. The area that the table `areas` puts a hospital into
counts where that is empty, or is the wider of the two; so a place that was written down once is known to every desk.
"""

from __future__ import annotations

from pharmasales.archive.likeness import place_path
from pharmasales.workspace.agents.words import kind_of_area
from pharmasales.workspace.desk_tables import DeskTables
from pharmasales.workspace.rows import Row

__all__ = ["places_of"]


def places_of(tables: DeskTables) -> dict[str, str]:
    """Return the division of each customer; "" where nobody knows it.

    Args:
        tables: what reads the tables; bad rows are listed there.
    """
    found = {one.id: one.division for one in tables.region.archive}

    def accept(row: Row) -> str:
        if kind_of_area(row.get("kind") or "") != "hospital":
            return str(row["id"])
        hospital = tables.customer(row, "id")
        own, area = place_path(found.get(hospital, "")), row.get("parent") or ""
        if place_path(area)[: len(own)] == own:
            found[hospital] = area
        return hospital

    tables.read_once("areas", accept)
    return found
