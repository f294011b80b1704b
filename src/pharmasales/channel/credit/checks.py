"""The check of an order (订单信用检查): limit - (open + this + not yet invoiced), with the arithmetic shown.

>>> from pharmasales.channel.credit.standing import LimitOnDay
>>> from pharmasales.units import CNY
>>> def yuan(number):
...     return Amount.of(number, CNY)
>>> owed = Owed("D1", date(2026, 7, 3), yuan(250_000), yuan(0), 0)
>>> limit = LimitOnDay("D1", date(2026, 7, 3), yuan(400_000))
>>> check = OrderCheck("O1", 1, limit.customer, limit.day, limit.amount, yuan(90_000), yuan(0), owed, yuan(80_000))
>>> print(check.why)
held: headroom 400,000.00 - (250,000.00 + 90,000.00 + 80,000.00) = -20,000.00 CNY
  over the limit; collect, order less, or pay in advance what is over
  open invoices 250,000.00, disputed ones counted
  this order 90,000.00
  other orders accepted and not yet invoiced 80,000.00
  tolerance 0.0% of the limit
  overdue invoices hold an order after 0 days: the longest is not overdue

Source: S004-62, systems 1d (headroom = limit - (invoiced open + this order + other orders not invoiced)).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import Factory, field, frozen

from pharmasales.channel.credit.holds import HOLDS
from pharmasales.channel.credit.owing import Owed
from pharmasales.channel.credit.trading import TradeNote
from pharmasales.display import Column, Says, Table, Why, because, exact_text
from pharmasales.errors import BadRule, NotComparable
from pharmasales.rules.terms import Exact, literal
from pharmasales.units import Amount

__all__ = ["CheckBasis", "OrderCheck"]


@frozen
class CheckBasis:
    """What a check counts (检查口径); every choice stands in the reason, also where nothing is switched on.

    Args:
        uninvoiced: whether other orders that are accepted and not yet invoiced count.
        disputed: whether disputed invoices count as open.
        tolerance: the share of the limit by which it may be exceeded.
        overdue_days: an invoice overdue by more days than this holds the order; `None`: overdue invoices hold nothing.
        smallest: the least that an order comes to for any of it to go on credit (小额不授信); `None`: any order may.

    Raises:
        BadRule: a tolerance, days or a smallest order below zero, or days that are no whole number.
    """

    uninvoiced: bool = True
    disputed: bool = True
    tolerance: Exact = field(default=0, converter=literal)
    overdue_days: int | None = 0
    smallest: Amount | None = None

    def __attrs_post_init__(self) -> None:
        days = 0 if self.overdue_days is None else self.overdue_days
        if type(days) is not int or days < 0 or self.tolerance < 0:
            raise BadRule("less than zero", where="check basis", hint="give zero or more", code="credit.basis")
        if self.smallest is not None and self.smallest.minor < 0:
            raise BadRule("less than zero", where="check basis", hint="give zero or more", code="credit.basis")


@frozen
class OrderCheck:
    """The check of one order on a day (信用检查结果).

    Args:
        order: id of the order.
        revision: which version of the order.
        customer: id of the dealer.
        day: the day.
        limit: the limit on the day.
        asked: the amount of this order, or of what of it is not yet invoiced.
        prepaid: what of this order is paid in advance.
        owed: what is open.
        waiting: other orders accepted and not yet invoiced.
        void: why no limit is in force, or "".
        stops: whether a trouble sign stops shipping.
        notes: what the compliance gate says of the party and its licence.
        basis: what counts.
        ordered: the whole order, invoiced or not; `asked` where left out.

    Raises:
        NotComparable: amounts of different units.
    """

    order: str
    revision: int
    customer: str
    day: date
    limit: Amount = field(repr=False)
    asked: Amount = field(repr=False)
    prepaid: Amount = field(repr=False)
    owed: Owed = field(repr=False)
    waiting: Amount = field(repr=False)
    void: str = ""
    stops: bool = False
    notes: tuple[TradeNote, ...] = ()
    basis: CheckBasis = field(factory=CheckBasis)
    ordered: Amount = field(default=Factory(lambda self: self.asked, takes_self=True), repr=False)

    def __attrs_post_init__(self) -> None:
        amounts = [self.limit, self.asked, self.prepaid, self.owed.open, self.owed.disputed, self.waiting, self.ordered]
        amounts += [] if self.basis.smallest is None else [self.basis.smallest]
        if any(one.unit != self.limit.unit for one in amounts):
            raise NotComparable("amounts of different units", where=f"order {self.order}", code="unit")

    @property
    def needs(self) -> Amount:
        """What this order takes of the limit: the order less what is paid in advance."""
        return self.asked - self.prepaid

    @property
    def counted_open(self) -> Amount:
        """The open invoices that count."""
        return self.owed.open if self.basis.disputed else self.owed.open - self.owed.disputed

    @property
    def counted_waiting(self) -> Amount:
        """The other orders that count."""
        return self.waiting if self.basis.uninvoiced else self.waiting * 0

    @property
    def headroom(self) -> Amount:
        """What is left of the limit after this order (可用余额); below zero where it is exceeded."""
        return self.limit - (self.counted_open + self.needs + self.counted_waiting)

    @property
    def over(self) -> bool:
        """Whether the order takes credit and the limit with its tolerance is exceeded."""
        # exact, not rounded: the tolerance never gives a fen more
        return self.needs.minor > 0 and self.headroom.minor + self.limit.minor * self.basis.tolerance < 0

    @property
    def small(self) -> bool:
        """Whether the order takes credit and is smaller than any order on credit."""
        least = self.basis.smallest
        return least is not None and self.needs.minor > 0 and self.ordered < least

    @property
    def holds(self) -> tuple[str, ...]:
        """The reasons to hold the order, in the order of `HOLDS`; empty where it passes.

        An order of which everything is invoiced asks for nothing any more, so nothing holds it. Where nothing was
        ordered, they are the reasons that would hold any order of the dealer.
        """
        if self.ordered.minor and not self.asked.minor:
            return ()
        late = self.basis.overdue_days is not None and self.owed.overdue_days > self.basis.overdue_days
        void = self.void if self.needs.minor > 0 else ""
        found = {
            "trade": any(one.outcome == "block" for one in self.notes),
            "trouble": self.stops,
            "overdue": late,
            "small_deal": self.small,
            "over_limit": not void and self.over,
        }
        return tuple(key for key in HOLDS if found.get(key) or key == void)

    @property
    def passed(self) -> bool:
        """Whether nothing holds the order."""
        return not self.holds

    @property
    def why(self) -> Why:
        """The arithmetic, the reasons to hold it, every figure, and every choice of what counts."""
        return because(
            "{outcome}: headroom {limit} - ({open} + {this} + {waiting}) = {left} {unit}",
            "{outcome}：可用余额 {limit} -（{open} + {this} + {waiting}）= {left} {unit}",
            *self._reasons(),
            *self._figures(),
            outcome=Says("passes", "通过") if self.passed else Says("held", "扣单"),
            limit=self.limit.value,
            open=self.counted_open.value,
            this=self.needs.value,
            waiting=self.counted_waiting.value,
            left=self.headroom.value,
            unit=self.limit.unit.code,
        )

    def _reasons(self) -> Iterator[Why]:
        for key in self.holds:
            yield because("{says}; {cure}", "{says}；{cure}", says=HOLDS[key].says, cure=HOLDS[key].cure)
        for note in self.notes:
            yield note.why

    def _figures(self) -> Iterator[Why]:
        yield self._why_open()
        if self.prepaid.minor:
            en, zh = "this order {asked} less {prepaid} paid in advance", "本单 {asked}，减预付 {prepaid}"
        else:
            en, zh = "this order {asked}", "本单 {asked}"
        yield because(en, zh, asked=self.asked.value, prepaid=self.prepaid.value)
        if self.basis.uninvoiced:
            en, zh = "other orders accepted and not yet invoiced {waiting}", "其他已接受未开票订单 {waiting}"
        else:
            en, zh = "other orders not yet invoiced, {waiting}, are not counted", "其他未开票订单 {waiting} 不计入"
        yield because(en, zh, waiting=self.waiting.value)
        share = f"{exact_text(self.basis.tolerance * 100, 1)}%"
        yield because("tolerance {share} of the limit", "允许超出额度的 {share}", share=share)
        yield self._why_overdue()
        if self.basis.smallest is not None:
            en, zh = "orders below {least} get no credit: {ordered} ordered", "{least} 以下订单不授信：本单 {ordered}"
            yield because(en, zh, least=self.basis.smallest.value, ordered=self.ordered.value)

    def _why_open(self) -> Why:
        if not self.basis.disputed:
            en, zh = "open invoices {open} less {disputed} disputed", "未收发票 {open}，减争议 {disputed}"
        elif self.owed.disputed.minor:
            en, zh = (
                "open invoices {open}, {disputed} disputed of it counted",
                "未收发票 {open}，其中争议 {disputed} 计入",
            )
        else:
            en, zh = "open invoices {open}, disputed ones counted", "未收发票 {open}，争议计入"
        return because(en, zh, open=self.owed.open.value, disputed=self.owed.disputed.value)

    def _why_overdue(self) -> Why:
        if self.basis.overdue_days is None:
            return because("overdue invoices hold nothing", "逾期发票不扣单")
        n = self.owed.overdue_days
        longest = Says(f"{n} days", f"逾期 {n} 天") if n else Says("not overdue", "未逾期")
        en = "overdue invoices hold an order after {n} days: the longest is {longest}"
        return because(en, "逾期超过 {n} 天扣单：最长{longest}", n=self.basis.overdue_days, longest=longest)

    def table(self) -> Table:
        """Return the arithmetic as lines that add up: limit, open, this order, not yet invoiced, headroom."""
        rows = [
            (Says("limit", "信用额度"), self.limit.value),
            (Says("- open invoices", "- 未收发票"), -self.counted_open.value),
            (Says("- this order", "- 本单"), -self.needs.value),
            (Says("- not yet invoiced", "- 已接受未开票"), -self.counted_waiting.value),
            (Says("= headroom", "= 可用余额"), self.headroom.value),
        ]
        title = Says(f"Credit check of order {self.order}", f"订单 {self.order} 信用检查")
        return Table("order_check", title, _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html() + self.why.html()


_COLUMNS = (Column("line", "Line", "项目"), Column("amount", "Amount", "金额", "amount"))
