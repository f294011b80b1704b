"""The board, contracts that stand idle, and who is lost: what is late, why, and what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pharmasales.errors import BadRule, BadValue, NotComparable
from pharmasales.recruitment.pipeline import (
    IDLE_REASONS,
    LOST_REASONS,
    STAGES,
    Prospect,
    Reason,
    daily_targets,
    pipeline_board,
    pipeline_forecast,
    schedule_chase,
    signed_idle,
    weekly_targets,
    win_back,
)
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workdays import CHINA

FILED = date(2026, 3, 2)
WAY = tuple(STAGES)[:-1]


def after(days):
    """Return a day after the first file was opened."""
    return FILED + timedelta(days)


def at(stage, name="A1", value=None, due=None, unit=CNY):
    """Return a prospect that came to a stage on the first day, perhaps with an outlook."""
    one = Prospect.file(name, by="p1", on=FILED, evidence="FORM")
    if value is not None:
        one = one.expect(Amount.of(value, unit), due, by="p1", on=FILED)
    for to in WAY[1 : WAY.index(stage) + 1]:
        one = one.move(to, by="p1", on=FILED, evidence="E")
    return one


def lost(one, days, reason):
    """Return a prospect as it is lost so many days after the first file."""
    return one.move("lost", by="p1", on=after(days), evidence="CALL", reason=reason)


# --- the board ---


def test_the_board_says_what_is_wrong_and_what_to_do():
    """Age over its limit, action late or missing, outlook missing or past; the latest action first."""
    busy = at("touched", "A1", 100, after(20)).plan("call", who="p2", due=after(10), by="p1", on=FILED)
    fine = at("visited", "A2", 50, after(30)).plan("visit", who="p1", due=after(21), by="p1", on=FILED)
    stale = at("key", "A3", 70, after(5)).plan("visit", who="p1", due=after(21), by="p1", on=FILED)
    kept = at("kept", "A4").plan("visit", who="p1", due=after(60), by="p1", on=FILED)
    gone = lost(at("filed", "A5"), 3, "silent")
    future = Prospect.file("A6", by="p1", on=after(30), evidence="FORM")
    found = pipeline_board([fine, stale, busy, kept, gone, future], after(21))
    assert [(row.prospect.id, row.late, row.age, row.total) for row in found.rows] == [
        ("A1", 11, 21, 21),
        ("A3", 0, 21, 21),
        ("A2", 0, 21, 21),
        ("A4", 0, 21, 21),
    ]
    assert [[flag.head() for flag in row.flags] for row in found.rows] == [
        [
            "7 days over the limit of 14 in touched; move it on, or lose it with a reason",
            "the next action is 11 days late; do it, or set a new day",
            f"expected on {after(20)}, which has passed; set a new day",
        ],
        [
            "7 days over the limit of 14 in key; move it on, or lose it with a reason",
            f"expected on {after(5)}, which has passed; set a new day",
        ],
        [],
        [],
    ]
    assert [row.prospect.id for row in found.flagged] == ["A1", "A3"]
    moved = Prospect.file("A7", by="p1", on=FILED, evidence="F").move("touched", by="p1", on=after(5), evidence="C")
    assert [(row.since, row.age, row.total) for row in pipeline_board([moved], after(9)).rows] == [(after(5), 4, 9)]
    assert found.counts == {**dict.fromkeys(STAGES, 0), "touched": 1, "key": 1, "visited": 1, "kept": 1, "lost": 1}
    told = found.table().only("next", "who", "due", "late", "sign_on", "flags").rows[0]
    assert told[:-1] == ("call", "p2", after(10), 11, after(20))
    assert told[-1].head() == "to mend: 3"
    assert found.table().only("flags").rows[2] == (None,)


def test_the_funnel_counts_every_file():
    """Each stage with its prospects, the value that is known and how many have none."""
    found = pipeline_board(
        [at("key", "A1", 100, after(9)), at("key", "A2"), lost(at("key", "A3"), 1, "price")], after(4)
    )
    rows = {row[0].en: row[1:] for row in found.funnel().rows}
    assert rows["key"] == (2, 100, 1, 4)
    assert rows["filed"] == (0, None, 0, None)
    assert rows["lost"] == (1, None, None, None)


def test_limits_are_checked():
    """A limit of an unknown stage or of no whole day is refused; a stage without a limit has no flag of age."""
    for limits, code in (
        ({"keyy": 3}, "pipeline.stage"),
        ({"key": -1}, "pipeline.limit"),
        ({"key": True}, "pipeline.limit"),
    ):
        with pytest.raises(BadRule) as caught:
            pipeline_board([], FILED, limits)
        assert caught.value.code == code
    row = pipeline_board([at("key")], after(900), {}).rows[0]
    assert [flag.head()[:7] for flag in row.flags] == ["no next", "nobody "]
    assert pipeline_board([at("key")], after(14)).rows[0].flags[0].head().startswith("no next")
    with pytest.raises(NotComparable):
        pipeline_board([at("key", "A1", 1), at("key", "A2", 1, unit=BOX)], FILED)


def test_what_is_due_today_is_not_late():
    """An action and an outlook of the day asked are neither late nor past; a day later both are."""
    one = at("key", "A1", 5, after(3)).plan("call", who="p1", due=after(3), by="p1", on=FILED)
    assert pipeline_board([one], after(3)).rows[0].flags == ()
    assert len(pipeline_board([one], after(4)).rows[0].flags) == 2


# --- signed and idle ---


def test_a_contract_is_at_risk_from_the_day_on():
    """29 days are none, 30 are; executing or lost ones never; the reason is asked within two working days."""
    both = [at("signed"), at("executing", "A2"), lost(at("signed", "A3"), 5, "rival")]
    assert signed_idle(both, after(29), calendar=CHINA).rows == ()
    found = signed_idle(both, after(30), calendar=CHINA)
    row = found.rows[0]
    assert [one.prospect for one in found.rows] == ["A1"]
    # 30 days after 2 March is Wednesday 1 April; two working days later is Friday the 3rd
    assert (row.signed_on, row.days, row.chase_by, row.late, row.reason) == (FILED, 30, date(2026, 4, 3), 0, "")
    assert found.unexplained == found.rows
    assert signed_idle(both, date(2026, 4, 8), calendar=CHINA).rows[0].late == 2  # the 4th to the 6th are a holiday


def test_a_reason_brings_its_own_chase():
    """Money: five working days from the answer, and again from the last action done since."""
    one = at("signed", value=200).explain_idle("money", "his words", by="p1", on=date(2026, 4, 2))
    row = signed_idle([one], date(2026, 4, 3), calendar=CHINA).rows[0]
    assert (row.reason, row.action, row.chase_by) == ("money", IDLE_REASONS["money"].answer, date(2026, 4, 10))
    assert row.why.text() == "signed 32 days ago, at risk from 30 days on; true reason: short of money"
    acted = one.plan("agree on the sum", who="p1", due=date(2026, 4, 10), by="p1", on=date(2026, 4, 3))
    acted = acted.done(on=date(2026, 4, 9))
    found = signed_idle([acted], date(2026, 4, 20), calendar=CHINA)
    assert (found.rows[0].chase_by, found.rows[0].late) == (date(2026, 4, 16), 2)
    assert found.at_risk == Amount.of(200, CNY)
    assert found.unexplained == ()
    assert found.table().rows[0][4] == 200
    assert "his words" not in str(found.rows[0].why) + repr(one)


def test_the_last_answer_counts():
    """First it was money, then a rival: the rival is chased, and on the day between it was still money."""
    one = (
        at("signed").explain_idle("money", "E", by="p1", on=after(31)).explain_idle("rival", "E", by="p1", on=after(35))
    )
    assert [signed_idle([one], after(n), calendar=CHINA).rows[0].reason for n in (34, 35)] == ["money", "rival"]


def test_an_answer_of_an_earlier_contract_does_not_count():
    """After it was lost, won back and signed again, the true reason is asked anew."""
    one = lost(at("signed").explain_idle("money", "E", by="p1", on=after(1)), 2, "rival")
    for to in ("touched", "key", "visited", "signed"):
        one = one.move(to, by="p1", on=after(10), evidence="E")
    assert signed_idle([one], after(45), calendar=CHINA).rows[0].reason == ""


def test_the_chase_becomes_the_next_action():
    """What is at risk gets its action, due at once where it is late; an open action stays, others are as they were."""
    busy = at("signed", "A2").plan("call", who="p9", due=after(40), by="p1", on=FILED)
    all_ = [at("signed"), busy, at("kept", "A3"), at("signed", "A4").explain_idle("stock", "E", by="p1", on=after(35))]
    found = signed_idle(all_, after(36), calendar=CHINA)
    done = schedule_chase(all_, found, by="m1", lang="zh")
    actions = [one.next_action(after(36)) for one in done]
    assert [act and (act.what, act.who, act.due, act.by) for act in actions] == [
        ("查明真实原因", "p1", after(36), "m1"),
        ("call", "p9", after(40), "p1"),
        None,
        ("商定首单日期", "p1", date(2026, 4, 20), "m1"),
    ]
    assert done[1:3] == tuple(all_[1:3])
    assert schedule_chase(done, found, by="m1") == done


def test_idle_rules_are_yours():
    """Days and reasons are arguments; a later answer is not known yet; the latest chase comes first."""
    own = {"x": Reason(LOST_REASONS["price"].says, LOST_REASONS["price"].answer, None)}
    one = at("signed").explain_idle("x", "E", by="p1", on=after(8), reasons=own)
    two = at("signed", "A2")
    found = signed_idle([one, two], after(10), calendar=CHINA, after=5, ask_within=1, reasons=own)
    assert [(row.prospect, row.chase_by, row.late) for row in found.rows] == [
        ("A2", date(2026, 3, 9), 3),
        ("A1", date(2026, 3, 11), 1),
    ]
    assert signed_idle([one], after(7), calendar=CHINA, after=5, reasons=own).rows[0].reason == ""
    assert found.at_risk is None
    with pytest.raises(BadRule, match=r"pipeline\.reason"):
        signed_idle([one], after(10), calendar=CHINA, after=5)
    for more in ({"after": -1}, {"ask_within": "2"}):
        with pytest.raises(BadRule, match=r"pipeline\.idle"):
            signed_idle([one], after(10), calendar=CHINA, **more)
    with pytest.raises(NotComparable):
        signed_idle([at("signed", "B1", 1), at("signed", "B2", 1, unit=BOX)], after(40), calendar=CHINA)


# --- lost ---


def test_whom_to_ask_again():
    """The due first, the most valuable first; later ones after them; never those who refused."""
    prospects = [
        lost(at("key", "A1", 100), 1, "silent"),
        lost(at("visited", "A2", 300), 2, "price"),
        lost(at("kept", "A3", 900), 3, "refused"),
        lost(at("filed", "A4"), 4, "silent"),
        at("key", "A5", 50),
        lost(at("key", "A6", 200), 5, "silent"),
    ]
    found = win_back(prospects, after(66))
    assert [(row.prospect, row.due, row.again_on) for row in found.rows] == [
        ("A6", True, after(65)),
        ("A1", True, after(61)),
        ("A4", True, after(64)),
        ("A2", False, after(92)),
        ("A3", False, None),
    ]
    assert [row.prospect for row in found.due] == ["A6", "A1", "A4"]
    assert [row.prospect for row in found.never] == ["A3"]
    assert [row[7].en for row in found.table().rows] == ["now", "now", "now", "later", "never"]
    assert found.rows[4].why.text("zh") == f"{after(3)} 流失：要求不再联系；不再联系"
    assert found.rows[3].from_stage == "visited"
    assert [len(win_back(prospects[:1], after(n)).due) for n in (60, 61)] == [0, 1]


def test_reasons_add_up_to_all_that_are_lost():
    """Reason by stage: parts are one, counts are all; somebody who came back is not lost any more."""
    back = lost(at("key", "A9"), 1, "silent").move("touched", by="p1", on=after(5), evidence="C")
    prospects = [
        lost(at("key", "A1"), 1, "silent"),
        lost(at("filed", "A2"), 1, "silent"),
        lost(at("kept", "A3"), 1, "rival"),
    ]
    found = win_back([*prospects, back], after(9))
    rows = found.by_reason().rows
    assert [(row[0].en, row[1], str(row[2])) for row in rows] == [
        ("no answer", 2, "2/3"),
        ("went to a rival", 1, "1/3"),
    ]
    assert [sum(row[3:]) for row in rows] == [2, 1]
    assert len(win_back([*prospects, back], after(2)).rows) == 4
    with pytest.raises(BadRule, match=r"pipeline\.reason"):
        win_back(prospects, after(9), {"rival": LOST_REASONS["rival"]})


def test_why_it_stood_idle_can_be_told_later():
    """Of a day on which the contract waited; before it was signed and after it is executed there is nothing to tell."""
    one = (
        at("visited")
        .move("signed", by="p1", on=after(5), evidence="C")
        .move("executing", by="p1", on=after(9), evidence="O")
    )
    assert one.explain_idle("money", "E", by="p1", on=after(8)).idle[0].on == after(8)
    for days in (4, 9):
        with pytest.raises(BadRule, match=r"pipeline\.idle"):
            one.explain_idle("money", "E", by="p1", on=after(days))


@pytest.mark.parametrize(
    "ask",
    [
        lambda day: pipeline_board([], day),
        lambda day: signed_idle([], day, calendar=CHINA),
        lambda day: win_back([], day),
        lambda day: pipeline_forecast([], {}, by=day, as_of=FILED),
        lambda day: pipeline_forecast([], {}, by=FILED, as_of=day),
        lambda day: weekly_targets([], [], as_of=day),
        lambda day: daily_targets([], [], (FILED, FILED), as_of=day, calendar=CHINA),
    ],
)
def test_a_moment_is_no_day(ask):
    """The day asked is a plain date, though there be nobody to ask about."""
    with pytest.raises(BadValue):
        ask(datetime(2026, 3, 2, tzinfo=UTC))
