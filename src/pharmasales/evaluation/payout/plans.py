"""Payout plans (奖金方案): which measures pay, each on its own curve or all on one, and what holds a payout back.

>>> from pharmasales.evaluation.payout.building import payout_curve
>>> from pharmasales.rules import Field
>>> curve = payout_curve(threshold="70%", above=2, cap="200%")
>>> parts = [PayPart(name, "sales", Field(name), weight=weight) for name, weight in (("a", 40), ("b", 25), ("c", 35))]
>>> plan = PayoutPlan("products", parts, blend=curve)
>>> plan.blended({"a": "110%", "b": "90%", "c": "80%"})
Fraction(189, 200)

Source: E40; P2-E (several products), S004-64.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.compliance.words import MEASURES
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadRule, NotComparable, PharmaSalesError
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.pieces import in_full
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.names import clean, nearest
from pharmasales.rules.terms import Condition, Exact, Rule, literal
from pharmasales.units import Amount, Unit, share

__all__ = ["PayGate", "PayPart", "PayoutPlan", "Pays", "amount", "attained"]

Pays: TypeAlias = PayoutCurve | TierTable
"""What turns a result into money: a curve of attainment, or a tier table of amounts."""


def _weight(value: object) -> Exact | None:
    return None if value is None else literal(value)  # type: ignore[arg-type] # it refuses what is no number


@frozen
class PayPart:
    """One measure of a payout plan (奖金项目).

    Args:
        name: its name, unique in the plan.
        measure: what it is to the law: a word of the compliance gate, such as `sales`, `receipts` or `activity`. The
            gate is asked by it whether a role may be paid for it.
        of: the term or rule that gives the attainment, or for a tier table the `Amount`.
        pays: its own curve or tier table; left out where the plan pays on the blend.
        weight: the part of the target bonus, or of the blend, that it stands for, of 100 in all. A tier table has
            none.
        zh: its Chinese name.

    Raises:
        BadValue: a name that is no text.
        BadRule: an unknown measure, or a weight below zero or that is no number.
    """

    name: str = field(converter=clean)
    measure: str
    of: Rule
    pays: Pays | None = None
    weight: Exact | None = field(default=None, converter=_weight)
    zh: str = field(default="", converter=clean)

    def __attrs_post_init__(self) -> None:
        where = f"part {self.name!r}"
        if self.measure not in MEASURES:
            hint = nearest(str(self.measure), MEASURES)
            raise BadRule("no measure that the gate knows", where=where, hint=hint, code="payout.measure")
        if self.weight is not None and self.weight < 0:
            raise BadRule("negative weight", where=where, hint="0 or more", code="payout.weight")

    def says(self) -> Says:
        """Return its name in both languages."""
        return Says(self.name, self.zh or self.name)


@frozen
class PayGate:
    """What zeroes a payout where it holds (一票否决), such as a breach of compliance.

    Args:
        name: its name.
        breach: the test; where it cannot be answered, there is no payout until it can.
        says: the reason, in both languages.

    >>> from pharmasales.rules import Field
    >>> gate = PayGate("compliance", Field("breaches").over(0), Says("a breach of compliance", "存在违规"))
    >>> gate.breach({"breaches": 1}), gate.breach({"breaches": None})
    (True, None)

    Source: P2-C (compliance in the bonus).

    Raises:
        BadRule: no reason in one of the languages.
    """

    name: str = field(converter=clean)
    breach: Condition
    says: Says

    def __attrs_post_init__(self) -> None:
        if not (self.says.en.strip() and self.says.zh.strip()):
            hint = "say it in both languages"
            raise BadRule("a gate without a reason", where=f"gate {self.name!r}", hint=hint, code="payout.gate")


def _parts(given: Iterable[PayPart]) -> tuple[PayPart, ...]:
    return tuple(given)


def _gates(given: Iterable[PayGate]) -> tuple[PayGate, ...]:
    return tuple(given)


@frozen
class PayoutPlan:
    """What somebody is paid for (奖金方案): parts each at a rate of its own, or one curve on the blend of all.

    Args:
        name: the plan's name.
        parts: its measures. Weights of curves add up to 100.
        blend: the curve that the weighted attainment of all parts is paid on; then no part has one of its own.
        gates: what zeroes the payout.

    Source: P2-E, E40; systems 1e (several measures).

    Raises:
        BadRows: everything that cannot hold, at once: weights that miss 100, a part without a curve, two parts of one
            name, two gates of one name, tier tables that pay in two units.
    """

    name: str = field(converter=clean)
    parts: tuple[PayPart, ...] = field(converter=_parts)
    blend: PayoutCurve | None = None
    gates: tuple[PayGate, ...] = field(default=(), converter=_gates)
    unit: Unit | None = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        bad: list[PharmaSalesError] = [*_twice("parts", self.parts), *_faults(self.parts, self.blend)]
        bad += _twice("gates", self.gates)
        units = [part.pays.pay for part in self.parts if isinstance(part.pays, TierTable)]
        codes = list(dict.fromkeys(unit.code for unit in units))
        if len(codes) > 1:
            bad.append(NotComparable(" with ".join(codes), where="parts", code="unit"))
        if bad:
            raise BadRows("a payout plan refused", bad)
        object.__setattr__(self, "unit", units[0] if units else None)

    @property
    def needs_bonus(self) -> bool:
        """Whether a target bonus is needed: wherever a curve pays."""
        return self.blend is not None or any(isinstance(part.pays, PayoutCurve) for part in self.parts)

    def blended(self, record: object) -> Fraction | None:
        """Return the weighted attainment of all parts, exact (加权达成率); missing where one of them is."""
        values = [attained(part, record) for part in self.parts]
        if any(value is None for value in values):
            return None
        pairs = zip(self.parts, values, strict=True)
        return sum((Fraction(part.weight or 0) * (value or 0) for part, value in pairs), Fraction(0)) / 100


def attained(part: PayPart, record: object) -> Fraction | None:
    """Return the attainment that a part reads: exact, or text such as `90%`; missing where it is.

    Raises:
        BadValue: not a number, with the part's name.
    """
    found = part.of(record)
    if found is None or type(found) is Fraction:
        return found
    try:
        return share(found)  # type: ignore[arg-type] # it refuses what is no number
    except PharmaSalesError as error:
        raise error.at(f"part {part.name!r}") from None


def amount(part: PayPart, table: TierTable, record: object) -> Amount | None:
    """Return the amount that a tier table reads; a plain number is in whole units.

    Raises:
        BadValue: not a number, or with more decimals than the unit has, with the part's name.
        NotComparable: an amount of another unit.
    """
    found = part.of(record)
    if found is None:
        return None
    try:
        return found if type(found) is Amount else Amount.of(found, table.unit)  # type: ignore[arg-type] # as above
    except PharmaSalesError as error:
        raise error.at(f"part {part.name!r}") from None


def _twice(what: str, named: Sequence[PayPart | PayGate]) -> Iterator[BadRule]:
    names = [one.name for one in named]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield BadRule(f"two {what} of one name", where=f"{what}[{place}] {name}", code=f"payout.{what}")


def _faults(parts: Sequence[PayPart], blend: PayoutCurve | None) -> Iterator[PharmaSalesError]:
    if not parts:
        yield BadRule("a plan without parts", where="parts", code="payout.plan")
    for place, part in enumerate(parts):
        where = f"parts[{place}] {part.name}"
        if blend is not None and part.pays is not None:
            hint = "leave it out, or pay each part alone"
            yield BadRule("a curve of its own in a plan on the blend", where=where, hint=hint, code="payout.blend")
        elif blend is None and part.pays is None:
            yield BadRule(
                "a part that nothing pays", where=where, hint="give it a curve or a tier table", code="payout.plan"
            )
        tiered = isinstance(part.pays, TierTable)
        if tiered == (part.weight is not None):
            said = "a tier table with a weight" if tiered else "no weight"
            hint = "its rates say what it pays" if tiered else "give its part of 100"
            yield BadRule(said, where=where, hint=hint, code="payout.weight")
    weighed = [part.weight for part in parts if part.weight is not None]
    if weighed and sum(weighed) != 100:
        found = in_full(sum(weighed))
        yield BadRule(f"the weights add up to {found}, not 100", where="parts", code="payout.weight")
