"""Completeness of an action plan (计划完整性): twelve components, and items that answer everything.

>>> from datetime import date
>>> from pharmasales.goals.acting.actions import PlanItem
>>> from pharmasales.periods import Quarter
>>> item = PlanItem("talk", "department talk", who="r1", why="goal D1", where="H1", due=date(2026, 3, 20))
>>> report = check_plan(ActionPlan(Quarter(2026, 1), (item,), {"breakdown": "goals of 2026-Q1"}))
>>> report.complete, list(report.found)
(False, ['breakdown', 'actions', 'duties', 'schedule'])
>>> print(report.why.parts[-1])
talk lacks how, people, material, money, time

Source: S004-45, S004-47.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, joined
from pharmasales.goals.acting.actions import COMPONENTS, ActionPlan

__all__ = ["PlanCheck", "check_plan"]


@frozen
class PlanCheck:
    """What a plan has and what it lacks. Made by `check_plan`.

    Args:
        found: where each component stands, by key.
        missing: the keys of the components that are nowhere.
        items: what each incomplete item lacks, by id.
    """

    found: Mapping[str, Says] = field(repr=lambda found: f"<{len(found)}>", hash=False)
    missing: tuple[str, ...]
    items: Mapping[str, tuple[Says, ...]] = field(repr=lambda items: f"<{len(items)} items>", hash=False)

    @property
    def complete(self) -> bool:
        """Whether all twelve components are there and every item answers everything."""
        return not self.missing and not self.items

    @property
    def why(self) -> Why:
        """What is missing, component by component and item by item."""
        parts = [because("missing: {name}", "缺少：{name}", name=COMPONENTS[one]) for one in self.missing]
        parts += [
            because("{item} lacks {names}", "{item} 缺少 {names}", item=one, names=_joined(names))
            for one, names in self.items.items()
        ]
        en, zh = (
            "{found} of {all} components, {count} items incomplete",
            "{all} 项构成具备 {found} 项，{count} 个行动项不完整",
        )
        return because(en, zh, *parts, found=len(self.found), all=len(COMPONENTS), count=len(self.items))

    def table(self) -> Table:
        """Return each of the twelve components: component, title, there, where."""
        rows: list[tuple[Cell, ...]] = [
            (one, title, _YES if one in self.found else _NO, self.found.get(one)) for one, title in COMPONENTS.items()
        ]
        return Table("plan_check", Says("Completeness of the plan", "计划完整性"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_YES, _NO = Says("yes", "有"), Says("no", "无")
_COLUMNS = (
    Column("component", "Component", "构成"),
    Column("title", "Title", "名称"),
    Column("there", "There", "具备"),
    Column("where", "Where", "依据"),
)


def _joined(names: tuple[Says, ...]) -> Says:
    return joined(names)


def check_plan(plan: ActionPlan) -> PlanCheck:
    """Check a plan for the twelve components and its items for 5W1H and resources (计划完整性检查).

    A component is there where the plan says where it stands. Four can be read off the items, where all of them say it:
    that there are any, who does each, when, and what each costs.

    Args:
        plan: the plan.

    Source: S004-45, S004-47. What each component must hold in detail is the company's.
    """
    leaves, found = plan.leaves(), {key: Says(text, text) for key, text in plan.components.items() if text.strip()}
    shown = {
        "actions": leaves,
        "duties": [item for item in leaves if item.who],
        "schedule": [item for item in leaves if item.start or item.due],
        "cost": [item for item in leaves if item.resources.money is not None],
    }
    for key, items in shown.items():
        if leaves and len(items) == len(leaves):
            found.setdefault(key, Says(f"all {len(leaves)} items", f"全部 {len(leaves)} 个行动项"))
    ordered = {key: found[key] for key in COMPONENTS if key in found}
    lacking = {item.id: item.missing for item in leaves if item.missing}
    return PlanCheck(ordered, tuple(key for key in COMPONENTS if key not in found), lacking)
