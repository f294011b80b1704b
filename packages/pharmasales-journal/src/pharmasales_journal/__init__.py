"""A store in one append-only file (日志文件存储): the example of a storage back end from outside the library.

>>> import tempfile
>>> from datetime import UTC, datetime
>>> with tempfile.TemporaryDirectory() as folder:
...     with JournalStore.open(f"journal:///{folder}/sales.journal", create=True) as store:
...         with store.unit(by="u1", why="first load", at=datetime(2026, 1, 5, tzinfo=UTC)) as unit:
...             unit.put("hospital", "H001", {"beds": 300})
...     with JournalStore.open(f"journal:///{folder}/sales.journal") as store:
...         store.get("hospital", "H001").data
1
{'beds': 300}
"""

from pharmasales_journal.store import JournalStore

__all__ = ["JournalStore"]
