"""The part of a store that belongs to some nodes of the organisation, where a whole store is due (数据权限).

Reads give what the reader sees. Whatever needs all of it is refused by name, since an answer from a part would be a
wrong one: no write, no audit chain, no search for every copy of a person's data.

>>> from pharmasales.storage import open_store
>>> with open_store("memory:") as store:
...     part = Part(store.within(["r1"]))
...     part.count("change")
...     part.head()
Traceback (most recent call last):
    ...
pharmasales.errors.StorageError: a reader of a part cannot do this; let a reader of the whole archive do it
[storage.scope]
"""

from __future__ import annotations

from typing import Any, Self

from pharmasales.errors import StorageError
from pharmasales.storage import Reader, Store

__all__ = ["Part", "whole"]


class Part:
    """A `Store` of which only the reads of a scoped reader work.

    Args:
        reader: what may be read, `Store.within(nodes)`.
    """

    def __init__(self, reader: Reader) -> None:
        self.get, self.find, self.count = reader.get, reader.find, reader.count
        self.history, self.histories = reader.history, reader.histories
        self.kinds, self.ids = reader.kinds, reader.ids

    def _refuse(self, *_args: Any, **_more: Any) -> Any:  # noqa: ANN401 - it stands for methods of many forms
        raise _scope()

    part = True
    unit = units = head = verify = take = within = _refuse

    def close(self) -> None:
        """Do nothing: the store is the owner's to close."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass


def whole(store: Store) -> Store:
    """Return a store that is whole, or refuse a part.

    Raises:
        StorageError: `storage.scope`.

    >>> from pharmasales.storage import open_store
    >>> whole(open_store("memory:")).count("change")
    0
    """
    if store.part:
        raise _scope()
    return store


def _scope() -> StorageError:
    hint = "let a reader of the whole archive do it"
    return StorageError("a reader of a part cannot do this", hint=hint, code="storage.scope")
