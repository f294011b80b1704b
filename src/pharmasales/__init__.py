"""Pharma sales-management rules: archive, classification, goals, follow-up and evaluation, exact and explained.

The front door: what a program or a notebook needs for one turn of the management cycle. The rooms behind it
(`pharmasales.rules`, `pharmasales.goals`, ...) hold the rest; files, stores and the command line are not loaded here.

A room is entered when one of its names is first asked for, so that `import pharmasales` takes a few milliseconds;
loading every room takes a hundred.

>>> import pharmasales as ps
>>> ps.Amount.of("12.50", ps.CNY)
Amount('12.50 CNY')
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pharmasales.archive import Archive, Customer, Dossier, Product, Register, Sale, where
    from pharmasales.channel import Receivable
    from pharmasales.classification import SCHEMES, Classification, Grade, Scheme, classify
    from pharmasales.compliance import CN_2020, CN_2026, Action, Override
    from pharmasales.cycle import (
        Call,
        ClassPolicy,
        FollowPolicy,
        GoalPolicy,
        Plan,
        Policy,
        Region,
        Review,
        ScorePolicy,
        grade_customers,
        plan,
        plan_visits,
        review,
        set_goals,
    )
    from pharmasales.display import Says, Table, Why
    from pharmasales.errors import (
        BadConfig,
        BadFile,
        BadRows,
        BadRule,
        BadTree,
        BadValue,
        Blocked,
        Conflict,
        NotComparable,
        NotFound,
        PharmaSalesError,
        StorageError,
        UnknownYear,
    )
    from pharmasales.evaluation import Attainments, Deviations, Scorecards
    from pharmasales.followup import Cadence, Cadences, Schedule
    from pharmasales.goals import Decomposition, decompose
    from pharmasales.org import Node, Org
    from pharmasales.periods import Month, Period, Quarter, Span, Week, Year, buckets, period
    from pharmasales.rules import (
        Bands,
        Curve,
        Field,
        FirstMatch,
        Grid,
        Pareto,
        Quantiles,
        Ratio,
        RuleBook,
        Weighted,
        explain,
    )
    from pharmasales.units import BOX, CNY, Amount, Unit, from_float, half_up
    from pharmasales.workdays import CHINA, WEEKDAYS, Calendar

__all__ = [
    "BOX",
    "CHINA",
    "CNY",
    "CN_2020",
    "CN_2026",
    "SCHEMES",
    "WEEKDAYS",
    "Action",
    "Amount",
    "Archive",
    "Attainments",
    "BadConfig",
    "BadFile",
    "BadRows",
    "BadRule",
    "BadTree",
    "BadValue",
    "Bands",
    "Blocked",
    "Cadence",
    "Cadences",
    "Calendar",
    "Call",
    "ClassPolicy",
    "Classification",
    "Conflict",
    "Curve",
    "Customer",
    "Decomposition",
    "Deviations",
    "Dossier",
    "Field",
    "FirstMatch",
    "FollowPolicy",
    "GoalPolicy",
    "Grade",
    "Grid",
    "Month",
    "Node",
    "NotComparable",
    "NotFound",
    "Org",
    "Override",
    "Pareto",
    "Period",
    "PharmaSalesError",
    "Plan",
    "Policy",
    "Product",
    "Quantiles",
    "Quarter",
    "Ratio",
    "Receivable",
    "Region",
    "Register",
    "Review",
    "RuleBook",
    "Sale",
    "Says",
    "Schedule",
    "Scheme",
    "ScorePolicy",
    "Scorecards",
    "Span",
    "StorageError",
    "Table",
    "Unit",
    "UnknownYear",
    "Week",
    "Weighted",
    "Why",
    "Year",
    "buckets",
    "classify",
    "decompose",
    "explain",
    "from_float",
    "grade_customers",
    "half_up",
    "period",
    "plan",
    "plan_visits",
    "review",
    "set_goals",
    "where",
]

_ROOMS = {
    "archive": "Archive Customer Dossier Product Register Sale where",
    "channel": "Receivable",
    "classification": "SCHEMES Classification Grade Scheme classify",
    "compliance": "CN_2020 CN_2026 Action Override",
    "cycle": "Call ClassPolicy FollowPolicy GoalPolicy Plan Policy Region Review ScorePolicy grade_customers plan "
    "plan_visits review set_goals",
    "display": "Says Table Why",
    "errors": "BadConfig BadFile BadRows BadRule BadTree BadValue Blocked Conflict NotComparable NotFound "
    "PharmaSalesError StorageError UnknownYear",
    "evaluation": "Attainments Deviations Scorecards",
    "frames": "",
    "followup": "Cadence Cadences Schedule",
    "goals": "Decomposition decompose",
    "org": "Node Org",
    "periods": "Month Period Quarter Span Week Year buckets period",
    "rules": "Bands Curve Field FirstMatch Grid Pareto Quantiles Ratio RuleBook Weighted explain",
    "units": "BOX CNY Amount Unit from_float half_up",
    "workdays": "CHINA WEEKDAYS Calendar",
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Enter the room that holds a name, or the room of that name."""
    if name in _HOME:
        value: object = getattr(import_module(f"pharmasales.{_HOME[name]}"), name)
    elif name in _ROOMS:
        value = import_module(f"pharmasales.{name}")
    else:
        raise AttributeError(f"module 'pharmasales' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return every name that the front door leads to."""
    return sorted({*globals(), *__all__, *_ROOMS})
