"""Visits that were planned now, set against those that are kept: the next version, and the calendars that follow.

>>> from pharmasales.periods import period
>>> from pharmasales.testing import one_rep
>>> settle_visits(None, period("2026-Q1"), None, one_rep(), "en").fresh
False
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from pharmasales.cycle import Region
from pharmasales.display import Lang
from pharmasales.followup import Schedule
from pharmasales.periods import Period
from pharmasales.storage import Unit
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.calendars import Calendars, issue, issued, keep_calendars
from pharmasales.workspace.doing import Done
from pharmasales.workspace.visit_versions import VisitVersion, keep_visits, plans_of, same_visits, visit_versions

__all__ = ["SettledVisits", "place_names", "settle_visits"]


@frozen
class SettledVisits:
    """The visits that stand for a period, and what of them is new.

    Args:
        when: the period.
        plan: the visits; none where there are none.
        number: of their version.
        fresh: whether the version is new.
        calendars: the entries of each rep's calendar, as they follow those exported before.
        head: the version as it is kept, where it is not new.
    """

    when: Period
    plan: Schedule | None
    number: int
    fresh: bool
    calendars: Calendars = field(repr=False)
    head: VisitVersion | None = None

    def keep(self, unit: Unit, done: Done, changes: Mapping[str, int] | None = None) -> VisitVersion | None:
        """Keep version and calendars where they are new, and return the head of the version that stands.

        Args:
            unit: the unit of work.
            done: who plans, when and why.
            changes: how many visits changed, by kind; none where it was planned afresh.

        Raises:
            Conflict: somebody else has made a version of that number.
        """
        keep_calendars(unit, self.when, self.calendars)
        if self.plan is None or not self.fresh:
            return self.head
        return keep_visits(unit, self.when, self.number, self.plan, done, changes)


def settle_visits(
    store: Reader | None, when: Period, plan: Schedule | None, region: Region, lang: Lang
) -> SettledVisits:
    """Set a plan against the versions that are kept: the same visits again make no version (拜访计划版本).

    Args:
        store: where versions are kept; none where there is none yet.
        when: the period.
        plan: the visits of all reps; none where nobody can be visited.
        region: names hospitals and reps.
        lang: the language of the calendars.
    """
    heads = visit_versions(store, when)
    last = heads[-1] if heads else None
    if plan is None:
        return SettledVisits(when, None, last.number if last else 0, fresh=False, calendars={}, head=last)
    plans = plans_of(store, when, region, {})
    reps = [node.id for node in region.org.leaves()] if region.org else []
    calendars = issue(issued(store, when), when, plan, reps, place_names(region, plan), lang)
    if last is not None and same_visits(plans[-1], plan):
        return SettledVisits(when, plan, last.number, fresh=False, calendars=calendars, head=last)
    return SettledVisits(when, plan, len(heads) + 1, fresh=True, calendars=calendars)


def place_names(region: Region, plan: Schedule) -> dict[str, str]:
    """Return the names of the hospitals and other places of a plan, by id."""
    known = region.archive.customers
    return {place: known[place].name for place in {visit.place for visit in plan.visits} if place in known}
