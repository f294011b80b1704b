"""What the due list of a workspace reads (到期依据): what is planned, which files are new, and the stage of a customer.

>>> from pharmasales.archive import Customer
>>> from pharmasales.followup.due.rows import CadenceRow
>>> table = CadenceTable("t", [CadenceRow("A", "face", 4, stage="trust"), CadenceRow("", "face", 1)])
>>> for word in ("情感信任", "Stable", "", "odd"):
...     print(repr(stage_of(Customer("D1", "x", fields={"relation_stage": word}), table)))
'trust'
'stable'
''
None
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from attrs import frozen

from pharmasales.archive import Customer
from pharmasales.classification.schemes.relations import relation_stage
from pharmasales.cycle.policy import FollowPolicy
from pharmasales.cycle.region import Region
from pharmasales.followup import Visit
from pharmasales.followup.due.followed import Occasion, Touch
from pharmasales.followup.due.table import CadenceTable
from pharmasales.names import fold
from pharmasales.periods import Month, Period
from pharmasales.storage.protocol import Reader
from pharmasales.workspace.diary_cells import spelled
from pharmasales.workspace.visit_versions import called_off, plans_of, standing, visit_periods

__all__ = ["Diaries", "files_opened", "stage_of"]

_RELATION = relation_stage()


@frozen
class Diaries:
    """What is planned with whom (已排). Build it with `Diaries.of`.

    Args:
        period: the shortest kept period around the day; its month where none is kept.
        planned: the contacts planned on the day and after it, by customer.
    """

    period: Period
    planned: Mapping[str, Sequence[Touch]]

    @classmethod
    def of(cls, store: Reader | None, region: Region, as_of: date) -> Diaries:
        """Read the kept plans around a day and after it, less what the log calls off, and the appointments.

        Args:
            store: where plans are kept; none where there is none yet.
            region: the log and the appointments.
            as_of: the day.
        """
        periods = _around(visit_periods(store), as_of)
        visits: list[Visit] = []
        for when in periods:
            visits += standing(plans_of(store, when, region, {}))
        off = called_off(visits, region.unmade, as_of, ("missed", "moved", "cancelled"))
        days = {(visit.customer, visit.day) for visit in visits if visit.id not in off}
        days |= {(one.customer, one.day) for one in region.appointments if one.customer}
        days -= {(call.customer, call.day) for call in region.calls or ()}
        planned: dict[str, list[Touch]] = {}
        for customer, day in sorted(days):
            if day >= as_of:
                planned.setdefault(customer, []).append(Touch(day))
        around = [when for when in periods if as_of in when]
        return cls(around[0] if around else Month.of(as_of), planned)


def _around(kept: Sequence[Period], as_of: date) -> list[Period]:
    """Return the shortest kept period around a day, and what is kept after it, one after the other."""
    found: list[Period] = []
    for when in sorted(kept, key=lambda one: (max(one.start, as_of), one.days)):
        if when.end >= as_of and (not found or when.start > found[-1].end):
            found.append(when)
    return found


def files_opened(region: Region, follow: FollowPolicy, as_of: date, *, asked: bool) -> list[Occasion]:
    """Return the new files of the archive as occasions: opened since the log begins, with nobody seen before.

    A customer for whom the table of occasions has a file itself is passed over. Where there is no log, nobody knows
    whether there was a first contact, and no file is returned.

    Args:
        region: the customers on the day, their log and their occasions.
        follow: which kinds of customer are visited.
        as_of: the day.
        asked: whether the days of the files are those of the archive.
    """
    if not asked or region.calls is None:
        return []
    log = (*region.calls, *region.contacts)
    begun = min((call.day for call in log), default=date.min)
    first: dict[str, date] = {}
    for call in log:
        first[call.customer] = min(call.day, first.get(call.customer, call.day))
    told = {one.customer for one in region.occasions or () if one.kind == "file"}
    return [
        Occasion(f"{one.id}/file", "file", one.id, one.since)
        for one in region.archive
        if one.since is not None
        and begun <= one.since <= as_of
        and first.get(one.id, one.since) >= one.since
        and (not follow.kinds or one.kind in follow.kinds)
        and one.id not in told
    ]


def stage_of(customer: Customer, table: CadenceTable) -> str | None:
    """Return the stage of a customer's relation as a cadence names it (关系阶段): "" where nothing is said.

    Args:
        customer: its field `relation_stage` is read.
        table: the stages that are known.

    Returns:
        The stage; missing where the table does not know what the field says.
    """
    text = str(customer.fields.get("relation_stage") or "")
    if not text:
        return ""
    letter = _RELATION(customer.fields)
    return str(letter) if letter else spelled(table.stages).get(fold(text))
