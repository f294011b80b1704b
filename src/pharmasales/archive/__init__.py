"""Customer archive (客户档案): who we sell to, who looks after them, how their files came to be, and what they bought.

`Customer` is what is held true on one day and `Archive` all of them, checked together. `Dossier` is one customer's file
with its whole history and `Register` all files; `Sale` is what happened.
"""

from typing import TYPE_CHECKING

from pharmasales.extras import on_demand

if TYPE_CHECKING:
    from pharmasales.archive.agreements import Agreement, clause_warnings
    from pharmasales.archive.card import Card
    from pharmasales.archive.changes import Change
    from pharmasales.archive.completeness import COMPLETENESS, Completeness
    from pharmasales.archive.concentration import Concentration, concentrate, keeping_cost
    from pharmasales.archive.contacts import contact_plan
    from pharmasales.archive.criteria import Criteria, where
    from pharmasales.archive.customers import Affiliation, Archive, Customer, Product
    from pharmasales.archive.divisions import Divisions
    from pharmasales.archive.dossier import Dossier
    from pharmasales.archive.duplicates import Candidates, candidates
    from pharmasales.archive.erasure import access, erase
    from pharmasales.archive.freshness import stale
    from pharmasales.archive.kinds import KINDS, ROLES, Kind, is_person, kind_of
    from pharmasales.archive.leads import Admission, Lead, admit, admitted
    from pharmasales.archive.levels import Level, hospital_level, spellings
    from pharmasales.archive.lookup import NameMatcher, best_match
    from pharmasales.archive.merging import merge, unmerge
    from pharmasales.archive.ownership import owner_gaps, owner_loads
    from pharmasales.archive.query import Page, find
    from pharmasales.archive.register import Register
    from pharmasales.archive.requests import Request, approve, propose, reject
    from pharmasales.archive.retention import Retention, retention_funnel
    from pharmasales.archive.sales import (
        Measured,
        Sale,
        by_bucket,
        by_customer,
        by_period,
        by_rep,
        lines_within,
        owners,
    )
    from pharmasales.archive.search import NameIndex
    from pharmasales.archive.suppliers import Supplier, rate_supplier
    from pharmasales.archive.titles import Title, hospital_title
    from pharmasales.archive.yields import lead_yields

__all__ = [
    "COMPLETENESS",
    "KINDS",
    "ROLES",
    "Admission",
    "Affiliation",
    "Agreement",
    "Archive",
    "Candidates",
    "Card",
    "Change",
    "Completeness",
    "Concentration",
    "Criteria",
    "Customer",
    "Divisions",
    "Dossier",
    "Kind",
    "Lead",
    "Level",
    "Measured",
    "NameIndex",
    "NameMatcher",
    "Page",
    "Product",
    "Register",
    "Request",
    "Retention",
    "Sale",
    "Supplier",
    "Title",
    "access",
    "admit",
    "admitted",
    "approve",
    "best_match",
    "by_bucket",
    "by_customer",
    "by_period",
    "by_rep",
    "candidates",
    "clause_warnings",
    "concentrate",
    "contact_plan",
    "erase",
    "find",
    "hospital_level",
    "hospital_title",
    "is_person",
    "keeping_cost",
    "kind_of",
    "lead_yields",
    "lines_within",
    "merge",
    "owner_gaps",
    "owner_loads",
    "owners",
    "propose",
    "rate_supplier",
    "reject",
    "retention_funnel",
    "spellings",
    "stale",
    "unmerge",
    "where",
]

_MODULES = {
    "agreements": "Agreement clause_warnings",
    "card": "Card",
    "changes": "Change",
    "completeness": "COMPLETENESS Completeness",
    "concentration": "Concentration concentrate keeping_cost",
    "contacts": "contact_plan",
    "criteria": "Criteria where",
    "customers": "Affiliation Archive Customer Product",
    "divisions": "Divisions",
    "dossier": "Dossier",
    "duplicates": "Candidates candidates",
    "erasure": "access erase",
    "freshness": "stale",
    "kinds": "KINDS ROLES Kind is_person kind_of",
    "leads": "Admission Lead admit admitted",
    "levels": "Level hospital_level spellings",
    "lookup": "NameMatcher best_match",
    "merging": "merge unmerge",
    "ownership": "owner_gaps owner_loads",
    "query": "Page find",
    "register": "Register",
    "requests": "Request approve propose reject",
    "retention": "Retention retention_funnel",
    "sales": "Measured Sale by_bucket by_customer by_period by_rep lines_within owners",
    "search": "NameIndex",
    "suppliers": "Supplier rate_supplier",
    "titles": "Title hospital_title",
    "yields": "lead_yields",
}

__getattr__, __dir__ = on_demand(__name__, _MODULES)
