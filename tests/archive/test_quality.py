"""The quality of a whole archive: one row a customer, one a kind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from pharmasales.archive.completeness import COMPLETENESS
from pharmasales.archive.customers import Archive, Customer
from pharmasales.archive.dossier import Dossier
from pharmasales.archive.quality import quality
from pharmasales.archive.register import Register
from pharmasales.errors import NotFound
from pharmasales.rules import RuleBook
from pharmasales.testing.lives import doctor_life

DAY = date(2026, 6, 1)


def archive() -> Archive:
    """Return four customers, two of them hospitals, one of a kind without a schema."""
    return Archive.of(
        [
            Customer("H1", "First Example Hospital", "hospital", owner="r1", level="三级甲等"),
            Customer("H2", "", "医院", fields={"beds": 0}),
            Customer("P1", "Example Pharmacy", "pharmacy", owner="r1", division="330100", potential=1),
            Customer("B1", "Example Blogger", "blogger"),
        ]
    )


def test_one_row_a_customer() -> None:
    """Score, grade, missing and the three heaviest; of a bare archive nothing is said of freshness."""
    found = quality(archive(), DAY)
    assert [one.ratio for one in found.files] == [Fraction(24, 100), Fraction(4, 100), Fraction(40, 100), None]
    assert found.fingerprint == COMPLETENESS.fingerprint
    rows = list(found.table().records())
    assert [row["missing"] for row in rows] == [19, 21, 6, None]
    assert [row["grade"] for row in rows] == ["C", "C", "C", None]
    assert rows[0]["heaviest"].text() == "Division, Potential, Address"  # type: ignore[union-attr]  # Says
    assert rows[1]["heaviest"].text("zh") == "名称、负责代表、行政区划"  # type: ignore[union-attr]  # Says
    assert {row["stale"] for row in rows} == {row["oldest"] for row in rows} == {None}
    assert "Example" not in str(found.table())


def test_by_kind() -> None:
    """The mean is exact, a score at the cut is not below it, and what has no schema is counted as not scored."""
    rows = list(quality(archive(), DAY).by_kind(24).records())
    assert [(row["customers"], row["scored"], row["mean"], row["below"]) for row in rows] == [
        (2, 2, Fraction(14, 100), 1),
        (1, 1, Fraction(40, 100), 0),
        (1, 0, None, 0),
    ]
    assert [row["below"] for row in quality(archive(), DAY).by_kind("40.01").records()] == [2, 1, 0]
    assert "低于 24 分" in quality(archive(), DAY).by_kind(24).text("zh")


def test_a_mean_that_no_decimal_holds() -> None:
    """A third stays a third."""
    three = Archive.of([Customer(f"P{n}", "x" if n else "", "pharmacy") for n in range(3)])
    (row,) = quality(three, DAY).by_kind(60).records()
    assert row["mean"] == Fraction(2, 30)


def test_of_a_register() -> None:
    """A doctor's life: stale fields are counted and the oldest is named with its day."""
    register = doctor_life()[4].register
    found = {one.customer: one for one in quality(register, date(2027, 5, 1)).files}
    assert set(found) == {"H1", "H2", "D1"}
    fresh = found["D1"].freshness
    assert fresh is not None
    assert [one.field for one in fresh] == ["mobile", "roles", "title", "affiliation:H1", "parent"]
    assert fresh.oldest == ("mobile", date(2026, 1, 5))
    row = next(row for row in quality(register, date(2027, 5, 1)).table().records() if row["customer"] == "D1")
    assert (row["stale"], row["confirmed"]) == (5, date(2026, 1, 5))
    assert row["oldest"].text("zh") == "手机"  # type: ignore[union-attr]  # Says
    assert [row["stale"] for row in quality(register, date(2027, 5, 1)).by_kind(60).records()] == [2, 1]


def test_the_erased_and_the_unknown_leave_no_row() -> None:
    """An erased file has no quality, and on a day before it was known a file has none either."""
    register = doctor_life()[-1].register
    assert [one.customer for one in quality(register, DAY).files] == ["H1", "H2"]
    assert quality(register, DAY, known=date(2026, 1, 4)).files == ()
    assert quality(register, DAY, known=date(2026, 1, 4)).by_kind(60).rows == []


def test_what_was_known_then() -> None:
    """A value written later counts neither for the score nor for its freshness."""
    at = datetime(2026, 1, 5, tzinfo=UTC)
    file, _ = Dossier.open(Customer("P1", "x", "pharmacy"), since=at.date(), at=at, by="u1", why="list")
    late = datetime(2026, 5, 5, tzinfo=UTC)
    file, _ = file.amend({"telephone": "1"}, since=date(2026, 2, 1), at=late, by="u1", why="called")
    register = Register.of([file])
    now, then = quality(register, DAY), quality(register, DAY, known=date(2026, 3, 1))
    assert [one.ratio for one in (*now.files, *then.files)] == [Fraction(1, 5), Fraction(1, 10)]
    assert now.files[0].freshness is not None
    assert now.files[0].freshness.oldest == ("telephone", date(2026, 5, 5))
    assert then.files[0].freshness is not None
    assert then.files[0].freshness.oldest is None


def test_empty() -> None:
    """An archive without customers has tables without rows."""
    found = quality(Archive.of([]), DAY)
    assert (len(found.table()), len(found.by_kind(60))) == (0, 0)
    assert "Quality of the archive on 2026-06-01" in found._repr_html_()


def test_a_book_without_grades() -> None:
    """A book that is not laid over the default one must have its own grades."""
    book = RuleBook("bare", "1", {"hospital": COMPLETENESS["hospital"]})
    with pytest.raises(NotFound, match="grade"):
        quality(archive(), DAY, book)
