"""`pharmasales gate`: actions, verdicts in both languages, and what it refuses."""

import json

import pytest
from typer.testing import CliRunner

from pharmasales import cli
from pharmasales.compliance import ACTIONS


def run(*words: str, code: int = 0) -> str:
    """Ask the gate and return what it prints."""
    done = CliRunner().invoke(cli.app, ["gate", *words], env={"COLUMNS": "200"})
    assert done.exit_code == code, done.output
    return done.output


DAY = ("--as-of", "2026-01-05")


def test_without_an_action_all_are_listed():
    """Every action with its facts, for people and machines."""
    assert set(json.loads(run("--json"))["actions"]) == set(ACTIONS)
    told = run("--lang", "zh")
    assert [name for name in ACTIONS if name not in told] == []
    assert told.splitlines()[0].startswith("行为")


@pytest.mark.parametrize(
    ("words", "outcome", "rule"),
    [
        (("take_lead", "source=bought_list", "about=person"), "block", "lead-bought-list"),
        (("take_lead", "source=tender", "about=company"), "allow", "lead-tender"),
        (("collect_money", "role=medical_rep"), "block", None),
        (("collect_money", "role=business_rep"), "allow", None),
        (("count_prescriptions", "commercial=yes", "role=medical_rep"), "block", None),
        (("count_prescriptions", "commercial=是", "role=medical_rep"), "block", None),
    ],
)
def test_verdicts(words, outcome, rule):
    """E44 and the lead sources: a block is exit 1 and names its rule; reasons come in both languages."""
    for lang in ("en", "zh"):
        found = json.loads(run(*words, *DAY, "--lang", lang, "--json", code=int(outcome == "block")))
        assert (found["outcome"], found["ok"]) == (outcome, outcome != "block")
        assert rule is None or found["rule"] == rule
        assert any("一" <= sign <= "鿿" for sign in found["why"]) is (lang == "zh")


def test_a_verdict_for_people():
    """One row in the language asked."""
    told = run("take_lead", "source=bought_list", *DAY, "--lang", "zh", code=1)
    assert "禁止" in told
    assert "购买客户名单属非法获取个人信息" in told


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("take_leed",), "action.name"),
        (("take_lead", "sauce=x"), "action.fact"),
        (("take_lead", "source"), "gate.fact"),
        (("take_lead", "--policy", "CN-1999"), "policy.name"),
        (("take_lead", "--policy", "/no/such.toml"), "config.file"),
    ],
)
def test_what_the_gate_refuses(words, code):
    """Each with its code and a hint."""
    (error,) = json.loads(run(*words, *DAY, "--json", code=1))["errors"]
    assert error["code"] == code
    assert error["hint"] or code == "config.file"


def test_a_company_s_own_policy(tmp_path):
    """A TOML file stands in the place of a policy's name."""
    path = tmp_path / "own.toml"
    path.write_text('name = "Example Pharma"\nversion = "7"\nbase = "CN-2026"\n', "utf-8")
    found = json.loads(run("take_lead", "source=tender", "about=company", "--policy", str(path), *DAY, "--json"))
    assert found["policy"] == "Example Pharma@7"
