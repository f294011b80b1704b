"""Rater checks (评分人检查): eight textbook errors, each with figures, evidence, a reason and a question.

>>> from pharmasales.evaluation.fairness.raters.scale import Scale
>>> from pharmasales.periods import Quarter
>>> rows = [
...     {"rater": rater, "person": f"r{n}", "item": item, "value": min(1 + (n + skill) % 3 + more, 5)}
...     for rater, more in (("m1", 0), ("m2", 0), ("m3", 2))
...     for n in range(6) for skill, item in enumerate(("skill", "plan"))
... ]
>>> review = check_raters(MarkBook.read(rows, Scale(1, 5), Quarter(2026, 1)))
>>> for one in review.found:
...     print(one.rater, one.error, one.why)
m3 lenient 12 marks of 6 people, of whom 2 others gave marks too: mean 4.00 against 2.00, by person 50.0% of the scale's
width; asked from 12.5% on
"""

from __future__ import annotations

from collections.abc import Mapping

from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.evaluation.fairness.raters.findings import Finding, RaterReview
from pharmasales.evaluation.fairness.raters.levels import level_findings
from pharmasales.evaluation.fairness.raters.marks import MarkBook
from pharmasales.evaluation.fairness.raters.memory import copy_findings, order_findings
from pharmasales.evaluation.fairness.raters.own_team import own_team_findings
from pharmasales.evaluation.fairness.raters.rater_errors import RATER_ERRORS
from pharmasales.evaluation.fairness.raters.rater_rules import RaterRules
from pharmasales.evaluation.fairness.raters.spreads import spread_findings
from pharmasales.names import normal_id

__all__ = ["check_raters"]

_DEFAULT = RaterRules()


def check_raters(
    book: MarkBook,
    rules: RaterRules = _DEFAULT,
    *,
    last: MarkBook | None = None,
    team_of: Mapping[str, str] | None = None,
    rater_team: Mapping[str, str] | None = None,
) -> RaterReview:
    """Look for the errors that raters make (评分误差检查).

    What was found is a reason to ask, never a verdict: each finding has its question. The order of the marks does not
    matter.

    Args:
        book: the marks of the period.
        rules: the thresholds.
        last: the marks of the period before, for similarity to last period.
        team_of: by person, the id of the team, for partiality.
        rater_team: by rater, the id of the team that is the rater's own.

    Raises:
        NotComparable: marks of last period on another scale, or of a period that does not lie before.
        BadRows: ids of people, raters or teams that are none, or that are given twice.

    Source: S004-66, P2-K.
    """
    teams, own = _ids(team_of or {}, "team_of"), _ids(rater_team or {}, "rater_team")
    levels = list(level_findings(book, rules))
    off = {one.rater for one in levels if one.state == "found"}
    findings: list[Finding] = [
        *levels,
        *spread_findings(book, rules),
        *order_findings(book, rules),
        *copy_findings(book, last, rules),
        *own_team_findings(book, teams, own, rules, off),
    ]
    order = list(RATER_ERRORS)
    findings.sort(key=lambda one: (one.rater, order.index(one.error)))
    return RaterReview(tuple(findings), rules, book)


def _ids(given: Mapping[str, str], where: str) -> Mapping[str, str]:
    read: dict[str, str] = {}
    bad: list[PharmaSalesError] = []
    for one, team in given.items():
        try:
            name = normal_id(one)
            if name in read:
                raise BadValue("given twice", hint="keep one", code="fairness.twins")
            read[name] = normal_id(team)
        except PharmaSalesError as error:
            bad.append(error.at(f"{where}[{one!r}]"))
    if bad:
        raise BadRows("teams are refused", bad)
    return read
