"""The pages of a period's scores: what is written, for whom, of closed periods, and with what was kept before."""

from __future__ import annotations

import shutil
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pharmasales.cycle.lining_up import lined_up
from pharmasales.errors import BadValue, NotFound, StorageError
from pharmasales.evaluation.closing.item_changes import item_changes
from pharmasales.evaluation.measures.items import Item
from pharmasales.periods import period
from pharmasales.storage import open_store
from pharmasales.units import CNY, Amount
from pharmasales.workspace import PagesAsked, ScoreDesk, Workspace, outputs, score_pages
from pharmasales.workspace.closings import closed_scores
from pharmasales.workspace.earlier_scores import earlier_scores
from pharmasales.workspace.judging import judge
from pharmasales.workspace.year_sheets import year_sheets

Q3, Q4 = period("2025-Q3"), period("2025-Q4")
ON, AT = date(2026, 1, 5), datetime(2026, 1, 5, 9, tzinfo=UTC)
PAGES = {
    *(f"cards/R{n}.html" for n in (1, 2, 3)),
    *(f"districts/D{n}.html" for n in (1, 2)),
    "league.html",
    "control.html",
    "control.xlsx",
}
Q3_FACTS = "".join(f"R{n},2025-Q3,{name},{value},form,2025-10-01\n" for n in (1, 2, 3) for name, value in (
    ("attitude.manager", 60 + 10 * n), ("breaches", 0)
))  # fmt: skip


@pytest.fixture(autouse=True)
def _plain_outputs(monkeypatch):
    """Leave out the workbook and the report of every run, which have tests of their own."""
    for name in ("_workbook", "_report"):
        monkeypatch.setattr(outputs, name, lambda *_args: None)


@pytest.fixture(scope="module")
def scored_once(sheeted_once, tmp_path_factory) -> Path:
    """Return a workspace whose third quarter is scored and whose fourth is closed, not to be touched."""
    root = shutil.copytree(sheeted_once, tmp_path_factory.mktemp("pages") / "w")
    add(root, "facts.csv", Q3_FACTS)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_workbook", "_report"):
            patch.setattr(outputs, name, lambda *_args: None)
        space = Workspace.open(root)
        space.plan(Q3)
        ScoreDesk(space, Q3).score()
        ScoreDesk(space, Q4).close("m1", ON, AT)
    return root


@pytest.fixture
def space(scored_once, tmp_path) -> Workspace:
    """Return a workspace whose third quarter is scored and whose fourth is closed."""
    return Workspace.open(shutil.copytree(scored_once, tmp_path / "pages"))


def add(root: Path, file: str, lines: str) -> None:
    """Put lines below a file."""
    path = root / file
    path.write_text(path.read_text("utf-8") + lines, "utf-8")


def pages(folder: Path) -> dict[str, bytes]:
    """Return the files that are pages, by name."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: data for name, data in found.items() if name.endswith((".html", ".xlsx"))}


def text(folder: Path, name: str) -> str:
    """Read a page."""
    return (folder / name).read_text("utf-8")


def test_every_page_is_written_and_again_to_the_byte(space):
    """A card a rep with the quarter before, the league, districts, the year; a second run gives the same bytes."""
    out = space.root / "out" / "2025-Q4"
    first = pages(out)
    assert set(first) == PAGES
    card = text(out, "cards/R2.html")
    assert "<span>2025-Q3</span>" in card
    assert "Weights or curves were others then." not in card
    assert "fewer than 5: no band" in card
    assert ">R2<" not in text(out, "cards/R1.html")
    assert "Moved up" in text(out, "league.html")
    assert "Not given: expense, open deviations, open feedback." not in text(out, "districts/D1.html")
    assert "Not given: receivables, expense, open deviations, open feedback." in text(out, "districts/D1.html")
    ScoreDesk(space, Q4).score()
    assert pages(out) == first


def test_pages_of_a_closed_period_stay_as_it_was_closed(space):
    """Version and seal stand on each; a sale that comes late changes no page but the one that it would make wrong."""
    out = space.root / "out" / "2025-Q4"
    before = pages(out)
    with open_store(f"sqlite:///{space.root / 'pharmasales.db'}") as store:
        seal = next(iter(store.find("closed version"))).data["seal"][:12]
    for name in PAGES - {"control.xlsx"}:
        assert f"Closed on 2026-01-05, version 1, seal {seal}" in before[name].decode()
    add(space.root, "sales.csv", "2025-12,H2,R2,5000.00,50\n")
    ScoreDesk(space, Q4).score()
    after = pages(out)
    assert {name for name in PAGES if after[name] != before[name]} == {"districts/D1.html", "districts/D2.html"}
    assert "variance of sales" in text(out, "districts/D1.html").partition("Not given:")[2]
    ScoreDesk(space, Q4).reopen("late", by="m1", approver="m9", on=ON, at=AT)
    ScoreDesk(space, Q4).score(lang="zh")
    assert "已重开：关账前仍以 2026-01-05 第 1 版为准" in text(out, "cards/R1.html")


def test_a_reader_is_handed_own_pages_and_nothing_is_kept(space):
    """No id and no name of another district, in no file; ranks among the own; the rest of `out` and the store stay."""
    kept = {path: path.read_bytes() for path in space.root.rglob("*") if path.is_file() and path.suffix != ".db"}
    handed = ScoreDesk(space, Q4).hand_out(PagesAsked("D2"))
    assert handed.folder == space.root / "out" / "2025-Q4-D2"
    found = pages(handed.folder)
    assert set(found) == {"cards/R3.html", "districts/D2.html", "league.html", "control.html", "control.xlsx"}
    with zipfile.ZipFile(handed.folder / "control.xlsx") as book:
        told = b"".join([*found.values(), *(book.read(name) for name in book.namelist())])
    for other in (b"Rep One", b"Rep Two", b"North", b"Example Pharma"):
        assert other not in told
    assert [(row.node.id, row.rank) for row in handed.pages.table.rows] == [("R3", 1)]
    assert {path: path.read_bytes() for path in kept} == kept
    assert handed.card("R3") is not None
    with pytest.raises(NotFound, match="no such rep was scored @ R1"):
        handed.card("R1")
    with pytest.raises(NotFound, match="no such node below @ org id 'D1'; ask below D2"):
        ScoreDesk(space, Q4).hand_out(PagesAsked("D2", "D1"))
    with pytest.raises(StorageError, match=r"storage\.scope"):
        ScoreDesk(space.within("D2"), Q4).hand_out(PagesAsked("D2"))


def test_one_node_all_round_and_live_formulas_where_asked(space):
    """`node` is shown in place of the districts; a workbook has formulas only where they are asked for."""

    def formulas() -> int:
        with zipfile.ZipFile(space.root / "out" / "2025-Q4" / "control.xlsx") as book:
            return sum(book.read(name).count(b"<f>") for name in book.namelist() if "worksheets/" in name)

    assert formulas() == 0
    ScoreDesk(space, Q4).score(asked=PagesAsked(node="C", formulas=True))
    assert [path.name for path in (space.root / "out" / "2025-Q4" / "districts").iterdir()] == ["C.html"]
    assert formulas() > 100
    with pytest.raises(NotFound, match="no such node"):
        ScoreDesk(space, Q4).score(asked=PagesAsked(node="D9"))


def test_pages_that_fail_leave_everything_as_it_was(space, monkeypatch):
    """The last page cannot be written: the folder and the store are those of before."""
    before = pages(space.root / "out" / "2025-Q4")

    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(score_pages, "write_control_book", full)
    with pytest.raises(StorageError, match=r"storage\.full"):
        ScoreDesk(space, Q4).score(asked=PagesAsked(node="C"))
    assert pages(space.root / "out" / "2025-Q4") == before


def test_earlier_scores_are_those_that_were_kept(space):
    """What was scored, or of a closed period what it was closed with, whatever was scored after it was opened again."""
    cards = judge(space, period("2026-Q1")).result.scorecards.scores
    with space.kept_store() as store:
        found = earlier_scores(store, period("2026-Q1"), cards, "another sheet")
        assert [str(when) for when in found] == ["2025-Q3", "2025-Q4"]
        assert {rep: str(one.total) for rep, one in found[Q4].items()} == {"R1": "92.64", "R2": "90.63", "R3": "0.00"}
        ((kind, taken),) = [(one.kind, one.points) for one in found[Q4]["R3"].adjustments if one.points]
        assert (kind, str(taken)) == ("gate", "-90.63")
        third = found[Q3]["R1"]
        assert sum(one.points for one in third.points) + sum(one.points for one in third.adjustments) == third.total
        sheet = closed_scores(store, Q4).sheet
        same = earlier_scores(store, period("2026-Q1"), cards, sheet)
        assert all(one.rule == cards[0].rule for one in same[Q4].values())
        assert all(one.rule != cards[0].rule for one in found[Q4].values())
        assert earlier_scores(store, Q3, cards, sheet) == earlier_scores(store, period("2025-12"), cards, sheet) == {}
    ScoreDesk(space, Q4).reopen("late", by="m1", approver="m9", on=ON, at=AT)
    add(space.root, "sales.csv", "2025-12,H2,R2,5000.00,50\n")
    assert str({one.rep_id: one for one in ScoreDesk(space, Q4).score().standings}["R2"].total) == "105.00"
    with space.kept_store() as store:
        assert str(earlier_scores(store, period("2026-Q1"), cards, sheet)[Q4]["R2"].total) == "90.63"


def test_a_closed_quarter_of_the_year_stands_as_it_was_closed(space):
    """Months of the files, until they differ from what was closed: then the closed ones, last year's too."""
    december, november = period("2025-12"), period("2025-11")

    def sheet():
        judged = judge(space, period("2025"))
        with space.kept_store() as store:
            return year_sheets(judged, store, "C")["R2"]

    first = sheet()
    assert [str(first[month].alone.actual) for month in (november, december)] == ["2,200.50 CNY", "2,400.50 CNY"]
    add(space.root, "sales.csv", "2025-12,H2,R2,5000.00,50\n2024-12,H2,R2,5000.00,50\n2025-01,H2,R2,1.00,1\n")
    again = sheet()
    assert [again[month].alone for month in Q4.months] == [first[month].alone for month in Q4.months]
    assert again[period("2025-01")].alone.actual != first[period("2025-01")].alone.actual
    assert first[Q3].alone.goal.value == sum(first[month].alone.goal.value for month in Q3.months)
    assert first[period("2025-Q1")].alone.goal is None


def test_goals_of_months_are_those_that_the_period_was_closed_with(space):
    """A plan made afterwards is not shown in a closed period: a month has its closed goal, those of a quarter none."""
    october = period("2025-10")
    add(space.root, "facts.csv", Q3_FACTS.replace("2025-Q3", "2025-10").replace("2025-10-01", "2025-11-01"))
    goals = judge(space, october).goals
    ScoreDesk(space, october).close("m1", ON, AT)
    settings = space.root / "pharmasales.toml"
    settings.write_text(settings.read_text("utf-8") + '[goals]\ntotal = "999"\n', "utf-8")
    again = Workspace.open(space.root)
    again.plan(Q4)
    for asked, expected in ((october, goals["R2"]), (Q4, None)):
        judged = judge(again, asked)
        with again.kept_store() as store:
            sheet = year_sheets(judged, store, "R2")["R2"]
        assert sheet[october].alone.goal == expected
        assert sheet[Q3].alone.goal is not None


def test_a_result_that_was_changed_in_the_store_is_refused(space):
    """Also where the inputs are not read: the seal of the version holds the results."""
    with open_store(f"sqlite:///{space.root / 'pharmasales.db'}") as store:
        with store.unit(by="x", why="x", at=AT) as unit:
            data = dict(store.get("closed version", "2025-Q4/0001").data)
            rep = {**data["results"]["reps"][0], "rank": 2}
            data["results"] = {**data["results"], "reps": [rep, *data["results"]["reps"][1:]]}
            unit.put("closed version", "2025-Q4/0001", data)
        with pytest.raises(BadValue, match=r"changed since it was sealed @ closing 2025-Q4"):
            closed_scores(store, Q4)


def test_a_line_put_in_between_is_one_late_entry(space):
    """Of the same name as the line after it, or of a new customer: what came is that line alone, nothing is changed."""
    path = space.root / "sales.csv"
    head, *lines = path.read_text("utf-8").splitlines(keepends=True)
    place = lines.index("2025-10,H1,R1,1000.50,10\n")
    for line, name in (
        ("2025-10,H1,R1,70.00,7\n", "sale 2025-10 H1 (2)"),
        ("2025-12,H4,R3,70.00,7\n", "sale 2025-12 H4"),
    ):
        path.write_text("".join([head, *lines[:place], line, *lines[place:]]), "utf-8")
        late = ScoreDesk(space, Q4).score().late
        found = {(one.change.item.figure, one.change.kind, one.change.item.id) for one in late.entries}
        assert found == {(figure, "entered", name) for figure in ("actual", "gross", "volume")}


def test_of_lines_of_one_name_those_that_are_the_same_keep_theirs():
    """Whatever is put in, taken out or corrected among them, only that differs."""

    def items(*yuan):
        names = ("sale", *(f"sale ({n})" for n in range(2, 9)))
        return [Item("actual", "r1", Amount.of(n, CNY), Q4, one) for n, one in zip(yuan, names, strict=False)]

    before = items(5, 6, 5, 8)
    for now, differs in (
        ((7, 5, 6, 5, 8), [("entered", 7)]),
        ((5, 6, 7, 5, 8), [("entered", 7)]),
        ((6, 5, 8), [("gone", 5)]),
        ((8, 5, 6, 5), []),
        ((5, 9, 5, 8), [("changed", 9)]),
        ((1, 2, 5, 6, 5, 8), [("entered", 1), ("entered", 2)]),
    ):
        lined = lined_up(items(*now), before)
        assert [str(one.value) for one in lined] == [str(one.value) for one in items(*now)]
        found = [(one.kind, int(one.item.value.value)) for one in item_changes(before, lined)]
        assert sorted(found) == differs
