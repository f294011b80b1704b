"""Headers, column maps, days and rows: suggested, confirmed, read exactly, never guessed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.channel.flow import ColumnMap, FlowFile, column_data, column_from, read_flow, suggest_columns
from pharmasales.channel.flow.days import read_day
from pharmasales.errors import BadFile, BadValue
from pharmasales.periods import Month
from pharmasales.units import CNY, Amount

DAY = date(2026, 1, 9)
HEADS = {"date": "日期", "customer": "客户", "product": "品名", "quantity": "数量", "amount": "金额", "kind": "类型"}
HEADER = tuple(HEADS.values())


def columns(**changes: object) -> ColumnMap:
    """The map of one made-up distributor."""
    return ColumnMap(
        **{"distributor": "D1", "columns": HEADS, "by": "u1", "on": DAY, "always": {"unit": "盒"}} | changes
    )  # type: ignore[arg-type]


def read(*rows: list[str], header: tuple[str, ...] = HEADER, **changes: object):
    """Read rows of one file."""
    return read_flow(FlowFile("d1.csv", header, list(enumerate(rows, 2))), columns(**changes))


@pytest.mark.parametrize(
    ("header", "field", "score"),
    [
        ("出库单号", "document", 100),
        ("INVOICE NO.", "document", 100),
        ("购货单位", "customer", 100),
        ("Sold To", "customer", 100),
        ("客户 编码", "customer_code", 100),
        ("商品规格", "spec", 100),
        ("Lot No", "batch", 100),
        ("含税销售金额", "amount", 66),
        ("备注", "", 0),
        ("", "", 0),
    ],
)
def test_headers_of_both_languages(header: str, field: str, score: int) -> None:
    """A known header scores 100, one that holds a known header by its share, others nothing; each says why."""
    (one,) = suggest_columns([header])
    assert (one.field, one.score) == (field, score)
    assert one.why.text("zh") == {100: "已知表头", 0: "未知表头"}.get(score, "包含已知表头")


def test_a_guess_is_nothing_before_somebody_confirms_it() -> None:
    """Corrections win, "" takes a field away, and two headers are one text."""
    guesses = suggest_columns(["Month", "Year", "Customer Name", "Product", "Qty", "Type", "Sales", "Sales Team"])
    assert guesses.columns["amount"] == "Sales"
    assert guesses.left == ("Year", "Sales Team")
    kept = guesses.confirm("D1", by="u1", on=DAY, columns={"date": ("Month", "Year"), "kind": ""})
    assert kept.columns["date"] == ("Month", "Year")
    assert "kind" not in kept.columns
    assert column_from(column_data(kept)) == kept
    assert "100" in guesses.table().text("zh")
    assert repr(guesses) == "ColumnGuesses(6 of 8 columns)"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"columns": {**HEADS, "colour": "色"}}, "flow.columns"),
        ({"columns": {"customer": "客户", "product": "品名", "date": "日期"}}, "flow.columns"),
        ({"day_order": "dym"}, "flow.columns"),
        ({"distributor": " "}, "id.empty"),
    ],
)
def test_a_map_that_cannot_be(changes: dict[str, object], code: str) -> None:
    """An unknown field, nothing that says the quantity, an unknown order, no distributor."""
    with pytest.raises(BadValue) as error:
        columns(**changes)
    assert error.value.code == code


@pytest.mark.parametrize("data", [{}, {"distributor": "D1"}, column_data(columns()) | {"on": 5}])
def test_a_kept_map_of_another_form(data: dict[str, object]) -> None:
    """What was not written by `column_data` is refused."""
    with pytest.raises(BadValue) as error:
        column_from(data)
    assert error.value.code == "flow.record"


def test_a_layout_that_changed_is_refused() -> None:
    """A header that is gone or stands there twice; case, width and spaces do not count."""
    with pytest.raises(BadFile, match="no column '金额'"):
        read(header=(*HEADER[:4], "总额", "类型"))
    with pytest.raises(BadFile, match="two columns '数量'"):
        read(header=(*HEADER, " 数量 "))
    assert (
        read(["2026-01-05", "客", "品", "1", "1", ""], header=tuple(f" {one} " for one in HEADER)).lines[0].quantity
        == 1
    )


@pytest.mark.parametrize(
    ("text", "order", "day", "month"),
    [
        ("2026-01-05", "ymd", date(2026, 1, 5), "2026-01"),
        ("２０２６年１月５日", "ymd", date(2026, 1, 5), "2026-01"),
        ("2026.1.5 13:05:00", "ymd", date(2026, 1, 5), "2026-01"),
        ("20260105", "ymd", date(2026, 1, 5), "2026-01"),
        ("202601", "ymd", None, "2026-01"),
        ("2026年12月", "ymd", None, "2026-12"),
        ("Sept 2017", "ymd", None, "2017-09"),
        ("2017 December", "ymd", None, "2017-12"),
        ("1/5/2026", "mdy", date(2026, 1, 5), "2026-01"),
        ("1/5/2026", "dmy", date(2026, 5, 1), "2026-05"),
    ],
)
def test_days_as_they_are_written(text: str, order: str, day: date | None, month: str) -> None:
    """Year first is plain; year last is read only as somebody confirmed."""
    found = read_day(text, order)  # type: ignore[arg-type]
    assert (found[0], str(found[1])) == (day, month)


@pytest.mark.parametrize(
    "text", ["", "46027", "2026-02-30", "2026-13", "5/1/2026", "Ma 2017", "13/13/2026", "0000-01", "九月"]
)
def test_days_that_are_refused(text: str) -> None:
    """A serial number, a day that is none, one that could be two."""
    with pytest.raises(BadValue) as error:
        read_day(text)
    assert error.value.code == "flow.date"


def test_rows_are_read_exactly_and_what_cannot_be_read_is_named() -> None:
    """Every problem of a row at once, in both languages, and the row stays whole."""
    done = read(
        ["2026-01-05", " 示例医院 ", "示例片", "1,234.5", "-7.05", "销售"],
        ["no", "示例\x00医院", "示例片", "", "1.005", ""],
        ["", "  ", "", "", "", ""],
        ["合 计".replace(" ", ""), "", "", "10", "5", ""],
        ["2026-01-05", "示例医院", "示例片", "1", "1", "", "stray"],
    )
    first, second, total, stray = done.lines
    assert (first.customer, first.quantity, first.amount, first.unit) == (
        "示例医院",
        Fraction("1234.5"),
        Amount.of("-7.05", CNY),
        "盒",
    )
    assert [one.text() for one in second.problems] == [
        "customer: character U+0000 is refused",
        "date: no day",
        "quantity: empty where a number is due",
        "amount: 3 decimals where CNY has 2",
    ] or sorted(one.text() for one in second.problems) == sorted(
        [
            "customer: character U+0000 is refused",
            "date: no day",
            "quantity: empty where a number is due",
            "amount: 3 decimals where CNY has 2",
        ]
    )
    assert second.cells[1] == "示例\x00医院"
    assert total.problems[0].text() == "looks like a row of totals"
    assert stray.problems[0].text("zh") == "单元格多于表头"
    assert (done.blank, done.lines[2].row) == (1, 5)


def test_returns_by_sign_or_by_word() -> None:
    """退货 makes a return of a row whether the sign is written or not; a sale keeps its sign."""
    done = read(
        ["2026-01-05", "客", "品", "5", "25", "退货"],
        ["2026-01-05", "客", "品", "-5", "-25", "RETURN"],
        ["2026-01-05", "客", "品", "-5", "-25", "销售"],
        ["2026-01-05", "客", "品", "5", "", "销售"],
    )
    assert [one.quantity for one in done.lines] == [-5, -5, -5, 5]
    assert [one.amount and str(one.amount.value) for one in done.lines] == ["-25.00", "-25.00", "-25.00", None]
    assert [one.is_return for one in done.lines] == [True, True, True, False]
    assert done.lines[0].month == Month(2026, 1)


@given(st.lists(st.lists(st.text(max_size=6), max_size=8), max_size=6))
def test_no_row_of_any_file_is_lost(rows: list[list[str]]) -> None:
    """Whatever the cells are, a row is a line with its cells or is blank."""
    done = read(*rows)
    assert len(done.lines) + done.blank == len(rows)
    assert [list(one.cells) for one in done.lines] == [row for row in rows if any(cell.strip() for cell in row)]


def test_nothing_personal_is_shown() -> None:
    """Neither the repr nor a problem holds what a cell says."""
    done = read(["x", "示例甲诊所", "示例片", "许多", "1", ""])
    shown = repr(done) + repr(done.lines[0]) + "".join(one.text() for one in done.lines[0].problems)
    assert "示例" not in shown
    assert "许多" not in shown
