"""The part of the example region that the desk of flow reads (流向), by a seeded generator."""

from __future__ import annotations

from collections.abc import Mapping

from pharmasales.workspace.demo_rows import Rows

__all__ = ["SETTINGS", "demo_files"]

SETTINGS = ""
"""What the example's `pharmasales.toml` says of it."""


def demo_files(seed: int) -> Mapping[str, Rows]:  # noqa: ARG001 - the desk fills it
    """Return the rows of each file, the header first.

    Args:
        seed: of the generator.
    """
    return {}
