"""Edits as flat rows of text and back (调整记录): what a store keeps and a sheet of Excel holds. Nothing is a float.

>>> from pharmasales.units import BOX
>>> edit = Pin("r1", Amount.of(900, BOX), period("2026-Q1"), mark=Mark("m1", date(2026, 12, 1), "a new hospital"))
>>> row = edit_row(edit)
>>> [row[name] for name in ("edit", "node", "amount", "unit", "period", "by", "day", "reason")]
['pin', 'r1', '900', 'BOX', '2026-Q1', 'm1', '2026-12-01', 'a new hospital']
>>> edits_from([row], BOX) == (edit,)
True
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType

from attrs import frozen

from pharmasales.errors import BadRows, BadValue, NotComparable, PharmaSalesError
from pharmasales.goals.editing.edits import Concentrate, Edit, Lock, Mark, Move, Pin, Resplit, Scale, Transfer
from pharmasales.names import nearest
from pharmasales.periods import Period, period
from pharmasales.units import Amount, Number, Unit

__all__ = ["EDIT_FIELDS", "edit_row", "edits_from"]

EDIT_FIELDS = (
    "edit",
    "node",
    "to",
    "amount",
    "unit",
    "period",
    "factor",
    "weights",
    "children",
    "with_goal",
    "below",
    "by",
    "day",
    "reason",
)
"""The fields of a row, in order; those that an edit does not have are empty."""


def edit_row(edit: Edit) -> dict[str, str]:
    """Return an edit as a row of texts; `edits_from` reads it back."""
    mark = edit.mark
    own = {"by": mark.by, "day": "" if mark.on is None else mark.on.isoformat(), "reason": mark.reason}
    return dict.fromkeys(EDIT_FIELDS, "") | {"edit": type(edit).__name__.lower()} | _values(edit) | own


def _values(edit: Edit) -> dict[str, str]:
    if isinstance(edit, Move):
        return {"node": edit.source, "to": edit.to} | _amount(edit.amount) | _period(edit.period)
    if isinstance(edit, Transfer):
        return {"node": edit.node, "to": edit.to, "with_goal": _yes(edit.with_goal)}
    node = {"node": edit.node}
    if isinstance(edit, Pin):
        return node | _amount(edit.amount) | _period(edit.period)
    if isinstance(edit, Scale):
        return node | {"factor": str(edit.factor)} | _period(edit.period)
    if isinstance(edit, Resplit):
        return node | {"weights": _json([[child, str(weight)] for child, weight in edit.weights])}
    return node | ({"below": _yes(edit.below)} if isinstance(edit, Lock) else {"children": _json(list(edit.on))})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _amount(amount: Amount) -> dict[str, str]:
    return {"amount": str(amount.value), "unit": amount.unit.code}


def _period(given: Period | None) -> dict[str, str]:
    return {"period": "" if given is None else str(given)}


def edits_from(rows: Iterable[Mapping[str, object]], unit: Unit) -> tuple[Edit, ...]:
    """Read rows of texts as edits; fields that are not there count as empty.

    Args:
        rows: one mapping an edit, with the names of `EDIT_FIELDS`.
        unit: the unit of the plan that they speak of.

    >>> from pharmasales.units import BOX
    >>> try:
    ...     edits_from([{"edit": "pin", "node": "r1", "amount": "9"}, {"edit": "pim", "node": "r1"}], BOX)
    ... except BadRows as bad:
    ...     print(*bad.lines())
    no such edit @ row 2; did you mean "pin"? [goals.edit.row]

    Raises:
        BadRows: every row that is refused, by its number.
    """
    found: list[Edit] = []
    bad: list[PharmaSalesError] = []
    for number, row in enumerate(rows, 1):
        texts = {name: "" if row.get(name) is None else str(row[name]) for name in EDIT_FIELDS}
        try:
            found.append(_Row(texts, unit).edit())
        except PharmaSalesError as error:
            bad.append(error.at(f"row {number}"))
    if bad:
        raise BadRows("rows of edits are refused", bad)
    return tuple(found)


@frozen
class _Row:
    """One row of texts, read field by field."""

    texts: Mapping[str, str]
    unit: Unit

    def edit(self) -> Edit:
        read = _READERS.get(self["edit"])
        if read is None:
            raise BadValue("no such edit", hint=nearest(self["edit"], _READERS), code="goals.edit.row")
        if self["unit"] and self["unit"] != self.unit.code:
            raise NotComparable(f"{self['unit']} with {self.unit.code}", code="unit")
        return read(self)

    def __getitem__(self, name: str) -> str:
        return self.texts[name].strip()

    @property
    def mark(self) -> Mark:
        try:
            day = date.fromisoformat(self["day"]) if self["day"] else None
        except ValueError:
            raise BadValue("no date", where="day", hint="write 2026-12-01", code="goals.edit.row") from None
        return Mark(self.texts["by"], day, self.texts["reason"])

    @property
    def amount(self) -> Amount:
        return Amount.of(self["amount"], self.unit)

    @property
    def period(self) -> Period | None:
        return period(self["period"]) if self["period"] else None

    def yes(self, name: str) -> bool:
        if self[name] not in ("yes", "no"):
            raise BadValue("neither yes nor no", where=name, hint="write yes or no", code="goals.edit.row")
        return self[name] == "yes"

    @property
    def children(self) -> list[str]:
        found = self._parsed("children")
        if not all(isinstance(text, str) for text in found):
            raise BadValue("no list of ids", where="children", hint='write ["r1", "r2"]', code="goals.edit.row")
        return [str(text) for text in found]

    @property
    def weights(self) -> dict[str, Number]:
        pairs: dict[str, Number] = {}
        for pair in self._parsed("weights"):
            if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)):
                hint = 'write [["r1", "3"], ["r2", "1"]]'
                raise BadValue("no list of weights", where="weights", hint=hint, code="goals.edit.row")
            if pair[0] in pairs:
                raise BadValue("a child twice", where="weights", hint="keep one", code="goals.edit.row")
            pairs[pair[0]] = pair[1]
        return pairs

    def _parsed(self, name: str) -> list[object]:
        try:
            found = json.loads(self[name])
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, list):
            hint = 'write ["r1", "r2"] or [["r1", "3"], ["r2", "1"]]'
            raise BadValue("no list", where=name, hint=hint, code="goals.edit.row")
        return found


_READERS: Mapping[str, Callable[[_Row], Edit]] = MappingProxyType(
    {
        "pin": lambda row: Pin(row["node"], row.amount, row.period, mark=row.mark),
        "scale": lambda row: Scale(row["node"], row["factor"], row.period, mark=row.mark),
        "move": lambda row: Move(row["node"], row["to"], row.amount, row.period, mark=row.mark),
        "transfer": lambda row: Transfer(row["node"], row["to"], with_goal=row.yes("with_goal"), mark=row.mark),
        "resplit": lambda row: Resplit(row["node"], row.weights, mark=row.mark),
        "concentrate": lambda row: Concentrate(row["node"], row.children, mark=row.mark),
        "lock": lambda row: Lock(row["node"], row.yes("below"), mark=row.mark),
    }
)
