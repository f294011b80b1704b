"""The rules asked (判定): what a plan's rules say of each call, and the one reason why it does not count.

>>> from pharmasales.followup.cycleplan.counting import BY_STATE, PlainCall
>>> plan = CyclePlan("Q1", "r1", date(2026, 1, 1), date(2026, 3, 31), [])
>>> judge = Judge(plan, date(2026, 2, 10), BY_STATE)
>>> judge(PlainCall(date(2025, 12, 31), "r1", "c1", territory="r1")).reason
'before'
"""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.followup.cycleplan.counting import CallLike, Counting
from pharmasales.followup.cycleplan.plans import CyclePlan
from pharmasales.rules import Condition
from pharmasales.rules.reading import fields_of
from pharmasales.yearplan import checked_day

__all__ = ["REASONS", "Judge", "Memory", "NotCounted", "Role", "Verdict"]

NotCounted: TypeAlias = Literal[
    "",
    "no-target",
    "merged",
    "before",
    "after",
    "window",
    "closed",
    "state",
    "channel",
    "no-goal",
    "territory",
    "nowhere",
]

Role: TypeAlias = Literal["actual", "scheduled", ""]

_ACTUAL: Role = "actual"
_SCHEDULED: Role = "scheduled"
_NEITHER: Role = ""

REASONS: dict[str, Says] = {
    "no-target": Says("the customer is not in the plan", "客户不在计划内"),
    "merged": Says("the customer was merged into another", "客户已合并"),
    "before": Says("before the cycle", "早于周期开始"),
    "after": Says("after the cycle", "晚于周期结束"),
    "window": Says("outside the cycle by its rule", "按规则不在周期内"),
    "closed": Says("after the plan was completed", "计划完成之后"),
    "state": Says("neither made nor scheduled: {state}", "既非实际也非安排：{state}"),
    "channel": Says("in no channel of the plan: {channel}", "不属于计划渠道：{channel}"),
    "no-goal": Says("the customer has no goal in this channel: {channel}", "该客户无此渠道目标：{channel}"),
    "territory": Says("another territory: {territory}", "其他辖区：{territory}"),
    "nowhere": Says("its territory is not known", "辖区未知"),
}
"""Why a call does not count, by a stable word."""


@frozen
class Verdict:
    """What the rules say of a call, whoever the customer is.

    Args:
        role: `actual`, `scheduled`, or nothing.
        channel: the id of its channel, or nothing.
        own: whether it is in the plan's territory.
        made: whether it was made, wherever and whenever.
        reason: why it is not the plan's own count; nothing where it is.
    """

    role: Role
    channel: str
    own: bool
    made: bool
    reason: NotCounted


_USUAL = ("channel", "state", "submitted", "territory")
_FACTS = ("days_ahead", "days_from_start", "days_to_end", "same_territory")


class _Facts:
    """A call as the rules see it: its own fields, and the facts that depend on plan and day."""

    __slots__ = ("_call", *_FACTS, *_USUAL)

    def __init__(self, call: CallLike, plan: CyclePlan, as_of: date) -> None:
        self._call, day = call, checked_day(call.day).toordinal()
        self.channel, self.state, self.submitted, self.territory = _usual(call)
        self.days_from_start = day - plan.start.toordinal()
        self.days_to_end = plan.end.toordinal() - day
        self.days_ahead = day - as_of.toordinal()
        self.same_territory = self.territory == plan.territory if self.territory else None

    def __getattr__(self, name: str) -> object:
        return getattr(self._call, name)


_usual = attrgetter(*_USUAL)


class _Asked:
    """One rule, asked once for each set of values that it reads."""

    def __init__(self, rule: Condition) -> None:
        self._rule, self._known = rule, dict[object, object]()
        self.names = sorted({of.name for of in fields_of(rule)})
        self._read = attrgetter(*self.names) if self.names else type

    def __call__(self, record: _Facts) -> object:
        try:
            key = self._read(record)
            return self._known[key]
        except KeyError:
            pass
        except TypeError:  # a field that cannot be a key
            return self._rule(record)
        found = self._known[key] = self._rule(record)
        return found


class Memory:
    """What rules have answered, shared by the plans that are counted together."""

    def __init__(self) -> None:
        self._rules: dict[Condition, _Asked] = {}

    def asked(self, rule: Condition) -> _Asked:
        """Return a rule that remembers its answers."""
        return self._rules.setdefault(rule, _Asked(rule))


class Judge:
    """The rules of one plan on one day; calls that look alike to all of them are judged once."""

    def __init__(self, plan: CyclePlan, as_of: date, counting: Counting, memory: Memory | None = None) -> None:
        self._plan, self._today = plan, as_of
        self._day, self._refuse = plan.counted_on(as_of), counting.future == "refuse"
        asked = (memory or Memory()).asked
        self._window, self._own = asked(counting.window), asked(counting.own)
        self._actual, self._scheduled = asked(counting.actual), asked(counting.scheduled)
        self._channels = [(one.id, asked(one.criteria)) for one in plan.channels]
        rules = [self._window, self._own, self._actual, self._scheduled, *(rule for _, rule in self._channels)]
        further = {name for rule in rules for name in rule.names}.difference(_FACTS, _USUAL)
        self._alike = attrgetter("day", *_USUAL, *sorted(further))
        self._known: dict[object, Verdict] = {}

    def __call__(self, call: CallLike) -> Verdict:
        """Judge a call.

        Raises:
            BadValue: a call without a field that a rule reads, or made on a day that has not come.
        """
        try:
            key = self._alike(call)
            found = self._known.get(key)
        except AttributeError as error:
            hint = f"a rule reads it: give every call a {error.name}"
            raise BadValue(f"the call has no {error.name}", hint=hint, code="followup.call") from None
        except TypeError:  # a field that cannot be a key
            return self._judge(call)
        if found is None:
            found = self._known[key] = self._judge(call)
        return found

    def _judge(self, call: CallLike) -> Verdict:
        record = _Facts(call, self._plan, self._day)
        made = self._actual(record) is True
        role = _ACTUAL if made else _SCHEDULED if self._scheduled(record) is True else _NEITHER
        channel = next((name for name, criteria in self._channels if criteria(record) is True), "")
        own = self._own(record)
        reason = self._outside(call.day, record) or self._content(role, channel)
        if made and not reason and self._refuse and call.day > self._today:
            hint = "correct its day, or count by date: counting=BY_DATE"
            raise BadValue("made on a day that has not come", hint=hint, code="followup.future")
        if not reason and own is not True:
            reason = "nowhere" if own is None else "territory"
        return Verdict(role, channel, own is True, made, reason)

    def _outside(self, day: date, record: _Facts) -> NotCounted:
        if self._window(record) is not True:
            return "before" if day < self._plan.start else "after" if day > self._plan.end else "window"
        return "closed" if self._plan.completed is not None and day > self._plan.completed else ""

    @staticmethod
    def _content(role: str, channel: str) -> NotCounted:
        return "state" if not role else "" if channel else "channel"
