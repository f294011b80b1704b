"""Personal data (个人信息): what each field of the archive is for, how sensitive it is, and how it is shown.

A field without a registered purpose is not stored, not shown and never enters the audit chain in clear. A firm's name
is open; the same field of a doctor is personal, so every function asks whether the party is a person.

>>> purpose_of("mobile").text("zh")
'就产品与服务取得联系'
>>> USES["name"].is_open(person=True), USES["name"].is_open(person=False)
(False, True)
>>> unregistered(["name", "blood_type"])
('blood_type',)

Source: PIPL (个人信息保护法) 6, 17, 19, 28, 29, 51 (practice file P2-N); threats T8 and T20; S002-19, S004-12.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, cast, get_args

from attrs import field, frozen

from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRule, NotFound
from pharmasales.names import nearest, normal_id

__all__ = [
    "USES",
    "FieldUse",
    "Form",
    "Sensitivity",
    "needs_consent",
    "notice",
    "purpose_of",
    "registered",
    "unregistered",
    "use_of",
]

Sensitivity: TypeAlias = Literal["open", "personal", "sensitive"]
Form: TypeAlias = Literal["text", "name", "phone", "email", "number"]

_RANK: Mapping[str, int] = {word: rank for rank, word in enumerate(get_args(Sensitivity))}


@frozen
class FieldUse:
    """What one field is for, and how it is kept and shown (PIPL 6, 17, 19).

    Args:
        name: the field's name.
        zh: its Chinese name.
        sensitivity: `open`, `personal` (个人信息) or `sensitive` (敏感个人信息, PIPL 28).
        purpose: what it is kept for, in both languages.
        keep_months: how long it is kept after it was last confirmed or the relation ended, whichever comes first; as
            long as the file is open where left out.
        separate_consent: whether it needs a separate consent (单独同意, PIPL 29); every sensitive field does.
        form: how it is masked.
        person_only: whether it is personal only where the party is a person; a firm's is open.
        doctor_usage: whether it tells what one doctor prescribes or uses (处方习惯, 使用情况); a policy may forbid it.

    >>> FieldUse("shoe_size", "鞋码", "personal", Says("nobody knows", "不明"), keep_months=0)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: keep_months is a whole number, 1 or more @ field 'shoe_size' [personal.months]

    Raises:
        BadRule: an unknown word, a period that is no whole number of months, or a sensitive field that would need no
            separate consent.
        BadValue: a name that no field can have.
    """

    name: str = field(converter=normal_id)
    zh: str
    sensitivity: Sensitivity
    purpose: Says
    keep_months: int | None = None
    separate_consent: bool = False
    form: Form = "text"
    person_only: bool = False
    doctor_usage: bool = False

    def __attrs_post_init__(self) -> None:
        where = f"field {self.name!r}"
        for word, known in ((self.sensitivity, get_args(Sensitivity)), (self.form, get_args(Form))):
            if word not in known:
                raise BadRule("unknown word", where=where, hint=nearest(str(word), known), code="personal.word")
        if self.keep_months is not None and (type(self.keep_months) is not int or self.keep_months < 1):
            raise BadRule("keep_months is a whole number, 1 or more", where=where, code="personal.months")
        if self.sensitivity == "sensitive" and not self.separate_consent:
            raise BadRule("a sensitive field needs a separate consent", where=where, code="personal.separate")

    def is_open(self, *, person: bool) -> bool:
        """Whether the field may be shown to everybody, of a person or of a firm.

        >>> USES["name"].is_open(person=True), USES["name"].is_open(person=False)
        (False, True)
        """
        return self.sensitivity == "open" or (self.person_only and not person)


_PURPOSES: Mapping[str, Says] = {
    "file": Says("identify the customer and keep its file", "识别客户并建立客户档案"),
    "contact": Says("contact about products and service", "就产品与服务取得联系"),
    "academic": Says("fit academic promotion to the speciality", "按专业开展学术推广"),
    "service": Says("answer needs and follow up", "回应需求并跟进"),
    "greeting": Says("greet without anything of value", "问候，不含任何利益"),
    "relation": Says("know who introduced whom", "了解介绍关系"),
    "usage": Says("understand how a product is used, where the policy allows it", "在政策允许时了解产品使用情况"),
    "identity": Says("check an identity where the law asks for it", "依法核验身份"),
    "payment": Says("pay for a real service under contract", "依合同支付真实服务的费用"),
    "proof": Says("prove that a visit took place", "证明拜访确已发生"),
    "safety": Says("report an adverse event", "报告不良事件"),
    "custom": Says("respect a custom when a meeting is arranged", "安排会议时尊重习俗"),
}

# The law asks for the shortest period and names none: the months are defaults for a company to replace (`registered`).
_FIELDS: Mapping[str, str] = {
    "open": """
        id 编号 file | kind 类型 file | owner 负责代表 file | executive 负责领导 file | division 行政区划 file
        source 来源 file | status 状态 file | since 建档日 file | until 结束日 file
        @open 建档 file | @merged 并入 file | @restricted 限制处理 file | @erased 删除 file
        credit_code 统一社会信用代码 file | beds 床位数 file | outpatients 门诊量 file | departments 科室 file
        specialities 特色科室 file | access 拜访方式 service | access_place 接待地点 service
        access_hours 接待时段 service | access_papers 所需文件 service | entry_stage 进药阶段 file
        supply_channel 进货渠道 file | payment 付款方式 file | data_quality 资料质量等级 file | licence 许可证号 file
        licence_until 许可证有效期 file | dealer_kind 经营方式 file | territory 经营区域 file | staff 人员数 file
        products 经营品种 file | agreement_until 协议到期 file | approvals 批文 file | maker 工业或商业 file
        duties 义务 file | risk 风险等级 file
    """,
    "personal": """
        name 名称 file name - person | aliases 别名 file name - person | parent 所属客户 file text - person
        level 等级 file text - person | grade 级别 file text - person | roles 角色 academic text 24 person
        potential 潜力 usage text 24 person | weekdays 接待日 service text 24 person
        province 省 file text 24 person | city 市 file text 24 person | county 区县 file text 24 person
        address 地址 contact text 24 person | telephone 电话 contact phone 24 person
        credit_standing 资信 file text 24 person | financial_standing 资信 file text 24 person
        relation_stage 关系阶段 service text 24 person | own_usage 本品用量 usage text 12 person usage
        rival_usage 竞品用量 usage text 12 person usage
        mobile 手机 contact phone 24 | email 邮箱 contact email 24 | wechat 微信 contact text 24
        contact 联系人 contact name 24 | firm 单位 contact text 24 | relations 人事关系 relation text 24
        affiliation 任职 academic text 24 | department 科室 academic text 24 | title 职称 academic text 24
        post 职务 academic text 24 | speciality 专业方向 academic text 24 | education 学历 academic text 24
        research 研究方向 academic text 24 | papers 论文与课题 academic text 24 | sex 性别 contact text 24
        birthday 生日 greeting text 24 | preferences 偏好 greeting text 24 | introducer 引荐人 relation name 24
        last_visit 最近拜访 service text 24 | last_contact 最近联系 service text 24
        visit_stage 沟通阶段 service text 24 | history 沟通历史 service text 24 | opportunities 机会 service text 24
        needs 需求点 service text 24
        concerns 关注点 service text 24 | product_awareness 产品认知程度 academic text 24
        feedback 反馈意见 service text 24 | academic_activities 学术活动 academic text 24 | notes 备注 service text 12
        prescribing_habit 处方习惯 usage text 12 usage | product_usage 产品使用情况 usage text 12 usage
    """,
    "sensitive": """
        id_number 身份证号 identity number 6 | bank_account 银行账号 payment number 6
        whereabouts 行踪轨迹 proof text 1 | health 健康 safety text 12 | religion 宗教信仰 custom text 1
    """,
}


def _use(sensitivity: Sensitivity, line: str) -> FieldUse:
    """Read `name zh purpose`, then `form months flags` where it is more than an open text; `-` is no period."""
    name, zh, purpose, *more = line.split()
    form, months, *flags = more or ("text", "-")
    return FieldUse(
        name,
        zh,
        sensitivity,
        _PURPOSES[purpose],
        None if months == "-" else int(months),
        sensitivity == "sensitive",
        cast("Form", form),
        "person" in flags,
        "usage" in flags,
    )


def _listed() -> dict[str, FieldUse]:
    cells = [(word, cell) for word, lines in _FIELDS.items() for cell in lines.replace("\n", "|").split("|")]
    uses = [_use(cast("Sensitivity", word), cell) for word, cell in cells if cell.strip()]
    return {use.name: use for use in uses}


USES: Mapping[str, FieldUse] = MappingProxyType(_listed())
"""The fields of a customer archive (客户档案), by name; read-only. `registered` adds a company's own."""


def registered(more: Iterable[FieldUse], base: Mapping[str, FieldUse] = USES) -> Mapping[str, FieldUse]:
    """Return a register with further fields, or with other purposes and periods for known ones.

    >>> own = registered([FieldUse("loyalty_card", "会员卡", "personal", Says("count visits", "统计来访"), 6)])
    >>> own["loyalty_card"].keep_months, len(own) - len(USES)
    (6, 1)

    Raises:
        BadRule: a known field would be treated as less sensitive than it is.
    """
    uses = dict(base)
    for use in more:
        known = uses.get(use.name)
        if known is not None and _weaker(use, known):
            hint = "keep its sensitivity, or choose another field name"
            raise BadRule("less protected than before", where=f"field {use.name!r}", hint=hint, code="personal.weaker")
        uses[use.name] = use
    return MappingProxyType(uses)


def _weaker(use: FieldUse, known: FieldUse) -> bool:
    return (
        _RANK[use.sensitivity] < _RANK[known.sensitivity]
        or (known.sensitivity != "open" and use.person_only and not known.person_only)
        or (known.separate_consent and not use.separate_consent)
        or (known.doctor_usage and not use.doctor_usage)
    )


def use_of(name: str, uses: Mapping[str, FieldUse] = USES) -> FieldUse | None:
    """Return the registered use of a field, or `None`; `affiliation:H2`, a post at H2, has that of `affiliation`.

    >>> use_of("affiliation:H2") is USES["affiliation"], use_of("shoe_size")
    (True, None)
    """
    use = uses.get(name)
    return uses.get(name.partition(":")[0]) if use is None else use


def purpose_of(name: str, uses: Mapping[str, FieldUse] = USES) -> Says:
    """Return what a field is kept for.

    >>> purpose_of("moblie")
    Traceback (most recent call last):
        ...
    pharmasales.errors.NotFound: no purpose is registered @ field 'moblie'; did you mean "mobile"? [personal.purpose]

    Raises:
        NotFound: a field that is not registered has no purpose, so it may not be kept (PIPL 6).
    """
    return _needed(name, uses).purpose


def _needed(name: str, uses: Mapping[str, FieldUse]) -> FieldUse:
    use = use_of(name, uses)
    if use is None:
        hint = nearest(name, uses)
        raise NotFound("no purpose is registered", where=f"field {name!r}", hint=hint, code="personal.purpose")
    return use


def unregistered(names: Iterable[str], uses: Mapping[str, FieldUse] = USES) -> tuple[str, ...]:
    """Return the fields that have no purpose, in the order given: an import does not store them (T20).

    >>> unregistered(["id", "shoe_size", "mobile"])
    ('shoe_size',)
    """
    return tuple(name for name in names if use_of(name, uses) is None)


def needs_consent(names: Iterable[str], uses: Mapping[str, FieldUse] = USES) -> tuple[str, ...]:
    """Return the fields that are stored only under a separate consent (单独同意), in the order given (PIPL 29).

    >>> needs_consent(["name", "id_number", "shoe_size"])
    ('id_number',)
    """
    return tuple(name for name in names if (use := use_of(name, uses)) and use.separate_consent)


def notice(names: Iterable[str], uses: Mapping[str, FieldUse] = USES) -> Table:
    """Return what a person is to be told before collection (告知): field, kind, purpose and period (PIPL 17).

    >>> print(notice(["name", "mobile"]).text("zh"))
    字段  种类      用途                    保存月数
    ----  --------  ----------------------  --------
    名称  个人信息  识别客户并建立客户档案
    手机  个人信息  就产品与服务取得联系          24

    Raises:
        NotFound: a field without a purpose.
    """
    found = ((name, _needed(name, uses)) for name in names)
    rows = [(Says(name, use.zh), _SAID[use.sensitivity], use.purpose, use.keep_months) for name, use in found]
    return Table("notice", Says("What is kept, and why", "个人信息告知"), _NOTICE, rows)


_SAID: Mapping[str, Says] = {
    "open": Says("open", "公开"),
    "personal": Says("personal", "个人信息"),
    "sensitive": Says("sensitive", "敏感个人信息"),
}
_NOTICE = (
    Column("field", "Field", "字段"),
    Column("kind", "Kind", "种类"),
    Column("purpose", "Purpose", "用途"),
    Column("months", "Months kept", "保存月数", "number"),
)
