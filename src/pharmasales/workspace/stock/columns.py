"""The tables of the desk of stock (进销存): a line a column, as in `pharmasales.workspace.columns`."""

# ruff: noqa: E501 - a table of columns reads best one to a line

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LINES"]

LINES: Mapping[str, str] = MappingProxyType(
    {
        "movements": """
        id        id      单据编号  required          | movement, movement id, movement_id, document no, 编号, 单号, 单据号, 出入库单号, 流水号 | M1
        customer  id      客户编号  required personal | customer id, customer_id, distributor, distributor id, 客户, 商业编号, 商业公司, 经销商, 经销商编号, 往来单位 | H1
        product   id      产品编号  required          | product id, product_id, product code, item code, 产品, 品种, 商品编号, 商品编码, 货号 | P1
        date      date    日期      required          | day, movement date, posting date, 业务日期, 单据日期, 出入库日期, 开票日期 | 2025-01-01
        kind      text    类型      required          | type, movement kind, movement type, 业务类型, 单据类型, 出入库类型, 摘要 | opening
        quantity  goods   数量      required          | qty, boxes, 盒数, 出入库数量, 基本数量          | 120
        batch     id      批号                        | lot, lot no, lot number, batch no, batch number, 生产批号, 产品批号 | B2501
        expires   date    有效期至                    | expiry, expiry date, expiration date, valid until, 有效期, 失效期, 失效日期, 效期 | 2026-12-31
        note      text    备注               personal | remark, remarks, 说明                           |
    """,
        "counts": """
        id        id      盘点单号  required          | count, count id, count_id, stocktake no, 编号, 单号, 单据号, 盘点编号 | C1
        customer  id      客户编号  required personal | customer id, customer_id, distributor, distributor id, 客户, 商业编号, 商业公司, 经销商, 经销商编号 | H1
        product   id      产品编号  required          | product id, product_id, product code, item code, 产品, 品种, 商品编号, 商品编码, 货号 | P1
        date      date    盘点日期  required          | day, count date, counted on, 日期, 盘点日       | 2025-01-31
        quantity  goods   实盘数量  required          | qty, counted, boxes, 数量, 实盘数, 实存数量, 盘点数量 | 120
        by        id      盘点人    required personal | counted by, counter, 清点人, 盘点人编号         | R1
    """,
    }
)
"""The columns of each table."""
