r"""The archive of a workspace: files taken in, and a person erased from the store and the outputs (档案管理).

>>> import tempfile
>>> from datetime import UTC
>>> from pharmasales.workspace import Workspace
>>> with tempfile.TemporaryDirectory() as folder:
...     text = 'id,name,kind,source,about,level\nH1,Example Hospital,hospital,tender,,三甲\n'
...     _ = Path(folder, "new.csv").write_text(text, "utf-8")
...     facts = 'facts = { about = "company", published = true }'
...     _ = Path(folder, "pharmasales.toml").write_text(f'[archive]\nfile = "new.csv"\n{facts}\n', "utf-8")
...     workspace = Workspace.open(folder)
...     stamp = Stamp(date(2026, 1, 5), datetime(2026, 1, 5, tzinfo=UTC), "u1", "tender catalogue")
...     taken = take_in(workspace, stamp)
...     with workspace.cabinet() as cabinet:
...         cabinet.dossier("H1").values()["level"], taken.opened
('三级甲等', 1)
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from attrs import frozen

from pharmasales.errors import BadConfig
from pharmasales.exchange import replaced, write_csv, write_xlsx
from pharmasales.names import fold
from pharmasales.workspace.files import table_files
from pharmasales.workspace.intake import Intake, Stamp, read_intake
from pharmasales.workspace.rights import Erased, erase_person
from pharmasales.workspace.sources import TableSource
from pharmasales.workspace.workspace import Workspace

__all__ = ["Forgotten", "Intake", "Stamp", "forget", "take_in"]


def take_in(workspace: Workspace, stamp: Stamp, files: Sequence[Path] = (), *, permissive: bool = False) -> Intake:
    """Take customers from files into the workspace's archive (导入).

    By default all rows are taken or none. `out/import` then holds `questions.csv`, the spellings that were left out,
    and `errors.xlsx`, the refused rows as their file has them with the reasons in front: corrected, it can be taken in
    itself.

    Args:
        workspace: its `[archive]` says where columns are found.
        stamp: who, when, why, and since when it is true.
        files: the files; those of `[archive]` where left out.
        permissive: whether the good rows are taken although others are refused.

    Raises:
        BadConfig: neither files nor `[archive]`.
        BadRows: rows were refused; nothing was kept, and `errors.xlsx` was written.
        BadFile: a file that cannot be read.
    """
    source = workspace.settings.archive
    if source is None and not files:
        hint = 'write [archive] file = "customers.csv", or name a file'
        raise BadConfig("which customers?", where="archive", hint=hint, code="config.missing")
    used = source or TableSource(())
    paths = list(files) or table_files(workspace.root, used)
    found = read_intake(paths, used, workspace.settings, workspace.register(), stamp)
    _report(workspace.root / "out" / "import", found)
    if not permissive:
        found.checked()
    if found.changes:
        with workspace.cabinet(create=True) as cabinet:
            cabinet.keep(found.files, found.changes)
    return found


def _report(folder: Path, found: Intake) -> None:
    with replaced(folder) as fresh:
        write_csv(found.table(), fresh / "questions.csv")
        if found.rejected:
            write_xlsx(found.rejected, fresh / "errors.xlsx", created=date(2026, 1, 1))


@frozen
class Forgotten:
    """What became of a person in a workspace.

    Args:
        erased: what was erased in the store.
        outputs: the folders of `out` that named the person; they were removed, and planning again makes them anew.
        left: the user's own files that name the person still: they are the user's to correct.
    """

    erased: Erased
    outputs: tuple[Path, ...]
    left: tuple[Path, ...]


def forget(workspace: Workspace, customer: str, *, at: datetime, by: str, why: str) -> Forgotten:
    """Erase a person from a workspace: from its store, its history and its outputs (删除个人信息).

    Args:
        workspace: the workspace.
        customer: the person, by the id of any of the files.
        at: the moment of writing.
        by: the id of who erases.
        why: the reason, without personal values.

    Raises:
        NotFound: no such customer.
        BadValue: the customer is no human being, is under a legal hold, or erased already.
    """
    with workspace.cabinet() as cabinet:
        erased = erase_person(cabinet, customer, at=at, by=by, why=why)
    outputs = []
    for folder in sorted((workspace.root / "out").glob("*")):
        if folder.is_dir() and any(_names(path, erased.texts) for path in _files(folder)):
            shutil.rmtree(folder)
            outputs.append(folder)
    left = tuple(path for path in _files(workspace.root) if _names(path, erased.texts))
    return Forgotten(erased, tuple(outputs), left)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in (".csv", ".tsv", ".html", ".ics", ".xlsx"))


def _names(path: Path, texts: Iterable[str]) -> bool:
    """Whether a file names somebody; of a workbook its parts are read."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            held = [book.read(name) for name in book.namelist() if name.endswith(".xml")]
    else:
        held = [path.read_bytes()]
    told = [fold(data.decode("utf-8", "replace")) for data in held]
    return any(text in one for text in texts for one in told)
