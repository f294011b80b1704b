"""Run every case of this folder and print one table: ours, the floor in the same run, and their ratio.

`python bench/run.py` runs all, `python bench/run.py goals rules` those of `bench_goals.py` and `bench_rules.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

Cases = Callable[[], Iterator[tuple[str, float, float]]]

HERE = Path(__file__).resolve().parent
ROW = "{:64} {:>11} {:>11} {:>7}"


def cases_of(path: Path) -> Cases:
    """Load one file and return its `cases`."""
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Cases = module.cases
    return found


def seconds(value: float) -> str:
    """Show a time in the unit that suits it."""
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if value >= size:
            return f"{value / size:.2f} {unit}"
    return f"{value * 1e9:.0f} ns"


def main(*names: str) -> None:
    """Print the table."""
    files = {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}
    if unknown := set(names) - files.keys():
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(files)}")
    print(ROW.format("case", "ours", "floor", "ratio"))
    for name in names or files:
        for case, ours, floor in cases_of(files[name])():
            print(ROW.format(f"{name}: {case}"[:64], seconds(ours), seconds(floor), f"{ours / floor:.1f}"), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
