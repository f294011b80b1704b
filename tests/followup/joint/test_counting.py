"""A joint visit counts once for the customer and once for each participant, and never twice."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule
from pharmasales.followup.joint.counting import joint_counts, joint_credits
from pharmasales.followup.joint.kinds import JOINT_KINDS, JOINT_ROLES, JointVisit

DAY = date(2026, 3, 4)
PEOPLE = ["p1", "p2", "p3", "p4", "p5"]


@st.composite
def visits(draw):
    """Return joint visits of both kinds, with two to five people each."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(list(JOINT_KINDS)))
        first, second = JOINT_ROLES[kind]
        people = draw(st.lists(st.sampled_from(PEOPLE), min_size=2, unique=True))
        roles = {person: draw(st.sampled_from([first, second])) for person in people}
        roles[people[0]], roles[people[1]] = first, second
        found.append(JointVisit(f"J{number}", kind, DAY, draw(st.sampled_from(["H1", "H2"])), roles))
    return found


@settings(deadline=None)
@given(visits(), st.randoms())
def test_once_for_the_customer_once_for_each_participant(held, random):
    """The law, by an oracle; the order given does not matter, and the kinds never mix."""
    mixed = list(held)
    random.shuffle(mixed)
    for kind in JOINT_KINDS:
        counts = joint_counts(held, kind)
        own = [visit for visit in held if visit.kind == kind]
        assert counts.visits == len(own) == sum(counts.customers.values())
        assert counts.customers == Counter(visit.customer for visit in own)
        assert counts.participants == Counter(person for visit in own for person in visit.participants)
        assert counts == joint_counts(mixed, kind)
        assert list(counts.participants) == sorted(counts.participants)
    lines = joint_credits(held)
    assert len(lines) == sum(1 + len(visit.participants) for visit in held)
    assert len({(one.visit, one.to, one.person) for one in lines}) == len(lines)
    assert [one.visit for one in lines if one.to == "customer"] == [visit.id for visit in held]


def test_each_line_says_why():
    """In both languages, with the role."""
    ride = JointVisit("J1", "coaching", DAY, "H1", {"m1": "coach", "r1": "employee"})
    lines = joint_credits([ride])
    assert [one.why.text() for one in lines] == [
        "coaching visit J1 counts once for the customer",
        "coaching visit J1 counts once for each who took part, as coach",
        "coaching visit J1 counts once for each who took part, as employee",
    ]
    assert lines[2].why.text("zh") == "内部协访（带教） J1 对每位参与者各计 1 次（被带教人）"
    assert [(one.customer, one.person, one.role) for one in lines] == [
        ("H1", "", ""),
        ("H1", "m1", "coach"),
        ("H1", "r1", "employee"),
    ]
    table = joint_counts([ride], "coaching").table()
    assert [row[2:] for row in table.rows] == [("H1", 1), ("m1", 1), ("r1", 1)]
    assert "协访计次" not in joint_counts([ride], "coaching")._repr_html_()


def test_ids_that_come_twice_and_unknown_kinds_are_refused():
    """No visit counts twice under another spelling; no count is made of both kinds."""
    ride = JointVisit("J1", "coaching", DAY, "H1", {"m1": "coach", "r1": "employee"})
    twin = JointVisit("j1", "coaching", DAY, "H2", {"m1": "coach", "r1": "employee"})
    with pytest.raises(BadRows, match="1 joint visits given twice"):
        joint_counts([ride, twin], "coaching")
    with pytest.raises(BadRule, match="did you mean"):
        joint_counts([ride], "coachin")
