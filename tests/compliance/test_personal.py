"""Personal data: what each field is for, how it is masked, and when it is due for deletion."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.kinds import FIELDS
from pharmasales.compliance.masking import HIDDEN, in_clear, mask, masked_record
from pharmasales.compliance.personal import (
    USES,
    FieldUse,
    needs_consent,
    notice,
    purpose_of,
    registered,
    unregistered,
    use_of,
)
from pharmasales.compliance.retention import Held, due_for_deletion, kept_until
from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue, NotFound

WHY = Says("test", "测试")
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
PERSONAL = sorted(name for name, use in USES.items() if use.sensitivity != "open")


def test_every_field_of_every_file_has_a_purpose() -> None:
    """What the archive's files hold is registered, so that nothing is kept without a purpose (PIPL 6, T20)."""
    own = ("id", "name", "kind", "owner", "parent", "level", "division", "source", "potential", "weekdays", "roles")
    assert unregistered([*FIELDS, *own, "affiliation:H2", "@open", "@merged", "@restricted", "@erased"]) == ()


def test_every_use_is_said_in_both_languages() -> None:
    """Purpose and Chinese name are there for all, and the key is the name."""
    assert [n for n, use in USES.items() if not (use.zh and use.purpose.en and use.purpose.zh and n == use.name)] == []


def test_sensitive_fields() -> None:
    """Identity, account, whereabouts, health and religion are sensitive and need a separate consent (PIPL 28, 29)."""
    sensitive = [name for name, use in USES.items() if use.sensitivity == "sensitive"]
    assert sensitive == ["id_number", "bank_account", "whereabouts", "health", "religion"]
    assert list(needs_consent(USES)) == sensitive
    assert needs_consent(["name", "religion", "shoe_size", "id_number"]) == ("religion", "id_number")
    assert all(USES[name].keep_months is not None for name in sensitive)


def test_doctor_usage_is_flagged() -> None:
    """What one doctor prescribes or uses is personal and flagged (S002-19)."""
    flagged = {name for name, use in USES.items() if use.doctor_usage}
    assert flagged == {"prescribing_habit", "product_usage", "own_usage", "rival_usage"}
    assert {USES[name].sensitivity for name in flagged} == {"personal"}


def test_a_name_is_personal_of_a_person_only() -> None:
    """A hospital's name is open, a doctor's is not, and a mobile number never is."""
    found = {n: (USES[n].is_open(person=True), USES[n].is_open(person=False)) for n in ("name", "mobile", "beds")}
    assert found == {"name": (False, True), "mobile": (False, False), "beds": (True, True)}


def test_the_register_is_read_only() -> None:
    """Nobody changes the register for everybody else."""
    with pytest.raises(TypeError):
        USES["name"] = USES["beds"]  # type: ignore[index]


def test_a_field_without_a_purpose_is_refused() -> None:
    """The error names the field and what it may have been meant for."""
    assert purpose_of("birthday").zh == "问候，不含任何利益"
    with pytest.raises(
        NotFound, match=r"no purpose is registered @ field 'birthdya'; did you mean \"birthday\"\?"
    ) as e:
        purpose_of("birthdya")
    assert e.value.code == "personal.purpose"
    assert unregistered(["mobile", "x", "id", "y"]) == ("x", "y")
    assert use_of("affiliation:H2") is USES["affiliation"]
    assert use_of("x:H2") is None


def test_notice_tells_purpose_and_period() -> None:
    """PIPL 17: kind, purpose and period of each field."""
    rows = list(notice(["id_number", "name"]).records())
    assert [(str(row["months"]), row["kind"].text("zh")) for row in rows] == [
        ("6", "敏感个人信息"),
        ("None", "个人信息"),
    ]  # type: ignore[union-attr]
    assert rows[0]["field"] == Says("id_number", "身份证号")
    with pytest.raises(NotFound):
        notice(["shoe_size"])


@pytest.mark.parametrize(
    ("use", "code"),
    [
        (lambda: FieldUse("a", "甲", "secret", WHY), "personal.word"),  # type: ignore[arg-type]
        (lambda: FieldUse("a", "甲", "open", WHY, form="shape"), "personal.word"),  # type: ignore[arg-type]
        (lambda: FieldUse("a", "甲", "open", WHY, 0), "personal.months"),
        (lambda: FieldUse("a", "甲", "open", WHY, True), "personal.months"),
        (lambda: FieldUse("a", "甲", "sensitive", WHY, 1), "personal.separate"),
    ],
)
def test_a_use_that_cannot_hold_is_refused(use: object, code: str) -> None:
    """Unknown words, no whole months, a sensitive field without separate consent."""
    with pytest.raises(BadRule) as caught:
        use()  # type: ignore[operator]
    assert caught.value.code == code
    with pytest.raises(BadValue):
        FieldUse(" ", "甲", "open", WHY)


def test_a_company_adds_fields_and_periods_but_weakens_none() -> None:
    """A shorter period and a stronger protection are fine; a weaker one is refused."""
    own = registered([FieldUse("mobile", "手机", "personal", WHY, 3), FieldUse("beds", "床位", "personal", WHY, 3)])
    assert (own["mobile"].keep_months, own["beds"].sensitivity, USES["mobile"].keep_months) == (3, "personal", 24)
    person_only = FieldUse("loyalty", "会员", "open", WHY)
    assert registered([person_only])["loyalty"] is person_only
    strict = registered([FieldUse("usage_x", "用量", "personal", WHY, 3, True, doctor_usage=True)])
    for weaker, base in [
        (FieldUse("mobile", "手机", "open", WHY), USES),
        (FieldUse("id_number", "身份证号", "personal", WHY), USES),
        (FieldUse("mobile", "手机", "personal", WHY, person_only=True), USES),
        (FieldUse("prescribing_habit", "处方习惯", "personal", WHY), USES),
        (FieldUse("usage_x", "用量", "personal", WHY, 3, False, doctor_usage=True), strict),
    ]:
        with pytest.raises(BadRule) as caught:
            registered([weaker], base)
        assert caught.value.code == "personal.weaker"


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("mobile", "13800001234", "138******34"),
        ("mobile", "+86 138-0000-1234", "138******34"),
        ("mobile", "１３８００００１２３４", "138******34"),
        ("mobile", 13800001234, "138******34"),
        ("mobile", "8800123", HIDDEN),
        ("telephone", "010-88001234", "010******34"),
        ("name", "张三", "张*"),
        ("name", "欧阳示例", "欧*"),
        ("name", "张", "*"),
        ("name", " 张三 ", "张*"),
        ("name", ["张三"], HIDDEN),
        ("email", "doctor@example.cn", "d***@***"),
        ("email", "dr@example.cn", "***@***"),
        ("email", "not an address", HIDDEN),
        ("id_number", "11010119900101001X", "***1X"),
        ("id_number", "123456789", HIDDEN),
        ("bank_account", "6200 0000 0000 0000 123", "***23"),
        ("birthday", date(2000, 3, 4), HIDDEN),
        ("birthday", "03-04", HIDDEN),
        ("notes", True, HIDDEN),
        ("wechat", "example", HIDDEN),
        ("beds", 800, "800"),
        ("beds", {"name": "张三"}, HIDDEN),
        ("mobile", None, ""),
        ("mobile", "", ""),
    ],
)
def test_masks(field: str, value: object, shown: str) -> None:
    """What of each form is shown, and that a short value shows nothing."""
    assert mask(value, USES[field]) == shown
    assert mask(value, None) == ("" if value in (None, "") else HIDDEN)


@given(st.sampled_from(PERSONAL), st.text(min_size=1, max_size=30))
def test_a_mask_never_shows_much(field: str, value: str) -> None:
    """At most five signs of eleven, one of two otherwise; nothing of free text; and the mask's length tells nothing."""
    shown = mask(value, USES[field])
    told = shown.replace("*", "").replace("@", "")
    most = {"phone": 5, "name": 1, "email": 1, "number": 2, "text": 0}[USES[field].form]
    assert len(told) <= most
    assert shown in ("*", HIDDEN) or value.strip("*@") == "" or value not in shown
    assert len(shown) <= 11


@given(st.text(alphabet="0123456789", min_size=11, max_size=11))
def test_two_numbers_that_differ_inside_look_alike(number: str) -> None:
    """The six middle digits are gone."""
    assert mask(number, USES["mobile"]) == mask(f"{number[:3]}000000{number[-2:]}", USES["mobile"])


def test_a_masked_record() -> None:
    """Open values stay as they are, personal ones are masked, unknown ones hidden."""
    record = {
        "id": "D1",
        "kind": "doctor",
        "name": "张三",
        "level": "A",
        "affiliation:H2": "主任",
        "card": 7,
        "title": None,
    }
    assert masked_record(record, person=True) == {
        "id": "D1",
        "kind": "doctor",
        "name": "张*",
        "level": HIDDEN,
        "affiliation:H2": HIDDEN,
        "card": HIDDEN,
        "title": "",
    }
    firm = {"name": "示例医院", "beds": 800, "potential": Fraction(1, 2), "contact": "张三"}
    assert masked_record(firm, person=False) == {**firm, "contact": "张*"}


def test_what_is_nested_in_an_open_field_is_looked_into() -> None:
    """An open field may hold lists and open fields; anything else in it hides the whole."""
    assert in_clear("departments", ["a", ("b", frozenset({"c"}))], person=False)
    assert in_clear("products", [{"id": "P1", "beds": [1, Decimal(2), None]}], person=True)
    assert not in_clear("products", [{"id": "P1", "colour": "red"}], person=False)
    assert not in_clear("products", {"mobile": None}, person=False)
    assert not in_clear("products", [1.5], person=False)
    assert not in_clear("products", object(), person=False)
    circle: list[object] = []
    circle.extend([circle, circle])
    assert not in_clear("products", circle, person=False)
    assert masked_record({"products": circle}, person=False) == {"products": HIDDEN}


def test_the_period_ends_with_the_month_end_clamp() -> None:
    """31 August and six months is 28 February; due from the next day on."""
    own = registered([FieldUse("mobile", "手机", "personal", WHY, 6)])
    held = [Held("D1", "mobile", date(2024, 8, 31))]
    assert len(due_for_deletion(held, date(2025, 2, 28), own)) == 0
    run = due_for_deletion(held, date(2025, 3, 1), own)
    assert [(due.subject, due.field, due.since) for due in run] == [("D1", "mobile", date(2025, 3, 1))]
    assert next(iter(run)).why.text("zh") == "自最后一次确认（2024-08-31）起保存 6 个月，现已期满"
    assert kept_until(date(9999, 1, 1), 24) == date.max


def test_why_each_field_is_due() -> None:
    """Period over, relation ended, consent withdrawn, no purpose; the longest overdue comes first."""
    run = due_for_deletion(
        [
            Held("D1", "mobile", date(2024, 1, 31), relation_ended_on=date(2023, 6, 30)),
            Held("D1", "name", date(2024, 1, 31), relation_ended_on=date(2026, 1, 1)),
            Held("D2", "name", date(2024, 1, 31)),
            Held("D3", "health", date(2026, 1, 1), consent_withdrawn_on=date(2026, 1, 15)),
            Held("D4", "health", date(2024, 1, 1), consent_withdrawn_on=date(2026, 1, 15)),
            Held("D5", "shoe_size", date(2026, 1, 10)),
            Held("H1", "name", date(2000, 1, 1), relation_ended_on=date(2001, 1, 1), person=False),
            Held("H1", "beds", date(2000, 1, 1), relation_ended_on=date(2001, 1, 1)),
        ],
        date(2026, 2, 1),
    )
    assert [(row[0], row[1], str(row[2]), row[3].text("en")) for row in run.table().rows] == [  # type: ignore[union-attr]
        ("D4", "health", "2025-01-02", "kept for 12 months after it was last confirmed on 2024-01-01, which are over"),
        ("D1", "mobile", "2025-07-01", "kept for 24 months after the relation ended on 2023-06-30, which are over"),
        ("D1", "name", "2026-01-02", "the relation ended on 2026-01-01"),
        ("D5", "shoe_size", "2026-01-10", "no purpose is registered for it"),
        ("D3", "health", "2026-01-15", "consent was withdrawn on 2026-01-15"),
    ]


def test_the_end_of_the_calendar_is_never_reached() -> None:
    """A period that runs past the last day there is never ends, nor does a relation that ends on it."""
    far = date.max - timedelta(3)
    held = [Held("D1", "mobile", far), Held("D1", "name", far, relation_ended_on=date.max)]
    assert len(due_for_deletion(held, date.max)) == 0


@given(st.sampled_from(PERSONAL), DAYS, DAYS | st.none(), DAYS, DAYS)
def test_retention_laws(field: str, confirmed: date, ended: date | None, today: date, other: date) -> None:
    """Once due, due for ever; the end of a relation never lengthens; confirming later never shortens while it lasts."""
    first, later = sorted((today, other))
    held = Held("D1", field, confirmed, ended)
    assert len(due_for_deletion([held], first)) <= len(due_for_deletion([held], later))
    without = due_for_deletion([Held("D1", field, confirmed)], today)
    assert len(without) <= len(due_for_deletion([held], today))
    earlier = Held("D1", field, min(confirmed, other), ended)
    assert len(due_for_deletion([held], today)) <= len(due_for_deletion([earlier], today))
    assert all(due.since <= today for due in due_for_deletion([held], today))
