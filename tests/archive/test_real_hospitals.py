"""The real list of 3,699 hospitals: what becomes of every level, name and place in it."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pharmasales.archive.divisions import Division, Divisions, Located, uncoded
from pharmasales.archive.levels import spellings
from pharmasales.archive.titles import Title, hospital_title

DATA = Path(__file__).parents[2] / "../shared/data"
HOSPITALS = DATA / "cn_fever_clinic_hospitals_2020_a.csv"
NAMES = {"provinces": "", "cities": "provinceCode", "areas": "cityCode"}

pytestmark = pytest.mark.skipif(not HOSPITALS.exists(), reason="the real hospital list is not beside the project")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Read a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@pytest.fixture(scope="module")
def hospitals() -> list[dict[str, str]]:
    """All rows of the list."""
    return list(rows(HOSPITALS))


@pytest.fixture(scope="module")
def titles(hospitals: list[dict[str, str]]) -> list[Title]:
    """All names of the list."""
    return [hospital_title(row["name"]) for row in hospitals]


@pytest.fixture(scope="module")
def china() -> Divisions:
    """All divisions of 2023, those without codes by their names."""
    coded = [
        Division(row["code"], row["name"], row[above]) if above else Division(row["code"], row["name"])
        for stem, above in NAMES.items()
        for row in rows(DATA / f"cn_divisions_2023_{stem}.csv")
    ]
    return Divisions.of([*coded, *uncoded(json.loads((DATA / "cn_divisions_2023_HK-MO-TW.json").read_text("utf-8")))])


@pytest.fixture(scope="module")
def places(hospitals: list[dict[str, str]], china: Divisions) -> list[Located]:
    """The places of all rows."""
    return [china.find(province=row["province"], city=row["city"], county=row["county"]) for row in hospitals]


def test_every_spelling_of_a_level_and_what_became_of_it(hospitals: list[dict[str, str]]) -> None:
    """24 spellings: 20 known, one not rated, one empty (most rows), two administrative ranks to ask about."""
    table = spellings(row["level"] for row in hospitals)
    assert [(row["spelling"], row["count"], row["level"], row["speciality"]) for row in table.records()] == [
        ("", 3184, "", ""),
        ("二级", 334, "二级", ""),
        ("三级", 100, "三级", ""),
        ("一级甲等", 19, "一级甲等", ""),
        ("二级乙等", 16, "二级乙等", ""),
        ("未定级", 9, "未定级", ""),
        ("二级甲等", 7, "二级甲等", ""),
        ("三级甲等", 6, "三级甲等", ""),
        ("一级乙等", 4, "一级乙等", ""),
        ("二級", 3, "二级", ""),
        ("三级乙等", 2, "三级乙等", ""),
        ("三级甲等专科医院", 2, "三级甲等", "专科"),
        ("二级综合", 2, "二级", "综合"),
        ("一级", 1, "一级", ""),
        ("三级专科医院", 1, "三级", "专科"),
        ("三级医院", 1, "三级", ""),
        ("三级未定等", 1, "三级", ""),
        ("三级甲等妇产专科医院", 1, "三级甲等", "妇产专科"),
        ("三级综合医院", 1, "三级", "综合"),
        ("二甲", 1, "二级甲等", ""),
        ("二级.", 1, "二级", ""),
        ("二级综合乙等", 1, "二级乙等", "综合"),
        ("市级机构", 1, "", ""),
        ("省级", 1, "", ""),
    ]
    verdicts: Counter[str] = Counter()
    for row, line in zip(table.records(), table.text(most=24).splitlines()[2:], strict=True):
        verdicts[next(word for word in ("known", "unrated", "question") if word in line)] += int(str(row["count"]))
    assert verdicts == {"known": 504, "unrated": 3193, "question": 2}


def test_other_names_and_campuses(titles: list[Title]) -> None:
    """43 rows hold another name, 105 a campus, six are questions; no two campuses of a hospital share a key."""
    assert len(titles) == 3699
    assert sum(bool(title.aliases) for title in titles) == 43
    assert sum(bool(title.campus) for title in titles) == 105
    assert Counter(title.question.en for title in titles if title.question) == {
        "a bracket holds neither another name nor a campus": 5,
        "its brackets do not pair: one name, as written": 1,
    }
    assert [title.remarks for title in titles if title.remarks] == [
        ("深圳福田",),
        ("福田",),
        ("龙岗",),
        ("深圳",),
        ("光明",),
    ]
    assert (len({title.main for title in titles}), len({title.key for title in titles})) == (3597, 3671)
    campuses = {(title.main, title.campus): title.key for title in titles}
    assert len(campuses) == len(set(campuses.values())) == 3671


def test_names_of_the_list_taken_apart(titles: list[Title]) -> None:
    """Some of its hardest names, by eye."""
    apart = {title.text.strip(): (title.main, title.aliases, title.campus) for title in titles}
    assert apart["清流县总医院东院区（清流县中医院）"] == ("清流县总医院", ("清流县中医院",), "东院区")
    assert apart["山东省耳鼻喉医院(山东省立医院西院)"] == ("山东省耳鼻喉医院", ("山东省立医院西院",), "")
    assert apart["慈溪市中医医院中医院院区"] == ("慈溪市中医医院", (), "中医院院区")
    assert apart["深圳市龙岗区第五人民医院（原平湖人民医院）"] == ("深圳市龙岗区第五人民医院", ("平湖人民医院",), "")
    assert apart["西山煤电（集团）有限责任公司职工总医院"] == ("西山煤电(集团)有限责任公司职工总医院", (), "")
    assert apart["鲤城妇幼保健院/鲤中社区卫生服务中心"] == ("鲤城妇幼保健院", ("鲤中社区卫生服务中心",), "")
    assert apart["若羌县人民医院:"] == ("若羌县人民医院", (), "")
    assert apart["西营卫生院发热广]诊"] == ("西营卫生院发热广]诊", (), "")


def test_the_places_of_all_rows(places: list[Located]) -> None:
    """3,604 of 3,699 rows lead to one division of 2023; the other 95 are questions of four kinds, none of them lost."""
    assert Counter(place.verdict for place in places) == {"known": 3604, "question": 95}
    assert Counter(place.division.level for place in places if place.division) == {"city": 1957, "county": 1647}
    assert Counter(place.why.says.en for place in places) == {
        "found by name": 3385,
        "names the place above, no other": 219,
        "no place of this name; sure as far as: {places}": 51,
        "perhaps short for {places}": 23,
        "the name is there with another rank: {places}": 21,
    }
    assert all(place.reached for place in places)


def test_the_questions_by_name(hospitals: list[dict[str, str]], places: list[Located], china: Divisions) -> None:
    """Counties renamed since 2020, zones that are no divisions, and three prefectures by their short names."""
    asked = Counter(
        (row["city"], row["county"]) for row, place in zip(hospitals, places, strict=True) if place.candidates
    )
    assert asked == {
        ("巴州", ""): 11,
        ("博州", ""): 7,
        ("克州", ""): 5,
        ("荆州市", "监利县"): 7,
        ("杭州市", "钱塘新区"): 5,
        ("成都市", "新津县"): 5,
        ("衢州市", "龙游区"): 2,
        ("晋中市", "太谷县"): 1,
        ("烟台市", "蓬莱市"): 1,
    }
    named = Divisions.of(china, short={"巴州": "652800", "博州": "652700", "克州": "653000"})
    again = [named.find(province=row["province"], city=row["city"], county=row["county"]) for row in hospitals]
    assert Counter(place.verdict for place in again) == {"known": 3627, "question": 72}


def test_the_codes_of_the_list_agree_with_its_names(
    hospitals: list[dict[str, str]], places: list[Located], china: Divisions
) -> None:
    """The list's own city codes and the places found by name contradict each other nowhere that both are sure."""
    for row, place in zip(hospitals, places, strict=True):
        city = china.get(row["city_code"])
        if place.division:
            assert city.through or china.within(place.division.code, city.code)


def test_the_divisions_file_as_the_region_tree(china: Divisions) -> None:
    """31 + 342 + 2,978 coded rows and 411 names: three repeat their city, nine read through."""
    assert len(china) == 31 + 342 + 2978 + 411 - 3
    assert [place.code for place in china if place.through] == "1101 1201 3101 4190 4290 4690 5001 5002 6590".split()
    tree = china.tree()
    assert len(tree) == len(china) - 9 + 1
    assert [node.name for node in tree.path("110105")] == ["中国", "北京市", "朝阳区"]
    assert [node.name for node in tree.path("429006")] == ["中国", "湖北省", "天门市"]
    assert len(tree.children("CN")) == 34
    assert Counter(node.level for node in tree) == {"country": 1, "province": 34, "city": 358, "county": 3358}


def test_every_division_is_found_by_its_own_names(china: Divisions) -> None:
    """All 3,750 places are found by their official names, the ambiguous ones included once their parents are named."""
    for place in china:
        if not place.through:
            names = {above.level: above.name for above in china.path(place.code)}
            assert china.find(**names).division == place
