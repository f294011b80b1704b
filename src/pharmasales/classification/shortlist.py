"""A shortlist (名单): the best few of those who meet a condition, equal values together, never more than its length.

>>> from pharmasales.rules import Field
>>> rule = Shortlist(Field("sales"), Field("on_time").equals(True), least=1, most=2)
>>> dealers = [{"sales": sales, "on_time": paid} for sales, paid in ((90, True), (80, False), (70, True), (60, True))]
>>> rule.answers(dealers)
['best', 'other', 'best', 'other']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import field, frozen

from pharmasales.display import Why, because
from pharmasales.errors import BadRule
from pharmasales.rules import All, Condition, Evidence, FirstMatch, GroupRule, Term
from pharmasales.rules.terms import Exact, each, number

__all__ = ["Listed", "Shortlist"]


@frozen
class Listed:
    """A shortlist that was drawn up over a population.

    Args:
        rule: who is on it, to keep and to apply to any record.
        evidence: what those on it and the others hold, the best first.
        warnings: what is not as it was asked for: a list that is too short, or equals left out at its end.
    """

    rule: FirstMatch
    evidence: tuple[Evidence, ...]
    warnings: tuple[Why, ...] = ()


@frozen
class Shortlist(GroupRule):
    """The best of those for whom a condition holds: at most `most`, and a warning where there are fewer than `least`.

    Equal values get equal answers, and the list is never longer than `most`: where several share the last place and not
    all of them fit, none of them is on it.

    Args:
        of: the term that gives the value; only a value above zero counts.
        when: who may be on it at all.
        least: how many there should be.
        most: how many there may be.

    Source: S004-81, E49. Raises:
        BadRule: not 1 <= least <= most.
    """

    of: Term
    when: Condition
    least: int = field()
    most: int = field()

    def __attrs_post_init__(self) -> None:
        if type(self.least) is not int or type(self.most) is not int or not 1 <= self.least <= self.most:
            raise BadRule("a list has a least and a greatest length", hint="1 <= least <= most", code="rule.list")

    def labels(self) -> tuple[str, ...]:
        """Return the answers, the best first."""
        return ("best", "other")

    def fit(self, records: Iterable[object]) -> Listed:
        """Look at everybody once and draw up the list.

        Raises:
            BadValue: a value that is no number, with its position.
        """
        people = list(each(records, "records", lambda record: (record, number(self.of(record), self.of.named()))))
        fit = Counter(value for record, value in people if value is not None and value > 0 and self.when(record))
        within, crowded = self._within(fit)
        high = max(fit, default=0)
        from_cut = self.of.at_least(min(within)) if within else self.of.over(high)
        rule = FirstMatch(((All([self.when, from_cut]), "best"),), otherwise="other")
        return Listed(rule, _evidence(rule, people), tuple(self._warnings(sum(within.values()), crowded)))

    def answers(self, records: Iterable[object]) -> list[str | int | None]:
        """Return each record's label; errors as `fit`."""
        people = list(records)
        rule = self.fit(people).rule
        return [rule(record) for record in people]

    def _within(self, fit: Counter[Exact]) -> tuple[Counter[Exact], int]:
        """Return the values that are on the list, and how many equals the last place had no room for."""
        within: Counter[Exact] = Counter()
        room = self.most
        for value, count in sorted(fit.items(), reverse=True):
            if count > room:
                return within, count if room else 0
            within[value] = count
            room -= count
        return within, 0

    def _warnings(self, found: int, crowded: int) -> Iterable[Why]:
        if crowded:
            en = "{crowded} equals share the last places and do not all fit into {most}: none of them is listed"
            yield because(en, "{crowded} 家并列末位，超出 {most} 家上限，均不列入", crowded=crowded, most=self.most)
        if found < self.least:
            en = "{found} are listed, fewer than {least}"
            yield because(en, "名单 {found} 家，不足 {least} 家", found=found, least=self.least)


def _evidence(rule: FirstMatch, people: Sequence[tuple[object, Exact | None]]) -> tuple[Evidence, ...]:
    held: dict[str | int | None, list[Exact]] = {label: [] for label in rule.labels()}
    for record, value in people:
        label = rule(record)
        if label is not None and value is not None:
            held[label].append(value)
    whole = sum(value for values in held.values() for value in values if value > 0)
    found = []
    for label, values in held.items():
        total: Exact = sum(value for value in values if value > 0)
        share = Fraction(total) / whole if whole else None
        low, high = (min(values), max(values)) if values else (None, None)
        found.append(Evidence(label or "", len(values), total, share, low, high))
    return tuple(found)
