"""Read or renew a block of README.md.

`readme.py "Run it" sh` prints the command that stands under that heading, `readme.py "Run it" text` its output, and
`readme.py "Run it" text --write` puts there what comes in.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def place(text: str, heading: str, kind: str) -> slice:
    """Return where the only fenced block of a kind under a heading stands in the text."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    fence = re.compile(rf"^```{kind}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    found = list(fence.finditer(text, section.start(), section.end())) if section else []
    if len(found) != 1:
        sys.exit(f"README.md has {len(found)} {kind} blocks under '## {heading}', not one")
    return slice(*found[0].span(1))


def main(heading: str, kind: str, write: str = "") -> None:
    """Print or renew the block."""
    text = README.read_text("utf-8")
    block = place(text, heading, kind)
    if write == "--write":
        README.write_text(text[: block.start] + sys.stdin.read() + text[block.stop :], "utf-8")
    else:
        sys.stdout.write(text[block])


if __name__ == "__main__":
    main(*sys.argv[1:])
