"""Set the goal of a period and decompose it (目标分解).

>>> from pharmasales.periods import Quarter
>>> from pharmasales.testing import one_rep
>>> goals = set_goals(one_rep(), Policy(), Quarter(2026, 1))
>>> goals.total, goals.basis.text()
(Amount('13200.00 CNY'), 'sales of 2025-Q1')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from pharmasales.archive import Archive, Sale, by_bucket, by_rep, lines_within
from pharmasales.cycle.gating import refuse_goals
from pharmasales.cycle.policy import GoalPolicy, Policy
from pharmasales.cycle.region import Region
from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.goals import Decomposition, Season, blend, decompose, even, grown, season_from_history, season_given
from pharmasales.goals.baselines.weighing import weigh
from pharmasales.goals.decomposing.constraints import Constraint, minimum_growth
from pharmasales.org import Org
from pharmasales.periods import Period, Week, buckets
from pharmasales.units import Amount, exact

__all__ = ["set_goals"]

_HOUSE = Says("what belongs to no rep (house accounts) weighs for nobody", "无代表归属的部分（直营）不计入个人权重")


def set_goals(
    region: Region,
    policy: Policy,
    period: Period,
    notes: list[Says] | None = None,
    as_of: date | None = None,
) -> Decomposition:
    """Set the goal of a period and decompose it over the organisation and its buckets (目标分解).

    The total is given, or grown from the net sales of the same period of the year before and rounded half up to the
    grain; it is shared by history, potential or a blend. Sales of nobody, and of a node that is no leaf (house
    accounts), count in the total and weigh for nobody.

    Args:
        region: what is known.
        policy: its `goals` say how.
        period: the period; a week is one bucket of its own where months are asked for.
        notes: takes a note where months are even for want of history, and where house accounts weigh for nobody.
        as_of: the day of planning, on which the compliance gate is asked; the period's first where left out.

    >>> from pharmasales.periods import Quarter
    >>> from pharmasales.testing import two_districts
    >>> goals = set_goals(two_districts(), Policy(), Quarter(2026, 1))
    >>> {node.id: str(goals.amount(node.id)) for node in goals.org if node.level == "district"}
    {'N': '34,320.00 CNY', 'S': '26,664.00 CNY'}

    Raises:
        BadValue: no organisation (`goals.org`), no basis (`goals.basis`), a base of zero or less (`goals.base`), a
            total that is no multiple of the grain, or months of negative sales, which no season can follow.
        BadRows: negative weights, leaves that no policy weighs, constraints that cannot hold together, or goals that
            the compliance policy in force lets nobody give (`Blocked`).
        NotFound: sales or customers of a node that the organisation does not have, or an unknown level.
    """
    rules = policy.goals
    if region.org is None:
        hint = "give an org table, or [org] levels"
        raise BadValue("a goal needs an organisation", hint=hint, code="goals.org")
    org = region.org.cut(rules.levels) if rules.levels else region.org
    base = lines_within(region.sales, period.year_before())
    unit = region.money if rules.measure == "amount" else region.goods
    grain = Amount.of(rules.grain, unit)
    total = _total(base, rules, period, grain)
    weights = _weights(region.org, org, region.archive, base, rules, notes)
    parts = (period,) if isinstance(period, Week) and rules.periods == "month" else buckets(period, rules.periods)
    words = {
        "history": Says(f"sales of {period.year_before()}", f"{period.year_before()} 销售"),
        "potential": Says("potential", "潜力"),
        "blend": Says("history and potential", "历史与潜力"),
    }
    season = _season(base, rules, parts, notes)
    if (rules.new_hire, rules.zero) != ("zero", "zero"):
        weights = weigh(
            org, weights, new_hire=rules.new_hire, ramp=rules.ramp, zero=rules.zero, negative=rules.negative
        )
    floors = () if rules.least_growth is None else _least(region.org, org, base, rules, grain)
    goals = decompose(
        org,
        total,
        weights,
        season,
        grain=grain,
        basis=words[rules.basis],
        all_zero=rules.all_zero,
        negative=rules.negative,
        constraints=(*rules.constraints, *floors),
        over=rules.over,
    )
    given = {node.id: goals.amount(node.id) for node in org}
    refuse_goals(
        policy, region.org, given, as_of or period.start
    )  # whose nodes have roles; those of a cut one have none
    return goals


def _total(base: Sequence[Sale], rules: GoalPolicy, period: Period, grain: Amount) -> Amount:
    if rules.total is not None:
        return Amount.of(rules.total, grain.unit)
    sums = by_rep(base, rules.measure)
    hint = "give sales of that period, or [goals] total"
    if not sums:
        raise BadValue(f"no basis: no sales in {period.year_before()} to grow from", hint=hint, code="goals.basis")
    before = Amount.total(sums.values(), grain.unit)
    if before.minor <= 0:
        reason = f"net sales of {period.year_before()} are not above zero, nothing can grow from them"
        raise BadValue(reason, hint=hint, code="goals.base")
    return grown(before, rules.growth, grain)


def _weights(
    whole: Org, org: Org, archive: Archive, base: Sequence[Sale], rules: GoalPolicy, notes: list[Says] | None
) -> Mapping[str, Fraction]:
    """Weigh the leaves of the cut organisation by what counts under them."""
    anchors = whole.anchors(org)
    bases: dict[str, Mapping[str, Fraction]] = {}
    if rules.basis in ("history", "blend"):
        sold = {rep: exact(amount) for rep, amount in by_rep(base, rules.measure).items()}
        bases["history"] = _gathered(sold, whole, org, anchors, notes)
    if rules.basis in ("potential", "blend"):
        owned: dict[str, Fraction] = {}
        for customer in archive:
            if customer.potential is not None:
                owned[customer.owner] = owned.get(customer.owner, Fraction(0)) + customer.potential
        bases["potential"] = _gathered(owned, whole, org, anchors, notes)
    empty = [name for name, values in bases.items() if not any(values.values())]
    if len(empty) == len(bases) and rules.all_zero == "even":
        return {}
    if empty:
        hint = "give the data, or another [goals] basis"
        raise BadValue(f"no basis: nobody has any {empty[0]}", hint=hint, code="goals.basis")
    if rules.basis != "blend":
        return bases[rules.basis]
    parts = {name: (dict(values), rules.weights.get(name, Fraction(0))) for name, values in bases.items()}
    return blend(parts, negative=rules.negative)


def _gathered(
    values: Mapping[str, Fraction], whole: Org, org: Org, anchors: Mapping[str, str], notes: list[Says] | None
) -> dict[str, Fraction]:
    """Add values up under the leaves of the cut organisation; house accounts weigh for nobody."""
    found: dict[str, Fraction] = {}
    house = 0
    for node_id, value in values.items():
        anchor = anchors[whole[node_id].id] if node_id else ""
        if anchor and not org.below[anchor]:
            found[anchor] = found.get(anchor, Fraction(0)) + value
        else:
            house += value != 0
    if house and notes is not None and _HOUSE not in notes:
        notes.append(_HOUSE)
    return found


def _least(whole: Org, org: Org, base: Sequence[Sale], rules: GoalPolicy, grain: Amount) -> tuple[Constraint, ...]:
    """Ask every leaf of the cut organisation for the least growth over its own base."""
    sold = {rep: exact(amount) for rep, amount in by_rep(base, rules.measure).items()}
    bases = {
        leaf: Amount.of(value, grain.unit)
        for leaf, value in _gathered(sold, whole, org, whole.anchors(org), None).items()
        if value > 0
    }
    return minimum_growth(bases, rules.least_growth or 0, grain=grain)


def _season(base: Sequence[Sale], rules: GoalPolicy, parts: Sequence[Period], notes: list[Says] | None) -> Season:
    if rules.season == "even":
        return even(parts)
    if isinstance(rules.season, tuple):
        return season_given(rules.season, parts)
    actual = by_bucket(base, [part.year_before() for part in parts], rules.measure)
    if rules.negative == "zero":
        actual = {period: max(amount, Amount(0, amount.unit)) for period, amount in actual.items()}
    known = [actual.get(part.year_before()) for part in parts]
    if rules.season == "auto" and (None in known or not any(amount.minor for amount in known if amount)):
        if notes is not None:
            en = "even months: the year before has no sales in some of them"
            notes.append(Says(en, "按月平均：去年部分月份无销售"))
        return even(parts)
    return season_from_history(actual, parts)
