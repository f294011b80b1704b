"""The vocabulary that every rule of this library is written in.

Terms (`Field`, `Ratio`, `Times`, `Sum`, `Unless`) read a record. Row shapes (`Bands`, `Grid`, `Curve`, `Weighted`,
`FirstMatch`) answer for one record; population rules (`Pareto`, `Quantiles`) are fitted first; group rules (`Ranked`,
`Split`, `Grouped`) answer for everybody at once. `explain` says why, and a `RuleBook` keeps named rules as versioned
data.
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

__all__ = [
    "All",
    "AnyOf",
    "Bands",
    "Condition",
    "Curve",
    "Cut",
    "Evidence",
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
    "Points",
    "Quantiles",
    "Ranked",
    "Ratio",
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
    "in_force",
    "over",
]

__getattr__, __dir__ = on_demand(
    __name__, {"book": "RuleBook in_force", "compiling": "compiled", "groups": "GroupRule Grouped Ranked Split"}
)
