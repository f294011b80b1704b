"""Thresholds of the rater checks (评分检查的阈值), each with its meaning and where it comes from.

>>> RaterRules(least=20).least, RaterRules().level
(20, Fraction(1, 8))
>>> RaterRules(level="150%")
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: a threshold out of range @ level; above 0, at most 100% [fairness.rules]
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from attrs import Attribute, asdict, field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.rules.terms import literal
from pharmasales.units import Number

__all__ = ["RaterRules"]


def _fraction(given: Number) -> Fraction:
    return Fraction(literal(given))


def _part(_rules: RaterRules, attribute: Attribute[Fraction], value: Fraction) -> None:
    if not 0 < value <= 1:
        hint = "above 0, at most 100%"
        raise BadRule("a threshold out of range", where=attribute.name, hint=hint, code="fairness.rules")


def _count(_rules: RaterRules, attribute: Attribute[int], value: int) -> None:
    if type(value) is not int or value < 3:
        hint = "a whole number of at least 3"
        raise BadRule("too few to judge by", where=attribute.name, hint=hint, code="fairness.rules")


def _errors(_rules: RaterRules, attribute: Attribute[Fraction], value: Fraction) -> None:
    if value < 0:
        raise BadRule("below zero", where=attribute.name, hint="0 switches it off", code="fairness.rules")


@frozen
class RaterRules:
    """When a rater check has something to ask, and how little it may judge by (评分检查规则).

    The trade's textbooks name the errors and no figures: every number here is a choice of this library. Set your own
    from marks of a period that you trust. `table()` lists them.

    Args:
        least: the least number of marks that can be compared; with fewer a check says nothing.
        people: the least number of people that they are about.
        sure: how many standard errors a mean difference must lie from zero, so that chance does not accuse.
        level: leniency and severity: the mean difference from the others, as a share of the scale's width.
        close: central tendency: the spread of a rater's marks (variance) as a part of the others', at most.
        middle: central tendency: the part of the scale about its middle in which the mean must lie.
        alike: halo: the spread between the items of one person as a part of the others', at most.
        edge: primacy and recency: the part of the period's days that are its start, and its end.
        pull: primacy and recency: how much more an end weighs than is fair, at most 1/2.
        same: similarity to last period: the share of marks that are as last period, at least.
        beyond: the same: by how much that share exceeds the others'.
        own: partiality: how much more the own team gets than other teams, as a share of the scale's width.

    Raises:
        BadRule: a threshold out of range.

    Source: S004-66, P2-K for the errors; no source for any figure.
    """

    least: int = field(default=12, validator=_count)
    people: int = field(default=5, validator=_count)
    sure: Fraction = field(default=Fraction(3), converter=_fraction, validator=_errors)
    level: Fraction = field(default=Fraction(1, 8), converter=_fraction, validator=_part)
    close: Fraction = field(default=Fraction(1, 4), converter=_fraction, validator=_part)
    middle: Fraction = field(default=Fraction(1, 2), converter=_fraction, validator=_part)
    alike: Fraction = field(default=Fraction(1, 4), converter=_fraction, validator=_part)
    edge: Fraction = field(default=Fraction(1, 3), converter=_fraction, validator=_part)
    pull: Fraction = field(default=Fraction(1, 4), converter=_fraction, validator=_part)
    same: Fraction = field(default=Fraction(9, 10), converter=_fraction, validator=_part)
    beyond: Fraction = field(default=Fraction(3, 10), converter=_fraction, validator=_part)
    own: Fraction = field(default=Fraction(1, 8), converter=_fraction, validator=_part)

    def __attrs_post_init__(self) -> None:
        for name in ("edge", "pull"):
            if getattr(self, name) > Fraction(1, 2):
                raise BadRule("a threshold out of range", where=name, hint="at most 1/2", code="fairness.rules")

    def table(self) -> Table:
        """Return rule, value, meaning, source: a row a threshold."""
        values: Mapping[str, Fraction | int] = asdict(self, recurse=False)
        rows: list[tuple[Cell, ...]] = [(name, _shown(values[name]), said, _OWN) for name, said in _MEANING.items()]
        return Table("rater_rules", Says("Rules of the rater checks", "评分检查规则"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def _shown(value: Fraction | int) -> str:
    return str(value)


_OWN = Says("a choice of this library, no source", "本库自定，无出处")
_MEANING: Mapping[str, Says] = MappingProxyType(
    {
        "least": Says("least number of marks compared", "最少可比评分数"),
        "people": Says("least number of people", "最少人数"),
        "sure": Says("standard errors from zero", "离零的标准误倍数"),
        "level": Says("leniency, severity: mean difference, of the width", "宽松、严格：平均差占量表宽度"),
        "close": Says("central tendency: spread, of the others'", "趋中：离散程度占他人之比"),
        "middle": Says("central tendency: middle part of the scale", "趋中：量表中段"),
        "alike": Says("halo: spread between items, of the others'", "晕轮：项目间离散占他人之比"),
        "edge": Says("primacy, recency: start and end, of the days", "首因、近因：期初与期末占天数"),
        "pull": Says("primacy, recency: weight of an end above the fair", "首因、近因：一端权重高于公允"),
        "same": Says("similarity to last period: share of equal marks", "照抄上期：相同评分占比"),
        "beyond": Says("the same: above the others' share", "照抄上期：高于他人"),
        "own": Says("partiality: own team above others, of the width", "偏袒：本队高于他队占量表宽度"),
    }
)
_COLUMNS = (
    Column("rule", "Rule", "规则"),
    Column("value", "Value", "数值"),
    Column("meaning", "Meaning", "含义"),
    Column("source", "Source", "出处"),
)
