"""Agreements kept: clauses of suppliers, fulfilment by period, renewal reminders, proposed terms."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive.agreements import CLAUSES, Agreement, Clause
from pharmasales.archive.suppliers import Supplier
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound
from pharmasales.periods import Month, Quarter, Week, Year
from pharmasales.recruitment.rights import (
    TERM_RULES,
    AgentRight,
    Commitment,
    Performed,
    agreement_fulfilment,
    check_clauses,
    next_term,
    proposal_table,
    propose_term,
    renewal_reminders,
)
from pharmasales.rules import Bands, Field, RuleBook
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workdays import CHINA, Calendar

EVERY_DAY = Calendar("every day", weekend=())


def yuan(n):
    """Return an amount in yuan."""
    return Amount.of(n, CNY)


def test_clauses_there_weak_missing_and_no_agreement():
    """Each supplier against the whole list, with reason and remedy."""
    names = [clause.name for clause in CLAUSES]
    full = Agreement("S-1", date(2026, 1, 1), date(2026, 12, 31), yuan(100_000), names)
    over = Agreement("S-2", date(2025, 1, 1), date(2025, 12, 31), clauses=names)
    suppliers = [
        Supplier("S1", "industrial", agreement=full),
        Supplier("S2", "industrial", agreement=over),
        Supplier("S3", "commercial"),
        Supplier("S4", "commercial", agreement=Agreement("S-4", clauses=["supply"])),
    ]
    term = Clause("term", Says("term", "合作期限"), Says("be safe", "稳妥"), months=24)
    heavy = Clause("penalty", Says("penalty", "违约金"), Says("be sure", "可靠"), penalty=yuan(100_000))
    found = check_clauses(suppliers, as_of=date(2026, 6, 1), clauses=[term, heavy, CLAUSES[6]])
    assert [row.state for row in found.rows] == [
        "weak",
        "there",
        "there",
        *["no_agreement"] * 6,
        "missing",
        "missing",
        "there",
    ]
    assert found.rows[0].why.lines() == ["term of 12 months where 24 are asked", "  be safe [S001-8]"]
    assert found.rows[1].why.text() == "be sure [S001-8]"
    assert [getattr(row.todo, "en", row.todo) for row in (*found.rows[:2], found.rows[3], found.rows[9])] == [
        "negotiate a longer term or a heavier penalty",
        "",
        "sign an agreement with this clause",
        "have it added in writing",
    ]
    assert found.rows[3].why.text() == "agreement S-2 is not in force on 2026-06-01"
    assert found.rows[6].why.text() == "no agreement is recorded"
    assert [(row[0], row[1], row[-1]) for row in found.table().rows] == [
        ("S1", "S-1", 2),
        ("S2", "", 0),
        ("S3", "", 0),
        ("S4", "S-4", 1),
    ]
    assert "缺少" in found.table().text("zh")
    assert len(found.lacking_table()) == 9
    assert all(row.state == "there" for row in check_clauses(suppliers[:1], as_of=date(2026, 6, 1)).rows)
    twice = [Supplier("S1", "industrial"), Supplier("s1", "industrial")]
    with pytest.raises(BadRows, match="stand twice") as caught:
        check_clauses(twice, as_of=date(2026, 6, 1), clauses=[term, CLAUSES[0]])
    assert [error.where for error in caught.value.exceptions] == ["suppliers[1], 's1'", "clauses[1], 'term'"]


def test_fulfilment_by_period():
    """Each state with its figures and its remedy; nothing is lost."""
    promises = [
        Commitment("AG-1", Quarter(2026, 4), yuan(920)),
        Commitment("AG-1", Quarter(2026, 3), yuan(920)),
        Commitment("AG-1", Quarter(2026, 2), yuan(900)),
        Commitment("AG-1", Quarter(2026, 1), yuan(900)),
        Commitment("AG-2", Year(2026), Amount(12, BOX)),
        Commitment("AG-3", Month(2026, 6), yuan(1)),
        Commitment("AG-3", Month(2026, 7), yuan(31)),
    ]
    came = [
        Performed("AG-1", date(2026, 1, 1), yuan(1000), "N1"),
        Performed("AG-1", date(2026, 3, 31), yuan("-99.99"), "N2"),
        Performed("AG-1", date(2026, 4, 1), yuan("899.99"), "N3"),
        Performed("AG-1", date(2026, 7, 3), yuan(100), "N4"),
        Performed("AG-1", date(2026, 7, 11), yuan(5000), "N5"),
        Performed("AG-1", date(2025, 12, 31), yuan(7), "N6"),
        Performed("AG-1", date(2026, 2, 1), Amount(3, BOX), "N7"),
        Performed("AG-2", date(2026, 2, 1), Amount(12, BOX), "N8"),
        Performed("AG-3", date(2026, 7, 1), Amount(0, CNY), "N9"),
        Performed("AG-9", date(2026, 7, 1), Amount(1, CNY), "N10"),
    ]
    found = agreement_fulfilment(promises, came, as_of=date(2026, 7, 10))
    assert [(one.agreement, str(one.period), one.state, one.rate) for one in found.lines] == [
        ("AG-1", "2026-Q1", "kept", Fraction(90001, 90000)),
        ("AG-1", "2026-Q2", "short", Fraction(89999, 90000)),
        ("AG-1", "2026-Q3", "on_pace", Fraction(5, 46)),
        ("AG-1", "2026-Q4", "coming", None),
        ("AG-2", "2026", "ahead_of_time", Fraction(1)),
        ("AG-3", "2026-06", "unreported", None),
        ("AG-3", "2026-07", "behind", Fraction(0)),
    ]
    assert [line.why.text() for line in found.lines] == [
        "900.01 of 900.00 CNY: 0.01 over",
        "899.99 of 900.00 CNY: 0.01 short",
        "100.00 of 920.00 CNY, where 100.00 are due by 2026-07-10 (10 of 92 days): 0.00 ahead",
        "920.00 CNY from 2026-10-01 on",
        "12 of 12 BOX: 0 over",
        "nothing is reported of 1.00 CNY",
        "0.00 of 31.00 CNY, where 10.00 are due by 2026-07-10 (10 of 31 days): 10.00 behind",
    ]
    assert found.lines[5].todo.en == "ask for the report; zero is to be reported too"
    assert [one.evidence for one in found.outside] == ["N6", "N7", "N10"]
    assert [one.evidence for one in found.later] == ["N5"]
    assert [(one.agreement, one.periods, one.rate) for one in found.totals] == [
        ("AG-1", 2, Fraction(1)),
        ("AG-3", 1, None),
    ]
    assert found.by_agreement().rows[0][2:] == ("CNY", yuan(1800).value, yuan(1800).value, Fraction(1))
    assert "超出 0.01" in found.table().text("zh")
    assert "900" not in repr(found.lines[0])


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["AG-1", "AG-2", "AG-3"]), st.integers(0, 400), st.integers(-50, 300)), max_size=12
    ),
    st.integers(0, 400),
    st.lists(st.sampled_from([1, 2, 3, 4]), min_size=1, max_size=4, unique=True),
    st.randoms(use_true_random=False),
)
def test_what_came_is_counted_once(entries, passed, quarters, chance):
    """Counted + outside + later = given, in any order; the sums are those of a plain loop."""
    start = date(2026, 1, 1)
    as_of = start + timedelta(passed)
    promises = [Commitment(name, Quarter(2026, q), Amount(500, CNY)) for name in ("AG-1", "AG-2") for q in quarters]
    came = [Performed(name, start + timedelta(n), Amount(minor, CNY)) for name, n, minor in entries]
    found = agreement_fulfilment(promises, came, as_of=as_of)
    for line in found.lines:
        mine = [e.amount.minor for e in came if e.agreement == line.agreement and e.on in line.period and e.on <= as_of]
        assert line.actual == (Amount(sum(mine), CNY) if mine else None)
        whole = (line.period.end <= as_of, line.actual is None or line.period.start > as_of)
        if whole == (True, False):
            assert line.state == ("kept" if line.actual.minor >= 500 else "short")
        if whole == (False, False):
            due = Fraction(500 * ((as_of - line.period.start).days + 1), line.period.days)
            states = (
                {"ahead_of_time"} if line.actual.minor >= 500 else {"on_pace" if line.actual.minor >= due else "behind"}
            )
            assert line.state in states
    counted = sum(line.actual.minor for line in found.lines if line.actual is not None)
    rest = sum(one.amount.minor for one in (*found.outside, *found.later))
    assert counted + rest == sum(one.amount.minor for one in came)
    mixed = list(promises)
    chance.shuffle(mixed)
    assert agreement_fulfilment(mixed, came, as_of=as_of) == found


def test_promises_that_cannot_be():
    """Two for one day, all named; nothing is no promise. Other units and other agreements may."""
    promises = [Commitment("AG", one, yuan(1)) for one in (Year(2026), Quarter(2026, 1), Month(2026, 12))]
    with pytest.raises(BadRows) as caught:
        agreement_fulfilment(promises, [], as_of=date(2026, 1, 1))
    assert [line.split(" @ ")[1] for line in caught.value.lines()] == [
        "agreement 'AG', 2026-Q1 and 2026; promise each day once [rights.period]",
        "agreement 'AG', 2026 and 2026-12; promise each day once [rights.period]",
    ]
    with pytest.raises(BadValue, match="how much"):
        Commitment("AG", Year(2026), Amount(-1, CNY))
    fine = [Commitment("AG", Year(2026), yuan(1)), Commitment("AG", Year(2026), Amount(1, BOX))]
    assert len(agreement_fulfilment(fine, [], as_of=date(2026, 1, 1)).lines) == 2


def right(name, last, *, signed=date(2026, 1, 1), since=date(2026, 1, 1)):
    """Return a right up to a day."""
    return AgentRight.grant(
        name, "A1", "P1", "33", "province", since=since, until=last, signed=signed, by="p1", evidence="AG-1"
    )


def test_a_right_that_another_follows_is_not_reminded_of():
    """One that begins after the end, or one that stands there now; a right of elsewhere follows nothing."""
    old, day = right("R1", date(2026, 2, 20)), date(2026, 2, 21)
    new = right("R2", date(2027, 2, 20), since=date(2026, 2, 21))
    for as_of in (date(2026, 2, 20), day, date(2026, 2, 23)):
        assert [row.right.id for row in renewal_reminders([old], as_of=as_of, calendar=CHINA).rows] == ["R1"]
        assert "R1" not in [row.right.id for row in renewal_reminders([old, new], as_of=as_of, calendar=CHINA).rows]
    beside = right("R3", date(2027, 2, 20))
    both = [renewal_reminders([old, beside], as_of=as_of, calendar=CHINA).rows for as_of in (date(2026, 2, 20), day)]
    assert [[row.right.id for row in rows] for rows in both] == [["R1", "R3"], ["R3"]]
    gap = right("R4", date(2027, 2, 20), since=date(2026, 2, 22))
    for other in (evolve(new, area="34"), evolve(new, product="P2"), gap):
        assert renewal_reminders([old, other], as_of=day, calendar=CHINA).rows[0].right.id == "R1"


def test_the_next_term_rests_on_the_record_of_the_right():
    """Whole years since the first version; the promises of the last year once; from the day after the end."""
    one = right("R1", date(2026, 3, 31), since=date(2024, 4, 1), signed=date(2024, 3, 1))
    quarters = [
        Quarter(2025, 1),
        Quarter(2025, 2),
        Quarter(2025, 3),
        Quarter(2025, 4),
        Quarter(2026, 1),
        Quarter(2026, 2),
    ]
    told = [Commitment("R1", quarter, yuan(1000 * n)) for n, quarter in enumerate(quarters, 1)]
    told += [Commitment("R2", Quarter(2025, 4), yuan(9)), Commitment("R1", Quarter(2025, 4), Amount.of(7, BOX))]

    def term(as_of, commitments=tuple(told), score=86):
        return next_term(one, date(2026, 3, 31), commitments, as_of=as_of, score=score, money=CNY)

    found = term(date(2026, 3, 31))
    assert (found.start, found.months, found.until) == (date(2026, 4, 1), 24, date(2028, 3, 31))
    assert found.deposit == yuan(700)  # 5 % of 2,000 + 3,000 + 4,000 + 5,000
    assert term(date(2025, 3, 31)).months == 12  # not a whole year yet
    assert term(date(2026, 4, 9)).start == date(2026, 4, 10)
    twice = [*told, Commitment("R1", Month(2025, 5), yuan(50_000))]
    assert term(date(2026, 3, 31), twice).deposit == yuan(700)  # the month lies in a quarter that counts
    assert term(date(2026, 3, 31), told[:1]).deposit is None
    assert term(date(2026, 3, 31), score=None).months is None


def test_reminders_on_working_days():
    """2026-05-01 and 02-17 are holidays: the working day before. Stages follow one another to the last day."""
    one = right("R1", date(2026, 6, 30))
    states = []
    for asked in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 6, 30), date(2026, 7, 1)):
        (row,) = renewal_reminders([one], as_of=asked, calendar=CHINA).rows
        assert row.days == (date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 29))
        states.append((row.state, row.stage, row.left))
    assert states == [("later", None, 91), ("due", 90, 90), ("due", 60, 61), ("due", 30, 0), ("lapsed", 30, -1)]
    found = renewal_reminders([one], as_of=date(2026, 4, 1), calendar=CHINA)
    assert (len(found.on(date(2026, 4, 30))), len(found.on(date(2026, 5, 1)))) == (1, 0)
    assert found.rows[0].why.text() == "R1 of A1 ends on 2026-06-30, in 90 days; reminder of 90 days before"
    first = renewal_reminders([one], as_of=date(2026, 3, 31), calendar=CHINA).rows[0]
    assert first.why.text() == "R1 of A1 ends on 2026-06-30, in 91 days; first reminder 90 days before"
    assert (first.todo.en, found.rows[0].todo.en) == ("nothing yet", "assess the agent and propose a term")
    assert (found.due, renewal_reminders([one], as_of=date(2026, 3, 31), calendar=CHINA).due) == (found.rows, ())
    assert found.table().rows[0][7] == date(2026, 4, 30)
    gone = renewal_reminders([one], as_of=date(2026, 7, 10), calendar=CHINA)
    assert gone.rows[0].why.text() == "R1 of A1 ended on 2026-06-30, 10 days ago"
    assert "已失效" in gone.table().text("zh")


def test_a_year_that_is_not_announced_is_said():
    """The day stays, and the reason asks to check it; across the new year it moves back into the known year."""
    (row,) = renewal_reminders([right("R1", date(2027, 7, 31))], as_of=date(2026, 12, 1), calendar=CHINA).rows
    assert row.days[0] == date(2027, 5, 2)
    assert "the working days of 2027 are not known: check 2027-05-02" in row.why.text()
    (row,) = renewal_reminders(
        [right("R1", date(2026, 2, 20))], as_of=date(2026, 1, 2), calendar=CHINA, before=(50,)
    ).rows
    assert row.days == (date(2025, 12, 31),)
    (row,) = renewal_reminders(
        [right("R1", date(2007, 1, 1), since=date(2006, 1, 1), signed=date(2006, 1, 1))],
        as_of=date(2006, 6, 1),
        calendar=CHINA,
        before=(0,),
    ).rows
    assert row.why.lines()[1:] == [
        "  2007-01-01 is no working day: moved to 2006-12-31",
        "  the working days of 2006 are not known: check 2006-12-31",
    ]


def test_what_needs_no_reminder():
    """For ever, not begun, not signed, ended on purpose, renewed: each for its reason; sorted by the last day."""
    asked = date(2026, 6, 1)
    renewed = right("R6", date(2026, 6, 30)).renew(
        until=date(2026, 12, 31), signed=date(2026, 5, 1), by="p1", evidence="AG-2"
    )
    rights = [
        right("R1", None),
        right("R2", date(2026, 12, 31), since=date(2026, 7, 1)),
        right("R3", date(2026, 12, 31), signed=date(2026, 6, 2)),
        right("R4", date(2026, 12, 31)).end(last=date(2026, 6, 30), signed=asked, by="p1", evidence="E"),
        right("R5", date(2026, 3, 31)).renew(
            since=date(2026, 7, 1), until=date(2026, 9, 30), signed=asked, by="p1", evidence="E"
        ),
        renewed,
        evolve(right("R7", date(2026, 3, 31)), area="34"),
    ]
    found = renewal_reminders(rights, as_of=asked, calendar=EVERY_DAY)
    assert [(row.right.id, row.ends) for row in found.rows] == [
        ("R7", date(2026, 3, 31)),
        ("R6", date(2026, 12, 31)),
    ]
    before = renewal_reminders([renewed], as_of=date(2026, 4, 30), calendar=EVERY_DAY)
    assert before.rows[0].ends == date(2026, 6, 30)


def test_a_gap_before_the_next_term_is_said():
    """Signed to go on later only: the reminder stands, and asks to close the gap."""
    one = right("R1", date(2026, 3, 31)).renew(
        since=date(2026, 4, 2), until=date(2026, 9, 30), signed=date(2026, 1, 5), by="p1", evidence="E"
    )
    (row,) = renewal_reminders([one], as_of=date(2026, 3, 1), calendar=EVERY_DAY).rows
    assert (row.ends, row.state) == (date(2026, 3, 31), "due")
    assert row.why.parts[-1].text() == "the next term begins on 2026-04-02 only"
    assert row.todo.en == "close the gap: begin the next term the day after the end"
    short = right("R1", date(2026, 3, 31), since=date(2026, 3, 31))
    (row,) = renewal_reminders([short], as_of=date(2026, 3, 31), calendar=EVERY_DAY).rows
    assert (row.left, row.todo.en) == (0, "assess the agent and propose a term")


@pytest.mark.parametrize("before", [(), (30, 60), (30, 30), (-1,), (1.5,), (True,)])
def test_days_before_are_whole_and_in_order(before):
    """The furthest first."""
    with pytest.raises(BadRule, match="the furthest first"):
        renewal_reminders([], as_of=date(2026, 1, 1), calendar=EVERY_DAY, before=before)


def test_a_right_stands_once_among_reminders():
    """Twins are refused."""
    with pytest.raises(BadRows):
        renewal_reminders([right("R1", None), right("r1", None)], as_of=date(2026, 1, 1), calendar=EVERY_DAY)


@pytest.mark.parametrize(
    ("score", "years", "months", "price", "deposit"),
    [
        (Fraction(5999, 100), 5, 12, "list", 80_000),
        (60, 0, 12, "standard", 40_000),
        (77, 3, 24, "standard", 40_000),
        (80, 0, 12, "preferred", 20_000),
        (80, 1, 24, "preferred", 20_000),
        (100, 9, 36, "preferred", 20_000),
        (0, 0, 6, "list", 80_000),
    ],
)
def test_terms_by_assessment(score, years, months, price, deposit):
    """E57 gives 77: B. Longer for the assessed and the long-standing, less to deposit for the better."""
    found = propose_term("A1", {"score": score, "years": years}, start=date(2027, 1, 1), promised=yuan(400_000))
    assert (found.months, found.price_level, found.deposit) == (months, price, yuan(deposit))
    assert (found.until.year - 2026) * 12 - 12 + found.until.month == months
    assert found.fingerprint == TERM_RULES.fingerprint


def test_a_longer_standing_or_better_agent_never_gets_less():
    """Monotone over the whole grid of the default."""
    terms = [
        [propose_term("A", {"score": s, "years": y}, start=date(2027, 1, 1)).months for y in (0, 1, 3)]
        for s in (0, 60, 80)
    ]
    assert all(row == sorted(row) for row in terms)
    assert all(list(col) == sorted(col) for col in zip(*terms, strict=True))


def test_a_term_never_outlasts_our_own_right():
    """Clipped, with the reason; ended before it begins, refused."""
    record = {"score": 90, "years": 5}
    found = propose_term("A1", record, start=date(2026, 1, 31), ours_until=date(2027, 6, 30))
    assert (found.months, found.until) == (36, date(2027, 6, 30))
    assert "our own right ends on 2027-06-30" in found.why.text()
    longer = propose_term("A1", record, start=date(2026, 1, 31), ours_until=date(2029, 1, 30))
    assert (longer.until, "our own" in longer.why.text()) == (date(2029, 1, 30), False)
    with pytest.raises(BadRule, match="our own right ends before the term begins"):
        propose_term("A1", record, start=date(2026, 1, 31), ours_until=date(2026, 1, 30))
    assert propose_term("A1", record, start=date(2026, 1, 31), ours_until=date(2026, 1, 31)).until == date(2026, 1, 31)


def test_missing_in_missing_out():
    """Without an assessment nothing is proposed; without a promise no deposit."""
    none = propose_term("A1", {"score": None, "years": 2}, start=date(2027, 1, 1), promised=yuan(1))
    assert (none.months, none.until, none.price_level, none.deposit) == (None, None, None, None)
    assert none.why.head() == "A1: no term, because the assessment is missing: assess first"
    found = propose_term("A1", {"score": 77, "years": 2}, start=date(2027, 1, 1))
    assert found.deposit is None
    assert found.why.head().endswith("deposit missing")
    assert "deposit: 10 % of a promise that is missing" in found.why.text()
    assert "A1" in proposal_table([none, found]).text("zh")
    paid = propose_term("A1", {"score": 77, "years": 2}, start=date(2027, 1, 1), promised=yuan(50))
    assert paid.why.head() == "A1: from 2027-01-01 to 2027-12-31, price level standard, deposit 5.00 CNY"
    assert [row[5] for row in proposal_table([none, paid]).rows] == [None, yuan(5).value]
    assert "deposit" not in repr(found)


def test_a_book_of_your_own():
    """Any rule of whole months; a fraction of the smallest part is rounded half up at the end."""
    rules = {
        "months": Bands(Field("x"), ((1, 1),), top=2),
        "price_level": Bands(Field("x"), ((1, 1),), top=2),
        "deposit_percent": Bands(Field("x"), ((1, 0),), top=50),
    }
    book = RuleBook("mine", "1", rules)
    found = propose_term("A1", {"x": 1}, start=date(2026, 1, 31), promised=Amount(1, CNY), book=book)
    assert (found.until, found.deposit, found.price_level) == (date(2026, 3, 30), Amount(1, CNY), 2)
    assert propose_term("A1", {"x": 0}, start=date(2026, 1, 31), promised=yuan(9), book=book).deposit == yuan(0)
    for name, odd in (("months", "long"), ("months", 0), ("deposit_percent", -5)):
        bad = RuleBook("mine", "1", {**rules, name: Bands(Field("x"), ((1, odd),), top=2)})
        with pytest.raises(BadRule, match="no whole number") as caught:
            propose_term("A1", {"x": 0}, start=date(2026, 1, 31), book=bad)
        assert caught.value.where == f"rules.{name}"
    with pytest.raises(NotFound):
        propose_term("A1", {"x": 0}, start=date(2026, 1, 31), book=RuleBook("mine", "1", {}))


@pytest.mark.parametrize(
    ("start", "score", "last"),
    [
        (date(2027, 1, 1), 0, date(2027, 6, 30)),
        (date(2027, 3, 1), 0, date(2027, 8, 31)),
        (date(2026, 8, 28), 0, date(2027, 2, 27)),
        (date(2026, 8, 29), 0, date(2027, 2, 28)),
        (date(2026, 8, 31), 0, date(2027, 2, 28)),
        (date(2027, 8, 29), 0, date(2028, 2, 28)),
        (date(2027, 8, 30), 0, date(2028, 2, 29)),
        (date(2028, 2, 29), 60, date(2029, 2, 28)),
        (date(2026, 3, 31), 0, date(2026, 9, 30)),
    ],
)
def test_a_term_ends_where_its_first_day_comes_round(start, score, last):
    """The day before; where the month has no such day, its last one: six months from 31 August are not 27 February."""
    assert propose_term("A1", {"score": score, "years": 0}, start=start).until == last


def test_a_promise_below_zero_is_none():
    """A deposit below zero would be money for the agent."""
    with pytest.raises(BadValue, match=r"how much.*rights\.promise"):
        propose_term("A1", {"score": 77, "years": 2}, start=date(2027, 1, 1), promised=yuan(-1))
    free = propose_term("A1", {"score": 77, "years": 2}, start=date(2027, 1, 1), promised=yuan(0))
    assert free.deposit == yuan(0)


def test_a_reminder_on_the_last_day_of_a_month():
    """Thirty days before 30 and 31 March, and the day itself where no days are left."""
    for last, day in ((date(2026, 3, 30), date(2026, 2, 28)), (date(2026, 3, 31), date(2026, 3, 1))):
        (row,) = renewal_reminders([right("R1", last)], as_of=last, calendar=EVERY_DAY, before=(30, 0)).rows
        assert (row.days, row.state, row.stage, row.left) == ((day, last), "due", 0, 0)


def test_totals_are_those_of_ended_periods():
    """A period ends on its last day; where one of several is without a report the sum is missing, not short."""
    promises = [Commitment("AG", Quarter(2026, 1), yuan(90)), Commitment("AG", Quarter(2026, 2), yuan(90))]
    came = [Performed("AG", date(2026, 2, 1), yuan(100))]

    def totals(day):
        return [(one.periods, one.actual) for one in agreement_fulfilment(promises, came, as_of=day).totals]

    assert totals(date(2026, 3, 30)) == []
    assert totals(date(2026, 3, 31)) == totals(date(2026, 6, 29)) == [(1, yuan(100))]
    assert totals(date(2026, 6, 30)) == [(2, None)]


def test_a_week_may_share_a_day_with_a_month():
    """The first of February lies in the fifth week: promised once, not twice."""
    week, february, march = Week(2026, 5), Month(2026, 2), Month(2026, 3)
    assert week.end == february.start
    with pytest.raises(BadRows):
        agreement_fulfilment([Commitment("AG", one, yuan(1)) for one in (february, week)], [], as_of=week.start)
    apart = agreement_fulfilment([Commitment("AG", one, yuan(1)) for one in (march, week)], [], as_of=week.start)
    assert len(apart.lines) == 2
