"""The fields of a flow file (流向字段), with the headers under which files call them in both languages.

>>> FLOW_FIELDS["batch"].zh, field_of("Lot No.")
('批号', ('batch', 100))

Source: P2-F (import of flow files).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from pharmasales.archive.likeness import key

__all__ = ["FLOW_FIELDS", "FlowField", "field_of"]


@frozen
class FlowField:
    """What a column of a flow file may hold.

    Args:
        en: its name in English.
        zh: its name in Chinese.
        aliases: folded headers under which it is known.
    """

    en: str
    zh: str
    aliases: tuple[str, ...]


def _fields(text: str) -> Mapping[str, FlowField]:
    """Read lines of `name | English | 中文 | further headers`; a line without a name goes on with the headers."""
    rows: list[list[str]] = []
    for line in text.strip().splitlines():
        name, en, zh, more = (part.strip() for part in line.split("|"))
        if name:
            rows.append([name, name, en, zh])
        rows[-1] += [one.strip() for one in more.split(",") if one.strip()]
    return MappingProxyType(
        {
            name: FlowField(en, zh, tuple(dict.fromkeys(map(key, (own, en, zh, *more)))))
            for name, own, en, zh, *more in rows
        }
    )


FLOW_FIELDS = _fields("""
    document      | document      | 单据号   | 单号, 出库单号, 发票号, 单据编号, 销售单号, 订单号
                  |               |          | invoice, invoice no, document no, doc no
    item          | item          | 行号     | 单据行号, 序号, line, line no, item no
    date          | date          | 日期     | 销售日期, 出库日期, 单据日期, 开票日期, 业务日期, 制单日期, 月份, 年月
                  |               |          | 期间, day, month, period, sales date, invoice date
    customer      | customer      | 客户名称 | 客户, 购货单位, 往来单位, 单位名称, 购买方, 终端名称, 下游客户, 医院名称
                  |               |          | customer name, buyer, sold to, account
    customer_code | customer code | 客户编码 | 客户编号, 客户代码, 单位编码, customer id, customer no, account no
    place         | place         | 地区     | 城市, 市, 区县, 所在地, 客户地区, city, town, county
    product       | product       | 品名     | 产品名称, 商品名称, 通用名, 药品名称, 品种, 产品, 货品名称
                  |               |          | product name, description, drug
    product_code  | product code  | 商品编码 | 产品编码, 货号, 产品代码, 商品编号, 产品编号, product id, item code, sku
    spec          | specification | 规格     | 商品规格, 产品规格, 包装规格, spec, strength, pack
    batch         | batch         | 批号     | 生产批号, 产品批号, lot, batch no, lot no
    quantity      | quantity      | 数量     | 销售数量, 出库数量, 实发数量, qty, units sold, boxes
    unit          | unit          | 单位     | 计量单位, 包装单位, uom
    price         | price         | 单价     | 含税单价, 销售单价, 销售价, unit price
    amount        | amount        | 金额     | 销售金额, 含税金额, 价税合计, 销售额, 总金额
                  |               |          | sales, sales amount, value, total
    kind          | kind of sale  | 业务类型 | 单据类型, 销售类型, 类型, type, sale or return
""")
"""What a flow file may hold, by its canonical name."""


def field_of(header: str) -> tuple[str, int]:
    """Return the field whose header fits best and how well, in whole hundredths; of equal ones the first.

    A known header scores 100; one that holds a known header scores by how much of it that is.

    >>> field_of("实际出库数量"), field_of("?")
    (('quantity', 66), ('', 0))
    """
    text, best = key(header), ("", 0)
    for name, known in FLOW_FIELDS.items():
        for alias in known.aliases:
            score = 100 * len(alias) // len(text) if len(alias) > 1 and alias in text else 0
            score = 100 if alias == text else min(99, score)
            if score > best[1]:
                best = name, score
    return best
