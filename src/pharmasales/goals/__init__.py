"""Goals (目标): set, decomposed, edited, agreed, and worked off.

The trade's words, in the order of the work:

- a goal (目标) and its check (SMART): `Goal`, `smart`, `check_goals`; baselines (基数) by named builders: `trend`,
  `recent_weighted`, `Seasonal`, `Launch`, `Mixed`; floor, base and challenge (保底 / 基准 / 挑战): `goal_versions`;
- the weights (权重) behind each share: `history_weights`, `blend`, `weigh`; the season (季节性): `season_from_history`;
- the decomposition (目标分解) down the organisation and over the buckets: `decompose`, by product `decompose_products`,
  within `Constraint`s (约束) that `feasibility` reports on; carried over to another tree: `carry_over`;
- edits (调整): `Pin`, `Move`, `Transfer`, ..., `edit_plan`, `diff_plans`; agreement (签订): `Agreement`; fairness
  (公平性): `check_fairness`;
- action plans (行动计划): `PlanItem`, `schedule_tasks`, `plan_progress`, `carry_items`, `track_activity`;
- beneath it, exact splits of one number: `largest_remainder` (最大余额法), `webster` (韦伯斯特法), `split`, and of a
  table with both margins: `controlled_rounding` (受控舍入), `scaled_rounding`.

>>> largest_remainder(7, [50, 30, 20])
[4, 2, 1]
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand
from pharmasales.goals.baselines.baseline import Basis, Blend, Levels, blend, goal_levels, grown, history_weights
from pharmasales.goals.decomposing.decompose import decompose, feasibility
from pharmasales.goals.decomposing.decomposition import Decomposition, Quota
from pharmasales.goals.decomposing.season import Season, even, season_from_history, season_given
from pharmasales.splits import AllZero, Method, Negative, largest_remainder, split, webster

if TYPE_CHECKING:
    from pharmasales.goals.acting.actions import COMPONENTS, ActionPlan, PlanItem, Resources
    from pharmasales.goals.acting.activity import ActivityReport, track_activity
    from pharmasales.goals.acting.activity_goals import ActivityGoal, Rhythm
    from pharmasales.goals.acting.methods import MethodPlan, PlannedMethod, plan_methods
    from pharmasales.goals.acting.plan_check import PlanCheck, check_plan
    from pharmasales.goals.acting.plan_tasks import DayOff, Task, in_series, working_due
    from pharmasales.goals.acting.progress import PlanProgress, plan_progress
    from pharmasales.goals.acting.taskgraph import Scheduled, TaskSchedule, schedule_tasks
    from pharmasales.goals.acting.unfinished import CarriedItems, carry_items
    from pharmasales.goals.agreeing.agreed_locks import agreement_locks, refuse_in_force
    from pharmasales.goals.agreeing.agreed_terms import AGREEMENT_STATES, AgreedVersion, AgreementStep, GoalTerms
    from pharmasales.goals.agreeing.agreement import Agreement
    from pharmasales.goals.agreeing.agreement_checks import LevelConflicts, OpenAnswers, level_conflicts, open_answers
    from pharmasales.goals.agreeing.agreement_records import agreement_data, agreement_from
    from pharmasales.goals.agreeing.asks import Ask, asks_of
    from pharmasales.goals.agreeing.fairness import Fairness, check_fairness
    from pharmasales.goals.agreeing.fairness_checks import FairnessBounds, FairnessCheck
    from pharmasales.goals.agreeing.tips import tips_of
    from pharmasales.goals.baselines.adjustments import FACTORS, Adjusted, Adjustments, Factor, named_factor
    from pharmasales.goals.baselines.builders import Baseline, Baselines, Builder, Known, build_all
    from pharmasales.goals.baselines.launch import Launch, LaunchPlan
    from pharmasales.goals.baselines.mixtures import Added, FirstKnown, Mixed
    from pharmasales.goals.baselines.ramps import Opening, Ramp
    from pharmasales.goals.baselines.reckoned import (
        ACHIEVABLE,
        MARKET_GROWTH,
        POTENTIAL_SHARE,
        PRIOR_PLUS_INCREASE,
        RECKONED,
        Reckoned,
    )
    from pharmasales.goals.baselines.restating import Restated, restate
    from pharmasales.goals.baselines.seasonality import Seasonal
    from pharmasales.goals.baselines.series import (
        Line,
        Series,
        last_mean,
        least_squares,
        recent_weighted,
        same_last_year,
        trend,
    )
    from pharmasales.goals.baselines.weighing import Weighed, weigh
    from pharmasales.goals.decomposing.biproportion import scaled_rounding
    from pharmasales.goals.decomposing.carrying import CarriedOver, carry_over
    from pharmasales.goals.decomposing.constraints import Constraint, entries, locks, minimum_growth
    from pharmasales.goals.decomposing.feasible import Feasibility, GoalConflict
    from pharmasales.goals.decomposing.margins import controlled_rounding
    from pharmasales.goals.decomposing.plan_records import plan_data, plan_from
    from pharmasales.goals.decomposing.product_goals import ProductGoals
    from pharmasales.goals.decomposing.products import decompose_products, product_totals
    from pharmasales.goals.decomposing.versions import GoalVersions, goal_versions
    from pharmasales.goals.editing.corrected_sheet import corrections
    from pharmasales.goals.editing.edit_records import edit_row, edits_from
    from pharmasales.goals.editing.edited import EditedPlan, edit_feasibility, edit_plan
    from pharmasales.goals.editing.edits import Concentrate, Edit, Lock, Mark, Move, Pin, Resplit, Scale, Transfer
    from pharmasales.goals.editing.plan_diff import PlanDiff, diff_plans
    from pharmasales.goals.editing.product_editing import edit_products
    from pharmasales.goals.setting.goal import Goal, Stage, goal_table
    from pharmasales.goals.setting.kinds import GOAL_KINDS, GOAL_MEASURES, PHASES, RANKS, GoalKind, GoalMeasure
    from pharmasales.goals.setting.links import GoalFindings, check_goals
    from pharmasales.goals.setting.records import goal_data, goal_from
    from pharmasales.goals.setting.smart_check import SmartFacts, SmartLimits, smart
    from pharmasales.goals.setting.smart_letters import Smart, SmartLetter
    from pharmasales.goals.setting.standards import Evidence, Standard, Swot

__all__ = [
    "ACHIEVABLE",
    "AGREEMENT_STATES",
    "COMPONENTS",
    "FACTORS",
    "GOAL_KINDS",
    "GOAL_MEASURES",
    "MARKET_GROWTH",
    "PHASES",
    "POTENTIAL_SHARE",
    "PRIOR_PLUS_INCREASE",
    "RANKS",
    "RECKONED",
    "ActionPlan",
    "ActivityGoal",
    "ActivityReport",
    "Added",
    "Adjusted",
    "Adjustments",
    "AgreedVersion",
    "Agreement",
    "AgreementStep",
    "AllZero",
    "Ask",
    "Baseline",
    "Baselines",
    "Basis",
    "Blend",
    "Builder",
    "CarriedItems",
    "CarriedOver",
    "Concentrate",
    "Constraint",
    "DayOff",
    "Decomposition",
    "Edit",
    "EditedPlan",
    "Evidence",
    "Factor",
    "Fairness",
    "FairnessBounds",
    "FairnessCheck",
    "Feasibility",
    "FirstKnown",
    "Goal",
    "GoalConflict",
    "GoalFindings",
    "GoalKind",
    "GoalMeasure",
    "GoalTerms",
    "GoalVersions",
    "Known",
    "Launch",
    "LaunchPlan",
    "LevelConflicts",
    "Levels",
    "Line",
    "Lock",
    "Mark",
    "Method",
    "MethodPlan",
    "Mixed",
    "Move",
    "Negative",
    "OpenAnswers",
    "Opening",
    "Pin",
    "PlanCheck",
    "PlanDiff",
    "PlanItem",
    "PlanProgress",
    "PlannedMethod",
    "ProductGoals",
    "Quota",
    "Ramp",
    "Reckoned",
    "Resources",
    "Resplit",
    "Restated",
    "Rhythm",
    "Scale",
    "Scheduled",
    "Season",
    "Seasonal",
    "Series",
    "Smart",
    "SmartFacts",
    "SmartLetter",
    "SmartLimits",
    "Stage",
    "Standard",
    "Swot",
    "Task",
    "TaskSchedule",
    "Transfer",
    "Weighed",
    "agreement_data",
    "agreement_from",
    "agreement_locks",
    "asks_of",
    "blend",
    "build_all",
    "carry_items",
    "carry_over",
    "check_fairness",
    "check_goals",
    "check_plan",
    "controlled_rounding",
    "corrections",
    "decompose",
    "decompose_products",
    "diff_plans",
    "edit_feasibility",
    "edit_plan",
    "edit_products",
    "edit_row",
    "edits_from",
    "entries",
    "even",
    "feasibility",
    "goal_data",
    "goal_from",
    "goal_levels",
    "goal_table",
    "goal_versions",
    "grown",
    "history_weights",
    "in_series",
    "largest_remainder",
    "last_mean",
    "least_squares",
    "level_conflicts",
    "locks",
    "minimum_growth",
    "named_factor",
    "open_answers",
    "plan_data",
    "plan_from",
    "plan_methods",
    "plan_progress",
    "product_totals",
    "recent_weighted",
    "refuse_in_force",
    "restate",
    "same_last_year",
    "scaled_rounding",
    "schedule_tasks",
    "season_from_history",
    "season_given",
    "smart",
    "split",
    "tips_of",
    "track_activity",
    "trend",
    "webster",
    "weigh",
    "working_due",
]

# What every plan needs is loaded at once; so must be `decompose`: a name asked for on demand may not be its module's.
_MODULES = {
    "acting.actions": "COMPONENTS ActionPlan PlanItem Resources",
    "acting.activity": "ActivityReport track_activity",
    "acting.activity_goals": "ActivityGoal Rhythm",
    "baselines.adjustments": "FACTORS Adjusted Adjustments Factor named_factor",
    "agreeing.agreed_locks": "agreement_locks refuse_in_force",
    "agreeing.agreed_terms": "AGREEMENT_STATES AgreedVersion AgreementStep GoalTerms",
    "agreeing.agreement": "Agreement",
    "agreeing.agreement_checks": "LevelConflicts OpenAnswers level_conflicts open_answers",
    "agreeing.agreement_records": "agreement_data agreement_from",
    "agreeing.asks": "Ask asks_of",
    "decomposing.biproportion": "scaled_rounding",
    "baselines.builders": "Baseline Baselines Builder Known build_all",
    "decomposing.carrying": "CarriedOver carry_over",
    "decomposing.constraints": "Constraint entries locks minimum_growth",
    "editing.corrected_sheet": "corrections",
    "editing.edit_records": "edit_row edits_from",
    "editing.edited": "EditedPlan edit_feasibility edit_plan",
    "editing.edits": "Concentrate Edit Lock Mark Move Pin Resplit Scale Transfer",
    "agreeing.fairness": "Fairness check_fairness",
    "agreeing.fairness_checks": "FairnessBounds FairnessCheck",
    "decomposing.feasible": "Feasibility GoalConflict",
    "setting.kinds": "GOAL_KINDS GOAL_MEASURES PHASES RANKS GoalKind GoalMeasure",
    "baselines.launch": "Launch LaunchPlan",
    "setting.links": "GoalFindings check_goals",
    "decomposing.margins": "controlled_rounding",
    "acting.methods": "MethodPlan PlannedMethod plan_methods",
    "baselines.mixtures": "Added FirstKnown Mixed",
    "acting.plan_check": "PlanCheck check_plan",
    "editing.plan_diff": "PlanDiff diff_plans",
    "decomposing.plan_records": "plan_data plan_from",
    "acting.plan_tasks": "DayOff Task in_series working_due",
    "editing.product_editing": "edit_products",
    "decomposing.product_goals": "ProductGoals",
    "decomposing.products": "decompose_products product_totals",
    "acting.progress": "PlanProgress plan_progress",
    "baselines.ramps": "Opening Ramp",
    "baselines.reckoned": "ACHIEVABLE MARKET_GROWTH POTENTIAL_SHARE PRIOR_PLUS_INCREASE RECKONED Reckoned",
    "setting.records": "goal_data goal_from",
    "baselines.restating": "Restated restate",
    "baselines.seasonality": "Seasonal",
    "baselines.series": "Line Series last_mean least_squares recent_weighted same_last_year trend",
    "setting.goal": "Goal Stage goal_table",
    "setting.smart_check": "SmartFacts SmartLimits smart",
    "setting.smart_letters": "Smart SmartLetter",
    "setting.standards": "Evidence Standard Swot",
    "acting.taskgraph": "Scheduled TaskSchedule schedule_tasks",
    "agreeing.tips": "tips_of",
    "acting.unfinished": "CarriedItems carry_items",
    "decomposing.versions": "GoalVersions goal_versions",
    "baselines.weighing": "Weighed weigh",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
