"""The command line: exit codes, figures for machines, both languages, and nothing written over."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.cli import shared
from pharmasales.exchange import read_sheet
from pharmasales.periods import period as as_period
from pharmasales.workspace import init_workspace

SALES = "period,team,rep,customer,amount\n" + "".join(
    f"{year}-{month:02d},North,Rep {rep},H{rep}{n},{month * rep * n}00\n"
    for year in (2024, 2025)
    for month in range(1, 13)
    for rep in (1, 2)
    for n in (1, 2, 3)
)
TOML = '[tables.sales]\nfile = "sales.csv"\n[org]\nlevels = ["team", "rep"]\n'


def run(*words: object):
    """Run one command."""
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def state(folder: Path) -> dict[str, str]:
    """Return the digest of every file that does not belong to the store."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".db" not in path.name)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a workspace of two reps and six customers."""
    (tmp_path / "sales.csv").write_text(SALES, "utf-8")
    (tmp_path / "pharmasales.toml").write_text(TOML, "utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def planned_once(tmp_path_factory) -> Path:
    """Return such a workspace on which 2025-Q4 was planned and reviewed, not to be touched."""
    made = tmp_path_factory.mktemp("planned")
    (made / "sales.csv").write_text(SALES, "utf-8")
    (made / "pharmasales.toml").write_text(TOML, "utf-8")
    assert run("plan", made, "--period", "2025-Q4").exit_code == 0
    assert run("review", made, "--period", "2025-Q4").exit_code == 0
    return made


@pytest.fixture
def planned(planned_once: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(planned_once, tmp_path / "planned"))


def test_check_of_good_files(folder):
    """The totals add up, and the exit code is 0."""
    done = run("check", folder)
    assert done.exit_code == 0
    assert re.search(r"sales +sales\.csv +144 +144 +0 +0\n", done.output)
    assert re.search(r"total +144 +144 +0 +0\n", done.output)
    assert "no bad rows" in done.output
    assert "note: organisation derived from team > rep" in done.output


def test_check_of_bad_files_lists_every_cell_and_exits_1(folder):
    """File, row, column, reason and the value, masked where personal; the same for machines."""
    with (folder / "sales.csv").open("a", encoding="utf-8") as file:
        file.write("soon,North,Rep 1,H1,1.234\n\n2025-01,North,,=H1,5\n")
    done = run("check", folder)
    assert done.exit_code == 1
    assert re.search(r"sales\.csv +146 +amount +3 decimals where CNY has 2; .* 1\.234\n", done.output)
    assert re.search(r"sales\.csv +148 +customer +a formula; paste it as a value +=\*\*\*", done.output)
    data = json.loads(run("check", folder, "--json").output)
    assert data["ok"] is False
    assert data["total"] == {"read": 147, "accepted": 144, "rejected": 2, "skipped": 1}
    assert [(row["row"], row["column"], row["code"]) for row in data["bad"]] == [
        (146, "period", "period"),
        (146, "amount", "number.decimals"),
        (148, "customer", "cell.formula"),
        (148, "rep", "cell.empty"),
    ]
    assert run("check", folder, "--json").exit_code == 1
    chinese = run("check", folder, "--lang", "zh")
    assert chinese.exit_code == 1
    assert re.search(r"合计 +147 +144 +2 +1\n", chinese.output)


def test_check_for_machines_holds_the_same_figures(folder):
    """Tables, totals, duplicates and notes as plain numbers."""
    text = (folder / "sales.csv").read_text("utf-8")
    (folder / "sales.csv").write_text(text + text.splitlines()[-1] + "\n", "utf-8")
    done = run("check", folder, "--json")
    data = json.loads(done.output)
    assert (done.exit_code, data["ok"], data["bad"]) == (0, True, [])
    figures = {"read": 145, "accepted": 145, "rejected": 0, "skipped": 0}
    assert data["tables"] == [{"table": "sales", "file": "sales.csv", **figures}]
    assert (data["total"], data["duplicates"]) == (figures, {"sales.csv": [146]})
    assert json.loads(run("check", folder, "--json", "--lang", "zh").output)["notes"][1] == "客户由销售数据推导"
    assert "没有错误行" in run("check", folder, "--lang", "zh").output


def test_plan_and_review_write_what_they_say(folder):
    """What the command prints, what it gives machines and what lies in the folder agree."""
    done = run("plan", folder, "--period", "2025-Q4")
    assert done.exit_code == 0
    out = folder / "out" / "2025-Q4"
    counts = {path.stem: len(list(read_sheet(path).rows)) for path in out.glob("*.csv")}
    for name, count in counts.items():
        assert re.search(rf"  {name}\.csv +{count:,} ", done.output)
    data = json.loads(run("review", folder, "--period", "2025-Q4", "--as-of", "2025-11-15", "--json").output)
    assert (data["ok"], data["period"], data["as_of"], data["out"]) == (True, "2025-Q4", "2025-11-15", str(out))
    assert data["rows"] == {path.stem: len(list(read_sheet(path).rows)) for path in out.glob("*.csv")}
    assert {**data["rows"], **counts} == data["rows"]
    sheet = read_sheet(out / "attainment.csv")
    total = dict(zip(sheet.header, next(iter(sheet.rows))[1], strict=True))
    assert (total["level"], total["period"]) == ("team", "2025-Q4")
    review = run("review", folder, "--period", "2025-Q4", "--lang", "zh")
    assert review.exit_code == 0
    assert "注意：" in review.output
    assert "达成率" in review.output


def test_plan_from_a_day_on(folder):
    """No visit is planned before the day of planning; a day after the period is bad input."""
    assert run("plan", folder, "--period", "2026-01", "--as-of", "2026-01-20").exit_code == 0
    days = [cells[0] for _, cells in read_sheet(folder / "out" / "2026-01" / "visits.csv").rows]
    assert days
    assert min(days) >= "2026-01-20"
    late = run("plan", folder, "--period", "2026-01", "--as-of", "2026-02-01", "--json")
    assert (late.exit_code, json.loads(late.output)["errors"][0]["code"]) == (1, "plan.as_of")
    assert run("review", folder, "--period", "2025-Q4", "--as-of", "2025-01-01").exit_code == 1


@pytest.mark.parametrize("what", ["grade", "goal", "visit", "score"])
def test_why_in_both_languages(planned, what):
    """Heading and reason of each row, in the language asked, the same for machines."""
    key = {"goal": "North/Rep 1", "score": "North/Rep 1"}.get(what, "H11")
    english, chinese = run("why", planned, what, key), run("why", planned, what, key, "--lang", "zh")
    assert (english.exit_code, chinese.exit_code) == (0, 0)
    assert re.search("[\u3000-\uffef]", chinese.output)
    assert not re.search("[\u3000-\uffef]", english.output)
    data = json.loads(run("why", planned, what, key, "--json", "--period", "2025-Q4").output)
    assert data["ok"]
    assert english.output == "".join(f"{one['of']}\n  {one['why']}\n" for one in data["why"])


def test_why_of_what_is_not_there(folder, planned):
    """An unknown id and a folder without a plan are bad input; an unknown kind is wrong usage."""
    assert run("why", planned, "grade", "H99").exit_code == 1
    assert run("why", planned, "grade", "H11", "--period", "2020").exit_code == 1
    nothing = run("why", folder, "grade", "H11", "--json")
    assert nothing.exit_code == 1
    assert json.loads(nothing.output)["ok"] is False
    assert run("why", planned, "luck", "H11").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ["plan", ".", "--period", "soon"],
        ["plan", ".", "--period", "2026-13"],
        ["plan", "."],
        ["review", ".", "--period", "2026", "--as-of", "yesterday"],
        ["why", ".", "grade", "H1", "--period", "x"],
        ["check"],
        ["check", ".", "--lang", "fr"],
        ["check", ".", "--loud"],
        ["dance"],
    ],
)
def test_wrong_usage_exits_2(words):
    """A period, day, language, option or command that is none."""
    assert run(*words).exit_code == 2


@pytest.mark.parametrize("line", ["check", "plan --period 2026", "review --period 2026", "why goal R"])
def test_a_folder_without_a_workspace_exits_1(tmp_path, line):
    """The error says what is missing and how to make it; nothing is made."""
    command, *words = line.split()
    done = run(command, tmp_path / "none", *words)
    assert done.exit_code == 1
    assert "no workspace here" in done.output
    assert "pharmasales init" in done.output
    assert not (tmp_path / "none").exists()
    data = json.loads(run(command, tmp_path / "none", *words, "--json").output)
    assert data["errors"] == [
        {
            "code": "config.missing",
            "reason": "no workspace here",
            "where": "pharmasales.toml",
            "hint": "make one with: pharmasales init DIR",
        }
    ]


def test_bad_rows_stop_a_plan_and_are_all_told(planned):
    """Nothing is written, every problem is listed, in words and for machines."""
    before = state(planned / "out")
    (planned / "sales.csv").write_text("period,team,rep,amount\nsoon,North,Rep 1,x\n", "utf-8")
    for command in ("plan", "review"):
        done = run(command, planned, "--period", "2025-Q4")
        assert done.exit_code == 1
        assert "2 bad cells: nothing was written" in done.output
        data = json.loads(run(command, planned, "--period", "2025-Q4", "--json").output)
        assert [error["code"] for error in data["errors"]] == ["period", "number"]
        assert data["errors"][0]["where"] == "sales.csv row 2 column period"
    assert state(planned / "out") == before


def test_an_empty_command_line_shows_its_help():
    """Without a command the help names every one of them."""
    done = run("--help")
    assert done.exit_code == 0
    assert all(command in done.output for command in ("init", "demo", "check", "plan", "review", "why"))


def test_a_new_workspace_runs_as_it_is(tmp_path):
    """The template's example rows pass the check, are planned and reviewed."""
    folder = tmp_path / "new"
    made = run("init", folder)
    assert made.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["data.xlsx", "pharmasales.toml", "policy.toml"]
    data = json.loads(run("check", folder, "--json").output)
    assert (data["ok"], data["total"]) == (True, {"read": 11, "accepted": 11, "rejected": 0, "skipped": 0})
    for command in ("plan", "review"):
        done = run(command, folder, "--period", "2026-01")
        assert done.exit_code == 0, done.output
        again = run(command, folder, "--period", "2025-01", "--json")
        assert again.exit_code in (0, 1), again.output
    goals = read_sheet(folder / "out" / "2026-01" / "goals.csv")
    assert list(goals.rows)
    refused = run("init", folder, "--json")
    assert (refused.exit_code, json.loads(refused.output)["errors"][0]["code"]) == (1, "config.exists")


def test_a_new_workspace_in_chinese(tmp_path):
    """`--lang zh` at the start is the language of everything afterwards."""
    assert json.loads(run("init", tmp_path / "w", "--lang", "zh", "--json").output)["ok"]
    assert "数据表" in run("check", tmp_path / "w").output


def test_the_demo_runs_twice_alike_and_never_over_other_files(tmp_path):
    """A fresh folder works, a second run gives the same bytes, another workspace is left alone."""
    folder = tmp_path / "demo"
    first = run("demo", folder)
    assert first.exit_code == 0, first.output
    assert {path.name for path in (folder / "out").iterdir()} == {"2025-Q4", "2026-Q1"}
    before = state(folder)
    assert len([name for name in before if name.endswith(".ics")]) == 24
    data = json.loads(run("demo", folder, "--json").output)
    assert (data["ok"], [one["period"] for one in data["runs"]]) == (True, ["2025-Q4", "2025-Q4", "2026-Q1"])
    assert state(folder) == before
    other = tmp_path / "other"
    init_workspace(other)
    mine = state(other)
    assert run("demo", other).exit_code == 1
    assert state(other) == mine


def test_as_a_program(planned):
    """Once through the real entry point: standard output, standard error and exit codes."""

    def program(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pharmasales.cli", *map(str, words)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - our own

    good = program("review", planned, "--period", "2025-Q4", "--json")
    assert (good.returncode, good.stderr, json.loads(good.stdout)["ok"]) == (0, "", True)
    bad = program("check", planned / "none")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert bad.stderr.startswith("error: no workspace here @ pharmasales.toml")
    assert program("plan", planned, "--period", "x").returncode == 2


def test_progress_is_shown_on_a_terminal_only(folder, monkeypatch):
    """On a terminal the status line names each file; elsewhere nothing is said."""
    seen: list[str] = []

    class Status:
        def __enter__(self):
            return self

        def __exit__(self, *_error):
            return None

        def update(self, what: str) -> None:
            seen.append(what)

    class Console:
        is_terminal = True

        def __init__(self, **_options):
            pass

        def status(self, _what: str) -> Status:
            return Status()

    monkeypatch.setattr(shared, "Console", Console)
    assert run("check", folder).exit_code == 0
    assert seen == ["sales.csv"]
    assert run("check", folder, "--json").exit_code == 0
    assert seen == ["sales.csv"]


def test_main_runs_the_app(monkeypatch, capsys):
    """The installed command."""
    monkeypatch.setattr(sys, "argv", ["pharmasales", "--help"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 0
    assert "--help" in capsys.readouterr().out


def test_the_day_to_stand_on(monkeypatch):
    """The day asked; else the last day of a period that is over; else today, also within a period."""
    monkeypatch.setattr(shared, "now", lambda: datetime(2026, 1, 5, 9, tzinfo=UTC))
    past, running = as_period("2025-Q4"), as_period("2026-Q1")
    asked = [(past, None), (running, None), (None, None), (past, "2026-02-01")]
    assert [shared.day_in(*one).isoformat() for one in asked] == [
        "2025-12-31",
        "2026-01-05",
        "2026-01-05",
        "2026-02-01",
    ]
