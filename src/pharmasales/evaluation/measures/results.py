"""Measures of results (结果指标): sales, receipts, the market, peers, customers won and lost, expense.

Growth, share and evolution index are those of `classification`, over the figures of evaluation.
"""

from __future__ import annotations

from attrs import evolve

from pharmasales.channel.receivables import RECEIPTS_RATE
from pharmasales.classification import INDICES
from pharmasales.display import Says
from pharmasales.evaluation.measures.figures import FIGURES
from pharmasales.evaluation.measures.measure import Measure, MeasureKind, renamed
from pharmasales.evaluation.measures.spending import NET, SPENDING
from pharmasales.rules import Field, Ratio

__all__ = ["RESULTS"]

_FIELDS = {name: kind.term for name, kind in FIGURES.items()}
_PEERS_MEAN = Ratio(_FIELDS["peers_actual"], _FIELDS["peers"])
_MONEY, _BOXES, _OWN_UNIT = Says("money", "金额"), Says("boxes", "盒"), Says("the unit of the goal", "目标的单位")
_HUNDRED = Says("100 is even", "100 为持平")
_PEERS_NOTHING = Says("the other regions sold nothing, net of returns", "其他区域净销售不大于零")


def _index(
    name: str, en: str, zh: str, of: str, names: dict[str, Field], source: str, says: Says | None = None
) -> Measure:
    """Return a market index as a measure over other figures; without figures of the market it counts sales."""
    index = INDICES[of]
    kinds: dict[str, MeasureKind] = {"ratio": "ratio", "index": "index", "points": "points"}
    units = {"ratio": Says("per cent", "百分比"), "index": _HUNDRED, "points": Says("percentage points", "百分点")}
    return Measure(
        name=name,
        en=en,
        zh=zh,
        formula=renamed(index.rule, names),
        undefined=renamed(index.undefined, names),
        says=says or index.formula,
        source=source,
        kind=kinds[index.kind],
        unit=units[index.kind],
        counts="share" if names is _MARKET else "sales",
    )


_MARKET = {name: _FIELDS[name] for name in ("own", "own_last", "market", "market_last")}
_SALES = {"own": _FIELDS["actual"], "own_last": _FIELDS["last"]}
_AGAINST_PEERS = _SALES | {"market": _FIELDS["peers_comparable"], "market_last": _FIELDS["peers_last"]}

_SOLD = (
    Measure(
        name="attainment",
        en="Attainment",
        zh="达成率",
        formula=Ratio(_FIELDS["actual"], _FIELDS["goal"]),
        says=Says("actual / goal", "实际 / 目标"),
        source="P2-C, S004-67",
        counts="sales",
    ),
    Measure(
        name="actual",
        en="Actual",
        zh="实际",
        formula=_FIELDS["actual"],
        says=Says("what was achieved in the goal's own unit, net of returns", "按目标单位计的实际完成，已扣退货"),
        source="S004-49, S004-58",
        kind="amount",
        unit=_OWN_UNIT,
        counts="sales",
    ),
    Measure(
        name="volume",
        en="Sales volume",
        zh="销售量",
        formula=_FIELDS["volume"],
        says=Says("boxes sold less boxes returned", "销售盒数 - 退货盒数"),
        source="S004-51, S004-58",
        kind="amount",
        unit=_BOXES,
        counts="sales",
    ),
    Measure(
        name="net_sales",
        en="Net sales",
        zh="净销售额",
        formula=NET,
        says=Says("sales - returns", "销售总额 - 退货额"),
        source="S004-58, E34",
        kind="amount",
        unit=_MONEY,
        counts="sales",
    ),
    Measure(
        name="return_rate",
        en="Return rate",
        zh="退货率",
        formula=Ratio(_FIELDS["returns"], _FIELDS["gross"]),
        says=Says("returns / sales before returns", "退货额 / 销售总额"),
        source="P2-C, S004-67, E34",
        better="less",
        counts="sales",
    ),
    _index(
        "growth",
        "Growth",
        "增长率",
        "growth",
        _SALES,
        "P2-C, S004-58",
        Says("actual / last - 1, over the same period of the year before", "实际 / 同期 - 1"),
    ),
)

_BY_SALES = {"sales": NET, "opening": _FIELDS["opening"], "closing": _FIELDS["closing"]}
_COLLECTED = (
    Measure(
        name="received",
        en="Receipts",
        zh="回款额",
        formula=_FIELDS["received"],
        says=Says("money received", "收到的货款"),
        source="S004-51, S004-67",
        kind="amount",
        unit=_MONEY,
        counts="receipts",
    ),
    Measure(
        name="receipts_rate",
        en="Receipts over sales",
        zh="销售回款率",
        formula=renamed(RECEIPTS_RATE.of, _BY_SALES),
        undefined=[
            (renamed(test, _BY_SALES), Says("nothing was sold, net of returns", "净销售额不大于零"))
            for test in RECEIPTS_RATE.tests
        ],
        says=Says(
            "(net sales - (receivables at the end - at the start)) / net sales; above 100 % where old debt came in",
            "（净销售额 -（期末应收 - 期初应收））/ 净销售额；收回旧欠时高于 100%",
        ),
        source="P2-C, E31",
        counts="receipts",
    ),
    Measure(
        name="receipts",
        en="Receipts rate",
        zh="回款率",
        formula=Ratio(_FIELDS["collected"], _FIELDS["due"]),
        says=Says("collected / due", "已收 / 到期应收"),
        source="P2-C, S004-67",
        counts="receipts",
    ),
    Measure(
        name="receivables",
        en="Receivables",
        zh="应收账款",
        formula=_FIELDS["closing"],
        says=Says("what is open at the end", "期末未收金额"),
        source="S004-67",
        kind="amount",
        unit=_MONEY,
        better="less",
        counts="receipts",
    ),
)

_COMPARED = (
    _index("share", "Market share", "市场份额", "share", _MARKET, "S004-19, S004-67, P2-C"),
    _index("share_change", "Change of share", "份额变化", "share_change", _MARKET, "S004-19, P2-C"),
    _index("market_growth", "Market growth", "市场增长率", "market_growth", _MARKET, "P2-C"),
    _index("evolution", "Evolution index", "进展指数", "evolution", _MARKET, "P2-C, S004-82"),
    Measure(
        name="against_peers",
        en="Sales against other regions",
        zh="与其他区域相比",
        formula=Ratio(_FIELDS["actual"], _PEERS_MEAN),
        undefined=((_FIELDS["peers_actual"].at_most(0), _PEERS_NOTHING),),
        says=Says("actual / the mean actual of the other nodes of the level", "实际 / 同级其他节点平均实际"),
        source="S004-67",
        counts="sales",
    ),
    evolve(
        _index(
            "growth_against_peers",
            "Growth against other regions",
            "与其他区域增长相比",
            "evolution",
            _AGAINST_PEERS,
            "S004-67, P2-C",
            Says(
                "(actual / last) / (actual / last of the other nodes of the level with both years, together) x 100",
                "（实际 / 同期）/（同级可比节点合计 实际 / 同期）x 100",
            ),
        ),
        undefined=(
            *renamed(INDICES["growth"].undefined, _SALES),
            (
                _FIELDS["peers_last"].at_most(0),
                Says("the other regions sold nothing the year before, net of returns", "其他区域同期净销售不大于零"),
            ),
            (_FIELDS["peers_comparable"].at_most(0), _PEERS_NOTHING),
        ),
    ),
)


def _count(name: str, en: str, zh: str, says: Says, source: str, unit: Says) -> Measure:
    return Measure(
        name=name,
        en=en,
        zh=zh,
        formula=_FIELDS[name],
        says=says,
        source=source,
        kind="amount",
        unit=unit,
        counts="development",
    )


_CUSTOMERS = (
    _count(
        "hospitals_opened",
        "Hospitals opened",
        "开发医院数",
        Says("hospitals opened in the period", "本期开发的医院"),
        "S004-36, S004-67",
        Says("hospitals", "家"),
    ),
    _count(
        "departments_opened",
        "Departments opened",
        "开发科室数",
        Says("departments opened in the period", "本期开发的科室"),
        "S004-36",
        Says("departments", "个"),
    ),
    _count(
        "doctors_added",
        "Target doctors added",
        "新增目标医生数",
        Says("doctors who became target customers in the period", "本期成为目标客户的医生"),
        "S004-36, S004-53",
        Says("doctors", "位"),
    ),
    Measure(
        name="hospital_coverage",
        en="Hospital coverage",
        zh="医院覆盖率",
        formula=Ratio(_FIELDS["covered_hospitals"], _FIELDS["hospitals"]),
        says=Says(
            "target hospitals developed / target hospitals; by class as hospital_coverage.A",
            "已开发目标医院 / 目标医院；分级见 hospital_coverage.A",
        ),
        source="S004-37",
        counts="development",
    ),
    Measure(
        name="churn",
        en="Churn",
        zh="客户流失率",
        formula=Ratio(_FIELDS["customers_lost"], _FIELDS["customers_before"]),
        says=Says("customers lost / customers active before", "流失客户 / 期初活跃客户"),
        source="S004-67, S001-5",
        better="less",
        counts="development",
    ),
)

RESULTS = (*_SOLD, *_COLLECTED, *_COMPARED, *_CUSTOMERS, *SPENDING)
"""What was achieved, in the order of the registry."""
