"""The gate: actions and facts as a closed vocabulary, clauses, three-valued answers, verdicts, overrides."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.compliance import (
    ACTIONS,
    ALWAYS,
    CN_2020,
    CN_2026,
    FACTS,
    NONE,
    OUTCOMES,
    Action,
    Clause,
    Override,
    Policy,
    action_table,
    verdict_table,
)
from pharmasales.compliance.clauses import fact_of
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, Blocked, NotFound
from pharmasales.rules import All, AnyOf, Bands, Field, Not, Ratio

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHY = Says("because", "因为")
RANK = list(OUTCOMES)


def clause(rule, when=ALWAYS, outcome="block", action="take_lead", **more):
    """Return a clause of one's own."""
    return Clause(rule, action, when, outcome, WHY, "ours", **more)


def one(*clauses, **more):
    """Return a policy of these clauses."""
    return Policy("ours", "1", clauses, **more)


def words(fact):
    """Return values that a fact takes."""
    if fact.kind in ("word", "open word"):
        return st.sampled_from(sorted(fact.words))
    kinds = {"yes or no": st.booleans(), "number": st.integers(0, 60_000), "id": st.sampled_from(["u1", "u2"])}
    return kinds.get(fact.kind, st.dates(date(2026, 1, 1), date(2026, 6, 30)))


@st.composite
def actions(draw, full=False):
    """Draw an action with some of its facts, or all of them."""
    kind = ACTIONS[draw(st.sampled_from(sorted(ACTIONS)))]
    return Action(kind.name, {name: draw(words(f) if full else st.none() | words(f)) for name, f in kind.facts.items()})


# --- actions and facts


@pytest.mark.parametrize(
    ("name", "facts", "code", "hint"),
    [
        ("take_laed", {}, "action.name", 'did you mean "take_lead"?'),
        ("take_lead", {"sorce": "swap"}, "action.fact", 'did you mean "source"?'),
        ("collect_money", {"role": "medical-rep"}, "action.fact", 'did you mean "medical_rep"?'),
        ("give", {"kind": ""}, "action.fact", "known: "),
        ("promote", {"filed": 1}, "action.fact", "give True, False or leave it out"),
        ("promote", {"filed": "yes"}, "action.fact", "give True, False or leave it out"),
        ("take_batch", {"records": -1}, "action.fact", "give zero or more"),
        ("take_batch", {"records": True}, "number.bool", ""),
        ("take_batch", {"records": 1.5}, "number.float", ""),
        ("ship_to", {"licence_until": "2026-03-02"}, "calendar.day", "give a datetime.date"),
        ("ship_to", {"licence_until": NOON}, "calendar.day", "take its date() in the zone you mean"),
        ("ship_to", {"by": " "}, "id.empty", ""),
        ("ship_to", {"by": 7}, "text", ""),
        ("ship_to", {"party": 7}, "text", ""),
    ],
)
def test_a_misspelt_action_is_an_error(name, facts, code, hint):
    """An unknown action, fact, word or kind of value is refused with the nearest known, and is never let through."""
    with pytest.raises(BadValue) as caught:
        Action(name, facts)
    assert caught.value.code == code
    assert hint in caught.value.hint


def test_no_message_repeats_a_value():
    """What was written by mistake, perhaps a person's name, appears in no message and in no repr."""
    for facts in ({"role": "Dr Example 示例医生"}, {"source": "\x00示例医生"}, {"records": "示例医生"}):
        with pytest.raises(BadValue) as caught:
            Action("take_lead" if "records" not in facts else "take_batch", facts)
        assert "示例医生" not in str(caught.value)
    assert repr(Action("take_lead", {"source": "示例医生", "by": "u1"})) == "Action('take_lead': by, source)"
    assert repr(Action("link_support")) == "Action('link_support')"


def test_facts_in_their_normal_form():
    """Numbers are exact, ids and words trimmed, a missing fact is left out, and the role "" is known."""
    batch = Action("take_batch", {"gain": "4999.50", "records": Decimal(50), "by": " u1 ", "role": "", "profit": None})
    assert batch.facts == {"gain": Fraction(9999, 2), "records": 50, "by": "u1", "role": ""}
    assert (batch.by, Action("take_batch").by) == ("u1", "")
    assert Action("take_lead", {"source": " swap "}).facts == {"source": "swap"}
    assert batch.kind.text() == "take over many records about persons at once"


def test_the_vocabulary_as_a_table():
    """Each fact of each action has a row with its meaning and the words that it takes."""
    table = action_table()
    assert len(table) == sum(len(kind.facts) for kind in ACTIONS.values())
    rows = {(row[0], row[2]): row for row in table.rows}
    assert rows["give", "recipient"][4] == Says(
        "individual, department, institution", "individual 个人，department 科室，institution 机构"
    )
    assert rows["give", "role"][4].en == '"", medical_rep, business_rep, agent, manager'
    assert {fact.kind: fact.values().en for fact in FACTS.values() if not fact.words} == {
        "id": "a stable id",
        "yes or no": "yes or no",
        "number": "a number, zero or more",
        "day": "a day",
    }
    assert {name for kind in ACTIONS.values() for name in kind.facts} == set(FACTS)


# --- clauses


@pytest.mark.parametrize(
    ("more", "code", "hint"),
    [
        ({"action": "take_laed"}, "clause.action", 'did you mean "take_lead"?'),
        ({"outcome": "forbid"}, "clause.outcome", "known: allow, block, warn"),
        ({"when": Field("sorce").equals("x")}, "clause.fact", 'did you mean "source"?'),
        ({"when": Field("party").equals("indivdual")}, "clause.word", 'did you mean "individual"?'),
        ({"when": Field("party").one_of(["company", "persn"])}, "clause.word", "known: "),
        ({"when": Field("source").equals(7)}, "clause.word", ""),
        ({"when": Field("paid").equals("yes")}, "clause.word", "write true or false"),
        ({"when": Field("paid").equals(1)}, "clause.word", "write true or false"),
        ({"when": Field("by").equals("u1")}, "clause.kind", "a clause names no person"),
        ({"when": Field("party").at_least(1)}, "clause.kind", "use equals or one_of"),
        ({"when": Not(Field("paid").over(1))}, "clause.kind", "use equals or one_of"),
        ({"when": Field("records").equals("5"), "action": "take_batch"}, "clause.kind", ""),
        ({"when": Field("records").equals(True), "action": "take_batch"}, "clause.kind", ""),
        ({"when": Field("licence_until").over(1), "action": "ship_to"}, "clause.kind", "test licence_until_days"),
        ({"when": Field("licence_until").equals(1), "action": "ship_to"}, "clause.kind", ""),
        ({"when": Ratio(Field("records"), Field("role")).over(1), "action": "take_batch"}, "clause.kind", ""),
        ({"when": Bands(Field("records"), ((1, "few"),), top="many")}, "clause.test", "write Field(...).equals(...)"),
    ],
)
def test_a_clause_that_cannot_hold_is_refused(more, code, hint):
    """A clause asks for facts and words that exist, in a way that they can answer: it never fails to match unseen."""
    with pytest.raises(BadRule) as caught:
        clause(**{"rule": "mine", **more})
    assert caught.value.code == code
    assert caught.value.where == "clause 'mine'"
    assert hint in caught.value.hint


def test_tests_nested_too_deeply():
    """Fifty levels of not are read, one more is refused."""
    test = Field("paid").equals(True)
    for _ in range(50):
        test = Not(test)
    assert clause("mine", test).reads == ("paid",)
    with pytest.raises(BadRule, match="tests nested too deeply @ clause 'mine'; at most 50 levels"):
        clause("mine", Not(test))


def test_a_test_of_something_else_is_refused():
    """A test whose term is no fact and no ratio of facts is refused."""
    test = evolve(Field("paid").equals(True), of=Bands(Field("records"), ((1, "few"),), top="many"))
    with pytest.raises(BadRule, match="a clause tests facts and ratios of facts"):
        clause("mine", test)


def test_words_of_a_clause_are_text():
    """A reason, a cure and a source without characters that no file can keep."""
    with pytest.raises(BadValue, match=r"U\+0000 is refused"):
        Clause("x", "give", ALWAYS, "block", Says("a\x00", "b"), "ours")
    with pytest.raises(BadValue, match=r"U\+007F is refused"):
        clause("x", cure=Says("a", "b\x7f"))
    with pytest.raises(BadValue, match=r"U\+0000 is refused"):
        Clause("x", "give", ALWAYS, "block", WHY, "\x00")


def test_what_a_clause_reads():
    """The names of its test, each once, in order; the days left stand for the day."""
    found = clause(
        "x", AnyOf([Field("paid").equals(True), All([Field("consent").equals(True), Field("paid").missing()])])
    )
    assert found.reads == ("paid", "consent")
    assert (fact_of("licence_until_days"), fact_of("meal_limit")) == ("licence_until", "meal_limit")


# --- three-valued answers


def test_a_missing_fact_takes_the_clauses_own_outcome():
    """A clause that lacks a fact counts as if it held, whatever its outcome, and says which fact is missing."""
    paid = Field("paid").equals(True)
    for outcome in ("warn", "block"):
        verdict = one(clause("x", paid, outcome)).check(Action("take_lead"), as_of=DAY)
        assert (verdict.outcome, verdict.rule) == (outcome, "x")
        assert verdict.why.text() == "cannot be decided: missing paid (because)"
        assert verdict.why.text("zh") == "无法判断：缺少“有报酬”（因为）"
        assert verdict.cure == Says("state paid", "请说明“有报酬”")
        assert verdict.matched[0].cure == verdict.cure
        assert verdict.matched[0].why.text("zh") == "无法判断：缺少“有报酬”（因为）"
    allowing = one(clause("x", paid, "allow")).check(Action("take_lead"), as_of=DAY)
    assert (allowing.outcome, allowing.matched) == ("allow", ())


def test_a_known_fact_decides_without_the_others():
    """A test that one known fact decides needs no other: only what could change the answer is asked for."""
    both = one(clause("x", All([Field("paid").equals(True), Field("consent").equals(False)])))
    assert both.check(Action("take_lead", {"paid": False}), as_of=DAY).outcome == "allow"
    assert both.check(Action("take_lead", {"paid": True}), as_of=DAY).matched[0].missing == ("consent",)


def test_a_ratio_over_zero_is_undecided():
    """A company's ratio over a fact of zero cannot be answered, and says so though no fact is missing."""
    ratio = Ratio(Field("gain"), Field("records")).over(1)
    policy = one(clause("x", ratio, action="take_batch"))
    verdict = policy.check(Action("take_batch", {"gain": 5, "records": 0}), as_of=DAY)
    assert (verdict.outcome, verdict.why.text()) == ("block", "cannot be decided by the facts given (because)")
    assert verdict.cure is None
    assert policy.check(Action("take_batch", {"gain": 5, "records": 4}), as_of=DAY).outcome == "block"
    assert policy.check(Action("take_batch", {"gain": 4, "records": 4}), as_of=DAY).outcome == "allow"


@given(actions(full=True), st.data())
def test_a_missing_fact_is_never_milder(action, data):
    """Leaving a fact out gives no milder outcome than any value of it, under both Chinese policies."""
    fact = data.draw(st.sampled_from(sorted(action.facts)))
    other = {**action.facts, fact: data.draw(words(FACTS[fact]))}
    without = {name: value for name, value in action.facts.items() if name != fact}
    for policy in (CN_2020, CN_2026):
        ranks = [
            RANK.index(policy.check(Action(action.name, facts), as_of=DAY).outcome)
            for facts in (without, action.facts, other)
        ]
        assert ranks[0] >= max(ranks[1:])


@given(actions(), st.sampled_from(["allow", "warn", "block"]), st.data())
def test_a_further_clause_is_never_milder(action, outcome, data):
    """Adding a clause never turns a block or a warning into something milder."""
    read = data.draw(st.sampled_from(list(ACTIONS[action.name].facts)))
    test = data.draw(st.sampled_from([ALWAYS, Field(read).missing(), Not(Field(read).missing())]))
    more = evolve(CN_2026, clauses=(*CN_2026.clauses, clause("more", test, outcome, action.name)))
    before, after = (policy.check(action, as_of=DAY).outcome for policy in (CN_2026, more))
    assert RANK.index(after) >= RANK.index(before)


@given(actions(), st.randoms(use_true_random=False))
def test_the_order_of_clauses_does_not_matter(action, random):
    """The clauses in another order give the same verdict, rule and fingerprint."""
    clauses = list(CN_2026.clauses)
    random.shuffle(clauses)
    shuffled = evolve(CN_2026, clauses=clauses)
    assert shuffled == CN_2026
    assert shuffled.fingerprint == CN_2026.fingerprint
    assert shuffled.check(action, as_of=DAY) == CN_2026.check(action, as_of=DAY)


@given(actions())
def test_every_verdict_explains_itself(action):
    """A verdict says why in both languages, and keeps every clause that matched, the worst first."""
    verdict = CN_2026.check(action, as_of=DAY)
    assert verdict.why.text("en") != verdict.why.text("zh")
    ranks = [RANK.index(found.outcome) for found in verdict.matched]
    assert ranks == sorted(ranks, reverse=True)
    assert RANK.index(verdict.outcome) == max(ranks, default=0)
    assert verdict.allowed is (verdict.outcome != "block")
    assert len(verdict.table()) == len(verdict.matched)
    assert NONE.check(action, as_of=DAY).outcome == "allow"


# --- verdicts


def test_the_reason_leads_with_what_was_decided():
    """A clause that known facts decide leads; those that lack facts are counted; those that allow stay silent."""
    known, lacking = Field("paid").equals(True), Field("consent").equals(False)
    policy = one(
        clause("a", lacking),
        clause("b", known),
        clause("c", outcome="warn"),
        clause("d", outcome="allow"),
        clause("e", lacking),
    )
    verdict = policy.check(Action("take_lead", {"paid": True}), as_of=DAY)
    assert [found.clause.id for found in verdict.matched] == ["b", "a", "e", "c", "d"]
    assert verdict.why.lines() == [
        "because",
        "  paid: yes",
        "  because",
        "  clauses that cannot be decided either: 2",
    ]
    assert verdict.why.text("zh") == "因为（有报酬：是；因为；另有无法判断的条款：2）"
    open_only = policy.check(Action("take_lead", {"paid": False}), as_of=DAY)
    assert open_only.rule == "a"
    assert open_only.why.lines() == ["cannot be decided: missing consent", "  because", "  because", "  because"]


def test_reasons_with_braces():
    """A company's words may hold braces; they are shown as written."""
    policy = one(Clause("x", "give", ALWAYS, "block", Says("no {gifts}", "不{赠}"), "ours"))
    assert policy.check(Action("give"), as_of=DAY).why.text("zh") == "不{赠}"


def test_require():
    """A warning passes; a block stops with the rule, the reason and the cure."""
    warned = CN_2020.check(Action("assign_goal", {"role": "", "measure": "development", "level": "doctor"}), as_of=DAY)
    assert warned.outcome == "warn"
    assert warned.require() is warned
    blocked = CN_2020.check(Action("collect_money", {"role": "medical_rep", "by": "u1"}), as_of=DAY)
    with pytest.raises(Blocked) as caught:
        blocked.require()
    error = caught.value
    assert (error.rule, error.code, error.where) == ("money-rep", "blocked.money-rep", "collect_money")
    assert str(error) == (
        "a medical rep collects no money @ collect_money; let a business rep do it [blocked.money-rep]"
    )
    with pytest.raises(Blocked, match=r"support is never linked to sales @ link_support \[blocked.support-linked\]"):
        CN_2020.check(Action("link_support"), as_of=DAY).require()


def test_verdicts_as_tables():
    """Several verdicts make a table of a row each; one shows itself in a notebook, escaped."""
    found = [
        CN_2026.check(Action("take_lead", {"source": "swap"}), as_of=DAY),
        CN_2026.check(Action("name_contact", {"party": "individual"}), as_of=DAY),
    ]
    table = verdict_table(found)
    assert [row[1] for row in table.rows] == ["lead-swap", ""]
    assert [row[0].zh for row in table.rows] == ["收取线索", "列为联系人"]
    assert [row[2].zh for row in table.rows] == ["禁止", "允许"]
    assert [row[6] for row in table.rows] == ["CN-2026@1", "CN-2026@1"]
    assert "CN-2026@1" in table.text("zh")
    sharp = one(Clause("<x>", "give", ALWAYS, "block", Says("<b>", "<b>"), "ours"))
    assert "&lt;x&gt;" in sharp.check(Action("give"), as_of=DAY)._repr_html_()
    assert "<b>" not in sharp.check(Action("give"), as_of=DAY).html("zh")
    assert repr(found[0]) == "Verdict('block', Action('take_lead': source), rule='lead-swap', policy='CN-2026@1')"
    assert len(found[0].table()) == 1


# --- overrides

LEAD = Action("take_lead", {"source": "bought_list", "by": "u1"})
PASS = Override("lead-bought-list", "boss", "each person agreed, checked one by one", until=date(2026, 3, 2))


def test_an_override_turns_a_block_into_a_warning():
    """A named approver lets one rule pass; the verdict is a warning that says who, and keeps the override."""
    verdict = CN_2026.check(LEAD, as_of=DAY, overrides=[PASS])
    assert (verdict.outcome, verdict.rule, verdict.allowed) == ("warn", "lead-bought-list", True)
    assert verdict.overrides == (PASS,)
    assert verdict.why.head() == "let pass by boss against lead-bought-list"
    assert verdict.why.head("zh") == "由 boss 特批放行，违反条款 lead-bought-list"
    assert PASS.reason not in f"{verdict!r}{verdict.why}{verdict.html()}{PASS!r}"
    assert verdict.require() is verdict


def test_an_override_counts_for_its_own_rule_alone():
    """An override of another rule, or one whose last day is over, leaves the block."""
    other = Override("lead-swap", "boss", "no reason for this one")
    assert CN_2026.check(LEAD, as_of=DAY, overrides=[other]).outcome == "block"
    assert CN_2026.check(LEAD, as_of=date(2026, 3, 3), overrides=[PASS]).outcome == "block"
    assert CN_2026.check(LEAD, as_of=date(2026, 3, 3), overrides=[evolve(PASS, until=None)]).outcome == "warn"


def test_two_rules_need_two_overrides():
    """A verdict blocked by two rules stays blocked until both are let pass."""
    gift = Action(
        "take_lead", {"source": "referral", "paid": True, "person_told": False, "referrer_recorded": True, "by": "u1"}
    )
    assert [found.clause.id for found in CN_2026.check(gift, as_of=DAY).matched[:2]] == [
        "lead-referral-paid",
        "lead-referral-untold",
    ]
    first = Override("lead-referral-paid", "boss", "paid by mistake, returned")
    second = Override("lead-referral-untold", "boss", "told on the same day")
    alone = CN_2026.check(gift, as_of=DAY, overrides=[first])
    assert (alone.outcome, alone.rule, alone.overrides) == ("block", "lead-referral-untold", (first,))
    both = CN_2026.check(gift, as_of=DAY, overrides=(second, first))
    assert (both.outcome, both.overrides) == ("warn", (first, second))


def test_an_override_of_a_clause_that_lacks_facts():
    """Somebody may answer for what nobody knows; a warning stays a warning, an allowance an allowance."""
    unknown = Action("take_lead", {"source": "advert", "drug": "otc", "by": "u1"})
    passed = CN_2026.check(unknown, as_of=DAY, overrides=[Override("lead-advert-unreviewed", "boss", "review seen")])
    assert (passed.outcome, passed.cure) == ("warn", Says("state reviewed", "请说明“广告已审查”"))
    assert passed.why.lines()[:2] == [
        "let pass by boss against lead-advert-unreviewed",
        "  cannot be decided: missing reviewed",
    ]
    soft = Override("lead-advert", "boss", "nothing to let pass")
    kept = CN_2026.check(evolve(unknown, facts={**unknown.facts, "reviewed": True}), as_of=DAY, overrides=[soft])
    assert kept.outcome == "allow"


@pytest.mark.parametrize(
    ("override", "action", "code"),
    [
        (PASS, Action("take_lead", {"source": "bought_list"}), "override.actor"),
        (evolve(PASS, approver="U1"), LEAD, "override.self"),
        (evolve(PASS, approver="Ｕ１"), LEAD, "override.self"),
    ],
)
def test_the_approver_is_somebody_else(override, action, code):
    """T4: the approver is another than the one who acts, whatever the case or width of the id, and that is known."""
    with pytest.raises(BadValue) as caught:
        CN_2026.check(action, as_of=DAY, overrides=[override])
    assert caught.value.code == code


def test_an_override_needs_all_its_parts():
    """No rule, approver or reason, an invisible reason, or a last day with a clock is refused, and an unknown rule."""
    for bad in (("", "b", "r"), ("x", " ", "r"), ("x", "b", ""), ("x", "b", "\u200b \u2060")):
        with pytest.raises(BadValue):
            Override(*bad)
    with pytest.raises(BadValue, match="a datetime is no date"):
        Override("x", "b", "r", until=NOON)
    with pytest.raises(NotFound) as caught:
        CN_2026.check(LEAD, as_of=DAY, overrides=[Override("lead-bougth-list", "boss", "misspelt")])
    assert (caught.value.code, caught.value.hint) == ("policy.rule", 'did you mean "lead-bought-list"?')


def test_what_the_audit_keeps():
    """The record of a verdict is plain data: rules, policy, who, when, overrides; no fact of the action."""
    kept = CN_2026.check(LEAD, as_of=DAY, overrides=[PASS]).record(by="u1", at=NOON)
    assert kept == {
        "action": "take_lead",
        "outcome": "warn",
        "rule": "lead-bought-list",
        "rules": ["lead-bought-list"],
        "missing": [],
        "policy": "CN-2026",
        "version": "1",
        "fingerprint": CN_2026.fingerprint,
        "as_of": "2026-03-02",
        "by": "u1",
        "at": "2026-03-02T12:00:00+00:00",
        "overrides": [
            {
                "rule": "lead-bought-list",
                "approver": "boss",
                "reason": "each person agreed, checked one by one",
                "until": "2026-03-02",
            }
        ],
    }
    missing = CN_2020.check(Action("score", {"measure": "sales"}), as_of=DAY).record(by="u2", at=NOON)
    assert (missing["rules"], missing["missing"], missing["overrides"]) == (["score-rep-sales"], ["role"], [])
    always = CN_2026.check(LEAD, as_of=DAY, overrides=[evolve(PASS, until=None)]).record(by="u1", at=NOON)
    assert "until" not in always["overrides"][0]


def test_a_record_is_of_the_one_who_acted():
    """A moment without a zone, a bare day, and somebody else's id are refused."""
    verdict = CN_2026.check(LEAD, as_of=DAY)
    for at in (datetime(2026, 3, 2), DAY):  # noqa: DTZ001 - what is refused here
        with pytest.raises(BadValue, match="a moment has its zone"):
            verdict.record(by="u1", at=at)
    with pytest.raises(BadValue, match="the action names another"):
        verdict.record(by="u2", at=NOON)
