"""Feedback records as plain data and back: what a store keeps (存储格式). What comes back is what went in.

>>> shown = [ShownFigure("attainment", "92.5 % of the goal", "37.50")]
>>> one = Feedback.draft("F1", "2026-Q1", rep="p1", manager="p2", shown=shown, on=date(2026, 4, 7))
>>> feedback_data(one)["versions"][0]["shown"], feedback_from(feedback_data(one)) == one
([['attainment', '92.5 % of the goal', '37.50']], True)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pharmasales.display import Says
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.evaluation.variance.feedback import Feedback
from pharmasales.evaluation.variance.feedback_terms import FeedbackVersion, ShownFigure, TrainingResult
from pharmasales.evaluation.variance.training import Training
from pharmasales.periods import period

__all__ = ["feedback_data", "feedback_from"]


def feedback_data(feedback: Feedback) -> dict[str, Any]:
    """Return a record as plain JSON; `feedback_from` reads it back."""
    return {
        "id": feedback.id,
        "period": str(feedback.period),
        "rep": feedback.rep,
        "manager": feedback.manager,
        "versions": [_version_data(one) for one in feedback.versions],
        "results": [
            {
                "version": one.version,
                "place": one.place,
                "passed": one.passed,
                "by": one.by,
                "on": one.on.isoformat(),
                "result": one.result,
            }
            for one in feedback.results
        ],
    }


def _version_data(one: FeedbackVersion) -> dict[str, Any]:
    return {
        "number": one.number,
        "shown": [[f.item, f.figure, None if f.points is None else str(f.points.value)] for f in one.shown],
        "by": one.by,
        "on": one.on.isoformat(),
        "reason": one.reason,
        "own_view": one.own_view,
        "agreed": list(one.agreed),
        "training": [
            {
                "item": t.item,
                "topic": t.topic,
                "what": t.what,
                "until": t.until.isoformat(),
                "check": t.check,
                "why": [t.why.en, t.why.zh],
            }
            for t in one.training
        ],
        "signatures": [[who, day.isoformat()] for who, day in one.signatures],
        "last_day": one.last_day.isoformat(),
    }


def feedback_from(data: Mapping[str, Any]) -> Feedback:
    """Read a record back.

    >>> feedback_from({"id": "F1"})
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: no feedback: data of another form [feedback.record]

    Raises:
        BadValue: data of another form, or a record that cannot be.
    """
    try:
        versions = tuple(map(_version_from, data["versions"]))
        if not versions or [one.number for one in versions] != list(range(1, len(versions) + 1)):
            raise BadValue("versions that are not numbered from 1", where="feedback", code="feedback.record")
        results = tuple(map(_result_from, data["results"]))
        return Feedback(data["id"], period(data["period"]), data["rep"], data["manager"], versions, results)
    except PharmaSalesError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError):
        # It may quote somebody's words, so nothing of it is shown.
        raise BadValue("no feedback: data of another form", code="feedback.record") from None


def _version_from(data: Mapping[str, Any]) -> FeedbackVersion:
    return FeedbackVersion(
        data["number"],
        tuple(ShownFigure(item, figure, points) for item, figure, points in data["shown"]),
        data["by"],
        date.fromisoformat(data["on"]),
        data["reason"],
        data["own_view"],
        data["agreed"],
        tuple(map(_training_from, data["training"])),
        tuple((who, date.fromisoformat(day)) for who, day in data["signatures"]),
        last_day=date.fromisoformat(data["last_day"]),
    )


def _training_from(data: Mapping[str, Any]) -> Training:
    until = date.fromisoformat(data["until"])
    return Training(data["item"], data["topic"], data["what"], until, data["check"], Says(*data["why"]))


def _result_from(data: Mapping[str, Any]) -> TrainingResult:
    on = date.fromisoformat(data["on"])
    return TrainingResult(data["version"], data["place"], data["passed"], data["by"], on, data["result"])
