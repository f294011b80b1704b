"""The facts by which an action is judged (事实): their words, their kinds, what they mean.

A fact is a word of a list, yes or no, a number, a day, or a user's id. No fact takes a name, a number of a telephone or
any free text that a verdict would repeat.

>>> FACTS["party"].shown("individual").text("zh")
'自然人'
>>> FACTS["records"].read("5000", "records")
5000

Source: requirements "Read first" 4 and 6, table P1-C, practice files P2-I and P2-N.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar, cast

from attrs import field, frozen

from pharmasales.compliance import words
from pharmasales.display import Cell, Lang, Says
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.names import clean, nearest, normal_id
from pharmasales.units import exact
from pharmasales.yearplan import checked_day

__all__ = ["FACTS", "LIMITS", "Fact", "FactKind"]

T = TypeVar("T")

FactKind: TypeAlias = Literal["word", "open word", "yes or no", "number", "day", "id"]

LIMITS: Mapping[str, Says] = MappingProxyType(
    {
        "gift_limit": Says(
            "most yuan a gift to a person or department may be worth", "向个人或科室赠礼的价值上限（元）"
        ),
        "meal_limit": Says("most yuan a meal for a person may cost", "招待个人的餐费上限（元）"),
        "licence_warn_days": Says("days before a licence ends from which is warned", "证照到期前开始提醒的天数"),
    }
)
"""What a policy may configure, each a whole number above zero. What is left out is not set, and never guessed."""


@frozen
class Fact:
    """One fact.

    Args:
        name: the word that programs use.
        zh: its Chinese name.
        kind: a word of a list, an open word (others are known to be unknown), yes or no, a number, a day or an id.
        means: what it means, in both languages.
        words: the words that it takes, with their names.

    >>> Fact("filed", "已备案", "yes or no", Says("the rep is filed", "代表已备案")).read(True, "filed")
    True
    """

    name: str
    zh: str
    kind: FactKind
    means: Says
    words: Mapping[str, Says] = field(factory=dict, hash=False)

    def read(self, value: object, where: str) -> object:
        """Check a value and return it in its normal form: text trimmed, a number exact.

        Raises:
            BadValue: a value of another kind, or a word that the fact does not take.
        """
        if self.kind == "yes or no":
            return self._yes(value, where)
        if self.kind == "number":
            return self._number(value, where)
        if self.kind == "day":
            return _placed(checked_day, value, where)
        if self.kind == "id":
            return normal_id(cast("str", value), where)
        return self._word(value, where)

    def _yes(self, value: object, where: str) -> bool:
        if isinstance(value, bool):
            return value
        raise BadValue("not yes or no", where=where, hint="give True, False or leave it out", code="action.fact")

    def _number(self, value: object, where: str) -> int | Fraction:
        number = _placed(exact, value, where)
        if number < 0:
            raise BadValue("a negative number", where=where, hint="give zero or more", code="action.fact")
        return number.numerator if number.denominator == 1 else number

    def _word(self, value: object, where: str) -> str:
        word = clean(cast("str", value), where).strip()
        if self.kind == "word" and word not in self.words:
            raise BadValue("not a word of this fact", where=where, hint=nearest(word, self.words), code="action.fact")
        return word

    def shown(self, value: object) -> Cell:
        """Return a value as a reason says it; an open word that nobody knows is not repeated.

        >>> FACTS["source"].shown("what somebody told me").text()
        'none of the known'
        """
        if self.kind == "yes or no":
            return Says("yes", "是") if value else Says("no", "否")
        if self.kind in ("word", "open word"):
            return self.words.get(str(value), Says("none of the known", "不在已知范围内"))
        return value if isinstance(value, int | Fraction | date | str) else None

    def values(self) -> Says:
        """Return what it takes, for a table of the vocabulary."""
        if not self.words:
            return _KINDS[self.kind]
        listed = [(word or '""', said) for word, said in self.words.items()]
        return Says(", ".join(word for word, _ in listed), "，".join(f"{word} {said.zh}" for word, said in listed))

    def text(self, lang: Lang = "en") -> str:
        """Return its name in the language asked."""
        return self.zh if lang == "zh" else self.name.replace("_", " ")


_KINDS: Mapping[str, Says] = {
    "yes or no": Says("yes or no", "是或否"),
    "number": Says("a number, zero or more", "不小于零的数"),
    "day": Says("a day", "日期"),
    "id": Says("a stable id", "稳定编号"),
}


def _placed(read: Callable[[object], T], value: object, where: str) -> T:
    """Read a value; an error says of which fact."""
    try:
        return read(value)
    except PharmaSalesError as error:
        raise error.at(where) from None


def _yes(name: str, zh: str, en: str, means_zh: str) -> Fact:
    return Fact(name, zh, "yes or no", Says(en, means_zh))


def _word(name: str, zh: str, en: str, means_zh: str, takes: Mapping[str, Says]) -> Fact:
    return Fact(name, zh, "word", Says(en, means_zh), takes)


def _number(name: str, zh: str, en: str, means_zh: str) -> Fact:
    return Fact(name, zh, "number", Says(en, means_zh))


_ROLE_WORDS = {"": Says("not stated", "未说明"), **words.ROLES}
_LAST_DAY = Says("the last day on which the licence is valid", "证照有效期的最后一天")

_ALL = (
    Fact("role", "角色", "word", Says("who it is that acts or is judged", "行为人或被考核人的角色"), _ROLE_WORDS),
    Fact("by", "行为人", "id", Says("the stable id of who acts, never a name", "行为人编号，非姓名")),
    _word("measure", "指标", "what is counted", "考核或下达的内容", words.MEASURES),
    _word("level", "层级", "down to whom it is counted", "统计到哪一层", words.LEVELS),
    _yes("commercial", "商业目的", "it serves sales, pay or promotion", "用于销售、费用或推广"),
    _yes("filed", "已备案", "the rep is filed on the platform", "代表已在备案平台备案"),
    _yes("institution_consents", "机构同意", "the institution has consented", "医疗机构已同意"),
    _yes("clinical_area", "诊疗区域", "it happens where patients are treated", "发生在诊疗区域"),
    _yes(
        "material_approved", "资料已审", "all that is shown is approved, with risks", "所用资料经审核且含不良反应信息"
    ),
    _word("purpose", "目的", "what the contact is for", "联系的目的", words.PURPOSES),
    _word("channel", "方式", "how the person is reached", "联系的方式", words.CHANNELS),
    _yes("consent", "同意", "the person's consent to it is in force", "本人的同意有效"),
    _yes("opted_out", "已拒绝", "the person has refused marketing", "本人已拒绝营销"),
    _word("kind", "种类", "what is given", "给付的种类", words.KINDS_GIVEN),
    _word("recipient", "接受方", "who gets it", "由谁接受", words.RECIPIENTS),
    _number("value", "价值", "what it is worth in yuan, for each person", "人均价值（元）"),
    _yes("tied_to_sales", "与销量挂钩", "it depends on what is bought or prescribed", "取决于采购或处方数量"),
    _yes("written_agreement", "书面协议", "a written agreement states use and value", "有载明用途和价值的书面协议"),
    _yes("booked", "如实入账", "both sides enter it in their books", "双方均如实入账"),
    _word("drug", "药品类别", "the class of the drug", "药品的类别", words.DRUGS),
    _word("medium", "媒体", "where it is published", "发布的媒体", words.MEDIA),
    _yes("reviewed", "广告已审查", "the authorities have reviewed it", "已经广告审查机关审查"),
    _word("party", "对方", "what the party is", "对方的性质", words.PARTIES),
    _word("capacity", "身份", "as what the party is taken", "以何种身份往来", words.CAPACITIES),
    Fact("licence_until", "证照有效期", "day", _LAST_DAY),
    _word(
        "breach",
        "不一致",
        "where licence, invoice, book, goods and money disagree",
        "证票账货款何处不一致",
        words.BREAKS,
    ),
    _word(
        "sensitivity",
        "敏感程度",
        "how sensitive the field is",
        "字段的敏感程度",
        words.SENSITIVITIES,
    ),
    _yes("registered", "已登记", "a purpose and a period are registered for it", "已登记目的与保存期限"),
    _yes("separate_consent", "单独同意", "a separate consent is in force", "已取得单独同意"),
    _yes("doctor_usage", "医生用量", "it tells what one doctor prescribes or uses", "反映医生个人的处方或用量"),
    _yes("personal_care", "个人关怀", "birthday, preferences and the like", "生日、喜好等个人关怀信息"),
    _word(
        "manner",
        "方式",
        "how others get the data",
        "对外提供的方式",
        words.MANNERS,
    ),
    _yes("processing_contract", "委托处理合同", "a contract on entrusted processing is in force", "有委托处理合同"),
    _yes(
        "transfer_basis", "出境条件", "assessment, certificate or standard contract", "已具备安全评估、认证或标准合同"
    ),
    Fact("source", "来源", "open word", Says("where the lead comes from", "线索的来源"), words.SOURCE_WORDS),
    _yes("referrer_recorded", "已记录介绍人", "the file says who referred", "档案已记录介绍人"),
    _yes(
        "person_told",
        "已告知本人",
        "the person knows who keeps what, and can refuse",
        "已告知本人处理者、目的及拒绝方式",
    ),
    _word("about", "信息对象", "whose data it is", "信息的对象", words.SUBJECTS),
    _yes(
        "published",
        "已公开",
        "the person's data are published, and used as published",
        "个人信息已公开并在合理范围内使用",
    ),
    _yes("refused", "本人拒绝", "the person has refused the use", "本人已明确拒绝"),
    _yes("paid", "有报酬", "money or a gift is given for it", "给予金钱或礼物"),
    _yes("due_diligence", "尽职调查", "the partner has been examined", "已对合作方尽职调查"),
    _yes("service_contract", "服务合同", "a service contract is in force", "有服务合同"),
    _yes("real_services", "真实服务", "the services are real, with evidence", "服务真实且有证据"),
    _yes("cash_out", "套现", "money flows back in cash", "费用回流套现"),
    _number("records", "条数", "how many records", "信息条数"),
    _word("record_kind", "信息类别", "of which kind the records are", "信息的类别", words.RECORD_KINDS),
    _yes("work_related", "履职获得", "they were obtained in doing a job or a service", "在履行职责或提供服务中获得"),
    _number("gain", "违法所得", "yuan gained by passing records on, 0 for none", "转让信息的所得（元），没有为 0"),
    _number("profit", "获利", "yuan earned in business with bought records", "利用购得信息经营的获利（元）"),
    _word(
        "report",
        "反馈",
        "what was reported",
        "反馈的种类",
        words.REPORTS,
    ),
    _yes("handed_over", "已移交", "it was handed to drug safety", "已移交药物警戒部门"),
)

FACTS: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in _ALL})
"""Every fact by name; each means the same in every action."""
