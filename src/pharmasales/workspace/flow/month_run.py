"""One month of flow (流向月度处理): cleaned, matched and held, and what stands on it. Pure: inputs in, findings out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from attrs import field, frozen

from pharmasales.channel.flow import (
    ChainClosure,
    CleanFlow,
    CrossRegion,
    FlowDiff,
    FlowFact,
    FlowMonth,
    PrimarySecondary,
    Questions,
    StockistCount,
    UnfoundedReturn,
    flow_facts,
    primary_secondary,
    questions,
    stock_counts,
    unfounded_returns,
)
from pharmasales.display import Says
from pharmasales.periods import Month
from pharmasales.units import Amount
from pharmasales.workspace.flow.closed_months import KeptMonth
from pharmasales.workspace.flow.files import FileOfMonth
from pharmasales.workspace.flow.inputs import FlowInputs
from pharmasales.workspace.flow.supplied import closed_chain, without_card

__all__ = ["ChainFound", "FlowRun", "run_month"]

_NOTHING: Mapping[tuple[str, str, str], Amount] = MappingProxyType({})


@frozen
class ChainFound:
    """What the books of the chain show (通路闭合).

    Args:
        closure: the book of each distributor and product, and what does not close.
        sold_on: primary against secondary sales.
        counts: who holds stock against who sells.
    """

    closure: ChainClosure
    sold_on: PrimarySecondary
    counts: Sequence[StockistCount]


@frozen
class FlowRun:
    """What became of a month of flow.

    Args:
        month: the month.
        files: what of each file belongs to it.
        clean: the sales, the held lines and the balance.
        asked: the names that a person is asked about.
        crossed: who sold outside the own territory.
        returns: more came back than was sold.
        chain: the books of the chain; nothing where no stock cards are kept.
        kept: the month as it was closed; nothing where it never was.
        remarks: what should be known of it, whether it is closed or not.
    """

    month: Month
    files: Sequence[FileOfMonth] = field(repr=lambda files: f"<{len(files)} files>")
    clean: CleanFlow
    asked: Questions
    crossed: CrossRegion
    returns: Sequence[UnfoundedReturn] = field(repr=False)
    chain: ChainFound | None
    kept: KeptMonth | None = field(repr=False)
    remarks: tuple[Says, ...] = field(repr=False)

    @property
    def notes(self) -> tuple[Says, ...]:
        """What should be known of it: first, that it is closed."""
        if self.kept is None:
            return self.remarks
        one = self.kept.month
        en = f"closed on {one.on} by {one.by}, version {one.version}: the figures as closed count"
        zh = f"已于 {one.on} 由 {one.by} 关账，第 {one.version} 版：以关账数据为准"
        return (Says(en, zh), *self.remarks)

    @property
    def facts(self) -> Mapping[tuple[str, str, str], FlowFact]:
        """What was sold, by distributor, customer and product, as the files say now."""
        return flow_facts(self.clean.sales, self.month)

    @property
    def diff(self) -> FlowDiff | None:
        """What the files say now against what was closed; nothing where the month never was."""
        if self.kept is None:
            return None
        closed = self.kept.month
        now = FlowMonth(self.month, self.facts, closed.by, closed.on, closed.version + 1, "", len(self.clean.held))
        return closed.diff(now)


def run_month(
    inputs: FlowInputs, month: Month, kept: KeptMonth | None, before: Mapping[tuple[str, str, str], Amount] = _NOTHING
) -> FlowRun:
    """Clean a month and look at what stands on it.

    Args:
        inputs: the files and tables.
        month: the month.
        kept: the month as it was closed.
        before: what was sold before the month, by distributor, customer and product.

    Raises:
        PharmaSalesError: whatever the room of flow refuses.
    """
    files, clean = inputs.clean(month)
    crossed = inputs.crossed(clean.sales)
    chain = _chain(inputs, clean, month)
    returns = unfounded_returns(clean.sales, before)
    remarks = tuple(_remarks(inputs, files, clean, crossed))
    return FlowRun(month, files, clean, questions(clean), crossed, returns, chain, kept, remarks)


def _chain(inputs: FlowInputs, clean: CleanFlow, month: Month) -> ChainFound | None:
    if inputs.book is None:
        return None
    closure = closed_chain(clean.sales, inputs.book, month, inputs.settings.files)
    sold_on = primary_secondary(closure, policy=inputs.settings.loading_policy())
    return ChainFound(closure, sold_on, stock_counts(closure))


def _remarks(inputs: FlowInputs, files: Sequence[FileOfMonth], clean: CleanFlow, crossed: CrossRegion) -> list[Says]:
    found: list[Says] = []
    if clean.held:
        count = len(clean.held)
        found.append(Says(f"{count} lines are held and count nowhere", f"{count} 行被隔离，不计入任何结果"))
    silent = [one for one in inputs.settings.files if one not in {file.file.distributor for file in files}]
    if silent:
        names = ", ".join(silent)
        found.append(Says(f"nothing came for the month from {names}", f"本月未收到流向：{names}"))
    guessed = sorted({file.file.read.file for file in files if file.file.guessed})
    if guessed:
        names = ", ".join(guessed)
        found.append(Says(f"read by their headers, confirmed by nobody: {names}", f"按表头识别，未经人工确认：{names}"))
    if crossed.unjudged:
        count = len(crossed.unjudged)
        en = f"{count} lines were not judged for cross-region sales: place of the customer or territory unknown"
        found.append(Says(en, f"{count} 行未判定窜货：客户行政区划或销售区域未知"))
    if inputs.book is None:
        en = "the chain is not closed: no table of movements says what came in"
        found.append(Says(en, "未做通路闭合：没有出入库数据"))
    elif missing := without_card(inputs.book, inputs.settings.files):
        names = ", ".join(missing)
        found.append(Says(f"not in the chain, no stock card is kept: {names}", f"无库存卡，未纳入通路闭合：{names}"))
    return found
