"""Cadence tables (频率表): class x stage x channel to how often, the most specific row first.

A row for a class at a stage goes before one for the class at any stage, that before one for any class at the stage, and
that before one for any class at any stage. Where no row fits there is no answer, never a guess.

>>> often = CadenceRow("A", "face", 2, 3, "week", stage="new")
>>> table = CadenceTable("ours", [CadenceRow("A", "face", 4, 8), CadenceRow("", "face", 1), often])
>>> table.row("A", "new", "face").text()
'grade A at new, face to face: 2-3 a week, 1-6 days apart'
>>> print(table.explain("B", "new", "face"))
any grade, face to face: 1 a month, 15-45 days apart
  no row for grade B at new
  no row for grade B at any stage
  no row for any grade at new
>>> table.row("A", "new", "wechat")
Traceback (most recent call last):
    ...
pharmasales.errors.BadRule: no row of the cadence table fits @ table 'ours', A new wechat; add one, with 0 for no \
contact [followup.cadence]

Source: S002-11 (cadence table class x stage, channel rules), S001-14 (owner and executive).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from pharmasales.classification.schemes.relations import RELATION_STAGE
from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.followup.cadence import Cadences
from pharmasales.followup.channels import CONTACT_CHANNELS, ContactChannel
from pharmasales.followup.due.rows import CONTACT_LAYERS, CadenceRow, ContactLayer, range_text
from pharmasales.followup.due.spacing import PER_WORDS
from pharmasales.names import nearest, normal_id

__all__ = ["CADENCE_STAGES", "CadenceTable"]

CADENCE_STAGES: Mapping[str, Says] = MappingProxyType(
    {
        "new": Says("new, of high potential", "新开发高潜力"),
        "stable": Says("stable", "稳定合作"),
        "reactivate": Says("to be re-activated", "待激活"),
        **RELATION_STAGE.meanings,
    }
)
"""The stages that rows may name: the three situations of practice P2-B, then the stages of a relation (S001-17)."""


def _rows(given: Iterable[CadenceRow]) -> tuple[CadenceRow, ...]:
    return tuple(given)


def _stages(given: Mapping[str, Says]) -> Mapping[str, Says]:
    return MappingProxyType(dict(given))


@frozen
class CadenceTable:
    """A named table of cadence rows; letters mean what your scheme says.

    Args:
        name: what it is called.
        rows: its rows, at most one for a class, stage, channel and layer.
        source: where it comes from.
        stages: the stages that its rows may name, with their words; `CADENCE_STAGES` where left out.

    Raises:
        BadRows: rows given twice or stages that nobody knows; all of them at once.
        BadRule: no row at all.
    """

    name: str = field(converter=normal_id)
    rows: tuple[CadenceRow, ...] = field(converter=_rows, repr=lambda rows: f"<{len(rows)} rows>")
    source: str = ""
    stages: Mapping[str, Says] = field(default=CADENCE_STAGES, converter=_stages, repr=False, hash=False)
    _index: dict[tuple[str, str, str, str], CadenceRow] = field(init=False, factory=dict, eq=False, repr=False)
    _found: dict[tuple[str, str], tuple[CadenceRow, ...]] = field(init=False, factory=dict, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.rows:
            raise BadRule("a cadence table needs a row", where=f"table {self.name!r}", code="followup.cadence")
        bad: list[PharmaSalesError] = []
        for number, row in enumerate(self.rows):
            where = f"rows[{number}] {row.label}"
            if row.stage and row.stage not in self.stages:
                hint = nearest(row.stage, self.stages)
                bad.append(BadRule("unknown stage", where=where, hint=hint, code="followup.stage"))
            if self._index.setdefault(row.key, row) is not row:
                bad.append(BadRule("a row given twice", where=where, hint="keep one", code="followup.twice"))
        if bad:
            raise BadRows(f"{len(bad)} rows of cadence table {self.name!r} refused", bad)

    @property
    def channels(self) -> tuple[tuple[ContactChannel, ContactLayer], ...]:
        """The channels and layers that its rows speak of, in their order."""
        return tuple(dict.fromkeys((row.channel, row.layer) for row in self.rows))

    def row(self, grade: str, stage: str, channel: str, layer: ContactLayer = "owner") -> CadenceRow:
        """Return the most specific row for a class and stage over a channel.

        Raises:
            BadRule: no row fits.
        """
        found = self._fitting(grade, stage, channel, layer)
        if found is None:
            label = " ".join(word for word in (grade or "any class", stage, channel) if word)
            raise self._no_row(label)
        return found

    def rows_for(self, grade: str, stage: str = "") -> tuple[CadenceRow, ...]:
        """Return the row of each channel and layer that has one for a class and stage.

        >>> [row.channel for row in CadenceTable("t", [CadenceRow("C", "wechat", 1)]).rows_for("C", "new")]
        ['wechat']

        Raises:
            BadRule: no channel has any.
        """
        known = self._found.get((grade, stage))
        if known is None:
            asked = (self._fitting(grade, stage, channel, layer) for channel, layer in self.channels)
            known = tuple(row for row in asked if row is not None)
            if not known:
                raise self._no_row(" ".join(word for word in (grade or "any class", stage) if word))
            self._found[grade, stage] = known
        return known

    def require(self, asked: Iterable[tuple[str, str]]) -> None:
        """Check that every class at its stage has a row.

        Args:
            asked: pairs of class and stage.

        Raises:
            BadRows: those that have none, each once.
        """
        bad: list[PharmaSalesError] = []
        for grade, stage in sorted(set(asked)):
            try:
                self.rows_for(grade, stage)
            except BadRule as error:
                bad.append(error)
        if bad:
            raise BadRows(f"{len(bad)} classes without a cadence", bad)

    def explain(self, grade: str, stage: str, channel: str, layer: ContactLayer = "owner") -> Why:
        """Say which row decides and which more specific ones were looked for in vain. Errors as `row`."""
        found = self.row(grade, stage, channel, layer)
        sought = list(_specific_first(grade, stage))
        missed = sought[: sought.index((found.grade, found.stage))]
        return because("{row}", "{row}", *(_not_there(*one) for one in missed), row=found)

    def cadences(self, grades: Sequence[str], stage: str = "", channel: str = "face") -> Cadences:
        """Return what the visit plan asks for: the promised visits of each class over one channel.

        >>> CadenceTable("t", [CadenceRow("A", "face", 4, 8)]).cadences(["A"])["A"].per_month
        Fraction(4, 1)

        Raises:
            BadRule: a class without a row.
        """
        return Cadences({grade: self.row(grade, stage, channel).cadence() for grade in grades})

    def data(self) -> dict[str, Any]:
        """Return the table as plain data, as TOML keeps it; `read_cadence_table` reads it back."""
        from pharmasales.followup.due.table_data import table_data

        return table_data(self)

    def table(self) -> Table:
        """Return its rows for people."""
        rows = [self._shown(row) for row in self.rows]
        return Table("cadence", Says(f"Cadence {self.name}", f"频率表 {self.name}"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()

    def _shown(self, row: CadenceRow) -> tuple[Cell, ...]:
        return (
            row.grade or _ANY,
            self.stages.get(row.stage, _ANY),
            CONTACT_CHANNELS[row.channel],
            CONTACT_LAYERS[row.layer],
            range_text(row.least, row.most),
            PER_WORDS[row.per],
            row.shortest_gap if row.most else None,
            row.longest_gap,
            range_text(*row.minutes) if row.minutes else "",
        )

    def _fitting(self, grade: str, stage: str, channel: str, layer: str) -> CadenceRow | None:
        asked = ((*one, channel, layer) for one in _specific_first(grade, stage))
        return next((self._index[key] for key in asked if key in self._index), None)

    def _no_row(self, label: str) -> BadRule:
        where, hint = f"table {self.name!r}, {label}", "add one, with 0 for no contact"
        return BadRule("no row of the cadence table fits", where=where, hint=hint, code="followup.cadence")


def _specific_first(grade: str, stage: str) -> Iterator[tuple[str, str]]:
    yield from dict.fromkeys(((grade, stage), (grade, ""), ("", stage), ("", "")))


def _not_there(grade: str, stage: str) -> Why:
    who = Says(f"grade {grade}", f"{grade} 级") if grade else Says("any grade", "任意级别")
    where = Says(stage, stage) if stage else Says("any stage", "任意阶段")
    return because("no row for {who} at {stage}", "{who}在{stage}无规则", who=who, stage=where)


_ANY = Says("any", "任意")
_COLUMNS = (
    Column("grade", "Grade", "级别"),
    Column("stage", "Stage", "阶段"),
    Column("channel", "Channel", "方式"),
    Column("layer", "By", "执行人"),
    Column("visits", "Visits", "次数"),
    Column("per", "Per", "周期"),
    Column("shortest", "Shortest gap", "最短间隔", "number"),
    Column("longest", "Longest gap", "最长间隔", "number"),
    Column("minutes", "Minutes", "时长（分钟）"),
)
