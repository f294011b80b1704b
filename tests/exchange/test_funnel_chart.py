"""The picture of a funnel: a bar a stage, figures in words, nothing of what is missing."""

import pytest

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadValue
from pharmasales.exchange.funnel_chart import FunnelStep, funnel_chart, funnel_steps

FILED, SIGNED, LOST = Says("filed", "建档"), Says("signed", "签约"), Says("lost", "流失")


def test_words_leave_out_what_is_missing():
    """A count alone, a count with days, and all three, in both languages."""
    assert FunnelStep(LOST, 4).words == Says("4", "4")
    assert FunnelStep(FILED, 1200, None, 40).words == Says("1,200, oldest 40 days", "1,200，最久 40 天")
    assert FunnelStep(SIGNED, 3, 250_000, 52).words.zh == "3，25万，最久 52 天"


def test_bars_have_the_length_of_their_counts_and_the_colour_of_their_tone():
    """The first stage on top; won is green, lost is grey; who cannot see it is told everything."""
    columns = tuple(Column(key, key, key) for key in ("stage", "prospects", "value", "oldest"))
    table = Table("funnel", FILED, columns, [(FILED, 5, None, 10), (SIGNED, 1, 150_000, 87), (LOST, 4, None, None)])
    chart = funnel_chart(funnel_steps(table, {"signed": "won", "lost": "lost"}))
    bars = chart.spec["layer"][0]["data"]["values"]
    assert [(bar["name"].en, int(bar["length"]), bar["tint"]) for bar in bars] == [
        ("filed", 5, "#0072B2"),
        ("signed", 1, "#009E73"),
        ("lost", 4, "#B8BEC4"),
    ]
    assert chart.alt.zh == "建档: 5，最久 10 天".replace(": ", "：") + "；签约：1，15万，最久 87 天；流失：4"
    assert "<desc>filed: 5, oldest 10 days; signed: 1, 150k, oldest 87 days; lost: 4</desc>" in chart.svg()


def test_nobody_in_any_stage_is_no_picture():
    """And a count below zero is refused."""
    assert funnel_chart([FunnelStep(FILED, 0), FunnelStep(LOST, 0)]) is None
    with pytest.raises(BadValue, match="below zero"):
        funnel_chart([FunnelStep(FILED, -1)])
