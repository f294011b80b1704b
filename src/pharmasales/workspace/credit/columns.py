"""The tables of the desk of credit (资信与回款): a line a column, as in `pharmasales.workspace.columns`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LINES"]

LINES: Mapping[str, str] = MappingProxyType(
    {
        "documents": """
        id        id      单据号    required          | document, document no, 单据编号, 单号, 凭证号, 发票号 | F1
        kind      text    单据类型  required          | type, document type, 类型, 单据种类, 业务类型   | invoice
        customer  id      客户编号          personal  | customer id, customer_id, dealer, 客户, 往来单位, 购货单位 | H1
        date      date    日期      required          | day, 单据日期, 开票日期, 记账日期, 业务日期 | 2025-01-10
        due       date    到期日                      | due date, 到期日期, 应收日期, 付款期限          | 2025-02-09
        amount    money   金额                        | 单据金额, 价税合计, 含税金额, 本币金额 | 1000.00
        of        id      对应单据号                  | refers to, reference, 核销单号, 关联单号, 对应发票号, 源单号 |
        until     date    截止日期                    | end, valid until, 有效期至, 合同到期日          |
        currency  text    币种                        | 货币, 币别                                      | CNY
    """,
        "credit_findings": """
        customer  id      客户编号  required personal | customer id, customer_id, dealer, 客户, 被调查单位 | H1
        item      text    调查项目  required          | finding, subject, 项目, 调查内容                | payment
        value     text    调查结果  required personal | result, says, 结果, 情况 | pays on the day
        mark      number  评分              personal  | points, score, 得分, 分值                       | 90
        source    text    来源      required          | from, 信息来源, 依据                            | our ledger
        date      date    日期      required          | day, 调查日期, 核实日期                         | 2025-01-05
        by        id      调查人    required personal | investigator, 经办人, 调查员                    | R1
        since     date    首笔交易日期                | first deal, 首次交易日期, 合作起始日            | 2024-01-10
    """,
        "credit_signs": """
        customer  id      客户编号  required personal | customer id, customer_id, dealer, 客户          | H1
        kind      text    信号类型  required          | sign, 信号, 预警信号, 预警类型 | owner_changed
        date      date    日期      required          | day, 发现日期, 预警日期                         | 2025-01-05
        source    text    来源      required          | from, 信息来源, 依据 | company register
        by        id      报告人            personal  | reported by, 上报人                             | R1
        cleared   date    解除日期                    | cleared on, 解除时间                            |
        cleared_by id     解除人            personal  | 审批人, 解除审批人                              |
    """,
        "licences": """
        customer  id      客户编号  required personal | customer id, customer_id, dealer, 客户, 持证单位 | H1
        number    text    许可证号                    | licence, license, 证照编号, 药品经营许可证号 |
        until     date    有效期至  required          | valid until, expiry, 证照有效期, 许可证有效期 | 2030-12-31
        since     date    发证日期                    | issued, valid from, 发证日, 生效日期            |
        products  words   许可产品                    | scope, 经营范围, 许可范围, 产品编号             |
    """,
        "expenses": """
        id        id      单据号    required          | number, document, 编号, 单号, 费用单号, 报销单号 | B1
        kind      text    类型      required          | type, 单据类型, 费用环节                        | budget
        plan      id      计划                        | campaign, project, 方案, 项目, 活动             | launch
        date      date    日期      required          | day, 单据日期, 申请日期, 发生日期               | 2025-01-05
        amount    money   金额      required          | 费用金额, 预算金额, 申请金额, 报销金额          | 1000.00
        customer  id      客户编号          personal  | customer id, customer_id, 客户                  |
        product   id      产品编号                    | product id, product_id, 产品, 品种              |
        budget    id      预算编号                    | budget number, 预算号, 所属预算                 |
        commitment id     申请单号                    | commitment number, 对应申请, 占用单号           |
        asker     id      申请人            personal  | asked by, requester, 经办人                     |
        approver  id      审批人            personal  | approved by, 批准人                             |
        approved  date    审批日期                    | approved on, 批准日期                           |
        closed    date    关闭日期                    | closed on, 释放日期                             |
        currency  text    币种                        | 货币, 币别                                      | CNY
    """,
    }
)
"""The columns of each table."""
