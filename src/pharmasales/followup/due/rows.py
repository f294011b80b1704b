"""A row of a cadence table (频率规则): for whom, over which channel, how often, how far apart, how long.

>>> row = CadenceRow("A", "face", 4, 8)
>>> row.shortest_gap, row.due_after, row.longest_gap
(1, 8, 12)
>>> row.text("zh")
'A 级 面访：每月 4-8 次，间隔 1-12 天'

Source: S002-11 (class x stage, channel), practice P2-B.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Lang, Says, Why, because
from pharmasales.errors import BadRule, BadValue
from pharmasales.followup.cadence import Cadence
from pharmasales.followup.channels import CONTACT_CHANNELS, ContactChannel, known_contact_channel
from pharmasales.followup.due.spacing import PER_WORDS, Per, monthly, spacing
from pharmasales.names import clean, nearest
from pharmasales.units import exact, half_up

__all__ = ["CONTACT_LAYERS", "CadenceRow", "ContactLayer", "known_layer", "range_text"]

_LONGEST = 480

ContactLayer: TypeAlias = Literal["owner", "executive"]

CONTACT_LAYERS: Mapping[str, Says] = MappingProxyType(
    {"owner": Says("owner", "负责人"), "executive": Says("executive", "对接高管")}
)
"""Who makes the contact: the owner every day, or the executive beside the owner, as in the layered contact plan."""


def known_layer(layer: ContactLayer) -> ContactLayer:
    """Return who makes a contact, or refuse an unknown word.

    Raises:
        BadValue: neither `owner` nor `executive`.
    """
    if layer not in CONTACT_LAYERS:
        hint = nearest(str(layer), CONTACT_LAYERS)
        raise BadValue("unknown layer", where="layer", hint=hint, code="followup.layer")
    return layer


def _word(text: str) -> str:
    return clean(text).strip()


@frozen
class CadenceRow:
    """How often, how far apart and how long customers of a class and stage are contacted over a channel.

    Args:
        grade: the letter of the class; "" for any.
        channel: `face`, `meeting`, `phone`, `wechat`, `email`, `sms` or `post`.
        least: visits per period that are promised, exactly; 0 where none is.
        most: visits per period that are wished for; as many as promised where left out.
        per: `week`, `month`, `quarter` or `year`.
        stage: the stage of the customer; "" for any.
        layer: who makes the contact, `owner` or `executive`.
        shortest: fewest days from one contact to the next; half of the even spacing at most visits where left out.
        longest: most days from one contact to the next; one and a half even spacings at least visits, a begun day a
            whole one, where left out.
        minutes: how long it takes, shortest and longest, or nothing.

    >>> CadenceRow("A", "face", 4, shortest=8)
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: a shortest gap of 8 days leaves no room for so many visits @ A face; at most 7 \
[followup.gap]

    Raises:
        BadRule: a range backwards, more than 31 visits a month, gaps that such visits do not fit, the longest gap below
            the shortest, minutes out of order, or an unknown word.
        BadValue: a number that is not exact, or an unknown channel.
    """

    grade: str = field(converter=_word)
    channel: ContactChannel = field(converter=known_contact_channel)
    least: Fraction = field(converter=exact)
    most: Fraction = field(converter=exact)
    per: Per = "month"
    stage: str = field(default="", converter=_word, kw_only=True)
    layer: ContactLayer = field(default="owner", kw_only=True)
    shortest: int | None = field(default=None, kw_only=True)
    longest: int | None = field(default=None, kw_only=True)
    minutes: tuple[int, int] | None = field(default=None, kw_only=True)

    @most.default
    def _as_promised(self) -> Fraction:
        return self.least

    def __attrs_post_init__(self) -> None:
        try:
            self._refuse_range()
            self._refuse_gaps()
            _refuse_minutes(self.minutes)
        except (BadRule, BadValue) as error:
            raise error.at(self.label) from None

    def _refuse_range(self) -> None:
        if self.layer not in CONTACT_LAYERS:
            raise BadRule("unknown layer", hint=nearest(str(self.layer), CONTACT_LAYERS), code="followup.layer")
        if self.least < 0 or self.most < self.least:
            hint = "fewest first, from 0"
            raise BadRule("visits out of order", hint=hint, code="followup.cadence")
        Cadence(self.monthly[1])

    def _refuse_gaps(self) -> None:
        for name, gap in (("shortest", self.shortest), ("longest", self.longest)):
            if gap is not None and (type(gap) is not int or gap < 1):
                raise BadRule(f"the {name} gap is a whole number of days from 1", code="followup.gap")
            if gap is not None and not self.most:
                raise BadRule("a gap where no visit is asked for", hint="leave it out", code="followup.gap")
        even = spacing(self.monthly[1])
        if even is None:
            return
        if self.shortest is not None and self.shortest > even:
            hint = f"at most {even.numerator // even.denominator}"
            reason = f"a shortest gap of {self.shortest} days leaves no room for so many visits"
            raise BadRule(reason, hint=hint, code="followup.gap")
        if self.longest is not None and self.longest < self.shortest_gap:
            hint = f"the shortest is {self.shortest_gap}"
            raise BadRule("the longest gap is below the shortest", hint=hint, code="followup.gap")
        if self.longest is not None and self.longest < even:
            hint = f"at least {-(-even.numerator // even.denominator)}"
            reason = f"so many visits cannot keep a longest gap of {self.longest} days"
            raise BadRule(reason, hint=hint, code="followup.gap")

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What a table holds at most one row for: class, stage, channel and layer."""
        return self.grade, self.stage, self.channel, self.layer

    @property
    def label(self) -> str:
        """The row's place in a message, such as `A new face`."""
        words = (self.grade or "any class", self.stage, self.channel, "" if self.layer == "owner" else self.layer)
        return " ".join(word for word in words if word)

    @cached_property
    def monthly(self) -> tuple[Fraction, Fraction]:
        """Visits a month, promised and wished for, exactly."""
        return monthly(self.least, self.per), monthly(self.most, self.per)

    @cached_property
    def shortest_gap(self) -> int:
        """Fewest days from one contact to the next, as stated or as worked out."""
        return Cadence(self.monthly[1]).gap if self.shortest is None else self.shortest

    @cached_property
    def longest_gap(self) -> int | None:
        """Most days from one contact to the next; none where no visit is promised."""
        even = spacing(self.monthly[0])
        if even is None:
            return None
        return -(-3 * even.numerator // (2 * even.denominator)) if self.longest is None else self.longest

    @cached_property
    def due_after(self) -> int | None:
        """Days after a contact on which the next is due: the even spacing of the promised visits, within the gaps."""
        even, longest = spacing(self.monthly[0]), self.longest_gap
        return None if even is None or longest is None else min(half_up(even), longest)

    def cadence(self) -> Cadence:
        """Return what the visit plan asks for: the promised visits a month and the shortest gap.

        >>> CadenceRow("A", "face", 2, 3, "week").cadence()
        Cadence(per_month=Fraction(60, 7), gap=1)
        """
        return Cadence(self.monthly[0], self.shortest_gap)

    @cached_property
    def why(self) -> Why:
        """The row as the reason of whatever it asks for."""
        return because("{row}", "{row}", row=self)

    def text(self, lang: Lang = "en") -> str:
        """Return the row in words."""
        return _said(self).text(lang)


def _refuse_minutes(minutes: object) -> None:
    if minutes is None:
        return
    pair = minutes if isinstance(minutes, tuple) and len(minutes) == 2 else (0, 0)
    if not all(type(one) is int for one in pair) or not 1 <= pair[0] <= pair[1] <= _LONGEST:
        hint = f"shortest and longest, whole minutes from 1 to {_LONGEST}"
        raise BadRule("minutes out of order", hint=hint, code="followup.minutes")


def _said(row: CadenceRow) -> Says:
    who = Says(f"grade {row.grade}", f"{row.grade} 级") if row.grade else Says("any grade", "任意级别")
    stage = Says(f" at {row.stage}", f"（{row.stage}）") if row.stage else Says("", "")
    layer = Says("", "") if row.layer == "owner" else CONTACT_LAYERS[row.layer]
    channel, per = CONTACT_CHANNELS[row.channel], PER_WORDS[row.per]
    if not row.most:
        often = Says("no contact asked for", "不要求联系")
    else:
        count = range_text(row.least, row.most)
        often = Says(f"{count} {per.en}", f"{per.zh} {count} 次")
    gaps, minutes = _gaps(row), _minutes(row.minutes)
    en = f"{who.en}{stage.en}, {channel.en}{' by the ' + layer.en if layer.en else ''}: {often.en}{gaps.en}{minutes.en}"
    return Says(en, f"{who.zh}{stage.zh} {layer.zh}{channel.zh}：{often.zh}{gaps.zh}{minutes.zh}")


def range_text(least: Fraction | int, most: Fraction | int) -> str:
    """Write a range, or one number where both ends are the same.

    >>> range_text(Fraction(1, 2), 1), range_text(4, 4)
    ('1/2-1', '4')
    """
    return str(least) if least == most else f"{least}-{most}"


def _gaps(row: CadenceRow) -> Says:
    if not row.most:
        return Says("", "")
    if row.longest_gap is None:
        return Says(f", at least {row.shortest_gap} days apart", f"，间隔至少 {row.shortest_gap} 天")
    days = range_text(row.shortest_gap, row.longest_gap)
    return Says(f", {days} days apart", f"，间隔 {days} 天")


def _minutes(minutes: tuple[int, int] | None) -> Says:
    if minutes is None:
        return Says("", "")
    said = range_text(*minutes)
    return Says(f", {said} minutes", f"，每次 {said} 分钟")
