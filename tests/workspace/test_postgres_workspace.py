"""A workspace whose store is on PostgreSQL: the whole main job, with the very outputs and answers of one on SQLite."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pharmasales.cli import app
from pharmasales.errors import BadConfig, NotFound, StorageError
from pharmasales.periods import period
from pharmasales.storage import open_store
from pharmasales.workspace import Workspace, read_settings, write_demo

Q4, Q1 = period("2025-Q4"), period("2026-Q1")
ARCHIVE = '[archive]\nfile = "new.csv"\nfacts = { about = "company", published = true }\n'
NEW = "id,name,kind,source,owner\nH1,Example Hospital 1,hospital,tender,R1\nH2,Example Hospital 2,hospital,tender,R2\n"


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def command(*args: object) -> tuple[int, object]:
    """Run a command; return its exit code and its report."""
    found = CliRunner().invoke(app, [*map(str, args), "--json"])
    return found.exit_code, json.loads(found.stdout)


@pytest.fixture
def pair(make, postgres):
    """Return two equal workspaces, one with its store on SQLite, one on PostgreSQL."""
    goals = '[goals]\ntotal = "1000"\n'
    one = make(f"{goals}{ARCHIVE}", name="sqlite")
    other = make(f'{goals}{ARCHIVE}[storage]\nurl = "{postgres.database()}"\n', name="postgres")
    for workspace in (one, other):
        (workspace.root / "new.csv").write_text(NEW, "utf-8")
    return one, other


def test_the_main_job_gives_the_same_on_either_store(pair):
    """Plan, review, explain, take customers in, find and show them, verify: every report and every file is equal."""
    roots = [workspace.root for workspace in pair]
    steps = [
        ("why", ("goal", "R1")),
        ("plan", ("--period", "2025-Q4")),
        ("review", ("--period", "2025-Q4")),
        *(("why", (what, key)) for what, key in (("grade", "H1"), ("goal", "R1"), ("visit", "H2"), ("score", "R1"))),
        *(("why", ("goal", key, "--as", "D1")) for key in ("R1", "R3")),
        ("archive import", ("--by", "u1", "--why", "list", "--as-of", "2026-01-05")),
        ("archive find", ("示例", "--as-of", "2026-02-01")),
        ("archive show", ("H1", "--as-of", "2026-02-01")),
        ("check", ()),
    ]
    for step, args in steps:
        reports = [command(*step.split(), root, *args) for root in roots]
        told = [json.dumps(report).replace(root.name, "") for (_, report), root in zip(reports, roots, strict=True)]
        assert (reports[0][0], told[0]) == (reports[1][0], told[1]), step
    assert digests(roots[0] / "out") == digests(roots[1] / "out")
    assert len(digests(roots[0] / "out")) == 15
    assert not (roots[1] / "pharmasales.db").exists()


def test_what_is_kept_is_the_same_on_either_store(pair):
    """Every record and every history, so that a workspace can change its store; the sealed chain is each one's own."""
    kept = []
    for workspace in pair:
        workspace.plan(Q4)
        workspace.review(Q4)
        url = workspace.settings.storage or f"sqlite:///{workspace.root / 'pharmasales.db'}"
        with open_store(url) as store:
            assert store.verify()
            kept.append({kind: list(store.histories(kind)) for kind in store.kinds()})
    assert kept[0] == kept[1]
    assert len(kept[0]) > 8


def test_the_demo_region_is_the_same_on_either_store(tmp_path, postgres):
    """A region of 1840 customers, as the README shows it."""
    folders = []
    for name, url in (("sqlite", ""), ("postgres", postgres.database())):
        folder = tmp_path / name
        folder.mkdir()
        write_demo(folder)
        if url:
            toml = folder / "pharmasales.toml"
            toml.write_text(f'{toml.read_text("utf-8")}\n[storage]\nurl = "{url}"\n', "utf-8")
        workspace = Workspace.open(folder)
        workspace.plan(Q4)
        workspace.review(Q4)
        told = [workspace.why("goal", "R01"), workspace.within("R01").why("score", "R01")]
        with pytest.raises(NotFound):
            workspace.within("R01").why("score", "R02")
        folders.append((digests(folder / "out"), told))
    assert folders[0] == folders[1]


def test_a_run_that_fails_leaves_the_server_as_it_was(pair, monkeypatch):
    """Outputs and store go together on a server as well: neither of them after an error."""
    workspace = pair[1]
    workspace.plan(Q4)
    before = digests(workspace.root / "out")
    with open_store(workspace.settings.storage) as store:
        head = store.head()
    monkeypatch.setattr("pharmasales.workspace.workspace.save", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        workspace.plan(Q1)
    with open_store(workspace.settings.storage) as store:
        assert store.head() == head
    assert digests(workspace.root / "out") == before


def test_a_role_that_is_not_the_owner_reads_its_part(pair, postgres):
    """With `url` naming a role that was admitted, the server itself shows that role its nodes, without `within`."""
    workspace = pair[1]
    workspace.plan(Q4)
    url = workspace.settings.storage
    postgres.sql("CREATE ROLE of_r1 LOGIN")
    with open_store(url) as store:
        store.admit("of_r1", ["R1"])
    folder = Path(shutil.copytree(workspace.root, workspace.root.parent / "reader"))
    toml = folder / "pharmasales.toml"
    toml.write_text(toml.read_text("utf-8").replace("clerk@", "of_r1@"), "utf-8")
    reader = Workspace.open(folder)
    assert reader.why("goal", "R1") == workspace.why("goal", "R1")
    for what, key in (("goal", "R2"), ("goal", "D1"), ("grade", "H2"), ("visit", "H3")):
        with pytest.raises(NotFound):
            reader.why(what, key)
    before = digests(folder)
    with pytest.raises(StorageError, match=r"storage\.readonly|storage\.denied"):
        reader.plan(Q4)
    assert digests(folder) == before


def test_no_password_is_ever_told(make):
    """A password in the URL stands in no repr and no error."""
    url = "postgresql://clerk:topsecret@/sales?host=/nowhere"
    made = make(f'[storage]\nurl = "{url}"\n')
    assert "topsecret" not in repr(made) + repr(made.settings)
    with pytest.raises(StorageError) as raised:
        made.why("goal", "R1")
    assert "topsecret" not in str(raised.value) + repr(raised.value)
    for wrong in (f'url = "{url}\n', f"url = ['{url}']\n", f'urll = "{url}"\n'):
        with pytest.raises(BadConfig) as refused:
            read_settings(f"[storage]\n{wrong}")
        assert "topsecret" not in str(refused.value)
    bad = make('[storage]\nurl = "postgresql://clerk:topsecret@host/sales#top"\n', name="bad")
    with pytest.raises(BadConfig) as refused:
        bad.why("goal", "R1")
    assert "topsecret" not in str(refused.value)
