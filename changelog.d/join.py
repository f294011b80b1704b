"""Put the fragments of this folder into CHANGELOG.md.

`python3 changelog.d/join.py` renews the part of what is not released yet. `... join.py 2026-01-31` closes that
part with the day of the release, and removes the fragments.

A fragment is a file `ISSUE.KIND.md`, or `ISSUE.TOPIC.KIND.md`, with one sentence for the reader.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHANGELOG = HERE.parent / "CHANGELOG.md"
KINDS = ("added", "changed", "deprecated", "removed", "fixed", "security")
OPEN = re.compile(r"^## \S+ - unreleased\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def fragments() -> list[Path]:
    """Return the fragments in order; a file of no known kind is an error."""
    found = sorted(HERE.glob("*.md"), key=lambda path: (int(path.name.split(".")[0]), path.name))
    strange = [path.name for path in found if _kind(path) not in KINDS]
    if strange:
        sys.exit(f"of no known kind ({', '.join(KINDS)}): {', '.join(strange)}")
    return found


def _kind(path: Path) -> str:
    return path.name.split(".")[-2]


def section(paths: Iterable[Path], day: str = "unreleased") -> str:
    """Return the part of the changelog that fragments make, under the version of `pyproject.toml`."""
    version = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    said = [(_kind(path), path.read_text("utf-8").strip()) for path in paths]
    lines = [f"## {version} - {day}", ""]
    for kind in KINDS:
        mine = [f"- {sentence}" for its, sentence in said if its == kind]
        lines += [f"### {kind.capitalize()}", "", *mine, ""] if mine else []
    return "\n".join(lines)


def main(day: str = "unreleased") -> None:
    """Renew or close the open part, which stands above the releases."""
    if day != "unreleased":
        date.fromisoformat(day)  # a word that is no day closes nothing
    text, paths = OPEN.sub("", CHANGELOG.read_text("utf-8")), fragments()
    head, mark, rest = text.partition("\n## ")
    new = f"\n\n{section(paths, day)}" if paths else "\n"
    CHANGELOG.write_text(f"{head.rstrip()}{new}{mark}{rest}", "utf-8")
    if day != "unreleased":
        for path in paths:
            path.unlink()


if __name__ == "__main__":
    main(*sys.argv[1:])
