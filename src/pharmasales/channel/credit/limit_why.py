"""Why a limit is what it is (额度说明): the arithmetic, the class, the seasons, the approvals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pharmasales.display import Says, Why, because, exact_text

if TYPE_CHECKING:
    from pharmasales.channel.credit.limits import CreditLimit

__all__ = ["limit_why"]

_FAULTS = {
    "new": Says("a new customer", "新客户"),
    "incomplete": Says("an incomplete file", "档案不完整"),
}


def limit_why(limit: CreditLimit) -> Why:
    """Say how a limit comes about, why its class is no better one, and who approved it."""
    if limit.approved_by:
        en, zh = "approved by {by} on {day}", "{day} 由 {by} 批准"
        done = Says(
            en.format(by=limit.approved_by, day=limit.approved_on),
            zh.format(by=limit.approved_by, day=limit.approved_on),
        )
    else:
        done = Says("waits for an approval", "待批准")
    return because(
        "limit {amount} of class {label}, {on} to {until}, {done}",
        "额度 {amount}，等级 {label}，{on} 至 {until}，{done}",
        *_parts(limit),
        amount=str(limit.amount),
        label=limit.credit_class,
        on=limit.on,
        until=limit.until,
        done=done,
    )


def _parts(limit: CreditLimit) -> Iterator[Why]:
    yield limit.base.why
    yield because(
        "{base} x term {term} month{s} x factor {factor} = {amount}",
        "{base} x 账期 {term} 个月 x 系数 {factor} = {amount}",
        base=limit.base.text,
        term=exact_text(limit.term),
        s="" if limit.term == 1 else "s",
        factor=f"{exact_text(limit.factor * 100, 1)}%",
        amount=str(limit.reckoned(limit.factor)),
    )
    yield _class_why(limit)
    if limit.first_deal:
        yield _first_why(limit)
    for month, change in limit.seasons.items():
        share = f"{'+' if change > 0 else ''}{exact_text(change * 100, 1)}%"
        yield because(
            "month {month}: {share}, {amount}",
            "{month} 月：{share}，{amount}",
            month=month,
            share=share,
            amount=str(limit.at(limit.factor, month)),
        )


def _class_why(limit: CreditLimit) -> Why:
    faults = [_FAULTS[one] for one in limit.file_faults]
    reason = Says(" and ".join(one.en for one in faults), "、".join(one.zh for one in faults))
    special = limit.special("better_class")
    if special is not None:
        en, zh = (
            "class {used} for {reason}: special approval by {by} on {day}",
            "{reason}仍为 {used}：{day} 由 {by} 特批",
        )
        return because(en, zh, used=limit.credit_class, reason=reason, by=special.by, day=special.on)
    if limit.scored != limit.credit_class:
        en = "class {scored} was proposed, {used} counts: {reason} needs a special approval for {scored}"
        zh = "拟定 {scored}，按 {used} 计：{reason}，{scored} 须特批"
        return because(en, zh, scored=limit.scored, used=limit.credit_class, reason=reason)
    return because("class {used} as proposed", "等级 {used}，同拟定", used=limit.credit_class)


def _first_why(limit: CreditLimit) -> Why:
    special = limit.special("first_deal")
    if special is None:
        return because(
            "the first deal gets no credit without a special approval: zero instead", "首笔交易未经特批不授信：按零计"
        )
    en, zh = "credit at the first deal: special approval by {by} on {day}", "首笔交易授信：{day} 由 {by} 特批"
    return because(en, zh, by=special.by, day=special.on)
