"""What is due on a day: cadence, recurrence, plans, restraints, order, tables."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from attrs import evolve

from pharmasales.compliance.consent import Consent
from pharmasales.compliance.contacts import ContactCap
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, BadValue, UnknownYear
from pharmasales.followup import Rep, Target, schedule
from pharmasales.followup.due.followed import AdverseEvent, Followed, Occasion, Snooze, Touch, with_touches
from pharmasales.followup.due.greetings import BIRTHDAY, Festival
from pharmasales.followup.due.listing import DueRules, due_on
from pharmasales.followup.due.ranking import DueOrder
from pharmasales.followup.due.recurrence import Recurrence, SinceLast
from pharmasales.followup.due.recurring import Recurring
from pharmasales.followup.due.restraints import Restraints
from pharmasales.followup.due.rows import CadenceRow
from pharmasales.followup.due.table import CadenceTable
from pharmasales.followup.due.tables import BY_CLASS, BY_SITUATION
from pharmasales.followup.due.triggers import Silence
from pharmasales.workdays import CHINA, WEEKDAYS

SINCE = date(2026, 1, 5)
MARCH = date(2026, 3, 2)
DAY = timedelta(days=1)
RULES = DueRules(BY_CLASS, order=DueOrder("ABC"))
SILENT = DueRules(CadenceTable("none", [CadenceRow("", "face", 0)]), silences=())


def followed(customer="c1", *seen, grade="B", rep="r1", **more):
    """Return a customer seen face to face on some days."""
    return Followed(customer, rep, grade, SINCE, touches=[Touch(day) for day in seen], **more)


def found(customers, as_of, rules=RULES, **more):
    """Return what is due, with the Chinese calendar."""
    return due_on(customers, as_of, rules, CHINA, **more)


@pytest.mark.parametrize(("after", "state"), [(14, None), (15, "in time"), (23, "in time"), (24, "late"), (40, "late")])
def test_the_window_of_a_cadence(after, state):
    """B is seen every 15 days at least, and 23 days is the longest gap: the 24th is the first day late."""
    items = found([followed("c1", MARCH)], MARCH + after * DAY).items
    assert len(items) == (state is not None)
    if state:
        (item,) = items
        assert (item.need.since, item.need.until) == (date(2026, 3, 17), date(2026, 3, 25))
        assert item.late == max(0, after - 23)
        assert item.waiting == after - 15
        assert item.risk == Fraction(after, 23)


def test_days_late_in_both_counts():
    """Late over Qingming, 4 to 6 April: 10 calendar days, 7 of them worked."""
    (item,) = found([followed("c1", MARCH)], date(2026, 4, 4))
    assert (item.late, item.late_workdays) == (10, 7)
    assert item.why.text() == (
        "cadence, due (last face to face on 2026-03-02: due after 15 days, at the latest after 23 "
        "(grade B, face to face: 2-4 a month, 3-23 days apart); 10 days late since 2026-03-25, 7 of them working days)"
    )
    assert item.why.text("zh") == (
        "频率，待办（上次面访 2026-03-02：15 天后到期，最迟 23 天（B 级 面访：每月 2-4 次，间隔 3-23 天）；"
        "已逾期 10 天（自 2026-03-25），其中工作日 7 天）"
    )


def test_who_was_never_seen_is_due_at_once():
    """From the first day of following up, until the longest gap ends."""
    (item,) = found([followed()], SINCE)
    assert (item.need.since, item.need.until, item.late) == (SINCE, date(2026, 1, 28), 0)
    assert item.need.why.head() == "no face to face yet, followed up since 2026-01-05"
    assert not found([followed()], SINCE - DAY).everything


def test_contacts_after_the_day_do_not_count():
    """A list of last week can be made again."""
    assert len(found([followed("c1", MARCH, date(2026, 3, 20))], date(2026, 3, 18))) == 1


def test_channels_are_asked_one_by_one():
    """A message is no visit, an executive's visit not the owner's."""
    table = CadenceTable(
        "core",
        [
            CadenceRow("A", "face", 2),
            CadenceRow("A", "wechat", 4),
            CadenceRow("A", "face", 1, per="quarter", layer="executive"),
        ],
    )
    one = Followed(
        "c1", "r1", "A", SINCE, touches=[Touch(MARCH, "wechat"), Touch(MARCH, "face", "executive")], executive="m1"
    )
    items = found([one], MARCH + 10 * DAY, DueRules(table, silences=())).items
    assert {item.need.id for item in items} == {"face", "wechat"}
    later = found([one], MARCH + 90 * DAY, DueRules(table, silences=())).items
    assert {(item.need.id, item.rep) for item in later} == {("face", "r1"), ("wechat", "r1"), ("face/executive", "m1")}
    alone = found([evolve(one, executive="")], MARCH + 90 * DAY, DueRules(table, silences=())).items
    assert {item.need.id for item in alone} == {"face", "wechat"}
    away = Restraints(away={"m1": [MARCH + 90 * DAY]})
    held = found([one], MARCH + 90 * DAY, DueRules(table, silences=()), restraints=away).held
    assert [(item.need.id, item.free) for item in held] == [("face/executive", MARCH + 91 * DAY)]


@pytest.mark.parametrize(
    ("planned", "state"),
    [
        (Touch(date(2026, 3, 20)), "planned"),
        (Touch(date(2026, 3, 25)), "planned"),
        (Touch(date(2026, 3, 26)), "due"),
        (Touch(date(2026, 3, 19)), "due"),
        (Touch(date(2026, 3, 21), "phone"), "due"),
        (Touch(date(2026, 3, 21), "face", "executive"), "due"),
    ],
)
def test_a_plan_settles_what_it_answers_in_time(planned, state):
    """From the day asked to the last day of the longest gap, over the same channel, by the same layer."""
    one = evolve(followed("c1", MARCH), planned=[planned])
    (item,) = found([one], date(2026, 3, 20)).everything
    assert item.state == state
    assert item.planned == (
        None
        if planned.day < date(2026, 3, 20) or planned.channel != "face" or planned.layer != "owner"
        else planned.day
    )


def test_a_plan_that_comes_too_late_is_shown():
    """The item stays due and says when somebody comes."""
    one = evolve(followed("c1", MARCH), planned=[Touch(date(2026, 3, 30))])
    (item,) = found([one], date(2026, 3, 27)).items
    assert "planned on 2026-03-30" in item.why.text()
    assert "已排 2026-03-30" in item.why.text("zh")


def test_recurring_dates():
    """The first day that fell after the last contact is due, with its grace; a contact on it or later settles it."""
    rule = Recurrence.weekly(date(2026, 2, 4), [2], every=2)
    rules = evolve(SILENT, recurring=[Recurring("round", rule, off="after", grace=2, grade_letters="B")])
    due = found([followed("c1", date(2026, 2, 5))], date(2026, 3, 10), rules).items
    assert [(item.need.id, item.need.since, item.need.until, item.late) for item in due] == [
        ("round", date(2026, 2, 24), date(2026, 2, 26), 12)
    ]
    assert due[0].need.why.text("zh") == "每 2 周周三，自 2026-02-04 起：2026-02-24 到期，此后无面访"
    assert not found([followed("c1", date(2026, 3, 4))], date(2026, 3, 10), rules)
    assert not found([followed("c1", date(2026, 2, 5), grade="C")], date(2026, 3, 10), rules)
    assert not found([followed("c1", date(2026, 2, 5))], date(2026, 2, 3), rules)
    never = found([followed()], date(2026, 3, 10), rules).items
    assert never[0].need.since == date(2026, 2, 4)
    named = evolve(rules, recurring=[Recurring("round", rule, customers=["c2"])])
    assert [item.need.customer for item in found([followed("c1"), followed("c2")], date(2026, 3, 10), named)] == ["c2"]


def test_recurring_since_the_last_contact():
    """14 days after 4 February is 18 February, off, so the 24th or the 14th; a stranger is due at once."""
    seen = [followed("c1", date(2026, 2, 4))]
    for off, day in (("after", date(2026, 2, 24)), ("before", date(2026, 2, 14))):
        rules = evolve(SILENT, recurring=[Recurring("call", SinceLast(14), off=off)])
        assert [item.need.since for item in found(seen, date(2026, 2, 24), rules)] == [day]
    assert not found(seen, date(2026, 2, 13), rules)
    assert found([followed()], SINCE, rules).items[0].need.since == SINCE
    with pytest.raises(BadRule, match="end the count"):
        Recurring("call", SinceLast(14), off="drop")
    with pytest.raises(BadRule, match="grace"):
        Recurring("call", SinceLast(14), grace=-1)
    with pytest.raises(BadRule, match="grace"):
        Recurring("call", SinceLast(14), grace=10**9)


def test_the_order_in_words_and_in_fact():
    """Law first, then class, days late, value, slipping risk; each key decides in its turn."""
    day = date(2026, 4, 1)
    customers = [
        followed("b-late", date(2026, 3, 1), grade="B"),
        followed("b-later", date(2026, 2, 20), grade="B"),
        followed("c-latest", SINCE, grade="C"),
        followed("a-poor", date(2026, 3, 22), grade="A", value=10),
        followed("a-rich", date(2026, 3, 22), grade="A", value=Fraction(21, 2)),
        followed("a-unknown", date(2026, 3, 22), grade="A"),
        followed("a-slips", date(2026, 3, 21), grade="A", value=10),
        followed("z-none", date(2026, 1, 6), grade="A", peripheral=True),
    ]
    rules = evolve(RULES, order=DueOrder("ABC"))
    event = AdverseEvent("AE-1", day, "other", customer="c-latest")
    items = found(customers, day, rules, adverse=[event]).items
    assert [item.need.customer for item in items] == [
        "c-latest", "c-latest", "a-rich", "a-slips", "a-poor", "a-unknown", "b-later", "b-late", "c-latest",
    ]  # fmt: skip
    assert [item.need.kind for item in items[:2]] == ["adverse_event", "adverse_event"]
    by_lateness = found(customers, day, evolve(rules, order=DueOrder("ABC", ("overdue", "class"))))
    assert [item.need.customer for item in by_lateness][:3] == ["c-latest", "b-later", "b-late"]
    assert DueOrder("AB").text("zh") == "法定事项优先，其次：级别（A、B）、逾期天数、价值、流失风险"
    assert (DueOrder((), ()).text(), DueOrder((), ()).text("zh")) == ("legal duties first", "法定事项优先")
    assert DueOrder((), ("class",)).text() == "legal duties first, then class"


@pytest.mark.parametrize("bad", [("A", ("clas",)), ("AA", ("class",)), ("A", ("class", "class"))])
def test_what_is_no_order(bad):
    """Unknown keys, keys or letters twice."""
    with pytest.raises(BadRule):
        DueOrder(*bad)


def agreed(customer="c1", purpose="greeting", channel="wechat", kind="opt_in", given=SINCE, **days):
    """Return a consent."""
    return Consent(customer, purpose, channel, kind, given, "FORM-1", **days)


def test_greetings_only_for_those_who_asked():
    """Without a consent nothing is due; with one it is, and a withdrawal ends it."""
    festival = Festival("spring", Says("Spring Festival", "春节"), [date(2026, 2, 17)])
    rules = evolve(SILENT, birthday=BIRTHDAY, festivals=[festival])
    born = [Occasion("B1", "birthday", "c1", date(1980, 2, 16))]
    day = date(2026, 2, 15)

    def kinds(*consents):
        listed = found([followed()], day, rules, occasions=born, restraints=Restraints(consents=consents))
        return [item.need.kind for item in listed.everything]

    assert kinds() == []
    assert sorted(kinds(agreed())) == ["birthday", "festival"]
    assert kinds(agreed(channel="phone")) == []
    assert kinds(agreed(purpose="marketing")) == []
    assert kinds(agreed(withdrawn=date(2026, 2, 10))) == []
    assert kinds(agreed(until=date(2026, 2, 14))) == []


def test_a_refusal_holds_back_what_it_speaks_of():
    """Refused visits are held without a day; what was never refused is free; an answer stays owed."""
    refused = Restraints(consents=[agreed(purpose="any", channel="any", kind="opt_out")])
    promise = [Occasion("T1", "promise", "c1", MARCH)]
    listed = found([followed("c1", MARCH)], date(2026, 3, 20), occasions=promise, restraints=refused)
    assert [(item.need.kind, item.state) for item in listed.everything] == [("answer", "due"), ("cadence", "held")]
    (held,) = listed.held
    assert (held.free, held.hold.rules) == (None, ("consent.withdrawn",))
    assert "held back until there is a new consent (withdrawn or refused on 2026-01-05 (FORM-1))" in held.why.text()
    assert (
        len(found([followed("c1", MARCH)], date(2026, 3, 20), restraints=Restraints(consents=[agreed("c2")])).items)
        == 1
    )


def test_first_touch_asks_for_consent():
    """Marketing to a new file is held without a consent over the channel, and free with one."""
    file = [Occasion("F1", "file", "c1", MARCH)]
    listed = found([followed()], MARCH, SILENT, occasions=file)
    assert [(item.need.kind, item.hold.rules) for item in listed.held] == [("first_touch", ("consent.none",))]
    given = Restraints(consents=[agreed(purpose="marketing", channel="phone")])
    assert [item.need.kind for item in found([followed()], MARCH, SILENT, occasions=file, restraints=given)] == [
        "first_touch"
    ]


def test_caps_say_when_it_is_free_again():
    """Two visits in 30 days hold back the third until the first is 30 days old; planned ones count too."""
    cap = Restraints(caps=[ContactCap("face", most=2, days=30)])
    one = evolve(followed("c1", date(2026, 3, 1), date(2026, 3, 3), grade="A"))
    (item,) = found([one], date(2026, 3, 12), restraints=cap).held
    assert (item.free, item.hold.rules) == (date(2026, 3, 31), ("contact.cap",))
    assert item.why.text("zh").endswith(
        "暂缓，2026-03-31 起可联系（30 天内将超过 2 次联系；下次可联系日：2026-03-31））"
    )
    assert len(found([one], date(2026, 3, 31), restraints=cap).items) == 1
    planned = evolve(followed("c1", date(2026, 3, 1), grade="A"), planned=[Touch(date(2026, 4, 15), "meeting")])
    assert found([planned], date(2026, 4, 1), restraints=Restraints(caps=[ContactCap("face", 1, 20)])).held[
        0
    ].free == date(2026, 5, 5)


def test_an_answer_is_never_capped():
    """A cap of zero holds back the cadence, and not the answer that was promised."""
    promise = [Occasion("T1", "promise", "c1", MARCH)]
    none = Restraints(caps=[ContactCap("any", most=0, days=1)])
    listed = found([followed("c1", MARCH)], date(2026, 3, 20), occasions=promise, restraints=none)
    assert [(item.need.kind, item.state) for item in listed.everything] == [("answer", "due"), ("cadence", "held")]


def test_a_snooze_is_silent_until_its_day():
    """Through its last day, for its kind; the reason stays with whoever keeps it."""
    snooze = Snooze("c1", date(2026, 3, 20), "abroad with family", "m1", "cadence")
    bound = Restraints(snoozes=[snooze])
    (item,) = found([followed("c1", MARCH)], date(2026, 3, 20), restraints=bound).held
    assert (item.free, item.hold.rules) == (date(2026, 3, 21), ("snooze",))
    assert "snoozed by m1 until 2026-03-20" in item.why.text()
    assert "family" not in item.why.text() + repr(bound) + repr(snooze)
    assert found([followed("c1", MARCH)], date(2026, 3, 21), restraints=bound).items
    other = Restraints(snoozes=[evolve(snooze, kind="ageing"), Snooze("c2", date(2027, 1, 1), "x", "m1")])
    assert found([followed("c1", MARCH)], date(2026, 3, 20), restraints=other).items
    with pytest.raises(BadValue, match="needs its reason"):
        Snooze("c1", MARCH, " ", "m1")


def test_leave_holds_until_the_rep_is_back():
    """Away on Thursday and Friday: nothing holds it back from the day after."""
    away = Restraints(away={"r1": [date(2026, 3, 19), date(2026, 3, 20)]})
    (item,) = found([followed("c1", MARCH)], date(2026, 3, 19), restraints=away).held
    assert (item.free, item.hold.rules) == (date(2026, 3, 21), ("leave",))
    assert found([followed("c1", MARCH, rep="r2")], date(2026, 3, 19), restraints=away).items
    assert found([followed("c1", MARCH)], date(2026, 3, 23), restraints=away).items


def test_the_free_day_is_free_of_all():
    """A snooze that ends within a cap, and a cap that ends within leave: the day on which none is left."""
    bound = Restraints(
        caps=[ContactCap("face", 1, 20)],
        snoozes=[Snooze("c1", date(2026, 3, 20), "x", "m1")],
        away={"r1": [date(2026, 3, 22), date(2026, 3, 23)]},
    )
    (item,) = found([followed("c1", MARCH)], date(2026, 3, 20), restraints=bound).held
    assert item.hold.rules == ("snooze", "contact.cap")
    assert item.free == date(2026, 3, 24)
    forever = evolve(bound, caps=[ContactCap("face", 0, 1)])
    assert found([followed("c1", MARCH)], date(2026, 3, 20), restraints=forever).held[0].free is None


def everything_against():
    """Return every restraint at once."""
    return Restraints(
        caps=[ContactCap("any", 0, 1)],
        consents=[agreed(purpose="any", channel="any", kind="opt_out")],
        snoozes=[Snooze("c1", date(2030, 1, 1), "x", "m1")],
        away={"r1": [MARCH + n * DAY for n in range(400)]},
        asks_consent={"academic", "adverse_event"},
    )


def test_nothing_holds_back_an_adverse_event():
    """Caps of zero, refusals, snoozes, leave, plans and filters: it stays due, on top, in every list."""
    event = AdverseEvent("AE-1", MARCH, "serious", "c1", "r1")
    stranger = AdverseEvent("AE-2", MARCH, "other", "nobody", "r9")
    planned = evolve(followed("c1", MARCH), planned=[Touch(MARCH + 20 * DAY)])
    listed = found([planned], MARCH + 18 * DAY, adverse=[stranger, event], restraints=everything_against())
    ids = ["AE-1/hand-off", "AE-2/hand-off", "AE-1/report", "AE-2/report"]
    assert [item.need.id for item in listed.items] == ids
    assert [(item.rep, item.grade) for item in listed.items[:2]] == [("r1", "B"), ("r9", "")]
    assert [item.late for item in listed.items] == [17, 17, 3, 0]
    for view in (
        listed.where(rep="nobody"),
        listed.where(kinds=[]),
        listed.where(grades=["A"]),
        listed.where(customer="c9"),
    ):
        assert [item.need.id for item in view.items] == ids
        assert not view.held


def test_views_of_a_list():
    """By rep, kind, class and customer."""
    customers = [followed("c1", rep="r1"), followed("c2", rep="r2", grade="A")]
    listed = found(customers, MARCH, evolve(RULES, silences=[Silence("lost", {"": 30}, Says("x", "y"))]))
    assert len(listed) == 4
    assert {item.need.customer for item in listed.where(rep="r2")} == {"c2"}
    assert {item.need.kind for item in listed.where(kinds=["lost"])} == {"lost"}
    assert {item.need.customer for item in listed.where(grades=["B"])} == {"c1"}
    assert {item.need.customer for item in listed.where(customer="c2")} == {"c2"}
    assert repr(listed) == "DueList(2026-03-02: 4 due, 0 held, 0 planned)"


def test_tables_in_both_languages():
    """A row an item, those held and planned among them."""
    promise = [Occasion("T1", "promise", "c1", MARCH)]
    snoozed = Restraints(snoozes=[Snooze("c1", date(2026, 3, 20), "x", "m1", "cadence")])
    listed = found([followed("c1", MARCH)], date(2026, 3, 18), occasions=promise, restraints=snoozed)
    rows = [dict(row) for row in listed.table().records()]
    assert [(row["kind"].zh, row["state"].zh, row["late"], row["late_workdays"], row["free"]) for row in rows] == [
        ("承诺答复", "待办", 14, 10, None),
        ("频率", "暂缓", 0, 0, date(2026, 3, 21)),
    ]
    assert listed.table().title.text("zh") == "2026-03-18 到期事项"
    assert "<caption>Due on 2026-03-18</caption>" in listed._repr_html_()
    assert listed.table().text("zh").splitlines()[0].startswith("代表编号  客户编号  级别  事项")


def test_every_bad_row_at_once():
    """Customers and occasions twice, strangers, classes without a cadence, events that no law knows."""
    customers = [followed("c1"), followed("C1"), followed("c2", grade="X"), followed("c3", grade="X", peripheral=True)]
    occasions = [Occasion("T1", "promise", "c9", MARCH), Occasion("T1", "promise", "c1", MARCH)]
    events = [AdverseEvent("AE-1", MARCH, "mild"), AdverseEvent("AE-2", date(2001, 1, 1), "other")]
    with pytest.raises(BadRows) as caught:
        found(customers, MARCH, occasions=occasions, adverse=events)
    assert [(error.code, error.where) for error in caught.value.exceptions] == [
        ("followup.twice", "customer 'C1'"),
        ("followup.twice", "occasion 'T1'"),
        ("followup.customer", "occasion 'T1'"),
        ("followup.cadence", "table 'classes', X"),
        ("followup.severity", "adverse event 'AE-1', law 'CN-ADR-2011'"),
        ("followup.law", "adverse event 'AE-2', laws"),
    ]


@pytest.mark.parametrize("value", [1.5, True, "10"])
def test_values_are_exact(value):
    """No float decides an order."""
    with pytest.raises(BadValue, match="exact or missing"):
        followed(value=value)
    with pytest.raises(BadValue, match="unknown layer"):
        Touch(MARCH, "face", "boss")


def test_an_unknown_year_is_an_error():
    """E60: late into 2027, a year that nobody announced, is no guess."""
    with pytest.raises(UnknownYear):
        due_on([followed("c1", date(2026, 11, 1))], date(2027, 2, 1), RULES, CHINA)
    assert due_on([followed("c1", date(2026, 11, 1))], date(2027, 2, 1), RULES, WEEKDAYS).items[0].late == 69


def test_stages_decide():
    """New and promising: 2 a week are 3.5 days, so due after 4; stable after 30."""
    new, stable = followed("n", MARCH, stage="new"), followed("s", MARCH, stage="stable")
    rules = DueRules(BY_SITUATION)
    assert [item.need.customer for item in found([new, stable], MARCH + 4 * DAY, rules)] == ["n"]
    assert [item.need.customer for item in found([new, stable], MARCH + 30 * DAY, rules)] == ["n", "s"]


def test_the_end_of_time():
    """Placeholders such as 9999-12-31 end in a typed error or in nothing, never in an overflow."""
    never = Followed("c1", "r1", "B", date.max, touches=[Touch(date.max)], planned=[Touch(date.max)])
    silences = [Silence("lost", {"": 30}, Says("x", "y"))]
    recurring = [Recurring("call", SinceLast(14))]
    assert not found([never], MARCH, evolve(RULES, silences=silences, recurring=recurring)).everything
    with pytest.raises(BadRows, match="1 rows") as caught:
        found([], MARCH, adverse=[AdverseEvent("AE-1", date.max, "other")])
    assert [error.code for error in caught.value.exceptions] == ["followup.adverse"]
    with pytest.raises(BadValue, match="has an end"):
        Snooze("c1", date.max, "x", "m1")
    rule = Recurrence.month_day(date(9998, 1, 1), -1)
    assert rule.dates(date(9999, 12, 1), date.max, WEEKDAYS, "drop") == (date.max,)
    assert rule.dates(date.min, date(1, 2, 1), WEEKDAYS, "drop") == ()
    far = evolve(followed("c1", MARCH), planned=[Touch(date.max)])
    assert found([far], MARCH + 20 * DAY, restraints=Restraints(caps=[ContactCap("face", 1, 5)])).items


def test_a_log_and_a_plan_are_laid_over_customers():
    """Made and planned contacts go to their customers, in order; strangers are passed over, what was there stays."""
    made = [("c2", Touch(date(2026, 3, 9))), (" c1 ", Touch(date(2026, 3, 4))), ("c9", Touch(MARCH))]
    one, two = with_touches([followed("c1", MARCH), followed("c2")], made, [("c2", Touch(date(2026, 3, 30)))])
    assert [touch.day.day for touch in one.touches] == [2, 4]
    assert (one.planned, [touch.day.day for touch in two.touches], len(two.planned)) == ((), [9], 1)
    assert with_touches([one]) == (one,)
    assert found([two], date(2026, 3, 28)).planned[0].planned == date(2026, 3, 30)


def test_a_plan_of_visits_settles_what_it_answers():
    """The visits of a schedule, laid over the customers, settle their cadences."""
    target = Target("c1", "Dr. Example", "r1", "B", visits=2, gap=3, done=[MARCH])
    plan = schedule([target], [Rep("r1", "Rep One", 8)], date(2026, 3, 3), date(2026, 3, 31), CHINA)
    days = [visit.day for visit in plan.visits]
    (one,) = with_touches([followed("c1", MARCH)], planned=[("c1", Touch(day)) for day in days])
    assert days
    for as_of in (date(2026, 3, 17), date(2026, 3, 20), date(2026, 3, 25)):
        (item,) = found([one], as_of).everything
        in_time = [day for day in days if as_of <= day <= date(2026, 3, 25)]
        assert item.state == ("planned" if in_time else "due")
        assert item.planned == min((day for day in days if day >= as_of), default=None)
