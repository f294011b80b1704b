"""Consent and contact caps: who may be contacted, over which channel, what for, and when again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from pharmasales.compliance.consent import Channel, Consent, ConsentKind, Permit, permitted, withdraw
from pharmasales.compliance.contacts import Contact, ContactCap, may_contact
from pharmasales.errors import BadRule, BadValue

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 60).map(lambda days: FIRST + timedelta(days))
CHANNELS = st.sampled_from(get_args(Channel))
SINGLE = st.sampled_from([channel for channel in get_args(Channel) if channel != "any"])
PURPOSES = st.sampled_from(["marketing", "service", "answer", "share", "adverse_event", "recall", "invitation"])
ASKED = st.sampled_from(["marketing", "invitation", "share"])


@st.composite
def consents(draw: st.DrawFn, kinds: tuple[ConsentKind, ...] = ("opt_in", "opt_out", "separate")) -> Consent:
    """Return a random record of one person within two months."""
    given_on = draw(DAYS)
    double = draw(st.booleans())

    def later() -> date | None:
        days: int | None = draw(st.none() | st.integers(0, 40))
        return None if days is None else given_on + timedelta(days)

    return Consent(
        "D1",
        draw(PURPOSES),
        draw(CHANNELS),
        draw(st.sampled_from(kinds)),
        given_on,
        f"F-{draw(st.integers(1, 9))}",
        until=later(),
        withdrawn=later(),
        double=double,
        confirmed=later() if double else None,
    )


RECORDS = st.lists(consents(), max_size=6)


def day(number: int, month: int = 1) -> date:
    """Return a day of 2026."""
    return date(2026, month, number)


def asked(records: list[Consent] | tuple[Consent, ...], on: date, purpose: str = "marketing", **more: object) -> Permit:
    """Ask for the phone, which most records below are about."""
    return permitted(records, "D1", purpose, "phone", on, **more)  # type: ignore[arg-type]


YES = Consent("D1", "marketing", "phone", "opt_in", day(5), "F-1")


def test_a_consent_counts_from_its_first_to_its_last_day() -> None:
    """Both ends count: the day it was given and the day it ends."""
    record = evolve(YES, until=day(20))
    found = [asked([record], day(number)).rule for number in (4, 5, 20, 21)]
    assert found == ["consent.none", "consent.given", "consent.given", "consent.ended"]
    assert asked([record], day(21)).why.text() == "the consent ended on 2026-01-20"
    assert asked([record], day(21)).consent == record


def test_a_withdrawal_counts_from_its_own_day() -> None:
    """The day before is free, the day itself is not; the evidence is named."""
    record = evolve(YES, withdrawn=day(20))
    assert asked([record], day(19)).allowed
    found = asked([record], day(20))
    assert (found.allowed, found.rule, found.why.text("zh")) == (
        False,
        "consent.withdrawn",
        "已于 2026-01-20 撤回或拒绝（F-1）",
    )


def test_only_a_consent_of_a_later_day_revives() -> None:
    """On the same day the withdrawal is stronger."""
    record = evolve(YES, withdrawn=day(20))
    assert not asked([record, evolve(YES, given=day(20), evidence="F-2")], day(25)).allowed
    assert asked([record, evolve(YES, given=day(21), evidence="F-2")], day(25)).allowed


def test_the_channel_asked_beats_any() -> None:
    """A refusal of the phone stands against a later consent for all, and a consent for it against an older no."""
    wide = evolve(YES, channel="any", given=day(9))
    no_phone = Consent("D1", "marketing", "phone", "opt_out", day(3), "F-3")
    assert not asked([wide, no_phone], day(10)).allowed
    assert permitted([wide, no_phone], "D1", "marketing", "sms", day(10)).allowed
    wide_no = Consent("D1", "marketing", "any", "opt_out", day(3), "F-3")
    assert asked([YES, wide_no], day(10)).allowed


def test_a_later_refusal_of_any_ends_every_channel_and_a_later_consent_of_any_revives() -> None:
    """Withdrawal of `any` withdraws all; taking it back by a new consent for `any` makes the old one count again."""
    wide_no = Consent("D1", "marketing", "any", "opt_out", day(7), "F-3")
    assert not asked([YES, wide_no], day(10)).allowed
    assert not asked([YES, evolve(wide_no, given=YES.given)], day(10)).allowed
    assert asked([YES, wide_no, evolve(YES, channel="any", given=day(8))], day(10)).allowed


def test_asking_for_any_channel_needs_a_consent_for_any() -> None:
    """A consent for the phone does not answer for all channels."""
    assert permitted([YES], "D1", "marketing", "any", day(10)).rule == "consent.none"
    assert permitted([evolve(YES, channel="any")], "D1", "marketing", "any", day(10)).allowed


def test_a_double_opt_in_counts_once_confirmed() -> None:
    """Not before the second step, and never without it."""
    record = evolve(YES, double=True)
    assert asked([record], day(10)).rule == "consent.unconfirmed"
    confirmed = evolve(record, confirmed=day(8))
    assert [asked([confirmed], day(number)).allowed for number in (7, 8)] == [False, True]
    assert asked([evolve(record, withdrawn=day(9))], day(9)).rule == "consent.withdrawn"


def test_sensitive_values_sharing_and_sending_abroad_need_a_separate_consent() -> None:
    """PIPL 23, 29, 39: an ordinary consent is not enough; a separate one serves for both."""
    separate = evolve(YES, kind="separate")
    assert asked([YES], day(10), sensitive=True).rule == "consent.separate"
    assert asked([separate], day(10), sensitive=True).allowed
    assert asked([separate], day(10)).allowed
    for purpose in ("share", "abroad"):
        assert not asked([evolve(YES, purpose=purpose)], day(10), purpose).allowed
        assert asked([evolve(separate, purpose=purpose)], day(10), purpose).allowed
    assert asked([], day(10), "service", sensitive=True).rule == "consent.none"


def test_without_any_record() -> None:
    """Marketing and whatever is unknown is blocked; service, an answer, an adverse event and a recall are free."""
    purposes = ("marketing", "anything", "any", "service", "answer", "adverse_event", "recall")
    rules = [asked([], day(1), purpose).rule.removeprefix("consent.") for purpose in purposes]
    assert rules == ["none", "none", "none", "owed", "owed", "duty", "duty"]


def test_a_duty_cannot_be_refused_and_what_is_owed_only_by_name() -> None:
    """An adverse event is told whatever was refused; refusing everything leaves service, refusing service does not."""
    everything = Consent("D1", "any", "any", "opt_out", day(2), "F-3")
    assert asked([everything], day(3)).rule == "consent.withdrawn"
    assert asked([everything, evolve(everything, purpose="recall")], day(3), "recall", sensitive=True).allowed
    assert asked([everything], day(3), "service").allowed
    assert asked([evolve(everything, purpose="service")], day(3), "service").rule == "consent.withdrawn"


def test_a_refusal_that_has_ended_or_was_taken_back_is_silent() -> None:
    """A pause of some days ends by itself; the consent before it counts again."""
    pause = Consent("D1", "marketing", "phone", "opt_out", day(7), "F-3", until=day(9))
    assert [asked([YES, pause], day(number)).allowed for number in (6, 7, 9, 10)] == [True, False, False, True]
    assert asked([YES, evolve(pause, until=None, withdrawn=day(8))], day(8)).allowed


def test_another_person_or_purpose_does_not_count() -> None:
    """Nobody consents for somebody else, nor to something else (PIPL 14)."""
    assert not asked([evolve(YES, subject="D2")], day(10)).allowed
    assert not asked([YES], day(10), "invitation").allowed
    assert permitted([YES], " D1 ", "marketing", "phone", day(10)).allowed


def test_a_permit_is_true_where_it_allows() -> None:
    """`if permitted(...)` does what it says."""
    assert asked([YES], day(10))
    assert not asked([], day(10))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"channel": "fax"}, "consent.word"),
        ({"kind": "maybe"}, "consent.word"),
        ({"purpose": "any"}, "consent.purpose"),
        ({"subject": " "}, "id.empty"),
        ({"evidence": ""}, "id.empty"),
        ({"until": day(4)}, "consent.dates"),
        ({"withdrawn": day(4)}, "consent.dates"),
        ({"confirmed": day(4), "double": True}, "consent.dates"),
        ({"confirmed": day(6)}, "consent.double"),
    ],
)
def test_a_record_that_cannot_be_is_refused(wrong: dict[str, object], code: str) -> None:
    """Unknown words, missing evidence, consent to everything, days before it was given."""
    with pytest.raises(BadValue) as caught:
        evolve(YES, **wrong)
    assert caught.value.code == code


def test_asking_over_an_unknown_channel_is_refused() -> None:
    """A misspelt channel is an error, not a no."""
    with pytest.raises(BadValue, match="unknown word @ channel"):
        permitted([], "D1", "marketing", "fone", day(1))  # type: ignore[arg-type]


def test_withdrawing_ends_what_it_covers_only() -> None:
    """Other people, other purposes, other channels, later consents and earlier withdrawals stay as they are."""
    kept = (
        evolve(YES, subject="D2"),
        evolve(YES, purpose="invitation"),
        evolve(YES, channel="sms"),
        evolve(YES, channel="any"),
        evolve(YES, given=day(21)),
        evolve(YES, withdrawn=day(6)),
        Consent("D1", "marketing", "phone", "opt_out", day(6), "F-3"),
    )
    left = withdraw((YES, *kept), "D1", on=day(20), evidence="F-9", purpose="marketing", channel="phone")
    refusal = Consent("D1", "marketing", "phone", "opt_out", day(20), "F-9")
    assert left == (evolve(YES, withdrawn=day(20)), *kept, refusal)
    assert withdraw(left, "D1", on=day(20), evidence="F-9", purpose="marketing", channel="phone") == left


@given(RECORDS, ASKED, SINGLE, DAYS, DAYS)
def test_a_withdrawal_wins_until_a_later_consent(
    records: list[Consent], purpose: str, channel: Channel, on: date, today: date
) -> None:
    """After a withdrawal of everything nothing is free, and a consent of a later day is all it takes."""
    assume(today >= on)
    before = [record for record in records if record.given <= on]
    left = withdraw(before, "D1", on=on, evidence="F-W")
    assert not permitted(left, "D1", purpose, channel, today)
    again = Consent("D1", purpose, channel, "separate", on + timedelta(1), "F-A")
    assert permitted([*left, again], "D1", purpose, channel, max(today, again.given))


@given(RECORDS, consents(("opt_in", "separate")), ASKED, SINGLE, DAYS)
def test_a_further_consent_never_blocks(
    records: list[Consent], more: Consent, purpose: str, channel: Channel, today: date
) -> None:
    """What was allowed stays so when somebody consents to more."""
    more = evolve(more, withdrawn=None)
    if permitted(records, "D1", purpose, channel, today):
        assert permitted([*records, more], "D1", purpose, channel, today)


@given(RECORDS, consents(("opt_out",)), PURPOSES, SINGLE, DAYS)
def test_a_further_refusal_never_allows(
    records: list[Consent], more: Consent, purpose: str, channel: Channel, today: date
) -> None:
    """What was blocked stays so when somebody refuses more."""
    if not permitted(records, "D1", purpose, channel, today):
        assert not permitted([*records, more], "D1", purpose, channel, today)


@given(RECORDS, consents(("opt_in", "separate")), st.integers(0, 90), ASKED, SINGLE, DAYS)
def test_a_later_end_never_blocks(
    records: list[Consent], one: Consent, longer: int, purpose: str, channel: Channel, today: date
) -> None:
    """Lengthening a consent keeps what it allowed."""
    one = evolve(one, until=one.until or one.given, withdrawn=None)
    assert one.until is not None
    lengthened = evolve(one, until=one.until + timedelta(longer))
    if permitted([*records, one], "D1", purpose, channel, today):
        assert permitted([*records, lengthened], "D1", purpose, channel, today)


@given(RECORDS, PURPOSES, SINGLE, DAYS, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(
    records: list[Consent], purpose: str, channel: Channel, today: date, shuffle: object
) -> None:
    """The answer and its rule are the same in any order."""
    found = permitted(records, "D1", purpose, channel, today)
    mixed = list(records)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    again = permitted(mixed, "D1", purpose, channel, today)
    assert (found.allowed, found.rule) == (again.allowed, again.rule)


CAP = ContactCap("sms", 2, 30)


def sms(*days: int, purpose: str = "marketing", channel: Channel = "sms") -> list[Contact]:
    """Return messages on days of January 2026."""
    return [Contact("D1", channel, purpose, day(number)) for number in days]


def test_a_rolling_window_counts_both_ends() -> None:
    """Two in thirty days: the 1st and the 10th block until the 30th, and the 31st is free."""
    found = [may_contact([CAP], sms(1, 10), "D1", "sms", "marketing", day(number)) for number in (10, 30, 31)]
    assert [permit.allowed for permit in found] == [False, False, True]
    assert [permit.next_free for permit in found] == [day(31), day(31), None]
    assert found[0].why.text("zh") == "30 天内将超过 2 次联系；下次可联系日：2026-01-31"


def test_planned_contacts_count_too() -> None:
    """One more before two planned ones would make three in thirty days."""
    assert not may_contact([CAP], sms(20, 25), "D1", "sms", "marketing", day(10))
    assert may_contact([CAP], [Contact("D1", "sms", "marketing", day(n, 3)) for n in (1, 2)], "D1", "sms", "x", day(31))


def test_contacts_far_apart_block_nothing() -> None:
    """Two in ten days is broken by a third only where both of the others are near."""
    cap = ContactCap("sms", 2, 10)
    found = [may_contact([cap], sms(1, 11, 14), "D1", "sms", "marketing", day(n)).allowed for n in (4, 5, 20, 21)]
    assert found == [True, False, False, True]


@pytest.mark.parametrize("purpose", ["adverse_event", "recall", "answer"])
def test_exempt_contacts_are_neither_capped_nor_counted(purpose: str) -> None:
    """An adverse event is never suppressed (S002-18), and telling it uses nothing up."""
    closed = ContactCap("any", 0, 1)
    assert may_contact([closed], sms(1), "D1", "sms", purpose, day(1)).rule == "contact.exempt"  # type: ignore[arg-type]
    assert may_contact([CAP], sms(1, 2, 3, purpose=purpose), "D1", "sms", "marketing", day(4))


def test_a_company_exempts_more() -> None:
    """A cap of one's own may leave out further purposes."""
    cap = ContactCap("sms", 1, 30, frozenset({"service"}))
    assert may_contact([cap], sms(1), "D1", "sms", "service", day(1))
    assert may_contact([cap], sms(1, purpose="service"), "D1", "sms", "marketing", day(1))
    assert not may_contact([cap], sms(1), "D1", "sms", "marketing", day(1))


def test_a_cap_for_any_channel_counts_them_together_and_others_do_not() -> None:
    """A call counts for all channels, not for messages; another person's never."""
    contacts = [*sms(1), *sms(2, channel="phone"), Contact("D2", "sms", "marketing", day(3))]
    assert not may_contact([ContactCap("any", 2, 30)], contacts, "D1", "email", "marketing", day(4))
    assert may_contact([CAP], contacts, "D1", "sms", "marketing", day(4))
    assert may_contact([CAP], [*contacts, *sms(3)], "D1", "phone", "marketing", day(4))


def test_the_strictest_cap_is_named_and_all_are_met_by_the_next_free_day() -> None:
    """Two caps stand in the way: the reason names the one with fewer contacts, the day suits both."""
    caps = [ContactCap("sms", 2, 5), ContactCap("any", 1, 3)]
    found = may_contact(caps, sms(1, 4), "D1", "sms", "marketing", day(4))
    assert found.why.text() == "the cap of 1 within 3 days would be broken; free again: 2026-01-07"
    assert found.next_free == day(7)


def test_a_closed_channel_is_never_free() -> None:
    """No contact at all: there is no next day."""
    found = may_contact([ContactCap("sms", 0, 1)], [], "D1", "sms", "marketing", day(1))
    assert (found.allowed, found.next_free) == (False, None)
    assert found.why.text().endswith("free again: missing")


def test_a_cap_or_contact_that_cannot_be_is_refused() -> None:
    """A negative count, no days, a bool, an unknown channel, a contact over any channel."""
    for most, days in [(-1, 1), (1, 0), (True, 1), (1, 1.5)]:
        with pytest.raises(BadRule) as caught:
            ContactCap("sms", most, days)  # type: ignore[arg-type]
        assert caught.value.code == "contact.cap"
    with pytest.raises(BadValue, match="unknown word"):
        ContactCap("fax", 1, 1)  # type: ignore[arg-type]
    for make in (
        lambda: Contact("D1", "any", "x", day(1)),
        lambda: may_contact([], [], "D1", "any", "recall", day(1)),
    ):
        with pytest.raises(BadValue, match="one channel"):
            make()


CAPS = st.lists(st.builds(ContactCap, CHANNELS, st.integers(0, 4), st.integers(1, 20)), max_size=3)
CONTACTS = st.lists(st.builds(Contact, st.just("D1"), SINGLE, PURPOSES, DAYS), max_size=12)


def by_hand(caps: list[ContactCap], contacts: list[Contact], new: Contact) -> bool:
    """Count every window of every cap that the new contact lies in."""
    for cap in caps:
        if not cap.holds_for(new.channel, new.purpose):
            continue
        counted = [one.day for one in [*contacts, new] if cap.holds_for(one.channel, one.purpose)]
        for back in range(cap.days):
            first = new.day - timedelta(back)
            if sum(first <= one <= first + timedelta(cap.days - 1) for one in counted) > cap.most:
                return False
    return True


@given(CAPS, CONTACTS, SINGLE, PURPOSES, DAYS)
def test_a_cap_agrees_with_counting_every_window(
    caps: list[ContactCap], contacts: list[Contact], channel: Channel, purpose: str, on: date
) -> None:
    """The answer is that of counting by hand; the next free day is free, and none before it is."""
    found = may_contact(caps, contacts, "D1", channel, purpose, on)
    assert found.allowed == by_hand(caps, contacts, Contact("D1", channel, purpose, on))
    if found.next_free is not None:
        assert may_contact(caps, contacts, "D1", channel, purpose, found.next_free)
        between = range((found.next_free - on).days)
        assert not any(may_contact(caps, contacts, "D1", channel, purpose, on + timedelta(n)) for n in between)


@given(CAPS, CONTACTS, st.builds(Contact, st.just("D1"), SINGLE, PURPOSES, DAYS), SINGLE, PURPOSES, DAYS)
def test_one_more_contact_never_makes_another_freer(
    caps: list[ContactCap], contacts: list[Contact], more: Contact, channel: Channel, purpose: str, on: date
) -> None:
    """What was blocked stays blocked, and what is free later was free before."""
    if may_contact(caps, [*contacts, more], "D1", channel, purpose, on):
        assert may_contact(caps, contacts, "D1", channel, purpose, on)


@pytest.mark.parametrize("channel", ["any", "phone"])
def test_a_withdrawal_is_proved_by_its_own_evidence(channel):
    """The reason names the refusal, not the consent that it ended."""
    given = Consent("D1", "marketing", "phone", "opt_in", date(2026, 1, 5), "FORM-7")
    left = withdraw([given], "D1", on=date(2026, 3, 1), evidence="CALL-9", channel=channel)
    found = permitted(left, "D1", "marketing", "phone", date(2026, 3, 1))
    assert (found.allowed, found.why.text()) == (False, "withdrawn or refused on 2026-03-01 (CALL-9)")
