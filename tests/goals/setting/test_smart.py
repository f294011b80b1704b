"""SMART: each letter flips exactly at its threshold; what is missing never passes."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.goals.setting.goal import Goal, Stage
from pharmasales.goals.setting.kinds import GOAL_KINDS
from pharmasales.goals.setting.smart_check import SmartFacts, SmartLimits, smart
from pharmasales.goals.setting.standards import Evidence, Standard
from pharmasales.periods import Quarter
from pharmasales.units import BOX, CNY, Amount

DUE: dict[str, Any] = {"id": "G1", "owner": "n1", "level": "rep", "kind": "sales", "measure": "boxes"}
FIRST = date(2027, 1, 1)


def boxes(count: int) -> Amount:
    """Return so many boxes."""
    return Amount.of(count, BOX)


def goal(count: int = 1200, **more: Any) -> Goal:
    """Make a goal of boxes that names a product and has a stage, or what `more` says."""
    given = {"amount": boxes(count), "products": ["P1"], "stages": [Stage(date(2027, 2, 1))], **more}
    return Goal(**{**DUE, "period": Quarter(2027, 1), **given})


def facts(**more: Any) -> SmartFacts:
    """Return facts under which 1,200 boxes pass, or what `more` says."""
    known = {"as_of": date(2026, 12, 1), "trend": boxes(1100), "potential": boxes(2000), "capacity": boxes(1500)}
    return SmartFacts(**{**known, **more})


BARE = goal(amount=None, standard=Standard("as agreed"))


def test_all_five() -> None:
    """A goal with everything passes, in both languages."""
    found = smart(goal(), facts())
    assert found.passed is True
    assert [letter.letter for letter in found] == list("SMART")
    assert [letter.says.zh for letter in found] == ["具体", "可衡量", "有挑战", "可实现", "有时间表"]
    assert found.text("zh").splitlines() == [
        "具体：通过：责任人 n1，指标 销售量，类型 销售额，对象 P1",
        "可衡量：通过：1,200 BOX",
        "有挑战：通过：1,200 BOX 高于趋势 1,100 BOX",
        "可实现：通过：在潜力与承载能力之内",
        "  1,200 BOX 不超过潜力 2,000 BOX",
        "  1,200 BOX 不超过承载能力 1,500 BOX",
        "有时间表：通过：2027-01-01 至 2027-03-31，1 个阶段，距开始 31 天（应有 0 天）",
    ]
    assert str(found) == found.text()
    assert [row[0] for row in found.table().rows] == list("SMART")
    assert "有挑战" in found.table().html("zh")
    assert "Ambitious" in found._repr_html_()


@pytest.mark.parametrize(
    ("kind", "named", "passed"),
    [
        ("product", {"products": ["P1"], "customers": []}, True),
        ("product", {"products": [], "customers": ["H1"]}, False),
        ("hospital_development", {"products": ["P1"], "customers": []}, False),
        ("hospital_development", {"products": [], "customers": ["H1"]}, True),
        ("department_development", {"products": [], "customers": []}, False),
        ("doctor_development", {"products": [], "customers": ["D1"]}, True),
        ("sales", {"products": [], "customers": []}, False),
        ("sales", {"products": [], "customers": ["H1"]}, True),
        ("receipts", {"products": ["P1"], "customers": []}, True),
        ("region_development", {"products": [], "customers": []}, True),
    ],
)
def test_specific(kind: str, named: dict[str, Any], passed: bool) -> None:
    """What a kind is about must be named: a product, a customer, either; a region is its owner."""
    letter = smart(goal(kind=kind, **named), facts())["S"]
    assert letter.passed is passed
    assert ("but no" in letter.why.text()) is not passed
    assert kind in GOAL_KINDS


def test_measurable() -> None:
    """An amount, or a standard with a document that is to show it (S004-28)."""
    assert smart(goal(0), facts())["M"].passed is True
    assert smart(BARE, facts())["M"].passed is False
    shown = goal(amount=None, standard=Standard("as agreed", [Evidence("list-7")]))
    letter = smart(shown, facts())["M"]
    assert (letter.passed, letter.because.text()) == (True, "a standard, to be shown by list-7")


@given(st.integers(0, 10**6), st.sampled_from(["0%", "5%", "1/3"]))
def test_ambitious_flips_over_the_trend(trend: int, above: str) -> None:
    """Exactly on the trend, raised by the share asked, is not over it; one box more is."""
    limits = SmartLimits(above_trend=above)  # type: ignore[arg-type]  # texts are read
    cut = Fraction(trend) * (1 + limits.above_trend)
    on = cut.numerator // cut.denominator
    assert smart(goal(on), facts(trend=boxes(trend)), limits)["A"].passed is False
    assert smart(goal(on + 1), facts(trend=boxes(trend)), limits)["A"].passed is True


def test_ambitious_without_a_yardstick() -> None:
    """No trend, a trend below zero, a goal without a figure: unknown, never passed."""
    assert smart(goal(), facts(trend=None))["A"].because.text("zh") == "趋势未知"
    below = smart(goal(), facts(trend=boxes(-1)))["A"]
    assert (below.passed, below.because.text()) == (None, "the trend -1 BOX is below zero, no yardstick")
    for letter in "AR":
        found = smart(BARE, facts())[letter]
        assert (found.passed, found.because.text()) == (None, "a goal by standard has no figure: judge by hand")
    raised = smart(goal(1155), facts(), SmartLimits(above_trend=Fraction(1, 20)))["A"]
    assert raised.because.text() == "1,155 BOX is not over 1.05 x 1,100 BOX, the trend"


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from([Fraction(1), Fraction(4, 5), Fraction(1, 3)]))
def test_realistic_flips_at_the_nearer_bound(potential: int, capacity: int, part: Fraction) -> None:
    """On the bound it is within; one box more is beyond."""
    limits = SmartLimits(of_potential=part)
    bound = min(potential * part, Fraction(capacity))
    on = bound.numerator // bound.denominator
    known = facts(potential=boxes(potential), capacity=boxes(capacity))
    assert smart(goal(on), known, limits)["R"].passed is True
    assert smart(goal(on + 1), known, limits)["R"].passed is False


@pytest.mark.parametrize(
    ("potential", "capacity", "passed", "says"),
    [
        (None, None, None, "potential, capacity not known"),
        (2000, None, None, "capacity not known (1,200 BOX is at most 2,000 BOX, the potential)"),
        (1000, None, False, "more than can be (1,200 BOX is over 1,000 BOX, the potential)"),
        (None, 1000, False, "more than can be (1,200 BOX is over 1,000 BOX, the capacity)"),
    ],
)
def test_realistic_with_something_missing(potential: int | None, capacity: int | None, passed: bool, says: str) -> None:
    """With one of the two missing it can fail, but not pass."""
    known = {
        name: None if count is None else boxes(count)
        for name, count in (("potential", potential), ("capacity", capacity))
    }
    letter = smart(goal(), facts(**known))["R"]
    assert (letter.passed, letter.because.text()) == (passed, says)


@given(st.integers(-40, 40), st.integers(0, 40))
def test_timetable_flips_at_its_lead(left: int, due: int) -> None:
    """Exactly the days due are enough."""
    letter = smart(goal(), facts(as_of=FIRST - timedelta(days=left)), SmartLimits(lead_days=due))["T"]
    assert letter.passed is (left >= due)


def test_timetable_needs_stages_on_the_way() -> None:
    """A stage on the last day is the goal itself; without the day of the check it cannot pass."""
    last = goal(stages=[Stage(date(2027, 3, 31))])
    assert smart(last, facts())["T"].passed is False
    assert smart(goal(stages=[Stage(date(2027, 3, 30))]), facts())["T"].passed is True
    assert smart(last, facts(), SmartLimits(stages=0))["T"].passed is True
    assert smart(goal(), facts(), SmartLimits(stages=2))["T"].passed is False
    unknown = smart(goal(), facts(as_of=None))["T"]
    assert (unknown.passed, "day of the check not known" in unknown.why.text()) == (None, True)
    assert smart(last, facts(as_of=None))["T"].passed is False


def test_the_verdict_of_all() -> None:
    """False as soon as one fails; unknown where none fails and one is unknown."""
    assert smart(goal(), facts(capacity=None)).passed is None
    assert smart(goal(), facts(capacity=None, trend=boxes(1200))).passed is False


@given(st.sets(st.sampled_from(["as_of", "trend", "potential", "capacity"]), min_size=1))
def test_nothing_missing_ever_passes(gone: set[str]) -> None:
    """Whatever is left out, its letter does not pass."""
    found = smart(goal(), facts(**dict.fromkeys(gone)))
    for name, letter in (("as_of", "T"), ("trend", "A"), ("potential", "R"), ("capacity", "R")):
        assert name not in gone or found[letter].passed is None
    assert found.passed is None


def test_hostile_facts() -> None:
    """Another unit, a potential below zero, limits below zero."""
    for name in ("trend", "potential", "capacity"):
        with pytest.raises(NotComparable, match=f"CNY with BOX @ {name}"):
            smart(goal(), facts(**{name: Amount.of(1, CNY)}))
    with pytest.raises(NotComparable, match="BOX with no unit @ trend"):
        smart(goal(amount=None, measure="training", standard=Standard("as agreed")), facts())
    for name in ("potential", "capacity"):
        with pytest.raises(BadValue, match=f"below zero @ {name}"):
            smart(goal(), facts(**{name: boxes(-1)}))
    limits: list[dict[str, Any]] = [{"above_trend": -1}, {"of_potential": "-1%"}, {"lead_days": -1}, {"stages": -1}]
    for wrong in limits:
        with pytest.raises(BadRule, match="a limit below zero"):
            SmartLimits(**wrong)
