"""The page of a run: reps and customers are told apart by their ids, whatever they are called."""

from datetime import date
from fractions import Fraction

from pharmasales.display import Says, because
from pharmasales.evaluation import attain, deviations
from pharmasales.exchange.report import Section
from pharmasales.followup import Load, Schedule, Unmet
from pharmasales.org import Node, Org
from pharmasales.periods import Month
from pharmasales.units import CNY, Amount
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


def test_a_rep_without_an_actual_has_no_data_and_what_is_beside_follows_the_attainment():
    """Missing is not zero: no bar and no expectation; sections given stand below the attainment."""
    org = Org.of([Node("N", "North", "district"), *(Node(f"r{n}", f"Rep {n}", "rep", "N") for n in (1, 2))])
    goals, yuan = ({name: Amount.of(100, CNY) for name in names} for names in (("N", "r1", "r2"), ("r1",)))
    attained = attain(org, goals, yuan, Month(2026, 3), Fraction(1))
    tables = {"attainment": attained.table(), "deviations": deviations(attained).table()}
    page = summary(Month(2026, 3), MARCH[1], tables, {}, CNY, [], [Section(Says("Beside", "旁注"))])
    assert [section.title.en for section in page.sections][:2] == ["Attainment", "Beside"]
    assert page.sections[0].chart.alt.en.count("no data") == 1
