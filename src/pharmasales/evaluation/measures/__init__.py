"""Measures (指标): what people are measured by, each a rule over figures that say what they counted.

`MEASURES` is the registry: formula, unit, direction, what a zero and a missing base do, and source. `measure_period`
adds up every node's figures from what the other rooms keep, and says what became of each item.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.evaluation.measures.coached import coaching_items
    from pharmasales.evaluation.measures.counting import measure_period
    from pharmasales.evaluation.measures.figures import FIGURES, Figure, FigureKind, Figures
    from pharmasales.evaluation.measures.items import Item, Placed
    from pharmasales.evaluation.measures.measure import Measure, MeasureValue
    from pharmasales.evaluation.measures.measurements import Measurements
    from pharmasales.evaluation.measures.registry import MEASURES, by_class, measure_table, measures_named
    from pharmasales.evaluation.measures.sources import (
        goal_items,
        joint_items,
        rated_items,
        receivable_items,
        sales_items,
        share_items,
        visit_items,
    )
    from pharmasales.evaluation.measures.spent import expense_items

__all__ = [
    "FIGURES",
    "MEASURES",
    "Figure",
    "FigureKind",
    "Figures",
    "Item",
    "Measure",
    "MeasureValue",
    "Measurements",
    "Placed",
    "by_class",
    "coaching_items",
    "expense_items",
    "goal_items",
    "joint_items",
    "measure_period",
    "measure_table",
    "measures_named",
    "rated_items",
    "receivable_items",
    "sales_items",
    "share_items",
    "visit_items",
]

_MODULES = {
    "coached": "coaching_items",
    "spent": "expense_items",
    "counting": "measure_period",
    "figures": "FIGURES Figure FigureKind Figures",
    "items": "Item Placed",
    "measure": "Measure MeasureValue",
    "measurements": "Measurements",
    "registry": "MEASURES by_class measure_table measures_named",
    "sources": "goal_items joint_items rated_items receivable_items sales_items share_items visit_items",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
