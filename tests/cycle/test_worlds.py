"""The sample worlds: checked by hand, always the same, made up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pharmasales.archive import by_customer, by_period, by_rep
from pharmasales.cycle import Region
from pharmasales.periods import Month, Quarter, Year
from pharmasales.testing import one_rep, quarter_with_gap, two_districts
from pharmasales.units import CNY, Amount

WORLDS = (one_rep, two_districts, quarter_with_gap)


@pytest.mark.parametrize("world", WORLDS)
def test_a_world_is_always_the_same(world: type[Region]) -> None:
    """Two calls give equal regions that share nothing that can be changed."""
    one, two = world(), world()  # type: ignore[call-arg]  # functions without arguments
    assert (list(one.org), one.archive, one.sales, one.targets, one.calls, one.receivables) == (
        list(two.org),
        two.archive,
        two.sales,
        two.targets,
        two.calls,
        two.receivables,
    )
    assert one.archive.customers is not two.archive.customers
    known = {node.id for node in one.org}
    assert {sale.rep for sale in one.sales} <= known
    assert {sale.customer for sale in one.sales} <= set(one.archive.customers)
    assert {customer.owner for customer in one.archive} <= known | {""}


def test_one_rep_by_hand() -> None:
    """Four customers, 4,000 yuan a month, 48,000 in the year."""
    world = one_rep()
    assert set(by_period(world.sales).values()) == {Amount.of(4000, CNY)}
    assert by_rep(world.sales) == {"r1": Amount.of(48000, CNY)}
    assert [sale.period for sale in world.sales[::4]] == list(Year(2025).months)


def test_two_districts_by_hand() -> None:
    """A department, doctors of its hospital, one return, calls and receivables in 2026-Q1."""
    world = two_districts()
    assert [node.id for node in world.org] == ["C", "N", "n1", "n2", "n3", "S", "s1", "s2"]
    assert [world.archive[customer].kind for customer in ("H1", "W1", "D1")] == ["hospital", "department", "doctor"]
    assert [sale.amount for sale in world.sales if sale.amount.minor < 0] == [Amount.of(-1100, CNY)]
    assert all(call.day in Quarter(2026, 1) and call.day.weekday() < 5 for call in world.calls)
    assert [owed.due.isoformat() for owed in world.receivables] == [
        "2026-01-31",
        "2026-01-31",
        "2026-02-28",
        "2026-02-28",
        "2026-04-30",
    ]


def test_quarter_with_gap_has_its_gaps() -> None:
    """Each gap is there: no sales of r3 or of February, no owner, no potential, no plan, no log."""
    world = quarter_with_gap()
    before = [sale for sale in world.sales if sale.period in Year(2025)]
    assert set(by_rep(before)) == {"r1", "r2"}
    assert list(by_period(before)) == [Month(2025, 1), Month(2025, 3)]
    assert "K4" not in by_customer(world.sales)
    assert len(world.targets) == 8
    assert world.calls is None


def test_worlds_need_no_test_library() -> None:
    """`pharmasales.testing` loads where neither pytest nor hypothesis can be imported."""
    code = (
        "import sys; sys.modules['pytest'] = sys.modules['hypothesis'] = None\n"
        "from pharmasales.testing import one_rep; print(one_rep())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert done.stdout == "Region(1 reps, 4 customers, 48 sales, 0 visits, 0 receivables)\n"
