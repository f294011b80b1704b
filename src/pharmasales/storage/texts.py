"""The canonical text of data: JSON with its keys in order of code points, no spaces, characters as they are.

msgspec writes and reads it; a test holds it equal to the standard library's json. What it refuses is judged by that
library: half a surrogate pair, and a whole number with more digits than it takes.

>>> encode({"level": "三甲", "beds": 300})
'{"beds":300,"level":"三甲"}'
>>> decode('{"beds":300}')
{'beds': 300}
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import cast

from msgspec.json import Decoder, Encoder

from pharmasales.storage.protocol import Json

__all__ = ["decode", "decode_all", "encode", "encode_all"]

_encode = Encoder(order="sorted").encode
_decode = Decoder().decode


def encode(data: object) -> str:
    """Return the text of data, which are str, int, bool, None, list and dict only.

    Raises:
        ValueError: a whole number with more digits than Python writes.
    """
    try:
        return _encode(data).decode()
    except ValueError:
        return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def encode_all(datas: Iterable[object]) -> list[str]:
    """Return the text of each.

    >>> encode_all([{"b": 1, "a": 2}, {}])
    ['{"a":2,"b":1}', '{}']

    Raises:
        ValueError: `encode` refuses one of them, or it holds half a surrogate pair.
    """
    return [text.decode() for text in map(_encode, datas)]


def decode(text: str) -> dict[str, Json]:
    """Return the data of a text, each time a fresh copy.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        data: dict[str, Json] = _decode(text)
    except ValueError:
        data = json.loads(text)
    return data


def decode_all(texts: Iterable[str]) -> list[dict[str, Json]]:
    """Return the data of each text: joined, they are one list.

    >>> decode_all(['{"beds":300}', '{}'])
    [{'beds': 300}, {}]

    Raises:
        ValueError: one of them is no JSON.
    """
    return cast("list[dict[str, Json]]", decode(f"[{','.join(texts)}]"))
