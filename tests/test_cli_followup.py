"""`pharmasales schedule`, `due`, `replan`, `visit-review`: for people and for machines, in both languages."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import icalendar
import pytest
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.exchange import read_sheet
from pharmasales.workspace import visit_desk

ORG = "id,name,level,parent\nC,Example Pharma,company,\nR1,Rep One 代表一,rep,C\nR2,Rep Two 代表二,rep,C\n"
DOCTORS = {"D1": ("R1", "H1", 120), "D2": ("R1", "H1", 60), "D3": ("R1", "H2", 60), "D4": ("R2", "H3", 120)}
CUSTOMERS = (
    "id,name,kind,owner,parent,potential\n"
    "H1,Example Hospital 示例医院,hospital,R1,,\nH2,Sample Hospital 样例医院,hospital,R1,,\n"
    "H3,Far Hospital 远郊医院,hospital,R2,,\n"
    + "".join(f"{one},Dr. {one} Example,doctor,{rep},{at},{size}\n" for one, (rep, at, size) in DOCTORS.items())
)
POLICY = (
    'name = "own"\nversion = "1"\n[rules.doctor]\nshape = "bands"\nof = "potential"\ncuts = [[90, "B"]]\ntop = "A"\n'
)
TOML = """
[tables.org]
file = "org.csv"
[tables.customers]
file = "customers.csv"
[tables.visits]
file = "visits.csv"
[classification]
schemes = ["doctor"]
kinds = ["doctor"]
[followup]
kinds = ["doctor"]
cadence = { A = 4, B = 2 }
visits_per_day = 2
clinic_hours = { H1 = ["Tue 08:30-11:30", "Thu 14:00-17:00"] }
"""
MARCH = ("--period", "2026-03")


def run(*words: object):
    """Run one command."""
    return CliRunner().invoke(cli.app, [str(word) for word in words], env={"COLUMNS": "200"})


def told(*words: object) -> dict:
    """Run one command for machines."""
    return json.loads(run(*words, "--json").stdout)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a workspace of two reps and four doctors in three hospitals, without a log yet."""
    made = tmp_path / "w"
    made.mkdir()
    for name, text in (("org.csv", ORG), ("customers.csv", CUSTOMERS), ("policy.toml", POLICY)):
        (made / name).write_text(text, "utf-8")
    (made / "pharmasales.toml").write_text(TOML, "utf-8")
    (made / "visits.csv").write_text("date,rep,customer,state,reason\n", "utf-8")
    return made


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of an output."""
    with (folder / "out" / "2026-03" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def days(folder: Path, customer: str) -> list[str]:
    """Return the days on which a customer is to be visited."""
    return [row["date"] for row in rows(folder, "visits") if row["customer_id"] == customer]


def log(folder: Path, *lines: str) -> None:
    """Write lines of the log: day, rep, customer, state, reason."""
    with (folder / "visits.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def setting(folder: Path, line: str) -> None:
    """Add a line to the settings of follow-up."""
    with (folder / "pharmasales.toml").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def events(folder: Path, rep: str) -> dict[str, tuple[str, int, str]]:
    """Return what a rep's calendar says: the day, the sequence and the status of each entry, by its title and uid."""
    calendar = icalendar.Calendar.from_ical((folder / "out" / "2026-03" / f"{rep}.ics").read_bytes())
    assert str(calendar["METHOD"]) == "PUBLISH"
    return {
        str(one["UID"]): (str(one.decoded("DTSTART"))[:10], int(one["SEQUENCE"]), str(one["STATUS"]))
        for one in calendar.walk("VEVENT")
    }


def state(root: Path) -> dict[str, str]:
    """Return the digest of everything but the log files of the store."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_schedule_plans_visits_alone_and_keeps_them(folder):
    """Ten visits due, ten planned, in the hours of the hospital; the same again changes nothing; why answers."""
    done = run("schedule", folder, *MARCH)
    assert done.exit_code == 0, done.output
    assert "version 1 from 2026-03-01 on: planned; 12 visits ahead" in done.output
    assert {path.name for path in (folder / "out" / "2026-03").glob("*.csv")} == {
        "visits.csv",
        "unmet_visits.csv",
        "visit_load.csv",
    }
    assert (len(days(folder, "D1")), len(days(folder, "D2")), len(rows(folder, "unmet_visits"))) == (4, 2, 0)
    first = next(row for row in rows(folder, "visits") if row["customer_id"] == "D1")
    assert first["start"] in ("08:30", "09:00", "14:00", "14:30")
    before = state(folder)
    again = told("schedule", folder, *MARCH)
    assert (again["version"], again["out"], again["visits"]) == (1, None, 12)
    assert state(folder) == before
    assert "grade A, visit 1 of 4" in run("why", folder, "visit", first["visit_id"]).output


def test_schedule_of_one_rep_leaves_the_others(folder):
    """The rows and the calendar of the other rep stay as they were; an unknown rep is named."""
    run("schedule", folder, *MARCH)
    calendar, others = (folder / "out" / "2026-03" / "R2.ics").read_bytes(), days(folder, "D4")
    log(folder, "2026-03-03,R1,D1,,", "2026-03-03,R2,D4,,")
    done = run("schedule", folder, *MARCH, "--as-of", "2026-03-04", "--rep", "R1", "--budget", "30", "--seed", "7")
    assert done.exit_code == 0, done.output
    assert "R2" not in done.output
    assert days(folder, "D4") == others
    assert (folder / "out" / "2026-03" / "R2.ics").read_bytes() == calendar
    assert min(days(folder, "D1")) > "2026-03-03"
    found = told("schedule", folder, *MARCH, "--rep", "R9")
    assert [(one["code"], one["where"]) for one in found["errors"]] == [("followup.rep", "R9")]


def test_a_week_in_which_everything_changes(folder):
    """Leave, a closed clinic, a missed visit and a visit called off move what they must, and calendars follow."""
    run("schedule", folder, *MARCH)
    before, planned = events(folder, "R1"), rows(folder, "visits")
    first = {row["customer_id"]: row for row in reversed(planned)}
    log(
        folder,
        *(
            f"{row['date']},{row['rep_id']},{row['customer_id']},,"
            for row in planned
            if row["date"] < "2026-03-09" and row is not first["D1"]
        ),
        f"{first['D1']['date']},R1,D1,missed,客户不在",
    )
    ahead = [row for row in planned if row["date"] >= "2026-03-09" and row["rep_id"] == "R1"]
    away = ahead[0]["date"]
    setting(folder, f'leave = {{ R1 = ["{away}"] }}')
    done = run("replan", folder, "--as-of", "2026-03-09")
    assert done.exit_code == 0, done.output
    assert "version 2 from 2026-03-09 on: re-planned" in done.output
    found = told("replan", folder, "--as-of", "2026-03-09", *MARCH)
    assert (found["version"], found["out"]) == (2, None)
    now = rows(folder, "visits")
    assert away not in {row["date"] for row in now if row["rep_id"] == "R1"}
    past = [row for row in planned if row["date"] < "2026-03-09" and row is not first["D1"]]
    assert [row for row in now if row["date"] < "2026-03-09"] == past
    after = events(folder, "R1")
    assert set(after) >= set(before)
    moved = {uid for uid in before if after[uid][0] != before[uid][0]}
    assert moved
    assert all(after[uid][1] == 1 for uid in moved)
    assert {uid for uid in before if after[uid] == before[uid]}
    assert all(status == "CONFIRMED" for day, _, status in after.values() if day < "2026-03-09")


def test_a_visit_that_is_gone_is_cancelled_in_the_calendar(folder):
    """A doctor who leaves has no visits any more; the calendar says so once, and keeps saying so."""
    run("schedule", folder, *MARCH)
    before = events(folder, "R1")
    text = (folder / "customers.csv").read_text("utf-8")
    (folder / "customers.csv").write_text("".join(x for x in text.splitlines(True) if not x.startswith("D2")), "utf-8")
    found = told("replan", folder, "--as-of", "2026-03-02", "--lang", "en")
    assert found["counts"]["dropped"] == 2
    assert {row["change"] for row in found["changes"]} == {"dropped"}
    after = events(folder, "R1")
    gone = {uid for uid, (_, sequence, status) in after.items() if (sequence, status) == (1, "CANCELLED")}
    assert len(gone) == 2
    assert set(after) == set(before)
    run("schedule", folder, *MARCH, "--as-of", "2026-03-03")
    assert {uid for uid, (_, _, status) in events(folder, "R1").items() if status == "CANCELLED"} >= gone


def test_replan_needs_a_plan(folder):
    """Nothing is kept, nothing is written, and the error says what to do."""
    before = state(folder)
    for words in (("replan", folder, "--as-of", "2026-03-09"), ("visit-review", folder, "--period", "2026-W10")):
        done = run(*words)
        assert (done.exit_code, "run schedule" in done.output) == (1, True)
        assert told(*words)["errors"][0]["code"] == "visits.none"
    assert run("replan", folder, "--as-of", "2026-03-09", *MARCH).exit_code == 1
    assert state(folder) == before


def test_the_week_is_reviewed(folder):
    """Planned = done + missed + moved + cancelled + ahead; the missed one goes on with its origin; both languages."""
    run("schedule", folder, *MARCH)
    planned = [row for row in rows(folder, "visits") if row["date"] <= "2026-03-08"]
    log(folder, *(f"{row['date']},{row['rep_id']},{row['customer_id']},," for row in planned[1:]))
    log(folder, f"{planned[0]['date']},{planned[0]['rep_id']},{planned[0]['customer_id']},missed,hospital_closed")
    found = told("visit-review", folder, "--period", "2026-W10")
    counts = [
        {key: int(row[key]) for key in ("planned", "added", "done", "missed", "moved", "cancelled", "ahead")}
        for row in found["visit_review"]
    ]
    total = {key: sum(row[key] for row in counts) for key in counts[0]}
    assert total["planned"] == len(planned)
    assert (total["done"], total["missed"]) == (len(planned) - 1, 1)
    assert total["planned"] == sum(total[key] for key in ("done", "missed", "moved", "cancelled", "ahead"))
    assert [(row["customer_id"], row["origin"]) for row in found["carried_visits"]] == [
        (planned[0]["customer_id"], planned[0]["date"])
    ]
    out = folder / "week.html"
    done = run("visit-review", folder, "--period", "2026-W10", "--lang", "zh", "--out", out)
    assert "医院停止接待" in done.output
    assert "结转事项" in done.output
    assert "拜访复盘：2026-W10" in out.read_text("utf-8")


def test_what_is_due(folder):
    """Nobody was ever seen: everybody is due from the first day; what is planned in time is not; both languages."""
    found = told("due", folder, "--as-of", "2026-03-20")
    assert (found["due"], found["planned"], found["held"]) == (4, 0, 0)
    assert [row["customer"] for row in found["items"]] == ["D1", "D4", "D2", "D3"]
    run("schedule", folder, *MARCH)
    log(folder, *(f"{row['date']},{row['rep_id']},{row['customer_id']},," for row in rows(folder, "visits")))
    assert told("due", folder, "--as-of", "2026-03-31", "--rep", "R2")["due"] == 0
    done = run("due", folder, "--as-of", "2026-04-20", "--lang", "zh", "--all")
    assert "到期事项" in done.output
    assert "逾期" in done.output
    out = folder / "due.csv"
    run("due", folder, "--as-of", "2026-04-20", "--out", out)
    assert len(list(read_sheet(out).rows)) == 4


def test_contacts_by_class_and_channel_fall_due(folder):
    """The settings may ask for more than visits: a call by telephone for A customers alone."""
    setting(folder, 'contacts = [{ grade = "A", channel = "phone", visits = 2 }, { channel = "face", visits = 1 }]')
    found = told("due", folder, "--as-of", "2026-03-25", "--rep", "R2")
    assert {(row["customer"], row["channel"]) for row in found["items"]} == {("D4", "phone"), ("D4", "face to face")}


@pytest.mark.parametrize("name", ["month.xlsx", "month.html", "month.svg"])
def test_the_month_is_printed(folder, name):
    """A sheet, a page or a picture of one rep's month, in Chinese."""
    path = folder.parent / name
    done = run("schedule", folder, *MARCH, "--rep", "R1", "--sheet", path, "--lang", "zh")
    assert done.exit_code == 0, done.output
    assert f"已写入 {path}" in done.output
    if name.endswith("xlsx"):
        assert read_sheet(path).header[0] == "Rep One 代表一：2026年3月拜访表"
    else:
        text = path.read_text("utf-8")
        assert "Example Hospital" in text
        assert "Dr. D1" not in text


def test_a_picture_is_of_one_month(folder):
    """Two reps are two months: refused, with what to do; another form is wrong usage."""
    done = run("schedule", folder, *MARCH, "--sheet", folder.parent / "m.svg")
    assert (done.exit_code, "--rep" in done.output) == (1, True)
    assert run("schedule", folder, *MARCH, "--sheet", folder.parent / "m.pdf").exit_code == 2
    assert run("visit-review", folder, "--period", "2026-W10", "--out", "x.txt").exit_code == 2
    assert run("replan", folder, "--as-of", "soon").exit_code == 2
    assert run("replan", folder, "--as-of", "2026-03-09", "--until", "soon").exit_code == 2


def test_an_empty_month_has_no_picture(folder):
    """Nobody is to be visited: the sheet is empty, the picture is refused."""
    setting(folder, 'leave = { R2 = ["2026-03-01/2026-03-31"] }')
    done = run("schedule", folder, *MARCH, "--rep", "R2", "--sheet", folder.parent / "m.svg")
    assert (done.exit_code, "no visit stands" in done.output) == (1, True)


def test_a_proof_is_told_beside_the_plan(folder):
    """Each rep's plan with its bound; where it is proven the words say so."""
    pytest.importorskip("highspy", reason="the extra solver is not installed")
    found = told("schedule", folder, *MARCH, "--prove")
    assert [row["rep_id"] for row in found["bounds"]] == ["R1", "R2"]
    assert all(int(row["soft"]) >= int(row["bound"]) for row in found["bounds"])
    done = run("schedule", folder, *MARCH, "--prove", "--lang", "zh")
    assert "计划与下界" in done.output


def test_more_processes_give_the_same_plan(folder):
    """Two processes, one plan."""
    run("schedule", folder, *MARCH, "--budget", "20")
    before = rows(folder, "visits")
    done = run("schedule", folder, *MARCH, "--budget", "20", "--jobs", "2")
    assert done.exit_code == 0, done.output
    assert rows(folder, "visits") == before


@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError(28, "full")])
def test_an_interrupt_leaves_everything_as_it_was(folder, monkeypatch, failure):
    """While the new version is kept: neither the store nor the outputs nor the calendars change."""
    run("schedule", folder, *MARCH)
    before = state(folder)
    setting(folder, 'leave = { R1 = ["2026-03-10/2026-03-12"] }')
    wanted = state(folder) | {"pharmasales.toml": state(folder)["pharmasales.toml"]}

    def fail(*_args: object, **_more: object) -> None:
        raise failure

    monkeypatch.setattr(visit_desk, "save", fail)
    run("replan", folder, "--as-of", "2026-03-09")
    assert state(folder) == wanted
    assert {name: sha for name, sha in wanted.items() if name != "pharmasales.toml"} == {
        name: sha for name, sha in before.items() if name != "pharmasales.toml"
    }
    monkeypatch.undo()
    assert run("replan", folder, "--as-of", "2026-03-09").exit_code == 0


def test_a_log_without_a_reason_is_refused(folder):
    """Every bad row at once; nothing is written."""
    log(folder, "2026-03-03,R1,D1,missed,", "2026-03-03,R1,D2,vanished,x", "2026-03-03,R9,D2,,")
    found = told("schedule", folder, *MARCH)
    assert [(one["where"], one["code"]) for one in found["errors"]] == [
        ("visits.csv row 2 column reason", "row.reason"),
        ("visits.csv row 3 column state", "row.state"),
        ("visits.csv row 4 column rep", "row.rep"),
    ]
    assert not (folder / "out").exists()


def test_what_is_fixed_stands(folder):
    """A meeting takes the rep's day, an appointment with a doctor is one of the visits due."""
    setting(folder, '[tables.appointments]\nfile = "diary.csv"')
    (folder / "diary.csv").write_text(
        "date,rep,customer,start,minutes,kind\n2026-03-10,R1,D1,10:00,30,\n2026-03-12,R1,,,480,会议\n", "utf-8"
    )
    done = run("schedule", folder, *MARCH)
    assert done.exit_code == 0, done.output
    assert "2026-03-10" in days(folder, "D1")
    assert len(days(folder, "D1")) == 4


def test_what_hospitals_and_reps_ask_for_is_planned(folder):
    """A base with coordinates gives metres; who is not filed visits nobody who asks for it; `replan` keeps to it."""
    setting(folder, 'visit_minutes = { H1 = 45 }\nminutes_per_day = 60\nfiling_asked = ["H2"]\nbases = { R2 = "home" }')
    setting(folder, '[tables.places]\nfile = "places.csv"')
    (folder / "places.csv").write_text("地点编号,纬度,经度\nH3,31.2304,121.4737\nhome,31.2397,121.4998\n", "utf-8")
    run("schedule", folder, *MARCH)
    assert [(row["customer_id"], row["count"]) for row in rows(folder, "unmet_visits")] == [("D3", "2")]
    loads = {row["rep_id"]: row["metres"] for row in rows(folder, "visit_load")}
    assert loads == {"R1": "", "R2": str(4 * 2 * 2688)}
    at_h1 = [row["date"] for row in rows(folder, "visits") if row["customer_id"] in ("D1", "D2")]
    assert (len(at_h1), len(set(at_h1))) == (6, 6)
    text = (folder / "pharmasales.toml").read_text("utf-8").replace("bases =", 'filings = { R1 = "BA-1" }\nbases =')
    (folder / "pharmasales.toml").write_text(text, "utf-8")
    found = told("replan", folder, "--as-of", "2026-03-02")
    assert found["counts"]["added"] == 2
    assert {row["rep_id"]: row["metres"] for row in rows(folder, "visit_load")}["R2"] == str(4 * 2 * 2688)


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ('filings = { R9 = "x" }', "followup.filings.R9"),
        ('bases = { R1 = "nowhere" }', "followup.bases.R1"),
        ('flexible = ["H9"]', "followup.flexible.H9"),
        ('filing_asked = ["H9"]', "followup.filing_asked.H9"),
        ("notice = { H9 = 1 }", "followup.notice.H9"),
        ("visit_minutes = { H9 = 10 }", "followup.visit_minutes.H9"),
    ],
)
def test_settings_of_strangers_are_refused(folder, line, where):
    """By their full names."""
    setting(folder, line)
    assert [(one["where"], one["code"]) for one in told("schedule", folder, *MARCH)["errors"]] == [(where, "config.id")]


def test_places_out_of_range_are_refused(folder):
    """Each cell by its column; twice the same place as well."""
    setting(folder, '[tables.places]\nfile = "places.csv"')
    (folder / "places.csv").write_text("id,lat,lng\nH1,121.4,31.2\nH2,31,181\nH3,x,\nH4,31,121\nh4,31,121\n", "utf-8")
    assert [one["where"] for one in told("schedule", folder, *MARCH)["errors"]] == [
        "places.csv row 2 column lat",
        "places.csv row 3 column lng",
        "places.csv row 4 column lat",
        "places.csv row 4 column lng",
        "places.csv row 6 column id",
    ]
