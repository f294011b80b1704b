"""Population shift (结构变化): the share of each class then and now, and how much of the population that moves.

>>> from pharmasales.classification.classify import classify
>>> from pharmasales.rules import Bands, Field
>>> scheme, rule = Scheme("size", ("A", "B")), Bands(Field("sales"), ((50, "B"),), top="A")
>>> was, now = (
...     classify([(f"H{n}", "Example", {"sales": one}) for n, one in enumerate(sales)], scheme, rule)
...     for sales in ((80, 60, 20, 10), (80, 20, 20, 10))
... )
>>> print(population_shift(was, now).table())
Class    Before  Now  Share before  Share now  Change
-------  ------  ---  ------------  ---------  ------
A             2    1         50.0%      25.0%  -25.0%
B             2    3         50.0%      75.0%   25.0%
Missing       0    0          0.0%       0.0%    0.0%
>>> population_shift(was, now).distance
Fraction(1, 4)
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from attrs import frozen

from pharmasales.classification.classify import Classification
from pharmasales.classification.grade import Scheme
from pharmasales.classification.review.moves import MISSING, Place
from pharmasales.display import Column, Says, Table, Why, because, percent
from pharmasales.errors import NotComparable
from pharmasales.units import ratio

__all__ = ["ClassShift", "PopulationShift", "population_shift"]


@frozen
class ClassShift:
    """One class in two periods.

    Args:
        place: its letter, or `MISSING`.
        was: how many customers it had.
        now: how many it has.
        share_was: their share of everybody then; missing where there was nobody.
        share_now: their share now.
    """

    place: Place
    was: int
    now: int
    share_was: Fraction | None
    share_now: Fraction | None

    @property
    def change(self) -> Fraction | None:
        """Share now less share before."""
        return None if self.share_was is None or self.share_now is None else self.share_now - self.share_was


@frozen
class PopulationShift:
    """The classes of two periods side by side. Build it with `population_shift`.

    Args:
        scheme: the scheme of both.
        classes: one entry a letter, the best first, and one for those without a grade.
    """

    scheme: Scheme
    classes: tuple[ClassShift, ...]

    @property
    def distance(self) -> Fraction | None:
        """The share of the population that would have to change class to make both alike: half the sum of all changes.

        It is exact, unlike an index of logarithms, and stays defined where a class is empty in one period. Fitted parts
        of equal size keep their shares whatever happens to the values: compare kept cut points for those.
        """
        changes = [one.change for one in self.classes]
        if None in changes:
            return None
        return sum((abs(change) for change in changes if change is not None), start=Fraction(0)) / 2

    @property
    def why(self) -> Why:
        """The distance in one sentence."""
        if self.distance is None:
            return because("nobody in one of the periods, so there is no distance", "一期无客户，故无结构差异")
        says = "{distance} of the population would have to change class to make both alike", "两期结构差异 {distance}"
        return because(*says, distance=percent(self.distance))

    def table(self) -> Table:
        """Return one row a class: how many and what share, before and now."""
        rows = [(one.place, one.was, one.now, one.share_was, one.share_now, one.change) for one in self.classes]
        return Table("population_shift", Says("Classes then and now", "级别结构变化"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("class", "Class", "级别"),
    Column("was", "Before", "上期", "number"),
    Column("now", "Now", "本期", "number"),
    Column("share_was", "Share before", "上期占比", "ratio"),
    Column("share_now", "Share now", "本期占比", "ratio"),
    Column("change", "Change", "变动", "ratio"),
)


def population_shift(was: Classification, now: Classification) -> PopulationShift:
    """Compare the shares of the classes in two periods; the customers need not be the same.

    Raises:
        NotComparable: grades of two schemes.
    """
    if was.scheme != now.scheme:
        raise NotComparable(f"grades of {was.scheme.name} and {now.scheme.name}", code="grade.scheme")
    counts = [Counter[Place](g.grade.letter if g.grade else MISSING for g in found.grades) for found in (was, now)]
    wholes = [found.total() for found in counts]
    classes = []
    places: tuple[Place, ...] = (*now.scheme.letters, MISSING)
    for place in places:
        old, new = (found[place] for found in counts)
        classes.append(ClassShift(place, old, new, ratio(old, wholes[0]), ratio(new, wholes[1])))
    return PopulationShift(now.scheme, tuple(classes))
