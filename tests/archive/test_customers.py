"""The archive: checked together, twins and circles refused, places found, owners filled in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from pharmasales.archive import Affiliation, Archive, Customer, Product
from pharmasales.errors import BadRows, BadValue, NotFound
from pharmasales.testing import two_districts


def lines(customers: list[Customer]) -> list[str]:
    """Return what `Archive.of` refuses, line by line."""
    with pytest.raises(BadRows) as caught:
        Archive.of(customers)
    return list(caught.value.lines())


@pytest.mark.parametrize("twin", ["h1", "Ｈ1", "H1"])
def test_twin_ids_name_both_rows(twin: str) -> None:
    """Ids that differ in case, width or not at all are refused, with both rows."""
    found = lines([Customer("H1", "One"), Customer("H2", "Two"), Customer(twin, "Three")])
    assert found == [f"twin ids in rows 1 and 3 @ id '{twin}'; merge them or give one another id [archive.twins]"]


def test_every_bad_customer_is_named_at_once() -> None:
    """Twins, unknown parents and circles come together."""
    found = lines(
        [
            Customer("A", "Secret Person", parent="Z"),
            Customer("a", "Secret Person"),
            Customer("P", "Secret Person", parent="Q"),
            Customer("Q", "Secret Person", parent="P"),
            Customer("S", "Secret Person", parent="S"),
        ]
    )
    assert [line.rsplit("[", 1)[1] for line in found] == [
        "archive.twins]",
        "archive.parent]",
        "archive.cycle]",
        "archive.cycle]",
    ]
    assert found[2].startswith("belongs to itself: P > Q > P @ id 'P'")
    assert found[3].startswith("belongs to itself: S > S @ id 'S'")
    assert "Secret" not in "".join(found)


def test_a_circle_is_named_once_and_without_its_tail() -> None:
    """A customer that leads into a circle is not part of it."""
    found = lines(
        [
            Customer("T", "Tail", parent="A"),
            Customer("U", "Tail", parent="T"),
            Customer("A", "A", parent="B"),
            Customer("B", "B", parent="A"),
        ]
    )
    assert [line.split(" @ ")[0] for line in found] == ["belongs to itself: A > B > A"]


def test_a_long_circle_is_shortened() -> None:
    """A circle of many shows its ends."""
    many = [Customer(f"c{n}", "C", parent=f"c{(n + 1) % 30}") for n in range(30)]
    assert "c0 > c1 > c2 > c3 > c4 > c5 > ... > c26 > c27 > c28 > c29 > c0 @" in lines(many)[0]


def test_place_goes_up_to_the_top() -> None:
    """A doctor's place is the hospital of its department; a hospital is its own place."""
    archive = two_districts().archive
    assert [archive.place(customer) for customer in ("D1", "W1", "H1", "F1")] == ["H1", "H1", "H1", "F1"]
    with pytest.raises(NotFound, match=r"archive\.id"):
        archive.place("nobody")


def test_place_ends_even_in_a_circle_or_where_the_parent_is_gone() -> None:
    """An archive that was not checked, or cut by date, still answers."""
    circle = Archive({"A": Customer("A", "A", parent="B"), "B": Customer("B", "B", parent="A")})
    assert circle.place("A") == "B"
    young = Archive.of([Customer("H", "H", since=date(2026, 1, 5)), Customer("D", "D", parent="H")])
    assert young.before(date(2026, 1, 5)).place("D") == "D"
    assert young.before(date(2026, 1, 6)).place("D") == "H"


def test_a_very_deep_archive_is_no_limit() -> None:
    """A hundred thousand levels are walked iteratively."""
    deep = Archive.of(Customer(f"c{n}", "C", parent=f"c{n - 1}" if n else "") for n in range(100_000))
    assert deep.place("c99999") == "c0"


def test_look_up_and_walk() -> None:
    """An archive knows its members, in the order given, and says who is missing by id."""
    archive = two_districts().archive
    assert len(archive) == 12
    assert "H1" in archive
    assert "h1" not in archive
    assert [customer.id for customer in archive][:3] == ["H1", "W1", "D1"]
    with pytest.raises(NotFound, match="customer id 'h1'"):
        archive["h1"]
    assert len(Archive.of([])) == 0


def test_owners_fill_orphans_only() -> None:
    """An owner already named stays; an orphan that nobody knows stays one."""
    archive = Archive.of([Customer("A", "A", owner="r1"), Customer("B", "B"), Customer("C", "C")])
    owned = archive.with_owners({"A": "r9", "B": "r2", "Z": "r3"})
    assert [(customer.id, customer.owner) for customer in owned] == [("A", "r1"), ("B", "r2"), ("C", "")]
    assert [customer.id for customer in archive.orphans()] == ["B", "C"]
    assert [customer.id for customer in owned.owned_by("r2")] == ["B"]


def test_no_repr_shows_a_name() -> None:
    """A name may be a person's: it never stands in a repr."""
    archive = Archive.of([Customer("D1", "Dr. Secret", fields={"phone": "13800000000"})])
    assert repr(archive) == "Archive(1 customers)"
    assert repr(archive["D1"]) == "Customer('D1')"
    assert repr(two_districts()) == "Region(5 reps, 12 customers, 136 sales, 50 visits, 5 receivables)"


@pytest.mark.parametrize("bad", [1.5, True, float("nan"), Decimal("Infinity"), "1_000", "１", object()])
def test_a_potential_is_exact_or_missing(bad: object) -> None:
    """A float, a bool, NaN and odd digits are refused as a potential."""
    with pytest.raises(BadValue, match="number"):
        Customer("H1", "One", potential=bad)  # type: ignore[arg-type]  # hostile values


@pytest.mark.parametrize(("given", "kept"), [("12.5", Fraction(25, 2)), (Decimal("3.0"), 3), (7, 7), (None, None)])
def test_a_whole_potential_is_an_int(given: str, kept: object) -> None:
    """An exact potential is kept, a whole one as an int."""
    potential = Customer("H1", "One", potential=given).potential
    assert potential == kept
    assert type(potential) is type(kept)


@pytest.mark.parametrize("field", ["id", "name", "kind", "owner", "parent", "level", "division", "source"])
def test_control_characters_stop_at_the_edge(field: str) -> None:
    """No text of a customer bears a control character, and the message does not repeat the text."""
    with pytest.raises(BadValue, match=r"U\+0000") as caught:
        Customer(**{"id": "H1", "name": "One", field: "Secret\x00"})  # type: ignore[arg-type]  # hostile values
    assert "Secret" not in str(caught.value)


def test_ids_are_normalised() -> None:
    """Ids are trimmed; names are kept as written; weekdays may be any collection."""
    customer = Customer(" H1 ", " One ", owner=" r1 ", parent=" P ", weekdays=[1, 3])  # type: ignore[arg-type]  # a list
    assert (customer.id, customer.name, customer.owner, customer.parent) == ("H1", " One ", "r1", "P")
    assert customer.weekdays == frozenset({1, 3})
    assert Product(" P1 ", "One").id == "P1"


def test_roles_and_affiliations_are_kept_several_at_once() -> None:
    """One doctor plays two parts and works in three hospitals (S000-4, S002-3)."""
    places = [Affiliation("H2", "consultant"), Affiliation(" H3 ", since=date(2026, 1, 5))]
    doctor = Customer("D1", "One", "doctor", parent="H1", roles=["kol", "decider", "kol"], affiliations=iter(places))  # type: ignore[arg-type]  # any collection
    assert doctor.roles == frozenset({"kol", "decider"})
    assert [(one.place, one.post, one.since) for one in doctor.affiliations] == [
        ("H2", "consultant", None),
        ("H3", "", date(2026, 1, 5)),
    ]
    assert "consultant" not in repr(doctor.affiliations) + repr(doctor)
    assert hash(doctor) == hash(Customer("D1", "One", "doctor", parent="H1", roles=doctor.roles, affiliations=places))


@pytest.mark.parametrize(
    "given", [{"place": ""}, {"place": " "}, {"place": "H\x001"}, {"place": "H1", "post": "a\x00"}]
)
def test_an_affiliation_needs_a_place_that_can_be_kept(given: dict[str, str]) -> None:
    """An empty place and control characters are refused, also among roles."""
    with pytest.raises(BadValue, match=r"id\.empty|text\.control"):
        Affiliation(**given)
    with pytest.raises(BadValue, match=r"text\.control"):
        Customer("D1", "One", roles={"a\x00"})


def test_a_record_holds_everything_by_name() -> None:
    """Further fields stand beside the others, never in their place; empty texts and collections are missing."""
    places = (Affiliation("H2"),)
    doctor = Customer(
        "D1",
        "One",
        "doctor",
        potential="12.5",  # type: ignore[arg-type]  # read as a number
        weekdays=frozenset({2}),
        fields={"title": "主治医师", "owner": "somebody else", "beds": ""},
        roles=frozenset({"kol"}),
        affiliations=places,
        division="330100",
        source="referral",
    )
    assert doctor.record() == {
        "id": "D1",
        "name": "One",
        "kind": "doctor",
        "owner": None,
        "parent": None,
        "level": None,
        "division": "330100",
        "source": "referral",
        "potential": Fraction(25, 2),
        "since": None,
        "weekdays": frozenset({2}),
        "roles": frozenset({"kol"}),
        "affiliations": places,
        "title": "主治医师",
        "beds": "",
    }
    bare = Customer("D2", "Two").record()
    assert {name for name, value in bare.items() if value is not None} == {"id", "name"}
