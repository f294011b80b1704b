"""A rep's month: one grid, from which the sheet, the page and the picture say the same; hostile names stay names."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadValue
from pharmasales.exchange import read_sheet
from pharmasales.exchange.month_chart import month_chart
from pharmasales.exchange.month_grid import MonthGrid, weekday_letter
from pharmasales.exchange.month_page import month_page, tint_of, write_month_page
from pharmasales.exchange.month_sheet import write_month_sheet
from pharmasales.followup import ANY_DAY, Appointment, Rep, Visit
from pharmasales.periods import Month
from pharmasales.workdays import CHINA

JANUARY, CYCLE = Month(2026, 1), date(2026, 1, 1)
REP = Rep("r1", "Rep One 代表一", 3, {date(2026, 1, 14)})
NAMES = {"h1": "Example Hospital 示例医院", "h2": "示例大学医学院附属某某医院心血管病中心暨国家区域医疗中心（东院区）"}
HOSTILE = [
    "=1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "@SUM(1)",
    "a\nb",
    "<r><t>x</t></r>",
    "_x0041_",
]


def visit(day: int, customer: str, grade: str = "A", place: str = "h1", rep: str = "r1") -> Visit:
    """Return a visit on a day of January."""
    who = (rep, "Rep One", customer, f"Dr. {customer} Private", grade)
    return Visit(date(2026, 1, day), *who, 1, 4, Fraction(4), None, ANY_DAY, CYCLE, place)


VISITS = [
    visit(5, "c1"), visit(5, "c2", "B"), visit(5, "c3", "B"), visit(5, "c4", "C", "h2"), visit(6, "c5", "C", "h2"),
    visit(7, "c6", "A", ""), visit(8, "c9", rep="r2"), visit(5, "c7", "S", "h2"),
]  # fmt: skip


def grid(visits=VISITS, **more) -> MonthGrid:
    """Return the grid of these visits."""
    return MonthGrid.of(JANUARY, REP, visits, CHINA, **({"places": NAMES, "priority": "ABC"} | more))


def test_the_grid():
    """Rows by visits, then by id; grades by priority, with counts; who has no place has a row of its own."""
    found = grid(done=["2026-01-01/r1/c1/1", "2026-01-01/r1/c5/1"])
    assert [(row.id, row.total) for row in found.rows] == [("h1", 3), ("h2", 3), ("c6", 1)]
    assert [row.name for row in found.rows] == [NAMES["h1"], NAMES["h2"], "Dr. c6 Private"]
    assert [found.rows[0].text(4), found.rows[1].text(4), found.rows[1].text(5), found.rows[2].text(6)] == [
        "✓A·B2", "CS", "✓C", "A",
    ]  # fmt: skip
    assert (found.grades, found.rows[1].best(4), found.rows[0].best(0)) == (("A", "B", "C", "S"), "C", "")
    monday = found.days[4]
    assert (monday.planned, monday.places, monday.slots, monday.over) == (5, 2, 3, True)
    assert (found.total, found.slots) == (7, sum(day.slots for day in found.days))


def test_the_days():
    """Holidays and weekends are off, a weekend that is worked is no day off, leave is leave."""
    days = grid().days
    states = {number: days[number - 1].state for number in (1, 3, 4, 5, 9, 14, 17)}
    assert states == {1: "off", 3: "off", 4: "makeup", 5: "work", 9: "work", 14: "leave", 17: "off"}
    assert [days[number - 1].slots for number in (1, 4, 14)] == [0, 3, 0]
    assert [days[number - 1].rests for number in (1, 4, 14)] == [True, False, True]
    assert (len(days), weekday_letter(date(2026, 1, 4)).zh) == (31, "日")


def test_appointments_have_a_row_of_their_own():
    """A meeting is no visit; an appointment with a visit of its customer on its day is that visit."""
    fixed = [
        Appointment("r1", date(2026, 1, 6), kind="meeting"),
        Appointment("r1", date(2026, 1, 5), "c1"),
        Appointment("r2", date(2026, 1, 6), kind="meeting"),
        Appointment("r1", date(2026, 2, 6), kind="meeting"),
    ]
    found = grid(appointments=fixed)
    assert (found.rows[-1].id, found.rows[-1].shown, found.rows[-1].text(5)) == ("", None, "•")
    assert (found.days[5].other, found.days[4].other, found.total) == (1, 0, 7)
    assert found.rows[-1].name.text("zh") == "其他安排"
    full = grid(appointments=[fixed[0]] * 3)
    assert [full.days[n].over for n in (4, 5, 6)] == [True, True, False]


def test_the_table_adds_up():
    """Cells of a row are its total, the last rows are visits and hospitals a day."""
    table = grid().table()
    assert [column.key for column in table.columns][:3] == ["place_id", "place", "01"]
    *rows, visits, places = table.rows
    assert [row[-1] for row in rows] == [3, 3, 1]
    assert (visits[1].en, visits[6], visits[-1], places[6], places[-1]) == ("Visits", "5", 7, "2", 4)
    assert grid().title.zh == "Rep One 代表一：2026年1月拜访表"
    assert "示例医院" in grid()._repr_html_()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page(lang, tmp_path):
    """Every hospital, day and load; days off and leave are marked; nobody who is visited is named; no network."""
    write_month_page([grid([one for one in VISITS if one.place])], tmp_path / "m.html", lang)
    text = (tmp_path / "m.html").read_text("utf-8")
    assert text == month_page([grid([one for one in VISITS if one.place])], lang)
    for name in NAMES.values():
        assert name in text
    assert "Private" not in text
    assert text.count('class="leave"') == 1 + 2 + 2
    assert '<td class="over">5</td>' in text
    assert ("Rep One 代表一: visits of 2026-01" if lang == "en" else "2026年1月拜访表") in text
    assert not re.search(r"https?://|<script|<link|<img|url\(", text)
    assert "size:A4 landscape" in text


def test_a_page_without_visits_says_so():
    """No table, a line in the language asked."""
    assert "No visits in this month." in month_page([grid([])])
    assert "本月无拜访。" in month_page([grid([])], "zh")


def test_the_sheet_prints_on_one_page_wide(tmp_path):
    """Landscape A4, fit to one page wide, the days repeated; the same grid gives the same bytes."""
    for name in ("a.xlsx", "b.xlsx"):
        write_month_sheet([grid(), evolve(grid(), name="Rep Two")], tmp_path / name, lang="zh", created=CYCLE)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheet, book = archive.read("xl/worksheets/sheet1.xml").decode(), archive.read("xl/workbook.xml").decode()
    assert '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/>' in sheet
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert "Print_Titles" in book
    assert "Print_Area" in book
    found = read_sheet(tmp_path / "a.xlsx", sheet="Rep One 代表一")
    rows = [cells for _, cells in found.rows]
    assert found.header == ("Rep One 代表一：2026年1月拜访表",)
    assert [cells[0] for cells in rows][2:7] == [*NAMES.values(), "Dr. c6 Private", "拜访次数", "医院数"]
    assert [rows[0][5], rows[1][5], rows[2][5], rows[5][5], rows[6][5], rows[5][-1]] == [
        "一",
        "5",
        "AB2",
        "5",
        "2",
        "7",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_names(tmp_path, text):
    """A formula, markup, line breaks, what a workbook would escape: text in the sheet, escaped in page and picture."""
    found = grid([visit(5, "c1", place="x")], places={"x": text})
    write_month_sheet([evolve(found, name="Rep")], tmp_path / "m.xlsx", created=CYCLE)
    rows = [cells for _, cells in read_sheet(tmp_path / "m.xlsx").rows]
    assert rows[2][0] == text
    page = month_page([found])
    assert "<script>alert" not in page
    assert "<img" not in page
    svg = month_chart(found).svg()
    ET.fromstring(svg)  # noqa: S314 - our own
    assert "<script>" not in svg


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800"])
def test_control_characters_are_refused(tmp_path, bad):
    """In the name of a hospital: sheet, page and picture."""
    found = grid([visit(5, "c1", place="x")], places={"x": bad})
    for make in (
        lambda: write_month_sheet([found], tmp_path / "m.xlsx", created=CYCLE),
        lambda: month_page([found]),
        lambda: month_chart(found),
    ):
        with pytest.raises(BadValue, match=r"text\.control"):
            make()
    assert not (tmp_path / "m.xlsx").exists()


def words(svg: str) -> list[str]:
    """Return the texts of a picture."""
    return [text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - own


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture(lang):
    """Days, hospitals, marks, load and key; nobody who is visited is named."""
    visits = [one for one in VISITS if one.place]
    chart = month_chart(grid(visits, done=["2026-01-01/r1/c5/1"]))
    told = words(chart.svg(lang))
    assert chart.title.text(lang) in told
    for day in range(1, 32):
        assert str(day) in told
    assert {"en": "Visits", "zh": "拜访次数"}[lang] in told
    assert {"en": "✓ made", "zh": "✓ 已完成"}[lang] in told
    assert {"en": "more than fits", "zh": "超出可访次数"}[lang] in told
    assert {"en": "leave", "zh": "请假"}[lang] in told
    assert "✓C" in told
    assert not any("Private" in one for one in told)
    assert month_chart(grid([])) is None


def test_a_picture_of_sixty_hospitals_holds_them_all():
    """A row each, none above another; a cell of many visits is a number, of visits made a tick."""
    visits = [visit(5 + n % 3, f"c{n}-{k}", "ABC"[k], f"h{n:02}") for n in range(60) for k in range(3)]
    names = {f"h{n:02}": f"示例大学医学院附属第{n}医院心血管病中心" for n in range(60)}
    made = [one.id for one in visits if one.place == "h00"]
    chart = month_chart(grid(visits, places=names, done=made))
    found = words(chart.svg("zh"))
    assert chart.spec["height"] == 60 * 16 + 44 + 32
    assert found.count("3") == 59 + 60 + 1  # cells, totals and a day
    assert "✓" in found


def test_colours_follow_the_order_of_grades():
    """The most important grade has the first colour; what is no grade is white."""
    assert tint_of(("A", "B"), "A") != tint_of(("A", "B"), "B")
    assert tint_of(("A", "B"), "•") == "#ffffff"


PROGRAM = """
import sys
from datetime import date
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_month import CYCLE, grid, month_chart, month_page, write_month_sheet
import hashlib
write_month_sheet([grid()], Path(sys.argv[2]), lang="zh", created=CYCLE)
data = Path(sys.argv[2]).read_bytes() + month_page([grid()], "zh").encode() + month_chart(grid()).svg("zh").encode()
print(hashlib.sha256(data).hexdigest())
"""


def test_the_same_bytes_under_any_hash_seed(tmp_path):
    """Two processes with different seeds write the same sheet, page and picture."""
    here = str(Path(__file__).parent)
    found = {
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", PROGRAM, here, str(tmp_path / f"{seed}.xlsx")],
            env={"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in (1, 2)
    }
    assert len(found) == 1


ANY = st.lists(
    st.tuples(st.integers(1, 31), st.sampled_from("ABC"), st.sampled_from(["h1", "h2", "h3", ""]), st.booleans()),
    max_size=40,
)


@settings(max_examples=60)
@given(ANY, st.randoms())
def test_nothing_is_lost(items, chance):
    """Cells, rows and days hold every visit once, whatever the order in which they come."""
    visits = [visit(day, f"c{n}", grade, place) for n, (day, grade, place, _) in enumerate(items)]
    done = [one.id for one, item in zip(visits, items, strict=True) if item[3]]
    found = grid(visits, done=done)
    assert found.total == len(visits) == sum(row.total for row in found.rows) == sum(d.planned for d in found.days)
    assert sum(made for row in found.rows for cell in row.cells for _, made in cell) == len(done)
    gone = {(one.day, one.place or one.customer) for one in visits}
    assert sum(day.places for day in found.days) == len(gone)
    mixed = visits[:]
    chance.shuffle(mixed)
    assert grid(mixed, done=done) == found
