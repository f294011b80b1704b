"""Pinyin (拼音) as patterns: which characters a letter or a syllable may stand for.

Every reading of a character counts (多音字). A query is turned into a pattern of sets of characters over one text, so
that no spelling is written out in advance.

>>> import re
>>> readings = Readings.of("重庆协和医院")
>>> bool(re.search(readings.initials("xhyy"), "重庆协和医院")), bool(re.search(readings.full("zhongqing"), "重庆"))
(True, True)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from attrs import frozen

from pharmasales.extras import need

__all__ = ["Readings"]

_MOST = 200  # so many ways to part one stretch of letters into syllables are tried
_NOTHING = r"(?!)"


@frozen(repr=False, eq=False)
class Readings:
    """The characters of a text by their readings; build it with `Readings.of`."""

    _by_initial: Mapping[str, str]
    _by_reading: Mapping[str, str]
    _by_beginning: Mapping[str, str]
    _longest: int

    @classmethod
    def of(cls, text: str) -> Readings:
        """Read every character that occurs in a text.

        Raises:
            BadConfig: pypinyin is not installed.
        """
        module = need("pypinyin", "match")
        tables: tuple[dict[str, list[str]], ...] = (defaultdict(list), defaultdict(list), defaultdict(list))
        for char in sorted(set(text) - {"\n"}):
            spoken = {char, *(_read(module, char) if not char.isascii() else ())}
            ends = (
                {reading[0] for reading in spoken},
                spoken,
                {reading[:size] for reading in spoken for size in range(1, len(reading) + 1)},
            )
            for table, words in zip(tables, ends, strict=True):
                for word in words:
                    table[word].append(char)
        initials, readings, beginnings = ({word: _one_of(chars) for word, chars in table.items()} for table in tables)
        return cls(initials, readings, beginnings, max(map(len, readings), default=0))

    def initials(self, query: str) -> str:
        """Return the pattern of names whose characters begin with these letters, one after the other.

        >>> Readings.of("示例").initials("sl"), Readings.of("示例").initials("x")
        ('示例', '(?!)')
        """
        found = [self._by_initial.get(letter) for letter in query]
        return _NOTHING if None in found else "".join(filter(None, found))

    def full(self, query: str) -> str:
        """Return the pattern of names that are read so; the last syllable may be cut short.

        Where letters can be parted in several ways, as `xian` in 西安 and 先, all of them count.

        >>> readings = Readings.of("西安先")
        >>> readings.full("xian"), readings.full("xia")
        ('(?:先|西安)', '(?:先|西安)')
        """
        text = query.replace("ü", "v")
        ends = self._ends(text)
        if 0 not in ends:
            return _NOTHING
        within = {spot for start, stops in ends.items() for stop in stops for spot in range(start + 1, stop)}
        stops = [spot for spot in sorted(ends) if spot not in within] + [len(text)]
        return "".join(self._stretch(text, ends, start, stop) for start, stop in pairwise(stops))

    def _ends(self, text: str) -> dict[int, list[int]]:
        """Return where a syllable that starts at each spot may end, if the rest can be read from there."""
        ends: dict[int, list[int]] = {}
        for start in range(len(text) - 1, -1, -1):
            stops = range(min(len(text), start + self._longest), start, -1)
            read = [stop for stop in stops if self._sounds(text, start, stop)]
            if found := [stop for stop in read if stop == len(text) or stop in ends]:
                ends[start] = found
        reached = {0}
        for start in sorted(ends):
            if start in reached:
                reached.update(ends[start])
        return {start: stops for start, stops in ends.items() if start in reached}

    def _sounds(self, text: str, start: int, stop: int) -> str | None:
        table = self._by_beginning if stop == len(text) else self._by_reading
        return table.get(text[start:stop])

    def _stretch(self, text: str, ends: Mapping[int, Sequence[int]], start: int, stop: int) -> str:
        """Return the pattern of the letters between two spots where every reading parts them."""
        ways = list(islice(self._paths(text, ends, start, stop), _MOST))
        return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"

    def _paths(self, text: str, ends: Mapping[int, Sequence[int]], start: int, stop: int) -> Iterator[str]:
        """Yield every way to read the letters, longer syllables first; without recursion."""
        waiting = [(start, "")]
        while waiting:
            here, done = waiting.pop()
            if here == stop:
                yield done
            else:
                waiting += [(end, done + (self._sounds(text, here, end) or "")) for end in reversed(ends[here])]


def _read(module: Any, char: str) -> Sequence[str]:  # noqa: ANN401 - an optional module
    """Return every reading of a character, without tones; ü is v, as it is typed."""
    found: Sequence[Sequence[str]] = module.pinyin(char, style=module.Style.NORMAL, heteronym=True)
    return found[0] if found else ()


def _one_of(chars: Sequence[str]) -> str:
    return re.escape(chars[0]) if len(chars) == 1 else f"[{''.join(map(re.escape, chars))}]"
