"""Scene 9: the power fails: recorded file calls are replayed, and what was not synced is dropped, reordered or torn.

The model of the disk is a hard one: a write, a new length or a directory entry is sure to stand only after a sync of
its file or folder; until then each of them stands or not, for itself, and a write also in part, by sectors.
Source: finding 1, threats T11, T12, goal 3.1.
"""

import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CALLS = "pwrite64,write,ftruncate,fsync,fdatasync,openat,?open,?unlink,unlinkat,?link,linkat,?rename,renameat,renameat2"
SECTOR = 512
BEFORE = 3
TIMES = 3


class Disk:
    """Files and folders of which a part is synced and the rest is not."""

    def __init__(self, files):
        """Begin with files that are synced."""
        self.synced = dict(enumerate(files.values()))
        self.names = dict(zip(files, self.synced, strict=True))
        self.sure = dict(self.names)
        self.pending = {node: [] for node in self.synced}
        self.moves = []

    def name(self, path, node):
        """Give a node a name, or take the name away."""
        if node is None:
            self.names.pop(path, None)
        else:
            self.names[path] = node
        self.moves.append((path, node))

    def create(self, path):
        """Make an empty file where there is none."""
        if path not in self.names:
            node = len(self.synced)
            self.synced[node], self.pending[node] = b"", []
            self.name(path, node)

    def sync(self, path):
        """Make sure what was written to a file, or the names in a folder."""
        if path in self.names:
            node = self.names[path]
            self.synced[node] = played(self.synced[node], self.pending[node])
            self.pending[node] = []
            return
        for move in [move for move in self.moves if str(Path(move[0]).parent) == path]:
            self.moves.remove(move)
            _move(self.sure, *move)

    def after(self, chance):
        """Return files as they may stand when the power fails now."""
        share = chance.choice([0, 0.1, 0.5, 0.9, 1])
        names = dict(self.sure)
        for move in self.moves:
            if chance.random() < share:
                _move(names, *move)
        files = {}
        for path, node in names.items():
            kept = [_torn(chance, *one) for one in self.pending[node] if chance.random() < share]
            files[path] = played(self.synced[node], kept)
        return files


def _move(names, path, node):
    if node is None:
        names.pop(path, None)
    else:
        names[path] = node


def _torn(chance, offset, data):
    if data is None or len(data) <= SECTOR or chance.random() < 0.5:
        return offset, data
    return offset, data[: chance.randrange(1, -(-len(data) // SECTOR)) * SECTOR]


def played(content, writes):
    """Return the content of a file after writes; one without data cuts the file, or lengthens it, to its offset."""
    made = bytearray(content)
    for offset, data in writes:
        end = offset if data is None else offset + len(data)
        made.extend(bytes(max(0, end - len(made))))
        if data is None:
            del made[offset:]
        else:
            made[offset:end] = data
    return bytes(made)


def _text(quoted):
    return re.sub(rb"\\x(..)", lambda found: bytes([int(found[1], 16)]), quoted.encode()) if quoted else b""


def recorded(line, folder):
    """Return what a line of the record did: (name, paths, number, data); nothing where the folder is not concerned."""
    found = re.match(r"(\w+)\((.*)\)\s+= (-?\d+)", line)
    if not found or found[3].startswith("-"):
        return None
    name, rest = found[1], found[2]
    if name == "sendto":
        return name, [], 0, _text(re.search(r'"(.*?)"', rest)[1])
    paths = [_text(one).decode() for one in re.findall(r"<(.*?)>", rest)]
    texts = [_text(one) for one in re.findall(r'"(.*?)"', rest)]
    if name in ("pwrite64", "write", "ftruncate", "fsync", "fdatasync"):
        number = int(rest.rsplit(",", 1)[1]) if name in ("pwrite64", "ftruncate") else 0
        data = texts[0] if texts else None
    else:
        bases = paths if len(paths) == len(texts) else [""] * len(texts)
        paths = [str(Path(base) / text.decode()) for base, text in zip(bases, texts, strict=True)]
        number, data = "O_CREAT" in rest, None
    return (name, paths, number, data) if any(path.startswith(folder) for path in paths) else None


def replay(disk, step):
    """Let the disk do what was recorded."""
    name, paths, number, data = step
    if name in ("pwrite64", "ftruncate"):
        disk.pending[disk.names[paths[0]]].append((number, data))
    elif name in ("fsync", "fdatasync"):
        disk.sync(paths[0])
    elif name in ("open", "openat"):
        if number:
            disk.create(paths[0])
    elif name in ("unlink", "unlinkat"):
        disk.name(paths[0], None)
    elif name in ("link", "linkat"):
        disk.name(paths[1], disk.names[paths[0]])
    else:
        pytest.fail(f"the model of the disk does not know {step[:3]}")


@pytest.fixture(params=["new store", "later units"])
def record(request, crew, tmp_path, work):
    """Return the folder, the files before, and every recorded call of some units of work."""
    if not shutil.which("strace"):
        pytest.skip("needs strace")
    folder = tmp_path / "recorded"
    folder.mkdir()
    path, log = folder / "store.db", tmp_path / "log"
    before = BEFORE if request.param == "later units" else 0
    if before:
        work.fresh(f"sqlite:///{path}", before)
    files = {str(path): path.read_bytes()} if before else {}
    with crew.play("several", url=f"sqlite:///{path}", number=before, times=TIMES) as actor:
        actor.until("ready")
        watch = ["-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS},sendto"]
        command = [shutil.which("strace"), "-p", str(actor.pid), "-o", str(log), *watch]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - strace on our own child
        if "attached" not in tracer.stderr.readline():
            tracer.communicate(timeout=30)
            pytest.skip("strace may not attach to a child")
        actor.go()
        actor.rest()
        actor.end()
        tracer.communicate(timeout=30)
    steps = [step for line in log.read_text().splitlines() if (step := recorded(line, str(folder)))]
    assert actor.last("ack") == before + TIMES
    assert len(steps) > 30
    return request.param, str(folder), before, files, steps


def states(record, rounds, *, lies=False):
    """Yield states in which the power fails, by turns behind every recorded call: what was acknowledged, and the files.

    A disk that `lies` says that it has synced, and has not.
    """
    _, _, before, files, steps = record
    for number in range(rounds):
        chance = random.Random(number)  # noqa: S311 - what stands, no secret
        disk, acknowledged = Disk(files), before
        last = (number * 7919) % len(steps)
        for step in steps[: last + 1]:
            if step[0] == "sendto":
                acknowledged += step[3].startswith(b'["ack"')
            elif not lies or step[0] not in ("fsync", "fdatasync"):
                replay(disk, step)
        yield number, acknowledged, disk.after(chance)


def put_back(folder, files, home):
    """Write the files of a state into a folder; return whether the store is among them."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    for path, content in files.items():
        place = home / Path(path).relative_to(folder)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content)
    return (home / "store.db").is_file()


def test_power_loss(record, dose, tmp_path, work, figures):
    """T11: wherever the power fails, every acknowledged unit is whole and no unit is half."""
    title, folder, before, _, steps = record
    told = figures(f"power loss, {title}")
    rounds, new = dose(60, 1500), 0
    home = tmp_path / "after"
    for number, acknowledged, files in states(record, rounds):
        put_back(folder, files, home)
        seen = work.look(f"sqlite:///{home}/store.db", acknowledged, before + TIMES)
        new += seen.whole > acknowledged
        told.add(seen, f"state {number}")
    told.dose = f"{rounds} states of {len(steps)} calls"
    told.notes.append(f"{new} kept a unit not yet acknowledged")


def test_a_disk_that_lies_is_seen(record, tmp_path, work):
    """The suite itself: on a disk that forgets what it said to have synced, acknowledged units are lost, and seen."""
    _, folder, before, _, _ = record
    home = tmp_path / "after"
    for _, acknowledged, files in states(record, 200, lies=True):
        put_back(folder, files, home)
        if work.look(f"sqlite:///{home}/store.db", acknowledged, before + TIMES).lost:
            return
    pytest.fail("nothing was lost")
