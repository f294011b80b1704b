"""What holds for every picture of an evaluation: plain shapes, told in words, and the same under any hash seed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from attrs import make_class

from pharmasales.display import Says
from pharmasales.evaluation.attainment import attain
from pharmasales.evaluation.payout.building import payout_curve
from pharmasales.evaluation.variance import Parted, contributed
from pharmasales.evaluation.variance.parted import VariancePart
from pharmasales.exchange.charts import Chart, attainment_bullets
from pharmasales.exchange.payout_chart import payout_chart
from pharmasales.exchange.plan_chart import dumbbells, payout_pair
from pharmasales.exchange.rater_chart import rater_distribution
from pharmasales.exchange.waterfall_chart import attainment_waterfall, expense_waterfall, sales_waterfall
from pharmasales.org import Node, Org
from pharmasales.periods import Quarter
from pharmasales.units import CNY, Amount, share

SHAPES = {"svg", "desc", "g", "path", "rect", "text", "line"}
SEEDS = """
import json, runpy, sys
from pharmasales.exchange._drawing import drawn
made = runpy.run_path(sys.argv[1])["pictures"]()
print(json.dumps({name: [drawn(one.spec, lang) for lang in ("en", "zh")] for name, one in made.items()}))
"""


def pictures() -> dict[str, Chart]:
    """Return every picture, of names that would break a page if they were not escaped."""
    names = ["<b>One</b>", "王伟 & Co", '"><script>', "One", "One"]
    org = Org.of(
        [Node("N", "<i>North</i>", "district"), *(Node(f"r{n}", name, "rep", "N") for n, name in enumerate(names))]
    )
    yuan = Amount.of(1, CNY)
    goals = {"N": yuan * 500, **{f"r{n}": yuan * 100 for n in range(5)}}
    result = attain(org, goals, {f"r{n}": yuan * (20 + 17 * n) for n in range(5)}, Quarter(2026, 1), share("1/2"))
    parts = tuple(
        (VariancePart(name, Says(name, name), Says("", "")), yuan * (9 - 5 * n)) for n, name in enumerate(names)
    )
    change = Parted(yuan * 100, yuan * 95, parts)
    marks = make_class("Marks", ("rater", "counts", "least", "median", "most", "mean"))
    raters = [marks(name + str(n), {1: 1, 2 + n: 1}, 1, 1, 2 + n, 2) for n, name in enumerate(names)]
    old, new = (payout_curve(threshold="70%", start=f"{10 * n}%", above=n, cap="200%") for n in (2, 3))
    found = {
        "bullets": attainment_bullets([(name, 100, 30 * n, 60) for n, name in enumerate(names)]),
        "payout": payout_chart(old, yuan * 1000, at="85%"),
        "sales": sales_waterfall(change),
        "expense": expense_waterfall(change),
        "attainment": attainment_waterfall(contributed(result), "N"),
        "raters": rater_distribution(raters),
        "pair": payout_pair(old, new, yuan * 1000),
        "dumbbells": dumbbells([(name, n, 5 - n) for n, name in enumerate(names)], Says("Score", "得分")),
    }
    return {name: chart for name, chart in found.items() if chart is not None}


@pytest.fixture(scope="module")
def made() -> dict[str, Chart]:
    """Return every picture."""
    return pictures()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_picture_is_plain_and_told(made, lang):
    """Shapes and words alone; no id, link, script or address; a title and a description in the language asked."""
    assert len(made) == 8
    for chart in made.values():
        svg = chart.svg(lang)
        root = ET.fromstring(svg)  # noqa: S314 - own picture
        assert {tag.tag.rpartition("}")[2] for tag in root.iter()} <= SHAPES
        names = {name.rpartition("}")[2] for tag in root.iter() for name in tag.attrib}
        assert not {name for name in names if re.fullmatch(r"(?i)id|href|style|on.*", name)}
        assert set(re.findall(r"https?://[^\"]*", svg)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        assert (root.get("role"), root.get("aria-label")) == ("img", chart.title.text(lang))
        assert chart.alt is not None
        told = root.find("{http://www.w3.org/2000/svg}desc")
        assert told is not None
        assert told.text == chart.alt.text(lang)
        texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
        assert chart.title.text(lang) in texts


def test_same_pictures_under_any_hash_seed():
    """The same input is the same drawing, number by number, in two processes."""
    runs = {
        subprocess.run(  # noqa: S603 - own code
            [sys.executable, "-c", SEEDS, __file__],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert b'"dumbbells"' in runs.pop()
