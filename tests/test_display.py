"""Tables, cells and reasons as people read them, in both languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Column, Says, Speaks, Table, Why, because, decimal_text, percent
from pharmasales.units import half_up

PAYLOADS = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</td></table><svg/onload=alert(1)>",
    "&lt;already&gt;",
    "javascript:alert('1')",
]


def table(*columns, rows):
    """A table of columns given as (key, kind)."""
    return Table("t", Says("Title", "标题"), tuple(Column(key, key, f"列{key}", kind) for key, kind in columns), rows)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_is_escaped_everywhere(payload):
    """Cells, titles, captions and reasons hold no live markup or quote."""
    column = Column("a", payload, payload)
    why = because("{x} and {x}", "{x}", because("{x}", "{x}", x=payload), x=payload)
    made = Table("t", Says(payload, payload), (column,), ((payload,), (why,)))
    for html in (
        made.html("en"),
        made.html("zh"),
        made._repr_html_(),
        why.html("en"),
        why.html("zh"),
        why._repr_html_(),
    ):
        assert payload not in html
        for tag in ("<script", "<img", "<svg", "onerror='", 'src="'):
            assert tag not in html


def test_html_of_a_table():
    """The whole HTML of a small table: caption, heads, numbers marked, escaped text, the rest in words."""
    made = table(("id", "text"), ("n", "number"), rows=[("<a>", 5), ("b", None)])
    assert made.html(most=1) == (
        '<table><caption>Title</caption><thead><tr><th>id</th><th class="n">n</th></tr></thead>\n'
        '<tbody>\n<tr><td>&lt;a&gt;</td><td class="n">5</td></tr>\n</tbody></table><p>… and 1 more rows</p>'
    )
    assert "<caption>标题</caption>" in made.html("zh")
    assert "<p>… 另有 1 行</p>" in made.html("zh", most=1)


def test_text_aligns_chinese():
    """Chinese characters count two places, marks on a letter none, numbers stand right."""
    made = table(
        ("name", "text"), ("sales", "amount"), rows=[("示例医院", 1200), ("e\u0301", Decimal("-5.50")), ("𠮷x", None)]
    )
    assert made.text() == ("name      sales\n--------  -----\n示例医院  1,200\ne\u0301         -5.50\n𠮷x")
    assert made.text("zh").splitlines()[0] == "列name    列sales"
    assert str(made) == made.text()
    assert len(made) == 3


def test_text_keeps_a_row_on_one_line():
    """A label with line breaks or tabs does not break the table."""
    made = table(("name", "text"), ("n", "number"), rows=[("two\r\nlines\there", 1)])
    assert made.text().splitlines()[2] == "two lines here  1"


def test_long_tables_say_what_is_left_out():
    """Beyond the most asked for, one line says how many rows there are."""
    made = table(("n", "number"), rows=[(n,) for n in range(25)])
    assert made.text().splitlines()[-1] == "… and 5 more rows"
    assert made.text("zh", most=24).splitlines()[-1] == "… 另有 1 行"
    assert made.text(most=25).splitlines()[-1] == "24"
    assert made._repr_html_().endswith("</table><p>… and 5 more rows</p>")
    assert made.html().endswith("</table>")


def test_some_columns_of_a_table():
    """In the order asked, or without some; a column that it has not is passed over, the rest stays."""
    columns = (Column("a", "A", "甲"), Column("n", "N", "数", "number"), Column("why", "Why", "原因", "why"))
    table = Table("t", Says("T", "表"), columns, [("x", 1, None), ("y", 2, None)])
    assert table.only("n", "gone", "a").rows == [(1, "x"), (2, "y")]
    assert [column.key for column in table.without("why").columns] == ["a", "n"]
    assert (table.without("why").name, len(table.rows[0])) == ("t", 3)


def test_records_are_cells_by_key():
    """A row is a mapping for programs, with the plain cells."""
    assert list(table(("a", "text"), ("b", "ratio"), rows=[("x", Fraction(1, 3))]).records()) == [
        {"a": "x", "b": Fraction(1, 3)}
    ]


@pytest.mark.parametrize("show", [Table.text, Table.html, lambda t: list(t.records())])
def test_a_row_of_the_wrong_length_is_refused(show):
    """A row never loses or shifts a cell in silence."""
    with pytest.raises(ValueError, match="zip"):
        show(table(("a", "text"), ("b", "text"), rows=[("only one",)]))


@pytest.mark.parametrize(
    ("kind", "cell", "shown", "plain"),
    [
        ("text", None, "", ""),
        ("text", "x", "x", "x"),
        ("amount", 1234567, "1,234,567", "1234567"),
        ("amount", Decimal("-1234.50"), "-1,234.50", "-1234.50"),
        ("amount", Decimal("1E+3"), "1,000", "1000"),
        ("number", 1234567, "1234567", "1234567"),
        ("number", Decimal("1E+3"), "1000", "1000"),
        ("ratio", Fraction(1, 3), "33.3%", "0.333333"),
        ("ratio", Fraction(-1, 8), "-12.5%", "-0.125000"),
        ("ratio", 1, "100.0%", "1"),
        ("ratio", Decimal("6.67"), "6.67", "6.67"),
        ("number", Fraction(2, 3), "0.67", "0.666667"),
        ("amount", Fraction(16_000, 3), "5,333.33", "5333.333333"),
        ("amount", Fraction(200), "200.00", "200.000000"),
        ("amount", Fraction(16_020, 3), "5,340.00", "5340.000000"),
        ("date", date(2026, 1, 5), "2026-01-05", "2026-01-05"),
        ("why", because("yes", "是"), "yes", "yes"),
    ],
)
def test_cells(kind, cell, shown, plain):
    """A cell as people read it and as a file keeps it."""
    assert Column("k", "K", "列", kind).show(cell) == shown
    assert Column.plain(cell) == plain


def test_speaking_cells_follow_the_language():
    """A reason, or anything with `text(lang)`, says itself in the language asked."""
    assert isinstance(Says("Grade", "级别"), Speaks)
    assert Column("k", "K", "列").show(Says("Grade", "级别"), "zh") == "级别"
    assert Column("k", "K", "列").title("zh") == "列"


@given(st.fractions(), st.integers(0, 6))
def test_decimal_text_is_half_up(value, places):
    """The text is the exact value rounded half up, without a minus on zero."""
    text = decimal_text(value, places)
    assert Fraction(text) == Fraction(half_up(value * 10**places), 10**places)
    assert len(text.partition(".")[2]) == places
    assert not (text.startswith("-") and Fraction(text) == 0)


def test_percent():
    """Exact ratios as percent; missing is n/a; any count of places."""
    assert [percent(Fraction(5, 12)), percent(Fraction(2, 3), 0), percent(Fraction(-1, 3), 2), percent(None)] == [
        "41.7%",
        "67%",
        "-33.33%",
        "n/a",
    ]


def test_reasons_nest():
    """A reason and those below it, as one line, as lines and as lists, in both languages."""
    inner = because("sales {x}", "销售 {x}", x=Decimal("1234.5"))
    middle = because("share {x} of {who}", "份额 {x}，{who}", inner, x=Fraction(1, 4), who=Says("North", "华北"))
    outer = Why(Says("top", "顶"), parts=(middle, because("also", "另")))
    assert outer.text() == "top (share 0.25 of North (sales 1,234.5); also)"
    assert outer.text("zh") == "顶（份额 0.25，华北（销售 1,234.5）；另）"
    assert outer.lines() == ["top", "  share 0.25 of North", "    sales 1,234.5", "  also"]
    assert str(outer) == "top\n  share 0.25 of North\n    sales 1,234.5\n  also"
    assert outer.html("zh") == (
        "<ul><li>顶<ul><li>份额 0.25，华北<ul><li>销售 1,234.5</li></ul></li></ul><ul><li>另</li></ul></li></ul>"
    )


@pytest.mark.parametrize(
    ("cell", "en", "zh"),
    [
        (None, "missing", "无数据"),
        (1234567, "1,234,567", "1,234,567"),
        (Decimal("1E+4"), "10,000", "10,000"),
        (Fraction(1, 3), "0.3333", "0.3333"),
        (Fraction(0), "0", "0"),
        (Fraction(-100), "-100", "-100"),
        (Fraction(14000), "14,000", "14,000"),
        (Fraction(12345, 10), "1,234.5", "1,234.5"),
        (True, "True", "True"),
        (date(2026, 1, 5), "2026-01-05", "2026-01-05"),
        ("{x}", "{x}", "{x}"),
    ],
)
def test_values_in_reasons(cell, en, zh):
    """Numbers are written out alike whatever type bears them; braces in a value are text."""
    why = because("{x}", "{x}", x=cell)
    assert (why.text(), why.text("zh")) == (en, zh)


def test_the_decimal_context_does_not_show():
    """A program with a short decimal context reads the same words."""
    with localcontext() as context:
        context.prec = 3
        assert because("{x}", "{x}", x=Fraction(1234567, 10)).text() == "123,456.7"
        assert Column("a", "A", "额", "amount").show(Decimal("1234567.89")) == "1,234,567.89"
