"""One frame of each kind for the same rows."""

import os
import shutil
import sys

import pytest

pl = pytest.importorskip("polars", reason="frames need pharmasales[frames]")
pytest.importorskip("narwhals", reason="frames need pharmasales[frames]")

from pharmasales.testing.frames import polars_frame  # noqa: E402 - after the skip


def wide_as_decimal(table):
    """Return a polars frame without 128-bit whole numbers, which Arrow does not know."""
    huge = [name for name, dtype in table.schema.items() if dtype == pl.Int128]
    return table.with_columns(pl.col(name).cast(pl.Decimal(38, 0)) for name in huge), huge


@pytest.fixture(scope="session")
def memory():
    """Return the makers of frames in memory, by kind."""
    return {"polars": polars_frame, "pandas": pandas_frame, "pyarrow": arrow_table}


def arrow_table(rows):
    """Return rows as a pyarrow table."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    return wide_as_decimal(polars_frame(rows))[0].to_arrow()


def pandas_frame(rows):
    """Return rows as a pandas frame with an index of its own; what its plain types do not hold stands as objects."""
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    plain = {"whole": "Int64", "amount": "Int64", "small": "Int32", "float": "float64", "any float": "float64"}
    plain |= {"bool": "boolean"}
    numbered = rows.numbered()
    held = {}
    for name, kind in {"id": "amount", **rows.kinds}.items():
        held[name] = pd.Series([row[name] for row in numbered], dtype=plain.get(kind, "object"))
    return pd.DataFrame(held).set_axis([f"r{n}" for n in range(len(numbered))])


@pytest.fixture(scope="session")
def duckdb_frame():
    """Return a maker of DuckDB relations, all on one connection."""
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is spoken to by pharmasales[duckdb]")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    connection = duckdb.connect()

    def make(rows):
        table, huge = wide_as_decimal(polars_frame(rows))
        cast = [f'CAST("{name}" AS HUGEINT) AS "{name}"' if name in huge else f'"{name}"' for name in table.columns]
        return connection.from_arrow(table.to_arrow()).project(", ".join(cast))

    yield make
    connection.close()


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory):
    """Return a Spark session, one for all tests."""
    sql = pytest.importorskip("pyspark.sql", reason="Spark is spoken to by pharmasales[spark]")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, which is not installed")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    home = str(tmp_path_factory.mktemp("spark"))
    options = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": home,
        "spark.sql.warehouse.dir": home,
        "spark.sql.shuffle.partitions": "1",
    }
    builder = sql.SparkSession.builder.master("local[1]")
    for name, value in options.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def spark_frame(spark_session):
    """Return a maker of Spark frames."""
    return lambda rows: spark_session.createDataFrame(wide_as_decimal(polars_frame(rows))[0].to_arrow())
