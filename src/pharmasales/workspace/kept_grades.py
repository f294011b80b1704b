"""Grades as they were kept with a plan (已存储的分级), for a reader of a part, to whom nothing is worked out anew.

Whoever sees a part of the organisation is told the grades that were kept of its own customers, with their reasons. To
work them out anew reads the files of the whole company and would tell of the others: cut points are fitted to all.

>>> kept_grades(None, Policy(), Asked("abc"))
Traceback (most recent call last):
    ...
pharmasales.errors.NotFound: no grade of this scheme kept @ abc; plan with it first [why.none]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attrs import evolve, field, frozen

from pharmasales.classification import METHODS, Classification, Graded, Scheme, letters_of
from pharmasales.cycle.policy import Policy
from pharmasales.display import Says, Speaks, Why, because
from pharmasales.errors import NotFound, StorageError
from pharmasales.rules import FirstMatch
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.classifying import Asked
from pharmasales.workspace.grades import Classed, moved_since, plan_of
from pharmasales.workspace.keep import periods_kept, table_of

__all__ = ["kept_grades", "kept_scheme"]

_NONE = Says("no grade was kept by this scheme", "该方案未存储级别")


@frozen(repr=False)
class _Kept(Graded):
    """A grade with the reason that was kept with it."""

    told: Speaks = field(eq=False)

    def why(self) -> Why:
        return because("{told}", "{told}", told=self.told)


def kept_grades(store: Reader | None, policy: Policy, asked: Asked) -> Classed:
    """Return the grades of one scheme that were kept with a plan, as the reader sees them.

    Args:
        store: the store as its reader sees it; `None` where nothing was kept yet.
        policy: what the company decides now.
        asked: the scheme and the period; the last period kept where left out.

    Raises:
        NotFound: no grade of this scheme was kept, or none that the reader sees.
        StorageError: `storage.scope`: a day or cut points of one's own, which would ask for a new calculation.
    """
    if asked.cuts or asked.as_of:
        hint = "ask for a period that was planned, without a day and cut points"
        raise StorageError("a reader of a part only reads what is kept", hint=hint, code="storage.scope")
    periods = periods_kept(store, "grades") if store else []
    when = asked.period or (periods[-1] if periods else None)
    table = table_of(store, when, "grades") if store and when else None
    rows = [] if table is None else [dict(row) for row in table.records()]
    mine = {str(row["customer_id"]): row for row in rows if row["scheme"] == asked.scheme and row["grade"]}
    if not store or not when or not mine:
        raise NotFound("no grade of this scheme kept", where=asked.scheme, hint="plan with it first", code="why.none")
    scheme = kept_scheme(asked.scheme, policy, [str(row["grade"]) for row in mine.values()])
    others = {str(row["customer_id"]): row for row in rows if str(row["customer_id"]) not in mine}
    found = Classification(scheme, _RULE, [*_graded(scheme, mine), *_graded(scheme, others)])
    notes = [Says(f"as kept with the plan of {when}", f"依据 {when} 计划存储的级别")]
    moved = moved_since(store, found, when, policy, notes)
    plan = plan_of(store, when)
    day = date.fromisoformat(str(plan["as_of"])) if plan else when.start
    return Classed(found, when, day, tuple(notes), moved)


_RULE = FirstMatch(())
"""Stands where a rule would: it graded nobody, for what it read was not kept."""


def _graded(scheme: Scheme, rows: Mapping[str, Mapping[str, Any]]) -> Sequence[Graded]:
    found = []
    for customer, row in rows.items():
        own = row["scheme"] == scheme.name
        grade = scheme.grade(str(row["grade"])) if own and row["grade"] else None
        found.append(_Kept(customer, str(row["customer"]), grade, {}, _RULE, row["why"] if own else _NONE))
    return found


def kept_scheme(name: str, policy: Policy, kept: Sequence[str]) -> Scheme:
    """Return the scheme as it is now, or one with the letters that were kept where it has others."""
    if name in policy.book:
        scheme = Scheme(name, letters_of(policy.book[name]))
    else:
        scheme = METHODS[name].scheme if name in METHODS else Scheme(name, tuple(sorted(set(kept))))
    return scheme if set(kept) <= set(scheme.letters) else evolve(scheme, letters=tuple(sorted(set(kept))))
