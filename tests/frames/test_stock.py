"""Stock rolled forward as a frame: every card equal to that of the book, in every kind of frame."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pl = pytest.importorskip("polars", reason="frames need pharmasales[frames]")
np = pytest.importorskip("numpy", reason="frames need pharmasales[frames]")

from pharmasales.channel.stock import STOCK_KINDS, StockBook, StockMovement, roll_stock  # noqa: E402 - after the skip
from pharmasales.errors import BadRows, BadValue  # noqa: E402
from pharmasales.frames import roll_movements, stock  # noqa: E402
from pharmasales.periods import Month, Quarter, Week  # noqa: E402
from pharmasales.units import BOX, Amount  # noqa: E402

SCHEMA = {
    "customer": pl.String,
    "product": pl.String,
    "movement": pl.String,
    "on": pl.Date,
    "kind": pl.String,
    "quantity": pl.Int64,
}
PERIODS = [[Month(2026, 4), Month(2026, 5)], [Quarter(2026, 2)], [Week(2026, n) for n in range(15, 19)]]
APRIL = PERIODS[0][:1]


def day(number):
    """Return a day by number, 0 for the first of April."""
    return date(2026, 4, 1) + timedelta(days=number)


def frame(rows):
    """Return rows as a polars frame."""
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def by_book(rows, periods):
    """Return the rows that the book gives, or its errors."""
    movements = [StockMovement(no, c, p, on, kind, Amount(n, BOX)) for c, p, no, on, kind, n in rows]
    try:
        cards = roll_stock(StockBook.of(movements), periods).cards
    except BadRows as error:
        return list(error.lines())
    return [
        (
            c.customer,
            c.product,
            c.start,
            c.end,
            c.opening.minor,
            *(one.minor for one in c.moved.values()),
            c.closing.minor,
        )
        for c in cards
    ]


def by_frame(given, periods):
    """Return the rows that the frame gives, or its errors."""
    try:
        return roll_movements(given, periods).rows()
    except BadRows as error:
        return list(error.lines())


@st.composite
def worlds(draw):
    """Draw movements of a few cards, some of them below zero, in any order."""
    rows, kinds = [], st.sampled_from([kind for kind in STOCK_KINDS if kind != "opening"])
    names = st.tuples(st.sampled_from(["D2", "D1", "D é"]), st.sampled_from(["P1", "p0"]))
    for customer, product in draw(st.lists(names, max_size=3, unique=True)):
        opened, start = draw(st.integers(0, 40)), draw(st.integers(0, 30))
        rows += [
            (customer, product, f"O{len(rows)}", day(opened), "opening", start) for _ in range(draw(st.integers(1, 2)))
        ]
        for _ in range(draw(st.integers(0, 9))):
            on, number = day(opened + draw(st.integers(0, 30))), f"M{draw(st.integers(0, 9))}{len(rows)}"
            rows.append((customer, product, number, on, draw(kinds), draw(st.integers(1, 9))))
    return [(c, p, f"{no}x{n}", *rest) for n, (c, p, no, *rest) in enumerate(draw(st.permutations(rows)))]


@given(worlds(), st.sampled_from(PERIODS), st.booleans())
@settings(max_examples=120)
def test_the_frame_says_what_the_book_says(rows, periods, packed):
    """Rows, or the same errors, whether one number holds the order or not."""
    width = stock._WIDTH
    stock._WIDTH = 63 if packed else 0
    try:
        assert by_frame(frame(rows), periods) == by_book(rows, periods)
    finally:
        stock._WIDTH = width


ROWS = [
    ("D1", "P1", "O1", day(0), "opening", 120),
    ("D1", "P1", "I1", day(2), "in", 300),
    ("D1 ", "P1", "S1", day(19), "out", 350),
]


def test_e52_in_every_kind_of_frame():
    """E52: 120 + 300 - 350 = 70 in polars, pandas and pyarrow; an id in another form is the same id."""
    pandas = pytest.importorskip("pandas", reason="needs pandas")
    given = frame(ROWS)
    expected = [("D1", "P1", day(0), day(29), 120, 300, 0, 0, 0, 350, 0, 0, 0, 70)]
    moments = pandas.DataFrame({name: given[name].to_list() for name in SCHEMA})
    plain = moments.copy()
    moments["on"] = pandas.to_datetime(moments["on"])
    packed = given.with_columns(pl.col("kind").cast(pl.Categorical), pl.col("quantity").cast(pl.UInt16))
    for one in (given, given.to_arrow(), moments, plain, packed):
        assert roll_movements(one, APRIL).rows() == expected
    assert roll_movements(frame([]), APRIL).columns == roll_movements(given, APRIL).columns
    assert roll_movements(given, [Month(2026, 3)]).rows() == []


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("quantity", [1.5, 2.0, 3.0], "frame.type"),
        ("on", ["2026-04-01"] * 3, "frame.type"),
        ("on", [datetime(2026, 4, 1, 9)] * 3, "frame.type"),  # noqa: DTZ001 - a moment is the fault
        ("customer", [1, 2, 3], "frame.type"),
    ],
)
def test_a_column_of_another_type(column, value, code):
    """What is no text, no day or no whole number is refused by name."""
    with pytest.raises(BadValue) as caught:
        roll_movements(frame(ROWS).with_columns(pl.Series(column, value)), APRIL)
    assert (caught.value.code, caught.value.where) == (code, column)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [("D1", "P1", "O1", None, "opening", 1), (None, "P1", "I1", day(0), "in", 0)],
            {"row 0, on", "row 1, customer"},
        ),
        ([("D1", "P1", "O1", day(0), "opening", -1), ("D1", "P1", "I1", day(0), "in", 0)], {"row 0", "row 1"}),
        ([("D1", "P1", "O1", day(0), "opening", 0), ("D1", "P1", "I1", day(0), "sold", 1)], {"row 1"}),
        ([("D1", "P1", "O1", day(1), "opening", 0), ("D1", "P1", "I1", day(0), "in", 1)], {"row 0", "row 1"}),
        ([("D1", "P1", "O1", day(0), "opening", 0), ("D2", "P1", "I1", day(0), "in", 1)], {"row 1"}),
    ],
)
def test_every_bad_row_at_once(rows, expected):
    """Missing values, quantities, kinds and cards without an opening are told with their rows."""
    with pytest.raises(BadRows) as caught:
        roll_movements(frame(rows), APRIL)
    assert {error.where for error in caught.value.exceptions} == expected


@pytest.mark.parametrize(("on", "refused"), [(29, True), (30, False)])
def test_below_zero_on_the_last_day_and_the_day_after(on, refused):
    """A sale of the last day that takes a card below zero is told with its cause; one of the day after says nothing."""
    given = frame([("D1", "P1", "O1", day(0), "opening", 5), ("D1", "P1", "S1", day(on), "out", 6)])
    if refused:
        with pytest.raises(BadRows) as caught:
            roll_movements(given, APRIL)
        assert [error.where for error in caught.value.exceptions] == ["D1 x P1, movement S1 on 2026-04-30"]
    else:
        assert roll_movements(given, APRIL)["closing"].to_list() == [5]


def test_ids_are_refused_with_their_rows():
    """No id at all, and one id spelled in two ways, each with the rows; what is only trimmed is one id."""
    rows = [
        ("D1", "P1", "O1", day(0), "opening", 1),
        ("D1", "Ｐ1", "O2", day(0), "opening", 1),
        (" ", "P1", "O3", day(0), "opening", 1),
        (" D1 ", "P1", "I1", day(0), "in", 1),
        ("d1", "P1", "O4", day(0), "opening", 1),
    ]
    with pytest.raises(BadRows) as caught:
        roll_movements(frame(rows), APRIL)
    assert sorted((error.code, error.where) for error in caught.value.exceptions) == [
        ("id.empty", "row 2, customer"),
        ("stock.twins", "row 0, customer, row 4, customer"),
        ("stock.twins", "row 0, product, row 1, product"),
    ]


def test_what_is_not_rolled():
    """A lazy frame, periods that do not follow, and sums beyond 64 bits; 64 bits themselves are."""
    with pytest.raises(BadValue, match="a frame of lazy is not rolled forward"):
        roll_movements(frame(ROWS).lazy(), APRIL)
    with pytest.raises(BadValue, match="a gap or an overlap"):
        roll_movements(frame(ROWS), [Month(2026, 4), Month(2026, 6)])
    most = [("D1", "P1", "O1", day(0), "opening", 2**62), ("D1", "P1", "I1", day(0), "in", 2**62 - 1)]
    assert roll_movements(frame(most), APRIL)["closing"].to_list() == [2**63 - 1]
    with pytest.raises(BadValue, match="sums beyond 64 bits"):
        roll_movements(frame([*most, ("D1", "P1", "I2", day(0), "in", 1)]), APRIL)
