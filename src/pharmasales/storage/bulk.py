"""Many records at once: their checked canonical texts, a chunk in one go.

The fast way only ever accepts. Whatever it cannot prove clean is judged record by record by `as_text`, so that verdict,
words and text are the same.

>>> batch("hospital", [("H1", {"b": 1, "a": ["x"]}), ("H2", {"b": None, "a": "三甲"})])
{'H1': '{"a":["x"],"b":1}', 'H2': '{"a":"三甲","b":null}'}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Any

from pharmasales.errors import BadValue
from pharmasales.storage.protocol import Data
from pharmasales.storage.records import DEPTH, LONGEST, as_text, check_marks, check_range, proper
from pharmasales.storage.texts import encode_all

__all__ = ["CHUNK", "batch", "chunks"]

CHUNK = 500
"""How many records are handled in one go."""

_SCALARS = {str, int, bool, type(None)}
_flat = chain.from_iterable


def chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Return the items, up to `CHUNK` of them at a time.

    >>> [len(chunk) for chunk in chunks(range(1200))]
    [500, 500, 200]
    """
    rest = iter(items)
    return iter(lambda: list(islice(rest, CHUNK)), [])


def batch(kind: str, rows: Iterable[tuple[str, Data]], prefix: str = "") -> dict[str, str]:
    """Return the canonical text by id of every row, all checked before the first is written.

    >>> batch("hospital", [("H1", {"beds": 3}), ("H1", {"beds": 4})])
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: the same id twice in one batch @ hospital H1 [record.twice]

    Raises:
        BadValue: as in `as_text`, an id that comes twice, or one that does not begin with `prefix`.
    """
    check_range(kind, prefix)
    found: dict[str, str] = {}
    for chunk in chunks(rows):
        keys, texts = [key for key, _ in chunk], _texts(kind, chunk)
        if texts is None or not _apart(keys, found, prefix):
            found.update(_judged(kind, chunk, prefix, found))
        else:
            found.update(zip(keys, texts, strict=True))
    return found


def _judged(
    kind: str, chunk: Sequence[tuple[str, Data]], prefix: str, found: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    seen = set[str]()
    for key, data in chunk:
        text = as_text(kind, key, data)
        if key in found or key in seen:
            raise BadValue("the same id twice in one batch", where=f"{kind} {key}", code="record.twice")
        if not key.startswith(prefix):
            raise BadValue("the id does not begin with the prefix", where=f"{kind} {key}", code="record.prefix")
        seen.add(key)
        yield key, text


def _texts(kind: str, chunk: Sequence[tuple[str, Data]]) -> list[str] | None:
    """Return the texts of a chunk; None where it is not surely clean."""
    datas: list[Any] = [data for _, data in chunk]
    if set(map(type, datas)) != {dict} or not _plain(datas):
        return None
    try:
        texts = encode_all(datas)
        whole = "".join(texts)
        if '"@' in whole:
            for key, data in chunk:
                check_marks(data, f"{kind} {key}")
        if _clean(whole):
            return texts
        return [
            text if _clean(text) else as_text(kind, key, data) for text, (key, data) in zip(texts, chunk, strict=True)
        ]
    except ValueError:  # a bad mark, half a surrogate pair, a whole number with too many digits
        return None


def _clean(text: str) -> bool:
    return "\\" not in text and text.isprintable()


def _plain(level: list[Any]) -> bool:
    """Whether dicts hold surely nothing but the types allowed, and are not nested too deep."""
    for _ in range(DEPTH):
        dicts = [value for value in level if type(value) is dict]
        if not set(map(type, _flat(dicts))) <= {str}:
            return False
        lists = _flat(value for value in level if type(value) is list)
        below = [value for value in chain(_flat(map(dict.values, dicts)), lists) if type(value) not in _SCALARS]
        if not below:
            return True
        if not set(map(type, below)) <= {list, dict}:
            return False
        level = list(dict(zip(map(id, below), below, strict=True)).values())  # one that holds itself ends at DEPTH
    return False


def _apart(keys: Sequence[str], found: Mapping[str, str], prefix: str) -> bool:
    """Whether the ids are surely in normal form, new, and under the prefix."""
    if set(map(type, keys)) != {str} or max(map(len, keys)) > LONGEST // 4 or not proper("".join(keys)):
        return False
    fresh = set(keys)
    new = "" not in fresh and len(fresh) == len(keys) and found.keys().isdisjoint(fresh)
    return new and (not prefix or all(map(str.startswith, keys, repeat(prefix))))
