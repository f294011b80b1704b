"""Rule books (规则手册): named rules as versioned data, so that any result can be recomputed.

>>> book = RuleBook.from_toml('''
... name = "example"
... version = "2026.1"
... since = 2026-01-01
... [rules.size]
... shape = "bands"
... of = "beds"
... cuts = [[500, "small"]]
... top = "large"
... ''')
>>> book["size"]({"beds": 800}), book.fingerprint[:8]
('large', 'e7eb103d')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from attrs import evolve, field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadConfig, NotFound
from pharmasales.names import nearest
from pharmasales.rules.data import Reader
from pharmasales.rules.terms import Rule
from pharmasales.rules.writing import rule_data

__all__ = [
    "Dated",
    "RuleBook",
    "changes",
    "fingerprint_of",
    "holds_on",
    "in_force",
    "read_days",
    "read_toml",
]


class Dated(Protocol):
    """A version of something that is in force on some days: a rule book, a policy."""

    @property
    def version(self) -> str:
        """Any text that the owner counts by."""
        ...

    @property
    def since(self) -> date | None:
        """First day in force; always where left out."""
        ...

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day, both ends included."""
        ...


D = TypeVar("D", bound=Dated)


@frozen
class RuleBook:
    """Named rules with a version and the days on which they hold.

    Args:
        name: whose rules they are.
        version: any text that the owner counts by.
        rules: the rules by name.
        since: first day in force; always where left out.
        until: last day in force; for ever where left out.
    """

    name: str
    version: str
    rules: Mapping[str, Rule] = field(repr=lambda rules: f"<{len(rules)} rules>", hash=False)
    since: date | None = None
    until: date | None = None

    @classmethod
    def from_toml(cls, text: str) -> RuleBook:
        """Read a rule book; decimals are read exactly.

        Raises:
            BadConfig: text that is no TOML, an unknown key, or a rule that cannot hold, with its path.
        """
        return cls.from_data(read_toml(text))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> RuleBook:
        """Read a rule book from plain data, the form of its TOML; errors as `from_toml`."""
        keys = ("name", "version", "since", "until", "rules")
        for key in data:
            if key not in keys:
                raise BadConfig("unknown key", where=str(key), hint=nearest(str(key), keys))
        tables = data.get("rules", {})
        if not isinstance(tables, Mapping):
            raise BadConfig("rules are tables", where="rules")
        reader = Reader(tables)
        rules = {str(name): reader.rule(name) for name in tables}
        since, until = read_days(data)
        return cls(str(data.get("name", "rules")), str(data.get("version", "1")), rules, since, until)

    def __getitem__(self, name: str) -> Rule:
        if name not in self.rules:
            raise NotFound("no such rule in the book", where=name, hint=nearest(name, self.rules), code="rule.name")
        return self.rules[name]

    def __contains__(self, name: object) -> bool:
        return name in self.rules

    def holds(self, day: date) -> bool:
        """Whether the book is in force on a day, both ends included."""
        return holds_on(self.since, self.until, day)

    def over(self, base: RuleBook) -> RuleBook:
        """Return this book laid over another: its rules replace those of the same name.

        >>> RuleBook("ours", "2", {}).over(RuleBook("base", "1", {})).version
        '2'
        """
        return evolve(self, rules={**base.rules, **self.rules})

    def data(self) -> dict[str, Any]:
        """Return the book as plain data, every rule written out; `from_data` reads it back."""
        days = {key: day.isoformat() for key, day in (("since", self.since), ("until", self.until)) if day}
        rules = {name: rule_data(rule) for name, rule in sorted(self.rules.items())}
        return {"name": self.name, "version": self.version, **days, "rules": rules}

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the book's data: the same rules give the same fingerprint anywhere."""
        return fingerprint_of(self.data())

    def diff(self, later: RuleBook) -> Table:
        """Return what changed between two versions: path, old and new value, a row for each leaf that differs.

        >>> from pharmasales.rules import Bands, Field
        >>> old = RuleBook("b", "1", {"size": Bands(Field("beds"), ((500, "small"),), top="large")})
        >>> new = RuleBook("b", "2", {"size": Bands(Field("beds"), ((400, "small"),), top="large")})
        >>> [row for row in old.diff(new).rows]
        [('rules.size.cuts[0][0]', '500', '400'), ('version', '1', '2')]
        """
        return changes(self.data(), later.data())


def holds_on(since: date | None, until: date | None, day: date) -> bool:
    """Whether a day lies between two others, both included; an end left out is open.

    >>> holds_on(date(2026, 1, 1), None, date(2026, 1, 1)), holds_on(None, date(2026, 1, 1), date(2026, 1, 2))
    (True, False)
    """
    return (since is None or since <= day) and (until is None or day <= until)


def read_toml(text: str) -> dict[str, Any]:
    """Read TOML with exact decimals.

    >>> read_toml("share = 0.15")
    {'share': Decimal('0.15')}

    Raises:
        BadConfig: text that is no TOML.
    """
    import tomllib

    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise BadConfig(f"not TOML: {error}", code="config.toml") from None


def read_days(data: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """Read the first and the last day in force, `since` and `until`, either of which may be left out.

    >>> read_days({"since": "2026-01-31"})
    (datetime.date(2026, 1, 31), None)

    Raises:
        BadConfig: not a date, or a last day before the first.
    """
    since, until = _day(data.get("since"), "since"), _day(data.get("until"), "until")
    if since is not None and until is not None and until < since:
        raise BadConfig("the last day is before the first", where="until", code="config.dates")
    return since, until


def fingerprint_of(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain data, whatever the order of its keys.

    >>> fingerprint_of({"a": 1, "b": 2}) == fingerprint_of({"b": 2, "a": 1})
    True
    """
    import hashlib
    import json

    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Table:
    """Return what differs between two pieces of plain data: path, old and new value, a row for each leaf.

    >>> changes({"a": [1, 2]}, {"a": [1, 3]}).rows
    [('a[1]', '2', '3')]
    """
    before, after = dict(_leaves(old)), dict(_leaves(new))
    paths = sorted(before.keys() | after.keys())
    rows = [(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)]
    columns = (Column("path", "Path", "位置"), Column("old", "Old", "原值"), Column("new", "New", "新值"))
    return Table("diff", Says("Changes", "变更"), columns, rows)


def _day(value: object, where: str) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise BadConfig("not a date", where=where, hint="write 2026-01-31") from None
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise BadConfig("not a date", where=where, hint="write 2026-01-31")


def _leaves(data: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - plain data of any depth
    """Yield each leaf with its path, iteratively enough: rule data is a few levels deep."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _leaves(value, f"{path}[{place}]")
    else:
        yield path, str(data)


def in_force(books: Iterable[D], day: date) -> D:
    """Return the book, or the policy, in force on a day; where several are, the one that began last.

    >>> books = [RuleBook("b", "1", {}, since=date(2025, 1, 1)), RuleBook("b", "2", {}, since=date(2026, 1, 1))]
    >>> in_force(books, date(2026, 5, 1)).version
    '2'

    Raises:
        NotFound: none is in force.
    """
    held = [book for book in books if book.holds(day)]
    if not held:
        raise NotFound(f"no rule book in force on {day}", code="rule.book")
    return max(held, key=lambda book: (book.since or date.min, book.version))
