"""What somebody wants to do (业务行为): the closed vocabulary that every policy speaks of.

An action has a name and facts, and both are known words, so that a misspelt one is an error and never a way round the
gate. Facts are roles, kinds, counts, days and yes or no: none holds a personal value, and a verdict can be logged.

>>> Action("assign_goal", {"role": "medical_rep", "measure": "sales", "level": "hospital"})
Action('assign_goal': level, measure, role)
>>> Action("assign_goal", {"role": "medical_rap"})
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: not a word of this fact @ assign_goal.role; did you mean "medical_rep"? [action.fact]

Source: requirements marked L; "Read first" 4 and 6; table P1-C.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.compliance.facts import FACTS, Fact
from pharmasales.display import Column, Lang, Says, Table
from pharmasales.errors import BadValue
from pharmasales.names import nearest

__all__ = ["ACTIONS", "Action", "ActionKind", "action_table"]

_EVERYWHERE = ("role", "by")


@frozen
class ActionKind:
    """One kind of action, and the facts that it can be judged by.

    Args:
        name: the word that programs use.
        en: what is done, in English.
        zh: what is done, in Chinese.
        own: the names of its facts; `role` and `by` go with every action.
        free: whether no clause of this library's policies speaks of it, on purpose.

    >>> ACTIONS["lend_licence"].text("zh"), list(ACTIONS["bill_to"].facts)
    ('出借或借用许可证', ['party', 'role', 'by'])
    """

    name: str
    en: str
    zh: str
    own: tuple[str, ...] = ()
    free: bool = False

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """The facts by name: its own, then those of every action."""
        return {name: FACTS[name] for name in (*self.own, *_EVERYWHERE)}

    def text(self, lang: Lang = "en") -> str:
        """Return what is done in the language asked."""
        return self.zh if lang == "zh" else self.en


_LEAD = (
    "source drug medium reviewed referrer_recorded person_told about published refused paid consent party capacity "
    "due_diligence service_contract processing_contract real_services cash_out"
)

_ALL = (
    ActionKind("assign_goal", "give somebody a goal", "下达目标", ("measure", "level")),
    ActionKind("score", "score somebody by a measure", "纳入考核", ("measure",)),
    ActionKind("pay_bonus", "pay somebody by a measure", "按指标发放奖金", ("measure",)),
    ActionKind("collect_money", "collect money", "收款"),
    ActionKind("handle_sales_papers", "handle sales papers", "处理购销票据"),
    ActionKind("read_usage", "read who uses how much", "查看用药量", ("level",)),
    ActionKind("count_prescriptions", "count prescriptions", "统方", ("commercial",)),
    ActionKind(
        "promote",
        "promote a drug to health professionals",
        "学术推广",
        ("filed", "institution_consents", "clinical_area", "material_approved"),
    ),
    ActionKind("contact", "contact a person", "联系客户", ("purpose", "channel", "consent", "opted_out")),
    ActionKind(
        "give",
        "give something of value, or literature",
        "给付或赠与",
        ("kind", "recipient", "value", "tied_to_sales", "written_agreement"),
    ),
    ActionKind(
        "pay_fee",
        "pay a fee for a service",
        "支付服务费（讲课、咨询）",
        ("real_services", "written_agreement", "tied_to_sales"),
    ),
    ActionKind("grant_discount", "grant a discount or commission", "给予折扣或佣金", ("booked",)),
    ActionKind("link_support", "link support to sales", "将支持与销量挂钩"),
    ActionKind("advertise", "advertise a drug", "发布药品广告", ("drug", "medium", "reviewed")),
    ActionKind("name_contact", "keep a party as a contact", "列为联系人", ("party",), free=True),
    ActionKind("bill_to", "make a party the buyer", "列为购货开票方", ("party",)),
    ActionKind("ship_to", "ship drugs to a party", "发货", ("party", "licence_until")),
    ActionKind("close_sale", "let a sale stand as its papers show it", "证票账货款核对", ("breach",)),
    ActionKind("lend_licence", "lend or borrow a licence", "出借或借用许可证"),
    ActionKind(
        "keep_field",
        "keep a field of a person's file",
        "保存个人档案字段",
        ("sensitivity", "registered", "separate_consent", "doctor_usage", "personal_care", "consent"),
    ),
    ActionKind(
        "share_data",
        "let others have personal data",
        "对外提供个人信息",
        ("manner", "separate_consent", "processing_contract", "transfer_basis"),
    ),
    ActionKind("take_lead", "take a lead", "收取线索", tuple(_LEAD.split())),
    ActionKind(
        "take_batch",
        "take over many records about persons at once",
        "成批取得个人信息",
        ("records", "record_kind", "work_related", "gain", "profit"),
    ),
    ActionKind("close_report", "close what a customer reported", "关闭客户反馈", ("report", "handed_over")),
)

ACTIONS: Mapping[str, ActionKind] = MappingProxyType({kind.name: kind for kind in _ALL})
"""Every action by name."""


@frozen(repr=False)
class Action:
    """What somebody wants to do, with the facts by which it is judged.

    Args:
        name: one of `ACTIONS`.
        facts: what is known, by the names of `ACTIONS[name].facts`. A fact left out or `None` is missing: a clause
            that needs it then takes its own outcome. The role `""` is known: nobody gave the person one.

    Raises:
        BadValue: an unknown action or fact, with the nearest known one, or a value that the fact does not take. The
            value itself is never repeated.

    >>> Action("collcet_money")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no such action @ action; did you mean "collect_money"? [action.name]
    """

    name: str
    facts: Mapping[str, object] = field(factory=dict, hash=False)

    def __attrs_post_init__(self) -> None:
        kind = ACTIONS.get(self.name)
        if kind is None:
            raise BadValue("no such action", where="action", hint=nearest(str(self.name), ACTIONS), code="action.name")
        given = {name: value for name, value in self.facts.items() if value is not None}
        known = kind.facts
        for name in self.facts:
            if name not in known:
                hint = nearest(str(name), known)
                raise BadValue("no such fact", where=f"a fact of {self.name}", hint=hint, code="action.fact")
        read = {name: known[name].read(value, f"{self.name}.{name}") for name, value in given.items()}
        object.__setattr__(self, "facts", read)

    def __repr__(self) -> str:
        facts = f": {', '.join(sorted(self.facts))}" if self.facts else ""
        return f"Action({self.name!r}{facts})"

    @property
    def kind(self) -> ActionKind:
        """The kind of action, with its words."""
        return ACTIONS[self.name]

    @property
    def by(self) -> str:
        """The stable id of who wants to do it, or ""."""
        return str(self.facts.get("by", ""))


def action_table() -> Table:
    """Return the vocabulary: a row for each fact of each action, with its meaning.

    >>> [row[2] for row in action_table().rows if row[0] == "bill_to"]
    ['party', 'role', 'by']
    """
    columns = (
        Column("action", "Action", "行为"),
        Column("what", "What is done", "含义"),
        Column("fact", "Fact", "事实"),
        Column("means", "Meaning", "说明"),
        Column("values", "Values", "取值"),
    )
    rows = [
        (kind.name, Says(kind.en, kind.zh), fact.name, fact.means, fact.values())
        for kind in _ALL
        for fact in kind.facts.values()
    ]
    return Table("actions", Says("Actions and their facts", "业务行为及事实"), columns, rows)
