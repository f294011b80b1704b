"""A workspace as a whole: what is written, kept and explained; and that either all of it happens or none."""

import csv
import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pharmasales.errors import BadConfig, BadRows, BadValue, NotFound, PharmaSalesError, StorageError
from pharmasales.exchange import read_sheet
from pharmasales.periods import period
from pharmasales.workspace import Workspace, init_workspace, judging, outputs, workspace, write_demo

Q1, Q4 = period("2026-Q1"), period("2025-Q4")
LEADING = {
    "grades": ("customer_id", "customer", "scheme", "grade", "why"),
    "goals": ("node_id", "node", "level", "parent_id", "period", "amount", "why"),
    "visits": ("date", "rep_id", "rep", "customer_id", "customer", "grade", "why"),
    "attainment": ("node_id", "node", "level", "period", "goal", "actual", "attainment", "status"),
    "scorecard": ("rep_id", "rep", "measure", "value", "weight", "points", "why"),
}


def state(root: Path) -> dict[str, str]:
    """Return the digest of every file below a folder, without the log files that the store keeps beside itself."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV of ours."""
    sheet = read_sheet(path)
    return [dict(zip(sheet.header, cells, strict=True)) for _, cells in sheet.rows]


def test_the_five_tables_have_exactly_the_columns_that_lead(turned):
    """UTF-8 with a byte order mark, the promised columns first, lines that end in CR LF."""
    for name, columns in LEADING.items():
        data = (turned.root / "out" / "2025-Q4" / f"{name}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        header = data.decode("utf-8-sig").split("\r\n")[0].split(",")
        assert tuple(header[: len(columns)]) == columns


def test_goals_add_up_at_every_parent_and_over_the_months(turned):
    """Every node and the total row; the parts are their parent exactly, for each period and their sum."""
    found = rows(turned.root / "out" / "2025-Q4" / "goals.csv")
    amounts = {(row["node_id"], row["period"]): int(row["amount"].removesuffix(".00")) for row in found}
    months = ["2025-10", "2025-11", "2025-12"]
    assert sum(amounts["C", month] for month in months) == 1000
    parents = {row["node_id"]: row["parent_id"] for row in found}
    assert parents == {"C": "", "D1": "C", "D2": "C", "R1": "D1", "R2": "D1", "R3": "D2"}
    for when in months:
        for parent in ("C", "D1", "D2"):
            assert amounts[parent, when] == sum(amounts[one, when] for one, above in parents.items() if above == parent)


def test_a_scorecard_has_one_total_row_a_rep(turned):
    """The points of the measures add up to the total of each rep."""
    found = rows(turned.root / "out" / "2025-Q4" / "scorecard.csv")
    assert [row["rep_id"] for row in found if row["measure"] == "total"] == ["R1", "R2", "R3"]


def test_one_calendar_a_rep_with_safe_unique_names(make):
    """Ids of any characters become file names that no system mistakes for one another."""
    names = ("A/B", "A_B", "a b", "A?B", "示例/代表")
    text = "period,team,who,customer,amount\n" + "".join(
        f"2025-{month:02d},T,{who},H{n},5\n" for month in range(1, 13) for n, who in enumerate(names)
    )
    toml = '[tables.sales]\nfile = "s.csv"\n[org]\nlevels = ["team", "who"]'
    made = make(toml, {"s.csv": text})
    made.plan(Q1)
    calendars = sorted(path.name for path in (made.root / "out" / "2026-Q1").glob("*.ics"))
    assert len(calendars) == len({name.casefold() for name in calendars}) == len(names)
    assert all(re.fullmatch(r"[\w-]+\.ics", name) for name in calendars)


def test_one_sheet_a_table_with_chinese_titles_where_asked(make):
    """The workbook of a Chinese plan speaks Chinese; so do reasons in the CSV."""
    made = make("")
    made.plan(Q1, lang="zh")
    folder = made.root / "out" / "2026-Q1"
    with zipfile.ZipFile(folder / "plan.xlsx") as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        first = book.read("xl/worksheets/sheet1.xml").decode()
    tables = [path.stem for path in folder.glob("*.csv")]
    assert len(names) == len(tables)
    assert "topLeftCell" in first
    sheet = read_sheet(folder / "plan.xlsx", sheet=names[0])
    assert sheet.header[0] == "客户编号"
    assert any("潜力" in row["why"] or "销售额" in row["why"] for row in rows(folder / "grades.csv"))


def test_the_report_opens_without_any_link(turned):
    """One file: no script from elsewhere, no style, no picture, no font."""
    text = (turned.root / "out" / "2025-Q4" / "report.html").read_text("utf-8")
    links = re.findall(r"""(?:src|href|action)\s*=\s*["']?([^"'\s>]+)""", text)
    assert [link for link in links if not link.startswith(("#", "data:"))] == []
    assert not re.search(r"url\(\s*['\"]?https?:|@import", text)


SCRIPT = """
import hashlib, sys
from pathlib import Path
from pharmasales.periods import period
from pharmasales.storage import open_store
from pharmasales.workspace import Workspace
made = Workspace.open(sys.argv[1])
made.plan(period("2025-Q4")); made.review(period("2025-Q4"))
out = hashlib.sha256()
for path in sorted(Path(sys.argv[1], "out").rglob("*")):
    if path.is_file():
        out.update(path.name.encode() + path.read_bytes())
with open_store(f"sqlite:///{Path(sys.argv[1], 'pharmasales.db')}") as store:
    for kind in ("plans", "reviews", "tables", "grades", "goals", "visits", "attainment", "scorecard", "frequency"):
        for record in store.find(kind):
            out.update(repr((record.id, record.version, sorted(record.data.items()))).encode())
print(out.hexdigest())
"""


def test_ten_processes_with_ten_hash_seeds_write_the_same_bytes(make):
    """The same plan and review are the same bytes and the same records, whatever the hash seed."""
    found = set()
    for pair in range(0, 10, 2):
        running = []
        for seed in (pair, pair + 1):
            made = make("", name=f"w{seed}")
            env = {**os.environ, "PYTHONHASHSEED": str(seed)}
            command = [sys.executable, "-c", SCRIPT, str(made.root)]
            running.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True))  # noqa: S603 - our own
        found |= {process.communicate()[0] for process in running}
        assert {process.returncode for process in running} == {0}
    assert len(found) == 1
    assert re.fullmatch(r"[0-9a-f]{64}\n", found.pop())


def test_the_same_plan_again_changes_nothing(turned):
    """A second run makes the same bytes and no new versions."""
    before = state(turned.root / "out")
    turned.plan(Q4)
    turned.review(Q4)
    assert state(turned.root / "out") == before


def test_the_language_of_a_review_is_the_one_asked_for(turned):
    """Whatever language earlier runs had, all files of a run speak one."""
    turned.plan(Q4, lang="en")
    expected = turned.review(Q4, lang="en") and state(turned.root / "out")
    turned.review(Q4, lang="zh")
    assert any("潜力" in row["why"] or "销售" in row["why"] for row in rows(turned.root / "out/2025-Q4/grades.csv"))
    turned.review(Q4, lang="en")
    assert state(turned.root / "out") == expected


def test_a_file_that_somebody_changed_in_out_is_written_anew(turned):
    """What stands in `out/` is a result, not an input."""
    expected = state(turned.root / "out")
    goals = turned.root / "out" / "2025-Q4" / "goals.csv"
    goals.write_text("node_id\r\nchanged\r\n", "utf-8")
    turned.review(Q4)
    assert state(turned.root / "out") == expected


class Broken(Exception):
    """What the tests raise on purpose."""


@pytest.mark.parametrize(
    ("writer", "error"),
    [("write_csv", Broken), ("write_xlsx", KeyboardInterrupt), ("write_ics", Broken), ("write_report", StorageError)],
)
def test_a_failure_in_the_middle_of_writing_leaves_all_as_it_was(turned, monkeypatch, writer, error):
    """Whichever writer fails, and however, `out/` and the store stay exactly as they were."""
    before = state(turned.root)

    def broken(*_args, **_more):
        raise error("stop")

    monkeypatch.setattr(outputs, writer, broken)
    for run in (turned.plan, turned.review):
        if run == turned.review and writer == "write_ics":
            continue  # a review may take the calendars over
        with pytest.raises(error):
            run(Q4)
        assert state(turned.root) == before
    with pytest.raises(error):
        turned.plan(Q1)
    assert state(turned.root) == before


@pytest.mark.parametrize("error", [Broken, KeyboardInterrupt])
def test_a_failure_while_keeping_leaves_all_as_it_was(turned, monkeypatch, error):
    """A unit of work that breaks takes the written outputs with it."""
    before = state(turned.root)

    def broken(*_args):
        raise error

    for keeping in (workspace, judging):
        monkeypatch.setattr(keeping, "save", broken)
    for run, when in ((turned.plan, Q4), (turned.review, Q4), (turned.plan, Q1)):
        with pytest.raises(error):
            run(when)
        assert state(turned.root) == before


def test_a_bad_row_leaves_all_as_it_was(turned):
    """A plan over bad rows writes nothing, anywhere, and raises them all."""
    (turned.root / "sales.csv").write_text("period,rep,amount\nsoon,R1,x\n2025-01,R9,1\n", "utf-8")
    before = state(turned.root)
    for run in (turned.plan, turned.review):
        with pytest.raises(BadRows) as caught:
            run(Q4)
        assert len(caught.value.exceptions) == 3
    assert state(turned.root) == before


def test_a_goal_without_a_basis_and_an_unknown_year(make):
    """What is asked for and cannot be is a typed error, and nothing is written."""
    made = make('[goals]\ngrain = "1"\n')
    for when, code in (("2030-Q1", "goals.basis"), ("2024", "goals.basis")):
        with pytest.raises(PharmaSalesError) as caught:
            made.plan(period(when))
        assert caught.value.code == code
    made = make('[goals]\ntotal = "5"\nbasis = "potential"\nseason = "even"\n[classification]\non = "potential"')
    with pytest.raises(PharmaSalesError, match="2027"):
        made.plan(period("2027-Q1"))
    assert not (made.root / "out").exists()
    assert not (made.root / "pharmasales.db").exists()


def test_nothing_to_plan_says_why(make):
    """A period of which nothing is known is refused with everything that was missing, and nothing is written."""
    made = make("")
    with pytest.raises(PharmaSalesError, match="no sales in 2039-Q1") as caught:
        made.plan(period("2040-Q1"))
    assert caught.value.code == "plan.nothing"
    assert not (made.root / "out").exists()
    assert not (made.root / "pharmasales.db").exists()


def test_a_negative_weight_is_refused(make):
    """A rep whose history is negative has no share, unless a policy says zero."""
    files = dict(make.small) | {"sales.csv": make.small["sales.csv"] + "2025-02,H3,R3,-900000.00,1\n"}
    with pytest.raises(PharmaSalesError):
        make(make.tables + "[goals]", files).plan(Q1)
    made = make(make.tables + '[goals]\nnegative = "zero"\ntotal = "100"\nseason = "even"', files)
    made.plan(Q1)
    found = rows(made.root / "out" / "2026-Q1" / "goals.csv")
    assert {row["amount"] for row in found if row["node_id"] == "R3"} == {"0.00"}


def test_a_review_of_a_part_takes_the_plan_around_it(turned):
    """A month is judged by the quarter's plan; a week is not made of its months."""
    review, _ = turned.review(period("2025-11"))
    goal = review.attainments["C"].goal
    assert goal is not None
    assert 0 < goal.minor < 100_000
    with pytest.raises(BadValue) as caught:
        turned.review(period("2025-W46"))
    assert caught.value.code == "review.buckets"


def test_targets_of_the_files_go_before_the_plan(make):
    """Where the files give targets for the period, they are the goal."""
    files = dict(make.small) | {
        "t.csv": "node,period,amount\nR1,2025-10,100\nR1,2025-11,50\nR1,2025-12,0\nR2,2025-Q4,1\n"
    }
    made = make(make.tables + '[tables.targets]\nfile = "t.csv"\n', files)
    found = rows(made.review(Q4)[1].folder / "attainment.csv")
    assert {row["node_id"]: row["goal"] for row in found} == {
        "C": "151.00",
        "D1": "151.00",
        "R1": "150.00",
        "R2": "1.00",
        "D2": "",
        "R3": "",
    }


def test_a_rep_who_left_after_the_plan_is_named(turned):
    """Goals that nobody bears any more are a typed error; with targets of its own the review goes on without."""
    for name in ("org.csv", "customers.csv", "sales.csv", "visits.csv"):
        text = (turned.root / name).read_text("utf-8")
        (turned.root / name).write_text("".join(x for x in text.splitlines(True) if "R2" not in x), "utf-8")
    with pytest.raises(NotFound, match="R2"):
        turned.review(Q4)
    (turned.root / "t.csv").write_text("node,period,amount\nR1,2025-Q4,5\nR3,2025-Q4,5\n", "utf-8")
    with (turned.root / "pharmasales.toml").open("a", encoding="utf-8") as file:
        file.write('[tables.targets]\nfile = "t.csv"\n')
    Workspace.open(turned.root).review(Q4, lang="zh")
    found = rows(turned.root / "out" / "2025-Q4" / "attainment.csv")
    assert [row["node_id"] for row in found if row["level"] == "rep"] == ["R1", "R3"]
    assert (turned.root / "out" / "2025-Q4" / "R2.ics").exists()


def test_why_for_each_kind_in_both_languages(turned):
    """Every kept result explains itself, from the store alone."""
    (turned.root / "sales.csv").unlink()
    visit = rows(turned.root / "out" / "2025-Q4" / "visits.csv")[0]
    asked = {"grade": "H1", "goal": "R1", "visit": visit["customer_id"], "score": "R2"}
    for what, key in asked.items():
        found = turned.why(what, key)
        assert found
        for head, why in found:
            assert "2025-Q4" in head.en
            assert head.zh != head.en
            assert why.en
            assert why.zh
            assert re.search("[\u4e00-\u9fff]", why.zh)
            assert not re.search("[\u4e00-\u9fff]", why.en)
    assert [why.en for _, why in turned.why("visit", visit["visit_id"])] == [visit["why"]]
    assert len(turned.why("goal", "R1", Q4)) == 3
    assert len(turned.why("score", "R2")) == 5


def test_why_of_ids_that_hold_slashes(make):
    """Nodes of a derived organisation are asked for by their path, and visits by their own id."""
    text = "period,team,who,customer,amount\n" + "".join(f"2025-{m:02d},Alfa,Kim,a/b/c,5\n" for m in range(1, 13))
    made = make('[tables.sales]\nfile = "s.csv"\n[org]\nlevels = ["team", "who"]', {"s.csv": text})
    made.plan(Q1)
    assert len(made.why("goal", "Alfa/Kim")) == 3
    assert len(made.why("grade", "a/b/c")) >= 1
    assert len(made.why("visit", "a/b/c")) >= 1
    visit = rows(made.root / "out" / "2026-Q1" / "visits.csv")[0]
    assert [why.en for _, why in made.why("visit", visit["visit_id"])] == [visit["why"]]


def test_why_without_a_plan_and_of_unknown_ids(make, turned):
    """Nothing kept, an unknown id and a period that was not planned are typed errors."""
    with pytest.raises(PharmaSalesError):
        make("", name="other").why("grade", "H1")
    assert not (make.home / "other" / "pharmasales.db").exists()
    for key, when in (("H9", None), ("H1", Q1), ("H", None)):
        with pytest.raises(NotFound):
            turned.why("grade", key, when)


def test_a_workspace_that_is_none(tmp_path):
    """A folder without settings, and settings that cannot be read."""
    with pytest.raises(BadConfig, match="no workspace here"):
        Workspace.open(tmp_path / "none")
    (tmp_path / "pharmasales.toml").write_bytes("# 示例".encode("utf-16"))
    with pytest.raises(BadConfig, match="cannot be read"):
        Workspace.open(tmp_path)
    (tmp_path / "pharmasales.toml").write_bytes(b"\xef\xbb\xbf[goals]")
    (tmp_path / "policy.toml").write_text("name = [", "utf-8")
    with pytest.raises(BadConfig, match="not TOML"):
        Workspace.open(str(tmp_path))
    (tmp_path / "policy.toml").write_text('name = "own"\nversion = "7"', "utf-8")
    assert Workspace.open(str(tmp_path)).settings.policy.book.version == "7"


def test_the_store_may_stand_elsewhere_and_any_folder_name_will_do(make, tmp_path):
    """`[storage] url` names another store; a folder may bear spaces and percent signs."""
    made = make(f'[storage]\nurl = "sqlite:///{tmp_path / "else.db"}"', name="a %20 b 示例")
    made.plan(Q1)
    assert (tmp_path / "else.db").exists()
    assert not (made.root / "pharmasales.db").exists()
    plain = make("", name="c %41 d")
    plain.plan(Q1)
    assert plain.why("grade", "H1")


def test_init_never_writes_over_files(tmp_path):
    """A user's own data.xlsx or policy.toml stays; a second init is refused."""
    for name in ("data.xlsx", "policy.toml", "pharmasales.toml"):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_text("mine", "utf-8")
        with pytest.raises(BadConfig) as caught:
            init_workspace(folder)
        assert (caught.value.where, caught.value.code) == (name, "config.exists")
        assert [path.name for path in folder.iterdir()] == [name]
        assert (folder / name).read_text("utf-8") == "mine"


def test_the_commented_settings_of_the_template_are_the_defaults(tmp_path):
    """Taking the comment signs off changes nothing but what is an example."""
    init_workspace(tmp_path)
    text = (tmp_path / "pharmasales.toml").read_text("utf-8")
    examples = (
        "total =",
        "levels = [",
        "[org]",
        "leave =",
        "clinic_weekdays =",
        "clinic_hours =",
        "closed =",
        "contacts =",
        "contact_caps =",
        "minutes_per_day =",
        "visit_minutes =",
        "notice =",
        "flexible =",
        "filing_asked =",
        "filings =",
        "bases =",
        "cuts =",
        "[calendar.2027]",
        "off =",
        "work =",
        "least_growth =",
        "floors =",
        "caps =",
        "fixed =",
        "over_assignment =",
    )
    lines = []
    for line in text[text.index("[units]") :].splitlines():
        bare = line.removeprefix("# ")
        lines.append(
            bare if re.match(r"\w+ = ", bare) and not bare.startswith(examples) else "" if "#" in line[:1] else line
        )
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "pharmasales.toml").write_text("\n".join(lines), "utf-8")
    (tmp_path / "w2").mkdir()
    (tmp_path / "w2" / "pharmasales.toml").write_text("", "utf-8")
    written, empty = (Workspace.open(tmp_path / name).settings for name in ("w", "w2"))
    assert written.policy.fingerprint == empty.policy.fingerprint
    assert (written.money, written.goods, written.extra, written.lang) == (empty.money, empty.goods, empty.extra, "en")


def test_the_demo_never_writes_over_files(tmp_path):
    """Another workspace, or a file of a name that the demo would write, stays as it is."""
    (tmp_path / "sales.csv").write_text("mine", "utf-8")
    with pytest.raises(BadConfig) as caught:
        write_demo(tmp_path)
    assert (caught.value.where, caught.value.code) == ("sales.csv", "config.exists")
    assert [path.name for path in tmp_path.iterdir()] == ["sales.csv"]


def test_the_demo_is_the_region_that_is_promised(tmp_path):
    """Three districts, 12 reps, 60 hospitals with departments, 1,500 doctors, 40 distributors, two years, a quarter."""
    write_demo(tmp_path)
    first = state(tmp_path)
    region = Workspace.open(tmp_path).load().checked()
    kinds = [customer.kind for customer in region.archive]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "hospital": 60,
        "department": 240,
        "doctor": 1500,
        "distributor": 40,
    }
    assert region.org is not None
    assert [node.level for node in region.org].count("district") == 3
    assert len(region.org.leaves()) == 12
    assert {str(sale.period) for sale in region.sales} == {f"{y}-{m:02d}" for y in (2024, 2025) for m in range(1, 13)}
    assert any(sale.amount and sale.amount.minor < 0 for sale in region.sales)
    assert {call.day.month for call in region.calls or ()} == {10, 11, 12}
    assert len(region.receivables or ()) == 240
    write_demo(tmp_path)
    assert state(tmp_path) == first


def test_csv_files_read_back_as_any_other_program_reads_them(turned):
    """Every row is as long as the header, by the standard reader too."""
    for path in (turned.root / "out" / "2025-Q4").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
        assert {len(line) for line in lines} == {len(lines[0])}


@pytest.mark.parametrize("shown", [False, True])
def test_doctors_are_masked_in_the_outputs_unless_they_are_asked_for_in_clear(make, shown):
    """No output names a human being by default; hospitals are named, and `names = "clear"` names all."""
    files = {**make.small, "customers.csv": make.small["customers.csv"].replace("1,hospital", "1,doctor")}
    names = '[display]\nnames = "clear"\n' if shown else ""
    made = make(f'{make.tables}[compliance]\npolicy = "NONE"\n{names}', files)
    _, found = made.plan(Q1)
    for name in ("grades", "visits"):
        text = (found.folder / f"{name}.csv").read_text("utf-8-sig")
        assert ("Example Hospital 1" in text, "E*" in text, "Example Hospital 2" in text) == (shown, not shown, True)
    for path in found.folder.rglob("*"):
        assert shown or b"Example Hospital 1" not in path.read_bytes()
