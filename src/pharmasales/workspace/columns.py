"""The canonical tables: their columns, what each holds, and the headers under which real files call them.

Every canonical table is a tuple of `Spec`s. A column is found by the mapping in `pharmasales.toml`, or by an alias of
its header in English or Chinese; case, width and spaces do not count.

>>> [spec.name for spec in TABLES["targets"]]
['node', 'period', 'amount', 'currency']
>>> find_header(TABLES["sales"][1], ["客户编号", "金额"])
'客户编号'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.archive.kinds import FIELDS
from pharmasales.compliance.personal import USES
from pharmasales.errors import BadValue
from pharmasales.names import fold
from pharmasales.workspace.agents.columns import LINES as OF_AGENTS
from pharmasales.workspace.channel.columns import LINES as OF_CHANNEL
from pharmasales.workspace.credit.columns import LINES as OF_CREDIT
from pharmasales.workspace.flow.columns import LINES as OF_FLOW
from pharmasales.workspace.forms import known_form
from pharmasales.workspace.stock.columns import LINES as OF_STOCK

__all__ = ["ARCHIVE", "TABLES", "ColumnSource", "Spec", "find_header", "source"]

Kind: TypeAlias = Literal["id", "text", "money", "goods", "number", "date", "period", "weekdays", "words"]


@frozen
class Spec:
    """One canonical column.

    Args:
        name: its canonical name.
        kind: what it holds.
        zh: its Chinese name.
        required: whether a table without it, or a row with an empty cell, is refused.
        personal: whether its values are masked where they are shown as wrong.
        aliases: further headers under which it is known.
        example: the value of the template's example row.
    """

    name: str
    kind: Kind
    zh: str
    required: bool = False
    personal: bool = False
    aliases: tuple[str, ...] = ()
    example: str = ""

    @property
    def title(self) -> str:
        """The template's header: both languages."""
        return f"{self.zh} {self.name}"

    def known_as(self) -> tuple[str, ...]:
        """Return every folded header under which the column is known, the canonical one first."""
        return tuple(fold(text) for text in (self.name, self.zh, self.title, *self.aliases))


def _spec(text: str) -> Spec:
    """Read a line: name kind zh flags | aliases | example."""
    head, aliases, example = (part.strip() for part in text.split("|"))
    name, kind, chinese, *flags = head.split()
    return Spec(
        name,
        kind,  # type: ignore[arg-type]  # the lines below are tested to hold known kinds only
        chinese,
        "required" in flags,
        "personal" in flags,
        tuple(alias.strip() for alias in aliases.split(",") if alias.strip()),
        example,
    )


_LINES = {
    "org": """
        id        id      编号      required          | node, node id, node_id, 节点编号, 组织编号      | R1
        name      text    名称      personal          | node name, 节点, 组织名称, 姓名                 | Example Rep 示例代表
        level     text    层级                        | 级别                                            | rep
        parent    id      上级编号                    | parent id, parent_id, 上级                      |
        role      text    岗位角色                    | position, 岗位, 角色                            | business_rep
    """,
    "customers": """
        id        id      客户编号  required personal | customer id, customer_id, code, 编号, 客户代码  | H1
        name      text    客户名称  personal          | customer, customer name, 客户, 名称, 医院, 医院名称, hospital, hospital name | Example Hospital 示例医院
        kind      text    客户类型                    | type, customer type, 类型, 类别                 | hospital
        owner     id      负责代表  personal          | rep, rep id, rep_id, 代表, 代表编号, 负责人     | R1
        parent    id      所属客户                    | parent id, hospital id, 所属医院, 医院编号      |
        level     text    等级                        | grade of hospital, 医院等级, 医院级别           | 三级甲等
        potential number  潜力                        | potential sales, 潜力值                         | 1200
        weekdays  weekdays 接待日                     | clinic weekdays, visiting days, 门诊日          | Wed, Thu
        division  text    行政区划                    | division code, city_code, area code, 区划代码, 行政区划代码 | 110101
    """,
    "products": """
        id        id      产品编号  required          | product id, product_id, 产品代码, 品种编号      | P1
        name      text    产品名称                    | product, product name, 产品, 品种, 品名         | Example 10 mg 示例片
        kind      text    产品类别                    | class, product class, 类别                      | example class
    """,
    "sales": """
        period    period  期间      required          | month, date, 月份, 年月, 日期, 销售月份         | 2025-01
        customer  id      客户编号  personal          | customer id, customer_id, customer name, 客户, 客户名称, 客户代码 | H1
        rep       id      代表编号  personal          | rep id, rep_id, sales rep, name of sales rep, 代表, 业务员, 负责代表 | R1
        product   id      产品编号                    | product id, product_id, product name, 产品, 产品名称, 品种 | P1
        amount    money   金额                        | sales, sales amount, net sales, 销售额, 销售金额, 含税金额 | 1000.00
        quantity  goods   数量                        | qty, units, boxes, 销售数量, 盒数               | 50
        currency  text    币种                        | 货币, 币别                                      | CNY
    """,
    "targets": """
        node      id      节点编号  required personal | node id, node_id, rep, rep id, rep_id, 代表, 代表编号 | R1
        period    period  期间      required          | month, 月份, 年月                               | 2025-01
        amount    money   目标      required          | target, goal, 目标金额, 指标, 金额              | 1100.00
        currency  text    币种                        | 货币, 币别                                      | CNY
    """,
    "visits": """
        date      date    日期      required          | day, visit date, 拜访日期                       | 2025-01-06
        rep       id      代表编号  required personal | rep id, rep_id, 代表, 业务员                    | R1
        customer  id      客户编号  required personal | customer id, customer_id, 客户                  | H1
        state     text    状态                        | visit state, 拜访状态, 结果                     | done
        reason    text    原因                        | visit reason, 未成行原因                        |
        visit     id      拜访编号          personal  | visit id, visit_id                              |
        channel   text    联系方式                    | contact channel, 沟通方式                       | face
    """,
    "appointments": """
        date      date    日期      required          | day, 预约日期                                   | 2025-01-08
        rep       id      代表编号  required personal | rep id, rep_id, 代表, 业务员                    | R1
        customer  id      客户编号          personal  | customer id, customer_id, 客户                  | H1
        start     text    开始时间                    | time, start time, 时间                          | 14:00
        minutes   number  分钟                        | duration, 时长                                  | 30
        kind      text    类型                        | type, 安排类型                                  | appointment
        name      text    事项              personal  | subject, 主题                                   |
    """,
    "occasions": """
        id        id      事由编号  required          | occasion id, occasion_id, ticket, ticket id, 编号 | T1
        kind      text    事由类型  required          | type, occasion, 类型, 事由                      | promise
        date      date    日期      required personal | day, 发生日期                                   | 2025-01-08
        customer  id      客户编号          personal  | customer id, customer_id, 客户                  | H1
        rep       id      代表编号          personal  | rep id, rep_id, 代表, 业务员                    | R1
        due       date    期限                        | due date, promised, 承诺日期, 截止日期          | 2025-01-10
        done      date    完成日期                    | done date, settled, 办结日期, 报告日期          | 2025-01-09
        severity  text    严重程度          personal  | 不良反应程度                                    |
        handed    date    移交日期                    | handed over, 移交药物警戒日期                   |
    """,
    "places": """
        id        id      地点编号  required          | place, place id, place_id, 地点, 医院编号       | H1
        latitude  number  纬度      required          | lat                                             | 39.9042
        longitude number  经度      required          | lon, lng                                        | 116.4074
    """,
    "receivables": """
        customer  id      客户编号  required personal | customer id, customer_id, customerid, 客户      | H1
        invoice   id      发票号    required          | invoice number, invoice no, invoicenumber, 发票编号, 单据号 | INV1
        invoiced  date    开票日期  required          | invoice date, invoicedate, 发票日期             | 2025-01-10
        due       date    到期日    required          | due date, duedate, 应收日期, 到期日期           | 2025-02-09
        amount    money   金额      required          | invoice amount, invoiceamount, 应收金额, 发票金额 | 1000.00
        paid      money   已收金额                    | received, 回款, 回款金额, 已回款                | 0
        paid_on   date    回款日期                    | settled date, settleddate, paid date, 收款日期  |
        currency  text    币种                        | 货币, 币别                                      | CNY
    """,
    "facts": """
        rep       id      代表编号  required personal | rep id, rep_id, 代表, 业务员                    | R1
        period    period  期间      required          | quarter, month, 季度, 月份, 考核期              | 2025-Q1
        name      text    项目      required          | fact, item, 事实, 考核项目, 指标                | knowledge
        value     number  数值      required          | points, count, mark, 分数, 得分, 次数           | 85
        source    text    来源      required          | attested by, 依据, 出处, 评价人                 | test 2025-01
        date      date    日期      required          | day, noted, 记录日期                            | 2025-03-20
    """,
}

TABLES: Mapping[str, tuple[Spec, ...]] = MappingProxyType(
    {
        name: tuple(_spec(line) for line in lines.strip().splitlines())
        for name, lines in {**_LINES, **OF_CREDIT, **OF_STOCK, **OF_FLOW, **OF_AGENTS, **OF_CHANNEL}.items()
    }
)

_OF_ARCHIVE = """
    roles     words   角色                        | role, 客户角色                                  | kol
    source    text    来源                        | lead source, 客户来源                           | tender
    province  text    省                          | 省份                                            | 北京市
    city      text    市                          | 城市                                            | 北京市
    county    text    区县                        | district, 区, 县                                | 东城区
"""


def _file_fields() -> list[Spec]:
    """Return a column for each field of a customer's file, which may be known under its name or its Chinese name."""
    held = {"text": "text", "number": "number", "date": "date", "words": "words"}
    return [
        Spec(one.name, held[one.holds], one.zh, personal=not USES[one.name].is_open(person=True))  # type: ignore[arg-type]  # every kind of field has its kind of column
        for one in FIELDS.values()
    ]


ARCHIVE: tuple[Spec, ...] = (
    *TABLES["customers"],
    *(_spec(line) for line in _OF_ARCHIVE.strip().splitlines()),
    *_file_fields(),
)
"""The columns of customers that are imported into the archive: those of `customers`, and the fields of their files."""


@frozen
class ColumnSource:
    """Where a column comes from: headers of the file, or one constant for all rows.

    Args:
        headers: one header; or several, whose numbers are added, whose texts are joined with `/`, or which together
            make a period (year and month).
        value: the constant.
        form: the named format of a date or period, such as `M/D/YYYY`.
    """

    headers: tuple[str, ...] = ()
    value: str | None = None
    form: str = ""


def source(given: object) -> ColumnSource:
    """Read a column's mapping: `"Header"`, `["Year", "Month"]`, `{ value = "CNY" }`, `{ column = .., format = .. }`.

    >>> source({"column": "InvoiceDate", "format": "M/D/YYYY"})
    ColumnSource(headers=('InvoiceDate',), value=None, form='M/D/YYYY')

    Raises:
        BadValue: any other form.
    """
    match given:
        case str():
            return ColumnSource((given,))
        case [str(), *more] if all(isinstance(item, str) for item in more):
            return ColumnSource(tuple(map(str, given)))
        case {"value": str() | int() | Decimal() | date() as value, **rest} if not rest and not isinstance(value, bool):
            return ColumnSource((), f"{value:f}" if isinstance(value, Decimal) else str(value))
        case {"column": str(column), "format": str(form), **rest} if not rest:
            return ColumnSource((column,), None, known_form(form))
    hint = 'write "Header", ["Year", "Month"], { value = "CNY" } or { column = "Day", format = "M/D/YYYY" }'
    raise BadValue("not a column", hint=hint, code="config.column")


def find_header(spec: Spec, headers: Iterable[str]) -> str | None:
    """Return the header under which a file holds a column: the first of its aliases that is there."""
    by_key = {fold(header): header for header in headers}
    return next((by_key[key] for key in spec.known_as() if key in by_key), None)
