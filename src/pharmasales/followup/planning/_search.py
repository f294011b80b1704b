"""Ruin and recreate: strike some customers out of the sheet, choose their days anew, keep what is better.

Who is struck out belongs together: customers of one hospital, of one day, one with bad gaps beside another; those of an
overfull day, where there is one. Each chooses the days that cost least among the others. Overfull days are allowed at a
fine, and leaving out a visit of the stage that comes short at a price; both follow how often the sheet keeps the rules,
so that the search walks along the border between what is cheap and what is possible. Every now and then the rest of the
way is made by chains of visits that change days. A worse sheet is kept with a chance that falls with time; whole
numbers decide, so every machine finds the same. The best sheet that keeps all rules is never lost.

Source: issue 7, method; performance, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from pharmasales.followup.planning._chains import mend
from pharmasales.followup.planning._sheet import Sheet

__all__ = ["polish", "search"]

_HOT, _COLD = 64, 8
"""By how much worse a sheet may be, in eighths and before chance has its say, at the beginning and at the end."""

_FEW = 4
_WATCH = 50
_MEND = 75
_FINE, _LEAST_FINE, _MOST_FINE = 40, 4, 100
_DEAR = 1 << 20
"""The price of leaving a visit out where none may be."""


def polish(sheet: Sheet) -> None:
    """Let each customer choose once more among the others, twice; no visit is lost, and the sheet keeps the rules.

    First overfull days are allowed at a fine and mended in the end; where they cannot be mended, anew at the highest
    fine, which leaves fewer of them. At last none is allowed.
    """
    everyone = range(len(sheet.guests))
    kept, before = sheet.keep(everyone), (sheet.short, sheet.soft)
    for fine in () if sheet.blocked else (_FINE, _MOST_FINE):
        _choose_again(sheet, fine, 2)
        mended = mend(sheet, before[0])
        if not mended or (sheet.short, sheet.soft) >= before:
            sheet.undo(kept)
        if mended:
            break
    _choose_again(sheet, 0, 1)


def _choose_again(sheet: Sheet, fine: int, rounds: int) -> None:
    for guest in [*range(len(sheet.guests))] * rounds:
        kept, toll = sheet.keep([guest]), sheet.soft + fine * sheet.over
        count = sheet.stand[guest]
        sheet.take(guest)
        found = sheet.best(guest, fine, _DEAR)
        if found is not None:
            sheet.put(guest, *found)
        if found is None or sheet.stand[guest] < count or sheet.soft + fine * sheet.over >= toll:
            sheet.undo(kept)


def search(sheet: Sheet, budget: int, random: Random, tell: Callable[[int], None]) -> None:
    """Improve a sheet by so many steps; it ends as the best that was found, at worst as it began.

    Args:
        sheet: the visits that stand.
        budget: how many steps.
        random: where chance comes from.
        tell: told now and then how many steps are done.
    """
    if not sheet.guests:
        return
    walk = _Walk(sheet, random)
    for step in range(budget):
        if step % _WATCH == 0 and step:
            walk.weigh()
            tell(step)
        if step % _MEND == _MEND - 1:
            walk.mend()
        walk.step(_HOT - (_HOT - _COLD) * step // budget)
    walk.mend()
    walk.home()


class _Walk:
    """Where the search stands: the best sheet so far, the fine and the price, and how often the rules were kept."""

    def __init__(self, sheet: Sheet, random: Random) -> None:
        self.sheet = sheet
        self.bits = random.getrandbits
        self.allowed = sheet.short
        self.elastic = any(len(options) > 1 for options in sheet.options)
        self.best = sheet.soft
        self.home_lanes = list(sheet.lanes)
        self.home_gaps = list(sheet.gaps)
        self.fine = 0 if sheet.blocked else _FINE
        self.price = _FINE
        self.fit = 0
        self.met = 0
        self.members: list[list[int]] = [[] for _ in sheet.there]
        for guest, place in enumerate(sheet.place):
            self.members[place].append(guest)

    def below(self, most: int) -> int:
        """Return a random whole number below another."""
        return self.bits(24) * most >> 24

    def some(self, guests: Sequence[int], most: int) -> list[int]:
        """Return a few of some customers in random order."""
        found = list(guests)
        count = min(most, len(found))
        for n in range(count):
            other = n + self.below(len(found) - n)
            found[n], found[other] = found[other], found[n]
        return found[:count]

    def ruin(self) -> list[int]:
        """Choose whom to strike out."""
        sheet = self.sheet
        if sheet.over and self.bits(1):
            return self.some(self.on(self.a_day(sheet.overfull())), _FEW)
        if sheet.short > self.allowed and self.bits(1):
            return self.some([n for n, lanes in enumerate(sheet.lanes) if not lanes], 2 * _FEW)
        guest, kind = self.below(len(sheet.guests)), self.bits(2)
        if kind == 0 and sheet.place[guest]:
            return self.some(self.members[sheet.place[guest]], _FEW)
        if kind == 1 and sheet.lanes[guest]:
            return self.some(self.on(self.a_day(sheet.lanes[guest])), _FEW)
        if kind == 2:
            rivals = [self.below(len(sheet.guests)) for _ in range(_FEW)]
            worst = max(rivals, key=lambda n: sheet.gaps[n])
            return [guest, worst] if guest != worst else [guest]
        return [guest]

    def a_day(self, lanes: int) -> int:
        """Return one of some days."""
        for _ in range(self.below(lanes.bit_count())):
            lanes &= lanes - 1
        return lanes & -lanes

    def on(self, day: int) -> list[int]:
        """Return who is visited on a day."""
        return [n for n, lanes in enumerate(self.sheet.lanes) if lanes & day]

    def step(self, heat: int) -> None:
        """Strike out, choose anew, and keep or undo."""
        sheet, guests = self.sheet, self.ruin()
        kept, before = sheet.keep(guests), self.toll()
        for guest in guests:
            if sheet.lanes[guest]:
                sheet.take(guest)
        for guest in guests:
            found = sheet.best(guest, self.fine, self.price, self.bits(64))
            if found is None:
                sheet.undo(kept)
                return
            if found[0]:
                sheet.put(guest, *found)
        worse = self.toll() - before
        if worse > 0 and worse * 8 > self.chance(heat):
            sheet.undo(kept)
        self.watch()

    def toll(self) -> int:
        """Return what the sheet costs, fines and prices included."""
        sheet = self.sheet
        return sheet.soft + self.fine * sheet.over + self.price * sheet.short

    def chance(self, heat: int) -> int:
        """Return by how much worse a step may be now: each further seven tenths of the heat half as often."""
        drawn = self.bits(20)
        halvings = (~drawn & (drawn + 1)).bit_length() - 1
        return heat * (8 * halvings + self.bits(3)) * 7 // 80

    def watch(self) -> None:
        """Count whether the rules are kept, and remember the best sheet that keeps them."""
        sheet = self.sheet
        self.fit += not sheet.over
        self.met += sheet.short <= self.allowed
        if not sheet.over and (sheet.short, sheet.soft) < (self.allowed, self.best):
            self.allowed, self.best = sheet.short, sheet.soft
            self.home_lanes, self.home_gaps = list(sheet.lanes), list(sheet.gaps)

    def weigh(self) -> None:
        """Raise the fine where the rules are rarely kept, lower it where they are kept more often than not."""
        if self.fine:
            self.fine = _weighed(self.fine, self.fit)
        self.price = _weighed(self.price, self.met)
        self.fit = self.met = 0

    def mend(self) -> None:
        """Make the sheet keep the rules, by chains of visits that change days, and remember it if it is the best."""
        if self.fine and mend(self.sheet, self.allowed):
            self.watch()

    def home(self) -> None:
        """Bring the best sheet back."""
        sheet = self.sheet
        for guest, lanes in enumerate(self.home_lanes):
            if lanes != sheet.lanes[guest]:
                sheet.take(guest)
        for guest, lanes in enumerate(self.home_lanes):
            if lanes != sheet.lanes[guest]:
                sheet.put(guest, lanes, self.home_gaps[guest])


def _weighed(toll: int, kept: int) -> int:
    if 5 * kept < _WATCH:
        return min(_MOST_FINE, toll + toll // 7 + 1)
    return max(_LEAST_FINE, toll - toll // 10 - 1) if 2 * kept > _WATCH else toll
