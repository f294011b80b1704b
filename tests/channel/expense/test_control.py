"""Budget, commitment and actual: what is free, who approves, exact splits, and alerts with who does what by when."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel import expense
from pharmasales.channel.expense import (
    EXPENSE_ALERTS,
    EXPENSE_POLICY,
    Budget,
    BudgetChange,
    Commitment,
    ExpenseBook,
    ExpensePolicy,
    ExpenseStep,
    Shared,
    Spent,
    alert_table,
    expense_alerts,
    expense_by,
    expense_data,
    expense_from,
    expense_table,
    output_input,
    output_table,
)
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.units import BOX, CNY, Amount

VIEWS = ("plan", "customer", "product", "budget")
POLICY = ExpensePolicy(approvers={"boss", "head"}, may_go_over={"head"})


def day(number):
    """Return a day by number, 0 for the first of April."""
    return date(2026, 4, 1) + timedelta(days=number)


def fen(minor):
    """Return an amount of fen."""
    return Amount(minor, CNY)


def budget(number="B1", amount=1000, plan="Q2", on=0, **more):
    """Return a budget."""
    return Budget(number, plan, day(on), fen(amount), **more)


def asked(number="C1", amount=300, of="B1", on=1, approved=2, closed=None, shares=()):
    """Return a commitment, approved where nothing else is said."""
    by = ("", None) if approved is None else ("boss", day(approved))
    return Commitment(number, of, day(on), fen(amount), "rep1", shares, *by, None if closed is None else day(closed))


def spent(number="A1", amount=100, on=5, plan="Q2", shares=(), **source):
    """Return an expense."""
    return Spent(number, plan, day(on), fen(amount), shares, **source)


@st.composite
def _books(draw):
    """Draw a book of two plans, with changes, open, waiting and closed commitments, refunds and free expenses."""
    days, minor = st.integers(3, 20), st.integers(1, 90)
    entries = [budget("B1", draw(st.integers(0, 200))), budget("B2", draw(st.integers(0, 200)), "Q3", product="P1")]
    for n in range(draw(st.integers(0, 2))):
        amount = fen(draw(st.integers(-50, 50).filter(bool)))
        entries.append(
            BudgetChange(f"X{n}", draw(st.sampled_from(["B1", "B2"])), day(draw(days)), amount, "rep1", "boss")
        )
    kept = {}
    for n in range(draw(st.integers(0, 4))):
        of = draw(st.sampled_from(["B1", "B2"]))
        approved = draw(st.sampled_from([None, 2, 8]))
        closed = draw(st.sampled_from([None, 9, 15]))
        kept[f"C{n}"] = asked(f"C{n}", draw(minor), of, 1, approved, closed, draw(_shares(of)))
    entries += kept.values()
    for n in range(draw(st.integers(0, 6))):
        number = draw(st.sampled_from(["", "", *kept]))
        amount = draw(st.integers(-20, 90).filter(bool))
        if number and kept[number].approved_on is not None:
            one = kept[number]
            plan, on = ("Q2", "Q3")[one.budget == "B2"], draw(st.integers((one.approved_on - day(0)).days, 20))
            entries.append(spent(f"A{n}", amount, on, plan, one.shares, commitment=number))
        else:
            of = draw(st.sampled_from(["", "B1", "B2"]))
            entries.append(
                spent(f"A{n}", amount, draw(days), "Q3" if of == "B2" else "Q2", draw(_shares(of)), budget=of)
            )
    return draw(st.permutations(entries))


def _shares(of):
    products = ["P1"] if of == "B2" else ["", "P1", "P2"]
    one = st.builds(Shared, st.sampled_from(["", "D1", "D2"]), st.sampled_from(products), st.integers(1, 5))
    return st.lists(one, min_size=0 if of != "B2" else 1, max_size=3, unique_by=lambda s: (s.customer, s.product))


def free_by_hand(entries, number, on):
    """Budget - commitments in force - what was spent not from these; what goes over one is not from it."""
    left = 0
    approved = {}
    for one in entries:
        if isinstance(one, Budget) and one.id == number and one.on <= on:
            left += one.amount.minor
        if isinstance(one, BudgetChange) and one.budget == number and one.on <= on:
            left += one.amount.minor
        if isinstance(one, Commitment) and one.budget == number:
            approved[one.id] = one
    for one in approved.values():
        paid = sum(s.amount.minor for s in entries if isinstance(s, Spent) and s.commitment == one.id and s.on <= on)
        opened = one.approved_on is not None and one.approved_on <= on
        over = one.closed_on is not None and one.closed_on <= on
        if opened and not over:
            left -= one.amount.minor + max(0, paid - one.amount.minor) + min(0, paid)
        else:
            left -= paid
    return left - sum(s.amount.minor for s in entries if isinstance(s, Spent) and s.budget == number and s.on <= on)


@given(st.data())
def test_what_is_free(data):
    """Free is what the definition by hand gives, by budget and in the view; each view adds up to the same whole."""
    entries = data.draw(_books())
    book, on = ExpenseBook.of(entries), day(data.draw(st.integers(0, 21)))
    assert ExpenseBook.of(entries[::-1]) == book
    lines = {line.key: line for line in expense_by(book, on, "budget")}
    for number in ("B1", "B2"):
        assert book.free(number, on).minor == lines[number].free.minor == free_by_hand(entries, number, on)
    wholes = set()
    for view in VIEWS:
        rows = expense_by(book, on, view)
        assert [row.key for row in rows] == sorted({row.key for row in rows})
        figures = [(row.budget or fen(0), row.committed, row.spent, row.reserved) for row in rows]
        wholes.add(tuple(sum(one.minor for one in column) for column in zip(*figures, strict=True)))
        for row in rows:
            if row.budget is not None:
                assert row.free == row.budget - row.spent - row.reserved
    assert len(wholes) == 1
    assert expense_from(json.loads(json.dumps(expense_data(book)))) == book


def test_a_commitment_from_asking_to_closing():
    """Waiting it reserves nothing, approved all of it, spent the rest, overspent nothing, closed nothing."""
    entries = [
        budget(),
        asked(closed=20),
        spent(amount=120, on=5, commitment="C1"),
        spent("A2", 250, 10, commitment="C1"),
    ]
    book = ExpenseBook.of([*entries, spent("A3", 80, 12, budget="B1")])
    free = {on: book.free("B1", day(on)).minor for on in (0, 1, 2, 5, 10, 12, 20)}
    assert free == {0: 1000, 1: 1000, 2: 700, 5: 700, 10: 630, 12: 550, 20: 550}
    (line,) = expense_by(book, day(5), "plan")
    assert (line.committed, line.spent, line.reserved, line.apart) == (fen(300), fen(120), fen(180), fen(0))
    (line,) = expense_by(book, day(12), "plan")
    assert (line.committed, line.spent, line.reserved, line.apart) == (fen(300), fen(450), fen(0), fen(150))
    assert line.used == Fraction(45, 100)
    early = ExpenseBook.of([budget(), asked(closed=6), spent(amount=120, on=5, commitment="C1")])
    assert [early.free("B1", day(on)).minor for on in (5, 6)] == [700, 880]
    back = ExpenseBook.of(
        [budget(), asked(), spent(amount=120, commitment="C1"), spent("A2", -150, 6, commitment="C1")]
    )
    assert [back.free("B1", day(on)).minor for on in (5, 6)] == [700, 730]


def test_a_view_by_customer():
    """Customers without a budget say so; what is bound to nobody stands under none in particular."""
    book = ExpenseBook.of(
        [
            budget(),
            budget("B2", 500, customer="D1"),
            asked(of="B2", amount=90, shares=[Shared("D1")]),
            spent(amount=101, shares=[Shared("D1"), Shared("D2")], budget="B1"),
            spent("A2", 30, shares=[Shared("D3")]),
        ]
    )
    lines = expense_by(book, day(9), "customer")
    assert [
        (one.key, one.budget and one.budget.minor, one.spent.minor, one.free and one.free.minor) for one in lines
    ] == [
        ("", 1000, 0, 1000),
        ("D1", 500, 51, 359),
        ("D2", None, 50, None),
        ("D3", None, 30, None),
    ]
    assert lines[2].why.text() == "D2: no budget: committed 0.00 CNY, spent not from it 0.50 CNY"
    assert lines[0].why.head("zh") == "未指定：可用 10.00 CNY，已用 0.0%"
    assert (lines[2].used, lines[1].used) == (None, Fraction(141, 500))
    assert expense_table(lines).rows[2][1] is None
    assert [one.key for one in expense_by(book, day(9), "product")] == [""]
    with pytest.raises(BadValue, match="no such view"):
        expense_by(book, day(9), "rep")


@given(st.integers(-(10**6), 10**6).filter(bool), st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any))
def test_one_expense_is_split_exactly(minor, weights):
    """The parts add up to the expense, each within one fen of its share; none for weight zero."""
    shares = [Shared(f"D{n}", "P1", weight) for n, weight in enumerate(weights)]
    parts = spent(amount=minor, shares=shares).parts
    assert sum(part.amount.minor for part in parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount.minor - Fraction(minor * weight, sum(weights))) < 1
        assert weight or not part.amount.minor


def test_more_budget_is_agreed_by_two():
    """A change counts from its day; the asker does not agree to it."""
    change = BudgetChange("X1", "B1", day(5), fen(-400), "rep1", "boss", "less for Dr. Example")
    book = ExpenseBook.of([budget(), change])
    assert [book.granted("B1", day(on)).minor for on in (-1, 0, 4, 5)] == [0, 1000, 1000, 600]
    assert "Example" not in repr(book.changes[0])
    assert ExpenseBook.of([budget()]).change_budget(change, policy=POLICY) == book
    with pytest.raises(BadRule, match="not a named approver"):
        ExpenseBook.of([budget()]).change_budget(change, policy=EXPENSE_POLICY)
    with pytest.raises(BadRows, match="1 entry of expense refused"):
        book.change_budget(change, policy=POLICY)
    with pytest.raises(BadRule) as caught:
        evolve(change, approved_by="Rep1")
    assert caught.value.code == "expense.approver"


def test_approvals():
    """A named approver other than the asker, up to what is free; beyond it only who may go over."""
    waiting = [asked(number, amount, approved=None) for number, amount in (("C1", 1000), ("C2", 1001), ("C3", 1))]
    book = ExpenseBook.of([budget(), *waiting])
    done = book.approve("C1", by="boss", on=day(3), policy=POLICY)
    assert (done.commitment("C1").approved_by, done.free("B1", day(3)).minor) == ("boss", 0)
    assert book.free("B1", day(3)).minor == 1000
    for number, by, at, code in [
        ("C2", "boss", book, "expense.over"),
        ("C3", "boss", done, "expense.over"),
        ("C1", "boss", done, "expense.step"),
        ("C1", "rep1", book, "expense.approver"),
    ]:
        with pytest.raises(BadRule) as caught:
            at.approve(number, by=by, on=day(3), policy=POLICY)
        assert caught.value.code == code
    assert done.approve("C3", by="head", on=day(3), policy=POLICY).free("B1", day(3)).minor == -1
    with pytest.raises(BadRule, match="the asker approves"):
        book.approve("C1", by="rep1", on=day(3), policy=ExpensePolicy(approvers={"rep1"}))
    with pytest.raises(BadValue, match="days out of order"):
        book.approve("C1", by="boss", on=day(0), policy=POLICY)
    with pytest.raises(BadRule, match="not a named approver"):
        book.approve("C1", by="boss", on=day(3), policy=EXPENSE_POLICY)
    same = done.with_entry(spent("C1", 40, budget="B1"))  # an expense of the number of a commitment is another paper
    assert (same.commitment("C1"), same.spent[0].id) == (done.commitment("C1"), "C1")
    assert same.with_entry(spent("C1", 50, budget="B1")).free("B1", day(5)).minor == -50
    closed = done.with_entry(done.commitment("C1").close(on=day(4)))
    assert [closed.free("B1", day(on)).minor for on in (3, 4)] == [0, 1000]
    for step in (lambda one: one.close(on=day(5)), lambda one: one.approve(by="boss", on=day(5))):
        with pytest.raises(BadRule) as caught:
            step(closed.commitment("C1"))
        assert caught.value.code == "expense.step"


def test_alerts():
    """Over, without a budget and nearly used up: since when, by which entry, and the steps with their days."""
    book = ExpenseBook.of(
        [
            budget(),
            budget("B2", 100),
            budget("B3", 100),
            budget("B4", 0),
            asked(amount=900, approved=2),
            spent("A1", 101, 5, budget="B1"),
            spent("A2", -50, 6, budget="B1"),
            spent("A3", 50, 8, budget="B1"),
            spent("A4", 20, 9, budget="B1"),
            spent("A5", 90, 3, budget="B2"),
            spent("A6", 89, 3, budget="B3"),
            spent("A7", 1, 4),
        ]
    )
    alerts = expense_alerts(book, day(10))
    assert [(one.kind, one.line.key, one.since, one.cause) for one in alerts] == [
        ("over", "B1", day(8), ("A3",)),
        ("unbudgeted", "", day(4), ("A7",)),
        ("near", "B2", day(3), ("A5",)),
    ]
    assert [(task.order, task.who.en, (task.due - day(8)).days) for task in alerts[0].tasks] == [
        (1, "manager", 0),
        (2, "asker", 2),
        (3, "asker", 3),
        (4, "manager", 5),
        (5, "finance", 7),
    ]
    assert alerts[0].why.head("zh") == "B1 自 2026-04-09 起超预算，单据 A3"
    assert [one.kind for one in expense_alerts(book, day(7))] == ["unbudgeted", "near", "near"]
    near = {one.line.key: one for one in expense_alerts(book, day(7))}
    assert (near["B1"].since, near["B1"].cause) == (day(6), ("A2",))
    assert [row[1] for row in alert_table(alerts).rows] == ["B1"] * 5 + [None] * 3 + ["B2"] * 2
    assert [one.line.key for one in expense_alerts(book, day(10), evolve(POLICY, near=Fraction(1)))] == ["B1", ""]
    assert [one.line.key for one in expense_alerts(book, day(10), evolve(POLICY, near="89%"))][-1] == "B3"
    (plan,) = expense_alerts(book, day(10), view="plan")
    assert (plan.kind, plan.since, plan.cause) == ("over", day(9), ("A4",))
    assert expense_alerts(book, day(1)) == ()


def test_an_alert_of_commitments_and_changes():
    """An approval and a cut of the budget are causes too; closing ends the alert."""
    cut = BudgetChange("X1", "B1", day(6), fen(-800), "rep1", "boss")
    book = ExpenseBook.of([budget(), asked(closed=9), cut])
    (alert,) = expense_alerts(book, day(8))
    assert (alert.kind, alert.since, alert.cause) == ("over", day(6), ("X1",))
    assert expense_alerts(book, day(9)) == ()
    (alert,) = expense_alerts(ExpenseBook.of([budget(amount=299), asked()]), day(8))
    assert (alert.since, alert.cause) == (day(2), ("C1",))
    (alert,) = expense_alerts(ExpenseBook.of([budget(amount=0), spent(budget="B1")]), day(8))
    assert (alert.kind, alert.line.used) == ("over", None)


def test_output_over_input():
    """Exact; missing where nothing was spent or nothing is known, with the reason."""
    book = ExpenseBook.of([spent(amount=300, shares=[Shared("D1")]), spent("A2", 50, shares=[Shared("D2")])])
    sold = {"D1": fen(1000), "D3": fen(7), "D4": Amount(3, BOX)}
    lines = output_input(expense_by(book, day(9), "customer"), sold)
    assert [(one.key, one.ratio) for one in lines] == [
        ("D1", Fraction(10, 3)),
        ("D2", None),
        ("D3", None),
        ("D4", None),
    ]
    assert lines[0].why.text() == "D1: 3.3333 CNY for 1 CNY (10.00 CNY sold / 3.00 CNY spent)"
    assert lines[1].why.text() == "D2: no ratio: nothing is known to be sold"
    assert lines[2].why.text("zh") == "D3：无比值：无支出"
    (boxes,) = output_input(expense_by(book, day(9), "plan"), {"Q2": Amount(7, BOX)})
    assert boxes.ratio == Fraction(2)
    cancelled = ExpenseBook.of([spent(), spent("A2", -100)])
    assert output_input(expense_by(cancelled, day(9), "plan"), {"Q2": fen(5)})[0].ratio is None
    assert output_table(lines).rows[1][1] is None


@pytest.mark.parametrize(
    ("good", "change", "code"),
    [
        (budget(), {"amount": fen(-1)}, "expense.amount"),
        (budget(), {"amount": 5}, "expense.amount"),
        (budget(), {"plan": " "}, "id.empty"),
        (budget(), {"on": datetime(2026, 4, 1)}, "calendar.day"),  # noqa: DTZ001 - that it is a moment is the fault
        (asked(), {"amount": fen(0)}, "expense.amount"),
        (asked(), {"approved_by": ""}, "expense.approval"),
        (asked(), {"approved_by": "REP1"}, "expense.approver"),
        (asked(), {"approved_on": day(0)}, "expense.order"),
        (asked(), {"closed_on": day(1)}, "expense.order"),
        (spent(), {"amount": fen(0)}, "expense.amount"),
        (spent(commitment="C1"), {"budget": "B1"}, "expense.budget"),
        (spent(), {"shares": [Shared("D1"), Shared("D1", weight=3)]}, "expense.shares"),
        (spent(), {"shares": [Shared("D1", weight=0)]}, "expense.weight"),
        (Shared("D1"), {"weight": -1}, "expense.weight"),
        (Shared("D1"), {"weight": "x"}, "rule.number"),
        (POLICY, {"near": 0}, "expense.near"),
        (POLICY, {"near": "101%"}, "expense.near"),
        (POLICY, {"may_go_over": {"other"}}, "expense.approver"),
        (POLICY, {"playbook": {}}, "expense.playbook"),
        (ExpenseStep(1, Says("a", "a"), Says("b", "b"), 0), {"within": -1}, "expense.playbook"),
    ],
)
def test_what_cannot_be(good, change, code):
    """Each fault has its code; the good one itself stands, at its limits."""
    with pytest.raises(PharmaSalesError) as caught:
        evolve(good, **change)
    assert caught.value.code == code


def test_every_bad_entry_at_once():
    """Twins, units, unknown numbers, days, plans, customers and products are told together, with their places."""
    entries = [
        budget(customer="D1", product="P1"),
        budget("b1"),
        asked("C1", of="B9"),
        asked("C2", shares=[Shared("D2", "P1")]),
        asked("C3", on=1, approved=None, shares=[Shared("D1", "P1")]),
        spent("A1", commitment="C9"),
        spent("A2", commitment="C3", shares=[Shared("D1", "P1")]),
        spent("A3", plan="Q3", budget="B1", shares=[Shared("D1", "P1")]),
        spent("A4", budget="B1", shares=[Shared("D1", "P2")]),
        asked("C4", shares=[Shared("D1", "P1")], approved=4),
        spent("A5", commitment="C4", on=3, shares=[Shared("D1", "P1")]),
        spent("A6", commitment="C4", on=5, shares=[Shared("D1")]),
        BudgetChange("X1", "B9", day(1), fen(1), "a", "b"),
        evolve(spent("A7"), amount=Amount(1, BOX)),
        budget("B5", on=9),
        spent("A8", budget="B5"),
        spent("A9", plan="Q3", commitment="C4", shares=[Shared("D1", "P1")]),
    ]
    with pytest.raises(BadRows, match="entries of expense refused") as caught:
        ExpenseBook.of(entries)
    assert sorted((error.code, error.where.split(", ")[-1]) for error in caught.value.exceptions) == [
        ("expense.approval", "entries[6]"),
        ("expense.order", "entries[10]"),
        ("expense.order", "entries[15]"),
        ("expense.other", "entries[11]"),
        ("expense.other", "entries[16]"),
        ("expense.other", "entries[3]"),
        ("expense.other", "entries[7]"),
        ("expense.other", "entries[8]"),
        ("expense.twins", "entries[1]"),
        ("expense.unknown", "entries[12]"),
        ("expense.unknown", "entries[2]"),
        ("expense.unknown", "entries[5]"),
        ("unit", "entries[13]"),
    ]
    with pytest.raises(BadRows, match="1 entry of expense refused") as caught:
        ExpenseBook.of([budget(), "B2"])
    assert caught.value.exceptions[0].code == "expense.kind"
    for ask in (lambda book: book.budget("B9"), lambda book: book.commitment("C9")):
        with pytest.raises(NotFound, match="look at its number"):
            ask(ExpenseBook.of([budget()]))


def test_data_of_another_form_is_refused():
    """Nothing of what was read is shown."""
    book = ExpenseBook.of(
        [budget(), evolve(spent(), note="to Dr. Example"), asked(shares=[Shared("D1", weight="1/3")])]
    )
    data = expense_data(book)
    assert expense_from(json.loads(json.dumps(data))) == book
    assert "Example" not in repr(book.spent[0])
    for key in data:
        with pytest.raises(BadValue) as caught:
            expense_from({**data, key: [{"Dr. Example": 1}]})
        assert "Example" not in str(caught.value)
    with pytest.raises(BadValue) as caught:
        expense_from({**data, "commitments": [{**data["commitments"][0], "shares": [["D1", "", "1/0"]]}]})
    assert caught.value.code == "expense.record"


def test_the_door():
    """Every public name is there, none is the name of a module, and every alert has its words and steps."""
    assert [name for name in expense.__all__ if not hasattr(expense, name)] == []
    assert not set(expense.__all__) & set(expense._MODULES)
    for kind in EXPENSE_ALERTS:
        steps = EXPENSE_POLICY.playbook[kind]
        assert [step.order for step in steps] == list(range(1, len(steps) + 1))
        assert [step.within for step in steps] == sorted(step.within for step in steps)
    assert EXPENSE_POLICY.playbook["near"][0].text("zh") == "1. 申请人：列出后续费用，3 天内"
