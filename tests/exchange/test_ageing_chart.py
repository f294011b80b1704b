"""Ageing in a picture: every fen stands in one bar, disputed apart, told without colour, in both languages."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.channel.money import Dispute, Invoice, Ledger, age_ledger
from pharmasales.display import Says
from pharmasales.exchange.ageing_chart import ageing_bars
from pharmasales.units import CNY, Amount, exact

DAY = date(2026, 3, 31)


def bill(number: str, customer: str, days: int, yuan: int) -> Invoice:
    """Return an invoice that is overdue for some days."""
    due = DAY - timedelta(days=days)
    return Invoice(number, customer, due - timedelta(days=30), due, Amount.of(yuan, CNY))


def aged(*documents, buckets=(0, 30, 60)):
    """Return the ageing of some documents."""
    return age_ledger(Ledger.of(documents), DAY, buckets)


def solid(chart) -> list[tuple]:
    """Return label, start, end and colour of each part that is not disputed."""
    return [(one["name"].en, one["x"], one["x2"], one["tint"]) for one in chart.spec["layer"][0]["data"]["values"]]


def hollow(chart) -> list[tuple]:
    """Return label, start and end of what is disputed."""
    return [(one["name"].en, one["x"], one["x2"]) for one in chart.spec["layer"][1]["data"]["values"]]


def test_the_parts_of_a_bar_stand_side_by_side_and_the_disputed_one_last():
    """The most open first; a customer's name where there is one, else its id."""
    found = aged(
        bill("F1", "D1", -5, 100),
        bill("F2", "D1", 31, 50),
        bill("F3", "D2", 90, 400),
        Dispute("F2", DAY, amount=Amount.of(20, CNY)),
        Dispute("F3", DAY),
    )
    chart = ageing_bars(found, {"D1": Says("Example Distributor", "示例商业")})
    assert solid(chart) == [("Example Distributor", 0, 100, "#BFD9EA"), ("Example Distributor", 100, 130, "#F5B95C")]
    assert hollow(chart) == [("D2", 0, 400), ("Example Distributor", 130, 150)]
    assert (
        chart.alt.zh == "未收（元）：D2 400.00，争议 400.00；示例商业 150.00，未到期 100.00，31-60 天 30.00，争议 20.00"
    )
    assert chart.note.en == "as of 2026-03-31, 550 open, 420 of it disputed"


def test_one_bar_for_all():
    """The total alone; nothing where nothing is open; no entry for what is not disputed."""
    chart = ageing_bars(aged(bill("F1", "D1", 0, 100), bill("F2", "D2", 61, 50)), total=True)
    assert [row[:3] for row in solid(chart)] == [("all", 0, 100), ("all", 100, 150)]
    assert chart.alt.en == "Open (yuan): all 150.00, not due 100.00, over 60 days 50.00"
    words = [one["mark"].get("text") for one in chart.spec["layer"][3:]]
    assert Says("disputed", "争议") not in words
    assert ageing_bars(aged()) is None


def test_of_many_customers_the_twelve_that_owe_most_are_drawn():
    """The note says how many there are, and what the others owe."""
    chart = ageing_bars(aged(*(bill(f"F{n}", f"D{n:02d}", 5, 100 + n) for n in range(15))))
    assert [row[0] for row in solid(chart)] == [f"D{n:02d}" for n in range(14, 2, -1)]
    assert chart.note.en.endswith("the 12 that owe most of 15, the others owe 303")
    assert chart.note.zh.endswith("共 15 家，列出欠款最多的 12 家，其余欠 303")


def test_more_buckets_than_shades():
    """The colours still darken from the youngest to the oldest, and the key needs several lines."""
    days = tuple(range(0, 110, 10))
    chart = ageing_bars(aged(*(bill(f"F{n}", "D1", n * 10 - 5, 1) for n in range(12)), buckets=days))
    tints = [row[3] for row in solid(chart)]
    assert (tints[0], tints[-1], len(tints)) == ("#BFD9EA", "#3F1900", 12)
    assert chart.spec["padding"]["bottom"] == 54 + 22 * 3


def test_the_svg_says_itself_in_both_languages():
    """Hostile names are text; a reader who sees nothing is told every bar."""
    chart = ageing_bars(aged(bill("F1", "<script>alert(1)</script>", 3, 7)))
    for lang, told in (("en", "Open (yuan): <script>"), ("zh", "未收（元）：<script>")):
        svg = chart.svg(lang)
        assert "<script" not in svg
        root = ET.fromstring(svg)  # noqa: S314 - own picture
        assert root.findtext("{http://www.w3.org/2000/svg}desc").startswith(told)
    assert chart.svg() == chart.svg()


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-30, 90), st.integers(1, 900), st.integers(0, 900)), max_size=9)
)
def test_what_is_drawn_adds_up_to_what_is_open(lines):
    """No fen is drawn twice or left out, whatever is disputed."""
    bills = [bill(f"F{n}", f"D{who}", days, yuan) for n, (who, days, yuan, _) in enumerate(lines)]
    argued = [Dispute(f"F{n}", DAY, amount=Amount.of(part, CNY)) for n, (*_, part) in enumerate(lines) if part]
    found = aged(*bills, *argued)
    chart = ageing_bars(found)
    if chart is None:
        assert not found.open.minor
        return
    parts = [(start, end) for _, start, end, *_ in [*solid(chart), *hollow(chart)]]
    assert sum((end - start for start, end in parts), Fraction(0)) == exact(found.open)
    assert sum((end - start for _, start, end in hollow(chart)), Fraction(0)) == exact(found.disputed.total)
    assert all(start < end for start, end in parts)
