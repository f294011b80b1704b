"""Hospital levels: the grammar, its questions, the order and the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.levels import Level, hospital_level, spellings
from pharmasales.errors import BadValue

TIERS = {3: "三 3 ３ Ⅲ III iii 叁", 2: "二 2 ２ Ⅱ II ii 贰", 1: "一 1 １ Ⅰ I i 壹"}
NUMERALS = [(tier, sign) for tier, signs in TIERS.items() for sign in signs.split()]
GRADES = st.sampled_from("甲乙丙")
PADDING = st.sampled_from(["", " ", "　", ".", "。", "\u00a0", "（", "）", "·", "/", "-"])


def read(text: str) -> tuple[str, str, str]:
    """Return what a test looks at: the verdict, the level and the speciality."""
    level = hospital_level(text)
    return level.verdict, level.text, level.speciality


def why(text: str) -> str:
    """Return the English reason."""
    return hospital_level(text).why.en


@given(
    numeral=st.sampled_from(NUMERALS),
    unit=st.sampled_from("级級"),
    end=st.sampled_from(["", "医院", "醫院", "医疗机构"]),
)
def test_a_tier_is_read_in_every_numeral(numeral: tuple[int, str], unit: str, end: str) -> None:
    """Chinese, formal, arabic, full-width and roman numerals name the same tier, and no grade with it."""
    level = hospital_level(numeral[1] + unit + end)
    assert (level.tier, level.grade, level.speciality, level.verdict) == (numeral[0], "", "", "known")


@given(
    numeral=st.sampled_from(NUMERALS),
    unit=st.sampled_from(["级", "級", ""]),
    grade=GRADES,
    end=st.sampled_from(["", "等", "级"]),
)
def test_tier_and_grade_are_read_long_and_short(numeral: tuple[int, str], unit: str, grade: str, end: str) -> None:
    """三级甲等, 三甲, 3级甲, Ⅲ甲等 are one level."""
    level = hospital_level(numeral[1] + unit + grade + end)
    assert (level.tier, level.grade, level.verdict) == (numeral[0], grade, "known")
    assert level.text == f"{'一二三'[numeral[0] - 1]}级{grade}等"


@given(pads=st.tuples(PADDING, PADDING, PADDING), grade=GRADES)
def test_padding_and_brackets_change_nothing(pads: tuple[str, str, str], grade: str) -> None:
    """Spaces, stops, brackets and strokes around the words are no words."""
    assert read(f"{pads[0]}二级{pads[1]}{grade}等{pads[2]}") == ("known", f"二级{grade}等", "")


@given(st.sampled_from(["三级甲等", "二级乙等", "一级", "三级特等", "未定级"]))
def test_the_canonical_text_reads_as_itself(text: str) -> None:
    """What the table writes is read again to the same."""
    assert hospital_level(text).text == text


@pytest.mark.parametrize(
    ("text", "level", "speciality"),
    [
        ("三级特等", "三级特等", ""),
        ("三级甲等专科医院", "三级甲等", "专科"),
        ("三级甲等妇产专科医院", "三级甲等", "妇产专科"),
        ("三级甲等妇产醫院", "三级甲等", "妇产专科"),
        ("二级综合乙等", "二级乙等", "综合"),
        ("三级甲等(中医)", "三级甲等", "中医"),
        ("中医药三级", "三级", "中医"),
        ("三级甲等中西医结合医院", "三级甲等", "中西医结合"),
        ("三级维医", "三级", "维吾尔医"),
        ("二级蒙医医院", "二级", "蒙医"),
        ("三级甲等妇幼保健院", "三级甲等", "妇幼保健"),
        ("三级眼科医院", "三级", "眼科专科"),
        ("三级专科（眼科专科）", "三级", "眼科专科"),
        ("三级甲等整形外科医院", "三级甲等", "整形外科专科"),
        ("二级精神病专科医院", "二级", "精神病专科"),
        ("三级甲等中医骨伤专科", "三级甲等", "中医、骨伤专科"),
        ("省级三级甲等", "三级甲等", ""),
        ("三级甲等（部属）", "三级甲等", ""),
        ("三级甲等民营", "三级甲等", ""),
        ("一级社区卫生服务中心", "一级", ""),
        ("三级三甲", "三级甲等", ""),
        ("等级：三级甲等", "三级甲等", ""),
    ],
)
def test_speciality_is_told_from_the_level(text: str, level: str, speciality: str) -> None:
    """The speciality stands beside the level; owners, ranks and kinds of place do not touch a level that is written."""
    assert read(text) == ("known", level, speciality)


@pytest.mark.parametrize(
    "text", "三级未定等 三级暂未定等 三级未评 三级未定等级 三级等次未定 三级待评 三级不分等 三级医院(未评等)".split()
)
def test_a_grade_not_set_leaves_the_tier_known(text: str) -> None:
    """三级未定等 is tier three with an empty grade, and the reason says that it is said so."""
    assert read(text) == ("known", "三级", "")
    assert why(text) == "the tier is written, the grade is said to be not set"
    assert why("三级") == "the tier is written, a grade is not"


@pytest.mark.parametrize(
    "text",
    "未定级 未评级 无等级 暂未评 未评 无 暂无 未定 待评 等级未定 未定等 尚未评定等级 未參評 無等級 （无）".split(),
)
def test_said_to_be_not_rated(text: str) -> None:
    """Not rated is an answer of its own."""
    assert read(text) == ("unrated", "未定级", "")
    assert why(text) == "said to be not rated"


@pytest.mark.parametrize("text", ["", " ", "　\u200b", "-", "——", "/", "不详", "未知", "N/A", "null", "None", "nan"])
def test_nothing_written_is_missing(text: str) -> None:
    """Missing is said so and is no canonical level."""
    assert read(text) == ("unrated", "", "")
    assert why(text) == "nothing is written: missing"


@pytest.mark.parametrize(
    ("reason", "texts"),
    [
        (
            "an administrative rank or an owner is no level",
            "省级 市级机构 县级 部属 部属委管 民营 非营利性 国家级 省级综合",
        ),
        ("a range, not one level", "二级以上 二级及以上 一级及以下 三级甲等以上 二级至三级 二级~三级 不低于二级"),
        (
            "managed like, planned, former or doubtful: not a level that is held",
            "参照三级管理 按二级管理 準三級 原三级甲等 拟创建三级 三级? 非三级 相当三级 二级标准",
        ),
        (
            "two statements that exclude each other",
            "三级二甲 二级/三级 三级甲乙等 三级甲等未定等 三级未定级 未定三级 三级综合专科 二级特等 一特 三级无级别",
        ),
        ("a kind of institution is no level", "社区卫生服务中心 乡镇卫生院 卫生院 门诊部 疾控中心"),
        ("a grade without its tier", "甲等 特级 乙等专科医院"),
        ("no tier and no grade among the words", "医院 综合医院 中医医院 医院等级"),
        (
            "words that no level is written with",
            "3 三 十三级 33级 13级 四级 0级 iiii级 国际一流 三级丁等 无三甲 =2级 <b>三级</b>",
        ),
    ],
)
def test_what_is_no_single_level_is_a_question(reason: str, texts: str) -> None:
    """Ranks, ranges, intentions, contradictions and foreign words are listed, and nothing is guessed from them."""
    for text in texts.split():
        level = hospital_level(text)
        assert (text, level.verdict, level.tier, level.grade, level.text) == (text, "question", None, "", "")
        assert (text, level.why.en) == (text, reason)


def test_missing_is_never_the_top() -> None:
    """Order: 三级特等 > 三级甲等 > ... > 一级 > everything that is missing or open."""
    down = "三级特等 三级甲等 三级乙等 三级丙等 三级 二级甲等 二级 一级丙等 一级".split()
    orders = [hospital_level(text).order for text in down]
    assert orders == sorted(set(orders), reverse=True)
    assert {hospital_level(text).order for text in ("", "未定级", "省级", "三级二甲", "特级")} == {(0, 0)}


def test_the_spelling_is_kept_and_not_shown_in_the_repr() -> None:
    """The text stands verbatim in the value; the repr, which logs hold, shows the level alone."""
    level = hospital_level(" ３级（甲等） ")
    assert level.written == " ３级（甲等） "
    assert repr(level) == "Level(tier=3, grade='甲', speciality='', verdict='known')"
    assert isinstance(hospital_level("Dr Example 示例医生"), Level)
    assert "Example" not in repr(hospital_level("Dr Example 示例医生"))


LEGAL = st.characters(exclude_categories=["Cc", "Cs", "Cn"])


@given(
    st.text(LEGAL, max_size=12) | st.text("三二一3IⅡ级級甲乙丙特等未定无综合专科医院中以上省、/（）?不 ", max_size=14)
)
def test_any_text_gets_one_verdict(text: str) -> None:
    """Known has a tier, everything else has none; a canonical text reads as itself."""
    level = hospital_level(text)
    assert (level.tier is not None) == (level.verdict == "known")
    assert level.written == text
    assert bool(level.text) == (level.verdict == "known" or level.why.en == "said to be not rated")
    if level.verdict == "known":
        again = hospital_level(level.text)
        assert (again.tier, again.grade) == (level.tier, level.grade)


def test_hostile_lengths_and_characters() -> None:
    """A page of text is no level and takes no time; control characters are refused without their text."""
    assert why("三级" * 100_000) == "too long for a level"
    assert why("三级甲等" + " " * 61) == "too long for a level"
    with pytest.raises(BadValue, match=r"character U\+0000 is refused @ level") as caught:
        hospital_level("三级\x00")
    assert "三级" not in str(caught.value)
    with pytest.raises(BadValue, match="int where text is due"):
        hospital_level(3)  # type: ignore[arg-type]  # what a sheet may hold


def test_the_table_of_spellings() -> None:
    """Each distinct spelling once, the most frequent first, then by character; nothing is folded together."""
    table = spellings(["二级", "三甲", "二级 ", "二级", "省级", "", "未定级", "三级妇产专科"])
    rows = [(row["spelling"], row["count"], row["level"], row["speciality"]) for row in table.records()]
    assert rows == [
        ("二级", 2, "二级", ""),
        ("", 1, "", ""),
        ("三甲", 1, "三级甲等", ""),
        ("三级妇产专科", 1, "三级", "妇产专科"),
        ("二级 ", 1, "二级", ""),
        ("未定级", 1, "未定级", ""),
        ("省级", 1, "", ""),
    ]
    assert [str(cell) for cell in table.text("zh").splitlines()[-1].split()] == [
        "省级",
        "1",
        "待确认",
        "行政隶属或举办主体不是等级",
    ]
    assert table.text().splitlines()[3].split()[1:3] == ["unrated", "nothing"]
    assert (table.name, len(spellings([]))) == ("level_spellings", 0)
