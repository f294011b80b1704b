"""Queries: what each test holds for, criteria as data and words, and pages without gap or repeat."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive.asking import OPS
from pharmasales.archive.criteria import Ask, Criteria, Every, Opposite, Some, held, where
from pharmasales.archive.customers import Affiliation, Archive, Customer
from pharmasales.archive.query import find, matching
from pharmasales.errors import BadValue

ONE = Customer(
    "D1",
    "示例 Doctor",
    "doctor",
    owner="r1",
    level="三级甲等",
    potential=Fraction(1, 2),
    weekdays=frozenset({0, 2}),
    since=date(2026, 1, 5),
    fields={
        "beds": 800,
        "share": 0.25,
        "rate": Decimal("0.5"),
        "text": "120",
        "last_visit": date(2026, 3, 1),
        "moment": datetime(2026, 3, 1, 12, tzinfo=UTC),
        "iso": "2026-03-01",
        "open": True,
        "papers": ("甲", "乙"),
        "nothing": None,
    },
    roles=frozenset({"kol", "decider"}),
    affiliations=(Affiliation("H2"), Affiliation("H3")),
    division="350102",
)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"kind": "doctor"}, True),
        ({"kind__is": "hospital"}, False),
        ({"beds": 800}, True),
        ({"beds": "800"}, False),
        ({"rate": Fraction(1, 2)}, True),
        ({"share": Fraction(1, 4)}, True),
        ({"potential": 0.5}, True),
        ({"open": True}, True),
        ({"open": 1}, False),
        ({"beds": True}, False),
        ({"moment": date(2026, 3, 1)}, True),
        ({"level__in": ("三级甲等", "三级")}, True),
        ({"level__in": ["三级"]}, False),
        ({"level__in": ()}, False),
        ({"level__in": {"三级", "三级甲等"}}, True),
        ({"beds__at_least": 800}, True),
        ({"beds__over": 800}, False),
        ({"beds__below": 800.5}, True),
        ({"beds__at_most": "799"}, False),
        ({"text__over": 119}, True),
        ({"share__at_least": "25%"}, True),
        ({"last_visit__before": date(2026, 3, 1)}, False),
        ({"last_visit__until": date(2026, 3, 1)}, True),
        ({"last_visit__after": date(2026, 2, 28)}, True),
        ({"iso__since": date(2026, 3, 1)}, True),
        ({"moment__after": date(2026, 3, 1)}, False),
        ({"since__before": date(2027, 1, 1)}, True),
        ({"name__has": "ＤＯＣ"}, True),
        ({"name__starts": "示例"}, True),
        ({"name__ends": "doctor"}, True),
        ({"name__has": "医院"}, False),
        ({"division__within": "35"}, True),
        ({"division__within": "350000"}, True),
        ({"division__within": "350103"}, False),
        ({"roles__any": ("kol", "user")}, True),
        ({"roles__all": ("kol", "user")}, False),
        ({"roles__all": ("kol", "decider")}, True),
        ({"weekdays__any": (2, 4)}, True),
        ({"papers__all": ["乙"]}, True),
        ({"affiliations__any": ("H3",)}, True),
        ({"level__any": ("三级甲等",)}, True),
        ({"beds__missing": False}, True),
        ({"beds__missing": True}, False),
        ({"nothing__missing": True}, True),
        ({"nothing__missing": False}, False),
        ({"mobile__missing": True}, True),
        ({"mobile__starts": "1"}, None),
        ({"nothing__at_least": 0}, None),
        ({"source": "referral"}, None),
        ({"kind": "doctor", "mobile": "1"}, None),
        ({"kind": "agent", "mobile": "1"}, False),
        ({}, True),
    ],
)
def test_each_test(asked: dict[str, object], answer: bool | None) -> None:
    """What each test holds for; missing answers `missing` alone; a record answers as its customer does."""
    assert where(**asked)(ONE) is answer
    assert where(**asked)({"mobile": None, **ONE.record()}) is answer


def test_held_is_record() -> None:
    """`held` reads what `record` has, an object's attributes too."""
    assert {name: held(ONE, name) for name in ONE.record()} == ONE.record()
    empty = Customer("H1", "")
    assert {name: held(empty, name) for name in empty.record()} == empty.record()
    assert held(date(2026, 1, 5), "year") == 2026
    assert held(date(2026, 1, 5), "name") is None


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"beds__atleast": 5}, 'unknown test @ beds; did you mean "at_least"'),
        ({"beds__at_least": "many"}, "a number is due @ beds; for days ask before"),
        ({"beds__at_least": date(2026, 1, 5)}, "a number is due @ beds"),
        ({"beds__over": True}, "a number is due @ beds"),
        ({"last_visit__before": "2026-01-05"}, r"a day is due @ last_visit; write date\(2026, 1, 5\)"),
        ({"last_visit__before": datetime(2026, 1, 5, tzinfo=UTC)}, "a day is due"),
        ({"level__in": "三级"}, "several values are due @ level"),
        ({"name__has": " "}, "text is due @ name"),
        ({"name__has": 3}, "text is due @ name"),
        ({"mobile__missing": 1}, "missing takes true or false @ mobile"),
        ({"beds": float("nan")}, "beds"),
        ({"beds": None}, "NoneType where text, a number or a day is due @ beds"),
        ({"moment": datetime(2026, 1, 5, tzinfo=UTC)}, "datetime where"),
        ({"name": "a\x00"}, "character U"),
    ],
)
def test_refused_questions(asked: dict[str, object], message: str) -> None:
    """A question that cannot be asked says why and what to do."""
    with pytest.raises(BadValue, match=message):
        where(**asked)


@pytest.mark.parametrize("name", ["", " ", None, 3])
def test_refused_fields(name: object) -> None:
    """A field has a name."""
    with pytest.raises(BadValue, match=r"query\.field"):
        Ask(name, "is", 1)  # type: ignore[arg-type]  # hostile


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"roles": "kol"}, "customer 'D1', roles; ask with any or all"),
        ({"roles__in": ("kol",)}, "ask with any or all"),
        ({"roles__over": 1}, "ask with any or all"),
        ({"papers__has": "甲"}, "ask with any or all"),
        ({"roles__within": "35"}, "ask with any or all"),
        ({"name__at_least": 1}, "no number where one is due @ customer 'D1', name; correct it"),
        ({"level__before": date(2026, 1, 1)}, "no day where one is due @ customer 'D1', level; write 2026-01-05"),
        ({"beds__before": date(2026, 1, 1)}, "no day where one is due"),
        ({"levl": "三级"}, 'no such field @ levl; did you mean "level"'),
        ({"bedz__over": 3}, 'did you mean "beds"'),
    ],
)
def test_refused_answers(asked: dict[str, object], message: str) -> None:
    """What a field holds and no test can read is an error with the id, never with the value."""
    with pytest.raises(BadValue, match=message) as caught:
        matching([ONE], where(**asked))
    assert "示例" not in str(caught.value)
    assert "三级甲等" not in str(caught.value)


def test_known_fields() -> None:
    """A field of any file may be asked for where nobody has it yet; one of your own where somebody has."""
    assert matching([Customer("H1", "示例")], where(outpatients__over=3)) == []
    assert matching((one for one in [ONE]), where(share__over=0)) == [ONE]
    assert matching([], where(beds=1)) == []


@pytest.mark.parametrize(
    ("criteria", "en", "zh"),
    [
        (where(), "every customer", "所有客户"),
        (~where(), "not (every customer)", "非（所有客户）"),
        (Some([]), "no customer", "无客户"),
        (
            where(kind="doctor", beds__over=Fraction(1, 2)) | where(open=True) & (where(level="三级") | where(id="a")),
            "kind is doctor and beds over 1/2, or open is true and (level is 三级 or id is a)",
            "kind 为 doctor且beds 超过 1/2，或open 为 true且（level 为 三级或id 为 a）",
        ),
        (
            where(last_visit__since=date(2026, 1, 5)) | where(mobile__missing=False),
            "last_visit since 2026-01-05 or mobile is known",
            "last_visit 自 2026-01-05 起或mobile 不缺失",
        ),
    ],
)
def test_words(criteria: Criteria, en: str, zh: str) -> None:
    """A question reads in both languages, brackets where they are due."""
    assert (criteria.text(), criteria.text("zh"), str(criteria)) == (en, zh, en)


def test_repr_has_no_values() -> None:
    """The repr names fields and tests, since a value may be a person's name."""
    asked = where(name__has="示例") & ~where(mobile="139") | where(level__in=("三级",))
    assert repr(asked) == "Criteria(name__has, mobile__is, level__in)"


def test_flat_and_equal() -> None:
    """Chains stay flat, the opposite of the opposite is the question, sets are in one order."""
    a, b, c = where(kind="a"), where(kind="b"), where(kind="c")
    assert (a & b) & c == a & (b & c) == Every([a, b, c])
    assert (a | b) | c == a | (b | c) == Some([a, b, c])
    assert ~~a == a
    assert where() & a == a
    assert where(roles__any={"x", "y"}) == where(roles__any=("x", "y"))
    assert hash(a & b) == hash(Every([a, b]))
    assert a != b
    assert where(a=True) != where(a=1)
    assert where(a__in=(True,)) != where(a__in=(1,)) == where(a__in=[1])


VALUES = st.one_of(
    st.text("a示", max_size=3),
    st.integers(-3, 3),
    st.fractions(),
    st.booleans(),
    st.dates(),
    st.decimals(-9, 9, places=2),
)
ASKS = st.one_of(
    st.builds(Ask, st.sampled_from("abc"), st.just("is"), VALUES),
    st.builds(Ask, st.sampled_from("abc"), st.sampled_from(["in", "any", "all"]), st.lists(VALUES, max_size=3)),
    st.builds(Ask, st.sampled_from("abc"), st.just("missing"), st.booleans()),
)
CRITERIA = st.recursive(
    ASKS,
    lambda inner: st.one_of(
        st.builds(Every, st.lists(inner, max_size=3)),
        st.builds(Some, st.lists(inner, max_size=3)),
        st.builds(lambda one: ~one, inner),
    ),
    max_leaves=8,
)
RECORDS = st.fixed_dictionaries({name: st.none() | VALUES for name in "abc"})


@given(CRITERIA)
def test_data_round_trip(criteria: Criteria) -> None:
    """Law: a question comes back from plain data, through JSON too, equal and with the same words."""
    again = Criteria.from_data(json.loads(json.dumps(criteria.data())))
    assert again == criteria
    assert (again.text("zh"), repr(again)) == (criteria.text("zh"), repr(criteria))


@given(CRITERIA, CRITERIA, RECORDS)
def test_de_morgan(a: Criteria, b: Criteria, record: dict[str, object]) -> None:
    """Law: De Morgan holds for all three answers; a question and its opposite never agree unless missing."""
    assert (~(a & b))(record) is (~a | ~b)(record)
    assert (~(a | b))(record) is (~a & ~b)(record)
    assert (a(record), (~a)(record)) in {(True, False), (False, True), (None, None)}
    assert (a & b)(record) is (b & a)(record)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "not a question @ query"),
        ({}, "a table with every, some or not"),
        ({"every": {}}, "not a question @ query"),
        ({"every": [], "some": []}, "not a question @ query"),
        ({"every": [{"not": {"some": [3]}}]}, r"not a question @ query\.every\[0\]\.not\.some\[0\]"),
        ({"field": "a", "op": "is"}, "not a question"),
        ({"field": "a", "op": "is", "value": None}, r"query, value"),
        ({"field": "a", "op": ["is"], "value": 1}, "unknown test"),
        ({"field": "a", "op": "is", "value": {"number": "x"}}, "no such number or day"),
        ({"field": "a", "op": "is", "value": {"number": "1/0"}}, "no such number or day"),
        ({"field": "a", "op": "is", "value": {"day": "2026-13-01"}}, "no such number or day"),
        ({"field": "a", "op": "is", "value": {"day": "2026-01-05", "x": 1}}, "dict where text"),
        ({"field": "a", "op": "in", "value": [["b"]]}, "list where text"),
        ({"field": 3, "op": "is", "value": 1}, r"query\.field"),
    ],
)
def test_refused_data(data: object, message: str) -> None:
    """Data that is no question says where the fault lies."""
    with pytest.raises(BadValue, match=message):
        Criteria.from_data(data)  # type: ignore[arg-type]  # hostile


def test_too_deep() -> None:
    """A question nested without end is refused, not run into the ground."""
    data: dict[str, object] = {"every": []}
    for _ in range(100_000):
        data = {"not": data}
    with pytest.raises(BadValue, match=r"query\.depth"):
        Criteria.from_data(data)


def test_whole_numbers_in_data() -> None:
    """A fraction that is whole is a number; every test has its words."""
    assert Criteria.from_data({"field": "a", "op": "is", "value": {"number": "4/2"}}) == where(a=2)
    assert Criteria.from_data({"field": "a", "op": "is", "value": {"number": "0"}}) == where(a=0)
    assert all(op.en and "{}" in op.zh for name, op in OPS.items() if name != "missing")
    assert isinstance(~where(a=1), Opposite)


CUSTOMERS = st.lists(
    st.builds(
        Customer,
        st.integers(0, 999).map(lambda n: f"C{n:03}"),
        st.just("示例"),
        level=st.sampled_from(["", "三级", "三级甲等", "二级"]),
        fields=st.fixed_dictionaries(
            {}, optional={"beds": st.none() | st.integers(0, 3) | st.sampled_from(["多", date(2026, 1, 5), True, 0.5])}
        ),
    ),
    max_size=15,
    unique_by=lambda one: one.id,
)
ORDERS = st.lists(st.sampled_from(["id", "-id", "level", "-level", "beds", "-beds", "since"]), max_size=3)


def pages(customers: list[Customer], criteria: Criteria, order: list[str], limit: int) -> list[list[str]]:
    """The ids of every page, one after the other."""
    page = find(customers, criteria, order=order, limit=limit)
    found = [[one.id for one in page]]
    while page.next and len(found) <= len(customers):
        page = find(customers, criteria, order=order, after=page.next, limit=limit)
        found.append([one.id for one in page])
    return found


@settings(deadline=None)
@given(CUSTOMERS, ORDERS, st.integers(1, 4), st.randoms(use_true_random=False))
def test_pages_are_the_list(customers: list[Customer], order: list[str], limit: int, chance: object) -> None:
    """Law: pages joined are the sorted list, in whatever order the archive is; each page but the last is full."""
    asked = where(level="三级") | where(beds__missing=True) | where(beds__missing=False)
    whole = [one.id for one in find(customers, asked, order=order, limit=1000)]
    mixed = chance.sample(customers, len(customers))  # type: ignore[attr-defined]  # a Random
    shown = pages(mixed, asked, order, limit)
    assert [one for page in shown for one in page] == whole
    assert sorted(whole) == sorted(one.id for one in customers)
    assert all(len(page) == limit for page in shown[:-1])


@settings(deadline=None)
@given(CUSTOMERS, CUSTOMERS, ORDERS, st.integers(1, 4))
def test_newcomers(customers: list[Customer], more: list[Customer], order: list[str], limit: int) -> None:
    """Law: others who come in between the pages, or leave, make nobody else be skipped or shown twice."""
    first = find(customers, where(), order=order, limit=limit)
    known = {one.id for one in customers}
    later = [one for one in customers if one not in first.customers[:1]] + [one for one in more if one.id not in known]
    shown = [one.id for one in first]
    after = first.next
    while after and len(shown) <= len(known) + len(more):
        page = find(later, where(), order=order, after=after, limit=limit)
        shown += [one.id for one in page]
        after = page.next
    assert len(shown) == len(set(shown))
    assert known <= set(shown)


def test_order_of_values() -> None:
    """Missing stands last in either direction; numbers before days before texts, turned round with a minus."""
    held = {"A": None, "B": 2, "C": "甲", "D": date(2026, 1, 5), "E": "甲乙", "F": False, "G": Fraction(1, 2)}
    given = [Customer(i, "示例", fields={"x": value}) for i, value in held.items()]
    assert "".join(one.id for one in find(given, where(), order=("x",))) == "FGBDCEA"
    assert "".join(one.id for one in find(given, where(), order=("-x",))) == "ECDBGFA"
    assert "".join(one.id for one in find(given, where(), order=("-id",), limit=3)) == "GFE"


def test_page() -> None:
    """A page says how many there are in all; its repr shows nobody."""
    page = find(Archive.of([ONE, Customer("H2", "示例")]), where(), limit=1)
    assert (len(page), page.total, page.next) == (1, 2, '{"order":["id"],"at":["D1"]}')
    assert repr(page) == "Page(1 of 2, and more)"
    assert repr(find([ONE], where(kind="agent"))) == "Page(0 of 0)"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"limit": 0}, r"query\.limit"),
        ({"limit": True}, r"query\.limit"),
        ({"limit": "5"}, r"query\.limit"),
        ({"order": "level"}, r'write \("level", "id"\)'),
        ({"order": ("levl",)}, 'did you mean "level"'),
        ({"order": ("roles",)}, "several values have no order @ roles"),
        ({"order": ("moment",)}, "customer 'D1', moment"),
        ({"after": "nonsense"}, "not a cursor @ after"),
        ({"after": "[]"}, "not a cursor"),
        ({"after": '{"order":["id"],"at":3}'}, "not a cursor"),
        ({"after": '{"order":["id"],"at":[[]]}'}, "not a cursor"),
        ({"after": '{"order":["id"],"at":[NaN]}'}, "not a cursor"),
        ({"after": "[" * 100_000}, "not a cursor"),
        ({"after": '{"order":["level","id"],"at":["a","b"]}'}, "a cursor of another order"),
        ({"after": '{"order":["id"],"at":[]}'}, "a cursor of another order"),
    ],
)
def test_refused_pages(given: dict[str, object], message: str) -> None:
    """A page that cannot be says why."""
    with pytest.raises(BadValue, match=message):
        find([ONE], where(), **given)  # type: ignore[arg-type]  # hostile
