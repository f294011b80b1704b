"""The customer card: what it shows, what it hides, and of whom there is none."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from attrs import evolve

from pharmasales.archive.card import Card, CardLine
from pharmasales.archive.completeness import COMPLETENESS
from pharmasales.archive.customers import Affiliation, Archive, Customer
from pharmasales.archive.dossier import Dossier
from pharmasales.archive.register import Register
from pharmasales.compliance.sources import SOURCES
from pharmasales.errors import BadValue
from pharmasales.rules import RuleBook
from pharmasales.testing.lives import doctor_file, doctor_life

DAY = date(2026, 5, 1)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
PAYLOAD = "<img src=x onerror=alert(1)>"


def moved() -> tuple[Register, Archive]:
    """Return the register and the archive after the doctor moved."""
    register = doctor_life()[2].register
    return register, register.on(DAY)


def card(*, unmasked: bool = False) -> Card:
    """Return the card of the doctor who moved."""
    register, archive = moved()
    return Card.of(archive["D1"], register["D1"], archive=archive, day=DAY, unmasked=unmasked)


def lines(card: Card) -> dict[str, CardLine]:
    """Return the lines by field."""
    return {line.field: line for part in card.parts for line in part.lines}


def shown(card: Card, name: str) -> str:
    """Return a field as Chinese readers see it."""
    row = next(row for row in card.table().records() if row["label"] == lines(card)[name].label)
    value = row["value"]
    return value if isinstance(value, str) else value.text("zh")  # type: ignore[union-attr]  # Says


SECRETS = ["Example Doctor", "示例医生", "副主任医师", "13800000001", "Second Example", "visiting consultant", "(H2)"]


def test_masked_by_default() -> None:
    """T8: a masked card shows no personal value in any form, and does not even hold one."""
    made = card()
    forms = [made.text("en"), made.text("zh"), made.html("en"), made.html("zh"), made._repr_html_(), str(made)]
    forms += [repr(made), repr(made.parts), str(made.table()), made.title.text(), str(made.summary())]
    forms += [
        repr([line.value for line in lines(made).values()]),
        repr(made.affiliations.rows),
        repr(made.changes.rows),
    ]
    for form in forms:
        assert not [secret for secret in SECRETS if secret in form]
    assert (made.name, shown(made, "mobile"), shown(made, "title"), made.masked) == ("E*", "138******01", "***", True)
    assert shown(made, "parent") == "***"


def test_unmasked() -> None:
    """An unmasked card shows values, places by name, and roles in words; its repr still does not."""
    made = card(unmasked=True)
    text = made.text("zh")
    assert [secret for secret in SECRETS if secret not in text] == []
    assert shown(made, "parent") == "Second Example Hospital 第二示例医院 (H2)"
    assert (shown(made, "roles"), shown(made, "source")) == ("KOL", SOURCES["referral"].zh)
    assert made.affiliations.rows == [
        ("First Example Hospital 第一示例医院 (H1)", "visiting consultant", date(2026, 3, 16), date(2026, 4, 1))
    ]
    assert not [secret for secret in SECRETS if secret in repr(made) + repr(made.parts)]


def test_the_parts_in_order() -> None:
    """S002-19: the parts of the file in the trade's order, those neither asked for nor there left out."""
    titles = [part.title.zh for part in card().parts]
    assert titles == "客户 基本信息 专业背景 沟通历史 需求点 关注点 产品认知程度 反馈意见 学术活动参加".split()
    register, archive = moved()
    doctor = evolve(archive["D1"], fields={"prescribing_habit": "x", "shoe size": 44, "hobby": ""})
    made = Card.of(doctor, register["D1"], day=DAY)
    assert [part.title.en for part in made.parts] == [
        *("Customer", "Basics", "Background", "Prescribing", "Communication", "Needs", "Concerns", "Awareness"),
        *("Feedback", "Academic", "Further"),
    ]
    assert (shown(made, "prescribing_habit"), shown(made, "shoe size")) == ("***", "***")
    assert "hobby" not in lines(made)


def test_missing_and_stale_stand_in_their_place() -> None:
    """What is missing is marked and has no value; what is stale is marked beside its date."""
    register, archive = moved()
    late = date(2027, 3, 1)
    made = Card.of(archive["D1"], register["D1"], day=late)
    found = lines(made)
    assert (found["needs"].state, found["needs"].value, found["needs"].confirmed) == ("missing", None, None)
    assert (found["mobile"].state, found["mobile"].confirmed) == ("stale", date(2026, 1, 5))
    assert (found["parent"].state, found["parent"].confirmed) == ("there", date(2026, 4, 1))
    states = [row["state"].text("zh") for row in made.table().records()]  # type: ignore[union-attr]  # Says
    assert (states.count("缺"), states.count("过期")) == (16, 3)
    assert made.freshness is not None
    assert len(made.freshness) == 3


def test_the_summary() -> None:
    """The lines below the heading: who, the score, what is missing, what is stale."""
    register, archive = moved()
    made = Card.of(archive["D1"], register["D1"], day=date(2027, 3, 1))
    zh = [one.text("zh") for one in made.summary()]
    assert zh[:2] == ["医生，负责代表 r1，2027-03-01", "完整度 44.00，满分 100，缺 16 项：C 级"]
    assert zh[2].startswith("缺：需求点、关注点、产品认知程度")
    assert zh[3] == "过期：手机、角色、职称"
    assert made.summary()[0].text() == "doctor, owner r1, on 2027-03-01"
    assert made.text("zh").splitlines()[:2] == ["客户资料卡：E*（D1）", zh[0]]


def test_a_masked_card_tells_no_place() -> None:
    """Where a person works stands in no value that a masked card holds, stale affiliations among them."""
    register = doctor_life()[2].register
    late = date(2028, 1, 1)
    archive = register.on(late)
    made, clear = (Card.of(archive["D1"], register["D1"], day=late, unmasked=unmasked) for unmasked in (False, True))
    assert made.freshness is not None
    assert clear.freshness is not None
    assert [one.field for one in clear.freshness if ":" in one.field] == ["affiliation:H1"]
    assert [one.field for one in made.freshness] == ["mobile", "roles", "title", "affiliation", "parent"]
    assert "H1" not in repr(made.freshness) + str(made.freshness.table()) + made.html()
    assert [one.zh for one in made.aged()] == [one.zh for one in clear.aged()] == "手机 角色 职称 任职 所属客户".split()
    assert made.freshness.oldest == ("mobile", date(2026, 1, 5))


def test_the_last_changes() -> None:
    """The last five changes that were true by then, the latest first: dates and field names."""
    made = card()
    rows = [(row[0], row[1], row[2].text(), row[3].text(), row[4]) for row in made.changes.rows]  # type: ignore[union-attr]  # Says
    assert rows == [
        (date(2026, 4, 1), date(2026, 3, 16), "amended", "Parent, Affiliation", "r1"),
        (date(2026, 2, 10), date(2026, 2, 1), "amended", "Title, Roles", "r1"),
        (date(2026, 1, 5), date(2026, 1, 5), "opened", "Name, Kind, Owner, Parent and 4 more", "r1"),
    ]
    assert made.changes.rows[-1][3].text("zh") == "名称、类型、负责代表、所属客户等 8 项"  # type: ignore[union-attr]  # Says
    register, archive = moved()
    early = Card.of(archive["D1"], register["D1"], day=DAY, known=date(2026, 3, 1))
    assert [row[0] for row in early.changes.rows] == [date(2026, 2, 10), date(2026, 1, 5)]
    soon = Card.of(doctor_file().on(DAY) or archive["D1"], register["D1"], day=date(2026, 2, 1))
    assert len(soon.changes) == 2


def test_at_most_five_changes() -> None:
    """Of a long history the last five are shown, and reserved marks are not named."""
    file, _ = Dossier.open(Customer("P1", "x", "pharmacy"), since=AT.date(), at=AT, by="u1", why="list")
    for n in range(6):
        file, _ = file.amend({"telephone": str(n)}, since=AT.date(), at=AT, by="u1", why="called")
    file, _ = file.close(since=date(2026, 2, 1), at=AT, by="u1", why="moved away")
    file, _ = file.reopen(since=date(2026, 3, 1), at=AT, by="u1", why="came back")
    rows = Card.of(Customer("P1", "x", "pharmacy"), file, day=DAY).changes.rows
    assert [(row[2].text("zh"), row[3].text("zh")) for row in rows] == [  # type: ignore[union-attr]  # Says
        ("重新启用", ""),
        ("关闭", ""),
        ("变更", "电话"),
        ("变更", "电话"),
        ("变更", "电话"),
    ]


def test_a_firm_is_open() -> None:
    """A hospital's card shows its name, weekdays in words and numbers; its contact's data stay masked."""
    fields = {"beds": 1200, "departments": ("心内科", "呼吸科"), "relations": "canary", "mobile": "13800000001"}
    hospital = Customer("H1", "Example Hospital", "hospital", owner="r1", weekdays={4, 0}, fields=fields, roles={"vip"})
    made = Card.of(hospital, day=DAY)
    assert (made.name, lines(made)["beds"].value) == ("Example Hospital", 1200)
    assert (shown(made, "weekdays"), shown(made, "departments"), shown(made, "roles")) == (
        "周一、周五",
        "心内科、呼吸科",
        "核心客户",
    )
    assert (shown(made, "relations"), shown(made, "mobile")) == ("***", "138******01")
    assert (made.freshness, len(made.changes), lines(made)["beds"].confirmed) == (None, 0, None)
    assert "任职" not in made.text("zh")
    assert "最近变更" not in made.text("zh")


def test_a_place_that_is_a_person_stays_an_id() -> None:
    """The name of a person never stands on another's card as a place."""
    archive = Archive.of([Customer("D1", "Canary", "doctor"), Customer("P1", "Example", "pharmacy", parent="D1")])
    made = Card.of(archive["P1"], archive=archive, day=DAY)
    assert shown(made, "parent") == "D1"


def test_of_whom_there_is_no_card() -> None:
    """An erased, merged, restricted or closed file gives no card, whatever customer is at hand."""
    erased, merged = doctor_life()[-1].register["D1"], doctor_life()[-2].register["D9"]
    held, _ = doctor_file().restrict(at=AT, by="m1", why="legal hold")
    closed, _ = doctor_file().close(since=date(2026, 2, 1), at=AT, by="m1", why="retired")
    for file, code in ((erased, "erased"), (merged, "merged"), (held, "restricted"), (closed, "closed")):
        for unmasked in (False, True):
            with pytest.raises(BadValue) as caught:
                Card.of(Customer(file.id, "Canary Name", "doctor"), file, day=date(2026, 9, 2), unmasked=unmasked)
            assert caught.value.code == f"archive.{code}"
            assert "Canary" not in str(caught.value)
    with pytest.raises(BadValue, match="merged into"):
        Card.of(Customer("D9", ""), merged, day=date(2026, 9, 2))


def test_a_dossier_of_another() -> None:
    """A dossier must be the customer's own."""
    with pytest.raises(BadValue) as caught:
        Card.of(Customer("D2", "x", "doctor"), doctor_file(), day=DAY)
    assert caught.value.code == "card.dossier"


def test_a_kind_without_a_schema() -> None:
    """A customer of a kind of your own has a card without a score; it is taken for a person."""
    made = Card.of(Customer("B1", "Canary Name", "blogger", fields={"loyalty": "gold"}), day=DAY)
    assert (made.completeness, made.name, made.kind.zh) == (None, "C*", "blogger")
    assert [one.text() for one in made.summary()] == ["blogger, owner nobody, on 2026-05-01"]
    assert shown(made, "loyalty") == "***"


def test_a_field_that_only_the_book_knows() -> None:
    """What a company's own book asks for is shown as missing, under what else there is."""
    ours = RuleBook.from_toml(
        '[rules.pharmacy]\nshape = "weighted"\nparts = [{ name = "loyalty", weight = 100, of = "loyalty" }]'
    ).over(COMPLETENESS)
    made = Card.of(Customer("P1", "x", "pharmacy"), day=DAY, book=ours)
    assert [(part.title.zh, [line.field for line in part.lines]) for part in made.parts] == [
        ("客户", ["name"]),
        ("其他", ["loyalty"]),
    ]
    assert (made.rules, lines(made)["loyalty"].state) == ("rules 1", "missing")


def test_nothing_missing() -> None:
    """A full file has no line about missing fields."""
    ours = RuleBook.from_toml(
        '[rules.pharmacy]\nshape = "weighted"\nparts = [{ name = "name", weight = 100, of = "name" }]'
    ).over(COMPLETENESS)
    made = Card.of(Customer("P1", "x", "pharmacy"), day=DAY, book=ours)
    assert [one.text("zh") for one in made.summary()] == [
        "药店，负责代表 无，2026-05-01",
        "完整度 100.00，满分 100，缺 0 项：A 级",
    ]


def test_payloads_stay_text() -> None:
    """Markup in names, fields and places is escaped once; line breaks do not break the heading."""
    fields = {"address": PAYLOAD, PAYLOAD: "&amp;", "departments": (PAYLOAD, "{0} {x}")}
    hospital = Customer(
        "H1",
        f"{PAYLOAD}\nsecond",
        "hospital",
        fields=fields,
        affiliations=[Affiliation("H2", PAYLOAD)],
        level="{level}",
    )
    made = Card.of(hospital, day=DAY, unmasked=True)
    for lang in ("en", "zh"):
        html = made.html(lang)  # type: ignore[arg-type]  # both languages
        assert "<img" not in html
        assert html.count("&lt;img src=x onerror=alert(1)&gt;") == 6
        assert "&amp;amp;" in html
        assert "&amp;lt;" not in html
    assert made.text().splitlines()[0] == f"Customer card: {PAYLOAD} second (H1)"
    assert "{0} {x}" in made.text()
