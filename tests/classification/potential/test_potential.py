"""Potential: estimators as values, exact estimates, and why one is missing (S004-16 to S004-18, P2-A)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification.potential.estimating import Conversion, Estimator, estimate_all
from pharmasales.classification.potential.estimators import (
    DEPARTMENT_OWN,
    DEPARTMENT_TOTAL,
    DOCTOR_MONTH,
    ESTIMATORS,
    HOSPITALS_BY_BEDS,
    HOSPITALS_BY_OUTPATIENTS,
    HOSPITALS_BY_PURCHASES,
    PATIENTS_TOTAL,
    SALES_TOTAL,
    WARD,
    expected_sales,
    priced,
)
from pharmasales.classification.potential.indices import DEPARTMENT_SHARE
from pharmasales.classification.potential.inputs import Input, terms_of, zero_divisors
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.rules import Bands, Field, Ratio, RuleBook, Sum, Times
from pharmasales.units import BOX, CNY, USD, Amount

E1 = {"patients_a_day": 80, "share_using": "0.3", "rx_per_patient": 3, "working_days": 22, "own_patients_a_day": 10}
A = Input("a", Says("figure a", "甲"), Says("pieces", "个"))
B = Input("b", Says("figure b", "乙"), Says("pieces", "个"), least=None)


def made(rule, inputs, **other):
    """Make an estimator of boxes a month."""
    return Estimator(
        **{"name": "made", "says": Says("made", "自定"), "unit": BOX, "per": "month", **other}, rule=rule, inputs=inputs
    )


def test_e1_department() -> None:
    """E1: 80 x 30 % x 3 x 22 = 1,584; own 10 x 3 x 22 = 660; share 41.67 %; a total of zero leaves it undefined."""
    total, own = DEPARTMENT_TOTAL.estimate(E1), DEPARTMENT_OWN.estimate(E1)
    assert (total.value, own.value) == (1584, 660)
    assert (total.amount, own.amount) == (Amount.of(1584, BOX), Amount.of(660, BOX))
    share = DEPARTMENT_SHARE.measure(E1)
    assert share.value == Fraction(5, 12)
    assert "= 10 x 3 x 22 = 660" in share.why.text()
    assert share.written() == "41.7%"
    assert share.why.head("zh") == "科室份额：41.7%"
    none = DEPARTMENT_SHARE.measure({**E1, "patients_a_day": 0})
    assert none.value is None
    assert none.why.head() == "share in the department is missing: the department uses nothing"
    above = DEPARTMENT_SHARE.measure({**E1, "own_patients_a_day": 25})
    assert (above.value, above.reason.en) == (
        None,
        "the own product is above the total: one of the two estimates is wrong",
    )


@pytest.mark.parametrize(
    ("estimator", "record", "value"),
    [
        (WARD, {"beds": 40, "turnover": "2.5", "share_using": "0.2", "use_per_patient": 6}, 120),
        (
            DOCTOR_MONTH,
            {"clinic_days": 12, "patients_a_clinic_day": 40, "share_suitable": "0.15", "unit_rx": 2},
            144,
        ),
        (
            HOSPITALS_BY_BEDS,
            {"hospitals": 23, "beds": Fraction(1, 3), "turnover": 3, "share_using": "0.1", "use_per_patient": 10},
            23,
        ),
        (
            HOSPITALS_BY_OUTPATIENTS,
            {"hospitals": 5, "outpatients_a_day": 2000, "share_using": "0.01", "rx_per_patient": 2, "working_days": 22},
            4400,
        ),
        (HOSPITALS_BY_PURCHASES, {"hospitals": 20, "monthly_purchase": 300}, 6000),
        (PATIENTS_TOTAL, {"patients": 10_000, "share_using": "0.25", "use_per_patient": "1.5"}, 3750),
        (SALES_TOTAL, {"own_sales": Amount.of(660, BOX), "rival_sales": 540}, 1200),
        (expected_sales(), {"potential": 1584, "expected_share": "0.5", "success_rate": "0.6"}, Fraction(2376, 5)),
    ],
)
def test_p2a_formulas(estimator: Estimator, record: dict[str, object], value: int | Fraction) -> None:
    """P2-A, S004-16: ward, doctor's month, target hospitals, all patients, all sales, expected sales."""
    found = estimator.estimate(record)
    assert (found.value, found.missing, found.reason) == (value, (), Says("", ""))
    assert (estimator.unit, estimator.per) == (BOX, "month")


def test_every_ready_made_one_says_what_it_is() -> None:
    """Each has its name in both languages, a source, limits, and inputs with a range; and the names are its keys."""
    for name, estimator in ESTIMATORS.items():
        assert estimator.name == name
        for says in (
            estimator.says,
            estimator.limits,
            *(one.says for one in estimator.inputs),
            *(one.counted for one in estimator.inputs),
        ):
            assert says.en
            assert any("\u4e00" <= sign <= "\u9fff" for sign in says.zh), says
        assert estimator.source
        assert all(one.least == 0 for one in estimator.inputs)
        shares = [one for one in estimator.inputs if "share" in one.name or "rate" in one.name]
        assert all(one.most == 1 for one in shares)


def test_rules_are_kept_in_a_rule_book() -> None:
    """Every rule goes into a book as data and comes back the same, and answers as its estimator does."""
    book = RuleBook("potential", "2026.1", {name: one.rule for name, one in ESTIMATORS.items()})
    again = RuleBook.from_data(book.data())
    assert (again, again.fingerprint) == (book, book.fingerprint)
    assert again["department_total"](E1) == 1584


def test_what_is_missing_is_named() -> None:
    """Missing in, missing out: each unknown input by name in both languages, and zero beside it does not help."""
    found = DEPARTMENT_TOTAL.estimate({**E1, "patients_a_day": 0, "share_using": None, "working_days": None})
    assert (found.value, found.amount) == (None, None)
    assert [one.name for one in found.missing] == ["share_using", "working_days"]
    assert found.why.text() == "department total is missing: share using the drug, working days are not known"
    assert found.why.text("zh") == "科室处方总量 缺失：用药比例、工作日未知"
    assert "is not known" in DEPARTMENT_TOTAL.estimate({**E1, "share_using": None}).why.text()


def test_why_writes_the_formula() -> None:
    """The reason has the unit, the period, the formula and its figures."""
    assert DEPARTMENT_TOTAL.estimate(E1).why.lines("zh") == [
        "科室处方总量：1,584 盒/月",
        "  日均门诊人次 x 用药比例 x 人均处方量 x 工作日 = 80 x 0.3 x 3 x 22 = 1,584",
    ]
    assert "<li>department total: 1,584 BOX a month" in DEPARTMENT_TOTAL.estimate(E1)._repr_html_()


def test_a_zero_divisor_is_named() -> None:
    """An own estimator that divides by zero is missing, and says what was zero."""
    each = made(Ratio(A.term, B.term), [A, B])
    assert each.estimate({"a": 6, "b": 4}).value == Fraction(3, 2)
    none = each.estimate({"a": 6, "b": 0})
    assert (none.value, none.missing, none.reason) == (None, (), Says("b is zero and divides", "除数 b 为零"))
    assert zero_divisors(Times([Ratio(A.term, B.term)]), {"a": 1, "b": None}) == ()


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("share_using", "1.01", "at least 0 and at most 1"),
        ("share_using", 30, "at least 0 and at most 1"),
        ("share_using", Fraction(-1, 10**9), "at least 0 and at most 1"),
        ("patients_a_day", -1, "at least 0"),
        ("working_days", 32, "at most 31"),
        ("patients_a_day", "many", "not a number"),
        ("patients_a_day", float("nan"), "nan"),
        ("patients_a_day", True, "bool"),
        ("patients_a_day", "８０", "full-width"),
    ],
)
def test_an_input_that_cannot_be_is_refused_by_name(name: str, value: object, hint: str) -> None:
    """A share over 1, a negative count, 32 days, no number: a typed error names the input, and no value."""
    with pytest.raises(BadValue, match=f"@ {name}") as caught:
        DEPARTMENT_TOTAL.estimate({**E1, name: value})
    assert hint in str(caught.value)
    assert "1.01" not in str(caught.value)


@pytest.mark.parametrize("share", [0, 1, "0", "1", Fraction(1)])
def test_the_ends_of_a_range_are_inside(share: object) -> None:
    """Nobody and everybody may use the drug; 31 days a month may have."""
    assert DEPARTMENT_TOTAL.estimate({**E1, "share_using": share, "working_days": 31}).value == 80 * int(share) * 3 * 31  # type: ignore[call-overload]


def test_a_field_that_is_not_there_is_no_missing_value() -> None:
    """A misspelt field is an error with a hint."""
    misspelt = {"working_day" if name == "working_days" else name: value for name, value in E1.items()}
    with pytest.raises(BadValue, match='did you mean "working_day"'):
        DEPARTMENT_TOTAL.estimate(misspelt)


def test_amounts_of_another_unit_are_refused() -> None:
    """A price in dollars for a value in yuan, boxes where a share is due."""
    by_value = priced(HOSPITALS_BY_PURCHASES)
    record = {"hospitals": 2, "monthly_purchase": 300, "price": Amount.of("25.80", CNY)}
    assert by_value.estimate(record).amount == Amount.of(15_480, CNY)
    assert (by_value.unit, by_value.name, by_value.of) == (CNY, "hospitals_by_purchases_value", "potential")
    with pytest.raises(NotComparable, match="USD where CNY is due @ price"):
        by_value.estimate({**record, "price": Amount.of("25.80", USD)})
    with pytest.raises(NotComparable, match="BOX where hospitals is due @ hospitals"):
        by_value.estimate({**record, "hospitals": Amount.of(2, BOX)})
    with pytest.raises(BadRule, match="reads a price already"):
        priced(by_value)
    with pytest.raises(NotComparable, match="@ potential"):
        expected_sales(CNY).estimate({"potential": Amount.of(1, BOX), "expected_share": 1, "success_rate": 1})


def test_rounding_only_on_demand() -> None:
    """Half a box stays half a box until the amount is asked for; then it is rounded half up, once."""
    found = HOSPITALS_BY_PURCHASES.estimate({"hospitals": 1, "monthly_purchase": "0.5"})
    assert (found.value, found.amount) == (Fraction(1, 2), Amount.of(1, BOX))
    third = priced(HOSPITALS_BY_PURCHASES).estimate(
        {"hospitals": 1, "monthly_purchase": Fraction(1, 3), "price": "0.01"}
    )
    assert (third.value, third.amount) == (Fraction(1, 300), Amount.of(0, CNY))


def test_no_figure_in_a_repr() -> None:
    """What one customer could use is in no repr."""
    assert "1584" not in repr(DEPARTMENT_TOTAL.estimate(E1))
    assert repr(estimate_all(DEPARTMENT_TOTAL, [("D1", "One", E1)])) == "Estimates(department_total, 1 customers)"


def test_for_everybody() -> None:
    """A table has one row a customer, rounded to the unit; the missing one is empty and says why."""
    found = estimate_all(DEPARTMENT_TOTAL, [("D1", "One", E1), ("D2", "Two", {**E1, "share_using": None})])
    assert [row[:3] for row in found.table().rows] == [("D1", "One", 1584), ("D2", "Two", None)]
    assert found.by_customer() == {"D1": 1584}
    assert [one.value for one in found] == [1584, None]
    assert "share using the drug is not known" in found.table().text()
    assert "盒/月" in found.table().text("zh")
    assert "<table>" in found._repr_html_()


def test_every_bad_input_at_once() -> None:
    """All refused inputs of all rows come together, each with its customer, and nothing is returned."""
    rows = [("D1", "One", {**E1, "share_using": 30, "working_days": -1}), ("D2", "Two", E1), ("D3", "Three", {})]
    with pytest.raises(BadRows) as caught:
        estimate_all(DEPARTMENT_TOTAL, rows)
    lines = list(caught.value.lines())
    assert len(lines) == 6
    assert lines[0].startswith("out of range @ customer 'D1', share_using;")
    assert lines[1].startswith("out of range @ customer 'D1', working_days;")
    assert all("customer 'D3'" in line for line in lines[2:])


def test_figures_in_the_callers_own_unit_are_in_one() -> None:
    """Inputs without a unit of their own may be amounts, all of one unit, or plain numbers, all of them."""
    own, rival = Input("own", Says("own", "本品")), Input("rival", Says("rival", "竞品"))
    both = made(Sum([own.term, rival.term]), [own, rival])
    assert both.estimate({"own": Amount.of(2, CNY), "rival": Amount.of(3, CNY)}).value == 5
    assert both.estimate({"own": Amount.of(2, CNY), "rival": None}).value is None
    for other in (Amount.of(3, USD), 3):
        record = {"own": Amount.of(2, CNY), "rival": other}
        with pytest.raises(NotComparable, match="@ own, rival"):
            both.estimate(record)
        with pytest.raises(BadRows, match="1 inputs refused"):
            estimate_all(both, [("D1", "One", record)])


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: made(Times([A.term, B.term]), [A]), "potential.inputs"),
        (lambda: made(A.term, [A, B]), "potential.inputs"),
        (lambda: made(A.term, [A, A]), "potential.inputs"),
        (lambda: made(Bands(A.term, ((1, "low"),), top="high"), [A]), "potential.rule"),
        (lambda: made(A.term, [A], per="week"), "potential.per"),
        (lambda: Input("a", Says("", ""), least=2, most=1), "potential.input"),
        (lambda: Input(" ", Says("", "")), "rule.field"),
        (lambda: Conversion(days_in_month=0), "potential.conversion"),
        (lambda: Conversion(months_in_year=-12), "potential.conversion"),
    ],
)
def test_what_cannot_be_an_estimator(make, code: str) -> None:
    """Inputs that are not those of the rule, a rule that is no term, an unknown period, bounds out of order."""
    with pytest.raises(BadRule) as caught:
        make()
    assert caught.value.code == code


def test_bounds_in_words() -> None:
    """The valid range and the unit read in both languages."""
    assert Input("a", Says("a", "甲"), least=None).bounds() == Says("any number", "不限")
    assert A.bounds() == Says("at least 0", "不低于 0")
    assert A.counted == Says("pieces", "个")
    assert Input("a", Says("a", "甲"), BOX).counted == Says("box", "盒")
    assert Input("a", Says("a", "甲")).counted == Says("the figures' own unit", "数据自身单位")


def test_terms_of() -> None:
    """A term and all inside it, from the outside in."""
    found = terms_of(Sum([Ratio(Field("a"), Field("b"))], less=[Times([Field("c")])]))
    assert [term.named() for term in found] == ["a/b - c", "a/b", "a", "b", "c", "c"]


RECORDS = st.fixed_dictionaries(
    {
        "patients_a_day": st.fractions(0, 10**6, max_denominator=1000),
        "share_using": st.fractions(0, 1, max_denominator=1000),
        "rx_per_patient": st.integers(0, 10**20),
        "working_days": st.fractions(0, 15, max_denominator=2),
    }
)


@given(RECORDS, st.sampled_from(["patients_a_day", "rx_per_patient", "working_days"]))
def test_doubling_an_input_of_a_product_doubles_the_result(record: dict[str, Fraction], name: str) -> None:
    """Scaling, exactly, whatever the size."""
    once = DEPARTMENT_TOTAL.estimate(record).value
    twice = DEPARTMENT_TOTAL.estimate({**record, name: 2 * record[name]}).value
    assert once is not None
    assert twice == 2 * once


@given(RECORDS, st.sets(st.sampled_from(sorted(set(E1) - {"own_patients_a_day"})), min_size=1))
def test_any_missing_input_keeps_the_answer_away(record: dict[str, object], gone: set[str]) -> None:
    """Whatever else is known, zero or not, the answer is missing and names just these."""
    found = DEPARTMENT_TOTAL.estimate({**record, **dict.fromkeys(gone)})
    assert found.value is None
    assert {one.name for one in found.missing} == gone


@given(RECORDS)
def test_the_estimator_answers_as_its_bare_rule(record: dict[str, object]) -> None:
    """One definition: what the estimator says is what its rule says, on a mapping and on an object."""
    assert DEPARTMENT_TOTAL.estimate(record).value == DEPARTMENT_TOTAL.rule(record)
    assert evolve(DEPARTMENT_TOTAL, name="x").estimate(type("Row", (), record)).value == DEPARTMENT_TOTAL.rule(record)


def test_the_page_lists_every_estimator() -> None:
    """The table of the page has a row for each ready-made estimator, with its source and its limits."""
    page = (Path(__file__).parents[3] / "docs/how-to/estimate-potential.md").read_text("utf-8")
    for name, one in ESTIMATORS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` {one.says.zh} |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[2:] == [one.of, one.source, one.limits.en]
