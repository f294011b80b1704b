"""What would change an estimate most: exact swings, ranked, ties named."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification.potential.estimating import Estimator
from pharmasales.classification.potential.estimators import DEPARTMENT_TOTAL, SALES_TOTAL
from pharmasales.classification.potential.inputs import Input
from pharmasales.classification.potential.swings import Sensitivity, sensitivity
from pharmasales.display import Says
from pharmasales.errors import BadRule
from pharmasales.rules import Ratio
from pharmasales.units import BOX

E1 = {"patients_a_day": 80, "share_using": "0.3", "rx_per_patient": 3, "working_days": 22}


def ranks(found: Sensitivity) -> list[tuple[str, int | None, object]]:
    """Return name, rank and swing of each input, in order."""
    return [(swing.input.name, swing.rank, swing.swing) for swing in found.swings]


def test_in_a_product_one_step_weighs_alike() -> None:
    """E1 with 10 % either way: each input moves 158.4 boxes, all share rank 1, and the tie is named."""
    found = sensitivity(DEPARTMENT_TOTAL, E1)
    swing = Fraction(1584, 5)
    assert ranks(found) == [(one.name, 1, swing) for one in DEPARTMENT_TOTAL.inputs]
    assert len(found.most) == 4
    assert found.why.head() == (
        "patients a day, share using the drug, average prescription per patient, working days tie: "
        "each swings the estimate by 316.8 BOX a month"
    )
    first = found.swings[0]
    assert (first.low, first.high, first.at_low, first.at_high) == (72, 88, Fraction(7128, 5), Fraction(8712, 5))
    assert first.why.lines() == [
        "10 % more patients a day: +158.4 BOX a month",
        "  10 % less patients a day: -158.4 BOX a month",
        "  ties with share using the drug, average prescription per patient, working days",
    ]
    assert first.why.head("zh") == "日均门诊人次增加 10%：+158.4 盒/月"


def test_what_is_known_worst_changes_most() -> None:
    """Each input in its own plausible range: the widest swing first, 1, 2, 2, 4 where two tie."""
    known = {
        "patients_a_day": ("70", 90),
        "share_using": ("0.2", "0.4"),
        "rx_per_patient": "12.5%",
        "working_days": "5%",
    }
    found = sensitivity(DEPARTMENT_TOTAL, E1, known)
    assert ranks(found) == [
        ("share_using", 1, 1056),
        ("patients_a_day", 2, 396),
        ("rx_per_patient", 2, 396),
        ("working_days", 4, Fraction(792, 5)),
    ]
    assert found.why.head("zh") == "用药比例影响最大：由 0.2 至 0.4，估计变动 1,056 盒/月"
    assert found.swings[0].why.lines() == [
        "share using the drug 0.4 in place of 0.3: +528 BOX a month",
        "  share using the drug 0.2 in place of 0.3: -528 BOX a month",
    ]
    assert found.swings[1].why.lines("zh")[-1] == "  与人均处方量并列"
    assert found.table().rows[0][2:7] == (Fraction(1, 5), Fraction(2, 5), 1056, 2112, 1056)
    assert "变动幅度" in found.table().text("zh")
    assert "<table>" in found._repr_html_()


def test_an_input_goes_no_further_than_it_can() -> None:
    """A share of 0.95 stops at 1, 31 days at 31, and the sentence does not claim 10 %."""
    found = sensitivity(DEPARTMENT_TOTAL, {**E1, "share_using": "0.95", "working_days": 31})
    by_name = {swing.input.name: swing for swing in found.swings}
    assert (by_name["share_using"].low, by_name["share_using"].high) == (Fraction(171, 200), 1)
    assert by_name["share_using"].why.head() == "share using the drug 1 in place of 0.95: +372 BOX a month"
    assert by_name["working_days"].why.head() == "working days stays 31: 0 BOX a month"
    assert by_name["patients_a_day"].rank == 1


def test_zero_stays_zero_in_per_cent() -> None:
    """A share of zero moves by no step: nothing changes the estimate; with two values it does."""
    nobody = {**E1, "share_using": 0}
    found = sensitivity(DEPARTMENT_TOTAL, nobody)
    assert found.most == ()
    assert found.why.head() == "no input changes it within its range"
    some = sensitivity(DEPARTMENT_TOTAL, nobody, {"share_using": (0, "0.1")})
    assert ranks(some)[0] == ("share_using", 1, 528)
    assert [rank for _, rank, _ in ranks(some)] == [1, 2, 2, 2]


def test_a_sum_tells_its_parts_apart() -> None:
    """In a sum the larger part swings more by the same step."""
    found = sensitivity(SALES_TOTAL, {"own_sales": 100, "rival_sales": 900}, step="50%")
    assert ranks(found) == [("rival_sales", 1, 900), ("own_sales", 2, 100)]
    assert found.swings[0].why.head() == "50 % more rivals' sales: +450 BOX a month"


def test_what_keeps_the_answer_away() -> None:
    """A missing input: no swings, and the input by name."""
    found = sensitivity(DEPARTMENT_TOTAL, {**E1, "share_using": None}, {"share_using": (0, 1)})
    assert (found.swings, [one.name for one in found.missing]) == ((), ["share_using"])
    assert found.why.text() == "no estimate to change: share using the drug is not known"
    assert found.why.text("zh") == "无估计：用药比例未知"
    assert len(found.table()) == 0


def test_an_end_without_an_answer() -> None:
    """Where one end would be divided by zero there is no swing and no rank, and the input stands last."""
    a, b = (Input(name, Says(name, name), Says("pieces", "个")) for name in "ab")
    each = Estimator(
        name="each", says=Says("each", "每"), rule=Ratio(a.term, b.term), inputs=[b, a], unit=BOX, per="day"
    )
    found = sensitivity(each, {"a": 6, "b": 3}, {"b": (0, 6)})
    assert ranks(found) == [("a", 1, Fraction(2, 5)), ("b", None, None)]
    assert found.swings[1].why.lines() == ["b 6 in place of 3: -1 BOX a day", "  b 0 in place of 3: no estimate"]
    none = sensitivity(each, {"a": 6, "b": 0})
    assert (none.swings, none.missing) == ((), ())
    assert none.why.text() == "no estimate to change: b is zero and divides"


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"patient_a_day": (1, 2)}, "did you mean"),
        ({"patients_a_day": (90, 70)}, "out of order"),
        ({"patients_a_day": (90, 100)}, "leaves out the value"),
        ({"share_using": ("0.2", "1.1")}, "beyond what can be"),
        ({"patients_a_day": (-1, 100)}, "beyond what can be"),
        ({"patients_a_day": "0%"}, "not above zero"),
        ({"patients_a_day": "-10%"}, "not above zero"),
        ({"patients_a_day": (70, 80, 90)}, "two values"),
        ({"patients_a_day": "some"}, "not a number"),
    ],
)
def test_ranges_that_cannot_be(known: dict[str, object], reason: str) -> None:
    """No such input, out of order, beyond the input's own range, without its value, no share."""
    with pytest.raises(BadRule, match=reason):
        sensitivity(DEPARTMENT_TOTAL, E1, known)  # type: ignore[arg-type]  # the point of the test


def test_no_estimate_in_a_repr() -> None:
    """What one customer could use is in no repr."""
    assert "1584" not in repr(sensitivity(DEPARTMENT_TOTAL, E1))


@given(
    st.fractions(1, 10**6, max_denominator=100),
    st.fractions(Fraction(1, 100), Fraction(1, 2), max_denominator=100),
    st.fractions(Fraction(1, 100), 1, max_denominator=100),
)
def test_the_swing_is_the_difference_of_two_estimates(patients: Fraction, share: Fraction, step: Fraction) -> None:
    """Each end is what the estimator itself says there; unclipped steps of a product swing twice the step, exactly."""
    record = {**E1, "patients_a_day": patients, "share_using": share, "working_days": 10}
    found = sensitivity(DEPARTMENT_TOTAL, record, step=step)
    value = found.estimate.value
    assert value is not None
    for swing in found.swings:
        ends = [DEPARTMENT_TOTAL.estimate({**record, swing.input.name: end}).value for end in (swing.low, swing.high)]
        assert [swing.at_low, swing.at_high] == ends
        assert swing.swing == 2 * step * value
        assert swing.rank == 1
        assert len(swing.ties) == 3
