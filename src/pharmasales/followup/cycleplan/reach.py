"""What the days left can hold (可访次数): the most visits to one customer from tomorrow on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from attrs import frozen

from pharmasales.followup.access import Access, Workdays
from pharmasales.followup.capacity import Rep, most_visits
from pharmasales.followup.cycleplan._judging import Judge
from pharmasales.followup.cycleplan.attaining import PlanAttainment
from pharmasales.followup.cycleplan.elapsed import days_of
from pharmasales.followup.cycleplan.plans import PlanTarget

__all__ = ["Ahead", "Reach"]


@frozen
class Reach:
    """What the days left hold for one customer (剩余可访).

    Args:
        possible: visits that they can hold.
        days: the rep's working days left in which the customer is a target.
        suited: those of them on which the customer receives.
        left: calendar days left.
        last: the last visit made, in any territory; none where none is known.
    """

    possible: int
    days: int
    suited: int
    left: int
    last: date | None


class Ahead:
    """The days that are left of a plan for one rep; days of customers with the same access are looked up once."""

    def __init__(self, attainment: PlanAttainment, rep: Rep, calendar: Workdays, channel: str) -> None:
        plan = attainment.plan
        self._plan, self._rep, self._channel = plan, rep, channel
        self._calls, self._judge = attainment.calls or {}, Judge(plan, attainment.as_of, attainment.counting)
        self._today = plan.counted_on(attainment.as_of)
        tomorrow, open_ = self._today + timedelta(days=1), attainment.stage != "completed"
        self._ahead = calendar.workdays(tomorrow, plan.end) if tomorrow <= plan.end and open_ else ()
        takes = rep.visits_a_day > 0
        self._days = [day for day in self._ahead if takes and day >= plan.start and day not in rep.leave]
        self._suited: dict[Access, list[date]] = {}
        self.slots = len(self._days) * rep.visits_a_day

    def reach(self, target: PlanTarget) -> Reach:
        """Return what the days left hold for a customer."""
        first, end = days_of(self._plan, target)
        days = [day for day in self._days if first <= day <= end]
        suited = [day for day in self._receiving(target.access) if first <= day <= end]
        last = self._last(target.customer)
        left = max((end - max(self._today, first - timedelta(days=1))).days, 0)
        return Reach(_most(suited, target.gap, last), len(days), len(suited), left, last)

    def _receiving(self, access: Access) -> list[date]:
        """Return the days left on which somebody with this access receives the rep."""
        known = self._suited.get(access)
        if known is None:
            notice = max(access.appointment - 1, 0)
            begin = self._ahead[notice] if notice < len(self._ahead) else date.max
            days = self._days if self._rep.filing or not access.filing else []
            known = self._suited[access] = [day for day in days if day >= begin and access.receives(day)]
        return known

    def _last(self, customer: str) -> date | None:
        """Return the last visit made up to today, whoever made it; in the channel, where one is asked for."""
        last = None
        for call in self._calls.get(customer, ()):
            if call.day <= self._today and (last is None or call.day > last):
                verdict = self._judge(call)
                if verdict.made and self._channel in ("", verdict.channel):
                    last = call.day
        return last


def _most(days: Sequence[date], gap: int, last: date | None) -> int:
    return most_visits((day.toordinal() for day in days), gap, last.toordinal() + gap if last else 0)
