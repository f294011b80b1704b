"""Why a row is refused, in the words that several tables share.

>>> str(no_rep("owner"))
'no such rep @ owner; name a rep of the organisation [row.rep]'
>>> role_of("医药代表（学术推广）")
'medical_rep'
"""

from __future__ import annotations

from collections.abc import Container

from pharmasales.archive import Archive
from pharmasales.compliance import ROLES
from pharmasales.cycle.policy import FollowPolicy
from pharmasales.errors import BadConfig, BadRows, BadValue, PharmaSalesError
from pharmasales.names import fold, nearest

__all__ = ["empty", "no_rep", "refuse", "refuse_strangers", "role_of"]


def refuse(*found: PharmaSalesError | None) -> None:
    """Refuse a row for everything that was found in it."""
    bad: list[PharmaSalesError] = [error for error in found if error is not None]
    if bad:
        raise BadRows("a row is refused", bad)


def role_of(text: str) -> str:
    """Return the role that a text names, in either language."""
    if not text:
        return ""
    named = {fold(one): role for role, said in ROLES.items() for one in (role, said.en, said.zh)}
    if fold(text) not in named:
        raise BadValue("unknown role", where="role", hint=nearest(text, ROLES), code="row.role")
    return named[fold(text)]


def no_rep(where: str) -> BadValue:
    """Return the refusal of a rep whom the organisation does not have."""
    return BadValue("no such rep", where=where, hint="name a rep of the organisation", code="row.rep")


def empty(where: str) -> BadValue:
    """Return the refusal of a line that tells neither money nor boxes."""
    return BadValue("neither amount nor quantity", where=where, hint="fill one in", code="cell.empty")


def refuse_strangers(follow: FollowPolicy, reps: Container[str] | None, archive: Archive) -> None:
    """Refuse settings of a rep or customer whom the tables do not know.

    Args:
        follow: the settings.
        reps: the reps; none where there is no organisation.
        archive: the customers.

    Raises:
        BadConfig: with the full name of the setting.
    """
    strangers = [f"leave.{rep}" for rep in follow.leave if reps is not None and rep not in reps]
    given = (("clinic_weekdays", follow.weekdays), ("clinic_hours", follow.hours), ("closed", follow.closed))
    strangers += [f"{key}.{customer}" for key, ids in given for customer in ids if customer not in archive]
    if strangers:
        hint = "write the id as the tables have it"
        raise BadConfig("nobody has this id", where=f"followup.{strangers[0]}", hint=hint, code="config.id")
