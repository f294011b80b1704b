"""Words of the tables of agents (招商用语): each cell that names one of a few things, in either language.

>>> event_of("签约"), event_of("Next action"), yes("是", "exclusive"), facts_of(("about=company", "有报酬=否"))
('signed', 'next', True, {'about': 'company', 'paid': False})
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from pharmasales.compliance.actions import Action
from pharmasales.compliance.facts import FACTS
from pharmasales.compliance.sources import SOURCES
from pharmasales.display import Says
from pharmasales.errors import BadValue, PharmaSalesError
from pharmasales.names import fold, nearest
from pharmasales.recruitment.agents import AGENT_TRAININGS, CONDITIONS, DEVELOPMENT, ISSUE_KINDS
from pharmasales.recruitment.pipeline import IDLE_REASONS, LOST_REASONS, PROMISES, STAGES
from pharmasales.recruitment.rights import NETWORK_LEVELS
from pharmasales.workspace.diary_cells import known_word, spelled

__all__ = [
    "DAILY",
    "NOTES",
    "event_of",
    "facts_of",
    "item_of",
    "judged_facts",
    "kind_of_area",
    "known",
    "source_of",
    "yes",
]

NOTES: Mapping[str, Says] = MappingProxyType(
    {
        "contact": Says("contact", "联系"),
        "next": Says("next action", "下一步"),
        "done": Says("action done", "下一步完成"),
        "expect": Says("expected", "预计"),
        "idle": Says("reason of idle", "未执行原因"),
        "visits": Says("visits", "拜访数"),
        "callbacks": Says("call-backs", "回访数"),
    }
)
"""What a row of the table of dated events may be beside a stage."""

DAILY: Mapping[str, Says] = MappingProxyType(
    {
        "visit": Says("visits", "拜访"),
        "callback": Says("call-backs", "电话回访"),
        "new": Says("new customers", "新增客户"),
    }
)
"""What is promised by the day."""

_ITEMS: Mapping[str, Says] = MappingProxyType(
    {
        "contract": Says("contract", "合同"),
        "receipts": Says("receipts", "回款"),
        "keenness": Says("keenness", "积极性"),
        "loyalty": Says("loyalty", "忠诚度"),
        "staff": Says("staff", "人员"),
        "management": Says("finance and management", "财务与管理"),
        "service": Says("policy and service", "政策与服务"),
        "cooperation": Says("cooperation", "期望合作"),
        "sales": Says("sales of the year", "年销售额"),
        "credit": Says("market credit", "市场信用"),
        **CONDITIONS,
    }
)


def _plain(words: Mapping[Any, Says]) -> dict[str, Says]:
    return {str(word): said for word, said in words.items()}


_ASKS = {key: ask.says for stage in DEVELOPMENT.values() for key, ask in stage.asks.items()}
_SETS: dict[str, dict[str, Says]] = {
    "area": {"area": Says("area", "区域"), "hospital": Says("hospital", "医院")},
    "event": {**_plain(STAGES), **NOTES},
    "source": {key: Says(one.en, one.zh) for key, one in SOURCES.items()},
    "idle": {key: one.says for key, one in IDLE_REASONS.items()},
    "lost": {key: one.says for key, one in LOST_REASONS.items()},
    "level": _plain(NETWORK_LEVELS),
    "version": {
        "granted": Says("grant", "授权"),
        "renewed": Says("renewal", "续签"),
        "amended": Says("amendment", "变更"),
        "ended": Says("end", "终止"),
    },
    "item": dict(_ITEMS),
    "step": {**{key: stage.says for key, stage in DEVELOPMENT.items()}, **_ASKS},
    "issue": {key: kind.says for key, kind in ISSUE_KINDS.items()},
    "topic": dict(AGENT_TRAININGS),
    "target": {**_plain(PROMISES), **DAILY},
    "supplier": {"industrial": Says("maker", "工业"), "commercial": Says("trader", "商业")},
    "yes": {"yes": Says("true", "是"), "no": Says("false", "否")},
}
_ALSO = {
    "target": {"签约": "sign", "执行": "execute", "回款": "money", "回访": "callback", "新客户": "new"},
    "version": {"变更协议": "amended", "解除": "ended", "新签": "granted"},
    "level": {"总代": "province", "地代": "region", "县代": "region"},
    "issue": {"价格": "policy", "政策": "policy", "发货": "goods", "窜货": "territory"},
}
"""Shorter words that lists kept by hand use."""
_SPELLED = {name: {**spelled(words), **_ALSO.get(name, {})} for name, words in _SETS.items()}
_FACTS = {fold(text): name for name, fact in FACTS.items() for text in (name, fact.zh, name.replace("_", " "))}


def known(text: str, words: str, column: str) -> str:
    """Return the word that a cell spells in either language.

    Args:
        text: the cell.
        words: which set of words, such as `level`.
        column: where it stands.

    >>> known("省代", "level", "level")
    'province'

    Raises:
        BadValue: no such word, at its column.
    """
    return known_word(text, _SPELLED[words], _SETS[words], column)


def event_of(text: str) -> str:
    """Return what a row of the table of dated events is: a stage or a note.

    Raises:
        BadValue: no such thing.
    """
    return known(text, "event", "what")


def kind_of_area(text: str) -> str:
    """Return whether a row is an area or a target hospital; an area where nothing is said.

    Raises:
        BadValue: neither.
    """
    return known(text, "area", "kind") if text else "area"


def source_of(text: str) -> str:
    """Return the key of a lead source; another text as it is, which the gate then judges.

    >>> source_of("招标目录"), source_of("a friend of a friend")
    ('tender', 'a friend of a friend')
    """
    return _SPELLED["source"].get(fold(text), text)


def item_of(text: str) -> str:
    """Return the key of what is marked.

    Raises:
        BadValue: no such item.
    """
    return known(text, "item", "item")


def yes(text: str, column: str) -> bool:
    """Return whether a cell says yes; no where it is empty.

    Raises:
        BadValue: neither yes nor no.
    """
    return bool(text) and known(text, "yes", column) == "yes"


def facts_of(words: Iterable[str]) -> dict[str, object]:
    """Return what the gate judges by, of texts such as `about=company` and `有报酬=否`.

    Raises:
        BadValue: no such fact, or a value that it does not take.
    """
    found: dict[str, object] = {}
    for word in words:
        name, _, value = word.replace("＝", "=").partition("=")
        key = _FACTS.get(fold(name))
        if key is None:
            hint = nearest(name, FACTS)
            raise BadValue("no such fact", where="facts", hint=hint, code="row.facts")
        found[key] = FACTS[key].read(_value(key, value.strip()), "facts")
    return found


def judged_facts(words: Iterable[str], kind: str) -> dict[str, object]:
    """Return facts that an action of a kind takes.

    Args:
        words: the texts.
        kind: the kind of the action, such as `take_lead`.

    Raises:
        BadValue: as `facts_of`, or a fact that the action does not take.
    """
    found = facts_of(words)
    try:
        Action(kind, found)
    except PharmaSalesError as error:
        raise BadValue(error.reason, where="facts", hint=error.hint, code=error.code) from None
    return found


def _value(key: str, text: str) -> Any:  # noqa: ANN401 - as the fact takes it
    fact = FACTS[key]
    if fact.kind == "yes or no":
        return yes(text, "facts") if text else text
    if fact.kind == "word":
        return spelled(fact.words).get(fold(text), text)
    return Fraction(text) if fact.kind == "number" and text.isdecimal() else text
