"""Why a row is refused, in the words that several tables share.

>>> str(no_rep("owner"))
'no such rep @ owner; name a rep of the organisation [row.rep]'
>>> role_of("医药代表（学术推广）")
'medical_rep'
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date
from typing import Any

from pharmasales.archive import Archive, Customer
from pharmasales.archive.kinds import surely_person
from pharmasales.compliance import ROLES, Action
from pharmasales.cycle.policy import FollowPolicy, Policy
from pharmasales.errors import BadConfig, BadRows, BadValue, Blocked, PharmaSalesError
from pharmasales.names import fold, nearest
from pharmasales.units import Unit

__all__ = ["each_of", "empty", "no_rep", "other_currency", "refuse", "refuse_strangers", "role_of", "unlawful_buyer"]


def refuse(*found: PharmaSalesError | None) -> None:
    """Refuse a row for everything that was found in it."""
    bad: list[PharmaSalesError] = [error for error in found if error is not None]
    if bad:
        raise BadRows("a row is refused", bad)


def each_of(row: Mapping[str, Any], *asked: Callable[[Any], Any]) -> list[Any]:
    """Return what each makes of a row.

    Args:
        row: its cells by column.
        asked: each takes the row, and returns something or refuses it.

    Raises:
        BadRows: everything that they refuse, at once.

    >>> each_of({"n": 2}, lambda row: row["n"] + 1, bool)
    [3, True]
    """
    found: list[Any] = []
    bad: list[PharmaSalesError] = []
    for ask in asked:
        try:
            found.append(ask(row))
        except BadRows as error:
            bad += [one for one in error.exceptions if isinstance(one, PharmaSalesError)]
        except PharmaSalesError as error:
            bad.append(error)
    refuse(*bad)
    return found


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


def other_currency(code: str | None, money: Unit) -> BadValue | None:
    """Return the refusal of an amount in another currency than that of the workspace."""
    if code in (None, money.code):
        return None
    hint = "convert them, or set [units] money"
    return BadValue(f"amounts are in {money.code}", where="currency", hint=hint, code="row.currency")


def unlawful_buyer(policy: Policy, buyer: Customer | None, day: date) -> PharmaSalesError | None:
    """Return the refusal of an invoice to a human being where the policy in force on its day lets nobody write one.

    Args:
        policy: its compliance policies are asked.
        buyer: the customer; `None` where nobody knows it.
        day: the day of the invoice.
    """
    if buyer is None or not surely_person(buyer.kind):
        return None
    try:
        policy.check(Action("bill_to", {"party": "individual"}), day).require()
    except Blocked as error:
        error.where = "customer"
        return error
    return None


def refuse_strangers(
    follow: FollowPolicy, reps: Container[str] | None, archive: Archive, points: Container[str] = ()
) -> None:
    """Refuse settings of a rep, customer or place whom the tables do not know.

    Args:
        follow: the settings.
        reps: the reps; none where there is no organisation.
        archive: the customers.
        points: the places of which it is known where they lie.

    Raises:
        BadConfig: with the full name of the setting.
    """
    of_reps = (("leave", follow.leave), ("bases", follow.bases), ("filings", follow.filings))
    strangers = [f"{key}.{rep}" for key, ids in of_reps for rep in ids if reps is not None and rep not in reps]
    strangers += [f"bases.{rep}" for rep, base in follow.bases.items() if base not in archive and base not in points]
    given: tuple[tuple[str, Iterable[str]], ...] = (
        ("clinic_weekdays", follow.weekdays),
        ("clinic_hours", follow.hours),
        ("closed", follow.closed),
        ("flexible", sorted(follow.flexible)),
        ("notice", follow.notice),
        ("filing_asked", sorted(follow.filing_asked)),
        ("visit_minutes", follow.visit_minutes),
    )
    strangers += [f"{key}.{customer}" for key, ids in given for customer in ids if customer not in archive]
    if strangers:
        hint = "write the id as the tables have it"
        raise BadConfig("nobody has this id", where=f"followup.{strangers[0]}", hint=hint, code="config.id")
