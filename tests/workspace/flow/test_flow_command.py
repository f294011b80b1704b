"""`pharmasales flow`, for people and for machines, in both languages; on the example region and on a new workspace."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.workspace import Workspace, init_workspace, write_demo

ASKED = ("--period", "2025-12")


def run(*words: object):
    """Run one command."""
    return CliRunner().invoke(cli.app, ["flow", *map(str, words)])


def told(*words: object) -> dict:
    """Run one command for machines."""
    return json.loads(run(*words, "--json").stdout)


def test_the_balance_is_shown_first(space: Workspace) -> None:
    """Then what is held, asked, crossed and does not close; empty tables are left out."""
    done = run(space.root, *ASKED, "--limit", 1)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[:4] == [
        f"-> {space.root / 'out' / 'flow-2025-12'}",
        "note: 3 lines are held and count nowhere",
        "note: read by their headers, confirmed by nobody: D1-2025-12.csv",
        "",
    ]
    assert [line.split() for line in lines[4:8:3]] == [["In,", "matched", "and", "held"], ["lines", "9", "6", "3"]]
    titles = [after for before, after in pairwise(lines) if not before]
    assert titles == [
        "In, matched and held",
        "Why lines are held",
        "Names to be confirmed",
        "Cross-region sales",
        "What does not close",
        "Primary against secondary sales",
        "Stockists against sellers",
    ]
    zh = run(space.root, *ASKED, "--lang", "zh").output
    assert "注意：3 行被隔离，不计入任何结果" in zh
    assert "流入、匹配与隔离" in zh
    assert "期初 100 + 流入 150 - 流出 208 = 42，盘点 40；请复盘" in zh


def test_a_table_is_shown_by_its_name(space: Workspace) -> None:
    """That one alone, for machines too, also one that is not shown else; another name is refused."""
    asked = (space.root, *ASKED, "--table", "files")
    assert [line for line in run(*asked, "--limit", 1).output.splitlines() if line][3:4] == ["Files of the month"]
    assert {*told(*asked)} == {"ok", "out", "state", "version", "notes", "files"}
    assert run(*asked, "--table", "nothing").exit_code == 2


def test_a_month_is_closed_shown_and_restated(space: Workspace) -> None:
    """By machines: state, version and the difference; what is refused is told with its code."""
    close = (space.root, *ASKED, "--close", "--by", "m1", "--as-of", "2026-01-05")
    first = told(space.root, *ASKED)
    assert (first["state"], first["version"], first["balance"][0]["held"]) == ("open", None, "3")
    assert told(*close)["errors"][0] == {
        "code": "flow.held",
        "reason": "3 lines are held",
        "where": "month 2025-12",
        "hint": "answer the questions, or say why it is closed all the same",
    }
    made = told(*close, "--why", "asked")
    assert (made["state"], made["version"], made["restated"]) == ("closed", 1, [])
    path = space.root / "D1-2025-12.csv"
    path.write_text(path.read_text("utf-8").replace("10,盒,25.00,250.00", "12,盒,25.00,300.00"), "utf-8")
    (change,) = told(space.root, *ASKED)["restated"]
    assert (change["customer"], change["before"], change["after"], change["money"]) == ("H1", "8", "10", "50.00")
    assert told(*close, "--why", "corrected by D1")["version"] == 2
    shown = run(space.root, *ASKED, "--version", 1)
    assert shown.output.startswith(
        "version 1 of 2, closed on 2026-01-05 by m1: asked\n\nAs closed, 2025-12, version 1\n"
    )
    latest = told(space.root, *ASKED, "--version", 0)
    assert [row["quantity"] for row in latest["closed"] if row["customer_id"] == "H1"] == ["10", "3"]
    assert told(space.root, *ASKED, "--version", 3)["errors"][0]["code"] == "flow.version"


@pytest.mark.parametrize(
    "words",
    [("--period", "2025-Q4"), (*ASKED, "--close"), (*ASKED, "--close", "--by", "m1", "--version", "1")],
)
def test_wrong_usage(space: Workspace, words: tuple[str, ...]) -> None:
    """No month, nobody who closes, a version that is closed."""
    assert run(space.root, *words).exit_code == 2


def test_the_example_region(tmp_path: Path, space: Workspace) -> None:
    """What left the stock cards of five distributors is what they sold, but for what the story says."""
    assert space.root != tmp_path  # it is asked for what it leaves out
    write_demo(tmp_path)
    found = told(tmp_path, *ASKED)
    assert [found["balance"][0][key] for key in ("read", "matched", "held")] == ["98", "93", "5"]
    assert [row["reason"] for row in found["held_reasons"]] == [
        "cannot be read",
        "customer",
        "product",
        "repeated line",
    ]
    assert [(row["text"], row["distributor"]) for row in found["questions"]] == [("示例医院20", "D04")]
    assert [(row["distributor"], row["customer"]) for row in found["cross_region"]] == [("D02", "H45")]
    gaps = {(row["distributor"], row["product"]): row["quantity"] for row in found["chain_differences"]}
    assert gaps.pop(("D07", "P2")) == "-2"  # lost there, and in no file
    waiting = {
        ("D04", row["product"][:5]): f"-{row['quantity']}" for row in found["held"] if row["customer"] == "示例医院20"
    }
    assert sorted(gaps.values()) == sorted(waiting.values())
    (tmp_path / "aliases.csv").write_text(
        (tmp_path / "aliases.csv").read_text("utf-8") + "customer,示例医院20,H20,D04,R04,2026-01-05,\r\n", "utf-8"
    )
    answered = told(tmp_path, *ASKED)
    assert [(row["distributor"], row["quantity"]) for row in answered["chain_differences"]] == [("D07", "-2")]
    assert not answered["questions"]


def test_a_new_workspace_takes_its_example_rows(tmp_path: Path) -> None:
    """Its tables hold a row each; it says what to write, and a file of the example's products is matched."""
    init_workspace(tmp_path)
    assert told(tmp_path, *ASKED)["errors"][0]["code"] == "config.missing"
    path = tmp_path / "pharmasales.toml"
    path.write_text(
        path.read_text("utf-8").replace("#   [flow.files.H1] ", "[flow.files.H1]\nfile = 'f.csv' #"), "utf-8"
    )
    row = "2025-12-05,Example 示例院,Example 10 mg 示例片,2,件\n"
    (tmp_path / "f.csv").write_text(f"日期,客户名称,品名,数量,单位\n{row}", "utf-8")
    found = told(tmp_path, *ASKED)
    assert [(row["customer_id"], row["product"], row["quantity"]) for row in found["sales"]] == [("H1", "P1", "400")]
