"""Opening by URL: known schemes, entry points, what is loaded when."""

import subprocess
import sys
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest

from pharmasales.errors import BadConfig, BadValue
from pharmasales.storage import open_store, registry, stores
from pharmasales.storage.memory import MemoryStore
from pharmasales.storage.sqlite import SqliteStore


def offered(monkeypatch, *points):
    """Let exactly these entry points be installed."""
    found = [EntryPoint(name, value, "pharmasales.stores") for name, value in points]
    monkeypatch.setattr(registry, "entry_points", lambda group: [point for point in found if point.group == group])


def test_nothing_loads_before_it_is_opened():
    """Importing storage, listing the stores and a store in memory do not import sqlite3."""
    script = (
        "import sys, pharmasales.storage as s; s.stores(); s.open_store('memory:'); assert 'sqlite3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own script


def test_no_exchange():
    """Of the rooms below it, storage needs the audit chain's words alone; no file format, no rule, no other store."""
    script = "import sys, pharmasales.storage.sqlite; print(*{n for n in sys.modules if n.startswith('pharmasales')})"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)  # noqa: S603 - ours
    rooms = {name.split(".")[1] for name in done.stdout.split() if "." in name}
    assert rooms == {"compliance", "display", "errors", "extras", "names", "storage"}
    assert "pharmasales.storage.postgres" not in done.stdout.split()


def test_built_in_without_metadata(monkeypatch, tmp_path):
    """The built-in stores open where the package's metadata are absent."""
    offered(monkeypatch)
    assert sorted(stores()) == ["memory", "postgresql", "sqlite"]
    assert isinstance(open_store("memory:"), MemoryStore)
    with open_store(f"sqlite:///{tmp_path}/a.db", create=True) as store:
        assert isinstance(store, SqliteStore)


def test_declared_as_built_in():
    """The package declares its own stores as the entry points that the registry knows."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    for name, point in registry._BUILT_IN.items():
        assert f'{name} = "{point.value}"' in text
    assert {point.name for point in entry_points(group="pharmasales.stores")} <= set(stores())


def test_read_only_view():
    """The registry is a view that nobody can write to."""
    with pytest.raises(TypeError):
        stores()["x"] = 1


def test_third_party(monkeypatch):
    """An installed entry point opens by its scheme and gets the whole URL."""
    offered(monkeypatch, ("mine", "pharmasales.storage.memory:MemoryStore"))
    assert sorted(stores()) == ["memory", "mine", "postgresql", "sqlite"]
    with pytest.raises(BadConfig) as caught:
        open_store("mine:somewhere")
    assert caught.value.code == "config.url"


@pytest.mark.parametrize("url", ["", "memory", "oracle://u:secret@db", "Memory:", "mysql://u:secret@db/x", ":", "//x"])
def test_unknown_scheme(url):
    """An unknown scheme names the known ones and shows nothing of the URL behind it."""
    with pytest.raises(BadConfig, match="known: memory, postgresql, sqlite") as caught:
        open_store(url)
    assert caught.value.code == "config.store"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", ["no_such_package.store:Store", "pharmasales.storage.memory:NoSuchStore"])
def test_not_loadable(monkeypatch, value):
    """A back end whose module or class is missing is BadConfig that names the scheme."""
    offered(monkeypatch, ("mine", value))
    with pytest.raises(BadConfig, match="@ mine") as caught:
        open_store("mine:")
    assert caught.value.code == "config.load"


@pytest.mark.parametrize("name", ["memory", "mine"])
def test_offered_twice(monkeypatch, name):
    """Two packages that offer one scheme, or one that offers a built-in scheme, are refused."""
    offered(monkeypatch, (name, "one:Store"), (name, "two:Store"))
    for work in (stores, lambda: open_store("other:")):
        with pytest.raises(BadConfig, match=f"@ {name}") as caught:
            work()
        assert caught.value.code == "config.twice"


def test_built_in_opens_without_a_look_at_others(monkeypatch):
    """A built-in store opens where the metadata of the installed packages cannot be read."""

    def unreadable(group):
        raise OSError(5, group)

    monkeypatch.setattr(registry, "entry_points", unreadable)
    assert open_store("memory:").kinds() == []


@pytest.mark.parametrize("rest", ["", ":memory:", "x.db", "//", "//host/x.db", "///", "///x.db?mode=ro", "///x.db#a"])
def test_bad_sqlite_url(rest):
    """A SQLite URL without a path, with a host or with settings is refused."""
    with pytest.raises(BadConfig) as caught:
        open_store(f"sqlite:{rest}", create=True)
    assert caught.value.code == "config.url"


def test_path_as_written(tmp_path, monkeypatch):
    """A path is taken as it is written: relative, with spaces, per cent signs and Chinese; NUL is refused."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.db", "客户 档案%20.db"):
        open_store(f"sqlite:///{name}", create=True).close()
        open_store(f"sqlite:///{tmp_path}/{name}").close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "客户 档案%20.db"]
    with pytest.raises(BadValue):
        open_store("sqlite:///a\0b", create=True)
