"""The coverage map (代理覆盖图): prefecture by product, in words, so that it prints.

>>> areas = Areas.of({"33": "", "3301": "33", "3302": "33", "330106": "3301", "330108": "3301"})
>>> def right(name, agent, area, level):
...     return AgentRight.grant(name, agent, "P1", area, level, since=date(2026, 1, 1), until=date(2026, 12, 31),
...         signed=date(2026, 1, 1), by="p1", evidence="AG-" + name)
>>> found = coverage_map(areas, ["P1", "P2"], [right("R1", "A1", "330106", "terminal")], as_of=date(2026, 6, 1))
>>> print(found.table())
Prefecture  P1           P2
----------  -----------  ----
3301        part 1/2 A1  open
3302        open         open
>>> print(found.by_product())
Product  Prefectures  Held  Ends soon  In part  Conflict  Open  Covered
-------  -----------  ----  ---------  -------  --------  ----  -------
P1                 2     0          0        1         0     1     0.0%
P2                 2     0          0        0         0     2     0.0%

Source: S000-4 (one owner for each territory and product, completeness), S000-3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Cell, Column, Lang, Says, Table, Why, because
from pharmasales.errors import BadRule
from pharmasales.recruitment.rights.areas import Areas
from pharmasales.recruitment.rights.cells import wares
from pharmasales.recruitment.rights.granted import AgentRight
from pharmasales.recruitment.rights.together import Together
from pharmasales.units import ratio
from pharmasales.yearplan import checked_day

__all__ = ["CoverageMap", "CoverageMark", "MapCell", "coverage_map"]

CoverageMark: TypeAlias = Literal["held", "ending", "part", "conflict", "open"]
"""How a prefecture and product stand."""

_MARKS: Mapping[CoverageMark, Says] = MappingProxyType(
    {
        "held": Says("held", "已授权"),
        "ending": Says("ends soon", "即将到期"),
        "part": Says("in part", "部分"),
        "conflict": Says("conflict", "冲突"),
        "open": Says("open", "空白"),
    }
)


@frozen
class MapCell:
    """A prefecture and a product on the map.

    Args:
        prefecture: the id of the prefecture.
        product: the id of the product.
        mark: how it stands.
        agents: ids of the agents with a right in force there, sorted.
        covered: how many of its counties have an agent as a whole; the prefecture itself where it has no counties.
        counties: how many there are.
        until: the first last day of the rights that answer for its counties; none where there is none.
        why: the reason.
    """

    prefecture: str
    product: str
    mark: CoverageMark
    agents: tuple[str, ...]
    covered: int
    counties: int
    until: date | None
    why: Why = field(repr=False)

    def text(self, lang: Lang = "en") -> str:
        """Return the cell in words, as the map prints it."""
        names = (", " if lang == "en" else "、").join(self.agents)
        if self.mark == "part":
            word = ("part" if lang == "en" else "部分") + f" {self.covered}/{self.counties}"
        else:
            word = _MARKS[self.mark].text(lang)
        when = f" {self.until}" if self.mark == "ending" else ""
        return f"{word}{when} {names}".rstrip()


@frozen
class CoverageMap:
    """Prefectures by products, as of a day (代理覆盖图). Made by `coverage_map`.

    Args:
        as_of: the day.
        products: ids of the products.
        cells: by prefecture, then by product, in their order.
    """

    as_of: date
    products: tuple[str, ...]
    cells: tuple[MapCell, ...] = field(repr=lambda cells: f"<{len(cells)} cells>")

    def table(self) -> Table:
        """Return one row a prefecture and one column a product, the marks in words."""
        columns = [Column("prefecture", "Prefecture", "地市")]
        columns += [Column(f"product_{product}", product, product) for product in self.products]
        wide = len(self.products)
        lines = [self.cells[n : n + wide] for n in range(0, len(self.cells), wide)] if wide else []
        rows: list[tuple[Cell, ...]] = [(line[0].prefecture, *line) for line in lines]
        return Table("coverage_map", Says("Coverage map", "代理覆盖图"), tuple(columns), rows)

    def reasons(self) -> Table:
        """Return one row a cell: prefecture, product, mark, agents, counties covered, until, why."""
        rows = [
            (
                one.prefecture,
                one.product,
                _MARKS[one.mark],
                ", ".join(one.agents),
                one.covered,
                one.counties,
                one.until,
                one.why,
            )
            for one in self.cells
        ]
        return Table("coverage_reasons", Says("Reasons of the map", "覆盖图说明"), _REASONS, rows)

    def by_product(self) -> Table:
        """Return product, prefectures, count of each mark, and the part that is held or ends soon."""
        rows = []
        for product in self.products:
            marks = [one.mark for one in self.cells if one.product == product]
            counts = [marks.count(mark) for mark in _MARKS]
            rows.append((product, len(marks), *counts, ratio(counts[0] + counts[1], len(marks))))
        return Table("coverage_by_product", Says("Coverage by product", "各产品覆盖情况"), _PRODUCTS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=400)


_REASONS = (
    Column("prefecture", "Prefecture", "地市"),
    Column("product", "Product", "产品"),
    Column("mark", "Mark", "标记"),
    Column("agents", "Agents", "代理商"),
    Column("covered", "Covered", "已覆盖", "number"),
    Column("counties", "Counties", "区县", "number"),
    Column("until", "Until", "截止", "date"),
    Column("why", "Why", "说明", "why"),
)
_PRODUCTS = (
    Column("product", "Product", "产品"),
    Column("prefectures", "Prefectures", "地市", "number"),
    *(Column(mark, says.en.capitalize(), says.zh, "number") for mark, says in _MARKS.items()),
    Column("rate", "Covered", "覆盖率", "ratio"),
)


def coverage_map(
    areas: Areas, products: Sequence[str], rights: Iterable[AgentRight], *, as_of: date, soon: int = 90
) -> CoverageMap:
    """Draw the map of prefectures and products as of a day (代理覆盖图).

    A prefecture is held where it, or what it lies in, or each of its counties has an agent. A right to a single
    hospital makes it held in part. Agents of one network are no conflict.

    Args:
        areas: the tree.
        products: ids of the products.
        rights: all rights, in any order.
        as_of: the day; what was signed up to it counts.
        soon: a right whose last day is at most so many calendar days away ends soon; renewals count as its going on.

    Raises:
        BadRows: rights of one id, products or agents spelt in two ways, or unknown territories.
        BadValue: a product twice, or a day that is no plain date.
        BadRule: days below zero.
    """
    if type(soon) is not int or soon < 0:
        raise BadRule("a whole number of zero or more", where="soon", hint="such as 90", code="rights.days")
    asked = wares(products)
    together = Together.of(rights, areas, checked_day(as_of), asked)
    hospitals: dict[str, list[str]] = {area: [] for area in areas.of_level("prefecture")}
    for one in areas.hospitals:
        for area in areas.above(one):
            if area in hospitals:
                hospitals[area].append(one)
    found = [_drawn(area, ware, inside, together, soon) for area, inside in hospitals.items() for ware in asked]
    return CoverageMap(as_of, asked, tuple(found))


def _drawn(prefecture: str, product: str, hospitals: Sequence[str], together: Together, soon: int) -> MapCell:
    counties = together.areas.below[prefecture] or (prefecture,)
    standing = {one: together.standing(product, one) for one in (*counties, *hospitals)}
    owners = {one: answering for one, (answering, _) in standing.items()}
    disputed = {one: found for one, (_, found) in standing.items() if found}
    agents = tuple(sorted({right.agent for found in (owners | disputed).values() for right in found}))
    several = list(disputed)
    lacking = [county for county in counties if not owners[county]]
    covered = len(counties) - len(lacking)
    until = _until([owners[county] for county in counties if owners[county]], together.as_of)
    if several:
        mark: CoverageMark = "conflict"
    elif not agents:
        mark = "open"
    elif lacking:
        mark = "part"
    else:
        mark = "ending" if until is not None and (until - together.as_of).days <= soon else "held"
    why = _why(mark, several, lacking, until)
    return MapCell(prefecture, product, mark, agents, covered, len(counties), until, why)


def _until(covering: Sequence[Sequence[AgentRight]], day: date) -> date | None:
    """Return the first day on which a right that answers for a county ends, renewals counted as its going on."""
    lasts: dict[str, date] = {}
    for right in (right for found in covering for right in found):
        if right.id not in lasts:
            lasts[right.id] = right.unbroken(day, day) or day
    ends = [max(lasts[right.id] for right in found) for found in covering]
    return min((last for last in ends if last < date.max), default=None)


def _why(mark: CoverageMark, several: Sequence[str], lacking: Sequence[str], until: date | None) -> Why:
    if mark == "conflict":
        says = "several agents who are not of one network in {areas}", "{areas} 有多家不属同一网络的代理商"
        return because(*says, areas=", ".join(several))
    if mark == "open":
        return because("no agent: find one", "无代理商：待招商")
    if mark == "part":
        return because(
            "no agent for the whole of {areas}: find one", "{areas} 整体无代理商：待招商", areas=", ".join(lacking)
        )
    if until is None:
        return because("held without a last day", "已授权，无截止日")
    says = "held until {until}: renew or replace in time", "授权至 {until}：及时续签或更换"
    return because(*(says if mark == "ending" else ("held until {until}", "授权至 {until}")), until=until)
