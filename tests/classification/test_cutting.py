"""Cut points by evidence: what given cuts make of a population, and what new ones change, beside brute force."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.classification import Scheme
from pharmasales.classification.cutting import boundaries, compare_cuts, cut_text, evidence_for
from pharmasales.classification.kept_cuts import cuts_data, read_cuts
from pharmasales.errors import BadConfig, BadRule, BadValue, NotComparable
from pharmasales.rules import Bands, Curve, Field, Pareto, Quantiles, Ratio, over

SALES = Field("sales", "销售额")
ABC = Scheme("size", ("A", "B", "C"))
VALUES = st.lists(st.none() | st.integers(-5, 30) | st.fractions(0, 5, max_denominator=3), max_size=25)
CUTS = st.lists(st.tuples(st.integers(-3, 28), st.booleans()), min_size=2, max_size=2, unique=True).map(sorted)


def rows(values):
    """Make records of one field."""
    return [{"sales": value} for value in values]


def bands(cuts):
    """Make bands C, B, A from two cuts, each with its side."""
    made = [over(at) if exclusive else at for at, exclusive in cuts]
    return Bands(SALES, list(zip(made, "CB", strict=True)), top="A")


@given(VALUES, CUTS)
def test_evidence_of_given_cuts_by_its_definition(values, cuts):
    """Each class has the records, sum, share, least and largest value that a loop over everybody finds."""
    rule = bands(cuts)
    found = evidence_for(rule, rows(values))
    known = [value for value in values if value is not None]
    whole = sum(value for value in known if value > 0)
    for one in found.evidence:
        members = [value for value in known if rule({"sales": value}) == one.label]
        total = sum(value for value in members if value > 0)
        assert (one.count, one.total) == (len(members), total)
        assert (one.low, one.high) == (min(members, default=None), max(members, default=None))
        assert one.share == (Fraction(total) / whole if whole else None)
    assert [one.label for one in found.evidence] == ["A", "B", "C"]
    assert (sum(one.count for one in found.evidence), found.missing) == (len(known), len(values) - len(known))


def test_evidence_is_that_of_the_fitted_rule():
    """The bands of a fitted rule, taken as given cuts, have the same evidence."""
    people = rows([60, 25, 10, 5, 0, None, -3])
    fitted = Pareto(SALES, (("80%", "A"), ("95%", "B")), rest="C").fit(people)
    assert evidence_for(fitted.bands, people) == fitted


def test_a_bad_value_is_named_by_its_position():
    """A text that is no number is refused with the place of its record, and without the value."""
    with pytest.raises(BadValue, match=r"not a number @ records\[1\], sales"):
        evidence_for(bands([(1, False), (2, False)]), rows([3, "three"]))


@given(VALUES, CUTS, CUTS)
def test_comparison_by_brute_force(values, old, new):
    """Every figure of a comparison is what grading everybody twice finds; a record that passes two cuts counts once."""
    before, after = bands(old), bands(new)
    found = compare_cuts(ABC, before, after, rows(values))
    pairs = [("ABC".index(before({"sales": v})), "ABC".index(after({"sales": v}))) for v in values if v is not None]
    assert (found.up, found.down) == (sum(n < w for w, n in pairs), sum(n > w for w, n in pairs))
    assert (found.same, found.missing) == (sum(n == w for w, n in pairs), len(values) - len(pairs))
    for place, cut in enumerate(found.cuts):
        assert cut.up == sum(now <= place < was for was, now in pairs)
        assert cut.down == sum(was <= place < now for was, now in pairs)
        assert (cut.old, cut.new) == (before.cuts[1 - place][0], after.cuts[1 - place][0])
        assert cut.change == cut.new.at - cut.old.at
        assert min(cut.up, cut.down) == 0


@given(VALUES, CUTS)
def test_the_same_cuts_change_nothing(values, cuts):
    """Compared with themselves, cut points move nobody."""
    found = compare_cuts(ABC, bands(cuts), bands(cuts), rows(values))
    assert (found.up, found.down) == (0, 0)
    assert all("stays at" in cut.why.text() for cut in found.cuts)


def test_a_comparison_speaks_both_languages():
    """A cut from 50 to over 60: what changed, by how much, and who moves."""
    people = rows([70, 60, 55, 50, 20])
    old, new = bands([(20, False), (50, False)]), bands([(20, False), (60, True)])
    found = compare_cuts(ABC, old, new, people)
    first = found.cuts[0]
    assert (first.change, first.growth, first.up, first.down) == (10, Fraction(1, 5), 0, 3)
    assert first.why.text() == "the cut of A from 50 to over 60: 0 up, 3 down"
    assert first.why.text("zh") == "A 的切点由 50 变为 超过 60：上调 0，下调 3"
    assert found.cuts[1].why.text("zh") == "B 的切点仍为 20：上调 0，下调 0"
    assert "over 60" in found._repr_html_()


def test_a_class_that_nobody_had_before():
    """Where a fitted rule had no B, the cut of B is the one of the next better class; a missing A has no cut."""
    old, new = Bands(SALES, ((50, "C"),), top="A"), Bands(SALES, ((20, "C"),), top="B")
    found = compare_cuts(ABC, old, new, rows([60, 30, 10]))
    assert [(c.letter, cut_text(c.old), cut_text(c.new), c.up, c.down) for c in found.cuts] == [
        ("A", 50, None, 0, 1),
        ("B", 50, 20, 1, 0),
    ]
    assert (found.cuts[0].change, found.cuts[0].growth) == (None, None)
    assert (found.up, found.down, found.same) == (1, 1, 1)
    assert compare_cuts(ABC, new, old, []).cuts[0].growth is None


def test_a_cut_at_zero_has_no_growth():
    """A change from zero is no percentage."""
    found = compare_cuts(ABC, bands([(-1, False), (0, False)]), bands([(-1, False), (5, False)]), [])
    assert (found.cuts[0].change, found.cuts[0].growth) == (5, None)


def test_cuts_that_count_downwards():
    """Days overdue: the fewest are best, and a longer term moves customers up."""
    old, new = (Bands(Field("days"), ((30, "A"), (limit, "B")), top="C") for limit in (60, 90))
    found = compare_cuts(ABC, old, new, [{"days": days} for days in (10, 45, 75, 120)])
    assert [(c.letter, c.old.at, c.new.at, c.up, c.down) for c in found.cuts] == [
        ("A", 30, 30, 0, 0),
        ("B", 60, 90, 1, 0),
    ]


def test_what_cannot_be_compared():
    """Two inputs, labels out of the scheme's order or unknown to it are refused."""
    good = bands([(1, False), (2, False)])
    with pytest.raises(NotComparable, match=r"cuts of sales and sales/all @ size \[grade.cuts\]"):
        compare_cuts(ABC, good, Bands(Ratio(SALES, Field("all")), ((1, "C"), (2, "B")), top="A"), [])
    with pytest.raises(BadRule, match=r"grade\.order"):
        boundaries(Bands(SALES, ((1, "C"), (2, "A")), top="B"), ABC)
    with pytest.raises(BadRule, match=r"grade\.order"):
        boundaries(Bands(SALES, ((1, "C"), (2, "A")), top="C"), ABC)
    with pytest.raises(BadRule, match=r"grade\.letter"):
        boundaries(Bands(SALES, ((1, "C"),), top="S"), ABC)


@given(VALUES, CUTS)
def test_kept_cuts_come_back(values, cuts):
    """Written as plain JSON and read back, cut points and evidence are the same."""
    found = evidence_for(bands(cuts), rows(values))
    assert read_cuts(json.loads(json.dumps(cuts_data(found)))) == found


@pytest.mark.parametrize("rule", [Pareto(SALES, (("80%", "A"), ("95%", "B")), rest="C"), Quantiles(SALES, 4, "volume")])
def test_kept_cuts_of_fitted_rules_come_back(rule):
    """A fitted rule is kept with the labels that nobody bears, and numbers stay labels."""
    fitted = rule.fit(rows([99, 1, Fraction(1, 3), 0, None]))
    assert read_cuts(json.loads(json.dumps(cuts_data(fitted)))) == fitted


KEPT = cuts_data(evidence_for(bands([(1, False), (2, True)]), rows([1, 2, 3])))


@pytest.mark.parametrize(
    "broken",
    [
        {},
        [],
        {**KEPT, "missing": -1},
        {**KEPT, "missing": True},
        {**KEPT, "evidence": 3},
        {**KEPT, "evidence": [{"label": "A"}]},
        {**KEPT, "evidence": [{**KEPT["evidence"][0], "label": "Z"}]},
        {**KEPT, "evidence": [{**KEPT["evidence"][0], "label": 1.5}]},
        {**KEPT, "evidence": [{**KEPT["evidence"][0], "total": "many"}]},
        {**KEPT, "bands": {"shape": "bands"}},
        {**KEPT, "bands": {"shape": "curve", "of": "x", "points": [[0, 0], [1, 1]]}},
        {**KEPT, "bands": None},
    ],
)
def test_kept_cuts_of_another_form_are_refused(broken):
    """Whatever was not written by `cuts_data` is one typed error, never half a set of cuts."""
    with pytest.raises(BadConfig):
        read_cuts(broken)


def test_a_rule_of_the_callers_own_is_not_kept():
    """Bands over a curve are kept; over an unknown rule they are not."""
    curve = Bands(Curve(SALES, ((0, 0), (10, 100))), ((50, "B"),), top="A")
    assert read_cuts(cuts_data(evidence_for(curve, rows([5])))).bands == curve
