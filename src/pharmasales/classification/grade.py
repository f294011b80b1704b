"""Grades and schemes (客户分级): letters that mean something only inside their scheme.

In one source B is the best doctor, in another A: grades of two schemes are never equal, and asking which is better is
an error.

>>> abc = Scheme("abc", ("A", "B", "C"))
>>> abc.grade("A") > abc.grade("C"), abc.grade("A") == Scheme("doctor_matrix", ("B", "C", "A", "D")).grade("A")
(True, False)
>>> abc.grade("A") > Scheme("doctor_matrix", ("B", "C", "A", "D")).grade("A")
Traceback (most recent call last):
    ...
pharmasales.errors.NotComparable: grades of abc and doctor_matrix [grade.scheme]
"""

from __future__ import annotations

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule, NotComparable
from pharmasales.names import nearest
from pharmasales.rules import Label

__all__ = ["Grade", "Scheme"]


def _letters(given: tuple[Label, ...]) -> tuple[str, ...]:
    return tuple(map(str, given))


@frozen
class Scheme:
    """A named, versioned way to grade, with its letters from the best to the last (分级方案).

    The version counts how letters are given: it changes when the rule does, not when a cut point is set for a year. Two
    versions of a scheme are two schemes, until somebody says with `Grade.under` that their letters mean the same.

    Args:
        name: the scheme's name, part of every grade.
        letters: the letters, best first.
        zh: its Chinese name; a label, so that two schemes are the same without it.
        source: the page or document it comes from.
        version: any text that its owner counts by.
        limits: what it must not be used for.

    Raises:
        BadRule: no letter, one twice, or an empty version.
    """

    name: str
    letters: tuple[str, ...] = field(converter=_letters)
    zh: str = field(default="", eq=False)
    source: str = field(default="", eq=False, repr=False)
    version: str = "1"
    limits: Says = field(default=Says("", ""), eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.letters or len(set(self.letters)) < len(self.letters):
            raise BadRule("a scheme needs letters, each once", where=self.name, code="grade.letters")
        if not isinstance(self.version, str) or not self.version.strip():
            hint = 'any text, such as "2026.1"'
            raise BadRule("a scheme needs a version", where=self.name, hint=hint, code="grade.version")

    def grade(self, letter: Label) -> Grade:
        """Return the grade with that letter.

        Raises:
            BadRule: the scheme has no such letter.
        """
        return Grade(self, str(letter))


@frozen(order=False)
class Grade:
    """A letter with its scheme. Grades of one scheme are ordered, the best being the greatest.

    >>> str(Scheme("abc", ("A", "B", "C")).grade("B"))
    'B (abc)'

    Raises:
        BadRule: the scheme has no such letter.
    """

    scheme: Scheme
    letter: str

    def __attrs_post_init__(self) -> None:
        if self.letter not in self.scheme.letters:
            hint = nearest(self.letter, self.scheme.letters)
            raise BadRule("no such letter", where=self.scheme.name, hint=hint, code="grade.letter")

    def under(self, scheme: Scheme) -> Grade:
        """Read the grade as one of another version of its scheme: whoever asks says that the letters mean the same.

        >>> old, new = (Scheme("abc", ("A", "B", "C"), version=year) for year in ("2025", "2026"))
        >>> old.grade("A") == new.grade("A"), old.grade("A").under(new) > new.grade("B")
        (False, True)

        Raises:
            NotComparable: a scheme of another name or of other letters.
        """
        if (scheme.name, scheme.letters) != (self.scheme.name, self.scheme.letters):
            raise _differ(self.scheme, scheme)
        return Grade(scheme, self.letter)

    def _rank(self, other: Grade) -> tuple[int, int]:
        if not isinstance(other, Grade):
            raise NotComparable(f"a grade of {self.scheme.name} and {type(other).__name__}", code="grade.scheme")
        if other.scheme != self.scheme:
            raise _differ(self.scheme, other.scheme)
        return self.scheme.letters.index(self.letter), self.scheme.letters.index(other.letter)

    def __lt__(self, other: Grade) -> bool:
        mine, theirs = self._rank(other)
        return mine > theirs

    def __le__(self, other: Grade) -> bool:
        mine, theirs = self._rank(other)
        return mine >= theirs

    def __gt__(self, other: Grade) -> bool:
        mine, theirs = self._rank(other)
        return mine < theirs

    def __ge__(self, other: Grade) -> bool:
        mine, theirs = self._rank(other)
        return mine <= theirs

    def __str__(self) -> str:
        return f"{self.letter} ({self.scheme.name})"


def _differ(one: Scheme, other: Scheme) -> NotComparable:
    if one.name != other.name:
        return NotComparable(f"grades of {one.name} and {other.name}", code="grade.scheme")
    if one.letters != other.letters:
        return NotComparable(f"grades of two schemes named {one.name}, of other letters", code="grade.scheme")
    reason = f"grades of {one.name} in versions {one.version} and {other.version}"
    return NotComparable(reason, hint="if the letters mean the same, say so: grade.under(scheme)", code="grade.version")
