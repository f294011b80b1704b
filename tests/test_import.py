"""The front door is light: importing the library loads the core and nothing else, in little time."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CORE = ("pharmasales", "pharmasales.rules", "pharmasales.units", "pharmasales.periods", "pharmasales.org")
HEAVY = (
    "numpy",
    "polars",
    "pandas",
    "pyarrow",
    "duckdb",
    "pyspark",
    "sqlalchemy",
    "narwhals",
    "sqlite3",
    "msgspec",
    "typer",
    "rich",
    "hypothesis",
    "pytest",
)
LIMIT_MS, LIMIT_RATIO = 120, 2.4
TIMED = "import time\nstart = time.perf_counter()\nimport {}\nprint(time.perf_counter() - start)"


def child(program, env=None):
    """Run a program in a fresh interpreter and return what it prints."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)  # noqa: S603 - our own program
    return done.stdout.strip()


@pytest.mark.parametrize(
    "modules", [("pharmasales",), CORE, ("pharmasales.cycle",)], ids=("front door", "core", "cycle")
)
def test_no_heavy_library_is_loaded(modules):
    """Neither frames nor stores nor the command line nor the testing room come in by the front door."""
    found = child(f"import {', '.join(modules)}, sys\nprint([name for name in {HEAVY} if name in sys.modules])")
    assert found == "[]"


def test_the_room_of_frames_loads_none_until_it_is_used():
    """`pharmasales.frames` loads narwhals and polars when one of its names is asked for, and nothing beyond them."""
    shown = f"print([name for name in {HEAVY} if name in sys.modules])"
    found = child(f"import sys, pharmasales\nfrom pharmasales import frames\n{shown}\nframes.apply\n{shown}")
    before, after = found.splitlines()
    assert before == "[]"
    assert {"narwhals", "polars"} <= set(eval(after)) <= {"narwhals", "polars", "numpy"}  # noqa: S307 - a list of ours


def test_the_testing_room_is_not_loaded():
    """`pharmasales.testing` is imported by those who test, and does not load pytest or hypothesis itself."""
    ours = f"import {', '.join(CORE)}, sys\nprint([n for n in sys.modules if n.startswith('pharmasales.testing')])"
    assert child(ours) == "[]"
    theirs = "import pharmasales.testing.laws, sys\nprint([n for n in ('pytest', 'hypothesis') if n in sys.modules])"
    assert child(theirs) == "[]"


def test_import_time(tmp_path):
    """At most 120 ms, or on a slow machine 2.4 times the bare import of attrs in the same run; best of seven."""
    env = os.environ | {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}  # as installed: compiled
    names = {"core": ", ".join(CORE), "front door": "pharmasales", "attrs": "attrs"}
    best = dict.fromkeys(names, float("inf"))
    for _ in range(8):
        for name, modules in names.items():
            best[name] = min(best[name], float(child(TIMED.format(modules), env)) * 1000)
    for name in ("core", "front door"):
        said = f"import of the {name} took {best[name]:.1f} ms, bare attrs {best['attrs']:.1f} ms"
        assert best[name] <= LIMIT_MS or best[name] <= LIMIT_RATIO * best["attrs"], said
