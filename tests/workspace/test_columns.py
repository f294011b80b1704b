"""Columns: how a mapping is written, and under which headers a column is known."""

from collections import Counter

import pytest

from pharmasales.archive.kinds import FIELDS
from pharmasales.errors import BadValue
from pharmasales.workspace.columns import ARCHIVE, TABLES, ColumnSource, find_header, source


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("Customer Name", ColumnSource(("Customer Name",))),
        (["Year", "Month"], ColumnSource(("Year", "Month"))),
        ({"value": "CNY"}, ColumnSource((), "CNY")),
        ({"value": 2013}, ColumnSource((), "2013")),
        ({"column": "Due", "format": "M/D/YYYY"}, ColumnSource(("Due",), None, "M/D/YYYY")),
    ],
)
def test_every_form_of_a_mapping(given, found):
    """One header, several, a constant, a date with a named format."""
    assert source(given) == found


@pytest.mark.parametrize(
    "given",
    [
        3,
        [],
        ["Year", 3],
        [["Year"]],
        {},
        {"value": True},
        {"value": ["CNY"]},
        {"value": "CNY", "column": "x"},
        {"column": "Due"},
        {"column": ["Y", "M"], "format": "YYYY"},
        {"format": "YYYY"},
        None,
    ],
)
def test_any_other_form_is_refused(given):
    """What is no mapping says how one is written."""
    with pytest.raises(BadValue, match="not a column"):
        source(given)


@pytest.mark.parametrize("form", ["MM/DD", "D/M/D/YYYY", "YYYY", "yyyy-mm-dd", "", "M/M/YYYY", "YY-M-D"])
def test_a_format_that_cannot_be_read_is_refused_before_any_row(form):
    """A format needs the year and month once each."""
    with pytest.raises(BadValue, match="a format has"):
        source({"column": "Due", "format": form})


def test_the_canonical_tables_and_their_columns():
    """The names that `pharmasales.toml` and the docs promise."""
    names = "org customers products sales targets visits appointments occasions places receivables facts"
    names += " documents credit_findings credit_signs licences expenses movements counts aliases packings territories"
    names += " areas leads campaigns media recruiting agent_targets market_agents agent_rights commitments"
    names += " supplier_agreements agent_marks agent_steps agent_issues agent_trainings"
    names += " invoice_lines deliveries payers flow_receipts"
    assert list(TABLES) == names.split()
    names = tuple(spec.name for spec in TABLES["sales"])
    assert names == ("period", "customer", "rep", "product", "amount", "quantity", "currency")
    kinds = {spec.kind for specs in TABLES.values() for spec in specs}
    assert kinds == {"id", "text", "money", "goods", "number", "date", "period", "weekdays", "words"}


def test_no_header_of_the_archive_names_two_columns():
    """Whatever a file of customers calls a column, it is one column; the fields of the files are among them."""
    counts = Counter(key for spec in ARCHIVE for key in set(spec.known_as()))
    assert [key for key, count in counts.items() if count > 1] == []
    assert {spec.name for spec in ARCHIVE} >= {*FIELDS, "id", "division", "source", "roles"}


@pytest.mark.parametrize("table", TABLES)
def test_no_header_stands_for_two_columns_of_a_table(table):
    """Every alias leads to exactly one column."""
    counts = Counter(key for spec in TABLES[table] for key in set(spec.known_as()))
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("table", TABLES)
def test_the_headers_of_the_template_lead_back_to_their_columns(table):
    """Canonical names, Chinese names and template titles are all known, whatever case and width."""
    for spec in TABLES[table]:
        for header in (spec.name, spec.zh, spec.title, spec.name.upper(), f" {spec.zh} ", *spec.aliases):
            assert find_header(spec, ["x", header]) == header


def test_the_canonical_header_goes_before_an_alias():
    """Where a file has both, the first of the known names wins, not the first of the file."""
    spec = TABLES["sales"][4]
    assert find_header(spec, ["销售额", "Sales", "amount"]) == "amount"
    assert find_header(spec, ["nothing"]) is None
