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
    from pharmasales.classification.capacity import ByCapacity, CapacityFit, ClassVisits
    from pharmasales.classification.coverage.allocation import Allocation, share_out
    from pharmasales.classification.coverage.by_class import ClassCoverage, class_coverage
    from pharmasales.classification.coverage.known_agents import AgentCoverage, MarketAgent, agent_coverage
    from pharmasales.classification.coverage.market_cells import WhiteSpace, white_space
    from pharmasales.classification.cutting import CutChanges, compare_cuts, evidence_for
    from pharmasales.classification.kept_cuts import cuts_data, read_cuts
    from pharmasales.classification.potential.estimating import Conversion, Estimate, Estimates, Estimator, estimate_all
    from pharmasales.classification.potential.estimators import ESTIMATORS, expected_sales, priced
    from pharmasales.classification.potential.gaps import Gaps, growth_gaps
    from pharmasales.classification.potential.indices import INDICES, MARKET
    from pharmasales.classification.potential.inputs import Input
    from pharmasales.classification.potential.market_index import MarketIndex, index_table
    from pharmasales.classification.potential.reconciled import Reconciled
    from pharmasales.classification.potential.reconciliation import reconcile
    from pharmasales.classification.potential.seasonal import SeasonalIndex, seasonal_index
    from pharmasales.classification.potential.swings import Plausible, Sensitivity, sensitivity
    from pharmasales.classification.review.hysteresis import Hysteresis, hold
    from pharmasales.classification.review.moves import Transitions, transitions
    from pharmasales.classification.review.overrides import GradeOverride, Overrides
    from pharmasales.classification.review.overriding import Overridden, override
    from pharmasales.classification.review.settled import Settled, own_answers, settled_table
    from pharmasales.classification.review.shift import PopulationShift, population_shift
    from pharmasales.classification.review.stability import CutSensitivity, Nearness, cut_sensitivity, near_cuts
    from pharmasales.classification.schemes.agents import agent, dealer_stage
    from pharmasales.classification.schemes.catalogue import METHODS, SCHEMES, method, methods_table
    from pharmasales.classification.schemes.doctor_marks import doctor_value, influence_of, three_p
    from pharmasales.classification.schemes.doctors import doctor_matrix, nine_grid, zone
    from pharmasales.classification.schemes.hospitals import hospital, market_product, tier_of
    from pharmasales.classification.schemes.lists import best, worst
    from pharmasales.classification.schemes.methods import CutPoint, Method
    from pharmasales.classification.schemes.reads import Reads
    from pharmasales.classification.schemes.relations import moves, relation_stage, retention
    from pharmasales.classification.schemes.volume import abc, decile, decile_volume, vip
    from pharmasales.classification.shortlist import Shortlist

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
    "schemes.agents": "agent dealer_stage",
    "coverage.allocation": "Allocation share_out",
    "capacity": "ByCapacity CapacityFit ClassVisits",
    "schemes.catalogue": "METHODS SCHEMES method methods_table",
    "coverage.by_class": "ClassCoverage class_coverage",
    "cutting": "CutChanges compare_cuts evidence_for",
    "schemes.doctor_marks": "doctor_value influence_of three_p",
    "schemes.doctors": "doctor_matrix nine_grid zone",
    "potential.estimators": "ESTIMATORS expected_sales priced",
    "potential.gaps": "Gaps growth_gaps",
    "schemes.hospitals": "hospital market_product tier_of",
    "review.hysteresis": "Hysteresis hold",
    "potential.indices": "INDICES MARKET",
    "potential.inputs": "Input",
    "kept_cuts": "cuts_data read_cuts",
    "coverage.known_agents": "AgentCoverage MarketAgent agent_coverage",
    "schemes.lists": "best worst",
    "coverage.market_cells": "WhiteSpace white_space",
    "potential.market_index": "MarketIndex index_table",
    "schemes.methods": "CutPoint Method",
    "review.overrides": "GradeOverride Overrides",
    "review.overriding": "Overridden override",
    "potential.estimating": "Conversion Estimate Estimates Estimator estimate_all",
    "schemes.reads": "Reads",
    "potential.reconciled": "Reconciled",
    "potential.reconciliation": "reconcile",
    "schemes.relations": "moves relation_stage retention",
    "review.moves": "Transitions transitions",
    "potential.seasonal": "SeasonalIndex seasonal_index",
    "review.settled": "Settled own_answers settled_table",
    "review.shift": "PopulationShift population_shift",
    "shortlist": "Shortlist",
    "review.stability": "CutSensitivity Nearness cut_sensitivity near_cuts",
    "potential.swings": "Plausible Sensitivity sensitivity",
    "schemes.volume": "abc decile decile_volume vip",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
