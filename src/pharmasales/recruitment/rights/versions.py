"""The versions of a right (代理权版本): granted, renewed, amended, ended; and the days on which each rules.

>>> RightVersion("granted", date(2026, 1, 1), date(2025, 1, 1), False, date(2026, 1, 1), "p1", "AG-1")
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: the last day is before the first @ version; correct it [rights.dates]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue
from pharmasales.names import nearest, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["NETWORK_LEVELS", "NetworkLevel", "RightSpan", "RightVersion", "VersionKind"]

NetworkLevel: TypeAlias = Literal["province", "region", "terminal"]
"""The level of an agent in the network, the highest first."""

NETWORK_LEVELS: Mapping[NetworkLevel, Says] = MappingProxyType(
    {
        "province": Says("provincial agent", "省代"),
        "region": Says("regional agent", "区域代理"),
        "terminal": Says("terminal agent", "终端代理"),
    }
)
"""The levels, in both languages, the highest first. A right of 省代 level to the whole country is a 总代."""

VersionKind: TypeAlias = Literal["granted", "renewed", "amended", "ended"]
"""What a version does."""

VERSION_KINDS: Mapping[str, Says] = MappingProxyType(
    {
        "granted": Says("granted", "授权"),
        "renewed": Says("renewed", "续签"),
        "amended": Says("amended", "变更"),
        "ended": Says("ended", "终止"),
    }
)
DAY = timedelta(days=1)


def _paper(text: str) -> str:
    return normal_id(text, "evidence")


@frozen
class RightVersion:
    """One version of a right (版本).

    Args:
        kind: `granted`, `renewed`, `amended` or `ended`.
        since: the first day on which it rules; for `ended` the first day without the right.
        until: the last day of the right; for ever where left out.
        exclusive: whether nobody else may hold the product there (独家).
        signed: the day on which it was signed.
        by: the id of who recorded it.
        evidence: the number of the paper.

    Raises:
        BadRule: an unknown kind, or a last day before the first.
        BadValue: no paper, a day that is no plain date, or `exclusive` that is neither yes nor no.
    """

    kind: VersionKind
    since: date = field(converter=checked_day)
    until: date | None = field(converter=optional(checked_day))
    exclusive: bool
    signed: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    evidence: str = field(converter=_paper)

    def __attrs_post_init__(self) -> None:
        if self.kind not in get_args(VersionKind):
            hint = nearest(str(self.kind), get_args(VersionKind))
            raise BadRule("no such kind of version", where="version", hint=hint, code="rights.version")
        if type(self.exclusive) is not bool:
            raise BadValue("neither yes nor no", where="exclusive", hint="True or False", code="rights.version")
        if self.until is not None and self.until < self.since:
            raise BadRule("the last day is before the first", where="version", hint="correct it", code="rights.dates")


@frozen
class RightSpan:
    """A stretch of days on which one version of a right is in force, both ends included; no last day is for ever."""

    number: int
    since: date
    until: date | None
    exclusive: bool

    @property
    def last(self) -> date:
        """The last day, or the last that a date can hold."""
        return self.until or date.max


def follows_wrongly(old: RightVersion, new: RightVersion) -> str:
    """Say why a version may not follow another, or nothing."""
    if new.signed < old.signed:
        return "signed before the version that it follows"
    if new.kind == "granted":
        return "granted a second time"
    over = old.kind == "ended" or (old.until is not None and new.since > old.until)
    if new.kind == "renewed":
        begins = new.since >= old.since if old.kind == "ended" else over
        return "" if begins else "renewed from a day of the old term"
    if over or new.since < old.since:
        return "changed from a day outside of the term"
    return ""
