"""Migration (迁移): bringing a store that an older version made to this one, when somebody asks for it.

Opening never migrates: it refuses an older store as `storage.older`, and leaves every byte of it. `migrate` checks all
of it first, keeps a copy beside it, and then does everything in one transaction, or nothing.

>>> migrate("memory:").done
False
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

from attrs import frozen

from pharmasales.display import Says
from pharmasales.storage.registry import opener_of

__all__ = ["Migrated", "Migrates", "migrate"]


@frozen
class Migrated:
    """What a migration did.

    Args:
        old: the version that the store had; `None` for a back end that has made no other.
        new: the version that it has.
        backup: where the store is kept as it was before.

    >>> print(Migrated(1, 2, Path("sales.db.v1.bak")))
    migrated from version 1 to version 2; the store as it was is kept in sales.db.v1.bak
    """

    old: int | None = None
    new: int | None = None
    backup: Path | None = None

    @property
    def done(self) -> bool:
        """Whether there was anything to migrate."""
        return self.old != self.new

    def says(self) -> Says:
        """Return what was done, in both languages."""
        if not self.done:
            return Says("nothing to migrate: the store is of this version", "无需迁移：存储已是当前版本")
        kept = self.backup.name if self.backup else "-"
        return Says(
            f"migrated from version {self.old} to version {self.new}; the store as it was is kept in {kept}",
            f"已从版本 {self.old} 迁移到版本 {self.new}；原存储保留为 {kept}",
        )

    def __str__(self) -> str:
        return self.says().en


@runtime_checkable
class Migrates(Protocol):
    """What an `Opener` offers besides, if there are stores that an older version of it has made.

    >>> from pharmasales.storage.sqlite import SqliteStore
    >>> isinstance(SqliteStore, Migrates)
    True
    """

    def migrate(self, url: str) -> Migrated:
        """Bring the store at `url` to the version of today: all of it, or no byte.

        Raises:
            StorageError: the store is missing, foreign, newer, damaged, or somebody else is writing.
        """
        ...


def migrate(url: str) -> Migrated:
    """Bring the store at a URL to the version of today; a store that is of this version is left as it is.

    For SQLite the file as it was is kept beside it, under a name such as `sales.db.v1.bak` that no file had. Data,
    versions, histories and done operations are the same afterwards. What was erased in the old file stays erased; its
    copy is as old as itself, so remove it when you are content.

    >>> migrate("sqlite:///nowhere.db")
    Traceback (most recent call last):
        ...
    pharmasales.errors.StorageError: no store at this path @ nowhere.db; create=True makes one [storage.missing]

    Raises:
        BadConfig: an unknown scheme, a back end that cannot be imported, a URL that it does not understand.
        StorageError: the store is missing, foreign, newer (`storage.newer`), damaged (`storage.damaged`), holds a key
            that is the store's own today (`storage.reserved`), somebody else is writing, or the disk is full; nothing
            was changed then.
    """
    opener = opener_of(url)
    if isinstance(opener, Migrates):
        return opener.migrate(url)
    opener.open(url).close()
    return Migrated()
