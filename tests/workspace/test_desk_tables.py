"""What the desks share when they read their tables: all refusals of a row at once, twins by both rows, reps once."""

from __future__ import annotations

from datetime import date

import pytest

from pharmasales.errors import BadRows
from pharmasales.org import Org
from pharmasales.workspace import Workspace
from pharmasales.workspace.credit.books import credit_books
from pharmasales.workspace.desk_tables import desk_tables

HEAD = "id,kind,customer,date,due,amount,of,currency"


@pytest.fixture
def make(tmp_path):
    """Return what makes a workspace of files."""

    def made(**files: str) -> Workspace:
        tables = "".join(f'[tables.{name}]\nfile = "{name}.csv"\n' for name in files)
        (tmp_path / "pharmasales.toml").write_text(tables, "utf-8")
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        return Workspace.open(tmp_path)

    return made


def refused(ask) -> list[str]:
    """Return the places and reasons of what is refused."""
    with pytest.raises(BadRows) as caught:
        ask()
    return [f"{one.where}: {one.reason}" for one in caught.value.exceptions]


def test_everything_that_is_wrong_in_a_row_is_told_at_once(make):
    """An unknown customer in another currency; an unknown dealer with an unknown item; the same of an expense."""
    space = make(
        customers="id\nD1\n",
        products="id\nP1\n",
        documents=f"{HEAD}\nF1,invoice,D9,2026-01-05,2026-02-04,600,,USD\n",
        credit_findings="customer,item,value,source,date,by\nD9,weather,fine,us,2026-01-05,p1\n",
        expenses="id,kind,plan,date,amount,customer,product,currency\nB1,budget,Q1,2026-01-05,9,D9,P9,USD\n",
    )
    assert refused(lambda: credit_books(space)) == [
        "documents.csv row 2 column customer: unknown customer",
        "documents.csv row 2 column currency: amounts are in CNY",
        "credit_findings.csv row 2 column customer: unknown customer",
        "credit_findings.csv row 2 column item: unknown item",
        "expenses.csv row 2 column currency: amounts are in CNY",
        "expenses.csv row 2 column customer: unknown customer",
        "expenses.csv row 2 column product: unknown product",
    ]


def test_old_receivables_tell_everything_too(make):
    """An unknown customer in another currency."""
    head = "customer,invoice,invoiced,due,amount,currency"
    space = make(customers="id\nD1\n", receivables=f"{head}\nD9,F1,2026-01-05,2026-02-04,600,USD\n")
    assert refused(lambda: credit_books(space)) == [
        "receivables.csv row 2 column customer: unknown customer",
        "receivables.csv row 2 column currency: amounts are in CNY",
    ]


def test_twin_ids_name_both_rows(make):
    """Where no table lists the customers, a second spelling names the row of the first."""
    rows = "F1,invoice,D1,2026-01-05,2026-02-04,600,,\nF2,invoice,d1,2026-01-05,2026-02-04,600,,\n"
    assert refused(lambda: credit_books(make(documents=f"{HEAD}\n{rows}"))) == [
        "documents.csv row 3 column customer: differs in case, width or spaces only from documents.csv row 2"
    ]


def test_the_reps_are_looked_for_once(make, monkeypatch):
    """However many rows name a rep; who is no leaf of the organisation is none."""
    tables = desk_tables(make(org="id,parent\nC,\nR1,C\n", customers="id,owner\nD1,R1\n"))
    asked = []
    leaves = Org.leaves
    monkeypatch.setattr(Org, "leaves", lambda org: asked.append(1) or leaves(org))
    assert [tables.rep({"rep": "R1"}) for _ in range(3)] == ["R1"] * 3
    assert tables.rep({}) == ""
    with pytest.raises(Exception, match="no such rep @ rep"):
        tables.rep({"rep": "C"})
    assert len(asked) == 1


def test_a_reversal_or_dispute_that_says_other_than_its_document(make):
    """Its customer and amount may be told, and must then agree; a contract is about no other document."""
    rows = (
        "F1,invoice,D1,2026-01-05,2026-02-04,600,,\nF2,invoice,D1,2026-01-05,2026-02-04,600,,\n"
        "R1,receipt,D1,2026-01-15,,70,F1,\nR2,receipt,D1,2026-01-15,,70,F1,\n"
    )
    good = "V1,reversal,D1,2026-01-20,,-70,R1,\nV2,reversal,,2026-01-20,,,R2,\nQ1,dispute,D1,2026-01-20,,5,F1,\n"
    kept = credit_books(make(customers="id\nD1\nD2\n", documents=f"{HEAD}\n{rows}{good}")).ledger
    assert (len(kept.reversals), str(kept.balance("D1", date(2026, 2, 1)))) == (2, "1,200.00 CNY")
    bad = "V1,reversal,D2,2026-01-20,,69,R1,\nQ1,dispute,D2,2026-01-20,,5,F1,\n"
    assert refused(lambda: credit_books(make(customers="id\nD1\nD2\n", documents=f"{HEAD}\n{rows}{bad}"))) == [
        "documents.csv row 6 column customer: names a document of another customer",
        "documents.csv row 6 column amount: takes back another amount",
        "documents.csv row 7 column customer: names a document of another customer",
    ]
    other = "K1,contract,D1,2026-01-05,,600,F1,\n"
    assert refused(lambda: credit_books(make(customers="id\nD1\nD2\n", documents=f"{HEAD}\n{rows}{other}"))) == [
        "documents.csv row 6 column of: not of this kind of document"
    ]
