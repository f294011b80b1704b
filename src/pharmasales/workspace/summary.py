"""The report of a period: what a manager reads in two minutes, put together from the result tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attrs import evolve

from pharmasales.display import Cell, Says, Table, percent
from pharmasales.exchange.charts import Chart, attainment_bullets, goal_bars, load_bars, pareto_curve
from pharmasales.exchange.report import Report, Section, Tile, Tone
from pharmasales.periods import Period
from pharmasales.units import Amount

__all__ = ["summary"]

Row = Mapping[str, Cell]


def summary(
    period: Period, as_of: date, tables: Mapping[str, Table], sold: Mapping[str, Amount], notes: Sequence[Says]
) -> Report:
    """Put the report together from whatever tables there are: evaluation first, then goals, visits and grades."""
    sections = [*_evaluated(tables), *_goals(tables), *_visits(tables), *_grades(tables, sold)]
    said = "; ".join(note.en for note in notes), "；".join(note.zh for note in notes)
    return Report(
        title=Says(f"Sales plan and review, {period}", f"{period} 销售计划与回顾"),
        subtitle=Says(f"as of {as_of}", f"截至 {as_of}"),
        tiles=tuple(_tiles(tables)),
        sections=tuple(sections),
        foot=Says(*said) if notes else Says("Made by pharmasales.", "由 pharmasales 生成。"),
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
        yield Tile(Says("Goal", "目标"), f"{total:,f}")
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
            yield Tile(title, f"{_amount(root[key]):,f}")


def _evaluated(tables: Mapping[str, Table]) -> Iterator[Section]:
    attained = tables.get("attainment")
    if attained is None:
        return
    leaves = _lowest(_rows(attained))
    bullets = [
        (str(row["node"]), _amount(row["goal"]), _amount(row["actual"]), _amount(row["goal"]))
        for row in leaves
        if row["goal"] is not None
    ]
    chart = attainment_bullets(bullets) if bullets else None
    yield Section(Says("Attainment", "目标达成"), None, chart, _above(attained), 12)
    if "deviations" in tables:
        worst = Says("The largest shortfalls first.", "差额最大者在前。")
        yield Section(Says("Deviations", "偏差"), worst, None, tables["deviations"], 6)
    if "scorecard" in tables:
        yield Section(Says("Scorecards", "考核评分"), None, None, _totals(tables["scorecard"]), 15)
    if "frequency" in tables:
        yield Section(Says("Coverage and call frequency", "覆盖与拜访频次"), None, None, tables["frequency"], 15)


def _goals(tables: Mapping[str, Table]) -> Iterator[Section]:
    table = tables.get("goals")
    if table is None:
        return
    rows = _rows(table)
    root = next((row["node_id"] for row in rows if not row["parent_id"]), None)
    months: dict[str, list[tuple[str, Decimal]]] = {}
    for row in rows:
        if row["parent_id"] == root:
            months.setdefault(str(row["node"]), []).append((str(row["period"]), _amount(row["amount"])))
    chart = goal_bars(list(months.items())) if months else None
    yield Section(Says("Goals", "目标分解"), None, chart, _without(table, "why"), 9)


def _visits(tables: Mapping[str, Table]) -> Iterator[Section]:
    load = tables.get("visit_load")
    if load is None:
        return
    sums: dict[str, list[Decimal]] = {}
    for row in _rows(load):
        mine = sums.setdefault(str(row["rep"]), [Decimal(0), Decimal(0)])
        mine[0] += _amount(row["planned"])
        mine[1] += _amount(row["slots"])
    chart = load_bars([(rep, int(planned), int(slots)) for rep, (planned, slots) in sums.items()])
    yield Section(Says("Visits", "拜访计划"), None, chart, _without(load, ""), 6)
    unmet = tables.get("unmet_visits")
    if unmet is not None and len(unmet):
        yield Section(Says("Visits that do not fit", "排不下的拜访"), None, None, unmet, 6)


def _grades(tables: Mapping[str, Table], sold: Mapping[str, Amount]) -> Iterator[Section]:
    table = tables.get("grades")
    if table is None:
        return
    counts = Counter((str(row["scheme"]), str(row["grade"])) for row in _rows(table) if row["grade"])
    columns = tuple(column for column in table.columns if column.key in ("scheme", "grade"))
    number = evolve(columns[0], key="customers", en="Customers", zh="客户数", kind="number")
    rows = [(scheme, grade, count) for (scheme, grade), count in counts.items()]
    counted = Table("grade_counts", Says("Customers by grade", "各级客户数"), (*columns, number), rows)
    values = [amount.value for amount in sold.values() if amount.minor > 0]
    chart: Chart | None = pareto_curve(values) if values else None
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


def _totals(table: Table) -> Table:
    """Return the total row of each rep, the best first."""
    keys = [column.key for column in table.columns]
    measure, points = keys.index("measure"), keys.index("points")
    rows = [row for row in table.rows if _said(row[measure]) == "total"]
    rows.sort(key=lambda row: (row[points] is None, -_amount(row[points])))
    kept = [keys.index(key) for key in ("rep_id", "rep", "points")]
    return _columns(evolve(table, rows=rows), kept)


def _without(table: Table, key: str) -> Table:
    return _columns(table, [place for place, column in enumerate(table.columns) if column.key != key])


def _columns(table: Table, kept: Iterable[int]) -> Table:
    places = list(kept)
    columns = tuple(table.columns[place] for place in places)
    return evolve(table, columns=columns, rows=[tuple(row[place] for place in places) for row in table.rows])
