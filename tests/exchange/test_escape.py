"""The neutraliser: nothing live goes out, everything comes back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.exchange import neutral, restore
from pharmasales.exchange.escape import cell_text, row_texts

LIVE = [
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1:A9)", "=HYPERLINK(\"http://example.org\")", "\t=1+1",
    "\r=1+1", "\n=1+1", " =1+1", "\u3000=1", "＝1+1", "＋1", "－1", "＠SUM(1)", "=\t1", "-", "+", "@", "=", "\u200b=1",
    "\ufeff=1", "\u00a0@x", "=IMPORTXML(1)", "=DDE(1)", "-2+3+cmd|' /C calc'!A0", "@home",
]  # fmt: skip
BENIGN = ["H001", "O'Brien", "'quoted'", "a=b", "1-2", "x@example.org", "", " ", "北京 =", "–5", "'"]


@pytest.mark.parametrize("text", LIVE)
def test_live_text_gets_an_apostrophe(text):
    """Finding 8: text that a spreadsheet would run begins with an apostrophe instead, and comes back whole."""
    assert neutral(text) == "'" + text
    assert restore(neutral(text)) == text
    assert row_texts(["H1", text]) == ["H1", "'" + text]


@pytest.mark.parametrize("text", BENIGN)
def test_benign_text_is_left_alone(text):
    """Text that runs nowhere is written as it is."""
    assert neutral(text) == text == restore(text)


@given(st.text(alphabet=st.one_of(st.sampled_from("'=+-@＝＋－＠ \t\r\n\u3000\u200bab1"), st.characters())))
@example("'=a")
@example("''\t")
@example("' '=")
def test_restore_undoes_neutral(text):
    """restore(neutral(x)) == x for every x, those that look escaped already included."""
    assert restore(neutral(text)) == text


@given(st.text(alphabet=st.sampled_from("'=+-@＝ \t\r\n\u3000ab"), max_size=8))
def test_what_goes_out_starts_harmless(text):
    """After any white space, no neutral text begins with a trigger."""
    out = neutral(text)
    assert not out.startswith(("\t", "\r"))
    assert not out.lstrip().startswith(tuple("=+-@＝＋－＠"))


def test_numbers_and_dates_are_never_touched():
    """A negative number is a number; the same characters as text are text."""
    cells = (-5, Decimal("-1.50"), Fraction(-1, 4), date(2026, 1, 5), None, True, "-5", Says("=a", "＝甲"))
    assert row_texts(cells) == ["-5", "-1.50", "-0.250000", "2026-01-05", "", "True", "'-5", "'=a"]
    assert row_texts(cells, "zh")[-1] == "'＝甲"
    assert row_texts((-5, Says("-a", "甲"))) == ["-5", "'-a"]


@given(st.lists(st.one_of(st.text(max_size=5), st.integers(), st.none()), max_size=5))
def test_a_row_is_its_cells(cells):
    """The quick look at a whole row gives what each cell alone gives, or refuses where one is refused."""
    try:
        expected = [cell_text(cell) for cell in cells]
    except BadValue:
        with pytest.raises(BadValue, match="is refused"):
            row_texts(cells)
    else:
        assert row_texts(cells) == expected


@pytest.mark.parametrize("text", ["a\x00", "\x07", "\x0b", "\x0c", "\x1b[0m", "\x7f", "\x85", "\ud800", "\uffff"])
def test_refused_characters_name_row_and_column(text):
    """Finding 12: control characters and lone surrogates are refused, without the text itself."""
    with pytest.raises(BadValue) as caught:
        row_texts(("ok", 1, text), where="visits row 7")
    assert caught.value.code == "text.control"
    assert caught.value.where == "visits row 7 column C"
    with pytest.raises(BadValue, match="is refused"):
        cell_text(Says(text, text))
