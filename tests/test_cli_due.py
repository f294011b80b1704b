"""`pharmasales due` by all that a workspace knows: occasions, stages, new files, consents, caps, plans."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales import cli

ORG = "id,name,level,parent\nC,Example Pharma,company,\nR1,Rep One,rep,C\nR2,Rep Two,rep,C\n"
CUSTOMERS = (
    "id,name,kind,owner,parent,potential,source,stage\n"
    "H1,Example Hospital,hospital,R1,,,tender,\n"
    "D1,Dr. One Example,doctor,R1,H1,120,tender,信任\n"
    "D2,Dr. Two Example,doctor,R1,H1,60,tender,\n"
    "D3,Dr. Three Example,doctor,R2,H1,120,tender,undecided\n"
)
POLICY = (
    'name = "own"\nversion = "1"\n[rules.doctor]\nshape = "bands"\nof = "potential"\ncuts = [[90, "B"]]\ntop = "A"\n'
)
TABLES = """
[tables.org]
file = "org.csv"
[tables.visits]
file = "visits.csv"
[tables.appointments]
file = "diary.csv"
[tables.occasions]
file = "occasions.csv"
"""
OF_TABLE = '[tables.customers]\nfile = "customers.csv"\nfields = { relation_stage = "stage" }\n'
OF_ARCHIVE = '[archive]\nfile = "customers.csv"\nfacts = { about = "person", published = true, refused = false }\n'
REST = """
[classification]
schemes = ["doctor"]
kinds = ["doctor"]
[followup]
kinds = ["doctor"]
cadence = { A = 4, B = 2 }
visits_per_day = 2
"""
OCCASIONS = "id,kind,date,customer,rep,due,done,severity,handed\n"
WHO = ("--by", "u1", "--why", "checked on site")
DAY = ("--as-of", "2026-03-20")


def run(*words: object):
    """Run one command."""
    return CliRunner().invoke(cli.app, [str(word) for word in words], env={"COLUMNS": "200"})


def told(*words: object) -> dict:
    """Run one command for machines."""
    return json.loads(run(*words, "--json").stdout)


def items(found: dict) -> list[tuple[str, str, str, str]]:
    """Return customer, kind, last day and state of each item."""
    return [(row["customer"], row["kind"], row["until"], row["state"]) for row in found["items"]]


def make(folder: Path, customers: str, occasions: str = "", visits: str = "", diary: str = "") -> Path:
    """Write a workspace of two reps, a hospital and three doctors."""
    files = {
        "org.csv": ORG,
        "customers.csv": CUSTOMERS,
        "policy.toml": POLICY,
        "visits.csv": "date,rep,customer,state,reason,channel\n" + visits,
        "diary.csv": "date,rep,customer\n" + diary,
        "occasions.csv": OCCASIONS + occasions,
        "pharmasales.toml": TABLES + customers + REST,
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def add(folder: Path, name: str, *lines: str) -> None:
    """Add lines to a file."""
    with (folder / name).open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


SEEN = "2026-03-18,R1,D1,,,\n2026-03-18,R1,D2,,,\n2026-03-18,R2,D3,,,\n"


def test_occasions_fall_due(tmp_path):
    """A promise, a contract of a hospital that nobody visits, a referral; what is done or ahead is not asked for."""
    happened = (
        "T1,承诺答复,2026-03-13,D1,,,,,\n"
        "T2,promise,2026-03-10,D2,,2026-03-30,,,\n"
        "T3,promise,2026-03-10,D2,,,2026-03-12,,\n"
        "T4,promise,2026-03-21,D2,,,,,\n"
        "C1,签约,2026-02-20,H1,,,,,\n"
        "C2,contract,2026-03-15,H1,,,,,\n"
        "F1,referral,2026-03-02,D3,,,,,\n"
    )
    found = told("due", make(tmp_path, OF_TABLE, happened, SEEN), *DAY)
    assert items(found) == [
        ("D3", "referral to return", "2026-03-16", "due"),
        ("D1", "promised answer", "2026-03-17", "due"),
        ("D2", "promised answer", "2026-03-30", "due"),
        ("H1", "contract not executed", "2026-03-22", "due"),
    ]
    assert [row["rep"] for row in found["items"]] == ["R2", "R1", "R1", "R1"]
    assert "答复所承诺的问题：2026-03-13 起 2 个工作日内" in run("due", tmp_path, *DAY, "--lang", "zh").output


def test_adverse_events_are_never_held_back(tmp_path):
    """By the law's days, in every rep's list, whatever the leave and the caps; until they are reported."""
    happened = (
        "AE1,不良事件,2026-03-10,D3,R2,,,严重,2026-03-11\n"
        "AE2,adverse_event,2026-03-19,,R1,,,death,\n"
        "AE3,adverse_event,2026-03-01,D1,R1,,2026-03-05,other,2026-03-02\n"
    )
    folder = make(tmp_path, OF_TABLE, happened, SEEN)
    add(folder, "pharmasales.toml", 'leave = { R1 = ["2026-03-20"], R2 = ["2026-03-20"] }')
    add(folder, "pharmasales.toml", 'contact_caps = [{ channel = "any", most = 0, days = 30 }]')
    found = told("due", folder, *DAY, "--rep", "R1")
    assert [(row["item"], row["until"], row["late"], row["state"]) for row in found["items"]] == [
        ("AE2/hand-off", "2026-03-19", "1", "due"),
        ("AE2/report", "2026-03-19", "1", "due"),
        ("AE1/report", "2026-03-25", "0", "due"),
    ]


def test_a_rep_whom_nobody_knows_is_refused(tmp_path):
    """An empty list would say that the rep has nothing to do."""
    found = run("due", make(tmp_path, OF_TABLE, "", SEEN), *DAY, "--rep", "R9")
    assert found.exit_code == 1
    assert "no such rep @ R9" in found.output


def test_hostile_rows_are_refused_with_their_place(tmp_path):
    """Every bad cell at once, by file, row and column; what may be personal is masked."""
    happened = (
        "T1,promises,2026-03-13,D1,,,,,\n"
        "T2,promise,2026-03-13,D9,,,,,\n"
        "T3,promise,2026-03-13,D1,R9,,,,\n"
        "T4,promise,2026-03-13,D1,,2026-03-01,2026-03-02,,\n"
        "T5,promise,2026-03-13,D1,,,,severe rash of a patient,\n"
        "T6,adverse_event,2026-03-13,D1,,,,severe rash of a patient,\n"
        "T7,adverse_event,someday,D1,,,,death,\n"
        "T8,birthday,1970-03-13,D1,,,,,\nt8,birthday,1970-03-13,D1,,,,,\n"
        ",promise,2026-03-13,D1,,,,,\n"
    )
    folder = make(
        tmp_path, OF_TABLE, happened, "2026-03-18,R1,D1,,,fax\n2026-03-19,R1,D1,missed,customer_absent,phone\n"
    )
    found = told("due", folder, *DAY)
    assert [(one["where"], one["code"]) for one in found["errors"]] == [
        ("visits.csv row 2 column channel", "row.channel"),
        ("visits.csv row 3 column channel", "row.channel"),
        ("occasions.csv row 2 column kind", "row.kind"),
        ("occasions.csv row 3 column customer", "row.customer"),
        ("occasions.csv row 4 column rep", "row.rep"),
        ("occasions.csv row 5 column due", "row.day"),
        ("occasions.csv row 5 column done", "row.day"),
        ("occasions.csv row 6 column severity", "row.occasion"),
        ("occasions.csv row 7 column severity", "row.severity"),
        ("occasions.csv row 8 column date", "date"),
        ("occasions.csv row 10 column id", "row.twin"),
        ("occasions.csv row 11 column id", "cell.empty"),
    ]
    done = run("check", folder)
    assert "patient" not in done.output
    assert "rash" not in json.dumps(found)


def test_what_the_files_do_not_tell_is_not_asked_for(tmp_path):
    """Without a log nothing by cadence, without occasions nothing of them; notes say so in both languages."""
    folder = make(tmp_path, OF_TABLE)
    text = (folder / "pharmasales.toml").read_text("utf-8")
    for table in ("visits", "appointments", "occasions"):
        text = text.replace(f"[tables.{table}]\nfile", f"[tables.{table}]\n# file")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("# file"))
    for table in ("visits", "appointments", "occasions"):
        text = text.replace(f"[tables.{table}]\n", "")
    (folder / "pharmasales.toml").write_text(text, "utf-8")
    found = told("due", folder, *DAY)
    assert (found["due"], found["held"], found["planned"], found["items"]) == (0, 0, 0, [])
    assert [note.partition(":")[0] for note in found["notes"]] == [
        "no table of occasions",
        "no visit log",
        "no consents are kept",
    ]
    assert "注意：无拜访记录：未按频率与久未联系检查" in run("due", folder, *DAY, "--lang", "zh").output


def test_the_cadence_goes_by_class_and_stage(tmp_path):
    """A partner of trust is seen weekly; an unknown stage is asked as any, and said."""
    folder = make(tmp_path, OF_TABLE, "", SEEN)
    add(
        folder,
        "pharmasales.toml",
        'contacts = [{ channel = "face", visits = 1 }, { grade = "A", stage = "trust", channel = "face", visits = 8 }]',
    )
    found = told("due", folder, "--as-of", "2026-03-25")
    assert items(found) == [("D1", "cadence", "2026-03-24", "due")]
    assert "grade A at trust" in found["items"][0]["why"]
    assert found["notes"][-1] == "1 customers have a stage that the cadence does not know: asked as at any stage"


def test_a_contact_over_another_channel_is_no_visit(tmp_path):
    """It settles what is asked for over its channel, and no visit."""
    folder = make(tmp_path, OF_TABLE, "", "2026-03-18,R1,D1,,,微信\n2026-03-18,R1,D1,,,\n")
    contacts = '[{ grade = "A", channel = "wechat", visits = 2 }, { channel = "face", visits = 1 }]'
    add(folder, "pharmasales.toml", f"contacts = {contacts}")
    found = told("due", folder, *DAY)
    assert [(row["customer"], row["channel"]) for row in found["items"]] == [
        ("D3", "WeChat"),
        ("D3", "face to face"),
        ("D2", "face to face"),
    ]
    run("schedule", folder, "--period", "2026-03", "--as-of", "2026-03-20")
    assert "visit 2 of 4" in run("why", folder, "visit", "2026-03-01/R1/D1/2").output


def test_what_is_planned_settles_until_the_log_calls_it_off(tmp_path):
    """A kept plan and the diary settle; visits that the log calls off do not."""
    day, folder = ("--as-of", "2026-03-01"), make(tmp_path, OF_TABLE)
    until = [("D1", "2026-03-13"), ("D3", "2026-03-13"), ("D2", "2026-03-24")]
    assert items(told("due", folder, *day)) == [(one, "cadence", last, "due") for one, last in until]
    run("schedule", folder, "--period", "2026-03")
    assert items(told("due", folder, *day, "--all")) == [(one, "cadence", last, "planned") for one, last in until]
    with (folder / "out" / "2026-03" / "visits.csv").open(encoding="utf-8-sig") as file:
        ahead = [line[:10] for line in file if ",D3," in line]
    assert len(ahead) == 4
    add(folder, "visits.csv", *(f"{one},R2,D3,cancelled,customer_absent," for one in ahead))
    assert items(told("due", folder, *day)) == [("D3", "cadence", "2026-03-13", "due")]
    add(folder, "diary.csv", "2026-03-13,R2,D3")
    assert told("due", folder, *day)["due"] == 0


def test_the_plan_of_the_next_month_settles_as_well(tmp_path):
    """On the last day of a month what is planned on the first days of the next one is known."""
    folder = make(tmp_path, OF_TABLE, "", SEEN.replace("-18", "-24"))
    run("schedule", folder, "--period", "2026-03")
    run("schedule", folder, "--period", "2026-04")
    found = told("due", folder, "--as-of", "2026-04-01", "--all")
    assert {row["state"] for row in found["items"] if row["customer"] in ("D1", "D3")} == {"planned"}
    found = told("due", folder, "--as-of", "2026-03-31", "--all")
    assert {row["state"] for row in found["items"]} <= {"planned"}


def test_contact_caps_hold_back(tmp_path):
    """Two contacts in a month are enough; the day on which it is free again is told."""
    folder = make(
        tmp_path, OF_TABLE, "T1,promise,2026-03-18,D1,,,,,\n", "2026-03-02,R1,D1,,,\n2026-03-04,R1,D1,,,phone\n"
    )
    add(folder, "pharmasales.toml", 'contact_caps = [{ channel = "any", most = 2, days = 30 }]')
    found = told("due", folder, *DAY, "--all", "--rep", "R1")
    mine = [(row["kind"], row["state"], row["free"]) for row in found["items"] if row["customer"] == "D1"]
    assert mine == [("cadence", "held", "2026-04-01"), ("promised answer", "due", "")]
    add(folder, "pharmasales.toml", 'notice = { H1 = "two" }')
    error = told("due", folder, *DAY)["errors"][0]
    assert (error["where"], error["code"]) == ("followup.notice.H1", "config.number")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return a workspace whose customers are those of the archive, opened on 26 February; D1, D2 were seen."""
    visits = "2026-02-24,R1,D1,,,\n2026-02-24,R1,D2,,,\n2026-03-16,R1,D1,,,\n"
    folder = make(tmp_path, OF_ARCHIVE, "B1,birthday,1970-03-22,D1,,,,,\n", visits)
    done = run("archive", "import", folder, *WHO, "--as-of", "2026-02-26")
    assert done.exit_code == 0, done.output
    return folder


def test_a_new_file_of_the_archive(archive):
    """Only whom nobody saw before is new; marketing waits for a consent, and a visit settles it."""
    found = told("due", archive, *DAY, "--all")
    assert [row for row in items(found) if row[1] == "first contact"] == [("D3", "first contact", "2026-02-27", "held")]
    done = run("archive", "consent", archive, "D3", *WHO, "--evidence", "F-1", "--purpose", "marketing",
               "--as-of", "2026-03-09")  # fmt: skip
    assert done.exit_code == 0, done.output
    found = told("due", archive, *DAY)
    assert ("D3", "first contact", "2026-02-27", "due") in items(found)
    assert not any("consents" in note for note in found["notes"])
    add(archive, "visits.csv", "2026-03-19,R2,D3,,,")
    assert not [row for row in items(told("due", archive, *DAY)) if row[1] == "first contact"]


def test_a_file_in_the_table_goes_before_that_of_the_archive(archive):
    """Its day is the company's own; no customer has two first contacts."""
    add(archive, "occasions.csv", "F3,file,2026-03-18,D3,,,,,")
    found = told("due", archive, *DAY, "--all")
    assert [row for row in items(found) if row[1] == "first contact"] == [("D3", "first contact", "2026-03-19", "held")]


def test_a_birthday_is_greeted_by_consent_alone(archive):
    """Nothing without one; over WeChat with one; the day of birth stays out."""
    assert not [row for row in items(told("due", archive, *DAY, "--all")) if row[1] == "birthday"]
    run("archive", "consent", archive, "D1", *WHO, "--evidence", "F-1", "--purpose", "greeting",
        "--channel", "wechat", "--as-of", "2026-03-09")  # fmt: skip
    found = told("due", archive, *DAY)
    assert ("D1", "birthday", "2026-03-22", "due") in items(found)
    assert "1970" not in json.dumps(found)


def test_a_refusal_holds_back_what_it_speaks_of(archive):
    """An opt-out of everything holds back the visit; an adverse event stays due."""
    add(archive, "occasions.csv", "AE1,adverse_event,2026-03-19,D2,R1,,,serious,")
    run("archive", "consent", archive, "D2", *WHO, "--evidence", "F-2", "--kind", "opt_out",
        "--as-of", "2026-03-10")  # fmt: skip
    found = told("due", archive, "--as-of", "2026-03-25", "--all")
    mine = [(row["kind"], row["state"]) for row in found["items"] if row["customer"] == "D2"]
    assert mine == [("adverse event", "due"), ("adverse event", "due"), ("cadence", "held")]
