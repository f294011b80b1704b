"""What is due on a day in a workspace (到期清单): whom to contact, since when, how late, and why; nothing is kept.

What the files do not tell is not asked for: without a log of visits nobody knows when anybody was seen, and without a
table of occasions nobody knows what was promised. A note says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from attrs import evolve, field, frozen

from pharmasales.archive import Customer
from pharmasales.compliance.consent import Consent
from pharmasales.cycle.grading import grade_customers
from pharmasales.cycle.policy import FollowPolicy
from pharmasales.cycle.region import Region
from pharmasales.cycle.visiting import VisitDemand, visit_demand
from pharmasales.display import Says
from pharmasales.errors import StorageError
from pharmasales.followup.due.followed import Followed, Occasion, Touch
from pharmasales.followup.due.greetings import BIRTHDAY
from pharmasales.followup.due.items import DueList
from pharmasales.followup.due.listing import DueRules, due_on
from pharmasales.followup.due.ranking import DueOrder
from pharmasales.followup.due.restraints import Restraints
from pharmasales.followup.due.rows import CadenceRow
from pharmasales.followup.due.table import CadenceTable
from pharmasales.followup.due.triggers import SILENCES, STOCK_VISIT
from pharmasales.workspace import stock as stock_desk
from pharmasales.workspace.doing import Progress, quiet
from pharmasales.workspace.due_facts import Diaries, files_opened, stage_of
from pharmasales.workspace.workspace import Workspace

__all__ = ["due_on_day"]

_NOTHING = CadenceTable("none", [CadenceRow("", "face", 0)])
"""A cadence that asks for no contact at all."""


def due_on_day(
    space: Workspace,
    as_of: date,
    *,
    rep: str | None = None,
    progress: Progress = quiet,
    notes: list[Says] | None = None,
) -> DueList:
    """Return what is due on a day, by all that the workspace knows.

    Cadence by class and stage, silences, new files of the archive, occasions, stock and adverse events fall due;
    contacts made and planned settle what they answer; consents, contact caps and leave hold back what the law does not
    ask for.

    Args:
        space: the workspace.
        as_of: the day.
        rep: whose list; everybody's where left out. Adverse events stay in every list.
        progress: called with the name of each file as it is begun.
        notes: takes a note of what is not asked for because the files do not tell it.

    Raises:
        NotFound: a rep whom the organisation does not have.
        StorageError: `storage.scope` for a reader of a part.
        PharmaSalesError: whatever `load`, `grade_customers` and `due_on` refuse.
    """
    told: list[Says] = [] if notes is None else notes
    policy, region = space.settings.policy, space.named(space.load(progress, as_of))
    with space.kept_store() as store:
        diaries = Diaries.of(store, region, as_of)
    period, before = diaries.period, region.before(diaries.period.start)
    grades = grade_customers(before, policy, period, [], as_of)
    demand = visit_demand(before, policy, grades, period, max(as_of, period.start), told)
    if rep is not None:
        demand.of([rep])
    facts = _Facts(region.before(as_of + timedelta(days=1)), demand, diaries, as_of)
    rules = _rules(policy.follow, demand, region, told)
    rules = evolve(rules, deadlines=(*rules.deadlines, STOCK_VISIT))
    bound = Restraints(caps=policy.follow.caps, consents=_consents(space, told), away=policy.follow.leave)
    followed = facts.followed(rules.table, told)
    happened = [
        *(region.occasions or ()),
        *files_opened(facts.region, policy.follow, as_of, asked=space.from_archive()),
        *stock_desk.stock_occasions(space, region, as_of, progress),
    ]
    others = facts.others(happened, told)
    mine = {one.customer for one in followed}
    theirs = {one.customer for one in others}
    more: dict[str, Any] = {"restraints": bound}
    found = due_on(
        followed,
        as_of,
        rules,
        policy.calendar,
        occasions=[one for one in happened if one.customer in mine],
        adverse=region.adverse,
        **more,
    )
    few = evolve(rules, table=_NOTHING, silences=())
    beside = [one for one in happened if one.customer in theirs]
    besides = due_on(others, as_of, few, policy.calendar, occasions=beside, **more)
    return _joined(found, besides, [*followed, *others]).where(rep=rep)


def _joined(one: DueList, other: DueList, followed: Iterable[Followed]) -> DueList:
    """Return two lists of different customers as one, in the order of the first."""
    by_id = {customer.customer: customer for customer in followed}
    items = [*one.everything, *other.everything]
    items.sort(key=lambda item: one.order.rank(item.need, by_id.get(item.need.customer), one.as_of))
    return DueList(one.as_of, tuple(items), one.order)


def _rules(follow: FollowPolicy, demand: VisitDemand, region: Region, told: list[Says]) -> DueRules:
    """Return by what things fall due, as far as the files tell what was done."""
    order = DueOrder(demand.priority)
    if region.occasions is None:
        en = "no table of occasions: promises, contracts, referrals and adverse events are not asked for"
        told.append(Says(en, "无事由表：承诺答复、签约、转介与不良事件均未检查"))
    if region.calls is None:
        en = "no visit log: nothing is asked for by cadence or for want of contact"
        told.append(Says(en, "无拜访记录：未按频率与久未联系检查"))
        return DueRules(_NOTHING, silences=(), birthday=BIRTHDAY, order=order)
    table = follow.contacts or _by_cadence(follow, demand)
    return DueRules(table, silences=SILENCES, birthday=BIRTHDAY, order=order)


def _by_cadence(follow: FollowPolicy, demand: VisitDemand) -> CadenceTable:
    """Return the cadence of the visit plan as a table: face to face, as often as each class is planned."""
    used = sorted({target.grade for target in demand.targets})
    rows = [CadenceRow(letter, "face", follow.cadence[letter].per_month) for letter in used]
    return CadenceTable("cadence", rows) if rows else _NOTHING


def _consents(space: Workspace, told: list[Says]) -> list[Consent]:
    """Return every consent and refusal that is kept, under the id that its customer counts as."""
    try:
        with space.cabinet() as cabinet:
            kept = cabinet.every_consent()
            merged = cabinet.register().merged() if kept else {}
    except StorageError as error:
        if error.code != "storage.missing":
            raise
        kept = ()
    if not kept:
        en = "no consents are kept: first contacts with new files are held back, birthdays are not greeted"
        told.append(Says(en, "未保存任何同意记录：新建档案的首次联系暂缓，不发生日问候"))
    return [evolve(one, subject=merged.get(one.subject, one.subject)) for one in kept]


@frozen
class _Facts:
    """What is known on the day: the customers, whose they are, and what was done and is planned with them."""

    region: Region = field(repr=False)
    demand: VisitDemand = field(repr=False)
    diaries: Diaries = field(repr=False)
    as_of: date
    made: Mapping[str, Sequence[Touch]] = field(init=False, repr=False)

    @made.default
    def _made(self) -> Mapping[str, Sequence[Touch]]:
        found: dict[str, list[Touch]] = {}
        for call in (*(self.region.calls or ()), *self.region.contacts):
            found.setdefault(call.customer, []).append(Touch(call.day, call.channel))
        return found

    def followed(self, table: CadenceTable, told: list[Says]) -> list[Followed]:
        """Return the customers of the visit plan, each at its stage where the table tells stages apart."""
        archive, staged = self.region.archive.customers, any(row.stage for row in table.rows)
        found, unknown = [], 0
        for target in self.demand.targets:
            stage = stage_of(archive[target.customer], table) if staged else ""
            unknown += stage is None
            found.append(self._one(archive[target.customer], target.rep, target.grade, stage or ""))
        if unknown:
            en = f"{unknown} customers have a stage that the cadence does not know: asked as at any stage"
            told.append(Says(en, f"{unknown} 个客户的阶段不在频率表中：按任意阶段处理"))
        return found

    def others(self, happened: Iterable[Occasion], told: list[Says]) -> list[Followed]:
        """Return the customers with whom something happened and who are not of the visit plan."""
        archive, mine = self.region.archive.customers, {target.customer for target in self.demand.targets}
        asked = [one for one in dict.fromkeys(x.customer for x in happened) if one not in mine]
        found = [self._one(archive[one], archive[one].owner) for one in asked if one in archive and archive[one].owner]
        nobody = len(asked) - len(found)
        if nobody:
            en = f"occasions of {nobody} customers are in nobody's list: no rep looks after them"
            told.append(Says(en, f"{nobody} 个客户的事由未列入任何人：无负责代表"))
        return found

    def _one(self, customer: Customer, rep: str, grade: str = "", stage: str = "") -> Followed:
        value: Any = customer.potential
        return Followed(
            customer.id,
            rep,
            grade,
            min(customer.since or self.demand.start, self.as_of),
            stage,
            Fraction(value) if value is not None else None,
            touches=self.made.get(customer.id, ()),
            planned=self.diaries.planned.get(customer.id, ()),
        )
