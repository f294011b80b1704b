"""Ids, labels and their folded keys."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadValue
from pharmasales.names import clean, fold, nearest, normal_id, twins
from pharmasales.testing import strategies as some

texts = st.one_of(some.labels(), st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8))


@pytest.mark.parametrize("bad", [*map(chr, range(9)), "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\ud800", "\uffff"])
def test_control_characters_and_surrogates_are_refused(bad):
    """What no file or store can keep is refused by its number, and never shown."""
    with pytest.raises(BadValue) as caught:
        clean(f"Example{bad}Hospital", "row 3, name")
    assert caught.value.code == "text.control"
    assert str(caught.value) == f"character U+{ord(bad):04X} is refused @ row 3, name [text.control]"
    with pytest.raises(BadValue):
        normal_id(f"H1{bad}2")


@pytest.mark.parametrize("good", ["", "a\tb", "a\r\nb", "示例医院", "𠮷野", "  padded  ", "\u200e", "e\u0301"])
def test_labels_are_kept_verbatim(good):
    """A label comes back as it was, line breaks, padding and marks included."""
    assert clean(good) == good


@pytest.mark.parametrize("other", [None, 5, 5.0, b"H1", ["H1"]])
def test_what_is_no_text_is_refused_by_its_type(other):
    """A number in an id column has lost its zeros already; it is a typed error, not a guess."""
    for read in (clean, normal_id):
        with pytest.raises(BadValue, match=f"{type(other).__name__} where text is due") as caught:
            read(other)
        assert caught.value.code == "text"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("H001", "H001"),
        ("  0012 ", "0012"),
        ("\u3000华东\u3000", "华东"),
        ("Ｈ１", "Ｈ１"),
        ("cafe\u0301", "café"),
        ("a b", "a b"),
        ("h1", "h1"),
        ("𠮷", "𠮷"),
    ],
)
def test_normal_form_of_ids(written, kept):
    """NFC and trimmed; leading zeros, case, width and inner spaces stay."""
    assert normal_id(written) == kept


@pytest.mark.parametrize("empty", ["", "  ", "\u3000", "\u200b", "\ufeff", " \u2060 "])
def test_empty_and_invisible_ids_are_refused(empty):
    """An id that nobody can see is none."""
    with pytest.raises(BadValue, match="empty id @ row 2") as caught:
        normal_id(empty, "row 2")
    assert caught.value.code == "id.empty"


@pytest.mark.parametrize("broken", ["a\tb", "a\nb", "a\r\nb", "a\u2028b", "a\u2029b"])
def test_ids_are_one_line(broken):
    """Tabs and every kind of line break inside an id are refused."""
    with pytest.raises(BadValue) as caught:
        normal_id(broken)
    assert caught.value.code == "id.lines"


@given(texts)
def test_normal_form_is_stable(text):
    """The normal form of a normal form is itself, and it folds as the text did."""
    try:
        found = normal_id(text)
    except BadValue:
        return
    assert normal_id(found) == found
    assert found == unicodedata.normalize("NFC", found).strip()
    assert fold(found) == fold(text)


@given(texts)
def test_fold_is_stable_and_forgives_case_width_and_space(text):
    """Folding twice changes nothing, and padding, capitals and composition do not matter."""
    key = fold(text)
    assert fold(key) == key
    assert fold(f"  {text}\u3000") == key
    assert fold(unicodedata.normalize("NFD", text)) == key


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Ｓt.  Mary　Hospital", "st. mary hospital", True),
        ("STRASSE", "straße", True),
        ("\ufeffH1", "H1", True),
        ("H\u200b1", "h1", True),
        ("①院", "1院", True),
        ("医院", "醫院", False),
        ("H01", "H1", False),
    ],
)
def test_fold_meets_spellings(left, right, same):
    """Case, width, spaces and unseen characters meet; traditional and simplified characters and zeros do not."""
    assert (fold(left) == fold(right)) is same


def test_twins_are_named_beside_the_first():
    """All later twins are found, each beside the first of its kind."""
    assert twins(["H1", "x", "h1", "Ｈ1", "X ", "H1"]) == [(0, 2), (0, 3), (1, 4), (0, 5)]
    assert twins([]) == []


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("amuont", ["amount", "quantity"], 'did you mean "amount"?'),
        ("quantiy", ["AMOUNT", "QUANTITY"], 'did you mean "QUANTITY"?'),
        ("ＡＭＯＵＮＴ", ["amount"], 'did you mean "amount"?'),
        ("zzz", ["b", "a"], "known: a, b"),
    ],
)
def test_nearest(word, known, hint):
    """The nearest known word is named whatever its case and width; all of them where none is near."""
    assert nearest(word, known) == hint


def test_twins_of_plain_ids() -> None:
    """Ids without spaces or foreign letters are compared all at once, and still by case."""
    assert twins(["H1", "H2", "h1"]) == [(0, 2)]
    assert twins(["H1", "H2", "h3"]) == []
    assert twins(["H 1", "H2", "h  1"]) == [(0, 2)]
    assert twins(["", "a"]) == []
