"""Dealer selection (经销商选择): a weighted assessment with reasons, and hard conditions that no points make good.

Staff, finance and management, policy and service, and the cooperation to expect are marked by one or more people, each
mark with its evidence. What comes out is a proposal: whom to choose, whom to keep in reserve, whom not, and why.

>>> day, told = date(2026, 3, 2), {"staff": 80, "management": 70, "service": 90, "cooperation": 64}
>>> marks = [SelectionMark("D1", item, mark, day, by="p1", evidence="visit of 2 March") for item, mark in told.items()]
>>> met = [HardCondition("D1", key, "allow", because("on file", "已登记")) for key in CONDITIONS]
>>> row = select_dealers(["D1", "D2"], marks, met, day).rows[0]
>>> row.outcome, str(row.points)
('choose', '75.00')

Source: S004-71 (staff, finance and management level, promotion policy and service, expected cooperation), S004-73.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias, cast

from attrs import evolve, field, frozen

from pharmasales.display import Cell, Column, Says, Table, Why, because, joined
from pharmasales.errors import BadRows, BadRule, BadValue, NotFound, PharmaSalesError
from pharmasales.names import nearest, normal_id, twins
from pharmasales.recruitment.agents.assessing import SELECTION_RULES, ItemView, SelectionMark, views_of
from pharmasales.recruitment.agents.conditions import CONDITIONS, HardCondition, condition_says
from pharmasales.rules import Bands, Field, Ranked, RuleBook, Weighted, explain
from pharmasales.rules.reading import fields_of, words_of

__all__ = [
    "SELECTION_OUTCOMES",
    "Selection",
    "SelectionOutcome",
    "SelectionRow",
    "select_dealers",
]

SelectionOutcome: TypeAlias = Literal["choose", "reserve", "refuse", "ask", "blocked"]

SELECTION_OUTCOMES: Mapping[SelectionOutcome, Says] = MappingProxyType(
    {
        "choose": Says("choose", "选定"),
        "reserve": Says("reserve", "备选"),
        "ask": Says("ask first", "待评估"),
        "refuse": Says("not", "不选"),
        "blocked": Says("blocked", "禁止"),
    }
)
"""What the assessment proposes."""


@frozen
class SelectionRow:
    """What is proposed for one would-be dealer.

    Args:
        dealer: its id.
        outcome: `choose`, `reserve`, `refuse`, `ask` (a mark or condition is missing) or `blocked`.
        points: its points, with two decimals; missing where a mark is.
        rank: among those neither blocked nor missing anything: 1 for the most points, ties alike.
        ask: the items and conditions of which nothing is known.
        blocked_by: the keys of the conditions that are not met.
        flags: what to look at: one view only, views far apart, a condition met for now.
        why: the reasons.
    """

    dealer: str
    outcome: SelectionOutcome
    points: Decimal | None
    rank: int | None
    ask: tuple[str, ...]
    blocked_by: tuple[str, ...]
    flags: tuple[Why, ...] = field(repr=False)
    why: Why = field(repr=False)


@frozen
class Selection:
    """The proposal: the best first, then those to ask, those not, those blocked. Made by `select_dealers`.

    Args:
        as_of: the day.
        rows: one row a would-be dealer.
        warnings: what is not as asked for: more than the places because of a tie, or fewer.
        words: how the table calls the items.
    """

    as_of: date
    rows: tuple[SelectionRow, ...] = field(repr=lambda rows: f"<{len(rows)} dealers>")
    warnings: tuple[Why, ...] = ()
    words: Mapping[str, Says] = field(factory=dict, repr=False, hash=False)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids of those to choose, the best first."""
        return tuple(row.dealer for row in self.rows if row.outcome == "choose")

    def table(self) -> Table:
        """Return rank, dealer, proposal, points, still to ask, not met, to look at, why."""
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            flags = Says("; ".join(one.text() for one in row.flags), "；".join(one.text("zh") for one in row.flags))
            ask = joined(self.words.get(key) or condition_says(key) for key in row.ask)
            named = ask, joined(map(condition_says, row.blocked_by)), flags, row.why
            rows.append((row.rank, row.dealer, SELECTION_OUTCOMES[row.outcome], row.points, *named))
        return Table("dealer_selection", Says("Dealer selection", "经销商选择"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("dealer", "Dealer", "经销商"),
    Column("proposal", "Proposal", "建议"),
    Column("points", "Points", "得分", "number"),
    Column("ask", "Still to ask", "待了解"),
    Column("blocked_by", "Not met", "未满足条件"),
    Column("flags", "To look at", "关注"),
    Column("why", "Why", "原因", "why"),
)


@frozen
class _Asked:
    """What is asked of every dealer: the rules, their items, the hard conditions, and how far views may lie apart."""

    score: Weighted
    proposal: Bands
    items: tuple[str, ...]
    needed: tuple[str, ...]
    apart: int


def select_dealers(
    dealers: Iterable[str],
    marks: Iterable[SelectionMark],
    conditions: Iterable[HardCondition],
    as_of: date,
    *,
    rules: RuleBook = SELECTION_RULES,
    needed: Collection[str] = tuple(CONDITIONS),
    places: int | None = None,
    apart: int = 30,
) -> Selection:
    """Propose whom to choose (经销商选择).

    Of several people's marks of one item the mean counts. A hard condition that is not met blocks; one of which nothing
    is known is asked for first, whatever the points.

    Args:
        dealers: ids of the would-be dealers.
        marks: the marks; those after the day do not count yet.
        conditions: the hard conditions, as they stand on the day; others than the needed ones count too.
        as_of: the day.
        rules: `score`, a weighted sum of the items, and `proposal`, bands of `score`.
        needed: the keys of the conditions that must be known of everybody.
        places: how many to choose at most; all that tie at the last place are proposed, with a warning.
        apart: marks of one item that lie further apart than this are flagged.

    Raises:
        BadRows: a dealer twice, marks or conditions of others, marks of unknown items, anything twice: all.
        BadRule: rules of another form, or places below 1.
        NotFound: a book without one of the rules.
    """
    asked = _read(rules, tuple(needed), apart)
    if places is not None and (type(places) is not int or places < 1):
        raise BadRule("places below 1", where="places", hint="1 or more, or leave it out", code="agents.places")
    ids, held, told = list(map(normal_id, dealers)), list(conditions), list(marks)
    _checked(ids, told, held, asked)
    views = views_of(told, as_of)
    met: dict[str, dict[str, HardCondition]] = {one: {} for one in ids}
    for one in held:
        met[one.dealer][one.key] = one
    rows = [_row(dealer, views, met[dealer], asked) for dealer in sorted(ids)]
    return evolve(_placed(as_of, rows, places), words=words_of(asked.score))


def _read(rules: RuleBook, needed: tuple[str, ...], apart: int) -> _Asked:
    score, proposal = rules["score"], rules["proposal"]
    if not isinstance(score, Weighted) or not isinstance(proposal, Bands):
        hint = 'let "score" be a weighted sum and "proposal" bands of it'
        raise BadRule("rules of another form", where="rules", hint=hint, code="agents.rule")
    words = set(proposal.labels()) - {"choose", "reserve", "refuse"}
    if words:
        hint = "choose, reserve or refuse"
        raise BadRule("an unknown proposal", where="rules.proposal", hint=hint, code="agents.rule")
    return _Asked(score, proposal, tuple(dict.fromkeys(one.name for one in fields_of(score))), needed, apart)


def _checked(ids: list[str], marks: list[SelectionMark], conditions: list[HardCondition], asked: _Asked) -> None:
    bad: list[PharmaSalesError] = [
        BadValue("a dealer twice", where=f"dealer {ids[later]!r}", hint="give it once", code="agents.twice")
        for _, later in twins(ids)
    ]
    known = set(ids)
    given = [(one.dealer, one.item) for one in marks] + [(one.dealer, one.key) for one in conditions]
    bad += [
        NotFound(
            "of no dealer here", where=f"dealer {dealer!r} {key}", hint="give the dealer too", code="agents.dealer"
        )
        for dealer, key in sorted(set(given))
        if dealer not in known
    ]
    for item in sorted({one.item for one in marks} - set(asked.items)):
        bad.append(BadRule("no item of the rule", where=item, hint=nearest(item, asked.items), code="agents.item"))
    twice = [(one.dealer, one.item, one.by, str(one.on)) for one in marks]
    twice += [(one.dealer, one.key, "", "") for one in conditions]
    for dealer, key, *_ in sorted(one for one, times in Counter(twice).items() if times > 1):
        bad.append(BadValue("told twice", where=f"dealer {dealer!r} {key}", hint="keep one", code="agents.twice"))
    if bad:
        raise BadRows(f"{len(bad)} entries refused", bad)


def _row(
    dealer: str,
    views: Mapping[tuple[str, str], ItemView],
    met: Mapping[str, HardCondition],
    asked: _Asked,
) -> SelectionRow:
    found = {item: views.get((dealer, item), ItemView(None, 0, 0)) for item in asked.items}
    record = {item: view.mark for item, view in found.items()}
    held = sorted(met.values(), key=lambda one: one.key)
    unknown = [key for key in asked.needed if key not in met]
    blocked = [one for one in held if one.outcome == "block"]
    points = asked.score(record)
    told = {"score": points}
    ask = [item for item, mark in record.items() if mark is None] if points is None else []
    outcome: SelectionOutcome = "blocked" if blocked else "ask" if ask or unknown else _proposed(asked.proposal, told)
    reasons = [one.told for one in blocked]
    reasons += [because("condition not known: {key}", "条件未知：{key}", key=condition_says(key)) for key in unknown]
    reasons += [explain(asked.proposal, told), explain(asked.score, record)]
    en, zh = _DO[outcome]
    flags = (*_flags(found, asked), *(one.told for one in held if one.outcome == "warn"))
    keys = tuple(one.key for one in blocked)
    return SelectionRow(dealer, outcome, points, None, (*ask, *unknown), keys, flags, because(en, zh, *reasons))


def _proposed(rule: Bands, told: Mapping[str, object]) -> SelectionOutcome:
    return cast("SelectionOutcome", rule(told))  # its labels were checked when it was read


def _flags(found: Mapping[str, ItemView], asked: _Asked) -> Iterable[Why]:
    words = words_of(asked.score)
    single = [item for item, view in found.items() if view.people == 1]
    if single:
        en, zh = "one person's view only: {items}; ask another", "仅一人评估：{items}；请再请一人评估"
        yield because(en, zh, items=joined(words[item] for item in single))
    for item, view in found.items():
        if view.spread > asked.apart:
            en, zh = "views of {item} lie {spread} apart; talk it over", "{item} 评分相差 {spread}，请讨论"
            yield because(en, zh, item=words[item], spread=view.spread)


def _placed(as_of: date, rows: list[SelectionRow], places: int | None) -> Selection:
    """Rank those who can be ranked, and turn those beyond the places into a reserve."""
    rated = [row for row in rows if row.outcome in ("choose", "reserve", "refuse")]
    ranks = Ranked(Field("points")).answers([{"points": row.points} for row in rated])
    by_dealer = {row.dealer: rank for row, rank in zip(rated, ranks, strict=True)}
    rows = [evolve(row, rank=by_dealer.get(row.dealer)) for row in rows]
    fit = [row for row in rows if row.outcome == "choose"]
    warnings = []
    if places is not None and len(fit) < places:
        en, zh = "{n} fit for {places} places; look for more", "{places} 个名额仅 {n} 家合格，请继续寻找"
        warnings.append(because(en, zh, n=len(fit), places=places))
    elif places is not None:
        rows = [_beyond(row, places) for row in rows]
        kept = sum(row.outcome == "choose" for row in rows)
        if kept > places:
            en, zh = (
                "{n} for {places} places: they tie at the last one; decide",
                "并列，{places} 个名额有 {n} 家，请定夺",
            )
            warnings.append(because(en, zh, n=kept, places=places))
    rows.sort(key=lambda row: (_ORDER[row.outcome], row.rank or 0))
    return Selection(as_of, tuple(rows), tuple(warnings))


def _beyond(row: SelectionRow, places: int) -> SelectionRow:
    if row.outcome != "choose" or row.rank is None or row.rank <= places:
        return row
    en, zh = "rank {rank} lies beyond the places ({places}): reserve", "第 {rank} 名超出 {places} 个名额：备选"
    return evolve(row, outcome="reserve", why=because(en, zh, row.why, rank=row.rank, places=places))


_ORDER = {outcome: place for place, outcome in enumerate(SELECTION_OUTCOMES)}
_DO: Mapping[SelectionOutcome, tuple[str, str]] = {
    "choose": ("choose", "选定"),
    "reserve": ("keep in reserve", "列为备选"),
    "refuse": ("do not choose", "不选"),
    "ask": ("ask for what is missing first", "先补充缺失信息"),
    "blocked": ("blocked, whatever the points", "禁止选择，与得分无关"),
}
