"""`pharmasales order`: limits proposed and approved; orders checked, held, released, invoiced, one step a command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pharmasales.channel import credit as rooms
from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    AsReader,
    By,
    Dir,
    InLang,
    LangChoice,
    day_of,
    lang_of,
    now,
    plain_rows,
    read_by,
    reported,
    today,
    typer,
)
from pharmasales.display import Lang
from pharmasales.errors import BadValue
from pharmasales.units import Amount
from pharmasales.workspace import Workspace
from pharmasales.workspace import credit as desks

__all__ = ["HELD", "order"]

HELD = 3
"""The exit code of a step after which the order is held."""

_HELP = """Limits and orders on credit (额度与订单), kept in the store; what is owed comes of the files.

Exit codes: 0 done, and the order is not held; 1 bad input or a refused step; 2 wrong usage; 3 the order is held. With
--json, "state" says unchecked, held, accepted, invoiced or cancelled, and "holds" why it is held.
"""

order = typer.Typer(no_args_is_help=True, help=_HELP)

Number = Annotated[str, typer.Argument(metavar="ORDER", help="The id of the order.")]
Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The id of the dealer.")]
Worth = Annotated[
    str, typer.Option("--amount", metavar="AMOUNT", help="In whole units of money, as 90000 or 90000.50.")
]
Prepaid = Annotated[
    str | None,
    typer.Option("--prepaid", metavar="AMOUNT", help="What of it is paid in advance, which needs no credit."),
]


@order.command()
def limit(
    folder: Dir,
    customer: Customer,
    by: Annotated[str, typer.Option("--by", metavar="ID", envvar="PHARMASALES_BY", help="The id of who asks.")] = "",
    approver: Annotated[
        str | None,
        typer.Option("--approver", metavar="ID", help="Approve what waits: a named approver who did not ask."),
    ] = None,
    credit_class: Annotated[
        str, typer.Option("--class", metavar="CLASS", help="As AA; that of the score where left out.")
    ] = "",
    factor: Annotated[
        str, typer.Option("--factor", metavar="SHARE", help="Within the range of the class, as 200%.")
    ] = "",
    term: Annotated[str, typer.Option("--term", metavar="MONTHS", help="Of credit; those of the settings else.")] = "",
    expected: Annotated[
        str | None, typer.Option("--expected", metavar="AMOUNT", help="A month, of a dealer without shipments.")
    ] = None,
    season: Annotated[
        list[str] | None, typer.Option("--season", metavar="MONTH=SHARE", help="As 11=50%: more in November.")
    ] = None,
    special: Annotated[
        list[str] | None,
        typer.Option(
            "--special", metavar="KIND=ID", help="A special approval: first_deal or better_class, and by whom."
        ),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Of the special approvals.")] = "",
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The last day; by the policy else.")
    ] = None,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Propose a limit from findings and shipments; with --approver approve the one that waits, as it is.

    Without --approver it waits; the limit that was approved before stays in force meanwhile.
    """
    if not by and approver is None:
        raise typer.BadParameter("name who asks, or who approves", param_hint="--by")
    if approver is not None and any((credit_class, factor, term, expected, season, special, reason, until)):
        raise typer.BadParameter("an approval takes what waits as it is", param_hint="--approver")
    last = day_of(until, "--until")
    with reported(as_json) as report:
        space = Workspace.open(folder)
        room = desks.OrderRoom(space, approver or by, now(), today(as_of))
        if approver is not None:
            kept = room.approve(customer)
        else:
            told = [rooms.SpecialApproval(what, who, room.day, reason) for what, who in _pairs(special, "--special")]  # type: ignore[arg-type]  # the room refuses another word
            months = {_month(month): share for month, share in _pairs(season, "--season")}
            base = _told(room, expected, "expected")
            kept = room.propose(customer, desks.LimitAsked(credit_class, factor, term, base, months, tuple(told), last))
        _limited(report, kept, lang_of(lang, space), as_json=as_json)


@order.command()
def place(
    folder: Dir,
    number: Number,
    customer: Customer,
    amount: Worth,
    by: By,
    prepaid: Prepaid = None,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Place an order; it is checked and accepted or held. Placing the same order again changes nothing."""

    def take(room: desks.OrderRoom) -> rooms.CreditOrder:
        return room.place(number, customer, _amount(room, amount), _told(room, prepaid, "prepaid"))

    _step(folder, by, as_of, lang, take, as_json=as_json)


@order.command()
def change(
    folder: Dir,
    number: Number,
    amount: Worth,
    by: By,
    prepaid: Prepaid = None,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Change what is ordered: a new revision, which is checked again, also where it is less."""

    def take(room: desks.OrderRoom) -> rooms.CreditOrder:
        return room.change(number, _amount(room, amount), _told(room, prepaid, "prepaid"))

    _step(folder, by, as_of, lang, take, as_json=as_json)


@order.command()
def reopen(
    folder: Dir, number: Number, by: By, as_of: AsOf = None, lang: InLang = None, as_json: AsJson = False
) -> None:
    """Open a cancelled order again: a new revision, which is checked again."""
    _step(folder, by, as_of, lang, lambda room: room.reopen(number), as_json=as_json)


@order.command()
def recheck(
    folder: Dir, number: Number, by: By, as_of: AsOf = None, lang: InLang = None, as_json: AsJson = False
) -> None:
    """Check a held order again, as after a receipt or another limit."""
    _step(folder, by, as_of, lang, lambda room: room.recheck(number), as_json=as_json)


@order.command()
def release(
    folder: Dir,
    number: Number,
    by: Annotated[str, typer.Option("--by", metavar="ID", help="A named approver who did not order.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, without personal values.")],
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Let a held order pass, this revision alone; what the law holds nobody releases."""
    _step(folder, by, as_of, lang, lambda room: room.release(number, reason), as_json=as_json)


@order.command()
def cancel(
    folder: Dir, number: Number, by: By, as_of: AsOf = None, lang: InLang = None, as_json: AsJson = False
) -> None:
    """Cancel an order; what it took of the limit is free."""
    _step(folder, by, as_of, lang, lambda room: room.cancel(number), as_json=as_json)


@order.command()
def invoice(
    folder: Dir,
    number: Number,
    by: By,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="AMOUNT", help="What is invoiced of it; all of the rest else.")
    ] = None,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Enter that an order was invoiced. The invoice must stand in the files first, so that nothing is counted out."""
    _step(folder, by, as_of, lang, lambda room: room.invoice(number, _told(room, amount)), as_json=as_json)


@order.command(name="list")
def list_(
    folder: Dir,
    customer: Annotated[str | None, typer.Option("--customer", metavar="ID", help="One dealer's alone.")] = None,
    number: Annotated[str | None, typer.Option("--order", metavar="ORDER", help="One order, with every step.")] = None,
    held: Annotated[bool, typer.Option("--held", help="Only those on hold.")] = False,
    most: Annotated[int, typer.Option("--limit", min=0, help="How many rows are shown.")] = 40,
    reader: AsReader = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """List the orders that are kept: state, for what held, who released it and why; with --order every step of one."""
    with reported(as_json) as report:
        space = read_by(reader, Workspace.open(folder))
        words = lang_of(lang, space)
        with space.kept_store() as store:
            found = desks.orders_of(store, customer) if number is None else [desks.known_order(store, number)]
        found = [one for one in found if customer in (None, one.customer)]
        table = desks.orders_table(found, "held" if held else "orders")
        report["orders"] = plain_rows(table, words)
        if number is not None:
            report["steps"] = [row for one in found for row in plain_rows(one.table(), words)]
        if not as_json:
            typer.echo(table.without("why").text(words, most=most))
            for one in found if number is not None else ():
                typer.echo("\n".join(["", one.table().text(words, most=most), "", *one.why.lines(words)]))


def _amount(room: desks.OrderRoom, text: str, name: str = "amount") -> Amount:
    """Read an amount of money; a refusal names the option."""
    try:
        return Amount.of(text, room.space.settings.money)
    except BadValue as error:
        error.where = f"--{name}"
        raise


def _told(room: desks.OrderRoom, text: str | None, name: str = "amount") -> Amount | None:
    return None if text is None else _amount(room, text, name)


def _pairs(given: list[str] | None, option: str) -> list[tuple[str, str]]:
    """Read options that are written as KEY=VALUE."""
    found = []
    for text in given or ():
        key, sign, value = text.partition("=")
        if not (key and sign and value):
            raise typer.BadParameter(f"not KEY=VALUE: {text}", param_hint=option)
        found.append((key.strip(), value.strip()))
    return found


def _month(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise typer.BadParameter("write the month as 1 to 12", param_hint="--season")
    return int(text)


def _limited(report: dict[str, Any], kept: rooms.CreditLimit, lang: Lang, *, as_json: bool) -> None:
    report |= {
        "customer": kept.customer,
        "class": kept.credit_class,
        "amount": str(kept.amount.value),
        "state": "approved" if kept.approved_by else "waits",
        "approved_by": kept.approved_by,
        "on": kept.on.isoformat(),
        "until": kept.until.isoformat(),
        "why": kept.why.lines(lang),
    }
    if not as_json:
        typer.echo("\n".join(kept.why.lines(lang)))


def _step(
    folder: Path,
    by: str,
    as_of: str | None,
    lang: LangChoice | None,
    take: Callable[[desks.OrderRoom], rooms.CreditOrder],
    *,
    as_json: bool,
) -> None:
    """Take a step of an order and report it as it is then; leave with the code of a held order where it is one."""
    with reported(as_json) as report:
        room = desks.OrderRoom(Workspace.open(folder), by, now(), today(as_of))
        kept, words = take(room), lang_of(lang, room.space)
        holds = kept.check.holds if kept.check is not None and kept.state == "held" else ()
        report |= {
            "order": kept.id,
            "customer": kept.customer,
            "state": kept.state,
            "says": rooms.ORDER_STATES[kept.state].text(words),
            "revision": kept.revision,
            "amount": str(kept.amount.value),
            "holds": list(holds),
            "reasons": desks.holds_said(holds).text(words),
            "headroom": None if kept.check is None else str(kept.check.headroom.value),
            "why": kept.why.lines(words),
        }
        if not as_json:
            typer.echo("\n".join(kept.why.lines(words)))
    if report.get("state") == "held":
        raise typer.Exit(HELD)
