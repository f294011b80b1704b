"""Terms that are reckoned from others: products, sums, and what has no meaning in some cases; exact, or missing.

A potential is a product (S004-17), the growth still to be had a difference (S004-38); a share is a `Ratio` of two.

>>> from pharmasales.rules.terms import Field
>>> potential = Times([Field("patients"), Field("share"), Field("boxes"), Field("days")])
>>> potential({"patients": 80, "share": "0.3", "boxes": 3, "days": 22})
1584
>>> potential({"patients": 80, "share": "30 in 100", "boxes": 3, "days": 22})
Traceback (most recent call last):
    ...
pharmasales.errors.BadValue: not a number @ share; write digits with at most one point, as -1234.50 [number]
>>> Sum([Field("potential")], less=[Field("actual")])({"potential": 1584, "actual": 660})
924
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from pharmasales.errors import BadRule
from pharmasales.rules.terms import Condition, Exact, Rule, Term, bracketed, found_by, literal, number

__all__ = ["Sum", "Times", "Unless"]


def _rules(given: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(given)


def _value(rule: Rule, record: object) -> Exact | None:
    return found_by(rule, rule(record))


@frozen
class Times(Term):
    """The product of several numbers and a constant (相乘); missing where one of the numbers is.

    Args:
        factors: the terms or rules that give the numbers; at least one.
        times: a constant factor.

    >>> from pharmasales.rules.terms import Field
    >>> a_year = Times([Field("a_month")], times=12)
    >>> a_year({"a_month": 30}), a_year({"a_month": None})
    (360, None)

    Raises:
        BadRule: no factor, or a constant that is no number.
    """

    factors: tuple[Rule, ...] = field(converter=_rules)
    times: Exact = field(default=1, converter=literal)

    def __attrs_post_init__(self) -> None:
        if not self.factors:
            raise BadRule("a product needs a factor", where="times", code="rule.factors")

    def __call__(self, record: object) -> Exact | None:
        """Return the exact product."""
        found = self.times
        for factor in self.factors:
            value = _value(factor, record)
            if value is None:
                return None
            found = found * value
        return number(found, "times")

    def named(self) -> str:
        """Return `patients x share`."""
        constant = () if self.times == 1 else (str(self.times),)
        return " x ".join([*constant, *(bracketed(factor.named()) for factor in self.factors)])


@frozen
class Sum(Term):
    """The sum of several numbers, less others (相加减); missing where one of them is.

    Args:
        of: the terms or rules that are added; at least one.
        less: those that are taken away.

    >>> from pharmasales.rules.terms import Field, Ratio
    >>> growth = Ratio(Sum([Field("this")], less=[Field("last")]), Field("last"))
    >>> growth({"this": 120, "last": 100}), growth({"this": 120, "last": 0})
    (Fraction(1, 5), None)

    Raises:
        BadRule: nothing to add up.
    """

    of: tuple[Rule, ...] = field(converter=_rules)
    less: tuple[Rule, ...] = field(default=(), converter=_rules)

    def __attrs_post_init__(self) -> None:
        if not self.of:
            raise BadRule("a sum needs something to add up", where="sum", code="rule.factors")

    def __call__(self, record: object) -> Exact | None:
        """Return the exact sum."""
        found: Exact = 0
        for sign, terms in ((1, self.of), (-1, self.less)):
            for term in terms:
                value = _value(term, record)
                if value is None:
                    return None
                found = found + sign * value
        return number(found, "sum")

    def named(self) -> str:
        """Return `potential - actual`."""
        return " - ".join(
            [" + ".join(term.named() for term in self.of), *(bracketed(term.named()) for term in self.less)]
        )


def _tests(given: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(given)


@frozen
class Unless(Term):
    """A number that has no meaning in some cases (无意义则缺失); missing where a test holds or cannot be answered.

    Args:
        of: the term or rule that gives the number.
        tests: in which cases it has no meaning.

    >>> from pharmasales.rules.terms import Field, Ratio
    >>> last = Field("last")
    >>> growth = Unless(Ratio(Sum([Field("this")], less=[last]), last), [last.at_most(0)])
    >>> growth({"this": 120, "last": 100}), growth({"this": 120, "last": -100}), growth({"this": 120, "last": None})
    (Fraction(1, 5), None, None)

    Raises:
        BadRule: no test.
    """

    of: Rule
    tests: tuple[Condition, ...] = field(converter=_tests)

    def __attrs_post_init__(self) -> None:
        if not self.tests:
            raise BadRule("no case in which it has no meaning", where="unless", code="rule.tests")

    def __call__(self, record: object) -> Exact | None:
        """Return the exact number, or `None`."""
        return None if self.stopped_by(record) is not None else _value(self.of, record)

    def stopped_by(self, record: object) -> Condition | None:
        """Return the first test that holds or cannot be answered; none where there is none."""
        return next((test for test in self.tests if test(record) is not False), None)

    def named(self) -> str:
        """Return the name of the number."""
        return self.of.named()
