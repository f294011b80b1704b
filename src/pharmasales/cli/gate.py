"""`pharmasales gate`: ask the compliance gate.

>>> read_facts(["role=medical_rep", "filed=yes", "records=5000", "licence_until=2026-12-31"])
{'role': 'medical_rep', 'filed': True, 'records': '5000', 'licence_until': datetime.date(2026, 12, 31)}
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from pharmasales.cli.shared import AsJson, AsOf, InLang, day_of, reported, typer
from pharmasales.compliance import ACTIONS, Action, action_table, company_policy, policy, verdict_table
from pharmasales.display import Lang
from pharmasales.errors import BadConfig, BadValue

__all__ = ["gate", "read_facts"]


def read_facts(given: Iterable[str]) -> dict[str, object]:
    """Read facts as the command line writes them: NAME=VALUE, with yes and no, and days as 2026-12-31.

    Raises:
        BadValue: no `=`.
    """
    facts: dict[str, object] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            raise BadValue("not a fact", where=text, hint="write NAME=VALUE, as role=medical_rep", code="gate.fact")
        facts[name] = _value(value)
    return facts


def _value(text: str) -> object:
    if text in ("yes", "true", "是", "no", "false", "否"):
        return text in ("yes", "true", "是")
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def gate(
    action: Annotated[
        str | None, typer.Argument(help="What is to be done; the list of actions where left out.")
    ] = None,
    facts: Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="What is known of it.")] = None,
    name: Annotated[
        str, typer.Option("--policy", help="A policy of the library, or a company's TOML file.")
    ] = "CN-2026",
    as_of: AsOf = None,
    lang: InLang = None,
    as_json: AsJson = False,
) -> None:
    """Ask whether something may be done: allow, warn or block, with the rule, the reason and what would cure it."""
    said: Lang = lang.value if lang else "en"
    with reported(as_json) as report:
        if action is None:
            report["actions"] = {kind.name: list(kind.facts) for kind in ACTIONS.values()}
            if not as_json:
                listed = action_table()
                typer.echo(listed.text(said, most=len(listed)))
            return
        asked = company_policy(_text(Path(name))) if name.endswith(".toml") else policy(name)
        day = day_of(as_of) or datetime.now(UTC).date()
        verdict = asked.check(Action(action, read_facts(facts or [])), as_of=day)
        report |= {
            "outcome": verdict.outcome,
            "rule": verdict.rule,
            "why": verdict.why.text(said),
            "cure": verdict.cure.text(said) if verdict.cure else None,
            "policy": verdict.policy.title,
        }
        report["ok"] = verdict.allowed
        if not as_json:
            typer.echo(verdict_table([verdict]).text(said))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig("cannot be read as UTF-8 text", where=path.name, code="config.file") from error
