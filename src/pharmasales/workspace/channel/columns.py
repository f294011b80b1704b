"""The tables that only the channel board reads (四流看板): a line a column, as in `pharmasales.workspace.columns`.

Documents, stock cards, files of flow and rights are those of the other desks; these say what neither of them keeps.
"""

# ruff: noqa: E501 - a table of columns reads best one to a line

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LINES"]

LINES: Mapping[str, str] = MappingProxyType(
    {
        "invoice_lines": """
        id        id      明细编号  required          | line, line id, line no, 明细行号, 行号, 编号    | F1-1
        invoice   id      发票号    required          | invoice number, invoice no, 发票, 发票编号, 发票代码 | F1
        product   id      产品编号  required          | product id, product_id, 产品, 品种, 商品编号    | P1
        quantity  goods   数量      required          | qty, boxes, 盒数, 开票数量                      | 20
        amount    money   金额      required          | line amount, 明细金额, 价税合计, 含税金额       | 1000.00
        currency  text    币种                        | 货币, 币别                                      | CNY
    """,
        "deliveries": """
        id        id      随货单号  required          | delivery, delivery note, note no, 随货同行单号, 出库单号, 单号, 编号 | G1
        customer  id      客户编号  required personal | customer id, customer_id, dealer, 客户, 收货单位, 购货单位 | H1
        product   id      产品编号  required          | product id, product_id, 产品, 品种, 商品编号    | P1
        date      date    日期      required          | day, delivered, shipped, 发货日期, 到货日期, 签收日期 | 2025-01-12
        quantity  goods   数量      required          | qty, boxes, 盒数, 发货数量, 到货数量            | 20
        invoice   id      发票号                      | invoice number, invoice no, 发票, 对应发票号    | F1
    """,
        "payers": """
        receipt   id      收款单号  required          | receipt number, receipt no, 单号, 回款单号, 单据编号 | R1
        payer     id      付款方编号         personal | paid by, payer id, 付款方, 付款单位             | H1
        kind      text    付款方类型                  | payer kind, type, 类型, 账户类型                | company
    """,
        "flow_receipts": """
        distributor id    商业编号  required personal | distributor id, customer, dealer, 商业公司, 经销商 | H1
        month     period  月份      required          | period, 流向月份, 期间                          | 2025-01
        date      date    到达日期  required          | day, came, received, 收到日期, 报送日期         | 2025-02-03
    """,
    }
)
"""The columns of each table: lines of invoices (票), delivery notes (货), who paid (款), when files of flow came."""
