"""Figures (考核数据): what was counted for one node of the organisation in a period, each figure declared once.

A figure is exact or missing; a measure is a rule over some of them. What is unknown is left out and stays missing.

>>> figures = Figures(goal=400_000, actual=420_000, planned_visits=120, made_visits=130, capped_visits=102)
>>> figures.goal, figures.last, sorted(figures.known)
(400000, None, ['actual', 'capped_visits', 'goal', 'made_visits', 'planned_visits'])
>>> Figures(gaol=400_000)
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: no such figure @ gaol; did you mean "goal"? [figures.name]
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue, NotComparable
from pharmasales.names import nearest
from pharmasales.rules import Field
from pharmasales.units import Amount, exact

__all__ = ["FIGURES", "Counts", "Figure", "FigureKind", "Figures", "declared", "said_figure"]

Figure: TypeAlias = Amount | int | Decimal | Fraction | None

Counts: TypeAlias = Literal["sales", "market", "money", "goods", "number"]
"""What a figure is counted in.

`sales` in the unit of the goal, `market` in the unit of the market's data, `money`, `goods` in boxes; a `number` has no
unit: visits, customers, days, points.
"""


@frozen
class FigureKind:
    """One figure as it is declared (数据定义).

    Args:
        name: the word that rules, files and programs use.
        says: what it is, in both languages.
        counts: what it is counted in.
        adds: whether a node has the sum of what lies below it; a goal is given at every node instead, and what is
            reckoned from a node's peers belongs to that node.
        negative: whether it may lie below zero, as net sales may after returns.
        within: figures that it is a part of and never above.
        before: the figure of which it is the same period of the year before, or "".
    """

    name: str
    says: Says = field(eq=False)
    counts: Counts = "number"
    adds: bool = True
    negative: bool = False
    within: tuple[str, ...] = ()
    before: str = ""

    @property
    def term(self) -> Field:
        """The figure as rules read it."""
        return Field(self.name, self.says.zh)


def _kinds(lines: str) -> dict[str, FigureKind]:
    """Read lines of `name | English | 中文 | what it is counted in | flags`."""
    found = {}
    for line in lines.strip().splitlines():
        name, en, zh, counts, flags = (part.strip() for part in line.split("|"))
        words = flags.split()
        found[name] = FigureKind(
            name,
            Says(en, zh),
            counts,  # type: ignore[arg-type] # one of the words above
            adds="given" not in words,
            negative="negative" in words,
            within=tuple(word[1:] for word in words if word[0] == "<"),
            before=next((word[1:] for word in words if word[0] == "@"), ""),
        )
    return found


FIGURES: Mapping[str, FigureKind] = MappingProxyType(
    _kinds("""
goal                | goal                                    | 目标             | sales  | given
actual              | actual, net of returns                  | 实际             | sales  | negative
last                | actual of the year before               | 同期             | sales  | negative @actual
peers_actual        | actual of the other nodes of its level  | 同级其他节点实际 | sales  | given negative
peers_comparable    | actual of those of them with both years | 同级可比节点实际 | sales  | given negative
peers_last          | the same of the year before             | 同级可比节点同期 | sales  | given negative
peers               | other nodes of its level with an actual | 同级其他节点数   | number | given
own                 | own sales in the market's data          | 本品销售         | market | negative
own_last            | own sales of the year before            | 本品同期         | market | negative @own
market              | the market                              | 市场             | market | negative
market_last         | the market of the year before           | 市场同期         | market | negative @market
volume              | boxes sold, net of returns              | 销售量           | goods  | negative
gross               | sales before returns                    | 销售总额         | money  |
returns             | returns                                 | 退货额           | money  |
received            | money received                          | 回款额           | money  | negative
opening             | receivables at the start                | 期初应收         | money  |
closing             | receivables at the end                  | 期末应收         | money  |
due                 | what fell due                           | 到期应收         | money  |
collected           | how much of that was paid               | 已收             | money  | negative
cost                | all promotion and sales cost            | 费用             | money  |
budget              | budget                                  | 费用预算         | money  |
hospitals_opened    | hospitals opened                        | 开发医院         | number |
departments_opened  | departments opened                      | 开发科室         | number |
doctors_added       | target doctors added                    | 新增目标医生     | number |
hospitals           | target hospitals                        | 目标医院         | number |
covered_hospitals   | target hospitals that are developed     | 已开发目标医院   | number | <hospitals
customers_before    | customers active before                 | 期初活跃客户     | number |
customers_lost      | customers lost                          | 流失客户         | number | <customers_before
target_customers    | target customers                        | 目标客户         | number |
seen_customers      | target customers seen at least once     | 已访目标客户     | number | <target_customers
complete_customers  | target customers seen as often as due   | 达标客户         | number | <seen_customers
planned_visits      | visits planned                          | 计划拜访         | number |
made_visits         | visits made to target customers         | 实际拜访         | number |
capped_visits       | of them, up to each customer's plan     | 计划内拜访       | number | <planned_visits <made_visits
kept_visits         | planned visits made on their day        | 按期拜访         | number | <planned_visits <made_visits
other_visits        | visits made to anybody else             | 计划外拜访       | number |
field_days          | days in the field                       | 外勤天数         | number |
rated_visits        | visits rated                            | 已评拜访         | number |
visit_points        | their points                            | 拜访质量分       | number |
checked_visits      | reported visits that were checked       | 抽查拜访         | number |
verified_visits     | of them, visits that were confirmed     | 核实拜访         | number | <checked_visits
joint_visits        | joint visits with a rating on each side | 协访次数         | number |
points_before       | points before the joint visits          | 协访前评分       | number |
points_after        | points after the joint visits           | 协访后评分       | number |
suggestions         | suggestions made                        | 改进建议         | number |
adopted             | suggestions adopted                     | 已采纳建议       | number | <suggestions
stock_cards         | stock cards counted                     | 盘点库存卡       | number |
balanced_cards      | stock cards that agree with the count   | 账实相符库存卡   | number | <stock_cards
flow_lines          | flow lines received                     | 流向记录         | number |
good_flow_lines     | flow lines accepted                     | 合格流向记录     | number | <flow_lines
reports_due         | reports due                             | 应交报告         | number |
reports_in_time     | reports handed in in time               | 按时报告         | number | <reports_due
rated_reports       | reports rated                           | 已评报告         | number |
report_points       | their points                            | 报告质量分       | number |
knowledge_tests     | knowledge tests                         | 知识测试         | number |
knowledge_points    | their points                            | 知识得分         | number |
skill_tests         | skill tests                             | 技巧测试         | number |
skill_points        | their points                            | 技巧得分         | number |
answers             | customers asked who answered            | 满意度答卷       | number |
answer_points       | the points they gave                    | 满意度得分       | number |
activities          | activities                              | 活动             | number |
clean_activities    | activities without violation            | 无违规活动       | number | <activities
""")
)
"""Every figure by its name; any of them may be kept by class, as `seen_customers.A`."""


@lru_cache(maxsize=1024)
def declared(name: str) -> FigureKind:
    """Return the declaration of a figure, or of the figure by class: `seen_customers.A` is declared as its whole.

    Raises:
        BadValue: no such figure.
    """
    kind = FIGURES.get(name) or FIGURES.get(name.partition(".")[0])
    if kind is None or name.endswith("."):
        raise BadValue("no such figure", where=name, hint=nearest(name, FIGURES), code="figures.name")
    return kind


def said_figure(name: str) -> Says:
    """Return what a figure is called, with its class where it is kept by class.

    >>> said_figure("seen_customers.A").zh
    '已访目标客户（A）'
    """
    says, (_, dot, letter) = declared(name).says, name.partition(".")
    return Says(f"{says.en}, class {letter}", f"{says.zh}（{letter}）") if dot else says


def _number(value: object) -> int | Fraction:
    return value if type(value) is int else exact(value)


def _checked(known: Mapping[str, Figure]) -> None:
    units: dict[Counts, tuple[object, str]] = {}
    for name, value in known.items():
        kind = declared(name)
        if type(value) is not int:
            if type(value) not in (Amount, Fraction, Decimal):
                raise BadValue(f"{type(value).__name__} as a figure", where=name, hint="give it exact", code="number")
            if isinstance(value, Decimal):
                exact(value)
        if not kind.negative and _number(value) < 0:
            raise BadValue("below zero", where=name, hint="leave out what is unknown", code="figures.negative")
        if kind.counts != "number":
            unit = getattr(value, "unit", None)
            first, other = units.setdefault(kind.counts, (unit, name))
            if first != unit:
                raise NotComparable("two units", where=f"{other}, {name}", hint="use one unit", code="unit")
        if kind.within:
            _refuse_over(name, kind, known)


def _refuse_over(name: str, kind: FigureKind, known: Mapping[str, Figure]) -> None:
    _, dot, letter = name.partition(".")
    for whole in kind.within:
        of = known.get(whole + dot + letter)
        if of is not None and _number(known[name]) > _number(of):
            hint = f"count only those of {whole}; of each customer min(made, planned)"
            raise BadValue(f"{name} over {whole}", where=name, hint=hint, code="figures.over")


@frozen(init=False)
class Figures:
    """The figures of one node in a period; what is unknown is left out and stays missing (考核数据).

    Every name of `FIGURES` can be asked for: `figures.goal`. Plain numbers are in whole units, as an `Amount` speaks of
    itself; figures that are counted in the same thing have the same unit, so amounts and plain numbers are not mixed.

    Args:
        figures: the figures by name: amounts, whole numbers, decimals or fractions.

    Raises:
        BadValue: an unknown name, a figure that is not exact, one below zero that cannot be, or a part above its
            whole.
        NotComparable: two units, or an amount beside a plain number.
    """

    known: Mapping[str, Figure] = field(repr=lambda known: f"<{len(known)} figures>", hash=False)

    def __init__(self, **figures: Figure) -> None:
        known = {name: value for name, value in figures.items() if value is not None}
        _checked(known)
        self.__attrs_init__(known)

    def __getattr__(self, name: str) -> Figure:
        if name.partition(".")[0] in FIGURES:
            return self.known.get(name)
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        return [*FIGURES, *super().__dir__()]

    def but(self, **changes: Figure) -> Figures:
        """Return the same figures with some others; a figure that becomes `None` is left out.

        >>> Figures(goal=100, actual=80).but(actual=90).actual
        90
        """
        return Figures(**{**self.known, **changes})
