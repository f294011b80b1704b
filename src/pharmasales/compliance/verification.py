"""Verifying the audit chain (审计链校验): is it whole, and what was not proved?

>>> from pharmasales.compliance.audit import START, append
>>> from datetime import UTC
>>> chain, head = [], START
>>> for number in range(3):
...     at = datetime(2026, 1, 5, number, tzinfo=UTC)
...     chain.append(append(head, at=at, by="u1", kind="hospital", id="H1", action="amend", why="list of 2026"))
...     head = chain[-1].head
>>> verify(chain, anchor=head).anchored, verify(chain[:2], anchor=head).first_bad
(True, BadEntry(sequence=3, reason='cut'))
>>> print(verify(chain))
3 entries follow from each other
  not proved without an anchor: that the end was not cut off
  not proved without an anchor: that the chain was not rebuilt

An edit, a deletion, a swap and an insertion are found in the chain itself, at the first entry that does not follow from
those before it. A cut end and a chain rebuilt throughout are found with an anchor that was kept elsewhere.

Source: threat T5; goals 3.3 of the reliability file (edit, delete, swap, insert, cut, rebuild).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, TypeVar

from attrs import field, frozen

from pharmasales.compliance.audit import START, Anchor, Entry, content_hash
from pharmasales.display import Why, because
from pharmasales.errors import BadValue, PharmaSalesError

__all__ = ["BadEntry", "Reason", "Verified", "entry_data", "entry_from_data", "misplaced", "verify", "walk"]

T = TypeVar("T")

Reason: TypeAlias = Literal["unreadable", "number", "content", "link", "cut", "rebuilt"]

_TEXTS = ("at", "by", "kind", "id", "action", "why", "previous", "hash")
_MAPPINGS = ("old", "new")
_KEYS = {"sequence", *_TEXTS, *_MAPPINGS}


def entry_data(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain JSON data; `entry_from_data` reads it back.

    >>> from pharmasales.compliance.audit import append
    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 5, tzinfo=UTC)
    >>> entry = append(START, at=at, by="u1", kind="hospital", id="H1", action="open", why="list of 2026")
    >>> entry_data(entry)["at"], entry_from_data(entry_data(entry)) == entry
    ('2026-01-05T00:00:00+00:00', True)
    """
    return {**entry.content(), "hash": entry.hash}


def entry_from_data(data: Mapping[str, Any]) -> Entry:
    """Read an entry from plain data. Its hash is read, not proved: that is what `verify` is for.

    Raises:
        BadValue: a key is missing or unknown, or a value is of the wrong type; no value is shown.
    """
    return Entry(**{**data, "at": _checked(data)})


def _checked(data: Mapping[str, Any]) -> datetime:
    """Return the moment of an entry's data, once every key and type is right."""
    if data.keys() != _KEYS:
        raise BadValue("an entry has other keys", where="entry", hint=f"give {', '.join(sorted(_KEYS))}", code=_CODE)
    wrong = [name for name in _TEXTS if not isinstance(data[name], str)]
    wrong += [name for name in _MAPPINGS if not isinstance(data[name], Mapping)]
    if wrong or type(data["sequence"]) is not int:
        raise BadValue("a value of the wrong type", where=(*wrong, "sequence")[0], code=_CODE)
    try:
        at = datetime.fromisoformat(data["at"])
    except ValueError:
        at = None
    if at is None or at.isoformat() != data["at"] or at.utcoffset() != timedelta(0):
        raise BadValue("not a moment in UTC", where="at", hint="write 2026-01-31T09:00:00+00:00", code=_CODE)
    return at


_CODE = "audit.entry"


@frozen
class BadEntry:
    """The first entry that does not follow from those before it.

    Args:
        sequence: the number at which the chain breaks. Where an entry and its own hash were forged together, that is
            the one after it; where everything from some entry on was rebuilt, it is the anchored one.
        reason: `unreadable`, `number` (deleted, swapped, inserted), `content` (edited), `link` (the one before was
            replaced), `cut` or `rebuilt`.
        why: the reason in both languages.
    """

    sequence: int
    reason: Reason
    why: Why = field(repr=False)


@frozen
class Verified:
    """What verifying a chain found. It is true exactly where nothing bad was found.

    Args:
        count: how many entries follow from each other, from the first on.
        head: the head of these.
        anchored: whether the anchor was met, so that up to it nothing was cut off or rebuilt.
        first_bad: the first bad entry, or `None`.
        why: what is proved and what is not, in both languages.
    """

    count: int
    head: Anchor
    anchored: bool
    first_bad: BadEntry | None
    why: Why = field(repr=False)

    def __bool__(self) -> bool:
        return self.first_bad is None

    def __str__(self) -> str:
        return str(self.why)


def verify(entries: Iterable[Entry | Mapping[str, Any]], anchor: Anchor | None = None) -> Verified:
    """Follow a chain from its first entry and stop at the first bad one; entries are read once, in order.

    Args:
        entries: the entries, or their plain data; data that is no entry is a finding, not an error.
        anchor: the head of the chain as it was kept elsewhere.

    >>> verify([{"sequence": 1}]).first_bad.reason
    'unreadable'
    """
    return walk(entries, anchor, _next)


def walk(given: Iterable[T], anchor: Anchor | None, step: Callable[[T, int, str], str | BadEntry]) -> Verified:
    """Follow any chain of hashes from its first link and stop at the first bad one; links are read once, in order.

    Args:
        given: the links.
        anchor: the head of the chain as it was kept elsewhere.
        step: returns the hash of a link, given its number that is due and the hash before it, or what is wrong with it.

    >>> walk(["a" * 64, "b" * 64], None, lambda link, due, last: link).count
    2
    """
    count, last, bad = 0, START.hash, None
    for link in given:
        found = step(link, count + 1, last)
        if isinstance(found, str) and anchor is not None and anchor.count == count + 1 and found != anchor.hash:
            found = _rebuilt(anchor)
        if isinstance(found, BadEntry):
            bad = found
            break
        count, last = count + 1, found
    if bad is None and anchor is not None and count < anchor.count:
        bad = _cut(count, anchor)
    anchored = anchor is not None and count >= anchor.count
    why = _proved(count, anchor if anchored else None, bad)
    return Verified(count, Anchor(count, last), anchored, bad, why)


def _next(given: Entry | Mapping[str, Any], due: int, last: str) -> str | BadEntry:
    """Return the hash of the entry that is due, or what is wrong with the one given."""
    try:
        content, known = _content(given)
        computed = content_hash(content)
    except PharmaSalesError as error:
        why = because("entry {n} cannot be read: {reason}", "第 {n} 条无法读取：{reason}", n=due, reason=error.reason)
        return BadEntry(due, "unreadable", why)
    except (AttributeError, TypeError, ValueError, RecursionError):
        return BadEntry(due, "unreadable", because("entry {n} cannot be read", "第 {n} 条无法读取", n=due))
    if content["sequence"] != due:
        return BadEntry(due, "number", misplaced(due, content["sequence"]))
    if computed != known:
        why = because("entry {n} does not match its hash: it was edited", "第 {n} 条与其哈希不符：已被修改", n=due)
        return BadEntry(due, "content", why)
    if content["previous"] != last:
        why = because(
            "entry {n} does not follow from the one before: one of the two was replaced",
            "第 {n} 条与前一条不衔接：其中一条已被替换",
            n=due,
        )
        return BadEntry(due, "link", why)
    return computed


def _content(given: Entry | Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """Return what an entry says and the hash that it bears."""
    if isinstance(given, Entry):
        return given.content(), given.hash
    _checked(given)
    return {name: value for name, value in given.items() if name != "hash"}, given["hash"]


def misplaced(due: int, found: int) -> Why:
    """Say that another entry stands where one is due.

    >>> print(misplaced(3, 2))
    entry 2 stands where entry 3 is due
    """
    if found > due:
        return because(
            "entry {n} is missing; entry {found} stands in its place",
            "第 {n} 条缺失，其位置为第 {found} 条",
            n=due,
            found=found,
        )
    return because(
        "entry {found} stands where entry {n} is due", "第 {n} 条的位置出现第 {found} 条", n=due, found=found
    )


def _cut(count: int, anchor: Anchor) -> BadEntry:
    why = because(
        "the end was cut off: {count} entries of {due}",
        "末尾被截断：现有 {count} 条，应有 {due} 条",
        count=count,
        due=anchor.count,
    )
    return BadEntry(count + 1, "cut", why)


def _rebuilt(anchor: Anchor) -> BadEntry:
    why = because(
        "entry {n} is not the one that was anchored: it or one before was rebuilt",
        "第 {n} 条与锚点不符：该条或之前的条目已被重建",
        n=anchor.count,
    )
    return BadEntry(anchor.count, "rebuilt", why)


def _proved(count: int, anchor: Anchor | None, bad: BadEntry | None) -> Why:
    """Say what is proved, and plainly what is not."""
    parts = [] if bad is None else [bad.why]
    if anchor is not None:
        parts.append(because("proved by the anchor up to entry {n}", "锚点证明至第 {n} 条", n=anchor.count))
    if anchor is not None and anchor.count < count:
        en, zh = "not proved for the entries after the anchor", "锚点之后的条目尚未证明"
    else:
        en, zh = "not proved without an anchor", "无锚点，尚未证明"
    if anchor is None or anchor.count < count:
        parts.append(because(f"{en}: that the end was not cut off", f"{zh}：末尾未被截断"))
        parts.append(because(f"{en}: that the chain was not rebuilt", f"{zh}：整链未被重建"))
    return because("{count} entries follow from each other", "{count} 条依次衔接", *parts, count=count)
