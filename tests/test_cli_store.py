"""`pharmasales store`: verify, head, backup, restore, erased, migrate, for people in two languages and for machines."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.storage import open_store
from pharmasales.testing.storage_erasure import traces

TEXT = """编号,客户名称,客户类型,负责代表,来源,所属客户,手机,联系人
H1,第一示例医院,医院,r1,tender,,,金丝雀
D1,金丝雀,医生,r1,tender,H1,13876543210,
"""
TOML = """[archive]
file = "customers.csv"
facts = { about = 'person', published = true, refused = false }
"""
CANARIES = ["金丝雀", "13876543210"]
WHO = ("--by", "u1", "--why", "checked on site")
DUMP = Path(__file__).parent / "storage" / "older" / "v1.sql"


def run(*words: object, code: int = 0) -> str:
    """Run one command and return what it prints."""
    done = CliRunner().invoke(cli.app, list(map(str, words)), env={"COLUMNS": "120", "PHARMASALES_BY": ""})
    assert done.exit_code == code, done.output
    return done.output


def machine(*words: object, code: int = 0) -> dict:
    """Run one command for a machine and return its report."""
    found = json.loads(run(*words, "--json", code=code))
    assert found["ok"] is (code == 0)
    return found


def workspace(folder: Path, toml: str = TOML) -> Path:
    """Make a workspace without a store."""
    folder.mkdir(exist_ok=True)
    (folder / "customers.csv").write_text(TEXT, "utf-8")
    (folder / "pharmasales.toml").write_text(toml, "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a workspace with a hospital and a doctor in its store."""
    root = workspace(tmp_path / "here")
    run("archive", "import", root, *WHO, "--as-of", "2026-01-05")
    return root


def test_verifying(folder: Path) -> None:
    """It says what is proved and what is not, in both languages, and prints the head, which is the next anchor."""
    told = run("store", "verify", folder).splitlines()
    assert told[:3] == [
        "1 entries follow from each other",
        "  not proved without an anchor: that the end was not cut off",
        "  not proved without an anchor: that the chain was not rebuilt",
    ]
    head = run("store", "head", folder).strip()
    assert (told[3:], machine("store", "head", folder)["head"]) == ([head], head)
    assert "锚点证明至第 1 条" in run("store", "verify", folder, "--anchor", head, "--lang", "zh")
    found = machine("store", "verify", folder, "--anchor", head)
    assert (found["count"], found["head"], found["anchored"]) == (1, head, True)


def test_verifying_what_was_changed(folder: Path) -> None:
    """An edit and a cut end exit 1, and say where; another anchor than COUNT:HASH is refused."""
    head = run("store", "head", folder).strip()
    run("archive", "amend", folder, "H1", "beds=500", *WHO)
    later = run("store", "head", folder).strip()
    assert machine("store", "verify", folder, "--anchor", head)["anchored"]
    assert "the end was cut off: 2 entries of 3" in run("store", "verify", folder, "--anchor", "3" + later[1:], code=1)
    with closing(sqlite3.connect(folder / "pharmasales.db")) as connection:
        connection.execute("UPDATE record SET data = '{}' WHERE sequence = 2")
        connection.commit()
    assert "written by entry 2, was changed or is out of its place" in run("store", "verify", folder, code=1)
    assert machine("store", "verify", folder, code=1)["count"] == 1
    for anchor in ("", "x", "1", "-1:" + "0" * 64, "²:" + "0" * 64, "1:zz"):
        if anchor:
            assert machine("store", "verify", folder, "--anchor", anchor, code=1)["errors"][0]["code"] == "audit.anchor"


def test_nothing_kept_yet(tmp_path: Path) -> None:
    """Where nothing is kept, every command but restore says so; a folder that is no workspace is told."""
    root = workspace(tmp_path / "here")
    commands = (["verify", root], ["head", root], ["backup", root, tmp_path / "b"], ["erased", root, tmp_path / "e"])
    for words in commands:
        error = machine("store", *words, code=1)["errors"][0]
        assert (error["code"], error["reason"]) == ("storage.missing", "nothing is kept here yet")
    assert machine("store", "migrate", root, code=1)["errors"][0]["code"] == "storage.missing"
    assert machine("store", "head", tmp_path, code=1)["errors"][0]["code"] == "config.missing"
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["customers.csv", "here", "pharmasales.toml"]
    (root / "pharmasales.db").write_text("something else")
    assert machine("store", "head", root, code=1)["errors"][0]["code"] == "storage.foreign"


def test_backing_up_and_restoring(folder: Path, tmp_path: Path) -> None:
    """A backup is restored into another workspace, whose archive is the same; a used store and a name are refused."""
    file, other = tmp_path / "monday.db", workspace(tmp_path / "there")
    head = run("store", "head", folder).strip()
    assert run("store", "backup", folder, file) == f"wrote {file} (1 units of work)\n{head}\n"
    assert machine("store", "backup", folder, file, code=1)["errors"][0]["code"] == "storage.exists"
    assert run("store", "restore", other, file, "--anchor", head, "--lang", "zh") == f"已恢复：1 个工作单元\n{head}\n"
    assert run("archive", "history", other, "D1") == run("archive", "history", folder, "D1")
    assert run("store", "verify", other, "--anchor", head) == run("store", "verify", folder, "--anchor", head)
    assert machine("store", "restore", other, file, code=1)["errors"][0]["code"] == "storage.used"
    zh = machine("store", "backup", folder, tmp_path / "tuesday.db", "--lang", "zh")
    assert (zh["count"], zh["head"]) == (1, head)
    empty = workspace(tmp_path / "third")
    wrong = machine("store", "restore", empty, file, "--anchor", "2:" + "a" * 64, code=1)["errors"][0]
    assert (wrong["code"], wrong["where"]) == ("storage.damaged", "unit 2")
    assert not (empty / "pharmasales.db").exists()


def test_a_store_elsewhere(folder: Path, tmp_path: Path, postgres) -> None:
    """The settings say where the store is: a workspace moves to another file, and to a server and back."""
    file, place = tmp_path / "monday.db", postgres.database()
    for name, url in (("a", "sqlite:///kept/own.db"), ("b", f"sqlite:///{tmp_path}/c.db"), ("c", place)):
        root = workspace(tmp_path / name, f'[storage]\nurl = "{url}"\n{TOML}')
        (root / "kept").mkdir()
        head = machine("store", "backup", folder, file)["head"]
        assert machine("store", "restore", root, file)["head"] == head
        assert machine("store", "verify", root, "--anchor", head)["anchored"]
        assert run("archive", "history", root, "D1") == run("archive", "history", folder, "D1")
        file.unlink()
        folder = root
    assert (tmp_path / "a" / "kept" / "own.db").exists()
    assert (tmp_path / "c.db").exists()
    assert machine("store", "migrate", folder) == {"ok": True, "migrated": False, "kept": ""}


def test_erased_since_the_backup(folder: Path, tmp_path: Path) -> None:
    """T19: a person erased since the backup does not come back with it; others' files stay, and the chain holds."""
    file, due, other = tmp_path / "monday.db", tmp_path / "erased.jsonl", workspace(tmp_path / "there")
    run("store", "backup", folder, file)
    run("archive", "amend", folder, "H1", "beds=500", *WHO)
    run("archive", "erase", folder, "D1", *WHO)
    assert machine("store", "erased", folder, due)["persons"] == 1
    assert "（1 人）" in run("store", "erased", folder, due, "--lang", "zh")
    assert traces(tmp_path, CANARIES).keys() == {"customers.csv", "monday.db"}
    assert machine("store", "restore", other, file, "--erased", due, code=1)["errors"][0]["code"] == "id.empty"
    assert not (other / "pharmasales.db").exists()
    told = machine("store", "restore", other, file, "--erased", due, "--by", "m1", "--why", "erased before")
    assert told["head"] == run("store", "head", other).strip()
    for name in ("customers.csv", "monday.db"):
        for found in tmp_path.rglob(name):
            found.unlink()
    assert traces(tmp_path, CANARIES) == {}
    assert machine("archive", "find", other, "金丝雀")["found"] == []
    assert machine("archive", "access", other, "D1", code=0)["held"] == []
    for root in (folder, other):
        shown = machine("archive", "history", root, "D1", "--unmasked")["history"]
        assert [row["action"] for row in shown].count("erase") == 1
        assert machine("archive", "show", root, "D1", code=1)["errors"][0]["reason"] == "the file is erased"
    assert "第一示例医院" in run("archive", "show", other, "H1", "--as-of", "2026-02-01")
    assert machine("archive", "verify", other)["ok"]
    assert machine("store", "verify", other, "--anchor", told["head"])["anchored"]
    run("archive", "amend", other, "H1", "beds=501", *WHO)
    run("store", "erased", other, due)
    assert '{"person": "D1"}' in due.read_text("utf-8")


def test_erased_before_the_backup(folder: Path, tmp_path: Path) -> None:
    """What the backup shows as erased is not erased twice; a person opened since the backup is nobody's there."""
    file, due, other = tmp_path / "monday.db", tmp_path / "erased.jsonl", workspace(tmp_path / "there")
    run("archive", "erase", folder, "D1", *WHO)
    head = machine("store", "backup", folder, file)["head"]
    run("store", "erased", folder, due)
    due.write_text('{"person": "D99"}\n' + due.read_text("utf-8"), "utf-8")
    assert machine("store", "restore", other, file, "--erased", due, *WHO)["head"] == head


def test_under_a_hold_when_the_backup_was_made(folder: Path, tmp_path: Path) -> None:
    """T19: a person erased since, whose file was restricted in the backup, loses every value all the same."""
    file, due, other = tmp_path / "monday.db", tmp_path / "erased.jsonl", workspace(tmp_path / "there")
    run("archive", "restrict", folder, "D1", *WHO)
    run("store", "backup", folder, file)
    run("archive", "release", folder, "D1", *WHO)
    run("archive", "erase", folder, "D1", *WHO)
    run("store", "erased", folder, due)
    run("store", "restore", other, file, "--erased", due, *WHO)
    assert traces(other, CANARIES).keys() == {"customers.csv"}


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        '{"kind": "doctor"}',
        '{"kind": "doctor", "id": " D1", "version": 1, "data": null}',
        '{"kind": "doctor", "id": "D1", "version": "1", "data": null}',
        '{"kind": "doctor", "id": "D1", "version": 1, "data": []}',
        '{"kind": "doctor", "id": "D1", "version": 1, "data": {"share": 0.5}}',
        '{"kind": "doctor", "id": "D1", "version": 1, "other": 1}',
        "[" * 100_000,
        '{"person": " D1"}',
    ],
)
def test_a_list_that_is_none(folder: Path, tmp_path: Path, line: str) -> None:
    """A list of erasures is refused by line where it is none, before anything is restored."""
    file, due, other = tmp_path / "monday.db", tmp_path / "erased.jsonl", workspace(tmp_path / "there")
    run("store", "backup", folder, file)
    due.write_text('{"kind": "a", "id": "b", "version": 1, "data": null}\n' + line + "\n", "utf-8")
    error = machine("store", "restore", other, file, "--erased", due, *WHO, code=1)["errors"][0]
    assert (error["code"], error["where"]) == ("file.erased", "erased.jsonl line 2")
    assert not (other / "pharmasales.db").exists()


def test_a_list_that_cannot_be_read(folder: Path, tmp_path: Path) -> None:
    """A list that is missing or no text is told."""
    due = tmp_path / "erased.jsonl"
    for _ in range(2):
        error = machine("store", "restore", folder, "x.db", "--erased", due, code=1)["errors"][0]
        assert (error["code"], error["where"]) == ("file.read", "erased.jsonl")
        due.write_bytes(b"\xff\xfe\xff")


def test_migrating(tmp_path: Path) -> None:
    """A store of version 1 is refused by every command but migrate, which says what it kept and indexes the archive."""
    root = workspace(tmp_path / "here", '[storage]\nurl = "sqlite:///sales.db"\n')
    with closing(sqlite3.connect(root / "sales.db")) as connection:
        connection.executescript(DUMP.read_text("utf-8"))
    error = machine("store", "head", root, code=1)["errors"][0]
    assert (error["code"], error["hint"].split(",")[0]) == (
        "storage.older",
        "migrate it: pharmasales store migrate DIR",
    )
    told = run("store", "migrate", root)
    assert told == "migrated from version 1 to version 2; the store as it was is kept in sales.db.v1.bak\n"
    assert run("store", "migrate", root, "--lang", "zh") == "无需迁移：存储已是当前版本\n"
    assert machine("store", "migrate", root) == {"ok": True, "migrated": False, "kept": ""}
    assert machine("store", "verify", root)["count"] == 7
    assert run("archive", "verify", root).startswith("1 entries follow from each other")
    with open_store(f"sqlite:///{root}/sales.db") as store:
        assert [unit.by for unit in store.units(after=5)] == ["r1", "migrate"]
        stamp = {"by": "u1", "why": "test", "at": datetime(2026, 1, 5, tzinfo=UTC)}
        with store.unit(**stamp, operation="load 1") as unit:
            assert unit.done
