"""All rights held together as of a day: by id, by product and territory, and who stands under whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import frozen

from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.names import twins
from pharmasales.recruitment.rights.areas import Areas
from pharmasales.recruitment.rights.granted import AgentRight
from pharmasales.recruitment.rights.versions import RightSpan

__all__ = ["Together", "each_once"]


def _twice(given: Sequence[AgentRight]) -> list[PharmaSalesError]:
    return [
        BadValue(
            "two rights of one id",
            where=f"rights[{second}], right {given[second].id!r}",
            hint="a renewal is a version of the right",
            code="rights.twice",
        )
        for _, second in twins([one.id for one in given])
    ]


def _spelt_twice(given: Sequence[AgentRight], products: Iterable[str]) -> list[PharmaSalesError]:
    """Name products and agents that differ in case, width or spaces only: their conflicts would not be seen."""
    return [
        BadValue("twin ids", where=f"{what} {ids[second]!r}", hint=f"the first is {ids[first]!r}", code="rights.twins")
        for what, found in (
            ("product", [*products, *(one.product for one in given)]),
            ("agent", [one.agent for one in given]),
        )
        for ids in [sorted(set(found))]
        for first, second in twins(ids)
    ]


def each_once(rights: Iterable[AgentRight]) -> list[AgentRight]:
    """Return the rights, or refuse those of one id.

    Raises:
        BadRows: rights of one id, all of them.
    """
    given = list(rights)
    if bad := _twice(given):
        raise BadRows("rights of one id", bad)
    return given


def _placed(rights: Iterable[AgentRight]) -> dict[tuple[str, str], list[AgentRight]]:
    found: dict[tuple[str, str], list[AgentRight]] = {}
    for one in rights:
        found.setdefault((one.product, one.area), []).append(one)
    return found


@frozen(repr=False, eq=False)
class Together:
    """The rights, looked up: all of them, and those in force on the day. Build it with `Together.of`."""

    by_id: Mapping[str, AgentRight]
    placed: Mapping[tuple[str, str], Sequence[AgentRight]]
    areas: Areas
    as_of: date
    told: Mapping[str, tuple[RightSpan, ...]]
    force: Mapping[str, AgentRight]
    ruling: Mapping[tuple[str, str], Sequence[AgentRight]]

    @classmethod
    def of(cls, rights: Iterable[AgentRight], areas: Areas, as_of: date, products: Iterable[str] = ()) -> Together:
        """Check the rights, and keep them by id.

        Args:
            rights: all rights, in any order.
            areas: the tree of the territories.
            as_of: what was signed up to this day counts.
            products: ids of the products that are asked about.

        Raises:
            BadRows: rights of one id, products or agents spelt in two ways, or unknown territories.
        """
        given = list(rights)
        bad: list[PharmaSalesError] = [
            NotFound(
                f"no such area {one.area!r}",
                where=f"rights[{place}], right {one.id!r}",
                hint="add it to the tree, or correct it",
                code="rights.area",
            )
            for place, one in enumerate(given)
            if one.area not in areas
        ]
        if bad := [*_twice(given), *_spelt_twice(given, products), *bad]:
            raise BadRows("rights that cannot be held together", bad)
        ordered = {one.id: one for one in sorted(given, key=lambda one: one.id)}
        told = {one.id: one.spans(as_of) for one in given}
        force = {
            name: one for name, one in ordered.items() if any(span.since <= as_of <= span.last for span in told[name])
        }
        return cls(ordered, _placed(ordered.values()), areas, as_of, told, force, _placed(force.values()))

    def spans(self, right: AgentRight) -> tuple[RightSpan, ...]:
        """Return the stretches of a right, as known on the day."""
        return self.told[right.id]

    def holding(self, product: str, area: str) -> Sequence[AgentRight]:
        """Return the rights to a product for exactly one territory, by id."""
        return self.placed.get((product, area), ())

    def linked(self, lower: AgentRight, upper: AgentRight) -> bool:
        """Whether a right stands under another, directly or through others; a circle ends the walk."""
        seen = {lower.id}
        above = self.by_id.get(lower.under)
        while above is not None and above.id not in seen:
            if above.id == upper.id:
                return True
            seen.add(above.id)
            above = self.by_id.get(above.under)
        return False

    def in_network(self, lower: AgentRight, upper: AgentRight) -> bool:
        """Whether a right may lie in another: it stands under it and is for a part, or for the same agent."""
        return self.linked(lower, upper) and (lower.area != upper.area or lower.agent == upper.agent)

    def handed_over(self, one: AgentRight, other: AgentRight) -> bool:
        """Whether one right ends within the other: days at the end of one are those at the beginning of the next."""
        (start, end), (begin, stop) = ((self.spans(r)[0].since, self.spans(r)[-1].last) for r in (one, other))
        return start < begin <= end < stop or begin < start <= stop < end

    def in_force(self, product: str, area: str) -> list[AgentRight]:
        """Return the rights to a product that cover a territory on the day, the narrowest first, then by id."""
        found: list[AgentRight] = []
        for place in self.areas.above(area):
            found += self.ruling.get((product, place), ())
        return found

    def standing(self, product: str, area: str) -> tuple[list[AgentRight], list[AgentRight]]:
        """Return who answers for a product in a territory, and who disputes it.

        Returns:
            The narrowest right and all that are not above it; and the rights beside that of another agent, neither in
            the other's network.
        """
        covering = self.in_force(product, area)
        if len(covering) < 2:  # the usual case, asked once a territory and product
            return covering, []
        above = {upper.id for lower in covering for upper in covering if self.in_network(lower, upper)}
        disputed = [one for one in covering if any(self._collide(one, other) for other in covering)]
        return [right for right in covering if right.id not in above], disputed

    def _collide(self, one: AgentRight, other: AgentRight) -> bool:
        return one.agent != other.agent and not (self.in_network(one, other) or self.in_network(other, one))
