"""Classify a population: everybody stands once, with a grade or without, and with the reason."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.classification import SCHEMES, Classification, Scheme, abc, classify, decile, doctor_matrix
from pharmasales.errors import BadRule, BadValue
from pharmasales.rules import Bands, Curve, Field, FirstMatch, Rule

ABC, DECILE = SCHEMES["abc"], SCHEMES["decile"]


def people(*sales: object) -> list[tuple[str, str, object]]:
    """Make customers c0, c1... with these sales."""
    return [(f"c{n}", f"Customer {n}", {"sales": value}) for n, value in enumerate(sales)]


def letters(found: Classification) -> list[str | None]:
    """Return the letters in the order of the customers."""
    return [graded.grade.letter if graded.grade else None for graded in found.grades]


def test_a_fitted_rule_keeps_its_bands_and_evidence() -> None:
    """What was fitted is stored as plain bands that grade a later record alike."""
    found = classify(people(80, 15, 5, None), ABC, abc())
    assert letters(found) == ["A", "B", "C", None]
    assert isinstance(found.rule, Bands)
    assert [found.rule({"sales": value}) for value in (80, 15, 14)] == ["A", "B", "C"]
    assert [(e.label, e.count, e.share) for e in found.evidence] == [
        ("A", 1, Fraction(4, 5)),
        ("B", 1, Fraction(3, 20)),
        ("C", 1, Fraction(1, 20)),
    ]
    assert found.by_customer() == {"c0": ABC.grade("A"), "c1": ABC.grade("B"), "c2": ABC.grade("C")}


def test_missing_is_kept_with_its_reason() -> None:
    """A customer without a value has no grade, and the reason says that it is missing, in both languages."""
    found = classify(people(10, None), ABC, abc())
    row = list(found.table().records())[1]
    assert (row["customer_id"], row["scheme"], row["grade"]) == ("c1", "abc", None)
    why = found.grades[1].why()
    assert "missing" in why.text()
    assert "缺失" in why.text("zh")
    assert repr(found.grades[1]) == "Graded('c1', None)"


def test_the_table_has_the_columns_of_the_file() -> None:
    """The grades table leads with customer_id, customer, scheme, grade, why."""
    table = classify(people(1), ABC, abc()).table()
    assert [column.key for column in table.columns] == ["customer_id", "customer", "scheme", "grade", "why"]
    assert [str(cell) for cell in table.rows[0][:4]] == ["c0", "Customer 0", "abc", "A"]


@pytest.mark.parametrize(
    ("rule", "scheme", "records", "expected"),
    [
        (
            doctor_matrix(50, 100),
            SCHEMES["doctor_matrix"],
            [{"use": 50, "potential": 100}, {"use": 49, "potential": 99}, {"use": None, "potential": 1}],
            ["B", "D", None],
        ),
        (
            FirstMatch(((Field("beds").at_least(500), "key"), (Field("beds").at_least(100), "other"))),
            Scheme("beds", ("key", "other")),
            [{"beds": 500}, {"beds": 499}, {"beds": 99}],
            ["key", "other", None],
        ),
        (
            Bands(Field("beds"), ((100, 2),), top=1),
            Scheme("beds", (1, 2)),  # type: ignore[arg-type]  # numbers are letters too
            [{"beds": 100}, {"beds": 99}, {"beds": None}],
            ["1", "2", None],
        ),
    ],
)
def test_row_rules_need_no_population(
    rule: Rule, scheme: Scheme, records: list[object], expected: list[str | None]
) -> None:
    """A row rule grades each record alone and leaves no evidence."""
    found = classify([(f"c{n}", "C", record) for n, record in enumerate(records)], scheme, rule)
    assert letters(found) == expected
    assert found.evidence == ()
    assert found.rule is rule


def test_a_letter_that_the_scheme_lacks_is_refused_before_anybody_is_graded() -> None:
    """Even a letter that nobody would get must be known."""
    with pytest.raises(BadRule, match=r"grade\.letter"):
        classify(people(), Scheme("ab", ("A", "B")), Bands(Field("sales"), ((1, "C"), (2, "B")), top="A"))


def test_a_curve_grades_nobody() -> None:
    """A rule that gives a number is refused."""
    with pytest.raises(BadRule, match="a Curve gives no grade"):
        classify(people(1), ABC, Curve(Field("sales"), ((0, 0), (1, 1))))


@pytest.mark.parametrize("sales", [(), (None,), (0, -5, None)])
def test_nobody_above_zero_fits_no_rule(sales: tuple[object, ...]) -> None:
    """A share of nothing is undefined: a typed error with its own code, never a grade."""
    for rule, scheme in ((abc(), ABC), (decile(), DECILE)):
        with pytest.raises(BadRule, match=r"rule\.fit"):
            classify(people(*sales), scheme, rule)


def test_a_record_without_the_field_is_no_missing_value() -> None:
    """A misspelt field is an error, not a customer without data."""
    with pytest.raises(BadValue, match=r"no field .sales. @ records\[0\]; did you mean .sale."):
        classify([("c0", "C", {"sale": 1})], ABC, abc())


def test_summary_counts_and_escapes() -> None:
    """The summary counts each letter with its share, the missing ones last, and HTML is escaped."""
    scheme = Scheme("<s>", ("<A>", "B"))
    found = classify(people(5, 1, None), scheme, Bands(Field("sales"), ((3, "B"),), top="<A>"))
    assert [tuple(map(str, row[:2])) + row[2:] for row in found.summary().rows[:2]] == [
        ("<A>", "1", Fraction(1, 3)),
        ("B", "1", Fraction(1, 3)),
    ]
    assert found.summary().rows[2][0].text("zh") == "缺失"  # type: ignore[union-attr]  # words in both languages
    assert "&lt;A&gt;" in found._repr_html_()
    assert "<A>" not in found._repr_html_()


VALUES = st.lists(st.none() | st.integers(-3, 30) | st.integers(-(10**12), 10**12), max_size=40)


@settings(deadline=None)
@given(VALUES, st.permutations(range(40)))
def test_the_order_of_customers_changes_no_grade(values: list[int | None], order: list[int]) -> None:
    """Whoever comes first, everybody gets the same grade; equal values get equal grades; more is never worse."""
    if not any(value is not None and value > 0 for value in values):
        return
    given_order = people(*values)
    mixed = [given_order[place] for place in order if place < len(values)]
    for rule, scheme in ((abc(), ABC), (decile(), DECILE)):
        found = classify(given_order, scheme, rule).by_customer()
        assert classify(mixed, scheme, rule).by_customer() == found
        known = sorted((value, found[f"c{n}"]) for n, value in enumerate(values) if value is not None)
        for (low, worse), (high, better) in pairwise(known):
            assert worse == better if low == high else worse <= better
        assert len(found) == len(known)


GROUPS = st.lists(st.tuples(st.sampled_from(["N", "S", "W", None]), st.none() | st.integers(-2, 9)), max_size=30)


@settings(deadline=None)
@given(GROUPS)
def test_groups_are_graded_as_if_each_were_alone(rows: list[tuple[str | None, int | None]]) -> None:
    """Each group gets the grades that it would get by itself; of no group is no grade, with its reason."""
    records = [(f"c{n}", "C", {"city": city, "sales": sales}) for n, (city, sales) in enumerate(rows)]
    found = classify(records, DECILE, decile(), within=["city"])
    for city in ("N", "S", "W"):
        mine = [record for record in records if record[2]["city"] == city]
        got = [graded for graded in found.grades if graded.record["city"] == city]  # type: ignore[index]  # a mapping
        if any(record[2]["sales"] and record[2]["sales"] > 0 for record in mine):
            alone = classify(mine, DECILE, decile())
            assert [graded.grade for graded in got] == [graded.grade for graded in alone.grades]
            assert found.groups[city,].evidence == alone.evidence
        else:
            assert {graded.grade for graded in got} <= {None, DECILE.grade(0)}
    lost = [graded for graded in found.grades if graded.record["city"] is None]  # type: ignore[index]  # a mapping
    assert all(graded.grade is None and "city is missing" in graded.why().text() for graded in lost)
    assert [graded.customer for graded in found.grades] == [record[0] for record in records]


def test_what_is_kept_of_groups_grades_somebody_later() -> None:
    """Cut points and evidence of each group are kept and applied to new records; a new group has no grade."""
    records = [
        ("a", "A", {"city": "N", "sales": 8}),
        ("b", "B", {"city": "N", "sales": 2}),
        ("c", "C", {"city": "S", "sales": 2}),
    ]
    found = classify(records, ABC, abc(), within=["city"])
    assert letters(found) == ["A", "B", "A"]
    assert found.evidence == ()
    assert {group: fitted.bands({"sales": 2}) for group, fitted in found.groups.items()} == {("N",): "B", ("S",): "A"}
    assert found.grade({"city": "S", "sales": 3}) == ABC.grade("A")
    assert [found.grade({"city": city, "sales": 3}) for city in ("W", None)] == [None, None]
    assert found.grade({"city": "N", "sales": None}) is None
    rows = found.evidence_table().rows
    assert [(row[0], row[1], row[2]) for row in rows if row[2]] == [("N", "A", 1), ("N", "B", 1), ("S", "A", 1)]
    assert classify([(one, name, record) for one, name, record in records], ABC, found.rule).grades == found.grades


def test_evidence_of_a_fit_to_everybody_stands_in_no_group() -> None:
    """One row a letter; a row rule has none."""
    assert [row[:3] for row in classify(people(8, 2), ABC, abc()).evidence_table().rows] == [
        (None, "A", 1),
        (None, "B", 1),
        (None, "C", 0),
    ]
    assert (
        classify(people(8), Scheme("s", ("x", "y")), Bands(Field("sales"), ((3, "y"),), top="x")).evidence_table().rows
        == []
    )


def test_only_a_population_rule_has_groups() -> None:
    """Bands are the same for everybody."""
    with pytest.raises(BadRule, match=r"only a population rule is fitted in groups @ within"):
        classify(people(1), Scheme("s", ("x", "y")), Bands(Field("sales"), ((3, "y"),), top="x"), within=["city"])
    with pytest.raises(BadRule, match=r"one text where several fields are due @ within"):
        classify(people(1), ABC, abc(), within="sales")
    with pytest.raises(BadValue, match=r"no field 'city'"):
        classify(people(1), ABC, abc(), within=["city"])
