"""Population rules: cumulative shares and equal parts, beside a brute-force restatement of their definitions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRule, BadValue
from pharmasales.rules import Field, Pareto, Quantiles, Ratio
from pharmasales.testing.laws import check_all

SALES = Field("sales")
ABC = Pareto(SALES, (("80%", "A"), ("95%", "B")), rest="C")

values = st.one_of(
    st.none(),
    st.integers(-3, 12),
    st.fractions(0, 5, max_denominator=4),
    st.integers(10**30, 10**30 + 3),
)
populations = st.lists(values, max_size=12).filter(lambda found: any(v is not None and v > 0 for v in found))


def rows(found):
    """Records of one field."""
    return [{"sales": value} for value in found]


@given(populations, st.lists(st.integers(1, 20), min_size=1, max_size=3, unique=True).map(sorted))
def test_pareto_by_its_definition(found, shares):
    """A value is in the first class whose share is above that of all larger values; zero and less are the rest."""
    cuts = list(zip((Fraction(share, 20) for share in shares), "ABC", strict=False))
    bands = Pareto(SALES, cuts, rest="Z").fit(rows(found)).bands
    above = [value for value in found if value is not None and value > 0]
    for value in found:
        if value is None:
            expected = None
        elif value <= 0:
            expected = "Z"
        else:
            larger = Fraction(sum(other for other in above if other > value)) / sum(above)
            expected = next((label for cut, label in cuts if larger < cut), "Z")
        assert bands({"sales": value}) == expected


@given(populations, st.integers(2, 12), st.sampled_from(("count", "volume")))
def test_quantiles_by_their_definition(found, parts, by):
    """A value's part comes from the head-count or the volume of all larger values; zero and less are part 0."""
    bands = Quantiles(SALES, parts, by).fit(rows(found)).bands
    weight = (lambda value: 1) if by == "count" else (lambda value: value)  # noqa: ARG005 - a head counts one
    above = [value for value in found if value is not None and value > 0]
    whole = sum(weight(value) for value in above)
    for value in found:
        if value is None:
            expected = None
        elif value <= 0:
            expected = 0
        else:
            larger = sum(weight(other) for other in above if other > value)
            expected = parts - (larger * parts) // whole
        assert bands({"sales": value}) == expected


@given(populations, st.randoms(use_true_random=False))
def test_order_does_not_matter(found, random):
    """The same people in another order give the same bands and the same evidence."""
    again = list(found)
    random.shuffle(again)
    for rule in (ABC, Quantiles(SALES, 4), Quantiles(SALES, 4, "volume")):
        assert rule.fit(rows(again)) == rule.fit(rows(found))


@pytest.mark.parametrize(
    ("found", "labels"),
    [
        ([60, 25, 10, 5], "AABC"),
        ([5, 10, 25, 60], "CBAA"),
        ([80, 15, 5], "ABC"),
        ([7], "A"),
        ([3, 3, 3, 3], "AAAA"),
        ([50, 10, 10, 10, 10, 10], "AAAAAA"),
        ([100, 0, -5], "ACC"),
        ([10**40, 10**40, 1], "AAC"),
        ([Fraction(1, 3), Fraction(2, 3)], "AA"),
    ],
)
def test_abc(found, labels):
    """Ties stay together, the one who crosses is inside, zero and less are the rest."""
    bands = ABC.fit(rows(found)).bands
    assert "".join(bands({"sales": value}) for value in found) == labels


@pytest.mark.parametrize(
    ("found", "parts", "by", "labels"),
    [
        (range(1, 11), 10, "count", list(range(1, 11))),
        ([9, 9, 9, 1, 0], 2, "count", [2, 2, 2, 1, 0]),
        ([5, 5, 5], 10, "count", [10, 10, 10]),
        ([7], 10, "count", [10]),
        ([3, 2, 1], 10, "count", [10, 7, 4]),
        ([50, 30, 20], 2, "volume", [2, 1, 1]),
        ([90, 5, 5], 10, "volume", [10, 1, 1]),
        ([1, None, -1], 3, "volume", [3, None, 0]),
    ],
)
def test_quantiles(found, parts, by, labels):
    """Deciles and the like by head-count and by volume; ties share the better part."""
    bands = Quantiles(SALES, parts, by).fit(rows(found)).bands
    assert [bands({"sales": value}) for value in found] == labels


def test_evidence():
    """Counts, totals, shares and ends of each label, the best first, and how many had no value."""
    fitted = ABC.fit(rows([60, 25, 10, 5, 0, -2, None]))
    assert [(e.label, e.count, e.total, e.share, e.low, e.high) for e in fitted.evidence] == [
        ("A", 2, 85, Fraction(17, 20), 25, 60),
        ("B", 1, 10, Fraction(1, 10), 10, 10),
        ("C", 3, 5, Fraction(1, 20), -2, 5),
    ]
    assert fitted.missing == 1
    assert fitted.table().text().splitlines()[2:] == [
        "A          2     85  85.0%     25       60",
        "B          1     10  10.0%     10       10",
        "C          3      5   5.0%     -2        5",
    ]
    assert fitted._repr_html_() == fitted.table().html()


def test_a_label_that_nobody_bears():
    """It stays in the evidence with nobody, and takes no cut."""
    fitted = ABC.fit(rows([100]))
    assert [(e.label, e.count, e.low, e.high) for e in fitted.evidence] == [
        ("A", 1, 100, 100),
        ("B", 0, None, None),
        ("C", 0, None, None),
    ]
    assert fitted.bands.labels() == ("C", "A")


@given(populations)
def test_the_laws_hold_for_what_was_fitted(found):
    """Bands that were fitted are rules like any other, and the evidence adds up."""
    for rule in (ABC, Quantiles(SALES, 5), Quantiles(Ratio(SALES, SALES), 3, "volume")):
        assert check_all(rule, rows(found)) == []


@pytest.mark.parametrize("rule", [ABC, Quantiles(SALES)])
@pytest.mark.parametrize("found", [[], [None], [0, 0], [-5, None]])
def test_nobody_above_zero(rule, found):
    """There is nothing to share out."""
    with pytest.raises(BadRule) as caught:
        rule.fit(rows(found))
    assert caught.value.code == "rule.fit"


@pytest.mark.parametrize("rule", [ABC, Quantiles(SALES)])
def test_a_bad_record_is_named(rule):
    """The position and the field of a value that is no number are in the error; the value is not."""
    with pytest.raises(BadValue, match=r"not a number @ records\[2\], sales") as caught:
        rule.fit(rows([5, 3, "secret"]))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (lambda: Pareto(SALES, (("95%", "A"), ("80%", "B")), rest="C"), "cuts[1]"),
        (lambda: Pareto(SALES, (("80%", "A"), ("80%", "B")), rest="C"), "cuts[1]"),
        (lambda: Pareto(SALES, ((0, "A"),), rest="C"), "cuts[0]"),
        (lambda: Pareto(SALES, ((80, "A"),), rest="C"), "cuts[0]"),
        (lambda: Pareto(SALES, (("80%", None),), rest="C"), "cuts[0]"),
        (lambda: Pareto(SALES, (("80%", "A"),), rest=1.5), ""),
        (lambda: Quantiles(SALES, 1), "parts"),
        (lambda: Quantiles(SALES, 2.0), "parts"),
        (lambda: Quantiles(SALES, True), "parts"),
        (lambda: Quantiles(SALES, 10, "volumes"), "by"),
    ],
)
def test_population_rules_that_cannot_hold(make, where):
    """Shares out of order or range, too few parts, an unknown measure: refused when made."""
    with pytest.raises(BadRule) as caught:
        make()
    assert caught.value.where == where
