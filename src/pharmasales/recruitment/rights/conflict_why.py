"""What a conflict of rights says of itself: the evidence, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pharmasales.display import Cell, Lang, Says, Why, because
from pharmasales.recruitment.rights.areas import said
from pharmasales.recruitment.rights.granted import AgentRight
from pharmasales.recruitment.rights.stretches import Days
from pharmasales.recruitment.rights.together import Together
from pharmasales.recruitment.rights.versions import DAY, NETWORK_LEVELS, RightSpan

__all__ = ["is_higher", "pair_todo", "pair_why", "reach_todo", "reach_why"]


def in_words(days: Sequence[Days]) -> Says:
    """Return stretches of days in words."""
    en = [f"from {since}" + (f" to {until}" if until else " on") for since, until in days]
    zh = [f"{since} 至 {until}" if until else f"{since} 起" for since, until in days]
    return Says(" and ".join(en), "、".join(zh))


def pair_why(one: AgentRight, other: AgentRight, days: Sequence[Days], together: Together) -> Why:
    """Say who collides where and when, how the territories lie, who is exclusive, and who came later."""
    parts = []
    if one.area != other.area:
        parts.append(because("{lower} lies in {upper}", "{lower} 属于 {upper}", lower=other.area, upper=said(one.area)))
    for right in (one, other):
        parts += [
            because(
                "{id} version {number} ({paper}) is exclusive",
                "{id} 第 {number} 版（{paper}）为独家",
                id=right.id,
                number=span.number,
                paper=right.versions[span.number - 1].evidence,
            )
            for span in _alone(right, days, together)
        ]
    parts.append(_later_why(one, other))
    says = (
        "{product} in {area}: {one} ({first}) and {other} ({second}) {days}",
        "{area} 的 {product}：{one}（{first}）与 {other}（{second}），{days}",
    )
    names = {"one": one.agent, "first": one.id, "other": other.agent, "second": other.id}
    return because(*says, *parts, product=one.product, area=said(other.area), days=in_words(days), **names)


def _alone(right: AgentRight, days: Sequence[Days], together: Together) -> list[RightSpan]:
    """Return the stretches of a right that are exclusive and touch some days."""
    return [
        span
        for span in together.spans(right)
        if span.exclusive and any(first <= span.last and span.since <= (last or date.max) for first, last in days)
    ]


def _later(one: AgentRight, other: AgentRight) -> AgentRight | None:
    """Return which of two rights was granted later; none where both were signed on one day."""
    signed, other_signed = one.versions[0].signed, other.versions[0].signed
    if signed == other_signed:
        return None
    return one if signed > other_signed else other


def _later_why(one: AgentRight, other: AgentRight) -> Why:
    later = _later(one, other)
    if later is None:
        return because("both were signed on {day}", "两者同日签署：{day}", day=one.versions[0].signed)
    first = later.versions[0]
    says = "{id} was signed later, on {day} ({paper})", "{id} 签署在后：{day}（{paper}）"
    return because(*says, id=later.id, day=first.signed, paper=first.evidence)


def pair_todo(
    one: AgentRight, other: AgentRight, kinds: Sequence[str], days: Sequence[Days], together: Together
) -> Says:
    """Say what to do about two rights; the one signed later gives way, and where none is, somebody decides."""
    if "twice" in kinds:
        text = f"keep one of {one.id} and {other.id}, and end the other"
        return Says(text, f"{one.id} 与 {other.id} 保留其一，终止另一")
    if "dates" in kinds:
        ends, begins = sorted((one, other), key=lambda right: together.spans(right)[0].since)
        day = together.spans(ends)[-1].last + DAY
        return Says(
            f"let {begins.id} begin on {day}, or end {ends.id} earlier",
            f"{begins.id} 改自 {day} 起，或提前终止 {ends.id}",
        )
    later = _later(one, other)
    if later is None:
        text = f"decide which of {one.id} and {other.id} stays, and end or move the other"
        return Says(text, f"决定保留 {one.id} 或 {other.id}，终止或调整另一")
    earlier = other if later is one else one
    ways = [Says(f"end {later.id}", f"终止 {later.id}")]
    if later is one and one.area != other.area:
        ways.append(Says(f"take {other.area} out of it", f"从中划出 {other.area}"))
    elif earlier.area:
        ways.append(Says(f"move it out of {earlier.area}", f"移出 {earlier.area}"))
    if later is other and one.area != other.area and is_higher(one, other):
        ways.append(Says(f"put it under {one.id}", f"纳入 {one.id} 之下"))
    if "exclusivity" in kinds:
        holders = [right.agent for right in (one, other) if _alone(right, days, together)]
        en, zh = " and ".join(holders), "、".join(holders)
        ways.append(Says(f"have {en} agree in writing to share", f"取得 {zh} 书面同意"))
    en, zh = (sep.join(way.text(lang) for way in ways) for sep, lang in _OR)
    return Says(en, zh)


_OR: tuple[tuple[str, Lang], ...] = ((", or ", "en"), ("，或", "zh"))


def is_higher(one: AgentRight, other: AgentRight) -> bool:
    """Whether a right is of a higher level of the network than another."""
    order = list(NETWORK_LEVELS)
    return order.index(one.level) < order.index(other.level)


_FAULTS: Mapping[str, tuple[str, str]] = {
    "unknown": ("there is no right {upper}", "没有代理权 {upper}"),
    "product": ("{upper} is for another product", "{upper} 为另一产品"),
    "area": ("{area} does not lie in the territory of {upper}", "{area} 不在 {upper} 的区域内"),
    "level": ("{level} does not stand below {above}", "{level}不低于{above}"),
    "days": ("{upper} is not in force {days}", "{upper} 在下列期间无效：{days}"),
}
_CURES: Mapping[str, Says] = {
    "unknown": Says("name the right that it belongs to", "填写其所属上级代理权"),
    "product": Says("put it under a right to the same product", "归入同一产品的上级"),
    "area": Says("put it under the agent of that territory", "归入该区域的上级代理商"),
    "level": Says("correct its level", "更正其级别"),
    "days": Says("renew the right above, or shorten this one", "续签上级，或缩短本授权"),
}


def reach_why(one: AgentRight, upper: AgentRight | None, faults: Sequence[str], days: Sequence[Days]) -> Why:
    """Say how a right reaches beyond the one above it."""
    above = "" if upper is None else NETWORK_LEVELS[upper.level]
    words: dict[str, Cell] = {
        "area": said(one.area),
        "level": NETWORK_LEVELS[one.level],
        "above": above,
        "days": in_words(days),
    }
    words["upper"] = one.under
    parts = [because(_FAULTS[fault][0], _FAULTS[fault][1], **words) for fault in faults]
    says = "{id} of {agent} reaches beyond {above}", "{agent} 的 {id} 超出上级 {above}"
    return because(*says, *parts, id=one.id, agent=one.agent, above=one.under)


def reach_todo(one: AgentRight, faults: Sequence[str]) -> Says:
    """Say what to do about a right that reaches beyond the one above it."""
    cures = [_CURES[fault] for fault in faults]
    return Says(f"{one.id}: " + "; ".join(cure.en for cure in cures), f"{one.id}：" + "；".join(c.zh for c in cures))
