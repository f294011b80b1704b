"""The vocabulary that every rule of this library is written in.

Terms (`Field`, `Ratio`, `Times`, `Sum`, `Unless`) read a record. Row shapes (`Bands`, `Grid`, `Curve`, `Weighted`,
`FirstMatch`) answer for one record; population rules (`Pareto`, `Quantiles`, and `RelativeToBest`, `Percentile`,
`FairShare` within any rule) are fitted first; group rules (`Ranked`, `Split`, `Grouped`) answer for everybody at once.
`explain` says why, and a `RuleBook` keeps named rules as versioned data.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand
from pharmasales.rules.arithmetic import Sum, Times, Unless
from pharmasales.rules.explain import explain, explain_points
from pharmasales.rules.fitted import Evidence, Fitted, Pareto, Quantiles
from pharmasales.rules.shapes import Bands, Curve, Cut, FirstMatch, Grid, Part, Points, Weighted, over
from pharmasales.rules.terms import All, AnyOf, Condition, Field, Label, Not, Ratio, Rule, Term, Test

if TYPE_CHECKING:
    from pharmasales.rules.book import RuleBook, in_force
    from pharmasales.rules.compiling import compiled
    from pharmasales.rules.groups import Grouped, GroupRule, Ranked, Split
    from pharmasales.rules.peers import (
        FairShare,
        PeerFacts,
        PeerRule,
        PeersFitted,
        Percentile,
        RelativeToBest,
        fit_peers,
    )

__all__ = [
    "All",
    "AnyOf",
    "Bands",
    "Condition",
    "Curve",
    "Cut",
    "Evidence",
    "FairShare",
    "Field",
    "FirstMatch",
    "Fitted",
    "Grid",
    "GroupRule",
    "Grouped",
    "Label",
    "Not",
    "Pareto",
    "Part",
    "PeerFacts",
    "PeerRule",
    "PeersFitted",
    "Percentile",
    "Points",
    "Quantiles",
    "Ranked",
    "Ratio",
    "RelativeToBest",
    "Rule",
    "RuleBook",
    "Split",
    "Sum",
    "Term",
    "Test",
    "Times",
    "Unless",
    "Weighted",
    "compiled",
    "explain",
    "explain_points",
    "fit_peers",
    "in_force",
    "over",
]

_MODULES = {
    "book": "RuleBook in_force",
    "compiling": "compiled",
    "groups": "GroupRule Grouped Ranked Split",
    "peers": "FairShare PeerFacts PeerRule PeersFitted Percentile RelativeToBest fit_peers",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
