"""Feedback on a drug (用药反馈), and the hand-off of an adverse event to drug safety (移交药物警戒).

Good news is shared; anything else about safety, and any adverse event, goes to drug safety at once and whatever else
happens to the report.

>>> DrugFeedback("P1", "safety", "bad").is_event, DrugFeedback("P1", "convenience", "bad").is_event
(True, False)
>>> from datetime import UTC
>>> heard = datetime(2026, 2, 10, 3, tzinfo=UTC)
>>> SafetyHandOff("S1", "c1", "r1", date(2026, 2, 10), "serious", created=heard, text="a rash")
SafetyHandOff(id='S1', customer='c1', reporter='r1', known_on=datetime.date(2026, 2, 10), seriousness='serious', \
created=datetime.datetime(2026, 2, 10, 3, 0, tzinfo=datetime.timezone.utc), product='', call='', deadline=None)

Source: S002-17, S002-18, E59; practice P2-J.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import cast

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.display import Why, because
from pharmasales.errors import BadValue
from pharmasales.followup.calls.words import (
    ASPECTS,
    SERIOUSNESS,
    TONES,
    Aspect,
    Seriousness,
    Tone,
    known_word,
    moment,
    optional_id,
)
from pharmasales.names import clean, fold, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["ADVERSE_WORDS", "DrugFeedback", "SafetyHandOff", "mentions_event"]

ADVERSE_WORDS = (
    *"不良反应 不良事件 副作用 副反应 毒副 毒性 过敏 皮疹 休克 肝损 肾损 中毒 致死 死亡 抢救 停药".split(),
    *"adverse, side effect, allerg, anaphyla, toxic, died, death, hospitalis, hospitaliz, poisoning".split(", "),
)
"""Words after which a report is asked whether an adverse event was heard of; a company may add its own.

They ask and never decide: the answer no is taken, and kept. That no word is found proves nothing.
"""


@lru_cache(maxsize=16)
def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(fold, words))


def mentions_event(text: str, words: tuple[str, ...] = ADVERSE_WORDS) -> bool:
    """Whether a text holds one of the words after which is asked, whatever its case, width or spaces.

    >>> mentions_event("用药后出现皮疹"), mentions_event("ADVERSE  event"), mentions_event("wants the guideline")
    (True, True, False)
    """
    said = fold(text)
    return any(word in said for word in _folded(words))


def _aspect(word: str) -> Aspect:
    return cast("Aspect", known_word(ASPECTS, "aspect")(word))


def _tone(word: str) -> Tone:
    return cast("Tone", known_word(TONES, "tone")(word))


def _seriousness(word: str) -> Seriousness:
    return cast("Seriousness", known_word(SERIOUSNESS, "seriousness")(word))


def _yes_or_no(_instance: object, _attribute: object, value: object) -> None:
    if not isinstance(value, bool):
        raise BadValue("not yes or no", where="adverse", hint="True or False", code="followup.calls.adverse")


@frozen
class DrugFeedback:
    """What a customer reports of a drug (反馈).

    Args:
        product: its id.
        aspect: `efficacy`, `safety` or `convenience`.
        tone: `good`, `mixed` or `bad`.
        text: what was said.
        adverse: whether an adverse event of a patient was told, whatever the feedback is about.
        hand_off: the id of the hand-off to drug safety, where it is an event.
        shared_in: the id of the department talk or meeting in which good experience was shared, or "".

    Raises:
        BadValue: no product, an unknown word, or an event shared as good experience.
    """

    product: str = field(converter=normal_id)
    aspect: Aspect = field(converter=_aspect)
    tone: Tone = field(converter=_tone)
    text: str = field(default="", converter=clean, repr=False)
    adverse: bool = field(default=False, validator=_yes_or_no, kw_only=True)
    hand_off: str = field(default="", converter=optional_id, kw_only=True)
    shared_in: str = field(default="", converter=optional_id, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.shared_in and not self.to_share:
            hint = "only good experience without an event is"
            where = f"product {self.product!r}"
            raise BadValue("not to be shared", where=where, hint=hint, code="followup.calls.shared")

    @property
    def is_event(self) -> bool:
        """Whether drug safety must have it: an adverse event, or anything but good about safety."""
        return self.adverse or (self.aspect == "safety" and self.tone != "good")

    @property
    def to_share(self) -> bool:
        """Whether it is good experience, for a department talk or a meeting (S002-18)."""
        return self.tone == "good" and not self.adverse


@frozen
class SafetyHandOff:
    """An adverse event on its way to drug safety (药物警戒移交).

    The clock of the law runs from `known_on`, in calendar days. Which deadline follows is a rule of law; who creates
    the hand-off asks it and keeps the day here.

    Args:
        id: its own id.
        customer: the id of the customer who told it.
        reporter: the id of who heard it.
        known_on: the day on which anybody of the firm first knew.
        seriousness: `death`, `serious`, `new` (not in the leaflet) or `other`; who is not sure says `serious`.
        created: the moment at which it was handed over.
        product: the id of the drug, or "" where it is not known yet.
        call: the id of the visit, or "".
        text: what happened.
        deadline: the last day for the report to the authorities, or none where nobody has asked the rule yet.

    Raises:
        BadValue: an id that is none, an unknown word, a moment without its zone, or a deadline before it was known.
    """

    id: str = field(converter=normal_id)
    customer: str = field(converter=normal_id)
    reporter: str = field(converter=normal_id)
    known_on: date = field(converter=checked_day)
    seriousness: Seriousness = field(converter=_seriousness)
    created: datetime = field(converter=moment, kw_only=True)
    product: str = field(default="", converter=optional_id, kw_only=True)
    call: str = field(default="", converter=optional_id, kw_only=True)
    text: str = field(default="", converter=clean, repr=False, kw_only=True)
    deadline: date | None = field(default=None, converter=optional(checked_day), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.deadline is not None and self.deadline < self.known_on:
            where = f"hand-off {self.id!r}"
            raise BadValue("the deadline is before it was known", where=where, code="followup.calls.deadline")

    @property
    def why(self) -> Why:
        """Why it is urgent, without what happened."""
        return because(
            "an adverse event ({seriousness}) known on {day}; nothing holds it back",
            "{day} 获知不良反应（{seriousness}），不得延误或搁置",
            day=self.known_on,
            seriousness=SERIOUSNESS[self.seriousness],
        )
