"""Unified social credit codes: form, check sign, parts, and what no mistake slips past."""

from __future__ import annotations

import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc

from pharmasales.archive.credit_code import credit_code, parts
from pharmasales.errors import BadConfig, BadValue

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALID = "12110000MB1234567G"


def checked(lead: str, rest: str) -> str:
    """Put the check sign behind seventeen signs."""
    code = lead + rest
    return code + uscc.calc_check_digit(code)


CODES = st.builds(
    checked,
    st.tuples(
        st.sampled_from("123456789ANY"), st.sampled_from(SIGNS), st.text("0123456789", min_size=6, max_size=6)
    ).map("".join),
    st.text(SIGNS, min_size=9, max_size=9),
)


def refused(code: str) -> str:
    """Return the code of the error, and see that it holds nothing of the value."""
    with pytest.raises(BadValue) as caught:
        credit_code(code)
    assert not code or code not in str(caught.value)
    assert code[8:17] not in str(caught.value) or not code[8:17]
    return caught.value.code


@given(CODES)
def test_a_right_code_is_its_own_compact_form(code: str) -> None:
    """And what python-stdnum accepts is accepted, with the letters of the amended standard in front besides."""
    assert credit_code(code) == code
    assert uscc.is_valid(code) == code[:2].isdigit()


@given(CODES, st.integers(0, 17), st.sampled_from(SIGNS))
def test_no_single_wrong_sign_slips_through(code: str, place: int, sign: str) -> None:
    """MOD 31 finds every substitution, at every place, by every sign."""
    assume(code[place] != sign)
    assert refused(code[:place] + sign + code[place + 1 :]) in ("credit_code.form", "credit_code.check")


@given(CODES, st.integers(0, 16))
def test_no_swap_of_neighbours_slips_through(code: str, place: int) -> None:
    """The weights of neighbours differ by no multiple of 31, so every swap is found."""
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert refused(swapped) in ("credit_code.form", "credit_code.check")


@given(CODES, st.integers(1, 17), st.sampled_from([" ", "-", "　", "\u2013", "\u200b", "\u00a0"]))
def test_writing_makes_no_difference(code: str, place: int, between: str) -> None:
    """Spaces, hyphens, case and width."""
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for written in (code.lower(), wide, f" {code}\n", code[:place] + between + code[place:]):
        assert credit_code(written) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1211",
        VALID + "1",
        VALID[:17],
        "B2110000MB1234567G",
        "121A0000MB1234567G",
        "12110000MBI234567G",
        "0" * 18,
        "示例" * 9,
    ],
)
def test_the_form_is_refused(text: str) -> None:
    """Length, a department that is none, letters in the division, and the letters I O S V Z."""
    assert refused(text) == "credit_code.form"


def test_the_message_says_what_to_do_and_not_the_value() -> None:
    """Neither message nor reason holds a sign of it."""
    with pytest.raises(BadValue, match=r"not a credit code: 17 signs; digits and capitals without I, O, S, V and Z"):
        credit_code(VALID[:17])
    assert refused(VALID[:17] + "H") == "credit_code.check"
    with pytest.raises(BadValue, match=r"character U\+0000 is refused @ credit code"):
        credit_code("1\x00")


@pytest.mark.parametrize(
    ("lead", "department", "kind"),
    [
        ("12", "机构编制", "事业单位"),
        ("52", "民政", "民办非企业单位"),
        ("91", "市场监管（工商）", "企业"),
        ("92", "市场监管（工商）", "个体工商户"),
        ("19", "机构编制", "其他"),
        ("94", "市场监管（工商）", "标准未列"),
        ("A1", "中央军委改革和编制办公室", "军队事业单位"),
        ("N2", "农业", "村级集体经济组织"),
        ("Y1", "其他", "其他"),
    ],
)
def test_the_parts(lead: str, department: str, kind: str) -> None:
    """Department, kind, division, organisation."""
    code = checked(lead, "440300MA5EXAMP7")
    found = parts(code.lower())
    assert (found.department.zh, found.kind.zh, found.division, found.organisation) == (
        department,
        kind,
        "440300",
        "MA5EXAMP7",
    )
    assert found.code == code
    assert "MA5EXAMP7" not in repr(found)


def test_parts_are_checked_first() -> None:
    """A wrong code has no parts."""
    with pytest.raises(BadValue, match="the check sign does not fit"):
        parts(VALID[:17] + "H")


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module imports without python-stdnum; the check names the extra."""
    monkeypatch.setitem(sys.modules, "stdnum.cn.uscc", None)
    with pytest.raises(BadConfig, match=r"install pharmasales\[match\]"):
        credit_code(VALID)
