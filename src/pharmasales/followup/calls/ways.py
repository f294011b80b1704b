"""Ways to get a visit (约访方式): who asked how, and which way leads to a visit, as an exact share.

>>> asked = [
...     VisitRequest("A1", "r1", "c1", "introduction", date(2026, 3, 2), introducer="c9", call="V1"),
...     VisitRequest("A2", "r1", "c2", "phone", date(2026, 3, 2), purpose="new study", minutes=15),
... ]
>>> print(ways_table(asked).text())
Way           Asked  Visits   Share
------------  -----  ------  ------
introduction      1       1  100.0%
phone call        1       0    0.0%

Source: S002-5 (introduction is most effective; a phone call states purpose and length).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.followup.calls.words import known_word, optional_id
from pharmasales.names import clean, normal_id
from pharmasales.units import ratio
from pharmasales.yearplan import checked_day

__all__ = ["VISIT_WAYS", "VisitRequest", "ways_table"]

VISIT_WAYS: Mapping[str, Says] = MappingProxyType(
    {
        "introduction": Says("introduction", "他人引荐"),
        "phone": Says("phone call", "电话预约"),
        "department_talk": Says("department talk", "科室会"),
        "meeting": Says("meeting", "会议"),
        "exhibition": Says("exhibition", "展会"),
        "reception": Says("reception of the hospital", "医院接待登记"),
        "message": Says("message", "消息预约"),
    }
)
"""Ways to get a visit (S002-5); `reception` is the hospital's own desk or window (P2-B)."""


def _way(word: str) -> str:
    return known_word(VISIT_WAYS, "way")(word)


@frozen
class VisitRequest:
    """One attempt to get a visit (约访).

    Args:
        id: its own id.
        rep: the id of the rep.
        customer: the id of the customer.
        way: one of `VISIT_WAYS`.
        day: when it was asked.
        purpose: what the visit is for; a phone call states it.
        minutes: how long it is to take; a phone call states it.
        introducer: the id of who introduces; an introduction names it.
        call: the id of the visit it led to, or "" where it led to none so far.

    Raises:
        BadValue: an unknown way, a phone call without purpose or length, an introduction by nobody, or minutes that are
            no whole number from 1.
    """

    id: str = field(converter=normal_id)
    rep: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    way: str = field(converter=_way)
    day: date = field(converter=checked_day)
    purpose: str = field(default="", converter=clean, repr=False, kw_only=True)
    minutes: int | None = field(default=None, kw_only=True)
    introducer: str = field(default="", converter=optional_id, kw_only=True)
    call: str = field(default="", converter=optional_id, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.minutes is not None and (type(self.minutes) is not int or self.minutes < 1):
            raise self._refused("minutes are a whole number from 1", "")
        if self.way == "phone" and (not self.purpose.strip() or self.minutes is None):
            raise self._refused("a phone call states purpose and length", "give purpose and minutes")
        if self.way == "introduction" and not self.introducer:
            raise self._refused("an introduction by nobody", "name the introducer")

    def _refused(self, reason: str, hint: str) -> BadValue:
        return BadValue(reason, where=f"request {self.id!r}", hint=hint, code="followup.calls.request")


def ways_table(requests: Iterable[VisitRequest], made: Iterable[str] | None = None) -> Table:
    """Return for each way how often it was tried, how often it led to a visit, and the share (约访成功率).

    Args:
        requests: the attempts of a period.
        made: the ids of the visits that were made; left out, every visit that a request names counts.
    """
    known = None if made is None else frozenset(made)
    asked, led = Counter[str](), Counter[str]()
    for one in requests:
        asked[one.way] += 1
        led[one.way] += bool(one.call) and (known is None or one.call in known)
    columns = (
        Column("way", "Way", "方式"),
        Column("asked", "Asked", "约访次数", "number"),
        Column("visits", "Visits", "成行次数", "number"),
        Column("share", "Share", "成功率", "ratio"),
    )
    rows: list[tuple[Cell, ...]] = [
        (said, asked[way], led[way], ratio(led[way], asked[way])) for way, said in VISIT_WAYS.items() if asked[way]
    ]
    return Table("ways", Says("Ways to get a visit", "约访方式效果"), columns, rows)
