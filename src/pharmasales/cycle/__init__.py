"""The management cycle: one pure function per step, data in, data out.

A `Region` holds what is known, a `Policy` what the company decides. `plan` classifies the customers, sets and
decomposes the goal and plans the visits; `review` evaluates what came of it.
"""

from pharmasales.cycle.goalsetting import set_goals
from pharmasales.cycle.grading import grade_customers
from pharmasales.cycle.planning import Plan, plan
from pharmasales.cycle.policy import ClassPolicy, FollowPolicy, GoalPolicy, Policy, ScorePolicy
from pharmasales.cycle.region import Call, Region
from pharmasales.cycle.reviewing import Review, goals_from_targets, review
from pharmasales.cycle.visiting import plan_visits

__all__ = [
    "Call",
    "ClassPolicy",
    "FollowPolicy",
    "GoalPolicy",
    "Plan",
    "Policy",
    "Region",
    "Review",
    "ScorePolicy",
    "goals_from_targets",
    "grade_customers",
    "plan",
    "plan_visits",
    "review",
    "set_goals",
]
