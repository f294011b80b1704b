"""The printable cards: one file that opens offline, a sheet a card, and no name becomes markup."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.card import Card
from pharmasales.archive.completeness import COMPLETENESS
from pharmasales.archive.customers import Affiliation, Customer
from pharmasales.errors import BadValue
from pharmasales.exchange.card_page import card_page
from pharmasales.rules import RuleBook
from pharmasales.testing.lives import doctor_life

DAY = date(2027, 3, 1)
ALLOWED = set(
    "html head meta title style body article header footer h1 h2 p b div span section dl dt dd table caption thead "
    "tbody tr th td".split()
)
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></article><iframe src='https://example.invalid'>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;#60;",
    "]]><!-- http://example.invalid/ -->",
]


class Page(HTMLParser):
    """What a browser makes of a page: tags, attributes and texts; each tag must be closed in order."""

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
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See that tags close in order."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep a text, but not the style."""
        if data.strip() and self.open[-1:] != ["style"]:
            self.texts.append(data.strip())

    def handle_comment(self, data: str) -> None:
        """Keep a comment, of which there is to be none."""
        self.others.append(data)


def safe(html: str) -> Page:
    """Read a page and see that nothing in it acts or comes from elsewhere."""
    page = Page(html)
    assert set(page.tags) <= ALLOWED
    assert page.others == []
    assert {name for _, name, _ in page.attributes} <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "style",
    }
    assert all(
        "url(" not in value and "http" not in value.removeprefix("http-equiv") for _, _, value in page.attributes
    )
    assert "@import" not in html
    assert "url(" not in html
    return page


def doctor(*, unmasked: bool = False) -> Card:
    """Return the card of the doctor who moved and was merged."""
    register = doctor_life()[-2].register
    archive = register.on(DAY)
    return Card.of(archive["D1"], register["D1"], archive=archive, day=DAY, unmasked=unmasked)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_from_elsewhere(lang: str) -> None:
    """No script, no link, no picture; a policy forbids the rest; the language is named."""
    html = card_page([doctor()], lang)  # type: ignore[arg-type]  # both languages
    page = safe(html)
    assert ("html", "lang", "zh-CN" if lang == "zh" else "en") in page.attributes
    assert any(value.startswith("default-src 'none'") for _, name, value in page.attributes if name == "content")
    assert html == card_page([doctor()], lang)  # type: ignore[arg-type]  # both languages


def test_a_sheet_a_card() -> None:
    """Three cards are three articles, each broken off when printed but the last."""
    html = card_page([doctor()] * 3)
    assert Page(html).tags.count("article") == 3
    assert "article{padding:0;border:0;break-after:page}" in html
    assert "article:last-child{break-after:auto}" in html
    assert "@page{size:A4" in html


def test_clear_at_a_glance() -> None:
    """S001-15: score, counts of missing and stale, and their names stand before the file itself."""
    texts = safe(card_page([doctor(unmasked=True)], "zh")).texts
    start = texts.index("Example Doctor 示例医生")
    assert texts[start : start + 14] == [
        *("Example Doctor 示例医生", "医生 D1，负责代表 r1", "完整度", "46.00%", "C 级", "缺项", "15", "关注"),
        *("过期", "3", "关注", "缺项", "需求点", "关注点"),
    ]
    assert texts.count("缺") == 15
    assert texts.count("过期") == 1 + 1 + 3
    at = texts.index("副主任医师")
    assert texts[at - 1 : at + 3] == ["职称", "副主任医师", "过期", "2026-02-10"]
    assert "First Example Hospital 第一示例医院 (H1)" in texts
    assert texts[-1] == "截至 2027-03-01，依据 completeness 2026.1。"


def test_masked_by_default() -> None:
    """T8: a page of masked cards tells no personal value, and says that it is masked."""
    html = card_page([doctor()])
    for secret in ("Example Doctor", "示例医生", "副主任医师", "13800000001", "d@example.org", "Example Hospital"):
        assert secret not in html
    assert "Personal values are masked." in html


def test_the_bar_is_the_score() -> None:
    """The bar is as wide as the score."""
    hospital = Customer("H1", "x", "hospital", owner="r1", fields={"beds": 1200})
    html = card_page([Card.of(hospital, day=DAY)])
    assert '<div style="width:20.00%">' in html
    assert "<dd>1,200</dd>" in html
    page = safe(html)
    at = page.texts.index("Stale")
    assert page.texts[at + 1] == "–"


def test_nothing_missing_and_no_schema() -> None:
    """A full card says so; a card of a kind without a schema has no bar and no counts."""
    ours = RuleBook.from_toml(
        '[rules.pharmacy]\nshape = "weighted"\nparts = [{ name = "name", weight = 100, of = "name" }]'
    ).over(COMPLETENESS)
    full = safe(card_page([Card.of(Customer("P1", "x", "pharmacy"), day=DAY, book=ours)]))
    assert full.texts[full.texts.index("Missing") + 1 : full.texts.index("Missing") + 3] == ["0", "On track"]
    assert ("p", "class", "lack") not in full.attributes
    own = safe(card_page([Card.of(Customer("B1", "", "blogger"), day=DAY)], "zh"))
    assert "该类客户未设要求" in own.texts
    assert own.texts.count("–") == 2
    assert ("div", "class", "bar") not in own.attributes
    assert own.texts[:2] == ["客户资料卡", "B1"]


def test_a_stale_affiliation() -> None:
    """A stale affiliation is counted and named as such, and a masked card does not tell its place."""
    register = doctor_life()[-2].register
    late = date(2028, 1, 1)
    page = safe(card_page([Card.of(register.on(late)["D1"], register["D1"], day=late)]))
    at = page.texts.index("Stale")
    assert page.texts[at + 1] == "6"
    chips = page.texts.index("Stale", at + 1)
    assert page.texts[chips + 1 : chips + 7] == ["Mobile", "Roles", "Title", "Affiliation", "Parent", "Email"]
    assert "H1" not in " ".join(page.texts)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_stay_text(payload: str) -> None:
    """A payload in every place that a customer fills is read back as the text that it is."""
    fields = {"address": payload, payload: payload, "departments": (payload,)}
    hospital = Customer(
        "H1",
        payload,
        "hospital",
        owner=payload,
        level=payload,
        fields=fields,
        affiliations=[Affiliation("H2", payload)],
    )
    for kind in ("hospital", payload):
        made = Customer(**{name: getattr(hospital, name) for name in ("id", "name", "owner", "fields")}, kind=kind)
        page = safe(card_page([Card.of(hospital, day=DAY, unmasked=True), Card.of(made, day=DAY, unmasked=True)]))
        assert page.texts.count(payload) >= 8


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40))
def test_any_text_is_safe(text: str) -> None:
    """Whatever stands in a name or a field, the page stays closed and inert."""
    made = Customer("H1", text, "pharmacy", fields={"address": text})
    safe(card_page([Card.of(made, day=DAY, unmasked=True)]))


def test_refused_characters() -> None:
    """A control character that came in past the domain's edge is refused, not printed."""
    made = Card.of(Customer("H1", "x", "pharmacy", fields={"address": "a\x00b"}), day=DAY)
    with pytest.raises(BadValue):
        card_page([made])
