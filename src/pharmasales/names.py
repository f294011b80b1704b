"""Ids and labels: the one place where text enters the domain.

An id is compared in one normal form (NFC, trimmed); a label is kept as it was written and matched by its folded key.
Control characters and lone surrogates are refused here, once, for every store and every file format.

>>> normal_id("  H001 ")
'H001'
>>> fold("Ｓt.  Mary　Hospital") == fold("st. mary hospital")
True
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pharmasales.errors import BadValue

__all__ = ["clean", "fold", "nearest", "normal_id", "optional_id", "stated", "twins", "two_spellings"]

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def clean(text: str, where: str = "") -> str:
    """Return `text` as it is, or refuse characters that no file or store can keep.

    Raises:
        BadValue: no text at all, a control character (tab and line breaks are legal) or half a surrogate pair.
    """
    if not isinstance(text, str):
        raise BadValue(f"{type(text).__name__} where text is due", where=where, hint="turn it into text", code="text")
    found = _REFUSED.search(text)
    if found:
        raise BadValue(f"character U+{ord(found.group()):04X} is refused", where=where, code="text.control")
    return text


def normal_id(text: str, where: str = "") -> str:
    """Return the normal form of an id: NFC, trimmed, one line. Leading zeros, case and width are kept.

    Raises:
        BadValue: an empty or invisible id, one with a tab or line break, or a refused character.
    """
    if isinstance(text, str) and text.isascii() and text.isalnum():
        return text
    trimmed = unicodedata.normalize("NFC", clean(text, where)).strip()
    if not fold(trimmed):
        raise BadValue("empty id", where=where, code="id.empty")
    if "\t" in trimmed or len(trimmed.splitlines()) > 1:
        raise BadValue("an id is one line", where=where, code="id.lines")
    return trimmed


def optional_id(text: str) -> str:
    """Return the normal form of an id that may be left out."""
    return normal_id(text) if text else ""


def fold(text: str) -> str:
    """Return the key under which two spellings of a label meet: NFKC, case folded, spaces single and trimmed.

    Characters that nobody sees (zero width, writing direction, byte order mark) do not count. Traditional and
    simplified characters stay distinct.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", seen)).strip()


def twins(ids: Iterable[str]) -> list[tuple[int, int]]:
    """Return the positions of ids that differ in case, width or spaces only, each beside the first of its kind.

    >>> twins(["H1", "H2", "h1"])
    [(0, 2)]
    """
    given = list(ids)
    joined = "\n".join(given)
    plain = joined.casefold().split() if joined.isascii() else []
    if len(plain) == len(given) == len(set(plain)):
        return []
    seen: dict[str, int] = {}
    found = []
    for position, text in enumerate(given):
        first = seen.setdefault(fold(text), position)
        if first != position:
            found.append((first, position))
    return found


def two_spellings(what: str, ids: Iterable[str], code: str) -> list[BadValue]:
    """Return an error for every id that is spelled in another way than one before it; equal ids are one id.

    Args:
        what: what the ids name, for errors.
        ids: the ids, in an order that does not change.
        code: the code of the errors, of the room that asks.

    >>> print(*two_spellings("customer", ["D1", "D2", "D1", "d1"], "stock.twins"))
    two spellings of one id @ customer 'D1', customer 'd1'; write it in one way [stock.twins]
    """
    known = list(dict.fromkeys(ids))
    places = [f"{what} {known[first]!r}, {what} {known[second]!r}" for first, second in twins(known)]
    hint = "write it in one way"
    return [BadValue("two spellings of one id", where=where, hint=hint, code=code) for where in places]


def stated(text: str, where: str, code: str, hint: str = "say it in a few words") -> str:
    """Let a text pass that says something.

    Args:
        text: the text.
        where: its place, for errors.
        code: the code of the error, of the room that asks.
        hint: what to do.

    >>> stated(" ", "reason", "variance.text")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: nothing said @ reason; say it in a few words [variance.text]

    Raises:
        BadValue: an empty text, or a refused character.
    """
    if not fold(clean(text, where)):
        raise BadValue("nothing said", where=where, hint=hint, code=code)
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the known word nearest to a misspelt one, or all of them.

    >>> nearest("amuont", ["amount", "quantity"])
    'did you mean "amount"?'
    """
    from difflib import get_close_matches

    names = sorted(known)
    folded = {fold(name): name for name in names}
    close = get_close_matches(fold(word), folded, n=1)
    return f'did you mean "{folded[close[0]]}"?' if close else f"known: {', '.join(names)}"
