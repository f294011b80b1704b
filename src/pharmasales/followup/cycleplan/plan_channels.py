"""Channels and their goals (渠道与目标): what counts as an interaction, how much it weighs, and how many are due.

A goal counts activities; weights turn activities into interactions. What lies above a goal's most earns nothing.

>>> mail = PlanChannel("email", weight="0.5", products={"P1": "0.25"})
>>> mail.weight, mail.criteria({"channel": "email"}), mail.criteria({"channel": "face"})
(Fraction(1, 2), True, False)
>>> ChannelGoal("face", 8, [ProductGoal("P1", 5, priority=1), ProductGoal("P1", 3, priority=2)]).goal.goal
8
>>> ChannelGoal("face", 8, [ProductGoal("P1", 5), ProductGoal("P1", 3, priority=2)])
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: two goals for the same detail @ channel 'face', product 'P1'; give each priority a goal, or
all of them one [followup.goal]

Source: practice, systems 1a: V-GOAL, V-MAX, V-CAP, V-PRIO, V-EDIT, V-TEAM.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.errors import BadRule, BadValue, PharmaSalesError
from pharmasales.names import normal_id
from pharmasales.rules import All, Condition, Field
from pharmasales.units import Number, exact

__all__ = ["EVERY_CALL", "ActivityGoal", "ChannelGoal", "PlanChannel", "ProductGoal", "TargetGoal"]


def count(value: object, what: str, where: str = "") -> int:
    """Return a whole number from 0, or refuse it.

    Raises:
        BadValue: anything else.
    """
    if type(value) is not int or value < 0:
        raise BadValue(f"{what} is a whole number from 0", where=where, code="followup.count")
    return value


def weighed(value: Number) -> Fraction:
    """Return an exact number from 0, or refuse it.

    Raises:
        BadValue: a number that is not exact, or below 0.
    """
    found = exact(value)
    if found < 0:
        raise BadValue("a weight or a goal is a number from 0", code="followup.weight")
    return found


def _channel_id(text: str) -> str:
    return normal_id(text, "channel id")


def _product_id(text: str) -> str:
    return normal_id(text, "product id")


def _weights(given: Mapping[str, Number] | None) -> Mapping[str, Fraction] | None:
    if given is None:
        return None
    found = {}
    for product, weight in given.items():
        try:
            found[_product_id(product)] = weighed(weight)
        except PharmaSalesError as error:
            raise error.at(f"weight of product {product!r}") from None
    return MappingProxyType(found)


@frozen
class PlanChannel:
    """A channel of a plan (渠道): which calls belong to it, and what one of them weighs.

    Args:
        id: its id, such as `face`, `wechat` or `email`.
        criteria: which calls belong to it, as a rule over their fields; those whose `channel` is its id where left out.
        weight: what one activity weighs, exactly, from 0.
        products: what one activity weighs for each product that can be promoted in it (渠道及产品); products inherit
            the criteria. None for a channel without products (仅渠道).
        calls: whether products are detailed in it in an order, so that goals by priority make sense.

    A call belongs to the first channel of the plan whose criteria it meets.

    Source: V-PRIO (type, weights, criteria); the same product may weigh 1 in calls and 0.5 in e-mail.

    Raises:
        BadValue: a weight that is not exact or below 0, or an empty id.
    """

    id: str = field(converter=_channel_id)
    criteria: Condition = field()
    weight: Fraction = field(default=Fraction(1), converter=weighed)
    products: Mapping[str, Fraction] | None = field(default=None, converter=_weights, hash=False)
    calls: bool = True

    @criteria.default
    def _its_own(self) -> Condition:
        return Field("channel", "渠道").equals(self.id)


EVERY_CALL = PlanChannel("every", criteria=All(()))
"""One channel that every call belongs to, each with the weight 1: the plan that counts visits and no more."""


@frozen
class ActivityGoal:
    """How many activities are due, and how many earn (活动目标与上限).

    Args:
        goal: how many are due; 0 is legal, and a plan refuses a goal that is missing.
        most: how many earn at most; all where left out.
        edited: the rep's own goal beside the official one (修订目标); it counts where the plan switches edits on.

    >>> ActivityGoal(8, most=10, edited=6).asked(edits=True)
    6

    Raises:
        BadValue: numbers that are no whole numbers from 0.
    """

    goal: int | None
    most: int | None = None
    edited: int | None = None

    def __attrs_post_init__(self) -> None:
        held = (self.goal, "a goal"), (self.most, "the most that earns"), (self.edited, "an edited goal")
        for given, what in held:
            if given is not None:
                count(given, what)

    def asked(self, *, edits: bool) -> int | None:
        """Return the goal that counts: the edited one where edits are on and there is one."""
        return self.edited if edits and self.edited is not None else self.goal


def _goal(given: int | ActivityGoal | None) -> ActivityGoal:
    return given if isinstance(given, ActivityGoal) else ActivityGoal(given)


def _team_goal(given: int | ActivityGoal | None) -> ActivityGoal | None:
    return None if given is None else _goal(given)


@frozen
class ProductGoal:
    """The goal of a product in a channel (产品目标).

    Args:
        product: the product's id.
        goal: the goal, as a number or an `ActivityGoal`.
        priority: the detail priority that counts (P1, P2 …): 5 as P1 and 3 as P2 are two goals. Any where left out.

    Source: V-PRIO.

    Raises:
        BadValue: a number that is no whole number from 0, a priority below 1.
    """

    product: str = field(converter=_product_id)
    goal: ActivityGoal = field(converter=_goal)
    priority: int | None = field(default=None)

    @priority.validator
    def _place(self, _attribute: object, value: object) -> None:
        if value is not None and (type(value) is not int or value < 1):
            where = f"product {self.product!r}"
            raise BadValue("a priority is a whole number from 1", where=where, code="followup.priority")


def _product_goals(given: Iterable[ProductGoal]) -> tuple[ProductGoal, ...]:
    return tuple(given)


@frozen
class ChannelGoal:
    """The goals of one customer in one channel (渠道目标).

    Args:
        channel: the channel's id.
        goal: how many activities, as a number or an `ActivityGoal`.
        products: the goals of products in it.
        team: the goal of the team, which is every territory aligned to the customer (团队目标); its own most.

    Raises:
        BadRule: two goals that the same detail would count for.
        BadValue: a number that is no whole number from 0.
    """

    channel: str = field(converter=_channel_id)
    goal: ActivityGoal = field(converter=_goal)
    products: tuple[ProductGoal, ...] = field(default=(), converter=_product_goals)
    team: ActivityGoal | None = field(default=None, converter=_team_goal)

    @products.validator
    def _no_overlap(self, _attribute: object, value: tuple[ProductGoal, ...]) -> None:
        by_product: dict[str, list[int | None]] = {}
        for one in value:
            held = by_product.setdefault(one.product, [])
            if one.priority in held or (held and None in (one.priority, *held)):
                where = f"channel {self.channel!r}, product {one.product!r}"
                hint = "give each priority a goal, or all of them one"
                raise BadRule("two goals for the same detail", where=where, hint=hint, code="followup.goal")
            held.append(one.priority)


@frozen
class TargetGoal:
    """The goal of a customer over all channels, in interactions (目标客户的互动目标): an input, no sum.

    Args:
        goal: interactions due, exactly, from 0; a plan refuses a goal that is missing, so there is no most without one.
        most: interactions that earn at most; all where left out.

    Source: V-GOAL, V-CAP.

    Raises:
        BadValue: a number that is not exact, or below 0.
    """

    goal: Fraction | None = field(converter=optional(weighed))
    most: Fraction | None = field(default=None, converter=optional(weighed))
