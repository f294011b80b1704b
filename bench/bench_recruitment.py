"""Recruitment beside plain Python over the same values: board, conversion, forecast, coverage, grades, first touches.

Each floor computes the same figures with loops and dictionaries and checks them for nothing: no id is held against
another, no day against a calendar that may not know it, and no reason is kept. What both find is equal. The `4 x` rows
hold four times as many against four times the time of the few: 1 is linear.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from random import Random
from typing import get_args

from timing import Case, grown, held_against, show

from pharmasales.archive import Admission, Lead, admit
from pharmasales.compliance import NONE
from pharmasales.compliance.consent import Channel, Consent
from pharmasales.recruitment.agents import AgentMark, grade_agents
from pharmasales.recruitment.leads import InDays, Touch, first_touches
from pharmasales.recruitment.pipeline import (
    AGE_LIMITS,
    MOVES,
    WON,
    Prospect,
    Stage,
    conversion_matrix,
    pipeline_board,
    pipeline_forecast,
)
from pharmasales.recruitment.rights import AgentRight, Areas, coverage_map, market_space
from pharmasales.units import CNY, Amount
from pharmasales.workdays import CHINA

PROSPECTS, AGENTS, LEADS, PREFECTURES, PRODUCTS = 20_000, 20_000, 20_000, 100, 50
START, AS_OF = date(2026, 1, 5), date(2026, 6, 30)
WINDOW = (date(2026, 1, 1), date(2026, 6, 30))
RATES: dict[Stage, Fraction] = {
    "filed": Fraction(1, 20),
    "touched": Fraction(1, 10),
    "key": Fraction(1, 4),
    "visited": Fraction(1, 2),
}
GRAIN = 100_000
"""Values are whole multiples of it, so that few different sums can come."""


def seeded(seed: int) -> Random:
    """Return a source of made-up figures, the same in every run."""
    return Random(seed)  # noqa: S311 - no secret


def prospects_of(count: int) -> list[Prospect]:
    """Prospects up to six moves far, most with a value and a next action."""
    random, found = seeded(1), []
    for n in range(count):
        day = START + timedelta(days=random.randrange(90))
        one = Prospect.file(f"A{n:06}", by=f"p{n % 40}", on=day, evidence="FORM", source="tender", region="33")
        for _ in range(random.randrange(6)):
            ends = MOVES[one.stage]
            to = ends[-1] if random.random() < 0.1 or len(ends) == 1 else ends[0]
            day += timedelta(days=random.randrange(1, 20))
            one = one.move(to, by="p1", on=day, evidence="CALL", reason="price" if to == "lost" else "")
        if n % 10:
            value, sign_on = Amount.of(random.randrange(1, 9) * GRAIN, CNY), AS_OF + timedelta(days=n % 200 - 20)
            one = one.expect(value, sign_on, by="p1", on=day)
        if n % 7:
            one = one.plan("call", who="p1", due=day + timedelta(days=n % 30), by="p1", on=day)
        found.append(one)
    return found


BoardFacts = list[tuple[str, Stage, int, int, int, int]]


def board_by_hand(prospects: list[Prospect]) -> BoardFacts:
    """Id, stage, age, days in all, days late and how many flags, the most urgent first."""
    found = []
    for one in prospects:
        path = [move for move in one.path if move.on <= AS_OF]
        if not path or path[-1].to == "lost":
            continue
        last = path[-1]
        stage, age = last.to, (AS_OF - last.on).days
        action = one.actions[-1] if one.actions else None
        late = max((AS_OF - action.due).days, 0) if action is not None and action.done_on is None else 0
        flags = (stage in AGE_LIMITS and age > AGE_LIMITS[stage]) + (action is None or late > 0)
        if stage not in WON:
            told = one.outlooks[-1] if one.outlooks else None
            flags += told is None or told.sign_on is None or told.sign_on < AS_OF
        found.append((one.id, stage, age, (AS_OF - path[0].on).days, late, flags))
    return sorted(found, key=lambda row: (-row[4], -(row[2] - AGE_LIMITS.get(row[1], row[2])), row[0]))


def board_of(prospects: list[Prospect]) -> BoardFacts:
    rows = pipeline_board(prospects, AS_OF).rows
    return [(row.prospect.id, row.stage, row.age, row.total, row.late, len(row.flags)) for row in rows]


def conversion_by_hand(prospects: list[Prospect]) -> dict[str, int]:
    """How many went from each stage to each, and how many are still there."""
    found = Counter[str]()
    for one in prospects:
        moves = one.path
        for place, move in enumerate(moves):
            if WINDOW[0] <= move.on <= WINDOW[1]:
                after = moves[place + 1] if place + 1 < len(moves) and moves[place + 1].on <= AS_OF else None
                found[f"{move.to} {after.to if after else ''}"] += 1
    return dict(found)


def conversion_of(prospects: list[Prospect]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in conversion_matrix(prospects, WINDOW, as_of=AS_OF):
        found |= {f"{row.stage} {to}": count for to, count in row.to.items()} | {f"{row.stage} ": row.still}
    return {key: count for key, count in found.items() if count}


BY = date(2026, 9, 30)


def forecast_by_hand(prospects: list[Prospect], draws: int) -> tuple[int, Fraction, list[int]]:
    """How many count, the expected value, and the sums that were drawn."""
    sums, values = defaultdict[Stage, int](int), []
    for one in prospects:
        stage = next((move.to for move in reversed(one.path) if move.on <= AS_OF), None)
        if stage is None or stage not in RATES or not one.outlooks:
            continue
        told = one.outlooks[-1]
        if told.value is not None and told.sign_on is not None and AS_OF <= told.sign_on <= BY:
            sums[stage] += told.value.minor
            values.append((told.value.minor, RATES[stage].numerator, RATES[stage].denominator))
    random = seeded(0)
    drawn = [sum(value for value, yes, of in values if random.randrange(of) < yes) for _ in range(draws)]
    return len(values), sum((RATES[stage] * total for stage, total in sums.items()), Fraction(0)) / 100, sorted(drawn)


def forecast_of(prospects: list[Prospect], draws: int) -> tuple[int, Fraction | None, list[int]]:
    found = pipeline_forecast(prospects, RATES, by=BY, as_of=AS_OF, draws=draws)
    drawn = [total for total, chance in found.odds for _ in range(int(chance * draws))]
    return len(found.counted), found.expected, drawn


def country(prefectures: int) -> tuple[Areas, list[AgentRight]]:
    """Ten counties and ten hospitals a prefecture, and rights to six in ten of its products."""
    parents, hospitals = {"99": ""}, dict[str, str]()
    for n in range(prefectures):
        parents |= {f"Q{n:04}": "99"} | {f"Q{n:04}.{k}": f"Q{n:04}" for k in range(10)}
        hospitals |= {f"H{n:04}.{k}": f"Q{n:04}.{k}" for k in range(10)}
    random, rights = seeded(2), list[AgentRight]()
    grant = partial(AgentRight.grant, since=date(2026, 1, 1), until=date(2026, 12, 31), signed=date(2026, 1, 1))
    for n in range(prefectures):
        for ware in WARES:
            if random.random() < 0.6:
                named = f"R{len(rights):06}", f"A{n % 60}", ware, f"Q{n:04}"
                rights.append(grant(*named, "region", by="p1", evidence="AG"))
    return Areas.of(parents, hospitals), rights


WARES = [f"P{n:02}" for n in range(PRODUCTS)]


def in_force_by_hand(rights: list[AgentRight]) -> dict[tuple[str, str], list[str]]:
    found = defaultdict[tuple[str, str], list[str]](list)
    for one in rights:
        last = one.versions[-1]
        if last.since <= AS_OF and (last.until is None or last.until >= AS_OF):
            found[one.area, one.product].append(one.agent)
    return found


def map_by_hand(areas: Areas, rights: list[AgentRight]) -> list[tuple[str, str, int]]:
    """How each prefecture and product stands: who holds it, it, what lies above, or all that lies below."""
    held, cells = in_force_by_hand(rights), []
    inside = defaultdict[str, list[str]](list)
    for hospital in areas.hospitals:
        inside[areas.paths[hospital][2]].append(hospital)
    for area in areas.of_level("prefecture"):
        counties, sites = areas.below[area], inside[area]
        for ware in WARES:
            agents, covered, dispute = set[str](), 0, False
            for place in (*counties, *sites):
                here = {agent for above in areas.paths[place] for agent in held.get((above, ware), ())}
                agents |= here
                dispute = dispute or len(here) > 1
                covered += bool(here) and place in areas.below
            mark = "conflict" if dispute else "open" if not agents else "held" if covered == len(counties) else "part"
            cells.append((f"{area} {ware}", mark, covered))
    return cells


def map_of(areas: Areas, rights: list[AgentRight]) -> list[tuple[str, str, int]]:
    found = coverage_map(areas, WARES, rights, as_of=AS_OF).cells
    return [(f"{one.prefecture} {one.product}", one.mark, one.covered) for one in found]


def space_by_hand(areas: Areas, rights: list[AgentRight]) -> list[tuple[str, str, tuple[str, ...]]]:
    held, cells = in_force_by_hand(rights), []
    for hospital in areas.hospitals:
        for ware in WARES:
            here = [agent for above in areas.paths[hospital] for agent in held.get((above, ware), ())]
            cells.append((hospital, ware, tuple(dict.fromkeys(here))))
    return cells


def space_of(areas: Areas, rights: list[AgentRight]) -> list[tuple[str, str, tuple[str, ...]]]:
    found = market_space(areas, WARES, rights, as_of=AS_OF).cells
    return [(one.cell.hospital, one.cell.product, one.agents) for one in found]


WEIGHTS = {"contract": 30, "receipts": 30, "keenness": 20, "loyalty": 20}


def marks_of(count: int) -> list[AgentMark]:
    """Two rounds of four marks for each agent."""
    random = seeded(3)
    return [
        AgentMark(f"A{n:06}", item, random.randrange(101), day, "p1", "file")
        for day in (date(2026, 3, 31), date(2026, 6, 30))
        for n in range(count)
        for item in WEIGHTS
    ]


def grades_by_hand(marks: list[AgentMark]) -> list[tuple[str, int, str]]:
    """Agent, points in hundredths and letter, the most points first."""
    newest: dict[tuple[str, str], tuple[date, int]] = {}
    for one in marks:
        key = (one.agent, one.item)
        if one.on <= AS_OF and (key not in newest or newest[key][0] < one.on) and isinstance(one.mark, int):
            newest[key] = (one.on, one.mark)
    sums = defaultdict[str, int](int)
    for (agent, item), (_, mark) in newest.items():
        sums[agent] += WEIGHTS[item] * mark
    rows = [(agent, total, "CBA"[bisect_right((6000, 8000), total)]) for agent, total in sorted(sums.items())]
    return sorted(rows, key=lambda row: -row[1])


def grades_of(marks: list[AgentMark]) -> list[tuple[str, int, str]]:
    rows = grade_agents(marks, AS_OF).rows
    return [(row.agent, int(row.points * 100), row.grade.letter) for row in rows if row.points and row.grade]


Touched = tuple[list[Lead], list[Touch], list[Consent]]
CHANNELS = [channel for channel in get_args(Channel) if channel != "any"]


def touched(count: int) -> Touched:
    """Leads of two months, eight in ten touched, most with a consent for one channel or for all."""
    random, leads, touches, consents = seeded(4), [], [], []
    for n in range(count):
        day = date(2026, 5, 1) + timedelta(days=random.randrange(60))
        leads.append(Lead(f"L{n:06}", "agent", "referral", day))
        if random.random() < 0.8:
            touches.append(Touch(f"L{n:06}", day + timedelta(days=random.randrange(9)), "phone", "p1"))
        if n % 10:
            consents.append(Consent(f"L{n:06}", "marketing", ("any", "phone", "sms")[n % 3], "opt_in", day, "FORM"))
    return leads, touches, consents


TouchFacts = list[tuple[str, str, tuple[str, ...]]]


def touches_by_hand(world: Touched) -> TouchFacts:
    """Lead, state and the channels that are allowed."""
    leads, touches, consents = world
    yes = {(one.subject, one.channel) for one in consents if one.given <= AS_OF}
    first: dict[str, date] = {}
    for one in touches:
        if one.at <= AS_OF and (one.lead not in first or one.at < first[one.lead]):
            first[one.lead] = one.at
    found, due = [], dict[date, date]()
    for lead in leads:
        if lead.on not in due:
            due[lead.on] = CHINA.add(lead.on, 2)
        at, channels = first.get(lead.id), CHANNELS
        if (lead.id, "any") not in yes:
            channels = [channel for channel in CHANNELS if (lead.id, channel) in yes]
        past = (at or AS_OF) > due[lead.on]
        state = ("late" if past else "in_time") if at else "no_channel" if not channels else ""
        found.append((lead.id, state or ("overdue" if past else "open"), tuple(channels)))
    return sorted(found)


def touches_of(admission: Admission, world: Touched) -> TouchFacts:
    found = first_touches(admission, world[1], InDays(2, CHINA), as_of=AS_OF, consents=world[2])
    return sorted((row.lead, row.state, row.channels) for row in found.rows)


def touching(count: int) -> Callable[[], object]:
    world = touched(count)
    return partial(touches_of, admit(world[0], NONE, as_of=AS_OF), world)


def bound(make: Callable[[int], object], work: Callable[..., object]) -> Callable[[int], Callable[[], object]]:
    """Return what makes a world of a size and binds the work to it."""

    def made(count: int) -> Callable[[], object]:
        world = make(count)
        return partial(work, world)

    return made


def placed(work: Callable[..., object]) -> Callable[[int], Callable[[], object]]:
    def made(count: int) -> Callable[[], object]:
        areas, rights = country(count)
        return partial(work, areas, rights)

    return made


def cases() -> Iterator[Case]:
    """Yield name, our seconds, and the floor's seconds."""
    prospects = prospects_of(PROSPECTS)
    for name, ours, floor in (
        ("board", board_of, board_by_hand),
        ("conversion", conversion_of, conversion_by_hand),
        ("forecast, 10 draws", partial(forecast_of, draws=10), partial(forecast_by_hand, draws=10)),
    ):
        yield from held_against(
            f"{name} of {PROSPECTS:,} prospects", partial(ours, prospects), partial(floor, prospects)
        )
        yield from grown(name, bound(prospects_of, ours), PROSPECTS // 4)
    areas, rights = country(PREFECTURES)
    places = f"{PREFECTURES} prefectures x {PRODUCTS} products"
    for name, paint, count in (("coverage map", map_of, map_by_hand), ("white space", space_of, space_by_hand)):
        yield from held_against(f"{name}, {places}", partial(paint, areas, rights), partial(count, areas, rights))
        yield from grown(f"{name}, prefectures", placed(paint), PREFECTURES // 4)
    marks = marks_of(AGENTS)
    yield from held_against(f"grades of {AGENTS:,} agents", partial(grades_of, marks), partial(grades_by_hand, marks))
    yield from grown("grades", bound(marks_of, grades_of), AGENTS // 4)
    world = touched(LEADS)
    ours_ = partial(touches_of, admit(world[0], NONE, as_of=AS_OF), world)
    yield from held_against(f"first touches of {LEADS:,} leads", ours_, partial(touches_by_hand, world))
    yield from grown("first touches", touching, LEADS // 4)


if __name__ == "__main__":
    show(cases())
