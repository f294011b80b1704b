"""`[stock]` of `pharmasales.toml` (进销存)."""

from __future__ import annotations

from attrs import frozen

from pharmasales.workspace.section import Section

__all__ = ["TEMPLATE", "StockSettings", "stock_settings"]

TEMPLATE = ""
"""What a new `pharmasales.toml` says of it."""


@frozen
class StockSettings:
    """What a company decides of stock cards: movements and counts."""


def stock_settings(section: Section) -> StockSettings:
    """Read `[stock]`.

    Raises:
        BadConfig: an unknown key, or a value that a setting refuses.
    """
    section.done()
    return StockSettings()
