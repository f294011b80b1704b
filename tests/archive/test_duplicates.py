"""Duplicates: what is listed, why, in which order; nothing is missed by looking only where rare characters meet."""

from __future__ import annotations

import csv
import sys
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive.customers import Archive, Customer
from pharmasales.archive.duplicates import Candidates, Within, candidates
from pharmasales.archive.evidence import files, least_ratio, ratio_of, weighed
from pharmasales.archive.likeness import hundredths, key, place_path, spelled, tokens
from pharmasales.errors import BadConfig, BadValue

HOSPITALS = Path(__file__).parents[2] / "../shared/data/cn_fever_clinic_hospitals_2020_a.csv"

CUSTOMERS = st.builds(
    Customer,
    id=st.uuids().map(str),
    name=st.text("示例市甲乙二东中医院", max_size=7),
    kind=st.sampled_from(["hospital", "doctor", ""]),
    division=st.sampled_from(["", "990000", "990100", "990102", "980100"]),
    parent=st.sampled_from(["", "", "P1", "P2"]),
    fields=st.fixed_dictionaries(
        {},
        optional={
            "mobile": st.sampled_from(["100", "200"]),
            "credit_code": st.sampled_from(["A", "B"]),
            "address": st.sampled_from(["示例路甲号", "示例路 甲号", "远方"]),
        },
    ),
)


def pair(first: dict[str, object], second: dict[str, object], kind: str = "hospital") -> list[tuple[int, str]]:
    """The score and the Chinese reasons of two customers, listed from 50 on."""
    made = [Customer(id=f"C{n}", kind=kind, **given) for n, given in enumerate((first, second), 1)]  # type: ignore[arg-type]  # keywords of the test
    found = candidates(made, at_least=50)
    return [(one.score, "；".join(why.text("zh") for why in one.reasons)) for one in found]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"name": "示例市医院"}, {"name": "示例市 医院"}, [(100, "名称相同")]),
        ({"name": "示例市人民医院"}, {"name": "示例市人民医园"}, [(85, "名称相似度 85")]),
        ({"name": "示例医院（东院）"}, {"name": "示例医院（西院）"}, [(80, "名称相同；院区不同")]),
        ({"name": "示例医院"}, {"name": "示例医院（西院）"}, [(88, "名称相同；院区不同")]),
        ({"name": "示例第一医院"}, {"name": "示例第二医院"}, [(63, "名称相似度 83；序号不同")]),
        ({"name": "示例城东医院"}, {"name": "示例城西医院"}, [(71, "名称相似度 83；方位不同")]),
        ({"name": "示例市中医院"}, {"name": "示例市医院"}, [(78, "名称相似度 90；医学类别不同")]),
        ({"name": "示例市医院"}, {"name": "远方医院（原示例市医院）"}, [(100, "名称相同")]),
        ({"name": "甲医院（示例老年病医院）"}, {"name": "乙医院（示例老年病医院）"}, [(88, "名称相似度 88")]),
        ({"name": "甲"}, {"name": "乙"}, []),
        ({"name": ""}, {"name": ""}, []),
    ],
)
def test_names(first: dict[str, object], second: dict[str, object], expected: list[tuple[int, str]]) -> None:
    """Names of institutions: spelling does not count, what tells two places apart is taken off and said."""
    assert pair(first, second) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"credit_code": "91A"}, {"credit_code": "９１a"}, [(100, "统一社会信用代码相同；名称相似度 50")]),
        ({"telephone": "100"}, {"mobile": "1 0 0"}, [(60, "名称相似度 50；电话相同")]),
        ({"telephone": 100}, {"telephone": "100"}, [(60, "名称相似度 50；电话相同")]),
        ({"telephone": None}, {"telephone": None}, [(50, "名称相似度 50")]),
    ],
)
def test_numbers(first: dict[str, object], second: dict[str, object], expected: list[tuple[int, str]]) -> None:
    """An equal credit code decides whatever the name; a telephone brings two together but decides nothing."""
    assert (
        pair({"name": "甲药公司", "fields": first}, {"name": "示例公司", "fields": second}, "distributor") == expected
    )


def test_credit_codes_against() -> None:
    """Different credit codes of one name speak against; an equal one of two campuses leaves them two places."""
    codes = ({"fields": {"credit_code": "A"}}, {"fields": {"credit_code": "B"}})
    assert pair({"name": "示例公司", **codes[0]}, {"name": "示例公司", **codes[1]}, "distributor") == [
        (70, "名称相同；统一社会信用代码不同")
    ]
    campuses = pair({"name": "示例医院（东院）", **codes[0]}, {"name": "示例医院（西院）", **codes[0]})
    assert campuses == [(80, "统一社会信用代码相同；名称相同；院区不同")]


def test_address() -> None:
    """An address that is nearly the same adds five, one that is not adds nothing."""
    street = {"fields": {"address": "示例市示例路一百二十三号"}}
    assert pair({"name": "示例市人民医院", **street}, {"name": "示例市人民医园", **street}) == [
        (90, "名称相似度 85；地址相似度 100")
    ]
    far = {"fields": {"address": "远方街"}}
    assert pair({"name": "示例市人民医院", **street}, {"name": "示例市人民医园", **far}) == [(85, "名称相似度 85")]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {}, [(80, "名称相同")]),
        ({"parent": "H1"}, {"parent": "H1"}, [(100, "名称相同；同一单位")]),
        ({"parent": "H1"}, {"parent": "H2"}, []),
        ({"parent": "H1"}, {}, [(80, "名称相同")]),
        (
            {"parent": "H1", "fields": {"mobile": "100"}},
            {"parent": "H2", "fields": {"mobile": "100"}},
            [(90, "名称相同；电话相同；所属单位不同")],
        ),
    ],
)
def test_persons(first: dict[str, object], second: dict[str, object], expected: list[tuple[int, str]]) -> None:
    """People share names: the same hospital, or the same telephone in two, makes them one."""
    assert pair({"name": "示例医生", **first}, {"name": "示例 医生", **second}, "doctor") == expected


def test_no_telephone_in_reasons() -> None:
    """A reason never repeats the number, the code or the name."""
    given = {"name": "示例医生", "parent": "H1", "fields": {"mobile": "13900000000", "credit_code": "CODE"}}
    shown = repr(candidates([Customer(id=i, kind="doctor", **given) for i in ("D1", "D2")]).pairs)  # type: ignore[arg-type]  # keywords of the test
    assert "same telephone" in shown
    assert not any(word in shown for word in ("139", "CODE", "示例"))


def test_departments() -> None:
    """Departments of one name are compared within their hospital only, a ward's doctors within the hospital too."""
    archive = Archive.of(
        [
            Customer("H1", "示例甲医院", "hospital", division="990100"),
            Customer("H2", "另外乙中心", "hospital", division="990100"),
            Customer("W1", "心内科", "department", parent="H1"),
            Customer("W2", "心内科", "department", parent="H2"),
            Customer("W3", "心内 科", "department", parent="H1"),
            Customer("D1", "示例医生", "doctor", parent="W1"),
            Customer("D2", "示例医生", "doctor", parent="H1"),
            Customer("D3", "示例医生", "doctor", parent="W2"),
        ]
    )
    assert [(one.first, one.second) for one in candidates(archive)] == [("D1", "D2"), ("W1", "W3")]


def test_kinds_never_mix() -> None:
    """A pharmacy and a hospital of one name and one code are two customers."""
    code = {"credit_code": "A", "telephone": "100"}
    given = [Customer(f"C{kind}", "示例中心", kind, fields=code) for kind in ("hospital", "pharmacy", "doctor", "")]
    assert len(candidates(given, at_least=50)) == 0


@pytest.mark.parametrize(
    ("within", "pairs"),
    [
        ("county", ["AB", "AE", "BE", "CE", "DE"]),
        ("prefecture", ["AB", "AC", "AE", "BC", "BE", "CE", "DE"]),
        ("province", ["AB", "AC", "AD", "AE", "BC", "BD", "BE", "CD", "CE", "DE"]),
        ("country", ["AB", "AC", "AD", "AE", "BC", "BD", "BE", "CD", "CE", "DE"]),
    ],
)
def test_places(within: Within, pairs: list[str]) -> None:
    """One's place must lie within the other's; who has none is compared with everybody."""
    codes = {"A": "990102", "B": "990102", "C": "990103", "D": "990200", "E": ""}
    found = candidates([Customer(i, "示例医院", "hospital", division=d) for i, d in codes.items()], within=within)
    assert [one.first + one.second for one in found] == pairs


def test_codes_of_places() -> None:
    """A place in words is itself alone; a code loses its empty levels."""
    assert place_path("110000") == ("11",)
    assert place_path("示例县") == ("示例县",)
    assert place_path("35010") == ("35010",)
    assert place_path("000000") == ()


def test_placeholders_say_nothing() -> None:
    """A telephone of more than twenty customers is a placeholder; of twenty it still counts."""
    signs = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌"
    many = [Customer(f"C{n:02}", char * 4, "contact", fields={"mobile": "0"}) for n, char in enumerate(signs)]
    near = [
        Customer(i, name, "contact", fields={"mobile": "0"}) for i, name in (("X1", "示例甲人"), ("X2", "示例乙人"))
    ]
    assert len(candidates([*many[:18], *near], at_least=90)) == 1
    assert len(candidates([*many, *near], at_least=50)) == 1


def test_table_and_words() -> None:
    """The table has ids and reasons in both languages, names only where asked; `of` picks one customer's pairs."""
    given = [Customer(i, "示例医院" + e, "hospital") for i, e in (("H1", ""), ("H2", " "), ("H3", "（东院）"))]
    found = candidates(given, at_least=85)
    assert found.table().text("zh").splitlines()[2:] == [
        "H1      H2       100  名称相同",
        "H1      H3        88  名称相同；院区不同",
        "H2      H3        88  名称相同；院区不同",
    ]
    labels = {one.id: one.name for one in given}
    assert next(iter(found.table(labels.__getitem__).rows))[2:5] == ("示例医院", "示例医院 ", 100)
    assert "same name; differs in campus" in found._repr_html_()
    assert "示例" not in found._repr_html_()
    assert [one.score for one in found.of("H3")] == [88, 88]
    assert found.pairs[1].why.text() == "88 of 100 (same name; differs in campus)"
    assert repr(found) == "Candidates(3 pairs among 3 customers)"


@pytest.mark.parametrize("least", [49, 101, True, "90", 90.0])
def test_least_score_refused(least: object) -> None:
    """The least score is a whole number from 50 to 100."""
    with pytest.raises(BadValue, match=r"duplicates\.score"):
        candidates([], at_least=least)  # type: ignore[arg-type]  # hostile


def test_within_refused() -> None:
    """A misspelt level is answered with the nearest."""
    with pytest.raises(BadValue, match='did you mean "county"'):
        candidates([], within="conty")  # type: ignore[arg-type]  # hostile


def test_package_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rapidfuzz the error says what to install."""
    monkeypatch.setitem(sys.modules, "rapidfuzz.fuzz", None)
    with pytest.raises(BadConfig, match=r"install pharmasales\[match\]"):
        candidates([Customer("H1", "示例医院", "hospital")])


@given(st.text("ab医院", max_size=9), st.text("ab医院", max_size=9))
def test_exact_ratio(first: str, second: str) -> None:
    """Law: the score is twice the longest common subsequence over all characters, rounded down, whatever the float."""
    common = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for row, ours in enumerate(first):
        for col, theirs in enumerate(second):
            longer = max(common[row][col + 1], common[row + 1][col])
            common[row + 1][col + 1] = common[row][col] + 1 if ours == theirs else longer
    size = len(first) + len(second)
    if size:
        assert hundredths(ratio_of()(first, second), size) == 200 * common[-1][-1] // size


@given(st.text("a医院", max_size=9))
def test_tokens(text: str) -> None:
    """Law: tokens are all different, as many as characters."""
    assert len(set(tokens(text))) == len(text)
    assert [char for char, _ in tokens(text)] == list(text)


def brute(customers: list[Customer], at_least: int) -> set[tuple[str, str, int]]:
    """Compare everybody with everybody whom the rules allow."""
    known = files(sorted(customers, key=lambda one: one.id), 2)
    found = set()
    for a, b in combinations(known, 2):
        met = bool(a.code and a.code == b.code) or bool(a.telephones & b.telephones)
        near = a.path[: len(b.path)] == b.path or b.path[: len(a.path)] == a.path
        score = weighed(a, b, ratio_of()).score
        if a.kind == b.kind and (met or near) and score >= at_least:
            found.add((a.id, b.id, score))
    return found


@settings(deadline=None)
@given(st.lists(CUSTOMERS, max_size=12, unique_by=lambda one: one.id), st.integers(50, 100))
def test_nothing_is_missed(customers: list[Customer], at_least: int) -> None:
    """Law: looking where rare characters meet finds exactly what comparing everybody finds."""
    assert {(one.first, one.second, one.score) for one in candidates(customers, at_least=at_least)} == brute(
        customers, at_least
    )


@settings(deadline=None)
@given(st.lists(CUSTOMERS, max_size=10, unique_by=lambda one: one.id), st.randoms(use_true_random=False))
def test_order_and_symmetry(customers: list[Customer], chance: object) -> None:
    """Law: the list does not depend on the order given; a pair weighs the same either way round."""
    found = candidates(customers, at_least=50)
    assert candidates(chance.sample(customers, len(customers)), at_least=50) == found  # type: ignore[attr-defined]  # a Random
    scores = [-one.score for one in found]
    assert scores == sorted(scores)
    for a, b in combinations([one for one in files(customers) if one.kind == "hospital"], 2):
        assert weighed(a, b, ratio_of()).score == weighed(b, a, ratio_of()).score


@given(CUSTOMERS, st.integers(50, 100))
def test_least_ratio(customer: Customer, at_least: int) -> None:
    """Law: a person's name must be alike the more, the less else is known."""
    (one,) = files([customer])
    expected = at_least - 5 if not one.person else -(-(at_least - (20 if one.home else 0)) * 100 // 80)
    assert least_ratio(one, at_least) == expected


@pytest.fixture(scope="module")
def hospitals() -> Archive:
    """The 3,699 fever clinics as customers."""
    if not HOSPITALS.is_file():
        pytest.skip("the list of fever clinics is not here")
    with HOSPITALS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return Archive.of(
        Customer(f"H{n:04}", row["name"], "hospital", division=row["city_code"], fields={"address": row["address"]})
        for n, row in enumerate(rows)
    )


def names(archive: Archive, found: Candidates) -> list[tuple[str, str, int]]:
    """The pairs by name."""
    return [(archive[one.first].name, archive[one.second].name, one.score) for one in found]


def test_real_hospitals(hospitals: Archive) -> None:
    """25 hospitals stand twice in the file; 43 pairs have names alike; the three 市妇幼保健院 are in three cities."""
    found = candidates(hospitals)
    shown = names(hospitals, found)
    assert (len(shown), sum(score == 100 for *_, score in shown)) == (68, 25)
    assert ("西藏自治区藏医院", "西藏自治区藏医院", 100) in shown
    assert ("北京市积水潭医院回龙观院区", "北京积水潭医院（回龙观院区）", 93) in shown
    assert not any("市妇幼保健院" in one[:2] for one in shown)
    assert all(key(a) == key(b) for a, b, score in shown if score == 100)


def test_real_campuses(hospitals: Archive) -> None:
    """Campuses of one hospital are listed only from 88 down, and say so."""
    found = [one for one in candidates(hospitals, at_least=80) if spelled(hospitals[one.first].name).campus]
    said = {
        one.score: one.reasons[-1].text() for one in found if hospitals[one.first].name.startswith("太原市中心医院")
    }
    assert said == {80: "differs in campus"}


def test_real_country(hospitals: Archive) -> None:
    """Across the country the same names stand in many places: 市妇幼保健院 three times."""
    shown = names(hospitals, candidates(hospitals, within="country", at_least=100))
    assert sum(one[0] == "市妇幼保健院" for one in shown) == 3
