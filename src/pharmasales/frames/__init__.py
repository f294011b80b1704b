"""Many rows at once (批量计算): a rule of `pharmasales.rules` applied to a whole frame, equal to the rule row by row.

`apply(rule, frame, into="grade")` answers for every row of a polars, pandas or pyarrow table, a DuckDB relation or a
Spark frame, and gives back a frame of the same kind; `apply_all(rules, frame)` does so by several rules in one pass.
`fit(rule, frame)` and `fit_peers(rule, frame)` look at everybody once, as `rule.fit` and `rules.fit_peers` do.
`cascade(parents, weights, totals)` shares totals down a tree of a million rows, equal to `goals.decompose`;
`plan_many(frame, reps, ...)` makes the visit plans of many reps on Spark; `age_invoices(frame, as_of)` ages a million
invoices, after receipts have paid the oldest first, as `channel.money.age_ledger` does;
`roll_movements(frame, periods)` rolls a million movements of stock forward, as `channel.stock.roll_stock` does. This
room needs the extra `frames`, and loads no frame library until one of its names is asked for.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import need, on_demand

if TYPE_CHECKING:
    from pharmasales.frames.applying import apply, apply_all
    from pharmasales.frames.fitting import fit
    from pharmasales.frames.goals import cascade
    from pharmasales.frames.peers import fit_peers
    from pharmasales.frames.receivables import FrameAgeing, age_invoices
    from pharmasales.frames.stock import roll_movements
    from pharmasales.frames.visits import plan_many, target_of

__all__ = [
    "FrameAgeing",
    "age_invoices",
    "apply",
    "apply_all",
    "cascade",
    "fit",
    "fit_peers",
    "plan_many",
    "roll_movements",
    "target_of",
]

_MODULES = {
    "applying": "apply apply_all",
    "fitting": "fit",
    "goals": "cascade",
    "peers": "fit_peers",
    "receivables": "FrameAgeing age_invoices",
    "stock": "roll_movements",
    "visits": "plan_many target_of",
}

_get, __dir__ = on_demand(__name__, _MODULES)


def __getattr__(name: str) -> object:
    """Load what a name needs, or say which extra brings it."""
    if name == "cascade":
        need("numpy", "frames")
    elif name in __all__:
        need("narwhals.stable.v2", "frames")
        need("polars", "frames")
    return _get(name)
