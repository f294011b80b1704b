"""Rows of the example region that are told by hand (示例故事): one life, who waits, who was lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pharmasales.workspace.demo_rows import Cell, Rows

__all__ = ["LIVES", "OPEN", "SOURCES", "STORY", "open_events"]

SOURCES: Final = {
    "tender": "about=company",
    "advert": "drug=prescription, medium=designated_journal, reviewed=yes",
    "referral": "referrer_recorded=yes, person_told=yes, paid=no",
    "local_visit": "party=company",
    "cooperation": "due_diligence=yes, service_contract=yes, processing_contract=yes, real_services=yes, cash_out=no",
}
"""The lawful sources, with the facts that the gate asks for."""

LIVES: Final = {
    "D07": (
        ("2024-01-17", "touched", "R07", "CALL-0117", "", "", "", "phone"),
        ("2024-01-29", "key", "R07", "FORM-K07", "", "", "", ""),
        ("2024-02-01", "expect", "R07", "", "", "2024-03-31", 280_000, ""),
        ("2024-02-01", "next", "R07", "visit with the product manager", "", "2024-02-20", "", ""),
        ("2024-02-20", "done", "R07", "", "", "", "", ""),
        ("2024-02-20", "visited", "R07", "VISIT-0220", "", "", "", ""),
        ("2024-03-15", "signed", "R07", "C-D07-2024", "", "", 360_000, ""),
        ("2024-04-22", "executing", "R07", "ORDER-D07-1", "", "", "", ""),
        ("2024-07-01", "kept", "R07", "second order paid", "", "", "", ""),
        ("2025-12-22", "next", "R07", "talk of the renewal", "", "2026-01-09", "", ""),
    ),
    "D12": (
        ("2025-07-21", "touched", "R12", "CALL-0721", "", "", "", "phone"),
        ("2025-08-04", "key", "R12", "FORM-K12", "", "", "", ""),
        ("2025-09-10", "visited", "R12", "VISIT-0910", "", "", "", ""),
        ("2025-10-10", "signed", "R12", "C-D12-2025", "", "", 150_000, ""),
    ),
    "D30": (
        ("2024-04-10", "touched", "R06", "CALL-0410", "", "", "", "phone"),
        ("2024-04-19", "key", "R06", "FORM-K30", "", "", "", ""),
        ("2024-05-08", "visited", "R06", "VISIT-0508", "", "", "", ""),
        ("2024-05-27", "signed", "R06", "C-D30-2024", "", "", 180_000, ""),
        ("2024-07-02", "executing", "R06", "ORDER-D30-1", "", "", "", ""),
        ("2025-06-30", "lost", "R06", "NOTICE-D30", "rival", "", "", ""),
    ),
}
"""What happened to agents whose story is told: day, what, by, evidence, reason, due, amount, channel."""

# agent, source, day of the lead, days of the stages, expected value and day, next action and day
OPEN: Final = (
    ("D41", "tender", "2025-12-26", "", "", "", "", ""),
    ("D42", "advert", "2025-12-12", "touched 2025-12-15, key 2025-12-24", 90_000, "2026-02-10", "", ""),
    ("D43", "referral", "2025-11-28", "touched 2025-12-01, key 2025-12-12, visited 2025-12-22", 140_000,
     "2026-02-20", "send the price sheet", "2025-12-30"),
    ("D44", "local_visit", "2025-12-22", "touched 2025-12-23", "", "", "ask what it sells", "2026-01-08"),
    ("D45", "tender", "2025-11-20", "touched 2025-11-21, key 2025-12-08, visited 2025-12-24", 110_000,
     "2025-12-31", "second visit", "2026-01-12"),
    ("D46", "tender", "2026-01-04", "", "", "", "", ""),
    ("D47", "local_visit", "2026-01-04", "", "", "", "", ""),
    ("D48", "referral", "2026-01-05", "", "", "", "", ""),
    ("D49", "tender", "2026-01-05", "", "", "", "", ""),
    ("D50", "tender", "2025-11-10", "touched 2025-11-11, key 2025-11-24, visited 2025-12-18", 120_000,
     "2026-01-08", "sign the contract", "2026-01-08"),
    ("D51", "advert", "2025-12-23", "touched 2025-12-25", 60_000, "2026-03-10", "call back", "2026-01-06"),
    ("D52", "local_visit", "2025-12-24", "touched 2025-12-25", 45_000, "2026-03-20", "call back", "2026-01-07"),
    ("D53", "referral", "2025-11-03", "touched 2025-11-05, key 2025-11-20, visited 2025-12-19", 200_000,
     "2026-01-20", "papers of the first deal", "2026-01-09"),
    ("D54", "tender", "2025-12-25", "touched 2025-12-26", 70_000, "2026-03-15", "send the product file", "2026-01-07"),
    ("D55", "cooperation", "2025-12-08", "touched 2025-12-09, key 2025-12-26", 95_000, "2026-02-28", "visit",
     "2026-01-13"),
    ("D56", "tender", "2025-11-12", "touched 2025-11-13, key 2025-12-01, visited 2025-12-23", 160_000,
     "2026-01-30", "assess with the manager", "2026-01-14"),
    ("D57", "advert", "2025-12-10", "touched 2025-12-16, key 2025-12-29", 80_000, "2026-02-25", "visit", "2026-01-15"),
    ("D58", "local_visit", "2025-12-15", "touched 2025-12-16, key 2025-12-30", 65_000, "2026-03-05", "visit",
     "2026-01-16"),
    ("D59", "referral", "2025-12-29", "touched 2025-12-30", 50_000, "2026-03-31", "call back", "2026-01-08"),
    ("D60", "cooperation", "2025-11-18", "touched 2025-11-19, key 2025-12-03, visited 2025-12-25", 130_000,
     "2026-02-06", "go through the sums", "2026-01-12"),
    ("D61", "tender", "2025-12-11", "touched 2025-12-12, key 2025-12-25", 85_000, "2026-02-18", "visit", "2026-01-07"),
    ("D62", "advert", "2025-09-08", "touched 2025-09-09, lost 2025-09-30 silent", "", "", "", ""),
    ("D63", "local_visit", "2025-10-13", "touched 2025-10-14, key 2025-10-27, lost 2025-11-14 price", 75_000,
     "2025-12-15", "", ""),
    ("D64", "referral", "2025-08-11", "touched 2025-08-12, lost 2025-08-20 refused", "", "", "", ""),
)  # fmt: skip
"""The prospects who have not signed."""


def open_events(agent: str, by: str) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of one of them: day, agent, what, by, evidence, reason, due, amount, channel, count."""
    for name, _, came, stages, value, sign_on, action, due in OPEN:
        if name == agent:
            last = came
            for step in filter(None, stages.split(", ")):
                what, last, *reason = step.split()
                channel = "phone" if what == "touched" else ""
                yield (last, agent, what, by, f"{what.upper()}-{agent}", "".join(reason), "", "", channel, "")
            if value:
                yield (last, agent, "expect", by, "", "", sign_on, value, "", "")
            if action:
                yield (last, agent, "next", by, action, "", due, "", "", "")


def _marks(agent: str, told: tuple[int | str, ...]) -> Rows:
    items = ("contract", "receipts", "keenness", "loyalty")
    rows = zip(items, told, strict=True)
    return [(agent, item, value, "2025-12-30", "R07", "year file", "") for item, value in rows if value != ""]


_RIGHTS: Rows = [
    ("C-D01-2025", "D01", "P1", "990100", "region", "", "granted", "2025-01-01", "2026-12-31", "no", "2024-12-12"),
    ("C-D05-2025", "D05", "P1", "990200", "region", "", "granted", "2025-07-01", "2026-06-30", "no", "2025-06-20"),
    ("C-D21-2025", "D21", "P1", "990300", "region", "", "granted", "2025-07-01", "2026-06-30", "no", "2025-06-25"),
    ("C-D09-2025", "D09", "P1", "990301", "terminal", "", "granted", "2025-01-01", "2026-12-31", "yes", "2024-12-20"),
    ("C-D07-2024", "D07", "P2", "990200", "region", "", "granted", "2024-04-01", "2026-03-31", "yes", "2024-03-15"),
    ("C-D03-2025", "D03", "P2", "990100", "region", "", "granted", "2025-01-01", "2026-12-31", "no", "2024-12-18"),
    ("C-D22-2025", "D22", "P2", "990302", "terminal", "", "granted", "2025-04-01", "2027-03-31", "no", "2025-03-20"),
    ("C-D02-2024", "D02", "P3", "990100", "region", "", "granted", "2024-07-01", "2025-06-30", "no", "2024-06-21"),
    ("C-D02-2024", "D02", "P3", "990100", "region", "", "renewed", "2025-07-01", "2027-06-30", "no", "2025-06-12"),
    ("C-D17-2025", "D17", "P3", "990201", "terminal", "", "granted", "2025-03-01", "2027-02-28", "no", "2025-02-20"),
    ("C-D30-2024", "D30", "P3", "990202", "terminal", "", "granted", "2024-06-01", "2026-05-31", "no", "2024-05-27"),
    ("C-D30-2024", "D30", "P3", "990202", "terminal", "", "ended", "2025-07-01", "", "no", "2025-06-30"),
    ("C-D18-2025", "D18", "P3", "990202", "terminal", "", "granted", "2025-07-01", "2027-06-30", "no", "2025-06-30"),
    ("C-D12-2025", "D12", "P3", "990304", "terminal", "", "granted", "2025-11-01", "2026-12-31", "no", "2025-10-10"),
    ("C-D25-2025", "D25", "P4", "990000", "province", "", "granted", "2025-01-01", "2027-12-31", "yes", "2024-12-05"),
    ("C-D13-2025", "D13", "P4", "990100", "region", "C-D25-2025", "granted", "2025-02-01", "2027-12-31", "no",
     "2025-01-15"),
    ("C-D29-2025", "D29", "P4", "990200", "region", "C-D25-2025", "granted", "2025-02-01", "2026-02-28", "no",
     "2025-01-18"),
]  # fmt: skip

STORY: Final[dict[str, tuple[str, Rows]]] = {
    "campaigns": (
        "id,source,since,until,cost,rank,effort",
        [
            ("K-TENDER-25", "tender", "2025-01-01", "2025-12-31", 12_000, 1, 50),
            ("K-ADVERT-25", "advert", "2025-03-01", "2025-12-31", 60_000, 2, 30),
            ("K-VISITS-25", "local_visit", "2025-09-01", "2025-12-31", 18_000, 3, 20),
        ],
    ),
    "media": (
        "id,reach,insiders,price,facts",
        [
            ("Example Journal 示例医药刊", 42_000, "70%", 30_000, SOURCES["advert"]),
            ("Example Bulletin 示例通讯", 90_000, "25%", 36_000, SOURCES["advert"]),
            ("Example Daily 示例日报", 600_000, "2%", 20_000, "drug=prescription, medium=mass_media, reviewed=yes"),
        ],
    ),
    "agent_rights": (
        "id,agent,product,area,level,under,kind,since,until,exclusive,signed,by,evidence",
        [(*row, "C", f"PAPER-{row[0]}") for row in _RIGHTS],
    ),
    "commitments": (
        "right,period,amount,done,reported,evidence",
        [
            *(
                ("C-D07-2024", period, amount, done, "", f"STATEMENT-{period}")
                for period, amount, done in (
                    ("2025-Q1", 90_000, 88_000),
                    ("2025-Q2", 90_000, 95_000),
                    ("2025-Q3", 90_000, 91_500),
                    ("2025-Q4", 90_000, 92_000),
                )
            ),
            ("C-D07-2024", "2026-Q1", 95_000, "", "", ""),
            ("C-D01-2025", "2025-Q4", 60_000, "", "", ""),
            ("C-D05-2025", "2025-Q4", 120_000, "", "", ""),
            ("C-D29-2025", "2025", 200_000, 164_000, "2025-12-31", "STATEMENT-D29"),
        ],
    ),
    "supplier_agreements": (
        "supplier,id,kind,since,until,penalty,clauses",
        [
            ("Example Maker 示例药厂", "SA-1", "industrial", "2024-01-01", "2028-12-31", 500_000,
             "exclusivity, take_back, change, price_protection, supply, tender_help"),
            ("Example Importer 示例进口商", "SA-2", "commercial", "2025-06-01", "2026-05-31", "", "supply"),
        ],
    ),
    "agent_marks": (
        "agent,item,value,date,by,evidence,version",
        [
            *_marks("D01", (70, 82, 75, 80)),
            *_marks("D02", (60, 75, 80, 50)),
            *_marks("D03", (55, 90, 65, 70)),
            *_marks("D05", (80, 35, 60, 45)),
            *_marks("D07", (85, 90, 88, 84)),
            *_marks("D22", (50, 98, 70, "")),
            *((dealer, item, value, "2025-12-29", by, "visit together", "") for dealer, item, by, value in (
                ("D50", "staff", "R02", 80), ("D50", "management", "R02", 75), ("D50", "service", "R02", 85),
                ("D50", "cooperation", "R02", 90), ("D50", "staff", "N", 70), ("D50", "management", "N", 80),
                ("D53", "staff", "R05", 60), ("D53", "management", "R05", 55), ("D53", "service", "R05", 70),
                ("D53", "cooperation", "R05", 75),
            )),
            ("D50", "buyer", 1, "2025-12-29", "R02", "licence LIC-D50", ""),
            ("D50", "licence", 1, "2025-12-29", "R02", "licence LIC-D50", ""),
            ("D53", "buyer", 1, "2025-12-29", "R05", "licence LIC-D53", ""),
            *((agent, item, value, "2025-12-31", "C", "year figures", "") for agent, sales, credit in (
                ("D01", 520_000, 80), ("D02", 310_000, 75), ("D03", 280_000, 90), ("D05", 610_000, 40),
                ("D07", 366_500, 95), ("D09", 90_000, 60), ("D13", 240_000, 70), ("D17", 120_000, 65),
                ("D22", 150_000, 100), ("D25", 480_000, 85),
            ) for item, value in (("sales", sales), ("credit", credit))),
        ],
    ),
    "agent_steps": (
        "agent,date,what,by,evidence,until",
        [
            ("D07", "2024-01-18", "known", "R07", "FILE-D07 and gate", ""),
            ("D07", "2024-02-20", "met", "R07", "VISIT-0220", ""),
            ("D07", "2024-02-20", "attract", "R07", "asked for the price list", ""),
            ("D07", "2024-03-01", "selected", "R07", "ASSESSMENT-D07", ""),
            ("D07", "2024-03-15", "agreed", "R07", "C-D07-2024", "2026-03-31"),
            ("D07", "2024-03-15", "find", "R07", "chosen for the prefecture", ""),
            ("D07", "2024-04-10", "plan", "R07", "PLAN-D07, signed by both", ""),
            ("D07", "2024-05-10", "trained", "R07", "T-01", ""),
            ("D07", "2024-06-05", "paid", "R07", "RECEIPT-D07-1", ""),
            ("D07", "2024-07-01", "help", "R07", "second order paid", ""),
            ("D07", "2025-01-15", "shared", "R07", "monthly report", ""),
            ("D01", "2024-03-05", "known", "R01", "FILE-D01 and gate", ""),
            ("D01", "2024-03-20", "met", "R01", "VISIT-D01", ""),
            ("D01", "2024-03-20", "attract", "R01", "wants the product", ""),
            ("D01", "2024-04-02", "selected", "R01", "ASSESSMENT-D01", ""),
        ],
    ),
    "agent_issues": (
        "id,agent,kind,date,what,owner,due,by,closed,done",
        [
            ("I-01", "D07", "product", "2024-04-25", "doctors' questions are not answered", "R07", "2024-05-15", "R07",
             "2024-05-12", "trained on 2024-05-10, questions answered"),
            ("I-02", "D05", "payment", "2025-11-24", "invoices are paid late", "R05", "2025-12-20", "R05", "", ""),
            ("I-03", "D02", "territory", "2025-12-28", "sold into another prefecture", "R02", "2026-01-15", "R02", "",
             ""),
        ],
    ),
    "agent_trainings": (
        "id,agent,topic,date,by,people,issues,items,until,measure,before,after,measured",
        [
            ("T-01", "D07", "product", "2024-05-10", "R07", "s1, s2, s3", "I-01", "", "", "boxes a month", 400, 520,
             "2024-07-31"),
            ("T-02", "D02", "policy", "2026-01-12", "R02", "s1", "I-03", "", "", "", "", "", ""),
        ],
    ),
    "agent_targets": (
        "kind,owner,agent,due,amount,since,count",
        [
            ("sign", "R02", "D50", "2026-01-08", 120_000, "", ""),
            ("sign", "R05", "D53", "2025-12-31", 200_000, "", ""),
            ("execute", "R12", "D12", "2026-01-09", "", "", ""),
            ("money", "R05", "D05", "2026-01-09", 30_000, "2026-01-05", ""),
            ("money", "R10", "D22", "2025-12-31", 5_000, "2025-10-01", ""),
            ("visit", "R07", "", "", "", "", 3),
            ("callback", "R07", "", "", "", "", 8),
            ("new", "R07", "", "", "", "", 1),
            ("visit", "R05", "", "", "", "", 4),
        ],
    ),
}  # fmt: skip
"""The header and the rows of each file that is told by hand."""
