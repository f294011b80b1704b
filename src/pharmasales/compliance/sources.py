"""Where leads come from (线索来源): the eleven ways that the trade names, each under one key.

The registry says what a source is, not whether it is lawful: that is the policy's to say, and a policy that knows the
sources, such as CN-2026, blocks a lead whose source is none of these.

>>> SOURCES["bought_list"].text("zh")
'购买客户名单'
>>> SOURCES["referral"].requirement
'S000-7'

Source: S000-5..15, table P1-C.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from pharmasales.display import Column, Lang, Says, Table

__all__ = ["SOURCES", "LeadSource", "source_table"]


@frozen
class LeadSource:
    """One way to come by a lead (线索来源).

    Args:
        key: the word that a lead carries.
        en: its English name.
        zh: its Chinese name.
        requirement: the id under which the requirements name it.
        what: what is done, in both languages.

    >>> LeadSource("fair", "trade fair", "展会", "", Says("met at a fair", "展会结识")).text()
    'trade fair'
    """

    key: str
    en: str
    zh: str
    requirement: str
    what: Says

    def text(self, lang: Lang = "en") -> str:
        """Return its name in the language asked."""
        return self.zh if lang == "zh" else self.en


_ALL = (
    LeadSource(
        "advert",
        "advertisement for agents",
        "招商广告",
        "S000-5",
        Says("answers to an advertisement in a paper or journal", "在报刊上刊登招商广告后收到的回应"),
    ),
    LeadSource(
        "swap",
        "files swapped with other makers",
        "与其他厂家交换客户资料",
        "S000-6",
        Says("customer files are exchanged with another firm", "与其他企业互换客户档案"),
    ),
    LeadSource(
        "referral",
        "referral",
        "客户、朋友介绍",
        "S000-7",
        Says("a customer, friend or colleague names somebody", "客户、朋友或同行介绍"),
    ),
    LeadSource(
        "tender",
        "tender catalogue",
        "招标目录",
        "S000-8",
        Says("published lists of winning products, firms and their agents", "公开的中标目录及其代理企业"),
    ),
    LeadSource(
        "courier_records",
        "records of post and couriers",
        "邮政、快递记录",
        "S000-9",
        Says("records of senders and receivers are bought", "购买收发件人记录"),
    ),
    LeadSource(
        "pretence",
        "pretending to be an agent",
        "冒充代理商套取",
        "S000-10",
        Says("rivals are deceived into giving away their lists", "假扮代理商套取竞争对手的客户名单"),
    ),
    LeadSource(
        "informant",
        "pharmacies and doctors",
        "药房、医生提供",
        "S000-11",
        Says("pharmacy staff or doctors tell who sells what, often for payment", "药房人员或医生提供信息，常有报酬"),
    ),
    LeadSource(
        "intrusion",
        "inside tender and recruiting sites",
        "进入招标、招商网站内部系统",
        "S000-12",
        Says("internal systems are entered without leave", "未经许可进入内部系统获取"),
    ),
    LeadSource(
        "local_visit",
        "visits to local companies",
        "走访当地医药公司",
        "S000-13",
        Says("every local firm is visited to find those who promote", "逐一走访当地企业，寻找做临床推广者"),
    ),
    LeadSource(
        "bought_list",
        "bought list",
        "购买客户名单",
        "S000-14",
        Says("lists are bought by the record", "按条购买名单"),
    ),
    LeadSource(
        "cooperation",
        "co-operation with a network",
        "与当地网络、专业团队合作",
        "S000-15",
        Says("a local network or professional team is contracted", "与当地网络或专业推广团队签约合作"),
    ),
)

SOURCES: Mapping[str, LeadSource] = MappingProxyType({source.key: source for source in _ALL})
"""The eleven lead sources by key, in the order in which the trade lists them."""


def source_table() -> Table:
    """Return the lead sources, a row each.

    >>> len(source_table())
    11
    """
    columns = (
        Column("source", "Source", "来源"),
        Column("name", "Name", "名称"),
        Column("requirement", "Requirement", "需求编号"),
        Column("what", "What is done", "做法"),
    )
    rows = [(one.key, Says(one.en, one.zh), one.requirement, one.what) for one in _ALL]
    return Table("lead_sources", Says("Lead sources", "线索来源"), columns, rows)
