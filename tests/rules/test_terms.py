"""Terms and tests: what a rule reads from a record, and what it asks."""

from __future__ import annotations

from collections import ChainMap, UserDict
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.rules import All, AnyOf, Field, Not, Ratio, Test
from pharmasales.rules.terms import as_label, each, literal, number
from pharmasales.testing import strategies as some
from pharmasales.units import CNY, Amount

DAYS = Field("days", zh="天数")


@frozen
class Firm:
    """A record with attributes, one of which cannot be read."""

    days: int = 5

    @property
    def broken(self):
        """Fail as an attribute that is not there."""
        raise AttributeError


@pytest.mark.parametrize(
    "record",
    [
        {"days": 5},
        MappingProxyType({"days": 5}),
        UserDict(days=5),
        ChainMap({"days": 5}),
        SimpleNamespace(days=5),
        Firm(),
    ],
)
def test_a_record_is_a_mapping_or_an_object(record):
    """Fields are read from every kind of mapping by key, and from objects by attribute."""
    assert DAYS(record) == 5


def test_a_mapping_is_read_by_its_keys_alone():
    """A field called as a method of dict is no field; no default is made up, nothing is added."""
    with pytest.raises(BadValue, match="no field 'items'"):
        Field("items")({"days": 5})
    assert Field("items")({"items": 7}) == 7


@pytest.mark.parametrize("record", [{"dyas": 1}, SimpleNamespace(dyas=1), Firm(), {1: 2}, 7, None])
def test_a_missing_field_is_an_error_with_a_hint(record):
    """A field that the record does not have is not the same as a missing value."""
    with pytest.raises(BadValue) as caught:
        Field("dais" if isinstance(record, Firm) else "days")(record)
    assert caught.value.code == "rule.field"
    assert caught.value.hint


def test_a_broken_property_is_named():
    """An attribute that fails is no field."""
    with pytest.raises(BadValue, match="no field 'broken'"):
        Field("broken")(Firm())


@pytest.mark.parametrize("name", ["", "  ", "__class__", "__dict__", 5, None])
def test_names_of_fields_are_checked(name):
    """A rule from a file cannot reach the insides of an object."""
    with pytest.raises(BadRule) as caught:
        Field(name)
    assert caught.value.code == "rule.field"


@pytest.mark.parametrize("name", ["a\x00b", "\ud800"])
def test_names_of_fields_are_text_that_a_book_can_keep(name):
    """Control characters and lone surrogates are refused where the rule is made."""
    with pytest.raises(BadValue):
        Field(name)
    with pytest.raises(BadValue):
        Field("a", zh=name)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, None),
        (5, 5),
        (Fraction(4, 2), 2),
        (Fraction(1, 3), Fraction(1, 3)),
        (Decimal("2.50"), Fraction(5, 2)),
        (0.1, Fraction(1, 10)),
        ("1,234.5", Fraction(2469, 2)),
        (Amount.of("2.50", CNY), Fraction(5, 2)),
    ],
)
def test_numbers_of_records(value, found):
    """Every exact form is read exactly, a float by its shortest decimal; whole numbers come as int."""
    assert number(value, "x") == found
    assert type(number(value, "x")) is type(found)


@pytest.mark.parametrize("bad", [True, float("nan"), float("inf"), Decimal("NaN"), "", "n/a", "１２", "1e5", [], b"1"])
def test_what_is_no_number_names_the_field(bad):
    """A bad number is an error with the field's name, not a missing value."""
    with pytest.raises(BadValue) as caught:
        Ratio(Field("ours"), Field("all"))({"ours": bad, "all": 1})
    assert caught.value.where == "ours"


@pytest.mark.parametrize(
    ("written", "value"), [(0.15, (3, 20)), ("80%", (4, 5)), ("1/3", (1, 3)), (Decimal("0.5"), (1, 2)), (7, (7, 1))]
)
def test_numbers_in_rules(written, value):
    """A cut may be a float literal, a percentage, a fraction or a Decimal; all are exact."""
    assert literal(written) == Fraction(*value)


@pytest.mark.parametrize("bad", ["much", None, True, float("nan"), Decimal("1E+99999999"), "", "1/0", "１"])
def test_what_is_no_number_in_a_rule(bad):
    """A rule with a bad number is refused at once."""
    with pytest.raises(BadRule) as caught:
        literal(bad)
    assert caught.value.code == "rule.number"


@pytest.mark.parametrize("bad", [True, 1.5, None, Decimal(1), ["A"], ("A",), Fraction(1, 2)])
def test_labels_are_text_or_whole_numbers(bad):
    """What no rule book could keep is no label."""
    with pytest.raises(BadRule) as caught:
        as_label(bad)
    assert caught.value.code == "rule.label"
    assert [as_label("A"), as_label(7)] == ["A", 7]


def test_each_says_which_item_is_bad():
    """The position of the bad item is in the error."""
    with pytest.raises(BadRule, match=r"@ cuts\[2\]"):
        list(each([1, 2, "x"], "cuts", literal))


def test_ratio():
    """Exact; missing where a side is, or where the second is zero; negative and zero above stay."""
    share = Ratio(Field("ours"), Field("all"))
    rows = [(1, 3), (0, 5), (-1, 2), (5, 0), (None, 1), (1, None), ("10%", 1)]
    assert [share({"ours": a, "all": b}) for a, b in rows[:-1]] == [
        Fraction(1, 3),
        0,
        Fraction(-1, 2),
        None,
        None,
        None,
    ]
    with pytest.raises(BadValue):
        share({"ours": "10%", "all": 1})
    assert share.named() == "ours/all"
    assert Ratio(share, Field("all"))({"ours": 1, "all": 2}) == Fraction(1, 4)


@given(some.exact_numbers(), some.exact_numbers())
def test_the_side_of_each_operator(value, cut):
    """At least and at most include the cut, over and below do not (以上 / 以下 / 超过 / 不满)."""
    found = [getattr(DAYS, op)(cut)({"days": value}) for op in ("at_least", "over", "below", "at_most")]
    assert found == [value >= cut, value > cut, value < cut, value <= cut]


@pytest.mark.parametrize(
    ("test", "value", "holds"),
    [
        (DAYS.equals("poor"), "poor", True),
        (DAYS.equals("poor"), "Poor", False),
        (DAYS.equals(5), Decimal("5.0"), True),
        (DAYS.equals(True), True, True),
        (DAYS.one_of(["a", 5]), 5, True),
        (DAYS.one_of(["a", 5]), "5", False),
        (DAYS.one_of([]), "a", False),
        (DAYS.missing(), None, True),
        (DAYS.missing(), 0, False),
        (DAYS.missing(), "", False),
    ],
)
def test_equality_and_missing(test, value, holds):
    """Exactly this value; among these; not there."""
    assert test({"days": value}) is holds


@pytest.mark.parametrize(
    "make", [DAYS.at_least, DAYS.over, DAYS.below, DAYS.at_most, DAYS.equals, lambda v: DAYS.one_of([v])]
)
def test_a_test_of_what_is_missing_is_missing(make):
    """Neither true nor false; only `missing` answers."""
    assert make(5)({"days": None}) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: DAYS.equals(0.5),
        lambda: DAYS.equals(Decimal("0.5")),
        lambda: DAYS.equals(None),
        lambda: DAYS.equals(("a",)),
        lambda: DAYS.one_of("poor"),
        lambda: DAYS.one_of([0.5]),
        lambda: DAYS.one_of([["a"]]),
        lambda: Test(DAYS, "one_of", "poor"),
        lambda: Test(DAYS, "atleast", 5),
        lambda: DAYS.over("much"),
        lambda: DAYS.over(None),
    ],
)
def test_tests_are_checked(make):
    """A text for a list, a decimal to equal, an unknown operator: refused where the test is made."""
    with pytest.raises(BadRule):
        make()


def test_an_unknown_operator_is_guessed_at():
    """The nearest operator is named."""
    with pytest.raises(BadRule, match='did you mean "at_least"'):
        Test(DAYS, "atleast", 5)


def test_a_set_is_put_in_order():
    """One rule, whatever order a set has in this process."""
    assert DAYS.one_of({"c", "a", "b", 3, 1}).value == (1, 3, "a", "b", "c")
    assert DAYS.one_of(["c", "a"]).value == ("c", "a")


@given(st.lists(st.sampled_from((True, False, None)), max_size=4))
def test_three_valued_logic(answers):
    """All and AnyOf follow Kleene's tables; Not of missing is missing."""
    record = {f"f{n}": {True: 1, False: 0, None: None}[a] for n, a in enumerate(answers)}
    tests = [Field(name).at_least(1) for name in record]
    everyone = False if False in answers else None if None in answers else True
    anyone = True if True in answers else None if None in answers else False
    assert All(tests)(record) is everyone
    assert AnyOf(tests)(record) is anyone
    assert Not(All(tests))(record) is (None if everyone is None else not everyone)
    assert AnyOf([Not(test) for test in tests])(record) is (None if everyone is None else not everyone)


def test_names_for_reasons():
    """A field is called by its name, anything else by its kind; Chinese names do not make another rule."""
    assert [Field("a").named(), All([]).named()] == ["a", "all"]
    assert Field("a", zh="甲") == Field("a")
