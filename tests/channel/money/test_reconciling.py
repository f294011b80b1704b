"""Reconciliation: every kind of line by hand, and the law that the differences are those of the balances."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.channel.money import Ledger, TheirLine, TheirStatement, reconcile, statement_of
from pharmasales.errors import BadRows
from pharmasales.units import CNY, USD, Amount

START = date(2026, 1, 1)


def day(number):
    """Return a day by number."""
    return START + timedelta(days=number)


def yuan(number):
    """Return an amount of yuan."""
    return Amount.of(number, CNY)


@pytest.fixture(scope="module")
def ours(one_dealer):
    """Return our statement from the tenth day: F1 opens it."""
    return statement_of(one_dealer, "D1", day(10), day(59))


def test_every_kind_of_line(ours):
    """Equal, equal in parts, another amount, ours alone, theirs alone, theirs twice, another opening, a slip."""
    theirs = TheirStatement(
        yuan(90),
        [
            TheirLine(" f2", yuan(200), day(12)),
            TheirLine("F3", yuan(100)),
            TheirLine("F3", yuan(200)),
            TheirLine("R1", yuan(-240), day(24)),
            TheirLine("R2", yuan(-120)),
            TheirLine("R2", yuan(-120)),
            TheirLine("BANK-7", yuan(-30)),
            TheirLine("X1", yuan(120)),
            TheirLine("X2", yuan(7)),
        ],
        yuan(500),
    )
    found = reconcile(ours, theirs)
    shown = [(line.kind, line.number, int(line.difference.value)) for line in found.lines]
    assert shown == [
        ("opening", "", 10),
        ("differs", "R1", -10),
        ("only_ours", "N1", -50),
        ("only_ours", "V1", 120),
        ("only_theirs", "R2", 120),
        ("only_theirs", "BANK-7", 30),
        ("only_theirs", "X2", -7),
        ("only_theirs", "X1", -120),
        ("matched", "F2", 0),
        ("matched", "F3", 0),
        ("matched", "R2", 0),
    ]
    said = {line.number + line.kind: str(line.why) for line in found.lines}
    assert said["opening"] == "we open with 100.00 CNY, they with 90.00 CNY: reconcile the time before 2026-01-11 first"
    assert said["R1differs"] == (
        "receipt R1 of 2026-01-26 is -250.00 CNY with us and -240.00 CNY with them: compare the papers\n"
        "  with them on 2026-01-25"
    )
    assert said["V1only_ours"].splitlines()[1] == "  of the same amount: X1"
    assert said["X1only_theirs"].splitlines() == [
        "X1 over 120.00 CNY is not on ours: ask for a copy: an invoice that we have not booked, or of another",
        "  of the same amount: V1",
    ]
    assert "booked our document once more" in said["R2only_theirs"]
    assert "bank slip" in said["BANK-7only_theirs"]
    assert said["F3matched"].splitlines()[1] == "  booked in 2 lines"
    assert "send them a copy" in said["N1only_ours"]
    assert found.slip is not None
    assert str(found.slip).startswith("their statement says 500.00 CNY, its lines add up to 207.00 CNY")
    assert [line.number for line in found.of("only_ours")] == ["N1", "V1"]
    assert (found.agrees, found.difference) == (False, ours.closing - yuan(207))
    rows = found.table().rows
    assert [str(cell) for cell in rows[0][2:]] == ["100.00", "90.00", "10.00"]
    assert rows[-1][4] == found.difference.value
    assert "对方有我方无" in found.table().text("zh")
    assert found._repr_html_().startswith("<table>")


def test_documents_of_one_number(one_dealer):
    """An invoice and a receipt of one number do not take each other's line."""
    bill, paid = one_dealer.invoices[0], evolve(one_dealer.receipts[0], id="F1", told=())
    statement = statement_of(Ledger.of([bill, paid]), "D1", day(0), day(59))
    theirs = TheirStatement(yuan(0), [TheirLine("F1", yuan(-250)), TheirLine("F1", yuan(99))])
    assert [(line.kind, line.difference) for line in reconcile(statement, theirs).lines] == [
        ("differs", yuan(1)),
        ("matched", yuan(0)),
    ]
    mixed = TheirStatement(yuan(0), [TheirLine("F1", yuan(-250)), TheirLine("F1", yuan(350))])
    assert [(line.kind, line.difference) for line in reconcile(statement, mixed).lines] == [
        ("differs", yuan(-250)),  # together they add up to our invoice, but one of them is our receipt
        ("matched", yuan(0)),
    ]


def test_the_equal_amount_comes_first(ours):
    """Of two lines of theirs with our number the one of our amount is ours, whichever stands first."""
    theirs = TheirStatement(ours.opening, [TheirLine("R2", yuan(-130)), TheirLine("R2", yuan(-120))])
    found = {(line.kind, line.difference) for line in reconcile(ours, theirs).lines if line.number == "R2"}
    assert found == {("matched", yuan(0)), ("only_theirs", yuan(130))}


def test_other_units_are_refused(ours):
    """Every amount in another unit, at once."""
    dollars = Amount.of(1, USD)
    with pytest.raises(BadRows) as caught:
        reconcile(ours, TheirStatement(dollars, [TheirLine("F1", yuan(1)), TheirLine("F2", dollars)], dollars))
    assert [error.where for error in caught.value.exceptions] == ["opening", "lines[1]", "closing"]


@given(st.data())
@settings(max_examples=50)
def test_differences_add_up(documents, data):
    """Whatever is lost, changed or added on their side, the lines explain the whole difference; a copy agrees."""
    ledger = Ledger.of(data.draw(documents))
    for name in ledger.accounts:
        ours = statement_of(ledger, name, day(0), day(40))
        copy = TheirStatement(ours.opening, [TheirLine(line.number, line.amount, line.on) for line in ours.lines])
        assert reconcile(ours, evolve(copy, closing=ours.closing)).agrees
        lines = [one for one in copy.lines if data.draw(st.booleans())]
        lines += [
            TheirLine(number, Amount(minor, CNY))
            for number, minor in data.draw(
                st.lists(st.tuples(st.sampled_from(["F1", "F2", "R0", "X"]), st.integers(-12, 12)), max_size=4)
            )
        ]
        theirs = TheirStatement(Amount(data.draw(st.integers(-3, 3)), CNY), lines)
        found = reconcile(ours, theirs)
        assert Amount.total((line.difference for line in found.lines), CNY) == found.difference
        assert sum(line.ours is not None for line in found.lines) == len(ours.lines)
        assert sum(len(line.theirs) for line in found.lines) == len(lines)
        assert reconcile(ours, TheirStatement(theirs.opening, lines[::-1])) == evolve(
            found, theirs=TheirStatement(theirs.opening, lines[::-1])
        )
