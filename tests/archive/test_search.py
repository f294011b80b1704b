"""Name search: by name, initials, pinyin and likeness; readings of characters; ranking; absent packages."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive.customers import Customer
from pharmasales.archive.pinyin import Readings
from pharmasales.archive.search import NameIndex
from pharmasales.errors import BadConfig, BadValue

HOSPITALS = Path(__file__).parents[2] / "../shared/data/cn_fever_clinic_hospitals_2020_a.csv"
SIGNS = "协和重庆长行乐朝阳女绿医院西安先县"
READ = {
    "协": ["xie"],
    "和": ["he", "huo", "hu"],
    "重": ["zhong", "chong"],
    "庆": ["qing"],
    "长": ["chang", "zhang"],
    "行": ["xing", "hang"],
    "乐": ["le", "yue"],
    "朝": ["chao", "zhao"],
    "阳": ["yang"],
    "女": ["nv"],
    "绿": ["lv", "lu"],
    "医": ["yi"],
    "院": ["yuan"],
    "西": ["xi"],
    "安": ["an"],
    "先": ["xian"],
    "县": ["xian"],
}


def index(*names: str) -> NameIndex:
    """Hospitals H0, H1, ... of these names."""
    return NameIndex.of(Customer(f"H{n}", name, "hospital") for n, name in enumerate(names))


def ways(found: NameIndex, query: str) -> list[tuple[str, str]]:
    """Id and way of every hit."""
    return [(hit.id, hit.way) for hit in found.search(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("示例协和医院", [("H0", "exact")]),
        ("示例协", [("H0", "prefix")]),
        ("协和", [("H0", "part")]),
        ("ＸＨＹＹ", [("H0", "initials")]),
        ("slxh", [("H0", "initials")]),
        ("xiehe", [("H0", "pinyin")]),
        ("Xie He Yi Yuan", [("H0", "pinyin")]),
        ("xieh", [("H0", "pinyin")]),
        ("协he", [("H0", "pinyin")]),
        ("示例协合医园", [("H0", "fuzzy")]),
        ("chongqing", [("H1", "pinyin")]),
        ("zhongqing", [("H1", "pinyin")]),
        ("cqexy", []),
        ("cqexample", [("H1", "initials")]),
        ("重庆（ＥＸＡＭＰＬＥ）", [("H1", "prefix")]),
        ("分院甲", []),
        ("远方中心", [("H2", "exact")]),
        ("yfzx", [("H2", "initials")]),
        ("", []),
        ("。", []),
        ("\n", []),
        ("e" * 5000, []),
    ],
)
def test_ways(query: str, expected: list[tuple[str, str]]) -> None:
    """Each way finds what it should; an alias in brackets is a name of its own."""
    assert ways(index("示例协和医院", "重庆Example医院", "丙丁医院（原远方中心）"), query) == expected


def test_ranks() -> None:
    """The name itself, its beginning, a part; then the earlier place, the shorter name, and the id."""
    found = index("长甲乙示例医院", "甲示例医院", "示例医院附属", "示例医院", "示例医院", "乙示例医院")
    assert ways(found, "示例医院") == [
        ("H3", "exact"),
        ("H4", "exact"),
        ("H2", "prefix"),
        ("H5", "part"),
        ("H1", "part"),
        ("H0", "part"),
    ]
    assert [hit.id for hit in found.search("slyy", limit=2)] == ["H3", "H4"]


def test_latin_names() -> None:
    """Latin names are found as written; letters among Chinese ones may be either."""
    found = index("Example Hospital", "鹅示例")
    assert ways(found, "example") == [("H0", "prefix")]
    assert ways(found, "e") == [("H0", "prefix"), ("H1", "initials")]


def test_nobody() -> None:
    """Who has no name is in no index; an empty index finds nothing."""
    assert repr(index("", "（）", "*", "示例")) == "NameIndex(1 customers)"
    assert index().search("示例") == ()
    assert index("").search("a") == ()


def test_persons() -> None:
    """A person's name is not taken apart, and no repr shows it."""
    found = NameIndex.of([Customer("D1", "重示例（东院）", "doctor")])
    assert [(hit.id, hit.way) for hit in found.search("重示例东院")] == [("D1", "exact")]
    assert "示例" not in repr(found) + repr(found.search("csl"))


def test_reasons() -> None:
    """Each hit says how it was found, in both languages."""
    found = index("示例协和医院")
    said = {
        hit.way: hit.why.text("zh") for query in ("协和", "xh", "xiehe", "示列协和医院") for hit in found.search(query)
    }
    assert said == {"part": "名称包含", "initials": "拼音首字母", "pinyin": "拼音", "fuzzy": "名称相似度 83"}


def test_by() -> None:
    """Only the ways asked for are gone."""
    found = index("示例协和医院")
    assert found.search("xh", by=("text", "fuzzy")) == ()
    assert found.search("示列协和医院", by=("text",)) == ()
    assert [hit.way for hit in found.search("示例协和医院", by=("fuzzy",))] == ["fuzzy"]


@pytest.mark.parametrize(
    ("given", "message"),
    [({"limit": 0}, r"search\.limit"), ({"limit": True}, r"search\.limit"), ({"by": ("pinyn",)}, 'mean "pinyin"')],
)
def test_refused(given: dict[str, object], message: str) -> None:
    """A search that cannot be says why."""
    with pytest.raises(BadValue, match=message):
        index("示例").search("a", **given)  # type: ignore[arg-type]  # hostile


def test_without_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text search needs no package; initials and likeness say which one is missing, when they are due."""
    monkeypatch.setitem(sys.modules, "pypinyin", None)
    monkeypatch.setitem(sys.modules, "rapidfuzz.process", None)
    found = index("示例医院")
    assert ways(found, "示例") == [("H0", "prefix")]
    assert found.search("xh", by=("text",)) == ()
    assert ways(index("Example Hospital"), "hospital") == [("H0", "part")]
    with pytest.raises(BadConfig, match="pypinyin is not installed; install pharmasales"):
        found.search("sl")
    with pytest.raises(BadConfig, match=r"rapidfuzz.process is not installed; install pharmasales\[match\]"):
        found.search("甲")


def test_patterns() -> None:
    """A letter is a set of characters; letters that part in several ways keep all; ü is typed v."""
    readings = Readings.of("西安先女\n县")
    assert readings.initials("xa") == "[先县西]安"
    assert readings.initials("xq") == "(?!)"
    assert readings.full("xianxian") == "(?:[先县]|西安)(?:[先县]|西安)"
    assert readings.full("nü") == readings.full("nv") == "女"
    assert readings.full("xiaq") == "(?!)"
    assert Readings.of("").full("a") == "(?!)"
    assert Readings.of("a.医").full("a.yi") == r"a\.医"


def test_many_partings() -> None:
    """A long query that parts in ever so many ways is answered, within bounds."""
    names = ["西安甘昂" * 8, "先刚昂"]
    found = index(*names)
    assert ways(found, "xiangangang") == [("H1", "pinyin")]
    assert ways(found, "xianganang" * 8) == [("H0", "pinyin")]
    assert found.search("xiangangang" * 9) == ()


NAMES = st.lists(st.text(SIGNS, min_size=1, max_size=6), min_size=1, max_size=6)


@settings(deadline=None)
@given(NAMES, st.data())
def test_every_name_is_found(names: list[str], data: st.DataObject) -> None:
    """Law: every customer is found by its own name, its initials and its pinyin, under any reading, in any order."""
    customers = [Customer(f"D{n}", name, "doctor") for n, name in enumerate(names)]
    found = NameIndex.of(customers)
    mixed = NameIndex.of(data.draw(st.permutations(customers)))
    for customer in customers:
        spoken = [data.draw(st.sampled_from(READ[char])) for char in customer.name]
        for query in (customer.name, "".join(word[0] for word in spoken), "".join(spoken)):
            hits = found.search(query, limit=99)
            assert customer.id in {hit.id for hit in hits}
            assert len({hit.id for hit in hits}) == len(hits)
            assert mixed.search(query, limit=99) == hits


@settings(deadline=None)
@given(st.text(SIGNS, min_size=1, max_size=6), st.text("xiehanguylzc", min_size=1, max_size=8))
def test_pinyin_is_spelling_out(name: str, query: str) -> None:
    """Law: the pattern finds a name exactly where spelling out all its readings would."""
    readings = Readings.of(name)

    def starts(at: int, rest: str) -> bool:
        if not rest:
            return True
        if at == len(name):
            return False
        return any(
            word.startswith(rest) or (rest.startswith(word) and starts(at + 1, rest[len(word) :]))
            for word in spoken[name[at]]
        )

    pypinyin = pytest.importorskip("pypinyin")
    spoken = {c: pypinyin.pinyin(c, style=pypinyin.Style.NORMAL, heteronym=True)[0] for c in name}
    assert bool(re.search(readings.full(query), name)) == any(starts(at, query) for at in range(len(name)))


@pytest.fixture(scope="module")
def hospitals() -> tuple[NameIndex, dict[str, str]]:
    """The 3,699 fever clinics: their index and their names."""
    if not HOSPITALS.is_file():
        pytest.skip("the list of fever clinics is not here")
    with HOSPITALS.open(encoding="utf-8-sig", newline="") as file:
        names = {f"H{n:04}": row["name"] for n, row in enumerate(csv.DictReader(file))}
    return NameIndex.of(Customer(one, name, "hospital") for one, name in names.items()), names


@pytest.mark.parametrize(
    ("query", "count", "first", "way"),
    [
        ("协和", 9, "广元协和医院", "part"),
        ("xhyy", 11, "浙江中医药大学附属第二医院（省新华医院）", "initials"),
        ("xieheyiyuan", 8, "广元协和医院", "pinyin"),
        ("changchun", 4, "长春市中心医院", "pinyin"),
        ("zhangchun", 4, "长春市中心医院", "pinyin"),
        ("fzsdyyy", 1, "福州市第一医院", "initials"),
        ("东城区老年病医院", 1, "北京市隆福医院(北京市东城区老年病医院)", "part"),
        ("市妇幼保健院", 67, "市妇幼保健院", "exact"),
        ("福建中衣药大学附属人民医院", 1, "福建中医药大学附属人民医院", "fuzzy"),
    ],
)
def test_real_hospitals(
    hospitals: tuple[NameIndex, dict[str, str]], query: str, count: int, first: str, way: str
) -> None:
    """Real hospitals by name, initials, pinyin in either reading, alias, and with a slip."""
    found, names = hospitals
    hits = found.search(query, limit=1000)
    if way == "fuzzy":
        hits = hits[:1]
    assert (len(hits), names[hits[0].id], hits[0].way) == (count, first, way)


def test_every_real_hospital(hospitals: tuple[NameIndex, dict[str, str]]) -> None:
    """Every real hospital is found first by its own name; namesakes share the place."""
    found, names = hospitals
    for one, name in list(names.items())[::7]:
        hits = found.search(name, limit=len(names))
        assert (one, "exact") in {(hit.id, hit.way) for hit in hits}
