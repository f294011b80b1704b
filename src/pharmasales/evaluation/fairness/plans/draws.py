"""Draws of a season in whole numbers (抽样计数): what each draw pays, and who reaches which level in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from random import Random

from pharmasales.evaluation.fairness.plans.level_odds import Level, Levels
from pharmasales.evaluation.fairness.plans.season import Season, SeasonRow
from pharmasales.periods import Period
from pharmasales.rules import Cut

__all__ = ["DrawnPerson", "Draws"]


class DrawnPerson:
    """One person's season in whole numbers: what each period paid, and its attainment on one grain with the cuts."""

    def __init__(self, row: SeasonRow, places: dict[Period, int], cuts: Sequence[Cut]) -> None:
        self.id = row.person_id
        self.paid = [(places[cell.period], cell.paid.minor) for cell in row.cells if cell.paid is not None]
        attained = [Fraction(cell.attainment or 0) for cell in row.cells]
        grain = lcm(*(one.denominator for one in attained), *(cut.at.denominator for cut in cuts))
        self.attained = [int(one * grain) for one in attained]
        self.cuts = [(int(cut.at * grain), cut.exclusive) for cut in cuts]
        self.draws = 0
        self.reached = [0] * len(cuts)

    def draw(self, times: Sequence[int]) -> tuple[int, list[bool] | None]:
        """Return what a draw of periods pays, and which levels it reaches; none where the person has none of them."""
        weights = [times[place] for place, _ in self.paid]
        paid = sum(weight * minor for weight, (_, minor) in zip(weights, self.paid, strict=True))
        count = sum(weights)
        if not count:
            return paid, None
        whole = sum(weight * one for weight, one in zip(weights, self.attained, strict=True))
        return paid, [whole > at * count if exclusive else whole >= at * count for at, exclusive in self.cuts]


class Draws:
    """The running counts of all draws."""

    def __init__(self, season: Season, known: Sequence[SeasonRow], levels: Levels | None) -> None:
        places: dict[Period, int] = {period: place for place, period in enumerate(season.periods)}
        given = () if levels is None else levels.cuts()
        self.levels = [level for level, cut in given if cut is not None]
        cuts = [cut for _, cut in given if cut is not None]
        self.periods = len(places)
        self.everybody = [DrawnPerson(row, places, cuts) for row in known]
        self.whole = [one.draw([1] * self.periods) for one in self.everybody]
        self.costs: list[int] = []
        self.counts: list[list[int]] = [[] for _ in cuts]

    def draw_periods(self, random: Random) -> None:
        """Draw as many periods as there are, the same for everybody."""
        times = [0] * self.periods
        for _ in range(self.periods):
            times[random.randrange(self.periods)] += 1
        drawn = []
        for one in self.everybody:
            paid, reached = one.draw(times)
            drawn.append((paid, reached))
            if reached is not None:
                one.draws += 1
                one.reached = [count + there for count, there in zip(one.reached, reached, strict=True)]
        self._note(drawn)

    def draw_people(self, random: Random) -> None:
        """Draw as many people as there are, each with the whole season."""
        self._note([self.whole[random.randrange(len(self.whole))] for _ in self.whole])

    def _note(self, drawn: Sequence[tuple[int, list[bool] | None]]) -> None:
        self.costs.append(sum(paid for paid, _ in drawn))
        for place, counts in enumerate(self.counts):
            counts.append(sum(reached[place] for _, reached in drawn if reached is not None))

    def counted(self) -> Iterable[tuple[Level, tuple[int, ...]]]:
        """Return how many people reached each level in each draw, ascending."""
        return zip(self.levels, (tuple(sorted(counts)) for counts in self.counts), strict=True)
