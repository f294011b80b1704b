"""What is noted of a rep in a period beside what the other rooms keep (考核事实): breaches, marks, factors, cost.

>>> from pharmasales.periods import Quarter
>>> first = Quarter(2026, 1)
>>> facts = [
...     Fact("r1", first, "breaches", 1, "audit 7", date(2026, 2, 3)),
...     Fact("r1", first, "breaches", 1, "audit 9", date(2026, 3, 9)),
...     Fact("r1", first, "attitude.manager", 80, "form of the manager", date(2026, 4, 2)),
... ]
>>> noted(facts, first)
{'r1': {'breaches': 2, 'attitude.manager': 80}}
>>> noted(facts, first, date(2026, 2, 28))
{'r1': {'breaches': 1}}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction

from attrs import field, frozen

from pharmasales.errors import BadValue
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.measures.items import PEERS, Item
from pharmasales.evaluation.measures.sources import RATED, rated_items
from pharmasales.names import clean
from pharmasales.periods import Period
from pharmasales.units import Amount, Unit

__all__ = ["FROM_TABLES", "Fact", "fact_items", "is_mark", "known_facts", "noted"]

FROM_TABLES = frozenset(
    """goal actual last volume gross returns opening closing due collected target_customers seen_customers
    complete_customers planned_visits made_visits capped_visits kept_visits other_visits field_days""".split()
)
"""The figures that are counted from sales, goals, visits and receivables, and are never noted beside them."""


def _sourced(_instance: Fact, _attribute: object, text: str) -> None:
    if not text.strip():
        raise BadValue("a fact without a source", where="source", hint="say where it is written", code="fact.source")


@frozen
class Fact:
    """One thing that somebody noted of a rep in a period (考核事实).

    Args:
        rep: the id of the rep.
        period: the period that it belongs to.
        name: what it is: a word that the score sheet reads (`breaches`, `attitude.manager`, `flood`), a figure of
            `FIGURES` such as `cost`, or one of `RATED` such as `knowledge`.
        value: how much, in whole units where the figure has one.
        source: who attests it and where that is written, without personal values.
        day: when it was noted; it is not known before.

    Raises:
        BadValue: no source.

    Source: S004-65 (what people cannot help is noted), S004-68 (several sources).
    """

    rep: str
    period: Period
    name: str = field(converter=clean)
    value: int | Fraction = field(repr=False)
    source: str = field(converter=clean, validator=_sourced, repr=False)
    day: date


def is_mark(name: str) -> bool:
    """Whether a fact is the mark of one source, of which there is one for a rep and period: `attitude.manager`.

    >>> is_mark("attitude.manager"), is_mark("breaches"), is_mark("covered_hospitals.A")
    (True, False, False)
    """
    base, dot, _ = name.partition(".")
    return bool(dot) and base not in FIGURES


def _is_item(name: str) -> bool:
    return name in RATED or (name.partition(".")[0] in FIGURES and name not in PEERS)


def known_facts(facts: Iterable[Fact], period: Period, as_of: date | None = None) -> Iterator[Fact]:
    """Yield the facts of a period that are known on a day; a mark of another period is none of this one."""
    for fact in facts:
        held = fact.period == period if is_mark(fact.name) else fact.period in period
        if held and (as_of is None or fact.day <= as_of):
            yield fact


def noted(facts: Iterable[Fact], period: Period, as_of: date | None = None) -> dict[str, dict[str, int | Fraction]]:
    """Return by rep what is noted under each name that is no figure: counts and points add up, marks stand alone.

    What nobody noted is missing, not zero: a gate that reads it cannot be asked then.

    Args:
        facts: the facts, in any order.
        period: the period; facts of shorter periods within it count, too.
        as_of: the last day of noting that counts; all of them where left out.

    Raises:
        BadValue: two marks of one source for a rep.
    """
    found: dict[str, dict[str, int | Fraction]] = {}
    for fact in known_facts(facts, period, as_of):
        if _is_item(fact.name):
            continue
        mine = found.setdefault(fact.rep, {})
        if is_mark(fact.name) and fact.name in mine:
            where = f"rep {fact.rep!r}, {fact.name}"
            raise BadValue("two marks of one source", where=where, hint="keep one", code="fact.twice")
        mine[fact.name] = mine.get(fact.name, 0) + fact.value
    return found


def fact_items(
    facts: Iterable[Fact], period: Period, as_of: date | None = None, *, money: Unit, goods: Unit
) -> Iterator[Item]:
    """Yield the facts that are figures as items: `cost` in money, `volume` in boxes, tests and ratings in points.

    Args:
        facts: the facts.
        period: the period.
        as_of: the last day of noting that counts.
        money: the unit of money.
        goods: the unit of boxes.

    >>> from pharmasales.periods import Month
    >>> from pharmasales.units import BOX, CNY
    >>> jan = Month(2026, 1)
    >>> facts = [Fact("r1", jan, name, 90, "form 3", jan.end) for name in ("cost", "knowledge", "breaches")]
    >>> [(item.figure, str(item.value)) for item in fact_items(facts, jan, money=CNY, goods=BOX)]
    [('cost', '90.00 CNY'), ('knowledge_tests', '1'), ('knowledge_points', '90')]
    """
    units = {"money": money, "sales": money, "market": money, "goods": goods}
    met = Counter[str]()
    for fact in known_facts(facts, period, as_of):
        name = f"fact {fact.day} {fact.source}"
        met[f"{fact.rep} {fact.name} {name}"] += 1
        number = met[f"{fact.rep} {fact.name} {name}"]
        name = name if number == 1 else f"{name} ({number})"
        if fact.name in RATED:
            yield from rated_items(fact.name, [(fact.rep, fact.period, name, fact.value)])
        elif _is_item(fact.name):
            unit = units.get(FIGURES[fact.name.partition(".")[0]].counts)
            value: Amount | int | Fraction = fact.value if unit is None else Amount.of(fact.value, unit)
            yield Item(fact.name, fact.rep, value, fact.period, name)
