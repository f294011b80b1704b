"""The files of a workspace: those of a table, names and globs to paths, each once; and the text of a settings file.

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

from pharmasales.errors import BadConfig, BadFile
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.workspace.sources import TableSource

__all__ = ["sheet_of", "table_files", "text_of"]


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


def text_of(path: Path, missing: str | None) -> str:
    """Return the text of a settings file.

    Args:
        path: the file.
        missing: what to return where there is no such file; it is an error where left empty.

    Raises:
        BadConfig: the file is due and not there, or cannot be read as UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        if missing is not None:
            return missing
        hint = "make one with: pharmasales init DIR"
        raise BadConfig("no workspace here", where=path.name, hint=hint, code="config.missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig("cannot be read as UTF-8 text", where=path.name, code="config.file") from error


def sheet_of(path: Path) -> ScoreSheet | None:
    """Return the score sheet that a file holds (评分表); `None` where there is no such file or nothing in it.

    Raises:
        BadConfig: what is no score sheet, with its place in the file.
    """
    text = text_of(path, missing="")
    try:
        return ScoreSheet.from_toml(text) if text.strip() else None
    except BadConfig as error:
        raise error.at(path.name) from None
