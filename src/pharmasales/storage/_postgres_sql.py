"""The statements of a store on PostgreSQL, built once by SQLAlchemy; only values differ from call to call.

>>> from pharmasales.storage.tables import one, span
>>> shape_of(one("visit", "V7"))
Shape(low='=', high='', nodes=False, where=0, limit=False)
>>> statements("north").asked("count", shape_of(span("visit", "V"))).split()[:4]
['SELECT', 'count(north.record.data)', 'AS', 'count_1']
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pharmasales.extras import need
from pharmasales.storage._postgres_schema import dialect, tables_of
from pharmasales.storage.tables import Asked

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy import BindParameter, ClauseElement, ColumnElement, Select, TableValuedAlias

__all__ = ["Shape", "Statements", "shape_of", "statements", "values_of"]


class Shape(NamedTuple):
    """What of a question decides the text of its statement; the rest are values."""

    low: str
    high: str
    nodes: bool
    where: int
    limit: bool


def shape_of(asked: Asked) -> Shape:
    """Return the shape of a question. PostgreSQL knows no NUL: a bound that ends in it is told by the comparison."""
    if asked.high == f"{asked.low}\0":
        low, high = "=", ""
    else:
        low = ">" if asked.low.endswith("\0") else ">="
        high = "" if asked.high is None else "<=" if asked.high.endswith("\0") else "<"
    return Shape(low, high, asked.nodes is not None, len(asked.where), asked.limit is not None)


def values_of(asked: Asked) -> dict[str, Any]:
    """Return the values of a question by the names that its statement has for them.

    >>> from pharmasales.storage.tables import one
    >>> values_of(one("visit", "V7", frozenset({"R1"})))["nodes"]
    ['R1']
    """
    values: dict[str, Any] = {
        "kind": asked.kind,
        "low": asked.low.rstrip("\0"),
        "high": (asked.high or "").rstrip("\0"),
    }
    values |= {"nodes": sorted(asked.nodes or ()), "limit": asked.limit}
    for number, (name, texts) in enumerate(asked.where.items()):
        values |= {f"name{number}": name, f"texts{number}": list(texts)}
    return values


def _text(made: ClauseElement) -> str:
    return str(made.compile(dialect=dialect()))


def _given(table: sa.Table, *names: str) -> TableValuedAlias:
    """Return rows that come as a list of values for each of these columns."""
    sa = need("sqlalchemy", "sql")
    lists = [sa.bindparam(name, type_=sa.ARRAY(type(table.c[name].type)())) for name in names]
    made: TableValuedAlias = sa.func.unnest(*lists).table_valued(*names).render_derived(name="given")
    return made


def _same(table: sa.Table, given: TableValuedAlias) -> list[ColumnElement[bool]]:
    return [table.c[name] == given.c[name] for name in list(given.c.keys())]


class Arrival:
    """How rows come into a table: a few as lists of values, many by COPY.

    PostgreSQL lets nobody COPY into a table whose rows have rules, so they come by way of a table of the session's own.

    Args:
        table: where they belong.
        twice: whether a row that stands already is left as it is.
    """

    def __init__(self, table: sa.Table, *, twice: bool) -> None:
        sa, postgresql = need("sqlalchemy", "sql"), need("sqlalchemy.dialects.postgresql", "sql")
        quoted = dialect().identifier_preparer.format_table
        columns = [sa.Column(column.name, column.type) for column in table.c]
        waiting = sa.Table(f"{table.name}_arriving", sa.MetaData(schema="pg_temp"), *columns)
        names = list(table.c.keys())
        few = postgresql.insert(table).from_select(names, sa.select(_given(table, *names)))
        many = postgresql.insert(table).from_select(names, sa.select(waiting))
        self.insert = _text(few.on_conflict_do_nothing() if twice else few)
        self.types = [str(column.type.compile(dialect())).split()[0].lower() for column in table.c]
        self.stage = f"CREATE TEMP TABLE IF NOT EXISTS {quoted(waiting)} (LIKE {quoted(table)}) ON COMMIT DELETE ROWS"
        self.copy = f"COPY {quoted(waiting)} FROM STDIN (FORMAT BINARY)"
        self.move = f"{_text(many.on_conflict_do_nothing() if twice else many)}; TRUNCATE {quoted(waiting)}"


class Statements:
    """The statements of a store in one schema.

    >>> statements("north").kinds.split()[:3]
    ['WITH', 'RECURSIVE', 'used(kind)']
    """

    def __init__(self, schema: str) -> None:
        sa = need("sqlalchemy", "sql")
        self._sa = sa
        self._tables = tables_of(schema)
        store, unit, record, past, label = (self._tables[name] for name in ("store", "unit", "record", "past", "label"))
        bind, one, quoted = sa.bindparam, sa.literal_column("1"), dialect().identifier_preparer.format_table
        self.begin = f"BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE {quoted(store)} IN EXCLUSIVE MODE"
        self.compact = [f"VACUUM (FULL) {quoted(table)}" for table in (unit, record, past, label)]
        self.alone = _text(sa.select(store.c.version, sa.literal_column("current_setting('transaction_read_only')")))
        self.head = _text(sa.select(unit.c.sequence, unit.c.hash).order_by(unit.c.sequence.desc()).limit(one))
        self.done = _text(sa.select(unit.c.sequence).where(unit.c.operation == bind("operation")))
        self.newest = _text(sa.select(record).where(record.c.kind == bind("kind"), record.c.id == self._any("keys")))
        self.kinds = _text(self._kinds(record))
        self.sign = _text(sa.insert(unit))
        self.link = _text(sa.update(unit).where(unit.c.sequence == bind("number")).values(hash=bind("hash")))
        gone = sa.delete(record).where(record.c.kind == bind("kind"), record.c.id == self._any("keys"))
        kept = gone.returning(record).cte("gone")
        self.move = _text(sa.insert(past).from_select(list(past.c.keys()), sa.select(kept)))
        given = _given(past, "kind", "id", "version")
        self.wipe = _text(sa.update(past).where(*_same(past, given)).values(data=sa.null(), salt=sa.null()))
        self.unlabel = _text(sa.delete(label).where(*_same(label, _given(label, *label.c.keys()))))
        self.out_of_place = _text(self._out_of_place(record, past))
        bearing = record.c.data.like(sa.literal_column("'%\"@labels\"%'"))
        borne = sa.select(record.c.kind, record.c.data, sa.cast(sa.null(), sa.Text()), record.c.id).where(bearing)
        self.labels = _text(sa.union_all(sa.select(label), borne))  # one statement sees one state of the store
        self.arrivals = {"record": Arrival(record, twice=False), "label": Arrival(label, twice=True)}
        self.units = _text(self._units(unit, record, past))
        self._made: dict[tuple[str, Shape], str] = {}

    def asked(self, what: str, shape: Shape) -> str:
        """Return the statement that answers a question of this shape: `found`, `count`, `ids` or `versions`."""
        made = self._made.get((what, shape))
        if made is None:
            build = {"found": self._found, "count": self._count, "ids": self._ids, "versions": self._versions}[what]
            made = self._made[what, shape] = _text(build(shape))
        return made

    def _any(self, name: str) -> ColumnElement[Any]:
        sa = self._sa
        made: ColumnElement[Any] = sa.any_(sa.bindparam(name, type_=sa.ARRAY(sa.Text())))
        return made

    def _condition(self, shape: Shape) -> list[ColumnElement[bool]]:
        """Return the one condition on records: the ids, what the reader may see, the labels."""
        sa, record, label = self._sa, self._tables["record"], self._tables["label"]
        parts = [record.c.kind == sa.bindparam("kind"), _compared(record.c.id, shape.low, sa.bindparam("low"))]
        if shape.high:
            parts.append(_compared(record.c.id, shape.high, sa.bindparam("high")))
        if shape.nodes:
            parts.append(record.c.node == self._any("nodes"))
        for number in range(shape.where):
            named = label.c.kind == sa.bindparam("kind"), label.c.name == sa.bindparam(f"name{number}")
            bearing = sa.select(label.c.id).where(*named, label.c.value == self._any(f"texts{number}"))
            parts.append(record.c.id.in_(bearing))
        return parts

    def _found(self, shape: Shape) -> Select[Any]:
        """Ask for the newest versions, deleted ones too."""
        record = self._tables["record"]
        asked: Select[Any] = self._sa.select(record).where(*self._condition(shape)).order_by(record.c.id)
        return asked.limit(self._limit()) if shape.limit else asked

    def _limit(self) -> BindParameter[int]:
        made: BindParameter[int] = self._sa.bindparam("limit", type_=self._sa.BigInteger())
        return made

    def _count(self, shape: Shape) -> Select[Any]:
        """Ask how many of them hold data."""
        asked: Select[Any] = self._sa.select(self._sa.func.count(self._tables["record"].c.data))
        return asked.where(*self._condition(shape))

    def _ids(self, shape: Shape) -> Select[Any]:
        """Ask for the ids under which data stand."""
        sa, record, past = self._sa, self._tables["record"], self._tables["past"]
        same = past.c.kind == record.c.kind, past.c.id == record.c.id, past.c.data.is_not(None)
        standing = sa.or_(record.c.data.is_not(None), sa.exists().where(*same))
        asked: Select[Any] = sa.select(record.c.id).where(*self._condition(shape), standing).order_by(record.c.id)
        return asked.limit(self._limit()) if shape.limit else asked

    def _versions(self, shape: Shape) -> Select[Any]:
        """Ask for every version with the unit that made it."""
        sa, unit, record, past = self._sa, *(self._tables[name] for name in ("unit", "record", "past"))
        condition = self._condition(shape)
        both = sa.and_(past.c.kind == record.c.kind, past.c.id == record.c.id)
        older = sa.select(past).select_from(past.join(record, both)).where(*condition)
        v = older.union_all(sa.select(record).where(*condition)).subquery()
        by = [unit.c[name] for name in ("author", "reason", "moment", "operation", "stamp")]
        joined = v.outerjoin(unit, unit.c.sequence == v.c.sequence)
        asked: Select[Any] = sa.select(v, *by).select_from(joined).order_by(v.c.id, v.c.version)
        return asked

    def _kinds(self, record: sa.Table) -> ClauseElement:
        sa = self._sa
        used = sa.select(sa.func.min(record.c.kind).label("kind")).cte("used", recursive=True)
        following = sa.select(sa.func.min(record.c.kind)).where(record.c.kind > used.c.kind).scalar_subquery()
        used = used.union_all(sa.select(following).select_from(used).where(used.c.kind.is_not(None)))
        asked: ClauseElement = sa.select(used.c.kind).where(used.c.kind.is_not(None))
        return asked

    def _out_of_place(self, record: sa.Table, past: sa.Table) -> ClauseElement:
        sa = self._sa
        both = sa.and_(past.c.kind == record.c.kind, past.c.id == record.c.id)
        wrong = sa.or_(record.c.id.is_(None), past.c.version >= record.c.version)
        asked: ClauseElement = sa.select(past.c.kind, past.c.id).select_from(past.outerjoin(record, both)).where(wrong)
        return asked

    def _units(self, unit: sa.Table, record: sa.Table, past: sa.Table) -> ClauseElement:
        sa = self._sa
        nothing = [sa.cast(sa.null(), column.type) for column in (*list(unit.c)[1:], *record.c)]
        width = len(unit.c)
        no_unit, no_row, after = nothing[: width - 1], nothing[width - 1 :], sa.bindparam("after")
        rows = [sa.select(t.c.sequence, *no_unit, *t.c).where(t.c.sequence > after) for t in (record, past)]
        union = sa.union_all(sa.select(*unit.c, *no_row).where(unit.c.sequence > after), *rows)
        places = [sa.literal_column(str(width + number)).nulls_first() for number in (1, 2, 3)]
        asked: ClauseElement = union.order_by(sa.literal_column("1"), *places)
        return asked


def _compared(column: sa.Column[Any], how: str, value: BindParameter[Any]) -> ColumnElement[bool]:
    made = {
        "=": column == value,
        ">": column > value,
        ">=": column >= value,
        "<": column < value,
        "<=": column <= value,
    }
    return made[how]


@cache
def statements(schema: str) -> Statements:
    """Return the statements of the store in this schema."""
    return Statements(schema)
