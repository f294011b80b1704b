"""Baselines reckoned from figures (指标测算): a rule over named figures, ready-made or one of a company's own.

>>> from pharmasales.goals.baselines.builders import Known
>>> from pharmasales.periods import Year
>>> from pharmasales.units import CNY, Amount
>>> money = {"market": Amount.of(1000, CNY), "own": Amount.of(200, CNY)}
>>> known = Known(figures={**money, "market_growth": "0.05", "share_gain": "0.02"})
>>> print(MARKET_GROWTH.build(known, Year(2027)).why.head())
2027: 231 CNY by market growth and share gain
>>> print(MARKET_GROWTH.build(Known(figures=money), Year(2027)).why)
2027: no baseline by market growth and share gain
  growth of the market, gain of share not known

Source: S004-33, S004-40, P2-D.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.classification.potential.inputs import Input, check_inputs, one_unit, unknown, zero_divisors
from pharmasales.display import Says, Why, because
from pharmasales.errors import NotComparable
from pharmasales.goals.baselines.builders import Baseline, Known, not_known
from pharmasales.names import clean
from pharmasales.periods import Period
from pharmasales.rules import Ratio, Sum, Term, Times, explain
from pharmasales.rules.terms import Exact, number
from pharmasales.units import Unit

__all__ = ["ACHIEVABLE", "MARKET_GROWTH", "POTENTIAL_SHARE", "PRIOR_PLUS_INCREASE", "RECKONED", "Reckoned"]


def _inputs(given: Iterable[Input]) -> tuple[Input, ...]:
    return tuple(given)


@frozen(kw_only=True)
class Reckoned:
    """A baseline as a rule over figures (指标测算).

    `rule` is written in `Field`, `Ratio`, `Times` and `Sum`: it explains itself, runs on many rows at once and can be
    kept in a rule book. Inputs without a unit of their own are amounts, all in one unit, which is the baseline's.

    Args:
        name: its name, as in a rule book.
        says: how a reason speaks of it, to stand behind `by`.
        rule: how it is reckoned.
        inputs: what the rule reads, each field once.
        source: requirement or page.

    Raises:
        BadRule: inputs that are not those of the rule, or a rule that is no term.
    """

    name: str = field(converter=clean)
    says: Says = field(eq=False)
    rule: Term
    inputs: tuple[Input, ...] = field(converter=_inputs)
    source: str = field(default="", eq=False)

    def __attrs_post_init__(self) -> None:
        check_inputs(self.rule, self.inputs, self.name)

    def build(self, known: Known, period: Period) -> Baseline:
        """Build the baseline: see `Builder`; a figure that is not given is not known.

        Raises:
            BadValue: a figure that is no exact number, or out of its range, by name.
            NotComparable: two units, or a plain number where an amount is due.
        """
        values, unit = self._read(known)
        found = number(self.rule(values), self.name)
        return Baseline(self, period, known, None if found is None else Fraction(found), unit)

    def reasons(self, known: Known, period: Period) -> tuple[Why, ...]:  # noqa: ARG002 - figures are of the period
        """Return the formula with its figures, or what is missing, or what is zero and divides."""
        values, _ = self._read(known)
        if gone := unknown(self.inputs, values):
            return (not_known(one.says for one in gone),)
        if zeros := zero_divisors(self.rule, values):
            return (because("{name} is zero and divides", "除数 {name} 为零", name=zeros[0].named()),)
        return (explain(self.rule, values),)

    def _read(self, known: Known) -> tuple[Mapping[str, Exact | None], Unit | None]:
        record = {one.name: known.figures.get(one.name) for one in self.inputs}
        unit = one_unit(self.inputs, record)
        bare = [one.name for one in self.inputs if one.unit is None and record[one.name] is not None]
        if unit is None and bare:
            hint = "give an Amount"
            raise NotComparable("a plain number where an amount is due", where=bare[0], hint=hint, code="unit")
        return {one.name: one.read(record) for one in self.inputs}, unit


_PART = Says("a part of 1", "占比（0 至 1）")
_TOTAL = Input("total", Says("the total to be shared", "待分配总额"))
_SHARE = Input("share_of_potential", Says("share of everybody's potential", "潜力占比"), _PART, most=1)
_POTENTIAL = Input("potential", Says("potential", "潜力"))
_ACHIEVABLE = Input("achievable_share", Says("achievable share", "可达份额"), _PART, most=1)
_PRIOR = Input("prior", Says("prior sales", "上期实际"), least=None)
_INCREASE = Input("increase", Says("increase of everybody", "总增量"), least=None)
_MARKET = Input("market", Says("the market", "市场销售"))
_OWN = Input("own", Says("own sales", "本品销售"), least=None)
_GROWTH = Input("market_growth", Says("growth of the market", "市场增长率"), _PART, least=-1)
_GAIN = Input("share_gain", Says("gain of share", "份额提升"), _PART, least=-1, most=1)

POTENTIAL_SHARE = Reckoned(
    name="potential_share",
    says=Says("share of potential", "潜力占比"),
    rule=Times([_TOTAL.term, _SHARE.term]),
    inputs=[_TOTAL, _SHARE],
    source="P2-D",
)
"""Total x own part of everybody's potential; `blend` brings potentials to such parts."""

ACHIEVABLE = Reckoned(
    name="achievable",
    says=Says("achievable share of the potential", "潜力可达份额"),
    rule=Times([_POTENTIAL.term, _ACHIEVABLE.term]),
    inputs=[_POTENTIAL, _ACHIEVABLE],
    source="S004-40",
)
"""Potential x the share of it that can be reached."""

PRIOR_PLUS_INCREASE = Reckoned(
    name="prior_plus_increase",
    says=Says("prior sales and a share of the increase", "上期实际加增量份额"),
    rule=Sum([_PRIOR.term, Times([_INCREASE.term, _SHARE.term])]),
    inputs=[_PRIOR, _INCREASE, _SHARE],
    source="P2-D",
)
"""Prior + increase of everybody x own part of everybody's potential: who can grow carries the growth."""

MARKET_GROWTH = Reckoned(
    name="market_growth",
    says=Says("market growth and share gain", "市场增长与份额提升"),
    rule=Times(
        [
            Sum([_MARKET.term, Times([_MARKET.term, _GROWTH.term])]),
            Sum([Ratio(_OWN.term, _MARKET.term), _GAIN.term]),
        ]
    ),
    inputs=[_MARKET, _GROWTH, _OWN, _GAIN],
    source="S004-33",
)
"""The market after its growth x (own share now + gain of share)."""

RECKONED: Mapping[str, Reckoned] = MappingProxyType(
    {one.name: one for one in (POTENTIAL_SHARE, ACHIEVABLE, PRIOR_PLUS_INCREASE, MARKET_GROWTH)}
)
"""The ready-made ones by name."""
