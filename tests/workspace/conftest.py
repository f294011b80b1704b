"""What the tests of workspaces share: a folder that becomes a workspace from a few lines."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from pharmasales.periods import period
from pharmasales.workspace import Workspace

SMALL: Mapping[str, str] = {
    "org.csv": "id,name,level,parent\nC,Example Pharma,company,\nD1,North,district,C\nD2,South,district,C\n"
    "R1,Rep One,rep,D1\nR2,Rep Two,rep,D1\nR3,Rep Three,rep,D2\n",
    "customers.csv": "id,name,kind,owner,potential\nH1,Example Hospital 1,hospital,R1,90\n"
    "H2,Example Hospital 2,hospital,R2,60\nH3,Example Hospital 3,hospital,R3,30\nH4,Example Hospital 4,hospital,R1,5\n",
    "sales.csv": "period,customer,rep,amount,quantity\n"
    + "".join(
        f"{year}-{month:02d},H{n},R{n if n < 4 else 1},{n * month * 100}.50,{n * month}\n"
        for year in (2024, 2025)
        for month in range(1, 13)
        for n in range(1, 5)
    ),
    "visits.csv": "date,rep,customer\n2025-10-13,R1,H1\n2025-11-12,R2,H2\n2025-11-13,R2,H2\n2025-12-03,R3,H3\n",
}

SHEET = """
name = "field force"
full = 1
missing = "reweight"
cap = 105
grades = { shape = "bands", of = "total", cuts = [[60, "C"], [90, "B"]], top = "A" }

[[items]]
name = "attainment"
zh = "达成率"
weight = 70
of = { shape = "curve", of = { ratio = ["actual", "goal"] }, points = [[0, 0], ["1.2", "1.2"]] }

[[items]]
name = "attitude"
zh = "工作态度"
weight = 30
of = { shape = "curve", of = { field = "attitude.manager", zh = "上级评分" }, points = [[0, 0], [100, 1]] }

[[factors]]
name = "flood"
zh = "水灾"
of = { field = "flood", zh = "水灾加分" }
bound = 5
source = "district office"

[[gates]]
name = "compliance"
zh = "合规"
when = { of = "breaches", over = 0 }
reason = { en = "a confirmed breach", zh = "经确认的违规" }
"""
FACTS = """rep,period,name,value,source,date
R1,2025-Q4,attitude.manager,80,form M1,2026-01-03
R2,2025-Q4,attitude.manager,90,form M1,2026-01-03
R3,2025-Q4,attitude.manager,90,form M1,2026-01-03
R1,2025-Q4,breaches,0,audit 1,2026-01-02
R2,2025-Q4,breaches,0,audit 1,2026-01-02
R3,2025-Q4,breaches,1,audit 1,2026-01-02
R1,2025-Q4,flood,8,office 1,2025-12-30
R2,2025-10,cost,100,ledger 1,2025-11-02
"""


class Maker:
    """Makes workspaces; without files of its own, one of three reps and four hospitals."""

    small = SMALL
    tables = "\n".join(f'[tables.{name.partition(".")[0]}]\nfile = "{name}"' for name in SMALL) + "\n"

    def __init__(self, home: Path) -> None:
        """Make them below a folder."""
        self.home = home

    def __call__(self, toml: str = "", files: Mapping[str, str | bytes] | None = None, name: str = "w") -> Workspace:
        """Write files and `pharmasales.toml` into a fresh or known folder and open it."""
        folder = self.home / name
        folder.mkdir(exist_ok=True)
        for file, text in (SMALL if files is None else files).items():
            (folder / file).write_bytes(text if isinstance(text, bytes) else text.encode())
        (folder / "pharmasales.toml").write_text((self.tables if files is None else "") + toml, "utf-8")
        return Workspace.open(folder)


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    """Return what makes workspaces below a folder of this test's own."""
    return Maker(tmp_path)


@pytest.fixture(scope="session")
def turned_once(tmp_path_factory) -> Path:
    """Return a folder on which 2025-Q4 was planned and reviewed, not to be touched."""
    made = Maker(tmp_path_factory.mktemp("turned"))('[goals]\ntotal = "1000"\n')
    made.plan(period("2025-Q4"))
    made.review(period("2025-Q4"))
    return made.root


@pytest.fixture
def turned(turned_once: Path, tmp_path: Path) -> Workspace:
    """Return a workspace on which 2025-Q4 was planned and reviewed."""
    return Workspace.open(shutil.copytree(turned_once, tmp_path / "turned"))


@pytest.fixture(scope="session")
def sheeted_once(tmp_path_factory) -> Path:
    """Return a workspace with a score sheet and facts on which 2025-Q4 was planned, not to be touched."""
    files = {**SMALL, "facts.csv": FACTS, "scoresheet.toml": SHEET}
    made = Maker(tmp_path_factory.mktemp("sheeted"))(files=files)
    (made.root / "pharmasales.toml").write_text(Maker.tables + '[tables.facts]\nfile = "facts.csv"\n', "utf-8")
    made = Workspace.open(made.root)
    made.plan(period("2025-Q4"))
    return made.root


@pytest.fixture
def sheeted(sheeted_once: Path, tmp_path: Path) -> Workspace:
    """Return a workspace with a score sheet and facts on which 2025-Q4 was planned."""
    return Workspace.open(shutil.copytree(sheeted_once, tmp_path / "sheeted"))
