"""Small worlds of raters: people of known worth, raters who see them with some noise, and one who errs."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from pharmasales.evaluation.fairness import Mark, MarkBook, Scale
from pharmasales.periods import Quarter

FIVE, Q1, Q4 = Scale(1, 5), Quarter(2026, 1), Quarter(2025, 4)
PEOPLE, ITEMS, RATERS = 12, 3, 5

World = tuple[MarkBook, MarkBook, dict[str, str], dict[str, str]]


def nearest(value: float) -> int:
    """Return the step of the scale that lies nearest."""
    return max(1, min(5, int(value + 0.5)))


def erring(error: str, value: float, general: float, seen: list[int], before: int, person: int) -> float:
    """Return what the rater who errs gives."""
    return {
        "lenient": value + 1.2,
        "severe": value - 1.2,
        "central": 3 + (value - 3) * 0.15,
        "halo": general,
        "primacy": sum(seen[:2]) / 2,
        "recency": sum(seen[-2:]) / 2,
        "copied": before,
        "partial": value + (1.2 if person % 2 == 0 else 0),
        "": value,
    }[error]


def make_world(seed: int, error: str = "", seen_by: Callable[[int, int], bool] = lambda *_: True) -> World:
    """Make marks of this and of last period, the teams of people and of raters; rater m0 errs where an error is named.

    Args:
        seed: of the random numbers.
        error: the error of m0.
        seen_by: whether a rater marks a person.
    """
    rng = random.Random(seed)  # noqa: S311 - a seeded world
    marks, last = [], []
    for person in range(PEOPLE):
        general = rng.gauss(3, 0.8)
        for item in range(ITEMS):
            worth = general + rng.gauss(0, 0.8)
            for rater in range(RATERS):
                growth = rng.gauss(0, 0.8)
                seen = [nearest(worth + growth * (n - 2.5) / 2.5 + rng.gauss(0, 0.4)) for n in range(6)]
                before = nearest(worth + rng.gauss(0, 0.9))
                value = sum(seen) / 6 + rng.gauss(0, 0.3)
                if rater == 0:
                    value = erring(error, value, general, seen, before, person)
                if seen_by(rater, person):
                    evidence = [(Q1.start + timedelta(days=7 + 15 * n), one) for n, one in enumerate(seen)]
                    key = f"m{rater}", f"p{person}", f"i{item}"
                    marks.append(Mark(*key, nearest(value), FIVE, Q1.end, evidence))
                    last.append(Mark(*key, before, FIVE, Q4.end))
    teams = {f"p{person}": f"t{person % 2}" for person in range(PEOPLE)}
    return MarkBook(marks, FIVE, Q1), MarkBook(last, FIVE, Q4), teams, {f"m{n}": f"t{n % 2}" for n in range(RATERS)}


@pytest.fixture(scope="session")
def fair() -> World:
    """A world in which nobody errs."""
    return make_world(0)


@pytest.fixture
def book_of() -> Callable[..., MarkBook]:
    """Return what makes a book of one item from the marks of each rater, person by person; `None` is no mark."""

    def made(scale: Scale = FIVE, **values: tuple[object, ...]) -> MarkBook:
        return MarkBook(
            [
                Mark(rater, f"p{n:02}", "skill", value, scale)  # type: ignore[arg-type]
                for rater, given in values.items()
                for n, value in enumerate(given)
                if value is not None
            ],
            scale,
            Q1,
        )

    return made
