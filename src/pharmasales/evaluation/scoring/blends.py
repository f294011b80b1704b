"""Blends (加权合成): one figure out of several, before it is scored: products, sources, and time in post.

Each is a plain rule over named figures, to stand under a curve or in a score sheet.

>>> by_product = weighted_completion({"A": 40, "B": 25, "C": 35})     # E40
>>> done = {"actual.A": 110, "goal.A": 100, "actual.B": 45, "goal.B": 50, "actual.C": 80, "goal.C": 100}
>>> by_product(done)
Fraction(189, 200)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Says, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import nearest
from pharmasales.periods import Period
from pharmasales.rules import Curve, Field, FirstMatch, Part, Ratio, Rule, Term, Times, Weighted
from pharmasales.rules.shapes import WhenMissing
from pharmasales.rules.terms import literal
from pharmasales.units import Number

__all__ = ["SOURCES", "InPost", "days_in_post", "from_sources", "in_post", "weighted_completion"]

SOURCES: Mapping[str, Says] = MappingProxyType(
    {
        "own": Says("own view", "自评"),
        "manager": Says("manager", "上级"),
        "colleagues": Says("colleagues", "同事"),
        "customer": Says("customers", "客户"),
        "trainer": Says("trainer", "培训师"),
        "last_period": Says("last period", "上期考核"),
    }
)
"""Who may judge an item (评价来源), by name: the person, the manager, colleagues, customers, the trainer, last period.

Source: S004-68.
"""


def from_sources(
    item: str, weights: Mapping[str, Number], *, missing: WhenMissing = "reweight", full: Number = 100
) -> Times:
    """Blend the marks that several sources gave for one item into one score (多来源评分).

    The record has a mark for each source, named `item.source`. The blend itself is a mark out of a hundred with two
    decimals, which the sources add up to as shown; the score is a hundredth of it.

    Args:
        item: the name of the item.
        weights: by the name of a source, its weight; they add up to 100.
        missing: what a source without a mark does: its weight goes to the others in proportion (`reweight`), it counts
            as `zero`, or there is no score (`missing`).
        full: the best mark; zero is the worst, and nothing beyond the two counts.

    >>> attitude = from_sources("attitude", {"own": 10, "manager": 60, "customer": 30})
    >>> attitude({"attitude.own": 100, "attitude.manager": 80, "attitude.customer": 90})
    Fraction(17, 20)
    >>> attitude({"attitude.own": 100, "attitude.manager": 80, "attitude.customer": None})
    Fraction(4143, 5000)

    Raises:
        BadRule: an unknown source, or weights that miss 100.

    Source: S004-54, S004-68.
    """
    parts = []
    for source, weight in weights.items():
        if source not in SOURCES:
            hint = nearest(source, SOURCES)
            raise BadRule("unknown source", where=f"{item}.{source}", hint=hint, code="score.source")
        says = SOURCES[source]
        mark = Curve(Field(f"{item}.{source}", says.zh), ((0, 0), (literal(full), 1)))
        parts.append(Part(source, literal(weight), mark, says.zh))
    return _as_score(Weighted(parts, missing=missing))


def weighted_completion(
    products: Mapping[str, Number], *, actual: str = "actual", goal: str = "goal", missing: WhenMissing = "missing"
) -> Times:
    """Weigh the attainment of several products into one completion (产品加权达成率).

    The record has `actual.P` and `goal.P` for each product P. Each product's part is rounded to hundredths of a per
    cent, so that the parts shown add up.

    Args:
        products: by product, its weight; they add up to 100.
        actual: the name of the actuals.
        goal: the name of the goals.
        missing: what a product without data, or with a goal of zero, does: there is no completion (`missing`), it
            counts as `zero`, or its weight goes to the others (`reweight`).

    >>> two = weighted_completion({"A": 60, "B": 40}, missing="reweight")
    >>> two({"actual.A": 9, "goal.A": 10, "actual.B": 3, "goal.B": 0})
    Fraction(9, 10)

    Raises:
        BadRule: weights that miss 100, or a negative one.

    Source: E40; P2-E (weights 40, 25, 35, settled quarterly).
    """
    parts = [
        Part(product, literal(weight), Ratio(Field(f"{actual}.{product}"), Field(f"{goal}.{product}")))
        for product, weight in products.items()
    ]
    return _as_score(Weighted(parts, missing=missing))


def _as_score(marks: Weighted) -> Times:
    return Times([marks], times=Fraction(1, 100))


@frozen
class InPost:
    """How many days of a period somebody was in post (在岗天数).

    Args:
        days: the days in post.
        of: the days of the period.
        why: the days and the dates.
    """

    days: int
    of: int
    why: Why = field(repr=False, eq=False)

    @property
    def share(self) -> Fraction:
        """The part of the period in post."""
        return Fraction(self.days, self.of)


def days_in_post(period: Period, since: date | None = None, until: date | None = None) -> InPost:
    """Count the calendar days of a period that somebody was in post, both ends included.

    Args:
        period: the period.
        since: the first day in post; before the period where left out.
        until: the last day; after the period where left out.

    >>> from pharmasales.periods import Quarter
    >>> found = days_in_post(Quarter(2026, 1), since=date(2026, 2, 15))
    >>> print(found.why)
    in post 45 of 90 days, from 2026-02-15 to 2026-03-31
    >>> days_in_post(Quarter(2026, 1), until=date(2025, 12, 31)).days
    0

    Raises:
        BadValue: a last day before the first.
    """
    if since is not None and until is not None and until < since:
        hint = "swap them, or leave one out"
        raise BadValue("the last day in post lies before the first", where="until", hint=hint, code="score.post")
    first, last = max(since or period.start, period.start), min(until or period.end, period.end)
    days = max((last - first).days + 1, 0)
    if not days:
        return InPost(0, period.days, because("not in post in {period}", "{period} 不在岗", period=str(period)))
    why = because(
        "in post {days} of {of} days, from {first} to {last}",
        "在岗 {days} 天，共 {of} 天，自 {first} 至 {last}",
        days=days,
        of=period.days,
        first=first,
        last=last,
    )
    return InPost(days, period.days, why)


_DAYS, _OF = Field("days_in_post", "在岗天数"), Field("period_days", "考核期天数")


def in_post(of: Rule, goal: Rule, *, days: Rule = _DAYS, period: Rule = _OF, least: int = 1) -> Term:
    """Compare a value with the part of a goal that falls on the days in post (按在岗天数折算).

    Args:
        of: the term that gives the value.
        goal: the term that gives the goal of the whole period.
        days: the term that gives the days in post.
        period: the term that gives the days of the period.
        least: fewer days than these are too few to judge by: the value is missing.

    >>> half = in_post(Field("actual"), Field("goal"), least=30)
    >>> newcomer = {"actual": 40, "goal": 100, "days_in_post": 45, "period_days": 90}
    >>> half(newcomer), half({**newcomer, "days_in_post": 29})
    (Fraction(4, 5), None)

    Source: S004-65 (normalise what people cannot help).
    """
    value = Ratio(of, Ratio(Times([goal, days]), period))
    enough = FirstMatch(((Times([days]).at_least(least), 1),))
    return Times([value, enough])
