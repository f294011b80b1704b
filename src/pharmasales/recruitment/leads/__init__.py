"""Leads (线索): what the ways of finding agents cost and bring, who is contacted when, and who takes whom.

The gate comes first: `pharmasales.archive.admit` puts a lead from a blocked source into quarantine, and nothing here
counts it. `campaign_costs` spreads the price of a campaign, `source_costs` says what a lead and a contract
of each source cost, `compare_media` compares offers, `method_reports` says what
each planned method brought in each region; `first_touches` watches the first contact, `score_leads` picks the key
leads, `assign_leads` hands them out.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.recruitment.leads.assigning import Assigned, Assignment, Taker, TakerLoad, assign_leads
    from pharmasales.recruitment.leads.campaigns import Campaign, CampaignCost, CampaignCosts, campaign_costs
    from pharmasales.recruitment.leads.lead_rule import LEAD_RULE
    from pharmasales.recruitment.leads.media import MEDIA_WEIGHTS, MediaComparison, Medium, MediumScore, compare_media
    from pharmasales.recruitment.leads.methods import (
        LeadMethod,
        MethodReport,
        MethodReports,
        MethodState,
        method_reports,
    )
    from pharmasales.recruitment.leads.records import (
        campaign_data,
        campaign_from,
        lead_data,
        lead_from,
        touch_data,
        touch_from,
    )
    from pharmasales.recruitment.leads.scoring import LeadScore, LeadScores, score_leads
    from pharmasales.recruitment.leads.sourcing import SourceCost, SourceCosts, source_costs
    from pharmasales.recruitment.leads.touches import InDays, InHours, Sla, Touch, When
    from pharmasales.recruitment.leads.touching import FirstTouch, FirstTouches, TouchBreach, TouchState, first_touches
    from pharmasales.recruitment.leads.worktime import BEIJING, WorkHours

__all__ = [
    "BEIJING",
    "LEAD_RULE",
    "MEDIA_WEIGHTS",
    "Assigned",
    "Assignment",
    "Campaign",
    "CampaignCost",
    "CampaignCosts",
    "FirstTouch",
    "FirstTouches",
    "InDays",
    "InHours",
    "LeadMethod",
    "LeadScore",
    "LeadScores",
    "MediaComparison",
    "Medium",
    "MediumScore",
    "MethodReport",
    "MethodReports",
    "MethodState",
    "Sla",
    "SourceCost",
    "SourceCosts",
    "Taker",
    "TakerLoad",
    "Touch",
    "TouchBreach",
    "TouchState",
    "When",
    "WorkHours",
    "assign_leads",
    "campaign_costs",
    "campaign_data",
    "campaign_from",
    "compare_media",
    "first_touches",
    "lead_data",
    "lead_from",
    "method_reports",
    "score_leads",
    "source_costs",
    "touch_data",
    "touch_from",
]

_MODULES = {
    "campaigns": "Campaign CampaignCost CampaignCosts campaign_costs",
    "sourcing": "SourceCost SourceCosts source_costs",
    "media": "MEDIA_WEIGHTS MediaComparison Medium MediumScore compare_media",
    "methods": "LeadMethod MethodReport MethodReports MethodState method_reports",
    "worktime": "BEIJING WorkHours",
    "touches": "InDays InHours Sla Touch When",
    "touching": "FirstTouch FirstTouches TouchBreach TouchState first_touches",
    "lead_rule": "LEAD_RULE",
    "scoring": "LeadScore LeadScores score_leads",
    "assigning": "Assigned Assignment Taker TakerLoad assign_leads",
    "records": "campaign_data campaign_from lead_data lead_from touch_data touch_from",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
