"""The house stands: rooms in their order, strangers refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src/pharmasales"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts on the package that lies in a folder."""
    program = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", program, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with the package and its contracts, to build strange rooms in."""
    pytest.importorskip("importlinter", reason="import-linter is not installed")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(SRC, tmp_path / "src/pharmasales", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    """Imports point down, siblings stay apart, and the domain knows no frame library and no database."""
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 kept, 0 broken" in done.stdout


def test_a_stray_module_is_refused(copy: Path) -> None:
    """A module without a place in the house breaks the build."""
    (copy / "src/pharmasales/utils.py").write_text('"""Nobody knows what belongs here."""\n', "utf-8")
    done = lint(copy)
    assert done.returncode == 1
    assert "pharmasales.utils" in done.stdout


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("splits.py", "import pharmasales.goals"),
        ("archive/sales.py", "import pharmasales.cycle"),
        ("cycle/planning.py", "import sqlite3"),
        ("rules/shapes.py", "import numpy"),
        ("frames/applying.py", "import pharmasales.storage"),
        ("workspace/load.py", "import pharmasales.testing"),
    ],
)
def test_a_forbidden_import_is_refused(copy: Path, room: str, line: str) -> None:
    """A sibling, a room above, a database, a frame library and the test room are out of reach."""
    module = copy / "src/pharmasales" / room
    module.write_text(f"{module.read_text('utf-8')}\n{line}\n", "utf-8")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken" in done.stdout


def test_no_module_is_too_long() -> None:
    """No module is longer than 400 lines."""
    lengths = {path.relative_to(SRC).as_posix(): path.read_text("utf-8").count("\n") for path in SRC.rglob("*.py")}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    """Rooms are named after the trade."""
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager", "service", "services"}
    assert [path for path in SRC.rglob("*.py") if path.stem.lstrip("_") in empty] == []
