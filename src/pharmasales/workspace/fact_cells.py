"""Rows of what is noted of the reps (考核事实): which names are known, and what a row becomes.

>>> words = fact_words(None)
>>> words["knowledge"], words["费用"], words.get("breaches")
('knowledge', 'cost', None)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pharmasales.cycle.facts import FROM_TABLES, Fact, is_mark
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.measures.items import PEERS
from pharmasales.evaluation.measures.sources import RATED
from pharmasales.evaluation.scoring.sheet import ScoreSheet
from pharmasales.names import fold, nearest
from pharmasales.periods import Period
from pharmasales.rules.reading import fields_of
from pharmasales.workspace.refusals import refuse

__all__ = ["fact_of", "fact_reader", "fact_words"]

_GIVEN = ("period_days", "total")


def fact_words(sheet: ScoreSheet | None) -> dict[str, str]:
    """Return each name that may be noted by its spellings, folded: what the sheet reads, figures, and ratings.

    A figure that is counted from sales, goals, visits or receivables is not among them.

    Args:
        sheet: the company's score sheet, where there is one.
    """
    words = {fold(text): name for name, kind in FIGURES.items() for text in (name, kind.says.zh)}
    words |= {fold(name): name for name in RATED}
    for rule in () if sheet is None else (sheet.rule, sheet.factors, sheet.gates):
        for one in fields_of(rule):
            words |= {fold(text): one.name for text in (one.name, one.zh) if text}
    taken = {*FROM_TABLES, *PEERS, *_GIVEN}
    return {text: name for text, name in words.items() if name.partition(".")[0] not in taken}


def fact_reader(
    sheet: ScoreSheet | None, stranger: Callable[[str], PharmaSalesError | None]
) -> Callable[[Mapping[str, Any]], Fact]:
    """Return what reads the rows of one table, and refuses a second mark of one source for a rep and period.

    Args:
        sheet: the company's score sheet, where there is one.
        stranger: the refusal of a rep whom the organisation does not have.
    """
    words, marks = fact_words(sheet), set[tuple[str, Period, str]]()

    def read(row: Mapping[str, Any]) -> Fact:
        refuse(stranger(row["rep"]))
        fact = fact_of(row, words)
        key = (fact.rep, fact.period, fact.name)
        if is_mark(fact.name) and key in marks:
            reason = "a second mark of this source for the rep"
            raise BadValue(reason, where="name", hint="keep one", code="row.twice")
        marks.add(key)
        return fact

    return read


def fact_of(row: Mapping[str, Any], words: Mapping[str, str]) -> Fact:
    """Return what a row notes.

    Args:
        row: its cells by column.
        words: the names that may be noted, by their spellings.

    Raises:
        BadRows: a name that nothing reads or that the tables count, a day where a period is due, or a value below zero
            that cannot be.
    """
    given, (period, day) = row["name"], row["period"]
    name = words.get(fold(given), "")
    kind = FIGURES.get(name.partition(".")[0])
    bad: list[PharmaSalesError] = []
    if not name:
        bad.append(_unknown(given, words))
    if day is not None:
        bad.append(BadValue("a day where a period is due", where="period", hint="as 2026-Q1", code="fact.period"))
    if kind is not None and not kind.negative and row["value"] < 0:
        bad.append(BadValue("below zero", where="value", hint="leave out what is unknown", code="fact.negative"))
    if bad:
        raise BadRows("a row is refused", bad)
    return Fact(row["rep"], period, name, row["value"], row["source"], row["date"])


def _unknown(given: str, words: Mapping[str, str]) -> BadValue:
    if given.partition(".")[0] in FROM_TABLES | set(PEERS):
        hint = "leave it out: it is counted from the tables"
        return BadValue("a figure that is counted already", where="name", hint=hint, code="fact.counted")
    return BadValue(
        "no measure and no score sheet reads it", where="name", hint=nearest(given, words), code="fact.name"
    )
