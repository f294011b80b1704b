"""The page of a run: reps and customers are told apart by their ids, whatever they are called."""

from datetime import date

from pharmasales.display import because
from pharmasales.followup import Load, Schedule, Unmet
from pharmasales.periods import Month
from pharmasales.units import CNY
from pharmasales.workspace.summary import summary

MARCH = date(2026, 3, 1), date(2026, 3, 31)


def test_two_reps_of_one_name_are_two_bars_and_who_is_not_visited_has_an_id():
    """Twenty of forty and ten of forty visits, not thirty of eighty."""
    loads = [Load(rep, "Rep One", Month(2026, 3), 5, 40, planned, 0) for rep, planned in (("r1", 20), ("r2", 10))]
    why = because("the days are full", "已排满")
    unmet = [Unmet("r2", customer, "D*", "C", 1, "full", why) for customer in ("c1", "c2")]
    plan = Schedule((), tuple(unmet), tuple(loads), (), (), *MARCH, MARCH[0], ("C",))
    tables = {table.name: table for table in (plan.table(), plan.unmet_table(), plan.load_table())}
    page = summary(Month(2026, 3), MARCH[0], tables, {}, CNY, [])
    [visits] = [section for section in page.sections if section.title.en == "Visits"]
    bars = visits.chart.spec["layer"][3]["data"]["values"]
    assert [bar["words"].en for bar in bars] == ["50.0%", "25.0%"]
    assert [row["customer_id"] for row in visits.table.records()] == ["c1", "c2"]
