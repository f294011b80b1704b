"""The plan that a review is held against, as the store kept it, and which of its files still stand as written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from attrs import field, frozen

from pharmasales.archive import Measured
from pharmasales.cycle import Call, Region
from pharmasales.display import Lang, Table
from pharmasales.errors import BadValue, NotFound
from pharmasales.periods import Period
from pharmasales.periods import period as as_period
from pharmasales.storage.protocol import Reader
from pharmasales.units import Amount
from pharmasales.workspace.keep import periods_kept, table_of

__all__ = ["PLANNED", "REVIEWED", "KeptPlan", "digest", "planned"]

PLANNED = ("grades", "goals", "visits", "unmet_visits", "visit_load")
REVIEWED = ("attainment", "scorecard", "deviations", "frequency", "standings", "score_evidence")
"""The tables of a review, which no longer hold once the plan is another."""


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, or nothing where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@frozen
class KeptPlan:
    """What was planned for a period.

    Args:
        asked: the period of the review.
        period: the period of the plan, the same or one around it; `None` without a plan.
        as_of: the day of planning.
        tables: the plan's tables by name.
        lang: the language of its files.
        files: the SHA-256 of each file of the period asked, by name.
    """

    asked: Period
    period: Period | None = None
    as_of: date | None = None
    tables: Mapping[str, Table] = field(factory=dict)
    lang: str = ""
    files: Mapping[str, str] = field(factory=dict)

    def standing(self, folder: Path, lang: Lang) -> frozenset[str]:
        """Return the tables whose files stand in a folder exactly as they were written, in this language."""
        if self.period != self.asked or self.lang != lang:
            return frozenset()
        same = {name for name, written in self.files.items() if digest(folder / name) == written}
        calendars = {name for name in self.files if name.endswith(".ics")}
        found = {name for name in self.tables if f"{name}.csv" in same}
        if not calendars <= same or {path.name for path in folder.glob("*.ics")} != calendars:
            found.discard("visits")
        return frozenset(found)

    def goals(self, region: Region, measure: Measured) -> dict[str, Amount] | None:
        """Sum each node's goals over the buckets within the period asked; `None` without a plan."""
        table = self.tables.get("goals")
        if table is None:
            return None
        unit = region.money if measure == "amount" else region.goods
        sums: dict[str, Amount] = {}
        counted: dict[Period, None] = {}
        for row in table.records():
            when, node_id = as_period(str(row["period"])), str(row["node_id"])
            if when in self.asked and isinstance(row["amount"], int | Decimal):
                counted[when] = None
                amount = Amount.of(row["amount"], unit)
                sums[node_id] = sums[node_id] + amount if node_id in sums else amount
        if sum(when.days for when in counted) != self.asked.days:
            hint = f"review {self.period}, or plan {self.asked} itself"
            raise BadValue(f"{self.asked} is not made of whole buckets of the plan", hint=hint, code="review.buckets")
        return sums

    def letters(self, schemes: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Return scheme and letter of each customer as kept with the plan: of the first scheme that gives a letter."""
        table = self.tables.get("grades")
        held = {(row["customer_id"], row["scheme"]): row["grade"] for row in table.records()} if table else {}
        found: dict[str, tuple[str, str]] = {}
        for scheme in schemes:
            for (customer, name), letter in held.items():
                if name == scheme and letter:
                    found.setdefault(str(customer), (scheme, str(letter)))
        return found

    def calls(self) -> list[Call] | None:
        """Return the visits planned; `None` without a plan."""
        table = self.tables.get("visits")
        if table is None:
            return None
        return [
            Call(day, str(row["rep_id"]), str(row["customer_id"]))
            for row in table.records()
            if isinstance(day := row["date"], date)
        ]


def planned(store: Reader | None, period: Period) -> KeptPlan:
    """Return what was planned for a period, or for the shortest longer one around it."""
    if store is None:
        return KeptPlan(period)
    around = [when for when in periods_kept(store, "goals") + periods_kept(store, "visits") if period in when]
    if not around:
        return KeptPlan(period)
    best = min(around, key=lambda when: when.days)
    as_of = date.fromisoformat(str(store.get("plans", str(best)).data["as_of"]))
    tables = {name: table for name in PLANNED if (table := table_of(store, best, name)) is not None}
    try:
        written = store.get("outputs", str(period)).data
    except NotFound:
        return KeptPlan(period, best, as_of, tables)
    files = written["files"] if isinstance(written["files"], dict) else {}
    return KeptPlan(period, best, as_of, tables, str(written["lang"]), {name: str(sha) for name, sha in files.items()})
