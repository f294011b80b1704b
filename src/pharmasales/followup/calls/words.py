"""The words of a visit (拜访用语): states, stages, needs, objections, reasons; each in both languages.

What a company lays its own list over (reasons, needs) is an open word; what the rules rest on is closed.

>>> CALL_STAGES["closing"].text("zh"), CALL_STATES["missed"].text()
('结束与铺垫', 'missed')

Source: S002-7 (stages), S002-8 (objections), S002-15 (needs), S002-17 (feedback).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, datetime, timezone
from types import MappingProxyType
from typing import Literal, TypeAlias

from pharmasales.display import Says
from pharmasales.errors import BadValue
from pharmasales.names import nearest, optional_id

__all__ = [
    "ASPECTS",
    "CALL_REASONS",
    "CALL_STAGES",
    "CALL_STATES",
    "CUSTOMER_NEEDS",
    "OBJECTIONS",
    "SERIOUSNESS",
    "TONES",
    "Aspect",
    "CallState",
    "ObjectionKind",
    "Seriousness",
    "Tone",
    "known_word",
    "moment",
    "optional_id",
]

CallState: TypeAlias = Literal["planned", "done", "missed", "moved", "cancelled"]
ObjectionKind: TypeAlias = Literal["efficacy", "safety", "price", "insurance"]
Aspect: TypeAlias = Literal["efficacy", "safety", "convenience"]
Tone: TypeAlias = Literal["good", "mixed", "bad"]
Seriousness: TypeAlias = Literal["death", "serious", "new", "other"]


def _words(text: str) -> Mapping[str, Says]:
    """Read lines of `word | English | 中文`."""
    lines = (tuple(part.strip() for part in line.split("|")) for line in text.strip().splitlines())
    return MappingProxyType({word: Says(en, zh) for word, en, zh in lines})


CALL_STATES = _words("""
planned   | planned   | 已计划
done      | done      | 已完成
missed    | missed    | 未成行
moved     | moved     | 已改期
cancelled | cancelled | 已取消
""")
"""The states of a visit; only a planned one becomes another, and only the last four are submitted."""

CALL_REASONS = _words("""
customer_absent | the customer was not there          | 客户不在
customer_busy   | the customer had no time            | 客户没有时间
customer_asked  | the customer asked for another day  | 客户要求改期
hospital_closed | the hospital received nobody        | 医院停止接待
rule_changed    | the rules of reception have changed | 接待规定变更
no_filing       | the filing was not accepted         | 备案未通过
rep_ill         | the rep was ill                     | 代表生病
rep_leave       | the rep was on leave                | 代表休假
rep_elsewhere   | something else was more urgent      | 代表另有急事
travel          | weather or travel                   | 天气或交通原因
not_needed      | the visit is no longer needed       | 已无必要
by_mistake      | it was planned by mistake           | 误排
""")
"""Why a visit was missed, moved or cancelled; a company gives its own list to `CallPolicy`."""

CALL_STAGES = _words("""
opening    | opening           | 开场白
needs      | finding needs     | 需求挖掘
value      | showing value     | 价值呈现
objections | objections        | 处理异议
closing    | closing and ahead | 结束与铺垫
""")
"""The five stages of a visit in their order (S002-7)."""

CUSTOMER_NEEDS = _words("""
efficacy    | efficacy                   | 疗效
safety      | safety                     | 安全性
convenience | convenience                | 便利性
economy     | cost and insurance         | 经济性
drug        | a single drug              | 单药
regimen     | a whole treatment plan     | 整体治疗方案
evidence    | data and literature        | 数据与文献
research    | research and papers        | 科研与论文
education   | education of patients      | 患者教育
other       | something else             | 其他
""")
"""What a customer may need; needs change from one to another, so each is dated (S002-15)."""

OBJECTIONS = _words("""
efficacy  | efficacy  | 疗效
safety    | safety    | 安全性
price     | price     | 价格
insurance | insurance | 医保
""")
"""What an objection may be about (S002-8)."""

ASPECTS = _words("""
efficacy    | efficacy    | 疗效
safety      | safety      | 安全性
convenience | convenience | 便利性
""")
"""What feedback on a drug may be about (S002-17)."""

TONES = _words("""
good  | good  | 正面
mixed | mixed | 一般
bad   | bad   | 负面
""")
"""How the customer found it."""

SERIOUSNESS = _words("""
death   | death   | 死亡
serious | serious | 严重
new     | new     | 新的
other   | other   | 一般
""")
"""How serious an adverse event is, `new` where the leaflet does not name it; the deadline is a rule of law (P2-J)."""


def known_word(words: Mapping[str, Says], what: str) -> Callable[[str], str]:
    """Return a converter that lets the words of a list pass and names the nearest one to any other.

    >>> known_word(CALL_STAGES, "stage")("opnening")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: unknown word @ stage; did you mean "opening"? [followup.calls.word]

    Raises:
        BadValue: no such word; the word itself is never repeated.
    """

    def known(word: str) -> str:
        if not isinstance(word, str) or word not in words:
            hint = nearest(word, words) if isinstance(word, str) else ""
            raise BadValue("unknown word", where=what, hint=hint, code="followup.calls.word")
        return word

    return known


def moment(at: datetime) -> datetime:
    """Return a moment with its offset alone, so that it reads back from its text as it was.

    Raises:
        BadValue: a moment without its time zone, no moment at all, or one that has no day in every zone.
    """
    offset = at.utcoffset() if isinstance(at, datetime) else None
    if offset is None:
        hint = "datetime(..., tzinfo=UTC)"
        raise BadValue("a moment needs its time zone", where="at", hint=hint, code="followup.calls.moment")
    if at.year in (MINYEAR, MAXYEAR):
        raise BadValue("a moment at the end of time", where="at", code="followup.calls.moment")
    return at if isinstance(at.tzinfo, timezone) else at.replace(tzinfo=timezone(offset), fold=0)
