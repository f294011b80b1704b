"""Media compared (媒体比较): reach, readers of the trade and price, each against the best; price is never all.

>>> from pharmasales.units import CNY
>>> offers = [
...     Medium("journal", 40_000, "60%", Amount.of(30_000, CNY)),
...     Medium("daily", 400_000, "2%", Amount.of(20_000, CNY)),
... ]
>>> found = compare_media(offers)
>>> [(row.medium.id, row.rank, str(row.score), row.medium.per_thousand) for row in found.rows]
[('journal', 1, '72.00', Fraction(1250, 1)), ('daily', 2, '60.00', Fraction(2500, 1))]

Source: S000-5 (choose media by reach and insider readership, compare several, price is not the only factor).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.compliance.actions import Action
from pharmasales.compliance.gate import Policy
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, BadValue, PharmaSalesError
from pharmasales.names import normal_id, twins
from pharmasales.rules import Field, Part, RelativeToBest, Times, Weighted, explain, fit_peers
from pharmasales.splits import one_unit
from pharmasales.units import Amount, Number, exact, ratio, share

__all__ = ["MEDIA_WEIGHTS", "MediaComparison", "Medium", "MediumScore", "compare_media"]

MEDIA_WEIGHTS: Mapping[str, int] = MappingProxyType({"reach": 20, "insiders": 60, "price": 20})
"""What each of the three measures weighs, together 100; our default, give your own."""

_NOTHING: Mapping[str, object] = MappingProxyType({})


def _part(value: Number | None) -> Fraction | None:
    return None if value is None else share(value)


@frozen
class Medium:
    """One medium on offer (媒体).

    Args:
        id: its id.
        reach: how many people see it; missing where nobody knows.
        insiders: the part of them who work in the trade, such as `60%` (业内读者占比); missing likewise.
        price: what the advertisement costs; missing likewise.
        facts: what the gate judges it by: `drug`, `medium`, `reviewed`.

    Raises:
        BadValue: a reach or price below zero, or a part that is not from 0 to 100 %.
    """

    id: str = field(converter=normal_id)
    reach: int | None
    insiders: Fraction | None = field(converter=_part)
    price: Amount | None = field(repr=False)
    facts: Mapping[str, object] = field(default=_NOTHING, hash=False, repr=False)

    def __attrs_post_init__(self) -> None:
        where = f"medium {self.id!r}"
        if self.reach is not None and (type(self.reach) is not int or self.reach < 0):
            raise BadValue("a reach is a whole number", where=where, hint="0 or more", code="leads.media")
        if self.insiders is not None and not 0 <= self.insiders <= 1:
            raise BadValue("a part of the readers", where=where, hint="0 % to 100 %", code="leads.media")
        if self.price is not None and self.price.minor < 0:
            raise BadValue("a price below zero", where=where, code="leads.media")

    @property
    def per_thousand(self) -> Fraction | None:
        """The price for a thousand readers of the trade, in whole units; missing where one of the three is."""
        if self.reach is None or self.insiders is None or self.price is None:
            return None
        return ratio(exact(self.price) * 1000, self.reach * self.insiders)


@frozen
class MediumScore:
    """A medium and how it compares (媒体得分).

    Args:
        medium: the medium.
        score: points out of 100; missing where a measure is missing, or where the gate blocks it.
        rank: 1 for the best, ties alike; missing likewise.
        why: how the score is made, or why there is none.
    """

    medium: Medium
    score: Decimal | None
    rank: int | None
    why: Why = field(repr=False)


@frozen
class MediaComparison:
    """Media by rank, those without one last. Made by `compare_media`.

    Args:
        rows: one row a medium.
    """

    rows: tuple[MediumScore, ...] = field(repr=lambda rows: f"<{len(rows)} media>")

    def table(self) -> Table:
        """Return rank, medium, reach, readers of the trade, price, price per thousand of them, score, why."""
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            one, price = row.medium, None if row.medium.price is None else row.medium.price.value
            rows.append((row.rank, one.id, one.reach, one.insiders, price, one.per_thousand, row.score, row.why))
        return Table("media", Says("Media compared", "媒体比较"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("medium", "Medium", "媒体"),
    Column("reach", "Reach", "覆盖人数", "number"),
    Column("insiders", "Readers of the trade", "业内读者", "ratio"),
    Column("price", "Price", "价格", "amount"),
    Column("per_thousand", "Per 1,000 of the trade", "每千名业内读者", "amount"),
    Column("score", "Score", "得分", "number"),
    Column("why", "Why", "原因", "why"),
)


def compare_media(
    media: Iterable[Medium],
    weights: Mapping[str, Number] = MEDIA_WEIGHTS,
    *,
    policy: Policy | None = None,
    as_of: date | None = None,
) -> MediaComparison:
    """Compare media, each measure relative to the best of those that the gate lets pass (媒体比较).

    Reach, and readers of the trade (reach x their part), earn their part of the most; the price earns the less, the
    farther it lies above the lowest, and nothing from twice that on.

    Args:
        media: the media; two or more.
        weights: what `reach`, `insiders` and `price` weigh, together 100; price alone is refused. What weighs 0 is not
            looked at, such as the price where one of the offers is free.
        policy: where given, what judges an advertisement in each medium; a blocked one is not compared.
        as_of: the day on which the policy is asked.

    Raises:
        BadRows: twin ids, all of them.
        BadRule: fewer than two media, weights that miss 100, or nothing but the price, or nothing to compare by.
        BadValue: a policy without a day, or a fact that it does not know.
        NotComparable: prices of several units.
    """
    given = list(media)
    rule = _rule(weights)
    _refuse(given)
    blocked = {} if policy is None else _blocked(given, policy, as_of)
    records = {one.id: _record(one) for one in given if one.id not in blocked}
    if not records:
        return MediaComparison(tuple(MediumScore(one, None, None, blocked[one.id]) for one in given))
    fitted = fit_peers(rule, records.values()).rule
    scores: dict[str, Decimal | None] = {name: fitted(record) for name, record in records.items()}  # type: ignore[misc]
    rows = []
    for one in given:
        score = scores.get(one.id)
        better = sum(other > score for other in scores.values() if other is not None) if score is not None else None
        why = blocked.get(one.id) or explain(fitted, records[one.id])
        rows.append(MediumScore(one, score, None if better is None else better + 1, why))
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0))
    return MediaComparison(tuple(rows))


def _rule(weights: Mapping[str, Number]) -> Weighted:
    if set(weights) != set(MEDIA_WEIGHTS):
        hint = "reach, insiders and price"
        raise BadRule("three measures are weighed", where="weights", hint=hint, code="leads.media")
    reach, price = Field("reach", zh="覆盖人数"), Field("price", zh="价格")
    insiders = Times([reach, Field("part of the trade", zh="业内占比")])
    parts = [
        Part("reach", weights["reach"], RelativeToBest(reach), zh="覆盖"),
        Part("insiders", weights["insiders"], RelativeToBest(insiders), zh="业内读者"),
        Part("price", weights["price"], RelativeToBest(price, lowest_first=True), zh="价格"),
    ]
    if parts[-1].weight == sum(part.weight for part in parts):
        hint = "weigh reach and readers too"
        raise BadRule("price is not the only factor", where="weights", hint=hint, code="leads.media")
    return Weighted([part for part in parts if part.weight])  # what weighs nothing needs no best to be measured by


def _refuse(given: list[Medium]) -> None:
    bad: list[PharmaSalesError] = [
        BadValue("twin ids", where=f"media[{second}]", hint="one row a medium", code="leads.twins")
        for _, second in twins(one.id for one in given)
    ]
    if bad:
        raise BadRows("the media cannot be compared", bad)
    if len(given) < 2:
        hint = "ask for a second offer"
        raise BadRule("nothing to compare with", where="media", hint=hint, code="leads.media")
    one_unit((one.price for one in given if one.price is not None), "price")


def _record(one: Medium) -> Mapping[str, object]:
    return {
        "reach": one.reach,
        "part of the trade": one.insiders,
        "price": None if one.price is None else exact(one.price),
    }


def _blocked(given: Iterable[Medium], policy: Policy, as_of: date | None) -> dict[str, Why]:
    if as_of is None:
        raise BadValue("a policy is asked on a day", where="as_of", hint="give as_of=", code="leads.media")
    verdicts = {one.id: policy.check(Action("advertise", one.facts), as_of=as_of) for one in given}
    says = "not compared: the gate blocks it", "未参与比较：合规拦截"
    return {name: because(*says, verdict.why) for name, verdict in verdicts.items() if not verdict.allowed}
