"""Payout plans as TOML and back, and what is refused with its path."""

from __future__ import annotations

import itertools
import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.display import Says
from pharmasales.errors import BadConfig
from pharmasales.evaluation.payout.building import payout_curve, shaped_curve
from pharmasales.evaluation.payout.payout_data import (
    pays_data,
    plan_data,
    plan_from_data,
    plan_toml,
    read_pays,
    read_plan,
)
from pharmasales.evaluation.payout.plans import PayGate, PayoutPlan, PayPart
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.rules import Bands, Field, Grid, Ratio
from pharmasales.units import BOX, CNY, Amount, Unit

CURVE = payout_curve(threshold="70%", start="30%", above=2, cap="200%", over_threshold=True)
TABLE = TierTable(
    Unit("CASE", 1), CNY, [Tier(0, "10.5", "0.036"), Tier("10.5", None, 2)], "flat", "lower", Amount.of(500, CNY)
)
GATE = PayGate("compliance", Field("breaches").over(0), Says('a "breach" {of} compliance', "存在违规\\"))
PLAN = PayoutPlan(
    "奖金 2026",
    [
        PayPart("sales", "sales", Ratio(Field("actual"), Field("goal")), CURVE, "66.6", zh="销售"),
        PayPart("quality", "quality", Field("quality"), shaped_curve("step", (0, 0), (1, 1)), "33.4"),
        PayPart("new", "sales", Field("new"), TABLE),
    ],
    gates=[GATE],
)
GRADES = Grid(
    Bands(Field("potential"), [(200, "low")], top="high end"),
    Bands(Field("share"), [("10%", "a.b")], top="核心"),
    {"low": {"a.b": "0%", "核心": "50%"}, "high end": {"a.b": "80%", "核心": '10"0%'}},
)
QUOTED = PayoutPlan("quoted", [PayPart("grades", "sales", GRADES, CURVE, 100)])
BLEND = PayoutPlan("blend", [PayPart("a", "sales", Field("a"), weight=100)], CURVE)


@pytest.mark.parametrize("plan", [PLAN, BLEND, QUOTED], ids=["each", "blend", "keys that need quotes"])
def test_a_plan_comes_back(plan):
    """TOML, JSON and plain data give the same plan; the text is the same every time."""
    text = plan_toml(plan)
    assert read_plan(text) == plan
    assert plan_toml(read_plan(text)) == text
    assert tomllib.loads(text)["name"] == plan.name
    assert plan_from_data(json.loads(json.dumps(plan_data(plan)))) == plan


@settings(deadline=None)
@given(
    st.lists(st.fractions(0, 100, max_denominator=50), min_size=2, max_size=5, unique=True),
    st.sampled_from(["flat", "marginal", "interpolated"]),
    st.sampled_from(["upper", "lower"]),
)
def test_any_table_comes_back(ends, method, shared_end):
    """Fractions and all."""
    drawn = sorted(ends)
    tiers = [Tier(low, high, low / 7) for low, high in itertools.pairwise(drawn)]
    table = TierTable(BOX, CNY, tiers, method, shared_end)
    assert read_pays(pays_data(table)) == table


def changed(**more):
    """The data of a plan of one part with other values."""
    part = {"name": "a", "measure": "sales", "of": "a", "weight": 100, "pays": pays_data(CURVE)}
    return {"name": "x", "parts": [part | more]}


def tiers(**more):
    """The data of a plan that pays by tiers, with other values."""
    table = {"unit": "CNY", "pay": "CNY", "tiers": [{"low": 0, "rate": "1%"}]} | more
    return {"name": "x", "parts": [{"name": "a", "measure": "sales", "of": "a", "pays": {"tiers": table}}]}


@pytest.mark.parametrize(
    ("data", "where", "reason"),
    [
        ([], "", "not a table"),
        ({"name": "x"}, "parts", "missing key"),
        ({"name": "x", "parts": {}}, "parts", "not a list"),
        ({"name": "x", "parts": [3]}, "parts[0]", "not a table"),
        ({"name": "x", "parts": [], "gate": 1}, "gate", "unknown key"),
        ({"name": "x", "parts": []}, "plan", "a plan without parts @ parts"),
        ({"name": 3, "parts": changed()["parts"]}, "plan", "int"),
        (changed(wieght=3), "parts[0].wieght", "unknown key"),
        (changed(measure="sale"), "parts[0].part 'a'", "no measure that the gate knows"),
        (changed(measure=[]), "parts[0]", "not of the form that is due"),
        (changed(weight="x"), "parts[0]", "a cut, weight or point: not a number"),
        (changed(weight=99), "plan", "the weights add up to 99, not 100 @ parts"),
        (changed(of={"run": "x"}), "parts[0].of", "not a term"),
        (changed(pays={}), "parts[0].pays", "neither a curve nor a tier table"),
        (changed(pays={"curve": "a"}), "parts[0].pays.curve", "a Field is no payout curve"),
        (changed(pays=pays_data(CURVE) | {"tiers": {}}), "parts[0].pays", "neither a curve nor a tier table"),
        (changed(pays=pays_data(CURVE) | {"over_threshold": 1}), "parts[0].pays", "neither a curve nor a tier table"),
        (tiers(unit="YEN"), "parts[0].pays.tiers.unit", "unknown unit"),
        (tiers(unit={"code": 3, "decimals": 1}), "parts[0].pays.tiers.unit", "not text"),
        (tiers(tiers=[{"low": 0}]), "parts[0].pays.tiers.tiers[0].rate", "missing key"),
        (
            tiers(tiers=[{"low": "a", "rate": 1}]),
            "parts[0].pays.tiers.tiers[0]",
            "a cut, weight or point: not a number",
        ),
        (tiers(cap="1.234"), "parts[0].pays.tiers", "3 decimals where CNY has 2"),
        (tiers(cap=[]), "parts[0].pays.tiers", "list is no number"),
        (tiers(method="any"), "parts[0].pays.tiers.method", "no such method"),
        (changed() | {"blend": tiers()["parts"][0]["pays"]}, "blend", "a blend is paid on a curve"),
        (
            changed() | {"gates": [{"name": "g", "breach": {"of": "a", "over": 0}, "says": {"en": "x"}}]},
            "gates[0].says.zh",
            "missing key",
        ),
        (
            changed() | {"gates": [{"name": "g", "breach": {"of": "a", "above": 0}, "says": {"en": "x", "zh": "x"}}]},
            "gates[0].breach",
            "not a test",
        ),
        (
            changed() | {"gates": [{"name": "g", "breach": {"of": "a", "over": 0}, "says": {"en": 1, "zh": "x"}}]},
            "gates[0]",
            "not text",
        ),
    ],
)
def test_what_is_refused_has_its_path(data, where, reason):
    """A misspelt key, a wrong value and a plan that cannot hold, each with the place."""
    with pytest.raises(BadConfig) as caught:
        plan_from_data(data)
    assert caught.value.where.startswith(where)
    assert caught.value.reason.startswith(reason)


def test_a_gap_in_a_file_names_both_tiers():
    """The same words as in Python, with the path of the file."""
    gap = [{"low": 0, "high": 10, "rate": 1}, {"low": 11, "rate": 2}]
    with pytest.raises(BadConfig) as caught:
        plan_from_data(tiers(tiers=gap))
    assert (caught.value.reason, caught.value.where, caught.value.code) == (
        "a gap between tier 1 (from 0 to 10) and tier 2 (from 11 up)",
        "parts[0].pays.tiers.tiers[1]",
        "payout.tiers.gap",
    )
    with pytest.raises(BadConfig, match="not TOML"):
        read_plan("name = ")


def test_decimals_of_a_file_are_exact():
    """0.036 of a TOML file is 36 thousandths."""
    text = 'name = "x"\n[[parts]]\nname = "a"\nmeasure = "sales"\nof = "a"\n'
    text += 'pays = { tiers = { unit = "CNY", pay = "CNY", tiers = [{ low = 0, rate = 0.036 }] } }\n'
    (part,) = read_plan(text).parts
    assert part.pays.earns(Amount.of(100, CNY)) == Amount.of("3.60", CNY)
