"""Chinese law on lead sources (线索来源): what becomes of a lead from each of the eleven.

Five are blocked whatever else is true, and pharmacies and doctors where they are paid. The others are allowed on their
conditions, which are facts that somebody states; a condition that nobody states counts as not met. A lead from nowhere
is blocked.

>>> sorted(BLOCKED)
['bought_list', 'courier_records', 'intrusion', 'pretence', 'swap']

Source: S000-5..15, table P1-C.
"""

from __future__ import annotations

from pharmasales.compliance.china_promotion import ADVERT_UNREVIEWED, PRESCRIPTION_MEDIUM, SPECIAL_DRUG
from pharmasales.compliance.china_trade import NOT_A_BUYER
from pharmasales.compliance.clauses import Clause
from pharmasales.compliance.sources import SOURCES
from pharmasales.display import Says
from pharmasales.rules import All, AnyOf, Condition, Field, Not

__all__ = ["BLOCKED", "CLAUSES"]

_SOURCE = Field("source")
_CRIME = "刑法 art. 253-1; 法释〔2017〕10号 art. 4-6"
_OTHER_WAY = Says("ask for a referral, or use published tender catalogues", "改用客户介绍或公开的招标目录")


def _from(source: str, *more: Condition) -> Condition:
    return All([_SOURCE.equals(source), *more])


def _no(fact: str) -> Condition:
    return Field(fact).equals(False)


def _yes(fact: str) -> Condition:
    return Field(fact).equals(True)


def _never(source: str, why: Says, law: str) -> Clause:
    """Return the clause of a source that is blocked whatever else is true."""
    requirement = SOURCES[source].requirement
    rule = f"lead-{source.replace('_', '-')}"
    return Clause(rule, "take_lead", _SOURCE.equals(source), "block", why, f"{law}; {requirement}", _OTHER_WAY)


def _unless(source: str, rule: str, when: Condition, why: Says, law: str, cure: Says | None) -> Clause:
    """Return a clause that blocks a source while a condition is not met."""
    requirement = SOURCES[source].requirement
    return Clause(rule, "take_lead", _from(source, when), "block", why, f"{law}; {requirement}", cure)


def _allowed(source: str, why: Says) -> Clause:
    rule = f"lead-{source.replace('_', '-')}"
    return Clause(rule, "take_lead", _SOURCE.equals(source), "allow", why, SOURCES[source].requirement)


_NEVER = (
    _never(
        "swap",
        Says(
            "swapping customer files gives personal data away without separate consent",
            "互换客户资料未取得单独同意即对外提供个人信息",
        ),
        "PIPL art. 23; 法释〔2017〕10号 art. 4; 反不正当竞争法 2019 art. 9",
    ),
    _never(
        "courier_records",
        Says("records of post and couriers are unlawfully obtained data", "购买邮递记录属非法获取个人信息"),
        _CRIME,
    ),
    _never(
        "pretence",
        Says("lists obtained by pretence are stolen trade secrets", "冒充套取客户名单属以欺骗手段侵犯商业秘密"),
        "反不正当竞争法 2019 art. 9",
    ),
    _never(
        "intrusion",
        Says("entering internal systems is an offence", "侵入内部系统属违法犯罪"),
        "刑法 art. 285; PIPL art. 10",
    ),
    _never("bought_list", Says("bought lists are unlawfully obtained data", "购买客户名单属非法获取个人信息"), _CRIME),
)

BLOCKED = frozenset({"swap", "courier_records", "pretence", "intrusion", "bought_list"})
"""The sources that are blocked whatever else is true; paid informants are the sixth way that is."""

_INFORMANTS = (
    _unless(
        "informant",
        "lead-informant-paid",
        _yes("paid"),
        Says("pharmacies and doctors are not paid for information", "不得向药房、医生付费获取信息"),
        "药品管理法 art. 88, 141, 142",
        _OTHER_WAY,
    ),
    _unless(
        "informant",
        "lead-informant-no-consent",
        _no("consent"),
        Says("data on a person are not passed on without consent", "未经本人同意不得提供其个人信息"),
        "PIPL art. 13, 23",
        Says("let the person agree first", "先取得本人同意"),
    ),
    _allowed(
        "informant",
        Says("what people tell unpaid and by consent is a lawful source", "无报酬且经本人同意的信息属合法来源"),
    ),
)

_ADVERTS = (
    _unless(
        "advert",
        "lead-advert-special",
        SPECIAL_DRUG,
        Says("special drugs are not advertised", "特殊药品不得做广告"),
        "广告法 art. 15",
        None,
    ),
    _unless(
        "advert",
        "lead-advert-medium",
        PRESCRIPTION_MEDIUM,
        Says(
            "prescription drugs are advertised in designated professional journals only",
            "处方药只能在国家指定的专业刊物上做广告",
        ),
        "广告法 art. 15",
        Says("use a designated medical or pharmaceutical journal", "改在指定的医学、药学专业刊物上发布"),
    ),
    _unless(
        "advert",
        "lead-advert-unreviewed",
        ADVERT_UNREVIEWED,
        Says("a drug advertisement is reviewed before it appears", "药品广告发布前须经审查"),
        "广告法 art. 46",
        Says("have it reviewed", "申请广告审查"),
    ),
    _allowed(
        "advert",
        Says(
            "a reviewed advertisement in a lawful medium is a lawful source", "经审查并在合法媒体发布的广告属合法来源"
        ),
    ),
)

_REFERRALS = (
    _unless(
        "referral",
        "lead-referral-unrecorded",
        _no("referrer_recorded"),
        Says("the file says who referred", "档案须记录介绍人"),
        "PIPL art. 13",
        Says("record who referred", "记录介绍人"),
    ),
    _unless(
        "referral",
        "lead-referral-untold",
        _no("person_told"),
        Says("the person is told who keeps the data, what for, and how to refuse", "须告知本人处理者、目的及拒绝方式"),
        "PIPL art. 17, 24",
        Says("tell the person at the first contact, with a way to opt out", "首次联系时告知，并提供拒绝方式"),
    ),
    _unless(
        "referral",
        "lead-referral-paid",
        _yes("paid"),
        Says("nothing is given for a referral", "不得为介绍给予利益"),
        "反不正当竞争法 2025 art. 8",
        Says("ask without a gift", "不以礼物换取介绍"),
    ),
    _allowed("referral", Says("a referral, recorded and told, is a lawful source", "已记录并告知的介绍属合法来源")),
)

_TENDERS = (
    _unless(
        "tender",
        "lead-tender-person",
        All([Field("about").equals("person"), AnyOf([_no("published"), _yes("refused")])]),
        Says(
            "persons' data are used as published only, and not once refused",
            "个人信息仅限已公开的合理范围，本人拒绝的不得使用",
        ),
        "PIPL art. 27",
        Says("keep the firm alone", "仅保存企业信息"),
    ),
    _allowed("tender", Says("published tender data are a lawful source", "公开的招标信息属合法来源")),
)

_VISITS = (
    _unless(
        "local_visit",
        "lead-local-visit-individual",
        All([NOT_A_BUYER, Not(Field("capacity").equals("contact"))]),
        Says("a person under another's licence is no trading party", "挂靠个体不得作为交易方"),
        "药品管理法 art. 55, 122",
        Says("contract with the licensed firm, and keep the person as a contact", "与持证企业签约，个人仅作联系人"),
    ),
    _allowed("local_visit", Says("visiting licensed firms is a lawful source", "走访持证企业属合法来源")),
)

_DUE = (
    ("due_diligence", "no-diligence", Says("the partner was not examined", "未对合作方尽职调查")),
    ("service_contract", "no-contract", Says("there is no service contract", "没有服务合同")),
    ("processing_contract", "no-processing", Says("there is no contract on entrusted processing", "没有委托处理合同")),
    ("real_services", "no-services", Says("the services are not real", "服务不真实")),
)

_COOPERATION = (
    *(
        _unless(
            "cooperation",
            f"lead-cooperation-{rule}",
            _no(fact),
            why,
            "PIPL art. 21" if fact == "processing_contract" else "反不正当竞争法 2025 art. 8",
            Says("examine, contract and keep the evidence first", "先尽职调查、签约并留存服务证据"),
        )
        for fact, rule, why in _DUE
    ),
    _unless(
        "cooperation",
        "lead-cooperation-cash-out",
        _yes("cash_out"),
        Says("service fees flow back in cash", "以服务费套现"),
        "反不正当竞争法 2025 art. 8; 药品管理法 art. 88",
        None,
    ),
    _allowed(
        "cooperation",
        Says("a contracted partner with real services is a lawful source", "有合同且服务真实的合作方属合法来源"),
    ),
)

CLAUSES = (
    Clause(
        "lead-no-source",
        "take_lead",
        AnyOf([_SOURCE.missing(), Not(_SOURCE.one_of(list(SOURCES)))]),
        "block",
        Says("nobody says where the lead comes from", "线索来源不明"),
        "table P1-C; PIPL art. 5, 13",
        Says("say where it comes from, in one of the known words", "说明来源，使用已知的来源词"),
    ),
    *_NEVER,
    *_INFORMANTS,
    *_ADVERTS,
    *_REFERRALS,
    *_TENDERS,
    *_VISITS,
    *_COOPERATION,
)
"""All clauses on leads, of CN-2026."""
