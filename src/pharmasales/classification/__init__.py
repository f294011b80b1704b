"""Classification (客户分级): schemes whose letters mean something only inside themselves, applied to everybody.

A scheme's rule is written in `pharmasales.rules`; `classify` fits it where it needs a population, then grades.
`METHODS` has the ready-made schemes with what they read, their cut points, sources and limits.
"""

from typing import TYPE_CHECKING

from pharmasales.classification.classify import Classification, Graded, classify, letters_of
from pharmasales.classification.grade import Grade, Scheme
from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.classification.agents import agent, dealer_stage
    from pharmasales.classification.catalogue import METHODS, SCHEMES, method, methods_table
    from pharmasales.classification.doctor_marks import doctor_value, influence_of, three_p
    from pharmasales.classification.doctors import doctor_matrix, nine_grid, zone
    from pharmasales.classification.hospitals import hospital, market_product, tier_of
    from pharmasales.classification.lists import best, worst
    from pharmasales.classification.methods import CutPoint, Method
    from pharmasales.classification.reads import Reads
    from pharmasales.classification.relations import moves, relation_stage, retention
    from pharmasales.classification.shortlist import Shortlist
    from pharmasales.classification.volume import abc, decile, decile_volume, vip

__all__ = [
    "METHODS",
    "SCHEMES",
    "Classification",
    "CutPoint",
    "Grade",
    "Graded",
    "Method",
    "Reads",
    "Scheme",
    "Shortlist",
    "abc",
    "agent",
    "best",
    "classify",
    "dealer_stage",
    "decile",
    "decile_volume",
    "doctor_matrix",
    "doctor_value",
    "hospital",
    "influence_of",
    "letters_of",
    "market_product",
    "method",
    "methods_table",
    "moves",
    "nine_grid",
    "relation_stage",
    "retention",
    "three_p",
    "tier_of",
    "vip",
    "worst",
    "zone",
]

# `classify` and `grade` are loaded at once: a name that is asked for on demand may not be that of its module.
_MODULES = {
    "agents": "agent dealer_stage",
    "catalogue": "METHODS SCHEMES method methods_table",
    "doctor_marks": "doctor_value influence_of three_p",
    "doctors": "doctor_matrix nine_grid zone",
    "hospitals": "hospital market_product tier_of",
    "lists": "best worst",
    "methods": "CutPoint Method",
    "reads": "Reads",
    "relations": "moves relation_stage retention",
    "shortlist": "Shortlist",
    "volume": "abc decile decile_volume vip",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
