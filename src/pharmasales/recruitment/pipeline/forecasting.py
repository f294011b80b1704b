"""Forecast (预测): what the open prospects may bring by when, as an expected value and a range.

Each prospect either signs, with the rate of its stage, or does not; they are taken as independent of one another. The
expected value is exact. The range is exact too while the sums that can come are few; otherwise it is drawn with a seed.

>>> from pharmasales.recruitment.pipeline.prospects import Prospect
>>> from pharmasales.units import CNY
>>> day, due = date(2026, 3, 2), date(2026, 3, 31)
>>> two = [
...     Prospect.file(name, by="p1", on=day, evidence="F").expect(Amount.of(value, CNY), due, by="p1", on=day)
...     for name, value in (("A1", 100), ("A2", 60))
... ]
>>> found = pipeline_forecast(two, {"filed": "1/4"}, by=due, as_of=day)
>>> found.expected, found.at("50%"), found.at("90%"), found.chance(Amount.of(100, CNY))
(Fraction(40, 1), Amount('0.00 CNY'), Amount('100.00 CNY'), Fraction(1, 4))

Source: S000-23 (contracts and money by date), S000-27.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.recruitment.pipeline.odds import drawn_odds, exact_odds
from pharmasales.recruitment.pipeline.prospects import Prospect, each_once
from pharmasales.recruitment.pipeline.stages import STAGES, WON, Stage, known_stage
from pharmasales.splits import one_unit
from pharmasales.units import Amount, Number, Unit, exact, share
from pharmasales.yearplan import checked_day

__all__ = ["Chance", "Forecast", "pipeline_forecast"]

_DRAWS = 100_000
_DONE = ("lost", *WON)


@frozen
class Chance:
    """One prospect of a forecast (预测明细).

    Args:
        prospect: its id.
        stage: where it stands.
        value: the value that was expected last.
        sign_on: the day that was expected last.
        rate: how likely it signs.
        why: the sum in words, or why it is left out and what to do.
    """

    prospect: str
    stage: Stage
    value: Amount | None = field(repr=False)
    sign_on: date | None
    rate: Fraction | None
    why: Why = field(repr=False)

    @property
    def counts(self) -> bool:
        """Whether both are known."""
        return self.value is not None and self.rate is not None

    @property
    def expected(self) -> Fraction | None:
        """Value times rate, in whole units; missing where either is."""
        return None if self.value is None or self.rate is None else exact(self.value) * self.rate


@frozen
class Forecast:
    """What may come by a day, and how surely (预测). Made by `pipeline_forecast`.

    Args:
        by: the last day.
        as_of: the day of asking.
        unit: the unit of the values; none where nothing is counted.
        counted: the prospects that count, in the order given.
        left_out: those that cannot count, each with the reason.
        odds: every sum that can come, in smallest parts and ascending, with its exact chance; of draws, its part.
        draws: how many draws the range rests on; none where it is exact.
        seed: the seed of the draws; none likewise.
    """

    by: date
    as_of: date
    unit: Unit | None
    counted: tuple[Chance, ...] = field(repr=lambda items: f"<{len(items)} counted>")
    left_out: tuple[Chance, ...] = field(repr=lambda items: f"<{len(items)} left out>")
    odds: tuple[tuple[int, Fraction], ...] = field(repr=False)
    draws: int | None
    seed: int | None

    @property
    def expected(self) -> Fraction | None:
        """The expected value in whole units, exact whatever the range rests on; missing where nothing is counted."""
        found = [one.expected for one in self.counted if one.expected is not None]
        return sum(found, start=Fraction(0)) if found else None

    def at(self, part: Number) -> Amount | None:
        """Return the least sum that is not passed with this chance: `10%` for the low end, `90%` for the high one.

        Raises:
            BadValue: no part above 0 and up to 1.
        """
        asked = share(part)
        if not 0 < asked <= 1:
            raise BadValue("no such part", where="part", hint="above 0 % and up to 100 %", code="pipeline.part")
        if self.unit is None:
            return None
        reached = Fraction(0)
        for total, chance in self.odds:
            reached += chance
            if reached >= asked:
                return Amount(total, self.unit)
        raise AssertionError("chances add up to one")  # pragma: no cover - they do

    def chance(self, least: Amount) -> Fraction | None:
        """Return how likely at least so much comes; missing where nothing is counted.

        Raises:
            NotComparable: another unit.
        """
        if self.unit is None:
            return None
        asked = least - Amount(0, self.unit)
        return sum((chance for total, chance in self.odds if total >= asked.minor), start=Fraction(0))

    @property
    def why(self) -> Why:
        """What counts, what is left out, and what the range rests on."""
        values: dict[str, Cell] = {
            "n": len(self.counted),
            "by": self.by,
            "left": len(self.left_out),
            "draws": self.draws,
        }
        if self.draws is None:
            return because(
                "{n} prospects expected to sign by {by}; {left} left out; the range is exact",
                "预计 {by} 前签约 {n} 个；未计入 {left} 个；区间为精确分布",
                **values,
            )
        return because(
            "{n} prospects expected to sign by {by}; {left} left out; the range rests on {draws} draws",
            "预计 {by} 前签约 {n} 个；未计入 {left} 个；区间由 {draws} 次抽样得出",
            **values,
        )

    def table(self) -> Table:
        """Return the low end, the middle, the high end, the expected value and everything that is counted."""
        whole = (
            Amount.total((one.value for one in self.counted if one.value is not None), self.unit) if self.unit else None
        )
        shown = [(says, self.at(part)) for says, part in _ENDS]
        rows: list[tuple[Cell, ...]] = [(says, None if amount is None else amount.value) for says, amount in shown]
        rows += [(_EXPECTED, _rounded(self.expected, self.unit)), (_WHOLE, None if whole is None else whole.value)]
        return Table("forecast", Says("Forecast", "签约预测"), _COLUMNS, rows)

    def prospects_table(self) -> Table:
        """Return every prospect: id, stage, value, day, rate, expected, why; those left out last."""
        rows: list[tuple[Cell, ...]] = []
        for one in (*self.counted, *self.left_out):
            value = None if one.value is None else one.value.value
            rows.append(
                (
                    one.prospect,
                    STAGES[one.stage],
                    value,
                    one.sign_on,
                    one.rate,
                    _rounded(one.expected, self.unit),
                    one.why,
                )
            )
        return Table("forecast_prospects", Says("Forecast by prospect", "预测明细"), _PROSPECTS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


def _rounded(value: Fraction | None, unit: Unit | None) -> Decimal | None:
    """Round an expected value half up to the unit's smallest part, to be shown."""
    return None if value is None or unit is None else Amount.of(value, unit, extra="half_up").value


_ENDS = (
    (Says("low end: exceeded or met with 90 %", "低限（九成把握）"), "10%"),
    (Says("middle", "中位"), "50%"),
    (Says("high end: not exceeded with 90 %", "高限（九成不超过）"), "90%"),
)
_EXPECTED, _WHOLE = Says("expected", "期望值"), Says("if all sign", "全部签约")
_COLUMNS = (Column("figure", "Figure", "指标"), Column("value", "Value", "金额", "amount"))
_PROSPECTS = (
    Column("prospect", "Prospect", "招商对象"),
    Column("stage", "Stage", "阶段"),
    Column("value", "Value", "预计金额", "amount"),
    Column("sign_on", "Expected on", "预计日期", "date"),
    Column("rate", "Rate", "概率", "ratio"),
    Column("expected", "Expected", "期望值", "amount"),
    Column("why", "Why", "原因", "why"),
)


def pipeline_forecast(
    prospects: Iterable[Prospect],
    rates: Mapping[Stage, Number | None],
    *,
    by: date,
    as_of: date,
    draws: int | None = None,
    seed: int = 0,
) -> Forecast:
    """Forecast the contracts to be signed by a day (签约预测).

    Counted is who is on the way on the day asked and expected to sign by the last day. Without a value, a day or a rate
    a prospect is left out and named, never taken for zero; so is one whose expected day has passed.

    Args:
        prospects: the prospects.
        rates: how likely a prospect signs, by the stage it stands in, 0 to 1; such as the rates of `reach_rates`.
        by: the last day that counts.
        as_of: the day of asking.
        draws: where given, how many times the range is drawn, 1 to 100,000.
        seed: a whole number; the same seed draws the same.

    Raises:
        BadRows: two prospects of one id: all of them.
        BadValue: a rate that is no number from 0 to 1, or draws out of range.
        BadRule: an unknown stage, or too many different sums for an exact range: give `draws`.
        NotComparable: values of several units.
    """
    if (draws is not None and (type(draws) is not int or not 1 <= draws <= _DRAWS)) or type(seed) is not int:
        raise BadValue("no such draws", where="draws", hint=f"1 to {_DRAWS:,}, and a whole seed", code="pipeline.draws")
    known, last, day = _rates(rates), checked_day(by), checked_day(as_of)
    asked = [(one, one.stage_on(day)) for one in each_once(prospects)]
    on_way = [(one, stage) for one, stage in asked if stage is not None and stage not in _DONE]
    found = [chance for one, stage in on_way if (chance := _chance(one, stage, known, last, day)) is not None]
    counted = tuple(one for one in found if one.counts)
    values = [one.value for one in counted if one.value is not None]
    one_unit(values, "outlooks")
    pairs = [(one.value.minor, one.rate) for one in counted if one.value is not None and one.rate is not None]
    odds = exact_odds(pairs) if draws is None else drawn_odds(pairs, draws, seed)
    left_out = tuple(one for one in found if not one.counts)
    unit = values[0].unit if values else None
    return Forecast(last, day, unit, counted, left_out, odds, draws, None if draws is None else seed)


def _rates(rates: Mapping[Stage, Number | None]) -> dict[Stage, Fraction | None]:
    known: dict[Stage, Fraction | None] = {}
    for stage, rate in rates.items():
        known_stage(stage, "rates")
        try:
            known[stage] = None if rate is None else share(rate)
        except PharmaSalesError as error:
            raise error.at(f"rates {stage}") from None
        if not 0 <= (known[stage] or 0) <= 1:
            raise BadValue("a rate lies from 0 to 1", where=f"rates {stage}", code="pipeline.rate")
    return known


_NO_VALUE = because("nobody has said what it may bring; ask and note it", "未填预计金额，请补充")
_NO_DAY = because("nobody has said when it may sign; ask and note it", "未填预计签约日期，请补充")
_PASSED = because("the expected day has passed; set a new one", "预计日期已过，请更新")
_NO_RATE = because("no rate is known for its stage", "该阶段无成功率")


def _chance(
    one: Prospect, stage: Stage, rates: Mapping[Stage, Fraction | None], by: date, as_of: date
) -> Chance | None:
    """Return how a prospect takes part; none where it is expected to sign after the last day."""
    outlook = one.outlook_on(as_of)
    value, sign_on = (None, None) if outlook is None else (outlook.value, outlook.sign_on)
    if sign_on is not None and sign_on > by:
        return None
    rate = rates.get(stage)
    lacking = [
        *([_NO_VALUE] if value is None else []),
        *([_NO_DAY] if sign_on is None else []),
        *([_PASSED] if sign_on is not None and sign_on < as_of else []),
        *([_NO_RATE] if rate is None else []),
    ]
    if value is None or rate is None or lacking:
        return Chance(one.id, stage, value, sign_on, None, because("left out", "未计入", *lacking))
    says = "{value} x rate {rate} of {stage}", "{value} x {stage}成功率 {rate}"
    reason = because(*says, value=value.value, rate=rate, stage=STAGES[stage])
    return Chance(one.id, stage, value, sign_on, rate, reason)
