"""`pharmasales archive`: a whole life by commands, for people in two languages and for machines."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.exchange import read_sheet
from pharmasales.workspace import Workspace

TEXT = """编号,客户名称,客户类型,负责代表,来源,所属客户,手机,联系人,身份证号
H1,第一示例医院,医院,r1,tender,,,金丝雀,
H2,第一 示例医院,医院,,tender,,,,
D1,金丝雀,医生,r1,tender,H1,13876543210,,11010119900101001X
"""
TOML = """[archive]
file = "customers.csv"
facts = { about = 'person', published = true, refused = false }
"""
CANARIES = ("金丝雀", "13876543210", "11010119900101001X")
WHO = ("--by", "u1", "--why", "checked on site")


def run(*words: object, code: int = 0) -> str:
    """Run one command of the archive and return what it prints."""
    done = CliRunner().invoke(cli.app, ["archive", *map(str, words)], env={"COLUMNS": "120", "PHARMASALES_BY": ""})
    assert done.exit_code == code, done.output
    return done.output


def machine(*words: object, code: int = 0) -> dict:
    """Run one command for a machine and return its report."""
    found = json.loads(run(*words, "--json", code=code))
    assert found["ok"] is (code == 0)
    return found


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Return a workspace whose archive is empty."""
    (tmp_path / "customers.csv").write_text(TEXT, "utf-8")
    (tmp_path / "pharmasales.toml").write_text(TOML, "utf-8")
    return tmp_path


@pytest.fixture
def folder(empty: Path) -> Path:
    """Return a workspace with two hospitals and a doctor in its archive."""
    run("import", empty, *WHO, "--as-of", "2026-01-05")
    return empty


def test_importing_for_people_and_machines(empty):
    """The counts add up in both; what is not stored is named; a second time changes nothing."""
    told = run("import", empty, *WHO, "--as-of", "2026-01-05", "--lang", "zh")
    lines = dict(line.split() for line in told.splitlines()[2:10])
    assert lines == {
        "读取": "3",
        "接受": "3",
        "拒绝": "0",
        "跳过": "0",
        "新建": "3",
        "变更": "0",
        "不变": "0",
        "待确认写法": "0",
    }
    assert "未存储：身份证号, 敏感个人信息：需单独同意" in told
    again = machine("import", empty, *WHO, "--as-of", "2026-02-05")
    assert {key: again[key] for key in ("read", "accepted", "rejected", "skipped", "opened", "amended", "same")} == {
        "read": 3,
        "accepted": 3,
        "rejected": 0,
        "skipped": 0,
        "opened": 0,
        "amended": 0,
        "same": 3,
    }
    assert again["left_out"] == {"身份证号": "sensitive: needs a separate consent"}


def test_refused_rows_are_told_without_their_values(empty):
    """Nothing is taken; the error names file, row, column and rule; the workbook waits in out/import."""
    (empty / "customers.csv").write_text(
        TEXT.replace("D1,金丝雀,医生,r1,tender", "D1,金丝雀,医生,r1,bought_list"), "utf-8"
    )
    told = run("import", empty, *WHO, code=1)
    assert "购买客户名单属非法获取个人信息 @ customers.csv row 4 column 来源" in told
    assert "[blocked.lead-bought-list]" in told
    assert told.splitlines()[-1] == "1 bad cells: nothing was written; see out/import"
    assert [text for text in CANARIES if text in told] == []
    errors = machine("import", empty, *WHO, code=1)["errors"]
    assert [(one["code"], one["where"]) for one in errors] == [
        ("blocked.lead-bought-list", "customers.csv row 4 column 来源")
    ]
    assert "refused rows: out/import/errors.xlsx" in run("import", empty, *WHO, "--permissive")
    assert read_sheet(empty / "out/import/errors.xlsx").header[:3] == ("row", "reason", "编号")


@pytest.mark.parametrize(
    "words",
    [
        ("find", "x"),
        ("duplicates",),
        ("quality",),
        ("show", "D1"),
        ("history", "D1"),
        ("owners",),
        ("access", "D1"),
        ("erase", "D1", *WHO),
        ("verify",),
        ("export",),
        ("amend", "D1", "title=x", *WHO),
        ("close", "D1", *WHO),
    ],
)
def test_nothing_is_kept_yet(empty, words):
    """Every command says what to do before the first import, and makes no store."""
    (error,) = machine(words[0], empty, *words[1:], code=1)["errors"]
    assert (error["code"], error["reason"]) == ("storage.missing", "nothing is kept here yet")
    assert error["hint"] == "take customers in: pharmasales archive import DIR"
    assert not list(empty.glob("*.db"))


def test_finding(folder):
    """By name, pinyin and initials; persons are masked; nothing found is said as such."""
    pytest.importorskip("pypinyin")
    assert run("find", folder, "第一示例").splitlines()[2].split() == "H1 第一示例医院 the name begins so".split()
    assert {row["id"] for row in machine("find", folder, "dysl")["found"]} == {"H1", "H2"}
    assert machine("find", folder, "jinsique")["found"] == [{"id": "D1", "name": "金*", "why": "pinyin"}]
    assert run("find", folder, "nobody") == "nothing found\n"
    assert run("find", folder, "nobody", "--lang", "zh") == "未找到\n"


def test_duplicates_and_merging(folder):
    """The pair is listed with its reason, merged it counts once, undone it counts twice."""
    pytest.importorskip("rapidfuzz")
    assert machine("duplicates", folder)["pairs"] == 1
    assert "名称相同" in run("duplicates", folder, "--lang", "zh")
    assert machine("merge", folder, "H1", "H2", *WHO)["changes"] == [
        "Change('H1' merge H2 since 2026-01-05)",
        "Change('H2' merge H1 @merged since 2026-01-05)",
    ]
    assert machine("duplicates", folder)["pairs"] == 0
    assert "第一示例医院" in run("show", folder, "H2")
    run("merge", folder, "H1", "H2", "--undo", *WHO)
    assert machine("duplicates", folder)["pairs"] == 1
    assert machine("merge", folder, "H1", "H2", "--undo", *WHO, code=1)["errors"][0]["code"] == "merge.none"


def test_amending(folder):
    """Values are read as a file's are; every change is in the history with old and new."""
    assert run("amend", folder, "H1", "beds=300", "level=三甲", *WHO, "--as-of", "2026-02-01").strip() == (
        "Change('H1' amend beds, level since 2026-02-01)"
    )
    run("amend", folder, "H1", "beds=", *WHO, "--as-of", "2026-03-01")
    rows = [row for row in machine("history", folder, "H1")["history"] if row["field"] == "beds"]
    assert [(row["old"], row["new"], row["since"]) for row in rows] == [
        ("", "300", "2026-02-01"),
        ("300", "", "2026-03-01"),
    ]
    run("amend", folder, "D1", "affiliation:H2=consultant", "parent=H2", *WHO, "--as-of", "2026-02-01")
    assert Workspace.open(folder).register()["D1"].values()["affiliation:H2"] == "consultant"


@pytest.mark.parametrize(
    ("customer", "field", "code"),
    [
        ("H1", "beds", "amend.field"),
        ("H1", "bed=3", "amend.field"),
        ("H1", "beds=many", "number"),
        ("H1", "level=省级", "amend.level"),
        ("H1", "credit_code=12100000400000000X", "credit_code.check"),
        ("H1", "kind=spital", "archive.kind"),
        ("D1", "parent=H404", "archive.id"),
        ("D1", "affiliation:H404=x", "archive.id"),
        ("D1", "prescribing_habit=often", "blocked.keep-doctor-usage"),
        ("H1", "parent=D1", "archive.cycle"),
        ("D404", "title=x", "archive.id"),
        ("D1", "mobile==1", "cell.formula"),
    ],
)
def test_what_cannot_be_amended(folder, customer, field, code):
    """Each with its code; nothing is kept."""
    before = Workspace.open(folder).register()
    (error,) = machine("amend", folder, customer, field, *WHO, code=1)["errors"]
    assert error["code"].startswith(code.partition(".")[0]) if code == "credit_code.check" else error["code"] == code
    assert [*Workspace.open(folder).register()] == [*before]


def test_standing(folder):
    """Reassigned, closed, opened again, restricted: neither shown nor exported; released it is there again."""
    run("reassign", folder, "H2", "r2", *WHO, "--as-of", "2026-01-06")
    run("close", folder, "H2", *WHO, "--as-of", "2026-02-01")
    assert machine("show", folder, "H2", code=1)["errors"][0]["code"] == "archive.closed"
    run("reopen", folder, "H2", *WHO, "--as-of", "2026-03-01")
    assert "H2" in machine("show", folder, "H2")["card"]
    run("restrict", folder, "D1", *WHO)
    for words in (("show", folder, "D1"), ("history", folder, "D1"), ("erase", folder, "D1", *WHO)):
        assert "restricted" in (told := run(*words, code=1)) or "under a hold" in told
    run("export", folder)
    assert [cells[0] for _, cells in read_sheet(folder / "out/customers.csv").rows] == ["H1", "H2"]
    assert machine("find", folder, "金丝雀")["found"] == []
    run("release", folder, "D1", *WHO)
    assert machine("export", folder)["rows"] == 3


def test_consents(folder):
    """Given with its proof, withdrawn, listed; an unknown channel and a bad day are refused."""
    given = ("consent", folder, "D1", *WHO, "--purpose", "marketing", "--evidence", "F-7")
    assert machine(*given, "--as-of", "2026-02-01", "--until", "2027-01-31")["consents"] == [
        "marketing any opt_in 2026-02-01, until 2027-01-31"
    ]
    gone = machine("consent", folder, "D1", *WHO, "--evidence", "C-9", "--withdraw", "--as-of", "2026-03-01")
    assert gone["consents"] == [
        "marketing any opt_in 2026-02-01, until 2027-01-31, withdrawn 2026-03-01",
        "any any opt_out 2026-03-01",
    ]
    assert machine(*given, "--channel", "fax", code=1)["errors"][0]["code"] == "consent.word"
    assert machine(*given, "--until", "soon", code=1)["errors"][0]["code"] == "date"
    assert machine("verify", folder)["count"] == 5


def test_owners(folder):
    """Without an organisation the orphans; with one also those whose owner is not in it."""
    assert machine("owners", folder)["orphans"] == [{"customer": "H2", "why": "no owner"}]
    assert "无负责人" in run("owners", folder, "--lang", "zh")
    (folder / "org.csv").write_text("id,name,level\nr9,Rep Nine,rep\n", "utf-8")
    (folder / "pharmasales.toml").write_text(TOML + '[tables.org]\nfile = "org.csv"\n', "utf-8")
    assert [(row["customer"], row["why"]) for row in machine("owners", folder)["orphans"]] == [
        ("D1", "owner r1 of D1 is not in the organisation"),
        ("H1", "owner r1 of H1 is not in the organisation"),
        ("H2", "H2 has no owner"),
    ]


def test_exporting(folder):
    """Masked by default; in clear only with who and why, and then the chain keeps how many and what (T2)."""
    run("export", folder)
    masked = (folder / "out/customers.csv").read_text("utf-8-sig")
    assert [text for text in CANARIES if text in masked] == []
    assert "第一示例医院" in masked
    assert machine("export", folder, "--unmasked", code=1)["errors"][0]["code"] == "export.why"
    assert machine("export", folder, "--unmasked", "--by", "u1", code=1)["errors"][0]["code"] == "export.why"
    done = machine("export", folder, "--unmasked", *WHO, "--to", folder / "clear.csv", "--as-of", "2026-01-05")
    assert (done["rows"], "13876543210" in (folder / "clear.csv").read_text("utf-8-sig")) == (3, True)
    with Workspace.open(folder).cabinet() as cabinet:
        last = [*cabinet.entries()][-1]
    assert (last.action, last.why) == ("export", "checked on site")
    assert last.new == {"rows": 3, "fields": ["contact", "mobile", "name", "parent"]}


def test_an_export_that_fails_is_not_in_the_chain(folder):
    """Where the file cannot be written, no entry says that it was."""
    (folder / "place").mkdir()
    machine("export", folder, "--unmasked", *WHO, "--to", folder / "place", code=1)
    assert machine("verify", folder)["count"] == 3


def test_cards_quality_and_history_are_masked(folder):
    """Neither a card, a page, the quality nor a history shows a canary until it is asked to."""
    told = [
        run("show", folder, "D1"),
        run("show", folder, "D1", "--lang", "zh"),
        run("history", folder, "D1", "--lang", "zh"),
    ]
    told += [
        run("quality", folder),
        run("show", folder, "D1", "--html", folder / "card.html"),
        run("show", folder, "D1", "--json"),
    ]
    told += [(folder / "card.html").read_text("utf-8"), (folder / "out/quality.csv").read_text("utf-8")]
    assert [text for text in CANARIES for one in told if text in one] == []
    assert "13876543210" in run("show", folder, "D1", "--unmasked")
    assert "13876543210" in run("history", folder, "D1", "--unmasked")
    assert machine("quality", folder)["kinds"][0]["customers"] == "1"


def test_access_and_erasure(folder):
    """Access shows everything and where else; erased, nothing is found, and the own file is listed."""
    held = machine("access", folder, "D1")
    assert {row["values"] for row in held["held"]} == {"金丝雀", "13876543210", "H1"}
    assert held["copies"] == [{"kind": "change", "id": "H1/000000", "now": True}]
    assert "查阅" not in run("access", folder, "D1")
    done = machine("erase", folder, "D1", *WHO)
    assert {key: done[key] for key in ("files", "copies", "outputs", "left")} == {
        "files": ["D1"],
        "copies": 1,
        "outputs": [],
        "left": ["customers.csv"],
    }
    assert machine("find", folder, "金丝雀")["found"] == []
    assert machine("access", folder, "D1")["held"] == []
    assert run("erase", folder, "D1", *WHO, code=1).startswith("error: the file is erased")
    assert not any(text.encode() in (folder / "pharmasales.db").read_bytes() for text in CANARIES)
    assert "金丝雀" not in run("history", folder, "H1", "--unmasked")
    (error,) = machine("import", folder, *WHO, code=1)["errors"]
    assert error["code"] == "archive.erased"


def test_an_erasure_tells_in_chinese(folder):
    """What was erased, what was removed and what is left to correct."""
    run("export", folder, "--unmasked", *WHO)
    assert run("erase", folder, "D1", *WHO, "--lang", "zh").splitlines() == [
        "已删除: D1",
        "其他记录: 1",
        "已移除的输出，重新计划即可生成: out/customers.csv",
        "仍提及此人的自有文件，请自行更正: customers.csv",
    ]


def test_verifying_with_an_anchor(folder):
    """The head printed is the next anchor; a longer one is a cut; nonsense is refused."""
    head = machine("verify", folder)["head"]
    assert machine("verify", folder, "--anchor", head)["count"] == 3
    cut = machine("verify", folder, "--anchor", "9:" + head.partition(":")[2], code=1)
    assert "9" in cut["why"]
    assert machine("verify", folder, "--anchor", "x", code=1)["errors"][0]["code"] == "audit.anchor"
    assert head in run("verify", folder, "--lang", "zh")


def test_a_day_that_is_none(folder):
    """A wrong day is wrong usage."""
    run("find", folder, "x", "--as-of", "soon", code=2)


def test_confirming(folder):
    """A field that was checked is fresh again: one line of history that changes nothing."""
    before = Workspace.open(folder).register()["D1"].values()
    assert run("confirm", folder, "D1", "name", *WHO).strip().startswith("Change('D1' confirm name since ")
    file = Workspace.open(folder).register()["D1"]
    assert (file.values(), file.changes[-1].action, list(file.changes[-1].new)) == (before, "confirm", ["name"])


def test_correcting_finds_every_copy(folder):
    """The right value stands from the day on which the wrong one did, and who else names the person is listed."""
    opened = Workspace.open(folder).register()["D1"].opened
    done = machine("correct", folder, "D1", "name=金丝鸟", *WHO)
    assert done["changes"] == [f"Change('D1' correct name since {opened})"]
    assert done["copies"] == [{"kind": "change", "id": "H1/000000", "now": True}]
    assert Workspace.open(folder).register()["D1"].on(opened).name == "金丝鸟"
    assert run("correct", folder, "D1", "name=金丝鸟", *WHO, code=1).startswith("error: nothing changes")
    assert run("correct", folder, "H1", "beds=3", *WHO, code=1).startswith("error: no human being")
