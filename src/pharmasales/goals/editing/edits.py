"""Edits of a plan (目标调整): what somebody wants changed, each a statement about the plan that it starts from.

An edit says what a node shall have, not what is to be done next, so that edits hold together in any order. Two of them
that cannot both be true are refused, and named.

>>> from pharmasales.units import BOX
>>> edit = Pin("r1", Amount.of(900, BOX), mark=Mark("m1", date(2026, 12, 1), "a new hospital opens"))
>>> print(edit.says.en, "|", edit.says.zh)
pin of 'r1' | 固定 'r1'
>>> Scale("r1", "110%").factor
Fraction(11, 10)
>>> Move("r1", "r1", Amount.of(1, BOX))
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: a move from a node to itself @ move from 'r1' to 'r1'; name another node [goals.edit]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue
from pharmasales.goals.baselines.baseline import by_id
from pharmasales.names import clean, normal_id
from pharmasales.periods import Period
from pharmasales.units import Amount, Number, exact, share
from pharmasales.yearplan import checked_day

__all__ = [
    "Concentrate",
    "Edit",
    "Lock",
    "Mark",
    "Move",
    "Pin",
    "Resplit",
    "Scale",
    "Transfer",
    "edit_nodes",
    "edit_order",
]


def _id(text: str) -> str:
    return normal_id(text, "edit")


def _day(day: date | None) -> date | None:
    return None if day is None else checked_day(day)


@frozen
class Mark:
    """Who edits, when and why (调整留痕), as data for whoever keeps it.

    Args:
        by: the id of who decides.
        on: when.
        reason: why, in the person's words.
    """

    by: str = field(default="", converter=clean)
    on: date | None = field(default=None, converter=_day)
    reason: str = field(default="", converter=clean, repr=False)


def _says(en: str, zh: str, period: Period | None) -> Says:
    return Says(en, zh) if period is None else Says(f"{en} in {period}", f"{zh}（{period}）")


@frozen
class Pin:
    """A node shall have this amount (固定), in all or in one period.

    Args:
        node: the id of the node, at any level; the root to change the total.
        amount: what it shall have.
        period: a bucket of the plan, or a period made of several; the whole period where left out.
        mark: who, when and why.
    """

    node: str = field(converter=_id)
    amount: Amount
    period: Period | None = None
    mark: Mark = field(default=Mark(), kw_only=True)

    @property
    def says(self) -> Says:
        """What it is called, without its amount."""
        return _says(f"pin of {self.node!r}", f"固定 {self.node!r}", self.period)


@frozen
class Scale:
    """A node shall have a multiple of what it has (按比例调整), half up to the grain.

    Args:
        node: the id of the node; the root to change the total.
        factor: the multiple, zero or above: `1.1`, `110%` or a `Fraction`.
        period: as of a `Pin`.
        mark: who, when and why.

    Raises:
        BadValue: a factor below zero, or no exact number.
    """

    node: str = field(converter=_id)
    factor: Fraction = field(converter=share)
    period: Period | None = None
    mark: Mark = field(default=Mark(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.factor < 0:
            where = f"scale of {self.node!r}"
            raise BadValue("a factor below zero", where=where, hint="give zero or more", code="goals.edit")

    @property
    def says(self) -> Says:
        """What it is called."""
        return _says(f"scale of {self.node!r}", f"按比例调整 {self.node!r}", self.period)


@frozen
class Move:
    """An amount goes from one node to another (划转); what stands above both keeps what it has. Moves add up.

    Without a period it goes with the buckets of the node that it leaves, in proportion.

    Args:
        source: the id of the node that it leaves.
        to: the id of the node that it goes to.
        amount: how much, above zero.
        period: as of a `Pin`.
        mark: who, when and why.

    Raises:
        BadRule: from a node to itself, or an amount that is not above zero.
    """

    source: str = field(converter=_id)
    to: str = field(converter=_id)
    amount: Amount
    period: Period | None = None
    mark: Mark = field(default=Mark(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.source == self.to:
            hint = "name another node"
            raise BadRule("a move from a node to itself", where=self.says.en, hint=hint, code="goals.edit")
        if self.amount.minor <= 0:
            hint = "to move the other way, swap the nodes"
            raise BadRule("a move of nothing or less", where=self.says.en, hint=hint, code="goals.edit")

    @property
    def says(self) -> Says:
        """What it is called, without its amount."""
        return _says(f"move from {self.source!r} to {self.to!r}", f"划转 {self.source!r} → {self.to!r}", self.period)


@frozen
class Transfer:
    """A node with everything below goes under another (转移): with its goal, or without it.

    With its goal, the old node above has that much less and the new one that much more. Without, both keep what they
    have: those left behind take the goal over, and the family that the node joins is shared anew by weight.

    Args:
        node: the id of the node that goes.
        to: the id of the node that it goes under.
        with_goal: whether its goal goes with it.
        mark: who, when and why.

    Raises:
        BadRule: a node under itself.
    """

    node: str = field(converter=_id)
    to: str = field(converter=_id)
    with_goal: bool = field(kw_only=True)
    mark: Mark = field(default=Mark(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.node == self.to:
            hint = "name another node"
            raise BadRule("a node under itself", where=self.says.en, hint=hint, code="goals.edit")

    @property
    def says(self) -> Says:
        """What it is called."""
        return Says(f"transfer of {self.node!r} to {self.to!r}", f"转移 {self.node!r} → {self.to!r}")


def _shares(given: Mapping[str, Number] | Iterable[tuple[str, Number]]) -> tuple[tuple[str, Fraction], ...]:
    pairs = by_id(dict(given), "weights")
    return tuple(sorted((node_id, exact(weight)) for node_id, weight in pairs.items()))


@frozen
class Resplit:
    """The children of a node share it by new weights (重新分配); those that are fixed by other edits keep their amount.

    Args:
        node: the id of the node.
        weights: one weight a child, all children of the node, zero or above; kept by id.
        mark: who, when and why.

    Raises:
        BadRows: two spellings of one id.
        BadValue: a weight below zero or no exact number, or none above zero.
    """

    node: str = field(converter=_id)
    weights: tuple[tuple[str, Fraction], ...] = field(converter=_shares)
    mark: Mark = field(default=Mark(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        numbers = [weight for _, weight in self.weights]
        if not any(numbers) or min(numbers) < 0:
            hint = "give weights of zero or above, one of them above"
            raise BadValue("weights that share nothing", where=self.says.en, hint=hint, code="goals.edit")

    @property
    def says(self) -> Says:
        """What it is called."""
        return Says(f"resplit of {self.node!r}", f"重新分配 {self.node!r}")


def _ids(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise BadValue("one text where a list is due", where="concentrate", hint="write [id]", code="text")
    return tuple(sorted(set(map(_id, given))))


@frozen
class Concentrate:
    """A node's amount goes onto some of its children (集中), by their weights; the others have nothing.

    Args:
        node: the id of the node.
        on: the ids of these children.
        mark: who, when and why.

    Raises:
        BadValue: no child.
    """

    node: str = field(converter=_id)
    on: tuple[str, ...] = field(converter=_ids)
    mark: Mark = field(default=Mark(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.on:
            raise BadValue("nobody to concentrate on", where=self.says.en, hint="name a child", code="goals.edit")

    @property
    def says(self) -> Says:
        """What it is called."""
        return Says(f"concentrate of {self.node!r}", f"集中 {self.node!r}")


@frozen
class Lock:
    """A node stays as it is, in every bucket (锁定).

    Args:
        node: the id of the node.
        below: whether everything below it stays, too; otherwise its parts may still be changed among themselves.
        mark: who, when and why.
    """

    node: str = field(converter=_id)
    below: bool = True
    mark: Mark = field(default=Mark(), kw_only=True)

    @property
    def says(self) -> Says:
        """What it is called."""
        return Says(f"lock of {self.node!r}", f"锁定 {self.node!r}")


Edit: TypeAlias = Pin | Move | Transfer | Resplit | Concentrate | Scale | Lock


def edit_order(edit: Edit) -> str:
    """Return what edits are sorted by wherever an order is needed, so that the order given does not matter.

    >>> sorted([Lock("b"), Lock("a")], key=edit_order)[0].node
    'a'
    """
    return f"{edit.says.en} {evolve(edit, mark=Mark())!r} {edit.mark!r}"


def edit_nodes(edit: Edit) -> tuple[str, ...]:
    """Return the ids of all nodes that an edit names.

    >>> edit_nodes(Lock("a")), edit_nodes(Concentrate("N", on=["b"]))
    (('a',), ('N', 'b'))
    """
    if isinstance(edit, Move):
        return edit.source, edit.to
    if isinstance(edit, Transfer):
        return edit.node, edit.to
    if isinstance(edit, Resplit):
        return edit.node, *(child for child, _ in edit.weights)
    return (edit.node, *edit.on) if isinstance(edit, Concentrate) else (edit.node,)
