"""Reconciliation (对账): our statement against the customer's, line by line, each with its why.

>>> from pharmasales.channel.money.documents import Invoice, Receipt
>>> from pharmasales.channel.money.ledger import Ledger
>>> from pharmasales.channel.money.statement import statement_of
>>> from pharmasales.units import CNY
>>> ledger = Ledger.of([
...     Invoice("F1", "D1", date(2026, 1, 5), date(2026, 2, 4), Amount.of(600, CNY)),
...     Invoice("F2", "D1", date(2026, 1, 9), date(2026, 2, 8), Amount.of(100, CNY)),
... ])
>>> ours = statement_of(ledger, "D1", date(2026, 1, 1), date(2026, 1, 31))
>>> theirs = TheirStatement(Amount.of(0, CNY), [
...     TheirLine("f1", Amount.of(590, CNY)), TheirLine("P7", Amount.of(-90, CNY), date(2026, 1, 30))
... ])
>>> found = reconcile(ours, theirs)
>>> print(found.table())
Result       Number    Ours  Theirs  Difference
-----------  ------  ------  ------  ----------
differs      F1      600.00  590.00       10.00
only ours    F2      100.00              100.00
only theirs  P7              -90.00       90.00
total                700.00  500.00      200.00
>>> print(found.lines[1].why)
invoice F2 of 2026-01-09 over 100.00 CNY is not on their statement: send them a copy
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from pharmasales.channel.money.reconciled import (
    RECONCILED,
    ReconciledLine,
    Reconciliation,
    TheirLine,
    TheirStatement,
)
from pharmasales.channel.money.statement import STATEMENT_KINDS, Statement, StatementLine
from pharmasales.display import Cell, Says, Why, because
from pharmasales.errors import BadRows, NotComparable
from pharmasales.names import fold
from pharmasales.units import Amount

__all__ = ["reconcile"]

_DO: Mapping[str, Says] = MappingProxyType(
    {
        "invoice": Says("send them a copy", "请补寄发票"),
        "receipt": Says("ask from whom and for what it came", "请核实付款方及用途"),
        "credit_note": Says("send them a copy", "请补寄通知单"),
        "reversal": Says("tell them what was taken back", "请告知冲销原因"),
    }
)


def reconcile(statement: Statement, theirs: TheirStatement) -> Reconciliation:
    """Lay the customer's statement beside ours, document by document (逐笔对账).

    Lines meet by the number of our document. Several lines of theirs of one number are taken together where they add up
    to ours; else the first of the same amount is ours and the others are only theirs. Nothing is matched by amount
    alone: where a line of one side has a twin of the same amount and another number, its why names it.

    Args:
        statement: ours.
        theirs: theirs, of the same days.

    Source: S004-74 (对帐单).

    Raises:
        BadRows: amounts of theirs in another unit, all at once.
    """
    unit = statement.opening.unit
    sums = [("opening", theirs.opening), *((f"lines[{n}]", line.amount) for n, line in enumerate(theirs.lines))]
    sums += [] if theirs.closing is None else [("closing", theirs.closing)]
    bad = [
        NotComparable(f"an amount that is not in {unit.code}", where=where, hint="reconcile unit by unit", code="unit")
        for where, amount in sums
        if amount.unit != unit
    ]
    if bad:
        raise BadRows("amounts refused", bad)
    pairs, spare = _paired(statement, theirs.lines)
    missing = [ours for ours, found in pairs if not found]
    lines = [_opening(statement, theirs)] if statement.opening != theirs.opening else []
    lines += [_both(ours, found) if found else _only_ours(ours, spare) for ours, found in pairs]
    known = {fold(line.number) for line in statement.lines}
    lines += [_only_theirs(line, missing, known) for line in spare]
    ordered = sorted(lines, key=lambda line: (_ORDER[line.kind], *_day_of(line), line.number))
    return Reconciliation(statement, theirs, tuple(ordered), _slip(theirs))


_ORDER = {kind: place for place, kind in enumerate(RECONCILED)}

_Pair: TypeAlias = tuple[StatementLine, tuple[TheirLine, ...]]


def _day_of(line: ReconciledLine) -> tuple[date, int]:
    if line.ours is not None:
        return line.ours.on, line.ours.amount.minor
    days = [one.on for one in line.theirs if one.on is not None]
    return min(days, default=date.max), sum(one.amount.minor for one in line.theirs)


def _paired(statement: Statement, theirs: Iterable[TheirLine]) -> tuple[list[_Pair], list[TheirLine]]:
    """Give each of our lines its lines of theirs; what nobody took is spare."""
    waiting: dict[str, list[TheirLine]] = {}
    for line in sorted(theirs, key=lambda one: (one.on or date.max, one.amount.minor, one.number)):
        waiting.setdefault(fold(line.number), []).append(line)
    ours: dict[str, list[StatementLine]] = {}
    for mine in statement.lines:
        ours.setdefault(fold(mine.number), []).append(mine)
    pairs = [pair for key, held in ours.items() for pair in _met(held, waiting.get(key, []))]
    return pairs, [line for held in waiting.values() for line in held]


def _met(ours: list[StatementLine], theirs: list[TheirLine]) -> list[_Pair]:
    """Pair the lines of one number, and take what is paired out of theirs."""
    found: dict[int, tuple[TheirLine, ...]] = {}
    if len(ours) == 1 and theirs and sum(one.amount.minor for one in theirs) == ours[0].amount.minor:
        found[0] = tuple(theirs)
        theirs.clear()
    for same in (True, False):  # equal amounts first, then what is left of the same direction
        for place, mine in enumerate(ours):
            fits = [
                one
                for one in theirs
                if (one.amount == mine.amount if same else (one.amount.minor < 0) == (mine.amount.minor < 0))
            ]
            if place not in found and fits:
                found[place] = (fits[0],)
                theirs.remove(fits[0])
    return [(mine, found.get(place, ())) for place, mine in enumerate(ours)]


def _opening(statement: Statement, theirs: TheirStatement) -> ReconciledLine:
    off = statement.opening - theirs.opening
    why = because(
        "we open with {ours}, they with {theirs}: reconcile the time before {start} first",
        "期初我方 {ours}，对方 {theirs}：请先核对 {start} 之前的往来",
        ours=str(statement.opening),
        theirs=str(theirs.opening),
        start=statement.start.isoformat(),
    )
    return ReconciledLine("opening", "", None, (), off, why)


def _said(line: StatementLine) -> dict[str, Cell]:
    return {"kind": STATEMENT_KINDS[line.kind], "number": line.number, "on": line.on.isoformat()}


def _both(ours: StatementLine, theirs: tuple[TheirLine, ...]) -> ReconciledLine:
    sums = Amount.total((one.amount for one in theirs), ours.amount.unit)
    off, values = ours.amount - sums, _said(ours)
    other = [one.on.isoformat() for one in theirs if one.on is not None and one.on != ours.on]
    notes = []
    if other:
        notes.append(because("with them on {days}", "对方入账日 {days}", days=", ".join(other)))
    if len(theirs) > 1:
        notes.append(because("booked in {count} lines", "对方分 {count} 笔入账", count=len(theirs)))
    if off.minor:
        why = because(
            "{kind} {number} of {on} is {ours} with us and {theirs} with them: compare the papers",
            "{on} {kind} {number} 我方 {ours}，对方 {theirs}：请核对原始单据",
            *notes,
            ours=str(ours.amount),
            theirs=str(sums),
            **values,
        )
        return ReconciledLine("differs", ours.number, ours, theirs, off, why)
    en, zh = "{kind} {number} of {on} is {ours} on both sides", "{on} {kind} {number} 双方均为 {ours}"
    why = because(en, zh, *notes, ours=str(ours.amount), **values)
    return ReconciledLine("matched", ours.number, ours, theirs, off, why)


def _only_ours(ours: StatementLine, spare: Iterable[TheirLine]) -> ReconciledLine:
    twins = [one.number for one in spare if one.amount == ours.amount]
    why = because(
        "{kind} {number} of {on} over {amount} is not on their statement: {do}",
        "{on} {kind} {number}（{amount}）对方未入账：{do}",
        *_twin(twins),
        amount=str(ours.amount),
        do=_DO[ours.kind],
        **_said(ours),
    )
    return ReconciledLine("only_ours", ours.number, ours, (), ours.amount, why)


def _only_theirs(theirs: TheirLine, missing: Iterable[StatementLine], known: set[str]) -> ReconciledLine:
    twins = [one.number for one in missing if one.amount == theirs.amount]
    if fold(theirs.number) in known:
        do = Says("they booked our document once more: ask them to take it out", "对方重复入账：请对方冲回")
    elif theirs.amount.minor < 0:
        do = Says("ask for the bank slip: money on its way, or booked to another", "请提供付款凭证：在途或记入他户")
    else:
        do = Says("ask for a copy: an invoice that we have not booked, or of another", "请提供单据：我方漏记或他方单据")
    why = because(
        "{number} over {amount} is not on ours: {do}",
        "{number}（{amount}）我方未入账：{do}",
        *_twin(twins),
        number=theirs.number,
        amount=str(theirs.amount),
        do=do,
    )
    return ReconciledLine("only_theirs", theirs.number, None, (theirs,), -theirs.amount, why)


def _twin(numbers: list[str]) -> list[Why]:
    if not numbers:
        return []
    names = ", ".join(sorted(numbers))
    return [because("of the same amount: {names}", "金额相同：{names}", names=names)]


def _slip(theirs: TheirStatement) -> Why | None:
    if theirs.closing is None or theirs.closing == theirs.reckoned:
        return None
    return because(
        "their statement says {stated}, its lines add up to {reckoned}: ask for all of its lines",
        "对方期末余额 {stated}，明细合计 {reckoned}：请对方提供完整明细",
        stated=str(theirs.closing),
        reckoned=str(theirs.reckoned),
    )
