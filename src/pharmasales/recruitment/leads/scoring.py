"""Lead scores (线索评分): how much a lead promises, with the reasons, and what is still to be asked.

>>> from datetime import date
>>> from pharmasales.archive import Lead, admit
>>> from pharmasales.compliance import NONE
>>> from pharmasales.rules import Bands, Field, Part, Weighted
>>> rule = Weighted([
...     Part("network", 60, Bands(Field("hospitals"), ((5, 0), (20, 50)), top=100), zh="网络"),
...     Part("funds", 40, Bands(Field("funds"), ((100_000, 0),), top=100), zh="资金"),
... ], full=100)
>>> leads = [Lead(f"L{n}", "agent", "referral", date(2026, 3, 2)) for n in (1, 2)]
>>> facts = {"L1": {"hospitals": 30, "funds": 80_000}, "L2": {"hospitals": 12}}
>>> found = score_leads(admit(leads, NONE, as_of=date(2026, 3, 2)), facts, rule, key_from=60)
>>> [(row.lead, str(row.score), row.key, row.ask) for row in found.rows]
[('L1', '60.00', True, ()), ('L2', 'None', None, ('funds',))]

Source: S000-18 (pick key customers from call-backs; fast and accurate identification of potential; reasons).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from attrs import field, frozen

from pharmasales.archive.leads import Admission
from pharmasales.display import Cell, Column, Says, Table, Why, because, joined
from pharmasales.errors import BadRows, NotFound, PharmaSalesError
from pharmasales.rules import Weighted, explain
from pharmasales.rules.reading import fields_of, words_of
from pharmasales.units import Number, exact

__all__ = ["LeadScore", "LeadScores", "score_leads"]


@frozen
class LeadScore:
    """What one lead scores (线索得分).

    Args:
        lead: its id.
        score: its points; missing where a measure is missing and the rule does not allow for that.
        rank: 1 for the most points, ties alike; missing likewise.
        key: whether it is a key lead (重点); missing likewise.
        best: the one or two measures with the highest scores above zero; of equals, the first of the rule.
        ask: the measures without a score: what is still to be asked.
        why: how the points are made.
    """

    lead: str
    score: Decimal | None
    rank: int | None
    key: bool | None
    best: tuple[str, ...]
    ask: tuple[str, ...]
    why: Why = field(repr=False)


@frozen
class LeadScores:
    """Scores, the most points first, then those without, each in the order given. Made by `score_leads`.

    Args:
        rows: one row an accepted lead.
        words: how the table calls the measures.
    """

    rows: tuple[LeadScore, ...] = field(repr=lambda rows: f"<{len(rows)} leads>")
    words: Mapping[str, Says] = field(factory=dict, repr=False, hash=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """The ids of the key leads (重点客户), the best first."""
        return tuple(row.lead for row in self.rows if row.key)

    def table(self) -> Table:
        """Return rank, lead, score, key or not, strong in, still to ask, why."""
        rows: list[tuple[Cell, ...]] = []
        for row in self.rows:
            best, ask = (joined(self.words[name] for name in names) for names in (row.best, row.ask))
            rows.append((row.rank, row.lead, row.score, _KEY[row.key], best, ask, row.why))
        return Table("lead_scores", Says("Lead scores", "线索评分"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html(most=20)


_KEY = {True: Says("key", "重点"), False: Says("other", "一般"), None: Says("ask first", "待补充")}
_COLUMNS = (
    Column("rank", "Rank", "名次", "number"),
    Column("lead", "Lead", "线索"),
    Column("score", "Score", "得分", "number"),
    Column("key", "Key", "重点"),
    Column("best", "Strong in", "强项"),
    Column("ask", "Still to ask", "待了解"),
    Column("why", "Why", "原因", "why"),
)


def score_leads(
    admission: Admission, facts: Mapping[str, Mapping[str, object]], rule: Weighted, *, key_from: Number
) -> LeadScores:
    """Score the accepted leads (线索评分); those in quarantine have no score.

    Args:
        admission: the leads as the gate judged them.
        facts: what is known of each lead, by its id, under the names that the rule reads; what is left out is missing,
            and what the rule does not read is passed over.
        rule: the measures and their weights; a rule that looks at the others is fitted first (`fit_peers`).
        key_from: from how many points on a lead is a key one (以上 includes).

    Raises:
        BadRows: facts of leads that are not here, all of them.
        BadValue: a value that is no number, or `key_from` is none.
        BadRule: a rule that is not fitted.
    """
    here = {judged.lead.id for judged in admission.judged}
    bad: list[PharmaSalesError] = [
        NotFound("facts of no lead here", where=f"lead {lead!r}", hint="give the lead too", code="leads.facts")
        for lead in facts
        if lead not in here
    ]
    if bad:
        raise BadRows("the leads cannot be scored", bad)
    cut = exact(key_from)
    asked = dict.fromkeys(one.name for one in fields_of(rule))
    scored = [(lead.id, {**asked, **facts.get(lead.id, {})}) for lead in admission.accepted]
    scores = [rule(record) for _, record in scored]
    ranks = _ranks([score for score in scores if score is not None])
    rows = [_row(lead, record, rule, ranks, cut) for lead, record in scored]
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0))
    return LeadScores(tuple(rows), words_of(rule))


def _ranks(scores: list[Decimal]) -> dict[Decimal, int]:
    """Give each score its competition rank: 1, 1, 3."""
    ranks: dict[Decimal, int] = {}
    for place, score in enumerate(sorted(scores, reverse=True), 1):
        ranks.setdefault(score, place)
    return ranks


def _row(
    lead: str, record: Mapping[str, object], rule: Weighted, ranks: Mapping[Decimal, int], cut: Fraction
) -> LeadScore:
    score, points = rule(record), rule.points(record)
    ask = tuple(one.part.name for one in points if one.score is None)
    told = [(one.score, one.part.name) for one in points if one.score is not None and one.score > 0]
    best = tuple(name for _, name in sorted(told, key=lambda pair: -pair[0]))[:2]
    why = explain(rule, record)
    if score is None:
        return LeadScore(lead, None, None, None, best, ask, because("ask for what is missing", "请补充缺失信息", why))
    return LeadScore(lead, score, ranks[score], exact(score) >= cut, best, ask, why)
