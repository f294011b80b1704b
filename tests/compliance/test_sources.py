"""Table P1-C: a lead from each of the eleven sources, through the gate of CN-2026."""

from __future__ import annotations

from datetime import date

import pytest

from pharmasales.compliance import CN_2020, CN_2026, NONE, SOURCES, Action, LeadSource, source_table
from pharmasales.compliance.china_data import THRESHOLDS
from pharmasales.compliance.china_leads import BLOCKED
from pharmasales.errors import BadValue

DAY = date(2026, 3, 2)
JOURNAL = {"source": "advert", "drug": "prescription", "medium": "designated_journal", "reviewed": True}
OTC = {"source": "advert", "drug": "otc", "medium": "mass_media", "reviewed": True}
REFERRAL = {"source": "referral", "referrer_recorded": True, "person_told": True, "paid": False}
TENDER = {"source": "tender", "about": "company"}
PUBLISHED = {"source": "tender", "about": "person", "published": True, "refused": False}
UNPAID = {"source": "informant", "paid": False, "consent": True}
VISIT = {"source": "local_visit", "party": "company"}
PARTNER = {
    "source": "cooperation",
    "due_diligence": True,
    "service_contract": True,
    "processing_contract": True,
    "real_services": True,
    "cash_out": False,
}

TABLE = [
    ("S000-5", JOURNAL, "allow", "lead-advert"),
    ("S000-5", OTC, "allow", "lead-advert"),
    ("S000-5", OTC | {"medium": "internet"}, "allow", "lead-advert"),
    ("S000-5", JOURNAL | {"medium": "mass_media"}, "block", "lead-advert-medium"),
    ("S000-5", JOURNAL | {"medium": "internet"}, "block", "lead-advert-medium"),
    ("S000-5", JOURNAL | {"drug": "special"}, "block", "lead-advert-special"),
    ("S000-5", JOURNAL | {"reviewed": False}, "block", "lead-advert-unreviewed"),
    ("S000-5", OTC | {"reviewed": False}, "block", "lead-advert-unreviewed"),
    ("S000-6", {"source": "swap"}, "block", "lead-swap"),
    ("S000-7", REFERRAL, "allow", "lead-referral"),
    ("S000-7", REFERRAL | {"referrer_recorded": False}, "block", "lead-referral-unrecorded"),
    ("S000-7", REFERRAL | {"person_told": False}, "block", "lead-referral-untold"),
    ("S000-7", REFERRAL | {"paid": True}, "block", "lead-referral-paid"),
    ("S000-8", TENDER, "allow", "lead-tender"),
    ("S000-8", PUBLISHED, "allow", "lead-tender"),
    ("S000-8", PUBLISHED | {"published": False}, "block", "lead-tender-person"),
    ("S000-8", PUBLISHED | {"refused": True}, "block", "lead-tender-person"),
    ("S000-9", {"source": "courier_records"}, "block", "lead-courier-records"),
    ("S000-10", {"source": "pretence"}, "block", "lead-pretence"),
    ("S000-11", {"source": "informant", "paid": True, "consent": True}, "block", "lead-informant-paid"),
    ("S000-11", {"source": "informant", "paid": False, "consent": False}, "block", "lead-informant-no-consent"),
    ("S000-11", UNPAID, "allow", "lead-informant"),
    ("S000-12", {"source": "intrusion"}, "block", "lead-intrusion"),
    ("S000-13", VISIT, "allow", "lead-local-visit"),
    ("S000-13", VISIT | {"party": "lent", "capacity": "trading_party"}, "block", "lead-local-visit-individual"),
    ("S000-13", VISIT | {"party": "individual", "capacity": "trading_party"}, "block", "lead-local-visit-individual"),
    ("S000-13", VISIT | {"party": "individual", "capacity": "contact"}, "allow", "lead-local-visit"),
    ("S000-14", {"source": "bought_list"}, "block", "lead-bought-list"),
    ("S000-15", PARTNER, "allow", "lead-cooperation"),
    ("S000-15", PARTNER | {"due_diligence": False}, "block", "lead-cooperation-no-diligence"),
    ("S000-15", PARTNER | {"service_contract": False}, "block", "lead-cooperation-no-contract"),
    ("S000-15", PARTNER | {"processing_contract": False}, "block", "lead-cooperation-no-processing"),
    ("S000-15", PARTNER | {"real_services": False}, "block", "lead-cooperation-no-services"),
    ("S000-15", PARTNER | {"cash_out": True}, "block", "lead-cooperation-cash-out"),
]


@pytest.mark.parametrize(
    ("row", "facts", "outcome", "rule"),
    TABLE,
    ids=[f"{row}-{rule}-{place}" for place, (row, _, _, rule) in enumerate(TABLE)],
)
def test_table_p1_c(row, facts, outcome, rule):
    """P1-C: each row has its verdict, its rule, a reason in both languages, and its requirement as a source."""
    verdict = CN_2026.check(Action("take_lead", facts), as_of=DAY)
    assert (verdict.outcome, verdict.rule) == (outcome, rule)
    assert verdict.allowed is (outcome == "allow")
    assert SOURCES[facts["source"]].requirement == row
    assert verdict.source.endswith(row)
    assert verdict.why.head() == CN_2026[rule].why.en
    assert verdict.why.head("zh") == CN_2026[rule].why.zh
    assert verdict.cure == (CN_2026[rule].cure if outcome == "block" else None)


def test_every_row_of_the_table_is_here():
    """P1-C: the eleven rows, from S000-5 to S000-15, each with its verdict."""
    assert list(dict.fromkeys(row for row, _, _, _ in TABLE)) == [f"S000-{number}" for number in range(5, 16)]
    assert [source.requirement for source in SOURCES.values()] == [f"S000-{number}" for number in range(5, 16)]


NEEDED = [
    (JOURNAL, ["drug", "medium", "reviewed"]),
    (OTC, ["drug", "reviewed"]),
    (REFERRAL, ["referrer_recorded", "person_told", "paid"]),
    (TENDER, ["about"]),
    (PUBLISHED, ["published", "refused"]),
    (UNPAID, ["paid", "consent"]),
    (VISIT, ["party"]),
    (VISIT | {"party": "individual", "capacity": "contact"}, ["capacity"]),
    (PARTNER, ["due_diligence", "service_contract", "processing_contract", "real_services", "cash_out"]),
]


@pytest.mark.parametrize(("facts", "fact"), [(facts, fact) for facts, needed in NEEDED for fact in needed])
def test_a_condition_that_nobody_states_is_not_met(facts, fact):
    """A lead that is allowed is blocked as soon as a condition of it is left out, and the reason names it."""
    assert CN_2026.check(Action("take_lead", facts), as_of=DAY).outcome == "allow"
    verdict = CN_2026.check(Action("take_lead", facts | {fact: None}), as_of=DAY)
    assert verdict.outcome == "block"
    assert verdict.why.head().startswith("cannot be decided: missing ")
    assert fact.replace("_", " ") in verdict.why.head()
    assert fact in verdict.matched[0].missing


def test_only_the_source_is_asked_for():
    """Six ways are blocked by the source alone or by paying; no further fact makes them milder."""
    assert set(SOURCES) >= BLOCKED
    for source in BLOCKED:
        everything = REFERRAL | PARTNER | PUBLISHED | UNPAID | JOURNAL | {"source": source}
        assert CN_2026.check(Action("take_lead", everything), as_of=DAY).outcome == "block"


@pytest.mark.parametrize("source", [None, "", "a friend of Dr Example", "Referral"])
def test_a_lead_from_nowhere_is_blocked(source):
    """A missing, empty or unknown source is blocked, says what to do, and never repeats what was written."""
    verdict = CN_2026.check(Action("take_lead", REFERRAL | {"source": source}), as_of=DAY)
    assert (verdict.outcome, verdict.rule) == ("block", "lead-no-source")
    assert verdict.why.head("zh") == "线索来源不明"
    assert verdict.cure is not None
    assert verdict.cure.text() == "say where it comes from, in one of the known words"
    assert "Example" not in f"{verdict.why}{verdict!r}{verdict.html()}{verdict.table()}{verdict.action!r}"


def test_a_source_that_is_no_text_is_an_error():
    """A number or a control character is no source."""
    for source in (7, "tender\x00"):
        with pytest.raises(BadValue) as caught:
            Action("take_lead", {"source": source})
        assert caught.value.where == "take_lead.source"


@pytest.mark.parametrize("policy", [CN_2020, NONE])
def test_policies_that_do_not_know_the_sources(policy):
    """The table is CN-2026's; the others say that no clause speaks against a lead."""
    verdict = policy.check(Action("take_lead", {"source": "swap"}), as_of=DAY)
    assert (verdict.outcome, verdict.rule) == ("allow", "")


BATCHES = [
    ("ordinary", 5000, "batch-ordinary"),
    ("health_or_trade", 500, "batch-health-or-trade"),
    ("track_or_finance", 50, "batch-track-or-finance"),
]


@pytest.mark.parametrize(("kind", "most", "rule"), BATCHES)
@pytest.mark.parametrize("work_related", [False, True])
def test_bulk_thresholds(kind, most, rule, work_related):
    """S000-14: 5,000, 500 and 50 records are flagged, half where work-related; 以上 includes the number itself."""
    assert THRESHOLDS[kind] == most
    cut = most // 2 if work_related else most
    facts = {"record_kind": kind, "work_related": work_related, "gain": 0, "profit": 0}
    found = [CN_2026.check(Action("take_batch", facts | {"records": cut + more}), as_of=DAY) for more in (-1, 0, 1)]
    assert [(verdict.outcome, verdict.rule) for verdict in found] == [("allow", ""), ("warn", rule), ("warn", rule)]


@pytest.mark.parametrize(
    ("facts", "cut", "rule"),
    [
        ({"profit": 0, "work_related": False, "gain": "{}"}, 5000, "batch-gain"),
        ({"profit": 0, "work_related": True, "gain": "{}"}, 2500, "batch-gain"),
        ({"gain": 0, "work_related": False, "profit": "{}"}, 50000, "batch-profit"),
    ],
)
def test_gain_and_profit(facts, cut, rule):
    """S000-14: a gain of 5,000 yuan, half where work-related, and a profit of 50,000 are flagged, to the fen."""

    def at(yuan):
        filled = {name: value.format(yuan) if value == "{}" else value for name, value in facts.items()}
        return CN_2026.check(Action("take_batch", {"records": 1, "record_kind": "ordinary", **filled}), as_of=DAY)

    assert (at(f"{cut - 1}.99").outcome, at(cut).outcome, at(cut).rule) == ("allow", "warn", rule)


def test_the_registry_is_read_only_and_a_table():
    """The sources cannot be changed, speak both languages, and make a table of eleven rows."""
    with pytest.raises(TypeError):
        SOURCES["mine"] = SOURCES["swap"]  # type: ignore[index]  # what a careless program would do
    assert isinstance(SOURCES["swap"], LeadSource)
    assert (SOURCES["swap"].text(), SOURCES["swap"].text("zh")) == (
        "files swapped with other makers",
        "与其他厂家交换客户资料",
    )
    table = source_table()
    assert len(table) == 11
    assert [row[2] for row in table.rows] == [f"S000-{number}" for number in range(5, 16)]
    assert "招标目录" in table.text("zh")
