"""The files of a table: names and globs to paths, in the order of their names, each once.

>>> import tempfile
>>> from pharmasales.workspace.sources import TableSource
>>> with tempfile.TemporaryDirectory() as folder:
...     for name in ("b.csv", "a.csv"):
...         _ = Path(folder, name).write_text("id", "utf-8")
...     [path.name for path in table_files(Path(folder), TableSource(("*.csv", "a.csv")))]
['a.csv', 'b.csv']
"""

from __future__ import annotations

from pathlib import Path

from pharmasales.errors import BadFile
from pharmasales.workspace.sources import TableSource

__all__ = ["table_files"]


def table_files(root: Path, source: TableSource) -> list[Path]:
    """Return the files of a table: those of a glob in the order of their names, and no file twice.

    A glob passes over hidden files and the lock files that a spreadsheet leaves (`~$sales.xlsx`).

    Args:
        root: the workspace's folder.
        source: the table's source.

    Raises:
        BadFile: a name or glob that finds none.
    """
    found: list[Path] = []
    for pattern in source.files:
        paths = [root / pattern]
        if any(sign in pattern for sign in "*?[") and not paths[0].exists():
            whole = paths[0].absolute()
            names = Path(whole.anchor).glob(str(whole.relative_to(whole.anchor)))
            paths = sorted(path for path in names if not path.name.startswith((".", "~$")))
        if not paths:
            hint = "correct file = in pharmasales.toml"
            raise BadFile("no file of this name", where=pattern, hint=hint, code="file.missing")
        found += paths
    return list({path.absolute(): path for path in found}.values())
