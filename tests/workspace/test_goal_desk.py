"""Goals of a period in a workspace: through Excel to the cent, hostile sheets, versions, scope, all or nothing."""

import csv
import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from pharmasales.errors import BadFile, BadRows, BadValue, Conflict, NotFound, PharmaSalesError, StorageError
from pharmasales.exchange import read_sheet
from pharmasales.goals.editing.plan_diff import diff_plans
from pharmasales.periods import period
from pharmasales.storage import open_store
from pharmasales.workspace import Done, GoalDesk, Workspace, goal_desk
from pharmasales.workspace.goal_versions import keep_edits, plan_of, versions_of

_SPEC = spec_from_file_location("goal_sheets_by_hand", Path(__file__).with_name("sheets.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
sheets = module_from_spec(_SPEC)
_SPEC.loader.exec_module(sheets)
corrected_copy = sheets.corrected_copy

Q1 = period("2026-Q1")
AT = datetime(2026, 1, 9, 8, tzinfo=UTC)
DONE = Done("m1", "talks of January", AT)
TOML = '[goals]\ntotal = "10000.05"\ngrain = "0.01"\n'
NODE, JAN, FEB, MAR, TOTAL, PARTS = 0, 4, 5, 6, 7, 8
"""Where the columns of the sheet stand."""


@pytest.fixture
def space(make):
    """Return a workspace whose goals of the quarter are decomposed to the cent."""
    made = make(TOML)
    GoalDesk(made, Q1).decompose()
    return made


@pytest.fixture
def sheet(space, tmp_path) -> Path:
    """Return the sheet of those goals."""
    desk = GoalDesk(space, Q1)
    desk.write_sheet(desk.standing(), tmp_path / "goals.xlsx", "en")
    return tmp_path / "goals.xlsx"


def change(sheet: Path, *cells: tuple[str, int, str], rows=None, about=None) -> Path:
    """Return a copy of a sheet with some cells of some nodes changed."""

    def apply(found):
        for node_id, column, text in cells:
            next(row for row in found if row[NODE] == node_id)[column] = text
        if rows is not None:
            rows(found)

    return corrected_copy(sheet, sheet.with_name("back.xlsx"), apply, about)


def state(root: Path) -> dict[str, str]:
    """Return the digest of everything but the log files of the store."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def kept(space: Workspace) -> dict[tuple[str, str], Decimal]:
    """Return the goals that stand, by node and bucket."""
    table = GoalDesk(space, Q1).standing().goals
    return {(str(row["node_id"]), str(row["period"])): Decimal(str(row["amount"])) for row in table.records()}


def written(space: Workspace) -> dict[tuple[str, str], Decimal]:
    """Return the goals as `out/` has them."""
    with (space.root / "out" / str(Q1) / "goals.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(row["node_id"], row["period"]): Decimal(row["amount"]) for row in csv.DictReader(file)}


def whole(space: Workspace, node_id: str) -> Decimal:
    """Return a node's goal in all."""
    return sum((amount for (node, _), amount in kept(space).items() if node == node_id), Decimal(0))


def refused(space: Workspace, path: Path) -> list[str]:
    """Return what is refused, one line an error, and hold that nothing was changed by it."""
    before = state(space.root)
    with pytest.raises(BadRows) as caught:
        GoalDesk(space, Q1).edit(path, DONE)
    assert state(space.root) == before
    return list(caught.value.lines())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_sheet_comes_back_as_it_went_out(space, tmp_path, lang):
    """Every amount is a number in Excel and the same cent when it is read; a sheet left as it is changes nothing."""
    desk = GoalDesk(space, Q1)
    desk.write_sheet(desk.standing(), tmp_path / "goals.xlsx", lang)
    found = read_sheet(tmp_path / "goals.xlsx")
    cells = {
        (row[NODE], when): Decimal(row[JAN + n]) for _, row in found.rows for n, when in enumerate(found.header[4:7])
    }
    assert cells == kept(space) == written(space)
    assert sum(cells["C", f"2026-{month:02d}"] for month in (1, 2, 3)) == Decimal("10000.05")
    for path in (tmp_path / "goals.xlsx", corrected_copy(tmp_path / "goals.xlsx", tmp_path / "b.xlsx", lambda _: None)):
        with pytest.raises(BadValue, match="changes nothing"):
            desk.edit(path, DONE)


def test_the_sheet_says_what_parts_add_up_to(space):
    """Each node with parts has their sum and the difference, which is nothing; a rep has neither."""
    for row in GoalDesk(space, Q1).standing().sheet().records():
        assert (row["parts"], row["off"]) == ((None, None) if row["level"] == "rep" else (row["total"], 0))


def test_changed_amounts_are_edits_to_the_cent(space, sheet):
    """What a manager typed stands exactly; siblings take the difference, their district keeps what it has."""
    before = kept(space)
    had = {node: whole(space, node) for node in ("C", "D1", "D2", "R1", "R2", "R3")}
    made = GoalDesk(space, Q1).edit(change(sheet, ("R1", TOTAL, "3000.01"), ("R3", FEB, "500.07")), DONE)
    assert [(edit.node, str(edit.amount), str(edit.period)) for edit in made.edited.edits] == [
        ("R1", "3,000.01 CNY", "None"),
        ("R3", "500.07 CNY", "2026-02"),
    ]
    assert whole(space, "R1") == Decimal("3000.01")
    assert whole(space, "R2") == had["D1"] - Decimal("3000.01")
    assert kept(space)["R3", "2026-02"] == Decimal("500.07")
    assert {node: whole(space, node) for node in ("C", "D1", "D2", "R3")} == {
        n: had[n] for n in ("C", "D1", "D2", "R3")
    }
    for when in ("2026-01", "2026-02", "2026-03"):
        now = kept(space)
        assert now["C", when] == before["C", when]
        assert now["C", when] == now["D1", when] + now["D2", when]
        assert now["D1", when] == now["R1", when] + now["R2", when]
        assert now["D2", when] == now["R3", when]
    assert written(space) == kept(space)


def test_the_next_version_is_kept_and_the_old_one_stays(space, sheet):
    """Who, when and why stand in the store's chain; both versions can be read, and differ by the edits."""
    desk = GoalDesk(space, Q1)
    first = kept(space)
    desk.edit(change(sheet, ("R1", TOTAL, "3000")), DONE)
    desk.write_sheet(desk.standing(), sheet, "en")
    desk.edit(change(sheet, ("R2", TOTAL, "2900")), Done("m2", "second talk", AT))
    assert [(head.number, head.by, head.edits) for head in desk.versions()] == [
        (1, "workspace", None),
        (2, "m1", 1),
        (3, "m2", 1),
    ]
    with open_store(space.url) as store:
        plans = [plan_of(store, Q1, number) for number in (1, 2, 3)]
        assert [unit.why for unit in store.units()][-2:] == ["talks of January", "second talk"]
        assert store.verify()
    goals = {(q.node.id, str(q.period)): q.amount.value for q in plans[0].goals}
    assert goals == first
    assert {(q.node.id, str(q.period)): q.amount.value for q in plans[2].goals} == kept(space)
    told = [(c.node, c.period, c.before, c.after) for c in desk.diff(1, 3)]
    assert told == [(c.node, c.period, c.before, c.after) for c in diff_plans(plans[0], plans[2])]
    assert {edit.says.en for c in desk.diff(1, 3) for edit in c.edits} == {"pin of 'R1'", "pin of 'R2'"}
    assert {edit.says.en for c in desk.diff() for edit in c.edits} == {"pin of 'R2'"}
    assert {c.edits[0].mark.by for c in desk.diff()} == {"m2"}


def test_a_goal_is_traced_to_the_total_weights_and_edits(space, sheet):
    """Both languages; the edit with who, when and why; a bucket down to its last step."""
    desk = GoalDesk(space, Q1)
    desk.edit(change(sheet, ("R1", TOTAL, "3000")), DONE)
    [(head, why)] = desk.why("R1", period("2026-01"))
    assert head.en.startswith("Rep One: ")
    assert "in all, shared out by sales of 2025-Q1" in why.en
    assert "pin of 'R1' (m1, 2026-01-09, talks of January)" in why.en
    assert "固定 'R1'（m1, 2026-01-09, talks of January）" in why.zh
    assert why.en.splitlines()[-1].startswith("  Rep One in 2026-01: ")
    assert "takes" in desk.why("R2")[0][1].en
    with pytest.raises(NotFound):
        desk.why("R9")


HOSTILE = [
    (("R1", JAN, "many"), "not a number @ back.xlsx row 4 column E"),
    (("R1", JAN, "=1+1"), "a formula @ back.xlsx row 4 column E"),
    (("R1", JAN, ""), "an empty cell @ back.xlsx row 4 column E"),
    (("R1", JAN, "1.005"), "back.xlsx row 4 column E"),
    (("R1", NODE, "R9"), "no such node in these goals @ back.xlsx row 4 column A"),
    (("R1", NODE, "R2"), "a second row of 'R2' @ back.xlsx row 5 column A; see row 4"),
    (("R1", 1, "Somebody"), "only amounts can be changed @ back.xlsx row 4 column B"),
    (("R1", 3, "D2"), "only amounts can be changed @ back.xlsx row 4 column D"),
    (("C", TOTAL, "11000"), "a changed total @ back.xlsx row 2 column H"),
    (("C", JAN, "1"), "a changed total @ back.xlsx row 2 column E"),
    (("D1", PARTS, "1"), "a check, not an amount @ back.xlsx row 3 column I"),
]


@pytest.mark.parametrize(("cell", "told"), HOSTILE, ids=lambda case: str(case)[:40])
def test_a_hostile_cell_is_refused_with_its_row_and_column(space, sheet, cell, told):
    """Text, formula, empty, too fine, unknown, twice, renamed, moved, another total: nothing is written."""
    assert any(told in line for line in refused(space, change(sheet, cell)))


def test_everything_is_refused_at_once(space, sheet):
    """One run names every bad cell, and a row that was taken out."""
    path = change(sheet, ("R1", JAN, "x"), ("R2", FEB, "=A1"), ("C", TOTAL, "9"), rows=lambda found: found.pop())
    lines = refused(space, path)
    assert len(lines) == 4
    assert "the row of 'R3' is missing @ back.xlsx; put the row back; to take a goal away, set it to 0" in lines[3]


def test_a_missing_column_is_refused(space, sheet):
    """A bucket that was renamed or taken out is named."""
    lines = refused(space, change(sheet, rows=lambda found: found[0].__setitem__(JAN, "January")))
    assert lines == [
        "no column '2026-01' (2026-01) @ back.xlsx row 1; put the column back as it was [goals.sheet.column]"
    ]


def test_edits_that_cannot_hold_together_are_refused_where_they_stand(space, sheet):
    """Parts above their district: both cells are named."""
    path = change(sheet, ("D1", TOTAL, "5000"), ("R1", TOTAL, "4000"), ("R2", TOTAL, "5"))
    lines = refused(space, path)
    assert all(f"row {row} column H" in " ".join(lines) for row in (3, 4, 5)), lines


def test_remarks_beside_the_table_and_blank_rows_say_nothing(space, sheet):
    """A manager may write beside the table."""

    def remark(found):
        found[0].append("Remark")
        found[3].append("talk to him again")
        found.insert(3, [""] * 10)

    GoalDesk(space, Q1).edit(change(sheet, ("R1", TOTAL, "3000"), rows=remark), DONE)
    assert whole(space, "R1") == 3000


def test_the_top_may_be_changed_where_that_is_said(space, sheet):
    """With `total` the company's number is an edit as any other."""
    GoalDesk(space, Q1).edit(change(sheet, ("C", TOTAL, "12000.06")), DONE, total=True)
    assert whole(space, "C") == Decimal("12000.06")
    assert whole(space, "D1") + whole(space, "D2") == Decimal("12000.06")


def test_two_versions_at_once_are_a_conflict(space, sheet):
    """The sheet of a version that somebody changed since is refused, and the store refuses the same number twice."""
    path = change(sheet, ("R1", TOTAL, "3000"))
    desk = GoalDesk(space, Q1)
    desk.edit(path, DONE)
    before = state(space.root)
    with pytest.raises(Conflict, match="version 2 by now, the sheet is of version 1") as caught:
        desk.edit(path, DONE)
    assert (caught.value.expected, caught.value.found) == (1, 2)
    assert state(space.root) == before


def test_a_version_that_somebody_else_keeps_meanwhile_is_a_conflict(space, sheet, monkeypatch):
    """Another manager is faster between reading and keeping: nothing of the slower one stays."""
    desk = GoalDesk(space, Q1)
    path = change(sheet, ("R1", TOTAL, "3000"))
    real = goal_desk.corrected

    def slow(*args, **named):
        monkeypatch.setattr(goal_desk, "corrected", real)
        desk.edit(path, Done("m2", "faster", AT))
        return real(*args, **named)

    monkeypatch.setattr(goal_desk, "corrected", slow)
    with pytest.raises(Conflict):
        desk.edit(path, DONE)
    assert [head.by for head in desk.versions()] == ["workspace", "m2"]
    assert written(space) == kept(space)


ABOUT = [["Key", "Value"], ["period", "2026-Q1"], ["version", "1"], ["unit", "CNY"], ["top", "C"]]


@pytest.mark.parametrize(("row", "value"), [(1, "2026-Q2"), (2, "one"), (3, "BOX")])
def test_a_sheet_of_something_else_is_refused(space, sheet, row, value):
    """Another period, no version, another unit."""
    about = [list(line) for line in ABOUT]
    about[row][1] = value
    with pytest.raises(BadFile, match="a sheet of another"):
        GoalDesk(space, Q1).edit(change(sheet, ("R1", TOTAL, "3000"), about=about), DONE)


def test_what_is_no_sheet_of_goals_is_refused(space, sheet, tmp_path):
    """Another workbook, another kind of file to write."""
    with pytest.raises(BadFile) as caught:
        GoalDesk(space, Q1).edit(space.root / "out" / "2026-Q1" / "plan.xlsx", DONE)
    assert caught.value.code == "goals.sheet"
    for name in ("goals.csv", "grades.csv"):
        with pytest.raises(BadFile, match=r"not an Excel file"):
            GoalDesk(space, Q1).edit(space.root / "out" / "2026-Q1" / name, DONE)
    desk = GoalDesk(space, Q1)
    with pytest.raises(BadFile, match="not a name of an Excel file"):
        desk.write_sheet(desk.standing(), tmp_path / "goals.csv", "en")


def test_a_manager_of_a_part_gets_a_sheet_of_that_part(space, tmp_path):
    """It holds the district alone; its top is what was given from above, and its reps can be corrected."""
    part = GoalDesk(space.within("D1"), Q1)
    path = tmp_path / "d1.xlsx"
    part.write_sheet(part.standing(), path, "zh")
    assert [row[NODE] for _, row in read_sheet(path).rows] == ["D1", "R1", "R2"]
    assert any("a changed total" in line for line in refused(space, change(path, ("D1", TOTAL, "9000"))))
    others = whole(space, "R3")
    GoalDesk(space, Q1).edit(change(path, ("R2", TOTAL, "100.10")), DONE)
    assert (whole(space, "R2"), whole(space, "R3")) == (Decimal("100.10"), others)
    with pytest.raises(StorageError) as caught:
        part.edit(path, DONE)
    assert caught.value.code == "storage.scope"
    with pytest.raises(StorageError):
        part.decompose()


def test_a_reader_of_a_part_sees_its_own_changes_and_edits(space, sheet):
    """Numbers of others, and edits that speak of others, are not there."""
    GoalDesk(space, Q1).edit(change(sheet, ("R1", TOTAL, "3000"), ("R3", FEB, "500.07")), DONE)
    seen = {node: GoalDesk(space.within(node), Q1).diff() for node in ("D1", "R2", "D2")}
    assert {c.node for c in seen["D1"]} == {"D1", "R1", "R2"}
    assert {e.says.en for c in seen["D1"] for e in c.edits} == {"pin of 'R1'"}  # not that of R3, which moved D1, too
    assert {c.node for c in seen["R2"]} == {"R2"}
    assert {e for c in seen["R2"] for e in c.edits} == set()
    assert {c.node for c in seen["D2"]} == {"D2", "R3"}
    found = GoalDesk(space.within("R2"), Q1).why("R2", period("2026-01"))
    assert len(found) == 1
    with pytest.raises(NotFound):
        GoalDesk(space.within("R2"), Q1).why("R1")


def test_the_same_plan_again_keeps_the_edits(space, sheet):
    """Neither `decompose` nor `plan` makes a version where nothing changed; edited goals are what is planned."""
    desk = GoalDesk(space, Q1)
    desk.edit(change(sheet, ("R1", TOTAL, "3000")), DONE)
    before = kept(space)
    assert desk.decompose().outputs is None
    result, _ = space.plan(Q1)
    assert result.goals.amount("R1").value == 3000
    assert (kept(space), len(desk.versions())) == (before, 2)
    assert written(space) == before


def test_other_settings_do_not_drop_edits_unless_asked(make, sheet):
    """A note says that edited goals stand; `anew` makes the next version without them."""
    space = make(TOML)
    desk = GoalDesk(space, Q1)
    desk.edit(change(sheet, ("R1", TOTAL, "3000")), DONE)
    other = GoalDesk(make('[goals]\ntotal = "20000"\n'), Q1)
    made = other.decompose()
    assert "edited goals stand (version 2)" in made.notes[-1].en
    assert whole(space, "C") == Decimal("10000.05")
    assert other.decompose(anew=True).version.number == 3
    assert whole(space, "C") == 20000
    assert len(other.versions()) == 3
    assert next(iter(other.diff())).edits == ()


def test_anew_drops_edits_also_where_nothing_else_changed(space, sheet):
    """The numbers of the first version again, as the third; the second can still be compared with it."""
    desk, first = GoalDesk(space, Q1), kept(space)
    desk.edit(change(sheet, ("R1", TOTAL, "3000")), DONE)
    made = desk.decompose(anew=True)
    assert (made.version.number, made.version.edits) == (3, None)
    assert kept(space) == written(space) == first
    assert list(desk.diff(1, 3)) == []
    assert len(desk.diff(2, 3)) == len(desk.diff(1, 2)) > 0


def test_other_settings_are_the_next_version_where_nobody_edited(make, space):
    """A plan with another total takes the place of the one before, which stays readable."""
    other = make('[goals]\ntotal = "20000"\n')
    other.plan(Q1)
    assert [head.edits for head in versions(other)] == [None, None]
    assert whole(other, "C") == 20000
    change = next(iter(GoalDesk(other, Q1).diff()))
    assert (str(change.before), str(change.after)) == ("10,000.05 CNY", "20,000.00 CNY")


def versions(space: Workspace):
    """Return the heads of all versions."""
    return GoalDesk(space, Q1).versions()


def test_an_edit_renews_what_was_planned_and_drops_a_review(turned, tmp_path):
    """Grades and visits stay byte for byte, goals and workbook are renewed, the review was held against other goals."""
    q4, out = period("2025-Q4"), turned.root / "out" / "2025-Q4"
    desk = GoalDesk(turned, q4)
    desk.write_sheet(desk.standing(), tmp_path / "g.xlsx", "en")
    before = state(out)
    desk.edit(change(tmp_path / "g.xlsx", ("R1", TOTAL, "400")), DONE)
    after = state(out)
    same = {name for name in before if before[name] == after.get(name)}
    assert {"grades.csv", "visits.csv", "R1.ics"} <= same
    assert not {"goals.csv", "plan.xlsx", "report.html"} & same
    assert set(before) - set(after) == {"attainment.csv", "scorecard.csv", "deviations.csv", "frequency.csv"}
    with pytest.raises(NotFound):
        turned.why("score", "R1", q4)
    turned.review(q4)
    with (out / "attainment.csv").open(encoding="utf-8-sig", newline="") as file:
        goals = {row["node_id"]: row["goal"] for row in csv.DictReader(file)}
    assert goals["R1"] == "400.00"


def test_the_gate_is_asked_before_an_edit_is_kept(make, tmp_path):
    """E44: a filed medical rep who is given a goal by a sheet is refused, and nothing is kept."""
    reps = "R1,Rep One,rep,C,business_rep\nR2,Rep Two,rep,C,medical_rep\n"
    org = f"id,name,level,parent,role\nC,Example Pharma,company,,\n{reps}"
    files = {
        "org.csv": org,
        "sales.csv": "period,customer,rep,amount\n" + "".join(f"2025-0{n},H1,R1,{n}00\n" for n in (1, 2, 3)),
    }
    toml = '[tables.org]\nfile = "org.csv"\n[tables.sales]\nfile = "sales.csv"\n[goals]\ngrowth = "0%"\n'
    made = make(toml, files)
    desk = GoalDesk(made, Q1)
    desk.write_sheet(desk.decompose(), tmp_path / "g.xlsx", "en")
    lines = refused(made, change(tmp_path / "g.xlsx", ("R2", TOTAL, "100")))
    assert any("blocked.goal-rep-sales" in line for line in lines), lines


def test_nothing_is_kept_where_the_disk_fails(space, sheet, monkeypatch):
    """An error while the version is kept leaves store and outputs as they were."""

    def fails(*_args):
        raise OSError("full")

    monkeypatch.setattr(goal_desk, "keep_edits", fails)
    before = state(space.root)
    with pytest.raises((OSError, PharmaSalesError)):
        GoalDesk(space, Q1).edit(change(sheet, ("R1", TOTAL, "3000")), DONE)
    assert state(space.root) == before
    assert keep_edits is not fails


def test_without_goals_there_is_nothing_to_edit_or_compare(make, sheet):
    """No store yet, no such version, versions in the wrong order."""
    empty = GoalDesk(make(TOML, name="empty"), Q1)
    for ask in (empty.standing, empty.diff, lambda: empty.why("R1"), lambda: empty.edit(sheet, DONE)):
        with pytest.raises(NotFound) as caught:
            ask()
        assert caught.value.code == "goals.none"
    assert empty.versions() == []
    desk = GoalDesk(Workspace.open(sheet.parent / "w"), Q1)
    for pair in ((1, 1), (2, 1), (1, 7)):
        with pytest.raises(NotFound, match="no versions"):
            desk.diff(*pair)
    with open_store(desk.space.url) as store, pytest.raises(NotFound, match="no version 9"):
        plan_of(store, Q1, 9)


def test_goals_of_an_older_release_are_shown_but_not_edited(space, sheet):
    """Where only the table is kept, it says to plan again."""
    with open_store(space.url) as store, store.unit(by="t", why="as before", at=AT) as unit:
        for kind in ("goal version", "goal base"):
            unit.replace(kind, "", [])
        assert versions_of(store, Q1) == []
    desk = GoalDesk(space, Q1)
    made = desk.standing()
    assert made.version is None
    with pytest.raises(NotFound, match="without a version"):
        desk.write_sheet(made, sheet, "en")
    with pytest.raises(NotFound, match="without a version"):
        desk.edit(sheet, DONE)
    assert len(desk.why("R1")) == 3
    assert desk.decompose().version.number == 1
    assert desk.standing().version.on == date(2026, 1, 1)


def test_bounds_of_the_settings_hold_through_plan_and_edit(make, tmp_path):
    """A floor and a share above are kept by the plan, by what is read back, and by a sheet that edits others."""
    toml = '[goals]\ntotal = "10000"\nfloors = { R2 = "4500" }\nover_assignment = { district = "10%" }\n'
    space = make(toml)
    desk = GoalDesk(space, Q1)
    made = desk.decompose()
    rows = {str(row["node_id"]): row for row in made.sheet().records()}
    assert rows["R2"]["total"] == 4500
    assert rows["D1"]["off"] == (rows["D1"]["total"] / 10).quantize(Decimal(1))
    desk.write_sheet(made, tmp_path / "g.xlsx", "en")
    desk.edit(change(tmp_path / "g.xlsx", ("R1", TOTAL, "1000")), DONE)
    assert whole(space, "R1") == 1000
    assert whole(space, "R2") >= 4500
    assert any("R2" in line for line in refused(space, _again(desk, tmp_path, ("R2", TOTAL, "4000"))))
    space = make('[goals]\ntotal = "10000"\nfloors = { R2 = "4500" }\ncaps = { D1 = "4000" }\n')
    with pytest.raises(BadRows, match="cannot hold together"):
        GoalDesk(space, Q1).decompose(anew=True)


def _again(desk: GoalDesk, folder: Path, *cells: tuple[str, int, str]) -> Path:
    """Return a corrected sheet of the goals that stand now."""
    desk.write_sheet(desk.standing(), folder / "again.xlsx", "en")
    return change(folder / "again.xlsx", *cells)
