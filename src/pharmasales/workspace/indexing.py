"""Tabs and nodes in a store (索引): kept beside the files, moved as a customer changes hands, made for older archives.

>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     tabs_of(store, ["D1"])
{}
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from pharmasales.archive import Dossier
from pharmasales.errors import NotFound, StorageError
from pharmasales.storage import Record, Store, Unit
from pharmasales.workspace.chain import prefix
from pharmasales.workspace.shelf import CHANGES, CONSENTS, CUSTOMERS, REQUESTS, Tab, marked

__all__ = ["check_index", "got", "index", "move", "tabs_of"]

_MANY = 500


def check_index(store: Store) -> None:
    """Refuse an archive that has files and no tabs: a file without one would never be found.

    Raises:
        StorageError: `archive.index`.

    >>> from datetime import UTC, datetime
    >>> from pharmasales.storage import open_store
    >>> store = open_store("memory:")
    >>> with store.unit(by="u1", why="as before", at=datetime(2026, 1, 5, tzinfo=UTC)) as unit:
    ...     unit.put("change", "D1/000000", {"customer": "D1"})
    1
    >>> check_index(store)
    Traceback (most recent call last):
        ...
    pharmasales.errors.StorageError: the archive has no index, as in an earlier version; migrate it: pharmasales store
    migrate DIR, or Cabinet.index [archive.index]
    """
    if not any(store.find(CUSTOMERS, limit=1)) and any(store.find(CHANGES, limit=1)):
        hint = "migrate it: pharmasales store migrate DIR, or Cabinet.index"
        raise StorageError("the archive has no index, as in an earlier version", hint=hint, code="archive.index")


def tabs_of(store: Store, customers: Collection[str]) -> dict[str, Tab]:
    """Return the tabs of those of some customers who have a file; many are read in one walk over all.

    Raises:
        StorageError: `archive.index`.
    """
    many = len(customers) >= _MANY
    kept = store.find(CUSTOMERS) if many else filter(None, (got(store, CUSTOMERS, one) for one in customers))
    found = {one.id: Tab.read(one.data) for one in kept if one.id in customers}
    if not found:
        check_index(store)
    return found


def got(store: Store, kind: str, id_: str) -> Record | None:
    """Return a record, or `None` where there is none.

    >>> from pharmasales.storage import open_store
    >>> got(open_store("memory:"), "consent", "D1") is None
    True
    """
    try:
        return store.get(kind, id_)
    except NotFound:
        return None


def move(store: Store, unit: Unit, nodes: Mapping[str, str]) -> None:
    """Let everything that is kept of customers belong to other nodes.

    The records are read from the store, so that nothing comes back that was erased meanwhile.

    Args:
        store: the store.
        unit: the open unit of work.
        nodes: the node by the customer's id; "" for none.
    """
    kept = ((one, node) for of, node in nodes.items() for one in store.find(CHANGES, prefix=prefix(of)))
    unit.put_many(CHANGES, [(one.id, marked(one.data, node)) for one, node in kept])
    for kind in (REQUESTS, CONSENTS) if nodes else ():
        hanging = list(store.find(kind, where={"customer": list(nodes)}))
        unit.put_many(kind, [(one.id, marked(one.data, nodes[_of(one.id, one.data)])) for one in hanging])


def index(store: Store, unit: Unit, files: Iterable[Dossier]) -> int:
    """Give every file its tab, and everything that is kept its node; return how many files there are."""
    tabs = {file.id: Tab.of(file) for file in files}
    unit.replace(CUSTOMERS, "", [(customer, tab.data()) for customer, tab in tabs.items()])
    unit.put_many(CHANGES, [(one.id, marked(one.data, tabs[_of("", one.data)].node)) for one in store.find(CHANGES)])
    for kind in (REQUESTS, CONSENTS):
        hanging = [(one, _of(one.id, one.data)) for one in store.find(kind)]
        unit.put_many(kind, [(one.id, marked(one.data, tabs.get(of, Tab()).node, of)) for one, of in hanging])
    return len(tabs)


def _of(id_: str, data: Mapping[str, object]) -> str:
    """Return the customer of a record; consents bear its id as their own."""
    return str(data.get("customer", id_))
