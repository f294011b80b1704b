"""`pharmasales agents`: from lead to loyal agent, on the tables of a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pharmasales.cli.shared import (
    AsJson,
    AsOf,
    Dir,
    InLang,
    TableNames,
    lang_of,
    named_tables,
    period_of,
    plain_rows,
    progress,
    reported,
    say_notes,
    today,
    typer,
)
from pharmasales.display import Lang, Table
from pharmasales.periods import Week
from pharmasales.workspace import Workspace
from pharmasales.workspace import agents as desks

__all__ = ["agents"]

_SHOWN = (
    "funnel",
    "week_tasks",
    "signed_idle",
    "weekly_targets",
    "coverage_map",
    "right_conflicts",
    "term_proposals",
    "quarantine",
)


def agents(
    folder: Dir,
    agent: Annotated[
        str | None, typer.Option("--agent", metavar="ID", help="The life of this agent, to DIR/out/agents-ID.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="AREA", help="Only this area and what lies in it.")
    ] = None,
    week: Annotated[
        str | None, typer.Option("--week", metavar="WEEK", help="The week of the targets, as 2026-W02; this one else.")
    ] = None,
    table: TableNames = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="How many rows of a table are shown.")] = 12,
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Show leads, pipeline, coverage, rights and agents as of a day; writes tables and a page to DIR/out/agents.

    It reads whatever of these tables the settings name: areas, leads, campaigns, media, recruiting, agent_targets,
    market_agents, agent_rights, commitments, supplier_agreements, agent_marks, agent_steps, agent_issues,
    agent_trainings. What has no data is left out, with a note. Nothing is kept: the tables are the record.
    """
    day, asked = today(as_of), _week(week)
    with reported(as_json) as report:
        space = Workspace.open(folder)
        said = lang_of(lang, space)
        with progress(as_json) as tell:
            made = desks.AgentsDesk(space, day).run(week=asked, region=region, agent=agent, lang=said, progress=tell)
        shown = _chosen(made, table or ())
        report |= {"as_of": day.isoformat(), "out": str(made.outputs.folder)}
        report |= {one.name: plain_rows(one, said) for one in (shown if table else made.outputs.tables)}
        report["notes"] = [note.text(said) for note in made.notes]
        if not as_json:
            _show(made, shown, said, limit)


def _week(text: str | None) -> Week | None:
    if text is None:
        return None
    found = period_of(text)
    if not isinstance(found, Week):
        raise typer.BadParameter("not a week; write 2026-W02", param_hint="--week")
    return found


def _chosen(made: desks.AgentsMade, names: Sequence[str]) -> list[Table]:
    """Return the tables to show: those asked for, else the life of the agent asked for, else a choice."""
    here = made.tables()
    if names:
        return named_tables(names, here)
    wanted = ["agent_life"] if made.life is not None else _SHOWN
    return [here[name] for name in wanted if name in here and len(here[name])]


def _show(made: desks.AgentsMade, shown: list[Table], lang: Lang, limit: int) -> None:
    typer.echo(f"-> {made.outputs.folder}")
    say_notes(made.notes, lang)
    for one in shown:
        most = len(one) if made.life is not None else limit
        typer.echo(f"\n{one.title.text(lang)}\n{one.text(lang, most=most)}")
