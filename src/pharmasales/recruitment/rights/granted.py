"""Agents' rights (代理权): one agent, one product, one territory, one level; renewals and changes are versions.

Each version rules from its first day on, until the next one takes over; none is overwritten.

>>> one = AgentRight.grant("R1", "A1", "P1", "33", "province", since=date(2026, 1, 1), until=date(2026, 12, 31),
...     signed=date(2025, 12, 1), by="p1", evidence="AG-1", exclusive=True)
>>> one = one.renew(until=date(2027, 12, 31), signed=date(2026, 11, 20), by="p1", evidence="AG-2", exclusive=False)
>>> print(one.table())
Version  What     Since       Until       Exclusive  Signed      By  Paper
-------  -------  ----------  ----------  ---------  ----------  --  -----
      1  granted  2026-01-01  2026-12-31  yes        2025-12-01  p1  AG-1
      2  renewed  2027-01-01  2027-12-31  no         2026-11-20  p1  AG-2
>>> one.on(date(2026, 6, 30)).exclusive, one.on(date(2027, 6, 30)).exclusive, one.on(date(2028, 1, 1))
(True, False, None)

Source: S001-18 (rights to products), S001-8 (term), S000-4 (levels), S003-4 (the agreement fixes scope and term).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import evolve, field, frozen

from pharmasales.archive.rights import Right
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRule
from pharmasales.names import nearest, normal_id, optional_id
from pharmasales.recruitment.rights.versions import (
    DAY,
    NETWORK_LEVELS,
    VERSION_KINDS,
    NetworkLevel,
    RightSpan,
    RightVersion,
    follows_wrongly,
)
from pharmasales.yearplan import checked_day

__all__ = ["AgentRight"]

_YES, _NO = Says("yes", "是"), Says("no", "否")


def _versions(given: Iterable[RightVersion]) -> tuple[RightVersion, ...]:
    return tuple(given)


@frozen
class AgentRight:
    """What one agent may sell where (代理权). Make it with `AgentRight.grant`.

    Args:
        id: its id.
        agent: the id of the agent.
        product: the id of the product.
        area: the id of the territory: a province, prefecture, county or hospital; "" for the whole country.
        level: its level in the network.
        under: the id of the right of the agent above, whose network it belongs to; "" for none.
        versions: its versions, in the order in which they were signed and rule.

    Raises:
        BadRule: an unknown level, no version, or versions out of order.
    """

    id: str = field(converter=normal_id)
    agent: str = field(converter=normal_id)
    product: str = field(converter=normal_id)
    area: str = field(converter=optional_id)
    level: NetworkLevel
    under: str = field(converter=optional_id)
    versions: tuple[RightVersion, ...] = field(converter=_versions)

    def __attrs_post_init__(self) -> None:
        where = f"right {self.id!r}"
        if self.level not in NETWORK_LEVELS:
            hint = nearest(str(self.level), NETWORK_LEVELS)
            raise BadRule("no such level of the network", where=where, hint=hint, code="rights.level")
        if not self.versions or self.versions[0].kind != "granted":
            raise BadRule("the first version grants", where=where, hint="begin with grant", code="rights.version")
        for number in range(1, len(self.versions)):
            fault = follows_wrongly(self.versions[number - 1], self.versions[number])
            if fault:
                raise BadRule(fault, where=f"{where} version {number + 1}", hint="correct it", code="rights.version")

    @classmethod
    def grant(
        cls,
        id: str,  # noqa: A002 - as the field is called
        agent: str,
        product: str,
        area: str,
        level: NetworkLevel,
        *,
        since: date,
        until: date | None,
        signed: date,
        by: str,
        evidence: str,
        exclusive: bool = False,
        under: str = "",
    ) -> AgentRight:
        """Grant a right (授权); arguments and errors as of the fields."""
        first = RightVersion("granted", since, until, exclusive, signed, by, evidence)
        return cls(id, agent, product, area, level, under, (first,))

    @property
    def newest(self) -> RightVersion:
        """The newest version."""
        return self.versions[-1]

    def renew(
        self,
        *,
        until: date | None,
        signed: date,
        by: str,
        evidence: str,
        since: date | None = None,
        exclusive: bool | None = None,
    ) -> AgentRight:
        """Return the right with one more term (续签).

        Args:
            until: the last day of the new term.
            signed: the day of signing.
            by: the id of who records it.
            evidence: the number of the paper.
            since: the first day of the new term; the day after the old one where left out.
            exclusive: whether the new term is exclusive; as before where left out.

        Raises:
            BadRule: a right without a last day, which needs no renewal, or a term that begins before the old one ends.
        """
        old = self.newest
        first = since or (old.since if old.kind == "ended" else None if old.until is None else old.until + DAY)
        if first is None:
            hint = "amend it instead"
            raise BadRule("a right for ever is not renewed", where=f"right {self.id!r}", hint=hint, code="rights.renew")
        alone = old.exclusive if exclusive is None else exclusive
        return self._with(RightVersion("renewed", first, until, alone, signed, by, evidence))

    def amend(
        self, *, since: date, until: date | None, exclusive: bool, signed: date, by: str, evidence: str
    ) -> AgentRight:
        """Return the right changed from a day of its term on (变更): another last day, exclusive or not.

        Raises:
            BadRule: a day outside of the newest term.
        """
        return self._with(RightVersion("amended", since, until, exclusive, signed, by, evidence))

    def end(self, *, last: date, signed: date, by: str, evidence: str) -> AgentRight:
        """Return the right ended early (终止), `last` being its last day.

        Raises:
            BadRule: a day outside of the newest term.
        """
        return self._with(RightVersion("ended", last + DAY, None, self.newest.exclusive, signed, by, evidence))

    def spans(self, known: date | None = None) -> tuple[RightSpan, ...]:
        """Return the stretches in force, one a version, by day; they never share a day.

        Args:
            known: only what was signed up to this day; everything where left out.
        """
        told = [one for one in self.versions if known is None or one.signed <= known]
        found = []
        for number, one in enumerate(told, 1):
            following = told[number].since - DAY if number < len(told) else None
            until = one.until if following is None else min(one.until or date.max, following)
            if one.kind != "ended" and (until is None or until >= one.since):
                found.append(RightSpan(number, one.since, until, one.exclusive))
        return tuple(found)

    def on(self, day: date, known: date | None = None) -> RightSpan | None:
        """Return the stretch that holds a day, or none."""
        return next((one for one in self.spans(known) if one.since <= checked_day(day) <= one.last), None)

    def unbroken(self, day: date, known: date | None = None) -> date | None:
        """Return the last day up to which the right holds from a day on without a gap, renewals included.

        It is `date.max` where it holds for ever, and missing where it is not in force on the day.
        """
        here = self.on(day, known)
        while here is not None and here.last < date.max:
            following = self.on(here.last + DAY, known)
            if following is None:
                break
            here = following
        return None if here is None else here.last

    def rights(self, known: date | None = None) -> tuple[Right, ...]:
        """Return what the archive keeps of it (产品权益): one `archive.rights.Right` a stretch."""
        made = (self.agent, self.product, "distribution", self.area)
        return tuple(Right(*made, one.exclusive, one.since, one.until) for one in self.spans(known))

    def table(self) -> Table:
        """Return number, kind, days, exclusive, signed, by and paper of each version."""
        rows = [
            (
                number,
                VERSION_KINDS[one.kind],
                one.since,
                one.until,
                _YES if one.exclusive else _NO,
                one.signed,
                one.by,
                one.evidence,
            )
            for number, one in enumerate(self.versions, 1)
        ]
        return Table("right_versions", Says("Versions of a right", "代理权版本"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()

    def _with(self, version: RightVersion) -> AgentRight:
        return evolve(self, versions=(*self.versions, version))


_COLUMNS = (
    Column("version", "Version", "版本", "number"),
    Column("kind", "What", "事项"),
    Column("since", "Since", "起始", "date"),
    Column("until", "Until", "截止", "date"),
    Column("exclusive", "Exclusive", "独家"),
    Column("signed", "Signed", "签署", "date"),
    Column("by", "By", "记录人"),
    Column("evidence", "Paper", "凭证"),
)
