"""Who may read a store on PostgreSQL: roles of the server and the nodes of the organisation that each of them sees.

The server applies the rules of the rows to every statement of such a role, in whatever program. Names of roles reach
SQL only through the driver's own quoting.

Source: T1; finding 6 and goals 3.3 of the reliability file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pharmasales.errors import StorageError
from pharmasales.extras import need
from pharmasales.storage.postgres_server import Link
from pharmasales.storage.records import ANYBODY

__all__ = ["admit", "dismiss", "readers"]

_ROLE = """
    SELECT rolsuper OR rolbypassrls OR pg_has_role(rolname, relowner, 'MEMBER'), pg_has_role(relowner, 'USAGE')
    FROM pg_class LEFT JOIN pg_roles ON rolname = %s WHERE pg_class.oid = (%s || '.record')::regclass
"""
_TAKEN = (
    "DELETE FROM {schema}.reader WHERE role = {name}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
    "REVOKE ALL ON SCHEMA {schema} FROM {role}",
)
_GIVEN = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT ON {schema}.store, {schema}.unit, {schema}.record, {schema}.past, {schema}.label TO {role}",
    "GRANT SELECT ON {schema}.reader TO {role}",
    "INSERT INTO {schema}.reader SELECT {name}, unnest({nodes}::text[])",
)


def admit(link: Link, role: str, nodes: Iterable[str]) -> None:
    """Let a role read the records of exactly these nodes and those of everybody; see `PostgresStore.admit`."""
    _change(link, role, (*_TAKEN, *_GIVEN), sorted({*nodes, ANYBODY}), admitting=True)


def dismiss(link: Link, role: str) -> None:
    """Take everything from a role; see `PostgresStore.dismiss`."""
    _change(link, role, _TAKEN, [], admitting=False)


def _change(link: Link, role: str, statements: Iterable[str], nodes: list[str], *, admitting: bool) -> None:
    sql = need("psycopg.sql", "sql")
    schema = sql.Identifier(link.place.schema)
    link.begin("BEGIN ISOLATION LEVEL READ COMMITTED")
    try:
        _check(link, role, schema.as_string(None), admitting=admitting)
        parts = {"schema": schema, "role": sql.Identifier(role), "name": sql.Literal(role), "nodes": sql.Literal(nodes)}
        for statement in statements:
            link.run(sql.SQL(statement).format(**parts))
        link.commit()
    finally:
        if link.inside:
            link.undo()


def _check(link: Link, role: str, schema: str, *, admitting: bool) -> None:
    found: list[tuple[Any, Any]] = link.run(_ROLE, (role, schema)).fetchall() if "\0" not in role else []
    where = link.place.name
    if found and not found[0][1]:
        hint = "open the store as its owner"
        raise StorageError("only the owner of the store admits readers", where=where, hint=hint, code="storage.denied")
    if not found or found[0][0] is None:
        hint = "make it with CREATE ROLE"
        raise StorageError("the server has no such role", where=where, hint=hint, code="storage.role")
    if admitting and found[0][0]:
        hint = "admit a role that is neither superuser, nor BYPASSRLS, nor a member of the owner"
        raise StorageError("no rule holds this role back", where=where, hint=hint, code="storage.role")


def readers(link: Link) -> Mapping[str, frozenset[str]]:
    """Return the nodes of every role that was admitted."""
    sql = need("psycopg.sql", "sql")
    asked = sql.SQL("SELECT role, array_agg(node) FROM {}.reader GROUP BY role ORDER BY role")
    rows = link.run(asked.format(sql.Identifier(link.place.schema)), ()).fetchall()
    return {role: frozenset(nodes) - {ANYBODY} for role, nodes in rows}
