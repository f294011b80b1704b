"""Scene 3: a disk that is really full, a small file system in memory (threat T12, goal 3.1)."""

import os
import shutil
import subprocess
from collections import Counter

import pytest

from pharmasales.errors import StorageError
from pharmasales.storage import open_store
from pharmasales.workspace.cabinet import Cabinet

PAGE = 4096


@pytest.fixture
def disk(tmp_path):
    """Return a folder on a file system of 512 KiB, taken away at the end whatever happens."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("needs root and mount")
    folder = tmp_path / "disk"
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", "size=512k,mode=700", "faults", str(folder)]
    made = subprocess.run([mount, *options], capture_output=True, text=True, check=False)  # noqa: S603 - a folder of our own
    if made.returncode:
        pytest.skip(f"cannot mount a file system: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([umount, "-l", str(folder)], check=True)  # noqa: S603 - the folder that was mounted above


def ballast(folder, free):
    """Fill the file system up to so many free bytes; return the file to take away."""
    file = folder / "ballast"
    there = os.statvfs(folder)
    room = there.f_bavail * there.f_frsize
    file.write_bytes(b"x" * max(0, room - free))
    return file


def test_full_disk_during_units(disk, dose, work, figures):
    """T12: units until the disk is full: `storage.full`, none is half, reading goes on, space brings writing back."""
    told = figures("disk really full during units")
    url = f"sqlite:///{disk}/store.db"
    codes, kept, rounds = Counter(), 0, dose(8, 40)
    with open_store(url, create=True) as store:
        for place in range(rounds):
            full = ballast(disk, (place % 20) * 2 * PAGE)
            first = kept
            while not (code := work.code(lambda: work.do(store, kept + 1))):  # noqa: B023 - called at once
                kept += 1
            codes[code] += 1
            if store.count("tally") != (kept > 0) or len(work.everything(store)) < kept:
                told.trouble("lost", f"round {place}: cannot be read while the disk is full")
            told.add(work.look(url, kept, kept + 1), f"round {place}, full")
            full.unlink()
            if code := work.code(lambda: work.do(store, kept + 1)):  # noqa: B023 - called at once
                told.trouble("lost", f"round {place}: {code} after space returned, {kept - first} units kept")
            else:
                kept += 1
            told.add(work.look(url, kept, kept), f"round {place}")
            if os.statvfs(disk).f_bavail < 40:
                break
    told.dose = f"{place + 1} times full"
    told.notes.append(f"{kept} units kept; codes {dict(codes)}")
    assert set(codes) == {"storage.full"}


def test_full_disk_during_an_import(disk, dose, work, figures):
    """T12: an import of many customers on a disk too small leaves nothing behind, and works when space returns."""
    told = figures("disk really full during an import")
    url = f"sqlite:///{disk}/store.db"
    work.fresh(url, 1)
    files, changes = zip(*(work.opened(number) for number in range(2, 2 + dose(60, 150))), strict=True)
    codes, tries = Counter(), dose(5, 30)
    with open_store(url) as store:
        before = work.everything(store)
        for place in range(tries):
            full = ballast(disk, (1 + place * dose(20, 40) // tries) * PAGE)
            codes[work.code(lambda: Cabinet(store).keep(files, changes, operation="import"))] += 1
            if work.everything(store) != before:
                told.trouble("half", f"try {place}: something of the import was kept")
            full.unlink()
        with pytest.raises(StorageError) as caught, store.unit(**work.STAMP) as unit:
            unit.put_many("part", [(f"{row:05d}", {"pad": "x" * 999}) for row in range(2000)])
        codes[caught.value.code] += 1
        told.add(work.look(url, 1, 1), "before")
        Cabinet(store).keep(files, changes, operation="import")
        Cabinet(store).keep(files, changes, operation="import")
        if len(store.ids("change")) != 1 + len(files) or work.verified(store) != 1 + len(files):
            told.trouble("half", "the import is not whole after space returned")
    with open_store(url) as store:
        if len(list(store.find("change"))) != 1 + len(files) or work.verified(store) != 1 + len(files):
            told.trouble("lost", "the import is not whole in the file")
    told.dose = f"{tries} imports of {len(files)} customers, 1 of 2,000 rows"
    told.notes.append(f"codes {dict(codes)}")
    assert set(codes) == {"storage.full"}
