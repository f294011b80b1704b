"""Joint visits (协访): with a dealer in four steps that gate each other (工商协访), and coaching as one chain (带教).

A `DealerJoint` is prepared, agreed, carried out and talked over, signed by both sides; a `CoachingReport` leads to an
action, its check and its later result in a `CoachingBook`. A joint visit counts once for the customer and once for each
who took part.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.followup.joint.alignment import (
        ConflictKind,
        JointConflict,
        JointDiary,
        PlannedCall,
        joint_appointments,
        joint_conflict_table,
    )
    from pharmasales.followup.joint.chain import CoachingBook
    from pharmasales.followup.joint.coaching import CoachingReport
    from pharmasales.followup.joint.coaching_records import (
        action_check_data,
        action_check_from,
        coaching_form_data,
        coaching_form_from,
        coaching_report_data,
        coaching_report_from,
        coaching_result_data,
        coaching_result_from,
    )
    from pharmasales.followup.joint.coaching_versions import (
        COACHING_STATES,
        CoachingAct,
        CoachingAction,
        CoachingState,
        CoachingVersion,
    )
    from pharmasales.followup.joint.contents import (
        JointAction,
        JointConduct,
        JointContent,
        JointDebrief,
        JointGoals,
        JointPreparation,
        JointQuestion,
    )
    from pharmasales.followup.joint.counting import CreditedTo, JointCounts, JointCredit, joint_counts, joint_credits
    from pharmasales.followup.joint.dealer_joint import DealerJoint, held_joints
    from pharmasales.followup.joint.development import (
        DEALER_STAGES,
        DealerStage,
        DealerTraining,
        StageMark,
        StageName,
        dealer_stage,
        dealer_training_table,
    )
    from pharmasales.followup.joint.development_records import (
        dealer_training_data,
        dealer_training_from,
        stage_mark_data,
        stage_mark_from,
    )
    from pharmasales.followup.joint.effects import Effect, Reading, effect, joint_effect_table
    from pharmasales.followup.joint.forms import (
        COACHING_EVIDENCE,
        CoachingAnswers,
        CoachingForm,
        CoachingQuestion,
        weighed_evidence,
    )
    from pharmasales.followup.joint.joint_records import (
        dealer_joint_data,
        dealer_joint_from,
        dealer_terms_data,
        dealer_terms_from,
        joint_visit_data,
        joint_visit_from,
    )
    from pharmasales.followup.joint.kinds import (
        JOINT_KINDS,
        JOINT_MODES,
        JOINT_ROLES,
        JointKind,
        JointMode,
        JointRole,
        JointVisit,
        joint_mode,
    )
    from pharmasales.followup.joint.links import (
        CHAIN_STATES,
        CHECK_FINDINGS,
        ActionCheck,
        ChainState,
        CheckFinding,
        CoachingChain,
        CoachingResult,
    )
    from pharmasales.followup.joint.overview import CallGrid, CallRow, JointChance, call_grid
    from pharmasales.followup.joint.problems import (
        JOINT_FLOWS,
        PROBLEM_AREAS,
        AgreedProblem,
        CommonProblem,
        CommonProblems,
        JointProblem,
        ProblemArea,
        common_problems,
    )
    from pharmasales.followup.joint.qualified import Companion, companions
    from pharmasales.followup.joint.quality import JOINT_QUALITY, JointQuality, joint_quality, joint_quality_table
    from pharmasales.followup.joint.sharing import DataShare, ShareLine, ShareNote
    from pharmasales.followup.joint.steps import (
        JOINT_STATES,
        JOINT_STEPS,
        ActionReport,
        JointCancelled,
        JointSignature,
        JointState,
        JointStep,
        JointStepRecord,
    )
    from pharmasales.followup.joint.terms import JOINT_TERM, CostSplit, DealerTerms, TermProposal, term_proposal
    from pharmasales.followup.joint.trends import SkillPoint, SkillTrend, skill_trend

__all__ = [
    "CHAIN_STATES",
    "CHECK_FINDINGS",
    "COACHING_EVIDENCE",
    "COACHING_STATES",
    "DEALER_STAGES",
    "JOINT_FLOWS",
    "JOINT_KINDS",
    "JOINT_MODES",
    "JOINT_QUALITY",
    "JOINT_ROLES",
    "JOINT_STATES",
    "JOINT_STEPS",
    "JOINT_TERM",
    "PROBLEM_AREAS",
    "ActionCheck",
    "ActionReport",
    "AgreedProblem",
    "CallGrid",
    "CallRow",
    "ChainState",
    "CheckFinding",
    "CoachingAct",
    "CoachingAction",
    "CoachingAnswers",
    "CoachingBook",
    "CoachingChain",
    "CoachingForm",
    "CoachingQuestion",
    "CoachingReport",
    "CoachingResult",
    "CoachingState",
    "CoachingVersion",
    "CommonProblem",
    "CommonProblems",
    "Companion",
    "ConflictKind",
    "CostSplit",
    "CreditedTo",
    "DataShare",
    "DealerJoint",
    "DealerStage",
    "DealerTerms",
    "DealerTraining",
    "Effect",
    "JointAction",
    "JointCancelled",
    "JointChance",
    "JointConduct",
    "JointConflict",
    "JointContent",
    "JointCounts",
    "JointCredit",
    "JointDebrief",
    "JointDiary",
    "JointGoals",
    "JointKind",
    "JointMode",
    "JointPreparation",
    "JointProblem",
    "JointQuality",
    "JointQuestion",
    "JointRole",
    "JointSignature",
    "JointState",
    "JointStep",
    "JointStepRecord",
    "JointVisit",
    "PlannedCall",
    "ProblemArea",
    "Reading",
    "ShareLine",
    "ShareNote",
    "SkillPoint",
    "SkillTrend",
    "StageMark",
    "StageName",
    "TermProposal",
    "action_check_data",
    "action_check_from",
    "call_grid",
    "coaching_form_data",
    "coaching_form_from",
    "coaching_report_data",
    "coaching_report_from",
    "coaching_result_data",
    "coaching_result_from",
    "common_problems",
    "companions",
    "dealer_joint_data",
    "dealer_joint_from",
    "dealer_stage",
    "dealer_terms_data",
    "dealer_terms_from",
    "dealer_training_data",
    "dealer_training_from",
    "dealer_training_table",
    "effect",
    "held_joints",
    "joint_appointments",
    "joint_conflict_table",
    "joint_counts",
    "joint_credits",
    "joint_effect_table",
    "joint_mode",
    "joint_quality",
    "joint_quality_table",
    "joint_visit_data",
    "joint_visit_from",
    "skill_trend",
    "stage_mark_data",
    "stage_mark_from",
    "term_proposal",
    "weighed_evidence",
]

_MODULES = {
    "kinds": "JOINT_KINDS JOINT_MODES JOINT_ROLES JointKind JointMode JointRole JointVisit joint_mode",
    "terms": "CostSplit DealerTerms JOINT_TERM TermProposal term_proposal",
    "qualified": "Companion companions",
    "alignment": "ConflictKind JointConflict JointDiary PlannedCall joint_appointments joint_conflict_table",
    "overview": "CallGrid CallRow JointChance call_grid",
    "contents": "JointAction JointConduct JointContent JointDebrief JointGoals JointPreparation JointQuestion",
    "steps": "ActionReport JOINT_STATES JOINT_STEPS JointCancelled JointSignature JointState JointStep JointStepRecord",
    "dealer_joint": "DealerJoint held_joints",
    "problems": "AgreedProblem CommonProblem CommonProblems JOINT_FLOWS JointProblem PROBLEM_AREAS "
    "ProblemArea common_problems",
    "effects": "Effect Reading effect joint_effect_table",
    "quality": "JOINT_QUALITY JointQuality joint_quality joint_quality_table",
    "development": "DEALER_STAGES DealerStage DealerTraining StageMark StageName dealer_stage dealer_training_table",
    "sharing": "DataShare ShareLine ShareNote",
    "counting": "CreditedTo JointCounts JointCredit joint_counts joint_credits",
    "forms": "COACHING_EVIDENCE CoachingAnswers CoachingForm CoachingQuestion weighed_evidence",
    "coaching_versions": "COACHING_STATES CoachingAct CoachingAction CoachingState CoachingVersion",
    "coaching": "CoachingReport",
    "links": "ActionCheck CHAIN_STATES CHECK_FINDINGS ChainState CheckFinding CoachingChain CoachingResult",
    "chain": "CoachingBook",
    "trends": "SkillPoint SkillTrend skill_trend",
    "joint_records": "dealer_joint_data dealer_joint_from dealer_terms_data dealer_terms_from "
    "joint_visit_data joint_visit_from",
    "coaching_records": "action_check_data action_check_from coaching_form_data coaching_form_from "
    "coaching_report_data coaching_report_from coaching_result_data coaching_result_from",
    "development_records": "dealer_training_data dealer_training_from stage_mark_data stage_mark_from",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
