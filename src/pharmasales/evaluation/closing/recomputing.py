"""Recomputation (重算核对): the kept inputs give the kept results again, bit for bit, or it is said where not.

>>> from datetime import date
>>> from pharmasales.evaluation.closing.closed import close_period
>>> from pharmasales.evaluation.closing.inputs import PeriodInputs
>>> from pharmasales.evaluation.scoring.curves import linear
>>> from pharmasales.evaluation.scoring.sheet import ScoreSheet
>>> from pharmasales.org import Node, Org
>>> from pharmasales.periods import Quarter
>>> from pharmasales.rules import Field, Part, Weighted
>>> sheet = ScoreSheet("visits", Weighted([Part("visits", 100, linear(Field("visits"), 0, 10))]))
>>> org, quarter = Org.of([Node("r1", "One", "rep")]), Quarter(2026, 1)
>>> inputs = PeriodInputs(quarter, org, [], facts={"r1": {"visits": 8}})
>>> version = close_period(inputs, sheet, by="p2", on=date(2026, 4, 7)).latest
>>> recompute(version).results == version.results
True
"""

from __future__ import annotations

from itertools import zip_longest

from pharmasales.errors import BadValue
from pharmasales.evaluation.closing.plain import Data
from pharmasales.evaluation.closing.results import results_data
from pharmasales.evaluation.closing.scoring_period import ScoredPeriod
from pharmasales.evaluation.closing.versions import ClosedVersion
from pharmasales.rules.book import fingerprint_of

__all__ = ["ResultsDiffer", "recompute"]


class ResultsDiffer(BadValue):
    """Kept results and recomputed ones are not the same (重算不一致).

    The message names the place; the two values, which are somebody's, are only here.

    Args:
        where: the version, and what differs first.
        rep: the id of the first rep whose result differs; "" where only figures or the sheet do.
        item: the item, factor, cap or gate, or `total`, `rank` or `grade`; of a figure its name.
        stored: what was kept, as plain data.
        computed: what came of it now, as plain data.
    """

    code = "closing.recompute"

    def __init__(self, where: str, rep: str, item: str, stored: Data, computed: Data) -> None:
        hint = "read .stored and .computed; correct the period, or use the release that closed it"
        super().__init__("recomputed results differ from the kept ones", where=where, hint=hint)
        self.rep, self.item, self.stored, self.computed = rep, item, stored, computed


def recompute(version: ClosedVersion) -> ScoredPeriod:
    """Score a version again from its kept inputs and sheet, and compare bit for bit (重算核对).

    Args:
        version: the version, latest or not.

    Returns:
        The scores with their reasons, equal to what was kept.

    Raises:
        BadValue: inputs, a sheet, or who, when and why that are not those that were sealed.
        ResultsDiffer: results that are not the same; it names the first rep and item, and holds both values.

    Source: issue 8, sections 2 and 5 (recomputed bit for bit).
    """
    where = f"version {version.number}"
    if version.inputs.sealed() != version.inputs.seal:
        hint = "read the version from where it is kept"
        raise BadValue("the inputs were changed after the close", where=where, hint=hint, code="closing.seal")
    found = version.scored()
    stored, computed = results_data(version.results), results_data(found.results)
    if fingerprint_of(stored) != fingerprint_of(computed):
        raise _first_difference(where, stored, computed)
    if fingerprint_of(version.sealed_data()) != version.seal:
        hint = "read the version from where it is kept"
        raise BadValue("the version was changed after the close", where=where, hint=hint, code="closing.seal")
    return found


def _first_difference(where: str, stored: Data, computed: Data) -> ResultsDiffer:
    for kept, now in zip_longest(stored["reps"], computed["reps"]):
        if kept != now:
            rep = (kept or now)["rep"]
            item, old, new = _of_rep(kept, now)
            return ResultsDiffer(f"{where}, rep {rep!r}, {item}", rep, item, old, new)
    for node in dict.fromkeys([*stored["figures"], *computed["figures"]]):
        kept, now = (of["figures"].get(node, {}) for of in (stored, computed))
        name = next((name for name in sorted({*kept, *now}) if kept.get(name) != now.get(name)), None)
        if name is not None:
            return ResultsDiffer(f"{where}, {name} of {node!r}", "", name, kept.get(name), now.get(name))
    return ResultsDiffer(f"{where}, sheet", "", "sheet", stored["sheet"], computed["sheet"])


def _of_rep(kept: Data, now: Data) -> tuple[str, Data, Data]:
    """Return which part of one rep's result differs first, with both values."""
    if kept is None or now is None or kept["rep"] != now["rep"]:
        return "rep", kept and kept["rep"], now and now["rep"]
    for old, new in zip_longest(kept["lines"], now["lines"]):
        if old != new:
            return (old or new)[1], old, new
    item = next(key for key in ("total", "rank", "grade") if kept[key] != now[key])
    return item, kept[item], now[item]
