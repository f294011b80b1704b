"""Flow as sales of the cycle: what hospitals bought counts for the reps who own them, once, and as it was closed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import ModuleType

import pytest

from pharmasales.archive import Archive, Customer, Sale, by_rep
from pharmasales.channel.flow import FlowFact
from pharmasales.errors import BadRows
from pharmasales.periods import Month, Quarter
from pharmasales.units import BOX, CNY, Amount
from pharmasales.workspace import Workspace, outputs
from pharmasales.workspace.flow.desk import FlowDesk
from pharmasales.workspace.flow.feeding import flow_sales, refuse_twice

DECEMBER = Month(2025, 12)
TARGETS = "node,period,amount\nR1,2025-12,640\nR2,2025-12,4000\nR3,2025-12,960\nC,2025-12,5600\n"


@pytest.fixture
def fed(space: Workspace, world: ModuleType, monkeypatch: pytest.MonkeyPatch):
    """Return what opens the workspace with some way of feeding and some sales of its own."""
    for name in ("_workbook", "_report"):
        monkeypatch.setattr(outputs, name, lambda *_args: None)

    def opened(feeds: str, sales: str = "") -> Workspace:
        tables = world.TABLES + '[tables.targets]\nfile = "targets.csv"\n'
        (space.root / "targets.csv").write_text(TARGETS, "utf-8")
        if sales:
            tables += '[tables.sales]\nfile = "sales.csv"\n'
            (space.root / "sales.csv").write_text(f"period,customer,rep,product,amount\n{sales}", "utf-8")
        (space.root / "pharmasales.toml").write_text(f'{tables}[flow]\nfeeds = "{feeds}"\n{world.FLOW}', "utf-8")
        return Workspace.open(space.root)

    return opened


def sold(space: Workspace) -> dict[str, str]:
    """Return what counts for each rep."""
    return {rep: str(amount) for rep, amount in by_rep(space.load().checked().sales).items()}


def test_attainment_by_hand(fed) -> None:
    """H1 bought 100 in November, 250 - 50 of P1 and 120 of P2 in December; a distributor's part is nobody's."""
    space = fed("current")
    loaded = space.load()
    assert sold(space) == {"R1": "420.00 CNY", "R2": "5,000.00 CNY", "R3": "480.00 CNY"}
    november, *_ = sorted(loaded.checked().sales, key=lambda one: one.period.start)
    assert (november.period, november.customer, str(november.quantity)) == (Month(2025, 11), "H1", "4 BOX")
    assert loaded.notes[-1].en == "flow counts as sales: 0 closed months, 2 open ones without 2 held lines"


def test_the_review_reads_them(fed) -> None:
    """Actual over goal: 320 of 640, 5,000 of 4,000, 480 of 960, and 5,800 of 5,600 for the company."""
    result, _ = fed("current").review(DECEMBER)
    found = {row["node_id"]: (str(row["actual"]), row["attainment"]) for row in result.tables()["attainment"].records()}
    assert {node: found[node][0] for node in ("R1", "R2", "R3", "C")} == {
        "R1": "320.00",
        "R2": "5000.00",
        "R3": "480.00",
        "C": "5800.00",
    }
    assert [str(found[node][1]) for node in ("R1", "R2", "R3", "C")] == ["1/2", "5/4", "1/2", "29/28"]


def test_off_unless_it_is_asked_for_and_closed_months_as_they_were_closed(fed, world: ModuleType) -> None:
    """A line that comes after the close counts once the month is restated, and not before."""
    assert sold(fed("none")) == {}
    space = fed("closed")
    assert sold(space) == {}
    at, day = datetime(2026, 1, 5, tzinfo=UTC), date(2026, 1, 5)
    FlowDesk(space, DECEMBER).close("m1", day, at, "asked")
    as_closed = {"R1": "320.00 CNY", "R2": "5,000.00 CNY", "R3": "480.00 CNY"}
    assert sold(space) == as_closed
    late = world.HEAD + "2025-12-30,S-9,1,示例市第二人民医院,示例片,10mg*24片,B1,40,盒,25.00,1000.00\n"
    (space.root / "D1-late.csv").write_text(late, "utf-8")
    assert sold(fed("closed")) == sold(fed("closed")) == as_closed
    current = fed("current").load()
    assert {sale.period for sale in current.checked().sales} == {Month(2025, 11), DECEMBER}
    assert current.notes[-1].en == "flow counts as sales: 1 closed months, 1 open ones without 0 held lines"
    FlowDesk(space, DECEMBER).close("m1", day, at, "late file")
    assert sold(fed("closed")) == {**as_closed, "R2": "6,000.00 CNY"}


@pytest.mark.parametrize(
    ("row", "twice"),
    [
        ("2025-12,H1,R1,P1,99", ["2025-12, customer 'H1', product 'P1'"]),
        ("2025-12-31,H1,R1,P2,99", ["2025-12, customer 'H1', product 'P2'"]),
        ("2025-12,H1,R1,,99", ["2025-12, customer 'H1', product 'P1'", "2025-12, customer 'H1', product 'P2'"]),
        (
            "2025-Q4,H1,R1,P1,99",  # November's four boxes too
            ["2025-11, customer 'H1', product 'P1'", "2025-12, customer 'H1', product 'P1'"],
        ),
        ("2025-11,D1,R1,P2,99", ["2025-11, distributor 'D1'"]),
        ("2025-11,D2,R3,P2,99", []),  # D2 sent nothing for November
        ("2025-10,H1,R1,P1,99", []),
        ("2025-12,H2,R2,P2,99", []),
    ],
)
def test_nothing_counts_twice(fed, row: str, twice: list[str]) -> None:
    """The same customer, product and month in the sales table is refused, and what a distributor bought beside it."""
    space = fed("current", f"{row}\n")
    if not twice:
        assert space.load().region is not None
        return
    with pytest.raises(BadRows, match="told twice") as raised:
        space.review(DECEMBER)
    assert [(one.code, one.where) for one in raised.value.exceptions] == [("flow.twice", where) for where in twice]
    assert not (space.root / "out" / "2025-12").exists()


def test_bad_rows_of_the_tables_of_flow_are_listed_as_others_are(fed) -> None:
    """And then no region is known."""
    space = fed("current")
    (space.root / "packings.csv").write_text("product,unit,boxes\nP9,件,200\n", "utf-8")
    loaded = space.load()
    assert loaded.region is None
    assert [(one.table, one.row, one.code) for one in loaded.bad] == [("packings", 2, "row.product")]
    (space.root / "packings.csv").write_text("product,unit,boxes\n", "utf-8")
    (space.root / "D1-2025-12.csv").write_text("x,y\n1,2\n", "utf-8")
    with pytest.raises(BadRows, match="1 bad files"):
        space.load()
    (space.root / "customers.csv").write_text("id,owner\nH1,R9\n", "utf-8")
    assert [one.code for one in space.load().bad] == ["row.rep"]


def test_a_customer_who_is_no_longer_known_and_a_kind_of_ones_own() -> None:
    """What the first bought is nobody's, and still in the total; the second is no distributor by its word alone."""
    known = Archive.of(
        [
            Customer("H1", "Example", "shop of ours", "R1"),
            Customer("H2", "Example", "", "R2"),
            Customer("D9", "Example", "经销商", "R2"),
        ]
    )
    facts = {("D1", one, "P1"): FlowFact(1, Amount(5, BOX), None) for one in ("D9", "H1", "H2", "H3", "H4")}
    lines = flow_sales(DECEMBER, facts, known, ["H4"], {"H3": "H2"})
    assert [(one.customer, one.rep, one.amount) for one in lines] == [
        ("H1", "R1", None),
        ("H2", "R2", None),
        ("H2", "R2", None),
    ]
    (gone,) = flow_sales(DECEMBER, {("D1", "H9", "P1"): FlowFact(1, Amount(5, BOX), None)}, known)
    assert (gone.customer, gone.rep, gone.quantity) == ("H9", "", Amount(5, BOX))


def test_a_line_that_names_no_product_meets_every_product() -> None:
    """Whole and half known lines of one customer; other customers and other days pass."""
    amount = Amount.of(5, CNY)
    told = [Sale(Quarter(2025, 4), amount, customer="H1"), Sale(DECEMBER, amount, customer="H2", day=date(2025, 12, 9))]
    with pytest.raises(BadRows) as raised:
        refuse_twice(told, [Sale(DECEMBER, amount, customer=one, product="P1") for one in ("H1", "H2", "H3")])
    assert [one.where for one in raised.value.exceptions] == [
        "2025-12, customer 'H1', product 'P1'",
        "2025-12, customer 'H2', product 'P1'",
    ]
    first = Sale(DECEMBER, amount, customer="H2", day=date(2025, 12, 1))
    with pytest.raises(BadRows):
        refuse_twice([first], [Sale(DECEMBER, amount, customer="H2", product="P1")])
    refuse_twice(told, [Sale(Month(2026, 1), amount, customer="H1", product="P1")])
