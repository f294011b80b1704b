"""Storage (存储): where values are kept, as plain versioned records in units of work.

>>> from datetime import UTC, datetime
>>> with open_store("memory:") as store:
...     with store.unit(by="u1", why="first load", at=datetime(2026, 1, 5, tzinfo=UTC)) as unit:
...         unit.put("hospital", "H001", {"beds": 300})
...     store.get("hospital", "H001").data
1
{'beds': 300}
"""

from __future__ import annotations

from pharmasales.storage.protocol import Data, Entry, Json, Opener, Reader, Record, Sealed, Store, Unit
from pharmasales.storage.registry import open_store, stores

__all__ = ["Data", "Entry", "Json", "Opener", "Reader", "Record", "Sealed", "Store", "Unit", "open_store", "stores"]
