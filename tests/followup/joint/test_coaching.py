"""Coaching: who may do what when, what is locked, what the score is made of, and that nobody is ranked."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.followup.joint.coaching import CoachingReport
from pharmasales.followup.joint.coaching_records import (
    coaching_form_data,
    coaching_form_from,
    coaching_report_data,
    coaching_report_from,
)
from pharmasales.followup.joint.coaching_versions import CoachingAction
from pharmasales.followup.joint.forms import CoachingForm, CoachingQuestion, weighed_evidence
from pharmasales.followup.joint.kinds import JointVisit
from pharmasales.followup.joint.trends import skill_trend

DAY = date(2026, 3, 4)
FORM = CoachingForm(
    "field",
    "1",
    [
        CoachingQuestion("q1", "opening", 30),
        CoachingQuestion("q2", "needs", "33.3"),
        CoachingQuestion("q3", "needs", "36.7"),
    ],
)
RIDE = JointVisit("J1", "coaching", DAY, "H1", {"m1": "coach", "r1": "employee"})
ACTION = CoachingAction("a1", "needs", "ask Dr. Secret twice", date(2026, 4, 1))
FULL = {"q1": 3, "q2": 4, "q3": None}
PEOPLE = st.sampled_from(["m1", "r1", "stranger"])
WORDS = st.sampled_from(["", "agreed"])


def begun(until=date(2026, 3, 20), form=FORM, key="R1", ride=RIDE):
    """Return a report that was just begun."""
    return CoachingReport.begin(key, [ride], form, until=until, on=ride.day)


def done(answers=FULL, actions=(ACTION,), form=FORM, key="R1", ride=RIDE):
    """Return a completed report."""
    day = ride.day
    report = begun(day + timedelta(days=9), form, key, ride).fill(answers, actions, by="m1", on=day)
    report = report.send(by="m1", on=day, no_action="" if actions else "none needed")
    return report.comment("agreed", by="r1", on=day).complete(by="r1", on=day)


class Life(RuleBasedStateMachine):
    """Try everything at any time; most of it is refused, and what passes keeps the laws."""

    def __init__(self):
        super().__init__()
        self.report, self.day = begun(DAY + timedelta(days=6)), DAY
        self.past = [self.report]

    def attempt(self, act):
        """Do something, or be refused."""
        with suppress(PharmaSalesError):
            self.report = act(self.report)
        self.past.append(self.report)

    @rule(days=st.integers(-1, 2))
    def wait(self, days):
        """Let days pass."""
        self.day += timedelta(days=days)

    @rule(answers=st.sampled_from([FULL, {"q1": 5}, {"q1": 9}]), act=st.booleans(), by=PEOPLE)
    def fill(self, answers, act, by):
        """Fill."""
        self.attempt(lambda report: report.fill(answers, [ACTION] if act else [], by=by, on=self.day))

    @rule(by=PEOPLE, words=WORDS)
    def send(self, by, words):
        """Send."""
        self.attempt(lambda report: report.send(by=by, on=self.day, no_action=words))

    @rule(by=PEOPLE, words=WORDS, back=st.booleans())
    def answer(self, by, words, back):
        """Comment, or send back."""
        self.attempt(lambda report: (report.send_back if back else report.comment)(words, by=by, on=self.day))

    @rule(by=PEOPLE)
    def complete(self, by):
        """Complete."""
        self.attempt(lambda report: report.complete(by=by, on=self.day))

    @rule(act=st.booleans())
    def a_whole_round(self, act):
        """Go the whole way at once."""
        on = {"on": self.day}
        self.attempt(
            lambda report: (
                report.fill(FULL, [ACTION] if act else [], by="m1", **on)
                .send(by="m1", no_action="no", **on)
                .comment("yes", by="r1", **on)
                .complete(by="r1", **on)
            )
        )

    @rule(by=PEOPLE, words=WORDS, days=st.integers(-1, 5))
    def correct(self, by, words, days):
        """Begin a correction."""
        until = self.day + timedelta(days=days)
        self.attempt(lambda report: report.correct(words, by=by, on=self.day, until=until))

    @invariant()
    def completed_versions_never_change(self):
        """Whatever was completed once is still there, as it was."""
        for before in self.past:
            for old, new in zip(before.versions, self.report.versions, strict=False):
                if old.state == "completed":
                    assert new == old
                assert new.acts[: len(old.acts)] == old.acts
            assert len(before.versions) <= len(self.report.versions)

    @invariant()
    def only_the_latest_is_open(self):
        """Every version but the latest is completed."""
        assert all(version.state == "completed" for version in self.report.versions[:-1])

    @invariant()
    def nothing_is_saved_late_or_by_others(self):
        """Each act is of its person, in the order of days, within the version's time."""
        acts = [act for version in self.report.versions for act in version.acts]
        assert [act.on for act in acts] == sorted(act.on for act in acts)
        for version in self.report.versions:
            assert all(act.on <= version.until for act in version.acts)
        own = {"comment": "r1", "send_back": "r1", "complete": "r1"}
        assert all(act.by == own.get(act.name, "m1") for act in acts)

    @invariant()
    def what_is_completed_was_whole_and_seen(self):
        """Every question is answered, and the employee has commented before the end."""
        for version in self.report.versions:
            if version.state == "completed":
                assert set(version.answers) == {"q1", "q2", "q3"}
                assert [act.name for act in version.acts][-2:] == ["comment", "complete"]

    @invariant()
    def it_is_kept_whole(self):
        """What a store keeps comes back as it was."""
        assert coaching_report_from(json.loads(json.dumps(coaching_report_data(self.report)))) == self.report


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase


def test_the_score_by_hand():
    """30 x 3/5 + 33.3 x 4/5 over the 63.3 that was seen: 28.44 + 42.09 points; needs is 4/5, opening 3/5."""
    report = done()
    assert report.score == Decimal("70.53")
    assert FORM.score({"q1": 3, "q2": 4, "q3": 5}) == Decimal("18.00") + Decimal("26.64") + Decimal("36.70")
    assert dict(report.skills()) == {"opening": Fraction(3, 5), "needs": Fraction(4, 5)}
    assert FORM.skill("needs", {"q2": 4, "q3": 5}) == (Fraction(333, 10) * 4 + Fraction(367, 10) * 5) / 350
    assert FORM.skill("needs", {"q1": 3}) is None
    assert "q3: missing, its weight goes to the others" in str(report.why)
    assert FORM.score(dict.fromkeys(["q1", "q2", "q3"])) is None
    with pytest.raises(NotFound, match="no such skill"):
        FORM.skill("neeeds", {})


@settings(deadline=None)
@given(st.fixed_dictionaries({name: st.none() | st.integers(1, 5) for name in ("q1", "q2", "q3")}))
def test_a_skill_is_the_exact_mean_of_what_was_seen(answers):
    """Between 1/5 and 1, by hand; missing exactly where nothing was seen."""
    weights = {"q2": Fraction(333, 10), "q3": Fraction(367, 10)}
    seen = {name: weight for name, weight in weights.items() if answers[name] is not None}
    found = FORM.skill("needs", answers)
    if not seen:
        assert found is None
    else:
        assert found == sum(weight * answers[name] for name, weight in seen.items()) / (5 * sum(seen.values()))
        assert Fraction(1, 5) <= found <= 1
    assert (FORM.score(answers) is None) == all(mark is None for mark in answers.values())


def test_before_it_is_completed_there_is_no_score():
    """A draft and a report on its way have none; a correction on its way leaves the one before."""
    draft = begun().fill(FULL, [ACTION], by="m1", on=DAY)
    assert (draft.score, draft.why, draft.completed) == (None, None, None)
    assert dict(draft.skills()) == {"opening": None, "needs": None}
    open_again = done().correct("typing error", by="m1", on=date(2026, 3, 20), until=date(2026, 3, 30))
    assert (open_again.latest.state, open_again.latest.number) == ("draft", 2)
    assert (open_again.score, open_again.completed.number) == (Decimal("70.53"), 1)
    new = open_again.fill({"q1": 5, "q2": 5, "q3": 5}, by="m1", on=date(2026, 3, 21))
    new = new.send(by="m1", on=date(2026, 3, 21), no_action="all well").comment("ok", by="r1", on=date(2026, 3, 22))
    new = new.complete(by="r1", on=date(2026, 3, 30))
    assert (new.score, len(new.versions), new.versions[0]) == (Decimal("100.00"), 2, done().versions[0])
    assert [row["act"].en for row in new.table().records()][-5:] == [
        "correction begun",
        "filled",
        "sent",
        "commented",
        "completed",
    ]
    assert "更正" in new.table().text("zh")
    assert "更正" not in new._repr_html_()


@pytest.mark.parametrize(
    ("act", "code", "said"),
    [
        (lambda: done().fill(FULL, by="m1", on=DAY), "step", "version 1 is completed"),
        (lambda: done().send(by="m1", on=DAY), "step", "is completed"),
        (lambda: done().comment("x", by="r1", on=DAY), "step", "is completed"),
        (lambda: begun().comment("x", by="r1", on=DAY), "step", "is draft"),
        (lambda: begun().complete(by="r1", on=DAY), "step", "is draft"),
        (lambda: begun().correct("x", by="m1", on=DAY, until=DAY), "step", "is draft"),
        (lambda: begun().fill(FULL, by="r1", on=DAY), "who", "only the coach may fill it"),
        (lambda: done().correct("x", by="r1", on=DAY, until=DAY), "who", "only the coach may correct it"),
        (lambda: begun().fill(FULL, by="m1", on=date(2026, 3, 21)), "ended", "nothing is saved after 2026-03-20"),
        (lambda: begun().fill(FULL, by="m1", on=date(2026, 3, 3)), "day", "an act before the last one"),
        (lambda: done().correct("x", by="m1", on=date(2026, 3, 3), until=DAY), "day", "an act before the last one"),
        (lambda: done().correct("x", by="m1", on=date(2026, 3, 9), until=DAY), "ended", "nothing is saved after"),
        (lambda: begun(until=date(2026, 3, 3)), "ended", "nothing is saved after 2026-03-03"),
        (
            lambda: begun().fill({"q1": 3}, by="m1", on=DAY).send(by="m1", on=DAY),
            "incomplete",
            "the report is incomplete",
        ),
        (
            lambda: CoachingReport.begin("R1", [RIDE], FORM, until=DAY, on=date(2026, 3, 3)),
            "day",
            "begun before the visits",
        ),
        (lambda: CoachingReport.begin("R1", [], FORM, until=DAY, on=DAY), "visits", "no visit"),
        (
            lambda: CoachingReport.begin(
                "R1", [RIDE, evolve(RIDE, id="J2", day=date(2026, 3, 5))], FORM, until=DAY, on=DAY
            ),
            "visits",
            "visits of several days or people",
        ),
        (
            lambda: CoachingReport.begin(
                "R1",
                [evolve(RIDE, participants={"m1": "coach", "r1": "employee", "r2": "employee"})],
                FORM,
                until=DAY,
                on=DAY,
            ),
            "visits",
            "visits of several days or people",
        ),
        (
            lambda: CoachingReport.begin(
                "R1",
                [evolve(RIDE, kind="dealer_joint", participants={"r1": "maker", "s1": "dealer"})],
                FORM,
                until=DAY,
                on=DAY,
            ),
            "kind",
            "no coaching visit",
        ),
    ],
)
def test_what_is_refused(act, code, said):
    """Each refusal has its code and its place."""
    with pytest.raises(BadRule) as caught:
        act()
    assert caught.value.code == f"followup.joint.{code}"
    assert said in caught.value.reason
    assert caught.value.where == "coaching report 'R1'"


def test_a_report_is_complete_before_it_is_sent():
    """All that is missing is named at once."""
    loose = begun().fill(
        {"q1": 3}, [CoachingAction("a1", "needs", " "), CoachingAction("a2", "needs", "x", DAY)], by="m1", on=DAY
    )
    with pytest.raises(BadRule) as caught:
        loose.send(by="m1", on=DAY)
    assert caught.value.hint == "add question q2, question q3, action a1"
    with pytest.raises(BadRule) as caught:
        begun().fill(FULL, by="m1", on=DAY).send(by="m1", on=DAY)
    assert caught.value.hint == "add an action, or why there is none"


def test_the_employee_sends_it_back():
    """It is a draft again, with the reason; words are asked for."""
    sent = begun().fill(FULL, [ACTION], by="m1", on=DAY).send(by="m1", on=DAY)
    with pytest.raises(BadValue, match="no words"):
        sent.send_back(" ", by="r1", on=DAY)
    back = sent.comment("one", by="r1", on=DAY).send_back("q1 was another day", by="r1", on=DAY)
    assert (back.latest.state, back.latest.acts[-1].words) == ("draft", "q1 was another day")
    assert back.fill(FULL, [ACTION], by="m1", on=DAY).latest.state == "draft"
    assert back.lapsed(date(2026, 3, 21))
    assert not back.lapsed(date(2026, 3, 20))
    assert not done().lapsed(date(2027, 1, 1))


def test_every_bad_answer_at_once():
    """Unknown questions, marks out of range, actions twice, of no skill: named together, never with their words."""
    actions = [ACTION, evolve(ACTION, id="A1"), CoachingAction("a2", "price", "Dr. Secret", DAY)]
    with pytest.raises(BadRows) as caught:
        begun().fill({"q1": 6, "q2": True, "q3": 0, "q9": 3, "q4": "5"}, actions, by="m1", on=DAY)
    assert [(error.where, error.code) for error in caught.value.exceptions] == [
        ("question 'q1'", "followup.joint.mark"),
        ("question 'q2'", "followup.joint.mark"),
        ("question 'q3'", "followup.joint.mark"),
        ("question 'q9'", "followup.joint.question"),
        ("question 'q4'", "followup.joint.question"),
        ("action 'A1'", "followup.twice"),
        ("action 'a2'", "followup.joint.skill"),
    ]
    assert "Secret" not in str(caught.value) + repr(done()) + repr(done().versions) + repr(ACTION)
    with pytest.raises(BadRows, match="1 answers refused"):
        FORM.read({"q1": 3.0})


@pytest.mark.parametrize(
    "make",
    [
        lambda: CoachingForm("f", "1", [CoachingQuestion("q1", "s", 99)]),
        lambda: CoachingForm("f", "1", []),
        lambda: CoachingForm("f", "1", [CoachingQuestion("q1", "s", 120), CoachingQuestion("q2", "s", -20)]),
        lambda: CoachingForm("f", "1", [CoachingQuestion("q1", "s", 100)], least=5, most=5),
        lambda: CoachingForm("f", "1", [CoachingQuestion("q1", "s", 100)], most="5"),
        lambda: CoachingForm("f", "1", [CoachingQuestion("q1", "s", 50), CoachingQuestion("Q1", "s", 50)]),
        lambda: CoachingQuestion("q1", "s", 0.5),
        lambda: CoachingQuestion(" ", "s", 1),
    ],
)
def test_forms_that_cannot_hold(make):
    """Weights make 100, marks leave something between, questions come once."""
    with pytest.raises((BadRule, BadRows, BadValue)):
        make()


def test_forms_are_versioned_and_kept():
    """Another version, weight or scale is another fingerprint; a form comes back as it was."""
    other = [evolve(FORM, version="2"), evolve(FORM, most=10), evolve(FORM, least=0)]
    assert len({FORM.fingerprint, *(form.fingerprint for form in other)}) == 4
    assert coaching_form_from(json.loads(json.dumps(coaching_form_data(FORM)))) == FORM
    assert FORM.title == "field@1"


def ride(number, month):
    """Return a coaching visit of a month."""
    return evolve(RIDE, id=f"J{number}", day=date(2026, month, 4))


def test_trend_by_hand():
    """Exact changes over what was seen, none against a form that asks otherwise; nobody else is in it."""
    asks = evolve(
        FORM, version="2", questions=[CoachingQuestion("q1", "opening", 30), CoachingQuestion("q2", "needs", 70)]
    )
    reports = [
        done({"q1": 4, "q2": 5, "q3": 5}, key="R4", ride=ride(4, 6), form=FORM),
        done({"q1": 1, "q2": 2, "q3": 2}, key="R1", ride=ride(1, 3)),
        done({"q1": 2, "q2": None, "q3": None}, key="R2", ride=ride(2, 4)),
        done({"q1": 2, "q2": 5}, key="R3", ride=ride(3, 5), form=asks),
        begun(until=date(2026, 12, 1), key="R5", ride=ride(5, 7)),
        CoachingReport.begin(
            "R8", [evolve(RIDE, id="J8", participants={"m1": "coach", "r2": "employee"})], FORM, until=DAY, on=DAY
        ),
    ]
    trend = skill_trend(reports, "r1")
    assert [(one.skill, one.report, one.score, one.change) for one in trend.points] == [
        ("opening", "R1", Fraction(1, 5), None),
        ("opening", "R2", Fraction(2, 5), Fraction(1, 5)),
        ("opening", "R3", Fraction(2, 5), Fraction(0)),
        ("opening", "R4", Fraction(4, 5), Fraction(2, 5)),
        ("needs", "R1", Fraction(2, 5), None),
        ("needs", "R2", None, None),
        ("needs", "R3", Fraction(1), None),
        ("needs", "R4", Fraction(1), None),
    ]
    assert [one.why.text() for one in trend.points][4:] == [
        "seen for the first time",
        "the skill could not be seen",
        "asked about otherwise than in R1",
        "asked about otherwise than in R3",
    ]
    assert trend.points[3].why.text("zh") == "报告 R3 为 40.0%"
    assert skill_trend(reports[::-1], "r1") == trend
    assert len(trend.table()) == 8
    assert "技能趋势" not in trend._repr_html_()


def test_a_form_that_does_not_ask_says_nothing():
    """A skill that a form does not ask about has no point at that visit, and its change goes over it."""
    other = CoachingForm("short", "1", [CoachingQuestion("q1", "opening", 100)])
    reports = [
        done({"q1": 1, "q2": 2, "q3": 2}, key="R1", ride=ride(1, 3)),
        done({"q1": 1}, (), key="R2", ride=ride(2, 4), form=other),
        done({"q1": 1, "q2": 3, "q3": 3}, key="R3", ride=ride(3, 5)),
    ]
    needs = [one for one in skill_trend(reports, "r1").points if one.skill == "needs"]
    assert [(one.report, one.change) for one in needs] == [("R1", None), ("R3", Fraction(1, 5))]


def test_s004_54_sources_of_evidence_are_weighed():
    """S004-54: what was observed, reported and sold weigh 50, 25 and 25; a silent source leaves its weight."""
    assert weighed_evidence({"observed": 80, "reported": 60, "sales": 40})[0] == Decimal("65.00")
    assert weighed_evidence({"reported": 60})[0] == Decimal("60.00")
    assert weighed_evidence({})[0] is None
    assert "主管观察" in weighed_evidence({"observed": 80})[1].text("zh")
    with pytest.raises(BadRows) as caught:
        weighed_evidence({"observed": 101, "seen": 5, "sales": -1, "reported": 0.5})
    assert [error.where for error in caught.value.exceptions] == [
        "source 'observed'",
        "source 'seen'",
        "source 'sales'",
        "source 'reported'",
    ]


def spoilt(path, value):
    """Return the data of a corrected report with one place overwritten."""
    report = done().correct("typing error", by="m1", on=date(2026, 3, 5), until=date(2026, 3, 30))
    data = json.loads(json.dumps(coaching_report_data(report)))
    here = data
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("versions", 0, "state"), "draft"),
        (("versions", 0, "acts", 1, 0), "complete"),
        (("versions", 0, "acts", 1, 1), "r1"),
        (("versions", 0, "acts", 1, 2), "2026-03-03"),
        (("versions", 0, "acts", 4, 2), "2026-03-14"),
        (("versions", 0, "acts", 0, 0), "correct"),
        (("versions", 0, "acts", 1, 0), "correct"),
        (("versions", 0, "acts", 1, 0), "Dr. Secret"),
        (("versions", 0, "acts"), []),
        (("versions", 0, "answers"), {"q1": 9}),
        (("versions", 0, "answers"), {"q1": 3}),
        (("versions", 0, "actions", 0, 3), None),
        (("versions", 0, "number"), 2),
        (("versions", 1, "acts", 0, 0), "begin"),
        (("versions", 1, "state"), "sent"),
        (("versions",), []),
        (("visits",), []),
        (("form", "most"), "5"),
        (("form", "questions"), [["Dr. Secret"]]),
        (("id",), 5),
    ],
)
def test_reports_that_could_not_have_come_about_are_refused(path, value):
    """The acts are walked again; no word of the report stands in the refusal."""
    with pytest.raises(PharmaSalesError) as caught:
        coaching_report_from(spoilt(path, value))
    assert "Secret" not in str(caught.value)
