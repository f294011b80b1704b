"""The tables of the desk of agents (招商): a line a column, as in `pharmasales.workspace.columns`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LINES"]

LINES: Mapping[str, str] = MappingProxyType(
    {
        "areas": """
        id        id      区域编号  required          | area, area id, area_id, 行政区划代码, 区划代码, 编号 | 990000
        name      text    区域名称                    | area name, 名称                                 | Example 示例省
        parent    id      上级区域                    | parent id, parent_id, 上级编号, 所属区域        |
        kind      text    区域类型                    | type, 类型                                      | area
    """,
        "leads": """
        id        id      线索编号  required personal | lead, lead id, agent, 代理商编号, 编号      | A1
        date      date    线索日期  required          | day, came, 日期, 登记日期, 获取日期             | 2025-01-06
        source    text    线索来源                    | lead source, 来源, 信息来源, 获客渠道           | tender
        region    id      区域编号                    | area, region id, 区域, 地市, 所在地市           | 990000
        campaign  id      活动编号                    | campaign id, 招商活动, 活动                     |
        cost      money   线索费用                    | lead cost, 费用, 获客费用                       |
        owner     id      负责人            personal  | rep, owner id, 招商经理, 招商员, 代表           | R1
        product   id      产品编号                    | product id, 意向产品, 产品                      | P1
        facts     words   合规事实                    | compliance facts, 合规说明                      | about=company
        hospitals number  覆盖医院数                  | hospitals covered, 覆盖医院, 医院数             | 12
        people    number  推广人数                    | promoters, 业务员人数, 团队人数                 | 6
        sales     number  月销售额                    | monthly sales, 月销量                           | 300000
    """,
        "campaigns": """
        id        id      活动编号  required          | campaign, campaign id, 编号, 招商活动           | K1
        source    text    线索来源  required          | lead source, 来源, 渠道                         | tender
        since     date    开始日期  required          | start, from, 开始, 起始日期                     | 2025-01-01
        until     date    结束日期  required          | end, to, 结束, 截止日期                         | 2025-03-31
        cost      money   活动费用                    | price, budget, 费用, 广告费, 参展费             | 5000.00
        rank      number  方法排序                    | method rank, 排序, 主次                         | 1
        effort    number  精力占比                    | effort percent, share, 占比, 投入占比           | 100
    """,
        "media": """
        id        id      媒体编号  required          | medium, media, medium id, 媒体, 媒体名称        | M1
        reach     number  覆盖人数                    | readers, circulation, 发行量, 读者数, 受众      | 40000
        insiders  text    业内占比                    | insider share, 业内读者, 业内读者占比           | 60%
        price     money   媒体报价                    | cost, quote, 报价, 价格, 费用                   | 30000.00
        facts     words   合规事实                    | compliance facts, 合规说明           | drug=prescription
    """,
        "recruiting": """
        date      date    日期      required          | day, on, 发生日期                               | 2025-01-08
        agent     id      代理商编号        personal  | prospect, lead, agent id, 招商对象, 代理商, 客户编号 | A1
        what      text    事项      required          | event, stage, 进展, 阶段, 招商进展              | touched
        by        id      经办人    required personal | who, rep, recorded by, 招商经理, 负责人, 代表   | R1
        evidence  text    依据              personal  | paper, proof, 凭证, 说明, 内容                  | CALL-1
        reason    text    原因                        | why, 流失原因, 未执行原因                       |
        due       date    期限                        | due date, expected on, 预计日期, 截止日期, 计划日期 |
        amount    money   金额                        | value, expected value, 预计金额, 合同额         |
        channel   text    联系方式                    | contact channel, 触达方式, 沟通方式             | phone
        count     number  次数                        | number, 数量                                    |
    """,
        "agent_targets": """
        kind      text    目标类型  required          | target, type, 目标, 类型                        | sign
        owner     id      负责人    required personal | rep, owner id, 招商经理, 代表                   | R1
        agent     id      代理商编号        personal  | prospect, agent id, 招商对象, 代理商            | A1
        due       date    期限                        | due date, by, 截止日期, 目标日期                | 2025-01-31
        amount    money   金额                        | value, 目标金额, 应回款                         | 50000.00
        since     date    起始日期                    | from, start, 开始日期                           |
        count     number  每日次数                    | per day, 每日数量, 次数                         |
    """,
        "market_agents": """
        agent     id      代理商编号 required personal | agent id, id, 代理商, 编号                     | A1
        area      id      地市编号  required          | prefecture, region, 地市, 区域编号              | 990000
        sales     number  销售额                      | market sales, 年销售额, 销量                    | 3600000
    """,
        "agent_rights": """
        id        id      代理权编号 required         | right, right id, contract, 合同编号, 编号       | AG-1
        agent     id      代理商编号 required personal | agent id, 代理商, 客户编号                     | A1
        product   id      产品编号  required          | product id, 产品, 品种                          | P1
        area      id      区域编号                    | territory, hospital, region, 区域, 代理区域, 授权区域 | 990000
        level     text    代理级别  required          | network level, 级别, 层级                       | province
        under     id      上级代理权                  | upper right, 上级协议                           |
        kind      text    版本类型                    | version, type, 类型, 事项                       | granted
        since     date    起始日期  required          | start, from, 开始日期, 生效日期                 | 2025-02-01
        until     date    截止日期                    | end, to, 到期日, 结束日期                       | 2026-01-31
        exclusive text    是否独家                    | sole, 独家                                      | yes
        signed    date    签署日期  required          | signed on, 签约日期                             | 2025-01-20
        by        id      经办人    required personal | recorded by, rep, 招商经理, 代表                | R1
        evidence  text    凭证      required          | paper, contract no, 合同号, 依据                | CONTRACT-1
    """,
        "commitments": """
        right     id      代理权编号 required         | agreement, contract, 合同编号, 协议编号         | AG-1
        period    period  期间      required          | quarter, month, year, 季度, 月份, 考核期        | 2025-Q1
        amount    money   协议金额                    | promised, 任务金额, 协议量, 任务                | 90000.00
        quantity  goods   协议数量                    | boxes promised, 任务数量                        |
        done      money   实际金额                    | performed, actual, 完成金额, 实绩               |
        done_quantity goods 实际数量                  | boxes performed, 完成数量                       |
        reported  date    统计日期                    | counted on, as of, 截止统计                     |
        evidence  text    凭证                        | paper, 依据                                     |
    """,
        "supplier_agreements": """
        supplier  id      供应商编号 required         | supplier id, maker, 供应商, 厂家                | S1
        id        id      协议编号  required          | agreement, agreement id, contract, 合同编号     | SA-1
        kind      text    供应商类型                  | type, 类型                                      | industrial
        since     date    起始日期                    | start, from, 开始日期                           | 2025-01-01
        until     date    截止日期                    | end, to, 到期日                                 | 2027-12-31
        penalty   money   违约金                      | fine, 违约金额                                  | 100000.00
        clauses   words   保护条款                    | protective clauses, 条款                        | exclusivity
    """,
        "agent_marks": """
        agent     id      代理商编号 required personal | dealer, agent id, 代理商, 经销商, 客户编号     | A1
        item      text    评分项目  required          | mark, what, 项目, 指标                          | keenness
        value     number  分值                        | points, score, 得分, 分数, 数值                 | 80
        date      date    日期      required          | day, 评分日期                                   | 2025-03-31
        by        id      评分人    required personal | who, marked by, 评价人                          | R1
        evidence  text    依据      required          | proof, 说明, 凭证                               | nine of ten
        version   number  版本                        | correction, 修订版本                            |
    """,
        "agent_steps": """
        agent     id      代理商编号 required personal | agent id, dealer, 代理商, 经销商               | A1
        date      date    日期      required          | day, 发生日期                                   | 2025-01-10
        what      text    发展事项  required          | step, stage, ask, 事项, 发展阶段                | known
        by        id      经办人    required personal | who, rep, 负责人                                | R1
        evidence  text    依据      required personal | proof, reason, 凭证, 原因                       | FILE-1
        until     date    有效期至                    | valid until, end, 截止日期                      |
    """,
        "agent_issues": """
        id        id      问题编号  required          | issue, issue id, 编号                           | I1
        agent     id      代理商编号 required personal | agent id, dealer, 代理商, 经销商               | A1
        kind      text    问题类型  required          | type, 类型, 类别                                | product
        date      date    登记日期  required          | opened, day, 日期, 提出日期                     | 2025-02-10
        what      text    问题      required personal | issue text, description, 问题描述, 内容         | questions
        owner     id      负责人    required personal | rep, owner id, 责任人                           | R1
        due       date    期限      required          | due date, deadline, 截止日期, 要求完成日期      | 2025-02-28
        by        id      登记人            personal  | opened by, recorded by, 经办人                  | R1
        closed    date    关闭日期                    | done on, closed on, 解决日期, 完成日期          | 2025-02-20
        done      text    处理结果          personal  | solution, what was done, 结果, 处理情况         | trained
    """,
        "agent_trainings": """
        id        id      培训编号  required          | training, training id, 编号                     | T1
        agent     id      代理商编号 required personal | agent id, dealer, 代理商, 经销商               | A1
        topic     text    培训主题  required          | subject, 主题, 内容                             | product
        date      date    培训日期  required          | day, given, 日期                                | 2025-02-20
        by        id      讲师      required personal | trainer, given by, 培训人                       | R1
        people    words   参训人员          personal  | attendees, participants, 参加人员               | s1, s2
        issues    words   针对问题                    | answers issues, 问题编号                        | I1
        items     words   针对弱项                    | weak items, 弱项                                |
        until     date    有效期至                    | valid until, 复训日期                           |
        measure   text    效果指标                    | effect, 指标                                    | boxes a month
        before    number  培训前                      | value before, 前值                              | 40
        after     number  培训后                      | value after, 后值                               | 55
        measured  date    测评日期                    | measured on, 评估日期                           | 2025-03-31
    """,
    }
)
"""The columns of each table."""
