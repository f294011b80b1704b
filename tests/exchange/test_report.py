"""The report: one HTML file that opens offline, says everything, and lets no name become markup."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.display import Column, Says, Table, because
from pharmasales.errors import BadConfig, BadValue, StorageError
from pharmasales.exchange.charts import goal_bars, load_bars
from pharmasales.exchange.page import Tile
from pharmasales.exchange.report import Report, Section, report_html, write_report

VOID = {"meta"}
ALLOWED = set(
    "html head meta title style body header h1 h2 p div span section figure svg desc g path rect text line table "
    "caption thead tbody tr th td footer".split()
)
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></svg><iframe src='https://example.invalid'>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;#60;",
    "]]><!-- http://example.invalid/ -->",
]


class Page(HTMLParser):
    """What a browser would make of a page: tags, attributes and texts; each tag must be closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.others: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag and its attributes."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag that closes itself."""
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, which must be the last one open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        """Keep what no report holds."""
        self.others.append(data)


def full(name: str = "Li", rows: int = 20) -> Report:
    """Return a report in which a name stands at every place where text may stand."""
    says = Says(name, name)
    columns = (Column("rep", name, name), Column("goal", "Goal", "目标", "amount"), Column("why", "Why", "原因", "why"))
    cells = tuple((f"{name}{n}", 1000 + n, because("of {who}", "因 {who}", who=name)) for n in range(rows))
    return Report(
        says,
        says,
        (Tile(says, name, says, "good"), Tile(says, says, None, "warn"), Tile(says, "3", None, "bad"), Tile(says, "4")),
        (
            Section(says, says, load_bars([(says, 90, 80)]), Table("reps", says, columns, cells)),
            Section(says, None, goal_bars([(name, [(says, 10_000)])]), Table("none", says, columns, ())),
            Section(says),
        ),
        says,
    )


def safe(html: str) -> Page:
    """Return the page, after checking that nothing in it is live or leads outside."""
    page = Page(html)
    assert set(page.tags) <= ALLOWED
    assert page.others == []
    for tag, name, value in page.attributes:
        assert not name.startswith("on")
        assert name not in {"href", "src", "style", "xlink:href", "action", "id"}
        if name not in {"xmlns", "xmlns:xlink", "aria-label"}:
            assert "://" not in value, (tag, name)
    return page


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_are_never_live(payload: str, lang: str) -> None:
    """A name that looks like markup is shown as it is written, in every place, and does nothing."""
    html = report_html(full(payload), lang)
    page = safe(html)
    assert "<script" not in html.lower()
    assert page.texts.count(payload) >= 12
    assert f"{payload}0" in page.texts
    assert (f"因 {payload}" if lang == "zh" else f"of {payload}") in page.texts


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1))
def test_any_text_survives(text: str) -> None:
    """Whatever a title, a tile or a cell says is read back exactly from the page."""
    says = Says(text, text)
    table = Table("t", says, (Column("a", "Column A", "A"),), ((text,),))
    page = safe(report_html(Report(says, says, (Tile(says, text),), (Section(says, None, None, table),), says)))
    assert page.texts.count(text) == 7 + (2 if text.splitlines() == [text] else 0)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_leads_nowhere(lang: str) -> None:
    """No address stands in the page but the name spaces of its pictures; a policy forbids to load anything."""
    html = report_html(full(), lang)
    safe(html)
    assert set(re.findall(r"https?://[^\"\s]*", html)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "default-src 'none'" in html.split("<title>")[0]
    assert "@import" not in html
    assert "url(" not in html


def test_languages() -> None:
    """The page names its language, and its own words follow it."""
    english, chinese = report_html(full()), report_html(full(), "zh")
    assert '<html lang="en">' in english
    assert '<html lang="zh-CN">' in chinese
    for en, zh in [
        ("On track", "正常"),
        ("Watch", "关注"),
        ("Act", "需行动"),
        ("… and 8 more rows", "… 另有 8 行"),
        ("Li: Nothing to show.", "Li: 无数据。"),
        ("thick mark: capacity", "粗线：可承担上限"),
    ]:
        assert en in Page(english).texts
        assert zh in Page(chinese).texts
        assert zh not in english
        assert en not in chinese


def test_tones_are_words() -> None:
    """Each tone but plain has its word beside its colour; a plain tile has none."""
    html = report_html(full())
    found = re.findall(r'<div class="tile (\w+)">.*?</div>', html)
    assert found == ["good", "warn", "bad", "plain"]
    assert re.findall(r'<span class="tone">(.*?)</span>', html) == ["On track", "Watch", "Act"]


def test_table_is_cut() -> None:
    """A section shows its first rows; how many it leaves out is said; numbers are marked for the right side."""
    says = Says("a", "b")
    table = Table("t", says, (Column("n", "N", "数", "number"),), tuple((n,) for n in range(9)))
    page = report_html(Report(says, says, (), (Section(says, None, None, table, most=3),), says))
    assert re.findall(r'<td class="n">(\d)</td>', page) == ["0", "1", "2"]
    assert "… and 6 more rows" in page
    assert "th.n,td.n{text-align:right" in page


def test_empty_report() -> None:
    """A report without tiles, sections, charts or rows is still a page with its title and its last line."""
    page = safe(report_html(Report(Says("T", "题"), Says("S", "副"), (), (), Says("F\nG", "尾")), "zh"))
    assert [text for text in page.texts if text.strip()][2:] == ["题", "副", "尾"]
    assert "section" not in page.tags
    assert "tiles" not in {value for _, name, value in page.attributes if name == "class"}


def test_lines_become_paragraphs() -> None:
    """A text of two lines is two paragraphs."""
    says = Says("a", "b")
    html = report_html(Report(says, says, (), (Section(says, Says("one\ntwo", "")),), says))
    assert "<p>one</p><p>two</p>" in html


def test_picture_has_a_name() -> None:
    """A picture is one image with a name for who cannot see it."""
    assert '<figure><svg role="img" aria-label="拜访负荷" ' in report_html(full(), "zh")


@pytest.mark.parametrize("bad", ["a\x00b", "\x1b[31m", "\ud800"])
def test_control_characters_are_refused(bad: str) -> None:
    """What no file can keep is a typed error that does not repeat the text."""
    says = Says(bad, bad)
    with pytest.raises(BadValue) as caught:
        report_html(Report(says, says, (), (), says))
    assert caught.value.code == "text.control"


def test_same_bytes_in_two_processes() -> None:
    """The same report is the same bytes under any hash seed."""
    code = (
        "from pharmasales.exchange.charts import *; from pharmasales.exchange.report import *\n"
        "from pharmasales.exchange.class_charts import pareto_curve\n"
        "from pharmasales.exchange.page import Tile\n"
        "from pharmasales.display import Says\n"
        "s = Says('a', 'b')\n"
        "charts = [goal_bars([(c, [(s, 5)]) for c in 'xyz']), pareto_curve([5, 3]), load_bars([('a', 5, 4)])]\n"
        "r = Report(s, s, (Tile(s, '1'),), tuple(Section(s, s, c) for c in charts), s)\n"
        "print(report_html(r), report_html(r, 'zh'))"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env={"PYTHONHASHSEED": s}).stdout  # noqa: S603 - own code
        for s in ("1", "2")
    }
    assert len(runs) == 1
    assert runs.pop().count(b"<svg") == 6


def test_write(tmp_path: Path) -> None:
    """The file is the page in UTF-8 with plain line ends, twice the same, and makes its folder."""
    target = tmp_path / "out" / "report.html"
    write_report(full("王"), target, "zh")
    first = target.read_bytes()
    write_report(full("王"), target, "zh")
    assert first == target.read_bytes() == report_html(full("王"), "zh").encode()
    assert b"\r" not in first
    assert [file.name for file in target.parent.iterdir()] == ["report.html"]


def test_write_fails_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the page cannot be made or placed, the old file stays as it was."""
    target = tmp_path / "report.html"
    target.write_text("old", "utf-8")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(BadConfig, match=re.escape("install pharmasales[report]")):
        write_report(full(), target)
    assert target.read_text("utf-8") == "old"
    says = Says("a", "b")
    with pytest.raises(StorageError):
        write_report(Report(says, says, (), (), says), tmp_path)


def test_reads_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report without charts needs no extra."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    says = Says("a", "b")
    assert "<h1>a</h1>" in report_html(Report(says, says, (Tile(says, "1"),), (Section(says),), says))
