"""Where a goal comes from (目标基数): the total, the weights behind each share, and the room to move.

>>> from pharmasales.units import CNY
>>> grown(Amount.of(980_000, CNY), "15%", grain=Amount.of(1000, CNY))
Amount('1127000.00 CNY')
>>> weights = blend({"history": ({"r1": 300, "r2": 100}, "60%"), "potential": ({"r1": 1, "r3": 1}, "40%")})
>>> dict(weights)
{'r1': Fraction(13, 20), 'r2': Fraction(3, 20), 'r3': Fraction(1, 5)}
>>> print(weights.why("r3"))
weight 0.2, blended from 2 bases
  history (60.0%): no data, counts as zero
  potential (40.0%): 1 of 2
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TypeVar

from attrs import field, frozen

from pharmasales.display import Why, because, percent
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.names import normal_id
from pharmasales.periods import Period
from pharmasales.splits import Negative, negative_weight, no_basis, one_unit, read_weights
from pharmasales.units import Amount, Number, exact, half_up, share

__all__ = ["Basis", "Blend", "Levels", "blend", "by_id", "goal_levels", "grown", "history_weights", "plain"]

V = TypeVar("V")


def grown(base: Amount, growth: Number, grain: Amount) -> Amount:
    """Grow a base by a rate, then round half up to the grain (基数 x (1 + 增长率)).

    Args:
        base: what the growth starts from, such as last year's sales.
        growth: the rate, as `15%`, `0.15` or a `Fraction`; negative for a decline.
        grain: the step in which goals are given.

    >>> from pharmasales.units import BOX
    >>> grown(Amount.of(105, BOX), Fraction(1, 3), Amount.of(10, BOX))
    Amount('140 BOX')

    Raises:
        BadValue: a growth that is no exact number, or a grain that is not above zero.
        NotComparable: a grain of another unit.
    """
    if grain <= Amount(0, base.unit):
        raise BadValue("the grain must be above zero", code="goals.grain")
    return grain * half_up(base.minor * (1 + share(growth)) / grain.minor)


def history_weights(actual: Mapping[str, Mapping[Period, Amount]], within: Period) -> dict[str, Fraction]:
    """Weigh each node by what it sold within a period (历史销售); a node without any actual there has no weight.

    Args:
        actual: what each node sold, by node id and period.
        within: the stretch that counts.

    >>> from pharmasales.periods import Year, period
    >>> from pharmasales.units import BOX
    >>> sold = {"r1": {period("2025-01"): Amount.of(30, BOX), period("2025-02"): Amount.of(12, BOX)}, "r2": {}}
    >>> history_weights(sold, Year(2025))
    {'r1': Fraction(42, 1)}

    Raises:
        NotComparable: actuals in two units.
    """
    sums: dict[str, Amount] = {}
    for node_id, series in actual.items():
        for when, amount in series.items():
            if when in within:
                sums[node_id] = sums[node_id] + amount if node_id in sums else amount
    one_unit(sums.values(), "history")
    return {node_id: exact(amount) for node_id, amount in sums.items()}


@frozen
class Basis:
    """One ground on which weights rest, such as history or potential.

    Args:
        name: what it is called.
        part: its share in the blend.
        values: its own value for each node that it knows.
        total: the sum of its values.
    """

    name: str
    part: Fraction
    values: Mapping[str, Fraction] = field(repr=False)
    total: Fraction

    def why(self, node_id: str) -> Why:
        """Return what this basis says of a node."""
        values = {"name": self.name, "part": percent(self.part)}
        if node_id not in self.values:
            return because("{name} ({part}): no data, counts as zero", "{name}（{part}）：无数据，按零计", **values)
        own, of = plain(self.values[node_id]), plain(self.total)
        return because("{name} ({part}): {own} of {of}", "{name}（{part}）：{own} / {of}", own=own, of=of, **values)


@frozen(eq=False)
class Blend(Mapping[str, Fraction]):
    """Blended weights by node id, adding up to one; knows why each is what it is.

    Args:
        weights: the blended weights.
        bases: what they were blended from.
    """

    weights: Mapping[str, Fraction] = field(repr=False)
    bases: tuple[Basis, ...]

    def __getitem__(self, node_id: str) -> Fraction:
        return self.weights[node_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.weights)

    def __len__(self) -> int:
        return len(self.weights)

    def why(self, node_id: str) -> Why:
        """Return what each basis contributed to a node's weight, missing ones named.

        Raises:
            NotFound: a node that no basis knows.
        """
        if node_id not in self.weights:
            raise NotFound("no basis knows this node", where=f"id {node_id!r}", code="goals.basis")
        en, zh = "weight {weight}, blended from {count} bases", "权重 {weight}，由 {count} 项依据合成"
        parts = [basis.why(node_id) for basis in self.bases]
        return because(en, zh, *parts, weight=self.weights[node_id], count=len(parts))


def blend(bases: Mapping[str, tuple[Mapping[str, Number | None], Number]], *, negative: Negative = "refuse") -> Blend:
    """Blend several bases into one weight a node (综合权重): each basis is first brought to shares of its own sum.

    Args:
        bases: for each basis its values by node id, and its part in the blend: plain weights of any sum, or percentages
            that must add up to 100 %. A node that a basis does not know counts zero there, and its `why` says so.
        negative: `refuse` a negative value, or count it as `zero`.

    >>> blend({"history": ({"r1": 0, "r2": None}, 1)})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: a goal with no basis: all values are zero or missing @ history; give at least one
    weight above zero, or split it with all_zero="even" [goals.basis]

    Raises:
        BadRows: negative values and values that are no exact number, with their ids; two spellings of one id.
        BadRule: parts that are negative, or percentages that miss 100 %.
        BadValue: no basis at all, or one whose values are all zero or missing.
    """
    parts = read_weights([part for _, part in bases.values()], "parts of the blend")
    if any(part < 0 for part in parts):
        raise BadRule("negative part of a blend", hint="give zero or more", code="goals.blend")
    if not any(parts):
        raise no_basis("no basis has a part above zero")
    read = [
        _basis(name, part / sum(parts), values, negative)
        for part, (name, (values, _)) in zip(parts, bases.items(), strict=True)
    ]
    blended: dict[str, Fraction] = {}
    for basis in read:
        for node_id, value in basis.values.items():
            blended[node_id] = blended.get(node_id, Fraction(0)) + basis.part * value / basis.total
    return Blend(blended, tuple(read))


def _basis(name: str, part: Fraction, values: Mapping[str, Number | None], negative: Negative) -> Basis:
    known: dict[str, Fraction] = {}
    bad: list[PharmaSalesError] = []
    for node_id, value in by_id(values, name).items():
        if value is None:
            continue
        try:
            known[node_id] = exact(value)
        except BadValue as error:
            bad.append(error.at(f"{name} of {node_id!r}"))
            continue
        if known[node_id] < 0:
            if negative != "zero":
                bad.append(negative_weight(f"{name} of {node_id!r}"))
            known[node_id] = Fraction(0)
    if bad:
        raise BadRows(f"values of the basis {name} are refused", bad)
    total = sum(known.values(), Fraction(0))
    if total == 0:
        raise no_basis("all values are zero or missing", name)
    return Basis(name, part, known, total)


def by_id(values: Mapping[str, V], what: str) -> dict[str, V]:
    """Bring the ids of a mapping to their normal form.

    >>> by_id({" r1": 5}, "weights")
    {'r1': 5}

    Raises:
        BadRows: two spellings of one id, or no id at all.
    """
    found: dict[str, V] = {}
    bad: list[PharmaSalesError] = []
    for text, value in values.items():
        try:
            node_id = normal_id(text, f"{what} of {text!r}")
        except BadValue as error:
            bad.append(error)
            continue
        if node_id in found:
            hint = "keep one of them"
            bad.append(BadValue("twin ids", where=f"{what} of {node_id!r}", hint=hint, code="goals.twins"))
        found[node_id] = value
    if bad:
        raise BadRows(f"ids in {what} are refused", bad)
    return found


def plain(value: Fraction) -> Fraction | int:
    """Return a whole number as an int, so that it is shown with thousands.

    >>> plain(Fraction(1200)), plain(Fraction(1, 2))
    (1200, Fraction(1, 2))
    """
    return value.numerator if value.denominator == 1 else value


@frozen
class Levels:
    """The levels of one goal (目标档位): the floor, the base, the challenge, and the room a manager may move it in.

    Args:
        floor: what must be reached (保底目标).
        base: the goal itself (基准目标).
        challenge: what is aimed at (挑战目标).
        lowest: the least that a manager may set (浮动下限).
        highest: the most that a manager may set (浮动上限).
    """

    floor: Amount
    base: Amount
    challenge: Amount
    lowest: Amount
    highest: Amount

    def accept(self, amount: Amount) -> Amount:
        """Return an amount that a manager may set, both ends included, or refuse it.

        Raises:
            BadValue: outside the room.
            NotComparable: another unit.
        """
        if not self.lowest <= amount <= self.highest:
            hint = f"set {self.lowest} to {self.highest}"
            raise BadValue("a goal outside the room to move", hint=hint, code="goals.room")
        return amount


def goal_levels(
    base: Amount,
    *,
    challenge: Number = Fraction(12, 10),
    floor: Number = Fraction(8, 10),
    room: Number = Fraction(5, 100),
) -> Levels:
    """Set floor, challenge and room around a base (保底 / 基准 / 挑战), each rounded half up to the smallest part.

    Args:
        base: the goal, zero or above.
        challenge: the challenge as a multiple of the base, at least 1.
        floor: the floor as a multiple of the base, 0 to 1.
        room: how far a manager may move the goal, up and down, 0 to 1.

    >>> from pharmasales.units import BOX
    >>> levels = goal_levels(Amount.of(1000, BOX))
    >>> [str(amount) for amount in (levels.floor, levels.lowest, levels.highest, levels.challenge)]
    ['800 BOX', '950 BOX', '1,050 BOX', '1,200 BOX']
    >>> levels.accept(Amount.of(1060, BOX))
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: a goal outside the room to move; set 950 BOX to 1,050 BOX [goals.room]

    Raises:
        BadRule: multiples out of order.
        BadValue: a base below zero, or no exact number.

    Source: E24.
    """
    low, high, around = share(floor), share(challenge), share(room)
    if not (0 <= low <= 1 <= high and 0 <= around <= 1):
        raise BadRule("levels out of order", hint="0 <= floor <= 1 <= challenge, room 0 to 1", code="goals.levels")
    if base.minor < 0:
        raise BadValue("a goal with levels is zero or above", code="goals.levels")
    return Levels(base.times(low), base, base.times(high), base.times(1 - around), base.times(1 + around))
