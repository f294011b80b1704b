"""What each of the four steps holds (协访四步的内容), and what is still missing of it.

Prepare, set goals, carry out, debrief (准备、设定目标、实施、总结). What is not said is missing; write "none" for what
a visit does not need.

>>> [one.zh for one in JointPreparation(details=["32 beds"], product="P1").missing]
['商家问题', '约定时间', '方式', '对象', '方案', '资料']

Source: S003-3, S003-9 to S003-13.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from attrs import field, frozen
from attrs.converters import optional

from pharmasales.display import Says
from pharmasales.errors import BadRule, BadValue
from pharmasales.followup.joint.kinds import JointMode, JointRole, joint_mode, listed
from pharmasales.followup.joint.problems import JointProblem
from pharmasales.names import clean, fold, normal_id, optional_id, twins
from pharmasales.yearplan import checked_day

__all__ = [
    "JointAction",
    "JointConduct",
    "JointContent",
    "JointDebrief",
    "JointGoals",
    "JointPreparation",
    "JointQuestion",
]

_DETAILS = Says("customer details", "客户情况")
_PROBLEM = Says("the dealer's problem", "商家问题")
_TIME = Says("the day on which the time was agreed", "约定时间")
_WAY = Says("way", "方式")
_TARGET = Says("target", "对象")
_PRODUCT = Says("product", "产品")
_PLAN = Says("plan", "方案")
_MATERIALS = Says("materials", "资料")
_GOAL = Says("goal", "目标")
_EXPECTED = Says("expected result", "预期结果")
_PROBLEMS = Says("problems that both agree on", "双方认可的问题")
_SOLVES = Says("which agreed problem it is to solve", "要解决的问题")
_ABILITY = Says("which ability it is to raise", "要提升的能力")
_MINUTES = Says("how long it took", "时长")
_PRESENT = Says("who was there", "在场人员")
_OUTCOME = Says("outcome", "结果")
_CONSENSUS = Says("consensus", "共识")
_IMPROVEMENT = Says("improvement", "改进")
_ACTIONS = Says("actions", "行动")
_WHAT = Says("what", "内容")
_OWNER = Says("owner", "负责人")
_DAY = Says("day", "日期")
_FOLLOW_UP = Says("the follow-up joint visit, or why there is none", "后续协访（或不需要的理由）")


def _said(text: str) -> bool:
    return bool(fold(text))


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in map(clean, listed(given, "texts")) if _said(text))


def _ids(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(normal_id, listed(given, "ids"))))


def _lacking(*asked: tuple[object, Says]) -> tuple[Says, ...]:
    """Return the names of what was not answered."""
    return tuple(says for given, says in asked if not (_said(given) if isinstance(given, str) else given))


@frozen
class JointPreparation:
    """Step 1, prepare (准备): know the customer and the dealer's problem; fix time, way and target; have all ready.

    Args:
        details: what was learnt about the customer.
        problem: the dealer's problem.
        agreed: the day on which the time of the visit was agreed with the dealer.
        way: in which way it is made, such as a ward round or a department talk.
        target: who or what is aimed at.
        product: which product.
        plan: the plan of the talk.
        materials: what is taken along.

    Source: S003-10.
    """

    details: tuple[str, ...] = field(default=(), converter=_texts, repr=False)
    problem: str = field(default="", converter=clean, repr=False)
    agreed: date | None = field(default=None, converter=optional(checked_day))
    way: str = field(default="", converter=clean, repr=False)
    target: str = field(default="", converter=clean, repr=False)
    product: str = field(default="", converter=clean)
    plan: str = field(default="", converter=clean, repr=False)
    materials: tuple[str, ...] = field(default=(), converter=_texts, repr=False)

    @property
    def missing(self) -> tuple[Says, ...]:
        """What the checklist still lacks, in its order."""
        ready = ((self.product, _PRODUCT), (self.plan, _PLAN), (self.materials, _MATERIALS))
        fixed = ((self.agreed, _TIME), (self.way, _WAY), (self.target, _TARGET))
        return _lacking((self.details, _DETAILS), (self.problem, _PROBLEM), *fixed, *ready)


def _problems(given: Iterable[JointProblem]) -> tuple[JointProblem, ...]:
    found = tuple(given)
    for _, second in twins(one.key for one in found):
        raise BadValue("given twice", where=f"problem {found[second].key!r}", code="followup.twice")
    return found


def _mode(given: JointMode | str) -> JointMode:
    return given if isinstance(given, JointMode) else joint_mode(given)


@frozen
class JointGoals:
    """Step 2, set goals (设定目标): the mode, the goal and the expected result, and the problems that both agree on.

    Both sides sign it: the list of problems is agreed, and nobody is supervised (不是监督).

    Args:
        mode: `demonstrate` (示范式) or `observe` (观察式); it decides who leads and what the visit is for.
        goal: what is to be reached, in words.
        expected: the result that both expect.
        problems: the problems that both agree on; at least one.
        solves: demonstrating, the keys of the problems that are to be solved.
        ability: observing, which ability of the dealer's people is to be raised.

    Source: S003-3, S003-11, S003-12, E15. Raises:
        BadValue: an unknown mode, or a problem given twice.
        BadRule: a problem to be solved that is not among those agreed.
    """

    mode: JointMode = field(converter=_mode)
    goal: str = field(default="", converter=clean, repr=False)
    expected: str = field(default="", converter=clean, repr=False)
    problems: tuple[JointProblem, ...] = field(default=(), converter=_problems)
    solves: tuple[str, ...] = field(default=(), converter=_ids)
    ability: str = field(default="", converter=clean, repr=False)

    def __attrs_post_init__(self) -> None:
        odd = [key for key in self.solves if key not in {one.key for one in self.problems}]
        if odd:
            hint = "agree on it first"
            raise BadRule("no agreed problem", where=f"problem {odd[0]!r}", hint=hint, code="followup.joint.problem")

    @property
    def lead(self) -> JointRole:
        """Which side leads the talk, as the mode has it."""
        return self.mode.lead

    @property
    def missing(self) -> tuple[Says, ...]:
        """What both still have to say."""
        own = (self.solves, _SOLVES) if self.mode.name == "demonstrate" else (self.ability, _ABILITY)
        return _lacking((self.goal, _GOAL), (self.expected, _EXPECTED), (self.problems, _PROBLEMS), own)


@frozen
class JointConduct:
    """Step 3, carry out (实施): what happened. One side leads, as the mode has it; the other supplements.

    Args:
        minutes: how long it took, from 1.
        present: the ids of the participants who were there.
        outcome: what came of it.
        supplemented: what the side that did not lead added.

    Source: S003-12. Raises:
        BadValue: minutes below 1.
    """

    minutes: int | None = field(default=None)
    present: tuple[str, ...] = field(default=(), converter=_ids)
    outcome: str = field(default="", converter=clean, repr=False)
    supplemented: tuple[str, ...] = field(default=(), converter=_texts, repr=False)

    @minutes.validator
    def _a_minute(self, _attribute: object, value: object) -> None:
        if value is not None and (type(value) is not int or value < 1):
            raise BadValue("a visit takes at least a minute", where="minutes", code="followup.minutes")

    @property
    def missing(self) -> tuple[Says, ...]:
        """What is still to be written down."""
        return _lacking((self.minutes, _MINUTES), (self.present, _PRESENT), (self.outcome, _OUTCOME))


@frozen
class JointQuestion:
    """A question of the customer (客户问题): answered together, or handed to an action.

    Args:
        asked: the question.
        answer: the answer that both gave, or "".
        action: the id of the action by which it is answered later, or "".
    """

    asked: str = field(converter=clean, repr=False)
    answer: str = field(default="", converter=clean, repr=False)
    action: str = field(default="", converter=optional_id)

    @property
    def answered(self) -> bool:
        """Whether it was answered there and then."""
        return _said(self.answer)


@frozen
class JointAction:
    """An action that was agreed in the debrief, which is a suggestion that was taken up (改进行动).

    Args:
        id: its id within the visit.
        what: what is done.
        owner: the id of who does it, of either side.
        due: the day by which it is due.
        problem: the key of the agreed problem that it is to solve, or "".
    """

    id: str = field(converter=normal_id)
    what: str = field(converter=clean, repr=False)
    owner: str = field(default="", converter=optional_id)
    due: date | None = field(default=None, converter=optional(checked_day))
    problem: str = field(default="", converter=optional_id)


def _actions(given: Iterable[JointAction]) -> tuple[JointAction, ...]:
    found = tuple(given)
    for _, second in twins(one.id for one in found):
        raise BadValue("given twice", where=f"action {found[second].id!r}", code="followup.twice")
    return found


def _questions(given: Iterable[JointQuestion]) -> tuple[JointQuestion, ...]:
    return tuple(given)


@frozen
class JointDebrief:
    """Step 4, debrief (总结): questions answered together, consensus, improvement, actions, the next joint visit.

    Args:
        questions: the customer's questions, each answered or handed to an action.
        found: problems that were found, beside those agreed before.
        consensus: what both agree on now.
        improvements: what is to be done better.
        actions: the actions, each with its owner and its day.
        follow_up: the day of the follow-up joint visit, or none.
        no_follow_up: why there is none.

    Source: S003-13. Raises:
        BadValue: an action or a problem given twice.
        BadRule: a question handed to an action that is not there.
    """

    questions: tuple[JointQuestion, ...] = field(default=(), converter=_questions)
    found: tuple[JointProblem, ...] = field(default=(), converter=_problems)
    consensus: str = field(default="", converter=clean, repr=False)
    improvements: tuple[str, ...] = field(default=(), converter=_texts, repr=False)
    actions: tuple[JointAction, ...] = field(default=(), converter=_actions)
    follow_up: date | None = field(default=None, converter=optional(checked_day))
    no_follow_up: str = field(default="", converter=clean, repr=False)

    def __attrs_post_init__(self) -> None:
        known = {action.id for action in self.actions}
        for place, question in enumerate(self.questions, 1):
            if question.action and question.action not in known:
                where = f"question {place}"
                raise BadRule("handed to an action that is not there", where=where, code="followup.joint.action")

    @property
    def missing(self) -> tuple[Says, ...]:
        """What keeps the debrief open: each open question and each action without owner or day among it."""
        open_questions = [
            Says(f"an answer to question {place}", f"问题 {place} 的答复")
            for place, one in enumerate(self.questions, 1)
            if not one.answered and not one.action
        ]
        agreed = _lacking((self.consensus, _CONSENSUS), (self.improvements, _IMPROVEMENT), (self.actions, _ACTIONS))
        loose = [
            Says(f"{one.en} of action {action.id}", f"行动 {action.id} 的{one.zh}")
            for action in self.actions
            for one in _lacking((action.what, _WHAT), (action.owner, _OWNER), (action.due, _DAY))
        ]
        return (*open_questions, *agreed, *loose, *_lacking((self.follow_up or self.no_follow_up, _FOLLOW_UP)))


JointContent: TypeAlias = JointPreparation | JointGoals | JointConduct | JointDebrief
