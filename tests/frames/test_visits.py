"""The visit plans of many reps on Spark: the same visits as one after the other, and errors as rows."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

pytest.importorskip("polars", reason="frames need pharmasales[frames]")

from pharmasales import frames
from pharmasales.errors import BadRows, BadValue, UnknownYear
from pharmasales.followup import Access, Appointment, Rep, Target, plan_many
from pharmasales.frames.visits import target_of
from pharmasales.workdays import CHINA

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
SCHEMA = (
    "customer string, name string, rep string, grade string, visits int, gap int, weekdays array<int>, place string, "
    "done array<date>, monthly string"
)


def rows_of(reps=7, customers=9):
    """Return the rows of some reps, two of whose customers have a visit behind them."""
    found = []
    for n in range(reps * customers):
        done = [date(2026, 2, 20)] if n % 5 == 0 else None
        found.append(
            (
                f"c{n:03d}",
                f"Dr. {n}",
                f"r{n % reps}",
                "AABC"[n % 4],
                4 - n % 4,
                3,
                [n % 5, 1] if n % 3 else None,
                f"h{n % 4}",
                done,
                "1/2" if n % 2 else None,
            )
        )
    return found


def targets_of(rows):
    """Return the same customers as values."""
    names = [part.split()[0] for part in SCHEMA.split(", ")]
    return [target_of(dict(zip(names, row, strict=True))) for row in rows]


def test_reading_a_row():
    """What a row does not say is as `Target` has it; what it says is read whole."""
    plain = {"customer": "c1", "name": "Dr. Example", "rep": "r1", "grade": "A", "visits": 4, "gap": 3}
    assert target_of(plain) == target_of({**plain, "place": None, "done": None}) == Target(*plain.values())
    more = {"weekdays": [2, 3], "closed": [MARCH[0]], "place": "h", "minutes": 20, "monthly": "1/2", "done": [MARCH[0]]}
    found = target_of({**plain, **more})
    assert found.access == Access({2, 3}, closed=[MARCH[0]])
    assert (found.place, found.minutes, found.monthly, found.done) == ("h", 20, Fraction(1, 2), (MARCH[0],))


def test_only_spark():
    """A table in memory is planned by `followup.plan_many`."""
    import polars as pl

    with pytest.raises(BadValue, match="a frame of polars is not planned on Spark"):
        frames.plan_many(pl.DataFrame({"rep": ["r1"]}), [], *MARCH, CHINA)


@pytest.mark.filterwarnings("ignore")
def test_the_same_visits_on_spark(spark_session):
    """Visit for visit and reason for reason what one process plans, however the rows lie."""
    rows = rows_of()
    reps = [Rep(f"r{n}", f"Rep {n}", n % 3) for n in range(8)]
    plan = plan_many(targets_of(rows), reps, *MARCH, CHINA, budget=5, seed=3)
    frame = spark_session.createDataFrame(rows[::-1], SCHEMA)
    for chunk in (1, 25):
        found = frames.plan_many(frame, reps, *MARCH, CHINA, budget=5, seed=3, chunk=chunk, lang="zh").collect()
        assert [row for row in found if row["error"]] == []
        visits = [row for row in found if row["day"]]
        keys = sorted((row["day"], row["rep"], row["visit"], row["since"], row["together"]) for row in visits)
        assert keys == sorted((one.day, one.rep, one.id, one.since, one.together) for one in plan.visits)
        unmet = sorted((row["customer"], row["unmet"], row["reason"], row["why"]) for row in found if row["unmet"])
        assert unmet == sorted((one.customer, one.count, one.reason, one.why.text("zh")) for one in plan.unmet)
        assert unmet


@pytest.mark.filterwarnings("ignore")
def test_bad_reps_are_rows(spark_session):
    """All that is wrong is named by rep and customer, nobody by name, and the others are planned."""
    good = rows_of(2, 2)
    bad = [
        ("x1", "Dr. Wrong", "r9", "A", 1, 3, None, None, None, None),
        ("x2", "Dr. Wrong", "r2", "A", -1, 3, None, None, None, None),
        ("x3", "Dr. Wrong", "r2", "A", 1, 3, [8], None, None, None),
        ("x4", "Dr. Wrong", "r3", "A", 1, 3, None, None, [MARCH[1]], None),
        ("x5", "Dr. Wrong", "r4", "A", 1, 3, None, None, None, "half"),
    ]
    reps = [Rep(f"r{n}", f"Rep {n}", 8) for n in range(5)]
    found = frames.plan_many(spark_session.createDataFrame(good + bad, SCHEMA), reps, *MARCH, CHINA).collect()
    assert sorted(row["error"] for row in found if row["error"]) == [
        "ValueError while reading @ rep 'r4', customer 'x5'; look at this row [followup.rep-data]",
        "a visit done inside the horizon @ rep 'r3', customer 'x4'; start the plan after it [followup.done]",
        "no rep 'r9'; add the rep [followup.rep]",
        "visits due are a whole number from 0 @ rep 'r2', customer 'x2' [followup.visits]",
        "weekday out of range @ rep 'r2', customer 'x3'; 0 for Monday to 6 for Sunday [followup.weekday]",
    ]
    assert {row["rep"] for row in found if row["day"]} == {"r0", "r1"}


@pytest.mark.filterwarnings("ignore")
def test_refused_before_spark_starts(spark_session):
    """Columns, chunk and years are looked at first."""
    frame = spark_session.createDataFrame(rows_of(1, 1), SCHEMA)
    with pytest.raises(BadValue, match="has no column 'gap'"):
        frames.plan_many(frame.drop("gap"), [], *MARCH, CHINA)
    with pytest.raises(BadValue, match=r"followup\.chunk"):
        frames.plan_many(frame, [], *MARCH, CHINA, chunk=0)
    with pytest.raises(UnknownYear):
        frames.plan_many(frame, [], date(2031, 1, 1), date(2031, 1, 31), CHINA)
    with pytest.raises(BadValue, match=r"followup\.as_of"):
        frames.plan_many(frame, [], *MARCH, CHINA, as_of=date(2026, 4, 1))
    twice, nobody = [Rep("r0", "Rep One", 8), Rep("r0", "Rep Two", 8)], Appointment("r9", MARCH[0])
    with pytest.raises(BadRows) as refused:
        frames.plan_many(frame, twice, *MARCH, CHINA, fixed=[nobody])
    assert list(refused.value.lines()) == [
        "rep given twice @ rep 'r0' [followup.twice]",
        "no rep 'r9' @ appointment of rep 'r9', 2026-03-01; add the rep [followup.rep]",
    ]


@pytest.mark.filterwarnings("ignore")
def test_the_spark_example_of_the_page(spark_session):
    """The example of the how-to page runs as it stands."""
    page = (Path(__file__).parents[2] / "docs/how-to/plan-many-reps.md").read_text("utf-8")
    block = page.split("## On Spark")[1].split("```python\n")[1].split("```")[0]
    reps = [Rep("r1", "Rep One", 8), Rep("r2", "Rep Two", 8)]
    held = {"spark": spark_session, "frames": frames, "reps": reps, "march": MARCH, "CHINA": CHINA}
    exec(block, held)  # noqa: S102 - our own page
    found = held["planned"].collect()
    assert sorted((row["rep"], row["number"]) for row in found if row["day"]) == [
        ("r1", 1),
        ("r1", 2),
        ("r1", 3),
        ("r1", 4),
        ("r2", 1),
        ("r2", 2),
    ]
