"""Coverage and rights of a workspace (覆盖与代理权): who is known, who answers where, what collides, what ends when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import evolve, field, frozen

from pharmasales.display import Says, Table
from pharmasales.recruitment.rights import (
    AgentGaps,
    AgentNetwork,
    ClauseCheck,
    CoverageMap,
    Fulfilment,
    MarketSpace,
    Renewals,
    RightConflicts,
    TermProposal,
    agent_gaps,
    agent_network,
    agreement_fulfilment,
    check_clauses,
    coverage_map,
    market_space,
    next_term,
    proposal_table,
    renewal_reminders,
    right_conflicts,
)
from pharmasales.units import Unit
from pharmasales.workdays import Calendar
from pharmasales.workspace.agents.book import AgentBook
from pharmasales.workspace.agents.settings import AgentsSettings

__all__ = ["CoverResults", "cover_results"]


@frozen
class CoverResults:
    """What areas, rights and agreements show as of a day. Made by `cover_results`.

    Args:
        known: the top agents of every prefecture, known or not.
        space: every target hospital and product, and who answers for it.
        map: prefectures by products.
        network: the network of each product, and how complete each level is.
        conflicts: rights that cannot stand together.
        renewals: the rights that end.
        proposals: a term for each right whose renewal is due.
        fulfilment: what agreements promise against what came.
        clauses: the protective clauses of suppliers.
        notes: what is missing, and why.
    """

    known: AgentGaps | None = None
    space: MarketSpace | None = None
    map: CoverageMap | None = None
    network: AgentNetwork | None = None
    conflicts: RightConflicts | None = None
    renewals: Renewals | None = None
    proposals: tuple[TermProposal, ...] = field(default=(), repr=False)
    fulfilment: Fulfilment | None = None
    clauses: ClauseCheck | None = None
    notes: tuple[Says, ...] = field(default=(), repr=False)

    def tables(self) -> Iterator[Table]:
        """Yield the tables of what is there."""
        if self.known is not None:
            yield self.known.table()
            yield self.known.gaps_table()
        if self.map is not None:
            yield self.map.table()
            yield self.map.reasons()
            yield self.map.by_product()
        if self.space is not None:
            yield self.space.table()
            yield self.space.gaps_table()
        if self.network is not None:
            yield self.network.table()
            yield self.network.by_level()
        if self.conflicts is not None:
            yield self.conflicts.table()
        if self.renewals is not None:
            yield self.renewals.table()
            yield self.proposed()
        if self.fulfilment is not None:
            yield self.fulfilment.table()
            yield self.fulfilment.by_agreement()
        if self.clauses is not None:
            yield self.clauses.table()
            yield self.clauses.lacking_table()

    def proposed(self) -> Table:
        """Return the proposed terms (合作条件建议)."""
        return proposal_table(list(self.proposals))


def cover_results(
    book: AgentBook, calendar: Calendar, settings: AgentsSettings, points: Mapping[str, Decimal], money: Unit
) -> CoverResults:
    """Ask the room of rights about everything that the tables allow.

    Args:
        book: what the tables say.
        calendar: the working days.
        settings: what the company decides of recruitment.
        points: the points of each agent that is graded, for the terms.
        money: the unit of amounts.

    Raises:
        NotComparable: amounts of several units.
    """
    notes: list[Says] = []
    found = _covered(book, settings, notes)
    if book.rights:
        before = settings.renewal_notice
        renewals = renewal_reminders(book.rights, as_of=book.as_of, calendar=calendar, before=before)
        proposals = tuple(
            next_term(
                row.right,
                row.ends,
                book.commitments,
                as_of=book.as_of,
                score=points.get(row.right.agent),
                money=money,
            )
            for row in renewals.due
        )
        found = evolve(found, renewals=renewals, proposals=proposals)
    if book.commitments:
        found = evolve(found, fulfilment=agreement_fulfilment(book.commitments, book.performed, as_of=book.as_of))
        if book.billed:
            en = f"invoices stand for what came under {', '.join(book.billed)}: nobody counted it by hand"
            notes.append(Says(en, f"{'、'.join(book.billed)} 未填实绩，以开票金额代替"))
    elif book.rights:
        notes.append(Says("no table of commitments: no fulfilment", "无协议任务表：无履约分析"))
    if book.suppliers:
        found = evolve(found, clauses=check_clauses(book.suppliers, as_of=book.as_of))
    return evolve(found, notes=tuple(notes))


def _covered(book: AgentBook, settings: AgentsSettings, notes: list[Says]) -> CoverResults:
    if "areas" not in book.tables:
        notes.append(Says("no table of areas: no coverage map, no white space", "无区域表：无覆盖图及空白分析"))
        return CoverResults()
    known = None
    if book.market:
        known = agent_gaps(book.market, book.agents, book.areas, top=settings.top)
        if known.unplaced:
            en = f"agents of market_agents under no prefecture of the tree: {len(known.unplaced)}; nowhere counted"
            notes.append(Says(en, f"名单中 {len(known.unplaced)} 家代理商不在任何地市：未计入"))
    else:
        en = "no table of market_agents: nobody can say which of the top agents are known"
        notes.append(Says(en, "无地市代理商名单：无法判断前列代理商掌握情况"))
    if "agent_rights" not in book.tables:
        en = "no table of agent_rights: no coverage map, no white space"
        notes.append(Says(en, "无代理权表：无覆盖图及空白分析"))
        return CoverResults(known=known)
    products = book.products or tuple(dict.fromkeys(one.product for one in book.rights))
    day = book.as_of
    return CoverResults(
        known=known,
        space=market_space(book.areas, products, book.rights, as_of=day),
        map=coverage_map(book.areas, products, book.rights, as_of=day, soon=settings.ends_soon),
        network=agent_network(book.rights, book.areas, as_of=day),
        conflicts=right_conflicts(book.rights, book.areas, as_of=day),
    )
