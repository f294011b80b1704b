"""The hostile corpus through the reader and the workspace: each file has its verdict, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from pharmasales.errors import BadFile
from pharmasales.exchange import read_sheet
from pharmasales.workspace import Workspace

_SPEC = spec_from_file_location("exchange_corpus", Path(__file__).with_name("corpus.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
corpus = module_from_spec(_SPEC)
sys.modules["exchange_corpus"] = corpus
_SPEC.loader.exec_module(corpus)

CASES = corpus.CASES
SMALL = [case for case in CASES if not case.bomb]
BOMBS = [case for case in CASES if case.bomb]
MEASURED = """
import resource, sys, time
from pathlib import Path
import python_calamine
from pharmasales.errors import BadFile
from pharmasales.exchange import read_sheet
from pharmasales.workspace import Workspace

def peak():
    # ru_maxrss starts with what the parent had; where there is /proc, it says what this process had itself
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

path = Path(sys.argv[1])
base = peak()
for work in (lambda: list(read_sheet(path).rows), Workspace.open(path.parent).load):
    start = time.perf_counter()
    try:
        work()
    except BadFile as error:
        spent = time.perf_counter() - start
        print(error.code, error.where, f"{spent:.3f}", (peak() - base) // 1024, sep="|")
"""


def by_name(case):
    """Return the id of a test."""
    return case.name


@pytest.fixture
def home(tmp_path):
    """Return what writes a case as a workspace and gives the path of its file."""

    def write(case):
        path = tmp_path / case.file
        data = case.make()
        if data is not None:
            path.write_bytes(data)
        elif case.code == "file.folder":
            path.mkdir()
        options = "".join(f'{key} = "{v}"\n' for key, v in (("encoding", case.encoding), ("sheet", case.sheet)) if v)
        toml = f'[tables.{case.table}]\nfile = "{case.file}"\n{options}'
        (tmp_path / "pharmasales.toml").write_text(toml, "utf-8")
        return path

    return write


def read(path, case):
    """Return header and rows as the reader gives them."""
    found = read_sheet(path, encoding=case.encoding or "utf-8", sheet=case.sheet or None)
    return found.header, list(found.rows)


def test_the_corpus_is_large_and_each_file_is_told_in_one_line():
    """At least ninety files, each with a name, a line that says what it is, and a verdict."""
    assert len({case.name for case in CASES}) == len(CASES) >= 90
    assert len({case.says for case in CASES}) == len(CASES)
    assert all(case.says.endswith(".") and "\n" not in case.says for case in CASES)
    assert {case.file.partition(".")[2] for case in CASES} >= {"csv", "tsv", "csv.gz", "tsv.gz", "xlsx"}


@pytest.mark.parametrize("case", SMALL, ids=by_name)
def test_the_reader(home, case):
    """T6: the exact rows, or one typed error that names the file and no value."""
    path = home(case)
    if case.rows is None:
        with pytest.raises(BadFile) as caught:
            read(path, case)
        assert (caught.value.code, caught.value.where.split()[0].rstrip(",")) == (case.code, case.file)
        assert case.where in ("", caught.value.where)
        return
    header, rows = read(path, case)
    assert header == case.header
    assert rows == list(enumerate(map(tuple, case.rows), 2))


@pytest.mark.parametrize("case", SMALL, ids=by_name)
def test_the_workspace(home, case):
    """Read = accepted + rejected + skipped; the rows that are refused bear their codes, the others their values."""
    space = Workspace.open(home(case).parent)
    if case.code:
        with pytest.raises(BadFile) as caught:
            space.load()
        assert caught.value.code == case.code
        assert sorted(file.name for file in space.root.iterdir()) == sorted(
            {"pharmasales.toml", case.file} - {"missing.csv"}
        )
        return
    found = space.load()
    assert {
        row: tuple(bad.code for bad in found.bad if bad.row == row) for row in {b.row for b in found.bad}
    } == case.bad
    (count,) = found.counts
    blank = [cells for cells in case.rows if not "".join(cells).strip()]
    assert (count.read, count.rejected, count.skipped) == (len(case.rows), len(case.bad), len(blank))
    assert count.read == count.accepted + count.rejected + count.skipped
    if case.bad:
        assert found.region is None
    else:
        assert kept(found.checked(), case.table) == [tuple(cells) for cells in case.kept]


def kept(region, table):
    """Return what a region holds of a table, as texts."""
    if table == "customers":
        return [(customer.id, customer.name) for customer in region.archive]
    return [(str(sale.period), sale.customer, str(sale.amount.value)) for sale in region.sales]


@pytest.mark.parametrize("case", [case for case in SMALL if case.code or case.bad], ids=by_name)
def test_no_error_shows_a_value(home, case):
    """T8: what is raised or listed names places and columns, never what stands in the cells."""
    space = Workspace.open(home(case).parent)
    try:
        found = space.load()
    except BadFile as error:
        said = str(error)
    else:
        with pytest.raises(Exception) as caught:
            found.checked()
        said = "\n".join(caught.value.lines())
    secrets = [word for word in ("示例", "虚构", "中心", "Müller", "13800", "calc", "evil", "secret") if word in said]
    assert secrets == []


def test_a_file_without_a_header_is_not_quoted(tmp_path):
    """T8: where row 1 bears no known name it may be a person's data; a missing column shows none of it."""
    (tmp_path / "a.csv").write_text("H1,示例医生,13800000000\nH2,虚构医生,13800000001\n", "utf-8")
    for columns in ("", '[tables.customers.columns]\nid = "Code"\n'):
        (tmp_path / "pharmasales.toml").write_text(f'[tables.customers]\nfile = "a.csv"\n{columns}', "utf-8")
        with pytest.raises(BadFile) as caught:
            Workspace.open(tmp_path).load()
        assert (caught.value.code, "row 1 holds the column names" in caught.value.hint) == ("file.column", True)
        assert not [word for word in ("H1", "示例", "138") if word in str(caught.value)]
    (tmp_path / "a.csv").write_text("Codes,客户名称,地区\nH1,a,b\n", "utf-8")
    with pytest.raises(BadFile) as caught:
        Workspace.open(tmp_path).load()
    assert caught.value.hint == "row 1 holds the column names"
    (tmp_path / "a.csv").write_text("Codes,客户名称,医院等级\nH1,a,b\n", "utf-8")
    with pytest.raises(BadFile) as caught:
        Workspace.open(tmp_path).load()
    assert caught.value.hint == 'did you mean "Codes"?'


@pytest.mark.parametrize("case", BOMBS, ids=by_name)
def test_a_bomb_is_refused_in_time_and_memory(home, case):
    """Reliability 3.2: refused within three seconds and 256 MiB, measured in a process of its own."""
    path = home(case)
    done = subprocess.run(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, timeout=60, check=True
    )
    told = [line.split("|") for line in done.stdout.splitlines()]
    assert len(told) == 2  # once by the reader, once by the workspace
    for code, where, spent, grown in told:
        assert (code, where.split()[0].rstrip(",")) == (case.code, case.file)
        assert case.where in ("", where)
        assert float(spent) < 3
        assert 0 <= int(grown) < 256
