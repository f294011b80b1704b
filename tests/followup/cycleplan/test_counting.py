"""Counting: which calls are the plan's, which were made and which are scheduled, and why the others are not."""

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from pharmasales.errors import BadRows, BadValue
from pharmasales.followup.calls.reports import CallReport, Detailed
from pharmasales.followup.cycleplan.attaining import attain_plan, attain_plans
from pharmasales.followup.cycleplan.counting import ACTUAL, BY_DATE, BY_STATE, SCHEDULED, Counting, PlainCall
from pharmasales.followup.cycleplan.plans import CyclePlan, Lifecycle, PlanTarget
from pharmasales.rules import All, AnyOf, Field

START, END, TODAY = date(2026, 1, 1), date(2026, 3, 31), date(2026, 2, 10)
DAY = timedelta(days=1)


def plan(**more):
    """Return a plan of one customer who is due four visits."""
    return CyclePlan("Q1", "r1", START, END, [PlanTarget("c1", "Dr. Example", planned=4)], **more)


def call(day, **more):
    """Return a submitted call of the plan's own territory."""
    return PlainCall(day, "r1", "c1", **{"territory": "r1", **more})


def counted(*calls, as_of=TODAY, of=None, **more):
    """Return actual, scheduled, total and the reasons."""
    found = attain_plan(of or plan(), calls, as_of, **more)
    one = found["c1"]
    return one.actual, one.scheduled, one.total_actual, [line.reason for line in found.lines()]


def saved(day, **more):
    """Return a call that is done and not submitted."""
    return call(day, submitted=False, **more)


@pytest.mark.parametrize(
    ("day", "reason"),
    [(START - DAY, "before"), (START, ""), (TODAY, ""), (END + DAY, "after")],
)
def test_both_ends_of_the_cycle_belong_to_it(day, reason):
    """A call counts from the first day to the last."""
    assert counted(call(day), as_of=END + DAY) == (int(not reason), 0, int(not reason), [reason])
    assert counted(call(END), as_of=END)[0] == 1


def test_another_territory_counts_in_the_total_only():
    """V-BATCH: the colleague's call raises the total, not the actual; one without a territory likewise."""
    assert counted(call(TODAY, territory="r2")) == (0, 0, 1, ["territory"])
    assert counted(call(TODAY, territory="")) == (0, 0, 1, ["nowhere"])


@pytest.mark.parametrize(
    ("state", "submitted", "ahead", "expected"),
    [
        ("done", True, -1, (1, 0)),
        ("done", True, 0, (1, 0)),
        ("done", False, -1, (1, 0)),
        ("done", False, 0, (1, 0)),
        ("done", False, 1, (0, 1)),
        ("planned", False, -1, (0, 1)),
        ("planned", False, 0, (0, 1)),
        ("planned", False, 1, (0, 1)),
        ("missed", True, -1, (0, 0)),
        ("moved", False, 1, (0, 0)),
        ("cancelled", False, 1, (0, 0)),
        ("", False, 1, (0, 0)),
    ],
)
def test_made_and_scheduled_by_state(state, submitted, ahead, expected):
    """V-RT: submitted, or saved up to today, is made; planned, or saved for a day to come, is scheduled."""
    one = call(TODAY + ahead * DAY, state=state, submitted=submitted)
    assert counted(one)[:2] == expected
    assert counted(one)[3] == ([""] if sum(expected) else ["state"])


def test_as_of_moves_a_saved_call_from_scheduled_to_actual():
    """On the eve it is scheduled, on its day made; the sum stays."""
    one = saved(TODAY)
    assert [counted(one, as_of=TODAY + n * DAY)[:2] for n in (-1, 0, 1)] == [(0, 1), (1, 0), (1, 0)]


def test_a_call_made_on_a_day_to_come_is_refused_by_name():
    """Default: every such call at once, own or not; counted where asked; let alone where it lies outside."""
    late = call(TODAY + DAY), call(TODAY + 2 * DAY, territory="r2")
    with pytest.raises(BadRows) as caught:
        counted(*late, call(END + DAY))
    assert [error.code for error in caught.value.exceptions] == ["followup.future"] * 2
    assert caught.value.exceptions[0].where == "call of customer 'c1' on 2026-02-11"
    with pytest.raises(BadRows):
        counted(PlainCall(TODAY + DAY, "r1", "c9", territory="r1"))
    assert counted(*late, counting=Counting(future="count"))[:3] == (1, 0, 2)
    assert counted(call(END + DAY))[3] == ["after"]


def test_by_date_looks_back_at_a_past_day():
    """Every call counts on its day: what came later is scheduled, and a plan whose day passed counts nowhere."""
    calls = call(TODAY), call(TODAY + DAY), saved(TODAY + DAY), saved(TODAY)
    assert counted(*calls, counting=BY_DATE)[:2] == (2, 2)
    planned = [call(TODAY + n * DAY, state="planned", submitted=False) for n in (-1, 0, 1)]
    assert counted(*planned, counting=BY_DATE) == (0, 2, 0, ["state", "", ""])


def test_each_rule_can_be_replaced():
    """One computation asks the rules that it is given: counts and reasons follow together."""
    submitted = Counting(actual=All((ACTUAL, Field("submitted").equals(True))))
    assert counted(saved(TODAY), call(TODAY), counting=submitted) == (1, 0, 1, ["state", ""])
    nobody = Counting(scheduled=AnyOf(()))
    assert counted(saved(TODAY + DAY), counting=nobody)[3] == ["state"]
    anywhere = Counting(own=All(()))
    assert counted(call(TODAY, territory="r9"), counting=anywhere)[:3] == (1, 0, 1)
    half = Counting(window=Field("days_from_start").at_least(31))
    assert counted(call(START + 30 * DAY), call(START + 31 * DAY), counting=half)[3] == ["window", ""]
    assert counted(call(START - DAY), counting=half)[3] == ["before"]


def test_a_call_is_never_made_and_scheduled():
    """Where both rules hold it is made."""
    both = Counting(scheduled=All(()))
    assert counted(call(TODAY), counting=both)[:2] == (1, 0)


@attrs.frozen
class Timed(PlainCall):
    """A call of a company's own, with a field more."""

    minutes: int | None = None
    marks: list[int] | None = None


def test_a_rule_reads_further_fields_of_the_call():
    """Made only from ten minutes on; a length that is missing is not enough. A call without the field is refused."""
    long_enough = Counting(actual=All((ACTUAL, Field("minutes").at_least(10))))
    calls = [Timed(TODAY, "r1", "c1", territory="r1", minutes=minutes) for minutes in (9, 10, None)]
    assert counted(*calls, counting=long_enough)[0] == 1
    with pytest.raises(BadRows, match="1 calls refused") as caught:
        counted(call(TODAY), counting=long_enough)
    assert caught.value.exceptions[0].hint == "a rule reads it: give every call a minutes"


def test_a_field_that_cannot_be_remembered_is_asked_each_time():
    """A list is no key: the rule is asked all the same."""
    marked = Counting(window=Field("marks").missing())
    calls = [Timed(TODAY, "r1", "c1", territory="r1", marks=marks) for marks in ([1], None)]
    assert counted(*calls, counting=marked)[0] == 1


def test_reports_of_calls_count_as_they_are():
    """A `CallReport` needs no translation: done, submitted, planned, missed."""
    day = TODAY - DAY
    reports = [
        CallReport("V1", "r1", "c1", day, territory="r1", submitted=True, products=[Detailed("P1", 1)]),
        CallReport("V2", "r1", "c1", TODAY, territory="r1"),
        CallReport("V3", "r1", "c1", TODAY + DAY, territory="r1", state="planned"),
        CallReport("V4", "r1", "c1", day, territory="r1", state="missed", reason="customer_absent"),
    ]
    assert counted(*reports) == (2, 1, 2, ["", "state", "", ""])


def test_a_call_in_two_versions_is_refused():
    """It would count twice; calls without an id, as plain logs hold them, may look alike."""
    twice = [CallReport(name, "r1", "c1", TODAY, territory="r1") for name in ("V1", "V2", "V1")]
    for attain in (attain_plan, lambda of, *rest: attain_plans([of], *rest)):
        with pytest.raises(BadRows, match="1 calls given twice") as caught:
            attain(plan(), twice, TODAY)
        assert caught.value.exceptions[0].where == "call 'V1'"
    assert counted(call(TODAY), call(TODAY))[0] == 2


@pytest.mark.parametrize("day", [datetime(2026, 2, 10, 9, tzinfo=UTC), "2026-02-10", None])
def test_a_day_that_is_no_date_is_refused(day):
    """In the call itself, and in a call of somebody else's making."""
    with pytest.raises(BadValue):
        call(day)

    @attrs.frozen
    class Foreign:
        day: object
        rep: str = "r1"
        customer: str = "c1"
        channel: str = "face"
        territory: str = "r1"
        state: str = "done"
        submitted: bool = True
        products: tuple = ()

    with pytest.raises(BadRows):
        counted(Foreign(day))


def test_another_word_for_the_future_is_refused():
    """Refuse or count, no third way."""
    with pytest.raises(BadValue, match=r"\[followup.future\]"):
        Counting(future="guess")


def test_a_completed_plan_is_frozen():
    """After the grace the figures are those of the day on which it was closed, and a last count stands."""
    open_plan = plan(lifecycle=Lifecycle(grace=10))
    closed = END + 11 * DAY
    assert [open_plan.stage(day) for day in (START - DAY, START, closed - DAY, closed)] == [
        "planned",
        "in_progress",
        "in_progress",
        "completed",
    ]
    early = plan(completed=TODAY)
    assert counted(saved(TODAY + DAY), as_of=END, of=early) == (0, 0, 0, ["closed"])
    assert counted(call(TODAY), as_of=END, of=early)[0] == 1
    planned = call(TODAY, state="planned", submitted=False)
    assert counted(planned, as_of=END, of=early, counting=BY_DATE)[:2] == (0, 1)
    last = attain_plan(early, [call(TODAY)], TODAY)
    assert attain_plan(early, [], END, last=last) is last
    running = attain_plan(plan(), [call(TODAY)], TODAY)
    assert attain_plan(plan(), [], TODAY, last=running)["c1"].actual == 0
    with pytest.raises(BadValue, match="another plan"):
        attain_plan(CyclePlan("Q2", "r1", START, END, []), [], TODAY, last=last)


def test_before_the_start_a_plan_is_counted_or_not():
    """The pages disagree, so it is a switch: scheduled calls are seen, or nothing is known."""
    ahead, eve = saved(START), START - DAY
    assert counted(ahead, as_of=eve)[1] == 1
    quiet = plan(lifecycle=Lifecycle(while_planned=False))
    found = attain_plan(quiet, [ahead], eve)
    assert (found["c1"].scheduled, found["c1"].to_schedule, found.lines()) == (None, 4, ())
    assert attain_plan(quiet, [ahead], START)["c1"].actual == 1


def test_rules_are_plain_values():
    """They can be compared, and told apart by name."""
    assert Counting() == BY_STATE
    assert BY_DATE != BY_STATE
    assert BY_DATE.says.text("zh") == "按日期"
    assert SCHEDULED({"state": "done", "submitted": True, "days_ahead": 3}) is False
