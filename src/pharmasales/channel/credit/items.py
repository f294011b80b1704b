"""What an investigation file asks for (调查项目): items with their points, and how long a finding holds.

>>> sum(item.points for item in CREDIT_ITEMS), [item.key for item in CREDIT_ITEMS if item.needed]
(100, ['registration', 'licence', 'suits', 'payment'])

Source: S004-74 (资信调查), S004-12 (资信/付款方式). The items and their points are the library's own.
"""

from __future__ import annotations

from attrs import Attribute, field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.names import normal_id, stated
from pharmasales.rules.terms import Exact, literal

__all__ = ["CREDIT_ITEMS", "CreditItem", "spoken"]


def spoken(_instance: object, attribute: Attribute[str], value: str) -> None:
    """Let a text pass that says something, as a validator of its field.

    Raises:
        BadValue: an empty text, or a refused character.
    """
    stated(value, attribute.name, "credit.text")


@frozen
class CreditItem:
    """One thing that the file asks for (调查项目).

    Args:
        key: its name.
        says: what it is called.
        points: what it brings to the completeness, of 100.
        needed: whether a file without it is never complete.
        months: for how many months a finding holds.

    Raises:
        BadValue: fewer than one month.
    """

    key: str = field(converter=normal_id)
    says: Says
    points: Exact = field(converter=literal)
    needed: bool = False
    months: int = 12

    def __attrs_post_init__(self) -> None:
        if type(self.months) is not int or self.months < 1:
            hint = "give whole months from 1"
            raise BadValue("a finding holds for a month or more", where=self.key, hint=hint, code="credit.months")


CREDIT_ITEMS: tuple[CreditItem, ...] = (
    CreditItem("registration", Says("company register and credit code", "工商登记与统一社会信用代码"), 15, needed=True),
    CreditItem("licence", Says("drug trade licence", "药品经营许可证"), 15, needed=True),
    CreditItem("suits", Says("suits and enforcement", "诉讼与失信记录"), 10, needed=True, months=6),
    CreditItem("payment", Says("how it pays", "付款记录"), 15, needed=True),
    CreditItem("people", Says("owner and persons in charge", "法定代表人与负责人"), 10),
    CreditItem("trade", Says("size and years of trade", "交易规模与经营年限"), 10),
    CreditItem("premises", Says("premises and store", "经营场所与仓储"), 5, months=24),
    CreditItem("bank", Says("bank and its reference", "开户银行与银行资信"), 5),
    CreditItem("network", Says("customers and products", "销售网络与经营品种"), 5),
    CreditItem("cooperation", Says("how it works with us", "合作情况"), 5),
    CreditItem("finance", Says("balance sheet and cash", "财务状况"), 5),
)
"""What a file asks for by default; a company gives items of its own, whose points add up to 100."""
