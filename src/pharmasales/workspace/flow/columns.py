"""The tables of the desk of flow (流向): a line a column, as in `pharmasales.workspace.columns`.

The files of the distributors are no tables: each has a layout of its own, which `[flow.files]` of the settings maps.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LINES"]

LINES: Mapping[str, str] = MappingProxyType(
    {
        "aliases": """
        kind        text  类别      required          | master, 主数据类别                              | customer
        text        text  流向名称  required          | name in the files, 别名, 流向客户名称       | Example 示例院
        id          id    主数据编号 required         | means, master id, 编号, 对应编号                | H1
        distributor id    商业公司                    | distributor id, 商业编号, 经销商编号            |
        by          id    确认人    required personal | confirmed by, 经办人                            | R1
        date        date  确认日期  required          | on, confirmed on, 日期                          | 2025-01-08
        note        text  备注                        | remark, likely, 说明                            |
    """,
        "packings": """
        product     id    产品编号  required          | product id, product_id, 产品, 产品代码          | P1
        unit        text  包装单位  required          | unit of packing, 单位, 计量单位                 | 件
        boxes       text  折合数量  required          | factor, boxes in it, 换算系数, 折合盒数         | 200
    """,
        "territories": """
        distributor id    商业公司  required          | distributor id, 商业编号, 经销商编号, 客户编号  | H1
        divisions   words 行政区划  required          | division, division codes, area, 区划代码, 销售区域 | 990100
        product     id    产品编号                    | product id, product_id, 产品, 产品代码          | P1
        since       date  开始日期                    | from, start, 生效日期                           | 2025-01-01
        until       date  结束日期                    | to, end, 失效日期                               |
    """,
    }
)
"""The columns of each table: confirmed names (别名), units of packing (包装换算), who may sell where (销售区域)."""
