"""Quota decomposition (目标分解): one number into everybody's number.

The trade's words, in the order of the work:

- the base (基数) and its growth (增长率): `grown`; floor, base and challenge (保底 / 基准 / 挑战): `goal_levels`;
- the weights (权重) behind each share, from history (历史) and potential (潜力): `history_weights`, `blend`;
- the season (季节性): `season_from_history`, `season_given`, `even`;
- the decomposition (目标分解) down the organisation and over the buckets: `decompose`;
- beneath it, exact splits of one number: `largest_remainder` (最大余额法), `webster` (韦伯斯特法), `split`, and of a
  table with both margins: `controlled_rounding` (受控舍入).

>>> largest_remainder(7, [50, 30, 20])
[4, 2, 1]
"""

from pharmasales.goals.baseline import Basis, Blend, Levels, blend, goal_levels, grown, history_weights
from pharmasales.goals.decompose import decompose
from pharmasales.goals.decomposition import Decomposition, Quota
from pharmasales.goals.margins import controlled_rounding
from pharmasales.goals.season import Season, even, season_from_history, season_given
from pharmasales.splits import AllZero, Method, Negative, largest_remainder, split, webster

__all__ = [
    "AllZero",
    "Basis",
    "Blend",
    "Decomposition",
    "Levels",
    "Method",
    "Negative",
    "Quota",
    "Season",
    "blend",
    "controlled_rounding",
    "decompose",
    "even",
    "goal_levels",
    "grown",
    "history_weights",
    "largest_remainder",
    "season_from_history",
    "season_given",
    "split",
    "webster",
]
