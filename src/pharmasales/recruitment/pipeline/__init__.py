"""The pipeline (漏斗): prospects on their way from the file to a loyal agent.

`Prospect` moves along the legal `MOVES` and keeps its evidence; `pipeline_board` shows ages, next actions and values,
`conversion_matrix` and `reach_rates` what became of whom, `pipeline_forecast` what may come; `signed_idle` and
`win_back` chase what waits or was lost; `weekly_targets` and `daily_targets` hold plan against actuals.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.recruitment.pipeline.board import AGE_LIMITS, Board, BoardRow, pipeline_board
    from pharmasales.recruitment.pipeline.conversion import (
        Conversion,
        ConversionRow,
        ConversionView,
        Reached,
        conversion_matrix,
        reach_rates,
    )
    from pharmasales.recruitment.pipeline.daily import (
        DailyLine,
        DailyTarget,
        DailyTargets,
        Deed,
        DeedKind,
        daily_targets,
    )
    from pharmasales.recruitment.pipeline.filing import file_leads
    from pharmasales.recruitment.pipeline.forecasting import Chance, Forecast, pipeline_forecast
    from pharmasales.recruitment.pipeline.idle import IdleRow, SignedIdle, schedule_chase, signed_idle
    from pharmasales.recruitment.pipeline.losing import LostRow, WinBack, win_back
    from pharmasales.recruitment.pipeline.moves import Correction, Move
    from pharmasales.recruitment.pipeline.notes import IdleAnswer, NextAction, Outlook
    from pharmasales.recruitment.pipeline.promises import PROMISES, Promise, PromiseKind, Receipt
    from pharmasales.recruitment.pipeline.prospects import Prospect, Stay
    from pharmasales.recruitment.pipeline.reasons import IDLE_REASONS, LOST_REASONS, Reason, Reasons, reason_table
    from pharmasales.recruitment.pipeline.records import prospect_data, prospect_from
    from pharmasales.recruitment.pipeline.stages import MOVES, STAGES, WON, Stage, move_table
    from pharmasales.recruitment.pipeline.weekly import PromiseLine, PromiseState, WeeklyTargets, weekly_targets

__all__ = [
    "AGE_LIMITS",
    "IDLE_REASONS",
    "LOST_REASONS",
    "MOVES",
    "PROMISES",
    "STAGES",
    "WON",
    "Board",
    "BoardRow",
    "Chance",
    "Conversion",
    "ConversionRow",
    "ConversionView",
    "Correction",
    "DailyLine",
    "DailyTarget",
    "DailyTargets",
    "Deed",
    "DeedKind",
    "Forecast",
    "IdleAnswer",
    "IdleRow",
    "LostRow",
    "Move",
    "NextAction",
    "Outlook",
    "Promise",
    "PromiseKind",
    "PromiseLine",
    "PromiseState",
    "Prospect",
    "Reached",
    "Reason",
    "Reasons",
    "Receipt",
    "SignedIdle",
    "Stage",
    "Stay",
    "WeeklyTargets",
    "WinBack",
    "conversion_matrix",
    "daily_targets",
    "file_leads",
    "move_table",
    "pipeline_board",
    "pipeline_forecast",
    "prospect_data",
    "prospect_from",
    "reach_rates",
    "reason_table",
    "schedule_chase",
    "signed_idle",
    "weekly_targets",
    "win_back",
]

_MODULES = {
    "stages": "MOVES STAGES WON Stage move_table",
    "reasons": "IDLE_REASONS LOST_REASONS Reason Reasons reason_table",
    "moves": "Correction Move",
    "notes": "IdleAnswer NextAction Outlook",
    "prospects": "Prospect Stay",
    "filing": "file_leads",
    "board": "AGE_LIMITS Board BoardRow pipeline_board",
    "conversion": "Conversion ConversionRow ConversionView Reached conversion_matrix reach_rates",
    "forecasting": "Chance Forecast pipeline_forecast",
    "idle": "IdleRow SignedIdle schedule_chase signed_idle",
    "losing": "LostRow WinBack win_back",
    "promises": "PROMISES Promise PromiseKind Receipt",
    "weekly": "PromiseLine PromiseState WeeklyTargets weekly_targets",
    "daily": "DailyLine DailyTarget DailyTargets Deed DeedKind daily_targets",
    "records": "prospect_data prospect_from",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
