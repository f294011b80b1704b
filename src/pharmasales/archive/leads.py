"""Leads (线索): where the files of customers come from, and the gate that each passes before it counts.

A lead from a source that the policy blocks goes into quarantine (隔离) with its verdict and counts nowhere; one that
the policy warns of is accepted and flagged.

>>> from pharmasales.compliance.clauses import Clause
>>> from pharmasales.rules import Field
>>> bought = Clause(
...     "bought", "take_lead", Field("source").equals("bought_list"), "block", Says("bought", "购买"), "S000-14"
... )
>>> policy = Policy("example", "1", [bought])
>>> day = date(2026, 3, 1)
>>> leads = [Lead("L1", "agent", "referral", day), Lead("L2", "agent", "bought_list", day)]
>>> admission = admit(leads, policy, as_of=day)
>>> admission.accepted, [judged.verdict.rule for judged in admission.quarantined]
((Lead('L1'),), ['bought'])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import field, frozen

from pharmasales.archive.customers import Archive
from pharmasales.compliance.actions import Action
from pharmasales.compliance.gate import Policy
from pharmasales.compliance.override import Override
from pharmasales.compliance.sources import SOURCES
from pharmasales.compliance.verdict import OUTCOMES, Verdict
from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.names import clean, normal_id, twins
from pharmasales.units import Amount

__all__ = ["Admission", "Judged", "Lead", "admit", "admitted", "source_name"]

_NO_OVERRIDES: Mapping[str, Sequence[Override]] = {}


def _id(text: str) -> str:
    return normal_id(text, "lead")


def _customer(text: str) -> str:
    return normal_id(text, "lead") if text else ""


@frozen(repr=False)
class Lead:
    """One lead: somebody who may become a customer, and where we have it from.

    Args:
        id: its stable id.
        kind: what it would be, such as `agent` or `doctor`.
        source: the key of its source, one of `SOURCES`; "" where nobody knows, which no policy on sources lets pass.
        on: the day on which it came.
        facts: what the policy judges it by, such as `{"about": "person", "person_told": True}`; `by` is who took it.
        region: where it is, a region's or division's code, or "".
        campaign: what brought it, or "".
        cost: what was spent on it, or missing.
        customer: the id of the customer that it opened; its own where left out.

    Raises:
        BadValue: an empty id, or facts that name a source of their own.
    """

    id: str = field(converter=_id)
    kind: str = field(converter=clean)
    source: str = field(converter=clean)
    on: date
    facts: Mapping[str, object] = field(factory=dict, hash=False)
    region: str = field(default="", converter=clean)
    campaign: str = field(default="", converter=clean)
    cost: Amount | None = None
    customer: str = field(default="", converter=_customer)

    def __attrs_post_init__(self) -> None:
        if "source" in self.facts:
            hint = "leave it out of the facts"
            raise BadValue("the source is named twice", where=f"lead {self.id!r}", hint=hint, code="leads.source")
        if self.cost is not None and self.cost.minor < 0:
            raise BadValue("a cost below zero", where=f"lead {self.id!r}", code="leads.cost")
        if not self.customer:
            object.__setattr__(self, "customer", self.id)

    def __repr__(self) -> str:
        return f"Lead({self.id!r})"

    def action(self) -> Action:
        """Return what the policy is asked about: taking this lead.

        >>> Lead("L1", "agent", "tender", date(2026, 3, 1), {"about": "company"}).action()
        Action('take_lead': about, source)

        Raises:
            BadValue: an unknown fact, or a value that it does not take.
        """
        return Action("take_lead", {**self.facts, **({"source": self.source} if self.source else {})})


@frozen
class Judged:
    """A lead and what the policy said of it."""

    lead: Lead
    verdict: Verdict


@frozen(repr=False)
class Admission:
    """What became of some leads, in the order given: those accepted and those in quarantine are all of them.

    Args:
        judged: every lead with its verdict.
    """

    judged: tuple[Judged, ...]

    def __repr__(self) -> str:
        return f"Admission({len(self.accepted)} accepted, {len(self.quarantined)} in quarantine)"

    @property
    def accepted(self) -> tuple[Lead, ...]:
        """The leads that count."""
        return tuple(one.lead for one in self.judged if one.verdict.allowed)

    @property
    def flagged(self) -> tuple[Judged, ...]:
        """The accepted ones that the policy warns of, those that somebody let pass among them."""
        return tuple(one for one in self.judged if one.verdict.outcome == "warn")

    @property
    def quarantined(self) -> tuple[Judged, ...]:
        """The leads that count nowhere, each with the verdict that blocks it."""
        return tuple(one for one in self.judged if not one.verdict.allowed)

    @property
    def barred(self) -> frozenset[str]:
        """The ids of the customers that rest on leads in quarantine alone."""
        return frozenset(one.lead.customer for one in self.quarantined) - {lead.customer for lead in self.accepted}

    def table(self) -> Table:
        """Return one row a lead: source, outcome, rule, reason, what would cure it, who let it pass."""
        columns = (
            Column("lead", "Lead", "线索"),
            Column("source", "Source", "来源"),
            Column("outcome", "Outcome", "结论"),
            Column("rule", "Rule", "条款"),
            Column("why", "Why", "原因", "why"),
            Column("cure", "What would make it allowed", "如何合规"),
            Column("approver", "Let pass by", "特批人"),
        )
        rows = [_admission_row(one.lead, one.verdict) for one in self.judged]
        return Table("admission", Says("Leads at the gate", "线索合规审核"), columns, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def _admission_row(lead: Lead, verdict: Verdict) -> tuple[Cell, ...]:
    approvers = ", ".join(override.approver for override in verdict.overrides)
    outcome = OUTCOMES[verdict.outcome]
    return (lead.id, source_name(lead.source), outcome, verdict.rule, verdict.why, verdict.cure, approvers)


def source_name(key: str) -> Cell:
    """Return the name of a lead source in both languages, or the key of one that nobody knows.

    >>> source_name("referral")
    Says(en='referral', zh='客户、朋友介绍')
    """
    known = SOURCES.get(key)
    return Says(known.en, known.zh) if known else key


def admit(
    leads: Iterable[Lead],
    policy: Policy,
    *,
    as_of: date,
    overrides: Mapping[str, Sequence[Override]] = _NO_OVERRIDES,
) -> Admission:
    """Ask the policy about each lead: accepted, or in quarantine with the verdict (P1-C).

    Args:
        leads: the leads.
        policy: the policy in force.
        as_of: the day of asking.
        overrides: decisions of a named approver, by lead; a lead let pass is accepted and flagged, and its verdict
            keeps the decision.

    Source: S000-5..15, S000-16, P1-C. Raises:
        BadRows: twin ids, and facts that no policy knows: all of them at once.
        BadValue: an override by the one who took the lead, or where nobody says who that is.
        NotFound: the policy is not in force, an override for no lead here, or against no clause of the policy.
    """
    given = list(leads)
    actions = _actions(given)
    for lead in overrides:
        if lead not in actions:
            raise NotFound("an override for no lead here", where=f"lead {lead!r}", code="leads.override")
    return Admission(
        tuple(
            Judged(lead, policy.check(actions[lead.id], as_of=as_of, overrides=overrides.get(lead.id, ())))
            for lead in given
        )
    )


def _actions(leads: Sequence[Lead]) -> dict[str, Action]:
    bad: list[PharmaSalesError] = [
        BadValue(
            f"twin ids in rows {first + 1} and {second + 1}", where=f"lead {leads[second].id!r}", code="leads.twins"
        )
        for first, second in twins(lead.id for lead in leads)
    ]
    actions: dict[str, Action] = {}
    for lead in leads:
        try:
            actions[lead.id] = lead.action()
        except PharmaSalesError as error:
            bad.append(error.at(f"lead {lead.id!r}"))
    if bad:
        raise BadRows("the leads cannot be judged", bad)
    return actions


def admitted(archive: Archive, admission: Admission) -> Archive:
    """Return the archive without the customers that rest on leads in quarantine alone, for every figure that counts.

    >>> from pharmasales.archive import Customer
    >>> from pharmasales.compliance.policies import NONE
    >>> archive = Archive.of([Customer("L1", "Example Agent", "agent")])
    >>> admitted(archive, admit([Lead("L1", "agent", "referral", date(2026, 3, 1))], NONE, as_of=date(2026, 3, 1)))
    Archive(1 customers)

    Source: P1-C: leads from blocked sources never enter a figure.
    """
    barred = admission.barred
    return Archive({customer.id: customer for customer in archive if customer.id not in barred})
