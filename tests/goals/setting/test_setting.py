"""What a goal is, and that it comes back from plain data as it went in."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.compliance import Action
from pharmasales.compliance.policies import CN_2026
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.goals.setting.goal import Goal, Stage, goal_table
from pharmasales.goals.setting.kinds import GOAL_KINDS, GOAL_MEASURES, PERCENT, PHASES, RANKS, GoalKind, GoalMeasure
from pharmasales.goals.setting.records import goal_data, goal_from
from pharmasales.goals.setting.standards import Evidence, Standard, Swot
from pharmasales.periods import Quarter, Year, period
from pharmasales.units import BOX, CNY, CUSTOMER, HOSPITAL, Amount

DUE: dict[str, Any] = {
    "id": "G1",
    "owner": "n1",
    "level": "rep",
    "kind": "product",
    "measure": "boxes",
    "period": Quarter(2027, 1),
}
TESTED = Standard("everybody passes the product test", [Evidence("list-7")])


def boxes(count: int) -> Amount:
    """Return so many boxes."""
    return Amount.of(count, BOX)


def test_seven_kinds() -> None:
    """S004-36: seven kinds, of which that of doctors is sensitive."""
    assert [kind.says.zh for kind in GOAL_KINDS.values()] == [
        "产品",
        "区域开发",
        "医院开发",
        "科室开发",
        "医生开发",
        "销售额",
        "回款",
    ]
    assert [name for name, kind in GOAL_KINDS.items() if kind.sensitive] == ["doctor_development"]
    assert [says.zh for says in PHASES.values()] == ["一期：开发点", "二期：开发量", "三期：开发规模"]
    assert list(RANKS) == ["goal", "plan", "strategy", "tactic"]


@pytest.mark.parametrize(
    ("kind", "measure", "role", "blocked"),
    [
        ("sales", "sales", "medical_rep", True),
        ("sales", "sales", "business_rep", False),
        ("receipts", "receipts", "medical_rep", True),
        ("doctor_development", "boxes", "business_rep", True),
        ("doctor_development", "doctors_developed", "business_rep", False),
        ("hospital_development", "hospitals_opened", "medical_rep", False),
    ],
)
def test_a_goal_knows_what_to_ask_the_gate(kind: str, measure: str, role: str, blocked: bool) -> None:
    """E44: the facts that a goal gives are the gate's own words; whether it may be given is the gate's matter."""
    known = GOAL_MEASURES[measure].unit
    assert known is not None
    goal = Goal(**{**DUE, "kind": kind, "measure": measure}, amount=Amount.of(5, known))
    verdict = CN_2026.check(Action("assign_goal", {**goal.asks, "role": role}), as_of=date(2026, 12, 1))
    assert (not verdict.allowed) is blocked
    assert goal.sensitive == (kind == "doctor_development")


def test_in_figures_or_by_a_standard() -> None:
    """S004-28: an amount in the measure's unit, or a standard; not both, and not neither."""
    assert Goal(**DUE, amount=boxes(0)).quantified
    assert not Goal(**{**DUE, "measure": "training"}, standard=TESTED).quantified
    for amount, standard, what in ((None, None, "neither an amount"), (boxes(1), TESTED, "an amount and a standard")):
        with pytest.raises(BadValue, match=f"{what}.* @ goal 'G1'; give one of the two"):
            Goal(**DUE, amount=amount, standard=standard)
    with pytest.raises(NotComparable, match="CNY where BOX is due @ goal 'G1'"):
        Goal(**DUE, amount=Amount.of(1, CNY))
    with pytest.raises(NotComparable, match="BOX where no amount is due"):
        Goal(**{**DUE, "measure": "training"}, amount=boxes(1))
    with pytest.raises(BadValue, match="a goal below zero @ goal 'G1'"):
        Goal(**DUE, amount=boxes(-1))


def test_a_share_of_the_market_as_a_goal() -> None:
    """S004-28: a share and a growth are goals in per cent, to two decimals."""
    goal = Goal(**{**DUE, "measure": "market_share"}, amount=Amount.of("12.50", PERCENT))
    assert str(goal.amount) == "12.50 PERCENT"
    assert goal.asks["measure"] == "share"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kind": "prodcut"}, 'no kind of goal; did you mean "product"'),
        ({"kind": GoalKind("other", Says("other", "其他"))}, "no kind of goal"),
        ({"kind": 7}, "no kind of goal"),
        ({"measure": "boxs"}, 'no ready-made measure; did you mean "boxes"'),
        ({"measure": ["boxes"]}, "no ready-made measure"),
        ({"phase": "point"}, 'unknown word @ goal .*; did you mean "points"'),
        ({"rank": "tactics"}, "unknown word"),
        ({"serves": " G1 "}, "serves itself"),
        ({"id": "  "}, "empty id"),
        ({"id": "G\x001"}, "U\\+0000"),
        ({"owner": "a\nb"}, "an id is one line"),
        ({"products": "P1"}, "one text where several are due"),
        ({"customers": [7]}, "int where text is due"),
        ({"period": "2027-Q1"}, "no period @ goal 'G1'"),
        ({"amount": 5}, "no amount @ goal 'G1'"),
        ({"stages": [Stage(date(2027, 4, 1))]}, "a stage outside the period @ goal 'G1'; 2027-Q1"),
    ],
)
def test_hostile_goals(wrong: dict[str, Any], says: str) -> None:
    """Each is refused by name, with the id of the goal and what to write."""
    with pytest.raises(BadValue, match=says):
        Goal(**{**DUE, "amount": boxes(1), **wrong})


def test_stages_are_days_in_their_order() -> None:
    """Stages stand by their days; a moment is no day, and their amounts are in the goal's unit."""
    late, early = Stage(date(2027, 3, 1), boxes(9)), Stage(date(2027, 1, 1))
    assert Goal(**DUE, amount=boxes(9), stages=[late, early]).stages == (early, late)
    with pytest.raises(BadValue, match="datetime where a day is due"):
        Stage(datetime(2027, 1, 1))  # noqa: DTZ001 - the point of the test
    with pytest.raises(NotComparable):
        Goal(**DUE, amount=boxes(9), stages=[Stage(date(2027, 1, 1), Amount.of(1, CNY))])


def test_evidence_is_checked_by_somebody_on_a_day() -> None:
    """A document may be named beforehand; checked it is with its day and who did it, and met with all of them."""
    assert not TESTED.met
    assert not Standard("as agreed").met
    assert Standard("as agreed", [Evidence("d1", date(2027, 3, 1), "m1")]).met
    assert not Standard("as agreed", [Evidence("d1", date(2027, 3, 1), "m1"), Evidence("d2")]).met
    for wrong in ({"on": date(2027, 3, 1)}, {"checked_by": "m1"}):
        with pytest.raises(BadValue, match="checked by nobody or on no day @ evidence 'd1'"):
            Evidence("d1", **wrong)
    with pytest.raises(BadValue, match="empty where words are due"):
        Standard("  ")


def test_nothing_personal_in_a_repr() -> None:
    """Notes and standards may speak of people, so a repr does not show them."""
    swot = Swot(threats=["Dr Example prefers a rival"])
    goal = Goal(**{**DUE, "measure": "training"}, standard=Standard("Ann Example teaches"), swot=swot)
    assert "Example" not in repr(goal)
    assert swot.table().text().splitlines()[-1] == "threat  Dr Example prefers a rival"


def test_own_measures() -> None:
    """A measure of one's own has a name, a unit and the gate's word for what it counts."""
    signed = GoalMeasure("agents_signed", Says("agents signed", "签约代理商"), CUSTOMER, "development")
    assert Goal(**{**DUE, "measure": signed}, amount=Amount.of(3, CUSTOMER)).asks["measure"] == "development"
    with pytest.raises(BadRule, match="not a word of the compliance gate"):
        GoalMeasure("x", Says("x", "x"), BOX, "usage")


def test_quarters_come_first() -> None:
    """S004-35: the quarter before the year, quarters by their days, otherwise in the order given."""
    goals = [
        Goal(**{**DUE, "id": f"G{n}", "period": period(text)}, amount=boxes(n))
        for n, text in enumerate(["2027", "2027-Q2", "2027-01", "2027-Q1"])
    ]
    assert [row[0] for row in goal_table(goals).rows] == ["G3", "G1", "G2", "G0"]
    standard = goal_table([Goal(**{**DUE, "measure": "training", "phase": "volume"}, standard=TESTED)])
    assert standard.text("zh").splitlines()[-1].split() == [
        *("G1 n1 rep 2027-Q1 产品 培训标准 按标准".split()),
        "二期：开发量",
    ]


FULL = Goal(
    **{**DUE, "kind": "hospital_development", "measure": "hospitals_opened", "period": Year(2027)},
    amount=Amount.of(8, HOSPITAL),
    products=["P1"],
    customers=["H1", "H2"],
    stages=[Stage(date(2027, 6, 30), Amount.of(4, HOSPITAL), "first half"), Stage(date(2027, 9, 30))],
    swot=Swot(["a"], ["b"], ["c", "d"], ["e"]),
    phase="points",
    rank="plan",
    serves="G0",
)


@pytest.mark.parametrize(
    "goal",
    [
        FULL,
        Goal(**DUE, amount=boxes(0), stages=[Stage(date(2027, 1, 1), boxes(0))]),
        Goal(
            **{**DUE, "measure": "training"},
            standard=Standard("示例", [Evidence("d1", date(2027, 1, 1), "m1"), Evidence("d2")]),
        ),
    ],
)
def test_plain_data_both_ways(goal: Goal) -> None:
    """What a store keeps as JSON is the same goal again, zero amounts and Chinese included."""
    again = goal_from(json.loads(json.dumps(goal_data(goal))))
    assert again == goal
    assert again.swot == goal.swot
    assert again.measure.says == goal.measure.says


@given(st.sampled_from(sorted(goal_data(FULL))), st.sampled_from([None, 7, "x", [], {}, True, [1], {"a": None}]))
def test_hostile_data(name: str, value: object) -> None:
    """Whatever stands in one place of the data, the answer is a goal or a typed error that quotes no note."""
    data = {**goal_data(FULL), name: value}
    found: object = None
    try:
        found = goal_from(data)
    except (BadValue, BadRule, NotComparable) as error:
        found = error
    assert isinstance(found, Goal) or "first half" not in str(found)
    for gone in ({}, {key: kept for key, kept in goal_data(FULL).items() if key != name}):
        with pytest.raises(BadValue, match="no goal: data of another form"):
            goal_from(gone)


def test_an_amount_of_what_has_no_unit() -> None:
    """Data that count what cannot be counted are refused."""
    data = goal_data(Goal(**{**DUE, "measure": "training"}, standard=TESTED))
    with pytest.raises(BadValue, match="an amount of what has no unit"):
        goal_from({**data, "amount": 5, "standard": None})
