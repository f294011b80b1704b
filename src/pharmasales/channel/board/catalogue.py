"""The catalogue of the channel board (看板指标目录): the flows, the states, each figure, and who does what about it.

>>> BOARD_FIGURES["cross"].says.zh, BOARD_FIGURES["cross"].who.en
('窜货宗数', 'channel manager')

Source: S003-6 (信息流、物流、资金流、商流; distribution quality; co-managed market); issue 9 section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, cast

from attrs import frozen

from pharmasales.display import Says

__all__ = [
    "BOARD_FIGURES",
    "BOARD_STATES",
    "CHANNEL_FLOWS",
    "BoardState",
    "ChannelFlow",
    "FigureKind",
    "FigureShape",
    "rank",
]

ChannelFlow: TypeAlias = Literal["ownership", "money", "goods", "information", "quality"]
BoardState: TypeAlias = Literal["act", "watch", "good"]
FigureShape: TypeAlias = Literal["number", "amount", "ratio"]

CHANNEL_FLOWS: Mapping[ChannelFlow, Says] = MappingProxyType(
    {
        "ownership": Says("ownership", "商流"),
        "money": Says("money", "资金流"),
        "goods": Says("goods", "物流"),
        "information": Says("information", "信息流"),
        "quality": Says("distribution quality", "分销质量"),
    }
)
"""The four flows and the quality of distribution; of two that are alike bad the first here comes first."""

BOARD_STATES: Mapping[BoardState, Says] = MappingProxyType(
    {"act": Says("act", "处理"), "watch": Says("watch", "关注"), "good": Says("good", "正常")}
)
"""The states, the worst first. What is not known has none."""


def rank(state: BoardState | None) -> int:
    """Return the place of a state from the worst, what is not known last.

    >>> rank("act"), rank("good"), rank(None)
    (0, 2, 3)
    """
    return len(BOARD_STATES) if state is None else list(BOARD_STATES).index(state)


@frozen
class FigureKind:
    """One figure of the board (指标).

    Args:
        key: its name.
        flow: the flow that it belongs to.
        kind: how it is shown: `number`, `amount` or `ratio`.
        says: what it is called.
        who: who acts where it is not good.
        todo: what to do.
    """

    key: str
    flow: ChannelFlow
    kind: FigureShape
    says: Says
    who: Says
    todo: Says


_WHO = {
    "ops": Says("sales operations", "销售运营"),
    "rep": Says("business rep", "商务代表"),
    "manager": Says("channel manager", "渠道经理"),
    "finance": Says("finance", "财务"),
    "quality": Says("quality control", "质量管理"),
}

_NAMES = """
information | files_missing | number | flow files missing | 缺流向文件数
information | file_days | number | days until the flow file came | 流向到达天数
information | matched | ratio | lines matched | 流向匹配率
information | questions | number | names to be confirmed | 待确认名称
information | card_age | number | days since the card moved | 进销存卡未更新天数
information | count_age | number | days since the count | 距上次盘点天数
goods | in | amount | in | 购进
goods | out | amount | out | 出库
goods | stock_days | number | stock days | 库存天数
goods | negative | number | cards below zero | 负库存卡数
goods | expired | amount | expired | 过期
goods | difference | amount | counted less book | 盘点差异
money | invoiced | amount | invoiced, net | 净开票
money | received | amount | received | 回款
money | receipts_rate | ratio | receipts rate | 回款率
money | overdue | amount | overdue | 逾期
money | overdue_share | ratio | overdue of open | 逾期占比
money | dso | number | DSO, days | 应收周转天数
money | headroom | amount | credit headroom | 信用可用余额
ownership | right_days | number | days until the right ends | 代理权剩余天数
ownership | contract_days | number | days until the contract ends | 合同剩余天数
ownership | accepted | number | orders accepted | 已接受订单
ownership | held | number | orders held | 扣单数
ownership | steps | number | invoices down to the terminal | 至终端开票次数
ownership | cross | number | cross-region cases | 窜货宗数
ownership | blocked | number | papers that the gate blocks | 证票账货款禁止项
ownership | warned | number | papers that the gate warns of | 证票账货款提醒项
quality | terminals | number | terminals that bought | 购进终端数
quality | reached | ratio | target hospitals reached | 目标医院覆盖率
quality | often | number | purchases a terminal and month | 终端月均购进次数
quality | sell_through | ratio | sell-through, out / in | 动销率（出/进）
"""

_TODO = """
files_missing | ops | get the file of the month | 催收当月流向文件
file_days | ops | agree the day of the file | 约定流向报送日
matched | ops | answer what is held | 处理隔离行
questions | ops | confirm the names | 确认名称
card_age | rep | bring the stock card up to date | 更新进销存卡
count_age | rep | count the stock | 清点库存
in | rep | find out why nothing came in | 查明未进货原因
out | rep | find out why nothing went out | 查明未动销原因
stock_days | rep | order, or help to sell what lies there | 补货或助销去库存
negative | rep | find the first cause with the dealer | 与商业核查首因
expired | quality | take it off sale and return it | 停售并退回
difference | rep | find the cause, then book it | 查明原因后入账
invoiced | finance | find out why nothing was invoiced | 查明未开票原因
received | finance | collect | 催收
receipts_rate | finance | collect | 催收
overdue | finance | collect, or settle the dispute | 催收或解决争议
overdue_share | finance | collect; hold new orders | 催收，暂停新单
dso | finance | shorten the term or collect earlier | 缩短账期或提前催收
headroom | finance | collect, or propose another limit | 催收或重拟额度
right_days | manager | renew or hand over the right | 续签或移交代理权
contract_days | manager | renew the contract | 续签合同
accepted | manager | look at the orders | 核对订单
held | manager | collect or release | 催收或放行
steps | manager | supply directly (two invoices) | 改为直供（两票制）
cross | manager | hear the dealer, stop the supply of it | 约谈并停供涉事货源
blocked | quality | mend the papers before the next delivery | 补正后再发货
warned | finance | look at the papers | 核对单据
terminals | rep | open terminals | 开发终端
reached | rep | open the target hospitals | 开发目标医院
often | rep | visit the terminals | 拜访终端
sell_through | rep | help to sell before supplying more | 先助销再供货
"""


def _cells(text: str) -> Iterator[list[str]]:
    return ([part.strip() for part in line.split("|")] for line in text.strip().splitlines())


def _catalogue() -> Iterator[FigureKind]:
    todo = {key: (who, Says(en, zh)) for key, who, en, zh in _cells(_TODO)}
    for flow, key, kind, en, zh in _cells(_NAMES):
        who, what = todo[key]
        shape = cast("FigureShape", kind)
        yield FigureKind(key, cast("ChannelFlow", flow), shape, Says(en, zh), _WHO[who], what)


BOARD_FIGURES: Mapping[str, FigureKind] = MappingProxyType({one.key: one for one in _catalogue()})
"""Every figure by name, flow by flow."""
