"""A program that runs a workspace of its own."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

from pharmasales import Plan, Region, Review, period
from pharmasales.display import Says
from pharmasales.workspace import Loaded, Outputs, Settings, Workspace, read_settings, write_demo


def run(folder: Path) -> list[str]:
    """Plan and review a quarter, and say why somebody has the goal that he has."""
    write_demo(folder)
    workspace = Workspace.open(folder)
    assert_type(workspace.settings, Settings)
    loaded = workspace.load(print)
    assert_type(loaded, Loaded)
    assert_type(loaded.checked(), Region)
    planned = workspace.plan(period("2026-Q1"), lang="zh")
    assert_type(planned, tuple[Plan, Outputs])
    assert_type(workspace.review(period("2025-Q4")), tuple[Review, Outputs])
    why = workspace.why("goal", "R01", period("2026-Q1"))
    assert_type(why, list[tuple[Says, Says]])
    return [reason.text("en") for _, reason in why]


assert_type(read_settings('[goals]\ngrowth = "12%"').policy.fingerprint, str)
