"""`[credit]` of `pharmasales.toml` (资信与回款)."""

from __future__ import annotations

from attrs import frozen

from pharmasales.workspace.section import Section

__all__ = ["TEMPLATE", "CreditSettings", "credit_settings"]

TEMPLATE = ""
"""What a new `pharmasales.toml` says of it."""


@frozen
class CreditSettings:
    """What a company decides of money and credit: documents, investigations, limits, orders."""


def credit_settings(section: Section) -> CreditSettings:
    """Read `[credit]`.

    Raises:
        BadConfig: an unknown key, or a value that a setting refuses.
    """
    section.done()
    return CreditSettings()
