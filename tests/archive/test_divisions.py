"""Administrative divisions: codes, names, questions, the tree."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.division_names import place_name
from pharmasales.archive.divisions import COUNTRY, Division, Divisions, Located, uncoded
from pharmasales.errors import BadRows, BadValue, NotFound

ROWS = [
    ("11", "北京市"),
    ("1101", "市辖区"),
    ("110101", "东城区"),
    ("110105", "朝阳区"),
    ("15", "内蒙古自治区"),
    ("1507", "呼伦贝尔市"),
    ("150724", "鄂温克族自治旗"),
    ("1525", "锡林郭勒盟"),
    ("21", "辽宁省"),
    ("2113", "朝阳市"),
    ("211302", "双塔区"),
    ("211321", "朝阳县"),
    ("22", "吉林省"),
    ("2201", "长春市"),
    ("220104", "朝阳区"),
    ("2202", "吉林市"),
    ("220202", "昌邑区"),
    ("2224", "延边朝鲜族自治州"),
    ("222401", "延吉市"),
    ("31", "上海市"),
    ("3101", "市辖区"),
    ("310115", "浦东新区"),
    ("42", "湖北省"),
    ("4210", "荆州市"),
    ("421088", "监利市"),
    ("4290", "省直辖县级行政区划"),
    ("429006", "天门市"),
    ("429021", "神农架林区"),
    ("44", "广东省"),
    ("4419", "东莞市"),
    ("441900", "东莞市"),
    ("50", "重庆市"),
    ("5001", "市辖区"),
    ("5002", "县"),
    ("500233", "忠县"),
    ("65", "新疆维吾尔自治区"),
    ("6528", "巴音郭楞蒙古自治州"),
    ("652801", "库尔勒市"),
    ("6540", "伊犁哈萨克自治州"),
    ("654002", "伊宁市"),
    ("654021", "伊宁县"),
    ("654022", "察布查尔锡伯自治县"),
]
TAIWAN: Mapping[str, Mapping[str, list[str]]] = {
    "台湾省": {"台北市": ["大安区", "中山区"]},
    "香港特别行政区": {"香港岛": ["东区"]},
}
CHINA = Divisions.of([*(Division(code, name) for code, name in ROWS), *uncoded(TAIWAN)], short={"巴州": "652800"})
PLACES = st.sampled_from([place for place in CHINA if not place.through])


def found(province: str = "", city: str = "", county: str = "") -> str:
    """Return the code found, or the codes that it may be, with a question mark."""
    located = CHINA.find(province=province, city=city, county=county)
    if located.division:
        assert (located.verdict, located.candidates, located.reached) == ("known", (), located.division)
        return located.division.code
    assert located.verdict == "question"
    return "?" + ",".join(place.code for place in located.candidates)


def reason(province: str = "", city: str = "", county: str = "") -> str:
    """Return the English reason."""
    return CHINA.find(province=province, city=city, county=county).why.text()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("11", "11"),
        ("110000", "11"),
        ("1100", "11"),
        ("110100", "1101"),
        ("110101", "110101"),
        (" １１０１０１ ", "110101"),
        ("110101000000", "110101"),
        ("441900", "4419"),
        ("429000", "4290"),
        ("台湾省/台北市", "台湾省/台北市"),
    ],
)
def test_codes_of_every_length(written: str, code: str) -> None:
    """Closing zeros, width and padding do not matter; 441900 is the city that has no counties."""
    assert CHINA.get(written).code == code


@pytest.mark.parametrize("code", ["110103", "99", "", "1", "abc", "台湾省/台南市", "00"])
def test_an_unknown_code_is_not_found(code: str) -> None:
    """A code that the data do not hold is an error; only digits are repeated in it."""
    with pytest.raises(NotFound, match=r"no such division @ (code '[0-9]+'|division code); codes change") as caught:
        CHINA.get(code)
    assert caught.value.code == "division.code"
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize("code", ["1", "123", "11010", "1101010", "", " ", "1x", "a//b", "a/b/c/d"])
def test_what_is_no_code(code: str) -> None:
    """Odd lengths and empty names are refused."""
    with pytest.raises(BadValue, match="no code of a division") as caught:
        Division(code, "示例市")
    assert caught.value.code == "division.code"


@given(PLACES)
def test_the_official_names_find_the_place(place: Division) -> None:
    """The names of its path lead to each division."""
    names = {above.level: above.name for above in CHINA.path(place.code)}
    assert found(**names) == place.code


@given(PLACES)
def test_the_shortest_names_find_the_place_or_name_it(place: Division) -> None:
    """Without any suffix the place is found, or is among the candidates of a question."""
    names = {above.level: place_name(above.name).stems[-1] for above in CHINA.path(place.code)}
    located = CHINA.find(**names)
    assert located.division == place or place in located.candidates


@given(PLACES, PLACES)
def test_within_is_the_path(place: Division, other: Division) -> None:
    """A division lies in itself and in all above it, in nothing else."""
    assert CHINA.within(place.code, other.code) == (other in CHINA.path(place.code))


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("北京市", "北京市", "东城"), "110101"),
        (("北京", "市辖区", "朝阳区"), "110105"),
        (("北京", "", "朝阳"), "110105"),
        (("", "北京", ""), "11"),
        (("北京市", "北京", "北京市"), "11"),
        (("重庆市", "县", "忠县"), "500233"),
        (("湖北省", "天门市", ""), "429006"),
        (("湖北", "天门", "天门市"), "429006"),
        (("湖北", "省直辖县级行政区划", "神农架"), "429021"),
        (("湖北", "神农架林区", "市直"), "429021"),
        (("吉林", "吉林", ""), "2202"),
        (("吉林", "", ""), "22"),
        (("吉林省", "吉林市", "吉林市"), "2202"),
        (("吉林省", "延边州", "延边州"), "2224"),
        (("吉林省", "延边州", "延吉"), "222401"),
        (("新疆自治区", "伊犁州", "察布查尔县"), "654022"),
        (("新疆", "伊犁", "伊宁县"), "654021"),
        (("新疆", "巴州", "库尔勒"), "652801"),
        (("内蒙古", "锡林郭勒", ""), "1525"),
        (("内蒙古", "呼伦贝尔", "鄂温克旗"), "150724"),
        (("上海", "", "浦东"), "310115"),
        (("广东省", "东莞市", "东莞市"), "4419"),
        (("辽宁", "朝阳市", "朝阳县"), "211321"),
        (("辽宁", "朝阳", "朝阳市"), "2113"),
        (("辽宁", "朝阳市", "市本级"), "2113"),
        (("辽宁", "朝阳市", "朝阳市区"), "2113"),
        (("辽宁", "朝阳市", "城区"), "2113"),
        (("吉林省", "长春市", "长春市朝阳区"), "220104"),
        (("吉林省", "长春市", "吉林省长春市朝阳区"), "220104"),
        (("", "长春", "朝阳区"), "220104"),
        (("", "", "双塔区"), "211302"),
        (("台湾", "台北", "大安"), "台湾省/台北市/大安区"),
        (("香港", "", "东区"), "香港特别行政区/香港岛/东区"),
        (("　北京市 ", " 北京 市", "东城区　"), "110101"),
    ],
)
def test_names_of_real_files(names: tuple[str, str, str], code: str) -> None:
    """With and without suffix, with names above in front, through 市辖区 and 省直辖, and 市本级 for the city."""
    assert found(*names) == code


@pytest.mark.parametrize(
    ("names", "codes", "why"),
    [
        (("", "", "朝阳区"), "110105,220104", "several places bear this name: 北京市朝阳区、吉林省长春市朝阳区"),
        (("", "", "朝阳"), "110105,211321,220104", "several places bear this name"),
        (("新疆", "伊犁州", "伊宁"), "654002,654021", "several places bear this name"),
        (("辽宁", "朝阳市", "朝阳"), "211321,2113", "several places bear this name: 辽宁省朝阳市朝阳县、辽宁省朝阳市"),
        (("湖北", "荆州", "监利县"), "421088", "the name is there with another rank: 湖北省荆州市监利市"),
        (("上海", "", "浦东区"), "310115", "the name is there with another rank: 上海市浦东新区"),
        (("新疆省", "", ""), "65", "the name is there with another rank: 新疆维吾尔自治区"),
        (("新疆", "巴音州", ""), "6528", "perhaps short for 新疆维吾尔自治区巴音郭楞蒙古自治州"),
        (("吉林省", "长春市", "高新区"), "", "no place of this name; sure as far as: 吉林省长春市"),
        (("辽宁", "长春", ""), "", "no place of this name; sure as far as: 辽宁省"),
        (("示例省", "长春", ""), "", "no place of this name; sure as far as: "),
        (("北京", "", "朝"), "", "no place of this name; sure as far as: 北京市"),
        (("北京", "", "区"), "", "no place of this name; sure as far as: 北京市"),
        (("上海", "巴州", ""), "", "no place of this name; sure as far as: 上海市"),
        (("", "", ""), "", "no name is given"),
        (("", " ", "　"), "", "no name is given"),
    ],
)
def test_whatever_is_not_one_place_is_a_question(names: tuple[str, str, str], codes: str, why: str) -> None:
    """Ambiguous, renamed, shortened and unknown names are questions with their candidates, never guessed."""
    assert found(*names) == "?" + codes
    assert reason(*names).startswith(why)


def test_a_question_says_how_far_the_names_are_sure() -> None:
    """The city stands where the county does not; of several nothing stands."""
    assert CHINA.find(province="湖北", city="荆州", county="监利县").reached == CHINA.get("4210")
    assert CHINA.find(county="朝阳区").reached is None
    assert CHINA.find(province="示例省").reached is None
    assert (
        CHINA.find(province="湖北", city="荆州", county="示例县").why.text("zh") == "查无此名；可确定到：湖北省荆州市"
    )


def test_an_ambiguous_city_is_settled_by_the_county() -> None:
    """Two cities of one name are told apart by what lies in one of them only."""
    twins = uncoded({"甲省": {"示例市": ["东区"]}, "乙省": {"示例市": ["西区"]}})
    world = Divisions.of(twins)
    assert world.find(city="示例市").verdict == "question"
    assert world.find(city="示例", county="西区").division == twins[-1]
    many = Divisions.of(uncoded({f"{sign}省": {"示例市": []} for sign in "甲乙丙丁戊己庚"}))
    located = many.find(city="示例市")
    assert (len(located.candidates), located.why.text().count("、")) == (7, 5)


def test_path_and_label_read_through() -> None:
    """北京市 > 东城区, and 湖北省 > 天门市: what stands for nothing is left out."""
    assert [place.name for place in CHINA.path("110101")] == ["北京市", "东城区"]
    assert [place.name for place in CHINA.path("110100")] == ["北京市"]
    assert CHINA.label("429006") == "湖北省天门市"
    assert CHINA.label("421088") == "湖北省荆州市监利市"
    assert CHINA.within("110101", "110100")
    with pytest.raises(NotFound):
        CHINA.within("110101", "99")


def test_the_region_tree() -> None:
    """Country > province > city > county, one node a division, parents by code."""
    tree = CHINA.tree()
    assert sorted(tree.levels()) == ["city", "country", "county", "province"]
    assert (tree.root.id, tree.root.name, len(tree)) == (COUNTRY, "中国", 1 + sum(not place.through for place in CHINA))
    assert [node.id for node in tree.path("429006")] == [COUNTRY, "42", "429006"]
    assert [node.name for node in tree.path("421088")] == ["中国", "湖北省", "荆州市", "监利市"]
    assert {node.id for node in tree.children("50")} == {"500233"}
    assert "1101" not in tree
    assert CHINA.tree(name="Country").root.name == "Country"


def test_rows_in_any_order_and_their_parents() -> None:
    """The order does not matter; a parent may be named or left to the code."""
    turned = Divisions.of([Division(code, name) for code, name in reversed(ROWS)])
    assert {place.code: place for place in turned} == {p.code: p for p in CHINA if p.code.isdigit()}
    assert len(turned) == len(ROWS) - 1
    assert repr(turned) == "Divisions(41)"
    assert Division("110101", "东城区", "110100").parent == "1101"
    assert Division("110101", "东城区", "11").parent == "11"
    assert (Division("11", "北京市").parent, Division("11", "北京市").level) == ("", "province")
    assert [Division(code, "x").level for code in ("4210", "421088", "a", "a/b", "a/b/c")] == [
        "city",
        "county",
        "province",
        "city",
        "county",
    ]


def test_every_bad_row_at_once() -> None:
    """Twin codes, unknown parents, parents that are no higher, and a county that stands for a city never given."""
    rows = [
        Division("11", "北京市"),
        Division("110000", "Beijing"),
        Division("2201", "长春市"),
        Division("1101", "市辖区", "110105"),
        Division("110105", "朝阳区"),
        Division("441900", "东莞市", "4419"),
        Division("42", "湖北省", "11"),
    ]
    with pytest.raises(BadRows, match="the divisions are no tree") as caught:
        Divisions.of(rows)
    assert list(caught.value.lines()) == [
        "two divisions of one code @ code '11' [division.twins]",
        "unknown or no higher parent @ code '2201'; add it [division.parent]",
        "unknown or no higher parent @ code '1101'; add it [division.parent]",
        "unknown or no higher parent @ code '4419'; add it [division.parent]",
        "unknown or no higher parent @ code '42'; add it [division.parent]",
    ]


def test_further_names_name_known_divisions() -> None:
    """A further name of an unknown division is refused; without it 巴州 is a question."""
    rows = [Division(code, name) for code, name in ROWS]
    with pytest.raises(NotFound):
        Divisions.of(rows, short={"巴州": "9999"})
    assert Divisions.of(rows).find(province="新疆", city="巴州").candidates == (CHINA.get("6528"),)


def test_nothing_at_all() -> None:
    """No divisions find nothing, and the tree is the country alone."""
    empty = Divisions.of([])
    assert isinstance(empty.find(province="北京"), Located)
    assert empty.find(province="北京").verdict == "question"
    assert [node.id for node in empty.tree()] == [COUNTRY]


LEGAL = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=8)


@given(LEGAL, LEGAL, st.text("朝阳市区县省州旗盟自治族直辖城本级 吉林", max_size=8))
def test_any_text_is_an_answer_or_a_question(province: str, city: str, county: str) -> None:
    """Nothing raises, and a place that is found is one of the caller's."""
    located = CHINA.find(province=province, city=city, county=county)
    assert located.division in CHINA if located.verdict == "known" else located.division is None


def test_refused_text() -> None:
    """Control characters and other types are refused, and it is said where."""
    with pytest.raises(BadValue, match=r"U\+0000 is refused @ city"):
        CHINA.find(city="\x00")
    with pytest.raises(BadValue, match="int where text is due"):
        Division(110000, "北京市")  # type: ignore[arg-type]  # what a sheet may hold
    with pytest.raises(BadValue, match="int where text is due @ division code"):
        CHINA.get(110000)  # type: ignore[arg-type]  # what a sheet may hold
