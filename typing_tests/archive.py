"""A program that keeps customers' files: dossier, register, merge, query, gate, retention, and a person's requests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import assert_type

from pharmasales import CNY, Amount, Blocked, Quarter
from pharmasales.archive import (
    Archive,
    Candidates,
    Card,
    Change,
    Completeness,
    Criteria,
    Customer,
    Dossier,
    Lead,
    Page,
    Register,
    Request,
    Retention,
    Sale,
    admit,
    approve,
    candidates,
    erase,
    find,
    merge,
    propose,
    retention_funnel,
    where,
)
from pharmasales.archive.completeness import completeness
from pharmasales.compliance import CN_2026, Action, Consent, Override, Permit, Verdict, company_policy, permitted
from pharmasales.display import Says, Table, Why
from pharmasales.storage import open_store
from pharmasales.workspace import Cabinet, Copy, Erased, erase_person, held_of

day, at = date(2026, 1, 5), datetime(2026, 1, 5, 9, tzinfo=UTC)


def opened(customer: Customer) -> Dossier:
    """Open a file."""
    made = Dossier.open(customer, since=day, at=at, by="u1", why="tender catalogue")
    assert_type(made, tuple[Dossier, Change])
    return made[0]


doctor = opened(Customer("D1", "Dr Example", "doctor", owner="r1", parent="H1", fields={"mobile": "13800000001"}))
twin = opened(Customer("D9", "Dr Example", "doctor", owner="r2", parent="H1"))
places = [Customer(f"H{n}", f"Example Hospital {n}", "hospital", fields={"beds": n * 100}) for n in range(1, 4)]
register = Register.of([doctor, twin, *map(opened, places)])
archive = register.on(day)
assert_type(archive, Archive)
assert_type(candidates(archive), Candidates)

asked: Criteria = where(kind="hospital", beds__at_least=200) | ~where(beds__missing=False)
page = find(archive, asked, order=("-beds",), limit=1)
assert_type(page, Page)
for customer in page:
    assert_type(customer, Customer)
    assert_type(completeness(customer), Completeness)

asking = propose("Q1", register["H1"], {"beds": 120}, since=day, at=at, by="r1", why="counted on site")
assert_type(approve(asking, register["H1"], at=at, by="m1"), tuple[Request, Dossier, Change])
kept, gone, changes = merge(doctor, twin, at=at, by="m1", why="same person")
assert_type(changes, tuple[Change, ...])
register = register.with_(kept, gone)
found = register["D9"].on(day)
assert_type(found, Customer | None)
assert_type(Card.of(archive["D1"], doctor, archive=archive, day=day).table(), Table)

verdict = CN_2026.check(Action("collect_money", {"role": "medical_rep", "by": "r1"}), as_of=day)
assert_type(verdict, Verdict)
assert_type(verdict.why, Why)
assert_type(verdict.cure, Says | None)
try:
    verdict.require()
except Blocked as refused:
    code: str = refused.code
ours = company_policy('name = "ours"\nversion = "1"\nbase = "CN-2026"')
passed = ours.check(verdict.action, as_of=day, overrides=[Override(verdict.rule, "c1", "settled by hand")])
assert passed.allowed
leads = admit([Lead("L1", "agent", "bought_list", day)], ours, as_of=day)
assert_type(leads.accepted, tuple[Lead, ...])

consent = Consent("D1", "marketing", "sms", "opt_in", day, "FORM-7")
may: Permit = permitted([consent], "D1", "marketing", "sms", day)

funnel = retention_funnel([Sale(Quarter(2026, 1), Amount.of(9, CNY), customer="H1")], [Quarter(2026, 1)])
assert_type(funnel, Retention)
assert_type(funnel.flows[0].churn, Fraction | None)

assert_type(erase(doctor, at=at, by="m1", why="asked for by the person"), tuple[Dossier, Change])
with open_store("memory:") as store:
    cabinet = Cabinet(store)
    cabinet.keep([doctor], doctor.changes)
    assert_type(held_of(cabinet, "D1"), tuple[Table, tuple[Copy, ...]])
    assert_type(erase_person(cabinet, "D1", at=at, by="m1", why="asked for by the person"), Erased)
    assert cabinet.verify()
