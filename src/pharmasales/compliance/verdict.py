"""Verdicts (裁定): what a policy says about one action, why, and what would make it allowed.

The worst outcome of all clauses that matched wins, and every one of them is kept. A clause that cannot be decided
because a fact is missing counts as if it held. An override is a named person's decision against named clauses: it turns
their block into a warning, and stays in the verdict and in its record.

>>> from datetime import date
>>> from pharmasales.compliance.policies import CN_2020
>>> from pharmasales.compliance.actions import Action
>>> goal = Action("assign_goal", {"role": "medical_rep", "measure": "sales", "level": "hospital", "by": "m1"})
>>> verdict = CN_2020.check(goal, as_of=date(2026, 3, 1))
>>> verdict.outcome, verdict.rule, verdict.allowed
('block', 'goal-rep-sales', False)
>>> verdict.require()
Traceback (most recent call last):
    ...
pharmasales.errors.Blocked: a medical rep takes no sales goal @ assign_goal; give it to a business rep, or set a goal \
of activity, quality or knowledge [blocked.goal-rep-sales]

Source: E44; table P1-C, last line (an override needs a named approver, a reason, an audit).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from pharmasales.compliance.actions import Action
from pharmasales.compliance.clauses import Clause, Outcome, word_of
from pharmasales.compliance.override import Override
from pharmasales.display import Cell, Column, Lang, Says, Table, Why, because
from pharmasales.errors import BadValue, Blocked
from pharmasales.names import normal_id

if TYPE_CHECKING:
    from pharmasales.compliance.gate import Policy

__all__ = ["OUTCOMES", "Finding", "Verdict", "verdict_table"]

OUTCOMES = {"allow": Says("allow", "允许"), "warn": Says("warn", "提醒"), "block": Says("block", "禁止")}
"""The outcomes from mild to severe, in words."""

_RANK = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}


@frozen
class Finding:
    """One clause that matched an action, or that could not be decided.

    Args:
        clause: the clause.
        known: the facts that its test read, with their values.
        missing: the facts that it lacked; it was decided where there is none.
        decided: whether the facts answered its test.
        override: who let it pass, or nobody.
    """

    clause: Clause
    known: tuple[tuple[str, object], ...] = field(default=(), repr=False)
    missing: tuple[str, ...] = ()
    decided: bool = True
    override: Override | None = None

    @property
    def outcome(self) -> Outcome:
        """The clause's outcome; a block that somebody let pass is a warning."""
        return "warn" if self.override and self.clause.outcome == "block" else self.clause.outcome

    @property
    def settled(self) -> bool:
        """Whether nothing is open: the facts decided, or somebody let it pass."""
        return self.decided or self.override is not None

    @property
    def why(self) -> Why:
        """The clause's reason, with the facts that decided; or the facts that are missing."""
        reason = because("{why}", "{why}", *self._facts(), why=self.clause.why)
        if not self.decided:
            reason = _undecided(self.missing, reason)
        if self.override:
            en, zh = "let pass by {approver} against {rule}", "由 {approver} 特批放行，违反条款 {rule}"
            return because(en, zh, reason, approver=self.override.approver, rule=self.clause.id)
        return reason

    @property
    def cure(self) -> Says | None:
        """What would make it allowed; a fact that is missing has to be stated first."""
        return _state(self.missing) if self.missing else self.clause.cure

    def _facts(self) -> Iterable[Why]:
        for name, value in self.known:
            fact, shown = word_of(name, value)
            yield because("{fact}: {value}", "{fact}：{value}", fact=fact, value=shown)


def _undecided(missing: Iterable[str], *reasons: Why) -> Why:
    facts = _listed(missing)
    if not facts.en:
        return because("cannot be decided by the facts given", "现有事实无法判断", *reasons)
    return because("cannot be decided: missing {facts}", "无法判断：缺少{facts}", *reasons, facts=facts)


def _state(missing: Iterable[str]) -> Says:
    facts = _listed(missing)
    return Says(f"state {facts.en}", f"请说明{facts.zh}")


def _listed(names: Iterable[str]) -> Says:
    said = [word_of(name, None)[0] for name in dict.fromkeys(names)]
    return Says(", ".join(one.en for one in said), "".join(f"“{one.zh}”" for one in said))


def _severity(found: Finding) -> tuple[int, bool, str]:
    return (-_RANK[found.outcome], not found.settled, found.clause.id)


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=_severity))


@frozen(repr=False)
class Verdict:
    """What a policy says about one action on one day.

    Args:
        policy: the policy asked.
        action: the action.
        as_of: the day for which it was asked.
        matched: every clause that matched or could not be decided, the worst first.
    """

    policy: Policy
    action: Action
    as_of: date
    matched: tuple[Finding, ...] = field(default=(), converter=_sorted)

    def __repr__(self) -> str:
        return f"Verdict({self.outcome!r}, {self.action!r}, rule={self.rule!r}, policy={self.policy.title!r})"

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of all that matched; `allow` where nothing did."""
        return self.matched[0].outcome if self.matched else "allow"

    @property
    def allowed(self) -> bool:
        """Whether it may go on: a warning may."""
        return self.outcome != "block"

    @property
    def rule(self) -> str:
        """The id of the clause that decided, or ""."""
        return self.matched[0].clause.id if self.matched else ""

    @property
    def source(self) -> str:
        """Where the clause that decided comes from, or ""."""
        return self.matched[0].clause.source if self.matched else ""

    @property
    def cure(self) -> Says | None:
        """What would make it allowed, where it is not and something would; all missing facts at once."""
        if self.outcome == "allow":
            return None
        missing = self._missing()
        return _state(missing) if missing else self.matched[0].cure

    @property
    def overrides(self) -> tuple[Override, ...]:
        """The overrides that counted."""
        return tuple(found.override for found in self.matched if found.override)

    @property
    def why(self) -> Why:
        """The reason that decided, and below it the others; where facts are missing, all of them."""
        if not self.matched:
            return _free(self.policy)
        first, others = self.matched[0], [one for one in self.matched if one.settled and self._tells(one)]
        if not first.settled:
            peers = self._peers()
            reasons = [because("{why}", "{why}", why=one.clause.why) for one in peers]
            return _undecided(self._missing(), *reasons, *(one.why for one in others), *self._rest(len(peers)))
        head, *rest = (one.why for one in others)
        return Why(head.says, head.values, (*head.parts, *rest, *self._rest(0)))

    def _tells(self, found: Finding) -> bool:
        """Whether a clause belongs to the reason: what would allow a thing says nothing where it is blocked."""
        return found.outcome != "allow" or self.outcome == "allow"

    def _peers(self) -> list[Finding]:
        """Return the clauses as severe as the first that lack facts, where the first does."""
        return [one for one in self.matched if not one.settled and one.outcome == self.outcome]

    def _missing(self) -> list[str]:
        """Return the facts without which the verdict cannot be decided; none where a known fact decided it."""
        if not self.matched or self.matched[0].settled:
            return []
        return list(dict.fromkeys(name for one in self._peers() for name in one.missing))

    def _rest(self, told: int) -> Iterator[Why]:
        """Yield one line for the clauses that cannot be decided either, so that they hide nothing."""
        left = sum(not one.settled for one in self.matched) - told
        if left:
            en, zh = "clauses that cannot be decided either: {left}", "另有无法判断的条款：{left}"
            yield because(en, zh, left=left)

    def require(self) -> Verdict:
        """Return the verdict, or stop here.

        Raises:
            Blocked: it is blocked; the error bears the rule, the reason and the cure, and no fact.
        """
        if self.allowed:
            return self
        hint = self.cure.en if self.cure else ""
        raise Blocked(self.why.head(), rule=self.rule, where=self.action.name, hint=hint)

    def record(self, *, by: str, at: datetime) -> dict[str, object]:
        """Return the plain data that an audit entry keeps: rules, policy, overrides, and no fact of the action.

        Args:
            by: the stable id of who asked.
            at: the moment, with its zone.

        Raises:
            BadValue: a moment without a zone, or somebody else than the action names.
        """
        if not isinstance(at, datetime) or at.utcoffset() is None:
            raise BadValue("a moment has its zone", where="at", hint="give a zone-aware datetime", code="moment.zone")
        actor = normal_id(by, "by")
        if self.action.by and actor != self.action.by:
            raise BadValue("the action names another", where="by", hint="state the same id", code="override.actor")
        return {
            "action": self.action.name,
            "outcome": self.outcome,
            "rule": self.rule,
            "rules": [found.clause.id for found in self.matched],
            "missing": sorted({name for found in self.matched for name in found.missing}),
            "policy": self.policy.name,
            "version": self.policy.version,
            "fingerprint": self.policy.fingerprint,
            "as_of": self.as_of.isoformat(),
            "by": actor,
            "at": at.isoformat(),
            "overrides": [_kept(override) for override in self.overrides],
        }

    def table(self) -> Table:
        """Return every clause that matched, a row each."""
        rows = [
            (found.clause.id, OUTCOMES[found.outcome], found.why, found.clause.source, found.cure)
            for found in self.matched
        ]
        return Table("clauses", Says("Clauses that matched", "涉及条款"), _COLUMNS, rows)

    def html(self, lang: Lang = "en") -> str:
        """Return the verdict as a table of one row, escaped."""
        return verdict_table([self]).html(lang)

    def _repr_html_(self) -> str:
        return self.html()


def _free(policy: Policy) -> Why:
    if not policy.clauses:
        return because("policy {policy} allows everything", "政策 {policy} 不作任何限制", policy=policy.title)
    en, zh = "no clause of policy {policy} speaks against it", "政策 {policy} 没有条款反对此行为"
    return because(en, zh, policy=policy.title)


def _kept(override: Override) -> dict[str, object]:
    until = {"until": override.until.isoformat()} if override.until else {}
    return {"rule": override.rule, "approver": override.approver, "reason": override.reason, **until}


_COLUMNS = (
    Column("rule", "Rule", "条款"),
    Column("outcome", "Outcome", "结论"),
    Column("why", "Why", "原因", "why"),
    Column("source", "Source", "依据"),
    Column("cure", "What would make it allowed", "如何合规"),
)


def verdict_table(verdicts: Iterable[Verdict]) -> Table:
    """Return verdicts, a row each: action, outcome, rule, reason, source, cure, policy.

    >>> verdict_table([]).columns[0].title("zh")
    '行为'
    """
    columns = (Column("action", "Action", "行为"), *_COLUMNS, Column("policy", "Policy", "政策"))
    rows = [_row(verdict) for verdict in verdicts]
    return Table("verdicts", Says("Verdicts", "合规裁定"), columns, rows)


def _row(verdict: Verdict) -> tuple[Cell, ...]:
    done = verdict.action.kind
    outcome = OUTCOMES[verdict.outcome]
    title = verdict.policy.title
    return (Says(done.en, done.zh), verdict.rule, outcome, verdict.why, verdict.source, verdict.cure, title)
