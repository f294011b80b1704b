"""Kinds of trouble signs (信号种类): how far each lowers a class, whether it stops shipping, and what to do.

>>> TROUBLES["suit"].steps, TROUBLES["bounced"].stops, TROUBLES["insolvent"].last
(2, True, True)

Source: P2-G (stop order, suits and other trouble signs downgrade). How far each goes is the library's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from pharmasales.display import Column, Says, Table

__all__ = ["TROUBLES", "Trouble", "trouble_table"]

_ALL_THE_WAY = 99


@frozen
class Trouble:
    """A kind of trouble sign, and what follows from it (信号种类与后果).

    Args:
        key: its name.
        says: what it is called.
        steps: how many classes down.
        stops: whether shipping stops until it is cleared.
        cure: what to do.
    """

    key: str
    says: Says
    steps: int
    stops: bool
    cure: Says

    @property
    def last(self) -> bool:
        """Whether it lowers every class to the last one."""
        return self.steps >= _ALL_THE_WAY


def _troubles(*given: Trouble) -> Mapping[str, Trouble]:
    return MappingProxyType({one.key: one for one in given})


TROUBLES: Mapping[str, Trouble] = _troubles(
    Trouble(
        "stop_order",
        Says("told to stop business, or it stopped", "被责令停业或已停业"),
        _ALL_THE_WAY,
        stops=True,
        cure=Says("ship nothing, collect what is open, investigate anew", "停止发货，清收欠款，重新调查"),
    ),
    Trouble(
        "licence_lost",
        Says("its licence was withdrawn", "许可证被吊销"),
        _ALL_THE_WAY,
        stops=True,
        cure=Says("ship nothing and collect what is open", "停止发货，清收欠款"),
    ),
    Trouble(
        "insolvent",
        Says("insolvent", "破产或资不抵债"),
        _ALL_THE_WAY,
        stops=True,
        cure=Says("file the claim and ask for the goods back", "申报债权并主张退货"),
    ),
    Trouble(
        "bounced",
        Says("a bill or cheque bounced", "票据拒付"),
        2,
        stops=True,
        cure=Says("collect the bill before the next shipment", "收回票款后方可发货"),
    ),
    Trouble(
        "suit",
        Says("sued, or under enforcement", "涉诉或被执行"),
        2,
        stops=False,
        cure=Says("ask for security and ship against cash until it is judged", "要求担保，判决前现款发货"),
    ),
    Trouble(
        "late_payment",
        Says("pays late", "逾期付款"),
        1,
        stops=False,
        cure=Says("agree on days of payment and collect the oldest first", "商定还款日期，先收最久欠款"),
    ),
    Trouble(
        "orders_stopped",
        Says("stopped ordering all at once", "突然停止订货"),
        1,
        stops=False,
        cure=Says("visit it, count the stock and collect", "上门了解，清点库存并催收"),
    ),
    Trouble(
        "owner_changed",
        Says("owner or legal representative changed", "股东或法定代表人变更"),
        1,
        stops=False,
        cure=Says("investigate anew and sign again", "重新调查并换签协议"),
    ),
)
"""The trouble signs by name; a company gives a mapping of its own."""


def trouble_table(troubles: Mapping[str, Trouble] = TROUBLES) -> Table:
    """Return every kind of trouble sign: what follows, and what to do."""
    rows = [
        (one.key, one.says, None if one.last else one.steps, _STOPS[one.stops], one.cure) for one in troubles.values()
    ]
    return Table("trouble_signs", Says("Trouble signs", "危险信号"), _COLUMNS, rows)


_STOPS = {True: Says("stops", "停止"), False: Says("goes on", "继续")}
_COLUMNS = (
    Column("key", "Key", "代码"),
    Column("sign", "Sign", "信号"),
    Column("steps", "Classes down (empty: to the last)", "降级数（空：降至末级）", "number"),
    Column("shipping", "Shipping", "发货"),
    Column("cure", "What to do", "处置"),
)
