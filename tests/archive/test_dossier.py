"""A dossier says for every day and every day of knowledge what a plain table of what was written says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive import Affiliation, Change, Customer, Dossier
from pharmasales.archive.changes import values_of
from pharmasales.errors import BadValue
from pharmasales.testing.lives import doctor_file
from pharmasales.testing.strategies import dossiers, file_values

DAY = date(2026, 1, 5)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAYS = [date.min, *(date(2026, 1, 1) + timedelta(n) for n in range(-1, 23)), date.max]
KNOWN = [None, *DAYS]
W = {"at": AT, "by": "u1", "why": "seen on site"}
ACTS = ("amend", "reassign", "correct", "close", "reopen", "restrict", "release")


def on(n: int) -> date:
    """Return a day of January 2026."""
    return date(2026, 1, n)


def at(n: int) -> datetime:
    """Return a moment of January 2026."""
    return datetime(2026, 1, n, 9, tzinfo=UTC)


def opened(kind: str = "hospital", customer: str = "H1", **more: object) -> Dossier:
    """Return a file opened on 5 January."""
    return Dossier.open(Customer(customer, "Example", kind, **more), since=DAY, **W)[0]  # type: ignore[arg-type]


def code(work) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(BadValue) as caught:
        work()
    return caught.value.code


def do(file: Dossier, act: str, **more: object) -> Dossier:
    """Do an act with plain arguments."""
    given = {"amend": ({"beds": 9},), "correct": ({"beds": 9},), "reassign": ("r9",)}.get(act, ())
    when = {} if act in ("correct", "restrict", "release") else {"since": DAY}
    return getattr(file, act)(*given, **{**when, **W, **more})[0]


def told(file: Dossier, day: date, known: date | None) -> dict[str, object]:
    """Return what a plain table of all that was written says: known and begun by the day, the last beginning wins."""
    table = []
    for order, change in enumerate(file.changes):
        if known is not None and change.at.date() > known:
            break
        table += [(change.since, order, name, value) for name, value in change.new.items() if change.since <= day]
    last = {name: value for _, _, name, value in sorted(table, key=lambda row: row[:2])}
    return {name: value for name, value in last.items() if value is not None}


@settings(deadline=None)
@given(dossiers())
def test_every_day_and_known_is_that_of_a_table(file):
    """On every day, known on any day, the file says what the table of assertions says."""
    for known in KNOWN:
        for day in DAYS:
            wanted = told(file, day, known)
            assert file.values(day, known) == {name: one for name, one in wanted.items() if name[0] != "@"}
            standing = file.standing(day, known)
            assert (standing == "open") == ("@open" in wanted and "@restricted" not in wanted)
            customer = file.on(day, known)
            assert (customer is not None) == (standing == "open")
            if customer is not None:
                assert values_of(customer) == file.values(day, known)


@settings(deadline=None)
@given(dossiers(), file_values(), st.sampled_from(DAYS), st.sampled_from(ACTS), st.integers(-9, 30))
def test_no_later_act_changes_what_was_known(file, values, since, act, hours):
    """What was known at the end of a day before the act stays the same for ever, whatever clocks say."""
    latest = max(change.at for change in file.changes)
    written = {"at": latest + timedelta(hours=hours), "by": "u2", "why": "another day"}
    given_ = {"amend": (values,), "correct": (values,), "reassign": ("r7",)}.get(act, ())
    when = {"since": since} if act in ("amend", "reassign", "close", "reopen") else {}
    try:
        later = getattr(file, act)(*given_, **when, **written)[0]
    except BadValue:
        return
    known = max(max(change.at.date() for change in file.changes), written["at"].date()) - timedelta(1)
    for day in DAYS:
        assert later.on(day, known) == file.on(day, known)
        assert later.values(day, known) == file.values(day, known)
        assert later.standing(day, known) == file.standing(day, known)
    assert later.changes[: len(file.changes)] == file.changes
    assert later.confirmed(known=known) == file.confirmed(known=known)


@settings(deadline=None)
@given(dossiers(), file_values(), st.sampled_from(DAYS[1:-1]))
def test_an_amendment_holds_from_its_day_until_the_next(file, values, since):
    """The day itself says the new values; earlier days, later statements and other fields stay."""
    if file.standing(since) != "open" or file.difference(values, since) == {}:
        due = "change.empty" if file.standing(since) == "open" else f"archive.{file.standing(since)}"
        assert code(lambda: file.amend(values, since=since, at=at(30), by="u2", why="seen")) == due
        return
    new, change = file.amend(values, since=since, at=at(30), by="u2", why="seen")
    assert set(change.new) <= set(values)
    assert file.difference(values, since) == change.new
    assert new.difference(values, since) == {}
    later = sorted({one.since for one in file.changes if one.since > since and set(one.new) & set(change.new)})
    for day in DAYS:
        before = {**file.values(day)}
        if day >= since and (not later or day < later[0]):
            before = {name: one for name, one in {**before, **change.new}.items() if one is not None}
        if day < since or not later or day < later[0]:
            assert new.values(day) == before
    assert code(lambda: new.amend(change.new, since=since, at=at(31), by="u3", why="seen")) == "change.empty"


@settings(deadline=None)
@given(dossiers(), file_values())
def test_a_correction_stands_in_the_place_of_what_stood(file, values):
    """A corrected value has begun when the wrong one began, which is nowhere left; values written alike stay."""
    begun = dict.fromkeys(values)
    for change in sorted(file.changes, key=lambda one: one.since):
        begun |= {name: change.since for name in values if name in change.new}
    places = {max(begun[name] or file.opened, file.opened) for name in file.difference(values)}
    due = {f"archive.{file.standing(day)}" for day in places} - {"archive.open"}
    if due or not places:
        assert code(lambda: file.correct(values, at=at(30), by="u2", why="misread")) in (due or {"change.empty"})
        return
    new, changes = file.correct(values, at=at(30), by="u2", why="misread")
    assert new.difference(values) == {}
    assert {name for one in changes for name in one.new} == set(file.difference(values))
    for change in changes:
        assert all(change.since == max(begun[name] or file.opened, file.opened) for name in change.new)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("standing", ["open", "closed", "restricted"])
def test_which_act_follows_which(act, standing):
    """Only an open file is amended or closed, only a closed one opened again, only a restricted one released."""
    file = opened()
    file = file if standing == "open" else do(file, {"closed": "close", "restricted": "restrict"}[standing])
    legal = {
        "open": {"amend", "reassign", "correct", "close", "restrict"},
        "closed": {"reopen", "restrict"},
        "restricted": {"release"},
    }
    if act in legal[standing]:
        assert len(do(file, act).changes) == len(file.changes) + 1
    else:
        assert code(lambda: do(file, act)) == f"archive.{standing}"


def test_a_file_is_amended_in_the_past_but_not_outside_its_life():
    """A day between two changes is legal; a day before the opening or after the closing is not."""
    file = opened(owner="r1").amend({"beds": 500}, since=on(20), **W)[0]
    file = file.amend({"beds": 400}, since=on(10), **W)[0]
    assert [file.values(on(n)).get("beds") for n in (9, 10, 19, 20)] == [None, 400, 400, 500]
    assert code(lambda: file.amend({"beds": 1}, since=on(4), **W)) == "archive.closed"
    file = file.close(since=on(25), **W)[0]
    assert code(lambda: file.amend({"beds": 1}, since=on(25), **W)) == "archive.closed"
    assert file.amend({"beds": 1}, since=on(24), **W)[0].values(on(24))["beds"] == 1
    assert [file.standing(on(n)) for n in (4, 5, 24, 25)] == ["closed", "open", "open", "closed"]
    assert code(lambda: file.close(since=on(26), **W)) == "archive.closed"


def test_closed_and_opened_again_and_never_before_the_beginning():
    """A file is opened again from a day on, but not for days before it ever was."""
    file = opened().close(since=on(10), **W)[0]
    assert code(lambda: file.reopen(since=on(4), **W)) == "archive.reopen"
    assert code(lambda: file.reopen(since=on(9), **W)) == "archive.open"
    again = file.reopen(since=on(15), **W)[0]
    assert [again.standing(on(n)) for n in (9, 10, 14, 15)] == ["open", "closed", "closed", "open"]
    assert again.opened == DAY


def test_closed_on_the_day_of_opening():
    """A file that was never open for a day is still held, released, opened again and read."""
    file = opened().close(since=DAY, **W)[0]
    assert (file.opened, file.on(DAY), file.standing()) == (DAY, None, "closed")
    held = file.restrict(**W)[0]
    assert held.release(**W)[0].standing() == "closed"
    again = file.reopen(since=on(8), **W)[0]
    assert (again.opened, again.on(on(8)).since) == (on(8), on(8))
    assert again.correct({"name": "Corrected"}, **W)[0].on(on(8)).name == "Corrected"


def test_a_restricted_file_is_neither_shown_nor_used_on_any_day():
    """A hold counts for every day, also for those before it was written, until it is lifted."""
    file = opened(fields={"beds": 3}).restrict(at=at(20), by="m1", why="court order")[0]
    assert [file.on(on(n)) for n in (5, 20, 31)] == [None] * 3
    assert file.on(on(6), known=on(19)).fields == {"beds": 3}
    assert file.release(at=at(21), by="m1", why="order lifted")[0].on(on(6)).fields == {"beds": 3}


def test_days_at_the_ends_of_the_calendar():
    """The first and the last day of all are days like others."""
    file = Dossier.open(Customer("H1", "Example"), since=date.min, **W)[0]
    file = file.amend({"beds": 5}, since=date.max, **W)[0]
    assert (file.on(date.min).fields, file.on(date.max).fields) == ({}, {"beds": 5})
    assert (file.opened, file.standing(date.min)) == (date.min, "open")
    end = datetime.max.replace(tzinfo=timezone(timedelta(hours=-23, minutes=-59)))
    late = file.amend({"beds": 6}, since=date.max, at=end, by="u1", why="late")[0]
    assert (late.values(known=DAY)["beds"], late.values(known=date.max)["beds"]) == (5, 6)


def test_a_clock_that_went_back_changes_no_history():
    """A change that was written after one of a later day is known from that later day on."""
    file = opened().amend({"beds": 1}, since=on(6), at=at(20), by="u1", why="counted")[0]
    file = file.amend({"beds": 2}, since=on(7), at=at(6), by="u1", why="counted again")[0]
    assert [file.values(on(9), known=on(n)).get("beds") for n in (6, 19, 20)] == [None, None, 2]


def test_the_opening_day_is_that_known_then():
    """What becomes known later of the beginning does not change what a customer looked like before."""
    file = opened().close(since=DAY, at=at(6), by="u1", why="error")[0]
    file = file.reopen(since=on(9), at=at(9), by="u1", why="meant the ninth")[0]
    assert file.on(on(9), known=on(5)).since == DAY
    assert file.on(on(9)).since == on(9)


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({}, "change.empty"),
        ({"owner": "r1"}, "change.empty"),
        ({"owner": " r1 "}, "change.empty"),
        ({"roles": ["kol", "decider"]}, "change.empty"),
        ({"roles": {"decider", "kol"}}, "change.empty"),
        ({"weekdays": [2, 0]}, "change.empty"),
        ({"potential": "12.50"}, "change.empty"),
        ({"potential": Decimal("12.5")}, "change.empty"),
        ({"title": ""}, "change.empty"),
        ({"title": None, "needs": ()}, "change.empty"),
        ({"needs": set()}, "change.empty"),
        ({"affiliation:P2": "consultant"}, "change.empty"),
        ({"id": "D2"}, "change.field"),
        ({"since": DAY}, "change.field"),
        ({"fields": {}}, "change.field"),
        ({"affiliations": []}, "change.field"),
        ({"@open": None}, "change.field"),
        ({"@erased": "yes"}, "change.field"),
        ({"affiliation:": "x"}, "change.field"),
        ({"affiliation: P2": "x"}, "change.field"),
        ({" title": "x"}, "change.field"),
        ({"ti\x00tle": "x"}, "change.field"),
        ({"": "x"}, "change.field"),
        ({7: "x"}, "change.field"),
        ({"beds": 1.5}, "archive.value"),
        ({"beds": True}, "archive.value"),
        ({"beds": AT}, "archive.value"),
        ({"beds": Decimal("NaN")}, "number.nan"),
        ({"beds": 10**100}, "number.long"),
        ({"beds": Decimal("1e200")}, "number.long"),
        ({"beds": {"a": 1}}, "archive.value"),
        ({"needs": ["a", 1]}, "archive.value"),
        ({"needs": ["a\x00"]}, "text.control"),
        ({"title": "\ud800"}, "text.control"),
        ({"potential": "many"}, "number"),
        ({"potential": 0.5}, "number.float"),
        ({"weekdays": ["7"]}, "archive.weekday"),
        ({"weekdays": "0"}, "archive.value"),
        ({"roles": "kol"}, "archive.value"),
        ({"name": 7}, "archive.value"),
        ({"affiliation:P2": 7}, "archive.value"),
        ({"owner": "\u200b"}, "id.empty"),
        ({"parent": "D1"}, "archive.cycle"),
        ({"affiliation:D1": "self"}, "archive.cycle"),
    ],
)
def test_what_no_file_takes(values, refused):
    """Equal values under any spelling, reserved fields and values that no file can keep are refused by name."""
    doctor = Customer(
        "D1",
        "Example",
        "doctor",
        owner="r1",
        roles={"kol", "decider"},
        weekdays=frozenset({0, 2}),
        potential=Fraction(25, 2),
        affiliations=[Affiliation("P2", "consultant")],
    )
    file = Dossier.open(doctor, since=DAY, **W)[0]
    assert code(lambda: file.amend(values, since=on(6), **W)) == refused
    assert code(lambda: file.correct(values, **W)) == refused


@pytest.mark.parametrize(
    ("bad", "refused"),
    [
        ({"at": datetime(2026, 1, 5)}, "change.at"),  # noqa: DTZ001 - a naive moment is the case
        ({"at": DAY}, "change.at"),
        ({"since": AT}, "change.since"),
        ({"since": "2026-01-05"}, "change.since"),
        ({"by": ""}, "id.empty"),
        ({"by": " \u200b"}, "id.empty"),
        ({"by": "a\nb"}, "id.lines"),
        ({"by": "a\x07"}, "text.control"),
        ({"why": ""}, "change.why"),
        ({"why": " \n"}, "change.why"),
        ({"why": "a\x00"}, "text.control"),
        ({"why": None}, "text"),
    ],
)
def test_who_when_and_why_are_due(bad, refused):
    """No change without a moment, an author and a reason that can be kept."""
    assert code(lambda: Dossier.open(Customer("H1", "One"), **{"since": DAY, **W, **bad})) == refused
    with pytest.raises((BadValue, TypeError)):
        do(opened(), "amend", **bad)


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"name": "Another"}, "change.field"),
        ({"affiliation:P1": "x"}, "change.field"),
        ({"@erased": "yes"}, "change.field"),
        ({"id": "x"}, "change.field"),
        ({"share": 0.5}, "archive.value"),
    ],
)
def test_what_opens_no_file(fields, refused):
    """A further field never takes the place of another, nor of a sign of the file's own."""
    assert code(lambda: opened(fields=fields)) == refused


def test_no_affiliation_is_lost_silently():
    """Two posts at one place, and a first day of its own, are refused; the day of opening is no day of its own."""
    twice = [Affiliation("P1", "a"), Affiliation("P1", "b")]
    assert code(lambda: opened(affiliations=twice)) == "archive.affiliation"
    assert code(lambda: opened(affiliations=[Affiliation("P1", "a", on(2))])) == "archive.affiliation"
    file = opened(affiliations=[Affiliation("P1", "a", DAY)])
    later = file.amend({"affiliation:P2": "b"}, since=on(9), **W)[0].on(on(9))
    assert later.affiliations == (Affiliation("P1", "a", DAY), Affiliation("P2", "b", on(9)))


def test_a_number_of_any_exact_kind_is_kept_as_it_is():
    """A Decimal is taken exactly; a whole one is a whole number."""
    file = opened(fields={"a": Decimal("2.50"), "b": Decimal("3.0"), "c": Fraction(8, 4), "d": 10**99})
    found = file.on(DAY).fields
    assert found == {"a": Fraction(5, 2), "b": 3, "c": 2, "d": 10**99}
    assert [type(found[name]) for name in "abc"] == [Fraction, int, int]


def test_a_correction_of_several_days_goes_through_in_one():
    """Values that began on two days make two changes; one that was right already is no reason to refuse the other."""
    file = opened(fields={"beds": 1, "floors": 4}).amend({"beds": 2}, since=on(9), **W)[0]
    new, changes = file.correct({"beds": 3, "floors": 5, "name": "Example"}, **W)
    assert [(one.since, dict(one.old), dict(one.new)) for one in changes] == [
        (on(9), {"beds": 2}, {"beds": 3}),
        (DAY, {"floors": 4}, {"floors": 5}),
    ]
    assert [new.values(on(n))["beds"] for n in (8, 9)] == [1, 3]


@pytest.mark.parametrize(
    ("customer", "given"),
    [
        (Customer("13800000000", "Dr Example", "doctor", fields={"mobile": "138 0000 0000"}), {}),
        (Customer("13800000000", "Dr Example", "doctor", fields={"mobile": 13800000000}), {}),
        (Customer("dr-EXAMPLE-1", "Dr Example", "医生"), {}),
        (Customer("x@example.org", "Dr Example", "doctor"), {"email": "X@example.org"}),
        (Customer("Known Alias", "Dr Example", "blogger"), {"aliases": ["Known Alias"]}),
        (Customer("D1980-02-03", "Dr Example", "contact"), {"birthday": date(1980, 2, 3)}),
        (Customer("Ward 7", "Ward 7", "department"), {"kind": "doctor"}),
    ],
)
def test_no_id_tells_who_a_person_is(customer, given):
    """An id that holds a name, a number, an address or a birthday is refused, at the opening or when it is learnt."""

    def work() -> None:
        file = Dossier.open(customer, since=DAY, **W)[0]
        file.amend(given, since=on(6), **W)

    assert code(work) == "archive.id_personal"
    assert opened("hospital", "Example").id == "Example"


@pytest.mark.parametrize(
    "why",
    ["met Dr Example", "met  dr－example", "ＤＲ\u3000ＥＸＡＭＰＬＥ", "138-0000 0000", "born 1980-02-03", "wx dr_ex"],
)
def test_no_reason_tells_who_a_person_is(why):
    """A reason with a name, a number or a birthday, in whatever spelling, is refused by every act on a person."""
    fields = {"mobile": 13800000000, "birthday": date(1980, 2, 3), "wechat": "dr_ex"}
    doctor = Customer("D1", "Dr Example", "doctor", fields=fields)
    assert code(lambda: Dossier.open(doctor, since=DAY, **{**W, "why": why})) == "change.why"
    file = Dossier.open(doctor, since=DAY, **W)[0]
    for act in ("amend", "reassign", "correct", "close", "restrict"):
        assert code(lambda act=act: do(file, act, why=why)) == "change.why"
    closed, held = do(file, "close"), do(file, "restrict")
    assert code(lambda: do(closed, "reopen", why=why)) == "change.why"
    assert code(lambda: do(held, "release", why=why)) == "change.why"
    assert opened().amend({"contact": "Dr Example"}, since=DAY, **{**W, "why": "Dr Example says"})[1].by == "u1"


def test_one_character_proves_nothing():
    """A name of one character stands in many a word."""
    file = Dossier.open(Customer("D王", "王", "doctor"), since=DAY, **{**W, "why": "王府井医院"})[0]
    assert file.changes[0].why == "王府井医院"


def test_once_a_person_always_protected():
    """A file that was ever a human being's keeps its values masked and personal under whatever kind it bears now."""
    file = Dossier.open(Customer("D1", "Dr Example", "doctor"), since=DAY, **W)[0]
    file = file.amend({"kind": "hospital"}, since=on(6), **W)[0]
    assert (file.kind, file.protected) == ("hospital", "doctor")
    assert file.personal() == {"name": ("Dr Example",)}
    assert "Dr Example" not in file.table().text()
    assert code(lambda: file.amend({"beds": 1}, since=on(7), **{**W, "why": "Dr Example"})) == "change.why"
    back = opened().amend({"kind": "pharmacist"}, since=on(6), **W)[0].amend({"kind": None}, since=on(7), **W)[0]
    assert (back.kind, back.protected) == ("", "pharmacist")
    assert opened().amend({"kind": "pharmacy"}, since=on(6), **W)[0].protected == "pharmacy"


def test_the_history_is_shown_masked():
    """Personal values are hidden unless asked for, numbers, days and several texts alike; open ones stand in clear."""
    fields = {"mobile": "13800001234", "needs": ("a", "b"), "last_visit": DAY, "potential_note": Fraction(1, 2)}
    file = Dossier.open(Customer("D1", "示例医生", "doctor", owner="r1", fields=fields), since=DAY, **W)[0]
    file = file.amend({"mobile": None}, since=on(6), **W)[0].restrict(**W)[0]
    masked = {(row[0], row[1]): row[3:5] for row in file.table().rows}
    assert masked["open", "mobile"] == (None, "138******34")
    assert masked["amend", "mobile"] == ("138******34", None)
    assert masked["open", "name"] == (None, "示*")
    assert masked["open", "owner"] == (None, "r1")
    assert {masked["open", name][1] for name in ("needs", "last_visit", "potential_note")} == {"***"}
    clear = {row[1]: row[4] for row in file.table(unmasked=True).rows if row[0] == "open"}
    assert (clear["needs"], clear["mobile"], clear["last_visit"]) == ("a, b", "13800001234", "2026-01-05")
    assert len(file.table(known=on(4)).rows) == 0
    empty = file.with_(Change("D1", "merge", DAY, AT, "u1", "a sign", other="D2"))
    assert empty.table().rows[-1][:3] == ("merge", "", DAY)


def test_freshness_is_when_a_value_was_last_written():
    """Each field that has a value bears the day on which it was written, as far as was known."""
    file = opened(fields={"beds": 1, "floors": 2})
    file = file.amend({"beds": 2}, since=on(6), at=at(20), by="u1", why="counted")[0]
    file = file.amend({"floors": None}, since=on(6), at=at(21), by="u1", why="counted")[0]
    assert file.confirmed() == {"name": on(5), "kind": on(5), "beds": on(20)}
    assert file.confirmed(known=on(19))["beds"] == on(5)


def test_nothing_is_shown_but_ids_and_counts():
    """No repr and no refusal shows a value."""
    file = Dossier.open(Customer("D1", "Dr Canary", "doctor", fields={"mobile": "Canary"}), since=DAY, **W)[0]
    assert repr(file) == "Dossier('D1', 1 changes)"
    with pytest.raises(BadValue) as caught:
        file.amend({"beds": ["Canary", 1]}, since=DAY, **W)
    assert "Canary" not in str(caught.value)


@pytest.mark.parametrize("changes", ["none", "another", "no opening", "a stranger's last"])
def test_a_history_is_one_customers(changes):
    """A file without an opening, or with changes of another customer, is refused."""
    file = opened().amend({"beds": 1}, since=DAY, **W)[0]
    given_ = {
        "none": (),
        "another": opened(customer="H2").changes,
        "no opening": file.changes[1:],
        "a stranger's last": (*file.changes, opened(customer="H2").changes[0]),
    }[changes]
    assert code(lambda: Dossier("H1", given_)) == "archive.history"


def test_a_file_is_a_value():
    """An act leaves the file it began with as it was, and nobody changes what was written."""
    file = opened(fields={"beds": 1})
    values = {"beds": 2}
    new, change = file.amend(values, since=DAY, **W)
    values["beds"] = 3
    assert (file.on(DAY).fields, new.on(DAY).fields) == ({"beds": 1}, {"beds": 2})
    with pytest.raises(TypeError):
        change.new["beds"] = 4
    new.values()["beds"] = 5
    new.on(DAY).fields["beds"] = 5
    assert new.on(DAY).fields == {"beds": 2}
    assert file == opened(fields={"beds": 1})
    assert hash(file) == hash(opened(fields={"beds": 1}))


def test_a_long_history_costs_no_more_per_change(monkeypatch):
    """Ten thousand changes are written without walking through the history once, and then read for any day."""
    file = Dossier.open(Customer("D1", "示例", "doctor"), since=DAY, **W)[0]
    file = file.amend({"beds": -1}, since=DAY, **W)[0]
    walked = []
    for name in ("state_on", "end_of", "told_by"):
        monkeypatch.setattr(f"pharmasales.archive.dossier.{name}", lambda *given: walked.append(given))
    for n in range(10_000):
        file = file.amend({"beds": n, "mobile": f"1380000{n % 50:04}"}, since=DAY + timedelta(n), **W)[0]
    assert walked == []
    monkeypatch.undo()
    again = Dossier(file.id, file.changes)
    for one in (file, again):
        assert (one.values()["beds"], one.values(DAY + timedelta(4_321))["beds"]) == (9_999, 4_321)
        assert one.values() == again.values(date.max, date.max)
        assert list(one.identifying()) == ["示例", *(f"1380000{n:04}" for n in range(50))]


def test_confirming_makes_fresh_and_changes_nothing_else():
    """S002-19: a field that was checked is fresh again; its value and the day it began stay, as known before too."""
    file = doctor_file()
    at = datetime(2026, 8, 1, 9, tzinfo=UTC)
    confirmed, (change,) = file.confirm(["title", "mobile"], at=at, by="r1", why="checked on the telephone")
    assert (change.action, change.since, change.old == change.new, sorted(change.new)) == (
        "confirm",
        file.opened,
        True,
        ["mobile", "title"],
    )
    for day in (date(2026, 1, 5), date(2026, 12, 31)):
        assert confirmed.on(day) == file.on(day)
    assert confirmed.confirmed()["title"] == at.date()
    assert confirmed.confirmed()["owner"] == file.confirmed()["owner"]


def test_what_began_on_several_days_is_confirmed_day_by_day():
    """One change a day on which a value began; a field without a value, and a closed file, cannot be confirmed."""
    at = datetime(2026, 8, 1, 9, tzinfo=UTC)
    written = {"at": at, "by": "r1", "why": "checked"}
    file, _ = doctor_file().amend({"title": "主任医师"}, since=date(2026, 3, 1), **written)
    _, made = file.confirm(["title", "mobile"], **written)
    assert [(one.since, list(one.new)) for one in made] == [(date(2026, 3, 1), ["title"]), (file.opened, ["mobile"])]
    with pytest.raises(BadValue) as found:
        file.confirm(["email"], **written)
    assert found.value.code == "change.empty"
    closed, _ = file.close(since=date(2026, 3, 1), **written)
    with pytest.raises(BadValue) as found:
        closed.confirm(["title"], **written)
    assert found.value.code == "archive.closed"


@pytest.mark.parametrize(
    ("name", "why", "refused"),
    [
        ("Li", "list of 2026", False),
        ("Li", "seen by Li at the meeting", True),
        ("Li Wei", "LI-WEI moved", True),
        ("Li Wei", "li weir", False),
        ("王伟", "王伟调动", True),
        ("Dr Example 示例", "dr  example 示例 left", True),
    ],
)
def test_a_name_in_latin_letters_counts_as_whole_words(name, why, refused):
    """Li does not stand in a list; a Chinese name counts anywhere, for nothing parts its words."""
    doctor = Customer("D7", name, "doctor")
    given = {"since": date(2026, 1, 5), "at": datetime(2026, 1, 5, tzinfo=UTC), "by": "u1", "why": why}
    if not refused:
        assert Dossier.open(doctor, **given)[0].on(date(2026, 1, 5)) is not None
        return
    with pytest.raises(BadValue) as found:
        Dossier.open(doctor, **given)
    assert found.value.code == "change.why"
