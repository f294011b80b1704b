"""Before the visit: readiness as an exact share, and everything that stands in its way at once."""

from datetime import date, time, timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.compliance import CN_2020, NONE
from pharmasales.errors import BadRule, BadValue, NotFound, UnknownYear
from pharmasales.followup.access import ANY_DAY, Access
from pharmasales.followup.calls.checklist import CHECKLIST, CheckItem, Checklist
from pharmasales.followup.calls.notes import CallNotes
from pharmasales.followup.calls.preparing import VisitFacts, VisitMaterial, prepare_call
from pharmasales.followup.calls.reports import CallReport
from pharmasales.workdays import CHINA

KEYS = [one.key for one in CHECKLIST.items]
ALL = CHECKLIST.readiness(KEYS)
DAY = date(2026, 3, 4)
PLAN = CallReport(
    "V1", "r1", "c1", DAY, state="planned", start=time(14), minutes=20, notes=CallNotes(objective="show the study")
)
FACTS = VisitFacts("medical_rep", "F-2026-1", True, False)


def found(plan=PLAN, ready=ALL, facts=FACTS, access=ANY_DAY, gate=CN_2020, asked_on=None, calendar=CHINA):
    """Return matter and outcome of every finding."""
    answer = prepare_call(plan, ready, facts, access, calendar, gate=gate, asked_on=asked_on)
    return [(one.matter, one.outcome) for one in answer.findings]


def test_the_list_of_the_source():
    """S002-6: six matters of the customer, five of the product, materials, dress; and the objective."""
    assert [one.part for one in CHECKLIST.items].count("customer") == 6
    assert [one.zh for one in CHECKLIST.items if one.part == "product"] == [
        "药理作用",
        "适应症",
        "产品优势",
        "安全性",
        "指南推荐",
    ]
    assert {"materials", "dress"} < set(KEYS)
    assert [one.key for one in CHECKLIST.items if one.missing == "block"] == ["identity", "indications", "safety"]
    assert "never of one doctor" in next(one.en for one in CHECKLIST.items if one.key == "habits")


@given(st.sets(st.sampled_from(KEYS)), st.sets(st.sampled_from(KEYS)))
def test_readiness_is_exact(ready, without):
    """Ready over what applies; what blocks is named first; the worst decides."""
    answer = CHECKLIST.readiness(ready, without=without)
    due = [key for key in KEYS if key not in without]
    assert [one.key for one in answer.ready] == [key for key in due if key in ready]
    lacking = [key for key in due if key not in ready]
    assert sorted(one.key for one in answer.lacking) == sorted(lacking)
    assert answer.ratio == (Fraction(len(due) - len(lacking), len(due)) if due else None)
    blocks = {"identity", "indications", "safety"} & set(lacking)
    assert answer.outcome == ("block" if blocks else "warn" if lacking else "allow")
    assert {one.key for one in answer.lacking[: len(blocks)]} == blocks
    assert len(answer.table()) == len(due)


def test_readiness_says_what_is_missing():
    """Every blocking item by name, then how many more; without one, the first three."""
    none = CHECKLIST.readiness([])
    assert none.why.text() == (
        "0 of 14 ready (missing: who the customer is, get it first; missing: indications, get it first; "
        "missing: safety, get it first; … and 11 more)"
    )
    warned = CHECKLIST.readiness({"identity", "indications", "safety"})
    assert len(warned.why.parts) == 4
    assert CHECKLIST.readiness(set(KEYS) - {"dress"}).why.text("zh") == "14 项中已备 13 项（缺：着装，建议补齐）"
    assert ALL.why.parts == ()
    rows = [
        [cell and cell.text("zh") for cell in row] for row in CHECKLIST.readiness(set(KEYS) - {"dress"}).table().rows
    ]
    assert rows[:2] == [["着装", "否", "建议补齐"], ["客户身份", "是", None]]
    assert "<table>" in none._repr_html_()


def test_a_list_of_ones_own():
    """Other items, other consequences; twins and unknown outcomes are refused."""
    own = Checklist([CheckItem("hat", "hat", "帽子", "dress", "block")])
    assert own.readiness([]).outcome == "block"
    assert Checklist([]).readiness([]).ratio is None
    for outcome in ("allow", "stop", None):
        with pytest.raises(BadValue):
            CheckItem("hat", "hat", "帽子", "dress", outcome)
    with pytest.raises(BadRule):
        Checklist([*own.items, *own.items])
    with pytest.raises(BadValue) as refused:
        Checklist([]).readiness({"hat"})
    assert refused.value.hint == ""
    with pytest.raises(BadValue) as refused:
        CHECKLIST.readiness([], without={"dres"})
    assert refused.value.hint == 'did you mean "dress"?'


def test_a_sound_visit():
    """Nothing stands in its way."""
    assert found() == []
    answer = prepare_call(PLAN, ALL, FACTS, ANY_DAY, CHINA, gate=CN_2020)
    assert (answer.outcome, answer.call, answer.verdict.outcome) == ("allow", "V1", "allow")
    assert len(answer.table()) == 0


def test_everything_at_once():
    """List, objective, day, filing number, appointment and gate, what blocks first."""
    plan = evolve(PLAN, day=date(2026, 3, 7), notes=CallNotes())
    access = Access({2, 3}, time(14), time(17), filing=True, appointment=2)
    ready = CHECKLIST.readiness(set(KEYS) - {"dress"})
    facts = VisitFacts("medical_rep", " ", False, True, [VisitMaterial("L1", approved=False)])
    assert found(plan, ready, facts, access) == [
        ("gate", "block"),
        ("access", "block"),
        ("filing", "block"),
        ("appointment", "block"),
        ("checklist", "warn"),
        ("objective", "warn"),
    ]
    answer = prepare_call(plan, ready, facts, access, CHINA, gate=CN_2020)
    assert answer.outcome == "block"
    table = answer.table()
    assert [row[2].head("zh") for row in table.rows][1:] == [
        "节假日或周末，非工作日",
        "医院要求提供备案号",
        "医院要求提前 2 个工作日预约",
        "14 项中已备 13 项",
        "没有拜访目的",
    ]
    assert all(row[3].text() and row[3].text("zh") for row in table.rows)
    assert "<table>" in answer._repr_html_()
    assert {one.clause.id for one in answer.verdict.matched} == {
        "promote-unfiled",
        "promote-no-consent",
        "promote-clinical",
        "promote-material",
    }


@pytest.mark.parametrize(
    ("start", "minutes", "refused"),
    [
        (time(14), 20, False),
        (time(16, 45), 30, True),
        (time(16, 45), None, False),
        (None, 30, False),
        (time(13, 59), 1, True),
    ],
)
def test_hours_of_reception(start, minutes, refused):
    """E12's window; without a stated hour only the day is asked."""
    access = Access({2, 3}, time(14), time(17))
    plan = evolve(PLAN, start=start, minutes=minutes)
    assert found(plan, access=access) == ([("access", "block")] if refused else [])


@pytest.mark.parametrize("start", [time(14), None])
@pytest.mark.parametrize(
    ("day", "zh"),
    [
        (date(2026, 3, 3), "周二不是接待日（周三、周四）"),
        (date(2026, 3, 7), "节假日或周末，非工作日"),
        (date(2026, 3, 11), "当日不接待"),
    ],
)
def test_days_of_reception(start, day, zh):
    """The reason is the customer's own."""
    access = Access({2, 3}, time(14), time(17), {date(2026, 3, 11)})
    answer = prepare_call(evolve(PLAN, day=day, start=start), ALL, FACTS, access, CHINA, gate=CN_2020)
    assert [one.why.text("zh") for one in answer.findings] == [zh]


@pytest.mark.parametrize(
    ("asked", "late"),
    [
        (date(2026, 3, 2), False),
        (date(2026, 3, 3), True),
        (date(2026, 3, 1), False),
        (date(2026, 3, 5), True),
        (None, True),
    ],
)
def test_appointments_are_made_working_days_ahead(asked, late):
    """Two working days before Wednesday 4 March is Monday 2 March; no appointment is none."""
    access = Access(appointment=2)
    assert found(access=access, asked_on=asked) == ([("appointment", "block")] if late else [])


@pytest.mark.parametrize(
    ("filing", "outcome"),
    [("F-1", []), ("", ["gate", "filing"]), (None, ["gate", "filing"]), ("  ", ["gate", "filing"])],
)
def test_filing(filing, outcome):
    """The gate asks whether the rep is filed, the hospital for the number; silence opens neither."""
    facts = evolve(FACTS, filing=filing)
    assert [matter for matter, _ in found(facts=facts, access=Access(filing=True))] == outcome
    assert "F-1" not in repr(facts)


@pytest.mark.parametrize(
    ("materials", "approved"),
    [
        ([], True),
        ([VisitMaterial("L1", approved=True), VisitMaterial("L2", approved=True)], True),
        ([VisitMaterial("L1", approved=True), VisitMaterial("L2")], None),
        ([VisitMaterial("L1", approved=False), VisitMaterial("L2")], False),
        ([VisitMaterial("L1", approved=True, until=DAY)], True),
        ([VisitMaterial("L1", approved=True, until=DAY - timedelta(1))], False),
    ],
)
def test_materials(materials, approved):
    """All must be approved and still hold on the day; one of which nobody has said leaves it open."""
    action = evolve(FACTS, materials=materials).action("r1", DAY)
    assert action.facts.get("material_approved") is approved
    blocked = approved is not True
    assert found(facts=evolve(FACTS, materials=materials)) == ([("gate", "block")] if blocked else [])


def test_a_phone_call_needs_no_reception():
    """Hours, filing number and appointment are asked of visits in person only; the gate of all."""
    access = Access(set(), filing=True, appointment=5)
    assert found(evolve(PLAN, channel="phone"), access=access) == []
    assert found(evolve(PLAN, channel="meeting"), access=access) == [("access", "block"), ("appointment", "block")]
    assert found(facts=VisitFacts(""), gate=NONE) == []


def test_an_unknown_time():
    """A policy that is not in force and a year that nobody knows are errors, no findings."""
    with pytest.raises(NotFound):
        found(evolve(PLAN, day=date(2019, 3, 4)))
    with pytest.raises(UnknownYear):
        found(evolve(PLAN, day=date(2027, 3, 4)), gate=NONE)
