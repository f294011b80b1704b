"""How alike two names are (名称相似度): keys, spellings, exact scores, and what tells two names apart.

A score is in whole hundredths. rapidfuzz answers with a float; it is turned once into the exact count of characters in
common (`hundredths`), and everything after that is whole numbers.

>>> key("示例 医院（东院）"), spelled("示例医院（东院）").campus
('示例医院东院', '东院')
>>> hundredths(92.3076923, 13)
92
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from pharmasales.archive.titles import hospital_title
from pharmasales.display import Why, because
from pharmasales.names import fold

__all__ = ["Spelled", "differences", "hundredths", "key", "place_path", "shared", "spelled", "tokens"]

_MARKS = re.compile(r"[\W_]+")
_FIGURES = str.maketrans("0123456789", "零一二三四五六七八九")
_NUMBERS = re.compile("[零一二三四五六七八九十]")
_SIDES = re.compile("[东西南北]")
_MEDICINE = re.compile("中西医|中医|蒙医|藏医|维医|民族医")


def key(text: str) -> str:
    """Return what of a name is compared: folded, with spaces, brackets and punctuation left out.

    >>> key("Ｅxample (East) Hospital")
    'exampleeasthospital'
    """
    return _MARKS.sub("", fold(text))


@frozen
class Spelled:
    """One name, ready for comparison.

    Args:
        keys: the main name, and the whole text where it says more.
        aliases: further names of the place.
        campus: its campus, or "".
    """

    keys: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    campus: str = ""

    @property
    def number(self) -> str:
        """The figures in the main name.

        >>> spelled("示例市第２医院").number
        '二'
        """
        return "".join(_NUMBERS.findall("".join(self.keys[:1]).translate(_FIGURES)))

    @property
    def side(self) -> str:
        """The directions in the main name.

        >>> spelled("示例市城东医院").side
        '东'
        """
        return "".join(_SIDES.findall("".join(self.keys[:1])))

    @property
    def medicine(self) -> str:
        """The kind of medicine in the main name.

        >>> spelled("示例市中医医院").medicine
        '中医'
        """
        return "".join(_MEDICINE.findall("".join(self.keys[:1])))


def spelled(name: str, *, person: bool = False) -> Spelled:
    """Read a name for comparison; a person's is one key and is not taken apart.

    Raises:
        BadValue: no text, or a control character.

    >>> spelled("示例医院（原示例老年病医院）(东院)")
    Spelled(keys=('示例医院', '示例医院原示例老年病医院东院'), aliases=('示例老年病医院',), campus='东院')
    """
    whole = key(name)
    if person or not whole:
        return Spelled((whole,) if whole else ())
    read = hospital_title(name)
    main = whole if read.main == name else key(" ".join((read.main, *read.remarks))) or whole
    return Spelled(
        (main,) if main == whole else (main, whole),
        tuple(filter(None, map(key, read.aliases))),
        key(read.campus),
    )


def place_path(code: str) -> tuple[str, ...]:
    """Return the levels of a division's code, province first; one place lies in another if it begins with its path.

    >>> place_path("350100"), place_path("429006"), place_path("Example County"), place_path("")
    (('35', '01'), ('42', '90', '06'), ('Example County',), ())
    """
    if not (code.isascii() and code.isdigit()) or len(code) % 2:
        return (code,) if code else ()
    parts = [code[place : place + 2] for place in range(0, len(code), 2)]
    while parts and parts[-1] == "00":
        parts.pop()
    return tuple(parts)


def hundredths(ratio: float, size: int) -> int:
    """Turn rapidfuzz's ratio of two texts of `size` characters together into whole hundredths, rounded down.

    The ratio is twice the characters in common over all characters, in percent. The count is recovered exactly, so
    that 100 means equal, and the same score comes out on every machine.

    >>> hundredths(100 * 2 * 5 / 11, 11)
    90
    """
    return 100 * int(ratio * size / 100 + 0.5) // size


def tokens(text: str) -> Iterator[tuple[str, int]]:
    """Yield each character with the count of its like before it.

    >>> list(tokens("医医院"))
    [('医', 0), ('医', 1), ('院', 0)]
    """
    seen: dict[str, int] = {}
    for char in text:
        yield char, seen.setdefault(char, 0)
        seen[char] += 1


def shared(size: int, cut: int) -> int:
    """Return how many tokens of a text no other text can miss all of, if their ratio is at least `cut` hundredths.

    A text of `size` characters shares at least `cut * size / (200 - cut)` of them with any text that near, so whoever
    takes one more than the rest of them, the rarest of course, meets it (the prefix filter of set similarity joins).

    >>> shared(7, 85), shared(7, 100)
    (2, 1)
    """
    return size + 1 - -(-cut * size // (200 - cut))


_TELLING = (
    ("campus", "differs in campus", "院区不同", 20, 12),
    ("number", "differs in number", "序号不同", 20, 8),
    ("side", "differs in direction", "方位不同", 12, 4),
    ("medicine", "differs in kind of medicine", "医学类别不同", 12, 12),
)
"""What is compared, its words, and what it costs where both name one and where one side only does."""


def differences(first: Spelled, second: Spelled) -> Iterator[tuple[int, Why]]:
    """Yield what tells two names apart and how many hundredths it costs; a campus is a place of its own.

    >>> [(cost, why.text()) for cost, why in differences(spelled("示例第一医院"), spelled("示例第二医院"))]
    [(20, 'differs in number')]
    """
    for name, en, zh, both, one in _TELLING:
        ours, theirs = getattr(first, name), getattr(second, name)
        if ours != theirs:
            yield both if ours and theirs else one, because(en, zh)
