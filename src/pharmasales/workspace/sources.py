"""Where a table comes from: its files, and where each of its columns is found.

>>> source({"column": "InvoiceDate", "format": "M/D/YYYY"})
ColumnSource(headers=('InvoiceDate',), value=None, form='M/D/YYYY')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from pharmasales.compliance import Action
from pharmasales.errors import BadConfig
from pharmasales.workspace.columns import ARCHIVE, TABLES, ColumnSource, Spec, source
from pharmasales.workspace.section import Section

__all__ = ["TableSource", "table_source"]


@frozen
class TableSource:
    """Where a canonical table comes from.

    Args:
        files: file names or globs, relative to the workspace.
        columns: where each canonical column comes from; aliases of the header serve the rest.
        fields: further columns of customers for rules to read, by the name that rules use.
        encoding: the text encoding.
        sheet: the worksheet, the first where empty.
        divisions: files of administrative divisions, by which a place is told from its names.
        facts: what is known of where the customers come from, for the compliance gate.
    """

    files: tuple[str, ...]
    columns: Mapping[str, ColumnSource] = field(factory=dict)
    fields: Mapping[str, ColumnSource] = field(factory=dict)
    encoding: str = "utf-8"
    sheet: str = ""
    facts: Mapping[str, object] = field(factory=dict)
    divisions: tuple[str, ...] = ()


_NONE: Mapping[str, object] = {}


def _facts(given: Mapping[str, object]) -> Mapping[str, object]:
    """Return the facts of a lead, once the compliance gate knows their words."""
    Action("take_lead", given)
    return dict(given)


def table_source(section: Section, specs: Sequence[Spec]) -> TableSource:
    """Read a table's section: its files, the columns that need a mapping, the encoding and the sheet.

    >>> table_source(Section({"file": "a.csv", "columns": {"id": "No"}}, "tables.customers"), TABLES["customers"]).files
    ('a.csv',)

    Raises:
        BadConfig: no file, an unknown key or column, a format for what is no date, or further fields of another table
            than `customers`.
    """
    files = section.texts("file")
    if not files:
        raise BadConfig(
            "which file?", where=section.path("file"), hint='write file = "sales.csv"', code="config.missing"
        )
    columns, fields = section.section("columns"), section.section("fields")
    columns.known.update(spec.name for spec in specs)
    columns.done()
    found = TableSource(
        files,
        {key: columns.reading(key, source, value) for key, value in columns.data.items()},
        {key: fields.reading(key, source, value) for key, value in fields.data.items()},
        section.take("encoding", str, "utf-8"),
        section.take("sheet", str, ""),
        section.read("facts", _facts, _NONE) if specs is ARCHIVE else _NONE,
        section.texts("divisions") if specs is ARCHIVE else (),
    )
    section.done()
    if found.fields and specs is not TABLES["customers"]:
        raise BadConfig("only customers have further fields", where=section.path("fields"), code="config.unknown")
    dated = {spec.name for spec in specs if spec.kind in ("date", "period")}
    for key, column in {**found.columns, **found.fields}.items():
        if column.form and (key in found.fields or key not in dated):
            raise BadConfig("only dates have a format", where=f"{section.where}.columns.{key}", code="config.column")
    return found
