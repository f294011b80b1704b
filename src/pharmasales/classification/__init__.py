"""Classification (客户分级): potential, schemes whose letters mean something only inside themselves, and their review.

The trade's words, in the order of the work:

- potential (潜力): `ESTIMATORS`, `reconcile`, `sensitivity`, `growth_gaps`; the market: `INDICES`, `seasonal_index`;
- schemes (分级方案): `METHODS` has the ready-made ones with what they read, their cut points, sources and limits;
  `classify` fits a rule where it needs a population, then grades;
- cut points (分界点): given, fitted by share, by rank or `ByCapacity`; `compare_cuts`, `cut_sensitivity`, `near_cuts`;
- review (复评): `transitions`, `hold` (a customer at a cut does not flap), `override`, `population_shift`;
- shares and coverage: `share_out`, `class_coverage`, `agent_coverage`, `white_space`.

A scheme's rule is written in `pharmasales.rules`.
"""

from typing import TYPE_CHECKING

from pharmasales.classification.classify import Classification, Graded, classify, letters_of
from pharmasales.classification.grade import Grade, Scheme
from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.classification.agents import agent, dealer_stage
    from pharmasales.classification.allocation import Allocation, share_out
    from pharmasales.classification.capacity import ByCapacity, CapacityFit, ClassVisits
    from pharmasales.classification.catalogue import METHODS, SCHEMES, method, methods_table
    from pharmasales.classification.coverage import ClassCoverage, class_coverage
    from pharmasales.classification.cutting import CutChanges, compare_cuts, evidence_for
    from pharmasales.classification.doctor_marks import doctor_value, influence_of, three_p
    from pharmasales.classification.doctors import doctor_matrix, nine_grid, zone
    from pharmasales.classification.estimators import ESTIMATORS, expected_sales, priced
    from pharmasales.classification.gaps import Gaps, growth_gaps
    from pharmasales.classification.hospitals import hospital, market_product, tier_of
    from pharmasales.classification.hysteresis import Hysteresis, hold
    from pharmasales.classification.indices import INDICES, MARKET
    from pharmasales.classification.inputs import Input
    from pharmasales.classification.kept_cuts import cuts_data, read_cuts
    from pharmasales.classification.known_agents import AgentCoverage, MarketAgent, agent_coverage
    from pharmasales.classification.lists import best, worst
    from pharmasales.classification.market_cells import WhiteSpace, white_space
    from pharmasales.classification.market_index import MarketIndex, index_table
    from pharmasales.classification.methods import CutPoint, Method
    from pharmasales.classification.overrides import GradeOverride, Overrides
    from pharmasales.classification.overriding import Overridden, override
    from pharmasales.classification.potential import Conversion, Estimate, Estimates, Estimator, estimate_all
    from pharmasales.classification.reads import Reads
    from pharmasales.classification.reconciled import Reconciled
    from pharmasales.classification.reconciliation import reconcile
    from pharmasales.classification.relations import moves, relation_stage, retention
    from pharmasales.classification.review import Transitions, transitions
    from pharmasales.classification.seasonal import SeasonalIndex, seasonal_index
    from pharmasales.classification.settled import Settled, own_answers, settled_table
    from pharmasales.classification.shift import PopulationShift, population_shift
    from pharmasales.classification.shortlist import Shortlist
    from pharmasales.classification.stability import CutSensitivity, Nearness, cut_sensitivity, near_cuts
    from pharmasales.classification.swings import Plausible, Sensitivity, sensitivity
    from pharmasales.classification.volume import abc, decile, decile_volume, vip

__all__ = [
    "ESTIMATORS",
    "INDICES",
    "MARKET",
    "METHODS",
    "SCHEMES",
    "AgentCoverage",
    "Allocation",
    "ByCapacity",
    "CapacityFit",
    "ClassCoverage",
    "ClassVisits",
    "Classification",
    "Conversion",
    "CutChanges",
    "CutPoint",
    "CutSensitivity",
    "Estimate",
    "Estimates",
    "Estimator",
    "Gaps",
    "Grade",
    "GradeOverride",
    "Graded",
    "Hysteresis",
    "Input",
    "MarketAgent",
    "MarketIndex",
    "Method",
    "Nearness",
    "Overridden",
    "Overrides",
    "Plausible",
    "PopulationShift",
    "Reads",
    "Reconciled",
    "Scheme",
    "SeasonalIndex",
    "Sensitivity",
    "Settled",
    "Shortlist",
    "Transitions",
    "WhiteSpace",
    "abc",
    "agent",
    "agent_coverage",
    "best",
    "class_coverage",
    "classify",
    "compare_cuts",
    "cut_sensitivity",
    "cuts_data",
    "dealer_stage",
    "decile",
    "decile_volume",
    "doctor_matrix",
    "doctor_value",
    "estimate_all",
    "evidence_for",
    "expected_sales",
    "growth_gaps",
    "hold",
    "hospital",
    "index_table",
    "influence_of",
    "letters_of",
    "market_product",
    "method",
    "methods_table",
    "moves",
    "near_cuts",
    "nine_grid",
    "override",
    "own_answers",
    "population_shift",
    "priced",
    "read_cuts",
    "reconcile",
    "relation_stage",
    "retention",
    "seasonal_index",
    "sensitivity",
    "settled_table",
    "share_out",
    "three_p",
    "tier_of",
    "transitions",
    "vip",
    "white_space",
    "worst",
    "zone",
]

# `classify` and `grade` are loaded at once: a name that is asked for on demand may not be that of its module.
_MODULES = {
    "agents": "agent dealer_stage",
    "allocation": "Allocation share_out",
    "capacity": "ByCapacity CapacityFit ClassVisits",
    "catalogue": "METHODS SCHEMES method methods_table",
    "coverage": "ClassCoverage class_coverage",
    "cutting": "CutChanges compare_cuts evidence_for",
    "doctor_marks": "doctor_value influence_of three_p",
    "doctors": "doctor_matrix nine_grid zone",
    "estimators": "ESTIMATORS expected_sales priced",
    "gaps": "Gaps growth_gaps",
    "hospitals": "hospital market_product tier_of",
    "hysteresis": "Hysteresis hold",
    "indices": "INDICES MARKET",
    "inputs": "Input",
    "kept_cuts": "cuts_data read_cuts",
    "known_agents": "AgentCoverage MarketAgent agent_coverage",
    "lists": "best worst",
    "market_cells": "WhiteSpace white_space",
    "market_index": "MarketIndex index_table",
    "methods": "CutPoint Method",
    "overrides": "GradeOverride Overrides",
    "overriding": "Overridden override",
    "potential": "Conversion Estimate Estimates Estimator estimate_all",
    "reads": "Reads",
    "reconciled": "Reconciled",
    "reconciliation": "reconcile",
    "relations": "moves relation_stage retention",
    "review": "Transitions transitions",
    "seasonal": "SeasonalIndex seasonal_index",
    "settled": "Settled own_answers settled_table",
    "shift": "PopulationShift population_shift",
    "shortlist": "Shortlist",
    "stability": "CutSensitivity Nearness cut_sensitivity near_cuts",
    "swings": "Plausible Sensitivity sensitivity",
    "volume": "abc decile decile_volume vip",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
