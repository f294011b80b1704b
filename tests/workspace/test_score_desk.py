"""The scores of a period in a workspace: scored, ranked, explained, closed for good, corrected by versions."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pharmasales.errors import BadConfig, BadRows, BadRule, BadValue, Conflict, NotFound, StorageError
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.periods import period
from pharmasales.storage import open_store
from pharmasales.workspace import ScoreDesk, Workspace, outputs, score_desk
from pharmasales.workspace.closings import closing_of
from pharmasales.workspace.judging import Judged

Q4 = period("2025-Q4")
ON, LATER = date(2026, 1, 5), date(2026, 1, 8)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _plain_outputs(monkeypatch):
    """Leave out the workbook, the report and the pages, which have tests of their own and cost the most."""
    for name in ("_workbook", "_report"):
        monkeypatch.setattr(outputs, name, lambda *_args: None)
    monkeypatch.setattr(score_desk, "score_pages", lambda *_args: None)
    monkeypatch.setattr(Judged, "sections", lambda _self: ())


def store_of(space: Workspace):
    """Open the store beside the library's back."""
    return open_store(f"sqlite:///{space.root / 'pharmasales.db'}")


def add(space: Workspace, file: str, line: str) -> None:
    """Put a line below a file."""
    path = space.root / file
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")


def totals(made) -> dict[str, tuple[str, str | None, int | None]]:
    """Return total, grade and rank of each rep."""
    return {one.rep_id: (str(one.total), one.grade, one.rank) for one in made.standings}


def rows(path: Path) -> list[dict[str, str]]:
    """Read a file that was written."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def closed_once(sheeted_once, tmp_path_factory) -> Path:
    """Return a workspace whose quarter is closed, not to be touched."""
    root = shutil.copytree(sheeted_once, tmp_path_factory.mktemp("closed") / "w")
    made = ScoreDesk(Workspace.open(root), Q4).close("m1", ON, AT)
    assert (totals(made), made.closing.closed.latest.number, made.late.entries) == (CLOSED, 1, ())
    return root


@pytest.fixture
def closed(closed_once, tmp_path) -> Workspace:
    """Return a workspace whose quarter is closed."""
    return Workspace.open(shutil.copytree(closed_once, tmp_path / "closed"))


CLOSED = {"R1": ("92.64", "A", 1), "R2": ("90.63", "A", 2), "R3": ("0.00", "C", 3)}


def test_a_period_is_scored_by_the_sheet_and_the_facts(sheeted):
    """70 points on attainment, 30 on the manager's mark, 5 of 8 for the flood, and a breach leaves nothing."""
    made = ScoreDesk(sheeted, Q4).score()
    assert totals(made) == CLOSED
    out = made.outputs.folder
    assert [row["rep_id"] for row in rows(out / "standings.csv")] == ["R1", "R2", "R3"]
    points = [(row["measure"], row["points"]) for row in rows(out / "scorecard.csv") if row["rep_id"] == "R1"]
    named = [
        ("attainment", "63.64"),
        ("attitude", "24.00"),
        ("flood", "5.00"),
        ("compliance", "0.00"),
        ("total", "92.64"),
    ]
    assert points == named
    assert (out / "goals.csv").exists()
    assert (made.closing, made.late, made.notes) == (None, None, ())
    card = made.card("R3")
    assert card is not None
    assert [str(row["points"]) for row in card.records()][-2:] == ["-90.63", "0.00"]
    assert made.card().title.en == "Scorecards: R1"  # type: ignore[union-attr]  # who stands first


def test_every_point_is_explained_from_what_was_kept(sheeted):
    """The formula in numbers, what was counted and left out, and the adjustments; one item by either name."""
    desk = ScoreDesk(sheeted, Q4)
    with pytest.raises(NotFound, match=r"why\.none"):
        desk.why("R1")
    desk.score()
    found = desk.why("R1")
    assert [head.en.split(" | ")[2] for head, _ in found] == ["attainment", "attitude", "flood", "compliance", "total"]
    ((_, why),) = desk.why("R1", "达成率")
    assert "score 0.9091 x weight 70 = 63.64" in why.en
    assert "16,503 / 18,15" in why.en
    assert why.en.endswith("\n  actual / goal: counted 7, left out 0")
    assert "计入 7 项" in why.zh
    ((_, noted),) = desk.why("R1", "flood")
    assert noted.en == "flood: noted 8 points, at most 5 either way: 5.00; source: district office"
    ((_, gate),) = desk.why("R3", "compliance")
    assert gate.en.startswith("gate compliance closed, a confirmed breach: 90.63 points before it")
    assert len(ScoreDesk(sheeted.within("D1"), Q4).why("R2")) == 4
    with pytest.raises(NotFound):
        ScoreDesk(sheeted.within("D1"), Q4).why("R3")
    with pytest.raises(NotFound, match=r"did you mean \"flood\""):
        desk.why("R1", "flod")


def test_a_review_keeps_what_its_scores_counted(turned):
    """After a review, each measure says what it counted; a store of an older release says nothing of it."""
    desk = ScoreDesk(turned, Q4)
    ((_, why),) = desk.why("R2", "coverage")
    assert why.en.split("\n  ")[1].startswith("target customers seen at least once / target customers: counted ")
    with store_of(turned) as store, store.unit(by="t", why="t", at=AT) as unit:
        unit.replace("score_evidence", "2025-Q4/", [])
    ((_, old),) = desk.why("R2", "coverage")
    assert "\n" not in old.en


def test_an_unknown_rep_changes_nothing(sheeted):
    """Nothing is kept or written where nobody of that id was scored."""
    with pytest.raises(NotFound, match=r"no such rep was scored @ R11; did you mean"):
        ScoreDesk(sheeted, Q4).score(rep="R11")
    assert not (sheeted.root / "out" / "2025-Q4" / "standings.csv").exists()


def test_another_sheet_for_once(sheeted):
    """A sheet that is given takes the place of the workspace's own."""
    text = 'name = "marks"\n[[items]]\nname = "mark"\nweight = 100\nof = { shape = "curve", of = "attitude.manager", '
    sheet = ScoreSheet.from_toml(text + "points = [[0, 0], [100, 1]] }\n")
    made = ScoreDesk(sheeted, Q4).score(sheet=sheet)
    assert totals(made) == {"R2": ("90.00", None, 1), "R3": ("90.00", None, 1), "R1": ("80.00", None, 3)}


def test_a_fact_that_nobody_noted_leaves_no_total(sheeted):
    """A gate that cannot be asked is no open gate; a day of noting that lies ahead is not known yet."""
    found = totals(ScoreDesk(sheeted, Q4).score(date(2025, 12, 31)))
    assert found == dict.fromkeys(("R1", "R2", "R3"), ("None", None, None))


def test_a_closed_period_stays_as_it_was_closed(closed):
    """A sale and a breach that come later are listed and not counted, by score and by review, with what to do."""
    desk = ScoreDesk(closed, Q4)
    add(closed, "sales.csv", "2025-12,H2,R2,5000.00,50")
    add(closed, "facts.csv", "R1,2025-Q4,breaches,1,audit 2,2026-01-07")
    again = desk.score()
    assert totals(again) == CLOSED
    assert {(one.change.kind, one.change.item.node) for one in again.late.entries} == {("entered", "R2")}
    assert [note.en.partition(":")[0] for note in again.notes] == [
        "closed on 2026-01-05 by m1, version 1",
        "3 late entries are not counted; all together would change 2 scores",
        "facts of 1 reps are not those of the close and are not counted",
    ]
    judged, written = closed.review(Q4)
    assert {card.rep_id: str(card.total) for card in judged.scorecards.scores}["R2"] == "90.63"
    assert str(judged.attainments["R2"].actual) == "6,601.50 CNY"
    late = rows(written.folder / "late_entries.csv")
    assert {(row["node_id"], row["id"]) for row in late} == {("R2", "sale 2025-12 H2 (2)")}
    assert [row["rep_id"] for row in rows(written.folder / "late_scores.csv")] == ["R1", "R2"]


def test_close_again_only_after_reopen(closed):
    """The second close is refused with what to do; after a reopening it makes the next version, and both stay."""
    desk = ScoreDesk(closed, Q4)
    with pytest.raises(NotFound, match=r"not closed @ 2025-Q3; close it first"):
        ScoreDesk(closed, period("2025-Q3")).reopen("x", by="m1", approver="m9", on=ON, at=AT)
    with pytest.raises(BadRule, match=r"closed already @ 2025-Q4; reopen 2025-Q4 first"):
        desk.close("m1", ON, AT)
    with pytest.raises(BadRule, match=r"another sheet for a closed period"):
        desk.score(sheet=closed.settings.policy.sheet)
    with pytest.raises(BadRule, match=r"author and approver are one"):
        desk.reopen("late", by="m1", approver=" M1", on=LATER, at=AT)
    opened = desk.reopen("a sale was entered late", by="m1", approver="m9", on=LATER, at=AT)
    assert opened.is_open
    with pytest.raises(BadRule, match=r"opened already"):
        desk.reopen("again", by="m1", approver="m9", on=LATER, at=AT)
    with pytest.raises(BadRule, match=r"nothing differs"):
        desk.close("m2", LATER, AT)
    add(closed, "sales.csv", "2025-12,H2,R2,5000.00,50")
    now = desk.score()
    assert totals(now)["R2"] == ("105.00", "A", 1)
    assert now.notes[-1].en.startswith("opened again: version 1 of 2026-01-05 counts")
    with pytest.raises(BadRule, match=r"closed by its approver"):
        desk.close("m9", LATER, AT)
    made = desk.close("m2", LATER, AT)
    assert (made.closing.closed.latest.number, totals(made)["R2"][0]) == (2, "105.00")
    with store_of(closed) as store:
        kept = closing_of(store, Q4).closed
    assert [str(one.results["R2"].total) for one in kept.versions] == ["90.63", "105.00"]
    assert kept.latest.correction.reason == "a sale was entered late"
    with store_of(closed) as store:
        audit = [(one.by, one.why) for one in store.history("closing", "2025-Q4")]
        assert store.verify()
    assert audit == [
        ("m1", "close 2025-Q4, version 1"),
        ("m1", "a sale was entered late"),
        ("m2", "close 2025-Q4, version 2"),
    ]


def test_the_second_of_two_who_close_at_once_is_refused(sheeted, monkeypatch):
    """Both have read an open period; the first commits, the second gets a conflict, and nothing of it stays."""
    judged = score_desk.judge(sheeted, Q4, ON)
    ScoreDesk(sheeted, Q4).close("m1", ON, AT)
    with monkeypatch.context() as patch:
        patch.setattr(score_desk, "judge", lambda *_args, **_more: judged)
        with pytest.raises(Conflict):
            ScoreDesk(sheeted, Q4).close("m2", ON, AT)
    with store_of(sheeted) as store:
        assert closing_of(store, Q4).closed.latest.by == "m1"
    assert totals(ScoreDesk(sheeted, Q4).score()) == CLOSED


def test_the_second_of_two_who_reopen_at_once_is_refused(closed, monkeypatch):
    """Both have read a closed period; the second opens nothing, and its reason is not the one that is kept."""
    with store_of(closed) as store:
        read = closing_of(store, Q4)
    ScoreDesk(closed, Q4).reopen("first", by="m1", approver="m9", on=LATER, at=AT)
    monkeypatch.setattr(score_desk, "closing_of", lambda *_args: read)
    with pytest.raises(Conflict):
        ScoreDesk(closed, Q4).reopen("second", by="m2", approver="m9", on=LATER, at=AT)
    with store_of(closed) as store:
        assert closing_of(store, Q4).state.correction.reason == "first"


def test_a_close_that_fails_half_way_leaves_nothing(sheeted, monkeypatch):
    """The closing is kept, then the rest breaks: neither a closing nor another output stays."""
    before = sorted(path.name for path in (sheeted.root / "out" / "2025-Q4").iterdir())

    def broken(*_args):
        raise StorageError("the disk is full", code="storage.full")

    with monkeypatch.context() as patch:
        patch.setattr(Judged, "save", broken)
        with pytest.raises(StorageError, match="full"):
            ScoreDesk(sheeted, Q4).close("m1", ON, AT)
    with store_of(sheeted) as store:
        assert closing_of(store, Q4) is None
    assert sorted(path.name for path in (sheeted.root / "out" / "2025-Q4").iterdir()) == before


def test_a_damaged_record_is_refused_with_its_place(closed):
    """A total that somebody changed in the store: the seal says so, and nothing is shown instead."""
    desk = ScoreDesk(closed, Q4)
    with store_of(closed) as store, store.unit(by="x", why="x", at=AT) as unit:
        data = dict(store.get("closed version", "2025-Q4/0001").data)
        data["by"] = "m7"
        unit.put("closed version", "2025-Q4/0001", data)
    for ask in (desk.score, lambda: closed.review(Q4), lambda: desk.close("m1", ON, AT)):
        with pytest.raises(BadValue, match=r"changed since it was sealed @ closing 2025-Q4, closing, versions\[0\]"):
            ask()


def test_a_period_that_is_not_over_or_was_never_planned(sheeted):
    """Neither is closed: one has days to come, in the other nobody has a total."""
    with pytest.raises(BadValue, match=r"closed before the end of the period"):
        ScoreDesk(sheeted, Q4).close("m1", date(2025, 12, 30), AT)
    with pytest.raises(BadValue, match=r"nobody has a total to close with @ 2025-Q2; plan the period, or give targets"):
        ScoreDesk(sheeted, period("2025-Q2")).close("m1", ON, AT)
    with pytest.raises(StorageError, match=r"storage\.scope"):
        ScoreDesk(sheeted.within("D1"), Q4).close("m1", ON, AT)
    with pytest.raises(StorageError, match=r"storage\.scope"):
        ScoreDesk(sheeted.within("D1"), Q4).reopen("x", by="m1", approver="m9", on=ON, at=AT)


def test_a_measure_of_one_class_goes_by_the_grades_kept_with_the_plan(sheeted):
    """The grade of the start of the period, which is kept with the closing, whatever the customers become later."""
    text = 'name = "A"\nmissing = "reweight"\n[[items]]\nname = "A seen"\nweight = 100\nof = { ratio = '
    (sheeted.root / "scoresheet.toml").write_text(text + '["seen_customers.A", "target_customers.A"] }\n', "utf-8")
    (sheeted.root / "facts.csv").write_text("rep,period,name,value,source,date\n", "utf-8")
    space = Workspace.open(sheeted.root)
    desk = ScoreDesk(space, Q4)
    made = desk.close("m1", ON, AT)
    table = [
        (row["customer_id"], row["grade"]) for row in rows(made.outputs.folder / "grades.csv") if row["scheme"] == "abc"
    ]
    held = made.closing.closed.latest.inputs.start_grades.grades
    assert {name: grade.letter for name, grade in held.items()} == dict(table)
    figures = made.review.measurements["R1"].known
    mine = [name for name, letter in table if letter == "A" and name in ("H1", "H4")]
    assert (figures["target_customers.A"], figures["seen_customers.A"]) == (len(mine), 0)
    assert totals(made)["R2"] == ("None", None, None) if "A" not in dict(table)["H2"] else ("100.00", None, 1)


def test_of_many_late_entries_it_is_only_said_that_they_came(closed):
    """Sixty late sales are listed; to score each of them alone would take too long."""
    path = closed.root / "sales.csv"
    late = "".join(f"2025-12,H2,R2,{n}.00,1\n" for n in range(1, 61))
    path.write_text(path.read_text("utf-8") + late, "utf-8")
    made = ScoreDesk(closed, Q4).score()
    assert (totals(made), len(made.late.entries), made.late.together) == (CLOSED, 180, ())
    assert made.late.entries[0].why.head() == "not asked alone: 180 entries came late"
    assert made.notes[1].en == "180 late entries are not counted: see reopen"


def test_the_measures_of_the_settings_close_as_well(turned):
    """Without a sheet the scorecard of the settings is closed; the closed review is the live one."""
    live = sheeted_tables(turned.review(Q4)[0])
    ScoreDesk(turned, Q4).close("m1", ON, AT)
    assert sheeted_tables(turned.review(Q4)[0]) == live


def sheeted_tables(judged) -> dict[str, list]:
    """Return the rows of a review as text."""
    return {name: [[str(cell) for cell in row] for row in table.rows] for name, table in judged.tables().items()}


def test_a_part_of_the_store_holds_no_closing(closed):
    """What a closed period was scored from is the top's: a reader of a district is shown none of it."""
    with store_of(closed) as store:
        assert closing_of(store.within(["D1", "R1", "R2"]), Q4) is None
        assert closing_of(store.within(["C"]), Q4) is not None


def test_facts_are_refused_all_at_once(make):
    """A stranger, a name that nothing reads, a day, a figure of the tables, a cost below zero, no source."""
    lines = (
        "R9,2025-Q4,knowledge,80,test,2025-12-01",
        "R1,2025-Q4,knowlege,80,test,2025-12-01",
        "R1,2025-12-05,knowledge,80,test,2025-12-01",
        "R1,2025-Q4,actual,80,test,2025-12-01",
        "R1,2025-Q4,费用,-5,test,2025-12-01",
        "R1,2025-Q4,knowledge,80,,2025-12-01",
        "R1,2025-Q4,费用,5,ledger,2025-12-01",
    )
    files = {**make.small, "facts.csv": "代表编号,期间,项目,数值,来源,日期\n" + "\n".join(lines) + "\n"}
    space = make(files=files)
    (space.root / "pharmasales.toml").write_text(make.tables + '[tables.facts]\nfile = "facts.csv"\n', "utf-8")
    loaded = Workspace.open(space.root).load()
    assert [(row.row, row.column, row.code) for row in loaded.bad] == [
        (2, "代表编号", "row.rep"),
        (3, "项目", "fact.name"),
        (4, "期间", "fact.period"),
        (5, "项目", "fact.counted"),
        (6, "数值", "fact.negative"),
        (7, "来源", "cell.empty"),
    ]
    with pytest.raises(BadRows):
        loaded.checked()


def test_two_marks_of_one_source_are_refused(sheeted):
    """A count adds up, a mark stands alone."""
    add(sheeted, "facts.csv", "R2,2025-Q4,attitude.manager,70,form M2,2026-01-04")
    add(sheeted, "facts.csv", "R2,2025-Q4,breaches,0,audit 3,2026-01-04")
    assert [(row.row, row.code) for row in sheeted.load().bad] == [(10, "row.twice")]


@pytest.mark.parametrize(
    ("sheet", "toml", "said"),
    [
        ("name = 1", "", "scoresheet.toml"),
        ('name = "x"\nitms = []', "", 'unknown key @ scoresheet.toml, sheet.itms; did you mean "items"'),
        (
            None,
            "[evaluation]\nmeasures = { attainment = 100 }\n",
            "scoresheet.toml scores already @ evaluation.measures",
        ),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(sheeted, sheet, toml, said):
    """With the file and the place; and two scorecards are none."""
    if sheet is not None:
        (sheeted.root / "scoresheet.toml").write_text(sheet, "utf-8")
    settings = sheeted.root / "pharmasales.toml"
    settings.write_text(settings.read_text("utf-8") + toml, "utf-8")
    with pytest.raises(BadConfig) as caught:
        Workspace.open(sheeted.root)
    assert said in str(caught.value)
