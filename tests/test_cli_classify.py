"""`pharmasales classify` and `why grade --scheme`: what is printed, what is refused, and that nothing is kept."""

from __future__ import annotations

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.classification import METHODS
from pharmasales.exchange import read_sheet

SALES = "period,team,rep,customer,amount\n" + "".join(
    f"{year}-{month:02d},{'North' if rep < 3 else 'South'},Rep {rep},H{rep}{n},{amount}00\n"
    for year in (2024, 2025)
    for month in range(1, 13)
    for rep in (1, 2, 3)
    for n, amount in ((1, 60 * rep), (2, 20), (3, 1 if (year, month) < (2025, 10) else 500))
)
TOML = '[tables.sales]\nfile = "sales.csv"\n[org]\nlevels = ["team", "rep"]\n'
DOCTORS = (
    "id,name,kind,potential,own usage\nH1,Example Hospital,hospital,900,\n"
    "D1,Wang Example,doctor,150,80\nD2,Li Example,doctor,60,80\nD3,Qian Example,doctor,150,20\nD4,,doctor,,\n"
)
CARED = (
    '[tables.customers]\nfile = "customers.csv"\ncolumns = { name = "name", kind = "kind", potential = "potential" }\n'
    'fields = { use = "own usage" }\n'
)
FREE = "[compliance]\npolicy = []\n"


def run(*words: object):
    """Run one command."""
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def told(*words: object) -> dict:
    """Run one command for machines."""
    return json.loads(run(*words, "--json").stdout)


def state(folder: Path) -> dict[str, str]:
    """Return the digest of every file."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a workspace of three reps and nine customers."""
    made = tmp_path / "w"
    made.mkdir()
    (made / "sales.csv").write_text(SALES, "utf-8")
    (made / "pharmasales.toml").write_text(TOML, "utf-8")
    return made


@pytest.fixture
def doctors(tmp_path: Path) -> Path:
    """Return a workspace of a hospital and four doctors, no law in force."""
    made = tmp_path / "d"
    made.mkdir()
    (made / "customers.csv").write_text(DOCTORS, "utf-8")
    (made / "pharmasales.toml").write_text(CARED + FREE, "utf-8")
    return made


def test_counts_cuts_evidence_and_reasons_are_printed(folder):
    """The scheme with its source and limits, counts, cut points, what they rest on, and the first reasons."""
    done = run("classify", folder, "--scheme", "abc", "--period", "2025-07", "--limit", 2)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("abc ABC 分级: 2025-07, as of 2025-07-01; source: S001-2")
    assert "It says how big a customer is today" in done.output
    assert re.search(r"A +3 +33\.3%\nB +3 +33\.3%\nC +3 +33\.3%\n", done.output)
    assert re.search(r"sales +A +72,000\nsales +B +24,000 +72,000\nsales +C +24,000\n", done.output)
    assert re.search(r"A +3 +432,000 +85\.1% +72,000 +216,000\n", done.output)
    assert re.search(r"H11 +H11 +abc +A +sales 72,000 is at least 72,000: A\n", done.output)
    assert "… and 7 more rows" in done.output
    assert "From grade to grade" not in done.output


def test_the_same_in_chinese_and_for_machines(folder):
    """Chinese words and no English ones; the object holds the figures that are printed."""
    done = run("classify", folder, "--scheme", "vip", "--period", "2025-07", "--lang", "zh", "--limit", 1)
    assert re.search(r"VIP +3 +33\.3%\nother +6 +66\.7%\n", done.output)
    assert "销售额 72,000 不低于 72,000：VIP" in done.output
    assert not re.search(r"\b(sales|Grade|Customers|least)\b", done.output)
    data = told("classify", folder, "--scheme", "vip", "--period", "2025-07", "--limit", 1)
    assert {key: data[key] for key in ("ok", "scheme", "period", "as_of", "customers", "before", "notes")} == {
        "ok": True,
        "scheme": "vip",
        "period": "2025-07",
        "as_of": "2025-07-01",
        "customers": 9,
        "before": None,
        "notes": [],
    }
    assert [(row["grade"], row["customers"]) for row in data["grade_counts"]] == [("VIP", "3"), ("other", "6")]
    assert data["cuts"][0] == {"of": "sales", "label": "VIP", "from": "72000", "to": ""}
    assert [row["customer_id"] for row in data["grades"]] == ["H11"]
    assert (data["missing"], data["transitions"], data["moves"]) == ([], [], [])


def test_nothing_is_kept_or_written(folder):
    """Classifying leaves every file as it was, and makes no store."""
    before = state(folder)
    assert run("classify", folder, "--scheme", "decile").exit_code == 0
    assert run("why", folder, "grade", "H11", "--scheme", "decile").exit_code == 0
    assert state(folder) == before


def test_the_period_is_the_month_after_the_last_sales(folder):
    """Without a period the twelve months that are known count; with a day its month; a day after the period is none."""
    assert told("classify", folder, "--scheme", "abc")["period"] == "2026-01"
    data = told("classify", folder, "--scheme", "abc", "--as-of", "2025-03-15")
    assert (data["period"], data["as_of"]) == ("2025-03", "2025-03-15")
    late = told("classify", folder, "--scheme", "abc", "--period", "2025-03", "--as-of", "2025-04-01")
    assert late["errors"][0]["code"] == "classify.as_of"


def test_a_cut_point_of_the_command_line_goes_over_the_settings(folder):
    """`--cut` overlays what the file sets, one by one; both are refused by name where they are wrong."""
    with (folder / "pharmasales.toml").open("a", encoding="utf-8") as file:
        file.write('[classification.cuts.abc]\na = "40%"\nb = "99%"\n')
    args = ("classify", folder, "--scheme", "abc", "--period", "2025-07")
    assert [row["customers"] for row in told(*args)["grade_counts"]] == ["1", "5", "3"]
    assert [row["customers"] for row in told(*args, "--cut", "a = 80%")["grade_counts"]] == ["3", "3", "3"]
    unknown = told(*args, "--cut", "c=1")["errors"][0]
    assert (unknown["code"], unknown["where"]) == ("grade.cut", "classification.cuts.abc.c")
    assert told(*args, "--cut", "a=soon")["errors"][0]["where"] == "classification.cuts.abc.a"
    assert told(*args, "--cut", "a=120%")["ok"] is False


def test_cut_points_that_are_due_are_all_named(doctors):
    """Which, what they mean in both languages, and both ways to give them; then they are taken."""
    done = run("classify", doctors, "--scheme", "doctor_matrix", "--cut", "use=50")
    assert done.exit_code == 1
    assert done.stderr == (
        "error: cut points are due: potential, potential from which it is high (潜力大的分界点) @ doctor_matrix; give "
        "--cut potential=..., or set them below [classification.cuts.doctor_matrix] [grade.cut]\n"
    )
    both = told("classify", doctors, "--scheme", "doctor_matrix")["errors"][0]["hint"]
    assert both == "give --cut use=... --cut potential=..., or set them below [classification.cuts.doctor_matrix]"
    data = told("classify", doctors, "--scheme", "doctor_matrix", "--cut", "use=50", "--cut", "potential=100")
    assert [(row["customer_id"], row["grade"]) for row in data["grades"]] == [
        ("D1", "B"),
        ("D3", "C"),
        ("D2", "A"),
        ("D4", ""),
    ]
    assert data["missing"] == [{"field": "use", "missing": "1"}, {"field": "potential", "missing": "1"}]
    assert [(row["of"], row["label"], row["from"]) for row in data["cuts"]] == [
        ("use", "high", "50"),
        ("use", "low", ""),
        ("potential", "high", "100"),
        ("potential", "low", ""),
    ]


def test_words_for_a_cut_point_have_commas(folder):
    """A method that asks for words takes several of them; a field that nobody has is told once."""
    data = told("classify", folder, "--scheme", "market_product", "--cut", "first=AA,AB", "--cut", "second=BA,")
    assert [(one["reason"], one["where"]) for one in data["errors"]] == [("the record has no field 'market_class'", "")]
    assert data["errors"][0]["hint"].startswith("give it as a column below [tables.customers.fields]; ")


def test_an_unknown_scheme_gives_the_list(folder):
    """The error names every scheme, the company's own first; no scheme at all and both are wrong usage."""
    (folder / "policy.toml").write_text(
        'name = "own"\nversion = "7"\n[rules.size]\nshape = "bands"\nof = "sales"\ncuts = [[100, "S"]]\ntop = "L"\n'
        '[rules.curve]\nshape = "curve"\nof = "sales"\npoints = [[0, 0], [1, 1]]\n',
        "utf-8",
    )
    done = run("classify", folder, "--scheme", "ABC")
    assert done.exit_code == 1
    assert done.stderr == f"error: no such scheme @ 'ABC'; known: size, {', '.join(METHODS)} [config.scheme]\n"
    listed = told("classify", folder, "--schemes")["schemes"]
    assert [row["scheme"] for row in listed] == ["size", *METHODS]
    assert listed[0] == {
        "scheme": "size",
        "name": "",
        "letters": "L > S",
        "reads": "",
        "due": "",
        "source": "own 7",
    }
    assert {row["scheme"]: row["due"] for row in listed}["doctor_matrix"] == "use, potential"
    assert "S004-14" in run("classify", folder, "--schemes").output
    assert "待设切点" in run("classify", folder, "--schemes", "--lang", "zh").output
    assert [row["grade"] for row in told("classify", folder, "--scheme", "size")["grade_counts"]] == ["L"]
    assert told("classify", folder, "--scheme", "curve")["errors"][0]["code"] == "grade.rule"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--scheme", "abc", "--schemes"],
        ["--scheme", "abc", "--period", "soon"],
        ["--scheme", "abc", "--as-of", "soon"],
        ["--scheme", "abc", "--cut", "a"],
        ["--scheme", "abc", "--cut", "=1"],
        ["--scheme", "abc", "--cut", "a=1", "--cut", "a=2"],
        ["--scheme", "abc", "--out", "grades.xlsx"],
        ["--scheme", "abc", "--limit", "-1"],
    ],
)
def test_wrong_usage_exits_2(folder, words):
    """No scheme, or a value that is none."""
    assert run("classify", folder, *words).exit_code == 2


def test_grades_are_written_where_asked(folder, tmp_path):
    """All of them as CSV; a page with pictures that opens offline; nothing where there is an error."""
    csv, html = tmp_path / "g.csv", tmp_path / "g.html"
    done = run("classify", folder, "--scheme", "abc", "--period", "2025-07", "--out", csv)
    assert f"wrote {csv}" in done.output
    sheet = read_sheet(csv)
    assert sheet.header == ("customer_id", "customer", "scheme", "grade", "why")
    rows = [cells for _, cells in sheet.rows]
    assert [row[3] for row in rows] == list("AAABBBCCC")
    assert rows[0] == ("H11", "H11", "abc", "A", "sales 72,000 is at least 72,000: A")
    data = told("classify", folder, "--scheme", "abc", "--period", "2025-07", "--out", html, "--lang", "zh")
    assert data["wrote"] == str(html)
    page = html.read_text("utf-8")
    assert "客户集中度（帕累托曲线）" in page
    assert "A：3 个客户（33.3%），占 85.1%" in page
    assert "default-src 'none'" in page
    assert not re.search(r"(?i)<(script|link|img|iframe)", page)
    svg = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert svg is not None
    assert ET.fromstring(svg[0]).get("aria-label") == "客户集中度（帕累托曲线）"  # noqa: S314 - our own page
    again = html.read_bytes()
    run("classify", folder, "--scheme", "abc", "--period", "2025-07", "--out", html, "--lang", "zh")
    assert html.read_bytes() == again
    assert run("classify", folder, "--scheme", "nix", "--out", tmp_path / "none.csv").exit_code == 1
    assert not (tmp_path / "none.csv").exists()


def test_who_moved_since_the_grades_that_were_kept(folder):
    """Against the last period before that was planned: the matrix, the moves with both reasons, and the picture."""
    assert run("plan", folder, "--period", "2025-Q3").exit_code == 0
    assert run("plan", folder, "--period", "2025-Q4").exit_code == 0
    done = run("classify", folder, "--scheme", "abc", "--period", "2026-Q1", "--out", folder / "g.html")
    assert "since 2025-Q4" in done.output
    assert "9 of 9 had a grade both times: 55.6% stayed, 33.3% moved up, 11.1% moved down" in done.output
    assert re.search(
        r"H13 +H13 +C +A +then: sales 1,200 is below 24,000: C; now: sales 150,900 is at least 144,000: A\n",
        done.output,
    )
    data = told("classify", folder, "--scheme", "abc", "--period", "2026-Q1")
    assert data["before"] == "2025-Q4"
    assert [(row["customer_id"], row["from"], row["to"]) for row in data["moves"]] == [
        ("H11", "A", "B"),
        ("H13", "C", "A"),
        ("H23", "C", "A"),
        ("H33", "C", "A"),
    ]
    assert sum(int(row["all"]) for row in data["transitions"][:-1]) == 9
    assert "From grade to grade: abc" in (folder / "g.html").read_text("utf-8")
    assert told("classify", folder, "--scheme", "vip", "--period", "2026-Q1")["before"] is None
    assert told("classify", folder, "--scheme", "abc", "--period", "2025-Q4")["before"] == "2025-Q3"


def test_why_in_a_scheme_that_was_never_kept(folder):
    """A kept scheme is told as kept; any other as it would be, and says that it was not kept; both languages."""
    assert run("plan", folder, "--period", "2025-Q4").exit_code == 0
    kept = told("why", folder, "grade", "H11")["why"]
    assert [one["of"].split(" | ")[2] for one in kept] == ["abc", "decile"]
    assert told("why", folder, "grade", "H11", "--scheme", "abc")["why"] == kept[:1]
    done = run("why", folder, "grade", "H11", "--scheme", "vip", "--scheme", "decile")
    assert done.output == (
        "Grades 2025-Q4, not kept: H11 | H11 | vip | VIP\n  sales 72,000 is at least 72,000: VIP\n"
        f"{kept[1]['of']}\n  {kept[1]['why']}\n"
    )
    chinese = run("why", folder, "grade", "H11", "--scheme", "vip", "--lang", "zh").output
    assert chinese == "客户分级 2025-Q4（未存储）：H11 | H11 | vip | VIP\n  销售额 72,000 不低于 72,000：VIP\n"
    assert "2024-Q4, not kept" in run("why", folder, "grade", "H11", "--scheme", "abc", "--period", "2024-Q4").output
    assert told("why", folder, "grade", "H99", "--scheme", "vip")["errors"][0]["code"] == "not-found"
    assert told("why", folder, "grade", "H11", "--scheme", "nix")["errors"][0]["code"] == "config.scheme"
    assert run("why", folder, "goal", "North", "--scheme", "abc").exit_code == 2


def test_why_there_is_no_grade(doctors):
    """A customer whom the scheme could not grade is told what is missing."""
    (doctors / "pharmasales.toml").write_text(
        CARED + FREE + "[classification.cuts.doctor_matrix]\nuse = 50\npotential = 100\n", "utf-8"
    )
    done = run("why", doctors, "grade", "D4", "--scheme", "doctor_matrix", "--period", "2026-Q1")
    assert "Grades 2026-Q1, not kept: D4 | D* | doctor_matrix\n" in done.output
    assert "use is missing, so there is no answer; potential is missing" in done.output
    hospital = told("why", doctors, "grade", "H1", "--scheme", "doctor_matrix", "--period", "2026-Q1")
    assert hospital["errors"][0]["reason"] == "nothing graded by doctor_matrix for 2026-Q1"


def test_what_doctors_use_stays_out_where_the_law_forbids_it(doctors, tmp_path):
    """Under CN-2026 usage is taken out before the rule reads it: nobody is graded by it, no output has it."""
    (doctors / "pharmasales.toml").write_text(CARED, "utf-8")
    out = tmp_path / "g.html"
    args = ("classify", doctors, "--scheme", "doctor_matrix", "--cut", "use=50", "--cut", "potential=100")
    done = run(*args, "--period", "2026-Q1", "--out", out)
    assert done.exit_code == 0, done.output
    assert re.search(r"missing +4 +100\.0%\n", done.output)
    assert "note: usage of 3 doctors left out: " in done.output
    assert re.search(r"use +4\n", done.output)
    for text in (done.output, out.read_text("utf-8"), run(*args, "--period", "2026-Q1", "--json").output):
        assert not re.search(r"use\D{1,9}[28]0\b", text)
    why = run("why", doctors, "grade", "D1", "--scheme", "zone", "--period", "2026-Q1")
    assert why.exit_code == 1


def test_names_of_persons_are_masked_unless_the_settings_show_them(doctors, tmp_path):
    """In print, in the CSV, on the page and for machines."""
    csv, html = tmp_path / "g.csv", tmp_path / "g.html"
    args = ("classify", doctors, "--scheme", "doctor_matrix", "--cut", "use=50", "--cut", "potential=100")
    shown = [run(*args, "--out", out).output for out in (csv, html)] + [run(*args, "--json").output]
    for text in (*shown, csv.read_text("utf-8"), html.read_text("utf-8")):
        assert not re.search("Wang|Li Example|Qian", text)
    (doctors / "pharmasales.toml").write_text(CARED + FREE + '[display]\nnames = "clear"\n', "utf-8")
    assert "Wang Example" in run(*args).output


@pytest.fixture
def owned(folder: Path) -> Path:
    """Return a workspace whose customers have owners, on which 2025-Q4 and 2026-Q1 were planned."""
    text = (folder / "pharmasales.toml").read_text("utf-8")
    (folder / "pharmasales.toml").write_text(text + '[tables.customers]\nfile = "customers.csv"\n', "utf-8")
    owners = "".join(
        f"H{rep}{n},X,hospital,{'North' if rep < 3 else 'South'}/Rep {rep}\n" for rep in (1, 2, 3) for n in (1, 2, 3)
    )
    (folder / "customers.csv").write_text("id,name,kind,owner\n" + owners, "utf-8")
    for period in ("2025-Q4", "2026-Q1"):
        assert run("plan", folder, "--period", period).exit_code == 0
    return folder


def test_a_reader_of_a_part_is_told_what_was_kept_of_its_own(owned):
    """`--as NODE`: own grades, reasons and moves as the plans kept them; no cut point, no evidence of the others."""
    args = ("classify", owned, "--scheme", "abc", "--limit", 99)
    whole, part = told(*args, "--period", "2026-Q1"), told(*args, "--as", "South")
    assert [row for row in whole["grades"] if row["customer_id"][1] == "3"] == part["grades"]
    assert [(row["customer_id"], row["grade"]) for row in part["grades"]] == [("H31", "A"), ("H33", "A"), ("H32", "B")]
    assert (part["period"], part["as_of"], part["before"]) == ("2026-Q1", "2026-01-01", "2025-Q4")
    assert (part["customers"], part["cuts"], part["grade_evidence"], part["missing"]) == (3, [], [], [])
    assert part["moves"] == [row for row in whole["moves"] if row["customer_id"] == "H33"]
    assert int(part["transitions"][-1]["all"]) == 3
    assert part["notes"] == ["as kept with the plan of 2026-Q1"]
    assert "H1" not in json.dumps(part)
    page = owned / "part.html"
    assert run(*args, "--as", "South", "--out", page, "--lang", "zh").exit_code == 0
    assert "依据 2026-Q1 计划存储的级别" in page.read_text("utf-8")
    assert "H11" not in page.read_text("utf-8")


def test_nothing_is_worked_out_anew_for_a_reader_of_a_part(owned):
    """A scheme that was not kept is told as missing; cut points, a day and files are refused; others are unknown."""
    args = ("classify", owned, "--as", "South")
    assert told(*args, "--scheme", "vip")["errors"][0]["code"] == "why.none"
    assert told(*args, "--scheme", "abc", "--period", "2024-Q1")["errors"][0]["code"] == "why.none"
    for more in (("--cut", "a=50%"), ("--as-of", "2026-01-05")):
        assert told(*args, "--scheme", "abc", *more)["errors"][0]["code"] == "storage.scope"
    own = run("why", owned, "grade", "H31", "--scheme", "abc", "--as", "South")
    assert own.output == run("why", owned, "grade", "H31", "--scheme", "abc").output
    for other, scheme in (("H11", "abc"), ("H99", "abc"), ("H31", "vip"), ("H99", "nix")):
        error = told("why", owned, "grade", other, "--scheme", scheme, "--as", "South")["errors"][0]
        assert (error["code"], error["reason"]) == ("why.none", "no grade by this scheme kept")


def test_bad_files_and_no_workspace_are_told(folder, tmp_path):
    """As with every command: every bad cell, and how to begin."""
    assert told("classify", tmp_path / "none", "--scheme", "abc")["errors"][0]["code"] == "config.missing"
    (folder / "sales.csv").write_text("period,team,rep,amount\nsoon,North,Rep 1,x\n", "utf-8")
    assert [one["code"] for one in told("classify", folder, "--scheme", "abc")["errors"]] == ["period", "number"]


def test_nobody_above_zero_is_told(folder):
    """Two years later nobody has bought in the twelve months before: no grade, and why."""
    error = told("classify", folder, "--scheme", "abc", "--period", "2028")["errors"][0]
    assert (error["code"], error["where"]) == ("classify.nobody", "abc")
    assert error["hint"] == "scheme abc left out: nobody has a value above zero of sales"
