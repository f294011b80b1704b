"""Files and folders that appear whole or not at all.

What is written goes to a sibling first (`.NAME.new`), is forced to disk, and then takes the place of the target in one
rename. Whoever looks at the target sees the old content or the new, never half of it. One writer at a time is meant:
two that write the same target at once are not told apart from a left-over.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as here:
...     with replaced(Path(here, "report")) as fresh:
...         _ = (fresh / "goals.csv").write_text("id", "utf-8")
...     [file.name for file in Path(here, "report").iterdir()]
['goals.csv']
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pharmasales.errors import StorageError

__all__ = ["replaced", "whole_file"]

_CODES = {
    errno.ENOSPC: ("storage.full", "free some space and repeat"),
    errno.EDQUOT: ("storage.full", "free some space and repeat"),
    errno.EROFS: ("storage.readonly", "choose a folder that may be written"),
    errno.EACCES: ("storage.readonly", "choose a folder that may be written"),
    errno.EPERM: ("storage.readonly", "choose a folder that may be written"),
}


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Yield the path of a fresh sibling to write; on success it is forced to disk and takes the place of `target`.

    On an exception the sibling is removed and the target stays as it was. Missing parent folders are made.

    Raises:
        StorageError: the target is a folder; the disk is full (`storage.full`) or may not be written
            (`storage.readonly`); any other refusal of the system (`storage.write`).

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as here:
        ...     with whole_file(Path(here, "a.txt")) as fresh:
        ...         _ = fresh.write_text("all of it", "utf-8")
        ...     Path(here, "a.txt").read_text("utf-8")
        'all of it'
    """
    fresh = target.with_name(f".{target.name}.new")
    try:
        with _typed(target):
            if target.is_dir():
                raise StorageError("a folder stands where the file should go", where=target.name, code="storage.place")
            target.parent.mkdir(parents=True, exist_ok=True)
            yield fresh
            _sync(fresh)
            fresh.replace(target)
            _sync_folder(target.parent)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """Yield a fresh sibling folder to fill; on success it takes the place of the folder `target`, all of it.

    Whatever `target` held before is gone afterwards. On an exception the new folder is removed and `target` untouched.
    The swap is two renames: the old folder aside (`.NAME.old`), the new one in place. Where a crash fell between the
    two, the old folder is put back by the next call, before anything else; what a crash left half-filled is removed.

    Raises:
        StorageError: the target is a file or a link (`storage.place`), the disk is full (`storage.full`) or may not be
            written (`storage.readonly`), or another refusal of the system (`storage.write`).

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as here:
        ...     target = Path(here, "report")
        ...     for text in ("first", "second"):
        ...         with replaced(target) as fresh:
        ...             _ = (fresh / f"{text}.txt").write_text(text, "utf-8")
        ...     sorted(file.name for file in target.iterdir())
        ['second.txt']
    """
    fresh, aside = (target.with_name(f".{target.name}.{state}") for state in ("new", "old"))
    with _typed(target):
        _recover(target, fresh, aside)
        fresh.mkdir(parents=True)
    try:
        with _typed(target):
            yield fresh
            _sync_tree(fresh)
            _swap(fresh, target, aside)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _recover(target: Path, fresh: Path, aside: Path) -> None:
    """Put back what a crash between the two renames left aside, and remove what it left half-filled."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise StorageError("a file stands where the folder should go", where=target.name, code="storage.place")
    if aside.exists() and target.exists():
        shutil.rmtree(aside)
    elif aside.exists():
        aside.rename(target)
    if fresh.exists():
        shutil.rmtree(fresh)


def _swap(fresh: Path, target: Path, aside: Path) -> None:
    had = target.exists()
    if had:
        target.rename(aside)
    try:
        fresh.rename(target)
    except BaseException:
        if had:
            aside.rename(target)
        raise
    _sync_folder(target.parent)


def _sync_tree(folder: Path) -> None:
    for place, _, names in os.walk(folder):
        for name in names:
            _sync(Path(place, name))
        _sync_folder(Path(place))


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    with suppress(PermissionError):  # some systems let nobody open a folder; the rename is atomic all the same
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _typed(target: Path) -> Iterator[None]:
    """Turn what the system refuses into a typed error that names the target."""
    try:
        yield
    except OSError as error:
        code, hint = _CODES.get(error.errno or 0, ("storage.write", "see the cause; the target is as it was"))
        reason = os.strerror(error.errno) if error.errno else "cannot be written"
        raise StorageError(reason, where=target.name, hint=hint, code=code) from error
