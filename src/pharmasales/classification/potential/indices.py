"""Market indices (市场指数): share, growth, evolution index and change of share, over own sales and the market's.

A base of zero, a missing one and one below zero leave an index missing, each with its own reason.

>>> record = {"own": 94, "own_last": 100, "market": 1050, "market_last": 1000}
>>> for index in (SHARE, GROWTH, EVOLUTION):
...     print(index.measure(record))
market share: 9.0%
growth: -6.0%
evolution index: 89.52
>>> found = GROWTH.measure({**record, "own_last": 0})
>>> found.value is None, found.why.head()
(True, 'growth is missing: no sales in the base period')

Source: S004-19, S004-82, P2-C.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pharmasales.classification.potential.estimators import DEPARTMENT_OWN, DEPARTMENT_TOTAL
from pharmasales.classification.potential.inputs import Input
from pharmasales.classification.potential.market_index import MarketIndex
from pharmasales.display import Says
from pharmasales.rules import Ratio, Sum, Times

__all__ = [
    "DEPARTMENT_SHARE",
    "EVOLUTION",
    "GROWTH",
    "INDICES",
    "MARKET",
    "MARKET_GROWTH",
    "SHARE",
    "SHARE_CHANGE",
]

_OWN = Input("own", Says("own sales", "本品销售"), least=None)
_OWN_LAST = Input("own_last", Says("own sales of the base period", "基期本品销售"), least=None)
_MARKET = Input("market", Says("the market", "市场销售"), least=None)
_MARKET_LAST = Input("market_last", Says("the market of the base period", "基期市场销售"), least=None)

_NO_MARKET = (
    (_MARKET.term.below(0), Says("the market is below zero: more came back than was sold", "市场为负：退货多于销售")),
    (_MARKET.term.at_most(0), Says("there is no market", "市场为零")),
    (Sum([_OWN.term], less=[_MARKET.term]).over(0), Says("own sales are above the market", "本品销售高于市场")),
)
_NO_MARKET_LAST = (
    (_MARKET_LAST.term.below(0), Says("the market was below zero in the base period", "基期市场为负")),
    (_MARKET_LAST.term.at_most(0), Says("the market did not exist in the base period", "基期市场为零")),
    (
        Sum([_OWN_LAST.term], less=[_MARKET_LAST.term]).over(0),
        Says("own sales were above the market in the base period", "基期本品销售高于市场"),
    ),
)
_NO_OWN_LAST = (
    (_OWN_LAST.term.below(0), Says("more came back than was sold in the base period", "基期退货多于销售")),
    (_OWN_LAST.term.at_most(0), Says("no sales in the base period", "基期无销售")),
)

SHARE = MarketIndex(
    name="share",
    says=Says("market share", "市场份额"),
    rule=Ratio(_OWN.term, _MARKET.term),
    inputs=[_OWN, _MARKET],
    undefined=_NO_MARKET,
    formula=Says("own / market", "本品 / 市场"),
    source="S004-19, P2-C",
)
"""Market share = own sales / the market's."""

GROWTH = MarketIndex(
    name="growth",
    says=Says("growth", "增长率"),
    rule=Ratio(Sum([_OWN.term], less=[_OWN_LAST.term]), _OWN_LAST.term),
    inputs=[_OWN, _OWN_LAST],
    undefined=_NO_OWN_LAST,
    formula=Says("this / last - 1", "本期 / 基期 - 1"),
    source="P2-C",
)
"""Growth = this / last - 1, written as (this - last) / last."""

MARKET_GROWTH = MarketIndex(
    name="market_growth",
    says=Says("market growth", "市场增长率"),
    rule=Ratio(Sum([_MARKET.term], less=[_MARKET_LAST.term]), _MARKET_LAST.term),
    inputs=[_MARKET, _MARKET_LAST],
    undefined=_NO_MARKET_LAST[:2],
    formula=Says("this / last - 1", "本期 / 基期 - 1"),
    source="P2-C",
)
"""Growth of the market."""

EVOLUTION = MarketIndex(
    name="evolution",
    says=Says("evolution index", "进展指数"),
    rule=Times([Ratio(Ratio(_OWN.term, _OWN_LAST.term), Ratio(_MARKET.term, _MARKET_LAST.term))], times=100),
    inputs=[_OWN, _OWN_LAST, _MARKET, _MARKET_LAST],
    undefined=(*_NO_OWN_LAST, *_NO_MARKET_LAST[:2], *_NO_MARKET[:2]),
    formula=Says(
        "(100 + growth %) / (100 + market growth %) x 100, which is this / last of the product over that of the market",
        "（100 + 本品增长率%）/（100 + 市场增长率%）x 100，即本品 本期/基期 与市场 本期/基期 之比",
    ),
    source="P2-C",
    kind="index",
)
"""Evolution index (EI): 100 grows with the market, above it gains share, below it loses some."""

SHARE_CHANGE = MarketIndex(
    name="share_change",
    says=Says("change of share", "份额变化"),
    rule=Sum([Ratio(_OWN.term, _MARKET.term)], less=[Ratio(_OWN_LAST.term, _MARKET_LAST.term)]),
    inputs=[_OWN, _OWN_LAST, _MARKET, _MARKET_LAST],
    undefined=(*_NO_MARKET_LAST, *_NO_MARKET),
    formula=Says("share now - share then, in percentage points", "本期份额 - 基期份额（百分点）"),
    source="S004-19, P2-C",
    kind="points",
)
"""Change of the market share, in percentage points; a product new to the market had a share of zero."""

DEPARTMENT_SHARE = MarketIndex(
    name="department_share",
    says=Says("share in the department", "科室份额"),
    rule=Ratio(DEPARTMENT_OWN.rule, DEPARTMENT_TOTAL.rule),
    inputs=dict.fromkeys([*DEPARTMENT_OWN.inputs, *DEPARTMENT_TOTAL.inputs]),
    undefined=(
        (DEPARTMENT_TOTAL.rule.at_most(0), Says("the department uses nothing", "科室处方总量为零")),
        (
            Sum([DEPARTMENT_OWN.rule], less=[DEPARTMENT_TOTAL.rule]).over(0),
            Says("the own product is above the total: one of the two estimates is wrong", "本品高于总量，估计有误"),
        ),
    ),
    formula=Says("own Rx / department total Rx", "本品处方量 / 科室处方总量"),
    source="S004-19, E1",
)
"""Share in the department = own Rx / department total Rx; undefined where the total is zero."""

INDICES: Mapping[str, MarketIndex] = MappingProxyType(
    {index.name: index for index in (SHARE, SHARE_CHANGE, GROWTH, MARKET_GROWTH, EVOLUTION, DEPARTMENT_SHARE)}
)
"""Every market index by its name; the season's, which is of a series and not of a record, is in `seasonal`."""

MARKET = (SHARE, SHARE_CHANGE, GROWTH, MARKET_GROWTH, EVOLUTION)
"""The indices that read `own`, `own_last`, `market` and `market_last`."""
