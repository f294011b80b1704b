"""What a deviation case holds (偏差处理内容): the cause chosen, measures, changes of the plan, the end; each dated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.goals.agreeing.agreed_terms import State
from pharmasales.names import clean, normal_id, stated
from pharmasales.yearplan import checked_day

__all__ = ["CASE_STATES", "CaseEnd", "CaseState", "ChosenCause", "Countermeasure", "PlanChange", "said"]

CaseState: TypeAlias = Literal["found", "explained", "acting", "answered", "closed"]
"""How far a case has come."""

CASE_STATES: Mapping[str, Says] = MappingProxyType(
    {
        "found": Says("found, no cause yet", "已发现，未定原因"),
        "explained": Says("cause known, nothing done yet", "原因已明，未应对"),
        "acting": Says("something is being done", "应对中"),
        "answered": Says("all done, to be closed", "已应对，待结案"),
        "closed": Says("closed", "已结案"),
    }
)
"""The states of a case, in both languages."""

_PENDING = ("draft", "proposed", "accepted", "approved")


def said(text: str, where: str) -> str:
    """Let a text pass that says something.

    >>> said(" ", "evidence")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: nothing said @ evidence; say it in a few words [variance.text]

    Raises:
        BadValue: an empty text, or a refused character.
    """
    return stated(text, where, "variance.text")


def _evidence(given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):
        raise BadValue("one text where a list is due", where="evidence", hint="write [text]", code="variance.text")
    texts = tuple(said(text, "evidence") for text in given)
    if not texts:
        raise BadValue("a cause without evidence", where="evidence", hint="say what shows it", code="variance.text")
    return texts


def _what(text: str) -> str:
    return said(text, "what")


def _outcome(text: str) -> str:
    return said(text, "outcome")


@frozen
class ChosenCause:
    """The cause that was chosen, and what shows it (所选原因).

    Args:
        cause: its key in the list.
        evidence: what shows it, in a person's words; one or more.
        by: the id of who chose it.
        on: when.
    """

    cause: str
    evidence: tuple[str, ...] = field(converter=_evidence, repr=False)
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)


@frozen
class Countermeasure:
    """A measure against a cause (应对措施).

    Args:
        what: what is done, in a person's words.
        owner: the id of who does it.
        due: the last day.
        by: the id of who set it.
        on: when.
        done_on: when it was done; none while it is open.
        done_by: the id of who reported it as done; "" while it is open.
        result: what came of it, in a person's words.
    """

    what: str = field(converter=_what, repr=False)
    owner: str = field(converter=normal_id)
    due: date = field(converter=checked_day)
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    done_on: date | None = None
    done_by: str = ""
    result: str = field(default="", converter=clean, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.due < self.on:
            raise BadValue("due before it is set", where="due", hint="give a later day", code="variance.day")

    def open_on(self, day: date) -> bool:
        """Whether it is set and not done by the end of a day."""
        return self.on <= day and (self.done_on is None or self.done_on > day)


@frozen
class PlanChange:
    """A change of a goal or budget on its way (目标调整): a new version of its agreement, which needs both consents.

    Args:
        goal: the id of the goal.
        version: the number of the new version.
        on: when it was asked for.
        answer_by: the last day for an answer.
        states: what became of the version, and from when on, the last one last.
    """

    goal: str
    version: int
    on: date
    answer_by: date | None
    states: tuple[tuple[date, State], ...]

    def state_on(self, day: date) -> State | None:
        """Return what it is at the end of a day, as far as the case was told; none before it was asked for."""
        known = [state for since, state in self.states if since <= day]
        return known[-1] if known else None

    def open_on(self, day: date) -> bool:
        """Whether it waits for somebody at the end of a day."""
        return self.state_on(day) in _PENDING


@frozen
class CaseEnd:
    """How a case ended (结案).

    Args:
        outcome: what came of it, in a person's words.
        by: the id of who closed it.
        on: when.
    """

    outcome: str = field(converter=_outcome, repr=False)
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
