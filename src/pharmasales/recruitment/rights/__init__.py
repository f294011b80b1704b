"""Agents' rights (代理权): who is known, who answers where, what collides, what was promised, what ends when.

`Areas` is the tree province > prefecture > county with the target hospitals; an `AgentRight` keeps its renewals as
versions. `agent_gaps`, `market_space`, `agent_network` and `coverage_map` show coverage, `right_conflicts` what cannot
stand together; `check_clauses`, `agreement_fulfilment`, `renewal_reminders` and `propose_term` keep the agreements.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.recruitment.rights.areas import AreaLevel, Areas
    from pharmasales.recruitment.rights.cells import CellState, MarketSpace, OwnedCell, market_space
    from pharmasales.recruitment.rights.commitments import Commitment, Performed
    from pharmasales.recruitment.rights.conflicting import (
        CONFLICTS,
        ConflictKind,
        RightConflict,
        RightConflicts,
        right_conflicts,
    )
    from pharmasales.recruitment.rights.fulfilling import (
        Fulfilment,
        FulfilmentLine,
        FulfilmentTotal,
        agreement_fulfilment,
    )
    from pharmasales.recruitment.rights.fulfilment_why import FulfilmentState
    from pharmasales.recruitment.rights.granted import AgentRight
    from pharmasales.recruitment.rights.knowing import AgentGap, AgentGaps, KnownState, agent_gaps
    from pharmasales.recruitment.rights.mapping import CoverageMap, CoverageMark, MapCell, coverage_map
    from pharmasales.recruitment.rights.networking import AgentNetwork, LevelCoverage, NetworkRow, agent_network
    from pharmasales.recruitment.rights.proposing import (
        TERM_RULES,
        TermProposal,
        next_term,
        proposal_table,
        propose_term,
    )
    from pharmasales.recruitment.rights.protecting import ClauseCheck, ClauseRow, ClauseState, check_clauses
    from pharmasales.recruitment.rights.records import (
        commitment_data,
        commitment_from,
        performed_data,
        performed_from,
        right_data,
        right_from,
    )
    from pharmasales.recruitment.rights.renewing import Renewal, Renewals, RenewalState, renewal_reminders
    from pharmasales.recruitment.rights.versions import (
        NETWORK_LEVELS,
        NetworkLevel,
        RightSpan,
        RightVersion,
        VersionKind,
    )

__all__ = [
    "CONFLICTS",
    "NETWORK_LEVELS",
    "TERM_RULES",
    "AgentGap",
    "AgentGaps",
    "AgentNetwork",
    "AgentRight",
    "AreaLevel",
    "Areas",
    "CellState",
    "ClauseCheck",
    "ClauseRow",
    "ClauseState",
    "Commitment",
    "ConflictKind",
    "CoverageMap",
    "CoverageMark",
    "Fulfilment",
    "FulfilmentLine",
    "FulfilmentState",
    "FulfilmentTotal",
    "KnownState",
    "LevelCoverage",
    "MapCell",
    "MarketSpace",
    "NetworkLevel",
    "NetworkRow",
    "OwnedCell",
    "Performed",
    "Renewal",
    "RenewalState",
    "Renewals",
    "RightConflict",
    "RightConflicts",
    "RightSpan",
    "RightVersion",
    "TermProposal",
    "VersionKind",
    "agent_gaps",
    "agent_network",
    "agreement_fulfilment",
    "check_clauses",
    "commitment_data",
    "commitment_from",
    "coverage_map",
    "market_space",
    "next_term",
    "performed_data",
    "performed_from",
    "proposal_table",
    "propose_term",
    "renewal_reminders",
    "right_conflicts",
    "right_data",
    "right_from",
]

_MODULES = {
    "areas": "AreaLevel Areas",
    "versions": "NETWORK_LEVELS NetworkLevel RightSpan RightVersion VersionKind",
    "granted": "AgentRight",
    "conflicting": "CONFLICTS ConflictKind RightConflict RightConflicts right_conflicts",
    "cells": "CellState MarketSpace OwnedCell market_space",
    "mapping": "CoverageMap CoverageMark MapCell coverage_map",
    "networking": "AgentNetwork LevelCoverage NetworkRow agent_network",
    "knowing": "AgentGap AgentGaps KnownState agent_gaps",
    "protecting": "ClauseCheck ClauseRow ClauseState check_clauses",
    "commitments": "Commitment Performed",
    "fulfilment_why": "FulfilmentState",
    "fulfilling": "Fulfilment FulfilmentLine FulfilmentTotal agreement_fulfilment",
    "renewing": "Renewal RenewalState Renewals renewal_reminders",
    "proposing": "TERM_RULES TermProposal next_term proposal_table propose_term",
    "records": "commitment_data commitment_from performed_data performed_from right_data right_from",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
