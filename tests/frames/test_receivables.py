"""Ageing of many invoices: every open amount, bucket and sum equal to the ledger's, in every kind of frame."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pl = pytest.importorskip("polars", reason="frames need pharmasales[frames]")
np = pytest.importorskip("numpy", reason="frames need pharmasales[frames]")

from pharmasales.channel.money import Invoice, Ledger, Receipt, age_ledger  # noqa: E402 - after the skip
from pharmasales.errors import BadRows, BadValue  # noqa: E402
from pharmasales.frames import age_invoices, receivables  # noqa: E402
from pharmasales.units import CNY, Amount  # noqa: E402

START = date(2026, 1, 1)
SCHEMA = {"customer": pl.String, "invoice": pl.String, "invoiced": pl.Date, "due": pl.Date, "amount": pl.Int64}
PAID = {"customer": pl.String, "on": pl.Date, "amount": pl.Int64}


def day(number):
    """Return a day by number."""
    return START + timedelta(days=number)


BASES = st.sampled_from(["due", "invoiced"])


@st.composite
def worlds(draw):
    """Draw invoices, many of one day, and receipts, as rows; numbers in any order."""
    customers, days = st.sampled_from(["D1", "D2", "D é"]), st.integers(0, 20)
    numbers = draw(st.permutations([f"F{n}" for n in range(draw(st.integers(0, 9)))]))
    bills = []
    for number in numbers:
        on = draw(days)
        term = draw(st.sampled_from([0, 0, 5, 30]))
        bills.append((draw(customers), number, day(on), day(on + term), draw(st.integers(0, 9))))
    paid = [(draw(customers), day(draw(days)), draw(st.integers(1, 25))) for _ in range(draw(st.integers(0, 4)))]
    return bills, paid


def frames_of(bills, paid):
    """Return both as polars frames."""
    return pl.DataFrame(bills, schema=SCHEMA, orient="row"), pl.DataFrame(paid, schema=PAID, orient="row")


def ledger_of(bills, paid):
    """Return the same as a ledger."""
    invoices = [Invoice(number, name, on, due, Amount(sum_, CNY)) for name, number, on, due, sum_ in bills]
    receipts = [Receipt(f"R{n}", name, on, Amount(sum_, CNY)) for n, (name, on, sum_) in enumerate(paid)]
    return Ledger.of([*invoices, *receipts])


@given(worlds(), st.integers(-1, 60), BASES, BASES, st.booleans())
@settings(max_examples=120)
def test_the_frame_says_what_the_ledger_says(world, number, by, oldest, packed):
    """Open, days, bucket, sums and what is on account, row by row; in one sort or in several."""
    bills, paid = world
    with pytest.MonkeyPatch.context() as patched:
        if not packed:
            patched.setattr(receivables, "_WIDTH", 0)
        frame, receipts = frames_of(bills, paid)
        receipts = receipts if paid else None
        found = age_invoices(frame, day(number), (0, 7, 14), receipts=receipts, by=by, oldest=oldest)
    ledger = age_ledger(ledger_of(bills, paid), day(number), (0, 7, 14), by=by, way="fifo", oldest=oldest)
    assert found.ageing == ledger.undisputed
    assert found.on_account == ledger.money.unmatched
    items = {item.matched.invoice.id: item for item in ledger.items}
    opens = {one.invoice.id: one.open.minor for one in ledger.money.invoices}
    for row in found.rows.to_dicts():
        item = items.get(row["invoice"])
        assert row["open"] == opens.get(row["invoice"])
        assert row["bucket"] == (None if item is None else item.bucket)
        assert item is None or row["days"] == item.days
        assert (row["days"] is None) == (row["invoice"] not in opens)


BILLS = [("D1", "F2", day(0), day(9), 60), ("D1", "F1", day(0), day(9), 60), ("D2", "F3", day(3), day(3), 5)]
PAYS = [("D1", day(1), 70), ("D3", day(1), 4), ("D2", day(30), 5)]


def plain(column):
    """Return a column of any frame as a list, None for what is missing."""
    values = column.to_pylist() if hasattr(column, "to_pylist") else column.to_list()
    return [value if type(value) is int else None for value in values]


@pytest.mark.parametrize("kind", ["polars", "pandas", "pandas dates", "pyarrow", "categories"])
def test_each_kind_of_frame(kind):
    """Polars, pandas with moments or with dates, pyarrow, and ids as categories."""
    bills, paid = frames_of(BILLS, PAYS)
    if kind == "pyarrow":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
        bills, paid = bills.to_arrow(), paid.to_arrow()
    elif kind.startswith("pandas"):
        pd = pytest.importorskip("pandas", reason="pandas is not installed")
        bills, paid = (pd.DataFrame(one.to_dict(as_series=False)) for one in (bills, paid))
        if kind == "pandas":
            for name in ("invoiced", "due"):
                bills[name] = pd.to_datetime(bills[name])
    elif kind == "categories":
        bills = bills.with_columns(pl.col("customer").cast(pl.Categorical), pl.col("amount").cast(pl.Int32))
    found = age_invoices(bills, day(20), (0, 30), receipts=paid)
    opens, days, buckets = (plain(found.rows[name]) for name in ("open", "days", "bucket"))
    assert type(found.rows) is type(bills)
    assert (opens, days, buckets) == ([50, 0, 5], [11, 11, 17], [1, None, 1])
    assert found.on_account == Amount(4, CNY)
    assert found._repr_html_().startswith("<table>")


def test_ids_meet_in_their_normal_form():
    """Outer spaces and composed letters do not make another customer."""
    bills, paid = frames_of([(" D e\u0301", "F1", day(0), day(9), 60)], [("D \u00e9 ", day(1), 60)])
    assert age_invoices(bills, day(9), receipts=paid).ageing.total == Amount(0, CNY)
    with pytest.raises(BadValue, match="empty id"):
        age_invoices(bills.with_columns(customer=pl.lit(" ")), day(9))


def test_every_bad_row_at_once():
    """Missing values first; then amounts and days that cannot be, in both frames."""
    bills, paid = frames_of([("D1", None, day(0), day(9), None), ("D1", "F1", day(0), day(9), 1)], [(None, day(1), 1)])
    with pytest.raises(BadRows) as caught:
        age_invoices(bills, day(9), receipts=paid)
    assert [(error.code, error.where) for error in caught.value.exceptions] == [
        ("frame.missing", "invoices row 0, invoice"),
        ("frame.missing", "invoices row 0, amount"),
        ("frame.missing", "receipts row 0, customer"),
    ]
    bills, paid = frames_of([("D1", "F1", day(0), day(9), -1), ("D1", "F2", day(1), day(0), 1)], [("D1", day(1), 0)])
    with pytest.raises(BadRows) as caught:
        age_invoices(bills, day(9), receipts=paid)
    assert [(error.code, error.where) for error in caught.value.exceptions] == [
        ("money.negative", "invoices row 0"),
        ("money.order", "invoices row 1"),
        ("money.negative", "receipts row 0"),
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": pl.col("amount").cast(pl.Float64)}, "frame.type"),
        ({"amount": pl.lit("60")}, "frame.type"),
        ({"amount": pl.lit(True)}, "frame.type"),
        ({"customer": pl.lit(7)}, "frame.type"),
        ({"due": pl.lit("2026-01-05")}, "frame.type"),
        ({"due": pl.lit(datetime(2026, 1, 5, 12))}, "frame.type"),  # noqa: DTZ001 - a moment is the fault
        ({"open": pl.lit(1)}, "frame.columns"),
        ({"amount": pl.lit(2**62)}, "frame.wide"),
    ],
)
def test_columns_that_cannot_be(change, code):
    """Another type, a column that would be overwritten, and sums beyond 64 bits."""
    bills, paid = frames_of(BILLS, PAYS)
    with pytest.raises(BadValue) as caught:
        age_invoices(bills.with_columns(**change), day(9), receipts=paid)
    assert caught.value.code == code


def test_frames_that_cannot_be():
    """A lazy frame, a list, a missing column, buckets and bases that nobody knows."""
    bills, _ = frames_of(BILLS, PAYS)
    for wrong, code in ((bills.lazy(), "frame.kind"), ([1], "frame.kind"), (bills.drop("due"), "rule.field")):
        with pytest.raises(BadValue) as caught:
            age_invoices(wrong, day(9))
        assert caught.value.code == code
    for ways in ({"by": "paid"}, {"oldest": "age"}, {"buckets": (1,)}):
        with pytest.raises(BadValue):
            age_invoices(bills, day(9), **ways)


def test_large_sums_that_still_fit():
    """A bound that might be passed is looked at again, exactly."""
    bills, paid = frames_of([("D1", "F1", day(0), day(0), 2**62), ("D1", "F2", day(0), day(0), 2**62 - 99)], PAYS)
    assert age_invoices(bills, day(9), receipts=paid).ageing.total.minor == 2**63 - 99 - 70
