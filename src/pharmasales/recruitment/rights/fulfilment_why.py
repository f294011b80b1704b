"""How a promise of an agreement stands, in words, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from pharmasales.display import Cell, Says, Why, because
from pharmasales.recruitment.rights.commitments import Commitment
from pharmasales.units import Amount

__all__ = ["FULFILMENT_STATES", "FULFILMENT_TODOS", "FulfilmentState", "fulfilment_why"]

FulfilmentState: TypeAlias = Literal["kept", "short", "on_pace", "behind", "ahead_of_time", "unreported", "coming"]
"""How a promise stands as of a day."""

FULFILMENT_STATES: Mapping[FulfilmentState, Says] = MappingProxyType(
    {
        "kept": Says("kept", "已履约"),
        "short": Says("short", "未履约"),
        "on_pace": Says("on pace", "进度正常"),
        "behind": Says("behind", "进度落后"),
        "ahead_of_time": Says("kept ahead of time", "提前完成"),
        "unreported": Says("nothing reported", "无报表"),
        "coming": Says("has not begun", "未开始"),
    }
)
FULFILMENT_TODOS: Mapping[FulfilmentState, Says | str] = MappingProxyType(
    {
        "kept": "",
        "short": Says("ask for the reason, agree how to make it up", "查明原因，商定补足办法"),
        "on_pace": "",
        "behind": Says("visit, find what hinders, help", "拜访，找出困难并协助"),
        "ahead_of_time": "",
        "unreported": Says("ask for the report; zero is to be reported too", "索取报表；为零亦须上报"),
        "coming": "",
    }
)


def fulfilment_why(
    promise: Commitment, actual: Amount | None, due: Amount, passed: int, state: FulfilmentState, day: date
) -> Why:
    """Say what came of what was promised, what was due by the day, and what lacks."""
    unit = promise.amount.unit.code
    words: dict[str, Cell] = {"promised": promise.amount.value, "unit": unit, "start": promise.period.start}
    if state == "coming":
        return because("{promised} {unit} from {start} on", "自 {start} 起 {promised} {unit}", **words)
    if actual is None:
        return because("nothing is reported of {promised} {unit}", "协议 {promised} {unit}，无任何上报", **words)
    figures = {**words, "actual": actual.value, "lacking": abs((promise.amount - actual).value)}
    if state in ("kept", "ahead_of_time"):
        return because(
            "{actual} of {promised} {unit}: {lacking} over",
            "完成 {actual}／{promised} {unit}：超出 {lacking}",
            **figures,
        )
    if state == "short":
        return because(
            "{actual} of {promised} {unit}: {lacking} short",
            "完成 {actual}／{promised} {unit}：欠 {lacking}",
            **figures,
        )
    gap = (actual - due).value
    end_en, end_zh = ("{gap} ahead", "超前 {gap}") if state == "on_pace" else ("{gap} behind", "落后 {gap}")
    when = "{passed} of {days} days"
    return because(
        f"{{actual}} of {{promised}} {{unit}}, where {{due}} are due by {{day}} ({when}): {end_en}",
        f"完成 {{actual}}／{{promised}} {{unit}}，截至 {{day}} 应达 {{due}}（{{days}} 天中第 {{passed}} 天）：{end_zh}",
        **figures,
        due=due.value,
        day=day,
        passed=passed,
        days=promise.period.days,
        gap=abs(gap),
    )
