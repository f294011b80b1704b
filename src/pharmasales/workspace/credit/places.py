"""Where values that are checked against each other came from: their file and row in the place of their number.

>>> from pharmasales.errors import BadValue
>>> try:
...     with placed("documents", [(("papers.csv", 2),), (("papers.csv", 3), ("papers.csv", 4))]):
...         raise BadRows("refused", [BadValue("two of one number", where="invoice, documents[0], documents[1]")])
... except BadRows as error:
...     print(*error.lines())
two of one number @ invoice, papers.csv row 2, papers.csv row 3, papers.csv row 4 [value]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pharmasales.errors import BadRows, PharmaSalesError
from pharmasales.workspace.rows import Place

__all__ = ["placed"]


@contextmanager
def placed(name: str, places: Sequence[Sequence[Place]]) -> Iterator[None]:
    """Let every refusal of a list say the files and rows.

    Args:
        name: what the list is called in the refusals, as in `documents[3]`.
        places: where each of the list came from.

    Raises:
        BadRows: what was raised within, with the places.
    """
    number = re.compile(rf"\b{name}\[([0-9]+)\]")

    def told(found: re.Match[str]) -> str:
        return ", ".join(f"{file} row {row}" for file, row in places[int(found.group(1))])

    try:
        yield
    except BadRows as error:
        for one in error.exceptions:
            if isinstance(one, PharmaSalesError):
                one.where = number.sub(told, one.where)
        raise
