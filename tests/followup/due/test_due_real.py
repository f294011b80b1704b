"""What is due on the real panel of calls: 500 physicians over 23 months, against plain counting."""

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from pharmasales.followup.due.followed import Followed, Touch
from pharmasales.followup.due.listing import DueRules, due_on
from pharmasales.followup.due.rows import CadenceRow
from pharmasales.followup.due.table import CadenceTable
from pharmasales.followup.due.triggers import AGEING, LOST_CONTACT
from pharmasales.workdays import CHINA

PANEL = Path(__file__).parents[4] / "shared" / "data" / "bayesm_detailing_calls_1_500.csv"
FIRST = date(2024, 1, 1)


@pytest.fixture(scope="module")
def months():
    """Return the months in which each physician was called on, from 1, by id; the months of the panel are relative."""
    if not PANEL.exists():
        pytest.skip("the real panel of calls is not there")
    found = defaultdict(set)
    with PANEL.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[row["id"]].update({int(row["month"])} if int(row["detailing"]) else ())
    return found


def middle(month):
    """Return the 15th of a month of the panel."""
    year, rest = divmod(month - 1, 12)
    return date(2024 + year, rest + 1, 15)


@pytest.mark.parametrize("as_of", [date(2025, 6, 18), date(2025, 11, 20)])
def test_due_late_ageing_and_lost(months, as_of):
    """A visit a month: due after 30 days, late after 45; ageing after 90 days, lost after 180, counted by hand."""
    customers = [
        Followed(physician, "r1", "C", FIRST, touches=[Touch(middle(month)) for month in seen])
        for physician, seen in months.items()
    ]
    rules = DueRules(CadenceTable("monthly", [CadenceRow("C", "face", 1)]), silences=[AGEING, LOST_CONTACT])
    found = due_on(customers, as_of, rules, CHINA)
    last = {one: max((d for d in map(middle, seen) if d <= as_of), default=None) for one, seen in months.items()}
    since = {one: (as_of - (day or FIRST)).days for one, day in last.items()}
    due = {one for one, days in since.items() if days >= (30 if last[one] else 0)}
    late = {one for one, days in since.items() if days > 45}

    def those(kind, *, late=False):
        return {i.need.customer for i in found.items if i.need.kind == kind and (i.late or not late)}

    assert len(customers) == 500
    assert those("cadence") == due
    assert those("cadence", late=True) == late
    assert those("ageing") == {one for one, days in since.items() if days >= 90}
    assert those("lost") == {one for one, days in since.items() if days >= 180}
    assert 0 < len(late) < len(due) < 500
    worst = found.where(kinds=["cadence"]).items[0]
    assert worst.late == max(since.values()) - 45
    assert worst.late_workdays == CHINA.count(worst.need.until + timedelta(days=1), as_of)
