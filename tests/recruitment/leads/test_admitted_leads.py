"""Over the gate's admission: what campaigns cost, what methods brought, how media compare, what leads score."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import Lead, admit
from pharmasales.archive.yields import Deal, lead_yields
from pharmasales.compliance import CN_2026, NONE
from pharmasales.errors import BadRows, BadRule, BadValue, NotComparable
from pharmasales.goals import PlannedMethod, plan_methods
from pharmasales.periods import Quarter
from pharmasales.recruitment.leads import (
    MEDIA_WEIGHTS,
    Campaign,
    Medium,
    Touch,
    campaign_costs,
    campaign_data,
    campaign_from,
    compare_media,
    lead_data,
    lead_from,
    method_reports,
    score_leads,
    source_costs,
    touch_data,
    touch_from,
)
from pharmasales.rules import Field, Part, Ratio, Weighted
from pharmasales.units import BOX, CNY, DAY, Amount

ON = date(2026, 3, 2)
TOLD = {"about": "company"}
ADVERT = {"drug": "otc", "medium": "mass_media", "reviewed": True}


def yuan(n):
    """Return an amount in yuan."""
    return Amount.of(n, CNY)


def lead(name, source="tender", *, campaign="", cost=None, region="R1", on=ON, facts=TOLD):
    """Return a lead, from a tender catalogue where nothing else is said."""
    return Lead(name, "agent", source, on, facts, region, campaign, cost)


def campaign(name="C1", source="tender", price=1000, end=ON):
    """Return a campaign of one day."""
    return Campaign(name, source, ON, end, None if price is None else yuan(price))


# --- campaigns ---


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.sampled_from(["", "C1", "C2"]), st.none() | st.integers(0, 9), st.booleans()), max_size=8),
    st.tuples(st.integers(0, 50), st.integers(0, 50)),
)
def test_no_fen_of_a_campaign_is_lost(given_, prices):
    """Own costs and prices of campaigns with a lead that counts are what the accepted leads cost, to the fen."""
    leads = [
        lead(
            f"L{n}", "tender" if good else "bought_list", campaign=name, cost=None if own is None else Amount(own, CNY)
        )
        for n, (name, own, good) in enumerate(given_)
    ]
    campaigns = [Campaign(f"C{n}", "tender", ON, ON, Amount(price, CNY)) for n, price in enumerate(prices, 1)]
    bad = [one.id for one in leads if one.campaign and one.source != "tender"]
    admission = admit(leads, CN_2026, as_of=ON)
    if bad:
        with pytest.raises(BadRows) as rows:
            campaign_costs(admission, campaigns)
        assert [error.where for error in rows.value.exceptions] == [f"lead {name!r}" for name in bad]
        return
    found = campaign_costs(admission, campaigns)
    busy = sum(row.campaign.price.minor for row in found.rows if row.accepted)
    own = sum(one.cost.minor for one in admission.accepted if one.cost is not None)
    assert sum(one.cost.minor for one in found.admission.accepted if one.cost is not None) == own + busy
    assert [row.accepted for row in found.rows] == [
        sum(one.campaign == row.campaign.id for one in admission.accepted) for row in found.rows
    ]
    assert [row.campaign.id for row in found.idle] == [row.campaign.id for row in found.rows if not row.accepted]


def test_cost_per_lead_and_per_contract():
    """1,000 over three leads in two regions; the one in quarantine bears nothing; one has a contract."""
    leads = [
        lead("L1", campaign="C1"),
        lead("L2", campaign="C1", cost=yuan(10)),
        lead("L3", campaign="C1", region="R2"),
        lead("L4", campaign="C1", facts={}),
        lead("L5", campaign="C9"),
    ]
    admission = admit(leads, CN_2026, as_of=ON)
    assert [one.id for one in admission.accepted] == ["L1", "L2", "L3", "L5"]
    found = campaign_costs(admission, [campaign(), campaign("C2")])
    assert [str(one.cost) for one in found.admission.accepted] == ["333.34 CNY", "343.33 CNY", "333.33 CNY", "None"]
    assert [(row.campaign.id, row.accepted, row.quarantined) for row in found.rows] == [
        ("C1", 3, 1),
        ("C2", 0, 0),
        ("C9", 1, 0),
    ]
    assert [row.why.text()[:24] for row in found.rows] == [
        "1,000.00 shared by 3 lea",
        "1,000.00 brought no lead",
        "nobody knows what it cos",
    ]
    assert found.table().rows[0][7] == Fraction(1000, 3)
    assert found.table().rows[1][7] is None
    rows = lead_yields(found.admission, [Deal("L1", yuan(9000))], by=["region"]).rows
    assert [(row.key, row.leads, row.won, row.per_lead) for row in rows] == [
        (("R1",), 3, 1, None),
        (("R2",), 1, 0, Fraction("333.33")),
    ]
    known = lead_yields(
        campaign_costs(admit(leads[:3], NONE, as_of=ON), [campaign()]).admission, [Deal("L1", yuan(9000))]
    )
    assert [row.per_win for row in known] == [Fraction("676.67"), None]


def test_an_unknown_price_makes_the_cost_unknown():
    """A lead with a cost of its own in a campaign whose price nobody knows costs an unknown sum."""
    admission = admit([lead("L1", campaign="C1", cost=yuan(10))], NONE, as_of=ON)
    assert campaign_costs(admission, [campaign(price=None)]).admission.accepted[0].cost is None


def test_campaigns_are_checked():
    """Twins, days, prices below zero and several units are refused."""
    with pytest.raises(BadRows):
        campaign_costs(admit([], NONE, as_of=ON), [campaign(), campaign("c1")])
    for make in (lambda: campaign(price=-1), lambda: campaign(end=ON - timedelta(1))):
        with pytest.raises(BadValue):
            make()
    boxes = admit([lead("L1", campaign="C1", cost=Amount(1, BOX))], NONE, as_of=ON)
    with pytest.raises(NotComparable):
        campaign_costs(boxes, [campaign()])


# --- media ---


def offers(**facts):
    """Return three offers; the journal reaches few, but of the trade."""
    return [
        Medium("journal", 40_000, "60%", yuan(30_000), facts),
        Medium("daily", 400_000, "2%", yuan(20_000), facts),
        Medium("site", 50_000, None, yuan(5_000), facts),
    ]


def test_media_by_reach_readers_of_the_trade_and_price():
    """Each against the best; a missing measure gives no rank; price alone is refused."""
    found = compare_media(offers())
    # journal: 20 x 0.1 + 60 x 1; price twice the lowest (5,000) or more: 0. daily: 20 x 1 + 60 x 8,000/24,000
    assert [(row.medium.id, str(row.score), row.rank) for row in found.rows] == [
        ("journal", "62.00", 1),
        ("daily", "40.00", 2),
        ("site", "None", None),
    ]
    assert [row.medium.per_thousand for row in found.rows] == [Fraction(1250), Fraction(2500), None]
    assert found.table().rows[0][4:6] == (30_000, Fraction(1250))
    assert found.rows[2].why.head() == "a score is missing, so there is no total"
    same = compare_media([Medium("a", 5, 1, yuan(1)), Medium("b", 5, 1, yuan(1)), Medium("c", 4, 1, yuan(1))])
    assert [row.rank for row in same.rows] == [1, 1, 3]
    own = compare_media(offers()[:2], {"reach": 80, "insiders": 0, "price": 20})
    assert [row.medium.id for row in own.rows] == ["daily", "journal"]
    assert sum(MEDIA_WEIGHTS.values()) == 100


def test_the_gate_judges_a_medium_first():
    """A prescription drug in a general paper is blocked, and is not the best that others are measured by."""
    general = {"drug": "prescription", "medium": "mass_media", "reviewed": True}
    journal = {"drug": "prescription", "medium": "designated_journal", "reviewed": True}
    first, second, third = offers()
    media = [
        Medium(first.id, first.reach, first.insiders, first.price, journal),
        Medium(second.id, second.reach, second.insiders, second.price, general),
        Medium(third.id, third.reach, "10%", yuan(40_000), journal),
    ]
    found = compare_media(media, policy=CN_2026, as_of=ON)
    assert [(row.medium.id, row.rank) for row in found.rows] == [("journal", 1), ("site", 2), ("daily", None)]
    assert found.rows[2].why.head("zh") == "未参与比较：合规拦截"
    assert str(found.rows[0].score) == "96.00"  # 20 x 0.8 + 60 + 20: the daily no longer sets the reach
    nobody = compare_media([media[1], Medium("x", 1, 1, yuan(1), general)], policy=CN_2026, as_of=ON)
    assert [row.rank for row in nobody.rows] == [None, None]
    with pytest.raises(BadValue, match=r"leads\.media"):
        compare_media(media, policy=CN_2026)


def test_media_are_checked():
    """Two offers or more, known weights that are not price alone, measures in their range, no twins, one unit."""
    for weights in (
        {"reach": 100},
        {"reach": 0, "insiders": 0, "price": 100},
        {"reach": 50, "insiders": 20, "price": 20},
    ):
        with pytest.raises(BadRule):
            compare_media(offers(), weights)
    with pytest.raises(BadRule, match=r"leads\.media"):
        compare_media(offers()[:1])
    with pytest.raises(BadRows):
        compare_media([*offers(), *offers()[:1]])
    with pytest.raises(NotComparable):
        compare_media([*offers(), Medium("x", 1, 1, Amount(1, BOX))])
    assert Medium("x", 0, "0%", Amount(0, CNY)).per_thousand is None
    for values in ((-1, 1, None), (1, "-1%", None), (True, 1, None), (1, "101%", None), (1, 1, Amount(-1, CNY))):
        with pytest.raises(BadValue, match=r"leads\.media"):
            Medium("x", *values)


# --- methods ---


def test_a_plan_of_methods_meets_the_leads():
    """The plan of goals is taken as it is; every accepted lead is in one row; nothing came means not executed."""
    quarter = Quarter(2026, 1)
    plan = plan_methods(
        [
            PlannedMethod("tender", 1, date(2026, 3, 1), date(2026, 3, 31), "50%"),
            PlannedMethod("AD-1", 2, date(2026, 3, 1), date(2026, 3, 10), "30%"),
            PlannedMethod("local_visit", 3, date(2026, 3, 20), date(2026, 3, 31), "20%"),
        ],
        quarter,
        Amount.of(40, DAY),
    )
    leads = [
        lead("L1"),
        lead("L2", on=date(2026, 2, 1)),
        lead("L3", "advert", campaign="AD-1", region="R2", facts=ADVERT),
        lead("L4", "referral", facts={"referrer_recorded": True, "person_told": True, "paid": False}),
        lead("L5", "bought_list"),
        lead("L6", facts={}),
        lead("L7", region="R9"),
        lead("L8", on=date(2026, 3, 20)),
    ]
    admission = admit(leads, CN_2026, as_of=ON)
    found = method_reports(plan.methods, admission, ["R1", "R2"], as_of=date(2026, 3, 15), won=["L2", "L6"])
    rows = [(row.method, row.region, row.leads, row.outside, row.won, row.quarantined, row.state) for row in found.rows]
    assert rows == [
        ("tender", "R1", 1, 1, 1, 1, "executed"),
        ("tender", "R2", 0, 0, 0, 0, "running"),
        ("tender", "R9", 1, 0, 0, 0, "executed"),
        ("AD-1", "R1", 0, 0, 0, 0, "not_executed"),
        ("AD-1", "R2", 1, 0, 0, 0, "executed"),
        ("local_visit", "R1", 0, 0, 0, 0, "to_come"),
        ("local_visit", "R2", 0, 0, 0, 0, "to_come"),
        ("", "R1", 0, 1, 0, 1, None),
    ]
    assert sum(row.leads + row.outside for row in found.rows) == len(admission.accepted) - 1  # L8 is yet to come
    assert [(row.method, row.region) for row in found.worthless] == [("AD-1", "R1")]
    assert found.rows[0].rate == Fraction(1, 2)
    assert found.table().rows[-1][1].zh == "计划外"
    assert method_reports(plan.methods, admission, ["R2"], as_of=date(2026, 3, 31)).rows[0].state == "not_executed"


def test_a_lead_counts_for_its_campaign_before_its_source():
    """A lead of a planned campaign that works through a planned source stands in one row alone."""
    plan = [PlannedMethod("tender", 1, ON, ON, 1), PlannedMethod("T-1", 2, ON, ON, 1)]
    admission = admit([lead("L1", campaign="T-1"), lead("L2")], NONE, as_of=ON)
    found = method_reports(plan, admission, ["R1"], as_of=ON)
    assert [(row.method, row.leads) for row in found.rows] == [("tender", 1), ("T-1", 1)]
    over = method_reports(
        plan, admit([lead("L1", on=ON + timedelta(1))], NONE, as_of=ON), ["R1"], as_of=date(2026, 4, 1)
    )
    assert [(row.leads, row.outside, row.state) for row in over.rows] == [
        (0, 1, "not_executed"),
        (0, 0, "not_executed"),
    ]


def test_methods_are_checked():
    """Twin methods and windows that end before they begin are all named."""
    methods = [PlannedMethod(name, n, ON, ON - timedelta(n), 1) for n, name in enumerate(("tender", "Tender"))]
    with pytest.raises(BadRows) as rows:
        method_reports(methods, admit([], NONE, as_of=ON), [], as_of=ON)
    assert len(rows.value.exceptions) == 2


# --- scores ---

RULE = Weighted([Part("share", 60, Ratio(Field("ours"), Field("all"))), Part("keen", 40, Field("keen"))])


def test_scores_say_why_and_what_to_ask():
    """The best first, ties alike; a missing measure is asked for; quarantine has no score."""
    facts = {
        "L1": {"ours": 1, "all": 2, "keen": 1},
        "L2": {"ours": 1, "all": 1, "keen": "0.25", "colour": "red"},
        "L3": {"ours": 1, "all": 2, "keen": 1},
        "L4": {"keen": 0},
        "L5": {"ours": 1, "all": 1, "keen": 1},
    }
    leads = [*(lead(f"L{n}") for n in range(1, 5)), lead("L5", "bought_list"), lead("L6")]
    found = score_leads(admit(leads, CN_2026, as_of=ON), facts, RULE, key_from=70)
    assert [(row.lead, str(row.score), row.rank, row.key) for row in found.rows] == [
        ("L1", "70.00", 1, True),
        ("L2", "70.00", 1, True),
        ("L3", "70.00", 1, True),
        ("L4", "None", None, None),
        ("L6", "None", None, None),
    ]
    assert [(row.best, row.ask) for row in found.rows[1:]] == [
        (("share", "keen"), ()),
        (("keen", "share"), ()),
        ((), ("share",)),
        ((), ("share", "keen")),
    ]
    assert found.keys == ("L1", "L2", "L3")
    assert [row[3].zh for row in found.table().rows[2:4]] == ["重点", "待补充"]
    strict = score_leads(admit(leads, CN_2026, as_of=ON), facts, RULE, key_from="70.01")
    assert strict.keys == ()
    with pytest.raises(BadRows):
        score_leads(admit(leads, CN_2026, as_of=ON), {"L9": {}}, RULE, key_from=70)


# --- plain data ---


def test_leads_campaigns_and_touches_survive_json():
    """What a store keeps is read back as it was."""
    facts = {"value": Fraction(1, 3), "since": ON, "paid": False, "records": 3}
    one = lead("L1", campaign="C1", cost=yuan(5), facts=facts)
    assert lead_from(json.loads(json.dumps(lead_data(one)))) == one
    assert lead_from(lead_data(one)).facts == facts
    for made in (campaign(), campaign(price=None)):
        assert campaign_from(json.loads(json.dumps(campaign_data(made)))) == made
    for at in (ON, datetime(2026, 3, 2, 9, 30, tzinfo=UTC)):
        touch = Touch("L1", at, "phone", "p1")
        assert touch_from(json.loads(json.dumps(touch_data(touch)))) == touch
    for read in (lead_from, campaign_from, touch_from):
        with pytest.raises(BadValue, match=r"leads\.record"):
            read({"id": "secret"})


def test_a_free_offer_is_compared_without_the_price():
    """Nothing is dearer than nothing by a part, so that the price must weigh 0; then it is not looked at."""
    media = [
        Medium("own page", 400, "50%", yuan(0)),
        Medium("journal", 800, "50%", yuan(900)),
        Medium("x", 400, "50%", None),
    ]
    with pytest.raises(BadRule, match="price"):
        compare_media(media)
    found = compare_media(media, {"reach": 40, "insiders": 60, "price": 0})
    assert [(row.medium.id, str(row.score), row.rank) for row in found.rows] == [
        ("journal", "100.00", 1),
        ("own page", "50.00", 2),
        ("x", "50.00", 2),
    ]


def test_a_contract_of_no_lead_is_refused():
    """A method cannot have won what nobody found; all are named."""
    admission = admit([lead("L1"), lead("L2", "bought_list")], CN_2026, as_of=ON)
    plan = [PlannedMethod("tender", 1, ON, ON, 1)]
    with pytest.raises(BadRows) as rows:
        method_reports(plan, admission, ["R1"], as_of=ON, won=["L9", "L1", "l2"])
    assert [error.where for error in rows.value.exceptions] == ["lead 'L9'", "lead 'l2'"]
    assert method_reports(plan, admission, ["R1"], as_of=ON, won=["L1", "L2"]).rows[0].won == 1


def test_a_window_counts_both_of_its_days():
    """A lead of the first day and of the last; on the last day itself nothing more is awaited."""
    plan = [PlannedMethod("tender", 1, ON, ON + timedelta(2), 1)]
    for days, leads_, outside in ((-1, 0, 1), (0, 1, 0), (2, 1, 0), (3, 0, 1)):
        admission = admit([lead("L1", on=ON + timedelta(days))], NONE, as_of=ON)
        row = method_reports(plan, admission, ["R1"], as_of=ON + timedelta(9)).rows[0]
        assert (row.leads, row.outside) == (leads_, outside)
    nothing = admit([], NONE, as_of=ON)
    states = [method_reports(plan, nothing, ["R1"], as_of=ON + timedelta(n)).rows[0].state for n in (-1, 0, 1, 2)]
    assert states == ["to_come", "running", "running", "not_executed"]


def test_the_two_strongest_measures_are_named():
    """The first of the rule where they are alike; what scores nothing is no strength."""
    rule = Weighted([Part(name, weight, Field(name)) for name, weight in (("a", 20), ("b", 30), ("c", 30), ("d", 20))])
    found = score_leads(
        admit([lead("L1"), lead("L2")], NONE, as_of=ON),
        {"L1": {"a": "0.5", "b": 1, "c": 1, "d": 1}, "L2": {"a": 0, "b": 0, "c": "0.1", "d": 0}},
        rule,
        key_from=50,
    )
    assert [row.best for row in found.rows] == [("b", "c"), ("c",)]


def test_what_a_source_wastes_is_part_of_its_cost():
    """1,000 brought two leads and 500 none: a lead costs 750, a contract 1,500; missing where there is none."""
    leads = [
        lead("L1", campaign="C1"),
        lead("L2", campaign="C1"),
        lead("L3", "referral", cost=yuan(30)),
        lead("L4", "local_visit"),
        lead("L5", "advert", campaign="C4"),
        lead("L6", "mail", cost=yuan(10)),
        lead("L7", "mail"),
    ]
    campaigns = [campaign(), campaign("C2", price=500), campaign("C3", "fair", 80), campaign("C4", "advert", 0)]
    found = campaign_costs(admit(leads, NONE, as_of=ON), [*campaigns, campaign("C5", "web", None)])
    rows = {row.source: row for row in source_costs(found, [Deal("L1", yuan(9000))]).rows}
    assert {name: (row.leads, row.won, row.per_lead, row.per_win, row.unknown) for name, row in rows.items()} == {
        "advert": (1, 0, 0, None, 0),
        "fair": (0, 0, None, None, 0),
        "local_visit": (1, 0, None, None, 1),
        "mail": (2, 0, None, None, 1),
        "referral": (1, 0, 30, None, 0),
        "tender": (2, 1, 750, 1500, 0),
        "web": (0, 0, None, None, 1),
    }
    assert list(rows) == sorted(rows)
    assert (rows["tender"].cost, rows["tender"].idle, rows["referral"].idle) == (yuan(1000), yuan(500), None)
    assert rows["fair"].why.lines() == [
        "0 leads, 0 contracts",
        "  campaigns without a lead: 1, for 80.00",
        "  no lead that counts, so no cost of a lead",
        "  no contract, so no cost of a contract",
    ]
    assert rows["web"].why.lines()[1] == "  the cost of 1 is not recorded"
    assert rows["tender"].why.text("zh") == "线索 2 条，合同 1 份（1 个活动未带来线索，费用 500.00）"
    whole = sum((row.per_lead or 0) * row.leads for row in rows.values())
    assert whole == 1000 + 500 + 30
    table = source_costs(found).table()
    assert table.rows[5][3:7] == (1000, 500, 750, None)
