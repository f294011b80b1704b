"""The compliance gate at the door of the archive: each source and each field is asked about once (合规准入).

>>> from datetime import UTC
>>> from pharmasales.compliance import CN_2026
>>> stamp = Stamp(date(2026, 1, 5), datetime(2026, 1, 5, tzinfo=UTC), "u1", "list of 2026")
>>> door = Gatekeeper(CN_2026, {"about": "company"}, stamp)
>>> door.source("tender"), door.source("bought_list").code
(None, 'blocked.lead-bought-list')
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from attrs import field, frozen

from pharmasales.compliance.actions import Action
from pharmasales.compliance.gate import Policy
from pharmasales.compliance.override import Override
from pharmasales.compliance.verdict import Verdict
from pharmasales.display import Says
from pharmasales.errors import Blocked, PharmaSalesError
from pharmasales.workspace.amending import keeping

__all__ = ["Gatekeeper", "Stamp"]


@frozen
class Stamp:
    """Who writes what is taken in, when, why, and since when it is true.

    Args:
        since: the first day on which the rows are true.
        at: the moment of writing, zone-aware.
        by: the id of who writes.
        why: the reason, without personal values.
        overrides: what somebody named lets pass although the compliance gate blocks it (特批).
    """

    since: date
    at: datetime
    by: str
    why: str
    overrides: tuple[Override, ...] = ()


@frozen
class Gatekeeper:
    """Asks the gate for all rows of a file.

    Args:
        policy: the one in force at the moment of writing: rows that were true long ago are collected now.
        facts: what is known of where the customers come from.
        stamp: who writes, and what somebody lets pass.
        passed: the verdicts that an override turned.
    """

    policy: Policy
    facts: Mapping[str, object]
    stamp: Stamp
    passed: list[Verdict] = field(factory=list, init=False)
    _sources: dict[str, PharmaSalesError | None] = field(factory=dict, init=False)
    _fields: dict[str, Says | None] = field(factory=dict, init=False)

    def source(self, source: str) -> PharmaSalesError | None:
        """Return why a customer may not come from this source, or nothing where it may."""
        if source not in self._sources:
            try:
                self._sources[source] = self._asked(source)
            except PharmaSalesError as error:
                error.where = "source"
                self._sources[source] = error
        return self._sources[source]

    def _asked(self, source: str) -> PharmaSalesError | None:
        action = Action("take_lead", {**self.facts, "source": source, "by": self.stamp.by})
        verdict = self.policy.check(action, as_of=self.stamp.at.date(), overrides=self.stamp.overrides)
        if verdict.overrides:
            self.passed.append(verdict)
        return None if verdict.allowed else _blocked(verdict)

    def batch(self, persons: int) -> Says | None:
        """Return what the policy warns of where so many records about persons come in at once (S000-14)."""
        facts = {"records": persons, "record_kind": "ordinary", "work_related": False, "gain": 0, "profit": 0}
        verdict = self.policy.check(Action("take_batch", facts), as_of=self.stamp.at.date())
        if verdict.outcome == "allow":
            return None
        rule = f"{verdict.policy.title} {verdict.rule}"
        return Says(f"{verdict.why.head()} ({rule})", f"{verdict.why.head('zh')}（{rule}）")

    def field(self, name: str) -> Says | None:
        """Return why a field of a person's file may not be kept, or nothing where it may."""
        if name not in self._fields:
            verdict = keeping(self.policy, name, self.stamp.at.date())
            self._fields[name] = None if verdict.allowed else Says(verdict.why.head(), verdict.why.head("zh"))
        return self._fields[name]


def _blocked(verdict: Verdict) -> Blocked:
    """Return the refusal of a source in both languages, with the rule that decided."""
    hint = f"{verdict.cure.en} {verdict.cure.zh}" if verdict.cure else ""
    reason = f"{verdict.why.head()} {verdict.why.head('zh')}"
    return Blocked(reason, rule=verdict.rule, where="source", hint=hint)
