"""Learned confirmations (别名库): what a person said a distributor's name means, kept as data and never guessed again.

>>> from datetime import date
>>> book = AliasBook().confirm(Alias("customer", "示例人医", "H1", by="u1", on=date(2026, 1, 9), distributor="D1"))
>>> book.find("customer", "D1", " 示例人医 ").id, book.find("customer", "D2", "示例人医")
('H1', None)

Source: P2-F (master data of several code systems).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

from attrs import field, frozen

from pharmasales.channel.flow.telling import name_key
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import clean, nearest, normal_id, optional_id
from pharmasales.yearplan import checked_day

__all__ = ["Alias", "AliasBook", "MasterKind", "alias_data", "alias_from"]

MasterKind: TypeAlias = Literal["customer", "product"]
"""What a name of a file may name."""


def _kind(word: str) -> str:
    if word not in get_args(MasterKind):
        hint = nearest(str(word), get_args(MasterKind))
        raise BadValue("unknown kind of master", where="alias kind", hint=hint, code="flow.kind")
    return word


def _id(text: str) -> str:
    return normal_id(text, "alias id")


def _text(text: str) -> str:
    if not name_key(clean(text, "alias text")):
        raise BadValue("a name without letters or figures", where="alias text", code="flow.alias")
    return text


@frozen
class Alias:
    """One name or code as files write it, and the master that a person said it means (别名).

    Args:
        kind: `customer` or `product`.
        text: the name, or the distributor's own code.
        id: the id of the master.
        by: the id of who confirmed it.
        on: the day.
        distributor: whose files write so; everybody's where left out.

    Raises:
        BadValue: an unknown kind, an empty id, no day, or a text without a letter or figure.
    """

    kind: MasterKind = field(converter=_kind)
    text: str = field(converter=_text, repr=False)
    id: str = field(converter=_id)
    by: str = field(converter=_id)
    on: date = field(converter=checked_day)
    distributor: str = field(default="", converter=optional_id)

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it is looked up: kind, distributor, folded text."""
        return self.kind, self.distributor, name_key(self.text)


def _all(given: Iterable[Alias]) -> tuple[Alias, ...]:
    return tuple(given)


@frozen(repr=False, eq=False)
class AliasBook:
    """All confirmations, in the order in which they were made; the last one of a name is in force.

    Args:
        aliases: the confirmations; older ones of the same name stay as history.

    Raises:
        BadValue: a confirmation that is older than the one of the same name before it.
    """

    aliases: tuple[Alias, ...] = field(default=(), converter=_all)
    _in_force: Mapping[tuple[str, str, str], Alias] = field(init=False)

    def __attrs_post_init__(self) -> None:
        found: dict[tuple[str, str, str], Alias] = {}
        for one in self.aliases:
            before = found.get(one.place)
            if before and one.on < before.on:
                where, hint = f"alias of {one.id!r}", f"the one in force is of {before.on}"
                raise BadValue("older than what is in force", where=where, hint=hint, code="flow.alias")
            found[one.place] = one
        object.__setattr__(self, "_in_force", MappingProxyType(found))

    def __iter__(self) -> Iterator[Alias]:
        return iter(self._in_force.values())

    def __len__(self) -> int:
        return len(self._in_force)

    def __repr__(self) -> str:
        return f"AliasBook({len(self)} names)"

    def find(self, kind: MasterKind, distributor: str, text: str) -> Alias | None:
        """Return what was confirmed for a name: the distributor's own word first, then what holds for everybody."""
        folded = name_key(text)
        own = self._in_force.get((kind, distributor, folded))
        return own or self._in_force.get((kind, "", folded))

    def confirm(self, *aliases: Alias) -> AliasBook:
        """Return a book with further confirmations; one of a name that is known takes its place.

        Raises:
            BadValue: a confirmation that is older than the one it would take the place of.
        """
        return AliasBook((*self.aliases, *aliases))

    def disputed(self) -> tuple[tuple[Alias, ...], ...]:
        """Return the names that were confirmed for more than one master, each with all its confirmations, by time.

        >>> from datetime import date
        >>> said = [Alias("customer", "示例人医", id_, by="u1", on=date(2026, 1, 9)) for id_ in ("H1", "H2")]
        >>> [[one.id for one in name] for name in AliasBook(said).disputed()]
        [['H1', 'H2']]
        """
        names: dict[tuple[str, str, str], list[Alias]] = {}
        for one in self.aliases:
            names.setdefault(one.place, []).append(one)
        return tuple(tuple(said) for said in names.values() if len({one.id for one in said}) > 1)

    def unknown(self, ids: Iterable[str], kind: MasterKind) -> tuple[Alias, ...]:
        """Return the confirmations in force that name a master which does not exist (any more).

        >>> from datetime import date
        >>> book = AliasBook([Alias("product", "示例片", "P9", by="u1", on=date(2026, 1, 9))])
        >>> [one.id for one in book.unknown({"P1"}, "product")]
        ['P9']
        """
        known = set(ids)
        return tuple(one for one in self if one.kind == kind and one.id not in known)

    def table(self) -> Table:
        """Return the confirmations in force; the names themselves are shown, since a person asked for them."""
        rows = [(one.kind, one.distributor, one.text, one.id, one.by, one.on) for one in self]
        return Table("aliases", Says("Confirmed names", "已确认的别名"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


_COLUMNS = (
    Column("kind", "Kind", "类别"),
    Column("distributor", "Distributor", "商业公司"),
    Column("text", "Name in the files", "流向名称"),
    Column("id", "Means", "主数据编号"),
    Column("by", "Confirmed by", "确认人"),
    Column("on", "On", "确认日期", "date"),
)
_NAMES = ("kind", "text", "id", "by", "on", "distributor")


def alias_data(book: AliasBook) -> list[dict[str, str]]:
    """Return all confirmations as plain data, history included.

    >>> from datetime import date
    >>> book = AliasBook([Alias("customer", "示例人医", "H1", by="u1", on=date(2026, 1, 9))])
    >>> alias_data(book)[0]["on"], alias_from(alias_data(book)).aliases == book.aliases
    ('2026-01-09', True)
    """
    return [{name: str(getattr(one, name)) for name in _NAMES} for one in book.aliases]


def alias_from(rows: Iterable[Mapping[str, Any]]) -> AliasBook:
    """Read the plain data of `alias_data`.

    Raises:
        BadRows: rows of another form, all at once.
        BadValue: a confirmation that is older than the one of the same name before it.
    """
    made: list[Alias] = []
    bad: list[PharmaSalesError] = []
    for number, row in enumerate(rows, 1):
        try:
            made.append(Alias(**{name: row[name] for name in _NAMES} | {"on": date.fromisoformat(row["on"])}))
        except PharmaSalesError as error:
            bad.append(error.at(f"alias {number}"))
        except (KeyError, TypeError, ValueError):
            bad.append(BadValue("data of another form", where=f"alias {number}", code="flow.record"))
    if bad:
        raise BadRows("the confirmations cannot be read", bad)
    return AliasBook(made)
