"""Which column of a distributor's file holds what (列映射): suggested from the headers, confirmed by a person, kept.

Every distributor has a layout of its own. `suggest_columns` reads a header in either language and says what each column
seems to hold and why; a person confirms or corrects it, and the `ColumnMap` is used for every later file of the same
distributor. A file whose headers no longer fit is refused, never read by position.

>>> from datetime import date
>>> guesses = suggest_columns(["销售日期", "客户名称", "品名", "数量", "含税金额", "备注"])
>>> guesses.columns
{'date': '销售日期', 'customer': '客户名称', 'product': '品名', 'quantity': '数量', 'amount': '含税金额'}
>>> guesses.left
('备注',)
>>> kept = guesses.confirm("D1", by="u1", on=date(2026, 1, 9), always={"unit": "盒"})
>>> kept.missing(["销售日期", "客户", "品名", "数量", "含税金额"])
('客户名称',)

Source: P2-F (import of flow files); S003-6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

from attrs import evolve, field, frozen

from pharmasales.channel.flow.fields import FLOW_FIELDS, field_of
from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadValue
from pharmasales.names import clean, fold, nearest, normal_id
from pharmasales.yearplan import checked_day

__all__ = [
    "ColumnGuess",
    "ColumnGuesses",
    "ColumnMap",
    "DayOrder",
    "column_data",
    "column_from",
    "suggest_columns",
]

DayOrder: TypeAlias = Literal["ymd", "dmy", "mdy", "serial"]
"""How days are written where the year does not come first; `serial`: as numbers of a spreadsheet (Excel 日期序列值)."""


RETURNS = ("退货", "销退", "销售退回", "退回", "冲红", "return", "returned", "credit note")
"""Words that make a return of a row where nobody says otherwise."""

_LEAST = 50


@frozen
class ColumnGuess:
    """What one column seems to hold.

    Args:
        header: the column's header.
        field: one of `FLOW_FIELDS`, or "" where nothing fits.
        score: how well the header fits, in whole hundredths.
        why: the reason.
    """

    header: str
    field: str
    score: int
    why: Why


@frozen(repr=False)
class ColumnGuesses:
    """What the columns of a header seem to hold; nothing is used before a person confirms it.

    Args:
        guesses: one a column, in the order of the file.
    """

    guesses: tuple[ColumnGuess, ...]

    def __iter__(self) -> Iterator[ColumnGuess]:
        return iter(self.guesses)

    def __repr__(self) -> str:
        return f"ColumnGuesses({len(self.columns)} of {len(self.guesses)} columns)"

    @property
    def columns(self) -> dict[str, str]:
        """The header that fits each field best, in the order of the file; of equal ones the first."""
        best: dict[str, ColumnGuess] = {}
        for one in self.guesses:
            if one.field and (one.field not in best or one.score > best[one.field].score):
                best[one.field] = one
        taken = {one.header: name for name, one in best.items()}
        return {taken[one.header]: one.header for one in self.guesses if one.header in taken}

    @property
    def left(self) -> tuple[str, ...]:
        """The headers that are not used."""
        used = set(self.columns.values())
        return tuple(one.header for one in self.guesses if one.header not in used)

    def confirm(
        self,
        distributor: str,
        *,
        by: str,
        on: date,
        columns: Mapping[str, str | Sequence[str]] = MappingProxyType({}),
        always: Mapping[str, str] = MappingProxyType({}),
        day_order: DayOrder = "ymd",
        returns: Iterable[str] = RETURNS,
    ) -> ColumnMap:
        """Return what a person confirmed; what they say of a header or field goes before what was guessed of it.

        Args:
            distributor: whose files these are.
            by: the id of who confirms.
            on: the day.
            columns: corrections: a field and its header, or several headers that are read as one text; "" for a
                field that the file does not hold.
            always: what holds for every row of a field without a column, such as the unit.
            day_order: how days are written where the year does not come first.
            returns: words of the column `kind` that make a return of a row.

        Raises:
            BadValue: as `ColumnMap`.
        """
        said = {fold(head) for heads in _columns(columns).values() for head in heads}
        guessed = {name: head for name, head in self.columns.items() if fold(head) not in said and name not in always}
        wanted = {name: head for name, head in {**guessed, **columns}.items() if head}
        return ColumnMap(distributor, wanted, by, on, always, day_order, returns)

    def table(self) -> Table:
        """Return header, field, score and reason of every column."""
        rows = [
            (
                one.header,
                Says(FLOW_FIELDS[one.field].en, FLOW_FIELDS[one.field].zh) if one.field else "",
                one.score,
                one.why,
            )
            for one in self.guesses
        ]
        return Table("columns", Says("What the columns seem to hold", "列映射建议"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


_COLUMNS = (
    Column("header", "Header", "表头"),
    Column("field", "Holds", "字段"),
    Column("score", "Score", "得分", "number"),
    Column("why", "Why", "理由", "why"),
)


def suggest_columns(header: Iterable[str]) -> ColumnGuesses:
    """Say what each column of a header seems to hold, with a score and the reason.

    A known header scores 100; one that holds a known header scores by how much of it that is. Case, width, spaces and
    punctuation do not count.

    >>> [(one.field, one.score) for one in suggest_columns(["Customer Name", "实际出库数量", "?"])]
    [('customer', 100), ('quantity', 66), ('', 0)]
    """
    return ColumnGuesses(tuple(_guess(text) for text in header))


def _guess(header: str) -> ColumnGuess:
    name, score = field_of(header)
    if score == 100:
        return ColumnGuess(header, name, score, because("a known header", "已知表头"))
    if score >= _LEAST:
        return ColumnGuess(header, name, score, because("holds a known header", "包含已知表头"))
    return ColumnGuess(header, "", 0, because("no known header", "未知表头"))


def _columns(given: Mapping[str, str | Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    made = {name: (heads,) if isinstance(heads, str) else tuple(heads) for name, heads in given.items()}
    for name in made:
        _known(name)
    return MappingProxyType(made)


def _always(given: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({_known(name): clean(text) for name, text in given.items()})


def _words(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


def _known(name: str) -> str:
    if name not in FLOW_FIELDS:
        hint = nearest(name, FLOW_FIELDS)
        raise BadValue("unknown field of a flow file", where=f"columns {name!r}", hint=hint, code="flow.columns")
    return name


def _id(text: str) -> str:
    return normal_id(text, "column map")


_DUE = (("customer", "customer_code"), ("product", "product_code"), ("date",), ("quantity",))


@frozen
class ColumnMap:
    """Which header holds what in one distributor's files, as a person confirmed it (列映射).

    Args:
        distributor: id of the distributor.
        columns: the header of each field, or several that are read as one text, as month and year.
        by: the id of who confirmed it.
        on: the day.
        always: what holds for every row of a field without a column.
        day_order: how days are written where the year does not come first: `dmy`, `mdy`, `serial` for numbers of
            a spreadsheet, or `ymd` to refuse all of these.
        returns: words of the column `kind` that make a return of a row.

    Raises:
        BadValue: an unknown field or order, nothing that says customer, product, date or quantity, one header for two
            fields, or a field that has a column and is always the same.
    """

    distributor: str = field(converter=_id)
    columns: Mapping[str, tuple[str, ...]] = field(converter=_columns, hash=False)
    by: str = field(converter=_id)
    on: date = field(converter=checked_day)
    always: Mapping[str, str] = field(default=MappingProxyType({}), converter=_always, hash=False)
    day_order: DayOrder = "ymd"
    returns: tuple[str, ...] = field(default=RETURNS, converter=_words)

    def __attrs_post_init__(self) -> None:
        if self.day_order not in get_args(DayOrder):
            hint = nearest(str(self.day_order), get_args(DayOrder))
            raise BadValue("unknown order of days", where="day_order", hint=hint, code="flow.columns")
        for names in _DUE:
            if not any(name in self.columns or name in self.always for name in names):
                hint = "name its header in columns="
                raise BadValue(f"no column for {' or '.join(names)}", where="columns", hint=hint, code="flow.columns")
        self._refuse_doubles()

    def _refuse_doubles(self) -> None:
        both, taken = set(self.columns) & set(self.always), dict[str, str]()
        if both:
            raise BadValue("a column, and always the same", where=f"columns {min(both)!r}", code="flow.columns")
        for name, heads in self.columns.items():
            for head in heads:
                first = taken.setdefault(fold(head), name)
                if first != name:
                    where = f"columns {first!r}, {name!r}"
                    raise BadValue(f"one header {head!r} for two fields", where=where, code="flow.columns")

    def missing(self, header: Iterable[str]) -> tuple[str, ...]:
        """Return the headers that a file should have and has not; case, width and spaces do not count."""
        found = set(map(fold, header))
        return tuple(head for heads in self.columns.values() for head in heads if fold(head) not in found)

    def with_returns(self, words: Iterable[str]) -> ColumnMap:
        """Return it with further words of the column `kind` that make a return of a row."""
        return evolve(self, returns=(*self.returns, *words))

    def is_return(self, kind: str) -> bool:
        """Whether a word of the column `kind` makes a return of a row."""
        return bool(kind) and fold(kind) in map(fold, self.returns)


def column_data(kept: ColumnMap) -> dict[str, Any]:
    """Return a column map as plain data.

    >>> columns = {"customer": "客户", "product": "品名", "date": "日期", "quantity": "数量"}
    >>> kept = ColumnMap("D1", columns, "u1", date(2026, 1, 9))
    >>> column_from(column_data(kept)) == kept
    True
    """
    return {
        "distributor": kept.distributor,
        "columns": {name: list(heads) for name, heads in kept.columns.items()},
        "by": kept.by,
        "on": kept.on.isoformat(),
        "always": dict(kept.always),
        "day_order": kept.day_order,
        "returns": list(kept.returns),
    }


def column_from(data: Mapping[str, Any]) -> ColumnMap:
    """Read the plain data of `column_data`.

    Raises:
        BadValue: data of another form, or as `ColumnMap`.
    """
    names = ("distributor", "columns", "by", "on", "always", "day_order", "returns")
    try:
        given = {name: data[name] for name in names}
        return ColumnMap(**given | {"on": date.fromisoformat(given["on"])})
    except BadValue:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadValue("no column map: data of another form", where="columns", code="flow.record") from None
