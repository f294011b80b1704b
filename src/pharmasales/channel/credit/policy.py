"""The credit policy (信用政策): classes with their factors, how long things hold, and who may approve.

>>> [(one.key, str(one.low), str(one.high)) for one in CREDIT_POLICY.classes]
[('AAA', '3/2', '3'), ('AA', '1', '1'), ('A', '4/5', '4/5'), ('B', '3/5', '3/5'), ('C', '0', '0')]
>>> CREDIT_POLICY.below("AA", 2).key
'B'

Source: P2-G, E45. Days, months and points that no source names are the library's own and yours to set.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from attrs import field, frozen

from pharmasales.channel.approving import approver_ids, named_approver
from pharmasales.display import Column, Says, Table
from pharmasales.errors import BadRule, NotFound
from pharmasales.names import clean, fold, nearest, normal_id, twins
from pharmasales.periods import back
from pharmasales.rules.terms import Exact, literal

__all__ = ["CREDIT_POLICY", "CreditClass", "CreditPolicy"]


@frozen
class CreditClass:
    """A class of standing and its factor (信用等级与风险系数).

    Args:
        key: its letters.
        low: the least factor on base x term: `"150%"`.
        high: the greatest; the same where nothing is chosen.
        special: whether a new customer, or one with an incomplete file, needs a special approval for it.

    Raises:
        BadRule: a factor below zero, or a greatest below the least.
    """

    key: str = field(converter=normal_id)
    low: Exact = field(converter=literal)
    high: Exact = field(converter=literal)
    special: bool = False

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            hint = "0 <= low <= high"
            raise BadRule("a factor out of order", where=f"class {self.key}", hint=hint, code="credit.factor")


def _classes(given: Iterable[CreditClass]) -> tuple[CreditClass, ...]:
    classes = tuple(given)
    for better, worse in pairwise(classes):
        if worse.high > better.low:
            hint = "put the best class first"
            raise BadRule("a worse class with a greater factor", where=worse.key, hint=hint, code="credit.classes")
    if not classes or twins(one.key for one in classes):
        raise BadRule("classes need names of their own", where="classes", code="credit.classes")
    if classes[-1].special:
        raise BadRule("the last class needs no special approval", where="classes", code="credit.classes")
    return classes


@frozen
class CreditPolicy:
    """What a company lays down for credit (信用政策).

    Args:
        name: whose policy, with its version.
        classes: the classes, the best first.
        season: by what share at most a season raises or lowers a limit.
        valid_months: how long a limit holds.
        complete_from: from how many points of 100 a file is complete.
        new_months: for how many months after its first deal a customer is new.
        late_days: an invoice open for more days than this after its due day is a trouble sign.
        approvers: the ids of those who may approve limits, release orders and clear trouble signs; nobody may where
            none is named.

    Raises:
        BadRule: classes out of order or twice, an approver in two spellings, or a number below its least.
    """

    name: str = field(default="credit@1", converter=clean)
    classes: tuple[CreditClass, ...] = field(
        default=(
            CreditClass("AAA", "150%", "300%", special=True),
            CreditClass("AA", "100%", "100%", special=True),
            CreditClass("A", "80%", "80%"),
            CreditClass("B", "60%", "60%"),
            CreditClass("C", 0, 0),
        ),
        converter=_classes,
    )
    season: Exact = field(default=Fraction(1, 2), converter=literal)
    valid_months: int = 12
    complete_from: Exact = field(default=85, converter=literal)
    new_months: int = 6
    late_days: int = 30
    approvers: frozenset[str] = field(default=frozenset(), converter=approver_ids)

    def __attrs_post_init__(self) -> None:
        for name, least in (("valid_months", 1), ("new_months", 0), ("late_days", 0)):
            if type(getattr(self, name)) is not int:
                raise BadRule("no whole number", where=f"credit policy {name}", code="credit.policy")
            if getattr(self, name) < least:
                raise BadRule(f"less than {least}", where=f"credit policy {name}", code="credit.policy")
        if self.season < 0 or self.complete_from < 0:
            raise BadRule("less than 0", where="credit policy season, complete_from", code="credit.policy")
        if self.complete_from > 100:
            raise BadRule("a file has 100 points", where="credit policy complete_from", code="credit.policy")
        if self.season > 1:
            raise BadRule("a season takes at most everything", where="credit policy season", code="credit.policy")

    def place(self, key: str) -> int:
        """Return the place of a class, 0 the best.

        Raises:
            NotFound: no class of this policy.
        """
        for place, one in enumerate(self.classes):
            if one.key == key:
                return place
        hint = nearest(key, [one.key for one in self.classes])
        raise NotFound("no class of the credit policy", where=f"class {key!r}", hint=hint, code="credit.class")

    def __getitem__(self, key: str) -> CreditClass:
        return self.classes[self.place(key)]

    def below(self, key: str, steps: int) -> CreditClass:
        """Return the class so many steps below, the last one where there are fewer."""
        return self.classes[min(self.place(key) + steps, len(self.classes) - 1)]

    def plain(self, key: str) -> CreditClass:
        """Return the class itself, or the best below it that needs no special approval."""
        return next(one for one in self.classes[self.place(key) :] if not one.special)

    def until(self, day: date) -> date:
        """Return the last day of a limit that begins on a day."""
        return back(day, -self.valid_months) - timedelta(days=1)

    def approver(self, by: str, asker: str, where: str) -> str:
        """Let the id of an approver pass who is named here and is not the one who asks (审批人).

        >>> CREDIT_POLICY.approver("p9", "p1", "limit D1")
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadRule: not a named approver @ limit D1; ask one of the credit policy's approvers \
[credit.approver]

        Raises:
            BadRule: somebody who is not named, or the one who asks.
        """
        approver = normal_id(by, "approver")
        if fold(approver) == fold(asker):
            hint = "another of the approvers decides"
            raise BadRule("nobody approves what they ask for", where=where, hint=hint, code="credit.self")
        return named_approver(approver, self.approvers, where, "credit")

    def table(self) -> Table:
        """Return the classes: factor from and to, and whether new or incomplete files need a special approval."""
        rows = [(one.key, one.low, one.high, _YES if one.special else _NO) for one in self.classes]
        return Table("credit_classes", Says("Credit classes", "信用等级"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_YES, _NO = Says("yes", "是"), Says("no", "否")
_COLUMNS = (
    Column("class", "Class", "等级"),
    Column("low", "Factor from", "系数下限", "ratio"),
    Column("high", "Factor to", "系数上限", "ratio"),
    Column("special", "Special approval for new or incomplete files", "新客户或档案不全须特批"),
)

CREDIT_POLICY = CreditPolicy()
"""AAA 150 to 300 % as chosen, AA 100, A 80, B 60, C 0 % (P2-G); nobody is named as an approver yet."""
