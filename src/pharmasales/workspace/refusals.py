"""Why a row is refused, in the words that several tables share.

>>> str(no_rep("owner"))
'no such rep @ owner; name a rep of the organisation [row.rep]'
>>> role_of("医药代表（学术推广）")
'medical_rep'
"""

from __future__ import annotations

from pharmasales.compliance import ROLES
from pharmasales.errors import BadRows, BadValue, PharmaSalesError
from pharmasales.names import fold, nearest

__all__ = ["empty", "no_rep", "refuse", "role_of"]


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
