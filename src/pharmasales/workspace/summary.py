"""The report of a period: what a manager reads in two minutes, put together from the result tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attrs import evolve

from pharmasales.display import Cell, Column, Says, Table, percent
from pharmasales.exchange.charts import Chart, attainment_bullets, goal_bars, load_bars, readable
from pharmasales.exchange.class_charts import pareto_curve
from pharmasales.exchange.page import Tile, Tone
from pharmasales.exchange.report import Report, Section, foot_of
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit

__all__ = ["summary"]

Row = Mapping[str, Cell]
_FEW = 4


def summary(
    period: Period,
    as_of: date,
    tables: Mapping[str, Table],
    sold: Mapping[str, Amount],
    money: Unit,
    notes: Sequence[Says],
    beside: Sequence[Section] = (),
) -> Report:
    """Put the report together from whatever tables there are: evaluation first, then goals, visits and grades.

    Args:
        period: the period.
        as_of: the day that the results stand for.
        tables: the result tables, by name.
        sold: sales by customer in the same period of the year before.
        money: the unit of the amounts.
        notes: what was left out, and why.
        beside: what is said beside the attainment, such as where its deviation comes from.
    """
    sections = [
        *_evaluated(tables, money, beside),
        *_goals(tables, money),
        *_visits(tables),
        *_grades(tables, sold, money),
    ]
    return Report(
        title=Says(f"Sales plan and review, {period}", f"{period} 销售计划与回顾"),
        subtitle=Says(f"as of {as_of}", f"截至 {as_of}"),
        tiles=tuple(_tiles(tables)),
        sections=tuple(sections),
        foot=foot_of(notes),
    )


def _rows(table: Table | None) -> list[Row]:
    return list(table.records()) if table else []


def _amount(cell: Cell) -> Decimal:
    return cell if isinstance(cell, Decimal) else Decimal(cell) if isinstance(cell, int) else Decimal(0)


def _said(cell: Cell) -> str:
    return cell.en if isinstance(cell, Says) else str(cell)


def _tiles(tables: Mapping[str, Table]) -> Iterator[Tile]:
    attained = _rows(tables.get("attainment"))
    if attained:
        yield from _result_tiles(attained[0])
    goals = _rows(tables.get("goals"))
    if goals and not attained:
        total = sum((_amount(row["amount"]) for row in goals if not row["parent_id"]), Decimal(0))
        yield Tile(Says("Goal", "目标"), readable(total))
    if "visits" in tables:
        unmet = sum(int(_amount(row["count"])) for row in _rows(tables.get("unmet_visits")))
        note = Says(f"{unmet:,} do not fit", f"{unmet:,} 次排不下") if unmet else None
        tone: Tone = "warn" if unmet else "good"
        yield Tile(Says("Visits planned", "计划拜访"), f"{len(tables['visits']):,}", note, tone)
    if "frequency" in tables:
        rows = _rows(tables["frequency"])
        seen, targets = (sum(int(_amount(row[key])) for row in rows) for key in ("seen", "targets"))
        yield Tile(Says("Coverage", "覆盖率"), percent(Fraction(seen, targets) if targets else None))


_TONES: Mapping[str, Tone] = {"met": "good", "ahead": "good", "on track": "good", "behind": "warn", "missed": "bad"}


def _result_tiles(root: Row) -> Iterator[Tile]:
    status = _said(root["status"])
    tone = _TONES.get(status, "plain")
    ratio = root["attainment"]
    words = root["status"] if isinstance(root["status"], Says) else None
    shown = percent(ratio if isinstance(ratio, Fraction) else None)
    yield Tile(Says("Attainment", "达成率"), shown, words, tone)
    for key, title in (("actual", Says("Actual", "实际")), ("goal", Says("Goal", "目标"))):
        if root[key] is not None:
            yield Tile(title, readable(_amount(root[key])))


def _evaluated(tables: Mapping[str, Table], money: Unit, beside: Sequence[Section]) -> Iterator[Section]:
    attained = tables.get("attainment")
    if attained is None:
        return
    leaves = _lowest(_rows(attained))
    gaps = {row["node_id"]: row["pace_gap"] for row in _rows(tables.get("deviations"))}
    bullets = [
        (str(row["node"]), _amount(row["goal"]), *_reached(row["actual"], gaps.get(row["node_id"])))
        for row in leaves
        if row["goal"] is not None
    ]
    chart = attainment_bullets(bullets, money) if bullets else None
    shown = _above(attained).only("node", "goal", "actual", "attainment", "status")
    yield Section(Says("Attainment", "目标达成"), None, chart, shown, 12)
    yield from beside
    if "deviations" in tables:
        short = _short_of(tables["deviations"])
        words = Says("Whoever is behind the pace, the largest gap first.", "落后于进度者，差额最大者在前。")
        if len(short):
            yield Section(Says("Behind the pace", "落后进度"), words, None, short, 8)
    if "scorecard" in tables:
        yield Section(Says("Scorecards", "考核评分"), None, None, _points(tables["scorecard"]), 15)
    if "frequency" in tables:
        shown = tables["frequency"].only("rep", "targets", "seen", "coverage", "planned", "made", "frequency")
        yield Section(Says("Coverage and call frequency", "覆盖与拜访频次"), None, None, shown, 15)


def _reached(actual: Cell, gap: Cell) -> tuple[Decimal | None, Decimal | None]:
    """Return the actual and what was expected so far, less the gap; neither where there is no actual."""
    return (None, None) if actual is None else (_amount(actual), _amount(actual) - _amount(gap))


def _goals(tables: Mapping[str, Table], money: Unit) -> Iterator[Section]:
    table = tables.get("goals")
    if table is None:
        return
    rows = _rows(table)
    root = next((row["node_id"] for row in rows if not row["parent_id"]), None)
    months: dict[str, list[tuple[str, Decimal]]] = {}
    for row in rows:
        if row["parent_id"] == root:
            months.setdefault(str(row["node"]), []).append((str(row["period"]), _amount(row["amount"])))
    chart = goal_bars(list(months.items()), money) if months else None
    yield Section(Says("Goals", "目标分解"), None, chart, _crossed(table), 20)


def _crossed(table: Table) -> Table:
    """Return the goals with a column a period where there are few, else the sum alone; the lowest level is left out."""
    rows = _rows(table)
    whens = list(dict.fromkeys(str(row["period"]) for row in rows))
    shown = whens if len(whens) <= _FEW else []
    above = _above(table)
    sums: dict[Cell, dict[str, Cell]] = {}
    for row in above.records():
        mine = sums.setdefault(row["node_id"], {"node": row["node"], "total": Decimal(0)})
        mine[str(row["period"])] = row["amount"]
        mine["total"] = _amount(mine["total"]) + _amount(row["amount"])
    names = ("node", *shown, "total")
    columns = (
        Column("node", "Node", "节点"),
        *(Column(when, when, when, "amount") for when in shown),
        Column("total", "Total", "合计", "amount"),
    )
    return Table("goals", table.title, columns, [tuple(mine.get(name) for name in names) for mine in sums.values()])


def _visits(tables: Mapping[str, Table]) -> Iterator[Section]:
    load = tables.get("visit_load")
    if load is None:
        return
    sums: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for row in _rows(load):
        rep = str(row["rep_id"])
        names[rep] = str(row["rep"])
        mine = sums.setdefault(rep, [0, 0])
        mine[0] += int(_amount(row["planned"]))
        mine[1] += int(_amount(row["slots"]))
    chart = load_bars([(names[rep], planned, slots) for rep, (planned, slots) in sums.items()])
    unmet = tables.get("unmet_visits")
    shown = unmet.only("rep_id", "customer_id", "grade", "count", "why") if unmet is not None and len(unmet) else None
    yield Section(Says("Visits", "拜访计划"), None, chart, shown, 6)


def _grades(tables: Mapping[str, Table], sold: Mapping[str, Amount], money: Unit) -> Iterator[Section]:
    table = tables.get("grades")
    if table is None:
        return
    counts = Counter((str(row["scheme"]), str(row["grade"])) for row in _rows(table) if row["grade"])
    columns = (
        *(column for column in table.columns if column.key in ("scheme", "grade")),
        Column("customers", "Customers", "客户数", "number"),
    )
    rows = [(scheme, grade, count) for (scheme, grade), count in counts.items()]
    counted = Table("grade_counts", Says("Customers by grade", "各级客户数"), columns, rows)
    values = [amount.value for amount in sold.values() if amount.minor > 0]
    chart: Chart | None = pareto_curve(values, unit=money) if values else None
    yield Section(Says("Customers", "客户分级"), None, chart, counted, 24)


def _lowest(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of the level met last, the reps."""
    return [row for row in rows if row["level"] == rows[-1]["level"]]


def _above(table: Table) -> Table:
    """Return a table without its lowest level, which the picture shows."""
    lowest = _rows(table)[-1]["level"]
    place = [column.key for column in table.columns].index("level")
    kept = [row for row in table.rows if row[place] != lowest]
    return evolve(table, rows=kept or list(table.rows))


def _short_of(table: Table) -> Table:
    """Return whoever is behind the pace."""
    keys = [column.key for column in table.columns]
    gap = keys.index("pace_gap")
    rows = [row for row in table.rows if row[gap] is not None and _amount(row[gap]) < 0]
    return evolve(table, rows=rows).only("node", "level", "goal", "actual", "pace_gap", "severity")


def _points(table: Table) -> Table:
    """Return a row a rep with the points of each measure, the best total first."""
    measures: dict[str, Column] = {}
    found: dict[Cell, dict[str, Cell]] = {}
    for row in table.records():
        name = _said(row["measure"])
        zh = row["measure"].zh if isinstance(row["measure"], Says) else name
        measures.setdefault(name, Column(name, name.capitalize(), zh, "amount"))
        found.setdefault(row["rep_id"], {"rep": row["rep"]})[name] = row["points"]
    columns = (Column("rep", "Rep", "代表"), *measures.values())
    rows = [tuple(mine.get(column.key) for column in columns) for mine in found.values()]
    rows.sort(key=lambda row: (row[-1] is None, -_amount(row[-1])))
    return Table("scorecard", Says("Points of each measure", "各项得分"), columns, rows)
