"""Agreement: step by step, by the right person, with both consents; revisions keep the old; levels are compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable, NotFound, PharmaSalesError
from pharmasales.goals.agreeing.agreed_locks import agreement_locks, refuse_in_force
from pharmasales.goals.agreeing.agreed_terms import AGREEMENT_STATES, GoalTerms
from pharmasales.goals.agreeing.agreement import Agreement
from pharmasales.goals.agreeing.agreement_checks import level_conflicts, open_answers
from pharmasales.goals.agreeing.agreement_records import agreement_data, agreement_from
from pharmasales.goals.decomposing.decompose import decompose
from pharmasales.goals.decomposing.season import even
from pharmasales.goals.editing.edited import edit_plan
from pharmasales.goals.editing.edits import Concentrate, Edit, Lock, Mark, Move, Pin, Resplit, Scale, Transfer
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import BOX, CNY, Amount

DAY = date(2026, 12, 1)
REP, BOSS = "p1", "m1"
ORG = Org.of([Node("N", "North", "area"), *(Node(f"r{n}", f"Rep {n}", "rep", "N") for n in (1, 2, 3))])


def boxes(count: int) -> Amount:
    """Return so many boxes."""
    return Amount.of(count, BOX)


def drafted(count: int = 1000, node: str = "r1", owner: str = REP, manager: str = BOSS) -> Agreement:
    """Return a draft of the manager's."""
    terms = GoalTerms(boxes(count))
    return Agreement.draft(f"G-{node}", node, owner=owner, manager=manager, terms=terms, by=manager, on=DAY)


def accepted(count: int = 1000, node: str = "r1", owner: str = REP, manager: str = BOSS) -> Agreement:
    """Return what the owner has accepted."""
    return drafted(count, node, owner, manager).propose(by=manager, on=DAY).accept(by=owner, on=DAY)


def in_force(count: int = 1000, node: str = "r1") -> Agreement:
    """Return what is in force."""
    return accepted(count, node).approve(by=BOSS, on=DAY).enforce(by=BOSS, on=DAY)


def test_e26_revision() -> None:
    """E26: a revision with the rep's consent alone is pending; with both it is a new version, the old one is kept."""
    one = in_force().revise(GoalTerms(boxes(900)), by=REP, on=DAY, reason="hospital closed")
    one = one.propose(by=REP, on=DAY).accept(by=REP, on=DAY)
    assert (one.pending, one.latest.state, one.latest.number) == (True, "accepted", 2)
    assert one.in_force is not None
    assert one.in_force.terms.amount == boxes(1000)
    both = one.approve(by=BOSS, on=DAY).enforce(by=BOSS, on=date(2027, 1, 4))
    assert both.in_force is not None
    assert (both.in_force.number, both.in_force.terms.amount, both.pending) == (2, boxes(900), False)
    old = both.version(1)
    assert (old.state, old.terms.amount) == ("superseded", boxes(1000))
    assert [step.action for step in old.steps] == ["draft", "propose", "accept", "approve", "enforce", "supersede"]
    assert one.version(1).state == "in_force"


def test_a_rejected_revision_leaves_what_is_in_force() -> None:
    """What is in force stays, and the next revision has the next number."""
    one = in_force().revise(GoalTerms(boxes(900)), by=REP, on=DAY, reason="too high").propose(by=REP, on=DAY)
    one = one.reject(by=BOSS, on=DAY, reason="the market grows")
    assert one.in_force is not None
    assert (one.in_force.number, one.latest.state, one.pending) == (1, "rejected", False)
    assert one.agreed == one.in_force
    again = one.revise(GoalTerms(boxes(950)), by=BOSS, on=DAY, reason="half way")
    assert again.latest.number == 3


STEPS: dict[str, Callable[[Agreement, str], Agreement]] = {
    "propose": lambda one, by: one.propose(by=by, on=DAY),
    "accept": lambda one, by: one.accept(by=by, on=DAY, commitments=["two more visits a week"]),
    "approve": lambda one, by: one.approve(by=by, on=DAY, commitments=["a joint visit"]),
    "enforce": lambda one, by: one.enforce(by=by, on=DAY),
    "reject": lambda one, by: one.reject(by=by, on=DAY, reason="no"),
    "withdraw": lambda one, by: one.withdraw(by=by, on=DAY, reason="a mistake"),
    "revise": lambda one, by: one.revise(GoalTerms(boxes(1)), by=by, on=DAY, reason="news"),
}
ALLOWED = {
    ("draft", "propose", "either"): "proposed",
    ("proposed", "accept", REP): "accepted",
    ("accepted", "approve", BOSS): "approved",
    ("approved", "enforce", BOSS): "in_force",
    ("proposed", "reject", "either"): "rejected",
    ("accepted", "reject", "either"): "rejected",
    ("draft", "withdraw", BOSS): "withdrawn",
    ("proposed", "withdraw", BOSS): "withdrawn",
    ("accepted", "withdraw", BOSS): "withdrawn",
    ("in_force", "revise", "either"): "draft",
    ("rejected", "revise", "either"): "draft",
    ("withdrawn", "revise", "either"): "draft",
}


def reached(state: str) -> Agreement:
    """Return an agreement in a state, drafted by the manager."""
    proposed = drafted().propose(by=BOSS, on=DAY)
    return {
        "draft": drafted(),
        "proposed": proposed,
        "accepted": accepted(),
        "approved": accepted().approve(by=BOSS, on=DAY),
        "in_force": in_force(),
        "rejected": proposed.reject(by=REP, on=DAY, reason="no"),
        "withdrawn": proposed.withdraw(by=BOSS, on=DAY, reason="no"),
    }[state]


@pytest.mark.parametrize("by", [REP, BOSS, "somebody"])
@pytest.mark.parametrize("action", list(STEPS))
@pytest.mark.parametrize("state", [name for name in AGREEMENT_STATES if name != "superseded"])
def test_who_may_do_what(state: str, action: str, by: str) -> None:
    """Every step from every state by everybody: the table above, and nothing else."""
    due = ALLOWED.get((state, action, by)) or (ALLOWED.get((state, action, "either")) if by in (REP, BOSS) else None)
    before = reached(state)
    if due is None:
        with pytest.raises(BadRule) as caught:
            STEPS[action](before, by)
        assert caught.value.code in ("goals.agreement.step", "goals.agreement.who")
    else:
        after = STEPS[action](before, by)
        assert after.latest.state == due
        assert after.latest.steps[-1].by == by
    assert before == reached(state)


def test_nobody_is_both() -> None:
    """Owner and manager are two people, also in another spelling."""
    for owner in (BOSS, " m1 ", "M1"):
        with pytest.raises(BadRule) as caught:
            drafted(owner=owner)
        assert caught.value.code == "goals.agreement.self"


def test_steps_keep_their_reasons_and_promises() -> None:
    """Commitments and sign-off are kept, and shown in the table; no message repeats them."""
    one = (
        drafted()
        .propose(by=BOSS, on=DAY, reason="as discussed")
        .accept(by=REP, on=date(2026, 12, 2), commitments=["two more visits", "a new hospital"])
    )
    signed = one.latest.signed("accept")
    assert signed is not None
    assert (signed.by, signed.on, signed.commitments) == (REP, date(2026, 12, 2), ("two more visits", "a new hospital"))
    assert one.latest.signed("approve") is None
    assert one.table().rows[-1][4:] == (
        Says("accepted by its owner", "责任人已确认"),
        "accept",
        REP,
        date(2026, 12, 2),
        "",
        "two more visits; a new hospital",
    )
    assert "visits" not in repr(one)
    assert "<table>" in one._repr_html_()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: drafted().propose(by=BOSS, on=DAY, answer_by=date(2026, 11, 30)),
        lambda: drafted().propose(by=BOSS, on=date(2026, 11, 30)),
        lambda: in_force().revise(GoalTerms(boxes(1)), by=REP, on=date(2026, 11, 30), reason="x"),
        lambda: accepted().reject(by=REP, on=DAY, reason=" "),
        lambda: in_force().revise(GoalTerms(boxes(1)), by=REP, on=DAY, reason=""),
        lambda: drafted().propose(by=BOSS, on=DAY).accept(by=REP, on=DAY, commitments="one text"),
        lambda: accepted().version(2),
        lambda: Agreement.draft("G", "r1", owner=REP, manager=BOSS, terms=GoalTerms(boxes(1)), by="x", on=DAY),
        lambda: GoalTerms(boxes(2), [(Quarter(2027, 1), boxes(1))]),
        lambda: GoalTerms(boxes(2), [(Quarter(2027, 1), boxes(1)), (Quarter(2027, 1), boxes(1))]),
        lambda: GoalTerms(boxes(2), [(Quarter(2027, 1), Amount.of(2, CNY))]),
    ],
)
def test_what_is_refused(wrong: Callable[[], object]) -> None:
    """Days out of order, no reason, one text for a list, terms that do not add up."""
    with pytest.raises((BadRule, BadValue, NotFound, NotComparable)):
        wrong()


def test_terms_of_a_plan() -> None:
    """The terms of a node are its amounts in the plan."""
    quarters = [Quarter(2027, 1), Quarter(2027, 2)]
    plan = decompose(ORG, boxes(9), {"r1": 1, "r2": 1, "r3": 1}, even(quarters), grain=boxes(1), basis=Says("s", "s"))
    terms = GoalTerms.of(plan, "r1")
    assert terms.amount == boxes(3)
    assert [part.minor for _, part in terms.parts] == [plan.cells["r1"][0], plan.cells["r1"][1]]


def team(*counts: int | None) -> list[Agreement]:
    """Return North with 1,000 accepted, and reps who accepted so many, or nothing."""
    made = [accepted(1000, "N", "m1", "d1")]
    for n, count in enumerate(counts, 1):
        node, owner = f"r{n}", f"p{n}"
        made.append(drafted(333, node, owner) if count is None else accepted(count, node, owner))
    return made


@pytest.mark.parametrize(
    ("counts", "over", "kind", "text"),
    [
        ((400, 300, 300), {}, None, ""),
        ((400, 300, 290), {}, "short", "North: 1,000 BOX above, 990 BOX below: 10 BOX short"),
        (
            (400, 300, 310),
            {},
            "over",
            "North: 1,000 BOX above, 1,010 BOX below: 10 BOX more than 1,000 BOX (+0.0%) allows",
        ),
        ((400, 300, 350), {"area": "5%"}, None, ""),
        ((400, 300, 351), {"area": "5%"}, "over", "1 BOX more than 1,050 BOX (+5.0%) allows"),
        ((400, 300, 299), {"area": "5%"}, "short", "1 BOX short"),
        ((400, 300, None), {}, "missing", "700 BOX below so far; nothing accepted by r3"),
        ((400, 700, None), {}, "over", "100 BOX more"),
        ((None, None, None), {}, None, ""),
    ],
)
def test_levels(counts: tuple[int | None, ...], over: dict[str, str], kind: str | None, text: str) -> None:
    """Manager 1,000, reps 990: reported with the difference, and over-assignment allowed for."""
    found = level_conflicts(ORG, team(*counts), over)
    assert [one.kind for one in found] == ([] if kind is None else [kind])
    for one in found:
        assert text in one.why.text()
        assert one.why.text("zh").startswith("North：上级目标 1,000 BOX")
        assert one.difference == one.below - one.above
    assert len(found.table()) == len(found)
    assert "<table>" in found._repr_html_()


def test_levels_that_cannot_be_compared() -> None:
    """Two agreements of one node and unknown nodes, all at once; two units; an unknown level."""
    with pytest.raises(BadRows) as caught:
        level_conflicts(ORG, [accepted(1, "r1"), accepted(2, "r1"), accepted(1, "x")])
    assert sorted(error.code for error in caught.value.exceptions) == ["goals.twins", "org.id"]
    money = Agreement.draft("G", "r1", owner=REP, manager=BOSS, terms=GoalTerms(Amount.of(1, CNY)), by=REP, on=DAY)
    money = money.propose(by=REP, on=DAY).accept(by=REP, on=DAY)
    with pytest.raises(NotComparable):
        level_conflicts(ORG, [accepted(1, "N", "m1", "d1"), money])
    with pytest.raises(NotFound):
        level_conflicts(ORG, [], {"province": "5%"})


def test_answers_that_are_due() -> None:
    """The last day itself is in time; the longest overdue comes first; answered ones are gone."""
    days = {"r1": date(2026, 12, 8), "r2": date(2026, 12, 5), "r3": None}
    asked = [drafted(1, node).propose(by=BOSS, on=DAY, answer_by=day) for node, day in days.items()]
    found = open_answers([*asked, accepted(1)], as_of=date(2026, 12, 8))
    assert [(one.goal, one.days, one.overdue) for one in found] == [("G-r2", -3, True), ("G-r1", 0, False)]
    assert [one.why.text() for one in found] == [
        "G-r2: an answer was due by 2026-12-05, 3 days ago",
        "G-r1: an answer is due by 2026-12-08, in 0 days",
    ]
    assert "已逾期 3 天" in found.table().text("zh")
    assert len(found) == 2
    assert "<table>" in found._repr_html_()


@pytest.mark.parametrize(
    ("edit", "refused"),
    [
        (Pin("r1", boxes(1)), True),
        (Scale("r1", 2), True),
        (Move("r2", "r1", boxes(1)), True),
        (Transfer("r1", "N", with_goal=False), True),
        (Resplit("N", {"r1": 1, "r2": 1, "r3": 1}), True),
        (Concentrate("N", ["r2", "r1"]), True),
        (Transfer("r1", "N", with_goal=True), False),
        (Pin("r2", boxes(1)), False),
        (Lock("r1"), False),
    ],
)
def test_goals_in_force_are_locked(edit: Edit, refused: bool) -> None:
    """An edit of a goal in force is refused with what to do; edits around it pass."""
    if not refused:
        refuse_in_force([in_force()], [edit])
        return
    with pytest.raises(BadRows) as caught:
        refuse_in_force([in_force()], [edit])
    assert caught.value.exceptions[0].code == "goals.agreement.locked"
    assert "revise 'G-r1'" in str(caught.value.exceptions[0])
    refuse_in_force([accepted()], [edit])


def test_a_plan_is_edited_around_goals_in_force() -> None:
    """With the locks of the agreements, nobody's agreed goal absorbs what others change."""
    weights = {"r1": 1, "r2": 1, "r3": 1}
    plan = decompose(ORG, boxes(3000), weights, even([Quarter(2027, 1)]), grain=boxes(1), basis=Says("s", "s"))
    locks = agreement_locks([in_force(), accepted(1000, "r3")])
    assert locks == (Lock("r1", below=False, mark=Mark(BOSS, DAY)),)
    found = edit_plan(plan, [*locks, Pin("r2", boxes(1100))]).plan
    assert [found.whole[rep] for rep in ("r1", "r2", "r3")] == [1000, 1100, 900]


@given(st.lists(st.tuples(st.sampled_from(list(STEPS)), st.sampled_from([REP, BOSS])), max_size=25))
def test_any_walk(walk: list[tuple[str, str]]) -> None:
    """Whatever people try: at most one version in force, nothing lost, both consents behind it, and data both ways."""
    one = drafted()
    for action, by in walk:
        before = one
        try:
            one = STEPS[action](one, by)
        except PharmaSalesError:
            assert one == before
        assert [version.number for version in one.versions] == list(range(1, len(one.versions) + 1))
        assert all(old.terms == new.terms for old, new in zip(before.versions, one.versions, strict=False))
        for version in one.versions:
            if version.state in ("approved", "in_force", "superseded"):
                assert version.signed("accept").by == REP
                assert version.signed("approve").by == BOSS
        assert sum(version.state == "in_force" for version in one.versions) <= 1
        assert not any(version.state in ("draft", "proposed", "accepted", "approved") for version in one.versions[:-1])
    assert agreement_from(json.loads(json.dumps(agreement_data(one)))) == one


@pytest.mark.parametrize("gap", ["versions", "steps", "state", "unit", "goal", "on", "number"])
def test_data_of_another_form(gap: str) -> None:
    """Data that is no agreement is refused, and its words are not repeated."""
    data = agreement_data(accepted())
    if gap in ("versions", "goal"):
        data[gap] = {}
    elif gap == "on":
        data["versions"][0]["steps"][0]["on"] = "private words"
    else:
        data["versions"][0][gap] = 7 if gap == "number" else []
    with pytest.raises(PharmaSalesError) as caught:
        agreement_from(data)
    assert "private" not in str(caught.value)
