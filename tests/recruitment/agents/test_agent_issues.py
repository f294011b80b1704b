"""Issues have an owner and a deadline, their state is that of a day, and every version stays to be read."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.recruitment.agents import ISSUE_KINDS, AgentIssue, IssueStep, IssueTerms, issue_log

START = date(2026, 3, 2)


def after(days):
    """Return a day so many days after the first."""
    return START + timedelta(days)


def issue(name="I1", agent="A1", kind="goods", owner="p2", due=7, on=0):
    """Return an open issue."""
    return AgentIssue.open(name, agent, "secret words", IssueTerms(kind, owner, after(due)), by="p1", on=after(on))


def test_open_overdue_closed():
    """On the deadline it is open, the day after overdue, closed on the day on which it is closed."""
    one = issue().close("done", by="p2", on=after(9))
    assert [one.state_on(after(n)) for n in (0, 7, 8, 9, 99)] == ["open", "open", "overdue", "closed", "closed"]
    with pytest.raises(NotFound, match="not open yet"):
        one.state_on(after(-1))
    assert "secret" not in repr(one) + repr(one.steps)


def test_versions_stay_to_be_read():
    """A changed owner and deadline counts from its day; before that day the first one does."""
    one = issue()
    one = one.change(IssueTerms("policy", "p3", after(20)), "belongs to policy", by="p2", on=after(5))
    assert [(one.terms_on(after(n)).owner, one.terms_on(after(n)).due) for n in (4, 5)] == [
        ("p2", after(7)),
        ("p3", after(20)),
    ]
    one = one.close("price list sent", by="p3", on=after(6)).reopen(
        "list was wrong", due=after(12), by="p1", on=after(8)
    )
    assert (one.state_on(after(7)), one.state_on(after(8)), one.state_on(after(13))) == ("closed", "open", "overdue")
    assert one.terms_on(after(8)) == IssueTerms("policy", "p3", after(12))
    assert one.reopen is not None
    assert one.close("new list", by="p3", on=after(9)).reopen(
        "again", due=after(30), by="p1", on=after(9), owner="p9"
    ).terms_on(after(9)) == IssueTerms("policy", "p9", after(30))
    shown = [(row[1].text(), row[2], row[5]) for row in one.table().rows]
    assert shown == [
        ("opened", "p1", after(7)),
        ("changed", "p2", after(20)),
        ("closed", "p3", None),
        ("opened again", "p1", after(12)),
    ]
    assert one.table().rows[2][6] == "price list sent"


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (lambda one: one.close("d", by="p", on=after(9)).close("d", by="p", on=after(9)), "no step close after close"),
        (lambda one: one.reopen("w", due=after(9), by="p", on=after(1)), "no step reopen after open"),
        (
            lambda one: one.close("d", by="p", on=after(1)).change(
                IssueTerms("goods", "p9", after(9)), "w", by="p", on=after(2)
            ),
            "no step change after close",
        ),
        (lambda one: one.change(one.terms_on(START), "w", by="p", on=after(1)), "nothing changes"),
        (lambda one: one.close("d", by="p", on=after(-1)), "a step before the last one"),
        (lambda _: AgentIssue("I1", "A1", ()), "an issue begins with a step"),
        (lambda _: AgentIssue("I1", "A1", (IssueStep("close", "d", START, "p"),)), "no step close after the beginning"),
        (lambda _: IssueStep("close", "d", START, "p", IssueTerms("goods", "p", START)), "every step but closing"),
        (lambda _: IssueStep("open", "d", START, "p"), "every step but closing"),
        (lambda _: IssueStep("shut", "d", START, "p"), "no such step"),
        (lambda _: IssueTerms("rivals", "p", START), 'no such kind of issue .* did you mean "rival"'),
    ],
)
def test_steps_that_cannot_follow(step, text):
    """No closing twice, no change of what is closed, no step back in time."""
    with pytest.raises(BadRule, match=text):
        step(issue())


@pytest.mark.parametrize(
    "make",
    [
        lambda: issue(due=-1),
        lambda: issue().close(" ", by="p", on=after(1)),
        lambda: issue().close("d", by="p", on=after(1)).reopen("w", due=after(1), by="p", on=after(2)),
        lambda: IssueTerms("goods", "", START),
    ],
)
def test_values_that_cannot_be(make):
    """A deadline is not before it is set; something is said; somebody owns it."""
    with pytest.raises(BadValue):
        make()


def test_a_correction_may_name_a_day_that_is_gone():
    """A deadline that was written down wrongly is corrected to the past, and the issue is overdue since then."""
    one = issue().change(IssueTerms("goods", "p2", after(3)), "the date was mistyped", by="p2", on=after(5))
    assert [one.state_on(after(n)) for n in (4, 5)] == ["open", "overdue"]


def test_the_log():
    """The longest overdue first, then open ones by deadline, then the closed; late, put off, opened again."""
    moved = issue("I4", due=7).change(IssueTerms("goods", "p2", after(30)), "later", by="p2", on=after(3))
    late = issue("I5", "A2", "rival").close("stays with us", by="p2", on=after(10))
    issues = [
        issue("I1", due=20),
        issue("I2", due=9),
        issue("I3", "A2", "rival", "p3", due=5),
        moved,
        late,
        issue("I6").close("done", by="p2", on=after(7)),
        issue("I7", on=15, due=20),
    ]
    log = issue_log(issues, after(12))
    assert [(row.issue.id, row.state, row.late, row.age, row.put_off) for row in log.rows] == [
        ("I3", "overdue", 7, 12, 0),
        ("I2", "overdue", 3, 12, 0),
        ("I1", "open", 0, 12, 0),
        ("I4", "open", 0, 12, 1),
        ("I5", "closed", 3, 10, 0),
        ("I6", "closed", 0, 7, 0),
    ]
    assert log.rivals == ("A2",)
    assert issue_log([late], after(12)).rivals == ()
    assert [row.issue.id for row in log.of("overdue")] == ["I3", "I2"]
    assert [row.why.text() for row in log.rows] == [
        "7 days late: due 2026-03-07 by p3",
        "3 days late: due 2026-03-11 by p2",
        "due 2026-03-22 by p2",
        "due 2026-04-01 by p2 (times the deadline was put off: 1)",
        "closed on 2026-03-12, due 2026-03-09 by p2: 3 days late",
        "closed on 2026-03-09, due 2026-03-09 by p2: in time",
    ]
    assert [row.done for row in log.rows] == ["", "", "", "", "stays with us", "done"]
    assert log.by_agent().rows == [("A1", 2, 1, 1, Fraction(1), 3), ("A2", 0, 1, 1, Fraction(0), 7)]
    assert log.by_owner().rows == [("p2", 2, 1, 2, Fraction(1, 2), 3), ("p3", 0, 1, 0, None, 7)]
    assert log.table().rows[0][2] == ISSUE_KINDS["rival"].says
    assert issue_log(issues[::-1], after(12)) == log
    assert issue_log(issues, after(-1)).rows == ()


def test_what_was_opened_again_counts():
    """Opened again: counted, and the deadline then given is no putting off."""
    one = issue().close("done", by="p", on=after(2)).reopen("came back", due=after(30), by="p", on=after(4))
    row = issue_log([one], after(10)).rows[0]
    assert (row.again, row.put_off, row.state, row.done) == (1, 0, "open", "")
    sooner = issue().change(IssueTerms("goods", "p2", after(5)), "sooner", by="p", on=after(1))
    assert issue_log([sooner], after(2)).rows[0].put_off == 0


def test_equal_issues_come_by_id():
    """Where nothing else decides, the id does, whatever the order given."""
    pair = [issue("I2"), issue("I1")]
    assert [row.issue.id for row in issue_log(pair, START).rows] == ["I1", "I2"]


def test_twin_ids_are_refused():
    """Every id once, whatever its case."""
    with pytest.raises(BadRows, match="1 issues refused"):
        issue_log([issue("I1"), issue("i1")], START)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["change", "close", "reopen"]), st.integers(0, 5), st.integers(0, 9)), max_size=7
    )
)
def test_the_state_is_that_of_the_last_step(walk):
    """A brute-force replay: closed after closing, else overdue after the deadline, on every day."""
    one, day, told = issue(), 0, [(0, "open", 7)]
    for do, gap, ahead in walk:
        closed = told[-1][1] == "close"
        if (do == "reopen") != closed:
            continue
        day += gap
        due = None if do == "close" else day + ahead
        terms = one.terms_on(date.max)
        if do == "change" and terms.due == after(due):
            continue
        if do == "close":
            one = one.close("done", by="p", on=after(day))
        elif do == "reopen":
            one = one.reopen("back", due=after(due), by="p", on=after(day))
        else:
            one = one.change(evolve(terms, due=after(due)), "later", by="p", on=after(day))
        told.append((day, do, due))
    for n in range(day + 12):
        past = [step for step in told if step[0] <= n]
        due = [step[2] for step in past if step[2] is not None][-1]
        assert one.state_on(after(n)) == ("closed" if past[-1][1] == "close" else "overdue" if n > due else "open")
