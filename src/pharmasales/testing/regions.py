"""Hypothesis strategies (随机样本) for the values of the trade: customers, sales, visits, receivables, whole regions.

>>> from hypothesis import given
>>> @given(regions())
... def every_owner_is_a_rep(region):
...     reps = {node.id for node in region.org.leaves()}
...     assert all(customer.owner in reps | {""} for customer in region.archive)
>>> every_owner_is_a_rep()
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pharmasales.archive import Archive, Customer, Sale
from pharmasales.channel import Receivable
from pharmasales.cycle import Call, Region
from pharmasales.names import fold
from pharmasales.periods import Month
from pharmasales.testing.strategies import days, ids, labels, orgs
from pharmasales.units import BOX, CNY, Amount, Unit
from pharmasales.workdays import CHINA, WEEKDAYS, Calendar

__all__ = ["calendars", "calls", "customers", "receivables", "regions", "sales"]

_FIRST = Month(2024, 1)
_KINDS = ("hospital", "department", "doctor", "pharmacy", "distributor", "")


def calendars() -> SearchStrategy[Calendar]:
    """Return calendars: China or plain weekdays, with a few days of leave.

    >>> CHINA.known(2026)     # as every calendar drawn
    True
    """
    leave = st.frozensets(days(2024, 2026), max_size=5)
    return st.builds(lambda base, away: base.without(away), st.sampled_from((CHINA, WEEKDAYS)), leave)


@st.composite
def customers(draw: DrawFn, reps: Sequence[str] = (), most: int = 8) -> list[Customer]:
    """Return customers with distinct ids; some have no owner, no potential, or belong to one before them.

    Args:
        draw: given by hypothesis.
        reps: who may look after them.
        most: how many at most.
    """
    found: list[Customer] = []
    for customer_id in draw(st.lists(ids(), max_size=most, unique_by=fold)):
        made = Customer(
            customer_id,
            draw(labels()),
            draw(st.sampled_from(_KINDS)),
            owner=draw(st.sampled_from(("", *reps))),
            parent=draw(st.sampled_from(("", *(one.id for one in found)))),
            potential=draw(st.none() | st.integers(0, 10**6)),
            weekdays=draw(st.frozensets(st.integers(0, 4), max_size=3)),
            since=draw(st.none() | days(2024, 2026)),
        )
        found.append(made)
    return found


@st.composite
def sales(
    draw: DrawFn, buyers: Sequence[str] = ("H1",), reps: Sequence[str] = ("r1",), money: Unit = CNY, most: int = 40
) -> list[Sale]:
    """Return sales lines of 2024 to 2026: mostly sales, some returns, some with the day alone or without an amount."""
    found = []
    for _ in range(draw(st.integers(0, most))):
        month = _FIRST.plus(draw(st.integers(0, 35)))
        amount = draw(st.none() | st.integers(-(10**4), 10**7).map(lambda minor: Amount(minor, money)))
        boxes = draw(st.none() | st.integers(-5, 500).map(lambda count: Amount(count, BOX)))
        buyer, rep = draw(st.sampled_from(("", *buyers))), draw(st.sampled_from(tuple(reps)))
        place = draw(st.none() | st.integers(0, month.days - 1))
        day = None if place is None else month.start + timedelta(place)
        found.append(Sale(month, amount, boxes, buyer, rep, day=day))
    return found


def calls(reps: Sequence[str], seen: Sequence[str], most: int = 20) -> SearchStrategy[list[Call]]:
    """Return visits made in 2025 and 2026 by some reps to some customers."""
    one = st.builds(Call, days(2025, 2026), st.sampled_from(tuple(reps)), st.sampled_from(tuple(seen)))
    return st.lists(one, max_size=most)


@st.composite
def receivables(draw: DrawFn, owing: Sequence[str] = ("D1",), money: Unit = CNY) -> Receivable:
    """Return one receivable: open, paid in part or in full.

    >>> from hypothesis import find
    >>> find(receivables(), lambda one: one.paid == one.amount).customer
    'D1'
    """
    invoiced: date = draw(days(2024, 2026))
    amount = draw(st.integers(0, 10**7))
    paid = draw(st.integers(0, amount))
    return Receivable(
        draw(st.sampled_from(tuple(owing))),
        draw(ids()),
        invoiced,
        invoiced + timedelta(draw(st.integers(0, 120))),
        Amount(amount, money),
        Amount(paid, money),
        draw(st.none() | st.integers(0, 300).map(lambda n: invoiced + timedelta(n))) if paid else None,
    )


@st.composite
def regions(draw: DrawFn) -> Region:
    """Return whole regions that hold together: reps of a random organisation, their customers, sales, visits, invoices.

    Visits and receivables are sometimes not known at all.
    """
    org = draw(orgs(most=8))
    reps = [node.id for node in org.leaves()]
    archive = Archive.of(draw(customers(reps)))
    known = [customer.id for customer in archive]
    nothing: SearchStrategy[None] = st.none()
    return Region(
        org=org,
        archive=archive,
        money=CNY,
        goods=BOX,
        sales=draw(sales(known, reps)),
        calls=draw(nothing | calls(reps, known)) if known else None,
        receivables=draw(nothing | st.lists(receivables(known), max_size=6)) if known else None,
    )
