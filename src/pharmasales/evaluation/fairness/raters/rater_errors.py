"""The errors that raters make (评分误差), what to ask where one shows, and the states of a finding.

A finding is in one of four states:

- `found` (查出): the figure is beyond the threshold, against at least two other raters of the same people, or, for
  primacy and recency, against the evidence;
- `hint` (线索): it is beyond the threshold, and what it is compared with is weaker: one other rater, or other people;
- `clear` (未见): it is within;
- `unknown` (无法判断): too little to judge by.

>>> RATER_ERRORS["halo"].zh, RATER_QUESTIONS["copied"].en
('晕轮', "What was seen in this period? Mark again without last period's marks in sight.")
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from pharmasales.display import Says

__all__ = ["RATER_ERRORS", "RATER_QUESTIONS", "STATES", "RaterError", "State"]

RaterError: TypeAlias = Literal["lenient", "severe", "central", "halo", "primacy", "recency", "copied", "partial"]
State: TypeAlias = Literal["found", "hint", "clear", "unknown"]

RATER_ERRORS: Mapping[RaterError, Says] = MappingProxyType(
    {
        "lenient": Says("leniency", "宽松"),
        "severe": Says("severity", "严格"),
        "central": Says("central tendency", "趋中"),
        "halo": Says("halo", "晕轮"),
        "primacy": Says("primacy", "首因"),
        "recency": Says("recency", "近因"),
        "copied": Says("similarity to last period", "照抄上期"),
        "partial": Says("partiality to the own team", "偏袒"),
    }
)
"""The errors of raters that are looked for, by name.

Source: S004-66, P2-K.
"""

RATER_QUESTIONS: Mapping[RaterError, Says] = MappingProxyType(
    {
        "lenient": Says(
            "Which evidence do your marks rest on that the others have not seen? Go through the highest ones together.",
            "您的评分依据中，哪些是其他评分人未见到的？请一起复核最高的几项。",
        ),
        "severe": Says(
            "What would have earned one step more? Go through the lowest ones together.",
            "怎样的表现可以高一档？请一起复核最低的几项。",
        ),
        "central": Says(
            "Who is the best and who the weakest for each item, and why? Mark one item for all people at a time.",
            "每一项上谁最好、谁最弱，为什么？请逐项对所有人评分。",
        ),
        "halo": Says(
            "At which item is this person weaker than at the others? Mark one item for all people at a time.",
            "此人哪一项弱于其他项？请逐项对所有人评分。",
        ),
        "primacy": Says(
            "What has changed since the start of the period? Take the notes of the later weeks beside the marks.",
            "期初以来有何变化？请对照后期的记录复核评分。",
        ),
        "recency": Says(
            "What was seen in the first weeks of the period? Take the notes of those weeks beside the marks.",
            "期初几周看到了什么？请对照前期的记录复核评分。",
        ),
        "copied": Says(
            "What was seen in this period? Mark again without last period's marks in sight.",
            "本期看到了什么？请不看上期评分重新评定。",
        ),
        "partial": Says(
            "Would somebody of another team mark your people so? Let one mark some of them blind.",
            "他队的人会这样评您的队员吗？请他人独立评其中几位。",
        ),
    }
)
"""What to ask a rater, by error: the answer decides, not the figure."""

STATES: Mapping[State, Says] = MappingProxyType(
    {
        "found": Says("found", "查出"),
        "hint": Says("hint", "线索"),
        "clear": Says("clear", "未见"),
        "unknown": Says("not known", "无法判断"),
    }
)
"""The states of a finding, by name."""
