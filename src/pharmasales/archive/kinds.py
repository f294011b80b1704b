"""The kinds of customer, the roles they play, and what their files hold (客户类型、角色、档案内容).

A kind says what a customer is; roles say what it is to us, and there may be several at once. Each kind lists the fields
of its file in named parts, as the trade's forms have them. A company adds kinds, roles and fields of its own.

>>> KINDS["doctor"].person, KINDS["hospital"].person
(True, False)
>>> [part.zh for part in KINDS["doctor"].parts][:3]
['基本信息', '专业背景', '处方习惯']
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.names import fold, nearest

__all__ = [
    "FIELDS",
    "KINDS",
    "ROLES",
    "FileField",
    "FilePart",
    "Holds",
    "Kind",
    "Value",
    "is_person",
    "kind_name",
    "kind_of",
    "surely_person",
    "trades_on",
]

Holds: TypeAlias = Literal["text", "number", "date", "words"]
"""What a field holds; `words` is several short texts."""

Value: TypeAlias = str | int | Fraction | date | tuple[str, ...] | None
"""What a field of a file may be; `None` is missing."""


@frozen
class FileField:
    """One field of a customer's file.

    Args:
        name: its canonical name.
        zh: its Chinese name.
        holds: what it holds.
    """

    name: str
    zh: str
    holds: Holds = "text"


@frozen
class FilePart:
    """A named part of a customer's file, such as 专业背景.

    Args:
        name: its canonical name.
        zh: its Chinese name.
        fields: its fields, in order.
    """

    name: str
    zh: str
    fields: tuple[FileField, ...]


@frozen
class Kind:
    """A kind of customer (客户类型).

    Args:
        name: its canonical name.
        zh: its Chinese name.
        group: institution, person, distributor, supplier or contact (S001-6, S004-76).
        parts: what its file holds beside what every customer has.
    """

    name: str
    zh: str
    group: Literal["institution", "person", "distributor", "supplier", "contact"]
    parts: tuple[FilePart, ...] = ()

    @property
    def person(self) -> bool:
        """Whether it is a human being, so that its name is personal."""
        return self.group in ("person", "contact")

    def fields(self) -> tuple[FileField, ...]:
        """Return every field of the file, part by part.

        >>> [one.name for one in KINDS["pharmacy"].fields()][:2]
        ['address', 'credit_code']
        """
        return tuple(one for part in self.parts for one in part.fields)


def _part(text: str) -> FilePart:
    """Read a line: part zh: field zh [number|date|words], ..."""
    head, _, listed = text.partition(":")
    name, chinese = head.split()
    return FilePart(name, chinese, tuple(FileField(*one.split()) for one in listed.split(",")))  # type: ignore[arg-type]  # the lines below are tested to hold known kinds only


def _parts(text: str) -> tuple[FilePart, ...]:
    return tuple(_part(line.strip()) for line in text.strip().splitlines())


_FIRM = """
    basics 基本信息: address 地址, credit_code 统一社会信用代码, contact 联系人, telephone 电话
    licence 证照: licence 许可证号, licence_until 许可证有效期 date
"""
_HOSPITAL = """
    basics 基本信息: address 地址, credit_code 统一社会信用代码, beds 床位数 number, outpatients 门诊量 number, departments 科室设置 words, specialities 特色科室 words
    access 拜访准入: access 拜访方式, access_place 接待地点, access_hours 接待时段, access_papers 所需文件 words
    purchasing 采购: entry_stage 进药阶段, supply_channel 进货渠道, payment 付款方式, credit_standing 资信
    usage 使用情况: own_usage 本品用量 number, rival_usage 竞品用量 number, relations 人事关系
    quality 数据质量: data_quality 资料质量等级
"""
_DOCTOR = """
    basics 基本信息: department 科室, title 职称, post 职务, mobile 手机, email 邮箱, wechat 微信
    background 专业背景: speciality 专业方向, education 学历, research 研究方向, papers 论文与课题 words
    prescribing 处方习惯: prescribing_habit 处方习惯
    communication 沟通历史: last_visit 最近拜访 date, visit_stage 沟通阶段, introducer 引荐人
    needs 需求点: needs 需求点 words
    concerns 关注点: concerns 关注点 words
    awareness 产品认知程度: product_awareness 产品认知程度
    usage 使用情况: product_usage 产品使用情况
    feedback 反馈意见: feedback 反馈意见
    academic 学术活动参加: academic_activities 学术活动 words
"""
_DISTRIBUTOR = """
    basics 基本信息: address 地址, credit_code 统一社会信用代码, contact 联系人, telephone 电话
    licence 证照: licence 许可证号, licence_until 许可证有效期 date
    business 经营: dealer_kind 经营方式, territory 经营区域, staff 人员数 number, products 经营品种 words, financial_standing 财务资信
    relation 合作: relation_stage 关系阶段, agreement_until 协议到期 date
"""
_SUPPLIER = """
    basics 基本信息: address 地址, credit_code 统一社会信用代码, contact 联系人, telephone 电话
    rights 权利: approvals 批文 words, maker 工业或商业, agreement_until 协议到期 date
    duties 义务: duties 义务 words, risk 风险等级
"""
_CONTACT = """
    basics 基本信息: firm 单位, post 职务, mobile 手机, email 邮箱, wechat 微信
    relation 关系: relation_stage 关系阶段, last_contact 最近联系 date, opportunities 机会 words
"""

_KINDS = (
    Kind("hospital", "医院", "institution", _parts(_HOSPITAL)),
    Kind("department", "科室", "institution", _parts(_HOSPITAL)),
    Kind("community_centre", "社区卫生服务中心", "institution", _parts(_HOSPITAL)),
    Kind("pharmacy", "药店", "institution", _parts(_FIRM)),
    Kind("doctor", "医生", "person", _parts(_DOCTOR)),
    Kind("pharmacist", "药师", "person", _parts(_DOCTOR)),
    Kind("distributor", "经销商", "distributor", _parts(_DISTRIBUTOR)),
    Kind("agent", "代理商", "distributor", _parts(_DISTRIBUTOR)),
    Kind("broker", "医药经纪人", "contact", _parts(_CONTACT)),
    Kind("supplier", "上游供应商", "supplier", _parts(_SUPPLIER)),
    Kind("contact", "外围联系人", "contact", _parts(_CONTACT)),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""The known kinds by name (S000-4, S001-6, S002-1, S002-19, S004-12)."""

FIELDS: Mapping[str, FileField] = MappingProxyType({one.name: one for kind in _KINDS for one in kind.fields()})
"""Every field of every file by name; one name means the same in all of them."""

_NAMES = {fold(name): kind.name for kind in _KINDS for name in (kind.name, kind.zh)}

ROLES: Mapping[str, Says] = MappingProxyType(
    {
        "kol": Says("key opinion leader", "KOL"),
        "department_head": Says("department head or deputy", "科室主任、副主任"),
        "backbone": Says("backbone doctor", "骨干医生"),
        "resident": Says("resident or visiting doctor", "住院、进修医师"),
        "pharmacy_department": Says("pharmacy department", "药剂科"),
        "user": Says("user", "使用者"),
        "decider": Says("decider", "决策者"),
        "buyer": Says("buyer", "购买者"),
        "consumer": Says("consumer", "消费者"),
        "direct_sales": Says("sells to end customers", "纯销"),
        "transfer": Says("sells on to dealers", "调拨"),
        "mixed": Says("sells to both", "混合"),
        "general_agent": Says("general agent of a province", "省代（总代）"),
        "regional_agent": Says("regional agent", "区域代理"),
        "agent": Says("agent", "代理商"),
        "broker": Says("broker", "医药经纪人"),
        "affiliated_individual": Says("individual trading under another's licence", "挂靠个体"),
        "vip": Says("core customer", "核心客户"),
    }
)
"""The known roles by name (S000-4, S001-4, S002-3, S004-70, S004-82)."""


def kind_of(name: str) -> Kind:
    """Return the kind of that name, English or Chinese.

    Raises:
        BadValue: an unknown kind.

    >>> kind_of("docter")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: unknown kind of customer; did you mean "doctor"? [archive.kind]
    """
    if fold(name) not in _NAMES:
        raise BadValue("unknown kind of customer", hint=nearest(name, KINDS), code="archive.kind")
    return KINDS[_NAMES[fold(name)]]


def kind_name(word: str) -> str:
    """Return the name of a kind, by either of its names; a word of your own as it is, folded.

    >>> kind_name("医院"), kind_name("Hospital"), kind_name("Example Kind")
    ('hospital', 'hospital', 'example kind')
    """
    return _NAMES.get(fold(word), fold(word))


def trades_on(kind: str) -> bool:
    """Whether customers of a kind, by either of its names, sell on to others; a word of your own does not.

    >>> trades_on("distributor"), trades_on("hospital"), trades_on("example kind"), trades_on("")
    (True, False, False, False)
    """
    name = kind_name(kind)
    return name in KINDS and KINDS[name].group == "distributor"


def is_person(kind: str) -> bool:
    """Whether a kind, by either of its names, is a human being.

    A word of your own is taken for one, so that nothing personal slips through.

    >>> is_person("doctor"), is_person("医院"), is_person("blogger"), is_person("")
    (True, False, True, False)
    """
    name = _NAMES.get(fold(kind), "")
    return KINDS[name].person if name else bool(kind)


def surely_person(kind: str) -> bool:
    """Whether a kind is one of the known human beings, so that what the law says of them applies.

    >>> surely_person("医生"), surely_person("hospital"), surely_person("blogger")
    (True, False, False)
    """
    return fold(kind) in _NAMES and is_person(kind)
