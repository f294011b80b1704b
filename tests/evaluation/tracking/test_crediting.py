"""Roll-up of actuals: shared credit is exact, late entries are listed, nothing is left out in silence."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, UnknownYear
from pharmasales.evaluation.tracking.crediting import Credited, credit
from pharmasales.evaluation.tracking.entries import Closing, Entry
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Quarter
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workdays import CHINA

ORG = Org.of(
    [
        Node("C", "Company", "company"),
        Node("N", "North", "district", "C"),
        Node("S", "South", "district", "C"),
        Node("r1", "One", "rep", "N"),
        Node("r2", "Two", "rep", "N"),
        Node("r3", "Three", "rep", "S"),
    ]
)
JAN, FEB, MAR = Quarter(2026, 1).months
HALVES = {"r1": "50%", "r2": "50%"}


def sale(name, day, fen, credited, entered=None):
    """Return an entry of so many fen."""
    return Entry(name, day, None if fen is None else Amount(fen, CNY), credited, entered)


def minors(found: Credited | None):
    """Return own, shared, returns and amount in fen."""
    return None if found is None else tuple(x.minor for x in (found.own, found.shared, found.returns, found.amount))


def test_a_shared_sale_by_hand():
    """100.01 at 50/50 is 50.01 and 50.00; their district counts it whole, once, as its own."""
    found = credit(ORG, [sale("s1", date(2026, 1, 5), 10_001, HALVES)], [JAN], CNY)
    assert minors(found.credited("r1", JAN)) == (0, 5001, 0, 5001)
    assert minors(found.credited("r2", JAN)) == (0, 5000, 0, 5000)
    for node in ("N", "C"):
        assert minors(found.credited(node, JAN)) == (10_001, 0, 0, 10_001)
    assert found.credited("S", JAN) is None


def test_a_sale_shared_over_two_districts():
    """Each district has its part as shared, and only the company that stands above both owns the whole."""
    parts = {"r1": "30%", "r3": "50%", "r2": "20%"}
    found = credit(ORG, [sale("s1", date(2026, 1, 5), 1000, parts)], [JAN], CNY)
    assert minors(found.credited("N", JAN)) == (0, 500, 0, 500)
    assert minors(found.credited("S", JAN)) == (0, 500, 0, 500)
    assert minors(found.credited("C", JAN)) == (1000, 0, 0, 1000)


def test_a_manager_who_shares_with_a_rep_of_his():
    """The manager's node stands above both, so it owns the whole; the rep shares."""
    found = credit(ORG, [sale("s1", date(2026, 1, 5), 1000, {"N": "40%", "r1": "60%"})], [JAN], CNY)
    assert minors(found.credited("N", JAN)) == (1000, 0, 0, 1000)
    assert minors(found.credited("r1", JAN)) == (0, 600, 0, 600)
    assert found.actual(JAN) == {"N": Amount(400, CNY), "r1": Amount(600, CNY)}


def test_a_share_of_zero_shares_nothing():
    """Who has 0 % gets zero and does not make the sale a shared one."""
    found = credit(ORG, [sale("s1", date(2026, 1, 5), 1000, {"r1": 1, "r3": 0})], [JAN], CNY)
    assert minors(found.credited("r1", JAN)) == (1000, 0, 0, 1000)
    assert minors(found.credited("r3", JAN)) == (0, 0, 0, 0)


def test_a_return_cancels_its_sale():
    """A return with the shares of its sale takes back from each what each had."""
    thirds = {"r1": "1/3", "r2": "1/3", "r3": "1/3"}
    lines = [sale("s1", date(2026, 1, 5), 1000, thirds), sale("s2", date(2026, 1, 9), -1000, thirds)]
    found = credit(ORG, lines, [JAN], CNY)
    assert minors(found.credited("r1", JAN)) == (0, 0, -334, 0)
    assert minors(found.credited("C", JAN)) == (0, 0, -1000, 0)


shares = st.dictionaries(st.sampled_from(sorted(ORG.nodes)), st.integers(0, 9), min_size=1).filter(
    lambda parts: any(parts.values())
)


@st.composite
def ledgers(draw):
    """Return entries with random shares, days, amounts and days of entry."""
    found = []
    for n in range(draw(st.integers(0, 12))):
        parts = draw(shares)
        whole = sum(parts.values())
        day = date.fromordinal(draw(st.integers(date(2025, 12, 20).toordinal(), date(2026, 4, 10).toordinal())))
        entered = draw(
            st.none() | st.integers(0, 60).map(lambda more, day=day: date.fromordinal(day.toordinal() + more))
        )
        amount = draw(st.none() | st.integers(-(10**6), 10**6))
        credited = {node: Fraction(part, whole) for node, part in parts.items()}
        found.append(sale(f"e{n}", day, amount, credited, entered))
    return found


@given(ledgers(), st.sampled_from(["period", "next", "refuse", None]), st.integers(0, 5))
def test_credit_conserves(entries, late, days):
    """Parts make each sale, the root has all that counts, and every entry counts once or is left out with a note."""
    closing = None if late is None else Closing(days, late)
    months = [JAN, FEB, MAR]
    found = credit(ORG, entries, months, CNY, closing=closing)
    assert [line.entry for line in found.lines] == entries
    for line in found.lines:
        if line.period is None:
            assert line.note is not None
            assert not line.parts
        else:
            assert sum(part.minor for part in line.parts.values()) == line.entry.amount.minor
    for month in months:
        counted = [line.entry.amount.minor for line in found.lines if line.period == month]
        root = found.credited("C", month)
        assert minors(root) == (None if not counted else (sum(counted), 0, root.returns.minor, sum(counted)))
        for node in ORG:
            own, below = found.at[month].get(node.id), [found.credited(c, month) for c in ORG.below[node.id]]
            parts = [one.amount.minor for one in below if one] + ([own.minor] if own else [])
            mine = found.credited(node.id, month)
            assert (mine.amount.minor if mine else None) == (sum(parts) if parts else None)
            assert len(found.counted(node.id, month)) >= (mine is not None)


@given(ledgers())
def test_own_by_brute_force(entries):
    """A node's own is every sale whose nodes with a share all stand at or below it, counted once."""
    found = credit(ORG, entries, [JAN, FEB, MAR], CNY)
    for node in ORG:
        within = ORG.within(node.id)
        for month in (JAN, FEB, MAR):
            whole = [
                line.entry.amount.minor
                for line in found.lines
                if line.period == month and {n for n, part in line.entry.credit.items() if part} <= within
            ]
            mine = found.credited(node.id, month)
            assert (mine.own.minor if mine else 0) == sum(whole)


@pytest.mark.parametrize(
    ("late", "period", "note"),
    [
        ("period", JAN, "entered after the close, counted in its period"),
        ("next", FEB, "entered after the close, counted in the next open period"),
        ("refuse", None, "entered after the close, refused"),
    ],
)
def test_late_entries(late, period, note):
    """January closes on the third working day of February; the fourth is late, under each policy, and always listed."""
    closing = Closing(3, late, CHINA)
    assert closing.on(JAN) == date(2026, 2, 4)
    lines = [sale(f"s{n}", date(2026, 1, 30), 100, "r1", date(2026, 2, n)) for n in (4, 5)]
    found = credit(ORG, lines, [JAN, FEB], CNY, closing=closing)
    assert [line.period for line in found.lines] == [JAN, period]
    assert [(line.entry.id, line.note.en) for line in found.late] == [("s5", note)]
    assert found.left_out("r1", JAN) == (() if period == JAN else found.late)
    assert [row["entry_id"] for row in found.notes().records()] == ["s5"]


def test_a_late_entry_goes_to_the_first_open_period():
    """What comes after the close of the next period too goes on, and nowhere where none is open."""
    closing = Closing(0, "next")
    lines = [
        sale("s1", date(2026, 1, 30), 100, "r1", date(2026, 3, 2)),
        sale("s2", date(2026, 1, 30), 100, "r1", date(2026, 4, 1)),
    ]
    found = credit(ORG, lines, [JAN, FEB, MAR], CNY, closing=closing)
    assert [line.period for line in found.lines] == [MAR, None]
    assert found.lines[1].note.en == "entered after the close, and no later period asked for is open"
    assert [line.late for line in found.lines] == [True, True]
    assert [line.entry.id for line in found.left_out("C", JAN)] == ["s1", "s2"]
    assert [line.entry.id for line in found.left_out("C")] == ["s2"]


def test_what_is_left_out_and_why():
    """Each reason by name: outside, not known yet, amount missing; an unknown day of entry counts and is noted."""
    lines = [
        sale("out", date(2026, 4, 1), 100, "r1", date(2026, 4, 1)),
        sale("early", date(2025, 12, 31), 100, "r1", date(2025, 12, 31)),
        sale("unknown", date(2026, 1, 2), None, "r1", date(2026, 1, 2)),
        sale("undated", date(2026, 1, 2), 100, "r1"),
        sale("not yet", date(2026, 1, 2), 100, "r2", date(2026, 3, 9)),
        sale("in time", date(2026, 1, 2), 70, "r1", date(2026, 1, 31)),
    ]
    found = credit(ORG, lines, [JAN, FEB, MAR], CNY, closing=Closing(0, "refuse"), as_of=date(2026, 3, 1))
    assert {line.entry.id: line.note.en if line.note else None for line in found.lines} == {
        "out": "outside the periods asked for",
        "early": "outside the periods asked for",
        "unknown": "its amount is not known",
        "undated": "counted, but when it was entered is not known",
        "not yet": "not known yet on the day asked for",
        "in time": None,
    }
    assert found.why("r1", JAN).text() == (
        "own 1.70 CNY + shared 0.00 CNY = 1.70 CNY from 2 entries (1 left out: its amount is not known; "
        "1 of them: counted, but when it was entered is not known)"
    )
    assert found.why("r2", JAN).text("zh") == "无计入记录，故无数值（未计 1 笔：截至当日尚未发生或录入）"
    assert "1.70" in found._repr_html_()
    assert len(found.table()) == 3
    assert found.table().name == "credits"


def test_nothing_sold_is_zero_only_where_it_is_said():
    """A leaf without an entry is missing, or zero where the entries are all there is; an inner node stays missing."""
    found = credit(ORG, [sale("s1", date(2026, 1, 5), 100, "r1")], [JAN], CNY)
    assert found.actual(JAN) == {"r1": Amount(100, CNY)}
    zero = Amount(0, CNY)
    assert found.actual(JAN, "zero") == {"r1": Amount(100, CNY), "r2": zero, "r3": zero}
    with pytest.raises(BadValue, match="did you mean"):
        found.actual(JAN, "zeros")


def test_bad_entries_are_refused_together():
    """More or less than 100 %, below zero, unknown nodes, twin ids, other units: all at once, and no amount told."""
    lines = [
        sale("over", date(2026, 1, 5), 12_345, {"r1": "60%", "r2": "50%"}),
        sale("under", date(2026, 1, 5), 12_345, {"r1": "0.3333", "r2": "0.3333", "r3": "0.3333"}),
        sale("below", date(2026, 1, 5), 12_345, {"r1": "150%", "r2": "-50%"}),
        sale("who", date(2026, 1, 5), 12_345, "nobody"),
        sale("twice", date(2026, 1, 5), 12_345, "r1"),
        sale("twice", date(2026, 1, 5), 12_345, "r1"),
        Entry("boxes", date(2026, 1, 5), Amount(12_345, BOX), "r1"),
    ]
    with pytest.raises(BadRows) as caught:
        credit(ORG, lines, [JAN], CNY)
    assert [(error.where, error.code) for error in caught.value.exceptions] == [
        ("entry 'twice'", "credit.twice"),
        ("entry 'over', credit", "credit.sum"),
        ("entry 'under', credit", "credit.sum"),
        ("entry 'below', credit", "credit.negative"),
        ("entry 'who', credit of 'nobody'", "org.id"),
        ("entry 'boxes'", "unit"),
    ]
    said = "".join(caught.value.lines())
    assert "shares add up to 110%" in said
    assert "99.99%" in said
    assert "123" not in said


def test_hostile_input():
    """No period, periods out of order, unknown words and days, twin spellings, floats."""
    with pytest.raises(BadRule):
        credit(ORG, [], [], CNY)
    for months in ([FEB, JAN], [JAN, JAN], [JAN, Quarter(2026, 1)]):
        with pytest.raises(BadRule, match="periods out of order"):
            credit(ORG, [], months, CNY)
    found = credit(ORG, [], [JAN], CNY)
    assert len(found.table()) == 0
    assert not found.late
    for asked in (
        lambda: found.credited("x", JAN),
        lambda: found.credited("r1", FEB),
        lambda: found.counted("r1", FEB),
    ):
        with pytest.raises(NotFound):
            asked()
    with pytest.raises(BadRule):
        Closing(-1, "next")
    with pytest.raises(BadRule, match="did you mean"):
        Closing(1, "nxt")
    with pytest.raises(BadValue, match="twin ids"):
        sale("s", date(2026, 1, 1), 1, {"r1": "50%", " r1": "50%"})
    with pytest.raises(BadValue, match="float"):
        sale("s", date(2026, 1, 1), 1, {"r1": 0.5, "r2": 0.5})
    late = [sale("s", date(2026, 12, 31), 1, "r1", date(2027, 1, 9))]
    with pytest.raises(UnknownYear):
        credit(ORG, late, [Month(2026, 12)], CNY, closing=Closing(3, "refuse", CHINA))


def test_a_deep_organisation():
    """A chain of a hundred thousand nodes with a sale shared by both ends is no matter of recursion."""
    depth = 100_000
    org = Org.of([Node("n0", "", "x"), *(Node(f"n{n}", "", "x", f"n{n - 1}") for n in range(1, depth))])
    found = credit(org, [sale("s", date(2026, 1, 1), 101, {f"n{depth - 1}": "50%", "n1": "50%"})], [JAN], CNY)
    assert minors(found.credited("n0", JAN)) == (101, 0, 0, 101)
    assert minors(found.credited("n2", JAN)) == (0, 51, 0, 51)


def test_the_repr_tells_no_amount():
    """An entry's repr holds its id and days alone."""
    assert (
        repr(sale("s", date(2026, 1, 1), 98_765, "r1")) == "Entry(id='s', day=datetime.date(2026, 1, 1), entered=None)"
    )
