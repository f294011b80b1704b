"""Every result of the room shows itself in a notebook, escaped; the door leads to the names that it lists."""

from __future__ import annotations

from datetime import date

import pytest

from pharmasales.archive.suppliers import Supplier
from pharmasales.classification.coverage.known_agents import MarketAgent
from pharmasales.periods import Year
from pharmasales.recruitment import rights
from pharmasales.units import CNY, Amount
from pharmasales.workdays import CHINA

DAY = date(2026, 3, 2)
ODD = "<b>"
AREAS = rights.Areas.of({ODD: "", "<i>": ODD}, {"<u>": "<i>"})


def right(name, agent):
    """Return a right with odd ids."""
    told = {"since": DAY, "until": DAY, "signed": DAY, "by": ODD, "evidence": ODD}
    return rights.AgentRight.grant(name, agent, ODD, ODD, "province", **told)


def results():
    """Yield one result of each kind, with an odd id in it."""
    both = [right(ODD, "<p>"), right("<q>", ODD)]
    yield both[0]
    yield rights.right_conflicts(both, AREAS, as_of=DAY)
    yield rights.market_space(AREAS, [ODD], both, as_of=DAY)
    yield rights.coverage_map(AREAS, [ODD], both, as_of=DAY)
    yield rights.agent_network(both, AREAS, as_of=DAY)
    yield rights.agent_gaps([MarketAgent(ODD, "<i>", 1)], [], AREAS)
    yield rights.check_clauses([Supplier(ODD, "industrial")], as_of=DAY)
    yield rights.agreement_fulfilment([rights.Commitment(ODD, Year(2026), Amount.of(1, CNY))], [], as_of=DAY)
    yield rights.renewal_reminders(both, as_of=DAY, calendar=CHINA)


@pytest.mark.parametrize("shown", list(results()), ids=lambda one: type(one).__name__)
def test_a_notebook_shows_it_escaped(shown):
    """HTML has a table and no tag of a stranger; the Chinese title is there; the text has rows."""
    html = shown._repr_html_()
    assert "<table>" in html
    assert not any(tag in html for tag in (ODD, "<i>", "<q>"))
    assert not shown.table().title.zh.isascii()
    assert len(shown.table().text("zh").splitlines()) >= 3


def test_every_name_of_the_door_is_there():
    """The door lists what it gives, each once."""
    assert len(set(rights.__all__)) == len(rights.__all__) > 40
    assert all(getattr(rights, name) is not None for name in rights.__all__)
