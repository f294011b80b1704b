"""Owners: gaps, loads and the layered contact plan (S001-12, S001-14)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive import Archive, Customer
from pharmasales.archive.contacts import contact_plan
from pharmasales.archive.ownership import LoadLimit, owner_gaps, owner_loads, standing
from pharmasales.errors import BadRule, NotFound
from pharmasales.org import Node, Org

DAY = date(2026, 3, 31)
ORG = Org.of(
    [
        Node("C", "Company", "company"),
        Node("N", "North", "region", "C"),
        Node("S", "South", "region", "C", until=date(2026, 3, 30)),
        Node("r1", "Rep One", "rep", "N"),
        Node("r2", "Rep Two", "rep", "N", until=DAY),
        Node("r3", "Rep Three", "rep", "N", until=date(2026, 3, 30)),
        Node("r4", "Rep Four", "rep", "N", since=date(2026, 4, 1)),
        Node("r5", " ", "rep", "N"),
        Node("s1", "Rep South", "rep", "S"),
    ]
)


def owned(*owners: str, kind: str = "hospital") -> Archive:
    """Make one customer an owner, H1, H2 and so on."""
    return Archive.of([Customer(f"H{n}", "Example Hospital", kind, owner=who) for n, who in enumerate(owners, 1)])


def test_every_gap_has_its_reason() -> None:
    """S001-12: no owner, one unknown to the organisation, one ended, one not yet there, a place without a name."""
    found = owner_gaps(owned("r1", "r2", "", "r9", "r3", "r4", "r5"), ORG, as_of=DAY)
    assert found.owned == {"H1": "r1", "H2": "r2"}
    assert [(gap.customer, gap.kind) for gap in found.gaps] == [
        ("H3", "none"),
        ("H4", "unknown"),
        ("H5", "ended"),
        ("H6", "not_yet"),
        ("H7", "nameless"),
    ]
    assert [gap.why.text() for gap in found.gaps] == [
        "H3 has no owner",
        "owner r9 of H4 is not in the organisation",
        "owner r3 of H5 left on 2026-03-30",
        "owner r4 of H6 begins on 2026-04-01",
        "the place r5 that owns H7 bears no name",
    ]
    assert [standing(ORG, "r4", day) for day in (DAY, date(2026, 4, 1))] == ["not_yet", "stands"]
    assert found.gaps[2].why.text("zh") == "H5 的负责人 r3 已于 2026-03-30 离岗"
    assert [row[0] for row in found.table().rows] == ["H3", "H4", "H5", "H6", "H7"]
    assert "无负责人的客户" in found.table().html("zh")
    assert "<table>" in found._repr_html_()


@given(st.lists(st.sampled_from(["", "r1", "r2", "r3", "r9", "N"])), st.dates(date(2026, 3, 28), date(2026, 4, 3)))
def test_owned_and_gaps_are_the_whole_archive(owners: list[str], day: date) -> None:
    """Every customer is in exactly one of the two, on any day, and an owner counts only while standing."""
    archive = owned(*owners)
    found = owner_gaps(archive, ORG, as_of=day)
    assert sorted([*found.owned, *(gap.customer for gap in found.gaps)]) == sorted(c.id for c in archive)
    assert all(standing(ORG, who, day) == "stands" for who in found.owned.values())
    assert all(gap.kind != "stands" for gap in found.gaps)


def test_loads_under_within_and_over() -> None:
    """Both limits are within; those with nobody count; places that have ended do not."""
    archive = owned(*["r1"] * 4, *["r2"] * 3, *["r5"] * 2, "s1")
    loads = owner_loads(archive, ORG, [LoadLimit("customers", least=2, most=3)], as_of=DAY)
    assert [(row.owner, row.count, row.state) for row in loads.rows] == [
        ("r1", 4, "over"),
        ("r2", 3, "within"),
        ("r5", 2, "within"),
        ("s1", 1, "under"),
    ]
    assert [row.owner for row in loads.of("over")] == ["r1"]
    assert loads.rows[0].why.text() == "r1 has 4 where customers allows 3 (4 hospital -)"
    assert loads.rows[3].why.text("zh") == "s1 有 1 家，customers 要求不少于 2（hospital - 1 家）"
    assert "超负荷" in loads.table().text("zh")
    assert "<table>" in loads._repr_html_()


def test_sixty_to_eighty_customers_a_rep() -> None:
    """P2-B as configuration: 59 is under, 60 and 80 are within, 81 is over."""
    limit = LoadLimit("60-80", least=60, most=80)
    assert [limit.state(count) for count in (59, 60, 80, 81)] == ["under", "within", "within", "over"]
    assert LoadLimit("most only", most=0).state(0) == "within"
    assert LoadLimit("least only", least=1).state(10**9) == "within"


def test_limits_by_kind_level_and_post() -> None:
    """A limit counts the customers of its kinds and levels, for the places of its posts."""
    archive = Archive.of(
        [
            Customer("H1", "A", "hospital", "r1", level="三级甲等"),
            Customer("H2", "B", "hospital", "r1", level="二级甲等"),
            Customer("D1", "C", "doctor", "r1"),
            Customer("D2", "D", "doctor", "N"),
        ]
    )
    limits = [
        LoadLimit("top hospitals", most=0, kinds=["hospital"], levels=["三级甲等"]),
        LoadLimit("regions", least=1, posts=["region"]),
    ]
    rows = owner_loads(archive, ORG, limits, as_of=DAY).rows
    assert [(row.owner, row.limit.name, row.count) for row in rows if row.owner in ("N", "r1")] == [
        ("N", "regions", 1),
        ("r1", "top hospitals", 1),
    ]
    assert owner_loads(archive, ORG, [LoadLimit("all", most=9)], as_of=DAY).rows[0].why.lines()[1:] == [
        "  1 doctor -",
        "  1 hospital 三级甲等",
        "  1 hospital 二级甲等",
    ]
    with pytest.raises(NotFound, match="no level 'district'"):
        owner_loads(archive, ORG, [LoadLimit("x", most=1, posts=["district"])], as_of=DAY)


@pytest.mark.parametrize(
    "limits", [{}, {"least": 3, "most": 2}, {"most": -1}, {"least": True}, {"most": "80"}, {"least": 1.5}]
)
def test_a_limit_must_hold(limits: dict[str, object]) -> None:
    """No limit at all, crossed, negative and half limits are refused by name."""
    with pytest.raises(BadRule, match="@ reps") as caught:
        LoadLimit("reps", **limits)  # type: ignore[arg-type]  # the point of the test
    assert caught.value.code == "owners.limit"


def test_core_customers_have_two_layers() -> None:
    """S001-14: the owner every day, and for core customers the superior at the named level."""
    plan = contact_plan(owned("r1", "r2"), ORG, {"H1"}, level="region", as_of=DAY)
    assert [(c.customer, c.core, c.owner, c.executive, c.state) for c in plan.contacts] == [
        ("H1", True, "r1", "N", "complete"),
        ("H2", False, "r2", "", "complete"),
    ]
    by_test = contact_plan(owned("r1", "r2"), ORG, lambda c: c.id == "H2" or None, level="company", as_of=DAY)
    assert [(c.core, c.executive) for c in by_test.contacts] == [(False, ""), (True, "C")]
    assert plan.contacts[0].why.text("zh") == "完整：r1 日常，N 协同"


def test_gaps_in_the_plan_are_named() -> None:
    """No owner, an owner without a superior there, and a superior who has left."""
    archive = owned("", "r3", "C", "s1")
    plan = contact_plan(archive, ORG, ["H1", "H2", "H3", "H4"], level="region", as_of=DAY)
    assert [(c.owner, c.executive, c.state) for c in plan.contacts] == [
        ("", "", "gap"),
        ("", "", "gap"),
        ("C", "", "gap"),
        ("s1", "", "gap"),
    ]
    assert [c.why.lines()[1:] for c in plan.contacts[1:]] == [
        ["  no owner stands for it", "  no executive: nobody to be found above an owner who does not stand"],
        ["  no executive: C has no superior at region"],
        ["  executive S does not stand"],
    ]
    assert len(contact_plan(archive, ORG, (), level="region", as_of=DAY).of("gap")) == 2


def test_conflicts_in_the_plan_are_named() -> None:
    """One person in both layers, an executive of another line, and one named for a customer that is not core."""
    archive = owned("N", "r1", "r1", "r1", "")
    named = {"H2": "s1", "H3": "C", "H4": "C", "H5": "C"}
    plan = contact_plan(archive, ORG, {"H1", "H2", "H3", "H5"}, level="region", as_of=DAY, named=named)
    assert [(c.executive, c.state) for c in plan.contacts] == [
        ("N", "conflict"),
        ("s1", "conflict"),
        ("C", "complete"),
        ("", "conflict"),
        ("C", "gap"),
    ]
    assert [c.why.lines()[1:] for c in plan.contacts] == [
        ["  N is owner and executive at once"],
        ["  executive s1 is no superior of owner r1"],
        [],
        ["  executive C is named, though it is no core customer"],
        ["  no owner stands for it"],
    ]
    gone = contact_plan(owned("r1"), ORG, {"H1"}, level="region", as_of=DAY, named={"H1": "S"})
    assert (gone.contacts[0].state, gone.contacts[0].executive) == ("gap", "")
    assert "冲突" in plan.table().text("zh")
    assert "<table>" in plan._repr_html_()


def test_unknown_words_are_refused() -> None:
    """A level, a core customer or a customer with a named executive that nobody knows is an error."""
    for core, level, named in (
        ({"H1"}, "district", None),
        ({"H9"}, "region", None),
        ((), "region", {"H9": "N"}),
    ):
        with pytest.raises(NotFound):
            contact_plan(owned("r1"), ORG, core, level=level, as_of=DAY, named=named)
