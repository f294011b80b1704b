"""The desk of agents: every figure of a small world worked out by hand, bad rows, languages, one agent's life."""

from __future__ import annotations

import csv
import json
from datetime import date
from fractions import Fraction
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.archive import Lead, admit
from pharmasales.compliance import NONE
from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadRows, NotFound, StorageError
from pharmasales.periods import Week
from pharmasales.workspace import Workspace, init_workspace, read_settings, write_demo
from pharmasales.workspace import desk_outputs as outputs
from pharmasales.workspace.agents.desk import AgentsDesk, AgentsMade
from pharmasales.workspace.agents.events import Happened, prospects_of
from pharmasales.workspace.agents.reading import read_book
from pharmasales.workspace.agents.week_tasks import Task, WeekTasks
from pharmasales.workspace.agents.words import facts_of
from pharmasales.workspace.desk_tables import desk_tables
from pharmasales.workspace.doing import quiet

_SPEC = spec_from_file_location("agent_files", Path(__file__).parent / "agent_files.py")
assert _SPEC is not None
assert _SPEC.loader is not None
files = module_from_spec(_SPEC)
_SPEC.loader.exec_module(files)
AGENT_FILES, BAD_ROWS = files.AGENT_FILES, files.BAD_ROWS

DAY = date(2026, 3, 20)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the workbook and the page, which one test alone looks at."""
    for name in ("write_xlsx", "write_report"):
        monkeypatch.setattr(outputs, name, lambda *_args, **_named: None)


def world(folder: Path, **changed: str | None) -> Workspace:
    """Write the small world, some of its tables changed or left out, and open it."""
    folder.mkdir(exist_ok=True)
    texts = {**AGENT_FILES, **{f"{name}.csv": text for name, text in changed.items()}}
    toml = files.AGENT_TOML
    for name, text in texts.items():
        if text is None:
            toml = toml.replace(f'[tables.{name.partition(".")[0]}]\nfile = "{name}"\n', "")
        else:
            (folder / name).write_text(text, "utf-8")
    (folder / "pharmasales.toml").write_text(toml, "utf-8")
    return Workspace.open(folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> AgentsMade:
    """Return the small world as the desk shows it, page and workbook too."""
    return AgentsDesk(world(tmp_path_factory.mktemp("agents")), DAY).run()


def rows(made: AgentsMade, table: str, *keys: str) -> list[tuple[object, ...]]:
    """Return some columns of a table, as files have them."""
    found = made.tables()[table]
    return [
        tuple(row[key] if row[key] is None else found.columns[0].plain(row[key]) for key in keys)
        for row in found.records()
    ]


def test_the_funnel_and_the_board(made: AgentsMade) -> None:
    """Four leads count; A3 waits 46 days in a stage of at most 30 and its action is two days late."""
    assert rows(made, "funnel", "stage", "prospects", "value", "oldest")[:2] == [
        ("filed", "1", None, "4"),
        ("touched", "1", "20000.00", "45"),
    ]
    counts = {row[0]: row[1] for row in rows(made, "funnel", "stage", "prospects")}
    assert (counts["signed"], counts["executing"], counts["kept"], counts["lost"]) == ("1", "1", "0", "0")
    first = made.pipeline.board.rows[0]
    assert (first.prospect.id, first.age, first.late, len(first.flags)) == ("A3", 45, 2, 2)
    assert made.book.prospect("A4") is None


def test_a_contract_that_waits_is_chased(made: AgentsMade) -> None:
    """Signed on 02-16, at risk from 03-18 on, to be asked about within two working days."""
    assert rows(made, "signed_idle", "prospect", "days", "value", "chase_by", "late") == [
        ("A2", "32", "30000.00", "2026-03-20", "0")
    ]


def test_the_forecast_takes_the_odds_that_are_set(made: AgentsMade) -> None:
    """A3 alone has a value and a day: half of 20,000 by the middle of June; A5 is named and left out."""
    assert [value for _, value in rows(made, "forecast", "figure", "value")] == [
        "0.00",
        "0.00",
        "20000.00",
        "10000.00",
        "20000.00",
    ]
    assert [one.prospect for one in made.pipeline.forecast.left_out] == ["A5"]


def test_leads_cost_and_bring(made: AgentsMade) -> None:
    """The campaign of 1,000 is shared by two leads, both won; the lead in quarantine counts nowhere."""
    keys = ("source", "region", "leads", "won", "cost", "per_lead", "per_win", "back")
    assert rows(made, "lead_yields", *keys) == [
        ("referral", "3302", "2", "0", "200.00", "100.000000", None, None),
        ("tender catalogue", "3301", "2", "2", "1000.00", "500.000000", "500.000000", "80.000000"),
    ]
    assert rows(made, "quarantine", "lead", "rule") == [("A4", "lead-bought-list")]
    assert rows(made, "touch_breaches", "lead", "on") == [("A4", "2026-02-05")]
    assert rows(made, "method_reports", "method", "region", "leads", "won")[:2] == [
        ("K1", "3301", "2", "2"),
        ("K1", "3302", "0", "0"),
    ]
    assert rows(made, "method_plan", "method_id", "share") == [("K1", "1.000000")]
    assert [row[0] for row in rows(made, "media", "medium", "rank")] == ["journal", "daily"]
    assert made.leads.media.rows[1].rank is None  # a prescription drug in a paper for everybody


def test_a_source_bears_the_campaigns_that_brought_nothing(tmp_path: Path, bare: None) -> None:
    """An advertisement of 600 without a lead costs its source; one that begins tomorrow has cost nothing yet."""
    more = "K2,advert,2026-02-01,2026-03-01,600,,\nK3,advert,2026-03-21,2026-04-30,900,,\n"
    made = AgentsDesk(world(tmp_path / "w", campaigns=AGENT_FILES["campaigns.csv"] + more), DAY).run()
    assert rows(made, "source_costs", "source", "leads", "won", "cost", "idle", "per_lead", "per_win") == [
        ("advertisement for agents", "0", "0", None, "600.00", None, None),
        ("referral", "2", "0", "200.00", None, "100.000000", None),
        ("tender catalogue", "2", "2", "1000.00", None, "500.000000", "500.000000"),
    ]
    assert rows(made, "campaigns", "campaign") == [("K1",), ("K2",)]
    late = (
        AGENT_FILES["campaigns.csv"].replace("2026-01-01", "2026-03-21") + "K9,tender,2027-01-01,2027-02-01,9,1,100\n"
    )
    made = AgentsDesk(world(tmp_path / "x", campaigns=late), DAY).run()
    assert rows(made, "lead_yields", "cost")[1] == ("1000.00",)  # its leads name it, whatever its first day
    assert rows(made, "method_plan", "method_id") == [("K1",)]  # the plan of next year is none yet


def test_a_region_shows_the_figures_of_the_whole(tmp_path: Path, bare: None) -> None:
    """A campaign that two regions share costs each lead the same, whoever looks."""
    leads = AGENT_FILES["leads.csv"].replace("A2,2026-01-06,tender,3301", "A2,2026-01-06,tender,3302")
    keys = ("source", "region", "leads", "won", "cost", "per_lead")
    whole = rows(AgentsDesk(world(tmp_path / "w", leads=leads), DAY).run(), "lead_yields", *keys)
    made = AgentsDesk(Workspace.open(tmp_path / "w"), DAY).run(region="3302")
    assert rows(made, "lead_yields", *keys) == [row for row in whole if row[1] == "3302"]
    assert ("tender catalogue", "3302", "1", "1", "500.00", "500.000000") in whole
    assert "campaigns" not in made.tables()


def test_no_english_word_of_ours_stays_in_chinese(tmp_path: Path, bare: None) -> None:
    """Measures, items, channels, price levels and conditions are said in the language asked."""
    made = AgentsDesk(world(tmp_path / "w"), DAY).run(lang="zh")

    def said(table: str, *keys: str) -> list[tuple[str, ...]]:
        found = made.tables()[table].only(*keys)
        return [
            tuple(column.show(cell, "zh") for column, cell in zip(found.columns, row, strict=True))
            for row in found.rows
        ]

    assert said("lead_scores", "best", "ask") == [("覆盖医院、推广人员", ""), ("覆盖医院", "推广人员、月销售额")]
    assert said("agent_grades", "ask")[1] == ("合同、回款、积极性、忠诚度",)
    assert said("agent_grades", "why")[0][0].startswith("加权得分 77 不低于 60")
    assert said("dealer_selection", "blocked_by", "flags") == [
        ("证照有效", "仅一人评估：人员、财务与管理、政策与服务、期望合作；请再请一人评估")
    ]
    assert said("touch_breaches", "channel") == [("短信",)]
    assert said("term_proposals", "price_level") == [("常规价",)]
    assert "channels" not in [column.key for column in made.tables()["first_touches"].columns]


def test_nothing_of_a_lead_in_quarantine_counts(tmp_path: Path, bare: None) -> None:
    """Its events, marks, issues, trainings, steps and promises are left out, whatever they say."""
    more = {
        "recruiting": "2026-02-05,A4,touched,R2,CALL-4,,,,phone,\n",
        "agent_marks": "A4,keenness,90,2026-03-10,R1,f\nA4,sales,900,2026-03-10,R1,f\nA4,staff,90,2026-03-10,R1,f\n",
        "agent_issues": "I4,A4,goods,2026-03-02,late,R1,2026-03-04,,\n",
        "agent_trainings": "T4,A4,product,2026-03-12,R2,s1,,,,,\n",
        "agent_steps": "A4,2026-01-06,known,R1,FILE\n",
        "agent_targets": "sign,R2,A4,2026-03-20,,,\n",
    }
    texts = {name: AGENT_FILES[f"{name}.csv"] + text for name, text in more.items()}
    both = [AgentsDesk(world(tmp_path / "a"), DAY).run(), AgentsDesk(world(tmp_path / "b", **texts), DAY).run()]
    for name, table in both[0].tables().items():
        if name != "touch_breaches":
            assert list(both[1].tables()[name].records()) == list(table.records()), name
    assert [touch.lead for touch in (one.touch for one in both[1].leads.touches.breaches)] == ["A4", "A4"]


def test_first_contacts_scores_and_takers(made: AgentsMade) -> None:
    """A2 was touched a day late, A5 is two days overdue; A3 has 75 points, A5 is to be asked; R2 takes A5."""
    states = {row[0]: row[1:] for row in rows(made, "first_touches", "lead", "state", "late")}
    assert states == {
        "A5": ("overdue", "2.000000"),
        "A2": ("touched late", "1.000000"),
        "A1": ("touched in time", "0.000000"),
        "A3": ("touched in time", "0.000000"),
    }
    assert rows(made, "lead_scores", "lead", "score", "ask") == [("A3", "75.00", ""), ("A5", None, "people, sales")]
    assert rows(made, "lead_assignment", "lead", "taker") == [("A5", "R2")]
    assert rows(made, "lead_loads", "taker", "held", "new", "carried") == [("R2", "1", "1", "2")]


def test_coverage_and_rights(made: AgentsMade) -> None:
    """P1 is held in one of two prefectures, one of four cells is covered, M1 is not known."""
    assert [tuple(map(str, (row[0], row[1].text(), row[2].text()))) for row in made.tables()["coverage_map"].rows] == [
        ("3301", "held A1", "open"),
        ("3302", "open", "open"),
    ]
    assert (str(made.cover.space.coverage), len(made.cover.space.gaps)) == ("1/4", 3)
    assert rows(made, "agent_gaps", "prefecture", "rank", "agent") == [("3301", "2", "M1")]
    assert rows(made, "renewals", "state", "right", "left") == [("due", "AG-1", "87")]
    term = rows(made, "term_proposals", "agent", "start", "until", "months", "price_level", "deposit")
    assert term == [("A1", "2026-06-16", "2027-06-15", "12", "standard", "19000.00")]
    assert rows(made, "fulfilment", "period", "due", "actual", "state") == [
        ("2026-Q1", "79000.00", "60000.00", "behind"),
        ("2026-Q2", "0.00", None, "has not begun"),
    ]
    assert rows(made, "supplier_clauses", "supplier", "there") == [("S1", "2")]
    assert rows(made, "right_conflicts", "area") == []


def book_of(space: Workspace):
    """Read the tables of agents."""
    return read_book(desk_tables(space, quiet, DAY), DAY)


def test_a_hospital_lies_where_its_own_file_says(tmp_path: Path, bare: None) -> None:
    """The division of the customer comes first where the tree has it, but for a row that places it more narrowly."""
    heads = AGENT_FILES["customers.csv"].splitlines()
    for first, second, areas in (
        ("3302", "3302", "3302 3302"),
        ("3301", "", "330101 3302"),
        ("99", "33", "330101 3302"),
    ):
        text = "\n".join([f"{heads[0]},division", f"{heads[1]},{first}", f"{heads[2]},{second}", *heads[3:], ""])
        book = book_of(world(tmp_path / (first or "none"), customers=text))
        assert " ".join(book.areas.paths[one][1] for one in ("H1", "H2")) == areas
    unplaced = AGENT_FILES["areas.csv"].replace("H2,,3302", "H2,,")
    text = "\n".join([f"{heads[0]},division", heads[1] + ",", f"{heads[2]},3301", *heads[3:], ""])
    book = book_of(world(tmp_path / "unplaced", customers=text, areas=unplaced))
    assert (book.areas.paths["H2"][1], book.areas.unplaced) == ("3301", ())


def test_agents_are_graded_helped_and_screened(made: AgentsMade) -> None:
    """27 + 24 + 14 + 12 = 77 points; half the sales and all of the credit make 65; a licence that ended."""
    assert rows(made, "agent_grades", "agent", "points", "grade") == [("A1", "77.00", "B"), ("A2", None, None)]
    assert rows(made, "dealer_screening", "dealer", "points", "proposal") == [
        ("A1", "94.00", "stay"),
        ("A2", "65.00", "stay"),
    ]
    assert rows(made, "dealer_selection", "dealer", "proposal", "blocked_by") == [
        ("A3", "blocked", "the licence is valid")
    ]
    assert rows(made, "agent_issues", "issue", "state", "late") == [("I1", "overdue", "10"), ("I2", "closed", "0")]
    assert rows(made, "training_needs", "agent", "ref", "state") == [("A1", "I1", "it helped")]
    assert rows(made, "agent_development", "agent", "stage", "next") == [("A1", "attract", "find")]


def test_the_newest_figure_of_the_year_counts(tmp_path: Path, bare: None) -> None:
    """Whatever the order of the rows; one of more than a year ago is none, one of tomorrow is not there yet."""
    head = AGENT_FILES["agent_marks.csv"].splitlines()[0]
    told = ["A1,sales,900,2026-01-10", "A1,sales,500,2026-03-10", "A1,sales,1,2026-03-21", "A1,credit,80,2026-03-10"]
    told += [
        "A2,sales,1000,2026-02-10",
        "A2,credit,100,2025-03-01",
        "A3,证照有效,0,2026-01-10",
        "A3,licence,1,2026-02-10",
    ]
    told += ["A3,staff,80,2026-01-10"]
    for place, lines in enumerate((told, told[::-1])):
        marks = "".join(f"{line},R1,f\n" for line in lines)
        made = AgentsDesk(world(tmp_path / f"w{place}", agent_marks=f"{head}\n{marks}"), DAY).run()
        keys = ("dealer", "points", "sales")
        assert rows(made, "dealer_screening", *keys) == [("A1", "65.00", "50.00"), ("A2", None, "100.00")]
        assert rows(made, "dealer_selection", "dealer", "blocked_by") == [("A3", "")]


def test_targets_of_the_week(made: AgentsMade) -> None:
    """What is overdue and what is due in the week; 0 visits were reported on Tuesday and nothing on three days."""
    assert rows(made, "weekly_targets", "kind", "prospect", "state", "came", "late") == [
        ("contract to execute", "A2", "overdue", None, "2"),
        ("money to come in", "A1", "done in time", "700.00", "0"),
    ]
    assert rows(made, "daily_targets", "day", "actual", "state") == [
        ("2026-03-16", None, "not reported"),
        ("2026-03-17", "0", "short"),
        ("2026-03-18", "4", "met"),
        ("2026-03-19", None, "not reported"),
        ("2026-03-20", None, "not reported"),
    ]


def test_tasks_of_the_week_as_a_table_and_a_calendar(made: AgentsMade) -> None:
    """Whoever answers; A5 has nobody; what is late stands on the day asked."""
    assert rows(made, "week_tasks", "owner", "due", "late", "kind", "agent") == [
        ("", "2026-03-18", "late", "first contact", "A5"),
        ("R1", "2026-03-10", "late", "issue", "A1"),
        ("R1", "2026-03-17", "late", "renewal", "A1"),
        ("R1", "2026-03-18", "late", "contract to execute", "A2"),
        ("R1", "2026-03-20", None, "chase", "A2"),
        ("R2", "2026-03-18", "late", "next action", "A3"),
    ]
    text = (made.outputs.folder / "agents-R1.ics").read_text("utf-8")
    assert (text.count("BEGIN:VEVENT"), text.count("DTSTART;VALUE=DATE:20260320")) == (4, 4)
    assert sorted(path.suffix for path in made.outputs.folder.iterdir() if path.suffix != ".csv") == [
        ".html",
        ".ics",
        ".ics",
        ".xlsx",
    ]


def test_the_page_shows_the_map_in_signs_and_words(made: AgentsMade) -> None:
    """The legend says what a sign means, the picture says itself, and no name of a person stands there."""
    page = (made.outputs.folder / "report.html").read_text("utf-8")
    for words in (
        "● held A1",
        "○ open",
        "‼ several agents in conflict",
        "Example Prefecture 1 (3301)",
        "<desc>filed: 1",
    ):
        assert words in page
    assert "leads in quarantine: 1" in page
    assert "Rep One" not in page


def test_the_life_of_an_agent(tmp_path: Path, bare: None) -> None:
    """In order of days, from the catalogue to the term proposed; the other tables keep the rows of this agent."""
    made = AgentsDesk(world(tmp_path / "w"), DAY).run(agent="A1")
    told = [(str(row[0]), row[1].en) for row in made.life.table().rows]
    assert told == [
        ("2026-01-05", "came as a lead"),
        ("2026-01-05", "filed"),
        ("2026-01-06", "contact"),
        ("2026-01-06", "touched"),
        ("2026-01-06", "shown"),
        ("2026-01-12", "key"),
        ("2026-01-20", "visited"),
        ("2026-01-20", "shown"),
        ("2026-01-20", "development: attract"),
        ("2026-02-02", "signed"),
        ("2026-02-02", "size of the contract"),
        ("2026-02-02", "right granted"),
        ("2026-02-20", "executing"),
        ("2026-02-20", "invoiced"),
        ("2026-03-02", "issue opened"),
        ("2026-03-02", "issue opened"),
        ("2026-03-09", "issue solved"),
        ("2026-03-10", "graded"),
        ("2026-03-12", "trained"),
        ("2026-03-17", "renewal due"),
        ("2026-03-19", "paid"),
        ("2026-03-20", "agreement 2026-Q1"),
        ("2026-03-20", "term proposed"),
    ]
    assert made.life.steps[3].why.text() == "after a day as filed"
    assert made.outputs.folder.name == "agents-A1"
    assert set(made.tables()) >= {"agent_life", "pipeline", "agent_grades", "renewals"}
    assert {row[0] for row in rows(made, "agent_grades", "agent")} == {"A1"}
    with pytest.raises(NotFound, match="no such agent"):
        AgentsDesk(world(tmp_path / "w"), DAY).run(agent="A9")


def test_of_an_earlier_day_only_what_was_there(tmp_path: Path, bare: None) -> None:
    """On 2026-01-31 nobody had signed, and two of the leads had not come."""
    made = AgentsDesk(world(tmp_path / "w"), date(2026, 1, 31)).run()
    counts = [row[1] for row in rows(made, "funnel", "stage", "prospects")]
    assert counts == ["0", "0", "1", "1", "0", "0", "0", "0"]
    assert rows(made, "lead_yields", "leads", "won") == [("2", "0")]
    assert rows(made, "renewals", "right") == []
    assert (made.book.receipts, made.book.invoices) == ((), ())
    signed = AgentsDesk(whole_space(tmp_path), date(2026, 2, 20)).run(agent="A1").life
    assert "renewal due" not in [step.what.en for step in signed.steps]


def test_one_region(tmp_path: Path, bare: None) -> None:
    """What lies in it alone, the rights above that reach into it, and no lead of elsewhere."""
    made = AgentsDesk(world(tmp_path / "w"), DAY).run(region="3302")
    assert [one.id for one in made.book.prospects] == ["A3", "A5"]
    assert rows(made, "lead_yields", "region", "leads") == [("3302", "2")]
    assert rows(made, "coverage_map", "prefecture") == [("3302",)]
    assert made.outputs.folder.name == "agents-in-3302"
    assert ([one.owner for one in made.book.daily], len(made.book.deeds), made.book.invoices) == (["R2"], 2, ())
    other = AgentsDesk(Workspace.open(tmp_path / "w"), DAY).run(region="3301").book
    assert (other.daily, other.deeds, [one.invoice for one in other.invoices]) == ((), (), ["INV-1"])
    assert ([one.prefecture for one in made.book.market], [one.id for one in made.book.issues]) == (["3302"], [])
    above = AGENT_FILES["agent_rights.csv"] + "AG-9,A1,P2,33,省代,授权,2026-02-10,,,2026-02-02,R1,C-9\n"
    reached = AgentsDesk(world(tmp_path / "x", agent_rights=above), DAY).run(region="3302")
    assert [cell.text() for cell in reached.cover.map.cells] == ["open", "held A1"]
    assert [one.newest.exclusive for one in AgentsDesk(Workspace.open(tmp_path / "x"), DAY).run().book.rights] == [
        True,
        False,
    ]
    whole = AgentsDesk(world(tmp_path / "w"), DAY).run(region="33")
    assert rows(whole, "funnel", "prospects") == rows(
        AgentsDesk(whole_space(tmp_path), DAY).run(), "funnel", "prospects"
    )
    with pytest.raises(NotFound, match="no such area"):
        AgentsDesk(world(tmp_path / "w"), DAY).run(region="3309")


def test_a_campaign_costs_a_region_its_own_share_alone(tmp_path: Path, bare: None) -> None:
    """The 1,000 of K1 brought a lead in each of two regions: 500 each, whether one region is asked for or all."""
    leads = AGENT_FILES["leads.csv"].replace("A2,2026-01-06,tender,3301", "A2,2026-01-06,tender,3302")
    space, keys = world(tmp_path / "w", leads=leads), ("source", "region", "leads", "cost")
    for region in (None, "3302"):
        made = AgentsDesk(space, DAY).run(region=region)
        paid = {row[1:] for row in rows(made, "lead_yields", *keys) if row[0] == "tender catalogue"}
        assert paid == {(one, "1", "500.00") for one in ("3301", "3302") if region in (None, one)}


def whole_space(tmp_path: Path) -> Workspace:
    """Return the small world as it stands in a folder."""
    return Workspace.open(tmp_path / "w")


def test_rows_in_any_order_give_the_same_files(tmp_path: Path, bare: None) -> None:
    """Every table turned round, but for the rows of recruiting of one day."""
    turned = {}
    for name, text in AGENT_FILES.items():
        head, *lines = text.splitlines()
        turned[name.partition(".")[0]] = "\n".join([head, *reversed(lines)]) + "\n"
    both = [AgentsDesk(world(tmp_path / "a"), DAY).run(), AgentsDesk(world(tmp_path / "b", **turned), DAY).run()]
    known = {"coverage_map", "coverage_reasons", "known_agents", "market_space", "market_gaps", "network_levels"}
    for name in set(both[0].tables()) - known:
        texts = [sorted((one.outputs.folder / f"{name}.csv").read_text("utf-8").splitlines()) for one in both]
        assert texts[0] == texts[1], name


ALL = ("areas", "leads", "campaigns", "media", "recruiting", "agent_targets", "market_agents", "agent_rights")
ALL += ("commitments", "supplier_agreements", "agent_marks", "agent_steps", "agent_issues", "agent_trainings")


def test_what_has_no_data_is_left_out_with_a_note(tmp_path: Path, bare: None) -> None:
    """Only marks: no funnel, no map, and each absence is told; no zeros."""
    left = dict.fromkeys((name for name in ALL if name != "agent_marks"), None)
    marks = "agent,item,value,date,by,evidence\nA1,keenness,70,2026-03-10,R1,f\n"
    made = AgentsDesk(world(tmp_path / "w", agent_marks=marks, **left), DAY).run(lang="zh")
    assert set(made.tables()) == {"week_tasks", "agent_grades", "training_needs"}
    assert [note.en.partition(":")[0] for note in made.notes] == [
        "no prospects",
        "no table of leads",
        "no table of areas",
    ]
    none = dict.fromkeys(ALL, None)
    with pytest.raises(BadConfig, match="no table of agents"):
        AgentsDesk(world(tmp_path / "x", **none), DAY).run()


def test_rights_without_areas_or_leads(tmp_path: Path, bare: None) -> None:
    """Renewals need neither; prospects of rows alone begin with the row that files them."""
    events = "date,agent,what,by,evidence,due\n2026-03-01,A1,建档,R1,FORM-1,\n2026-03-02,A1,touched,R1,CALL-1,\n"
    left = dict.fromkeys(("areas", "leads", "agent_targets", "agent_marks"), None)
    made = AgentsDesk(world(tmp_path / "w", recruiting=events, **left), DAY).run()
    assert rows(made, "renewals", "right") == [("AG-1",)]
    assert rows(made, "funnel", "stage", "prospects")[1] == ("touched", "1")
    assert "coverage_map" not in made.tables()
    with pytest.raises(BadRows) as caught:
        AgentsDesk(world(tmp_path / "y", recruiting=events.replace("建档", "contact"), **left), DAY).run()
    assert [str(one) for one in caught.value.exceptions] == [
        "no file @ recruiting.csv row 2 column what; begin with a row that files it [agents.file]"
    ]
    assert rows(AgentsDesk(whole_space(tmp_path), DAY).run(region="33"), "week_tasks", "agent") == []


def test_invoices_stand_for_what_came_where_nobody_counted(tmp_path: Path, bare: None) -> None:
    """The only right of the agent, in money, no row counted by hand; another right of the agent ends that."""
    promised = "right,period,amount\nAG-1,2026-Q1,1600\n"
    made = AgentsDesk(world(tmp_path / "w", commitments=promised), DAY).run()
    assert rows(made, "fulfilment", "actual") == [("800.00",)]
    assert "invoices stand for what came under AG-1: nobody counted it by hand" in [note.en for note in made.notes]
    second = AGENT_FILES["agent_rights.csv"] + "AG-2,A1,P2,3301,region,granted,2026-02-10,,no,2026-02-02,R1,C-2\n"
    made = AgentsDesk(world(tmp_path / "x", commitments=promised, agent_rights=second), DAY).run()
    assert rows(made, "fulfilment", "actual", "state") == [(None, "nothing reported")]


@pytest.mark.parametrize("table", BAD_ROWS)
def test_every_bad_row_is_listed_and_nothing_is_written(table: str, tmp_path: Path) -> None:
    """Each at its file, row and column; rows of one table alone are wrong, so nothing else is."""
    head = AGENT_FILES[f"{table}.csv"].splitlines()[0]
    wrong, told = BAD_ROWS[table]
    space = world(tmp_path / "w", **{table: "\n".join([head, *wrong])})
    with pytest.raises(BadRows) as caught:
        AgentsDesk(space, DAY).run()
    found = [f"{one.where}: {one.reason}" for one in caught.value.exceptions if one.where.startswith(table)]
    assert [line for line in told if line not in found] == []
    assert not (tmp_path / "w" / "out").exists()


def test_what_all_rows_show_is_refused_at_the_column_of_the_file(tmp_path: Path) -> None:
    """A manager looks for a column under the name that the file has."""
    events = "日期,代理商编号,事项,经办人,依据\n2026-01-06,A1,签约,R1,C-1\n2026-01-07,A1,触达,R1,电话\n"
    with pytest.raises(BadRows) as caught:
        AgentsDesk(world(tmp_path / "w", recruiting=events), DAY).run()
    assert "recruiting.csv row 2 column 事项" in [one.where for one in caught.value.exceptions]


def run(*words: object) -> tuple[int, str]:
    """Run one command."""
    done = CliRunner().invoke(cli.app, [str(word) for word in words])
    return done.exit_code, done.stdout


def test_the_command(tmp_path: Path, bare: None) -> None:
    """A choice of tables; one asked for; both languages; machines; what is wrong."""
    folder = world(tmp_path / "w").root
    asked = ("agents", folder, "--as-of", "2026-03-20")
    code, text = run(*asked)
    assert code == 0, text
    assert text.splitlines()[:2] == [
        f"-> {folder / 'out' / 'agents'}",
        "note: leads in quarantine: 1; nothing that happened to them counts in any figure",
    ]
    assert "Tasks of 2026-W12" in text
    assert "Conflicts of rights" not in text  # there is none
    code, text = run(*asked, "--table", "agent_grades", "--lang", "zh", "--limit", "1")
    assert [line.split()[0] for line in text.splitlines()[3:6]] == ["代理商分级", "代理商", "------"]
    assert "… 另有 1 行" in text
    told = json.loads(run(*asked, "--json", "--week", "2026-W18")[1])
    assert told["ok"]
    assert [row["prospect"] for row in told["weekly_targets"]] == ["A2", "A3"]
    life = run(*asked, "--agent", "A1")[1]
    assert life.splitlines()[3] == "Life of A1"
    assert run(*asked, "--table", "nothing")[0] == 2
    assert run(*asked, "--week", "2026-03")[0] == 2
    (folder / "agent_issues.csv").write_text(AGENT_FILES["agent_issues.csv"].replace("产品知识", "weather"), "utf-8")
    wrong = json.loads(run(*asked, "--json")[1])
    assert [(one["code"], one["where"]) for one in wrong["errors"]] == [
        ("row.kind", "agent_issues.csv row 2 column kind")
    ]


def test_a_new_workspace_runs_with_its_example_rows(tmp_path: Path, bare: None) -> None:
    """The template's rows of all tables fit one another."""
    init_workspace(tmp_path)
    made = AgentsDesk(Workspace.open(tmp_path), date(2025, 3, 31)).run()
    assert rows(made, "funnel", "stage", "prospects")[1] == ("touched", "1")
    assert rows(made, "agent_issues", "issue", "state") == [("I1", "closed")]


def test_a_reader_of_a_part_is_refused(tmp_path: Path) -> None:
    """The tables are everybody's: only who sees all runs the desk."""
    part = world(tmp_path / "w").within("R1")
    with pytest.raises(StorageError, match="part"):
        AgentsDesk(part, DAY).run()


def test_the_example_region_tells_its_story(tmp_path: Path, bare: None) -> None:
    """D07 from the catalogue to the renewal, D12 at risk, D30 to be won back, two in quarantine, one conflict."""
    write_demo(tmp_path)
    made = AgentsDesk(Workspace.open(tmp_path), date(2026, 1, 5)).run(agent="D07")
    days = {row[1].en: str(row[0]) for row in reversed(made.life.table().rows)}
    story = ("came as a lead", "touched", "key", "visited", "signed", "executing", "kept", "term proposed")
    assert [days[what] for what in story] == [
        "2024-01-15",
        "2024-01-17",
        "2024-01-29",
        "2024-02-20",
        "2024-03-15",
        "2024-04-22",
        "2024-07-01",
        "2026-01-05",
    ]
    assert [row.prospect for row in made.pipeline.idle.rows] == ["D12"]
    assert made.pipeline.lost.rows[0].prospect == "D30"
    assert [one.lead.id for one in made.book.admission.quarantined] == ["Q01", "Q02"]
    assert [row.agents for row in made.cover.conflicts.rows] == [("D21", "D09")]
    assert [row.right.agent for row in made.cover.renewals.due] == ["D29", "D07"]
    assert [gap.prefecture for gap in made.cover.known.gaps] == ["990200"] * 3 + ["990300"] * 2
    assert [one.months for one in made.cover.proposals] == [None, 24]
    with (tmp_path / "leads.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 1 + 64 + 2


def test_a_contract_whose_reason_is_known_or_that_has_no_amount(tmp_path: Path, bare: None) -> None:
    """The answer to the reason is due by its own days; a contract without an amount is counted by no source."""
    text = AGENT_FILES["recruiting.csv"].replace("C-2,,,30000", "C-2,,,")
    text += "2026-03-19,A2,idle,R1,said so,资质或首营资料不全,,,,\n2026-03-19,A3,done,R2,,,,,,\n"
    text += "2026-03-20,A3,lost,R2,x,silent,,,,\n"
    made = AgentsDesk(world(tmp_path / "w", recruiting=text), DAY).run(agent="A2")
    assert rows(made, "signed_idle", "action", "chase_by") == [("list the missing papers and fetch them", "2026-03-23")]
    said = "contracts without an amount: 1; they count as won, and what they are worth is missing"
    assert said in [note.en for note in made.notes]
    keys = ("source", "region", "leads", "won", "per_win", "amount", "back")
    assert rows(AgentsDesk(Workspace.open(tmp_path / "w"), DAY).run(), "lead_yields", *keys)[1:] == [
        ("tender catalogue", "3301", "2", "2", "500.000000", "50000.00", None)
    ]
    assert rows(AgentsDesk(Workspace.open(tmp_path / "w"), DAY).run(), "method_reports", "won")[0] == ("2",)
    assert made.life.steps[-1].why.text().startswith("licence or first-deal papers are missing")
    gone = AgentsDesk(Workspace.open(tmp_path / "w"), DAY).run(agent="A3")
    assert [(step.what.en, step.why and step.why.text()) for step in gone.life.steps[4:]] == [
        ("expected", "20,000.00 CNY on 2026-04-10"),
        ("next action", "due 2026-03-18"),
        ("action done", None),
        ("lost", "no answer"),
    ]


def test_a_forecast_of_too_many_sums_is_drawn(tmp_path: Path, bare: None) -> None:
    """Sixteen prospects of sizes that never add up alike: the range rests on draws, the expected value stays exact."""
    leads = "".join(f"B{n},2026-03-02,tender,3301,,0,R1,about=company,,,\n" for n in range(16))
    events = "".join(
        f"2026-03-02,B{n},touched,R1,C,,,,phone,\n2026-03-02,B{n},expect,R1,,,2026-05-01,{2**n},,\n" for n in range(16)
    )
    head, rest = (AGENT_FILES[name].splitlines()[0] + "\n" for name in ("leads.csv", "recruiting.csv"))
    left = dict.fromkeys(
        (
            "agent_targets",
            "agent_marks",
            "agent_rights",
            "commitments",
            "agent_steps",
            "agent_issues",
            "agent_trainings",
        ),
        None,
    )
    made = AgentsDesk(world(tmp_path / "w", leads=head + leads, recruiting=rest + events, **left), DAY).run()
    found = made.pipeline.forecast
    assert (found.draws, found.expected) == (2_000, (2**16 - 1) / 2)
    assert [note.en for note in made.notes if "promised" in note.en or "facts" in note.en or "daily" in note.en] == [
        "no contracts or money were promised by a day",
        "no daily targets were set",
        "no facts of open leads: no scores",
    ]


def test_a_rule_of_ones_own_scores_the_leads(tmp_path: Path, bare: None) -> None:
    """`lead_score` of the rule book takes the place of the ready-made one; one that is no weighted sum is named."""
    space = world(tmp_path / "w", market_agents="agent,area,sales\nA1,33,90\n", media="id,price\nm,5\n")
    book = 'name = "own"\nversion = "1"\n[rules.lead_score]\nshape = "bands"\nof = "hospitals"\n'
    book += "cuts = [[20, 0]]\ntop = 100\n"
    (space.root / "policy.toml").write_text(book, "utf-8")
    made = AgentsDesk(Workspace.open(space.root), DAY).run()
    told = [note.en for note in made.notes]
    assert "the rule lead_score is no weighted sum: no scores" in told
    assert "one medium alone is not compared: ask for a second offer" in told
    assert "agents of market_agents under no prefecture of the tree: 1; nowhere counted" in told


def test_the_best_of_the_fresh_leads_is_served_first(tmp_path: Path, bare: None) -> None:
    """One place is left with R2: A6 has a score, A5 is still to be asked."""
    more = "A6,2026-03-17,referral,3302,,100,,referrer_recorded=yes; person_told=yes; paid=no,30,6,300000\n"
    space = world(tmp_path / "w", leads=AGENT_FILES["leads.csv"] + more)
    path = space.root / "pharmasales.toml"
    path.write_text(path.read_text("utf-8").replace("capacity = 3", "capacity = 2"), "utf-8")
    made = AgentsDesk(Workspace.open(space.root), DAY).run()
    assert rows(made, "lead_assignment", "lead", "taker") == [("A6", "R2"), ("A5", None)]


def test_a_promise_of_money_that_nobody_records_stays_in_sight(tmp_path: Path, bare: None) -> None:
    """One of last week and one of this Sunday, without a table of receivables: not known, and still to be done."""
    head = AGENT_FILES["agent_targets.csv"].splitlines()[0]
    told = f"{head}\nmoney,R1,A1,2026-03-13,700,2026-03-01,\nmoney,R1,A1,2026-03-22,50,2026-03-01,\n"
    made = AgentsDesk(world(tmp_path / "w", agent_targets=told, receivables=None), DAY).run()
    keys = ("due", "state", "came", "late")
    assert rows(made, "weekly_targets", *keys) == [
        ("2026-03-13", "not known", None, "0"),
        ("2026-03-22", "not known", None, "0"),
    ]
    assert [str(one.due) for one in made.tasks.tasks if one.kind.en == "money to come in"] == [
        "2026-03-13",
        "2026-03-22",
    ]
    assert "no table of receivables: what money came is not known" in [note.en for note in made.notes]


def test_two_tasks_of_one_day_are_two_entries() -> None:
    """A phone that knows an id already takes the second entry for a change of the first."""
    twice = (Task("R1", date(2026, 3, 19), "A1", Says("contract to sign", "应签约"), "sign it"),) * 2
    entries = WeekTasks(Week(2026, 12), DAY, twice).calendars("zh")["R1"]
    assert [one.uid for one in entries] == [
        "agents-R1-A1-contract-to-sign-2026-03-19",
        "agents-R1-A1-contract-to-sign-2026-03-19-2",
    ]
    assert facts_of(("信息对象＝企业",)) == {"about": "company"}  # as a Chinese keyboard writes it


EVENTS = [
    ("2026-01-06", "touched", "C1"),
    ("2026-01-07", "key", "F1"),
    ("2026-01-08", "next", "visit"),
    ("2026-01-09", "visited", "V1"),
    ("2026-01-10", "done", ""),
    ("2026-01-12", "signed", "K1"),
]


@given(st.permutations(EVENTS))
def test_events_of_different_days_may_stand_in_any_order(told: list[tuple[str, str, str]]) -> None:
    """A table that was sorted otherwise, or not at all, tells the same prospect."""
    lead = Lead("A1", "agent", "tender", date(2026, 1, 5))
    judged = admit([lead], NONE, as_of=DAY)
    bad: list[object] = []

    def made(rows: list[tuple[str, str, str]]) -> object:
        events = [
            Happened(date.fromisoformat(on), "A1", what, "R1", said, "", date(2026, 1, 9), None, "face", None, ("f", n))
            for n, (on, what, said) in enumerate(rows)
        ]
        return prospects_of(judged, {}, {}, events, lambda one, error: bad.append((one, error)))

    assert made(told) == made(EVENTS)
    assert bad == []


def test_settings_say_what_is_wrong() -> None:
    """Each wrong value bears its full name; what is left out keeps its default."""
    found = read_settings(
        '[agents]\nage_limits = { key = 5 }\nmedia = { reach = 10, insiders = 70 }\ndrop = 3\ngrades = { a = "80.5" }\n'
        'takers = { R1 = { areas = "33", capacity = 4 } }\nodds = { filed = "1/3" }'
    ).agents
    assert (found.age_limits["key"], found.age_limits["filed"], found.media["price"]) == (5, 3, 20)
    assert (found.drop, found.grades["a"], found.takers["R1"].areas, found.odds["filed"]) == (
        3,
        Fraction(161, 2),
        ("33",),
        Fraction(1, 3),
    )
    wrong = {
        "idle_days = -1": "agents.idle_days",
        "top = 0": "agents.top",
        "age_limits = { kye = 5 }": "agents.age_limits.kye",
        "renewal_notice = [30, 60]": "agents.renewal_notice",
        'odds = { filed = "120%" }': "agents.odds.filed",
        "grades = { a = 50 }": "agents.grades",
        "media = { price = 100 }": "agents.media",
        'drop = "120%"': "agents.drop",
        "takers = { R1 = { areas = [] } }": "agents.takers.R1.capacity",
        "idle = 3": "agents.idle",
    }
    for text, where in wrong.items():
        with pytest.raises(BadConfig) as caught:
            read_settings(f"[agents]\n{text}")
        assert caught.value.where == where
