"""Hysteresis (滞后, 防抖): a customer at a cut keeps its grade until the value is clearly on the other side.

Without it a customer who sells a little more and a little less around a cut changes its grade every period, and with it
its visits, its rep's plan and its terms.

>>> from pharmasales.classification.classify import classify
>>> from pharmasales.rules import Field
>>> scheme = Scheme("size", ("A", "B"))
>>> rule = Bands(Field("sales", "销售额"), ((50_000, "B"),), top="A")
>>> now = classify([("H1", "One", {"sales": 48_900}), ("H2", "Two", {"sales": 47_000})], scheme, rule)
>>> was = {"H1": scheme.grade("A"), "H2": scheme.grade("A")}
>>> held = hold(now, was, Hysteresis(share="5%"))
>>> {customer: grade.letter for customer, grade in held.by_customer().items()}
{'H1': 'A', 'H2': 'B'}
>>> print(held.grades[0].why())
would be B, stays A: sales 48,900 is within 5.0% of the cut 50,000
  sales 48,900 is below 50,000: B
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, field, frozen

from pharmasales.classification.classify import Classification, Graded
from pharmasales.classification.cutting import boundaries, cut_text
from pharmasales.classification.grade import Grade, Scheme
from pharmasales.classification.review.settled import Settled
from pharmasales.display import Cell, Says, Why, because, percent
from pharmasales.errors import BadRule, NotComparable
from pharmasales.rules import Bands, Cut, Field
from pharmasales.rules.terms import Exact, literal, number
from pharmasales.units import Number

__all__ = ["Hysteresis", "hold"]


def _optional(value: Number | float | None) -> Exact | None:
    return None if value is None else literal(value)


@frozen
class Hysteresis:
    """How far, or for how long, a value must be beyond a cut before the grade follows it.

    With a margin the grade rises where the value reaches the cut plus the margin, and falls where it is below the cut
    less the margin. With periods it follows where the value has been beyond the cut, however little, in so many periods
    running, this one included. With both, either is enough. How wide and how long is the company's own choice.

    Args:
        margin: in the value's own measure: 2,500 yuan, 10 visits.
        share: of each cut: 5 % of 50,000 is 2,500; a cut at zero then has no margin.
        periods: two or more.

    Raises:
        BadRule: none of the three, margin and share at once, one below zero, or fewer than two periods.
    """

    margin: Exact | None = field(default=None, converter=_optional)
    share: Exact | None = field(default=None, converter=_optional)
    periods: int | None = None

    def __attrs_post_init__(self) -> None:
        widths = [width for width in (self.margin, self.share) if width is not None]
        if len(widths) == 2 or (not widths and self.periods is None):
            hint = "name a margin or a share, periods, or one of each"
            raise BadRule("nothing to hold a grade by", where="hysteresis", hint=hint, code="hysteresis.form")
        if widths and widths[0] < 0:
            raise BadRule("a margin below zero", where="hysteresis", code="hysteresis.margin")
        if self.periods is not None and (type(self.periods) is not int or self.periods < 2):
            hint = "one period is the rule alone"
            raise BadRule("at least two periods", where="hysteresis", hint=hint, code="hysteresis.periods")

    def zones(self, bands: Bands) -> tuple[tuple[Cut, Cut], ...] | None:
        """Return for each cut where its margin begins and ends; none where only periods count.

        >>> from pharmasales.rules import Field
        >>> [(low.at, high.at) for low, high in Hysteresis(margin=5).zones(Bands(Field("x"), ((50, "B"),), top="A"))]
        [(45, 55)]

        Raises:
            BadRule: the margins of two cuts overlap, so that a value could be held by both.
        """
        if self.margin is None and self.share is None:
            return None
        found = tuple(self._zone(cut) for cut, _ in bands.cuts)
        for place, ((_, high), (low, _)) in enumerate(pairwise(found), 1):
            if high.key() > low.key():
                hint = "make the margin smaller, or the cuts wider apart"
                raise BadRule("two margins overlap", where=f"cuts[{place}]", hint=hint, code="hysteresis.overlap")
        return found

    def _zone(self, cut: Cut) -> tuple[Cut, Cut]:
        size = cut.at if cut.at >= 0 else -cut.at
        width = size * self.share if self.share is not None else self.margin or 0
        return Cut(cut.at - width, cut.exclusive), Cut(cut.at + width, cut.exclusive)


@frozen
class _Ladder:
    """The cuts of one rule with what is needed to hold a grade at each of them."""

    scheme: Scheme
    bands: Bands
    policy: Hysteresis
    zones: tuple[tuple[Cut, Cut], ...] | None
    ranks: tuple[int, ...]

    def above(self, grade: Grade, cut: int) -> bool:
        """Whether a grade lies above a cut; one whose band the rule no longer has is placed by the scheme's order."""
        rank, first = self.scheme.letters.index(grade.letter), self.ranks[cut + 1]
        return rank <= first if self.ranks[0] > self.ranks[-1] else rank >= first

    def place(self, value: Exact, was: Grade, own: Sequence[Grade | None]) -> int:
        """Return the band in which the grade stands: every cut is asked by itself whether it is passed."""
        return sum(self._passed(cut, value, was, own) for cut in range(len(self.bands.cuts)))

    def _passed(self, cut: int, value: Exact, was: Grade, own: Sequence[Grade | None]) -> bool:
        held, plain = self.above(was, cut), _reaches(value, self.bands.cuts[cut][0])
        if self.zones is not None:
            low, high = self.zones[cut]
            if _reaches(value, high) or not _reaches(value, low):
                return plain
        return plain if self._lasts(cut, own, plain=plain) else held

    def _lasts(self, cut: int, own: Sequence[Grade | None], *, plain: bool) -> bool:
        """Whether the rule has given the same side of a cut in enough periods before."""
        due = (self.policy.periods or 0) - 1
        return 0 < due <= len(own) and all(one is not None and self.above(one, cut) == plain for one in own[-due:])


def _reaches(value: Exact, cut: Cut) -> bool:
    return value > cut.at if cut.exclusive else value >= cut.at


def hold(
    now: Classification,
    was: Mapping[str, Grade],
    policy: Hysteresis,
    own: Sequence[Mapping[str, Grade]] = (),
) -> Classification:
    """Let customers at a cut keep the grade that they had.

    A customer without a grade before, or without a value now, has what the rule says. A value that passes several cuts
    moves as far as it passes them: a fall from A to below the margin of B's cut is a C at once. Overrides are no part
    of this: give the grades as they were held last time, and override afterwards.

    Args:
        now: the grades by the rule alone; its rule is bands.
        was: the grade that each customer held, by id.
        policy: the margin, the periods, or both.
        own: with periods, the rule's own answers of the periods before, by id, the last period last (`own_answers`).

    Raises:
        BadRule: a rule without cut points, grades that were held or overridden already, labels that are not in the
            scheme's order, or margins that overlap.
        NotComparable: a grade of another scheme.
    """
    bands, scheme = now.rule, now.scheme
    if not isinstance(bands, Bands):
        hint = "hold the bands on each side of a grid by themselves"
        raise BadRule(f"a {type(bands).__name__} has no cut points", hint=hint, code="hysteresis.rule")
    if any(isinstance(graded, Settled) for graded in now.grades):
        hint = "hold the rule's own grades, then override"
        raise BadRule("grades that are settled already", where=scheme.name, hint=hint, code="hysteresis.settled")
    for grades in (was, *own):
        for grade in grades.values():
            if grade.scheme is not scheme and grade.scheme != scheme:
                names = f"grades of {grade.scheme.name} and {scheme.name}"
                raise NotComparable(names, where="hysteresis", code="grade.scheme")
    boundaries(bands, scheme)
    ranks = tuple(scheme.letters.index(str(label)) for label in bands.labels())
    ladder = _Ladder(scheme, bands, policy, policy.zones(bands), ranks)
    return evolve(now, grades=[_held(ladder, graded, was, own) for graded in now.grades])


def _held(ladder: _Ladder, graded: Graded, was: Mapping[str, Grade], own: Sequence[Mapping[str, Grade]]) -> Graded:
    before = was.get(graded.customer)
    if before is None or graded.grade is None or before.letter == graded.grade.letter:
        return graded
    value = number(ladder.bands.of(graded.record), ladder.bands.of.named())
    plain = ladder.bands.place(value)
    if value is None or plain is None:
        return graded
    place = ladder.place(value, before, [answers.get(graded.customer) for answers in own])
    if place == plain:
        return graded
    grade = ladder.scheme.grade(ladder.bands.labels()[place])
    cut = ladder.bands.cuts[place - 1 if plain < place else place][0]
    why = _why(ladder, graded.grade, grade, value, cut, _STAYS if grade == before else _STOPS)
    return Settled(graded.customer, graded.name, grade, graded.record, graded.rule, graded.grade, why)


_STAYS = ("would be {own}, stays {grade}", "按规则为 {own}，保留 {grade}")
_STOPS = ("would be {own}, goes no further than {grade}", "按规则为 {own}，仅变至 {grade}")


def _why(ladder: _Ladder, own: Grade, grade: Grade, value: Exact, cut: Cut, says: tuple[str, str]) -> Why:
    policy, of = ladder.policy, ladder.bands.of
    name = Says(of.named(), of.zh if isinstance(of, Field) and of.zh else of.named())
    parts: list[Why] = []
    if policy.periods is not None:
        short = "not yet beyond it in {periods} periods running", "尚未连续 {periods} 期越过"
        parts.append(because(*short, periods=policy.periods))
    near: Cell = percent(Fraction(policy.share)) if policy.share is not None else policy.margin
    if ladder.zones is None:
        en, zh = "{name} {value} is beyond the cut {cut}", "{name} {value} 越过切点 {cut}"
    else:
        en, zh = "{name} {value} is within {near} of the cut {cut}", "{name} {value} 距切点 {cut} 不足 {near}"
    return because(
        f"{says[0]}: {en}",
        f"{says[1]}：{zh}",
        *parts,
        own=own.letter,
        grade=grade.letter,
        name=name,
        value=value,
        cut=cut_text(cut),
        near=near,
    )
