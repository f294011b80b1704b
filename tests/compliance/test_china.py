"""Every clause of the Chinese policies on both sides, E44 and E58, and the vocabulary that they use."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pharmasales.compliance import ACTIONS, CN_2020, CN_2026, NONE, POLICIES, Action, company_policy

DAY = date(2026, 3, 2)
TOMORROW = DAY + timedelta(days=1)
REP = {"role": "medical_rep"}
GIFT = {"role": "business_rep", "kind": "gift", "recipient": "individual", "value": 50, "tied_to_sales": False}
MEAL = GIFT | {"kind": "meal"}
SPONSOR = GIFT | {"kind": "sponsorship", "recipient": "institution", "written_agreement": True}
FEE = {"real_services": True, "written_agreement": True, "tied_to_sales": False}
VISIT = {"filed": True, "institution_consents": True, "clinical_area": False, "material_approved": True}
MAIL = {"purpose": "marketing", "channel": "message", "consent": True, "opted_out": False}
PLAIN = {"sensitivity": "personal", "registered": True, "doctor_usage": False, "personal_care": False}
FIRM = {"party": "company", "licence_until": date(2026, 12, 31)}

BOTH = [
    ("assign_goal", REP | {"measure": "sales", "level": "hospital"}, "block", "goal-rep-sales"),
    ("assign_goal", REP | {"measure": "share", "level": "organisation"}, "block", "goal-rep-sales"),
    ("assign_goal", REP | {"measure": "receipts", "level": "hospital"}, "block", "goal-rep-receipts"),
    ("assign_goal", REP | {"measure": "activity", "level": "doctor"}, "allow", ""),
    ("assign_goal", {"role": "", "measure": "sales", "level": "hospital"}, "allow", ""),
    ("assign_goal", {"role": "manager", "measure": "receipts", "level": "organisation"}, "allow", ""),
    ("assign_goal", {"role": "agent", "measure": "sales", "level": "doctor"}, "block", "goal-prescriptions"),
    ("assign_goal", {"role": "agent", "measure": "share", "level": "doctor"}, "block", "goal-prescriptions"),
    ("assign_goal", {"role": "", "measure": "prescriptions", "level": "hospital"}, "block", "goal-prescriptions"),
    ("assign_goal", {"role": "", "measure": "development", "level": "doctor"}, "warn", "goal-doctor-development"),
    ("assign_goal", REP | {"measure": "development", "level": "hospital"}, "allow", ""),
    ("score", REP | {"measure": "sales"}, "block", "score-rep-sales"),
    ("score", REP | {"measure": "share"}, "block", "score-rep-sales"),
    ("score", REP | {"measure": "receipts"}, "block", "score-rep-receipts"),
    ("score", REP | {"measure": "knowledge"}, "allow", ""),
    ("score", {"role": "business_rep", "measure": "sales"}, "allow", ""),
    ("score", {"role": "manager", "measure": "prescriptions"}, "block", "score-prescriptions"),
    ("pay_bonus", REP | {"measure": "sales"}, "block", "bonus-rep-sales"),
    ("pay_bonus", REP | {"measure": "share"}, "block", "bonus-rep-sales"),
    ("pay_bonus", REP | {"measure": "receipts"}, "block", "bonus-rep-receipts"),
    ("pay_bonus", REP | {"measure": "activity"}, "allow", ""),
    ("pay_bonus", {"role": "business_rep", "measure": "sales"}, "allow", ""),
    ("pay_bonus", {"role": "", "measure": "receipts"}, "allow", ""),
    ("pay_bonus", {"role": "manager", "measure": "prescriptions"}, "block", "bonus-prescriptions"),
    ("collect_money", REP, "block", "money-rep"),
    ("collect_money", {"role": "business_rep"}, "allow", ""),
    ("handle_sales_papers", REP, "block", "papers-rep"),
    ("handle_sales_papers", {"role": "agent"}, "allow", ""),
    ("read_usage", {"level": "doctor"}, "block", "usage-doctor"),
    ("read_usage", {"level": "department"}, "allow", ""),
    ("read_usage", {"level": "hospital"}, "allow", ""),
    ("count_prescriptions", REP | {"commercial": False}, "block", "count-rep"),
    ("count_prescriptions", {"role": "agent", "commercial": True}, "block", "count-commercial"),
    ("count_prescriptions", {"role": "", "commercial": False}, "allow", ""),
    ("promote", VISIT, "allow", ""),
    ("promote", VISIT | {"filed": False}, "block", "promote-unfiled"),
    ("promote", VISIT | {"institution_consents": False}, "block", "promote-no-consent"),
    ("promote", VISIT | {"clinical_area": True}, "block", "promote-clinical"),
    ("promote", VISIT | {"material_approved": False}, "block", "promote-material"),
    ("close_report", {"report": "adr", "handed_over": False}, "block", "adr-handed-over"),
    ("close_report", {"report": "adr", "handed_over": True}, "allow", ""),
    ("close_report", {"report": "complaint"}, "allow", ""),
    ("advertise", {"drug": "special", "medium": "designated_journal", "reviewed": True}, "block", "advert-special"),
    ("advertise", {"drug": "prescription", "medium": "internet", "reviewed": True}, "block", "advert-prescription"),
    ("advertise", {"drug": "prescription", "medium": "mass_media", "reviewed": True}, "block", "advert-prescription"),
    ("advertise", {"drug": "otc", "medium": "mass_media", "reviewed": False}, "block", "advert-unreviewed"),
    ("advertise", {"drug": "otc", "medium": "mass_media", "reviewed": True}, "allow", ""),
    ("advertise", {"drug": "prescription", "medium": "designated_journal", "reviewed": True}, "allow", ""),
    ("give", GIFT, "block", "gift-no-limit"),
    ("give", GIFT | {"recipient": "department"}, "block", "gift-no-limit"),
    ("give", MEAL, "block", "meal-no-limit"),
    ("give", MEAL | {"recipient": "department"}, "block", "meal-no-limit"),
    ("give", MEAL | {"recipient": "institution"}, "allow", ""),
    ("give", GIFT | {"kind": "literature"}, "allow", ""),
    ("give", GIFT | {"kind": "literature", "tied_to_sales": True}, "block", "give-tied"),
    ("give", SPONSOR, "allow", ""),
    ("give", SPONSOR | {"tied_to_sales": True}, "block", "give-tied"),
    ("give", SPONSOR | REP, "allow", ""),
    ("give", GIFT | {"kind": "sample"}, "block", "give-goods-person"),
    ("give", GIFT | {"kind": "equipment", "recipient": "department"}, "block", "give-goods-person"),
    ("pay_fee", FEE, "allow", ""),
    ("pay_fee", FEE | {"tied_to_sales": True}, "block", "fee-tied"),
    ("pay_fee", FEE | {"real_services": False}, "block", "fee-no-service"),
    ("pay_fee", FEE | {"written_agreement": False}, "block", "fee-no-agreement"),
    ("link_support", {}, "block", "support-linked"),
    ("name_contact", {"party": "individual"}, "allow", ""),
    ("bill_to", {"party": "individual"}, "block", "bill-individual"),
    ("bill_to", {"party": "lent"}, "block", "bill-individual"),
    ("bill_to", {"party": "company"}, "allow", ""),
    ("bill_to", {"party": "institution"}, "allow", ""),
    ("ship_to", FIRM | {"party": "individual"}, "block", "ship-individual"),
    ("ship_to", FIRM | {"party": "lent"}, "block", "ship-individual"),
    ("ship_to", FIRM, "allow", ""),
    ("ship_to", {"party": "company"}, "block", "licence-missing"),
    ("close_sale", {"breach": "before_licence"}, "block", "sale-before-licence"),
    ("close_sale", {"breach": "outside_scope"}, "block", "sale-outside-scope"),
    ("close_sale", {"breach": "no_invoice"}, "block", "sale-no-invoice"),
    ("close_sale", {"breach": "no_goods"}, "block", "sale-no-goods"),
    ("close_sale", {"breach": "no_book"}, "block", "sale-no-book"),
    ("close_sale", {"breach": "invoice_differs"}, "block", "sale-invoice-differs"),
    ("close_sale", {"breach": "book_differs"}, "block", "sale-book-differs"),
    ("close_sale", {"breach": "far_apart"}, "warn", "sale-far-apart"),
    ("close_sale", {"breach": "lines_differ"}, "block", "sale-lines-differ"),
    ("close_sale", {"breach": "other_payer"}, "block", "sale-other-payer"),
    ("close_sale", {"breach": "person_paid"}, "block", "sale-person-paid"),
    ("close_sale", {"breach": "no_sale"}, "warn", "sale-no-sale"),
    ("close_sale", {"breach": "unpaid"}, "warn", "sale-unpaid"),
    ("lend_licence", {}, "block", "licence-lent"),
    ("keep_field", PLAIN | {"doctor_usage": True}, "block", "keep-doctor-usage"),
    ("keep_field", PLAIN, "allow", ""),
]

SINCE_2025 = [
    ("give", GIFT | {"kind": "donation"}, "block", "give-person-support"),
    ("give", SPONSOR | {"recipient": "individual"}, "block", "give-person-support"),
    ("give", SPONSOR | {"written_agreement": False}, "block", "give-no-agreement"),
    ("give", SPONSOR | {"kind": "gift", "written_agreement": False}, "block", "give-no-agreement"),
    ("give", SPONSOR | {"kind": "equipment", "written_agreement": False}, "block", "give-no-agreement"),
    ("grant_discount", {"booked": False}, "block", "discount-unbooked"),
    ("grant_discount", {"booked": True}, "allow", ""),
    ("contact", MAIL, "allow", ""),
    ("contact", MAIL | {"consent": False}, "block", "contact-no-consent"),
    ("contact", MAIL | {"consent": False, "channel": "phone"}, "block", "contact-no-consent"),
    ("contact", MAIL | {"consent": False, "channel": "email"}, "block", "contact-no-consent"),
    ("contact", MAIL | {"consent": False, "channel": "visit"}, "allow", ""),
    ("contact", MAIL | {"consent": False, "channel": "visit", "purpose": "greeting"}, "block", "contact-no-consent"),
    ("contact", MAIL | {"opted_out": True, "channel": "visit"}, "block", "contact-opted-out"),
    ("contact", MAIL | {"opted_out": True, "purpose": "greeting"}, "block", "contact-opted-out"),
    ("contact", MAIL | {"opted_out": True, "purpose": "academic"}, "block", "contact-opted-out"),
    ("contact", MAIL | {"opted_out": True, "purpose": "safety", "consent": False}, "allow", ""),
    ("contact", MAIL | {"opted_out": True, "purpose": "service", "consent": False}, "allow", ""),
    ("keep_field", PLAIN | {"registered": False}, "block", "keep-unregistered"),
    ("keep_field", PLAIN | {"sensitivity": "open", "registered": False}, "allow", ""),
    ("keep_field", PLAIN | {"sensitivity": "sensitive", "separate_consent": False}, "block", "keep-sensitive"),
    ("keep_field", PLAIN | {"sensitivity": "sensitive", "separate_consent": True}, "allow", ""),
    ("keep_field", PLAIN | {"personal_care": True, "consent": False}, "block", "keep-care"),
    ("keep_field", PLAIN | {"personal_care": True, "consent": True}, "allow", ""),
    ("share_data", {"manner": "given", "separate_consent": False}, "block", "share-given"),
    ("share_data", {"manner": "given", "separate_consent": True}, "allow", ""),
    ("share_data", {"manner": "entrusted", "processing_contract": False}, "block", "share-entrusted"),
    ("share_data", {"manner": "entrusted", "processing_contract": True}, "allow", ""),
    ("share_data", {"manner": "abroad", "separate_consent": True, "transfer_basis": False}, "block", "share-abroad"),
    ("share_data", {"manner": "abroad", "separate_consent": False, "transfer_basis": True}, "block", "share-abroad"),
    ("share_data", {"manner": "abroad", "separate_consent": True, "transfer_basis": True}, "allow", ""),
]


@pytest.mark.parametrize("policy", [CN_2020, CN_2026], ids=lambda policy: policy.name)
@pytest.mark.parametrize(("name", "facts", "outcome", "rule"), BOTH)
def test_clauses_of_both_policies(policy, name, facts, outcome, rule):
    """L rows: what CN-2020 says of roles, money, usage, adverts and licences, CN-2026 says too."""
    verdict = policy.check(Action(name, facts), as_of=DAY)
    assert (verdict.outcome, verdict.rule) == (outcome, rule)


@pytest.mark.parametrize(("name", "facts", "outcome", "rule"), SINCE_2025)
def test_clauses_of_2026_alone(name, facts, outcome, rule):
    """L rows: personal data and the law of 2025 are CN-2026's; CN-2020 has no such clause."""
    verdict = CN_2026.check(Action(name, facts), as_of=DAY)
    assert (verdict.outcome, verdict.rule) == (outcome, rule)
    if rule:
        assert rule not in {clause.id for clause in CN_2020.clauses}


def test_support_by_a_rep_breaks_two_clauses():
    """P2-I: a rep's donation to a department breaks the filing rule and the rule for everybody, and both are kept."""
    donation = GIFT | REP | {"kind": "donation", "recipient": "department"}
    both = CN_2026.check(Action("give", donation), as_of=DAY)
    assert [found.clause.id for found in both.matched] == ["give-person-support", "give-rep-support"]
    assert CN_2020.check(Action("give", donation), as_of=DAY).rule == "give-rep-support"
    assert CN_2020.check(Action("give", donation | {"role": "manager"}), as_of=DAY).outcome == "allow"


def test_every_blocking_clause_was_seen():
    """Each clause of CN-2026 that is no lead's, no batch's and no limit's has a row in the tables above."""
    seen = {rule for *_, rule in (*BOTH, *SINCE_2025)} | {"give-rep-support"}
    elsewhere = {"gift-over-limit", "gift-within-limit", "meal-over-limit", "licence-expired", "licence-expiring"}
    due = {clause.id for clause in CN_2026.clauses if not clause.id.startswith(("lead-", "batch-"))}
    assert due - elsewhere == seen - {""}


def test_e44_quota_of_a_medical_rep():
    """E44: a sales quota on a medical rep is refused with its rule under CN-2020; on a business rep it is fine."""
    quota = {"measure": "sales", "level": "hospital"}
    refused = CN_2020.check(Action("assign_goal", quota | {"role": "medical_rep"}), as_of=date(2020, 12, 1))
    assert (refused.outcome, refused.rule, refused.allowed) == ("block", "goal-rep-sales", False)
    assert (refused.why.head(), refused.why.head("zh")) == (
        "a medical rep takes no sales goal",
        "医药代表不得承担药品销售任务",
    )
    assert refused.source == "医药代表备案管理办法（试行）, NMPA 2020 no. 105"
    assert refused.cure is not None
    assert refused.cure.zh == "改由商务代表承担，或改设学术活动、质量、知识类目标"
    assert "角色：医药代表（学术推广）" in refused.why.text("zh")
    assert CN_2020.check(Action("assign_goal", quota | {"role": "business_rep"}), as_of=DAY).outcome == "allow"


@pytest.mark.parametrize("policy", [CN_2020, CN_2026], ids=lambda policy: policy.name)
def test_e58_individuals_and_licences(policy):
    """E58: a person is no buyer but may be a contact; a licence that ends tomorrow warns, an expired one blocks."""

    def ask(name, **facts):
        return policy.check(Action(name, facts), as_of=DAY)

    assert ask("bill_to", party="individual").outcome == "block"
    assert ask("bill_to", party="individual").why.text("zh") == "自然人不得作为药品购货方（对方：自然人）"
    assert ask("name_contact", party="individual").outcome == "allow"
    tomorrow = ask("ship_to", party="company", licence_until=TOMORROW)
    assert (tomorrow.outcome, tomorrow.rule) == ("warn", "licence-expiring")
    expired = ask("ship_to", party="company", licence_until=DAY - timedelta(days=1))
    assert (expired.outcome, expired.rule, expired.why.head("zh")) == ("block", "licence-expired", "证照已过期")
    missing = ask("ship_to", party="company")
    assert (missing.outcome, missing.rule) == ("block", "licence-missing")


@pytest.mark.parametrize(("days", "outcome"), [(-1, "block"), (0, "warn"), (1, "warn"), (30, "warn"), (31, "allow")])
def test_the_last_day_of_a_licence_is_valid(days, outcome):
    """A licence counts through its last day; from 30 days before it, CN-2026 warns."""
    facts = {"party": "company", "licence_until": DAY + timedelta(days=days)}
    assert CN_2026.check(Action("ship_to", facts), as_of=DAY).outcome == outcome


def test_the_window_of_the_warning_is_configuration():
    """A company sets another number of days, and the reason shows it."""
    ours = company_policy('name = "ours"\nversion = "1"\nbase = "CN-2026"\n[limits]\nlicence_warn_days = 7')

    def at(days):
        facts = {"party": "company", "licence_until": DAY + timedelta(days=days)}
        return ours.check(Action("ship_to", facts), as_of=DAY)

    assert [at(days).outcome for days in (0, 7, 8)] == ["warn", "warn", "allow"]
    assert at(7).why.text() == (
        "the licence expires soon; its last day is still valid (licence until, days left: 7; "
        "days before a licence ends from which is warned: 7)"
    )


LIMITS = 'name = "ours"\nversion = "1"\nbase = "CN-2026"\n[limits]\ngift_limit = 50\nmeal_limit = 200'


@pytest.mark.parametrize(
    ("facts", "outcome", "rule"),
    [
        (GIFT, "warn", "gift-within-limit"),
        (GIFT | {"value": "50.01"}, "block", "gift-over-limit"),
        (GIFT | {"value": None}, "block", "gift-over-limit"),
        (GIFT | {"value": 0, "tied_to_sales": True}, "block", "give-tied"),
        (MEAL | {"value": 200}, "allow", ""),
        (MEAL | {"value": 201}, "block", "meal-over-limit"),
        (MEAL | {"value": None}, "block", "meal-over-limit"),
        (SPONSOR | {"recipient": "individual", "value": 1}, "block", "give-person-support"),
    ],
)
def test_limits_of_a_company(facts, outcome, rule):
    """Gifts and meals have no limit of their own: a company sets one, through which the limit itself still passes."""
    verdict = company_policy(LIMITS).check(Action("give", facts), as_of=DAY)
    assert (verdict.outcome, verdict.rule) == (outcome, rule)
    assert set(CN_2026.limits) == {"licence_warn_days"}


def test_every_action_is_spoken_of_or_free():
    """Each action has a clause in CN-2026, or is free on purpose; every fact of an action is read by a clause."""
    spoken = {clause.action for clause in CN_2026.clauses}
    assert set(ACTIONS) - spoken == {kind.name for kind in ACTIONS.values() if kind.free} == {"name_contact"}
    for kind in ACTIONS.values():
        if not kind.free:
            read = {name.removesuffix("_days") for c in CN_2026.clauses if c.action == kind.name for name in c.reads}
            assert set(kind.own) <= read, kind.name


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_every_clause_speaks_both_languages(policy):
    """Each clause has its reason, its source and its cure in words, Chinese among them."""
    for clause in policy.clauses:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in clause.why.zh), clause.id
        assert clause.why.en.isascii(), clause.id
        assert clause.source, clause.id
        assert clause.cure is None or (clause.cure.en.isascii() and not clause.cure.zh.isascii()), clause.id


@pytest.mark.parametrize("name", ACTIONS)
def test_nothing_stated_is_never_allowed(name):
    """An action of which no fact is known is never allowed, but where no clause speaks of it."""
    verdict = CN_2026.check(Action(name), as_of=DAY)
    assert verdict.outcome == {"name_contact": "allow", "take_batch": "warn"}.get(name, "block")
    assert NONE.check(Action(name), as_of=DAY).outcome == "allow"
