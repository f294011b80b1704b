"""Review, cut points and coverage on real data: prescribers, two years of distributor sales, hospitals."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from pharmasales.archive.levels import hospital_level
from pharmasales.classification import SCHEMES, Scheme, abc, classify, decile
from pharmasales.classification.capacity import ByCapacity, ClassVisits
from pharmasales.classification.coverage.allocation import share_out
from pharmasales.classification.coverage.by_class import class_coverage
from pharmasales.classification.cutting import compare_cuts
from pharmasales.classification.review.hysteresis import Hysteresis, hold
from pharmasales.classification.review.moves import GONE, NEW, transitions
from pharmasales.classification.review.shift import population_shift
from pharmasales.classification.review.stability import cut_sensitivity, near_cuts
from pharmasales.rules import Bands, Field
from pharmasales.units import VISIT, Amount

DATA = (Path(__file__).parents[3] / "../shared/data").resolve()
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data are not here")

DECILE = SCHEMES["decile"]


def rows(name):
    """Read a CSV file."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


@pytest.fixture(scope="module")
def prescribers():
    """Id and record of every prescriber, with both claims as numbers."""
    return [
        (row["prescriber_id"], "", {key: int(row[key]) for key in ("actual_claims", "predicted_claims")})
        for row in rows("cms_partd_2024_diabetes_prescribers_south_midwest.csv")
    ]


@pytest.fixture(scope="module")
def two_cuts(prescribers):
    """Deciles by actual and by predicted claims: two cuts of the same people."""
    return [classify(prescribers, DECILE, decile(Field(key))) for key in ("actual_claims", "predicted_claims")]


def test_transitions_between_two_cuts(prescribers, two_cuts):
    """5,721 prescribers between deciles by actual and by predicted claims: the matrix is what plain loops count."""
    was, now = two_cuts
    found = transitions(was, now)
    assert (found.total, found.compared) == (5721, 5721)
    plain = [(was.rule(record), now.rule(record)) for _, _, record in prescribers]
    assert found.counts == Counter((str(a), str(b)) for a, b in plain)
    assert found.moved("up") == sum(b > a for a, b in plain)
    assert found.moved("down") == sum(b < a for a, b in plain)
    assert found.stayed + found.up + found.down == 1
    assert (found.moved("up"), found.moved("down"), found.stayed) == (884, 1361, Fraction(3476, 5721))


def test_sensitivity_of_real_cuts(two_cuts):
    """Every cut of the deciles, 5 % and 10 % up and down: the counts of brute force over everybody, ties and all."""
    was, _ = two_cuts
    values = [graded.record["actual_claims"] for graded in was.grades]
    found = cut_sensitivity(was, ["5%", "-5%", "10%", "-10%"])
    cuts = [cut.at for cut, _ in was.rule.cuts]
    assert len(found.rows) == 4 * len(cuts)
    for row in found.rows:
        at, to = row.cut.at, row.cut.at * (1 + row.by)
        place = cuts.index(at)
        neighbours = [*cuts[max(place - 1, 0) : place], *cuts[place + 1 : place + 2]]
        if any((to - other) * (at - other) <= 0 for other in neighbours):
            assert row.moved is None
        else:
            assert row.down == sum(at <= value < to for value in values)
            assert row.up == sum(to <= value < at for value in values)


def test_near_real_cuts(two_cuts):
    """Who stands within 2 % of a cut, beside brute force."""
    was, _ = two_cuts
    cuts = [cut.at for cut, _ in was.rule.cuts]
    found = near_cuts(was, "2%")
    expected = sum(any(abs(graded.record["actual_claims"] - cut) * 50 <= cut for cut in cuts) for graded in was.grades)
    assert (len(found.customers), found.valued) == (expected, 5721)


def test_as_many_a_as_the_force_can_see(prescribers):
    """P2-B: ten reps of 130 visits a month; half for A at 6, three tenths for B at 3; ties go together."""
    rule = ByCapacity(Field("actual_claims"), 1300, [ClassVisits("A", 6, "50%"), ClassVisits("B", 3, "30%")], rest="C")
    found = rule.fit(record for _, _, record in prescribers)
    values = sorted((record["actual_claims"] for _, _, record in prescribers), reverse=True)
    for load, last in zip(
        found.loads[:2], (found.loads[0].customers, sum(o.customers for o in found.loads[:2])), strict=True
    ):
        assert values[last - 1] > values[last]
        assert load.used <= load.allowed < load.used + load.visits * values.count(values[last])
    assert sum(load.customers for load in found.loads) == 5721


@pytest.fixture(scope="module")
def years():
    """Customers with their net sales in 2017 and in 2018."""
    found = []
    for year in (2017, 2018):
        sales = Counter()
        with gzip.open(DATA / f"foresight_pharma_sales_{year}.csv.gz", "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                sales[row["Customer Name"].strip()] += Fraction(row["Sales"])
        found.append([(name, "", {"sales": value}) for name, value in sorted(sales.items())])
    return found


def test_abc_of_two_years(years):
    """ABC of 551 customers in 2017 and 751 in 2018: who stayed, moved and came; nobody is gone."""
    was, now = (classify(people, SCHEMES["abc"], abc()) for people in years)
    found = transitions(was, now)
    assert (found.total, found.compared) == (751, 551)
    assert (found.total_was(NEW), found.total_now(GONE)) == (200, 0)
    before, after = ({g.customer: g.grade.letter for g in one.grades} for one in (was, now))
    for old in "ABC":
        for new in "ABC":
            assert found.count(old, new) == sum(before.get(c) == old and after[c] == new for c in after)
    assert [[found.count(old, new) for new in "ABC"] for old in (*"ABC", NEW)] == [
        [247, 80, 40],
        [100, 17, 8],
        [42, 12, 5],
        [93, 75, 32],
    ]
    assert all(move.why.text() and move.why.text("zh") for move in found.moves)


def test_hysteresis_calms_real_customers(years):
    """With 10 % at each cut fewer customers move than by the rule alone, and none moves who did not before."""
    was, now = (classify(people, SCHEMES["abc"], abc()) for people in years)
    kept = {cut.at for cut, _ in now.rule.cuts}
    assert len(kept) == 2
    plain = {m.customer for m in transitions(was, now).moves if m.moved in ("up", "down")}
    held = hold(now, was.by_customer(), Hysteresis(share="10%"))
    calm = {m.customer for m in transitions(was, held).moves if m.moved in ("up", "down")}
    assert calm < plain
    assert (len(plain), len(calm)) == (282, 230)


def test_last_years_cuts_and_this_years(years):
    """The cuts of 2017 beside those of 2018, on the customers of 2018; and the classes then and now."""
    was, now = (classify(people, SCHEMES["abc"], abc()) for people in years)
    found = compare_cuts(SCHEMES["abc"], was.rule, now.rule, [record for _, _, record in years[1]])
    assert [(cut.letter, cut.up, cut.down) for cut in found.cuts] == [("A", 73, 0), ("B", 71, 0)]
    old, new = ([str(one.rule(record)) for _, _, record in years[1]] for one in (was, now))
    assert found.up == sum(b < a for a, b in zip(old, new, strict=True))
    assert found.down == sum(b > a for a, b in zip(old, new, strict=True))
    shift = population_shift(was, now)
    assert sum(one.now for one in shift.classes) == 751
    assert shift.distance == Fraction(10035, 413801)


def test_visits_of_two_thousand(years):
    """2,000 visits over the real ABC classes by 6 : 3 : 1 a customer: not one is lost."""
    now = classify(years[1], SCHEMES["abc"], abc())
    found = share_out(Amount.of(2000, VISIT), now, {"A": 6, "B": 3, "C": 1})
    assert sum(amount.minor for amount in found.customers.values()) == 2000
    assert sum(one.amount.minor for one in found.classes) == 2000


def test_coverage_of_real_hospitals_by_level():
    """3,699 hospitals by tier, those of Beijing developed; most have no level, and are a row of their own."""
    scheme = Scheme("tier", ("third", "second", "first"))
    rule = Bands(Field("tier"), ((2, "first"), (3, "second")), top="third")
    listed = list(rows("cn_fever_clinic_hospitals_2020_a.csv"))
    people = [(f"H{n}", "", {"tier": hospital_level(row["level"]).tier}) for n, row in enumerate(listed)]
    capital = {f"H{n}" for n, row in enumerate(listed) if row["province"] == "北京市"}
    found = class_coverage(classify(people, scheme, rule), capital)
    tiers = Counter(record["tier"] for _, _, record in people)
    assert [one.all for one in found.classes] == [tiers[3], tiers[2], tiers[1], tiers[None]]
    assert found.whole.all == 3699
    assert len(found.developed) == len(capital)
