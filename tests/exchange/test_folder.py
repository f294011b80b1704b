"""Whole or not at all: files and folders under faults."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pharmasales.errors import StorageError
from pharmasales.exchange import folder as folder_module
from pharmasales.exchange import replaced, whole_file


def fill(target, **texts):
    """Replace a folder by files of these texts."""
    with replaced(target) as fresh:
        for name, text in texts.items():
            (fresh / f"{name}.txt").write_text(text, "utf-8")


def content(target):
    """Return the texts of a folder by name."""
    return {path.name: path.read_text("utf-8") for path in target.iterdir()}


def names(folder):
    """Return the names within a folder."""
    return sorted(path.name for path in folder.iterdir())


def fail_within(manager, error):
    """Write half of something, then fail."""
    with manager as fresh:
        (fresh / "half.txt" if fresh.is_dir() else fresh).write_text("half", "utf-8")
        raise error


def refuse(number):
    """Return a function that fails as the system does."""

    def fail(*_args, **_more):
        raise OSError(number, os.strerror(number))

    return fail


def test_a_folder_is_replaced_whole(tmp_path):
    """What was there before is gone, nothing else lies beside."""
    target = tmp_path / "deep" / "report"
    fill(target, a="1", b="2")
    fill(target, c="3")
    assert content(target) == {"c.txt": "3"}
    assert names(target.parent) == ["report"]


def test_subfolders_go_along(tmp_path):
    """A tree is forced to disk and swapped as one."""
    with replaced(tmp_path / "report") as fresh:
        (fresh / "charts").mkdir()
        (fresh / "charts" / "a.svg").write_text("x", "utf-8")
    assert (tmp_path / "report" / "charts" / "a.svg").read_text("utf-8") == "x"


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt()])
def test_an_exception_leaves_the_target(tmp_path, error):
    """T11: whatever ends the work, the old folder stands and the new one is gone."""
    target = tmp_path / "report"
    fill(target, a="old")
    with pytest.raises(type(error)):
        fail_within(replaced(target), error)
    assert content(target) == {"a.txt": "old"}
    assert names(tmp_path) == ["report"]


def test_crash_between_the_renames_is_put_right(tmp_path):
    """The old folder lies aside and the target is missing: the next call puts it back, even if it fails itself."""
    target = tmp_path / "report"
    fill(target, a="old")
    target.rename(tmp_path / ".report.old")
    (tmp_path / ".report.new").mkdir()
    (tmp_path / ".report.new" / "half.txt").write_text("half", "utf-8")
    with pytest.raises(ValueError, match="bad"):
        fail_within(replaced(target), ValueError("bad"))
    assert content(target) == {"a.txt": "old"}
    assert names(tmp_path) == ["report"]


def test_crash_after_the_renames_is_cleaned(tmp_path):
    """Both the target and the folder aside are there: the target is the newer one."""
    target = tmp_path / "report"
    fill(target, a="new")
    (tmp_path / ".report.old").mkdir()
    fill(target, b="newest")
    assert content(target) == {"b.txt": "newest"}
    assert names(tmp_path) == ["report"]


def test_failing_second_rename_puts_the_old_back(tmp_path, monkeypatch):
    """Where the new folder cannot be moved in, the old one is moved back."""
    target = tmp_path / "report"
    fill(target, a="old")
    rename = Path.rename

    def fail_on_new(self, to):
        if self.name == ".report.new":
            refuse(errno.ENOSPC)()
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", fail_on_new)
    for place in (target, tmp_path / "other"):
        if place.name == "other":
            monkeypatch.setattr(Path, "rename", refuse(errno.EIO))
        with pytest.raises(StorageError) as caught:
            fill(place, b="new")
    assert caught.value.code == "storage.write"
    assert content(target) == {"a.txt": "old"}
    assert names(tmp_path) == ["report"]


@pytest.mark.parametrize("make", [lambda path: path.write_text("x"), lambda path: path.symlink_to("elsewhere")])
def test_a_folder_never_takes_the_place_of_a_file(tmp_path, make):
    """A file or a link under the name is left alone."""
    target = tmp_path / "report"
    make(target)
    with pytest.raises(StorageError) as caught, replaced(target):
        pass
    assert caught.value.code == "storage.place"
    assert names(tmp_path) == ["report"]


def test_a_file_is_written_whole(tmp_path):
    """On success the sibling takes the place of the target; on an exception it is gone."""
    target = tmp_path / "deep" / "a.txt"
    for text in ("one", "two"):
        with whole_file(target) as fresh:
            fresh.write_text(text, "utf-8")
    with pytest.raises(ValueError, match="bad"):
        fail_within(whole_file(target), ValueError("bad"))
    assert content(target.parent) == {"a.txt": "two"}


def test_a_file_never_takes_the_place_of_a_folder(tmp_path):
    """A folder under the name is refused before anything is written."""
    with pytest.raises(StorageError) as caught, whole_file(tmp_path):
        pass
    assert caught.value.code == "storage.place"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "storage.full"),
        (errno.EDQUOT, "storage.full"),
        (errno.EROFS, "storage.readonly"),
        (errno.EACCES, "storage.readonly"),
        (errno.EIO, "storage.write"),
        (None, "storage.write"),
    ],
)
def test_what_the_system_refuses_is_typed(tmp_path, monkeypatch, number, code):
    """T12: a full or read-only disk has its own code, and the old content stands."""
    file, target = tmp_path / "a.txt", tmp_path / "report"
    file.write_text("old", "utf-8")
    fill(target, a="old")
    fail = refuse(number) if number else lambda _: (_ for _ in ()).throw(OSError("odd"))
    monkeypatch.setattr(folder_module.os, "fsync", fail)
    with pytest.raises(StorageError) as caught, whole_file(file) as fresh:
        fresh.write_text("new", "utf-8")
    assert (caught.value.code, caught.value.where) == (code, "a.txt")
    with pytest.raises(StorageError) as caught:
        fill(target, a="new")
    assert (caught.value.code, caught.value.where) == (code, "report")
    assert file.read_text("utf-8") == "old"
    assert content(target) == {"a.txt": "old"}
    assert names(tmp_path) == ["a.txt", "report"]


def test_everything_is_forced_to_disk_before_the_rename(tmp_path, monkeypatch):
    """Each file is synced while the target still is the old one; the folder is synced after."""
    seen = []
    monkeypatch.setattr(folder_module.os, "fsync", lambda _: seen.append((tmp_path / "report").exists()))
    fill(tmp_path / "report", a="1", b="2")
    assert seen == [False, False, False, True]
