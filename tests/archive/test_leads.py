"""Leads at the gate, quarantine, and what each source costs and yields (S000-5..16, S000-29, P1-C)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive import Archive, Customer, Sale
from pharmasales.archive.leads import Admission, Lead, admit, admitted
from pharmasales.archive.retention import retention_funnel
from pharmasales.archive.yields import Deal, lead_yields
from pharmasales.compliance.clauses import Clause
from pharmasales.compliance.gate import Policy
from pharmasales.compliance.override import Override
from pharmasales.compliance.policies import CN_2026, NONE
from pharmasales.compliance.sources import SOURCES
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, NotComparable, NotFound
from pharmasales.periods import Quarter
from pharmasales.rules import Field
from pharmasales.units import CNY, USD, Amount

DAY = date(2026, 3, 1)
REASON = Says("because", "因为")
HOUSE = Policy(
    "house",
    "1",
    [
        Clause("no-lists", "take_lead", Field("source").equals("bought_list"), "block", REASON, "S000-14", REASON),
        Clause("look-twice", "take_lead", Field("source").equals("advert"), "warn", REASON, "S000-5"),
    ],
)
LAWFUL: dict[str, dict[str, Any]] = {
    "advert": {"drug": "prescription", "medium": "designated_journal", "reviewed": True},
    "referral": {"referrer_recorded": True, "person_told": True, "paid": False},
    "tender": {"about": "company"},
    "informant": {"paid": False, "consent": True},
    "local_visit": {"party": "company"},
    "cooperation": {
        "due_diligence": True,
        "service_contract": True,
        "processing_contract": True,
        "real_services": True,
        "cash_out": False,
    },
}


def lead(number: int, source: str, cost: int | None = None, **more: Any) -> Lead:
    """Make a lead of a source."""
    amount = None if cost is None else Amount.of(cost, CNY)
    return Lead(f"L{number}", "agent", source, DAY, cost=amount, **more)


def test_blocked_is_quarantined_and_warned_of_is_flagged() -> None:
    """Each lead is in one place, with its verdict; the policy's reason and cure are in the table."""
    leads = [lead(1, "referral"), lead(2, "bought_list"), lead(3, "advert")]
    found = admit(leads, HOUSE, as_of=DAY)
    assert found.accepted == (leads[0], leads[2])
    assert [(one.lead.id, one.verdict.rule) for one in found.quarantined] == [("L2", "no-lists")]
    assert [(one.lead.id, one.verdict.outcome) for one in found.flagged] == [("L3", "warn")]
    assert repr(found) == "Admission(2 accepted, 1 in quarantine)"
    assert [(row["lead"], row["rule"], row["approver"]) for row in found.table().records()] == [
        ("L1", "", ""),
        ("L2", "no-lists", ""),
        ("L3", "look-twice", ""),
    ]
    shown = found.table().text("zh")
    assert "购买客户名单" in shown
    assert "禁止" in shown
    assert "<table>" in found._repr_html_()


@pytest.mark.parametrize("source", SOURCES)
def test_the_eleven_sources_of_the_trade(source: str) -> None:
    """P1-C: five are blocked whatever is stated; six pass once their conditions are stated, and not before."""
    facts = {"by": "r1", **LAWFUL.get(source, {"consent": True, "paid": False})}
    bare, stated = Lead("L1", "agent", source, DAY), Lead("L2", "agent", source, DAY, facts)
    found = admit([bare, stated], CN_2026, as_of=DAY)
    quarantined = [one.lead.id for one in found.quarantined]
    assert quarantined == (["L1"] if source in LAWFUL else ["L1", "L2"])
    assert all(one.verdict.rule.startswith("lead-") for one in found.quarantined)


def test_a_lead_from_nowhere_is_blocked() -> None:
    """P1-C: no source and an unknown one are quarantined; without a policy everything passes."""
    leads = [lead(1, ""), lead(2, "somebody told me")]
    assert [one.verdict.rule for one in admit(leads, CN_2026, as_of=DAY).quarantined] == ["lead-no-source"] * 2
    assert admit(leads, NONE, as_of=DAY).accepted == tuple(leads)
    assert [row[1] for row in admit(leads, NONE, as_of=DAY).table().rows] == ["", "somebody told me"]


def test_a_named_approver_lets_one_in() -> None:
    """P1-C: an override needs an approver and a reason, counts for its lead alone, is flagged and kept."""
    leads = [lead(n, "bought_list", facts={"by": "r1"}) for n in (1, 2)]
    override = Override("no-lists", "compliance-1", "bought with the firm's own shop")
    found = admit(leads, HOUSE, as_of=DAY, overrides={"L2": [override]})
    assert ([one.id for one in found.accepted], [one.lead.id for one in found.flagged]) == (["L2"], ["L2"])
    assert found.judged[1].verdict.overrides == (override,)
    assert [row["approver"] for row in found.table().records()] == ["", "compliance-1"]
    assert "bought with" not in repr(found) + found.table().text()
    with pytest.raises(BadValue, match="approver and actor are one"):
        admit(leads, HOUSE, as_of=DAY, overrides={"L1": [Override("no-lists", "r1", "my own")]})
    with pytest.raises(NotFound, match="no lead here"):
        admit(leads, HOUSE, as_of=DAY, overrides={"L9": [override]})
    with pytest.raises(NotFound):
        admit(leads, HOUSE, as_of=DAY, overrides={"L1": [Override("another", "compliance-1", "why not")]})


def test_every_bad_lead_at_once() -> None:
    """Twin ids and facts that nobody knows are refused together, and nothing is judged."""
    leads = [lead(1, "referral", facts={"payed": True}), lead(2, "tender"), Lead("l2", "agent", "tender", DAY)]
    with pytest.raises(BadRows) as caught:
        admit(leads, CN_2026, as_of=DAY)
    assert [(error.code, error.where) for error in caught.value.exceptions] == [
        ("leads.twins", "lead 'l2'"),
        ("action.fact", "lead 'L1', a fact of take_lead"),
    ]
    for code, make in (
        ("leads.source", lambda: lead(1, "referral", facts={"source": "tender"})),
        ("leads.cost", lambda: lead(1, "referral", -1)),
        ("id.empty", lambda: Lead("", "agent", "referral", DAY)),
    ):
        with pytest.raises(BadValue) as refused:
            make()
        assert refused.value.code == code
    assert repr(lead(1, "referral", facts={"by": "r1"})) == "Lead('L1')"


def test_quarantine_counts_in_no_figure() -> None:
    """A customer of blocked leads alone leaves the archive and every figure; one with a lawful lead too stays."""
    leads = [
        lead(1, "bought_list", customer="H1"),
        lead(2, "bought_list", customer="H2"),
        lead(3, "referral", customer="H2"),
        lead(4, "referral"),
    ]
    admission = admit(leads, HOUSE, as_of=DAY)
    archive = Archive.of([Customer(key, "Example") for key in ("H1", "H2", "L4", "H5")])
    lawful = admitted(archive, admission)
    assert (admission.barred, [c.id for c in lawful]) == (frozenset({"H1"}), ["H2", "L4", "H5"])
    quarter = Quarter(2026, 1)
    sales = [Sale(quarter, Amount.of(1, CNY), customer=c.id) for c in archive]
    assert retention_funnel(sales, [quarter], among=lawful)[quarter].new == ("H2", "H5", "L4")


def test_cost_and_yield_by_source_and_region() -> None:
    """S000-16, S000-29: accepted leads alone; what is missing leaves the rate missing, with the reason."""
    leads = [
        lead(1, "referral", 0, region="North"),
        lead(2, "referral", 30, region="North"),
        lead(3, "referral", region="South"),
        lead(4, "advert", 100, region="North", campaign="spring"),
        lead(5, "bought_list", 1, region="North"),
    ]
    deals = [Deal("L2", Amount.of(50, CNY)), Deal("L2", Amount.of(10, CNY)), Deal("L5", Amount.of(999, CNY))]
    found = lead_yields(admit(leads, HOUSE, as_of=DAY), deals)
    assert [
        (row.key, row.leads, row.won, row.rate, row.per_lead, row.per_win, row.back, row.uncosted) for row in found
    ] == [
        (("advert", "North"), 1, 0, Fraction(0), Fraction(100), None, None, 0),
        (("referral", "North"), 2, 1, Fraction(1, 2), Fraction(15), Fraction(30), Fraction(2), 0),
        (("referral", "South"), 1, 0, Fraction(0), None, None, None, 1),
    ]
    assert (found.barred, found.rows[1].amount) == (1, Amount.of(60, CNY))
    assert found.rows[2].why.text("zh") == "1 条线索成单 0 条（1 条未记录费用）"
    referrals = lead_yields(admit(leads, HOUSE, as_of=DAY), deals, by=["source"]).rows[1]
    assert (referrals.cost, referrals.uncosted, referrals.per_lead, referrals.back) == (
        Amount.of(30, CNY),
        1,
        None,
        None,
    )
    by_campaign = lead_yields(admit(leads, HOUSE, as_of=DAY), by=["campaign", "kind"])
    assert [(row.key, row.leads) for row in by_campaign] == [(("", "agent"), 3), (("spring", "agent"), 1)]
    rows = list(found.table().records())
    assert [row["cost"] for row in rows] == [Amount.of(100, CNY).value, Amount.of(30, CNY).value, None]
    assert "客户、朋友介绍" in found.table().text("zh")
    assert "<table>" in found._repr_html_()


def test_a_free_source_has_no_return_on_cost() -> None:
    """A cost of zero is known: a lead cost nothing, and worth over nothing is missing."""
    admission = admit([lead(1, "referral", 0)], NONE, as_of=DAY)
    row = lead_yields(admission, [Deal("L1", Amount.of(5, CNY))]).rows[0]
    assert (row.per_lead, row.per_win, row.back) == (0, 0, None)


def test_yields_refuse_what_cannot_be() -> None:
    """Unknown groups, contracts of no lead here, and two currencies."""
    admission = admit([lead(1, "referral", 1), lead(2, "referral", 1)], NONE, as_of=DAY)
    with pytest.raises(BadValue, match='did you mean "region"'):
        lead_yields(admission, by=["regoin"])  # type: ignore[list-item]  # the point of the test
    with pytest.raises(NotFound, match="no lead here"):
        lead_yields(admission, [Deal("L9", Amount.of(1, CNY))])
    with pytest.raises(NotComparable):
        lead_yields(admission, [Deal("L1", Amount.of(1, CNY)), Deal("L2", Amount.of(1, USD))])


MANY = st.lists(st.tuples(st.sampled_from([*SOURCES, ""]), st.sampled_from(["", "N", "S"]), st.none() | st.just(3)))


def made(rows: Sequence[tuple[str, str, int | None]]) -> list[Lead]:
    """Make leads with the facts that their sources need."""
    return [
        lead(n, source, cost, region=region, facts=LAWFUL.get(source, {}))
        for n, (source, region, cost) in enumerate(rows)
    ]


@given(MANY, st.sampled_from([HOUSE, CN_2026, NONE]))
def test_accepted_and_quarantined_are_all_that_was_given(
    rows: list[tuple[str, str, int | None]], policy: Policy
) -> None:
    """No lead is lost or counted twice, and the figures add up to the accepted ones."""
    leads = made(rows)
    found = admit(leads, policy, as_of=DAY)
    quarantined = [one.lead for one in found.quarantined]
    assert sorted((*found.accepted, *quarantined), key=leads.index) == leads
    assert not {one.id for one in found.accepted} & {one.id for one in quarantined}
    assert {one.lead.id for one in found.flagged} <= {one.id for one in found.accepted}
    deals = [Deal(one.id, Amount.of(2, CNY)) for one in leads]
    yields = lead_yields(found, deals)
    assert sum(row.leads for row in yields) == len(found.accepted) == sum(row.won for row in yields)
    assert yields.barred == len(quarantined)
    assert sum(row.cost.minor for row in yields if row.cost) == sum(
        one.cost.minor for one in found.accepted if one.cost
    )


@given(st.data(), MANY)
def test_the_order_of_the_leads_does_not_matter(data: st.DataObject, rows: list[tuple[str, str, int | None]]) -> None:
    """Any order gives the same yields and the same verdict for each lead."""
    leads = made(rows)
    one, other = (admit(some, CN_2026, as_of=DAY) for some in (leads, data.draw(st.permutations(leads))))
    assert lead_yields(one).rows == lead_yields(other).rows
    assert _rules(one) == _rules(other)


def _rules(admission: Admission) -> dict[str, str]:
    return {judged.lead.id: judged.verdict.rule for judged in admission.judged}
