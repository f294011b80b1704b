"""`pharmasales credit`, `order` and `why order`, for people and machines, in both languages, on the example region."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.workspace import Workspace, desk_outputs, write_demo
from pharmasales.workspace.credit import demo
from pharmasales.workspace.credit.books import credit_books

DAY = ("--as-of", "2026-01-05")
KEPT = {*(f"D{number:02d}" for number in range(1, 10)), "D22", "D31", "D33"}


def run(*words: object):
    """Run one command."""
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def told(*words: object) -> tuple[int, dict]:
    """Run one command for machines; return its exit code and what it says."""
    done = run(*words, "--json")
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example region, of which only a few dealers are left, so that a command is fast; not to be touched."""
    folder = tmp_path_factory.mktemp("region")
    write_demo(folder)
    for name in ("sales.csv", "visits.csv"):
        (folder / name).unlink()
    for name in ("customers.csv", "receivables.csv", "documents.csv", "licences.csv", "credit_findings.csv"):
        lines = (folder / name).read_text("utf-8").splitlines()
        kept = [line for line in lines[1:] if KEPT & set(line.split(","))]
        (folder / name).write_text("\n".join([lines[0], *kept]) + "\n", "utf-8")
    return folder


@pytest.fixture
def folder(region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the example region, whose workbooks are left out."""
    monkeypatch.setattr(desk_outputs, "write_xlsx", lambda *_args, **_more: None)
    return shutil.copytree(region, tmp_path / "w")


def test_credit_shows_and_writes(folder: Path) -> None:
    """D05 is the worst, D22 the best; one budget is over and one nearly used up."""
    done = run("credit", folder, *DAY, "--limit", 3)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == f"-> {folder / 'out' / 'credit'}"
    assert lines[1] == "note: 1 sell and pay on time, fewer than 30: win more of them"
    assert lines[lines.index("Worst customers") + 3].split() == ["D05", "61,700.00", "0.0%", "62,000.00"]
    assert lines[lines.index("Best customers") + 3].split() == ["1", "D22", "64,800.00", "100.0%", "0.00"]
    assert lines[lines.index("Expense by plan") + 4].split()[-2:] == ["-6,000.00", "110.0%"]
    assert "… and 9 more rows" in done.output
    code, found = told(
        "credit", folder, *DAY, "--lang", "zh", "--by", "invoiced", "--way", "fifo", "--period", "2025-12"
    )
    assert (code, found["ok"], found["period"]) == (0, True, "2025-12")
    assert found["ledger_ageing"][0]["bucket"] == "0-30 天"
    assert found["notes"] == ["按期回款的客户仅 2 家，少于 30 家：需培养更多"]
    assert (folder / "out" / "credit" / "debts.csv").read_text("utf-8-sig").startswith("customer,open")


def test_a_table_is_shown_by_its_name(folder: Path) -> None:
    """What is asked for alone, with its reasons, in the order asked; for machines too; another name is refused."""
    asked = ("credit", folder, *DAY, "--table", "worst_customers", "--table", "ledger_ageing", "--limit", "1")
    text = run(*asked).output
    lines = [line for line in text.splitlines() if not line.startswith(("->", "note"))]
    assert [lines[at] for at in (1, 6)] == ["Worst customers", "Ageing of a ledger"]
    assert "the oldest debt is 126 days old" in text
    assert lines[-1] == "… and 10 more rows"
    assert {*told(*asked)[1]} == {"ok", "as_of", "period", "out", "notes", "worst_customers", "ledger_ageing"}
    one = run("credit", folder, *DAY, "--customer", "D05", "--table", "order_check").output
    assert "Statement" not in one
    assert "headroom 0.00 - (94,700.00 + 0.00 + 0.00) = -94,700.00 CNY" in one
    wrong = run("credit", folder, *DAY, "--table", "nothing")
    assert wrong.exit_code == 2


def test_one_customer_and_wrong_words(folder: Path) -> None:
    """A statement that adds up; an unknown id is an error of input, an unknown word one of usage."""
    done = run("credit", folder, *DAY, "--customer", "D05")
    assert done.exit_code == 0, done.output
    assert "Statement of D05" in done.output
    assert "D05: -94,700.00 CNY left of 0.00 CNY" in done.output
    code, found = told("credit", folder, *DAY, "--customer", "D05", "--lang", "zh")
    balance = [row["balance"] for row in found["statement"]]
    assert (code, balance[0], balance[-1]) == (0, "72600.00", "94700.00")  # 62,000 + 10,600; + 61,700 - 39,600
    assert told("credit", folder, *DAY, "--customer", "D99")[0] == 1
    assert run("credit", folder, *DAY, "--by", "invoice").exit_code == 2
    assert run("credit", folder, *DAY, "--way", "lifo").exit_code == 2


def test_bad_rows_are_listed_and_nothing_is_written(folder: Path) -> None:
    """Exit code 1, every bad cell, no output."""
    (folder / "licences.csv").write_text("customer,number,until\nD99,x,2026-01-01\nD01,y,soon\n", "utf-8")
    code, found = told("credit", folder, *DAY)
    assert (code, [one["code"] for one in found["errors"]]) == (1, ["row.customer", "date"])
    assert not (folder / "out").exists()


def test_the_life_of_an_order_for_scripts(folder: Path) -> None:
    """0 is accepted, 3 is held, 1 is refused; why and list say who released."""
    limit = ("order", "limit", folder, "D22", *DAY)
    code, waits = told(*limit, "--by", "R10", "--term", "4")
    assert (code, waits["state"], waits["class"], waits["amount"]) == (0, "waits", "AAA", "129200.00")
    assert told(*limit, "--approver", "R10")[0] == 1
    code, found = told(*limit, "--approver", "M1")
    assert (code, found["state"], found["approved_by"]) == (0, "approved", "M1")
    place = ("order", "place", folder, "O1", "D22", "--by", "R10", *DAY)
    code, found = told(*place, "--amount", "30000")
    assert (code, found["state"], found["holds"]) == (0, "accepted", [])
    code, found = told("order", "place", folder, "O5", "D05", "--amount", "3000", "--by", "R05", *DAY, "--lang", "zh")
    assert (code, found["state"], found["holds"]) == (3, "held", ["overdue", "no_limit"])
    assert (found["says"], found["reasons"]) == ("扣单", "有逾期欠款；未设额度")
    done = run("order", "recheck", folder, "O5", "--by", "R05", *DAY)
    assert done.exit_code == 3
    assert done.output.splitlines()[0] == "order O5, revision 1, 3,000.00 CNY: held"
    assert run("order", "release", folder, "O5", "--by", "R05", "--reason", "x", *DAY).exit_code == 1
    assert run("order", "release", folder, "O5", "--by", "M1", "--reason", "guarantee", *DAY).exit_code == 0
    why = run("why", folder, "order", "O5", "--lang", "zh")
    assert "2026-01-05 放行（M1）" in why.output
    assert "\n    扣单：可用余额" in why.output
    listed = told("order", "list", folder)[1]["orders"]
    assert [(row["order"], row["released"]) for row in listed] == [("O1", ""), ("O5", "M1")]
    steps = told("order", "list", folder, "--order", "O5")[1]["steps"]
    assert [row["by"] for row in steps] == ["R05", "", "", "", "M1"]
    assert "guarantee" in run("order", "list", folder, "--order", "O5").output
    assert told("order", "list", folder, "--as", "R10")[1]["orders"][0]["order"] == "O1"
    assert run("why", folder, "order", "O5", "--as", "R10").exit_code == 1


def test_the_other_steps(folder: Path) -> None:
    """Change, invoice, cancel, open again; the licence that has expired holds what nobody may release."""
    step = ("--by", "R05", *DAY)
    assert told("order", "place", folder, "O1", "D05", "--amount", "9", "--prepaid", "9", *step)[1]["holds"] == [
        "overdue"
    ]
    assert told("order", "change", folder, "O1", "--amount", "8", "--prepaid", "8", *step)[1]["revision"] == 2
    assert told("order", "cancel", folder, "O1", *step)[1]["state"] == "cancelled"
    assert told("order", "reopen", folder, "O1", *step)[0] == 3
    assert told("order", "release", folder, "O1", "--by", "M1", "--reason", "paid", *DAY)[0] == 0
    assert told("order", "invoice", folder, "O1", "--amount", "3", *step)[1]["state"] == "accepted"
    assert told("order", "invoice", folder, "O1", *step)[1]["state"] == "invoiced"
    held = told("order", "place", folder, "O33", "D33", "--amount", "9", "--by", "R09", *DAY)
    assert (held[0], held[1]["holds"][0]) == (3, "trade")
    code, found = told("order", "release", folder, "O33", "--by", "M1", "--reason", "x", *DAY)
    assert (code, found["errors"][0]["code"]) == (1, "credit.release")
    assert told("order", "list", folder, "--held")[1]["orders"][0]["order"] == "O33"
    code, found = told("order", "place", folder, "o33", "D33", "--amount", "9", "--by", "R09", *DAY)
    assert (code, found["errors"][0]["code"]) == (1, "credit.twin")
    code, found = told("order", "list", folder, "--order", "O9")
    assert (code, found["errors"][0]["where"]) == (1, "order O9")
    assert told("order", "list", folder, "--order", "O1", "--customer", "D33")[1]["orders"] == []
    for option in ("--amount", "--prepaid"):
        given = {"--amount": "9", "--prepaid": "1", option: "1e3"}
        words = [word for pair in given.items() for word in pair]
        code, found = told("order", "change", folder, "O1", *words, *step)
        assert (code, found["errors"][0]["where"]) == (1, option)
    for words in (
        ("limit", folder, "D22"),
        ("limit", folder, "D22", "--approver", "M1", "--class", "AAA"),
        ("limit", folder, "D22", "--by", "R1", "--season", "x=1%"),
        ("limit", folder, "D22", "--by", "R1", "--special", "first_deal"),
    ):
        assert run("order", *words).exit_code == 2
    given = (
        "--special",
        "first_deal=M1",
        "--reason",
        "guarantee",
        "--expected",
        "5000",
        "--class",
        "B",
        "--season",
        "11=50%",
    )
    code, found = told("order", "limit", folder, "D22", "--by", "R10", "--as-of", "2022-01-01", *given)
    assert (code, found["amount"]) == (0, "6000.00")


def test_the_example_as_documents_says_the_same_debts(folder: Path) -> None:
    """Only what documents alone can tell differs: a dispute, a credit note, a receipt taken back, the first orders."""
    old = credit_books(Workspace.open(folder)).ledger
    toml = (folder / "pharmasales.toml").read_text("utf-8")
    receivables = '[tables.receivables]\nfile = "receivables.csv"\n'
    commented = '# [tables.documents]\n# file = "documents.csv"\n'
    assert receivables in toml
    assert commented in toml
    (folder / "pharmasales.toml").write_text(
        toml.replace(receivables, "").replace(commented, commented.replace("# ", "")), "utf-8"
    )
    new = credit_books(Workspace.open(folder)).ledger
    assert {one.id for one in new.invoices} - {one.id for one in old.invoices} == {
        f"INV-07-{month}" for month in ("2024-04", "2024-06", "2024-09", "2024-12", "2025-03")
    }
    day = old.invoices[0].on.replace(year=2026, month=1, day=5)
    differ = {customer for customer in old.accounts if old.balance(customer, day) != new.balance(customer, day)}
    assert differ == {"D05"}
    assert (len(new.contracts), len(new.notes), len(new.reversals), len(new.disputes)) == (1, 1, 1, 1)


def test_the_same_seed_gives_the_same_files() -> None:
    """Another seed gives others."""
    assert demo.demo_files(7) == demo.demo_files(7)
    assert demo.demo_files(7) != demo.demo_files(8)
