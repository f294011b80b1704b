"""Shared credit (业绩分摊): one sale or one payout for several people, exact, the parts adding up to the whole.

>>> from pharmasales.units import CNY
>>> shared = share_out(Amount.of("100.00", CNY), {"r1": "1/3", "r2": "1/3", "r3": "1/3"})
>>> print(shared.table())
Person id   Share  Amount
---------  ------  ------
r1          33.3%   33.34
r2          33.3%   33.33
r3          33.3%   33.33
total      100.0%  100.00
>>> share_out(Amount.of(100, CNY), {"r1": "60%", "r2": "30%"})
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: percentages add up to 90% @ shares; make them 100% [goals.percent]

Source: systems 1e (splits); S004-65 (team effort).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue, NotFound
from pharmasales.evaluation.payout.pieces import in_percent
from pharmasales.names import normal_id, twins
from pharmasales.splits import read_weights, split
from pharmasales.units import Amount, Number

__all__ = ["SharedOut", "share_out"]


@frozen
class SharedOut:
    """An amount shared out (分摊结果). Made by `share_out`.

    Args:
        whole: the amount.
        shares: the exact share of each person, by id, of 1 in all.
        amounts: what each gets; they add up to the whole.
    """

    whole: Amount = field(repr=False)
    shares: Mapping[str, Fraction]
    amounts: Mapping[str, Amount] = field(repr=False)

    def why(self, person_id: str) -> Why:
        """Say what one person gets, and what largest remainder made of it.

        Raises:
            NotFound: nobody of that id has a share.
        """
        if person_id not in self.amounts:
            raise NotFound("no share", where=f"person {person_id!r}", code="payout.share")
        found, part = self.amounts[person_id], self.shares[person_id]
        rounded: tuple[Why, ...] = ()
        if self.whole.minor * part != found.minor:
            en = "to the smallest part by largest remainder, so that the parts add up"
            rounded = (because(en, "按最大余额法取整，各份之和等于总额"),)
        en, zh = "{share} of {whole} = {amount}", "{whole} 的 {share} = {amount}"
        return because(en, zh, *rounded, share=in_percent(part), whole=str(self.whole), amount=str(found))

    def table(self) -> Table:
        """Return person_id, share, amount: a row a person, then the whole."""
        rows: list[tuple[Cell, ...]] = [(one, self.shares[one], found.value) for one, found in self.amounts.items()]
        rows.append((Says("total", "合计"), Fraction(1), self.whole.value))
        return Table("shared_out", Says("Shared credit", "业绩分摊"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("person_id", "Person id", "人员编号"),
    Column("share", "Share", "份额", "ratio"),
    Column("amount", "Amount", "金额", "amount"),
)


def share_out(whole: Amount, shares: Mapping[str, Number]) -> SharedOut:
    """Share an amount out among people (分摊): a sale before it is paid on, or a payout of a team.

    Largest remainder, ties in the order given; a share of zero gets nothing, and a return mirrors a sale.

    Args:
        whole: the amount.
        shares: by id, percentages that add up to 100 %, or weights.

    Source: systems 1e (splits).

    Raises:
        BadRule: percentages that miss 100 %, or mixed with weights.
        BadValue: two ids that are the same, a share below zero or that is no number, or nothing above zero.
    """
    ids = [normal_id(one) for one in shares]
    for first, second in twins(ids):
        where, hint = f"person {ids[second]!r}", f"the same but for case or spaces as {ids[first]!r}"
        raise BadValue("given twice", where=where, hint=hint, code="payout.share")
    weights = read_weights(list(shares.values()), "shares")
    parts = split(whole, weights)
    total = sum(weights, Fraction(0)) or Fraction(1)
    return SharedOut(
        whole,
        {one: weight / total for one, weight in zip(ids, weights, strict=True)},
        dict(zip(ids, parts, strict=True)),
    )
