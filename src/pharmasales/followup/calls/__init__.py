"""Calls (拜访记录): a visit before, during and after.

`prepare_call` says what stands in the way; a `CallReport` holds what happened, with objections (异议), needs, feedback
and next steps; a `CallRecord` is its history, locked once submitted; adverse events hand off at once; `truth_flags`
names what deserves a look, and judges nobody.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.followup.calls.adverse import adverse_faults, hear
    from pharmasales.followup.calls.afterwards import (
        CallTask,
        CallTaskKind,
        NeedHeard,
        call_task_table,
        call_tasks,
        experience_to_share,
        need_history,
    )
    from pharmasales.followup.calls.checklist import CHECKLIST, CheckItem, Checklist, Readiness
    from pharmasales.followup.calls.completeness import CallCompleteness, call_completeness
    from pharmasales.followup.calls.durations import (
        FIRST_VISIT,
        DurationNote,
        DurationWord,
        duration_notes,
        duration_word,
        entry_delay,
    )
    from pharmasales.followup.calls.evidence import EVIDENCE_KINDS, CallEvidence, ThreeWay, TruthCount, three_way
    from pharmasales.followup.calls.flags import (
        FLAG_PATTERNS,
        FLAG_QUESTIONS,
        FLAG_RULES,
        CallFlag,
        FlagRules,
        TruthFlags,
        Unsaid,
    )
    from pharmasales.followup.calls.notes import CallNotes, CustomerNeed, LeftItem, NextStep
    from pharmasales.followup.calls.objections import OBJECTION_STATES, Objection, ObjectionState, objection_table
    from pharmasales.followup.calls.plain import (
        call_data,
        call_from,
        call_record_data,
        call_record_from,
        hand_off_data,
        hand_off_from,
        objection_data,
        objection_from,
    )
    from pharmasales.followup.calls.policy import ASKED_FIELDS, CALL_POLICY, CHINA_TIME, LIVE_CHANNELS, CallPolicy
    from pharmasales.followup.calls.preparing import (
        CallPreparation,
        PreparationFinding,
        VisitFacts,
        VisitMaterial,
        prepare_call,
    )
    from pharmasales.followup.calls.record import CallRecord
    from pharmasales.followup.calls.reports import CallReport, Detailed
    from pharmasales.followup.calls.safety import ADVERSE_WORDS, DrugFeedback, SafetyHandOff, mentions_event
    from pharmasales.followup.calls.steps import CALL_STEPS, CallStep, CallStepKind
    from pharmasales.followup.calls.submitting import left_verdicts, submission_faults
    from pharmasales.followup.calls.support import SUPPORT_KINDS, Support, give_support
    from pharmasales.followup.calls.truth import truth_flags
    from pharmasales.followup.calls.ways import VISIT_WAYS, VisitRequest, ways_table
    from pharmasales.followup.calls.words import (
        ASPECTS,
        CALL_REASONS,
        CALL_STAGES,
        CALL_STATES,
        CUSTOMER_NEEDS,
        OBJECTIONS,
        SERIOUSNESS,
        TONES,
        Aspect,
        CallState,
        ObjectionKind,
        Seriousness,
        Tone,
    )

__all__ = [
    "ADVERSE_WORDS",
    "ASKED_FIELDS",
    "ASPECTS",
    "CALL_POLICY",
    "CALL_REASONS",
    "CALL_STAGES",
    "CALL_STATES",
    "CALL_STEPS",
    "CHECKLIST",
    "CHINA_TIME",
    "CUSTOMER_NEEDS",
    "EVIDENCE_KINDS",
    "FIRST_VISIT",
    "FLAG_PATTERNS",
    "FLAG_QUESTIONS",
    "FLAG_RULES",
    "LIVE_CHANNELS",
    "OBJECTIONS",
    "OBJECTION_STATES",
    "SERIOUSNESS",
    "SUPPORT_KINDS",
    "TONES",
    "VISIT_WAYS",
    "Aspect",
    "CallCompleteness",
    "CallEvidence",
    "CallFlag",
    "CallNotes",
    "CallPolicy",
    "CallPreparation",
    "CallRecord",
    "CallReport",
    "CallState",
    "CallStep",
    "CallStepKind",
    "CallTask",
    "CallTaskKind",
    "CheckItem",
    "Checklist",
    "CustomerNeed",
    "Detailed",
    "DrugFeedback",
    "DurationNote",
    "DurationWord",
    "FlagRules",
    "LeftItem",
    "NeedHeard",
    "NextStep",
    "Objection",
    "ObjectionKind",
    "ObjectionState",
    "PreparationFinding",
    "Readiness",
    "SafetyHandOff",
    "Seriousness",
    "Support",
    "ThreeWay",
    "Tone",
    "TruthCount",
    "TruthFlags",
    "Unsaid",
    "VisitFacts",
    "VisitMaterial",
    "VisitRequest",
    "adverse_faults",
    "call_completeness",
    "call_data",
    "call_from",
    "call_record_data",
    "call_record_from",
    "call_task_table",
    "call_tasks",
    "duration_notes",
    "duration_word",
    "entry_delay",
    "experience_to_share",
    "give_support",
    "hand_off_data",
    "hand_off_from",
    "hear",
    "left_verdicts",
    "mentions_event",
    "need_history",
    "objection_data",
    "objection_from",
    "objection_table",
    "prepare_call",
    "submission_faults",
    "three_way",
    "truth_flags",
    "ways_table",
]

_MODULES = {
    "reports": "CallReport Detailed",
    "notes": "CallNotes CustomerNeed LeftItem NextStep",
    "words": "ASPECTS Aspect CALL_REASONS CALL_STAGES CALL_STATES CUSTOMER_NEEDS CallState "
    "OBJECTIONS ObjectionKind SERIOUSNESS Seriousness TONES Tone",
    "checklist": "CHECKLIST CheckItem Checklist Readiness",
    "preparing": "CallPreparation PreparationFinding VisitFacts VisitMaterial prepare_call",
    "policy": "ASKED_FIELDS CALL_POLICY CHINA_TIME CallPolicy LIVE_CHANNELS",
    "completeness": "CallCompleteness call_completeness",
    "objections": "OBJECTION_STATES Objection ObjectionState objection_table",
    "safety": "ADVERSE_WORDS DrugFeedback SafetyHandOff mentions_event",
    "adverse": "adverse_faults hear",
    "submitting": "left_verdicts submission_faults",
    "steps": "CALL_STEPS CallStep CallStepKind",
    "record": "CallRecord",
    "durations": "DurationNote DurationWord FIRST_VISIT duration_notes duration_word entry_delay",
    "afterwards": "CallTask CallTaskKind NeedHeard call_task_table call_tasks experience_to_share need_history",
    "ways": "VISIT_WAYS VisitRequest ways_table",
    "support": "SUPPORT_KINDS Support give_support",
    "evidence": "CallEvidence EVIDENCE_KINDS ThreeWay TruthCount three_way",
    "flags": "CallFlag FLAG_PATTERNS FLAG_QUESTIONS FLAG_RULES FlagRules TruthFlags Unsaid",
    "truth": "truth_flags",
    "plain": "call_data call_from call_record_data call_record_from hand_off_data hand_off_from "
    "objection_data objection_from",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
