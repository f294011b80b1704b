"""Training made from weak items (培训计划): which item, why, what is done, until when, and how it is checked.

>>> from pharmasales.evaluation.variance.weaknesses import weak_items
>>> weak = weak_items({"knowledge": ["80%", "55%"], "skill": ["90%", "85%"]}, below="60%")
>>> plan = training_plan(weak, [Training("knowledge", "product", "two days", date(2026, 5, 8), "test")])
>>> print(training_table(plan))
Item       Why                   Topic              What is done  Until       Checked by
---------  --------------------  -----------------  ------------  ----------  ----------
knowledge  55.0% is below 60.0%  product knowledge  two days      2026-05-08  a test
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Says, Table
from pharmasales.errors import BadRows, BadRule, PharmaSalesError
from pharmasales.evaluation.variance.responses import said
from pharmasales.evaluation.variance.weaknesses import WeakItems
from pharmasales.names import nearest, normal_id
from pharmasales.yearplan import checked_day

__all__ = ["TRAINING_CHECKS", "TRAINING_TOPICS", "Training", "TrainingCheck", "training_plan", "training_table"]

TRAINING_TOPICS: Mapping[str, Says] = MappingProxyType(
    {
        "product": Says("product knowledge", "产品知识"),
        "clinical": Says("clinical knowledge", "临床知识"),
        "pharmacy": Says("pharmacy", "药学知识"),
        "law": Says("law", "法规"),
        "policy": Says("company policy", "公司政策"),
        "communication": Says("communication", "沟通"),
        "listening": Says("listening", "倾听"),
        "questioning": Says("questioning", "提问"),
        "objection": Says("handling objections", "异议处理"),
        "negotiation": Says("negotiation", "谈判"),
        "planning": Says("planning and time", "计划与时间管理"),
    }
)
"""What can be trained: five fields of learning (S002-22), five skills (S002-23), and planning (S004-3)."""

TrainingCheck: TypeAlias = Literal["test", "role_play", "joint_visit", "figures"]
"""How training is checked."""

TRAINING_CHECKS: Mapping[str, Says] = MappingProxyType(
    {
        "test": Says("a test", "测试"),
        "role_play": Says("a role play", "情景演练"),
        "joint_visit": Says("a joint visit", "协访"),
        "figures": Says("the item's own figure before and after", "该项指标前后对比"),
    }
)
"""How it is checked whether training helped: a test, a role play, a joint visit, figures before and after (S003-2)."""


def _what(text: str) -> str:
    return said(text, "what")


@frozen
class Training:
    """One line of a training plan (培训计划): which item, why, what is done, until when, and how it is checked.

    Args:
        item: the id of the weak item.
        topic: a key of `TRAINING_TOPICS`.
        what: what is done, in words.
        until: the last day.
        check: a key of `TRAINING_CHECKS`.
        why: why the item is weak; filled in by `training_plan`.

    >>> Training("knowledge", "product", "two days with the trainer", date(2026, 5, 8), "test").topic
    'product'
    >>> Training("knowledge", "prodct", "two days with the trainer", date(2026, 5, 8), "test")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadRule: unknown word @ topic; did you mean "product"? [feedback.training]

    Source: S002-22, S002-23, S004-64.

    Raises:
        BadRule: an unknown topic or check.
        BadValue: nothing said, or no day.
    """

    item: str = field(converter=normal_id)
    topic: str
    what: str = field(converter=_what, repr=False)
    until: date = field(converter=checked_day)
    check: TrainingCheck
    why: Says = field(default=Says("", ""), repr=False)

    def __attrs_post_init__(self) -> None:
        for where, word, known in (("topic", self.topic, TRAINING_TOPICS), ("check", self.check, TRAINING_CHECKS)):
            if word not in known:
                hint = nearest(str(word), known)
                raise BadRule("unknown word", where=where, hint=hint, code="feedback.training")


def training_plan(weak: WeakItems, trainings: Iterable[Training]) -> tuple[Training, ...]:
    """Make the training plan of the weak items (制定培训计划): at least one training each, with the reason.

    Args:
        weak: the weak items.
        trainings: what is to be done.

    Returns:
        The trainings, those of the lowest item first, each with its reason.

    Raises:
        BadRows: a weak item without training, a training of an item that is not weak: all of them.
    """
    given, bad = list(trainings), list[PharmaSalesError]()
    known = {one.item: place for place, one in enumerate(weak.items)}
    for place, one in enumerate(given):
        if one.item not in known:
            hint = "train what is weak"
            bad.append(BadRule("not a weak item", where=f"trainings[{place}]", hint=hint, code="feedback.training"))
    for item in known.keys() - {one.item for one in given}:
        hint = "say what is done"
        bad.append(BadRule("no training for a weak item", where=f"item {item!r}", hint=hint, code="feedback.training"))
    if bad:
        raise BadRows("no training plan", sorted(bad, key=lambda error: error.where))
    given.sort(key=lambda one: known[one.item])
    whys = [weak.items[known[one.item]].why for one in given]
    return tuple(evolve(one, why=Says(why.text(), why.text("zh"))) for one, why in zip(given, whys, strict=True))


def training_table(trainings: Iterable[Training]) -> Table:
    """Return item, why, topic, what is done, until when, how it is checked."""
    rows: list[tuple[Cell, ...]] = [
        (one.item, one.why, TRAINING_TOPICS[one.topic], one.what, one.until, TRAINING_CHECKS[one.check])
        for one in trainings
    ]
    return Table("training", Says("Training plan", "培训计划"), _COLUMNS, rows)


_COLUMNS = (
    Column("item", "Item", "项目"),
    Column("why", "Why", "原因"),
    Column("topic", "Topic", "主题"),
    Column("what", "What is done", "培训内容"),
    Column("until", "Until", "期限", "date"),
    Column("check", "Checked by", "检验方式"),
)
