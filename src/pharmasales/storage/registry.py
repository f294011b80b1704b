"""Which back ends there are, and how a URL opens one.

>>> {"memory", "postgresql", "sqlite"} <= set(stores())
True
>>> open_store("oracle://db")
Traceback (most recent call last):
    ...
pharmasales.errors.BadConfig: no store of this scheme @ oracle; known: memory, postgresql, sqlite; another needs a
package that offers it as an entry point of "pharmasales.stores" [config.store]
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from pharmasales.errors import BadConfig
from pharmasales.storage.protocol import Opener, Store

__all__ = ["open_store", "opener_of", "stores"]

_GROUP = "pharmasales.stores"
_BUILT_IN = {
    name: EntryPoint(name, value, _GROUP)
    for name, value in {
        "memory": "pharmasales.storage.memory:MemoryStore",
        "postgresql": "pharmasales.storage.postgres:PostgresStore",
        "sqlite": "pharmasales.storage.sqlite:SqliteStore",
    }.items()
}


def stores() -> Mapping[str, EntryPoint]:
    """Return the known back ends by scheme: the built-in ones and every installed entry point, none of them loaded yet.

    >>> stores()["memory"].value
    'pharmasales.storage.memory:MemoryStore'

    Raises:
        BadConfig: two installed packages offer the same scheme, or one offers a built-in scheme.
    """
    found = dict(_BUILT_IN)
    for point in entry_points(group=_GROUP):
        if found.setdefault(point.name, point).value != point.value:
            hint = "uninstall one of the two packages"
            raise BadConfig("two packages offer this store", where=point.name, hint=hint, code="config.twice")
    return MappingProxyType(found)


def open_store(url: str, *, create: bool = False) -> Store:
    """Open the store at a URL, such as `memory:`.

    Others: `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://user@host/database`, or an installed one.

    Args:
        url: scheme and place.
        create: make the store where it is missing; an existing one is never overwritten.

    >>> with open_store("memory:") as store:
    ...     store.count("hospital")
    0
    >>> open_store("sqlite:///nowhere.db")
    Traceback (most recent call last):
        ...
    pharmasales.errors.StorageError: no store at this path @ nowhere.db; create=True makes one [storage.missing]

    Raises:
        BadConfig: an unknown scheme, a back end that cannot be imported, a URL that it does not understand.
        StorageError: the store is missing, damaged, foreign or out of reach.
    """
    return opener_of(url).open(url, create=create)


def opener_of(url: str) -> Opener:
    """Return the back end that a URL names.

    >>> opener_of("memory:").open("memory:").kinds()
    []

    Raises:
        BadConfig: an unknown scheme, or a back end that cannot be imported.
    """
    scheme, colon, _ = url.partition(":")
    # a built-in store opens even where the metadata of the installed packages cannot be read
    known = _BUILT_IN if scheme in _BUILT_IN else stores()
    if not colon or scheme not in known:
        names = ", ".join(sorted(known))
        hint = f'known: {names}; another needs a package that offers it as an entry point of "{_GROUP}"'
        where = scheme if colon else "url"
        raise BadConfig("no store of this scheme", where=where, hint=hint, code="config.store")
    try:
        opener: Opener = known[scheme].load()
    except (ImportError, AttributeError) as error:
        hint = "install what the package of this store asks for"
        raise BadConfig("the store cannot be loaded", where=scheme, hint=hint, code="config.load") from error
    return opener
