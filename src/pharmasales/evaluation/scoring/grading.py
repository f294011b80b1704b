"""Grades of scores (评级): by cut, by rank, or by a forced distribution, ties always together.

By cut is `Bands` over the total. The other two look at everybody first and give such bands, with the evidence, to keep
and apply to one person later.

>>> people = [{"total": total} for total in (95, 90, 90, 80, 70)]
>>> given = RankGrades(((1, "A"), (2, "B")), rest="C").fit(people)
>>> [given.bands(person) for person in people]
['A', 'B', 'B', 'C', 'C']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias, get_args

from attrs import Attribute, field, frozen

from pharmasales.display import Column, Says, Table, Why, because
from pharmasales.errors import BadRule
from pharmasales.names import nearest
from pharmasales.rules import Bands, Cut, Field, Label, Rule
from pharmasales.rules.fitted import bands_above
from pharmasales.rules.terms import Exact, as_label, each, literal, number
from pharmasales.splits import largest_remainder
from pharmasales.units import Number

__all__ = [
    "FittedGrades",
    "ForcedDistribution",
    "GradeFacts",
    "GradeRule",
    "RankGrades",
    "TiesGo",
    "cut_grades",
]

TiesGo: TypeAlias = Literal["up", "down"]
"""Where all go who are level across the line between two grades: to the better grade (`up`) or the other (`down`)."""

_TOTAL = Field("total", "总分")


@frozen
class GradeFacts:
    """What one grade holds in the population that was looked at.

    Args:
        grade: the grade.
        due: how many people it was to hold.
        given: how many it holds; ties make the difference.
        low: the least value in it, missing where there is none.
        high: the largest.
        why: the same in words.
    """

    grade: Label
    due: int
    given: int
    low: Exact | None = field(repr=False)
    high: Exact | None = field(repr=False)
    why: Why = field(repr=False, eq=False)


@frozen
class FittedGrades:
    """Bands that came from everybody's totals, and the evidence for them.

    Args:
        bands: grades one person by the total.
        facts: one entry a grade, the best first.
        missing: how many had no total, and have no grade.
    """

    bands: Bands
    facts: tuple[GradeFacts, ...]
    missing: int

    def table(self) -> Table:
        """Return the evidence: grade, places due and given, least and largest value, why."""
        rows = [(str(one.grade), one.due, one.given, one.low, one.high, one.why) for one in self.facts]
        return Table("grade_evidence", Says("Evidence of the grades", "评级依据"), _COLUMNS, rows)

    def _repr_html_(self) -> str:
        return self.table().html()


_COLUMNS = (
    Column("grade", "Grade", "等级"),
    Column("due", "Due", "应有人数", "number"),
    Column("given", "Given", "实际人数", "number"),
    Column("low", "Least", "最低", "amount"),
    Column("high", "Largest", "最高", "amount"),
    Column("why", "Why", "说明", "why"),
)


def _shares(given: Iterable[tuple[Number, Label]]) -> tuple[tuple[Exact, Label], ...]:
    return tuple(each(given, "shares", lambda pair: (literal(pair[0]), as_label(pair[1]))))


def _ranks(given: Iterable[tuple[int, Label]]) -> tuple[tuple[int, Label], ...]:
    return tuple((rank, as_label(label)) for rank, label in given)


@frozen
class ForcedDistribution:
    """Grades by fixed shares of the people (强制分布): 20 % A, 70 % B, 10 % C.

    The places of each grade are whole and add up to the people: largest remainder, the better grade first where
    remainders are equal. Who is level with somebody across the line goes with them, all `up` to the better grade or all
    `down` to the other; the evidence says how many places were due and how many were given.

    Args:
        shares: pairs of a share and its grade, the best first; they add up to 1.
        ties: where ties go.
        of: the term that gives the value; the total of a score where left out.

    >>> people = [{"total": total} for total in (99, 90, 90, 80, 70, 60, 50, 40, 30, 20)]
    >>> for ties in ("up", "down"):
    ...     rule = ForcedDistribution((("20%", "A"), ("70%", "B"), ("10%", "C")), ties)
    ...     print([(one.grade, one.due, one.given) for one in rule.fit(people).facts])
    [('A', 2, 3), ('B', 7, 6), ('C', 1, 1)]
    [('A', 2, 1), ('B', 7, 8), ('C', 1, 1)]

    Raises:
        BadRule: shares that miss 1 or are negative, two grades of one name, or an unknown way with ties.

    Source: P2-K (forced distribution as a cure for raters who find everybody good); the ties law of the house.
    """

    shares: tuple[tuple[Exact, Label], ...] = field(converter=_shares)
    ties: TiesGo = "up"
    of: Rule = _TOTAL

    def __attrs_post_init__(self) -> None:
        if any(share < 0 for share, _ in self.shares):
            raise BadRule("a negative share", where="shares", hint="give zero or more", code="score.shares")
        whole: Exact = sum(share for share, _ in self.shares)
        if whole != 1:
            raise BadRule(f"the shares add up to {whole}, not 1", where="shares", code="score.shares")
        _one_each([label for _, label in self.shares])
        if self.ties not in get_args(TiesGo):
            hint = nearest(str(self.ties), get_args(TiesGo))
            raise BadRule("ties go where?", where="ties", hint=hint, code="score.ties")

    def fit(self, records: Iterable[object]) -> FittedGrades:
        """Look at everybody once; who has no value takes no place.

        Raises:
            BadValue: a value that is no number, with its position.
        """
        values, missing = _falling(self.of, records)
        due = largest_remainder(len(values), [share for share, _ in self.shares])
        labels = [label for _, label in self.shares]
        return _fitted(self.of, values, missing, list(zip(due, labels, strict=True)), self.ties)


@frozen
class RankGrades:
    """Grades by competition rank (按名次评级): the first ten A, to the thirtieth B, the others C.

    Equal values have equal ranks (1, 1, 3), so that all who share a rank have its grade.

    Args:
        ranks: pairs of a grade's last rank and the grade, ascending.
        rest: the grade of all others.
        of: the term that gives the value; the total of a score where left out.

    Raises:
        BadRule: ranks that do not ascend from 1, or two grades of one name.

    Source: the ties law of the house.
    """

    ranks: tuple[tuple[int, Label], ...] = field(converter=_ranks)
    rest: Label = field(converter=as_label)
    of: Rule = _TOTAL

    @ranks.validator
    def _ascending(self, _attribute: Attribute[object], ranks: tuple[tuple[int, Label], ...]) -> None:
        last = 0
        for place, (rank, _) in enumerate(ranks):
            if type(rank) is not int or rank <= last:
                raise BadRule("ranks must ascend from 1", where=f"ranks[{place}]", code="score.ranks")
            last = rank

    def __attrs_post_init__(self) -> None:
        _one_each([*(label for _, label in self.ranks), self.rest])

    def fit(self, records: Iterable[object]) -> FittedGrades:
        """Look at everybody once; who has no value has no rank.

        Raises:
            BadValue: a value that is no number, with its position.
        """
        values, missing = _falling(self.of, records)
        due, before = [], 0
        for rank, label in self.ranks:
            due.append((max(min(rank, len(values)) - before, 0), label))
            before = min(rank, len(values))
        return _fitted(self.of, values, missing, [*due, (len(values) - before, self.rest)], "up")


GradeRule: TypeAlias = Bands | ForcedDistribution | RankGrades
"""How totals become grades: by cut, by shares of the people, or by rank."""


def _one_each(labels: Sequence[Label]) -> None:
    if len(set(labels)) < len(labels):
        raise BadRule("two grades of one name", where="grades", hint="rename one", code="score.twins")


def _falling(of: Rule, records: Iterable[object]) -> tuple[list[Exact], int]:
    values = list(each(records, "records", lambda record: number(of(record), of.named())))
    found = [value for value in values if value is not None]
    return sorted(found, reverse=True), len(values) - len(found)


def _fitted(
    of: Rule, values: Sequence[Exact], missing: int, due: Sequence[tuple[int, Label]], ties: TiesGo
) -> FittedGrades:
    """Draw the lines: a value belongs to the grade of the first of its places, or of the last where ties go down."""
    grade_of: list[Label] = [label for count, label in due for _ in range(count)]
    held: dict[Label, list[tuple[Exact, int]]] = {label: [] for _, label in due}
    place = 0
    for value, count in Counter(values).items():
        last = place + count - 1
        held[grade_of[place if ties == "up" else last]].append((value, count))
        place += count
    facts = tuple(_facts(label, count, held[label], ties) for count, label in due)
    return FittedGrades(_bands(of, held), facts, missing)


def _bands(of: Rule, held: dict[Label, list[tuple[Exact, int]]]) -> Bands:
    """Return the bands, each from the least value that its grade holds; the worst grade also takes all below.

    A grade that holds nobody has no band, unless it is the last: then it lies below the least value of all.
    """
    labels = list(held)
    starts = [(members[-1][0], label) for label, members in held.items() if members]
    if not starts:
        return Bands(of, (), top=labels[-1])
    rest = labels[-1]
    if starts[-1][1] == rest:
        starts.pop()
    return bands_above(of, starts, rest)


def _facts(label: Label, due: int, members: Sequence[tuple[Exact, int]], ties: TiesGo) -> GradeFacts:
    given = sum(count for _, count in members)
    low, high = (members[-1][0], members[0][0]) if members else (None, None)
    moved = given - due
    if not moved:
        why = because("{due} places, all given", "名额 {due}，已全部使用", due=due)
    else:
        way = Says("up", "上") if ties == "up" else Says("down", "下")
        why = because(
            "{due} places due, {given} given: who is level stays together and goes {way}",
            "名额 {due}，实际 {given}：同分同级，并列者{way}靠",
            due=due,
            given=given,
            way=way,
        )
    return GradeFacts(label, due, given, low, high, why)


def cut_grades(cuts: Iterable[tuple[Cut | Number, Label]], top: Label, *, of: Rule = _TOTAL) -> Bands:
    """Return grades by cut over the total (按分数线评级); a grade includes its lower cut.

    >>> cut_grades(((60, "D"), (75, "C"), (90, "B")), top="A")({"total": "89.99"})
    'B'

    Raises:
        BadRule: cuts that do not ascend.
    """
    return Bands(of, cuts, top)
