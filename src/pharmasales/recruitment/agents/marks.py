"""Marks of agents (代理商评分): contract and receipts out of figures, keenness and loyalty as a person judges them.

Each mark has its day, its author and its evidence. A later mark of an item replaces an earlier one; a corrected mark of
the same day is a higher version; the earlier ones are kept.

>>> day = date(2026, 12, 31)
>>> marks = [AgentMark("A1", "keenness", 70, day, "p1", "nine of ten calls answered")]
>>> marks.append(AgentMark("A1", "keenness", 60, day, "p2", "six of ten, recounted", version=2))
>>> marks_on(marks, day)["A1"]["keenness"].mark
60

Source: S000-26 (size of the contract, receipts, keenness, loyalty).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import field, frozen

from pharmasales.classification.schemes.agents import AGENT
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import normal_id, twins
from pharmasales.recruitment.agents.words import said_evidence
from pharmasales.rules import Curve, Field, Ratio, RelativeToBest, RuleBook, Times, explain
from pharmasales.rules.peers import fit_peers
from pharmasales.rules.reading import fields_of
from pharmasales.rules.terms import Exact, number
from pharmasales.splits import one_unit
from pharmasales.units import Amount
from pharmasales.yearplan import checked_day

__all__ = ["FIGURE_MARKS", "AgentMark", "figure_marks", "hundred", "item_says", "marks_on"]

FIGURE_MARKS = RuleBook(
    "agent-marks",
    "2026.1",
    {
        "contract": Times([RelativeToBest(Field("contracted", "合同额"))], times=100),
        "receipts": Curve(Ratio(Field("received", "已回款"), Field("due", "应回款")), ((0, 0), (1, 100))),
    },
)
"""How figures become marks: the contract relative to the biggest of all, receipts as a part of what was due, at most
100. Both are ours; lay a book of yours over it."""


_ITEMS = {one.name: Says(one.name, one.zh) for one in AGENT.fields}


def item_says(item: str) -> Says:
    """Return the words of an item that is marked; of one of your own the key itself.

    >>> item_says("loyalty").zh, item_says("shelf").zh
    ('忠诚度', 'shelf')
    """
    return _ITEMS.get(item, Says(item, item))


def hundred(value: object) -> Exact | None:
    """Read a mark out of a hundred; missing stays missing.

    >>> hundred(101)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: a mark out of range @ mark; give 0 to 100 [agents.mark]

    Raises:
        BadValue: no number, or one out of range.
    """
    mark = number(value, "mark")
    if mark is not None and not 0 <= mark <= 100:
        raise BadValue("a mark out of range", where="mark", hint="give 0 to 100", code="agents.mark")
    return mark


def _version(value: int) -> int:
    if type(value) is not int or value < 1:
        raise BadValue("versions are counted from 1", where="version", code="agents.version")
    return value


@frozen
class AgentMark:
    """One mark of one agent (评分).

    Args:
        agent: id of the agent.
        item: what is marked: `contract`, `receipts`, `keenness`, `loyalty`, or an item of a rule of yours.
        mark: 0 to 100; missing where nobody could judge.
        on: the day for which it is known.
        by: id of who gives it.
        evidence: what it rests on: a paper, a count, a few words.
        version: 2 and more for a correction of the mark of that item and day.

    Raises:
        BadValue: a mark out of range, no evidence, no day, or a version below 1.
    """

    agent: str = field(converter=normal_id)
    item: str = field(converter=normal_id)
    mark: Exact | None = field(converter=hundred)
    on: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    evidence: str = field(converter=said_evidence, repr=False)
    version: int = field(default=1, converter=_version)


def spelt_twice(agents: Iterable[str]) -> list[PharmaSalesError]:
    """Name the ids of agents that differ in case, width or spaces only; one named several times is no twin."""
    ids = sorted(set(agents))
    return [
        BadValue("twin ids", where=f"agent {ids[second]!r}", hint=f"the first is {ids[first]!r}", code="agents.twice")
        for first, second in twins(ids)
    ]


def marks_on(
    marks: Iterable[AgentMark], as_of: date, *, since: date | None = None
) -> Mapping[str, Mapping[str, AgentMark]]:
    """Return the mark of each agent and item that holds on a day: the newest, in its last version.

    Args:
        marks: the marks, in any order.
        as_of: the day; later ones do not count yet.
        since: marks of days before it are too old and do not count.

    Raises:
        BadRows: two marks of one agent, item, day and version, or agents spelt in two ways: all of them.
    """
    day, given = checked_day(as_of), list(marks)
    seen: set[tuple[str, str, date, int]] = set()
    bad = spelt_twice(one.agent for one in given)
    newest: dict[tuple[str, str], AgentMark] = {}
    for one in given:
        if (key := (one.agent, one.item, one.on, one.version)) in seen:
            where, hint = f"agent {one.agent!r} {one.item} {one.on}", "number the later one as a version"
            bad.append(BadValue("two marks of one day", where=where, hint=hint, code="agents.twice"))
        seen.add(key)
        last = newest.get(key[:2])
        in_time = one.on <= day and (since is None or one.on >= since)
        if in_time and (last is None or (last.on, last.version) < (one.on, one.version)):
            newest[key[:2]] = one
    if bad:
        raise BadRows(f"{len(bad)} marks refused", sorted(bad, key=str))
    found: dict[str, dict[str, AgentMark]] = {}
    for (agent, item), one in newest.items():
        found.setdefault(agent, {})[item] = one
    return found


def figure_marks(
    figures: Mapping[str, Mapping[str, object]], rules: RuleBook = FIGURE_MARKS, *, on: date, by: str
) -> tuple[AgentMark, ...]:
    """Make marks out of figures (由数据得分): one for each agent and rule, with the arithmetic as its evidence.

    Args:
        figures: the figures of each agent, by its id, under the names that the rules read: `contracted`, `received` and
            `due` unless the rules are yours; what is left out is missing.
        rules: the rules, by item; a rule that looks at the others looks at everybody given here.
        on: the day of the marks.
        by: id of who answers for the figures.

    >>> figures = {"A1": {"contracted": 300, "received": 90, "due": 100}, "A2": {"contracted": 200}}
    >>> [(one.agent, one.item, one.mark) for one in figure_marks(figures, on=date(2026, 12, 31), by="p1")]
    [('A1', 'contract', 100), ('A1', 'receipts', 90), ('A2', 'contract', Fraction(200, 3)), ('A2', 'receipts', None)]

    Raises:
        BadRows: agents spelt in two ways, all of them.
        BadRule: nobody has a figure above zero that others could be measured by.
        BadValue: a figure that is no number, or a mark that comes out of range.
        NotComparable: figures of one name in two units.
    """
    if bad := spelt_twice(figures):
        raise BadRows(f"{len(bad)} agents refused", bad)
    made: list[AgentMark] = []
    whole = {agent: {**dict.fromkeys(_names(rules)), **given} for agent, given in figures.items()}
    for name in _names(rules):
        one_unit((one for given in whole.values() if isinstance(one := given[name], Amount)), name)
    for item, rule in rules.rules.items():
        plain = fit_peers(rule, whole.values()).rule if whole else rule
        for agent, given in whole.items():
            says = explain(plain, given).text()
            made.append(
                AgentMark(agent, item, number(plain(given), item), on, by, f"{rules.name}@{rules.version}: {says}")
            )
    order = {agent: place for place, agent in enumerate(whole)}
    return tuple(sorted(made, key=lambda one: order[one.agent]))


def _names(rules: RuleBook) -> list[str]:
    return list(dict.fromkeys(one.name for rule in rules.rules.values() for one in fields_of(rule)))
