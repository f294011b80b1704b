"""Filing (建档): a prospect for each lead that the gate accepted; a lead in quarantine never becomes one.

>>> from pharmasales.archive import Lead, admit
>>> from pharmasales.compliance import CN_2026
>>> day = date(2026, 3, 2)
>>> leads = [Lead("L1", "agent", "tender", day, {"about": "company"}), Lead("L2", "agent", "bought_list", day)]
>>> found = file_leads(admit(leads, CN_2026, as_of=day), by="m1", owners={"L1": "p1"})
>>> [(one.id, one.source, one.owner) for one in found]
[('L1', 'tender', 'p1')]

Source: S000-22 (建档); P1-C, last line (leads from blocked sources enter no figure).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from pharmasales.archive.leads import Admission
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.recruitment.pipeline.prospects import Prospect

__all__ = ["file_leads"]

_NOBODY: Mapping[str, str] = MappingProxyType({})


def file_leads(
    admission: Admission, *, by: str, on: date | None = None, owners: Mapping[str, str] = _NOBODY
) -> tuple[Prospect, ...]:
    """Open a file for each accepted lead, with its source and region (线索建档).

    Args:
        admission: the leads as the gate judged them.
        by: the id of who opens the files.
        on: the day; for each lead the day on which it came, where left out.
        owners: who answers for each lead, by its id, such as the takers of an assignment; who opens the file otherwise.

    Raises:
        BadRows: a file opened before its lead came: all of them.
        BadValue: an empty id.
    """
    early: list[PharmaSalesError] = [
        BadValue("filed before it came", where=f"lead {lead.id!r}", hint="give a later day", code="pipeline.day")
        for lead in admission.accepted
        if on is not None and on < lead.on
    ]
    if early:
        raise BadRows("leads that cannot be filed yet", early)
    return tuple(
        Prospect.file(
            judged.lead.id,
            by=by,
            on=judged.lead.on if on is None else on,
            evidence=f"lead {judged.lead.id}, gate {judged.verdict.policy.title}",
            source=judged.lead.source,
            region=judged.lead.region,
            owner=owners.get(judged.lead.id, ""),
        )
        for judged in admission.judged
        if judged.verdict.allowed
    )
