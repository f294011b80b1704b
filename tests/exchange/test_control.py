"""Control sheets on paper and in Excel: exact, formulas off unless asked for, and no name that acts."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from python_calamine import CalamineWorkbook

from pharmasales.display import decimal_text
from pharmasales.errors import BadValue
from pharmasales.evaluation.reporting import control_sheets
from pharmasales.exchange.control_book import write_control_book
from pharmasales.exchange.control_grid import HEAD, ControlGrid
from pharmasales.exchange.control_page import control_page, write_control_page
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Year
from pharmasales.units import BOX, CNY, Amount

DAY, YEAR = date(2026, 8, 1), Year(2026)
HOSTILE = [
    '=HYPERLINK("http://example.invalid","x")',
    "<script>alert(1)</script>",
    "\u202eevil\u202c \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "名" * 10_000,
    "+cmd|' /C calc'!A0",
    '"><img src=x onerror=alert(1)>',
]


def sheets(names=("Rep One",), unit=CNY, scale=1):
    """Return the sheets of people who sold something in most months: thirds of the goal, one month missing."""
    org = Org.of([Node("N", "North", "district"), *(Node(f"r{n}", name, "rep", "N") for n, name in enumerate(names))])
    ids = [node.id for node in org.leaves()]

    def by(minor):
        return {node_id: Amount(minor, unit) for node_id in ids}

    months = YEAR.months
    goals = {month: {**by(30_000 * scale), "N": Amount(30_000 * len(ids) * scale, unit)} for month in months}
    actual = {month: by((10_000 + at) * scale) for at, month in enumerate(months[:8]) if at != 5}
    last = {month.year_before(): by(7_000 * scale) for month in months}
    return control_sheets(org, YEAR, goals=goals, actual=actual, last=last).values()


@pytest.mark.parametrize("across", ["months", "figures"])
@pytest.mark.parametrize("formulas", [False, True])
def test_every_cell_reads_back(tmp_path, across, formulas):
    """Each cell holds its exact amount, and its share with six decimals, or the double next to it beside a formula."""
    path = tmp_path / "control.xlsx"
    write_control_book(sheets(), path, created=DAY, across=across, formulas=formulas)
    book = CalamineWorkbook.from_path(path)
    for sheet, name in zip(sheets(), book.sheet_names, strict=True):
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for cell in ControlGrid(sheet, across).cells():
            row, column = cell.place
            found = rows[row][column] if column < len(rows[row]) else ""
            if cell.value is None:
                assert found == ""
            else:
                short = decimal_text(cell.value, 6)
                assert found == (float(cell.value) if formulas or not cell.share else float(short))
                assert cell.share or Fraction(str(found)) == Fraction(cell.value)


def formulas_of(path):
    """Return every formula of a workbook, by sheet, cell and text."""
    with zipfile.ZipFile(path) as parts:
        return [
            (name, cell, text)
            for name in parts.namelist()
            if name.startswith("xl/worksheets/sheet")
            for cell, text in re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*><f>([^<]*)</f>', parts.read(name).decode())
        ]


def test_formulas_are_off_by_default(tmp_path):
    """None unless asked for; then sums, quotients and growth, and none in a month's own amounts."""
    path = tmp_path / "control.xlsx"
    write_control_book(sheets(), path, created=DAY)
    assert formulas_of(path) == []
    write_control_book(sheets(), path, created=DAY, formulas=True)
    found = {cell: text for name, cell, text in formulas_of(path) if name.endswith("sheet2.xml")}
    assert len(found) == 17 * 10 - 12 * 3
    assert found["E5"] == "IF(COUNT(B5,C5,D5)=3,SUM(B5,C5,D5),&quot;&quot;)".replace("&quot;", '"')
    assert found["F9"] == 'IF(COUNT(B4,C4,D4,F4)=4,SUM(B4,C4,D4,F4),"")'
    assert found["R8"].startswith("IF(COUNT(R5,R7)=2,IF(R7&gt;0,R5/R7-1")
    assert not {"B4", "B5", "B7"} & set(found)


def worked(text, values):
    """Reckon a formula of the allow list over exact cells, as Excel does: an empty cell is no number."""
    cells = re.match(r"IF\(COUNT\(([A-Z0-9,]+)\)=", text).group(1).split(",")
    found = [values.get(cell) for cell in cells]
    if None in found:
        return None
    if "SUM(" in text:
        return sum(found)
    over, under = found
    if under <= 0:
        return None
    return over / under - (1 if "-1," in text else 0)


@pytest.mark.parametrize("across", ["months", "figures"])
def test_a_formula_gives_its_value(tmp_path, across):
    """Every formula, reckoned exactly over the cells of its sheet, gives the exact value that stands beside it."""
    path = tmp_path / "control.xlsx"
    write_control_book(sheets(), path, created=DAY, across=across, formulas=True)
    for number, sheet in enumerate(sheets(), 1):
        cells = {}
        for cell in ControlGrid(sheet, across).cells():
            column, row = cell.place[1], cell.place[0] + 1
            cells[f"{chr(65 + column)}{row}"] = None if cell.value is None else Fraction(cell.value)
        for name, cell, text in formulas_of(path):
            if name.endswith(f"sheet{number}.xml"):
                assert worked(text.replace("&gt;", ">"), cells) == cells[cell]


def test_what_cannot_be_held_is_text_and_read_by_no_formula(tmp_path):
    """More than 15 digits: text, exactly; sums over it are values, and beside it the rest stays live."""
    path = tmp_path / "control.xlsx"
    write_control_book(sheets(scale=10**13 + 1), path, created=DAY, formulas=True)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(1).to_python(skip_empty_area=False)
    assert rows[HEAD + 1][1] == "3000000000000300.00"
    assert rows[HEAD + 1][4] == "9000000000000900.00"
    assert rows[HEAD + 3][1] == 0.333333
    text = {cell for _, cell, text in formulas_of(path) if "B4" in text or "E4" in text}
    assert text == set()


def test_titles_and_units(tmp_path):
    """Both languages; boxes have no decimals; sheets are named after their nodes, twins apart."""
    path = tmp_path / "control.xlsx"
    write_control_book(sheets(["One", "One"], unit=BOX), path, lang="zh", created=DAY)
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["North", "One", "One (2)"]
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert (rows[0][0], rows[1][0]) == ("North：2026 年度累计控制表", "单位：盒")
    assert rows[2][:5] == ["项目", "1月", "2月", "3月", "Q1"]
    assert [row[0] for row in rows[3:6]] == ["目标", "实际", "达成率"]
    with pytest.raises(BadValue, match="what stands in the columns"):
        control_page(sheets(), across="weeks")  # type: ignore[arg-type]  # refused


def test_hostile_names_stay_text(tmp_path):
    """A formula, a script, writing from right to left, ten thousand characters: read back as they are, none acts."""
    path = tmp_path / "control.xlsx"
    write_control_book(sheets(HOSTILE), path, lang="zh", created=DAY, formulas=True)
    book = CalamineWorkbook.from_path(path)
    for number, name in enumerate(HOSTILE, 1):
        rows = book.get_sheet_by_index(number).to_python(skip_empty_area=False)
        assert rows[0][0] == f"{name}：2026 年度累计控制表"
    assert all("example" not in text and "cmd" not in text for _, _, text in formulas_of(path))
    page = control_page(sheets(HOSTILE), "zh")
    texts = Texts(page)
    assert set(texts.tags) <= ALLOWED
    assert all(f"{name}：2026 年度累计控制表" in texts.texts for name in HOSTILE)
    assert "onerror=" not in re.sub(r">[^<]*<", "><", page)


ALLOWED = set("html head meta title style body article header h1 p div table thead tbody tr th td".split())


class Texts(HTMLParser):
    """What a browser makes of a page: tags and texts."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append(tag)
        assert {name for name, _ in attrs} <= {"lang", "charset", "http-equiv", "content", "name", "class", "style"}

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("across", ["months", "figures"])
def test_page(tmp_path, lang, across):
    """Ten figures by seventeen periods; a dash where something is missing; the file is the page."""
    page = control_page(sheets(), lang, across=across)
    assert page.count("<article") == 2
    assert page.count('<td class="n') == 2 * 170
    texts = Texts(page).texts
    assert texts.count("33.3%") >= 2
    assert ("Attainment to date" if lang == "en" else "累计达成率") in texts
    missing = sum(cell.value is None for sheet in sheets() for cell in ControlGrid(sheet).cells())
    assert texts.count("–") == missing > 0
    path = tmp_path / "control.html"
    write_control_page(sheets(), path, lang, across=across)
    assert path.read_text("utf-8") == page
    assert ("--print:" in page) == (across == "months")


def test_print_fits_wide_amounts():
    """The wider the amounts, the smaller the print."""
    sizes = [
        float(re.search(r"--print:([0-9.]+)pt", control_page(sheets(scale=scale))).group(1))
        for scale in (1, 1_000, 1_000_000)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert 3 < sizes[-1] < sizes[0] <= 6.5
    empty = control_sheets(Org.of([Node("r1", "One", "rep")]), YEAR, goals={}, actual={})
    assert ControlGrid(empty["r1"]).unit.en == ""
    assert control_page(empty.values()).count("–") == 170
    assert empty["r1"][Month(2026, 1)].alone.goal is None
