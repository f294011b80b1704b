"""Every result shows itself in a notebook, escaped; every door leads to the names that it lists."""

from __future__ import annotations

from datetime import date

import pytest

from pharmasales.archive import Lead, admit
from pharmasales.compliance import NONE
from pharmasales.recruitment import leads, pipeline
from pharmasales.rules import Field, Part, Weighted
from pharmasales.units import CNY, Amount
from pharmasales.workdays import CHINA

DAY = date(2026, 3, 2)
ODD = "<b>"
ADMISSION = admit([Lead(ODD, "agent", "advert", DAY, region=ODD, campaign=ODD)], NONE, as_of=DAY)


def prospect(stage="signed"):
    """Return a prospect with an odd id, on one day."""
    one = pipeline.Prospect.file(ODD, by=ODD, on=DAY, evidence=ODD).expect(Amount.of(1, CNY), DAY, by="p1", on=DAY)
    for to in ("touched", "key", "visited", "signed"):
        if one.stage != stage:
            one = one.move(to, by="p1", on=DAY, evidence=ODD)
    return one


def results():
    """Yield one result of each kind, with an odd id in it."""
    window = (DAY, DAY)
    gone = prospect().move("lost", by="p1", on=DAY, evidence="E", reason="silent")
    yield prospect()
    yield pipeline.pipeline_board([prospect()], DAY)
    yield pipeline.conversion_matrix([prospect()], window, as_of=DAY)
    yield pipeline.pipeline_forecast([prospect("filed")], {"filed": 1}, by=DAY, as_of=DAY)
    yield pipeline.signed_idle([prospect()], DAY, calendar=CHINA, after=0)
    yield pipeline.win_back([gone], DAY)
    yield pipeline.weekly_targets([pipeline.Promise("sign", ODD, "p1", DAY)], [prospect()], as_of=DAY)
    yield pipeline.daily_targets([pipeline.DailyTarget(ODD, "visit", 1)], [], window, as_of=DAY, calendar=CHINA)
    yield leads.campaign_costs(ADMISSION, [])
    yield leads.source_costs(leads.campaign_costs(ADMISSION, []))
    yield leads.compare_media([leads.Medium(name, 1, 1, Amount.of(1, CNY)) for name in (ODD, "M2")])
    yield leads.method_reports([], ADMISSION, [], as_of=DAY)
    yield leads.score_leads(ADMISSION, {ODD: {"x": 1}}, Weighted([Part("x", 100, Field("x"))]), key_from=1)
    yield leads.first_touches(ADMISSION, [], leads.InDays(1, CHINA), as_of=DAY)
    yield leads.assign_leads(ADMISSION.accepted, [leads.Taker(ODD, [""], 1)])


@pytest.mark.parametrize("shown", list(results()), ids=lambda one: type(one).__name__)
def test_a_notebook_shows_it_escaped(shown):
    """HTML has a table and no tag of a stranger; the Chinese title is there; a repr holds no evidence."""
    html = shown._repr_html_()
    assert "<table>" in html
    assert ODD not in html
    assert not shown.table().title.zh.isascii()
    assert len(shown.table().text("zh").splitlines()) >= 2


@pytest.mark.parametrize("room", [leads, pipeline])
def test_every_name_of_the_door_is_there(room):
    """The door lists what it gives, each once."""
    assert len(set(room.__all__)) == len(room.__all__) > 20
    assert all(getattr(room, name) is not None for name in room.__all__)
