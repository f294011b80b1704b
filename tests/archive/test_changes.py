"""What a change holds, what is personal, and how a customer becomes values and back."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pharmasales.archive import KINDS, Affiliation, Change, Customer
from pharmasales.archive.changes import IDENTIFYING, as_value, checked, customer_of, personal_fields, values_of
from pharmasales.archive.kinds import FIELDS
from pharmasales.compliance.personal import USES
from pharmasales.errors import BadValue
from pharmasales.testing.strategies import changes, exact_numbers, ids, labels

DAY = date(2026, 1, 5)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def made(**more: object) -> Change:
    """Return a change with some parts of its own."""
    given_ = {"customer": "D1", "action": "amend", "since": DAY, "at": AT, "by": "u1", "why": "seen", **more}
    return Change(**given_)  # type: ignore[arg-type]  # hostile parts too


@st.composite
def customers(draw):
    """Return customers with anything a file may hold."""
    texts = labels().filter(lambda text: text != "-")
    values = st.one_of(texts, exact_numbers(), st.dates(), st.lists(texts, min_size=1, max_size=2).map(tuple))
    places = draw(st.lists(ids(), max_size=3, unique=True))
    return Customer(
        "C1",
        draw(texts),
        draw(st.sampled_from(("", "doctor", "hospital", "医院", "own kind"))),
        draw(st.sampled_from(("", "r1"))),
        draw(st.sampled_from(("", "P1"))),
        draw(texts),
        draw(st.none() | exact_numbers()),
        draw(st.frozensets(st.integers(0, 6))),
        DAY,
        draw(st.dictionaries(st.sampled_from(("beds", "title", "own field")), values.filter(bool))),
        draw(st.frozensets(st.sampled_from(("kol", "vip")))),
        [Affiliation(place, draw(texts), DAY) for place in places],
        draw(texts),
        draw(texts),
    )


@given(customers())
def test_values_and_back(customer):
    """A customer that became values becomes the same customer again."""
    values = values_of(customer)
    assert checked(values, "C1") == values
    begun = dict.fromkeys(values, DAY)
    assert customer_of("C1", values, begun, DAY) == customer
    assert None not in values.values()


@given(changes())
def test_a_repr_names_fields_and_shows_no_value(change):
    """The repr holds id, action, field names and the day, never a value, an author or a reason."""
    said = repr(change)
    assert said.startswith(f"Change('{change.customer}' {change.action}")
    assert said.endswith(f"since {change.since})")
    assert "opened" not in said
    assert "seen on site" not in said
    for value in (*change.old.values(), *change.new.values()):
        if isinstance(value, str) and value not in ("yes", "-"):
            assert value not in said


def test_the_other_customer_stands_in_the_repr():
    """A merge names the other id."""
    assert repr(made(action="merge", other=" H9 ", new={"beds": 3})) == "Change('D1' merge H9 beds since 2026-01-05)"
    assert repr(made()) == "Change('D1' amend since 2026-01-05)"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"action": "ammend"}, "change.action"),
        ({"action": None}, "change.action"),
        ({"since": AT}, "change.since"),
        ({"since": None}, "change.since"),
        ({"at": AT.replace(tzinfo=None)}, "change.at"),
        ({"at": "2026-01-05T09:00:00+00:00"}, "change.at"),
        ({"by": ""}, "id.empty"),
        ({"why": "\t"}, "change.why"),
        ({"customer": " "}, "id.empty"),
        ({"other": "\u200b"}, "id.empty"),
    ],
)
def test_parts_are_checked(parts, code):
    """An unknown action, a day that is none, a naive moment, an empty author, reason or id are refused by name."""
    with pytest.raises(BadValue) as caught:
        made(**parts)
    assert caught.value.code == code


def test_an_action_near_a_known_one_is_named():
    """The hint says which action was meant."""
    with pytest.raises(BadValue, match='did you mean "reassign"'):
        made(action="re-assign")


def test_nobody_changes_what_was_written():
    """The values are copied and cannot be set."""
    new = {"beds": 1}
    change = made(new=new)
    new["beds"] = 2
    assert change.new == {"beds": 1}
    with pytest.raises(TypeError):
        change.new["beds"] = 3  # type: ignore[index]  # that is the case
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(change)


@pytest.mark.parametrize("fold", [0, 1])
def test_a_moment_keeps_its_offset_alone(fold):
    """A moment of a zone that turns its clocks is the same moment after writing and reading, in the same day."""
    at = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold)
    change = made(at=at)
    assert change.at.utcoffset() == at.utcoffset() == timedelta(hours=2 - fold)
    assert change.at.timestamp() == at.timestamp()
    assert datetime.fromisoformat(change.at.isoformat()) == change.at
    assert change == made(at=at.astimezone(UTC).astimezone(timezone(at.utcoffset())))


def test_what_is_personal_depends_on_who_it_is():
    """Of a person all but the kind, the owner, the division, the source and the signs is personal, places included."""
    names = ["name", "kind", "owner", "division", "source", "parent", "roles", "affiliation:H2", "@open", "beds", "odd"]
    assert personal_fields(names, "doctor") == ["name", "parent", "roles", "affiliation:H2", "beds", "odd"]
    assert personal_fields(names, "医生") == personal_fields(names, "own kind") == personal_fields(names, "doctor")
    assert personal_fields(names, "hospital") == ["affiliation:H2", "odd"]
    assert personal_fields(names, "") == ["affiliation:H2", "odd"]
    assert personal_fields(["mobile", "contact", "telephone"], "hospital") == ["mobile", "contact"]


def test_every_identifying_field_is_personal():
    """A field by which a person is found is never open for a person."""
    assert set(personal_fields(IDENTIFYING, "doctor")) == IDENTIFYING
    forms = {"name", "phone", "email", "number"}
    assert {name for name, use in USES.items() if use.form in forms} <= IDENTIFYING


def test_every_field_of_every_kind_can_be_held():
    """A value of the kind that a field is said to hold is accepted and comes back."""
    samples = {"text": "x", "number": 7, "date": DAY, "words": ("a", "b")}
    for kind in KINDS.values():
        values = {one.name: samples[one.holds] for one in kind.fields()}
        assert checked(values, "C1") == values
        assert set(values) <= FIELDS.keys()


@pytest.mark.parametrize("empty", [None, "", (), [], set(), frozenset()])
def test_empty_is_missing(empty):
    """Nothing, in whatever form, is a missing value."""
    assert as_value(empty, "title") is None


@pytest.mark.parametrize("bad", [1.0, float("nan"), True, False, AT, b"x", object(), {"a": 1}, [1], ["a", None], 1j])
def test_other_values_are_refused_without_being_shown(bad):
    """Floats, bools, moments, bytes and mixtures are refused; the message names the type and the field alone."""
    with pytest.raises(BadValue) as caught:
        as_value(bad, "share")
    assert (caught.value.code, caught.value.where) == ("archive.value", "share")


def test_several_texts_keep_their_order_but_a_set_has_none():
    """A list stands as written; a set is put in order, so that it is the same under any hash seed."""
    assert as_value(["b", "a", "b"], "needs") == ("b", "a", "b")
    assert as_value({"b", "a"}, "needs") == ("a", "b")
    assert as_value(Fraction(6, 3), "beds") == 2
