"""Where a text names a person (提及): by a mark of the person's own, or by a name, which may be somebody else's too.

A mobile number, an e-mail or WeChat address, an identity or account number is a mark: it proves by itself whom a record
speaks of, however it is spaced. A name counts as a whole word; who shares it is told apart by where it stands. A
person's post address and telephone are often those of the hospital, so that they count beside the person's id alone.

>>> from pharmasales.testing.lives import doctor_file
>>> person = Person.of([doctor_file()])
>>> person.named_in("call 138 0000-0001"), person.named_in("Example Doctorate"), person
(True, False, Person(ids=frozenset({'D1'})))
>>> person.without("EXAMPLE doctor 示例医生 was there")
'*** was there'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from attrs import define, field

from pharmasales.archive import Dossier
from pharmasales.archive.changes import IDENTIFYING
from pharmasales.names import fold

__all__ = ["GONE", "Person"]

GONE = "***"
"""What stands where a person was named."""

_NAMES = ("name", "aliases")
_MARKS = ("mobile", "email", "wechat", "id_number", "bank_account")
_SIGNS = re.compile(r"[\W_]+")
_PARTS = re.compile(r"[\s·•._-]+")
_LEAST = 6  # a shorter mark, such as a nickname, proves nothing by itself
_MOBILE = re.compile("(?:0086|86)(?=1[0-9]{10}$)")


def _bare(text: str) -> str:
    return _SIGNS.sub("", fold(text))


def _first_words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(_words(text)[0] for text in texts)


def _words(text: str) -> list[str]:
    return [word for word in _PARTS.split(text) if word] or [text]


def _pattern(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds any of these as whole words; Chinese has no spaces, so there any place counts."""
    found = []
    for text in sorted(texts, key=len, reverse=True):
        words = _words(text)
        body = r"[\s·•._-]*".join(map(re.escape, words))
        first, last = words[0][0], words[-1][-1]
        before = "(?<![0-9a-z])" if first.isascii() and first.isalnum() else ""
        behind = "(?![0-9a-z])" if last.isascii() and last.isalnum() else ""
        found.append(f"{before}{body}{behind}")
    return re.compile("|".join(found), re.IGNORECASE) if found else None


@define(frozen=True, slots=False, eq=False)
class Person:
    """What a person is found by. Make it with `Person.of`.

    Args:
        ids: the ids of the person's files.
        names: folded names.
        marks: marks without case, width, spaces and dashes.
        texts: every text by which the person could be found as it is written, addresses among them.
        spelled: the names and marks among them.
    """

    ids: frozenset[str]
    names: frozenset[str] = field(repr=False)
    marks: frozenset[str] = field(repr=False)
    texts: frozenset[str] = field(repr=False)
    spelled: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, files: Iterable[Dossier]) -> Person:
        """Return what the person is found by whose files these are, those of merged twins among them."""
        given = list(files)
        held = [(name, text) for file in given for name, text in _held(file) if len(text) > 1]
        marks = {_MOBILE.sub("", _bare(text)) for name, text in held if name in _MARKS}
        short = {fold(text) for name, text in held if name in _MARKS and len(_bare(text)) < _LEAST}
        return cls(
            frozenset(file.id for file in given),
            frozenset(fold(text) for name, text in held if name in _NAMES) | short,
            frozenset(mark for mark in marks if len(mark) >= _LEAST),
            frozenset(text for _, text in held),
            frozenset(text for name, text in held if name in (*_NAMES, *_MARKS)),
        )

    @cached_property
    def _first_of_names(self) -> frozenset[str]:
        return _first_words(self.names)

    @cached_property
    def _first_of_texts(self) -> frozenset[str]:
        return _first_words(map(fold, self.texts))

    @cached_property
    def _of_names(self) -> re.Pattern[str] | None:
        return _pattern(self.names)

    @cached_property
    def _of_texts(self) -> re.Pattern[str] | None:
        return _pattern(map(fold, self.texts))

    def marked_in(self, text: str) -> bool:
        """Whether a mark stands in a text."""
        return bool(self.marks) and (bare := _bare(text)) != "" and any(mark in bare for mark in self.marks)

    def is_name(self, text: str) -> bool:
        """Whether a text is one of the names and nothing else."""
        return fold(text) in self.names

    def named_in(self, text: str) -> bool:
        """Whether a name or a mark stands in a text."""
        return self._stands(fold(text), whole=False) or self.marked_in(text)

    def told_in(self, text: str) -> bool:
        """Whether anything by which the person could be found stands in a text."""
        return self._stands(fold(text), whole=True) or self.marked_in(text)

    def _stands(self, told: str, *, whole: bool) -> bool:
        """Whether a name, or any text, stands in a folded one; the pattern is made only where a first word does."""
        if not any(first in told for first in (self._first_of_texts if whole else self._first_of_names)):
            return False
        pattern = self._of_texts if whole else self._of_names
        return pattern is not None and pattern.search(told) is not None

    def without(self, text: str, *, own: bool = False) -> str:
        """Return a text with `***` where the person is named.

        Args:
            text: the text.
            own: whether it stands beside the person's id, so that addresses count as well.
        """
        told, pattern = (self.told_in, self._of_texts) if own else (self.named_in, self._of_names)
        if not told(text):
            return text
        rest = pattern.sub(GONE, text) if pattern else text
        return GONE if told(rest) else rest

    def spellings(self) -> Iterator[bytes]:
        """Yield every name and mark as the bytes as which a file may hold it."""
        for text in sorted(self.spelled):
            for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
                yield text.encode(encoding)


def _held(file: Dossier) -> Iterator[tuple[str, str]]:
    """Yield the texts that say who this person is; an introducer and a contact are somebody else."""
    for change in file.changes:
        for values in (change.old, change.new):
            for name in ((IDENTIFYING | {"aliases"}) - {"introducer", "contact"}) & values.keys():
                value = values[name]
                texts = value if isinstance(value, tuple) else (value,)
                yield from ((name, text) for text in texts if isinstance(text, str))
