"""Explanations: the same rule value, asked why.

`explain(rule, record)` walks the rule as the answer did and says which band, cell, weight and input decided, in English
and Chinese.

>>> from pharmasales.rules import Bands, Field
>>> print(explain(Bands(Field("potential"), ((200_000, "low"),), top="high"), {"potential": 310_000}))
potential 310,000 is at least 200,000: high
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pharmasales.display import Cell, Says, Why, because, decimal_text
from pharmasales.errors import BadRule
from pharmasales.rules.arithmetic import Sum, Times, Unless
from pharmasales.rules.shapes import Bands, Curve, Cut, FirstMatch, Grid, Points, Weighted
from pharmasales.rules.terms import All, AnyOf, Field, Not, Ratio, Rule, Test, bracketed, number

__all__ = ["explain", "explain_points", "spoken"]


def explain(rule: Rule, record: object) -> Why:
    """Say why a rule answers as it does for a record.

    Args:
        rule: any term, test or shape; a population rule is explained by the bands that it was fitted to.
        record: the record.

    Raises:
        BadRule: a rule that is of no known shape.
    """
    match rule:
        case Bands():
            return _bands(rule, record)
        case Grid():
            return _grid(rule, record)
        case Curve():
            return _curve(rule, record)
        case Weighted():
            return _weighted(rule, record)
        case FirstMatch():
            return _first(rule, record)
        case Field() | Ratio():
            return _term(rule, record)
        case Times() | Sum():
            return _reckoned(rule, record)
        case Unless():
            return _unless(rule, record)
        case Test() | All() | AnyOf() | Not():
            return _test(rule, record)
    raise BadRule(f"a {type(rule).__name__} cannot be explained", hint="fit it first", code="rule.explain")


def spoken(rule: Rule) -> Says:
    """Return how a reason speaks of what a rule reads, in both languages.

    >>> spoken(Ratio(Field("ours", "我方"), Field("potential", "潜力"))).text("zh")
    '我方/潜力'
    """
    return Says(*_name(rule))


def _name(rule: Rule) -> tuple[str, str]:
    """Return the English and the Chinese name of what a rule reads."""
    if isinstance(rule, Ratio):
        parts, wholes = _name(rule.part), _name(rule.whole)
        en, zh = (
            f"{bracketed(part)}/{bracketed(whole, divides=True)}" for part, whole in zip(parts, wholes, strict=True)
        )
        return en, zh
    if isinstance(rule, Field):
        return rule.name, rule.zh or rule.name
    if isinstance(rule, Unless):
        return _name(rule.of)
    if isinstance(rule, Times | Sum):
        names = [_name(term) for term in _inner(rule)]
        en, zh = (_formula(rule, [name[side] for name in names]) for side in (0, 1))
        return en, zh
    return rule.named(), _SHAPES.get(rule.named(), rule.named())


_SHAPES = {"weighted": "加权得分", "bands": "分档", "grid": "矩阵结果", "curve": "折算得分"}


def _inner(rule: Times | Sum) -> tuple[Rule, ...]:
    return rule.factors if isinstance(rule, Times) else (*rule.of, *rule.less)


def _formula(rule: Times | Sum, words: Sequence[str]) -> str:
    """Join the words for the terms of a product or a sum, in the order of `_inner`."""
    if isinstance(rule, Times):
        return " x ".join([*([] if rule.times == 1 else [str(rule.times)]), *map(bracketed, words)])
    added = len(rule.of)
    return " - ".join([" + ".join(words[:added]), *map(bracketed, words[added:])])


def _value(rule: Rule, record: object) -> Cell:
    found = rule(record)
    if found is None or isinstance(found, bool):
        return None if found is None else str(found).lower()
    try:
        return number(found, rule.named())
    except ValueError:
        return str(found)


def _deeper(rule: Rule, record: object) -> tuple[Why, ...]:
    """Explain what a rule rests on, unless that is a plain field."""
    return () if isinstance(rule, Field) else (explain(rule, record),)


def _term(rule: Field | Ratio, record: object) -> Why:
    en, zh = _name(rule)
    if isinstance(rule, Ratio):
        part, whole = _value(rule.part, record), _value(rule.whole, record)
        says = "{name} = {part} / {whole} = {value}"
        parts = (*_deeper(rule.part, record), *_deeper(rule.whole, record))
        return _named(says, says, en, zh, *parts, part=part, whole=whole, value=rule(record))
    return _named("{name} = {value}", "{name} = {value}", en, zh, value=_value(rule, record))


def _reckoned(rule: Times | Sum, record: object) -> Why:
    en, zh = _name(rule)
    inner = _inner(rule)
    values: dict[str, Cell] = {f"v{place}": _value(term, record) for place, term in enumerate(inner)}
    says = f"{{name}} = {_formula(rule, [f'{{v{place}}}' for place in range(len(inner))])} = {{value}}"
    parts = [explain(term, record) for term in inner if not isinstance(term, Field)]
    return _named(says, says, en, zh, *parts, value=rule(record), **values)


def _unless(rule: Unless, record: object) -> Why:
    """Explain the number as if there were no test, or say which test leaves it missing."""
    stop = rule.stopped_by(record)
    if stop is None:
        return explain(rule.of, record)
    says = "{name} has no meaning here, so it is missing", "{name} 在此无意义，故缺失"
    return _named(*says, *_name(rule), explain(stop, record))


def _named(says_en: str, says_zh: str, en: str, zh: str, *parts: Why, **values: Cell) -> Why:
    return because(says_en.replace("{name}", _safe(en)), says_zh.replace("{name}", _safe(zh)), *parts, **values)


def _safe(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


_SIDES_EN = {False: "is at least {low}", True: "is over {low}"}
_SIDES_ZH = {False: "不低于 {low}", True: "超过 {low}"}
_ENDS_EN = {False: "is below {high}", True: "is at most {high}"}
_ENDS_ZH = {False: "低于 {high}", True: "不超过 {high}"}


def _between(low: Cut | None, high: Cut | None) -> tuple[str, str]:
    en, zh = [], []
    if low is not None:
        en.append(_SIDES_EN[low.exclusive])
        zh.append(_SIDES_ZH[low.exclusive])
    if high is not None:
        en.append(_ENDS_EN[high.exclusive])
        zh.append(_ENDS_ZH[high.exclusive])
    return " and ".join(en) or "is in the only band", "且".join(zh) or "在唯一区间"


def _bands(rule: Bands, record: object) -> Why:
    en, zh = _name(rule.of)
    parts = _deeper(rule.of, record)
    value = number(rule.of(record), rule.of.named())
    place = rule.place(value)
    if place is None:
        return _named("{name} is missing, so there is no answer", "{name} 缺失，故无结果", en, zh, *parts)
    low, high = rule.bounds(place)
    bounds: dict[str, Cell] = {"low": low.at if low else None, "high": high.at if high else None}
    side_en, side_zh = _between(low, high)
    label: Cell = rule.labels()[place]
    return _named(
        f"{{name}} {{value}} {side_en}: {{label}}",
        f"{{name}} {{value}} {side_zh}：{{label}}",
        en,
        zh,
        *parts,
        value=value,
        label=label,
        **bounds,
    )


def _grid(rule: Grid, record: object) -> Why:
    row, col = rule.rows(record), rule.cols(record)
    parts = (explain(rule.rows, record), explain(rule.cols, record))
    if row is None or col is None:
        return because("one side is missing, so there is no cell", "一侧缺失，故无结果", *parts)
    return because(
        "cell ({row}, {col}): {label}", "格（{row}，{col}）：{label}", *parts, row=row, col=col, label=rule(record)
    )


def _curve(rule: Curve, record: object) -> Why:
    en, zh = _name(rule.of)
    parts = _deeper(rule.of, record)
    value = number(rule.of(record), rule.of.named())
    if value is None:
        return _named("{name} is missing, so there is no score", "{name} 缺失，故无得分", en, zh, *parts)
    (x0, y0), (x1, y1) = rule.segment(value)
    return _named(
        "{name} {value} on the line from ({x0}, {y0}) to ({x1}, {y1}): {score}",
        "{name} {value} 位于 ({x0}, {y0}) 至 ({x1}, {y1}) 的线段：{score}",
        en,
        zh,
        *parts,
        value=value,
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        score=rule(record),
    )


def explain_points(points: Points, record: object) -> Why:
    """Say what one part of a weighted sum brought, and why.

    >>> from pharmasales.rules import Field, Part, Weighted
    >>> rule = Weighted([Part("coverage", 100, Field("coverage"), zh="覆盖率")])
    >>> explain_points(rule.points({"coverage": "0.75"})[0], {"coverage": "0.75"}).head("zh")
    '覆盖率：得分 0.75 x 权重 100 = 75.00'
    """
    part = points.part
    reasons = () if isinstance(part.rule, Field) else (explain(part.rule, record),)
    if points.weight is None:
        says = ("{name}: missing, its weight goes to the others", "{name}：缺失，权重分给其他项")
    elif points.hundredths is None:
        says = ("{name}: missing, so there is no total", "{name}：缺失，故无总分")
    elif points.score is None:
        says = ("{name}: missing, counts as zero of weight {weight}", "{name}：缺失，按零分计，权重 {weight}")
    else:
        full = "" if points.full == 1 else " / {full}"
        says = (
            f"{{name}}: score {{score}}{full} x weight {{weight}} = {{points}}",
            f"{{name}}：得分 {{score}}{full} x 权重 {{weight}} = {{points}}",
        )
    values: dict[str, Cell] = {"score": points.score, "full": points.full, "weight": _weight(points.weight)}
    values["points"] = points.points
    says_en, says_zh = says
    return _named(says_en, says_zh, part.name, part.zh or part.name, *reasons, **values)


def _weight(weight: Fraction | None) -> Cell:
    return None if weight is None else decimal_text(weight, 2).rstrip("0").rstrip(".")


def _weighted(rule: Weighted, record: object) -> Why:
    parts = [explain_points(points, record) for points in rule.points(record)]
    total = rule(record)
    if total is None:
        return because("a score is missing, so there is no total", "有得分缺失，故无总分", *parts)
    return because("total {total} of {whole}", "总分 {total}，满分 {whole}", *parts, total=total, whole=rule.whole)


def _first(rule: FirstMatch, record: object) -> Why:
    place = rule.matched(record)
    answers = (test(record) for test, _ in rule.cases)
    last = next((n for n, holds in enumerate(answers) if holds is None or holds), len(rule.cases))
    asked = [explain(test, record) for test, _ in rule.cases[: last + 1]]
    if place is None:
        return because("a test has no answer, so there is none", "有条件无法判断，故无结果", *asked)
    if place == len(rule.cases):
        return because("no case holds: {label}", "无条件成立：{label}", *asked, label=rule.otherwise)
    return because(
        "case {place}: {label}", "第 {place} 条：{label}", *asked, place=place + 1, label=rule.cases[place][1]
    )


_OPS = {
    "at_least": ("{name} {value} is at least {cut}", "{name} {value} 不低于 {cut}"),
    "over": ("{name} {value} is over {cut}", "{name} {value} 超过 {cut}"),
    "below": ("{name} {value} is below {cut}", "{name} {value} 低于 {cut}"),
    "at_most": ("{name} {value} is at most {cut}", "{name} {value} 不超过 {cut}"),
    "equals": ("{name} {value} is {cut}", "{name} {value} 等于 {cut}"),
    "one_of": ("{name} {value} is one of {cut}", "{name} {value} 属于 {cut}"),
    "missing": ("{name} {value} is missing", "{name} {value} 缺失"),
}
_HOLDS = {True: ("yes", "是"), False: ("no", "否"), None: ("unknown", "未知")}


def _test(rule: Test | All | AnyOf | Not, record: object) -> Why:
    yes_en, yes_zh = _HOLDS[rule(record)]
    match rule:
        case Test():
            en, zh = _name(rule.of)
            cut = ", ".join(map(str, rule.value)) if isinstance(rule.value, tuple) else rule.value
            shown: Cell = str(cut).lower() if isinstance(cut, bool) else cut
            says_en, says_zh = _OPS[rule.op]
            value = _value(rule.of, record)
            return _named(f"{says_en}: {yes_en}", f"{says_zh}：{yes_zh}", en, zh, value=value, cut=shown)
        case All():
            says_en, says_zh, inner = "all of", "全部成立", rule.tests
        case AnyOf():
            says_en, says_zh, inner = "any of", "任一成立", rule.tests
        case Not():
            says_en, says_zh, inner = "not", "不成立", (rule.test,)
    return because(f"{says_en}: {yes_en}", f"{says_zh}：{yes_zh}", *(explain(test, record) for test in inner))
