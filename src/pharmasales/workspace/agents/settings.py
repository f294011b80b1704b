"""`[agents]` of `pharmasales.toml` (招商)."""

from __future__ import annotations

from attrs import frozen

from pharmasales.workspace.section import Section

__all__ = ["TEMPLATE", "AgentsSettings", "agents_settings"]

TEMPLATE = ""
"""What a new `pharmasales.toml` says of it."""


@frozen
class AgentsSettings:
    """What a company decides of recruitment: leads, stages, rights, marks, issues."""


def agents_settings(section: Section) -> AgentsSettings:
    """Read `[agents]`.

    Raises:
        BadConfig: an unknown key, or a value that a setting refuses.
    """
    section.done()
    return AgentsSettings()
