"""Names against masters: what is matched, what is asked, and why."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.customers import Customer, Product
from pharmasales.channel.flow import (
    Alias,
    AliasBook,
    Master,
    MasterNames,
    Matcher,
    MatchPolicy,
    Packing,
    alias_data,
    alias_from,
    customer_masters,
    customer_name,
    packing_data,
    packing_from,
    product_masters,
    product_name,
    tells_apart,
)
from pharmasales.errors import BadRows, BadValue
from pharmasales.units import BOX, Unit

DAY = date(2026, 1, 9)
BENCH = Path(__file__).parents[3] / "bench"

CUSTOMERS = [
    Master("H1", ("示例市第一人民医院",)),
    Master("H2", ("示例市第二人民医院",)),
    Master("H3", ("示例市妇幼保健院",)),
    Master("H4", ("样本县康寿大药房连锁有限公司解放路店",)),
    Master("H5", ("样本县康寿大药房连锁有限公司中山路店",)),
    Master("H6", ("样本县康寿大药房连锁有限公司",)),
    Master("H7", ("模范省样板市德济医药有限公司",)),
    Master("H8", ("样本县同和诊所",)),
    Master("H9", ("模范县同和诊所",)),
]
PRODUCTS = [
    Master("P1", ("示例洛芬胶囊 0.25g*24粒 甲制药",)),
    Master("P2", ("示例洛芬胶囊 0.5g*24粒 甲制药",)),
    Master("P3", ("示例洛芬缓释片 0.25g*24片 甲制药",)),
    Master("P4", ("样本沙星滴眼液 5ml 乙制药",)),
]


def matcher(*aliases: Alias, **changes: MatchPolicy) -> Matcher:
    """A matcher over a few made-up masters."""
    return Matcher(MasterNames.of(CUSTOMERS), MasterNames.of(PRODUCTS, product_name), AliasBook(aliases), **changes)


@pytest.mark.parametrize(
    ("name", "id_", "way"),
    [
        ("示例市第一人民医院", "H1", "same"),
        (" 示例市　第一人民医院 ", "H1", "same"),
        ("示例市第1人医", "H1", "near"),
        ("示例市妇幼", "H3", "near"),
        ("妇幼保健院（示例市）", "H3", "near"),
        ("样板市德济医药股份有限公司", "H7", "near"),
        ("样本县康寿大药房解放路分店", "H4", "near"),
        ("示例市人民医院", "", "apart"),
        ("模范省样板市仁爱医药有限公司", "", "apart"),
        ("示例市第三人民医院", "", "apart"),
        ("同和诊所", "", "close"),
        ("丙丁", "", "none"),
        ("。。", "", "none"),
        ("", "", "empty"),
    ],
)
def test_customers(name: str, id_: str, way: str) -> None:
    """A short word, a number written otherwise, swapped words, legal forms are found; what differs is asked."""
    found = matcher().customer(name)
    assert (found.id, found.way) == (id_, way)
    assert found.why.text() != found.why.text("zh")


@pytest.mark.parametrize(
    ("name", "id_", "way"),
    [
        ("示例洛芬胶囊 250mg×24粒/盒 甲制药", "P1", "near"),
        ("甲制药示例洛芬胶丸0.5g:24", "P2", "near"),
        ("示例洛芬缓片 0.25g*24 甲制药", "P3", "near"),
        ("样本沙星眼药水5ml", "P4", "near"),
        ("样本沙星眼药水 5 乙制药", "P4", "near"),
        ("示例洛芬胶囊 0.1g*24粒 甲制药", "", "apart"),
        ("示例洛芬胶囊 甲制药", "", "close"),
        ("示例洛芬片 0.25g*24片 甲制药", "", "apart"),
    ],
)
def test_products(name: str, id_: str, way: str) -> None:
    """0.25g is 250 mg, 胶丸 is 胶囊; another strength, no strength among several, another release are questions."""
    found = matcher().product(name)
    assert (found.id, found.way) == (id_, way)


def test_the_town_of_its_own_column_helps_only_among_the_likely() -> None:
    """同和诊所 with its county is one of two; a county alone makes nobody of a name."""
    assert matcher().customer("同和诊所", place="模范县").id == "H9"
    assert matcher().customer("人民医院", place="模范县").id == ""


def test_a_town_makes_no_other_hospital_likely() -> None:
    """沙县人民医院 in the prefecture of another hospital stays a question, since it never was among the likely."""
    towns = [Master(f"T{n:02}", (f"沙{chr(0x4E00 + 40 * n)}县人民医院",)) for n in range(20)]
    names = MasterNames.of([*towns, Master("X", ("模范地区人民医院",))])
    assert Matcher(names, MasterNames.of([], product_name)).customer("沙县人民医院", place="模范地区").id == ""


def test_a_person_is_asked_once_and_the_distributor_s_own_word_goes_first() -> None:
    """A confirmation goes before everything, a code before the name, and a master that is gone is a question."""
    book = [
        Alias("customer", "示例市第一人民医院", "H2", "u1", DAY, "D1"),
        Alias("customer", "某某", "H3", "u1", DAY),
        Alias("product", "A-7", "P2", "u1", DAY, "D1"),
        Alias("customer", "旧客户", "H99", "u1", DAY),
    ]
    found = matcher(*book)
    assert found.customer("示例市第一人民医院", distributor="D1").why.text() == "confirmed by u1 2026-01-09"
    assert [found.customer("示例市第一人民医院", distributor=one).id for one in ("D1", "D2")] == ["H2", "H1"]
    assert found.customer("某 某", distributor="D9").id == "H3"
    assert found.product("示例洛芬胶囊 0.25g*24粒", code="a7", distributor="D1").id == "P2"
    assert found.customer("某家", code="H8").way == "code"
    assert (found.customer("旧客户").way, found.customer("旧客户").id) == ("gone", "")
    assert [one.text for one in found.aliases.unknown(found.customers.ids, "customer")] == ["旧客户"]


def test_namesakes_and_names_that_many_contain() -> None:
    """Two masters of one name are a question, and 人民医院 names nobody even where a master is called so."""
    towns = [Master(f"T{n}", (f"{chr(0x4E00 + 40 * n)}县人民医院",)) for n in range(9)]
    names = MasterNames.of([*towns, Master("X", ("人民医院",)), Master("Y", ("一县诊所",)), Master("Z", ("一县诊所",))])
    found = Matcher(names, MasterNames.of([], product_name))
    assert (found.customer("人民医院").way, found.customer("人民医院").id) == ("plain", "")
    assert (found.customer("一县诊所").way, [one.id for one in found.customer("一县诊所").likely]) == (
        "namesakes",
        ["Y", "Z"],
    )


def test_the_policy_decides() -> None:
    """A higher cut makes a question of the same answer; a policy out of range is refused."""
    assert matcher(policy=MatchPolicy(cut=100)).customer("样板市德济医药股份有限公司").way == "low"
    found = matcher().customer("样板市德济医药股份有限公司")
    score = found.likely[0].score
    assert matcher(policy=MatchPolicy(cut=score)).customer("样板市德济医药股份有限公司").way == "near"
    assert matcher(policy=MatchPolicy(cut=score + 1)).customer("样板市德济医药股份有限公司").way == "low"
    ahead = found.likely[0].score - next((one.score for one in found.likely[1:] if one.apart is None), 0)
    assert matcher(policy=MatchPolicy(ahead=ahead)).customer("样板市德济医药股份有限公司").way == "near"
    assert matcher(policy=MatchPolicy(ahead=ahead + 1)).customer("样板市德济医药股份有限公司").way == "close"
    with pytest.raises(BadValue, match="0 to 200"):
        MatchPolicy(cut=201)


@given(st.permutations(CUSTOMERS), st.sampled_from(["示例市第1人医", "同和诊所", "康寿大药房", "妇幼保健院", "x"]))
def test_the_order_of_the_masters_does_not_matter(masters: list[Master], name: str) -> None:
    """The same likely masters with the same scores, whatever the order."""
    assert MasterNames.of(masters).near(name) == MasterNames.of(CUSTOMERS).near(name)


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=30)


@given(TEXT, TEXT)
def test_a_score_is_a_whole_number_and_a_name_is_like_itself(one: str, other: str) -> None:
    """0 to 100, 100 for itself; nothing tells a name from itself; any text is read without fail."""
    names = MasterNames.of([Master("A", (one,)), Master("B", (other,))])
    for text in (one, other):
        for near in names.near(text):
            assert type(near.score) is int
            assert 0 <= near.score <= 100
        if names.near(text):
            assert names.near(text)[0].score == 100
        for read in (customer_name, product_name):
            assert tells_apart(read(text).marks, read(text).marks) is None


def test_masters_of_the_archive() -> None:
    """Names in brackets and the field `aliases` are names too, a campus is a place of its own, persons buy nothing."""
    made = customer_masters(
        [
            Customer("H1", "示例医院（原样本医院）", "hospital", fields={"aliases": "老示例、示例总院"}),
            Customer("H2", "示例医院（原样本医院）（东院）", "hospital"),
            Customer("D1", "示例医生", "doctor"),
        ]
    )
    assert [one.id for one in made] == ["H1", "H2"]
    assert made[0].names == ("示例医院（原样本医院）", "示例医院", "样本医院", "老示例", "示例总院")
    assert made[1].names == ("示例医院（原样本医院）（东院）",)
    assert product_masters([Product("P1", "示例片 10mg")])[0].names == ("示例片 10mg",)
    assert "示例" not in repr(made[0]) + repr(MasterNames.of(made)) + repr(matcher())


def test_confirmations_are_kept_with_their_history() -> None:
    """The last one is in force, an older one cannot take its place, and all of them survive as data."""
    first, second = (Alias("customer", "某某", id_, "u1", DAY) for id_ in ("H1", "H2"))
    book = AliasBook().confirm(first).confirm(second)
    assert (len(book), len(book.aliases)) == (1, 2)
    assert book.find("customer", "D1", "某某") == second
    assert alias_from(alias_data(book)).aliases == book.aliases
    assert "H2" in book.table().text("zh")
    with pytest.raises(BadValue, match="older"):
        book.confirm(Alias("customer", "某某", "H3", "u1", date(2025, 1, 1)))
    assert "某某" not in repr(book) + repr(first)


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([{}, {"kind": "customer"}], 2),
        ([{**alias_data(AliasBook([Alias("customer", "某", "H1", "u1", DAY)]))[0], "kind": "shop"}], 1),
    ],
)
def test_confirmations_of_another_form(rows: list[dict[str, str]], count: int) -> None:
    """Every bad one at once."""
    with pytest.raises(BadRows) as error:
        alias_from(rows)
    assert len(error.value.exceptions) == count
    with pytest.raises(BadValue, match="without letters"):
        Alias("customer", "。", "H1", "u1", DAY)


@given(st.integers(-1000, 1000), st.integers(1, 500), st.integers(1, 40))
def test_boxes_pieces_and_cases_are_exact(cases: int, per_case: int, pieces: int) -> None:
    """A case is so many boxes, a box so many pieces; what is no whole box is refused."""
    packing = Packing("P1", {"盒": 1, "件": per_case, "片": Fraction(1, pieces)})
    assert packing.boxes(Fraction(cases), "件").minor == cases * per_case
    assert packing.boxes(Fraction(cases * pieces), "片").minor == cases
    assert packing_from(packing_data([packing])) == [packing]
    if pieces > 1:
        with pytest.raises(BadValue, match="no whole count"):
            packing.boxes(Fraction(1), "片")


def test_units_that_cannot_be() -> None:
    """No word, a factor of nothing, one word with two factors, an unknown word; a finer unit takes halves."""
    for factors in ({"": 1}, {"盒": 0}, {"盒": 1, " 盒": 2}):
        with pytest.raises(BadValue):
            Packing("P1", factors)
    with pytest.raises(BadValue, match="known: 盒"):
        Packing("P1", {"盒": 1}).boxes(Fraction(1), "箱")
    assert Packing("P1", {"盒": 1}, Unit("HALF", 1)).boxes(Fraction(1, 2), "盒").minor == 5
    assert (Packing("P1", {"Box": 1}).knows("ＢＯＸ"), Packing("P1", {}).unit) == (True, BOX)
    with pytest.raises(BadRows):
        packing_from([{}, {"product": "P1", "factors": {"盒": "x"}, "unit": "BOX"}])


def test_a_labelled_set_is_mostly_right_and_hardly_ever_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small one of the bench: 96 lines of 100 right, at most one in two hundred wrong, the rest asked."""
    if not BENCH.exists():
        pytest.skip("the bench is not beside the tests")
    monkeypatch.syspath_prepend(str(BENCH))
    made = import_module("flow_world")
    world = made.world(3, 2000, 500)
    lines = made.labelled(world, 4, 1500)
    aliases = [Alias("customer", text, id_, "u1", DAY) for id_, text in world.aliases.items()]
    asked = Matcher(MasterNames.of(world.customers), MasterNames.of(world.products, product_name), AliasBook(aliases))
    found: Counter[str] = Counter()
    for line in lines:
        customer, product = asked.customer(line.customer, place=line.place), asked.product(line.product)
        right = (customer.id, product.id) == (line.means_customer, line.means_product)
        wrong = customer.id not in ("", line.means_customer) or product.id not in ("", line.means_product)
        found["right" if right else "wrong" if wrong else "asked"] += 1
    sys.modules.pop("flow_world", None)
    assert found["right"] >= 1440
    assert found["wrong"] <= 7
