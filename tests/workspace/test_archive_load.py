"""Customers of a workspace taken from its archive: who counts, under which id, and who is a stranger."""

from datetime import UTC, date, datetime

import pytest

from pharmasales.archive import erase, merge
from pharmasales.periods import period
from pharmasales.workspace import Stamp, Workspace, take_in

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
WHO = {"at": AT, "by": "u1", "why": "checked"}
TOML = """[archive]
file = "new.csv"
facts = { about = "person", published = true, refused = false }
[tables.org]
file = "org.csv"
[tables.sales]
file = "sales.csv"
[tables.visits]
file = "visits.csv"
"""
NEW = "id,name,kind,source,owner,potential\n" + "".join(
    f"H{n},Example Hospital {n},hospital,{'bought_list' if n == 6 else 'tender'},R1,{n}0\n" for n in range(1, 7)
)
SALES = "period,customer,rep,amount\n" + "".join(
    f"{year}-{month:02d},H{n},R1,{n}00\n" for year in (2024, 2025) for month in range(1, 13) for n in range(1, 7)
)
VISITS = "date,rep,customer\n2025-10-13,R1,H1\n2025-10-14,R1,H2\n"


@pytest.fixture
def workspace(make):
    """Return a workspace with five customers in the archive; the sixth came from a bought list."""
    files = {"org.csv": make.small["org.csv"], "sales.csv": SALES, "visits.csv": VISITS, "new.csv": NEW}
    made = make(TOML, files)
    taken = take_in(made, Stamp(date(2024, 1, 1), AT, "u1", "list of 2024"), permissive=True)
    assert (taken.opened, [row.code for row in taken.bad]) == (5, ["blocked.lead-bought-list"])
    return Workspace.open(made.root)


def test_customers_are_those_of_the_archive(workspace):
    """Five customers; the one from a blocked source is a stranger who counts in totals alone, as a note says."""
    loaded = workspace.load()
    region = loaded.checked()
    assert sorted(one.id for one in region.archive) == ["H1", "H2", "H3", "H4", "H5"]
    notes = [(one.en, one.zh) for one in loaded.notes]
    assert ("5 customers from the archive", "客户取自档案，共 5 家") in notes
    assert any("1 customers of the files are not open in the archive" in en for en, _ in notes)
    assert len(region.sales) == 24 * 6


def test_a_blocked_lead_counts_nowhere(workspace):
    """Section 4, 2: no grade, no visit and no goal of its own for a lead from a blocked source."""
    result, _ = workspace.plan(period("2025-Q4"))
    for name, table in result.tables().items():
        assert "H6" not in {str(cell) for row in table.rows for cell in row}, name
    assert {row["customer_id"] for row in result.tables()["grades"].records()} == {"H1", "H2", "H3", "H4", "H5"}


def test_a_merged_id_counts_once(workspace):
    """Sales and visits of the twin count as those of the kept customer, who is graded once."""
    with workspace.cabinet() as cabinet:
        one, two, changes = merge(cabinet.dossier("H1"), cabinet.dossier("H2"), **WHO)
        cabinet.keep([one, two], changes)
    region = workspace.load().checked()
    assert sorted(one.id for one in region.archive) == ["H1", "H3", "H4", "H5"]
    sold = {one: sum(s.amount.minor for s in region.sales if s.customer == one and s.amount) for one in ("H1", "H2")}
    assert sold == {"H1": 24 * (100 + 200) * 100, "H2": 0}
    assert [call.customer for call in region.calls or ()] == ["H1", "H1"]
    result, _ = workspace.plan(period("2025-Q4"))
    grades = [(str(row["customer_id"]), str(row["scheme"])) for row in result.tables()["grades"].records()]
    assert sorted({one for one, _ in grades}) == ["H1", "H3", "H4", "H5"]
    assert len(grades) == len(set(grades))


@pytest.mark.parametrize("how", ["close", "restrict"])
def test_closed_and_restricted_customers_are_strangers(workspace, how):
    """Neither is planned for; their sales stay in the totals, and a note counts them."""
    with workspace.cabinet() as cabinet:
        file = cabinet.dossier("H3")
        more = {"since": date(2025, 1, 1)} if how == "close" else {}
        file, change = getattr(file, how)(**more, **WHO)
        cabinet.keep([file], [change])
    loaded = workspace.load()
    assert "H3" not in loaded.checked().archive
    assert any("2 customers of the files are not open" in one.en for one in loaded.notes)
    assert len(loaded.checked().sales) == 24 * 6


def test_erased_persons_are_strangers(make):
    """An erased doctor is in no archive; the pseudonymous id in the sales counts in totals alone."""
    files = {
        "org.csv": make.small["org.csv"],
        "sales.csv": "period,customer,rep,amount\n2025-01,D1,R1,100\n2025-01,D2,R1,100\n",
        "visits.csv": VISITS.replace("H", "D"),
        "new.csv": "id,name,kind,source,owner\nD1,Dr One,doctor,tender,R1\nD2,Dr Two,doctor,tender,R1\n",
    }
    made = make(TOML, files)
    take_in(made, Stamp(date(2024, 1, 1), AT, "u1", "list of 2024"))
    with made.cabinet() as cabinet, cabinet.store.unit(**WHO) as unit:
        cabinet.replace(unit, *erase(cabinet.dossier("D1"), **WHO))
    loaded = Workspace.open(made.root).load()
    assert [one.id for one in loaded.checked().archive] == ["D2"]
    assert any("1 customers of the files" in one.en for one in loaded.notes)


def test_a_customers_table_goes_before_the_archive(workspace):
    """Where the settings name a customers table, that one is read and the archive is not."""
    (workspace.root / "customers.csv").write_text(
        "id,name,owner\n" + "".join(f"H{n},X,R1\n" for n in range(1, 8)), "utf-8"
    )
    toml = (workspace.root / "pharmasales.toml").read_text("utf-8") + '[tables.customers]\nfile = "customers.csv"\n'
    (workspace.root / "pharmasales.toml").write_text(toml, "utf-8")
    region = Workspace.open(workspace.root).load().checked()
    assert {one.id for one in region.archive} == {f"H{n}" for n in range(1, 8)}


def test_an_empty_archive(make):
    """Before anything was taken in, everybody is a stranger and nothing breaks."""
    made = make(TOML, {"org.csv": make.small["org.csv"], "sales.csv": SALES, "visits.csv": VISITS, "new.csv": NEW})
    loaded = made.load()
    assert (len(loaded.checked().archive), len(loaded.checked().sales)) == (0, 24 * 6)
    assert any("6 customers of the files are not open" in one.en for one in loaded.notes)
