"""A person in a workspace: through import, plan, review, export and errors, and gone from every file afterwards."""

import gzip
import logging
import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pharmasales.errors import BadConfig, BadRows, BadValue, NotFound
from pharmasales.exchange import write_csv
from pharmasales.periods import period
from pharmasales.workspace import Stamp, Workspace, forget, take_in
from pharmasales.workspace.cabinet import Cabinet
from pharmasales.workspace.exporting import customers_table

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
STAMP = Stamp(date(2024, 1, 1), AT, "u1", "list of 2024")
ASKED = {"at": AT, "by": "m1", "why": "asked for by the person"}
NAME, MOBILE, EMAIL = "Kanarienvogel 金丝雀", "13876543210", "canary@example.org"
CANARIES = (NAME, MOBILE, EMAIL)
TOML = """[archive]
file = "new.csv"
facts = { about = "person", published = true, refused = false }
[tables.org]
file = "org.csv"
[tables.sales]
file = "sales.csv"
[tables.visits]
file = "visits.csv"
[goals]
total = "1000"
[display]
names = "clear"
"""
NEW = f"""id,name,kind,source,owner,parent,potential,mobile,email,introducer,weekdays,roles
H1,Example Hospital 1,hospital,tender,R1,,90,,,,"Mon, Thu",kol;vip
H2,Example Hospital 2,hospital,tender,R2,,60,,,,,
D1,{NAME},doctor,tender,R1,H1,40,{MOBILE},{EMAIL},,,
D2,Dr Friend,doctor,tender,R2,H2,30,13800000002,,{NAME},,
"""


@pytest.fixture
def workspace(make):
    """Return a workspace whose customers are those of the archive, a doctor like nobody else among them."""
    sales = "period,customer,rep,amount,quantity\n" + "".join(
        f"{year}-{month:02d},{one},R{1 + n},{(n + 1) * month * 100},{n + month}\n"
        for year in (2024, 2025)
        for month in range(1, 13)
        for n, one in enumerate(("D1", "H2"))
    )
    visits = "date,rep,customer\n2025-10-13,R1,D1\n2025-11-12,R2,H2\n"
    made = make(TOML, {"org.csv": make.small["org.csv"], "sales.csv": sales, "visits.csv": visits, "new.csv": NEW})
    take_in(made, STAMP)
    return Workspace.open(made.root)


def holding(root: Path, *texts: str) -> list[str]:
    """Return the files whose bytes hold one of the texts, in one of the encodings."""
    coded = [text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "gb18030")]
    return sorted(
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in coded)
    )


def test_a_person_leaves_the_workspace(workspace, caplog, capfd):
    """After import, plan, review and an export in clear: 0 hits but in the user's own file, which is listed."""
    caplog.set_level(logging.DEBUG)
    before = set(Path(tempfile.gettempdir()).iterdir())
    workspace.plan(period("2025-Q4"))
    workspace.review(period("2025-Q4"))
    kept = workspace.register().on(date(2025, 10, 1))
    write_csv(customers_table(kept), workspace.root / "out/masked.csv")
    write_csv(customers_table(kept, unmasked=True), workspace.root / "out/customers.csv")
    found = holding(workspace.root, *CANARIES)
    assert {name.split("/")[0] for name in found} == {"new.csv", "out", "pharmasales.db"}
    assert "out/customers.csv" in found
    assert "out/masked.csv" not in found
    assert workspace.why("grade", "D1")
    gone = forget(workspace, "D1", **ASKED)
    assert [path.name for path in gone.outputs] == ["2025-Q4", "customers.csv"]
    assert [path.name for path in gone.left] == ["new.csv"]
    assert ("change", "D2/000000") in [(one.kind, one.id) for one in gone.erased.copies]
    assert holding(workspace.root, *CANARIES) == ["new.csv"]
    told = [text.text(lang) for pair in workspace.why("grade", "D1") for text in pair for lang in ("en", "zh")]
    told += [caplog.text, *capfd.readouterr(), repr(gone), repr(workspace), str(workspace.register())]
    assert [text for text in CANARIES if any(text in one for one in told)] == []
    assert {path for path in Path(tempfile.gettempdir()).iterdir() if "pharmasales" in path.name} <= before
    with workspace.cabinet() as cabinet:
        assert bool(cabinet.verify())
        assert cabinet.dossier("D2").values()["introducer"] == "***"
    with pytest.raises(BadRows, match="1 bad"):
        take_in(workspace, STAMP)
    result, _ = workspace.plan(period("2025-Q4"))
    assert "D1" not in {row["customer_id"] for row in result.tables()["grades"].records()}


@pytest.mark.parametrize("coded", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_own_files_in_any_encoding_are_listed(workspace, coded):
    """Text in any encoding, compressed, in a workbook, in a page with entities, in a foreign binary file."""
    root, text = workspace.root, f"who\n{NAME}\n"
    (root / "own.txt").write_bytes(text.encode(coded))
    with gzip.open(root / "own.csv.gz", "wb") as file:
        file.write(text.encode(coded))
    (root / "page.html").write_text("<p>Kanarienvogel&nbsp;&#37329;丝雀</p>", "utf-8")
    (root / "backup.bin").write_bytes(b"\xff\xfe\x00\x01\x80" + EMAIL.encode(coded.replace("utf-16", "utf-16-le")))
    (root / "broken.xlsx").write_bytes(b"PK\x03\x04 nothing")
    (root / "harmless.csv").write_text("id\nD1\n", "utf-8")
    left = [path.name for path in forget(workspace, "D1", **ASKED).left]
    assert left == ["backup.bin", "new.csv", "own.csv.gz", "own.txt", "page.html"]


def test_a_namesake_keeps_the_store_out_of_the_list(workspace):
    """The store itself is not listed, though another of the same name stands in it; a copy of it is."""
    shutil.copy(workspace.root / "pharmasales.db", workspace.root / "backup.db")
    (workspace.root / "more.csv").write_text(f"id,name,kind,source\nD7,{NAME},doctor,tender\n", "utf-8")
    take_in(workspace, STAMP, [workspace.root / "more.csv"])
    left = [path.name for path in forget(workspace, "D1", **ASKED).left]
    assert left == ["backup.db", "more.csv", "new.csv"]
    assert workspace.register()["D7"].values()["name"] == NAME


def test_refused_rows_of_a_person_go_too(workspace):
    """The workbook of refused rows holds what was refused in clear; it is removed with the person."""
    (workspace.root / "new.csv").write_text(NEW.replace(",40,", ",many,"), "utf-8")
    with pytest.raises(BadRows):
        take_in(workspace, STAMP)
    assert [path.name for path in forget(workspace, "D1", **ASKED).outputs] == ["import"]


def test_cut_short_it_can_be_done_again(workspace, monkeypatch):
    """An interrupt between the outputs and the store leaves the person to be erased once more."""
    workspace.plan(period("2025-Q4"))
    with monkeypatch.context() as patch:
        patch.setattr(Cabinet, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            forget(workspace, "D1", **ASKED)
    assert holding(workspace.root, *CANARIES) == ["new.csv", "pharmasales.db"]
    assert forget(workspace, "D1", **ASKED).erased.files == ("D1",)
    assert holding(workspace.root, *CANARIES) == ["new.csv"]


def test_what_cannot_be_erased_removes_nothing(workspace):
    """A reason that names the person, a hospital, a stranger: refused before any output is touched."""
    kept = workspace.register().on(date(2025, 10, 1))
    write_csv(customers_table(kept, unmasked=True), workspace.root / "out/customers.csv")
    for customer, why, error in (("D1", f"{NAME} asked", BadValue), ("H1", "x", BadValue), ("D404", "x", NotFound)):
        with pytest.raises(error):
            forget(workspace, customer, at=AT, by="m1", why=why)
    assert (workspace.root / "out/customers.csv").exists()


def test_what_is_exported_in_clear_is_taken_in_again(workspace, make):
    """import(export(x)) == x: a fresh workspace says what the first one says."""
    kept = workspace.register().on(date(2025, 10, 1))
    facts = 'facts = { about = "person", published = true, refused = false }\n'
    other = make(f'[archive]\nfile = "out.csv"\n{facts}', {"org.csv": "id\n"}, name="other")
    write_csv(customers_table(kept, unmasked=True), other.root / "out.csv")
    take_in(other, STAMP)
    assert [*other.register().on(date(2025, 10, 1))] == [*kept]
    assert {row["id"]: row["weekdays"] for row in customers_table(kept).records()}["H1"] == "Mon, Thu"


def test_a_masked_export_holds_no_personal_value(workspace):
    """Names and numbers of persons are masked; a hospital's name is not; open fields stay."""
    table = customers_table(workspace.register().on(date(2025, 10, 1)))
    rows = {row["id"]: row for row in table.records()}
    assert (rows["D1"]["name"], rows["D1"]["mobile"]) == ("K*", "138******10")
    assert (rows["H1"]["name"], rows["H1"]["potential"], rows["D1"]["potential"]) == ("Example Hospital 1", 90, "***")
    assert [text for text in CANARIES if text in table.text(most=99)] == []


def test_no_files_and_no_archive(make):
    """Without [archive] and without files there is nothing to take in."""
    made = make("", {"org.csv": "id\n"})
    with pytest.raises(BadConfig, match="which customers"):
        take_in(made, STAMP)
