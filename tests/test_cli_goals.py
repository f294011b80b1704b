"""`pharmasales goals`: decompose, edit from a sheet, diff and why, for people and for machines, in both languages."""

from __future__ import annotations

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales import cli

_SPEC = spec_from_file_location("sheets_for_the_command", Path(__file__).parent / "workspace" / "sheets.py")
assert _SPEC is not None
assert _SPEC.loader is not None
sheets = module_from_spec(_SPEC)
_SPEC.loader.exec_module(sheets)

SALES = "period,team,rep,customer,amount\n" + "".join(
    f"2025-{month:02d},{'North' if rep < 3 else 'South'},Rep {rep},H{rep},{rep}000\n"
    for month in range(1, 13)
    for rep in (1, 2, 3)
)
TOML = '[tables.sales]\nfile = "sales.csv"\n[org]\nlevels = ["team", "rep"]\n'
ASKED = ("--period", "2026-Q1")


def run(*words: object):
    """Run one command."""
    return CliRunner().invoke(cli.app, ["goals", *(str(word) for word in words)])


def told(*words: object) -> dict:
    """Run one command for machines."""
    return json.loads(run(*words, "--json").stdout)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a workspace of two teams and three reps."""
    made = tmp_path / "w"
    made.mkdir()
    (made / "sales.csv").write_text(SALES, "utf-8")
    (made / "pharmasales.toml").write_text(TOML, "utf-8")
    return made


def sheet_of(folder: Path, *cells: tuple[str, int, str]) -> Path:
    """Let the command write a sheet, and change cells of it, by the name of the node and the column."""
    path = folder.parent / "goals.xlsx"
    assert run("decompose", folder, *ASKED, "--sheet", path).exit_code == 0

    def change(rows):
        for name, column, text in cells:
            next(row for row in rows if row[1] == name)[column] = text

    return sheets.corrected_copy(path, folder.parent / "back.xlsx", change)


def test_decompose_shows_the_tree_and_writes_a_sheet(folder):
    """Every node, its months, its total and what its parts add up to; the same again changes nothing."""
    path = folder.parent / "goals.xlsx"
    done = run("decompose", folder, *ASKED, "--sheet", path)
    assert done.exit_code == 0, done.output
    assert "version 1: decomposed, by workspace, 2026-01-01" in done.output
    assert "19,800.00" in done.output
    assert path.exists()
    assert (folder / "out" / "2026-Q1" / "goals.csv").exists()
    again = told("decompose", folder, *ASKED)
    assert (again["ok"], again["version"], again["out"]) == (True, 1, None)
    by_name = {row["node"]: row for row in again["goals"]}
    assert by_name["Rep 3"]["2026-01"] == "3300.00"
    assert by_name["North"]["total"] == by_name["North"]["parts"] == "9900.00"
    assert by_name["North"]["off"] == "0.00"


def test_decompose_speaks_chinese(folder):
    """Titles, the head and what was written."""
    done = run("decompose", folder, *ASKED, "--sheet", folder.parent / "表.xlsx", "--lang", "zh")
    assert "第 1 版：分解，workspace，2026-01-01" in done.output
    assert "目标表" in done.output
    assert "已写入" in done.output


def test_edit_takes_a_corrected_sheet_in(folder):
    """The edits with their reason and every number that they changed; the next version stands."""
    path = sheet_of(folder, ("Rep 1", 7, "4000"))
    done = run("edit", folder, *ASKED, "--sheet", path, "--by", "m1", "--why", "a new hospital")
    assert done.exit_code == 0, done.output
    assert "version 2: 1 edit, by m1" in done.output
    assert "a new hospital" in done.output
    found = told("decompose", folder, *ASKED)
    by_name = {row["node"]: row["total"] for row in found["goals"]}
    assert (by_name["Rep 1"], by_name["Rep 2"], by_name["North"]) == ("4000.00", "5900.00", "9900.00")


def test_edit_lists_everything_that_is_refused(folder):
    """Exit code 1, every place for machines and for people, nothing written."""
    path = sheet_of(folder, ("Rep 1", 7, "many"), ("Rep 2", 4, "=1"))
    words = ("edit", folder, *ASKED, "--sheet", path, "--by", "m1", "--why", "x")
    found = told(*words)
    assert found["ok"] is False
    assert [(one["where"], one["code"]) for one in found["errors"]] == [
        ("back.xlsx row 4 column H", "number"),
        ("back.xlsx row 5 column E", "cell.formula"),
    ]
    done = run(*words)
    assert done.exit_code == 1
    assert "nothing was written" in done.stderr
    assert told("decompose", folder, *ASKED)["version"] == 1


def test_edit_for_machines_tells_edits_and_changes(folder):
    """Plain rows: what was asked for, and what came of it."""
    path = sheet_of(folder, ("Rep 1", 7, "4000"))
    found = told("edit", folder, *ASKED, "--sheet", path, "--by", "m1", "--why", "x", "--lang", "zh")
    assert [(row["by"], row["reason"]) for row in found["edits"]] == [("m1", "x")]
    assert {row["node"] for row in found["changes"]} == {"Rep 1", "Rep 2"}
    assert found["version"] == 2


def test_diff_names_versions_changes_and_edits(folder):
    """By default the last step; one version alone has nothing to compare; a part sees its own."""
    path = sheet_of(folder, ("Rep 1", 7, "4000"))
    alone = run("diff", folder, *ASKED)
    assert (alone.exit_code, "decomposed" in alone.output, "What differs" in alone.output) == (0, True, False)
    run("edit", folder, *ASKED, "--sheet", path, "--by", "m1", "--why", "x")
    done = run("diff", folder, *ASKED, "--from", "1", "--to", "2")
    assert "What differs" in done.output
    assert "100.0%" not in done.output
    found = told("diff", folder, *ASKED)
    assert [row["what"] for row in found["versions"]] == ["decomposed", "1 edit"]
    assert {(row["node"], row["change"]) for row in found["changes"] if row["period"] == "all"} == {
        ("Rep 1", "700.00"),
        ("Rep 2", "-700.00"),
    }
    south = next(row["node_id"] for row in told("decompose", folder, *ASKED)["goals"] if row["node"] == "South")
    assert told("diff", folder, *ASKED, "--as", south)["changes"] == []
    assert run("diff", folder, *ASKED, "--from", "2", "--to", "1").exit_code == 1


def test_why_traces_in_both_languages(folder):
    """The total, the weights, the edit and the month; a reader of a part gets the last step."""
    path = sheet_of(folder, ("Rep 1", 7, "4000"))
    run("edit", folder, *ASKED, "--sheet", path, "--by", "m1", "--why", "a new hospital")
    ids = {row["node"]: row["node_id"] for row in told("decompose", folder, *ASKED)["goals"]}
    done = run("why", folder, ids["Rep 1"], *ASKED, "--bucket", "2026-01")
    assert done.output.startswith("Rep 1: ")
    assert "shared out by sales of 2025-Q1" in done.output
    assert "a new hospital" in done.output
    zh = told("why", folder, ids["Rep 2"], *ASKED, "--lang", "zh")["why"]
    assert "承担同级差额 -700" in zh[0]["why"]
    part = run("why", folder, ids["Rep 2"], *ASKED, "--as", ids["North"])
    assert part.output.count("Goals 2026-Q1") == 3
    assert run("why", folder, "R404", *ASKED).exit_code == 1


def test_a_reader_of_a_part_is_shown_what_is_kept(folder):
    """`--as` works nothing out and writes only the sheet."""
    run("decompose", folder, *ASKED)
    ids = {row["node"]: row["node_id"] for row in told("decompose", folder, *ASKED)["goals"]}
    found = told("decompose", folder, *ASKED, "--as", ids["North"], "--sheet", folder.parent / "n.xlsx")
    assert [row["node"] for row in found["goals"]] == ["North", "Rep 1", "Rep 2"]
    assert found["wrote"].endswith("n.xlsx")


def test_wrong_usage_is_told(folder):
    """Exit code 2: no period, a period that is none, no reason."""
    assert run("decompose", folder).exit_code == 2
    assert run("decompose", folder, "--period", "soon").exit_code == 2
    assert run("edit", folder, *ASKED, "--sheet", "x.xlsx", "--by", "m1").exit_code == 2
