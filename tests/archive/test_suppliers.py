"""Upstream suppliers: clauses, duties, rights and risk (S001-7, S001-8, S001-18)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.agreements import CLAUSES, Agreement, Clause, clause_table, clause_warnings
from pharmasales.archive.rights import NATION, Right, clashes, rights_held, rights_table
from pharmasales.archive.suppliers import (
    DUTIES,
    SUPPLIER_RISK,
    Duty,
    Supplier,
    duty_checks,
    duty_table,
    rate_supplier,
    supplier_record,
)
from pharmasales.display import Says
from pharmasales.errors import BadValue, NotComparable, NotFound
from pharmasales.rules import Field, FirstMatch, RuleBook
from pharmasales.units import CNY, USD, Amount

DAY = date(2026, 3, 31)
ALL = [clause.name for clause in CLAUSES]


def strict(name: str, **limits: object) -> Clause:
    """Make a clause with a limit."""
    return Clause(name, Says(name, name), Says("guard", "防范"), **limits)  # type: ignore[arg-type]  # a shorthand


def test_missing_clauses_are_named_with_reason_and_source() -> None:
    """S001-8: each clause that the agreement lacks is warned of; one with all of them has no warning."""
    assert clause_warnings(Agreement("A", clauses=ALL)) == []
    warnings = clause_warnings(Agreement("A", clauses=[name for name in ALL if name != "take_back"]))
    assert [warning.clause.name for warning in warnings] == ["take_back"]
    assert (
        warnings[0].why.text() == "no taking back is missing (a made market is taken away (过河拆桥) [S001-7, S001-8])"
    )
    assert warnings[0].why.text("zh") == "缺少禁止收回产品（防止市场做成后收回产品（过河拆桥）［S001-7, S001-8］）"
    assert all(clause.source for clause in CLAUSES)
    rows = list(clause_table(clause_warnings(Agreement("A"))).records())
    assert [row["clause"].text("zh") for row in rows][:2] == ["合作期限", "违约金"]  # type: ignore[union-attr]  # Says
    assert len(rows) == len(CLAUSES) == 8


def test_a_last_day_is_a_term_and_an_amount_a_penalty() -> None:
    """Fields that were filled count as their clauses."""
    agreement = Agreement("A", until=DAY, penalty=Amount.of(1, CNY))
    assert [name for name in ALL if agreement.has(name)] == ["term", "penalty"]


def test_a_longer_term_and_a_heavier_penalty_may_be_asked() -> None:
    """S001-8: one month or one fen below the asked figure is warned of, the figure itself is not, unknown is."""
    year = Agreement("A", date(2025, 4, 1), DAY, Amount.of(100, CNY), ["term", "penalty"])
    assert year.months == 12
    assert Agreement("A", date(2025, 4, 2), DAY).months == 11
    assert Agreement("A", until=DAY).months is None
    assert clause_warnings(year, [strict("term", months=12), strict("penalty", penalty=Amount.of(100, CNY))]) == []
    weak = [strict("term", months=13), strict("penalty", penalty=Amount.of("100.01", CNY))]
    assert [w.why.lines() for w in clause_warnings(year, weak)] == [
        ["term of 12 months where 13 are asked", "  guard [S001-8]"],
        ["penalty of 100.00 CNY where 100.01 CNY is asked", "  guard [S001-8]"],
    ]
    vague = Agreement("A", clauses=["term", "penalty"])
    assert [w.why.head("zh") for w in clause_warnings(vague, weak)] == [
        "term 无数据 个月，要求 13 个月",
        "penalty 无数据，要求 100.01 CNY",
    ]
    with pytest.raises(NotComparable):
        clause_warnings(year, [strict("penalty", penalty=Amount.of(1, USD))])


def test_the_duty_checklist() -> None:
    """S001-7: met needs evidence, broken and open stand, nothing recorded is said, the latest known entry counts."""
    duties = [
        Duty("shipping", "broken", "claim 4", date(2026, 2, 1)),
        Duty("shipping", "met", "note 17", date(2026, 3, 31)),
        Duty("production", "met", " "),
        Duty("training", "open"),
        Duty("tender_help", "met", "letter", date(2026, 4, 1)),
    ]
    supplier = Supplier("S1", "industrial", duties=duties)
    assert [(c.name, c.standing) for c in duty_checks(supplier, as_of=DAY)] == [
        ("production", "unproven"),
        ("shipping", "met"),
        ("tender_help", "unrecorded"),
        ("training", "open"),
    ]
    assert duty_checks(supplier, as_of=date(2026, 3, 30), due=["shipping"])[0].standing == "broken"
    reversed_file = Supplier("S1", "industrial", duties=duties[::-1])
    assert duty_checks(reversed_file, as_of=DAY) == duty_checks(supplier, as_of=DAY)
    shown = duty_table(duty_checks(supplier, as_of=DAY)).text("zh")
    assert "称已履行，无凭证" in shown
    assert "协助投标" in shown
    assert list(DUTIES) == ["production", "shipping", "tender_help"]


def test_a_good_supplier_is_a_low_risk() -> None:
    """Nothing taken back, no change, no broken duty, an approval and a full agreement: no point at all."""
    supplier = Supplier(
        "S1",
        "industrial",
        [Right("S1", "P1", "approval")],
        [Duty("shipping", "met", "note")],
        Agreement("A1", clauses=ALL),
        take_backs=0,
        changes=0,
    )
    rating = rate_supplier(supplier, as_of=DAY)
    assert (rating.grade, rating.fingerprint) == ("low", SUPPLIER_RISK.fingerprint)
    assert rating.why.parts[0].head("zh") == "总分 0.00，满分 100"
    assert supplier_record(supplier, as_of=DAY) == {
        "role": "industrial",
        "approvals": 1,
        "take_backs": 0,
        "changes": 0,
        "broken_duties": 0,
        "unproven_duties": 2,
        "missing_clauses": 0,
        "months": None,
    }


@pytest.mark.parametrize(
    ("take_backs", "changes", "broken", "grade", "points"),
    [
        (0, 0, 0, "medium", "25.00"),
        (0, 1, 0, "medium", "35.00"),
        (0, 2, 1, "high", "55.00"),
        (1, 0, 0, "high", "60.00"),
        (3, 5, 9, "high", "100.00"),
    ],
)
def test_risk_grows_with_what_happened(take_backs: int, changes: int, broken: int, grade: str, points: str) -> None:
    """S001-7: without an agreement and an approval, each take-back, change and broken duty adds its points."""
    duties = [Duty(f"duty {n}", "broken") for n in range(broken)]
    supplier = Supplier("S1", "commercial", duties=duties, take_backs=take_backs, changes=changes)
    rating = rate_supplier(supplier, as_of=DAY)
    assert rating.grade == grade
    assert rating.why.parts[0].head() == f"total {points} of 100"


def test_what_nobody_asked_leaves_no_rating() -> None:
    """S001-8: the firm is to be known in detail: a missing count is no zero."""
    rating = rate_supplier(Supplier("S1", "industrial", take_backs=0), as_of=DAY)
    assert rating.grade is None
    assert "changes: missing, so there is no total" in rating.why.text()


def test_an_agreement_that_has_ended_protects_nobody() -> None:
    """On its last day it counts, the day after every clause is missing; an approval ends likewise."""
    agreement = Agreement("A1", date(2026, 1, 1), DAY, clauses=ALL)
    supplier = Supplier("S1", "industrial", [Right("S1", "P1", "approval", until=DAY)], agreement=agreement)
    assert [
        (record["missing_clauses"], record["approvals"], record["months"])
        for record in (supplier_record(supplier, as_of=DAY + timedelta(days=n)) for n in (0, 1))
    ] == [(0, 1, 3), (8, 0, None)]


def test_a_company_rates_by_its_own_rule() -> None:
    """The rating is data: another book gives another answer; a book without the rule is refused."""
    own = RuleBook("ours", "1", {"supplier_risk": FirstMatch(((Field("role").equals("commercial"), 3),), otherwise=1)})
    assert rate_supplier(Supplier("S1", "commercial"), as_of=DAY, book=own).grade == 3
    again = RuleBook.from_data(SUPPLIER_RISK.data())
    assert again.fingerprint == SUPPLIER_RISK.fingerprint
    with pytest.raises(NotFound, match="supplier_risk"):
        rate_supplier(Supplier("S1", "commercial"), as_of=DAY, book=RuleBook("empty", "1", {}))


def test_a_file_that_cannot_be() -> None:
    """Unknown roles and states, somebody else's right, counts below zero, dates crossed, empty ids."""
    for code, make in (
        ("supplier.role", lambda: Supplier("S1", "industry")),  # type: ignore[arg-type]  # the point of the test
        ("supplier.duty", lambda: Duty("shipping", "done")),  # type: ignore[arg-type]  # the point of the test
        ("supplier.right", lambda: Supplier("S1", "industrial", [Right("S2", "P1")])),
        ("supplier.count", lambda: Supplier("S1", "industrial", take_backs=-1)),
        ("supplier.count", lambda: Supplier("S1", "industrial", changes=True)),
        ("agreement.dates", lambda: Agreement("A", DAY, date(2026, 3, 30))),
        ("rights.dates", lambda: Right("S1", "P1", since=DAY, until=date(2026, 3, 30))),
        ("id.empty", lambda: Supplier(" ", "industrial")),
        ("id.empty", lambda: Agreement("")),
        ("id.empty", lambda: Right("S1", "")),
    ):
        with pytest.raises(BadValue) as caught:
            make()
        assert caught.value.code == code
    assert Right("S1", "P1", since=DAY, until=DAY).holds(DAY)
    assert Agreement("A", DAY, DAY).months == 0


def test_who_holds_what_on_a_day() -> None:
    """S001-18: both ends count, the country covers every region, and a region covers what lies in it."""
    rights = [
        Right("S2", "P1", region="East", since=DAY),
        Right("S1", "P1", until=DAY),
        Right("S3", "P2", region="Shanghai"),
    ]
    within = {"Shanghai": "East", "East": "", "A": "B", "B": "A"}
    held = {
        day: [r.holder for r in rights_held(rights, day, product="P1")]
        for day in (date(2026, 3, 30), DAY, date(2026, 4, 1))
    }
    assert list(held.values()) == [["S1"], ["S1", "S2"], ["S2"]]
    found = [
        (region, [r.holder for r in rights_held(rights, DAY, region=region, within=within)])
        for region in ("Shanghai", "East", "West", "A")
    ]
    assert found == [("Shanghai", ["S1", "S2", "S3"]), ("East", ["S1", "S2"]), ("West", ["S1"]), ("A", ["S1"])]
    table = rights_table(rights)
    assert [row[3] for row in table.rows] == ["East", NATION, "Shanghai"]
    assert "全国" in table.text("zh")


def test_exclusive_rights_that_collide_are_named() -> None:
    """The common days are named; nested regions and the whole country collide, neighbours and other kinds do not."""
    base = Right("S1", "P1", region="East", exclusive=True, since=date(2026, 1, 1), until=date(2026, 6, 30))
    others = [
        Right("S2", "P1", region="Shanghai", since=date(2026, 6, 30)),
        Right("S3", "P1", exclusive=True),
        Right("S4", "P1", region="West", exclusive=True, until=date(2025, 12, 31)),
        Right("S5", "P1", "approval", "East"),
        Right("S6", "P2", region="East"),
        Right("S1", "P1", region="East"),
        Right("S7", "P1", region="East", since=date(2026, 7, 1), until=date(2026, 8, 1)),
    ]
    within = {"Shanghai": "East"}
    found = [clash for clash in clashes([*others, base], within) if base in (clash.first, clash.second)]
    assert [(c.first.holder, c.second.holder, c.since, c.until) for c in found] == [
        ("S3", "S1", date(2026, 1, 1), date(2026, 6, 30)),
        ("S1", "S2", date(2026, 6, 30), date(2026, 6, 30)),
    ]
    assert found[0].why.text() == (
        "P1: S3 holds the whole country alone, and S1 holds East alone, from 2026-01-01 to 2026-06-30"
    )
    assert found[1].why.text("zh") == ("P1：S1 独家持有 East，S2 持有 Shanghai，2026-06-30 至 2026-06-30 重叠")
    assert clashes([base, Right("S2", "P1", region="Shanghai")]) == []
    assert clashes([Right("S1", "P1"), Right("S2", "P1")]) == []
    always = clashes([Right("S1", "P1", exclusive=True), Right("S2", "P1")])
    assert [(c.since, c.until, c.why.text()) for c in always] == [
        (None, None, "P1: S1 holds the whole country alone, and S2 holds the whole country")
    ]
    assert always[0].why.text("zh") == "P1：S1 独家持有 全国，S2 持有 全国"
    half = [Right("S1", "P1", exclusive=True, since=DAY), Right("S2", "P1", exclusive=True, until=DAY)]
    spans = [clashes([Right("S3", "P1"), right])[0].why.text("zh").rpartition("，")[2] for right in half]
    assert spans == ["自 2026-03-31 起重叠", "至 2026-03-31 重叠"]


DATES = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 8))


@st.composite
def a_right(draw: st.DrawFn) -> Right:
    """Draw a right of a few holders, products and days."""
    since, until = draw(DATES), draw(DATES)
    if since and until and until < since:
        since, until = until, since
    place = draw(st.sampled_from(["", "E", "E1", "W"]))
    return Right(
        draw(st.sampled_from("ABC")), draw(st.sampled_from("PQ")), "x", place, draw(st.booleans()), since, until
    )


@given(st.data(), st.lists(a_right(), max_size=8))
def test_a_clash_is_a_day_on_which_both_hold(data: st.DataObject, rights: list[Right]) -> None:
    """By hand over every day: a pair collides on some day exactly where it is found, in any order of the rights."""
    lies = {"": {""}, "E": {"", "E"}, "E1": {"", "E", "E1"}, "W": {"", "W"}}
    found = clashes(rights, {"E1": "E"})
    named = {frozenset((id(c.first), id(c.second))) for c in found}
    days = [date(2025, 12, 1), *(date(2026, 1, n) for n in range(1, 9)), date(2027, 1, 1)]
    for one in rights:
        for other in rights:
            both = [day for day in days if one.holds(day) and other.holds(day)]
            scope = one.product == other.product and (
                one.region in lies[other.region] or other.region in lies[one.region]
            )
            bad = scope and bool(both) and one.holder != other.holder and (one.exclusive or other.exclusive)
            assert (frozenset((id(one), id(other))) in named) == bad
    shuffled = clashes(data.draw(st.permutations(rights)), {"E1": "E"})
    assert [(c.first, c.second) for c in shuffled] == [(c.first, c.second) for c in found]
