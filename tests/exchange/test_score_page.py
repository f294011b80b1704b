"""The scorecard on paper: one sheet a person, sums that can be added with a pencil, and no name that acts."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser

import pytest

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.evaluation.payout import payout_curve
from pharmasales.evaluation.reporting import person_card, person_cards
from pharmasales.evaluation.scoring import ScoreGate, ScoreSheet, cut_grades, score, standings
from pharmasales.exchange.charts import attainment_bullets
from pharmasales.exchange.payout_chart import payout_chart
from pharmasales.exchange.score_page import score_page, write_score_page
from pharmasales.exchange.write_xlsx import write_xlsx
from pharmasales.periods import Quarter
from pharmasales.rules import Curve, Field, Part, Weighted
from pharmasales.units import CNY, Amount

NOW, THEN = Quarter(2026, 2), Quarter(2026, 1)
ALLOWED = set(
    "html head meta title style body article header footer h1 h2 p b i div span section small ol ul li table thead "
    "tbody tr th td".split()
)
HOSTILE = [
    '=HYPERLINK("http://example.invalid","x")',
    "<script>alert(1)</script>",
    "\u202eevil\u202c \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "名" * 10_000,
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{0.__class__} {name} %s",
]


def sheet(name="visits", zh="拜访"):
    """Return a sheet of three items and a gate."""
    rules = [Curve(Field(one), ((0, 0), (1, 1))) for one in "abc"]
    items = [Part(name, 50, rules[0], zh), Part("reports", 30, rules[1]), Part("tests", 20, rules[2])]
    gate = ScoreGate("compliance", Field("breaches").over(0), Says("a confirmed breach", "经确认的违规"), zh="合规")
    return ScoreSheet(
        "field force", Weighted(items, missing="reweight"), gates=[gate], grades=cut_grades(((60, "C"),), "A")
    )


def person(n, *, rep=None, by=None, a=None, c="0.5", breaches=0):
    """Score one person."""
    figures = {"a": Fraction(n, 10) if a is None else a, "b": Fraction(10 - n, 10), "c": c, "breaches": breaches}
    return score(by or sheet(), f"r{n}", rep or f"Rep {n}", figures)


class Page(HTMLParser):
    """What a browser makes of a page: tags, attributes and texts; each tag is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag and the names of its attributes."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See that tags close in order."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep a text, but not the style."""
        if data.strip() and self.open[-1] != "style":
            self.texts.append(data.strip())


def safe(html: str) -> Page:
    """Read a page and see that nothing in it acts or comes from elsewhere."""
    page = Page(html)
    assert set(page.tags) <= ALLOWED
    assert page.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "style"}
    assert "url(" not in html
    assert "default-src 'none'" in html
    return page


@pytest.fixture(scope="module")
def cards():
    """Return the cards of eight people with an earlier period."""
    scores = [person(n) for n in range(1, 9)]
    past = {THEN: {one.rep_id: one for one in (person(n, c="0.9") for n in range(1, 9))}}
    return person_cards(scores, NOW, earlier=past, standings=standings(scores))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_everything_stands_on_it(cards, lang):
    """Numbers, peers, trend, reasons and steps of one person, in both languages, the same every time."""
    html = score_page(cards[:1], lang)
    page = safe(html)
    assert html == score_page(cards[:1], lang)
    english = lang == "en"
    for words in (
        *(("Rep 1", "What brought most", "What cost most", "What to do next", "Trend") if english else ()),
        *(() if english else ("Rep 1", "主要加分", "主要失分", "下一步", "走势", "拜访", "合规", "否决项")),
    ):
        assert words in page.texts
    assert "+1.00 points: 0.0199 more a (0.1199 in all)" in page.texts or not english
    assert page.texts.count("2026-Q2") == page.texts.count("2026-Q1") == 1
    assert "Rep 2" not in html
    assert html.count('class="track"') == 4
    assert ("No peer is named." in html) == english


def numbers(page, start, end):
    """Return the signed numbers between two headings."""
    texts = page.texts[page.texts.index(start) : page.texts.index(end)]
    return [Decimal(text) for text in texts if re.fullmatch(r"[+-]?[0-9]+\.[0-9]{2}", text)]


def test_it_adds_up_with_a_pencil(cards):
    """What is printed up, down and as the rest is what is printed as the whole difference."""
    for card in cards:
        page = safe(score_page([card]))
        *shown, whole = numbers(page, "What brought most", "What to do next")
        assert sum(shown) == whole == card.brought.whole
        rows = numbers(page, "Peers and you", "What brought most")
        assert rows[-3] == card.score.total


def test_without_peers_and_past():
    """Columns that would be empty are not there; the reason why there is no band is."""
    few = person_card(person(1), NOW, peers=[person(n) for n in range(1, 5)])
    html = score_page([few])
    page = safe(html)
    assert "Peers and you" not in page.texts
    assert "Change" not in page.texts
    assert "track" not in html.split("</style>")[1]
    assert page.texts.count("3 peers with a total, fewer than 5: no band, so that nobody can be guessed") == 2
    assert "No earlier period is known." in page.texts
    up = numbers(page, "What brought most", "What cost most")
    down = numbers(page, "What cost most", "What to do next")
    assert sum(up[:-1]) == up[-1] == few.score.total
    assert sum(one for one in down[:-1] if one < 0 and one in {line.difference for line in few.cost.lines}) == down[-1]


def test_gates_missing_and_full():
    """A closed gate is the first step; no total leaves dashes; full points leave nothing to do."""
    closed = safe(score_page([person_card(person(1, breaches=2), NOW)], "zh"))
    assert any(text.startswith("否决项合规触发，经确认的违规") for text in closed.texts)
    unknown = safe(score_page([person_card(person(1, breaches=None), NOW, earlier={THEN: person(1)})]))
    assert "What brought most" not in unknown.texts
    assert "–" in unknown.texts
    best = score(Weighted([Part("a", 100, Field("a"))]), "r1", "One", {"a": 1})
    assert "Every item has its full points." in safe(score_page([person_card(best, NOW)])).texts
    nothing = score(Weighted([Part("a", 100, Curve(Field("a"), ((0, -1), (1, 0))))]), "r1", "One", {"a": 0})
    peers = [score(nothing.rule, f"p{n}", "P", {"a": 0}) for n in range(6)]
    below = score_page([person_card(nothing, NOW, peers=peers)])
    assert "-100.00" in safe(below).texts
    worse = score(Weighted([Part("a", 100, Field("a"))], missing="zero"), "r1", "One", {"a": 0})
    level = person_card(worse, NOW, peers=[score(worse.rule, f"p{n}", "P", {"a": 0}) for n in range(6)])
    assert "nothing" in safe(score_page([level])).texts


def test_other_rule_then_and_range(cards):
    """Other weights in the period before are said; a band from the least to the most says so."""
    other = score(Weighted([Part("visits", 100, Field("a"))]), "r1", "Rep 1", {"a": 1})
    page = safe(score_page([person_card(person(1), NOW, earlier={THEN: other})], "zh"))
    assert "上期的权重或评分曲线不同。" in page.texts
    scores = [person(n) for n in range(1, 9)]
    ranged = score_page([person_card(scores[0], NOW, peers=scores, kind="range")])
    assert "from the least to the most of the peers" in ranged
    assert "from the least to the most of the peers" not in score_page(cards[:1])


def test_a_sheet_a_person(cards, tmp_path):
    """Each on paper of its own, broken off but the last; the file is the page."""
    html = score_page(cards)
    assert html.count("<article") == 8
    assert "article{padding:0;border:0;break-after:page}" in html
    assert "@page{size:A4" in html
    path = tmp_path / "cards.html"
    write_score_page(cards, path)
    assert path.read_text("utf-8") == html


def test_pictures_follow(cards):
    """Pictures stand on a sheet after the card that they belong to, and nowhere else."""
    pictures = [
        attainment_bullets([("Rep 1", 100, 90, 80)]),
        payout_chart(payout_curve(threshold="70%", above=2, cap="200%"), Amount.of(10_000, CNY), at="90%"),
    ]
    html = score_page(cards[:2], "zh", {"r1": pictures})
    first, second = html.split("</article>")[:2]
    assert first.count("<svg") == 2
    assert "奖金曲线" in first
    assert "<svg" not in second
    assert "<script" not in html


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name, tmp_path):
    """As the name of a person, of an item and in both languages: read back as the text that it is."""
    card = person_card(person(1, rep=name, by=sheet(name, name)), NOW)
    for lang in ("en", "zh"):
        page = safe(score_page([card], lang))
        assert page.texts.count(name) >= 3
    from python_calamine import CalamineWorkbook

    path = tmp_path / "card.xlsx"
    write_xlsx(card.tables()[:1], path, created=NOW.start)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert name in (rows[1][0], rows[1][0].removeprefix("'"))


def test_refused_characters():
    """A control character that came in past the domain's edge is refused, not printed."""
    with pytest.raises(BadValue):
        score_page([person_card(person(1, rep="a\x00b"), NOW)])
