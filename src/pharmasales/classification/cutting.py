"""Cut points by evidence (定切点): what cut points make of a population, and what other ones would change.

Cut points are given, or fitted by share (`Pareto`), by rank (`Quantiles`) or by what the force can visit
(`pharmasales.classification.capacity`). Wherever they come from they are plain `Bands`, kept with
the evidence (`pharmasales.classification.kept_cuts`).

>>> from pharmasales.rules import Field
>>> last, this = (Bands(Field("sales"), ((20, "C"), (cut, "B")), top="A") for cut in (50, 60))
>>> people = [{"sales": sales} for sales in (80, 55, 50, 20, None)]
>>> print(compare_cuts(Scheme("size", ("A", "B", "C")), last, this, people).table())
Class  Cut before  Cut now  Change  Change in %  Up  Down  Why
-----  ----------  -------  ------  -----------  --  ----  ----------------------------------------
A              50       60      10        20.0%   0     2  the cut of A from 50 to 60: 0 up, 2 down
B              20       20       0         0.0%   0     0  the cut of B stays at 20: 0 up, 0 down
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from pharmasales.classification.grade import Scheme
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRule, NotComparable
from pharmasales.rules import Bands, Cut, Evidence, Fitted, Label, Rule
from pharmasales.rules.terms import Exact, each, number
from pharmasales.units import in_decimals, ratio

__all__ = [
    "CutChange",
    "CutChanges",
    "boundaries",
    "compare_cuts",
    "cut_text",
    "evidence_for",
    "number_text",
    "values_of",
]


def values_of(of: Rule, records: Iterable[object]) -> list[Exact | None]:
    """Return the number that each record has, or missing; an error names the position of its record.

    >>> from pharmasales.rules import Field
    >>> values_of(Field("sales"), [{"sales": "1.50"}, {"sales": None}])
    [Fraction(3, 2), None]

    Raises:
        BadValue: a value that is no number, or a record without the field.
    """
    return list(each(records, "records", lambda record: number(of(record), of.named())))


def evidence_for(bands: Bands, records: Iterable[object]) -> Fitted:
    """Say what cut points make of a population: the evidence of a fitted rule, for cut points that were given.

    Args:
        bands: the cut points.
        records: everybody.

    >>> from pharmasales.rules import Field, over
    >>> late = Bands(Field("days", "天数"), ((over(120), "in time"),), top="late")
    >>> print(evidence_for(late, [{"days": days} for days in (120, 121, 30)]).table())
    Label    Count  Total  Share  Least  Largest
    -------  -----  -----  -----  -----  -------
    late         1    121  44.6%    121      121
    in time      2    150  55.4%     30      120

    Raises:
        BadValue: a value that is no number, with the position of its record.
    """
    values = values_of(bands.of, records)
    counts = Counter(value for value in values if value is not None)
    held: dict[Label, list[tuple[Exact, int]]] = {label: [] for label in reversed(bands.labels())}
    for value, count in sorted(counts.items()):
        held[bands.labels()[bands.place(value) or 0]].append((value, count))
    whole = _above_zero(counts.items())
    evidence = tuple(_evidence(label, members, whole) for label, members in held.items())
    return Fitted(bands, evidence, len(values) - counts.total())


def _above_zero(members: Iterable[tuple[Exact, int]]) -> Exact:
    return sum(value * count for value, count in members if value > 0)


def _evidence(label: Label, members: list[tuple[Exact, int]], whole: Exact) -> Evidence:
    total = _above_zero(members)
    low, high = (members[0][0], members[-1][0]) if members else (None, None)
    count = sum(count for _, count in members)
    return Evidence(label, count, total, Fraction(total) / whole if whole else None, low, high)


def boundaries(bands: Bands, scheme: Scheme) -> dict[str, Cut | None]:
    """Return the cut between each class, together with the better ones, and the rest; no cut where one side is empty.

    A scheme's last letter has none. Cut points may count upwards (sales) or downwards (days overdue).

    >>> from pharmasales.rules import Field
    >>> boundaries(Bands(Field("sales"), ((20, "C"), (50, "A")), top="S"), Scheme("x", ("S", "A", "B", "C")))
    {'S': Cut(at=50, exclusive=False), 'A': Cut(at=20, exclusive=False), 'B': Cut(at=20, exclusive=False)}

    Raises:
        BadRule: a label that the scheme lacks, or labels that are not in its order.
    """
    ranks = [scheme.letters.index(scheme.grade(label).letter) for label in bands.labels()]
    if ranks != sorted(set(ranks)) and ranks != sorted(set(ranks), reverse=True):
        hint = "order the bands from the best to the last, or from the last to the best"
        raise BadRule("bands that are not in the scheme's order", where=scheme.name, hint=hint, code="grade.order")
    found: dict[str, Cut | None] = {}
    for place, letter in enumerate(scheme.letters[:-1]):
        sides = enumerate(pairwise(ranks))
        found[letter] = next((bands.cuts[n][0] for n, (low, high) in sides if (low <= place) != (high <= place)), None)
    return found


def cut_text(cut: Cut | None) -> Cell:
    """Return a cut as a person reads it: its number, or `over` it in both languages where it excludes the number.

    >>> cut_text(Cut(50)), cut_text(Cut(120, exclusive=True)).text("zh"), cut_text(None)
    (50, '超过 120', None)
    """
    if cut is None or not cut.exclusive:
        return None if cut is None else number_text(cut.at)
    return because("over {at}", "超过 {at}", at=number_text(cut.at))


def number_text(value: Exact | None) -> int | Decimal | Fraction | None:
    """Return an exact number as a table shows it best: whole, with its own decimals, or as a fraction.

    >>> number_text(Fraction(5, 2)), number_text(Fraction(4, 2)), number_text(Fraction(1, 3))
    (Decimal('2.5'), 2, Fraction(1, 3))
    """
    if value is None or isinstance(value, int):
        return value
    places = next((places for places in range(13) if 10**places % value.denominator == 0), None)
    if places is None:
        return value
    return in_decimals(int(value * 10**places), places) if places else value.numerator


@frozen
class CutChange:
    """What became of one cut point.

    Args:
        letter: the class that the cut parts, together with the better ones, from the rest.
        old: the cut before, or none where nobody was on one of its sides.
        new: the cut now, likewise.
        up: how many records pass it to the better side.
        down: how many pass it to the other side.
    """

    letter: str
    old: Cut | None
    new: Cut | None
    up: int
    down: int

    @property
    def change(self) -> Exact | None:
        """New less old; missing where either is."""
        return None if self.old is None or self.new is None else self.new.at - self.old.at

    @property
    def growth(self) -> Fraction | None:
        """The change over the old cut; missing where either cut is, or the old one is zero."""
        return None if self.old is None else ratio(self.change, self.old.at)

    @property
    def why(self) -> Why:
        """What changed, in both languages."""
        same = self.old == self.new
        en, zh = ("stays at {new}", "仍为 {new}") if same else ("from {old} to {new}", "由 {old} 变为 {new}")
        return because(
            f"the cut of {{letter}} {en}: {{up}} up, {{down}} down",
            f"{{letter}} 的切点{zh}：上调 {{up}}，下调 {{down}}",
            letter=self.letter,
            old=cut_text(self.old),
            new=cut_text(self.new),
            up=self.up,
            down=self.down,
        )


@frozen
class CutChanges:
    """Two sets of cut points side by side, on the same records.

    Args:
        scheme: the scheme that both belong to.
        cuts: one entry a letter but the last, the best first.
        up: how many records get a better grade.
        down: how many get a worse one.
        same: how many keep theirs.
        missing: how many have no value, and no grade by either.
    """

    scheme: Scheme
    cuts: tuple[CutChange, ...]
    up: int
    down: int
    same: int
    missing: int

    def table(self) -> Table:
        """Return one row a cut: before, now, change, and how many pass it up and down."""
        rows = [
            (c.letter, cut_text(c.old), cut_text(c.new), number_text(c.change), c.growth, c.up, c.down, c.why)
            for c in self.cuts
        ]
        return Table("cut_changes", Says("Cut points compared", "切点对比"), _CHANGE_COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_CHANGE_COLUMNS = (
    Column("letter", "Class", "级别"),
    Column("old", "Cut before", "原切点", "amount"),
    Column("new", "Cut now", "现切点", "amount"),
    Column("change", "Change", "变动", "amount"),
    Column("growth", "Change in %", "变动率", "ratio"),
    Column("up", "Up", "上调", "number"),
    Column("down", "Down", "下调", "number"),
    Column("why", "Why", "原因", "why"),
)


def compare_cuts(scheme: Scheme, old: Bands, new: Bands, records: Iterable[object]) -> CutChanges:
    """Say what new cut points change against old ones, on the same records.

    A record that passes two cuts counts once in the sum and at each of the two cuts.

    Args:
        scheme: the scheme, whose order says which side of a cut is better.
        old: the cut points before, such as those kept from the last period.
        new: the cut points now.
        records: everybody, as they are now.

    Raises:
        NotComparable: cut points of two different inputs.
        BadRule: a label that the scheme lacks, or labels that are not in its order.
        BadValue: a value that is no number, with the position of its record.
    """
    if old.of != new.of:
        raise NotComparable(f"cuts of {old.of.named()} and {new.of.named()}", where=scheme.name, code="grade.cuts")
    before, after = boundaries(old, scheme), boundaries(new, scheme)
    values = values_of(new.of, records)
    ranks = {letter: place for place, letter in enumerate(scheme.letters)}
    pairs: Counter[tuple[int, int]] = Counter()
    for value, count in Counter(value for value in values if value is not None).items():
        was, now = (ranks[str(bands.labels()[bands.place(value) or 0])] for bands in (old, new))
        pairs[was, now] += count
    cuts = []
    for place, letter in enumerate(scheme.letters[:-1]):
        up = sum(count for (was, now), count in pairs.items() if now <= place < was)
        down = sum(count for (was, now), count in pairs.items() if was <= place < now)
        cuts.append(CutChange(letter, before[letter], after[letter], up, down))
    up, down = (sum(count for (was, now), count in pairs.items() if (was - now) * step > 0) for step in (1, -1))
    return CutChanges(scheme, tuple(cuts), up, down, pairs.total() - up - down, len(values) - pairs.total())
