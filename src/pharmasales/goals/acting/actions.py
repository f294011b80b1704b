"""Action plan (行动计划): items that say what, who, why, where, when and how (5W1H), and what each needs.

>>> from pharmasales.periods import Quarter
>>> from pharmasales.units import CNY
>>> item = PlanItem(
...     "talk",
...     "department talk",
...     who="r1",
...     why="goal D1",
...     where="H1",
...     due=date(2026, 3, 20),
...     resources=Resources(people=2, money=Amount.of(800, CNY), days=1),
... )
>>> [one.en for one in item.missing]
['how', 'material']
>>> plan = ActionPlan(Quarter(2026, 1), (item,), {"breakdown": "goals of 2026-Q1"})
>>> from pharmasales.workdays import CHINA
>>> plan.schedule(date(2026, 3, 2), CHINA)["talk"].late
0

Source: S004-45 (5W1H and resources), S004-47 (the twelve components).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.goals.acting.plan_tasks import Task, normal_ids
from pharmasales.goals.acting.taskgraph import TaskSchedule, schedule_tasks
from pharmasales.names import clean, nearest, normal_id, twins
from pharmasales.periods import Period
from pharmasales.units import Amount
from pharmasales.workdays import Calendar

__all__ = ["COMPONENTS", "ActionPlan", "PlanItem", "Resources"]

COMPONENTS: Mapping[str, Says] = MappingProxyType(
    {
        "breakdown": Says("goals broken down", "目标分解"),
        "actions": Says("action items", "行动方案"),
        "small_goals": Says("small goals", "微观目标"),
        "review": Says("execution watched", "执行监控"),
        "duties": Says("who is responsible", "人员职责"),
        "adjustment": Says("how it is adjusted", "调整"),
        "events": Says("events", "活动"),
        "customers": Says("target customers assigned", "目标客户分配"),
        "schedule": Says("time schedule", "进度"),
        "cost": Says("cost", "费用"),
        "hospitals": Says("hospital management", "医院管理系统"),
        "appraisal": Says("appraisal", "业绩考核"),
    }
)
"""What a complete plan has, by key, in the order of the source (S004-47)."""

_ASKED = {
    "what": Says("what", "做什么"),
    "who": Says("who", "谁"),
    "why": Says("why", "为何"),
    "where": Says("where", "何地"),
    "when": Says("when", "何时"),
    "how": Says("how", "如何"),
}
_NEEDED = {
    "people": Says("people", "人员"),
    "material": Says("material", "物料"),
    "money": Says("money", "经费"),
    "days": Says("time", "时间"),
}


@frozen
class Resources:
    """What an item needs (资源). What is not said is missing; write 0 or `none` for what it does not need.

    Args:
        people: how many people (人).
        material: what material (物).
        money: how much money (财).
        days: how many working days (时间).
    """

    people: int | None = None
    material: str = field(default="", converter=clean, repr=False)
    money: Amount | None = field(default=None, repr=False)
    days: int | None = None


def _optional_id(text: str) -> str:
    return normal_id(text) if text else ""


@frozen
class PlanItem:
    """One item of an action plan (行动项): 5W1H, and what it needs.

    Args:
        id: its id.
        what: what is done (做什么).
        who: id of who does it (谁).
        why: for which goal or reason (为何).
        where: in which hospital or area (何地).
        start: the first day on which it may begin (何时), or none.
        due: the day by which it is due, or none.
        how: by which means (如何).
        resources: what it needs.
        after: the ids of the items that must be finished first.
        part_of: the id of the item that it is a part of, or "".
        carried: how often it was carried over.
    """

    id: str = field(converter=normal_id)
    what: str = field(converter=clean)
    who: str = field(default="", converter=clean, repr=False)
    why: str = field(default="", converter=clean, repr=False)
    where: str = field(default="", converter=clean, repr=False)
    start: date | None = None
    due: date | None = None
    how: str = field(default="", converter=clean, repr=False)
    resources: Resources = field(factory=Resources, repr=False)
    after: tuple[str, ...] = field(default=(), converter=normal_ids)
    part_of: str = field(default="", converter=_optional_id)
    carried: int = 0

    @property
    def missing(self) -> tuple[Says, ...]:
        """Which of the six questions and four resources it does not answer."""
        given = {name: getattr(self, name) for name in ("what", "who", "why", "where", "how")}
        given["when"] = self.start or self.due
        asked = [said for name, said in _ASKED.items() if given[name] in (None, "")]
        return (*asked, *(said for name, said in _NEEDED.items() if getattr(self.resources, name) in (None, "")))


def _items(given: Iterable[PlanItem]) -> tuple[PlanItem, ...]:
    return tuple(given)


@frozen
class ActionPlan:
    """An action plan of a period.

    Args:
        period: the period.
        items: its items.
        components: where the plan holds each of the twelve components, by key of `COMPONENTS`.

    Raises:
        BadRows: every twin id, unknown component, item that follows or is part of one that is not there.
    """

    period: Period
    items: tuple[PlanItem, ...] = field(converter=_items, repr=lambda items: f"<{len(items)} items>")
    components: Mapping[str, str] = field(factory=dict, repr=False, hash=False)

    def __attrs_post_init__(self) -> None:
        known = [item.id for item in self.items]
        bad: list[PharmaSalesError] = [
            BadValue(
                f"twin ids in items {first + 1} and {second + 1}", where=f"item {known[second]!r}", code="plan.twins"
            )
            for first, second in twins(known)
        ]
        there = set(known)
        for item in self.items:
            above = (item.part_of,) if item.part_of else ()
            bad += (
                NotFound(f"no item {one!r}", where=f"item {item.id!r}", hint=nearest(one, there), code="plan.item")
                for one in (*item.after, *above)
                if one not in there
            )
        bad += (
            NotFound("no such component", where=f"component {one!r}", hint=nearest(one, COMPONENTS), code="plan.part")
            for one in self.components
            if one not in COMPONENTS
        )
        if bad:
            raise BadRows(f"{len(bad)} faults in the plan", bad)

    def leaves(self) -> tuple[PlanItem, ...]:
        """Return the items that have no parts: what is really done."""
        wholes = {item.part_of for item in self.items}
        return tuple(item for item in self.items if item.id not in wholes)

    def tasks(self) -> tuple[Task, ...]:
        """Return the items as tasks; one with parts is a milestone that follows all of them.

        What follows an item follows its parts with it. A part follows what its whole follows.

        Raises:
            BadRows: every item without parts whose working days are not known.
        """
        parts: dict[str, list[str]] = {}
        for item in self.items:
            parts.setdefault(item.part_of, []).append(item.id)
        hint = "give resources.days; 0 for a milestone"
        bad: list[PharmaSalesError] = [
            BadValue("its working days are not known", where=f"item {item.id!r}", hint=hint, code="plan.days")
            for item in self.leaves()
            if item.resources.days is None
        ]
        if bad:
            raise BadRows(f"{len(bad)} items without days", bad)
        inherited = self._inherited()
        return tuple(
            Task(
                item.id,
                0 if item.id in parts else item.resources.days or 0,
                tuple(dict.fromkeys((*inherited[item.id], *parts.get(item.id, ())))),
                item.start,
                item.due,
            )
            for item in self.items
        )

    def schedule(self, start: date, calendar: Calendar) -> TaskSchedule:
        """Schedule the items from a day on, as `schedule_tasks` does.

        Raises:
            BadRows: items without days, or due on a day off.
            BadRule: no item, or items that wait for each other.
            UnknownYear: a year that the calendar does not know.
        """
        return schedule_tasks(self.tasks(), start, calendar)

    def _inherited(self) -> dict[str, tuple[str, ...]]:
        """Return what each item follows, with what the items that it is a part of follow."""
        by_id = {item.id: item for item in self.items}
        found: dict[str, tuple[str, ...]] = {}
        for item in self.items:
            way: dict[str, PlanItem] = {}
            here: PlanItem | None = item
            while here is not None and here.id not in found and here.id not in way:
                way[here.id] = here
                here = by_id.get(here.part_of)
            for one in reversed(way.values()):
                found[one.id] = tuple(dict.fromkeys((*found.get(one.part_of, ()), *one.after)))
        return found
