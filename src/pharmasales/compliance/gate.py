"""The gate (合规闸口): a policy is asked whether an action may be done on a day, and answers with its reasons.

A policy is a frozen value: clauses, limits, a version and the days on which it holds. A clause whose test cannot be
answered, because a fact is missing, counts as if it held, so that silence never opens the gate.

>>> from pharmasales.compliance.actions import Action
>>> from pharmasales.compliance.policies import CN_2020
>>> quota = Action("assign_goal", {"role": "business_rep", "measure": "sales", "level": "hospital"})
>>> CN_2020.check(quota, as_of=date(2026, 3, 1)).why.text("zh")
'政策 CN-2020@1 没有条款反对此行为'
>>> verdict = CN_2020.check(Action("assign_goal", {"measure": "sales", "level": "hospital"}), as_of=date(2026, 3, 1))
>>> verdict.outcome, verdict.why.head(), verdict.cure.text()
('block', 'cannot be decided: missing role', 'state role')

Source: "Read first" 4-6; table P1-C; examples E44, E58.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from attrs import evolve, field, frozen

from pharmasales.compliance.actions import Action
from pharmasales.compliance.clauses import Clause, fact_of, record_of, spoken
from pharmasales.compliance.facts import LIMITS
from pharmasales.compliance.override import Override
from pharmasales.compliance.verdict import Finding, Verdict
from pharmasales.display import Says, Table
from pharmasales.errors import BadRule, NotFound
from pharmasales.names import nearest, normal_id, twins
from pharmasales.rules.book import changes, fingerprint_of, holds_on
from pharmasales.yearplan import checked_day

__all__ = ["Policy"]


def _name(text: str) -> str:
    return normal_id(text, "policy name")


def _version(text: str) -> str:
    return normal_id(text, "policy version")


def _limits(given: Mapping[str, int]) -> Mapping[str, int]:
    for name, value in given.items():
        if name not in LIMITS:
            raise BadRule("no such limit", where=f"limits.{name}", hint=nearest(name, LIMITS), code="policy.limit")
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            hint = "give 1 or more, or leave it out to allow nothing"
            raise BadRule("a limit is a whole number", where=f"limits.{name}", hint=hint, code="policy.limit")
    return dict(sorted(given.items()))


def _by_id(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """Put clauses in the order of their ids: no answer depends on the order in which they were written."""
    found = sorted(clauses, key=lambda clause: clause.id)
    for _, place in twins(clause.id for clause in found):
        raise BadRule("two clauses of one id", where=f"clause {found[place].id!r}", code="policy.twins")
    return tuple(found)


@frozen
class Policy:
    """What is allowed, warned of and blocked (合规政策): named, versioned, in force on some days.

    Args:
        name: whose policy it is, such as `CN-2026`.
        version: any text that the owner counts by.
        clauses: its clauses, each with an id of its own; their order does not matter.
        since: first day in force; always where left out.
        until: last day in force; for ever where left out.
        note: what it rests on, in both languages.
        limits: what it configures, by the names of `LIMITS`, each a whole number above zero.

    Raises:
        BadRule: two clauses of one id, an unknown limit, or a last day before the first.
        BadValue: a day in force that is no plain date.
    """

    name: str = field(converter=_name)
    version: str = field(converter=_version)
    clauses: tuple[Clause, ...] = field(converter=_by_id, repr=lambda clauses: f"<{len(clauses)} clauses>")
    since: date | None = None
    until: date | None = None
    note: Says = field(default=Says("", ""), converter=spoken, repr=False)
    limits: Mapping[str, int] = field(factory=dict, converter=_limits, hash=False)

    def __attrs_post_init__(self) -> None:
        for day in (self.since, self.until):
            if day is not None:
                checked_day(day)
        if self.since and self.until and self.until < self.since:
            raise BadRule("the last day is before the first", where=f"policy {self.name!r}", code="policy.days")

    @classmethod
    def from_toml(cls, text: str, bases: Iterable[Policy] = ()) -> Policy:
        r"""Read a policy; `base = "NAME"` lays it over one of the bases given.

        Raises:
            BadConfig: text that is no TOML, an unknown key, or a clause that cannot hold, with its path.

        >>> Policy.from_toml('name = "ours"\nversion = "1"').clauses
        ()
        """
        from pharmasales.compliance.data import read_policy
        from pharmasales.rules.book import read_toml

        return read_policy(read_toml(text), bases)

    @property
    def title(self) -> str:
        """Its name and version, as a result names it."""
        return f"{self.name}@{self.version}"

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day, both ends included."""
        return holds_on(self.since, self.until, day)

    def __getitem__(self, rule: str) -> Clause:
        for clause in self.clauses:
            if clause.id == rule:
                return clause
        hint = nearest(rule, [clause.id for clause in self.clauses]) if self.clauses else ""
        raise NotFound("no such clause in the policy", where=self.title, hint=hint, code="policy.rule")

    def check(self, action: Action, *, as_of: date, overrides: Iterable[Override] = ()) -> Verdict:
        """Say whether an action may be done on a day.

        Every clause about the action is asked; the worst outcome wins, and all that matched are kept.

        Args:
            action: what somebody wants to do.
            as_of: the day on which it is done; the last day of a licence is still valid.
            overrides: decisions against named clauses; each counts for its own clause alone.

        Raises:
            NotFound: the policy is not in force on that day, or an override names no clause of it.
            BadValue: no plain date, or an override by the one who acts.
        """
        day = checked_day(as_of)
        if not self.holds(day):
            hint = "ask one that is in force on that day"
            raise NotFound(f"policy {self.title} is not in force on {day}", where="as_of", hint=hint, code="policy.day")
        passes = {one.rule: one for one in overrides if self[one.rule] and one.counts(action, day)}
        record = record_of(action, day, self.limits)
        found = [_judged(clause, record) for clause in self._clauses.get(action.name, ())]
        kept = [evolve(one, override=passes.get(one.clause.id)) if passes else one for one in found if one]
        return Verdict(self, action, day, kept)

    @cached_property
    def _clauses(self) -> Mapping[str, list[Clause]]:
        by_action: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            by_action.setdefault(clause.action, []).append(clause)
        return by_action

    def over(self, base: Policy) -> Policy:
        """Return this policy laid over another: its clauses and limits replace those of the same name.

        The result holds on the days on which both do.

        >>> Policy("ours", "1", (), since=date(2026, 1, 1)).over(Policy("base", "1", (), until=date(2026, 6, 30))).until
        datetime.date(2026, 6, 30)

        Raises:
            BadRule: a clause that replaces one about another action, or no day on which both hold.
        """
        clauses = {clause.id: clause for clause in base.clauses}
        for clause in self.clauses:
            if clauses.setdefault(clause.id, clause).action != clause.action:
                hint = "give it an id of its own"
                where = f"clause {clause.id!r}"
                raise BadRule("replaces a clause about another action", where=where, hint=hint, code="policy.over")
            clauses[clause.id] = clause
        return evolve(
            self,
            clauses=clauses.values(),
            since=max((day for day in (self.since, base.since) if day), default=None),
            until=min((day for day in (self.until, base.until) if day), default=None),
            limits={**base.limits, **self.limits},
        )

    def data(self) -> dict[str, Any]:
        """Return the policy as plain data, every clause written out; `read_policy` reads it back."""
        from pharmasales.compliance.data import policy_data

        return policy_data(self)

    def toml(self) -> str:
        """Return the policy as TOML, every clause written out; `from_toml` reads it back."""
        from pharmasales.compliance.data import policy_toml

        return policy_toml(self)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the policy's data: the same policy gives the same fingerprint anywhere."""
        return fingerprint_of(self.data())

    def diff(self, later: Policy) -> Table:
        """Return what changed between two versions: path, old and new value, a row for each leaf that differs.

        >>> Policy("ours", "1", ()).diff(Policy("ours", "2", (), limits={"meal_limit": 200})).rows
        [('limits.meal_limit', None, '200'), ('version', '1', '2')]
        """
        return changes(self.data(), later.data())


def _judged(clause: Clause, record: Mapping[str, object]) -> Finding | None:
    """Ask one clause; one that allows counts only where its test holds."""
    holds = clause.when(record)
    if holds is False or (holds is None and clause.outcome == "allow"):
        return None
    known = tuple((name, record[name]) for name in clause.reads if record.get(name) is not None)
    lacking = [fact_of(name) for name in clause.reads if record.get(name) is None]
    missing = tuple(dict.fromkeys(lacking)) if holds is None else ()
    return Finding(clause, known, missing, decided=holds is True)
