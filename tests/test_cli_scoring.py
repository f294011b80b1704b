"""`pharmasales score`, `close`, `reopen` and `why score`, for people and for machines, in both languages."""

from __future__ import annotations

import json
import shutil
from contextlib import nullcontext
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.cli import scoring
from pharmasales.periods import period
from pharmasales.workspace import outputs

_SPEC = spec_from_file_location("workspaces_for_the_scores", Path(__file__).parent / "workspace" / "conftest.py")
assert _SPEC is not None
assert _SPEC.loader is not None
workspaces = module_from_spec(_SPEC)
_SPEC.loader.exec_module(workspaces)

ASKED = ("--period", "2025-Q4")


def run(*words: object):
    """Run one command."""
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def told(*words: object) -> dict:
    """Run one command for machines."""
    return json.loads(run(*words, "--json").stdout)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a planned workspace of three reps, not to be touched."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_workbook", "_report"):
            patch.setattr(outputs, name, lambda *_args: None)
        made = workspaces.Maker(tmp_path_factory.mktemp("scored"))()
        made.plan(period("2025-Q4"))
    return made.root


@pytest.fixture
def folder(planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a planned workspace of three reps, whose workbook and report are left out."""
    monkeypatch.setattr(scoring, "pool", nullcontext)
    for name in ("_workbook", "_report"):
        monkeypatch.setattr(outputs, name, lambda *_args: None)
    return shutil.copytree(planned, tmp_path / "w")


def test_score_shows_the_standings_and_one_card(folder: Path, tmp_path: Path) -> None:
    """Everybody by rank, the card of the rep asked, and each point explained; a sheet of another file for once."""
    done = run("score", folder, *ASKED, "--rep", "R2")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == f"-> {folder / 'out' / '2025-Q4'}"
    assert lines[lines.index("Standings") + 1].split() == ["Rank", "Rep", "id", "Rep", "Total", "Grade", "Why"]
    card = lines[lines.index("Scorecards: R2") + 1 :]
    assert card[0].split() == ["Measure", "Value", "Weight", "Points"]
    assert [line.split()[0] for line in card[2:]] == ["attainment", "growth", "coverage", "frequency", "total"]
    why = run("why", folder, "score", "R2", *ASKED, "--item", "达成率", "--lang", "zh")
    assert why.output.splitlines()[-1].strip() == "实际 / 目标：计入 4 项，剔除 0 项"
    sheet = tmp_path / "sheet.toml"
    sheet.write_text('name = "v"\n[[items]]\nname = "call_rate"\nweight = 100\nof = "call_rate"\n', "utf-8")
    assert told("score", folder, *ASKED, "--sheet", sheet)["notes"] == [
        "the score sheet reads what nobody noted: call_rate: note it in facts, or correct the sheet"
    ]
    sheet.write_text(
        'name = "v"\n[[items]]\nname = "v"\nweight = 100\nof = { ratio = ["seen_customers", "target_customers"] }\n'
    )
    assert [row["rank"] for row in told("score", folder, *ASKED, "--sheet", sheet)["standings"]] == ["1", "1", "3"]


def test_a_reader_is_handed_the_own_pages(folder: Path, tmp_path: Path) -> None:
    """Into a folder of their own; ranks among the own alone; another sheet is not handed out."""
    done = run("score", folder, *ASKED, "--reader", "D1", "--rep", "R2", "--lang", "zh")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[0] == f"-> {folder / 'out' / '2025-Q4-D1'}"
    assert "考核评分：R2" in done.output
    found = told("score", folder, *ASKED, "--reader", "D2", "--formulas")
    assert [(row["node_id"], row["rank"]) for row in found["league"]] == [("R3", "1")]
    assert found["card"][-1]["measure"] == "total"
    assert told("score", folder, *ASKED, "--reader", "D9")["errors"][0]["code"] == "org.id"
    assert told("score", folder, *ASKED, "--reader", "D2", "--rep", "R1")["errors"][0]["code"] == "score.rep"
    assert run("score", folder, *ASKED, "--reader", "D2", "--sheet", tmp_path / "s.toml").exit_code == 2
    assert told("score", folder, *ASKED, "--node", "C")["ok"]
    assert [path.name for path in (folder / "out" / "2025-Q4" / "districts").iterdir()] == ["C.html"]


def test_wrong_asking_is_told(folder: Path, tmp_path: Path) -> None:
    """An unknown rep, no such sheet, no such item, an item of a goal, and no period."""
    (rep,) = told("score", folder, *ASKED, "--rep", "R22")["errors"]
    assert (rep["code"], rep["where"]) == ("score.rep", "R22")
    assert told("score", folder, *ASKED, "--sheet", tmp_path / "none.toml")["errors"][0]["code"] == "config.missing"
    assert not (folder / "out" / "2025-Q4" / "standings.csv").exists()
    assert run("why", folder, "goal", "R1", "--item", "x").exit_code == 2
    assert run("score", folder).exit_code == 2


def test_a_quarter_is_closed_opened_again_and_closed_anew(folder: Path) -> None:
    """What comes late is listed; the second close says what to do; author and approver are two; versions count up."""
    made = told("close", folder, *ASKED, "--by", "m1", "--as-of", "2026-01-05")
    assert (made["ok"], made["state"], made["version"], made["late"]) == (True, "closed", 1, [])
    again = run("close", folder, *ASKED, "--by", "m1", "--as-of", "2026-01-05")
    assert (again.exit_code, "reopen 2025-Q4 first, with a reason and an approver" in again.stderr) == (1, True)
    path = folder / "sales.csv"
    path.write_text(path.read_text("utf-8") + "2025-12,H2,R2,5000.00,50\n", "utf-8")
    shown = run("score", folder, *ASKED, "--lang", "zh")
    assert "注意：已于 2026-01-05 由 m1 关账，第 1 版：以关账结果为准" in shown.output
    assert "迟录项（未计入）" in shown.output
    late = told("score", folder, *ASKED)
    assert [row["total"] for row in late["standings"]] == [row["total"] for row in made["standings"]]
    assert {row["id"] for row in late["late"]} == {"sale 2025-12 H2 (2)"}
    asked = ("--by", "m1", "--reason", "entered late", "--as-of", "2026-01-08")
    assert told("reopen", folder, *ASKED, *asked, "--approver", "m1")["errors"][0]["code"] == "closing.approver"
    opened = run("reopen", folder, *ASKED, *asked, "--approver", "m9")
    assert opened.output.startswith("2025-Q4 is open again: version 1 counts until it is closed as version 2")
    closed = run("close", folder, *ASKED, "--by", "m2", "--as-of", "2026-01-08")
    assert "note: closed on 2026-01-08 by m2, version 2: results as closed" in closed.output
    assert "Scorecards:" not in closed.output
