"""Payout plans as plain data and TOML, both ways (奖金方案的文本形式).

>>> from pharmasales.rules import Field
>>> steps = PayoutCurve(Bands(Field("reached"), (("80%", "0%"),), top="100%"))
>>> plan = PayoutPlan("bonus", [PayPart("sales", "sales", Field("reached"), steps, 100, zh="销售")])
>>> print(plan_toml(plan))
name = "bonus"
<BLANKLINE>
[[parts]]
name = "sales"
measure = "sales"
of = { field = "reached" }
pays = { curve = { shape = "bands", of = { field = "reached" }, cuts = [["4/5", "0%"]], top = "100%" } }
weight = 100
zh = "销售"
<BLANKLINE>
>>> read_plan(plan_toml(plan)) == plan
True

No expression is ever evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, TypeAlias

from pharmasales.display import Says
from pharmasales.errors import BadConfig, BadRows, PharmaSalesError
from pharmasales.evaluation.payout.curves import PayoutCurve
from pharmasales.evaluation.payout.plans import PayGate, PayoutPlan, PayPart, Pays
from pharmasales.evaluation.payout.tier import Tier
from pharmasales.evaluation.payout.tiers import TierTable
from pharmasales.names import nearest
from pharmasales.rules.book import read_toml
from pharmasales.rules.data import Reader, read_condition
from pharmasales.rules.shapes import Bands, Curve
from pharmasales.rules.terms import Exact
from pharmasales.rules.writing import condition_data, rule_data, toml_value
from pharmasales.units import UNITS, Amount, Unit

__all__ = ["pays_data", "plan_data", "plan_from_data", "plan_toml", "read_pays", "read_plan"]

Data: TypeAlias = Any


def pays_data(pays: Pays) -> dict[str, Data]:
    """Return a payout curve or a tier table as plain data.

    >>> from pharmasales.units import BOX, CNY
    >>> pays_data(TierTable(BOX, CNY, [Tier(0, None, "2.5")]))["tiers"]
    {'unit': 'BOX', 'pay': 'CNY', 'method': 'marginal', 'shared_end': 'upper', 'tiers': [{'low': 0, 'rate': '5/2'}]}
    """
    if isinstance(pays, PayoutCurve):
        side = {"over_threshold": True} if pays.over_threshold else {}
        return {"curve": rule_data(pays.rule), **side}
    cap = {} if pays.cap is None else {"cap": f"{pays.cap.value:f}"}
    head = {"unit": _unit_data(pays.unit), "pay": _unit_data(pays.pay), "method": pays.method}
    return {"tiers": {**head, "shared_end": pays.shared_end, **cap, "tiers": [_tier_data(one) for one in pays.tiers]}}


def _unit_data(unit: Unit) -> Data:
    return unit.code if UNITS.get(unit.code) == unit else {"code": unit.code, "decimals": unit.decimals}


def _tier_data(tier: Tier) -> dict[str, Data]:
    high = {} if tier.high is None else {"high": _plain(tier.high)}
    return {"low": _plain(tier.low), **high, "rate": _plain(tier.rate)}


def _plain(value: Exact) -> Data:
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value


def plan_data(plan: PayoutPlan) -> dict[str, Data]:
    """Return a plan as plain data, in an order that never changes; `plan_from_data` reads it back."""
    blend = {} if plan.blend is None else {"blend": pays_data(plan.blend)}
    gates = [
        {"name": gate.name, "breach": condition_data(gate.breach), "says": {"en": gate.says.en, "zh": gate.says.zh}}
        for gate in plan.gates
    ]
    parts = [_part_data(part) for part in plan.parts]
    return {"name": plan.name, **blend, "parts": parts, **({"gates": gates} if gates else {})}


def _part_data(part: PayPart) -> dict[str, Data]:
    pays = {} if part.pays is None else {"pays": pays_data(part.pays)}
    weight = {} if part.weight is None else {"weight": _plain(part.weight)}
    chinese = {"zh": part.zh} if part.zh else {}
    return {"name": part.name, "measure": part.measure, "of": rule_data(part.of), **pays, **weight, **chinese}


def plan_toml(plan: PayoutPlan) -> str:
    """Return a plan as TOML; `read_plan` reads it back to the same value."""
    return "\n".join(_lines(plan_data(plan))) + "\n"


def _lines(data: Mapping[str, Data]) -> Iterator[str]:
    for key, value in data.items():
        if key not in ("parts", "gates"):
            yield f"{key} = {toml_value(value)}"
    for key in ("parts", "gates"):
        for table in data.get(key, ()):
            yield from ("", f"[[{key}]]", *(f"{name} = {toml_value(value)}" for name, value in table.items()))


def read_plan(text: str) -> PayoutPlan:
    """Read a plan from TOML; decimals are read exactly.

    >>> read_plan('name = "x"')
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadConfig: missing key @ parts [config.missing]

    Raises:
        BadConfig: text that is no TOML, an unknown key, or what cannot be, with its path.
    """
    return plan_from_data(read_toml(text))


def plan_from_data(data: Mapping[str, Data]) -> PayoutPlan:
    """Read a plan from plain data, the form of its TOML; errors as `read_plan`."""
    _keys(data, "", ("name", "parts"), ("name", "blend", "parts", "gates"))
    parts = [_part(one, f"parts[{place}]") for place, one in enumerate(_list(data["parts"], "parts"))]
    gates = [_gate(one, f"gates[{place}]") for place, one in enumerate(_list(data.get("gates", []), "gates"))]
    blend = read_pays(data["blend"], "blend") if "blend" in data else None
    if isinstance(blend, TierTable):
        raise BadConfig("a blend is paid on a curve", where="blend", hint="write { curve = ... }", code="payout.blend")
    with _form("plan"):
        return PayoutPlan(data["name"], parts, blend, gates)


def _part(data: Data, where: str) -> PayPart:
    _keys(data, where, ("name", "measure", "of"), ("name", "measure", "of", "pays", "weight", "zh"))
    pays = read_pays(data["pays"], f"{where}.pays") if "pays" in data else None
    of = Reader({}).of(data["of"], f"{where}.of")
    with _form(where):
        return PayPart(data["name"], data["measure"], of, pays, data.get("weight"), data.get("zh", ""))


def _gate(data: Data, where: str) -> PayGate:
    keys = ("name", "breach", "says")
    _keys(data, where, keys, keys)
    _keys(data["says"], f"{where}.says", ("en", "zh"), ("en", "zh"))
    breach = read_condition(data["breach"], f"{where}.breach")
    with _form(where):
        return PayGate(data["name"], breach, Says(_text(data["says"]["en"]), _text(data["says"]["zh"])))


def read_pays(data: Data, where: str = "pays") -> Pays:
    """Read a payout curve or a tier table from plain data.

    >>> steps = {"shape": "bands", "of": "attainment", "cuts": [["90%", "0%"]], "top": "100%"}
    >>> read_pays({"curve": steps}).shape
    'step'

    Raises:
        BadConfig: neither of the two, or one that cannot be, with its path.
    """
    _keys(data, where, (), ("curve", "over_threshold", "tiers"))
    if "tiers" in data and "curve" not in data and "over_threshold" not in data:
        return _table(data["tiers"], f"{where}.tiers")
    if "curve" not in data or "tiers" in data or type(data.get("over_threshold", False)) is not bool:
        hint = "write { curve = { shape = ... } } or { tiers = { ... } }"
        raise BadConfig("neither a curve nor a tier table", where=where, hint=hint, code="payout.form")
    rule = Reader({}).of(data["curve"], f"{where}.curve")
    with _form(f"{where}.curve"):
        return PayoutCurve(_kind(rule), data.get("over_threshold", False))


def _kind(rule: object) -> Curve | Bands:
    return rule  # type: ignore[return-value] # the curve itself refuses any other


def _table(data: Data, where: str) -> TierTable:
    keys = ("unit", "pay", "method", "shared_end", "cap", "tiers")
    _keys(data, where, ("unit", "pay", "tiers"), keys)
    tiers = []
    for place, one in enumerate(_list(data["tiers"], f"{where}.tiers")):
        at = f"{where}.tiers[{place}]"
        _keys(one, at, ("low", "rate"), ("low", "high", "rate"))
        with _form(at):
            tiers.append(Tier(one["low"], one.get("high"), one["rate"]))
    unit, pay = (_unit(data[key], f"{where}.{key}") for key in ("unit", "pay"))
    with _form(where):
        cap = Amount.of(data["cap"], pay) if "cap" in data else None
        return TierTable(unit, pay, tiers, data.get("method", "marginal"), data.get("shared_end", "upper"), cap)


def _unit(data: Data, where: str) -> Unit:
    if isinstance(data, str) and data in UNITS:
        return UNITS[data]
    hint = f"known: {', '.join(UNITS)}; or write {{ code = ..., decimals = ... }}"
    if not isinstance(data, Mapping):
        raise BadConfig("unknown unit", where=where, hint=hint, code="unit")
    _keys(data, where, ("code", "decimals"), ("code", "decimals"))
    with _form(where):
        return Unit(_text(data["code"]), data["decimals"])


def _text(data: Data) -> str:
    if not isinstance(data, str):
        raise BadConfig("not text", hint='write "..."', code="rule.form")
    return data


def _list(data: Data, where: str) -> Sequence[Data]:
    if not isinstance(data, list | tuple):
        raise BadConfig("not a list", where=where, hint="write [ ... ]", code="rule.form")
    return data


def _keys(data: Data, where: str, due: Sequence[str], known: Sequence[str]) -> None:
    if not isinstance(data, Mapping):
        raise BadConfig("not a table", where=where, code="rule.form")
    dot = f"{where}." if where else ""
    for key in data:
        if key not in known:
            raise BadConfig("unknown key", where=f"{dot}{key}", hint=nearest(str(key), known))
    for key in due:
        if key not in data:
            raise BadConfig("missing key", where=f"{dot}{key}", code="config.missing")


@contextmanager
def _form(where: str) -> Iterator[None]:
    """Give every error of a value's making its path."""
    try:
        yield
    except BadRows as error:
        lines = "; ".join(
            f"{one.reason} @ {one.where}" for one in error.exceptions if isinstance(one, PharmaSalesError)
        )
        raise BadConfig(lines, where=where, code="payout.form") from error
    except PharmaSalesError as error:
        path = ".".join(filter(None, (where, error.where)))
        raise BadConfig(error.reason, where=path, hint=error.hint, code=error.code) from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise BadConfig("not of the form that is due", where=where, code="rule.form") from error
