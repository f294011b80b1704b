"""What may be kept: the checks and the canonical text that every back end shares.

A back end calls these before it touches anything, so that the same value is refused with the same words everywhere.

>>> as_text("hospital", "H001", {"level": "三甲", "beds": 300})
'{"beds":300,"level":"三甲"}'
>>> as_text("hospital", "H001", {"share": 0.5})
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: float cannot be kept @ hospital H001 'share'; use int, or text for a decimal [record.type]
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from unicodedata import is_normalized

from attrs import frozen

from pharmasales.errors import BadValue, Conflict, NotFound
from pharmasales.names import clean, normal_id
from pharmasales.storage.protocol import Data, Where
from pharmasales.storage.texts import decode, encode

__all__ = [
    "ANYBODY",
    "DEPTH",
    "LABELS",
    "LONGEST",
    "NODE",
    "Stamp",
    "as_text",
    "check_erase",
    "check_expected",
    "check_key",
    "check_length",
    "check_marks",
    "check_nodes",
    "check_range",
    "check_where",
    "digest",
    "marks_of",
    "missing",
    "proper",
    "stamp",
]

DEPTH = 100
"""How many levels of lists and objects a record may have."""

LONGEST = 600
"""How many bytes of UTF-8 a kind, an id, a node or a label may have: what every back end can look up by."""

NODE = "@node"
"""The key under which a record names the node of the organisation that it belongs to."""

LABELS = "@labels"
"""The key under which a record has the texts by which it is looked up."""

ANYBODY = "*"
"""The node of a record that every reader sees."""

_SCALARS = {str, int, bool, type(None)}


def check_key(kind: str, id: str) -> None:  # noqa: A002 - the field's name
    """Refuse a kind or id that is not in the one normal form (NFC, trimmed, one line, not empty).

    >>> check_key("hospital", " H001")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: id is not in normal form @ hospital; use names.normal_id [record.key]

    Raises:
        BadValue: it is not text, or not in normal form.
    """
    if type(kind) is type(id) is str and kind and id and len(kind) + len(id) <= LONGEST // 4 and proper(kind + id):
        return
    for name, text in (("kind", kind), ("id", id)):
        where = name if name == "kind" else kind
        if type(text) is not str or normal_id(text, where) != text:
            raise BadValue(f"{name} is not in normal form", where=where, hint="use names.normal_id", code="record.key")
        check_length(name, text, where)


def proper(text: str) -> bool:
    """Whether a text, and every part of it that is not empty, is surely in normal form.

    What is printable, without a space and NFC is its own normal form; a part of an NFC text is NFC.

    >>> proper("示例/7"), proper("H 7"), proper("")
    (True, False, False)
    """
    if not text or " " in text or not text.isprintable():
        return False
    return text.isascii() or is_normalized("NFC", text)


def check_length(name: str, text: str, where: str) -> None:
    """Refuse a text that is too long to be looked up by.

    >>> check_length("id", "7" * 601, "visit")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: id is longer than 600 bytes @ visit [record.long]

    Raises:
        BadValue: more than `LONGEST` bytes of UTF-8.
    """
    if len(text) > LONGEST // 4 and len(text.encode()) > LONGEST:
        raise BadValue(f"{name} is longer than {LONGEST} bytes", where=where, code="record.long")


def check_range(kind: str, prefix: str, after: str = "", limit: int | None = None) -> None:
    """Refuse a search that no record can answer: a bad kind, text that no id can hold, a negative limit.

    >>> check_range("hospital", "H", limit=-1)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: limit is a whole number, 0 or more @ hospital [record.limit]

    Raises:
        BadValue: one of these.
    """
    check_key(kind, "-")
    for name, text in (("prefix", prefix), ("after", after)):
        if type(text) is not str:
            raise BadValue(f"{name} is not text", where=kind, code="record.key")
        clean(text, kind)
    if limit is not None and (type(limit) is not int or limit < 0):
        raise BadValue("limit is a whole number, 0 or more", where=kind, code="record.limit")


def check_erase(kind: str, id: str, prefix: str) -> None:  # noqa: A002 - the field's name
    """Refuse an erasure that does not name exactly one id or one prefix: a whole kind is never erased by an empty word.

    >>> check_erase("doctor", "", "")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: an erasure needs one id or one prefix @ doctor; give exactly one, not empty
    [record.erase]

    Raises:
        BadValue: both or neither, a kind or id out of normal form, a prefix that no id can have.
    """
    check_range(kind, prefix)
    if bool(id) == bool(prefix):
        hint = "give exactly one, not empty"
        raise BadValue("an erasure needs one id or one prefix", where=kind, hint=hint, code="record.erase")
    if id:
        check_key(kind, id)


def check_expected(kind: str, id: str, expected: int | None, found: int) -> None:  # noqa: A002 - the field's name
    """Refuse a write whose `expected` version is not the one `found` (0: no record).

    >>> check_expected("hospital", "H001", 3, 3)

    Raises:
        BadValue: `expected` is no version.
        Conflict: it is stale.
    """
    if expected is None:
        return
    if type(expected) is not int or expected < 0:
        raise BadValue("expected is a version, 0 or more", where=f"{kind} {id}", code="record.version")
    if expected != found:
        raise Conflict("written by somebody else", expected=expected, found=found, where=f"{kind} {id}")


def missing(kind: str, id: str) -> NotFound:  # noqa: A002 - the field's name
    """Return the error for an id under which nothing is kept.

    >>> missing("hospital", "H404").code
    'not-found'
    """
    return NotFound("nothing is kept under this id", where=f"{kind} {id}")


def as_text(kind: str, id: str, data: Data) -> str:  # noqa: A002 - the field's name
    """Return the canonical JSON text of `data`: keys sorted, no spaces, characters as they are.

    Raises:
        BadValue: the key is not in normal form, or the data are no JSON object of str, int, bool, None, list and dict.
    """
    check_key(kind, id)
    where = f"{kind} {id}"
    if not isinstance(data, Mapping):
        raise BadValue("data is no JSON object", where=where, code="record.type")
    plain = dict(data)
    _check_types(plain, where)
    if any(name[:1] == "@" for name in plain):
        check_marks(plain, where)
    try:
        text = encode(plain)
    except ValueError as error:
        raise BadValue("a whole number with too many digits", where=where, code="record.number") from error
    if "\\" in text or not text.isprintable():
        _check_strings(plain, where)
    return text


def check_marks(data: Mapping[str, object], where: str) -> None:
    """Refuse keys of the store's own that it does not know, and a node or labels that it cannot keep.

    >>> check_marks({"@node": "R01", "@place": "R02"}, "visit V1")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: a key of the store's own @ visit V1 '@place'; only "@node" and "@labels" begin so
    [record.reserved]

    Raises:
        BadValue: one of these.
    """
    for name in data:
        if name[:1] == "@" and name not in (NODE, LABELS):
            hint = f'only "{NODE}" and "{LABELS}" begin so'
            raise BadValue("a key of the store's own", where=f"{where} {name!r}", hint=hint, code="record.reserved")
    node, labels = data.get(NODE, ANYBODY), data.get(LABELS, {})
    if node != ANYBODY:
        check_nodes([node], f"{where} {NODE!r}")
    if not isinstance(labels, dict):
        raise BadValue("labels are an object", where=f"{where} {LABELS!r}", code="record.labels")
    for name, value in labels.items():
        texts = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) for text in texts):
            reason = "a label is a text or a list of texts"
            raise BadValue(reason, where=f"{where} {LABELS!r} {name!r}", code="record.labels")
        for text in (name, *texts):
            check_length("a label", text, f"{where} {LABELS!r}")


def marks_of(text: str | None) -> tuple[str | None, set[tuple[str, str]]]:
    """Return the node and the labels, each a name and a text, that a canonical text bears.

    >>> marks_of('{"@labels":{"owner":["R01","R02"]},"@node":"R01","beds":300}')[0]
    'R01'
    >>> marks_of('{"beds":300}')
    (None, set())
    """
    if text is None or '"@' not in text:
        return None, set()
    data: dict[str, Any] = decode(text)
    pairs = [(name, value if isinstance(value, list) else [value]) for name, value in data.get(LABELS, {}).items()]
    return data.get(NODE), {(name, one) for name, values in pairs for one in values}


def check_nodes(nodes: Iterable[object], where: str = "nodes") -> frozenset[str]:
    """Return the nodes that a reader sees.

    >>> check_nodes("R01")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: one text where several ids are due @ nodes; put it in a list [record.node]

    Raises:
        BadValue: one text, what is no list, or an id out of normal form.
    """
    if isinstance(nodes, str) or not isinstance(nodes, Iterable):
        what = "one text" if isinstance(nodes, str) else type(nodes).__name__
        reason, hint = f"{what} where several ids are due", "put it in a list"
        raise BadValue(reason, where=where, hint=hint, code="record.node")
    seen = set[str]()
    for node in nodes:
        if not isinstance(node, str) or normal_id(node, where) != node:
            raise BadValue("a node is not in normal form", where=where, hint="use names.normal_id", code="record.node")
        seen.add(node)
    return frozenset(seen)


def check_where(kind: str, where: Where) -> dict[str, tuple[str, ...]]:
    """Return for each label asked the texts of which one must be there.

    >>> check_where("customer", {"owner": "R01", "grade": ["A", "B"]})
    {'owner': ('R01',), 'grade': ('A', 'B')}

    Raises:
        BadValue: a name or text that is no text, or that no record can hold.
    """
    if not isinstance(where, Mapping) or not all(isinstance(value, Iterable) for value in where.values()):
        raise BadValue("a label is asked for by a text or a list of texts", where=f"{kind} where", code="record.where")
    asked = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in where.items()}
    for name, texts in asked.items():
        for text in (name, *texts):
            clean(text, f"{kind} where")
    return asked


def _items(node: object) -> Iterable[tuple[object, object]]:
    return node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()


def _check_types(data: dict[str, object], where: str) -> None:
    level: list[tuple[str, object]] = [(where, data)]
    for _ in range(DEPTH):
        below: dict[int, tuple[str, object]] = {}  # by identity, so that a list that holds itself ends at DEPTH
        for path, node in level:
            if isinstance(node, dict) and not set(map(type, node)) <= {str}:
                raise BadValue("a key that is not text", where=path, code="record.type")
            for name, value in _items(node):
                if type(value) is dict or type(value) is list:
                    below[id(value)] = (f"{path} {name!r}", value)
                elif type(value) not in _SCALARS:
                    reason, hint = f"{type(value).__name__} cannot be kept", "use int, or text for a decimal"
                    raise BadValue(reason, where=f"{path} {name!r}", hint=hint, code="record.type")
        if not below:
            return
        level = list(below.values())
    raise BadValue(f"nested deeper than {DEPTH} levels", where=where, code="record.depth")


def _check_strings(node: object, where: str) -> None:
    if isinstance(node, str):
        clean(node, where)
    for name, value in _items(node):
        if isinstance(name, str):
            clean(name, where)
        _check_strings(value, f"{where} {name!r}")


def digest(*parts: object) -> bytes:
    """Return the SHA-256 of the parts, each of them one line but the last.

    >>> digest("hospital", "H001", 1).hex()[:8]
    '8b5de803'
    """
    return hashlib.sha256("\n".join(map(str, parts)).encode()).digest()


@frozen
class Stamp:
    """Who writes, why, and when; `operation` makes a retry safe."""

    by: str
    why: str
    at: datetime
    operation: str


def stamp(by: str, why: str, at: datetime, operation: str) -> Stamp:
    """Return the checked stamp of a unit of work; the moment keeps its offset and drops the zone's name.

    >>> stamp("u1", "first load", datetime(2026, 1, 5), "")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: the moment has no time zone @ at; pass an aware datetime [unit.moment]

    Raises:
        BadValue: a naive moment, an empty `by` or `why`, an id out of normal form.
    """
    check_key("by", by)
    if operation:
        check_key("operation", operation)
    if not clean(why, "why").strip():
        raise BadValue("no reason given", where="why", hint="say why in a few words", code="unit.why")
    if at.utcoffset() is None:
        raise BadValue("the moment has no time zone", where="at", hint="pass an aware datetime", code="unit.moment")
    return Stamp(by, why, datetime.fromisoformat(at.isoformat()), operation)
