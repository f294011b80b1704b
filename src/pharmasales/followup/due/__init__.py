"""Due (到期): what is to be done on a day, since when, why and how late; what the law asks for is never held back.

`due_on` reads a `CadenceTable` (频率表), `Recurrence`s (循环日程), `Deadline`s and `Silence`s (时限与久未联系),
greetings by consent (生日与节日问候), and adverse events (不良反应) with their legal deadlines; `Restraints` are caps,
consents and leave.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.followup.due.days_off import OffDay
    from pharmasales.followup.due.followed import AdverseEvent, Followed, Occasion, Snooze, Touch, with_touches
    from pharmasales.followup.due.greetings import BIRTHDAY, Birthday, Festival, festival_days
    from pharmasales.followup.due.items import DUE_STATES, DueItem, DueList
    from pharmasales.followup.due.legal import (
        ADVERSE_SEVERITIES,
        CN_ADR_2011,
        HAND_OFF_24H,
        HandOff,
        ReportingLaw,
        law_on,
    )
    from pharmasales.followup.due.listing import DueRules, due_on
    from pharmasales.followup.due.loads import class_loads
    from pharmasales.followup.due.needs import DUE_KINDS, Need
    from pharmasales.followup.due.ranking import ORDER_KEYS, DueOrder
    from pharmasales.followup.due.recurrence import Recurrence, SinceLast, read_recurrence
    from pharmasales.followup.due.recurring import Recurring
    from pharmasales.followup.due.restraints import Hold, Restraints
    from pharmasales.followup.due.rows import CONTACT_LAYERS, CadenceRow, ContactLayer
    from pharmasales.followup.due.spacing import PER_DAYS, PER_WORDS, Rhythm, monthly, rhythm, spacing
    from pharmasales.followup.due.table import CADENCE_STAGES, CadenceTable
    from pharmasales.followup.due.table_data import read_cadence_table
    from pharmasales.followup.due.tables import BY_CLASS, BY_SITUATION, CADENCE_TABLES, PHARMACIES, cadence_table
    from pharmasales.followup.due.triggers import (
        AGEING,
        CONTRACT_EXECUTED,
        DEADLINES,
        FIRST_TOUCH,
        KEEP_IN_TOUCH,
        LOST_CONTACT,
        PROMISED_ANSWER,
        REFERRAL_ASKED,
        REFERRAL_RETURNED,
        SILENCES,
        STOCK_VISIT,
        Deadline,
        Silence,
        SlaCalendar,
    )

__all__ = [
    "ADVERSE_SEVERITIES",
    "AGEING",
    "BIRTHDAY",
    "BY_CLASS",
    "BY_SITUATION",
    "CADENCE_STAGES",
    "CADENCE_TABLES",
    "CN_ADR_2011",
    "CONTACT_LAYERS",
    "CONTRACT_EXECUTED",
    "DEADLINES",
    "DUE_KINDS",
    "DUE_STATES",
    "FIRST_TOUCH",
    "HAND_OFF_24H",
    "KEEP_IN_TOUCH",
    "LOST_CONTACT",
    "ORDER_KEYS",
    "PER_DAYS",
    "PER_WORDS",
    "PHARMACIES",
    "PROMISED_ANSWER",
    "REFERRAL_ASKED",
    "REFERRAL_RETURNED",
    "SILENCES",
    "STOCK_VISIT",
    "AdverseEvent",
    "Birthday",
    "CadenceRow",
    "CadenceTable",
    "ContactLayer",
    "Deadline",
    "DueItem",
    "DueList",
    "DueOrder",
    "DueRules",
    "Festival",
    "Followed",
    "HandOff",
    "Hold",
    "Need",
    "Occasion",
    "OffDay",
    "Recurrence",
    "Recurring",
    "ReportingLaw",
    "Restraints",
    "Rhythm",
    "Silence",
    "SinceLast",
    "SlaCalendar",
    "Snooze",
    "Touch",
    "cadence_table",
    "class_loads",
    "due_on",
    "festival_days",
    "law_on",
    "monthly",
    "read_cadence_table",
    "read_recurrence",
    "rhythm",
    "spacing",
    "with_touches",
]

_MODULES = {
    "spacing": "PER_DAYS PER_WORDS Rhythm monthly rhythm spacing",
    "rows": "CONTACT_LAYERS CadenceRow ContactLayer",
    "table": "CADENCE_STAGES CadenceTable",
    "table_data": "read_cadence_table",
    "tables": "BY_CLASS BY_SITUATION CADENCE_TABLES PHARMACIES cadence_table",
    "loads": "class_loads",
    "recurrence": "Recurrence SinceLast read_recurrence",
    "days_off": "OffDay",
    "recurring": "Recurring",
    "triggers": "AGEING CONTRACT_EXECUTED DEADLINES Deadline FIRST_TOUCH KEEP_IN_TOUCH LOST_CONTACT "
    "PROMISED_ANSWER REFERRAL_ASKED REFERRAL_RETURNED SILENCES STOCK_VISIT Silence "
    "SlaCalendar",
    "greetings": "BIRTHDAY Birthday Festival festival_days",
    "legal": "ADVERSE_SEVERITIES CN_ADR_2011 HAND_OFF_24H HandOff ReportingLaw law_on",
    "followed": "AdverseEvent Followed Occasion Snooze Touch with_touches",
    "needs": "DUE_KINDS Need",
    "restraints": "Hold Restraints",
    "ranking": "DueOrder ORDER_KEYS",
    "items": "DUE_STATES DueItem DueList",
    "listing": "DueRules due_on",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
