"""`[flow]` of `pharmasales.toml` (流向)."""

from __future__ import annotations

from attrs import frozen

from pharmasales.workspace.section import Section

__all__ = ["TEMPLATE", "FlowSettings", "flow_settings"]

TEMPLATE = ""
"""What a new `pharmasales.toml` says of it."""


@frozen
class FlowSettings:
    """What a company decides of flow: files of distributors, aliases, packings, territories."""


def flow_settings(section: Section) -> FlowSettings:
    """Read `[flow]`.

    Raises:
        BadConfig: an unknown key, or a value that a setting refuses.
    """
    section.done()
    return FlowSettings()
