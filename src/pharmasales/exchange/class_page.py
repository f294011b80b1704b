"""A classification as a report (分级报告): how many have each letter, the picture, the cut points, who moved, and why.

It names customers as the classification does: mask the names of persons before. The pictures name nobody.

>>> from pharmasales.classification import SCHEMES, abc, classify
>>> found = classify([("H1", "One", {"sales": 90}), ("H2", "Two", {"sales": None})], SCHEMES["abc"], abc())
>>> print(missing_table(found).text("zh"))
字段    缺失
------  ----
销售额     1
>>> report = class_report(found, Says("2026-Q1", "2026年第一季度"))
>>> [section.title.en for section in report.sections]
['Grades', 'Cut points', 'Evidence', 'Missing', 'Customers']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from attrs import evolve

from pharmasales.classification import Classification
from pharmasales.classification.cutting import cut_text, number_text
from pharmasales.classification.review.moves import Transitions
from pharmasales.display import Cell, Column, Says, Speaks, Table, percent
from pharmasales.errors import BadValue
from pharmasales.exchange.class_charts import class_chart, transition_heatmap
from pharmasales.exchange.page import Tile
from pharmasales.exchange.report import Report, Section
from pharmasales.rules import Bands, Field, Grid, Grouped
from pharmasales.rules.explain import spoken
from pharmasales.rules.reading import parts_of
from pharmasales.units import ratio

__all__ = ["class_report", "cuts_table", "fitted_table", "graded_table", "missing_table"]

_FIRST: Final = 30
_CUTS = (
    Column("of", "Of", "指标"),
    Column("label", "Band", "区间"),
    Column("from", "From", "下限", "amount"),
    Column("to", "Up to", "上限", "amount"),
)
_LACKS = (Column("field", "Field", "字段"), Column("missing", "Missing", "缺失", "number"))


def class_report(
    found: Classification,
    about: Speaks,
    *,
    moved: Transitions | None = None,
    moves: Table | None = None,
    notes: Sequence[Says] = (),
) -> Report:
    """Put the report of a classification together; `report_html` and `write_report` make the page of it.

    Args:
        found: the grades, with the names that may be shown.
        about: for which period and day.
        moved: who moved since an earlier period, where its grades are known.
        moves: the moves, one a row; those of `moved` where left out.
        notes: what was left out, and why.

    Example:
        >>> from pharmasales.classification import doctor_matrix, SCHEMES, classify
        >>> doctors = [("D1", "D*", {"use": 80, "potential": 60})]
        >>> report = class_report(classify(doctors, SCHEMES["doctor_matrix"], doctor_matrix(50, 100)), Says("Q1", "Q1"))
        >>> report.title.zh, report.sections[0].chart.title.zh
        ('分级：医生矩阵', '按潜力与用量分级')
    """
    scheme = found.scheme
    said = [Says(f"Source: {scheme.source}", f"来源：{scheme.source}")] if scheme.source else []
    limits = [scheme.limits] if scheme.limits.en else []
    foot = [*notes, *limits, *said] or [Says("Made by pharmasales.", "由 pharmasales 生成。")]
    return Report(
        title=Says(f"Grades: {scheme.name}", f"分级：{scheme.zh or scheme.name}"),
        subtitle=about,
        tiles=tuple(_tiles(found, moved)),
        sections=tuple(_sections(found, moved, moves)),
        foot=Says("\n".join(one.en for one in foot), "\n".join(one.zh for one in foot)),
    )


def _tiles(found: Classification, moved: Transitions | None) -> Iterator[Tile]:
    graded = sum(one.grade is not None for one in found.grades)
    lacking = len(found.grades) - graded
    yield Tile(Says("Customers", "客户"), f"{len(found.grades):,}")
    share = percent(ratio(graded, len(found.grades)))
    yield Tile(Says("Graded", "已分级"), f"{graded:,}", Says(share, share))
    if lacking:
        yield Tile(Says("Without a grade", "无级别"), f"{lacking:,}", tone="warn")
    if moved is not None:
        yield Tile(Says("Moved up", "上升"), f"{moved.moved('up'):,}")
        yield Tile(Says("Moved down", "下降"), f"{moved.moved('down'):,}")


def _sections(found: Classification, moved: Transitions | None, moves: Table | None) -> Iterator[Section]:
    yield Section(Says("Grades", "分级结果"), None, class_chart(found), found.summary(), _FIRST)
    cuts = cuts_table(found)
    if len(cuts):
        yield Section(Says("Cut points", "切点"), None, None, cuts, _FIRST)
    if found.evidence or found.groups:
        yield Section(Says("Evidence", "分级依据"), None, None, fitted_table(found), _FIRST)
    lacks = missing_table(found)
    if len(lacks):
        yield Section(Says("Missing", "缺失"), _LACKING, None, lacks, _FIRST)
    if moved is not None:
        table = moved.moves_table() if moves is None else moves
        yield Section(Says("Who moved", "级别变动"), moved.why, transition_heatmap(moved), table, _FIRST)
    yield Section(Says("Customers", "客户"), None, None, graded_table(found), _FIRST)


_LACKING: Final = Says("What customers without a grade lack.", "无级别客户所缺的数据。")


def graded_table(found: Classification) -> Table:
    """Return the grades with their reasons, the best first and those without a grade last; else in the order given.

    Example:
        >>> from pharmasales.classification import SCHEMES, abc, classify
        >>> sold = [("H1", "One", {"sales": 1}), ("H2", "Two", {"sales": 99})]
        >>> [row[0] for row in graded_table(classify(sold, SCHEMES["abc"], abc())).rows]
        ['H2', 'H1']
    """
    letters = found.scheme.letters
    ranks = [letters.index(one.grade.letter) if one.grade else len(letters) for one in found.grades]
    order = sorted(range(len(ranks)), key=ranks.__getitem__)
    ranked = evolve(found, grades=[found.grades[place] for place in order])
    return ranked.table()


def cuts_table(found: Classification) -> Table:
    """Return the cut points of a classification, the highest first: of what, the band, from and up to where.

    A fitted scheme shows those that it was fitted to, a grid those of both sides. Without bands there are none.

    Example:
        >>> from pharmasales.classification import SCHEMES, classify, doctor_matrix
        >>> print(cuts_table(classify([], SCHEMES["doctor_matrix"], doctor_matrix(50, 100))))
        Of         Band  From  Up to
        ---------  ----  ----  -----
        use        high    50
        use        low            50
        potential  high   100
        potential  low           100
    """
    rows: list[tuple[Cell, ...]] = []
    for group, side in _sides(found):
        of = spoken(side.of)
        said = Says(f"{of.en} ({group})", f"{of.zh}（{group}）") if group else of
        for place, label in reversed(list(enumerate(side.labels()))):
            low, high = side.bounds(place)
            rows.append((said, str(label), cut_text(low), cut_text(high)))
    return Table("cuts", Says("Cut points", "切点"), _CUTS, rows)


def fitted_table(found: Classification) -> Table:
    """Return what a fitted scheme rests on; the group is left out where everybody is one.

    Example:
        >>> from pharmasales.classification import SCHEMES, abc, classify
        >>> print(fitted_table(classify([("H1", "One", {"sales": 9})], SCHEMES["abc"], abc())))
        Grade  Customers  Total  Share   Least  Largest
        -----  ---------  -----  ------  -----  -------
        A              1      9  100.0%      9        9
        B              0      0    0.0%
        C              0      0    0.0%
    """
    table = found.evidence_table()
    first = 0 if found.groups else 1
    kinds = [column.kind for column in table.columns]
    rows = [
        tuple(
            number_text(cell) if kind == "amount" and isinstance(cell, Fraction) else cell
            for kind, cell in zip(kinds[first:], row[first:], strict=True)
        )
        for row in table.rows
    ]
    return evolve(table, columns=table.columns[first:], rows=rows)


def _sides(found: Classification) -> Iterator[tuple[str, Bands]]:
    """Yield the bands that graded, each with the group that it is for, if any."""
    rule = found.rule
    for side in (rule.rows, rule.cols) if isinstance(rule, Grid) else (rule,):
        if isinstance(side, Bands):
            yield "", side
    for group, fitted in found.groups.items():
        yield ", ".join(map(str, group)), fitted.bands


def missing_table(found: Classification) -> Table:
    """Return which fields customers without a grade lack, and how many of them.

    Example:
        >>> from pharmasales.classification import SCHEMES, classify, doctor_matrix
        >>> doctors = [("D1", "", {"use": None, "potential": 3}), ("D2", "", {"use": None, "potential": None})]
        >>> print(missing_table(classify(doctors, SCHEMES["doctor_matrix"], doctor_matrix(50, 100))))
        Field      Missing
        ---------  -------
        use              2
        potential        1
    """
    counts: Counter[Field] = Counter()
    for one in found.grades:
        if one.grade is None:
            counts.update(term for term in dict.fromkeys(_read_by(one.rule)) if _lacks(one.record, term))
    rows = [(spoken(term), count) for term, count in counts.items()]
    return Table("missing", Says("What is missing", "缺失数据"), _LACKS, rows)


def _lacks(record: object, term: Field) -> bool:
    """Whether a record has no value for a field; a rule may have answered before it came to one that is not there."""
    try:
        return term(record) is None
    except BadValue:
        return True


def _read_by(rule: object) -> Iterator[Field]:
    """Yield every field that a rule reads, and those that part its groups."""
    for part in parts_of(rule):
        if isinstance(part, Grouped):
            yield from map(Field, part.within)
        elif isinstance(part, Field):
            yield part
