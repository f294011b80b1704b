"""Goals looked at together: links, sums, number, lead time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadValue
from pharmasales.goals.setting.goal import Goal, Stage
from pharmasales.goals.setting.links import GoalFindings, check_goals
from pharmasales.goals.setting.standards import Standard
from pharmasales.periods import Quarter, Year, period
from pharmasales.units import BOX, CNY, Amount


def goal(id: str, owner: str, count: int | None, serves: str = "", **more: Any) -> Goal:  # noqa: A002
    """Make a goal of boxes in the first quarter, or what `more` says."""
    due: dict[str, Any] = {"level": "rep", "kind": "product", "measure": "boxes", "period": Quarter(2027, 1), **more}
    amount = None if count is None else Amount.of(count, CNY if due["measure"] == "sales" else BOX)
    return Goal(id=id, owner=owner, serves=serves, amount=amount, **due)


def check(*goals: Goal, as_of: date = date(2026, 12, 1), most: int = 9, lead_days: int = 14) -> GoalFindings:
    """Check with wide limits."""
    return check_goals(goals, as_of=as_of, most=most, lead_days=lead_days)


def found(*goals: Goal, **limits: Any) -> list[tuple[str, str]]:
    """Return id and code of each finding."""
    return [(one.goal, one.code) for one in check(*goals, **limits)]


def test_manager_1000_reps_990() -> None:
    """S004-30, S004-31: the goals that serve another must add up to it; 1,000 do, 990 are 10 short, 1,010 may be."""
    top = goal("G", "N", 1000)
    for second, short in ((500, False), (490, True), (510, False)):
        codes = found(top, goal("G1", "n1", 500, "G"), goal("G2", "n2", second, "G"))
        assert codes == ([("G", "short")] if short else [])
    findings = check(top, goal("G1", "n1", 990, "G"))
    assert next(iter(findings)).why.text("zh") == "G 要求 1,000 BOX，其下合计 990 BOX，差 10 BOX"
    assert "10 BOX short" in findings._repr_html_()
    assert len(findings) == 1
    assert findings.table().rows[0][:3] == ("G", "N", "short")


def test_sums_of_one_kind_only() -> None:
    """The reps' year and the owner's own quarters are counted apart; another measure does not count."""
    year = goal("Y", "N", 100, period=Year(2027))
    reps = [goal(f"R{n}", f"n{n}", 50, "Y", period=Year(2027), stages=[Stage(date(2027, 3, 31))]) for n in (1, 2)]
    quarters = [goal(f"Q{n}", "N", 25, "Y", period=Quarter(2027, n)) for n in (1, 2, 3, 4)]
    assert found(year, *reps, *quarters) == []
    assert found(year, *reps, *quarters[:3]) == [("Y", "short")]
    money = goal("M", "n3", 1, "Y", measure="sales")
    words = goal("W", "n3", None, "Y", standard=Standard("as agreed"))
    assert found(year, *reps, *quarters, money, words) == []
    assert found(goal("W", "N", None, standard=Standard("as agreed")), goal("X", "n1", 1, "W")) == []


def test_links_that_do_not_hold() -> None:
    """One that is not there, a circle, a period outside."""
    assert found(goal("A", "n1", 1, "Z")) == [("A", "unknown")]
    circle = [goal("A", "n1", 1, "B"), goal("B", "n1", 1, "C"), goal("C", "n1", 1, "B")]
    assert [one for one in found(*circle) if one[1] == "circle"] == [("B", "circle"), ("C", "circle")]
    outside = check(goal("A", "n1", 1), goal("B", "n1", 1, "A", period=Quarter(2027, 2)))
    assert [one.why.text("zh") for one in outside] == ["B（2027-Q2）不在 A 的 2027-Q1 之内"]


@pytest.mark.parametrize(
    ("rank", "above", "good"),
    [
        ("goal", "goal", True),
        ("plan", "goal", True),
        ("plan", "plan", True),
        ("strategy", "plan", True),
        ("tactic", "strategy", True),
        ("tactic", "plan", False),
        ("tactic", "goal", False),
        ("goal", "plan", False),
    ],
)
def test_ranks_in_their_order(rank: str, above: str, good: bool) -> None:
    """S004-48: goal > plan > strategy > tactic, none skipped."""
    codes = found(goal("A", "n1", 1, rank=above), goal("B", "n1", 1, "A", rank=rank))
    assert codes == ([] if good else [("B", "rank")])


def test_lead_time_flips_at_its_day() -> None:
    """S004-31: 14 days are due; on the 14th day before it is early enough, on the 13th it is not."""
    one = goal("A", "n1", 1)
    assert found(one, as_of=date(2026, 12, 18)) == []
    assert found(one, as_of=date(2026, 12, 19)) == [("A", "lead")]
    assert next(iter(check(one, as_of=date(2027, 1, 2)))).why.text() == "A starts in -1 days, 14 are due to prepare it"


def test_too_many_at_once() -> None:
    """S004-31: what counts is how many run at a time; a quarter that cuts one's own year is not another goal."""
    goals = [goal(f"G{n}", "n1", 1) for n in range(3)]
    assert found(*goals, most=3) == []
    assert found(*goals, most=2) == [("G0", "many")]
    later = [goal(f"L{n}", "n1", 1, period=Quarter(2027, 2)) for n in range(3)]
    assert found(*goals, *later, most=3) == []
    year = goal("Y", "n1", 4, period=Year(2027))
    cut = [goal(f"Q{n}", "n1", 1, "Y", period=Quarter(2027, n)) for n in (1, 2, 3, 4)]
    assert found(year, *cut, most=1) == []
    other = goal("O", "n1", 1, "Y", measure="sales")
    assert found(year, *cut, other, most=1) == [("Y", "many")]
    assert found(goal("T", "n1", 1, rank="tactic"), most=0) == []
    assert "3 goals at once from 2027-01-01, at most 2" in [one.why.text() for one in check(*goals, most=2)]


def test_the_quarter_before_the_year() -> None:
    """S004-35: a year needs a stage, or a quarter of its owner that serves it; a bucket of two quarters does, too."""
    year = goal("Y", "N", 10, period=Year(2027))
    assert found(year) == [("Y", "quarter")]
    assert found(goal("Y", "N", 10, period=period("2027-Q2+Q3"))) == [("Y", "quarter")]
    assert found(goal("Y", "N", 10, period=Year(2027), stages=[Stage(date(2027, 3, 31))])) == []
    assert found(goal("Y", "N", 10, period=Year(2027), rank="plan")) == []
    assert ("Y", "quarter") in found(year, goal("Q", "n1", 10, "Y"))
    assert found(year, goal("Q", "N", 10, "Y")) == []
    assert found(goal("Q", "N", 1, period=Quarter(2027, 3))) == []


def test_sensitive_kinds_go_to_the_gate() -> None:
    """S004-36: a goal that develops doctors is flagged; the verdict is the gate's."""
    assert found(goal("D", "n1", 5, kind="doctor_development")) == [("D", "gate")]


def test_refused() -> None:
    """Two goals of one id, and limits below zero."""
    with pytest.raises(BadRows) as caught:
        check(goal("A", "n1", 1), goal("A", "n2", 1), goal("A", "n3", 1))
    assert [error.code for error in caught.value.exceptions] == ["goals.twins"] * 2
    with pytest.raises(BadValue, match="limits are zero or above"):
        check(most=-1)
    assert list(check()) == []


@given(st.lists(st.sampled_from(["", *"ABCDEF"]), min_size=6, max_size=6))
def test_circles_against_a_plain_walk(serves: list[str]) -> None:
    """A goal is in a circle where following what it serves comes back to it."""
    above = {name: serve if serve != name else "" for name, serve in zip("ABCDEF", serves, strict=True)}

    def comes_back(start: str) -> bool:
        here = above[start]
        for _ in range(6):
            if here in ("", start):
                break
            here = above[here]
        return here == start

    goals = [goal(name, "n1", 1, serve) for name, serve in above.items()]
    circles = {name for name, code in found(*goals) if code == "circle"}
    assert circles == {name for name in above if comes_back(name)}


def test_a_long_chain() -> None:
    """A hundred thousand goals, each serving the one before: no recursion, no quadratic walk."""
    goals = [goal(f"G{n}", f"n{n}", 1, f"G{n - 1}" if n else "") for n in range(100_000)]
    assert found(*goals) == []
