"""Action plans: 5W1H and resources, twelve components, progress rolled up, and carry-over that loses nothing."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadTree, NotFound
from pharmasales.goals.acting.actions import COMPONENTS, ActionPlan, PlanItem, Resources
from pharmasales.goals.acting.plan_check import check_plan
from pharmasales.goals.acting.progress import plan_progress
from pharmasales.goals.acting.unfinished import carry_items
from pharmasales.periods import Month, Quarter
from pharmasales.units import CNY, Amount
from pharmasales.workdays import CHINA, WEEKDAYS

MARCH, APRIL = Month(2026, 3), Month(2026, 4)
FULL = Resources(2, "slides", Amount.of(800, CNY), 3)


def item(name, days=1, part_of="", after=(), **more):
    """Return an item that takes so many days."""
    return PlanItem(name, name, resources=Resources(days=days), part_of=part_of, after=after, **more)


def plan(*items):
    """Return a plan of March."""
    return ActionPlan(MARCH, items)


def test_the_six_questions_and_four_resources():
    """Each that is not answered is named, in order; `none` and 0 are answers."""
    assert [one.en for one in PlanItem("a", "").missing] == [
        "what",
        "who",
        "why",
        "where",
        "when",
        "how",
        "people",
        "material",
        "money",
        "time",
    ]
    answers = {"who": "r1", "why": "G1", "where": "H1", "how": "talk", "due": date(2026, 3, 20)}
    assert PlanItem("a", "talk", **answers, resources=FULL).missing == ()
    none = Resources(0, "none", Amount.of(0, CNY), 0)
    assert PlanItem("a", "talk", **answers, resources=none).missing == ()
    assert [one.zh for one in PlanItem("a", "谈", start=date(2026, 3, 2)).missing][:4] == ["谁", "为何", "何地", "如何"]


def test_the_twelve_components():
    """S004-47 names twelve; what the plan says and what its items show is found, the rest is missing."""
    first, last = (
        "breakdown actions small_goals review duties adjustment",
        "events customers schedule cost hospitals appraisal",
    )
    assert list(COMPONENTS) == [*first.split(), *last.split()]
    assert COMPONENTS["small_goals"].zh == "微观目标"
    empty = check_plan(ActionPlan(MARCH, ()))
    assert (empty.missing, empty.complete) == (tuple(COMPONENTS), False)
    full = PlanItem("a", "talk", "r1", "G1", "H1", due=date(2026, 3, 20), how="talk", resources=FULL)
    found = check_plan(ActionPlan(MARCH, (full,), {"review": "Fridays", "events": "  "}))
    assert list(found.found) == ["actions", "review", "duties", "schedule", "cost"]
    assert not found.items
    two = check_plan(ActionPlan(MARCH, (full, PlanItem("b", "list"))))
    assert list(two.found) == ["actions"]
    assert two.items["b"][0].en == "who"
    assert "b 缺少 谁、为何" in two.why.text("zh")
    said = dict.fromkeys(COMPONENTS, "page 1")
    done = check_plan(ActionPlan(MARCH, (full,), said))
    assert done.complete
    assert done.why.head() == "12 of 12 components, 0 items incomplete"
    assert len(done.table()) == 12
    assert "small goals" in done._repr_html_()


def test_items_become_tasks():
    """A whole is a milestone after its parts; parts wait for what the whole follows; who follows it waits for all."""
    found = plan(
        item("prepare", 2),
        item("meeting", None, after=("prepare",)),
        item("room", 1, "meeting"),
        item("guests", 3, "meeting"),
        item("minutes", 1, after=("meeting",), due=date(2026, 3, 10)),
    )
    tasks = {task.id: task for task in found.tasks()}
    assert (tasks["meeting"].days, tasks["meeting"].after) == (0, ("prepare", "room", "guests"))
    assert tasks["guests"].after == ("prepare",)
    made = found.schedule(date(2026, 3, 2), CHINA)
    assert made.critical == ("prepare", "guests", "meeting", "minutes")
    assert (made["minutes"].finish, made["minutes"].late) == (date(2026, 3, 9), 0)


def test_a_plan_refuses_what_cannot_be():
    """Twin ids, unknown items and components are named together; no personal value stands in a repr."""
    with pytest.raises(BadRows) as caught:
        ActionPlan(MARCH, (item("a"), item("A"), item("b", after=("x",)), item("c", part_of="y")), {"revew": "p. 1"})
    assert [(e.where, e.code) for e in caught.value.exceptions] == [
        ("item 'A'", "plan.twins"),
        ("item 'b'", "plan.item"),
        ("item 'c'", "plan.item"),
        ("component 'revew'", "plan.part"),
    ]
    with pytest.raises(BadRows) as caught:
        plan(item("a", None), item("b", None)).tasks()
    assert [e.where for e in caught.value.exceptions] == ["item 'a'", "item 'b'"]
    with pytest.raises(BadRule, match="cycle: a > b > a"):
        plan(item("a", part_of="b"), item("b", part_of="a")).schedule(date(2026, 3, 2), WEEKDAYS)
    assert "Ann" not in repr(PlanItem("a", "visit", who="Ann Example", why="Ann", where="Ann's", how="by Ann"))


def test_progress_by_hand():
    """1 of 1 day and 1/3 of 3 days are 2 of 4; the schedule says 3 of 4 by the third day."""
    work = plan(item("whole", None), item("a", 1, "whole"), item("b", 3, "whole"), item("c", 4))
    made = work.schedule(date(2026, 3, 2), WEEKDAYS)
    done = {"a": 1, "b": "1/3", "c": "25%"}
    found = plan_progress(work, done, schedule=made, as_of=date(2026, 3, 3), calendar=WEEKDAYS)
    assert (found["whole"].done, found["whole"].planned, found["whole"].behind) == (
        Fraction(1, 2),
        Fraction(3, 4),
        Fraction(1, 4),
    )
    assert (found.all.weight, found.all.done, found.all.planned) == (8, Fraction(3, 8), Fraction(5, 8))
    by_items = plan_progress(work, done, weigh="items")
    assert by_items["whole"].done == Fraction(2, 3)
    assert by_items.all.done == Fraction(1 + Fraction(1, 3) + Fraction(1, 4), 3)
    assert by_items.all.planned is by_items.all.behind is None
    before = plan_progress(work, done, schedule=made, as_of=date(2026, 3, 1), calendar=WEEKDAYS)
    assert before.all.planned == 0
    after = plan_progress(work, done, schedule=made, as_of=date(2026, 3, 31), calendar=WEEKDAYS)
    assert after.all.planned == 1
    assert [row["item_id"] for row in found.table().records()][:4] == ["whole", "a", "b", "c"]
    assert "全部" in found.table().text("zh")
    assert "50.0%" in found._repr_html_()


def test_what_is_not_reported_is_not_zero():
    """The done share is missing; what is certain is said beside it, with how many have not reported."""
    found = plan_progress(plan(item("a", 1), item("b", 3)), {"a": 1})
    assert (found.all.done, found.all.at_least, found.all.unreported) == (None, Fraction(1, 4), 1)
    assert found["a"].done == 1
    assert found["b"].done is None
    none = plan_progress(plan(item("m", 0)), {"m": 1})
    assert none.all.done is none.all.at_least is None


def test_progress_refuses():
    """Shares out of range, of wholes, of nobody, floats; items without days; cycles; a schedule without a day."""
    work = plan(item("whole", None), item("a", 1, "whole"), item("b", 3, "whole"))
    with pytest.raises(BadRows) as caught:
        plan_progress(work, {"a": "101%", "b": 0.5, "whole": 1, "x": 1})
    assert [(e.where, e.code) for e in caught.value.exceptions] == [
        ("item 'a'", "plan.done"),
        ("item 'b'", "number.float"),
        ("item 'whole'", "plan.whole"),
        ("item 'x'", "plan.item"),
    ]
    with pytest.raises(BadRows, match="items without days"):
        plan_progress(plan(item("a", None)), {"a": 1})
    with pytest.raises(BadTree, match="cycle"):
        plan_progress(plan(item("a", 1, "b"), item("b", 1, "a")), {})
    with pytest.raises(BadTree, match="no item"):
        plan_progress(plan(), {})
    with pytest.raises(BadRule, match="did you mean"):
        plan_progress(work, {}, weigh="day")
    with pytest.raises(BadRule, match="without a day"):
        plan_progress(work, {}, schedule=work.schedule(date(2026, 3, 2), WEEKDAYS))
    with pytest.raises(NotFound):
        plan_progress(work, {})["x"]


@st.composite
def plans(draw):
    """Return a plan of up to eight items in a tree, with reports, reasons and what is dropped."""
    items, count = [], draw(st.integers(1, 8))
    for n in range(count):
        above = draw(st.none() | st.integers(0, n - 1)) if n else None
        after = draw(st.lists(st.integers(0, n - 1), max_size=2, unique=True)) if n else []
        part_of = "" if above is None else f"i{above}"
        items.append(item(f"i{n}", draw(st.integers(0, 9)), part_of, tuple(f"i{one}" for one in after)))
    made = plan(*items)
    done = {one.id: draw(st.fractions(0, 1, max_denominator=6)) for one in made.leaves() if draw(st.booleans())}
    open_ids = [one.id for one in made.leaves() if done.get(one.id, 0) < 1]
    dropped = draw(st.lists(st.sampled_from(open_ids), unique=True)) if open_ids else []
    return made, done, open_ids, dropped


@given(plans())
def test_carry_over_conserves(world):
    """Every item is finished, carried or dropped, once; what is left is what was not done, rounded up."""
    made, done, open_ids, dropped = world
    found = carry_items(made, done, APRIL, dict.fromkeys(open_ids, "why"), dropped=dropped)
    carried = [one.id for one in found.plan.items]
    assert sorted([*carried, *found.finished, *found.dropped]) == sorted(one.id for one in made.items)
    assert set(open_ids) - set(dropped) <= set(carried)
    assert set(dropped) <= set(found.dropped)
    for one in found.plan.items:
        before = next(old for old in made.items if old.id == one.id)
        assert (one.carried, one.start, one.due) == (1, None, None)
        assert set(one.after) <= set(carried)
        left = before.resources.days * (1 - done.get(one.id, Fraction(0)))
        assert 0 <= one.resources.days - left < 1
    assert all(found.reasons[one] == "why" for one in open_ids)
    assert len(found.table()) == len(made.items)


def test_carry_over_by_hand():
    """Half of four days leaves two; a whole goes with its open part; a second time counts two."""
    work = plan(
        item("list", 1),
        item("meeting", None),
        item("room", 1, "meeting"),
        item("guests", 4, "meeting", after=("list",)),
        item("fair", 3),
    )
    done = {"list": 1, "room": 1, "guests": "1/2"}
    reasons = {"guests": "leave", "fair": "cancelled"}
    found = carry_items(work, done, APRIL, reasons, dropped=["fair"], due={"guests": date(2026, 4, 10)})
    assert [(one.id, one.resources.days, one.after, one.due) for one in found.plan.items] == [
        ("meeting", None, (), None),
        ("guests", 2, (), date(2026, 4, 10)),
    ]
    assert (found.finished, found.dropped) == (("list", "room"), ("fair",))
    again = carry_items(found.plan, {}, Month(2026, 5), {"guests": "leave again"})
    assert [(one.id, one.carried) for one in again.plan.items] == [("meeting", 2), ("guests", 2)]
    assert [row["became"].zh for row in found.table().records()] == ["结转", "结转", "取消", "已完成", "已完成"]
    assert "cancelled" in found._repr_html_()


def test_a_whole_of_finished_and_dropped_parts_is_finished():
    """Where one part was done and the other given up, the whole is closed; where all are given up, it is dropped."""
    work = plan(item("w", None), item("a", 1, "w"), item("b", 1, "w"), item("v", None), item("c", 1, "v"))
    found = carry_items(work, {"a": 1}, APRIL, {"b": "no", "c": "no"}, dropped=["b", "c"])
    assert (found.finished, found.dropped, found.plan.items) == (("w", "a"), ("b", "v", "c"), ())


def test_carry_over_refuses():
    """No reason, unknown items, dropping what is done, dates of what is gone, a period that is too early."""
    work = plan(item("a"), item("b"), item("c"), item("d"))
    with pytest.raises(BadRows) as caught:
        carry_items(
            work,
            {"a": 1},
            APRIL,
            {"b": " ", "x": "?", "c": "no", "d": "no"},
            dropped=["a", "c"],
            due={"c": date(2026, 4, 1)},
        )
    assert [(e.where, e.code) for e in caught.value.exceptions] == [
        ("item 'x'", "plan.item"),
        ("item 'b'", "plan.reason"),
        ("item 'a'", "plan.dropped"),
        ("item 'c'", "plan.due"),
    ]
    for after in (MARCH, Quarter(2026, 1), Month(2026, 2)):
        with pytest.raises(BadRule, match="begins before this one ends"):
            carry_items(work, {}, after, {})
