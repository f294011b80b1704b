"""The part of the example region that the desk of agents reads (招商), by a seeded generator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from pharmasales.workspace.agents.demo_story import LIVES, OPEN, SOURCES, STORY, open_events
from pharmasales.workspace.demo_rows import Cell, Chance, Rows

__all__ = ["SETTINGS", "demo_files"]

_FILES = ("areas", "leads", "recruiting", "market_agents", *STORY)

_AGENTS = """
[agents]
odds = { filed = "10%", touched = "20%", key = "35%", visited = "55%" }
[agents.takers]
"""
_TAKERS = (f'R{n:02d} = {{ areas = ["990{(n - 1) // 4 + 1}00"], capacity = 5 }}\n' for n in range(1, 13))

SETTINGS = "".join((*(f'[tables.{name}]\nfile = "{name}.csv"\n' for name in _FILES), _AGENTS, *_TAKERS, "\n"))
"""What the example's `pharmasales.toml` says of it."""

_SEED = 700
_NEW = 36
_PROVINCE = "990000"
_DISTRICTS = (("990100", "North 北市"), ("990200", "East 东市"), ("990300", "South 南市"))
_CAMPAIGNS = {"tender": "K-TENDER-25", "advert": "K-ADVERT-25", "local_visit": "K-VISITS-25"}
_OWN_COST = {"tender": 100, "advert": 900, "local_visit": 300, "referral": 200, "cooperation": 1500}
_STEPS = (("touched", 1, 2), ("key", 8, 20), ("visited", 12, 25), ("signed", 14, 40))
_AFTER = (("executing", 10, 28), ("kept", 45, 80))
_TOLD = {
    "D07": ("tender", date(2024, 1, 15)),
    "D12": ("tender", date(2025, 7, 18)),
    "D30": ("advert", date(2024, 4, 8)),
}
_BLOCKED: Rows = [
    (f"Q{n:02d}", f"2025-1{n}-03", "bought_list", f"990{n}00", "", 30, "", "", "about=person", "", "", "")
    for n in (1, 2)
]


def demo_files(seed: int) -> Mapping[str, Rows]:
    """Return the rows of each file, the header first.

    Args:
        seed: of the generator.
    """
    chance = Chance(seed + _SEED)
    came = {agent: _came(agent, chance) for agent in _signed()}
    events = sorted(_events(came, chance), key=lambda row: str(row[0]))
    files: dict[str, tuple[str, Rows]] = {
        "areas": ("id,name,parent,kind", list(_areas())),
        "leads": (
            "id,date,source,region,campaign,cost,owner,product,facts,hospitals,people,sales",
            [*_leads(came, chance), *_BLOCKED],
        ),
        "recruiting": ("date,agent,what,by,evidence,reason,due,amount,channel,count", events),
        "market_agents": ("agent,area,sales", list(_market(chance))),
        **STORY,
    }
    return {f"{name}.csv": [tuple(header.split(",")), *rows] for name, (header, rows) in files.items()}


def _number(agent: str) -> int:
    return int(agent[1:])


def _rep(agent: str) -> int:
    return (_number(agent) - 1) % 12 + 1


def _prefecture(agent: str) -> str:
    return _DISTRICTS[(_rep(agent) - 1) // 4][0]


def _signed() -> list[str]:
    return [f"D{n:02d}" for n in range(1, 41)]


def _came(agent: str, chance: Chance) -> tuple[str, date]:
    """Return the source and the day of the lead of one who signed."""
    first, most = (date(2025, 8, 25), 7) if _number(agent) >= _NEW else (date(2024, 1, 8), 480)
    found = (list(SOURCES)[_number(agent) % 5], first + timedelta(chance.between(0, most)))
    return _TOLD.get(agent, found)


def _areas() -> Iterator[tuple[Cell, ...]]:
    yield (_PROVINCE, "Example Province 示例省", "", "area")
    for place, (area, name) in enumerate(_DISTRICTS):
        yield (area, name, _PROVINCE, "area")
        for n in range(1, 5):
            rep = place * 4 + n
            county = f"{area[:4]}{n:02d}"
            yield (county, f"County {rep:02d} 示例{rep:02d}县", area, "area")
            for number in range(rep * 5 - 4, rep * 5 + 1):
                yield (f"H{number:02d}", "", county, "hospital")


def _leads(came: Mapping[str, tuple[str, date]], chance: Chance) -> Iterator[tuple[Cell, ...]]:
    for agent, (source, day) in came.items():
        yield (*_lead(agent, source, day.isoformat()), f"R{_rep(agent):02d}", f"P{_number(agent) % 4 + 1}",
               SOURCES[source], "", "", "")  # fmt: skip
    for agent, source, day_text, stages, *_ in OPEN:
        owner = f"R{_rep(agent):02d}" if stages or agent == "D41" else ""
        known = (chance.between(2, 40), chance.between(1, 20), chance.between(3, 90) * 10_000)
        facts: tuple[Cell, ...] = ("", "", "") if agent in ("D44", "D49") else known
        yield (*_lead(agent, source, day_text), owner, "", SOURCES[source], *facts)


def _lead(agent: str, source: str, day: str) -> tuple[Cell, ...]:
    campaign = _CAMPAIGNS.get(source, "") if day.startswith("2025") else ""
    return (agent, day, source, _prefecture(agent), campaign, 0 if campaign else _OWN_COST[source])


def _events(came: Mapping[str, tuple[str, date]], chance: Chance) -> Iterator[tuple[Cell, ...]]:
    for agent, (_, day) in came.items():
        if agent in LIVES:
            for on, what, *told in LIVES[agent]:
                yield (on, agent, what, *told, "")
        else:
            yield from _life(agent, day, chance)
    for agent, *_ in OPEN:
        yield from open_events(agent, f"R{_rep(agent):02d}")
    yield ("2025-11-05", "Q01", "contact", "R01", "", "", "", "", "phone", "")
    yield ("2026-01-05", "", "visits", "R07", "", "", "", "", "", 3)
    yield ("2026-01-05", "", "callbacks", "R07", "", "", "", "", "", 5)


def _life(agent: str, day: date, chance: Chance) -> Iterator[tuple[Cell, ...]]:
    """Yield how one who signed came to be kept, with an action that is due soon."""
    by = f"R{_rep(agent):02d}"
    for what, low, high in (*_STEPS, *(_AFTER[:1] if _number(agent) >= _NEW else _AFTER)):
        day += timedelta(chance.between(low, high))
        amount = chance.between(6, 40) * 10_000 if what == "signed" else ""
        channel = "phone" if what == "touched" else ""
        yield (day.isoformat(), agent, what, by, f"{what.upper()}-{agent}", "", "", amount, channel, "")
    due = date(2026, 1, 6) + timedelta(chance.between(0, 40))
    yield ("2025-12-29", agent, "next", by, "review of the quarter", "", due.isoformat(), "", "", "")


def _market(chance: Chance) -> Iterator[tuple[Cell, ...]]:
    """Yield the list of agents by prefecture: all are known in the north, a few big ones are not elsewhere."""
    for agent in [*_signed(), *(one[0] for one in OPEN)]:
        yield (agent, _prefecture(agent), chance.between(30, 900) * 1000)
    for area, count in (("990200", 3), ("990300", 2)):
        for n in range(1, count + 1):
            yield (f"M{area[3]}{n:02d}", area, (950 + n) * 1000)
