"""The shapes that row rules are written in."""

from __future__ import annotations

import pickle
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.rules import (
    All,
    AnyOf,
    Bands,
    Curve,
    Cut,
    Field,
    FirstMatch,
    Grid,
    Not,
    Part,
    Ratio,
    Weighted,
    over,
)
from pharmasales.rules.terms import number
from pharmasales.testing import strategies as some
from pharmasales.units import half_up

USE = Bands(Field("use"), ((50, "low"),), top="high")
POTENTIAL = Bands(Field("potential"), ((100, "low"),), top="high")
MATRIX = Grid(USE, POTENTIAL, {"low": {"low": "D", "high": "C"}, "high": {"low": "A", "high": "B"}})


def test_bands_include_their_lower_cut():
    """以上 includes, 超过 excludes; missing has no band."""
    days = Bands(Field("days"), ((30, "new"), (over(60), "due"), (over(120), "late")), top="lost")
    values = (-5, 29, 30, 60, Fraction(601, 10), 120, "120.01", None)
    assert [days({"days": v}) for v in values] == ["new", "new", "due", "due", "late", "late", "lost", None]


def test_a_band_may_hold_one_value():
    """A cut and its `over` at one value make a band of that value alone."""
    rule = Bands(Field("x"), ((0, "below"), (over(0), "zero")), top="above")
    assert [rule({"x": v}) for v in (-1, 0, "0.001")] == ["below", "zero", "above"]
    assert [rule.bounds(place) for place in range(3)] == [(None, Cut(0)), (Cut(0), over(0)), (over(0), None)]


@given(some.bands(of=Field("sales")), some.exact_numbers())
def test_bands_by_brute_force(rule, value):
    """The place of a value is the count of cuts that it has reached, or passed where they say over."""
    place = sum(value > cut.at if cut.exclusive else value >= cut.at for cut, _ in rule.cuts)
    assert rule.place(value) == place
    assert rule({"sales": value}) == rule.labels()[place]


@pytest.mark.parametrize(
    "cuts", [((2, "a"), (1, "b")), ((1, "a"), (1, "b")), ((over(1), "a"), (1, "b")), ((over(1), "a"), (over(1), "b"))]
)
def test_cuts_ascend(cuts):
    """Cuts out of order or twice the same are refused with their position."""
    with pytest.raises(BadRule, match=r"cuts must ascend @ cuts\[1\]"):
        Bands(Field("x"), cuts, top="c")


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda: Bands(Field("x"), ((1, "a"), ("much", "b")), top="c"), "cuts[1]"),
        (lambda: Bands(Field("x"), ((1, 0.5),), top="c"), "cuts[0]"),
        (lambda: Bands(Field("x"), (), top=None), ""),
        (lambda: Curve(Field("x"), ((1, 1), (2, "much"))), "points[1]"),
        (lambda: Curve(Field("x"), ((1, 1), (1, 2))), "points[1]"),
        (lambda: Curve(Field("x"), ((1, 1),)), "points"),
        (lambda: FirstMatch(((Field("x").missing(), None),)), "cases[0]"),
        (lambda: FirstMatch((), otherwise=1.5), ""),
        (lambda: Part("a", "much", Field("a")), ""),
        (
            lambda: Grid(USE, POTENTIAL, {"low": {"low": "D", "high": "C"}, "high": {"low": "A"}}),
            "cells['high']['high']",
        ),
        (lambda: evolve(MATRIX, cells={**MATRIX.cells, "mid": {"low": "A"}}), "cells['mid']['low']"),
        (lambda: evolve(MATRIX, cells={**MATRIX.cells, "low": {"low": "D", "high": None}}), ""),
        (lambda: Grid(Bands(Field("x"), ((1, 1),), top="1"), USE, {}), "rows"),
        (lambda: Weighted([Part("a", -1, Field("a")), Part("b", 101, Field("b"))]), "parts[0] a"),
        (lambda: Weighted([Part("a", 50, Field("a")), Part("a", 50, Field("b"))]), "parts[1] a"),
        (lambda: Weighted([Part("a", 50, Field("a"))]), "parts"),
        (lambda: Weighted([]), "parts"),
        (lambda: Weighted([], whole=0), ""),
        (lambda: Weighted([Part("a", 100, Field("a"))], full=0), ""),
        (lambda: Weighted([Part("a", 100, Field("a"))], missing="zeros"), "missing"),
    ],
)
def test_rules_that_cannot_hold(make, where):
    """Each is refused when it is made, with its place."""
    with pytest.raises(BadRule) as caught:
        make()
    assert caught.value.where == where


def test_names_of_parts_are_text():
    """A part's name is text that a book can keep."""
    with pytest.raises(BadValue):
        Part(7, 100, Field("a"))


def test_an_unknown_way_with_missing_scores_is_guessed_at():
    """The nearest way is named."""
    with pytest.raises(BadRule, match='did you mean "reweight"'):
        Weighted([Part("a", 100, Field("a"))], missing="reweigh")


def test_matrix_of_use_and_potential():
    """E5: use of 50 and potential of 100 are high."""
    rows = {(80, 60): "A", (80, 150): "B", (20, 150): "C", (20, 60): "D", (50, 100): "B"}
    assert {row: MATRIX({"use": row[0], "potential": row[1]}) for row in rows} == rows
    assert MATRIX({"use": None, "potential": 150}) is None
    assert MATRIX({"use": 80, "potential": None}) is None
    assert MATRIX.labels() == ("D", "C", "A", "B")


def test_nine_grid():
    """E6: points of the place and of the behaviour add up to a class; what no band knows has no class."""
    rank = FirstMatch([(Field("rank").equals(name), name) for name in ("主任", "主治", "住院")])
    level = FirstMatch(
        [
            (All([Field("level").equals("三级"), Field("sales").over(2)]), "大三级"),
            (Field("level").equals("二级"), "二级"),
            (Field("level").equals("以下"), "以下"),
        ]
    )
    cells = {
        "主任": {"大三级": 9, "二级": 6, "以下": 3},
        "主治": {"大三级": 8, "二级": 5, "以下": 2},
        "住院": {"大三级": 4, "二级": 3, "以下": 1},
    }
    behaviour = FirstMatch([(Field("behaviour").equals(n), n) for n in (1, 2, 3)])
    points = Weighted([Part("place", 1, Grid(rank, level, cells)), Part("behaviour", 1, behaviour)], whole=2)
    rule = Bands(points, ((4, "C"), (8, "B")), top="A")
    rows = {
        ("主治", "三级", 3, 2): (10, "A"),
        ("主治", "二级", 1, 2): (7, "B"),
        ("住院", "二级", 1, 1): (4, "B"),
        ("住院", "以下", 1, 1): (2, "C"),
        ("主治", "二级", 1, 3): (8, "A"),
        ("主治", "以下", 1, 1): (3, "C"),
        ("主任", "三级", 3, 3): (12, "A"),
        ("主任", "三级", 3, 4): (None, None),
        ("主任", "三级", 3, 0): (None, None),
        ("院长", "三级", 3, 1): (None, None),
    }
    for row, expected in rows.items():
        record = dict(zip(("rank", "level", "sales", "behaviour"), row, strict=True))
        assert (points(record), rule(record)) == expected


def test_payout_curve():
    """E36: threshold 70, 10,000 at 100, twice the slope above, capped at 20,000."""
    payout = Curve(Field("attainment"), (("70%", 0), ("100%", 10_000), ("150%", 20_000)))
    rows = {"0.699": 0, "0.7": 0, "0.85": 5_000, "1": 10_000, "1.2": 14_000, "1.5": 20_000, "1.8": 20_000}
    assert {a: payout({"attainment": a}) for a in rows} == rows
    assert payout({"attainment": None}) is None


@given(some.curves(), some.exact_numbers())
def test_curves_by_brute_force(rule, value):
    """Flat outside, exact on the line between two points inside."""
    rule = evolve(rule, of=Field("x"))
    found = rule({"x": value})
    assert type(found) is Fraction
    if value <= rule.points[0][0]:
        assert found == rule.points[0][1]
    elif value >= rule.points[-1][0]:
        assert found == rule.points[-1][1]
    else:
        (x0, y0), (x1, y1) = next(
            pair for pair in zip(rule.points, rule.points[1:], strict=False) if pair[0][0] <= value < pair[1][0]
        )
        assert (found - y0) * (x1 - x0) == (y1 - y0) * (value - x0)


def test_product_weights():
    """E40: 40/25/35 on 110 %, 90 %, 80 % is 94.5."""
    rule = Weighted([Part(name, weight, Field(name)) for name, weight in (("a", 40), ("b", 25), ("c", 35))])
    assert rule({"a": "1.1", "b": "0.9", "c": "0.8"}) == Decimal("94.50")
    assert [str(p.points) for p in rule.points({"a": "1.1", "b": "0.9", "c": "0.8"})] == ["44.00", "22.50", "28.00"]


def test_score_sheet():
    """E41: weight 30, half a point off for each point below 95, never below 0 or above 30."""
    rule = Curve(Field("actual"), ((35, 0), (95, 30)))
    assert [rule({"actual": a}) for a in (90, 96, 95, 35, 10)] == [Fraction(55, 2), 30, 30, 0, 0]
    sheet = Weighted([Part("sheet", 30, Curve(Field("actual"), ((35, 0), (95, 1))))], whole=30)
    assert sheet({"actual": 90}) == Decimal("27.50")


def test_worst_dealers():
    """E48: poor sales, at least 50,000 and more than 120 days."""
    tests = [Field("sales").equals("poor"), Field("amount").at_least(50_000), Field("days").over(120)]
    rule = FirstMatch([(All(tests), "yes")], otherwise="no")
    rows = {
        ("poor", "50000", 121): "yes",
        ("poor", "50000", 120): "no",
        ("poor", "49999.99", 200): "no",
        ("good", "80000", 200): "no",
        ("poor", None, 200): None,
        ("good", None, 200): "no",
    }
    found = {row: rule(dict(zip(("sales", "amount", "days"), row, strict=True))) for row in rows}
    assert found == rows


def test_agent_class():
    """E57: 30/30/20/20 on marks 90/80/70/60 is 77, class B where A begins at 80."""
    names = {"contract": 30, "receipts": 30, "keenness": 20, "loyalty": 20}
    points = Weighted([Part(name, weight, Field(name)) for name, weight in names.items()], full=100)
    rule = Bands(points, ((60, "C"), (80, "B")), top="A")
    record = dict(zip(names, (90, 80, 70, 60), strict=True))
    assert (points(record), rule(record)) == (Decimal("77.00"), "B")
    assert rule({**record, "loyalty": 75}) == "A"
    assert rule({**record, "loyalty": None}) is None


PARTS = (Part("a", 60, Field("a")), Part("b", 40, Field("b")), Part("c", 0, Field("c")))


@pytest.mark.parametrize(
    ("missing", "record", "total"),
    [
        ("missing", (1, 1, 1), "100.00"),
        ("missing", (1, None, 1), None),
        ("missing", (1, 1, None), None),
        ("zero", (1, None, 1), "60.00"),
        ("zero", (None, None, None), "0.00"),
        ("reweight", (1, None, 1), "100.00"),
        ("reweight", ("0.5", None, None), "50.00"),
        ("reweight", (None, None, None), None),
        ("reweight", (None, None, 1), None),
    ],
)
def test_missing_scores(missing, record, total):
    """No total, zero, or the others' weights grow; a total never stands on no weight at all."""
    rule = Weighted(PARTS, missing=missing)
    found = rule(dict(zip("abc", record, strict=True)))
    assert found == (None if total is None else Decimal(total))
    assert str(found) == str(total)


def test_points_of_missing_scores():
    """What a missing part shows: its weight kept, counted as zero, or given to the others."""
    record = {"a": 1, "b": None, "c": 1}
    shown = {way: Weighted(PARTS, missing=way).points(record)[1] for way in ("missing", "zero", "reweight")}
    assert {way: (p.weight, p.hundredths) for way, p in shown.items()} == {
        "missing": (40, None),
        "zero": (40, 0),
        "reweight": (None, None),
    }
    assert [p.points for p in shown.values()] == [None, Decimal("0.00"), None]
    assert Weighted(PARTS, missing="reweight").points(record)[0].weight == 100


@given(some.weighted(), some.records())
def test_weighted_by_brute_force(rule, record):
    """The total is the sum of every part's points, each rounded half up to hundredths."""
    scores = [number(part.rule(record), "") for part in rule.parts]
    present = sum(part.weight for part, score in zip(rule.parts, scores, strict=True) if score is not None)
    grow = Fraction(rule.whole, present) if rule.missing == "reweight" and present else 1
    points = [
        half_up(Fraction(part.weight * grow * (score or 0) * 100) / rule.full)
        for part, score in zip(rule.parts, scores, strict=True)
    ]
    known = None not in scores or rule.missing == "zero" or (rule.missing == "reweight" and present)
    found = rule(record)
    assert (found is not None) is bool(known)
    if known:
        assert Fraction(found) == Fraction(sum(points), 100)


def test_points_do_not_hang_on_the_decimal_context():
    """A program with a short decimal context gets the same total."""
    rule = Weighted([Part("a", 100, Field("a"))])
    with localcontext() as context:
        context.prec = 3
        assert rule({"a": "1234.5678"}) == Decimal("123456.78")
        assert rule.points({"a": "1234.5678"})[0].points == Decimal("123456.78")


def test_first_match_stops_at_what_it_cannot_know():
    """An undecided test leaves the answer missing, unless a case before it held."""
    rule = FirstMatch([(Field("a").over(1), "a"), (Field("b").over(1), "b")], otherwise="none")
    rows = [((2, None), "a"), ((0, None), None), ((None, 2), None), ((0, 2), "b"), ((0, 0), "none")]
    assert [rule({"a": a, "b": b}) for (a, b), _ in rows] == [answer for _, answer in rows]
    assert rule.labels() == ("a", "b", "none")
    bare = FirstMatch([(Field("a").missing(), "unknown"), (AnyOf([Not(Field("a").over(1))]), "low")])
    assert [bare({"a": a}) for a in (None, 1, 2)] == ["unknown", "low", None]
    assert bare.labels() == ("unknown", "low")


@given(some.rules(), some.records())
def test_rules_are_values(rule, record):
    """Equal after a copy, hashable where they are keys, unchanged by answering."""
    again = pickle.loads(pickle.dumps(rule))  # noqa: S301 - our own
    assert again == rule
    assert hash(again) == hash(rule)
    assert again(record) == rule(record)
    assert rule(record) == rule(record)
    assert evolve(rule) == rule


@given(st.lists(some.exact_numbers(), min_size=1, max_size=5), some.exact_numbers())
def test_a_rule_may_stand_for_a_number(values, cut):
    """Bands over a sum, over a curve, over bands with numbers: any rule that answers a number."""
    total = Weighted([Part(f"p{n}", 1, Field(f"p{n}")) for n in range(len(values))], whole=len(values))
    rule = Bands(total, ((cut, "low"),), top="high")
    record = {f"p{n}": value for n, value in enumerate(values)}
    assert rule(record) == ("high" if Fraction(total(record)) >= cut else "low")
    steps = Bands(Bands(Ratio(Field("p0"), Field("p0")), ((1, 10),), top=20), ((15, "low"),), top="high")
    assert steps(record) == ("high" if values[0] else None)
