"""Agents (代理商): graded, developed, helped with their issues, trained, selected and screened.

`grade_agents` weighs contract, receipts, keenness and loyalty; `AgentPath` leads an agent through 招商 > 找商 > 助商 >
领商, and `development_board` says what brings it on; `issue_log` lists what is open, overdue and closed,
`training_needs` who needs which training and whether it helped; `select_dealers` proposes whom to choose,
`screen_dealers` whom to drop at the end of the year. All of it proposes; people decide.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.recruitment.agents.assessing import SELECTION_RULES, SelectionMark
    from pharmasales.recruitment.agents.conditions import CONDITIONS, HardCondition, condition_of
    from pharmasales.recruitment.agents.cutting import DropCut, Kept
    from pharmasales.recruitment.agents.development import AgentPath, StageMove, StageProof, StageRevision
    from pharmasales.recruitment.agents.grading import AGENT_RULE, AgentGrade, AgentGrades, grade_agents
    from pharmasales.recruitment.agents.issue_list import IssueLog, IssueRow, issue_log
    from pharmasales.recruitment.agents.issues import (
        ISSUE_KINDS,
        ISSUE_STATES,
        AgentIssue,
        IssueKind,
        IssueState,
        IssueStep,
        IssueTerms,
    )
    from pharmasales.recruitment.agents.marks import FIGURE_MARKS, AgentMark, figure_marks, marks_on
    from pharmasales.recruitment.agents.needs import (
        ITEM_TRAININGS,
        NEED_STATES,
        NeedState,
        TrainingNeed,
        TrainingNeeds,
        training_needs,
    )
    from pharmasales.recruitment.agents.path_records import agent_path_data, agent_path_from
    from pharmasales.recruitment.agents.records import (
        agent_issue_data,
        agent_issue_from,
        agent_mark_data,
        agent_mark_from,
        agent_training_data,
        agent_training_from,
        kept_data,
        kept_from,
        selection_mark_data,
        selection_mark_from,
    )
    from pharmasales.recruitment.agents.screening import (
        SCREENING,
        SCREENING_OUTCOMES,
        Screening,
        ScreeningOutcome,
        ScreeningRow,
        screen_dealers,
    )
    from pharmasales.recruitment.agents.selecting import (
        SELECTION_OUTCOMES,
        Selection,
        SelectionOutcome,
        SelectionRow,
        select_dealers,
    )
    from pharmasales.recruitment.agents.stages import DEVELOPMENT, Guide, StageAsk, StageGuide, stage_grade, stage_table
    from pharmasales.recruitment.agents.standing import DevelopmentBoard, DevelopmentRow, development_board
    from pharmasales.recruitment.agents.trainings import (
        AGENT_TRAININGS,
        EFFECTS,
        AgentTraining,
        Effect,
        TrainingEffect,
        training_list,
    )

__all__ = [
    "AGENT_RULE",
    "AGENT_TRAININGS",
    "CONDITIONS",
    "DEVELOPMENT",
    "EFFECTS",
    "FIGURE_MARKS",
    "ISSUE_KINDS",
    "ISSUE_STATES",
    "ITEM_TRAININGS",
    "NEED_STATES",
    "SCREENING",
    "SCREENING_OUTCOMES",
    "SELECTION_OUTCOMES",
    "SELECTION_RULES",
    "AgentGrade",
    "AgentGrades",
    "AgentIssue",
    "AgentMark",
    "AgentPath",
    "AgentTraining",
    "DevelopmentBoard",
    "DevelopmentRow",
    "DropCut",
    "Effect",
    "Guide",
    "HardCondition",
    "IssueKind",
    "IssueLog",
    "IssueRow",
    "IssueState",
    "IssueStep",
    "IssueTerms",
    "Kept",
    "NeedState",
    "Screening",
    "ScreeningOutcome",
    "ScreeningRow",
    "Selection",
    "SelectionMark",
    "SelectionOutcome",
    "SelectionRow",
    "StageAsk",
    "StageGuide",
    "StageMove",
    "StageProof",
    "StageRevision",
    "TrainingEffect",
    "TrainingNeed",
    "TrainingNeeds",
    "agent_issue_data",
    "agent_issue_from",
    "agent_mark_data",
    "agent_mark_from",
    "agent_path_data",
    "agent_path_from",
    "agent_training_data",
    "agent_training_from",
    "condition_of",
    "development_board",
    "figure_marks",
    "grade_agents",
    "issue_log",
    "kept_data",
    "kept_from",
    "marks_on",
    "screen_dealers",
    "select_dealers",
    "selection_mark_data",
    "selection_mark_from",
    "stage_grade",
    "stage_table",
    "training_list",
    "training_needs",
]

_MODULES = {
    "marks": "FIGURE_MARKS AgentMark figure_marks marks_on",
    "grading": "AGENT_RULE AgentGrade AgentGrades grade_agents",
    "stages": "DEVELOPMENT Guide StageAsk StageGuide stage_grade stage_table",
    "development": "AgentPath StageMove StageProof StageRevision",
    "standing": "DevelopmentBoard DevelopmentRow development_board",
    "issues": "ISSUE_KINDS ISSUE_STATES AgentIssue IssueKind IssueState IssueStep IssueTerms",
    "issue_list": "IssueLog IssueRow issue_log",
    "trainings": "AGENT_TRAININGS EFFECTS AgentTraining Effect TrainingEffect training_list",
    "needs": "ITEM_TRAININGS NEED_STATES NeedState TrainingNeed TrainingNeeds training_needs",
    "assessing": "SELECTION_RULES SelectionMark",
    "conditions": "CONDITIONS HardCondition condition_of",
    "selecting": "SELECTION_OUTCOMES Selection SelectionOutcome SelectionRow select_dealers",
    "cutting": "DropCut Kept",
    "screening": "SCREENING SCREENING_OUTCOMES Screening ScreeningOutcome ScreeningRow screen_dealers",
    "path_records": "agent_path_data agent_path_from",
    "records": (
        "agent_issue_data agent_issue_from agent_mark_data agent_mark_from "
        "agent_training_data agent_training_from kept_data kept_from selection_mark_data selection_mark_from"
    ),
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
