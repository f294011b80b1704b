"""The tables of a store on PostgreSQL, the rules of who sees which row, and whether a schema is such a store.

Every text stands under the collation "C", so that order is that of code points on every server.

>>> print(ddl(tables_of("pharmasales"))[0])
CREATE TABLE pharmasales.store (
    application TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (application)
)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pharmasales.errors import StorageError
from pharmasales.extras import need
from pharmasales.storage.postgres_server import Link

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

__all__ = ["APPLICATION", "VERSION", "ddl", "dialect", "make", "recognise", "tables_of"]

APPLICATION = "pharmasales"
"""What stands in the table `store` of every store of this library."""

VERSION = 2
"""The version of the schema below."""

_COLUMNS = {
    "store": "application! version#!",
    "unit": "sequence# author! reason! moment! operation stamp%! hash%!",
    "record": "kind! id! version#! sequence#! data salt% hash%! node",
    "past": "kind! id! version#! sequence#! data salt% hash%! node",
    "label": "kind! name! value! id!",
    "reader": "role! node!",
}
_KEYS = {
    "store": ("application",),
    "unit": ("sequence",),
    "record": ("kind", "id"),
    "past": ("kind", "id", "version"),
    "label": ("kind", "name", "value", "id"),
    "reader": ("role", "node"),
}
_INDEXES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "record": {"sequence": ("sequence",), "node": ("kind", "node")},
    "past": {"sequence": ("sequence",)},
}

_VISIBLE = {
    "record": "node = ANY (ARRAY(SELECT r.node FROM {schema}.reader AS r WHERE r.role = current_user))",
    "past": "EXISTS (SELECT FROM {schema}.record AS r WHERE r.kind = past.kind AND r.id = past.id)",
    "label": "EXISTS (SELECT FROM {schema}.record AS r WHERE r.kind = label.kind AND r.id = label.id)",
    "unit": "EXISTS (SELECT FROM {schema}.record AS r WHERE r.sequence = unit.sequence)"
    " OR EXISTS (SELECT FROM {schema}.past AS p WHERE p.sequence = unit.sequence)",
    "reader": "role = current_user",
}
"""Which rows a role that is not the owner sees; every EXISTS is itself under the rule of the table that it asks."""

_RULES = (
    "ALTER TABLE {schema}.{table} ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {schema}.{table} FORCE ROW LEVEL SECURITY",
    "CREATE POLICY owner ON {schema}.{table} TO CURRENT_USER USING (true) WITH CHECK (true)",
    "CREATE POLICY reader ON {schema}.{table} FOR SELECT TO PUBLIC USING ({visible})",
)
_FOUND = """
    SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
        ARRAY(SELECT polname || polcmd::text || polpermissive::text
            FROM pg_policy WHERE polrelid = c.oid ORDER BY polname),
        ARRAY(SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' '
                || coalesce((SELECT collname FROM pg_collation WHERE oid = a.attcollation), '')
            FROM pg_attribute AS a WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum),
        (SELECT array_agg(a.attname::text ORDER BY k.place) FROM pg_index AS i,
            unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place), pg_attribute AS a
            WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.attnum)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relkind = 'r'
"""


@cache
def dialect() -> PGDialect_psycopg:
    """Return SQLAlchemy's way of speaking to PostgreSQL through psycopg."""
    made: PGDialect_psycopg = need("sqlalchemy.dialects.postgresql.psycopg", "sql").dialect()
    return made


@cache
def tables_of(schema: str) -> Mapping[str, sa.Table]:
    """Return the tables of a store by name."""
    sa = need("sqlalchemy", "sql")
    kinds = {"#": sa.BigInteger(), "%": sa.LargeBinary()}
    metadata = sa.MetaData(schema=schema)
    for name, words in _COLUMNS.items():
        columns = []
        for word in words.split():
            column = word.rstrip("!#%")
            kind = kinds.get(word.removeprefix(column)[:1]) or sa.Text(collation="C")
            first = column in _KEYS[name]
            unique = column == "operation"
            nullable = not first and not word.endswith("!")
            columns.append(
                sa.Column(column, kind, primary_key=first, nullable=nullable, unique=unique, autoincrement=False)
            )
        table = sa.Table(name, metadata, *columns)
        for key, on in _INDEXES.get(name, {}).items():
            given = table.c.node.is_not(None) if key == "node" else None
            sa.Index(f"{name}_{key}", *(table.c[column] for column in on), postgresql_where=given)
    return {table.name: table for table in metadata.tables.values()}


def ddl(tables: Mapping[str, sa.Table]) -> list[str]:
    """Return the statements that make the tables and their indexes."""
    schema = need("sqlalchemy.schema", "sql")
    made: list[Any] = [schema.CreateTable(table) for table in tables.values()]
    for table in tables.values():
        made += [schema.CreateIndex(index) for index in sorted(table.indexes, key=lambda index: str(index.name))]
    return [str(one.compile(dialect=dialect())).strip().replace("\t", "    ").replace(", \n", ",\n") for one in made]


def make(link: Link) -> None:
    """Make an empty store in the place's schema, in one transaction; nothing where there is one.

    Raises:
        StorageError: `storage.foreign`, where the schema holds tables of something else; `storage.denied`, where the
            role may not make a schema.
    """
    sql = need("psycopg.sql", "sql")
    schema = sql.Identifier(link.place.schema)
    link.inside = True
    try:
        link.run("BEGIN ISOLATION LEVEL READ COMMITTED")
        link.run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", (f"pharmasales {link.place.schema}",))
        if not _catalogue(link):
            if not link.run("SELECT FROM pg_namespace WHERE nspname = %s", (link.place.schema,)).fetchall():
                link.run(sql.SQL("CREATE SCHEMA {}").format(schema))
            for statement in ddl(tables_of(link.place.schema)):
                link.run(statement)
            for table, visible in _VISIBLE.items():
                shown = sql.SQL(visible).format(schema=schema)
                for rule in _RULES:
                    link.run(sql.SQL(rule).format(schema=schema, table=sql.Identifier(table), visible=shown))
            link.run(sql.SQL("INSERT INTO {}.store VALUES (%s, %s)").format(schema), (APPLICATION, VERSION))
        link.run("COMMIT")
    finally:
        link.inside = False


def _catalogue(link: Link) -> dict[str, tuple[Any, ...]]:
    return {name: rest for name, *rest in link.run(_FOUND, (link.place.schema,))}


def recognise(link: Link) -> bool:
    """See that the place's schema is a whole store of this version; return whether this role is its owner.

    Raises:
        StorageError: `storage.missing`, `storage.foreign`, `storage.older`, `storage.newer`, `storage.damaged`, or
            `storage.denied` for a role that was not admitted.
    """
    place, found = link.place, _catalogue(link)

    def refuse(name: str, reason: str, hint: str) -> StorageError:
        return StorageError(reason, where=f"{place.name} {place.schema}", hint=hint, code=f"storage.{name}")

    if not found:
        raise refuse("missing", "no store in this schema", "create=True makes one")
    tables = tables_of(place.schema)
    due: dict[str, Any] = {name: _due(table) for name, table in tables.items()}
    if "store" not in found or found["store"][2] != due["store"][2]:
        raise refuse("foreign", "the schema holds something else", "name another by ?schema=")
    sql = need("psycopg.sql", "sql")
    asked = sql.SQL("SELECT application, version FROM {}.store").format(sql.Identifier(place.schema))
    marks = link.run(asked).fetchall()
    if len(marks) != 1 or marks[0][0] != APPLICATION:
        raise refuse("foreign", "the schema holds something else", "name another by ?schema=")
    if marks[0][1] > VERSION:
        raise refuse("newer", "made by a newer version", "update pharmasales")
    if marks[0][1] != VERSION or {name: found.get(name) for name in due} != due:
        raise refuse("damaged", "the tables are not those of a store", "restore them from a backup")
    owned = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(%s)"
    ((owner,),) = link.run(owned, (dialect().identifier_preparer.format_table(tables["record"]),)).fetchall()
    return bool(owner)


def _due(table: sa.Table) -> list[Any]:
    sa = need("sqlalchemy", "sql")
    rules = table.name in _VISIBLE
    columns = [
        f"{column.name} {column.type.compile(dialect()).split()[0].lower()} {str(not column.nullable).lower()} "
        + ("C" if isinstance(column.type, sa.Text) else "")
        for column in table.columns
    ]
    return [rules, ["owner*true", "readerrtrue"] if rules else [], columns, list(_KEYS[table.name])]
