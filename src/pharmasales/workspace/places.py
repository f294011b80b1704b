r"""The administrative divisions of a workspace: read from the user's own tables, asked for each customer (行政区划).

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     file = Path(folder, "divisions.csv")
...     _ = file.write_text("code,name\n11,北京市\n1101,市辖区\n110101,东城区\n110105,朝阳区\n", "utf-8")
...     divisions = read_divisions([file])
>>> place_of(divisions, {"province": "北京", "county": "东城"})
('110101', None)
>>> place_of(divisions, {"division": "119999"})[1].text()
"no such division @ code '119999'; codes change with the years [division.code]"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pharmasales.archive import Divisions
from pharmasales.archive.divisions import Division
from pharmasales.display import Says
from pharmasales.errors import BadFile, NotFound, PharmaSalesError
from pharmasales.exchange import read_sheet
from pharmasales.names import fold

__all__ = ["place_of", "read_divisions"]

_NAMES = ("province", "city", "county")


def read_divisions(paths: Iterable[Path]) -> Divisions:
    """Read divisions from tables with the columns `code` and `name`, such as the yearly lists of the statistics office.

    Args:
        paths: the files: provinces, cities and counties in one or in several.

    Raises:
        BadFile: a file that cannot be read, or one without these columns.
        BadRows: codes that come twice or stand below none.
    """
    return Divisions.of(row for path in paths for row in _rows(path))


def _rows(path: Path) -> Iterable[Division]:
    sheet = read_sheet(path)
    places = {fold(name): place for place, name in enumerate(sheet.header)}
    if not {"code", "name"} <= places.keys():
        hint = "a table of divisions has the columns code and name"
        raise BadFile("no column for code or name", where=sheet.file, hint=hint, code="file.column")
    for number, cells in sheet.rows:
        if any(cells):
            try:
                yield Division(cells[places["code"]], cells[places["name"]])
            except PharmaSalesError as error:
                raise BadFile(
                    error.reason, where=f"{sheet.file} row {number}", hint=error.hint, code=error.code
                ) from None


def place_of(divisions: Divisions, values: Mapping[str, Any]) -> tuple[str | None, Says | None]:
    """Return the code of a customer's division, from its code or from the names of province, city and county.

    Args:
        divisions: the known ones.
        values: what the row says: `division`, or `province`, `city` and `county`.

    Returns:
        The code, or `None` where nothing is said or exactly one place cannot be told; and then what is unclear.
    """
    code = values.get("division")
    if code:
        try:
            return divisions.get(str(code)).code, None
        except NotFound as error:
            return None, Says(str(error), f"行政区划代码不存在：{error.where}")
    names = {name: str(values.get(name) or "") for name in _NAMES}
    if not any(names.values()):
        return None, None
    found = divisions.find(**names)
    if found.division is not None:
        return found.division.code, None
    return None, Says(found.why.text(), found.why.text("zh"))
