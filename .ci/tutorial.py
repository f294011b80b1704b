"""Run the code of a page on real data and compare what it prints and draws with what the page shows.

`python .ci/tutorial.py PAGE` lists what differs and exits 1 where anything does; with `--write` the page and its
pictures are renewed. A page holds blocks of `python`, each followed by what it printed in a block of `text`, and by the
picture that it left in the name `picture`.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "../shared/data"
PART = re.compile(r"^```(python|text)\n(.*?)^```$|^!\[[^\]]*\]\((\.\./img/[\w-]+\.svg)\)$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"-?\d+\.\d+")


def parts(text: str) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Yield what a page holds: code, what was printed, and pictures, with the place of each."""
    for found in PART.finditer(text):
        kind = found[1] or "picture"
        yield kind, found[2] if found[1] else found[3], found.span(2 if found[1] else 3)


def same_picture(one: str, other: str) -> bool:
    """Whether two pictures say the same words and hold the same shapes, whatever the last decimals of their places."""
    words = [re.findall(r">([^<>]+)</text>", svg) for svg in (one, other)]
    tags = [Counter(re.findall(r'<(\w+)|(?:fill|stroke)="([^"]*)"', svg)) for svg in (one, other)]
    rough = [Counter(f"{float(number):.1f}" for number in NUMBER.findall(svg)) for svg in (one, other)]
    apart = sum(((rough[0] - rough[1]) + (rough[1] - rough[0])).values())
    return words[0] == words[1] and tags[0] == tags[1] and apart <= sum(rough[0].values()) // 100


def run(page: Path, *, write: bool = False) -> list[str]:
    """Run a page; return what differs from what it shows, or renew it."""
    text = page.read_text("utf-8")
    known: dict[str, object] = {"__name__": "tutorial"}
    printed, wrong, fresh, last = "", [], [], 0
    for kind, held, (start, end) in parts(text):
        if kind == "python":
            out = io.StringIO()
            with redirect_stdout(out):
                exec(compile(held, page.name, "exec"), known)  # noqa: S102 - our own page
            printed = "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())
        elif kind == "text":
            if held != printed:
                wrong.append(f"{page.name}: printed\n{printed}\nand not\n{held}")
            fresh += [text[last:start], printed]
            last = end
        else:
            drawn, kept = known["picture"].svg(), page.parent / held  # type: ignore[attr-defined]  # a chart
            if write:
                kept.write_text(drawn, "utf-8")
            elif not same_picture(drawn, kept.read_text("utf-8")):
                wrong.append(f"{page.name}: {held} is not what is drawn")
    if write:
        page.write_text("".join([*fresh, text[last:]]), "utf-8")
        return []
    return wrong


def told(name: str) -> str:
    """Return what a page says of itself when the site is built, after running it where the data are.

    Raises:
        AssertionError: the page shows other figures than the data give.
    """
    if not DATA.is_dir():
        return "*The data were not there when this page was built; what it shows, a test compares with them.*"
    wrong = run(ROOT / "docs" / name)
    assert not wrong, "\n".join(wrong)  # noqa: S101 - fails the build
    return "*Everything on this page was run on the data when it was built, and gave what it shows.*"


if __name__ == "__main__":
    found = [
        line for name in sys.argv[1:] if name != "--write" for line in run(Path(name), write="--write" in sys.argv)
    ]
    print("\n".join(found))  # noqa: T201 - a program
    sys.exit(bool(found))
