"""What a feedback record holds (反馈内容): figures shown, versions and their signatures, results of training.

>>> ShownFigure("knowledge", "test 55 of 100", "5.5").points
Amount('5.50 POINT')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import field, frozen

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.evaluation.variance.responses import said
from pharmasales.evaluation.variance.training import Training
from pharmasales.names import clean, normal_id
from pharmasales.units import POINT, Amount, Number
from pharmasales.yearplan import checked_day

__all__ = ["FEEDBACK_STATES", "FeedbackState", "FeedbackVersion", "ShownFigure", "TrainingResult", "agreed_texts"]

FeedbackState: TypeAlias = Literal["shown", "heard", "agreed", "signed_by_one", "signed"]
"""How far a version has come."""

FEEDBACK_STATES: Mapping[str, Says] = MappingProxyType(
    {
        "shown": Says("shown, the rep's view is missing", "已出示，待代表陈述"),
        "heard": Says("the rep's view is written down", "已听取代表意见"),
        "agreed": Says("agreed, not signed", "已达成一致，待签字"),
        "signed_by_one": Says("signed by one of the two", "一方已签字"),
        "signed": Says("signed by both", "双方已签字"),
    }
)
"""The states of a version, in both languages."""


def _text(text: str) -> str:
    return said(text, "figure")


def _points(value: Number | Amount | None) -> Amount | None:
    return value if value is None or isinstance(value, Amount) else Amount.of(value, POINT)


def agreed_texts(given: Iterable[str]) -> tuple[str, ...]:
    """Let a list of texts pass that each say something.

    >>> agreed_texts(["a test in May"])
    ('a test in May',)

    Raises:
        BadValue: one text instead of a list, or an empty one.
    """
    if isinstance(given, str):
        raise BadValue("one text where a list is due", where="agreed", hint="write [text]", code="variance.text")
    return tuple(said(text, "agreed") for text in given)


@frozen
class ShownFigure:
    """One figure that the rep was shown, with its points (出示的数据与得分).

    Args:
        item: the id of the item of the score.
        figure: the figure as it was shown, in words.
        points: its points, in hundredths at most; none where it has none.
    """

    item: str = field(converter=normal_id)
    figure: str = field(converter=_text, repr=False)
    points: Amount | None = field(default=None, converter=_points, repr=False)


@frozen
class FeedbackVersion:
    """One version of the record (反馈版本).

    Args:
        number: 1 for the first.
        shown: what the rep was shown.
        by: the id of who made it.
        on: when.
        reason: why it corrects the one before; "" for the first.
        own_view: the rep's own view, in the rep's words; "" until it is given.
        agreed: what both agreed, in words.
        training: the training plan.
        signatures: who signed, and when.
        last_day: the day of its last step.
    """

    number: int
    shown: tuple[ShownFigure, ...]
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    reason: str = field(default="", converter=clean, repr=False)
    own_view: str = field(default="", converter=clean, repr=False)
    agreed: tuple[str, ...] = field(default=(), converter=agreed_texts, repr=False)
    training: tuple[Training, ...] = ()
    signatures: tuple[tuple[str, date], ...] = ()
    last_day: date = field(kw_only=True)

    @last_day.default
    def _first_day(self) -> date:
        return self.on

    @property
    def state(self) -> FeedbackState:
        """How far it has come."""
        if self.signatures:
            return "signed" if len(self.signatures) > 1 else "signed_by_one"
        if self.agreed or self.training:
            return "agreed"
        return "heard" if self.own_view else "shown"


@frozen
class TrainingResult:
    """What became of one training (培训结果).

    Args:
        version: the number of the version whose plan it is.
        place: which training of it, 1 for the first.
        passed: whether the check was passed.
        by: the id of who checked.
        on: when.
        result: what came of it, in words.
    """

    version: int
    place: int
    passed: bool
    by: str = field(converter=normal_id)
    on: date = field(converter=checked_day)
    result: str = field(default="", converter=clean, repr=False)
