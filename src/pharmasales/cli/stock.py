"""`pharmasales stock`: what each customer holds, for how long it lasts, what to order, and whom to see first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pharmasales.channel import stock as rooms
from pharmasales.channel.stock.ordering import OrderRule
from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    Dir,
    InLang,
    TableNames,
    day_in,
    lang_of,
    named_tables,
    period_of,
    plain_rows,
    progress,
    reported,
    say_notes,
    typer,
)
from pharmasales.display import Lang, Table
from pharmasales.errors import PharmaSalesError
from pharmasales.workspace import Workspace
from pharmasales.workspace import stock as desks
from pharmasales.workspace.stock.settings import order_rule

__all__ = ["stock"]


def stock(
    folder: Dir,
    period: Annotated[
        str | None, typer.Option("--period", metavar="PERIOD", help="Of the cards: 2025-12, 2025-Q4; the month else.")
    ] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="Show one customer's cards, with every why.")
    ] = None,
    order: Annotated[
        str | None,
        typer.Option("--order-rule", metavar="RULE", help='"45 days", or "1.5x" the sales of the window.'),
    ] = None,
    table: TableNames = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="How many rows of a table are shown.")] = 12,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Show stock cards, stock days, orders, expiry, counts, and whom to see first; writes DIR/out/stock.

    Reads the tables movements and counts. Stock below zero is an error that names the row of its first cause. Nothing
    is kept in the store.
    """
    if table and customer:
        raise typer.BadParameter("the cards of one customer are shown whole", param_hint="--table")
    when, rule = None if period is None else period_of(period), _rule(order)
    day = day_in(when, as_of)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said = lang_of(lang, space)
        with progress(as_json) as tell:
            made = desks.StockDesk(space, when).show(day, order=rule, lang=said, progress=tell)
        one = None if customer is None else made.of(customer)
        chosen = named_tables(table or (), {part.name: part for part in made.outputs.tables})
        found = _made(chosen or made.outputs.tables, said) if one is None else _card(one, said)
        report |= _head(made, said) | found
        if not as_json:
            _show(made, chosen or one, said, limit)


def _rule(text: str | None) -> OrderRule | None:
    """Read the rule of an option."""
    try:
        return None if text is None else order_rule(text)
    except PharmaSalesError as error:
        raise typer.BadParameter(f"{error.reason}; {error.hint}", param_hint="--order-rule") from None


def _head(made: desks.StockMade, lang: Lang) -> dict[str, Any]:
    found = made.found
    return {
        "period": str(found.period),
        "as_of": found.as_of.isoformat(),
        "out": str(made.outputs.folder),
        "notes": [note.text(lang) for note in made.notes],
    }


def _made(tables: Iterable[Table], lang: Lang) -> dict[str, Any]:
    return {table.name: plain_rows(table, lang) for table in tables}


def _card(one: desks.CustomerCards, lang: Lang) -> dict[str, Any]:
    facts = {fact.product: fact for fact in one.facts}
    return {
        "customer": one.customer,
        "cards": [
            {
                "product": card.product,
                "card": plain_rows(card.table(), lang),
                "batches": plain_rows(batches.table(), lang),
                "why": [
                    why.text(lang) for why in (card.why, facts[card.product].speed.why, facts[card.product].order.why)
                ],
            }
            for card, batches in zip(one.cards, one.batches, strict=True)
        ],
        "visit": None if one.stop is None else one.stop.why.text(lang),
    }


def _show(made: desks.StockMade, asked: desks.CustomerCards | list[Table] | None, lang: Lang, limit: int) -> None:
    typer.echo(f"-> {made.outputs.folder}")
    say_notes(made.notes, lang)
    if isinstance(asked, desks.CustomerCards):
        _show_card(asked, lang)
        return
    for table in asked or _choice(made):
        if len(table):
            _titled(table, lang, limit)


def _choice(made: desks.StockMade) -> tuple[Table, ...]:
    """Return what is shown where no table was asked for."""
    tables = {table.name: table for table in made.outputs.tables}
    return (
        tables["route_stock"],
        desks.moved_table(made.found),
        tables["stock_facts"],
        tables["stock_orders"].without("why"),
        rooms.difference_table(made.found.differing),
        tables["expiring"],
        tables["sold_expired"],
    )


def _show_card(one: desks.CustomerCards, lang: Lang) -> None:
    """Show every card of a customer with its batches, and why it is as it is."""
    facts = {fact.product: fact for fact in one.facts}
    for card, batches in zip(one.cards, one.batches, strict=True):
        _titled(card.table(), lang, len(card.movements) + 2)
        _titled(batches.table(), lang, len(batches.batches))
        fact = facts[card.product]
        for why in (card.why, fact.speed.why, fact.order.why):
            typer.echo("\n".join(why.lines(lang)))
    if one.stop is not None:
        typer.echo("\n" + "\n".join(one.stop.why.lines(lang)))


def _titled(table: Table, lang: Lang, limit: int) -> None:
    typer.echo(f"\n{table.title.text(lang)}\n{table.text(lang, most=limit)}")
