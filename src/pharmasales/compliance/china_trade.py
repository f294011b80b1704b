"""Chinese law on money and goods (商务): gifts, meals, support and fees, who may buy, and licences.

How much a gift or a meal may be worth no law of the sources fixes, so the limit is the company's to set; without one
they are blocked. A natural person is a contact, never the buyer. A licence counts through its last day.

>>> len(CLAUSES) == len({clause.id for clause in CLAUSES})
True

Source: "Read first" 6; E58; S001-9, S001-16, S002-13, S004-77; practice files P2-F, P2-I, P2-N.
"""

from __future__ import annotations

from pharmasales.compliance.clauses import ALWAYS, Clause
from pharmasales.display import Says
from pharmasales.rules import All, Condition, Field, Not, Ratio

__all__ = ["CLAUSES", "CLAUSES_2025", "NOT_A_BUYER"]

_VALUE = "药品管理法 art. 88, 141, 142"
_BRIBE = "反不正当竞争法 2025 art. 8"
_GUIDE = "SAMR guide 2025-01-14 (医药企业防范商业贿赂风险合规指引)"
_TO_PERSONS = Field("recipient").one_of(["individual", "department"])
_SUPPORT = Field("kind").one_of(["sponsorship", "donation"])
_UNTIE = Says("give it whatever is bought or prescribed", "与采购或处方脱钩")
_SET_LIMIT = Says("let the company's policy set a limit", "由公司政策设定上限")


def _costs(kind: str) -> tuple[Condition, Condition, Condition]:
    """Return the tests that a gift or meal for a person has no limit, is over it, and is within it."""
    given, limit = All([Field("kind").equals(kind), _TO_PERSONS]), Field(f"{kind}_limit")
    over = Ratio(Field("value"), limit).over(1)
    there = Not(limit.missing())
    return All([given, limit.missing()]), All([given, there, over]), All([given, there, Not(over)])


_NO_GIFT_LIMIT, _GIFT_OVER, _GIFT_WITHIN = _costs("gift")
_NO_MEAL_LIMIT, _MEAL_OVER, _ = _costs("meal")

_GIVING = (
    Clause(
        "give-tied",
        "give",
        Field("tied_to_sales").equals(True),
        "block",
        Says("nothing that is given depends on sales", "任何给付不得与销量挂钩"),
        f"{_VALUE}; S002-13",
        _UNTIE,
    ),
    Clause(
        "give-rep-support",
        "give",
        All([Field("role").equals("medical_rep"), _SUPPORT, _TO_PERSONS]),
        "block",
        Says(
            "a medical rep gives no donation or sponsorship to departments or persons",
            "医药代表不得直接向科室或个人捐赠、赞助",
        ),
        "医药代表备案管理办法（试行）, NMPA 2020 no. 105",
        Says("let the company agree it with the institution", "由公司与医疗机构签约办理"),
    ),
    Clause(
        "give-goods-person",
        "give",
        All([Field("kind").one_of(["sample", "equipment"]), _TO_PERSONS]),
        "block",
        Says("samples and equipment are not given to persons or departments", "不得向个人或科室提供样品或设备"),
        _VALUE,
        Says("agree it with the institution in writing", "与医疗机构书面约定"),
    ),
    Clause(
        "gift-no-limit",
        "give",
        _NO_GIFT_LIMIT,
        "block",
        Says(
            "no limit for gifts is configured, and the law allows none by itself", "未设定礼品上限，法律本身不允许赠礼"
        ),
        f"{_VALUE}; S001-16",
        _SET_LIMIT,
    ),
    Clause(
        "gift-over-limit",
        "give",
        _GIFT_OVER,
        "block",
        Says("the gift is worth more than the limit", "礼品价值超过上限"),
        f"{_VALUE}; S001-16",
        Says("stay within the limit", "控制在上限以内"),
    ),
    Clause(
        "gift-within-limit",
        "give",
        _GIFT_WITHIN,
        "warn",
        Says("even a small gift may be an advantage that the law forbids", "小额礼品也可能构成法律禁止的利益"),
        f"{_VALUE}; S001-16",
        Says("give scientific literature instead", "改为提供学术资料"),
    ),
    Clause(
        "meal-no-limit",
        "give",
        _NO_MEAL_LIMIT,
        "block",
        Says("no limit for meals is configured", "未设定餐费上限"),
        _VALUE,
        _SET_LIMIT,
    ),
    Clause(
        "meal-over-limit",
        "give",
        _MEAL_OVER,
        "block",
        Says("the meal costs more than the limit", "餐费超过上限"),
        _VALUE,
        Says("stay within the limit", "控制在上限以内"),
    ),
    Clause(
        "support-linked",
        "link_support",
        ALWAYS,
        "block",
        Says("support is never linked to sales", "支持不得与销量挂钩"),
        f"{_VALUE}; S002-13",
    ),
)

_FEES = (
    Clause(
        "fee-tied",
        "pay_fee",
        Field("tied_to_sales").equals(True),
        "block",
        Says("no fee depends on sales", "服务费不得与销量挂钩"),
        _VALUE,
        _UNTIE,
    ),
    Clause(
        "fee-no-service",
        "pay_fee",
        Field("real_services").equals(False),
        "block",
        Says("a fee needs a real service", "支付费用须有真实服务"),
        _VALUE,
        Says("keep the evidence of the service", "留存服务证据"),
    ),
    Clause(
        "fee-no-agreement",
        "pay_fee",
        Field("written_agreement").equals(False),
        "block",
        Says("a fee needs a written agreement", "支付费用须有书面协议"),
        _VALUE,
        Says("sign an agreement on service and price first", "先签订服务内容与价格的协议"),
    ),
)

NOT_A_BUYER = Field("party").one_of(["individual", "lent"])
"""A natural person, under the own name or another's licence (挂靠)."""

_NO_DAY = Field("licence_until").missing()
_LEFT = Field("licence_until_days")
_LICENCE = "药品管理法 art. 51, 55"
_TO_FIRM = Says("name the licensed firm, and keep the person as a contact", "改填持证企业，个人仅作联系人")

_GOODS = (
    Clause(
        "bill-individual",
        "bill_to",
        NOT_A_BUYER,
        "block",
        Says("a natural person does not buy drugs", "自然人不得作为药品购货方"),
        "药品管理法 art. 55, 122; 2016 no. 94; S001-9",
        _TO_FIRM,
    ),
    Clause(
        "ship-individual",
        "ship_to",
        NOT_A_BUYER,
        "block",
        Says("drugs are not shipped to a natural person", "不得向自然人发运药品"),
        "药品管理法 art. 55, 122; 2016 no. 94; S001-9",
        _TO_FIRM,
    ),
    Clause(
        "licence-missing",
        "ship_to",
        _NO_DAY,
        "block",
        Says("no valid licence is on file", "未登记有效证照"),
        _LICENCE,
        Says("file the licence with its last day", "登记证照及其有效期"),
    ),
    Clause(
        "licence-expired",
        "ship_to",
        _LEFT.below(0),
        "block",
        Says("the licence has expired", "证照已过期"),
        _LICENCE,
        Says("file the renewed licence", "登记换发后的证照"),
    ),
    Clause(
        "licence-expiring",
        "ship_to",
        All([_LEFT.at_least(0), Ratio(_LEFT, Field("licence_warn_days")).at_most(1)]),
        "warn",
        Says("the licence expires soon; its last day is still valid", "证照即将到期，到期当日仍有效"),
        _LICENCE,
        Says("ask for the renewed licence", "索取换发后的证照"),
    ),
    Clause(
        "licence-lent",
        "lend_licence",
        ALWAYS,
        "block",
        Says("a licence is neither lent nor borrowed", "许可证不得出借或借用"),
        "药品管理法 art. 122",
    ),
)

CLAUSES = (*_GIVING, *_FEES, *_GOODS)
"""All clauses on money and goods, of CN-2020."""

_KINDS = ["gift", "sponsorship", "donation", "sample", "equipment"]

CLAUSES_2025 = (
    Clause(
        "give-person-support",
        "give",
        All([_SUPPORT, _TO_PERSONS]),
        "block",
        Says(
            "donations and sponsorship go to institutions, never to persons or departments",
            "捐赠、赞助只能给予机构，不得给予个人或科室",
        ),
        f"{_BRIBE}; {_GUIDE}; S002-13, S004-77",
        Says("agree it with the institution in writing", "与医疗机构书面约定"),
    ),
    Clause(
        "give-no-agreement",
        "give",
        All(
            [
                Field("kind").one_of(_KINDS),
                Field("recipient").equals("institution"),
                Field("written_agreement").equals(False),
            ]
        ),
        "block",
        Says("what an institution gets stands in a written agreement", "向机构给付须有书面协议"),
        f"{_BRIBE}; {_GUIDE}",
        Says("sign an agreement that states use and value", "签订载明用途和价值的协议"),
    ),
    Clause(
        "discount-unbooked",
        "grant_discount",
        Field("booked").equals(False),
        "block",
        Says("discounts and commissions are open, and both sides book them", "折扣、佣金须明示，双方如实入账"),
        _BRIBE,
        Says("state it in the contract and book it", "在合同中载明并如实入账"),
    ),
)
"""What the 2025 law and guide add, of CN-2026."""
