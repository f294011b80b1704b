"""The compliance gate (合规): who may do what, under which policy, and how personal data are kept."""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.compliance.actions import ACTIONS, Action, ActionKind, action_table
    from pharmasales.compliance.audit import START, Anchor, Entry, append, matches
    from pharmasales.compliance.clauses import ALWAYS, Clause, Outcome
    from pharmasales.compliance.consent import Channel, Consent, ConsentKind, Permit, permitted, withdraw
    from pharmasales.compliance.contacts import Contact, ContactCap, may_contact
    from pharmasales.compliance.data import policy_data, policy_toml, read_policy
    from pharmasales.compliance.facts import FACTS, LIMITS, Fact
    from pharmasales.compliance.gate import Policy
    from pharmasales.compliance.masking import HIDDEN, in_clear, mask, masked_record
    from pharmasales.compliance.override import Override
    from pharmasales.compliance.personal import (
        USES,
        FieldUse,
        needs_consent,
        notice,
        purpose_of,
        registered,
        unregistered,
        use_of,
    )
    from pharmasales.compliance.policies import CN_2020, CN_2026, NONE, POLICIES, company_policy, policy
    from pharmasales.compliance.retention import Due, Held, RetentionRun, due_for_deletion
    from pharmasales.compliance.sealing import Seal, digest
    from pharmasales.compliance.sources import SOURCES, LeadSource, source_table
    from pharmasales.compliance.verdict import OUTCOMES, Finding, Verdict, verdict_table
    from pharmasales.compliance.verification import BadEntry, Verified, entry_data, entry_from_data, verify
    from pharmasales.compliance.words import ROLES

__all__ = [
    "ACTIONS",
    "ALWAYS",
    "CN_2020",
    "CN_2026",
    "FACTS",
    "HIDDEN",
    "LIMITS",
    "NONE",
    "OUTCOMES",
    "POLICIES",
    "ROLES",
    "SOURCES",
    "START",
    "USES",
    "Action",
    "ActionKind",
    "Anchor",
    "BadEntry",
    "Channel",
    "Clause",
    "Consent",
    "ConsentKind",
    "Contact",
    "ContactCap",
    "Due",
    "Entry",
    "Fact",
    "FieldUse",
    "Finding",
    "Held",
    "LeadSource",
    "Outcome",
    "Override",
    "Permit",
    "Policy",
    "RetentionRun",
    "Seal",
    "Verdict",
    "Verified",
    "action_table",
    "append",
    "company_policy",
    "digest",
    "due_for_deletion",
    "entry_data",
    "entry_from_data",
    "in_clear",
    "mask",
    "masked_record",
    "matches",
    "may_contact",
    "needs_consent",
    "notice",
    "permitted",
    "policy",
    "policy_data",
    "policy_toml",
    "purpose_of",
    "read_policy",
    "registered",
    "source_table",
    "unregistered",
    "use_of",
    "verdict_table",
    "verify",
    "withdraw",
]

_MODULES = {
    "actions": "ACTIONS Action ActionKind action_table",
    "audit": "START Anchor Entry append matches",
    "clauses": "ALWAYS Clause Outcome",
    "consent": "Channel Consent ConsentKind Permit permitted withdraw",
    "contacts": "Contact ContactCap may_contact",
    "data": "policy_data policy_toml read_policy",
    "facts": "FACTS LIMITS Fact",
    "gate": "Policy",
    "masking": "HIDDEN in_clear mask masked_record",
    "override": "Override",
    "personal": "USES FieldUse needs_consent notice purpose_of registered unregistered use_of",
    "policies": "CN_2020 CN_2026 NONE POLICIES company_policy policy",
    "retention": "Due Held RetentionRun due_for_deletion",
    "sealing": "Seal digest",
    "sources": "SOURCES LeadSource source_table",
    "verdict": "OUTCOMES Finding Verdict verdict_table",
    "verification": "BadEntry Verified entry_data entry_from_data verify",
    "words": "ROLES",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
