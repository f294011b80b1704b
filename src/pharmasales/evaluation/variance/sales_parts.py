"""The parts that a change of sales is split into, and their formulas (销售差异因素).

Per cell (one customer's product at one node), in this order; the first that fits takes the gross sales of the cell:

1. returns (退货) stand apart: net sales = gross sales + returns, and the change of returns is a part of its own;
2. a customer without gross sales before is new, without gross sales after lost, over everything compared;
3. likewise a product;
4. what has no quantity, or another unit than before, is unexplained, by name;
5. everything else is comparable, and split by `priced_parts` into volume, mix and price.

Compared with a plan, new means unplanned, and lost means planned and not sold.
"""

from __future__ import annotations

from collections.abc import Mapping

from pharmasales.display import Says
from pharmasales.evaluation.variance.parted import VariancePart

__all__ = ["CELL_KINDS", "SALES_PARTS", "priced_parts"]


def _part(key: str, en: str, zh: str, formula: str, formula_zh: str) -> VariancePart:
    return VariancePart(key, Says(en, zh), Says(formula, formula_zh))


SALES_PARTS = (
    _part(
        "volume",
        "volume",
        "销量",
        "change of quantity x old average price of all comparable sales (old mix, old price)",
        "数量变化 × 可比销售的原平均价（原结构、原价格）",
    ),
    _part(
        "mix",
        "mix",
        "结构",
        "change of quantity x (own old price - old average price)",
        "数量变化 ×（自身原价 - 原平均价）",
    ),
    _part("price", "price", "价格", "new quantity x (new price - old price)", "新数量 ×（新价 - 原价）"),
    _part(
        "new_customers",
        "new customers",
        "新客户",
        "gross sales to customers without sales before",
        "之前无销售的客户的销售额（未扣退货）",
    ),
    _part(
        "lost_customers",
        "lost customers",
        "流失客户",
        "less the old gross sales to customers without sales now",
        "减去现无销售的客户的原销售额",
    ),
    _part(
        "new_products",
        "new products",
        "新产品",
        "gross sales to other customers of products not sold before",
        "其余客户购买的新产品的销售额",
    ),
    _part(
        "lost_products",
        "lost products",
        "停销产品",
        "less the old gross sales to other customers of products not sold now",
        "减去其余客户原购停销产品的销售额",
    ),
    _part("returns", "returns", "退货", "returns now less returns before", "现退货减原退货"),
    _part(
        "unexplained",
        "unexplained",
        "未能解释",
        "change of gross sales without quantity, with another unit, or without old price",
        "缺数量、单位变更或无原价的销售额变化",
    ),
)
"""The parts of a change of sales, in the order of the waterfall.

Within comparable sales, the unit of quantity makes the group: boxes are compared with boxes.
"""

CELL_KINDS: Mapping[str, Says] = {
    "comparable": Says("comparable: split by its own old price", "可比：按自身原价分解"),
    "customer_price": Says(
        "not sold here before: the customer's old price of the product at other nodes stands in",
        "此处之前未售：以该客户在其他节点的原价代",
    ),
    "product_price": Says(
        "not sold to this customer before: the product's old average price stands in",
        "之前未售予该客户：以该产品的原平均价代",
    ),
    "new_customers": Says("new customer: no sales before", "新客户：之前无销售"),
    "lost_customers": Says("lost customer: no sales now", "流失客户：现无销售"),
    "new_products": Says("new product: not sold to anybody before", "新产品：之前未售"),
    "lost_products": Says("lost product: not sold to anybody now", "停销产品：现未售"),
    "returns_only": Says("returns only", "仅有退货"),
    "no_quantity": Says("unexplained: no quantity; give it", "未能解释：缺数量，请补"),
    "zero_quantity": Says("unexplained: sales with quantity zero; correct it", "未能解释：有销售额而数量为零，请更正"),
    "unit_changed": Says(
        "unexplained: the product is counted in several units; bring them to one", "未能解释：该产品有多种单位，请统一"
    ),
    "no_old_price": Says(
        "unexplained: the product has no old price, as its old quantities are missing",
        "未能解释：原数量缺失，该产品无原价",
    ),
}
"""What became of a cell, and where it is unexplained, what to do."""


def priced_parts(
    quantities: tuple[int, int], sales: tuple[int, int], price: tuple[int, int], average: tuple[int, int]
) -> tuple[list[int], int]:
    """Split comparable sales into volume, mix and price, exactly: three counts above one line.

    `volume = (q1 - q0) * average`, `mix = (q1 - q0) * (price - average)`, `price = s1 - q1 * price`. They add up to
    `s1 - s0`, as `s0 = q0 * price`.

    Args:
        quantities: old and new quantity.
        sales: old and new gross sales.
        price: the old price, as sales over quantity.
        average: the old average price, likewise.

    10 boxes at 10 become 12 at 11, where a box was 8 on average: 16 by volume, 4 by mix, 12 by price.

    >>> priced_parts((10, 12), (100, 132), (100, 10), (8, 1))
    ([160, 40, 120], 10)
    """
    (q0, q1), (s0, s1), (price_over, price_under), (over, under) = quantities, sales, price, average
    volume = (q1 - q0) * over * price_under
    by_price = (s1 * price_under - q1 * price_over) * under
    whole = price_under * under
    return [volume, (s1 - s0) * whole - volume - by_price, by_price], whole
