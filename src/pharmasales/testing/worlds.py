"""Named sample worlds (示例区域): three small regions, made up and always the same, shared by tests and docs.

>>> for world in (one_rep(), two_districts(), quarter_with_gap()):
...     print(world)
Region(1 reps, 4 customers, 48 sales, 0 visits, 0 receivables)
Region(5 reps, 12 customers, 136 sales, 50 visits, 5 receivables)
Region(3 reps, 5 customers, 12 sales, 0 visits, 0 receivables)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from pharmasales.archive import Archive, Customer, Product, Sale
from pharmasales.channel import Receivable
from pharmasales.cycle import Call, Region
from pharmasales.org import Node, Org
from pharmasales.periods import Month, Period, Quarter, Year
from pharmasales.units import BOX, CNY, Amount

__all__ = ["one_rep", "quarter_with_gap", "two_districts"]

_PRICE = 20


def _yuan(number: int) -> Amount:
    return Amount.of(number, CNY)


def _sale(month: Month, customer: str, rep: str, number: int) -> Sale:
    """Sell boxes of one product at twenty yuan; a negative number is a return."""
    return Sale(month, _yuan(number * _PRICE), Amount.of(number, BOX), customer, rep, "P1")


def _sales(months: Iterable[Month], sold: Sequence[tuple[str, str, int, int]]) -> list[Sale]:
    """Sell to each customer in each month: the boxes of the first month, and a few more every month."""
    return [
        _sale(month, customer, rep, first + more * place)
        for place, month in enumerate(months)
        for customer, rep, first, more in sold
    ]


_PRODUCTS: Mapping[str, Product] = {"P1": Product("P1", "Exemplin 10 mg 示例平", BOX, "tablet")}


def one_rep() -> Region:
    """One rep, four customers, every month of 2025: small enough to check by hand (一名代表).

    Each month H1 buys 100 boxes at 20.00 yuan, H2 60, H3 30 and H4 10: 200 boxes or 4,000.00 yuan a month, 48,000.00
    in the year. Nobody keeps a visit log, and there is nothing of 2026.

    >>> from pharmasales.archive import by_customer
    >>> [str(amount) for amount in by_customer(one_rep().sales).values()]
    ['24,000.00 CNY', '14,400.00 CNY', '7,200.00 CNY', '2,400.00 CNY']
    """
    org = Org.of([Node("r1", "Ann Example 安示例", "rep")])
    customers = [
        Customer("H1", "First Sample Hospital 第一样本医院", "hospital", "r1", level="三级甲等", potential=48000),
        Customer("H2", "Second Sample Hospital 第二样本医院", "hospital", "r1", level="二级甲等", potential=24000),
        Customer("H3", "Third Sample Hospital 第三样本医院", "hospital", "r1", level="二级乙等", potential=12000),
        Customer("H4", "Sample Pharmacy 样本药房", "pharmacy", "r1", potential=6000),
    ]
    sold = [("H1", "r1", 100, 0), ("H2", "r1", 60, 0), ("H3", "r1", 30, 0), ("H4", "r1", 10, 0)]
    sales = _sales(Year(2025).months, sold)
    return Region(org, Archive.of(customers), CNY, BOX, _PRODUCTS, sales)


def two_districts() -> Region:
    """A company of two districts and five reps, twelve customers, 2025 and the first quarter of 2026 (两个地区).

    North has three reps, South two. Hospital H1 has a department and two doctors, who receive on Tuesdays and
    Thursdays. H6 returned more than it bought in May 2025. In 2026-Q1 there are sales, visits and receivables.

    >>> world = two_districts()
    >>> [node.id for node in world.org.leaves()], world.archive.place("D2")
    (['n1', 'n2', 'n3', 's1', 's2'], 'H1')
    """
    return Region(
        org=_company(),
        archive=Archive.of(_twelve_customers()),
        money=CNY,
        goods=BOX,
        products=_PRODUCTS,
        sales=_two_years(),
        calls=_first_quarter_calls(),
        receivables=_owed(),
    )


def _company() -> Org:
    return Org.of(
        [
            Node("C", "Example Pharma 示例药业", "company"),
            Node("N", "North 北区", "district", "C"),
            Node("S", "South 南区", "district", "C"),
            Node("n1", "Bo Sample 样波", "rep", "N"),
            Node("n2", "Cy Sample 样西", "rep", "N"),
            Node("n3", "Di Sample 样迪", "rep", "N"),
            Node("s1", "Ed Sample 样德", "rep", "S"),
            Node("s2", "Flo Sample 样洛", "rep", "S"),
        ]
    )


def _twelve_customers() -> list[Customer]:
    clinic = frozenset({1, 3})
    return [
        Customer("H1", "Alpha Hospital 甲医院", "hospital", "n1", level="三级甲等", potential=90000),
        Customer("W1", "Cardiology of Alpha 甲医院心内科", "department", "n1", "H1", potential=60000),
        Customer("D1", "Dr. Placeholder One 占位一医生", "doctor", "n1", "W1", potential=20000, weekdays=clinic),
        Customer("D2", "Dr. Placeholder Two 占位二医生", "doctor", "n1", "W1", potential=15000, weekdays=clinic),
        Customer("H2", "Beta Hospital 乙医院", "hospital", "n2", level="三级乙等", potential=70000),
        Customer("H3", "Gamma Hospital 丙医院", "hospital", "n2", level="二级甲等", potential=30000),
        Customer("H4", "Delta Hospital 丁医院", "hospital", "n3", level="二级甲等", potential=40000),
        Customer("F1", "Epsilon Pharmacy 戊药房", "pharmacy", "n3", potential=8000),
        Customer("H5", "Zeta Hospital 己医院", "hospital", "s1", level="三级甲等", potential=80000),
        Customer("H6", "Eta Hospital 庚医院", "hospital", "s1", level="二级乙等", potential=20000),
        Customer("H7", "Theta Hospital 辛医院", "hospital", "s2", level="二级甲等", potential=35000),
        Customer("X1", "Iota Distribution 壬商业公司", "distributor", "s2", potential=50000),
    ]


def _two_years() -> list[Sale]:
    sold = [
        ("H1", "n1", 200, 4),
        ("H2", "n2", 150, 2),
        ("H3", "n2", 60, 0),
        ("H4", "n3", 90, -2),
        ("F1", "n3", 15, 1),
        ("H5", "s1", 180, 3),
        ("H6", "s1", 40, 0),
        ("H7", "s2", 70, 1),
        ("X1", "s2", 110, 0),
    ]
    returned = [_sale(Month(2025, 5), "H6", "s1", -55)]
    grown = [(customer, rep, first + 8 * more + 10, more) for customer, rep, first, more in sold]
    return [*_sales(Year(2025).months, sold), *returned, *_sales(Quarter(2026, 1).months, grown)]


def _first_quarter_calls() -> list[Call]:
    """See the larger customers twice a month and a few others once, on working days."""
    seen = {"n1": ("H1", "D1"), "n2": ("H2", "H3"), "n3": ("H4",), "s1": ("H5", "H6"), "s2": ("X1",)}
    days = [date(2026, month, day) for month, day in ((1, 6), (1, 20), (2, 5), (2, 26), (3, 10), (3, 24))]
    calls = [Call(day, rep, customer) for day in days for rep, customers in seen.items() for customer in customers]
    return [*calls, Call(date(2026, 1, 15), "n1", "W1"), Call(date(2026, 2, 12), "s2", "H7")]


def _owed() -> list[Receivable]:
    rows = (
        ("H1", "F01", date(2025, 12, 10), 12, 12, date(2026, 1, 28)),
        ("H2", "F02", date(2025, 12, 15), 8, 4, date(2026, 2, 10)),
        ("H5", "F03", date(2026, 1, 12), 10, 10, date(2026, 3, 2)),
        ("X1", "F04", date(2026, 1, 20), 6, 0, None),
        ("X1", "F05", date(2026, 3, 5), 7, 0, None),
    )
    return [
        Receivable(
            customer, number, day, Month.of(day).plus(1).end, _yuan(thousands * 1000), _yuan(paid * 1000), paid_on
        )
        for customer, number, day, thousands, paid, paid_on in rows
    ]


def quarter_with_gap() -> Region:
    """A quarter in which something is missing everywhere (有缺口的季度).

    Rep r3 sold nothing in 2025; February 2025 has no sales at all; K4 has no owner and never bought; K5 has no
    potential; goals come from a target table, monthly for r1 and r2, for r3 without March; nobody keeps a visit log.

    >>> world = quarter_with_gap()
    >>> world.archive.orphans(), world.archive["K5"].potential, world.calls
    ([Customer('K4')], None, None)
    """
    org = Org.of(
        [
            Node("G", "Gap District 缺口区", "district"),
            Node("r1", "Gil Nobody 无吉", "rep", "G"),
            Node("r2", "Hal Nobody 无海", "rep", "G"),
            Node("r3", "Ida Nobody 无达", "rep", "G"),
        ]
    )
    customers = [
        Customer("K1", "Kappa Hospital 卡帕医院", "hospital", "r1", potential=30000),
        Customer("K2", "Lambda Hospital 兰达医院", "hospital", "r2", potential=Fraction(40001, 2)),
        Customer("K3", "Mu Pharmacy 缪药房", "pharmacy", "r3", potential=5000),
        Customer("K4", "Nu Hospital 纽医院", "hospital", potential=9000),
        Customer("K5", "Xi Hospital 克西医院", "hospital", "r2"),
    ]
    base = _sales((Month(2025, 1), Month(2025, 3)), [("K1", "r1", 50, 10), ("K2", "r2", 30, 0), ("K5", "r2", 5, 0)])
    now = _sales((Month(2026, 1), Month(2026, 2)), [("K1", "r1", 60, 5), ("K2", "r2", 20, 0), ("K3", "r3", 2, 0)])
    months = Quarter(2026, 1).months
    targets: dict[tuple[str, Period], Amount] = {("r1", month): _yuan(1200) for month in months}
    targets.update({("r2", month): _yuan(700) for month in months})
    targets.update({("r3", month): _yuan(100) for month in months[:2]})
    return Region(org, Archive.of(customers), CNY, BOX, _PRODUCTS, [*base, *now], targets)
