"""A small world of flow: two distributors, three hospitals, two products, with figures that can be worked out by hand.

December 2025: D1 sends UTF-8 with known headers, D2 GB18030 with headers of its own. Of the nine lines of the month six
are matched: D1 sells H1 10 and takes back 2, sells H2 one case of 200, D2 sells H3 12, H1 3 and D1 20.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from pharmasales.periods import Month
from pharmasales.workspace import Workspace, desk_outputs
from pharmasales.workspace.flow.desk import FlowDesk

HEAD = "销售日期,出库单号,行号,购货单位,品名,规格,批号,数量,单位,单价,含税金额\n"
D1 = HEAD + (
    "2025-12-03,S-1,1,示例市第一人民医院,示例片,10mg*24片,B1,10,盒,25.00,250.00\n"
    "2025-12-04,S-2,1,示例市第2人民医院,示例片,10mg×24,B1,1,件,5000.00,5000.00\n"
    "2025-12-05,S-3,1,市里那家院,示例片,10mg*24片,B1,5,盒,25.00,125.00\n"
    "2025-12-05,S-3,1,市里那家院,示例片,10mg*24片,B1,5,盒,25.00,125.00\n"
    "2025-12-09,S-4,1,示例市第一人民医院,示例片,10mg*24片,B1,-2,盒,25.00,-50.00\n"
    "合计,,,,,,,14,,,5450.00\n"
    ",,,,,,,,,,\n"
    "2025-11-28,S-0,1,示例市第一人民医院,示例片,10mg*24片,B1,4,盒,25.00,100.00\n"
)
D2 = (
    "日子,谁买的,货,几盒,多少钱,经手人\n"
    "8/12/2025,样本县中医院,样本胶囊 0.25g*12粒,12,480.00,甲\n"
    "9/12/2025,示例市第一人民医院,样本胶囊250mg×12,3,120.00,甲\n"
    "10/12/2025,示例商业一有限公司,样本胶囊 0.25g*12粒,20,700.00,甲\n"
)
FILES: Mapping[str, str | bytes] = {
    "org.csv": "id,name,level,parent\nC,Example Pharma,company,\nN,North,district,C\nS,South,district,C\n"
    "R1,Rep One,rep,N\nR2,Rep Two,rep,N\nR3,Rep Three,rep,S\n",
    "customers.csv": "id,name,kind,owner,division\n"
    "H1,示例市第一人民医院,hospital,R1,990101\n"
    "H2,示例市第二人民医院,hospital,R2,990102\n"
    "H3,样本县中医院,医院,R3,990201\n"
    "D1,示例商业一有限公司,distributor,R1,990100\n"
    "D2,样本商业二有限公司,distributor,R3,990200\n"
    "V1,示例医生,doctor,R1,990101\n",
    "products.csv": "id,name\nP1,示例片 10mg*24片\nP2,样本胶囊 0.25g*12粒\n",
    "packings.csv": "product,unit,boxes\nP1,件,200\nP1,片,1/24\nP2,件,100\n",
    "territories.csv": "distributor,divisions,product,since,until\nD1,990100,,,\nD2,990200,,,\n",
    "aliases.csv": "kind,text,id,distributor,by,date,note\n",
    "movements.csv": "id,customer,product,date,kind,quantity\n"
    "M1,D1,P1,2025-10-01,opening,100\nM2,D1,P1,2025-12-02,in,150\nM3,D2,P2,2025-12-01,opening,50\n",
    "counts.csv": "id,customer,product,date,quantity,by\nC1,D1,P1,2025-12-31,40,R1\nC2,D2,P2,2025-12-15,7,R3\n",
    "D1-2025-12.csv": D1,
    "D2-2025-12.csv": D2.encode("gb18030"),
}
FLOW = """
[flow.files.D1]
file = "D1-*.csv"
[flow.files.D2]
file = "D2-*.csv"
encoding = "gb18030"
columns = { date = "日子", customer = "谁买的", product = "货", quantity = "几盒", amount = "多少钱" }
always = { unit = "盒" }
day_order = "dmy"
by = "u1"
on = 2026-01-04
"""
TABLES = "".join(
    f'[tables.{name}]\nfile = "{name}.csv"\n'
    for name in "org customers products packings territories aliases movements counts".split()
)


@pytest.fixture(scope="session")
def world() -> ModuleType:
    """Return this module: the texts of the world."""
    return sys.modules[__name__]


@pytest.fixture(scope="session")
def flowed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of flow whose month was run once, not to be touched."""
    folder = tmp_path_factory.mktemp("flowed")
    for name, held in FILES.items():
        (folder / name).write_bytes(held if isinstance(held, bytes) else held.encode())
    (folder / "pharmasales.toml").write_text(TABLES + FLOW, "utf-8")
    FlowDesk(Workspace.open(folder), Month(2025, 12)).run()
    return folder


@pytest.fixture
def space(flowed_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace of flow of this test's own, without workbook and page; nothing waits for the disk."""
    monkeypatch.setattr("os.fsync", lambda _file: None)
    monkeypatch.setattr(desk_outputs, "write_xlsx", lambda *_args, **_named: None)
    monkeypatch.setattr(desk_outputs, "write_report", lambda *_args, **_named: None)
    return Workspace.open(shutil.copytree(flowed_once, tmp_path / "w"))
