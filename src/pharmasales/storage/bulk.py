"""Many records at once: their checked canonical texts, a chunk in one go.

The fast way only ever accepts. Whatever it cannot prove clean is judged record by record by `as_text`, so that verdict,
words and text are the same.

>>> batch("hospital", [("H1", {"b": 1, "a": ["x"]}), ("H2", {"b": None, "a": "三甲"})])
{'H1': '{"a":["x"],"b":1}', 'H2': '{"a":"三甲","b":null}'}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from typing import Any
from unicodedata import is_normalized

from pharmasales.errors import BadValue
from pharmasales.storage.protocol import Data, Json
from pharmasales.storage.records import DEPTH, LONGEST, as_text, check_marks, check_range

__all__ = ["CHUNK", "batch", "chunks", "from_texts"]

CHUNK = 500
"""How many records are handled in one go."""

_SCALARS = {str, int, bool, type(None)}
_VALUES = _SCALARS | {list, dict}
_flat = chain.from_iterable

# No text holds a raw line end, and no record a fraction: so a line end parts values, and one with 0.5 parts records.
_PARTED, _PART = 0.5, "\n0.5\n"
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, check_circular=False, separators=("\n", ":")).encode
_decode = json.JSONDecoder().raw_decode


def chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the items, up to `CHUNK` of them at a time.

    >>> [len(chunk) for chunk in chunks(range(1200))]
    [500, 500, 200]
    """
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


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
    if set(map(type, datas)) != {dict} or not set(map(type, _flat(datas))) <= {str}:
        return None
    if not _plain(list(_flat(map(dict.values, datas)))):
        return None
    try:
        if any(name[:1] == "@" for name in set(_flat(datas))):
            for key, data in chunk:
                check_marks(data, f"{kind} {key}")
        whole = _encode(list(_flat(zip(datas, repeat(_PARTED)))))
        texts = [text.replace("\n", ",") for text in whole[1 : -len(_PART)].split(_PART)]
        if _clean("".join(texts)):
            return texts
        return [
            text if _clean(text) else as_text(kind, key, data) for text, (key, data) in zip(texts, chunk, strict=True)
        ]
    except ValueError:  # a bad text, a whole number with too many digits
        return None


def _clean(text: str) -> bool:
    return "\\" not in text and text.isprintable()


def _plain(values: list[Any]) -> bool:
    """Whether all values are surely of the types allowed, and not nested too deep."""
    for _ in range(DEPTH):
        types = set(map(type, values))
        if types <= _SCALARS:
            return True
        if not types <= _VALUES:
            return False
        dicts = [value for value in values if type(value) is dict]
        if not set(map(type, _flat(dicts))) <= {str}:
            return False
        below = {id(value): value for value in values if type(value) is list}  # one that holds itself ends at DEPTH
        values = [*_flat(below.values()), *_flat(map(dict.values, {id(value): value for value in dicts}.values()))]
    return False


def _apart(keys: Sequence[str], found: Mapping[str, str], prefix: str) -> bool:
    """Whether the ids are surely in normal form, new, and under the prefix.

    A text that is not empty, printable, without a space and NFC is its own normal form; a part of an NFC text is NFC.
    """
    if set(map(type, keys)) != {str} or not all(keys) or max(map(len, keys)) > LONGEST // 4:
        return False
    joined = "".join(keys)
    if not joined.isprintable() or " " in joined or not (joined.isascii() or is_normalized("NFC", joined)):
        return False
    fresh = set(keys)
    return len(fresh) == len(keys) and found.keys().isdisjoint(fresh) and all(map(str.startswith, keys, repeat(prefix)))


def from_texts(texts: Sequence[str]) -> list[dict[str, Json]]:
    """Return the data of canonical texts, which their seals vouch for: joined, they are one list.

    >>> from_texts(['{"beds":300}', '{}'])
    [{'beds': 300}, {}]
    """
    datas: list[dict[str, Json]] = _decode(f"[{','.join(texts)}]")[0]
    return datas
