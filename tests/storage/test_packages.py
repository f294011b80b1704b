"""The example back end under `packages/`: its entry point opens it, and it is one that a third party can copy."""

import re
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from pharmasales.storage import open_store, registry, stores

PACKAGE = Path(__file__).parents[2] / "packages" / "pharmasales-journal"


@pytest.fixture
def project():
    """Return the package's own description."""
    return tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]


def test_entry_point_opens(project, monkeypatch, tmp_path):
    """As it is declared, the entry point makes `open_store` find the journal by its scheme."""
    ((name, value),) = project["entry-points"]["pharmasales.stores"].items()
    point = EntryPoint(name, value, "pharmasales.stores")
    monkeypatch.syspath_prepend(PACKAGE / "src")
    monkeypatch.setattr(registry, "entry_points", lambda *, group: [point] if group == point.group else [])
    assert stores()["journal"] == point
    url = f"journal:///{tmp_path / 'sales.journal'}"
    with open_store(url, create=True) as store:
        assert (store.count("hospital"), type(store).__module__) == (0, "pharmasales_journal.store")
    with open_store(url) as store:
        assert store.verify()


def test_standard_library_only(project):
    """The example needs nothing but the library itself and Python, and runs where the library runs."""
    assert [re.split("[>=]", need)[0] for need in project["dependencies"]] == ["pharmasales"]
    lines = [line for path in PACKAGE.glob("src/*/*.py") for line in path.read_text("utf-8").splitlines()]
    imported = {found[1] for line in lines if (found := re.match(r"(?:from|import) (\w+)", line))}
    assert {"json", "fcntl"} <= imported
    assert imported - sys.stdlib_module_names == {"pharmasales", "pharmasales_journal"}
    main = tomllib.loads((PACKAGE.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == main["requires-python"]
