"""Partiality to the own team (偏袒): the own team gets more than other teams do, beside what impartial raters gave.

An impartial rater of a person is one of another team than the person's, who was not found lenient or severe. A rater
who is lenient to everybody is not partial: only the difference between the own team and the other teams counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from fractions import Fraction

from pharmasales.display import Why, because, percent
from pharmasales.evaluation.fairness.raters.findings import Beside, Finding
from pharmasales.evaluation.fairness.raters.marks import Mark, MarkBook
from pharmasales.evaluation.fairness.raters.overlap import (
    Overlap,
    Pair,
    beyond_chance,
    by_chance,
    by_people,
    same_people,
)
from pharmasales.evaluation.fairness.raters.rater_errors import State
from pharmasales.evaluation.fairness.raters.rater_rules import RaterRules

__all__ = ["own_team_findings"]


def own_team_findings(
    book: MarkBook,
    team_of: Mapping[str, str],
    rater_team: Mapping[str, str],
    rules: RaterRules,
    aside: Set[str] = frozenset(),
) -> Iterator[Finding]:
    """Yield partiality of each rater.

    The figure is the mean difference from impartial raters over the people of the own team, less the same over people
    of other teams, as a share of the scale's width. On each side there must be marks and people enough.

    Args:
        book: the marks.
        team_of: by person, the id of the team.
        rater_team: by rater, the id of the team that is the rater's own.
        rules: the thresholds.
        aside: raters who are no yardstick, for their marks are off for everybody.

    Source: S004-66 (partial to own people), P2-K (personal bias).
    """

    def impartial(mark: Mark) -> bool:
        team = team_of.get(mark.person)
        return team is not None and mark.rater in rater_team and rater_team[mark.rater] != team

    for rater in book.raters:
        team = rater_team.get(rater)
        overlap = same_people(book, rater, aside, impartial)
        own = [pair for pair in overlap.pairs if team is not None and team_of[pair[0].person] == team]
        other = [pair for pair in overlap.pairs if team is not None and team_of[pair[0].person] != team]
        yield _finding(rater, overlap, own, other, rules)


def _finding(rater: str, overlap: Overlap, own: list[Pair], other: list[Pair], rules: RaterRules) -> Finding:
    marks, people = len(own) + len(other), overlap.people if own or other else 0
    sides = [Overlap(overlap.book, side, overlap.others) for side in (own, other)]
    if not all(side.enough(rules) for side in sides):
        why = _lacking(sides, rules)
        return Finding(rater, "partial", "unknown", None, rules.own, marks, people, (), why)
    groups = [by_people(side) for side in (own, other)]
    mine, theirs = (sum(apart, Fraction()) / len(apart) for apart in groups)
    figure = overlap.book.scale.share(mine - theirs)
    beyond, sure = figure >= rules.own, beyond_chance(groups, mine - theirs, rules.sure)
    state: State = overlap.beyond if beyond and sure else "clear"
    parts = (*overlap.caution(), *([by_chance(rules)] if beyond and not sure else []))
    why = because(
        "{count} people of the own team get {mine} of the scale's width more than raters of other teams give them, "
        "{rest} people of other teams {theirs}: {figure} apart; asked from {cut} on",
        "本队 {count} 人比他队评分人所给高量表宽度的 {mine}，他队 {rest} 人高 {theirs}：相差 {figure}；{cut} 起提问",
        *parts,
        count=sides[0].people,
        rest=sides[1].people,
        mine=percent(overlap.book.scale.share(mine)),
        theirs=percent(overlap.book.scale.share(theirs)),
        figure=percent(figure),
        cut=percent(rules.own),
    )
    evidence: tuple[Beside, ...] = sides[0].evidence()
    return Finding(rater, "partial", state, figure, rules.own, marks, people, evidence, why)


def _lacking(sides: list[Overlap], rules: RaterRules) -> Why:
    own, other = sides
    return because(
        "not known: beside impartial raters there are {own} marks of {people} people of the own team, and {other} of "
        "{rest} people of other teams; each side needs at least {least} of {needed}, and the team of each",
        "无法判断：可与他队评分人对照的评分，本队 {people} 人 {own} 个，他队 {rest} 人 {other} 个；"
        "每边至少需 {needed} 人 {least} 个，并须知各人所属团队",
        own=len(own.pairs),
        people=own.people,
        other=len(other.pairs),
        rest=other.people,
        least=rules.least,
        needed=rules.people,
    )
