"""Hospital names: other names, campuses, remarks, keys, and brackets that do not pair."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.titles import Title, hospital_title
from pharmasales.errors import BadValue
from pharmasales.names import fold

CAMPUSES = (
    "东院 西院 北院区 东院区 本部 总院 新区 老区 分院 江南分院 汾东院区 玉泉校区 浣东新院 二部 中法新城院区".split()
)
ALIASES = "示例老年病医院 佛堂中心卫生院 示例大学第二附属医院 示例疾控中心 示例眼科研究所 示例门诊部".split()


@pytest.mark.parametrize("campus", CAMPUSES)
def test_a_campus_is_the_same_with_and_without_brackets(campus: str) -> None:
    """Both spellings meet in main, campus and key; the hospital without a campus is another place."""
    plain, bracketed = hospital_title(f"示例医院{campus}"), hospital_title(f"示例医院（{campus}）")
    assert (plain.main, plain.campus, plain.aliases, plain.question) == ("示例医院", campus, (), None)
    assert (bracketed.main, bracketed.campus, bracketed.key) == (plain.main, plain.campus, plain.key)
    assert plain.key == f"示例医院{campus}"
    assert hospital_title("示例医院").key == "示例医院"


def test_campuses_of_one_hospital_meet_in_main_only() -> None:
    """Every campus has a key of its own."""
    titles = [hospital_title(f"示例医院{campus}") for campus in CAMPUSES]
    assert {title.main for title in titles} == {"示例医院"}
    assert len({title.key for title in titles}) == len(CAMPUSES)


@pytest.mark.parametrize("alias", ALIASES)
def test_another_name_is_no_campus_and_no_part_of_the_key(alias: str) -> None:
    """A bracket that ends like an institution holds another name."""
    title = hospital_title(f"示例医院({alias})")
    assert (title.main, title.aliases, title.campus, title.remarks) == ("示例医院", (alias,), "", ())
    assert title.key == hospital_title("示例医院").key


@pytest.mark.parametrize("between", ["、", "，", ",", "；", "/", " / ", "）（", ")(", "】【"])
def test_several_other_names(between: str) -> None:
    """Names parted by a stroke or a comma, or in brackets of their own, each count, in the order written."""
    opening, closing = ("【", "】") if "】" in between else ("（", "）")
    title = hospital_title(f"示例医院{opening}甲乙医院{between}丙丁卫生院{closing}")
    assert title.aliases == ("甲乙医院", "丙丁卫生院")


def test_names_beside_each_other_without_brackets() -> None:
    """Two institutions parted by a stroke are two names; anything else with a stroke stays one."""
    assert hospital_title("示例妇幼保健院/示例社区卫生服务中心").aliases == ("示例社区卫生服务中心",)
    assert hospital_title("示例县/区人民医院").main == "示例县/区人民医院"


@pytest.mark.parametrize(
    ("written", "alias"),
    [
        ("原河西医院", "河西医院"),
        ("又名：河西医院", "河西医院"),
        ("加挂河西医院", "河西医院"),
        ("第二名称为河西医院", "河西医院"),
        ("曾用名河西医院", "河西医院"),
        ("原平湖人民医院", "平湖人民医院"),
        ("原平市人民医院", "原平市人民医院"),
        ("原州区人民医院", "原州区人民医院"),
        ("即墨区人民医院", "即墨区人民医院"),
        ("暨南大学附属医院", "暨南大学附属医院"),
    ],
)
def test_what_stands_before_another_name(written: str, alias: str) -> None:
    """原, 又名 and the like are no part of it, unless they begin a place's own name."""
    assert hospital_title(f"示例医院（{written}）").aliases == (alias,)


def test_a_campus_of_another_institution_is_another_name() -> None:
    """山东省立医院西院 in a bracket names a place of another hospital; with both, each goes to its own."""
    assert hospital_title("示例耳鼻喉医院(示例省立医院西院)").aliases == ("示例省立医院西院",)
    assert hospital_title("示例耳鼻喉医院(示例省立医院(西院))").aliases == ("示例省立医院(西院)",)
    both = hospital_title("示例总医院东院区（示例中医院）")
    assert (both.main, both.aliases, both.campus) == ("示例总医院", ("示例中医院",), "东院区")
    two = hospital_title("示例医院东院（本部）")
    assert (two.main, two.campus, two.key) == ("示例医院", "东院 本部", "示例医院东院本部")


@pytest.mark.parametrize(
    ("text", "main", "campus"),
    [
        ("示例市中医医院中医院院区", "示例市中医医院", "中医院院区"),
        ("示例医疗中心李氏医院兴宁院区", "示例医疗中心李氏医院", "兴宁院区"),
        ("示例医疗健康集团人民医院院区", "示例医疗健康集团", "人民医院院区"),
        ("示例乡中心卫生院龙安分院", "示例乡中心卫生院", "龙安分院"),
        ("示例卫生分院", "示例卫生分院", ""),
        ("北京中医院", "北京中医院", ""),
        ("示例医院住院部", "示例医院住院部", ""),
        ("Example Hospital East Campus", "Example Hospital", "East Campus"),
    ],
)
def test_where_the_hospital_ends_and_the_campus_begins(text: str, main: str, campus: str) -> None:
    """The campus follows the last institution word that leaves it a name."""
    title = hospital_title(text)
    assert (title.main, title.campus) == (main, campus)


def test_a_bracket_within_a_name_belongs_to_it() -> None:
    """（集团） amid a firm's name is part of it; only the key leaves the brackets out."""
    title = hospital_title("示例煤电（集团）有限责任公司职工医院")
    assert (title.main, title.aliases, title.question) == ("示例煤电(集团)有限责任公司职工医院", (), None)
    assert title.key == hospital_title("示例煤电集团有限责任公司职工医院").key
    assert hospital_title("（示例医院）").main == "(示例医院)"


@pytest.mark.parametrize("remark", ["深圳", "集团", "三甲", "医院"])
def test_any_other_bracket_is_a_remark_and_a_question(remark: str) -> None:
    """It is neither dropped nor taken for a name: it stays in the key, and the title asks."""
    title = hospital_title(f"示例大学附属医院（{remark}）(原河西医院)")
    assert (title.main, title.remarks, title.aliases) == ("示例大学附属医院", (remark,), ("河西医院",))
    assert title.key == f"示例大学附属医院{remark}"
    assert title.question is not None
    assert title.question.en == "a bracket holds neither another name nor a campus"


def test_width_padding_and_hidden_signs_are_folded() -> None:
    """Full-width letters, NBSP, double spaces, zero-width signs and closing stops make no difference."""
    title = hospital_title("\ufeff　Ｅｘａｍｐｌｅ  Hospital\u00a0（Ｅast　Campus）\u00a0 ")
    assert (title.main, title.campus, title.key) == ("Example Hospital", "East Campus", "example hospital east campus")
    assert hospital_title("示例 医院：").key == hospital_title("示例医院\u200b").key == "示例医院"
    assert hospital_title("第 910 医院").key == "第910医院"
    assert hospital_title("示例医院()（　）").main == "示例医院"
    assert hospital_title("示例医院\u00a0").text == "示例医院\u00a0"


def test_traditional_and_simplified_stay_distinct() -> None:
    """They are two spellings, not one name."""
    assert hospital_title("示例醫院").key != hospital_title("示例医院").key


@pytest.mark.parametrize(
    "text", ["示例医院（东院", "示例医院东院）", "示例医院（东院]", "示例医院)东院(", "示例医]院", "【示例医院"]
)
def test_unbalanced_brackets_are_a_question(text: str) -> None:
    """The name stays as written, nothing is cut out of it."""
    title = hospital_title(text)
    assert title.text == text
    assert title.question is not None
    assert title.question.zh == "括号不成对：按原文作为一个名称"
    assert (title.aliases, title.campus, title.main) == ((), "", text.replace("（", "(").replace("）", ")"))


def test_the_repr_shows_no_name() -> None:
    """A clinic may bear a person's name."""
    title = hospital_title("示例诊所（Dr Example 诊所）（东院）")
    assert repr(title) == "Title(1 aliases, a campus)"
    assert repr(hospital_title("示例诊所")) == "Title(0 aliases, no campus)"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=30))
def test_any_text_is_kept(text: str) -> None:
    """The text stays verbatim, whatever it holds, and the key has no brackets."""
    title = hospital_title(text)
    assert title.text == text
    assert not set(title.key) & set("()[]{}【】")


@given(st.text("示例医院东西区分部本总中心（）()【】、/原 集团", max_size=40))
def test_every_piece_stands_in_the_text(text: str) -> None:
    """Nothing is made up: each piece is written there, and what is no other name makes up the key."""
    title = hospital_title(text)
    seen = fold(text)
    assert all(fold(piece) in seen for piece in (title.main, *title.campus.split(), *title.aliases, *title.remarks))
    held = "".join([title.main, title.campus, *title.remarks])
    assert title.key.replace(" ", "") == "".join(sign for sign in held if sign not in "()【】 ")


@given(
    st.sampled_from(["示例医院", "示例县人民医院", "示例镇卫生院"]),
    st.permutations([("a", "河西医院"), ("c", "东院区"), ("r", "深圳")]),
)
def test_brackets_may_stand_in_any_order(main: str, brackets: list[tuple[str, str]]) -> None:
    """Each bracket is told by what it holds, not by where it stands."""
    title = hospital_title(main + "".join(f"（{inner}）" for _, inner in brackets))
    assert (title.main, title.aliases, title.campus, title.remarks) == (main, ("河西医院",), "东院区", ("深圳",))


def test_hostile_length() -> None:
    """A page of brackets is no name: kept, and a question."""
    for text in ("医院" * 50_000, "()" * 50_000, "（" * 50_000, "医院分院" * 51):
        title = hospital_title(text)
        assert title.question is not None
        assert title.question.en == "too long for a name: as written"
    assert isinstance(hospital_title(""), Title)
    assert hospital_title("").key == ""
    with pytest.raises(BadValue, match="int where text is due"):
        hospital_title(3)  # type: ignore[arg-type]  # what a sheet may hold


def test_traditional_and_simplified_meet_only_where_it_is_asked():
    """Distinct by default; with a converter both spellings have one key, and the text stays as it was written."""
    written, other = "示例醫院（東院）", "示例医院(东院)"
    assert hospital_title(written).key != hospital_title(other).key
    asked = hospital_title(written, convert=lambda text: text.translate(str.maketrans("醫東", "医东")))
    assert (asked.text, asked.campus, asked.key) == (written, "东院", hospital_title(other).key)
