"""A program that writes its own rules, explains them and keeps them in a rule book."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import assert_type

from pharmasales.classification import Classification, Grade, Scheme, classify
from pharmasales.display import Table, Why
from pharmasales.rules import (
    Bands,
    Field,
    FirstMatch,
    Grid,
    Pareto,
    Part,
    Ratio,
    Rule,
    RuleBook,
    Weighted,
    explain,
    over,
)

potential = Bands(Field("potential", "潜力"), ((200_000, "low"), (500_000, "mid")), top="high")
share = Bands(Ratio(Field("ours"), Field("potential")), (("15%", "entry"), (over(Fraction(1, 2)), "mid")), top="core")
tier = Grid(
    potential,
    share,
    {
        "high": {"entry": "A", "mid": "A", "core": "A"},
        "mid": {"entry": "B", "mid": "A", "core": "A"},
        "low": {"entry": "D", "mid": "C", "core": "C"},
    },
)
risk = FirstMatch(((Field("days").over(120), "late"),), otherwise="in time")
quality = Weighted([Part("records", 60, Field("records")), Part("training", 40, Field("training"))], full=100)

assert_type(explain(tier, {"potential": 620_000, "ours": 310_000}), Why)
assert_type(explain(tier, SimpleNamespace(potential=1, ours=1)).text("zh"), str)


class Doubled(Rule):
    """A rule of the program's own."""

    def __call__(self, record: object) -> int | None:
        """Answer for one record."""
        value = Field("visits")(record)
        return value * 2 if isinstance(value, int) else None


def answer(rule: Callable[[object], object], record: object) -> object:
    """Take any rule as a function."""
    return rule(record)


answers = [answer(rule, {"visits": 3, "days": 1}) for rule in (Doubled(), risk)]

book = RuleBook("own", "2026.1", {"tier": tier, "risk": risk, "quality": quality})
assert_type(book.fingerprint, str)
assert_type(book.diff(book), Table)

found = classify(
    [("H1", "One", {"sales": 90})], Scheme("abc", ("A", "B")), Pareto(Field("sales"), (("80%", "A"),), "B")
)
assert_type(found, Classification)
for customer, grade in found.by_customer().items():
    assert_type(customer, str)
    assert_type(grade, Grade)
    better: bool = grade > found.scheme.grade("B")
