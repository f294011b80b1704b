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

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from html import unescape
from pathlib import Path

from attrs import frozen

from pharmasales.errors import BadConfig
from pharmasales.exchange import replaced, write_csv, write_xlsx
from pharmasales.exchange.limits import MIB
from pharmasales.workspace.files import table_files
from pharmasales.workspace.gatekeeper import Stamp
from pharmasales.workspace.intake import Intake, read_intake
from pharmasales.workspace.mentions import Person
from pharmasales.workspace.places import read_divisions
from pharmasales.workspace.rights import Erased, Erasure
from pharmasales.workspace.sources import TableSource
from pharmasales.workspace.workspace import Workspace

__all__ = ["Forgotten", "Intake", "Stamp", "forget", "take_in"]


def take_in(workspace: Workspace, stamp: Stamp, files: Sequence[Path] = (), *, permissive: bool = False) -> Intake:
    """Take customers from files into the workspace's archive (导入).

    By default all rows are taken or none. `out/import` then holds `questions.csv`, the spellings left out,
    `level_spellings.csv`, what became of each spelling of a level, and `errors.xlsx`, the refused rows as their file
    has them with the reasons in front: corrected, it can be taken in itself.

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
    workspace.check_whole()
    source = workspace.settings.archive
    if source is None and not files:
        hint = 'write [archive] file = "customers.csv", or name a file'
        raise BadConfig("which customers?", where="archive", hint=hint, code="config.missing")
    used = source or TableSource(())
    paths = list(files) or table_files(workspace.root, used)
    lists = table_files(workspace.root, TableSource(used.divisions))
    divisions = read_divisions(lists) if lists else None
    found = read_intake(paths, used, workspace.settings, workspace.register(), stamp, divisions)
    _report(workspace.root / "out" / "import", found)
    if not permissive:
        found.checked()
    if found.changes:
        with workspace.cabinet(create=True) as cabinet:
            cabinet.keep(found.files, found.changes, verdicts=found.verdicts)
    return found


def _report(folder: Path, found: Intake) -> None:
    """Write the questions and the refused rows; several files make a workbook each, so that each can be taken in."""
    with replaced(folder) as fresh:
        write_csv(found.table(), fresh / "questions.csv")
        if found.spelled.rows:
            write_csv(found.spelled, fresh / "level_spellings.csv")
        for number, table in enumerate(found.rejected, 1):
            name = f"errors-{number}.xlsx" if len(found.rejected) > 1 else "errors.xlsx"
            write_xlsx([table], fresh / name, created=date(2026, 1, 1))


@frozen
class Forgotten:
    """What became of a person in a workspace.

    Args:
        erased: what was erased in the store.
        outputs: what in `out` named the person, folders and files; it was removed, and planning again makes it anew.
        left: the user's own files that name the person still: they are the user's to correct.
    """

    erased: Erased
    outputs: tuple[Path, ...]
    left: tuple[Path, ...]


def forget(workspace: Workspace, customer: str, *, at: datetime, by: str, why: str) -> Forgotten:
    """Erase a person from a workspace: from its store, its history and its outputs (删除个人信息).

    The outputs are removed first: where the work is cut short, it can be done again.

    Args:
        workspace: the workspace.
        customer: the person, by the id of any of the files.
        at: the moment of writing.
        by: the id of who erases.
        why: the reason, without personal values.

    Raises:
        NotFound: no such customer.
        BadValue: the customer is no human being, is under a legal hold, or erased already; the reason names the person.
        StorageError: as `erase_person`.
    """
    workspace.check_whole()
    with workspace.cabinet() as cabinet:
        ready = Erasure.of(cabinet, customer, at=at, by=by, why=why)
        outputs = _removed(workspace.root / "out", ready.person)
        erased = ready.carry_out(cabinet)
    store = workspace.root / (workspace.settings.storage or "sqlite:///pharmasales.db").removeprefix("sqlite:///")
    left = tuple(path for path in _files(workspace.root) if path != store and _names(path, erased.person))
    return Forgotten(erased, outputs, left)


def _removed(out: Path, person: Person) -> tuple[Path, ...]:
    """Remove the outputs that name a person, before the store forgets by what they are found."""
    found = []
    for output in sorted(out.glob("*")):
        if any(_names(path, person) for path in _files(output)):
            found.append(output)
            if output.is_dir():
                shutil.rmtree(output)
            else:
                output.unlink()
    return tuple(found)


def _files(place: Path) -> Iterator[Path]:
    return (path for path in ([place] if place.is_file() else sorted(place.rglob("*"))) if path.is_file())


def _names(path: Path, person: Person) -> bool:
    """Whether a file names a person; what is packed is unpacked, and what is no text is looked through as it is."""
    return any(_told(data, person) for data in _unpacked(path))


def _unpacked(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    yield data
    try:
        if data[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                yield file.read(_MOST)
        elif data[:2] == b"PK":
            with zipfile.ZipFile(path) as book:
                for name in book.namelist():
                    with book.open(name) as file:
                        yield file.read(_MOST)
    except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        return  # damaged or locked: nobody can read more of it than its bytes


def _told(data: bytes, person: Person) -> bool:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(person.named_in(line) for line in unescape(text).splitlines()):
            return True
    return any(one in data for one in person.spellings())


_MOST = 1024 * MIB
