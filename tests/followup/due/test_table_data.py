"""Cadence tables as plain data, both ways."""

import tomllib
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.errors import BadRows, BadRule, BadValue
from pharmasales.followup.channels import CONTACT_CHANNELS
from pharmasales.followup.due.rows import CadenceRow
from pharmasales.followup.due.table import CADENCE_STAGES, CadenceTable
from pharmasales.followup.due.table_data import read_cadence_table
from pharmasales.followup.due.tables import CADENCE_TABLES
from pharmasales.rules.book import read_toml

FRACTIONS = st.fractions(0, 6, max_denominator=6)
WORDS = st.tuples(
    st.sampled_from(["", "A", "B"]),
    st.sampled_from(sorted(CONTACT_CHANNELS)),
    st.sampled_from(["week", "month", "quarter", "year"]),
    st.sampled_from(["", *CADENCE_STAGES]),
    st.sampled_from(["owner", "executive"]),
)
GAPS = st.tuples(st.none() | st.integers(1, 5), st.none() | st.integers(5, 400))
MINUTES = st.none() | st.tuples(st.integers(1, 240), st.integers(240, 480))


def row(words, least, more, gaps, minutes):
    """Return a row, a plain one where the parts make none."""
    grade, channel, per, stage, layer = words
    own = {"stage": stage, "layer": layer, "shortest": gaps[0], "longest": gaps[1], "minutes": minutes}
    try:
        return CadenceRow(grade, channel, least, least + more, per, **own)
    except (BadRule, BadValue):
        return CadenceRow(grade, channel, least, least + more, stage=stage, layer=layer)


rows = st.builds(row, WORDS, FRACTIONS, FRACTIONS, GAPS, MINUTES)


@settings(deadline=None)
@given(st.lists(rows, min_size=1, max_size=4, unique_by=lambda one: one.key), st.sampled_from(["", "ours"]))
def test_round_trip(given_rows, source):
    """Data written is read back as the same table."""
    table = CadenceTable("t", given_rows, source)
    assert read_cadence_table(table.data()) == table


@pytest.mark.parametrize("name", CADENCE_TABLES)
def test_ready_made_tables_go_both_ways(name):
    """With their sources."""
    assert read_cadence_table(CADENCE_TABLES[name].data()) == CADENCE_TABLES[name]


TEXT = """
name = "ours"
source = "sales operations, 2026"
[stages]
trial = ["in trial use", "试用"]
[[rows]]
grade = "A"
channel = "face"
visits = "4-8"
shortest = 3
longest = 12
minutes = "20-30"
[[rows]]
channel = "wechat"
visits = 0.5
stage = "trial"
[[rows]]
grade = "A"
channel = "face"
layer = "executive"
visits = 1
per = "quarter"
"""


def test_toml():
    """A table as a company writes it; a decimal is exact, a stage of its own has its words."""
    table = read_cadence_table(read_toml(TEXT))
    assert [row.text("zh") for row in table.rows] == [
        "A 级 面访：每月 4-8 次，间隔 3-12 天，每次 20-30 分钟",
        "任意级别（trial） 微信：每月 1/2 次，间隔 30-90 天",
        "A 级 对接高管面访：每季 1 次，间隔 45-135 天",
    ]
    assert table.data()["stages"] == {"trial": ["in trial use", "试用"]}
    assert table.rows[1].least == Fraction(1, 2)
    assert read_cadence_table(table.data()) == table
    assert "试用" in table.table().text("zh")


def test_a_float_is_refused_at_its_place():
    """TOML read with floats names the row."""
    with pytest.raises(BadRows) as caught:
        read_cadence_table(tomllib.loads(TEXT))
    assert list(caught.value.lines()) == ["a float is not exact @ rows[1].visits; use from_float [number.float]"]


def refused(data):
    """Return the lines of what is wrong."""
    with pytest.raises(BadRows) as caught:
        read_cadence_table(data)
    return [f"{error.code} {error.where}" for error in caught.value.exceptions]


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        ("x", ["followup.table rows[0]"]),
        ({"channel": "face"}, ["followup.table rows[0].visits"]),
        ({"visits": 1}, ["followup.table rows[0].channel"]),
        ({"channel": 1, "visits": 1}, ["followup.table rows[0].channel"]),
        ({"channel": "face", "visits": "a lot"}, ["number rows[0].visits"]),
        ({"channel": "face", "visits": "-4"}, ["followup.cadence rows[0], any class face"]),
        ({"channel": "face", "visits": "8-4"}, ["followup.cadence rows[0], any class face"]),
        ({"channel": "face", "visits": "4-"}, ["number.empty rows[0].visits"]),
        ({"channel": "face", "visits": True}, ["number.bool rows[0].visits"]),
        ({"channel": "face", "visits": [1]}, ["number rows[0].visits"]),
        ({"channel": "face", "visits": 1, "per": "day"}, ["followup.per rows[0].per"]),
        ({"channel": "face", "visits": 1, "per": 7}, ["followup.table rows[0].per"]),
        ({"channel": "face", "visits": 1, "minutes": "1/2"}, ["followup.minutes rows[0].minutes"]),
        ({"channel": "face", "visits": 1, "minutes": 0}, ["followup.minutes rows[0], any class face"]),
        ({"channel": "face", "visits": 1, "shortest": "3"}, ["followup.gap rows[0], any class face"]),
        ({"channel": "face", "visits": 4, "longest": 2}, ["followup.gap rows[0], any class face"]),
        ({"channel": "face", "visits": 4, "lonegst": 2}, ["followup.table rows[0].lonegst"]),
        ({"channel": "face", "visits": 4, "layer": "boss"}, ["followup.layer rows[0], any class face boss"]),
        ({"channel": "face", "visits": 4, "grade": None}, ["followup.table rows[0].grade"]),
        ({"channel": "face", "visits": 4, "grade": "A\x00"}, ["text.control rows[0]"]),
        ({"channel": "face", "visits": 4, "stage": "never"}, ["followup.stage rows[0] any class never face"]),
    ],
)
def test_bad_rows_at_their_place(row, lines):
    """Each fault has its code and its place."""
    assert refused({"name": "t", "rows": [row]}) == lines


def test_everything_at_once():
    """Faults of several rows and of the table itself."""
    rows = [{"channel": "face"}, {"channel": "fax", "visits": 1}, {"channel": "face", "visits": 4, "shortest": 9}]
    assert refused({"nmae": "t", "rows": rows, "stages": {"x": "y"}, "source": 1, "name": "t"}) == [
        "followup.table nmae",
        "followup.table stages.x",
        "followup.table rows[0].visits",
        "followup.channel rows[1], channel",
        "followup.gap rows[2], any class face",
        "followup.table source",
    ]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ({"name": "t"}, ["followup.table rows"]),
        ({"name": "t", "rows": {}}, ["followup.table rows"]),
        ({"name": "t", "rows": []}, ["followup.cadence table 't'"]),
        ({"rows": [{"channel": "face", "visits": 1}]}, ["id.empty "]),
        ({"name": "t", "rows": [{"channel": "face", "visits": 1}], "stages": 3}, ["followup.table stages"]),
        (
            {"name": "t", "rows": [{"channel": "face", "visits": 1}, {"channel": "face", "visits": 2}]},
            ["followup.twice rows[1] any class face"],
        ),
    ],
)
def test_what_is_no_table(data, lines):
    """No rows, no name, rows twice."""
    assert refused(data) == lines
