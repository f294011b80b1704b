"""What is kept comes back as it was, and nothing else is read."""

from __future__ import annotations

import copy
import json
from datetime import date
from fractions import Fraction

import pytest

from pharmasales.channel.credit import (
    CheckBasis,
    CreditFile,
    CreditFinding,
    CreditGuard,
    CreditLimit,
    CreditOrder,
    CreditPolicy,
    LimitOnDay,
    MonthlyBase,
    Owed,
    SpecialApproval,
    TroubleSign,
    check_order,
    file_data,
    file_from,
    guard_data,
    guard_from,
    limit_data,
    limit_from,
    order_data,
    order_from,
    sign_data,
    sign_from,
    trade_notes,
)
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.units import CNY, Amount

DAY = date(2026, 7, 3)
POLICY = CreditPolicy(approvers={"boss"})


def yuan(number):
    """Return an amount."""
    return Amount.of(number, CNY)


def limit():
    """Return a limit with everything in it."""
    special = SpecialApproval("better_class", "boss", DAY, "guarantee")
    base = MonthlyBase(yuan("1000.01"), 3, 6)
    more = ("rep1", DAY, date(2027, 7, 2), "boss", date(2026, 7, 5), "ours@1")
    seasons = {2: Fraction(-1, 3), 11: Fraction(1, 2)}
    return CreditLimit("D1", "AA", "AA", "3/2", base, "5/2", ("new",), True, (special,), seasons, *more)


def orders():
    """Return an order before its check, held for everything, and released and invoiced in part."""
    one = CreditOrder.place("O1", "D1", yuan(900), by="rep1", on=DAY, prepaid=yuan(5))
    owed, notes = Owed("D1", DAY, yuan(50), yuan(20), 3), trade_notes("company", date(2026, 7, 2), DAY)
    basis = CheckBasis(uninvoiced=False, disputed=True, tolerance="1/3", overdue_days=None, smallest=yuan(901))
    expired = LimitOnDay("D1", DAY, yuan(0), "expired", stops=True)
    guard = CreditGuard("D1", CNY)
    held = one.decide(check_order(guard, one, expired, owed, notes=notes, basis=basis))
    over = one.decide(check_order(guard, one, LimitOnDay("D1", DAY, yuan(9)), owed))
    done = over.release(by="boss", on=DAY, reason="known", policy=POLICY).invoice(yuan(7), by="clerk", on=DAY)
    return [one, held, done, one.cancel(by="rep1", on=DAY)]


FILE = CreditFile(
    "D1",
    date(2025, 1, 1),
    [
        CreditFinding("payment", "pays", "ledger", DAY, "p1", Fraction(199, 2)),
        CreditFinding("licence", "seen", "original", DAY, "p1"),
    ],
)
SIGN = TroubleSign("D1", "suit", DAY, "court", "rep1").clear(by="boss", on=DAY, policy=POLICY)
KEPT = [
    *((one, order_data, order_from) for one in orders()),
    (limit(), limit_data, limit_from),
    (FILE, file_data, file_from),
    (CreditFile("D1"), file_data, file_from),
    (SIGN, sign_data, sign_from),
    (TroubleSign("D1", "suit", DAY, "court"), sign_data, sign_from),
    (CreditGuard("D1", CNY, {"O1": yuan(1), "O2": yuan("2.5")}), guard_data, guard_from),
]


@pytest.mark.parametrize(("value", "data", "read"), KEPT)
def test_what_is_kept_comes_back(value, data, read):
    """Through JSON, equal in value, reason and form; the store's version is given when it is read."""
    kept = json.loads(json.dumps(data(value)))
    back = read(kept)
    assert back == value
    assert data(back) == data(value)
    for one in (value, back):
        if hasattr(one, "why"):
            assert one.why.text("zh") == value.why.text("zh")
    if read in (order_from, guard_from):
        assert read(kept, 7).version == 7


@pytest.mark.parametrize(("value", "data", "read"), KEPT)
def test_other_data_are_refused(value, data, read):
    """Every key missing, and every value replaced by what it cannot be, is refused by type, and nothing is shown."""
    kept = data(value)
    for key in kept:
        short = {name: kept[name] for name in kept if name != key}
        with pytest.raises(BadValue, match="data of another form"):
            read(short)
        for odd in ({"secret": "x"}, 0.5, True, "secret"):
            bad = {**copy.deepcopy(kept), key: odd}
            try:
                again = read(bad)
            except PharmaSalesError as error:
                assert "secret" not in str(error)  # noqa: PT017
            else:
                assert odd == "secret" or again == value
    for nothing in (None, [], "x", {}):
        with pytest.raises(BadValue):
            read(nothing)


def test_a_hold_that_nobody_knows_is_refused():
    """A reason of another version of the library is not taken for one of ours."""
    kept = order_data(orders()[1])
    kept["steps"][-1]["holds"] = ["moon"]
    with pytest.raises(BadValue, match="no reason to hold"):
        order_from(kept)
    kept = order_data(orders()[1])
    kept["check"]["void"] = "moon"
    with pytest.raises(BadValue, match="no reason to hold"):
        order_from(kept)
