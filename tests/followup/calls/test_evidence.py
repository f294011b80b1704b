"""Expected, reported, verified: three counts, each traced to its visits."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadValue
from pharmasales.followup.calls.evidence import EVIDENCE_KINDS, CallEvidence, three_way
from pharmasales.followup.calls.reports import CallReport

DAY = date(2026, 3, 4)
CUSTOMERS = ("c1", "c2", "c3")


def call(number, customer, state="done", submitted=True):
    """Return a report."""
    given = {"reason": "travel"} if state in ("missed", "cancelled") else {}
    return CallReport(
        f"V{number}", "r1", customer, DAY, state=state, submitted=submitted and state != "planned", **given
    )


CALLS = st.lists(
    st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(("done", "missed", "planned")), st.booleans()), max_size=12
).map(lambda rows: [call(n, *row) for n, row in enumerate(rows)])
SAID = st.lists(
    st.builds(
        CallEvidence,
        st.integers(0, 14).map(lambda n: f"V{n}"),
        st.sampled_from(list(EVIDENCE_KINDS)),
        st.just(DAY),
        st.just("m1"),
        st.booleans(),
    ),
    max_size=12,
)


@given(st.dictionaries(st.sampled_from(CUSTOMERS), st.integers(0, 5)), CALLS, SAID, st.randoms())
def test_against_counting_by_hand(expected, calls, said, random):
    """Each count is what a person would count, in whatever order things are given."""
    found = three_way(expected, calls, said)
    made = [one for one in calls if one.state == "done" and one.submitted]
    for count in found.counts:
        own = [one.id for one in made if one.customer == count.customer]
        assert count.expected == expected.get(count.customer)
        assert count.reported == len(own)
        assert count.checked == len({one.call for one in said} & set(own))
        denied = {one.call for one in said if not one.confirms}
        assert count.confirmed == len(({one.call for one in said} - denied) & set(own))
        assert count.held == (Fraction(count.confirmed, count.checked) if count.checked else None)
        reached = Fraction(count.reported, count.expected) if count.expected else None
        assert count.reached == reached
    assert [count.customer for count in found.counts] == sorted({*expected, *(one.customer for one in made)})
    assert set(found.unmatched) == {one.call for one in said} - {one.id for one in made}
    random.shuffle(calls)
    random.shuffle(said)
    assert three_way(expected, calls, said) == found


def test_table():
    """Counts side by side; a customer without a plan has no share, one that nobody checked neither."""
    calls = [call(1, "c1"), call(2, "c1"), call(3, "c2")]
    said = [CallEvidence("V1", "customer", DAY, "m1"), CallEvidence("V2", "manager", DAY, "m1", confirms=False)]
    table = three_way({"c1": 4, "c3": 2}, calls, said).table()
    assert [row[1:] for row in table.rows] == [
        (4, 2, 2, 1, 1, Fraction(1, 2), Fraction(1, 2)),
        (None, 1, 0, 0, 0, None, None),
        (2, 0, 0, 0, 0, Fraction(0), None),
    ]
    assert [column.zh for column in table.columns][1:4] == ["应访", "所报", "抽查"]
    assert "<table>" in three_way({}, calls)._repr_html_()


def test_two_sources_that_disagree():
    """Whichever speaks first: the visit is checked and not confirmed; two that agree count once."""
    yes, no = CallEvidence("V1", "customer", DAY, "m1"), CallEvidence("V1", "manager", DAY, "m1", confirms=False)
    for said in ([yes, no], [no, yes], [no, yes, yes]):
        assert [(one.checked, one.confirmed) for one in three_way({}, [call(1, "c1")], said).counts] == [(1, 0)]
    assert [(one.checked, one.confirmed) for one in three_way({}, [call(1, "c1")], [yes, yes]).counts] == [(1, 1)]


def test_every_bad_row_at_once():
    """Counts that are none, and twins."""
    with pytest.raises(BadRows) as refused:
        three_way({"c1": -1, "c2": True, "c3": 1.0}, [call(1, "c1"), call(1, "c2")])
    assert [one.where for one in refused.value.exceptions] == [
        "expected of customer 'c1'",
        "expected of customer 'c2'",
        "expected of customer 'c3'",
        "call 'V1'",
    ]


@pytest.mark.parametrize(
    "given",
    [
        ("", "customer", DAY, "m1"),
        ("V1", "gps", DAY, "m1"),
        ("V1", "customer", None, "m1"),
        ("V1", "customer", DAY, ""),
    ],
)
def test_what_evidence_refuses(given):
    """No visit, no such source, no day, nobody."""
    with pytest.raises(BadValue):
        CallEvidence(*given)


def test_evidence_is_yes_or_no():
    """Half a confirmation is none."""
    with pytest.raises(BadValue) as refused:
        CallEvidence("V1", "customer", DAY, "m1", confirms="maybe")
    assert refused.value.code == "followup.calls.evidence"
