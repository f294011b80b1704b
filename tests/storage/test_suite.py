"""The conformance suite on the built-in stores, and its numbers beside those of the docs."""

import re
from pathlib import Path

from pharmasales.storage import open_store
from pharmasales.storage.tables import Tables
from pharmasales.testing import storage
from pharmasales.testing.storage import StoreSuite, behaviours


class TestMemory(StoreSuite):
    """The store in memory."""

    durable = clean = False

    def open(self, tmp_path):  # noqa: ARG002 - needs no file
        """Open an empty store."""
        return open_store("memory:")


class TestSqlite(StoreSuite):
    """The SQLite file."""

    def open(self, tmp_path):
        """Make a file."""
        return open_store(f"sqlite:///{tmp_path / 'store.db'}", create=True)

    def reopen(self, tmp_path):
        """Open that file."""
        return open_store(f"sqlite:///{tmp_path / 'store.db'}")


def test_docs_list_the_same_numbers():
    """Every behaviour of the suite stands in the docs, word for word, and no other."""
    page = (Path(__file__).parents[2] / "docs/extending/storage.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \*\*(S\d+)\*\* (.+)$", page, re.MULTILINE)
    assert dict(listed) == behaviours(StoreSuite)
    assert [number for number, _ in listed] == [f"S{n}" for n in range(1, len(listed) + 1)]


def test_docs_name_every_method_of_the_tables():
    """The page says of every method of `Tables` what it must do, and of no other."""
    page = (Path(__file__).parents[2] / "docs/extending/storage.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| \w", page, re.MULTILINE)
    assert sorted(listed) == sorted(name for name in vars(Tables) if name[0] != "_")


def test_suite_parts_are_named():
    """The page registers every module of the suite, so that a failing behaviour shows its values."""
    page = (Path(__file__).parents[2] / "docs/extending/storage.md").read_text(encoding="utf-8")
    parts = re.findall(r'"(_?\w*)"', re.findall(r"for part in \((.+)\):", page)[0])
    found = [path.stem for path in Path(storage.__file__).parent.glob("storage*.py")]
    assert sorted(f"storage{part}" for part in parts) == sorted(found)
