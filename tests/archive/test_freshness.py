"""How fresh a file is: month ends, the last fresh day, limits by field and part."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive.completeness import COMPLETENESS
from pharmasales.archive.freshness import FRESHNESS, MONTHS, freshness, known_kind, label_of, stale
from pharmasales.archive.kinds import KINDS
from pharmasales.compliance.personal import USES
from pharmasales.errors import BadRule
from pharmasales.rules import Field, FirstMatch, RuleBook
from pharmasales.testing.lives import doctor_life


@pytest.mark.parametrize(
    ("written", "months", "last"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 3, 31), 1, date(2025, 4, 30)),
        (date(2025, 1, 5), 3, date(2025, 4, 5)),
    ],
)
def test_the_limit_day_is_still_fresh(written: date, months: int, last: date) -> None:
    """Month ends clamp; on the last day of the limit a field is fresh, on the next day it is stale."""
    limits = freshness({"mobile": months})
    assert len(stale({"mobile": written}, last, limits=limits)) == 0
    (found,) = stale({"mobile": written}, last + timedelta(1), limits=limits)
    assert (found.field, found.confirmed, found.months, found.until) == ("mobile", written, months, last)
    assert found.days == (last - written).days + 1


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(1, 60), st.integers(0, 4000))
def test_once_stale_always_stale(written: date, months: int, later: int) -> None:
    """A law: a field that is stale stays so until it is written again, and a shorter limit is never kinder."""
    day = written + timedelta(later)
    found = len(stale({"mobile": written}, day, limits=freshness({"mobile": months})))
    assert found <= len(stale({"mobile": written}, day + timedelta(1), limits=freshness({"mobile": months})))
    assert found <= len(stale({"mobile": written}, day, limits=freshness({"mobile": max(1, months - 1)})))
    assert not len(stale({"mobile": day}, day, limits=freshness({"mobile": 1})))


def test_oldest_first_then_by_name() -> None:
    """The stale fields come oldest first, equal days by name, however they were given."""
    old, older = date(2020, 2, 1), date(2020, 1, 1)
    found = stale({"wechat": old, "post": older, "email": old}, date(2026, 1, 1), kind="doctor")
    assert [one.field for one in found] == ["post", "email", "wechat"]
    assert found.oldest == ("post", older)


def test_the_oldest_may_be_fresh() -> None:
    """The oldest field is named even where nothing is stale; without limits there is none."""
    found = stale({"title": date(2026, 1, 1), "name": date(2000, 1, 1)}, date(2026, 1, 2), kind="doctor")
    assert (len(found), found.oldest) == (0, ("title", date(2026, 1, 1)))
    assert stale({"name": date(2000, 1, 1)}, date(2026, 1, 2)).oldest is None


@pytest.mark.parametrize("name", ["name", "kind", "owner", "division", "source", "since", "data_quality", "shoe size"])
def test_what_does_not_grow_old(name: str) -> None:
    """A field without a limit is fresh for ever."""
    assert len(stale({name: date(1990, 1, 1)}, date(2026, 1, 1), kind="hospital")) == 0


def test_a_fields_own_limit_goes_first() -> None:
    """The limit of a field stands above that of its part, whatever the order."""
    rule = freshness({"basics": 12, "mobile": 24})
    written = {"mobile": date(2025, 1, 1), "title": date(2025, 1, 1)}
    assert [one.field for one in stale(written, date(2026, 2, 1), kind="doctor", limits=rule)] == ["title"]
    assert [one.months for one in stale(written, date(2027, 2, 1), kind="doctor", limits=rule)] == [24, 12]


def test_the_kind_decides_on_the_part() -> None:
    """An agreement's end belongs to the relation of a distributor (6 months), to the rights of a supplier (12)."""
    written, day = {"agreement_until": date(2025, 6, 1)}, date(2026, 1, 1)
    assert [one.months for one in stale(written, day, kind="distributor")] == [6]
    assert len(stale(written, day, kind="supplier")) == len(stale(written, day, kind="上游供应商")) == 0
    assert [one.months for one in stale(written, day, kind="nobody's")] == [6]


def test_affiliations_share_a_limit() -> None:
    """`affiliation:H2` is under the limit of affiliations, and its label tells no place."""
    (found,) = stale({"affiliation:H2": date(2024, 1, 1)}, date(2026, 1, 1), kind="doctor")
    assert (found.field, found.months) == ("affiliation:H2", 12)


def test_written_later_than_the_day() -> None:
    """A field written after the day is fresh on it."""
    assert len(stale({"mobile": date(2030, 1, 1)}, date(2026, 1, 1), kind="doctor")) == 0


def test_the_end_of_time() -> None:
    """A limit beyond the calendar never ends."""
    assert len(stale({"mobile": date(9999, 1, 1)}, date.max, limits=freshness({"mobile": 99_999}))) == 0


@pytest.mark.parametrize("count", [0, -1, True, "6", 1.5])
def test_months_are_whole(count: object) -> None:
    """Limits that are no whole months are refused when the rule is made."""
    with pytest.raises(BadRule) as caught:
        freshness({"mobile": count})  # type: ignore[dict-item]  # what a caller may give
    assert (caught.value.code, caught.value.where) == ("freshness.months", "mobile")


@pytest.mark.parametrize("answer", ["never", 0])
def test_a_rule_that_answers_otherwise(answer: str | int) -> None:
    """A rule from elsewhere that answers with words or zero is refused when it is asked."""
    with pytest.raises(BadRule, match=r"freshness\.months"):
        stale({"mobile": date(2026, 1, 1)}, date(2026, 1, 2), limits=FirstMatch([], otherwise=answer))


def test_own_limits_from_toml() -> None:
    """A company's own limits are a rule of its book, by field, part and kind."""
    book = RuleBook.from_toml(
        """
        [rules.freshness]
        shape = "first_match"
        otherwise = 9
        [[rules.freshness.cases]]
        when = { all = [{ of = "kind", equals = "doctor" }, { of = "part", equals = "basics" }] }
        then = 1
        """
    ).over(COMPLETENESS)
    written = {"title": date(2026, 1, 1), "name": date(2025, 1, 1)}
    limits = book["freshness"]
    assert [one.field for one in stale(written, date(2026, 2, 2), kind="doctor", limits=limits)] == ["name", "title"]
    assert [one.field for one in stale(written, date(2026, 2, 2), kind="contact", limits=limits)] == ["name"]


def test_no_limit_is_longer_than_the_field_may_be_kept() -> None:
    """PIPL 19: a field is to be confirmed before it is due for deletion."""
    for kind in KINDS.values():
        for part in kind.parts:
            for one in part.fields:
                months = FRESHNESS({"field": one.name, "part": part.name, "kind": kind.name})
                keep = USES[one.name].keep_months
                assert keep is None or (isinstance(months, int) and months <= keep)


def test_every_part_has_a_limit() -> None:
    """S002-19: every part of every file has a limit but the grade of the data, and no limit names a part nobody has."""
    parts = {part.name for kind in KINDS.values() for part in kind.parts}
    assert parts - set(MONTHS) == {"quality"}
    others = set(MONTHS) - parts
    assert others == {"parent", "level", "potential", "roles", "weekdays", "affiliation"}
    assert FRESHNESS({"field": "own_usage", "part": "usage", "kind": "hospital"}) == 3
    assert FRESHNESS({"field": "level", "part": "", "kind": "hospital"}) == 12
    assert isinstance(FRESHNESS, FirstMatch)
    assert FRESHNESS.cases[0][0] == Field("field").one_of(tuple(n for n in sorted(MONTHS) if MONTHS[n] == 3))


def test_from_a_dossier() -> None:
    """A doctor's life: the title written in February 2026 is fresh to February 2027, the mobile to 5 January."""
    file = doctor_life()[1].register["D1"]
    due = [("mobile", date(2027, 1, 5)), ("parent", date(2027, 1, 5))]
    later = [("roles", date(2027, 2, 10)), ("title", date(2027, 2, 10))]
    for day, stale_then in ((date(2027, 1, 5), []), (date(2027, 2, 10), due), (date(2027, 2, 11), due + later)):
        found = stale(file.confirmed(), day, kind="doctor")
        assert [(one.field, one.until) for one in found] == stale_then


def test_the_table() -> None:
    """One row a stale field with its reason in both languages, and the same as HTML."""
    found = stale({"needs": date(2025, 8, 31)}, date(2026, 3, 1), kind="doctor")
    assert "written on 2025-08-31, fresh for 6 months, until 2026-02-28" in str(found.table())
    assert "2025-08-31 写入，有效 6 个月，至 2026-02-28" in found.table().text("zh")
    assert "<td>Needs</td>" in found._repr_html_()


def test_labels() -> None:
    """A known field has both names, one of your own is shown as it is written."""
    assert (label_of("wechat").en, label_of("wechat").zh) == ("Wechat", "微信")
    assert label_of("shoe size").zh == "shoe size"
    assert (known_kind("药店"), known_kind("x")) == ("pharmacy", "x")
