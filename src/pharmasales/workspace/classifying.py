"""Classify the customers of a workspace by any scheme (客户分级): which, for when, by which cut points.

`Workspace.classify` reads the files and calls `classed`. Nothing is kept.

>>> from pharmasales.cycle.policy import Policy
>>> from pharmasales.testing import one_rep
>>> found = classed(one_rep(), Policy(), Asked("vip"))
>>> found.period, str(found.found.by_customer()["H1"])
(period('2026-01'), 'VIP (vip)')
>>> print(found.found.summary())
Grade  Customers  Share
-----  ---------  -----
VIP            2  50.0%
other          2  50.0%
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import evolve, field, frozen

from pharmasales.classification import METHODS, letters_of
from pharmasales.cycle import Region, grade_customers
from pharmasales.cycle.policy import Policy
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadConfig, BadRule, BadValue
from pharmasales.periods import Month, Period
from pharmasales.rules import RuleBook
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.grades import Classed, moved_since

__all__ = ["Asked", "classed", "schemes_table"]


@frozen
class Asked:
    """What somebody wants classified.

    Args:
        scheme: the name of a rule of the company's book, or of a ready-made scheme.
        period: the period that the grades are for; the one of the day where left out, without a day the month after
            the last sales.
        as_of: the day of classifying; the period's first where left out.
        cuts: cut points of the scheme, over those of the settings.
        today: the day to stand on where nothing else says one.
    """

    scheme: str
    period: Period | None = None
    as_of: date | None = None
    cuts: Mapping[str, Any] = field(factory=dict)
    today: date | None = None


def classed(region: Region, policy: Policy, asked: Asked, kept: Reader | None = None) -> Classed:
    """Classify the customers of a region by one scheme, and set the grades against those kept before.

    Args:
        region: what is known; names of persons in it are shown as they are.
        policy: what the company decides.
        asked: the scheme, the period and the cut points.
        kept: the store, where grades were kept.

    Raises:
        BadConfig: an unknown scheme, cut points that are due, unknown or refused.
        BadValue: no day to stand on, a day after the period, or nobody who can be graded.
        BadRule: a rule that gives no grade.
        BadRows: every value that a ready-made scheme does not know.
    """
    period = _period(region, asked)
    day = asked.as_of or period.start
    if day > period.end:
        raise BadValue(
            "the day of classifying lies after the period", hint=f"up to {period.end}", code="classify.as_of"
        )
    own = _policy(policy, asked)
    notes: list[Says] = []
    try:
        graded = grade_customers(region.before(period.start), own, period, notes, day)
    except BadValue as error:
        if error.code != "rule.field":
            raise
        hint = f"give it as a column below [tables.customers.fields]; {error.hint}"
        raise BadValue(error.reason, hint=hint, code=error.code) from None
    if not graded or not graded[0].grades:
        told = "; ".join(note.en for note in notes)
        raise BadValue("nobody can be graded", where=asked.scheme, hint=told, code="classify.nobody")
    found = graded[0]
    moved = moved_since(kept, found, period, policy, notes) if kept else None
    return Classed(found, period, day, tuple(notes), moved)


def _period(region: Region, asked: Asked) -> Period:
    if asked.period is not None:
        return asked.period
    if asked.as_of is not None:
        return Month.of(asked.as_of)
    last = max((sale.day or sale.period.end for sale in region.sales), default=None)
    if last is not None:
        return Month.of(last).plus(1)
    if asked.today is None:
        raise BadValue("no sales say which period is next", hint="name a period or a day", code="classify.period")
    return Month.of(asked.today)


def _policy(policy: Policy, asked: Asked) -> Policy:
    """Return the policy that classifies by the scheme asked alone, by the cut points asked."""
    settled, scheme = policy.classify, asked.scheme
    if scheme not in METHODS and scheme not in policy.book:
        known = ", ".join(_schemes(policy.book))
        raise BadConfig("no such scheme", where=repr(scheme), hint=f"known: {known}", code="config.scheme")
    cuts = {name: dict(given) for name, given in settled.cuts.items()}
    if asked.cuts:
        cuts[scheme] = {**cuts.get(scheme, {}), **asked.cuts}
    if scheme in METHODS and scheme not in policy.book:
        _check_due(scheme, cuts.get(scheme, {}))
    return evolve(policy, classify=evolve(settled, schemes=(scheme,), cuts=cuts))


def _check_due(scheme: str, given: Mapping[str, Any]) -> None:
    """Refuse a ready-made scheme that lacks cut points, naming all of them and how to give them."""
    method = METHODS[scheme]
    due = [cut for cut in method.cuts if cut.name not in method.defaults and cut.name not in given]
    if not due:
        return
    told = "; ".join(f"{cut.name}, {cut.means.en} ({cut.means.zh})" for cut in due)
    options = " ".join(f"--cut {cut.name}=..." for cut in due)
    hint = f"give {options}, or set them below [classification.cuts.{scheme}]"
    raise BadConfig(f"cut points are due: {told}", where=scheme, hint=hint, code="grade.cut")


def _schemes(book: RuleBook) -> list[str]:
    """Return the names of all schemes: the company's rules that give letters, then the ready-made ones."""
    return list(dict.fromkeys([*(name for name in book.rules if _letters(book, name)), *METHODS]))


def _letters(book: RuleBook, name: str) -> tuple[str, ...]:
    try:
        return letters_of(book[name])
    except BadRule:
        return ()


def schemes_table(policy: Policy) -> Table:
    """Return every scheme that can be asked for: name, letters, what it reads, cut points due, source.

    Example:
        >>> table = schemes_table(Policy())
        >>> dict(zip([column.key for column in table.columns], table.rows[4], strict=True))["due"]
        'use, potential'
    """
    rows: list[tuple[Cell, ...]] = []
    for name in _schemes(policy.book):
        if name in policy.book:
            letters, book = _letters(policy.book, name), policy.book
            rows.append((name, None, " > ".join(letters), None, None, f"{book.name} {book.version}"))
            continue
        method, given = METHODS[name], policy.classify.cuts.get(name, {})
        due = [cut.name for cut in method.cuts if cut.name not in method.defaults and cut.name not in given]
        reads = ", ".join(one.name for one in method.fields)
        rows.append(
            (name, method.scheme.zh, " > ".join(method.scheme.letters), reads, ", ".join(due), method.scheme.source)
        )
    return Table("schemes", Says("Schemes", "分级方案"), _SCHEMES, rows)


_SCHEMES = (
    Column("scheme", "Scheme", "方案"),
    Column("name", "Chinese name", "名称"),
    Column("letters", "Letters, best first", "级别（由高到低）"),
    Column("reads", "Reads", "读取"),
    Column("due", "Cut points due", "待设切点"),
    Column("source", "Source", "来源"),
)
