"""Normalisation of what real files hold, beside what a programmer writes for one file, in one process.

The floor of levels is a dict of this file's spellings, of names one regular expression for a closing bracket, of
places a dict from the three names as they stand, of credit codes the bare check of python-stdnum. None of them knows a
spelling that it was not written for, and none says why. The rows are made up; one in six is written in an unusual way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from time import perf_counter

from attrs import evolve
from stdnum.cn import uscc

from pharmasales.archive.credit_code import credit_code
from pharmasales.archive.divisions import Division, Divisions
from pharmasales.archive.levels import hospital_level
from pharmasales.archive.titles import hospital_title

ROWS = 5000
PROVINCES, CITIES, COUNTIES = 20, 10, 8
SPELLINGS = {
    "三级甲等": "三级甲等",
    "二级": "二级",
    "二甲": "二级甲等",
    "未定级": "",
    "三级甲等专科医院": "三级甲等",
    "二級": "二级",
}
LEVELS = [list(SPELLINGS)[n % 6] for n in range(ROWS)]
TAILS = ["", "", "", "", "（东院区）", "（示例老年病医院）"]
TITLES = [f"示例市第{n}人民医院{TAILS[n % 6]}" for n in range(ROWS)]
BRACKET = re.compile(r"(.*?)[(（](.*)[)）]")


def sign(n: int) -> str:
    return chr(0x4E00 + n)


def divisions() -> list[Division]:
    """Every province, city and county with a made-up name of its own."""
    made = []
    for p in range(PROVINCES):
        made.append(Division(f"{p + 11}", f"{sign(p)}丙省"))
        for c in range(1, CITIES + 1):
            made.append(Division(f"{p + 11}{c:02}", f"{sign(p)}{sign(100 + c)}市"))
            made += [
                Division(f"{p + 11}{c:02}{a:02}", f"{sign(c + 200)}{sign(300 + a)}区") for a in range(1, COUNTIES + 1)
            ]
    return made


CHINA = Divisions.of(divisions())
COUNTY_CODES = [place.code for place in CHINA if place.level == "county"]
PATHS = [CHINA.path(COUNTY_CODES[n * 7919 % len(COUNTY_CODES)]) for n in range(ROWS)]
PLACES = [(p.name, c.name, a.name.removesuffix("区") if n % 6 == 0 else a.name) for n, (p, c, a) in enumerate(PATHS)]
KNOWN_PLACES = {names: path[-1].code for names, path in zip(PLACES, PATHS, strict=True)}
CODES = [lead + uscc.calc_check_digit(lead) for lead in (f"12{440300 + n % 6}{n:09}" for n in range(ROWS))]


def known() -> list[str]:
    return [KNOWN_PLACES[names] for names in PLACES]


def bare_title(text: str) -> tuple[str, str]:
    found = BRACKET.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def best(job: Callable[[], object], runs: int = 7) -> float:
    seconds = []
    for _ in range(runs):
        start = perf_counter()
        job()
        seconds.append(perf_counter() - start)
    return min(seconds)


def found(china: Divisions) -> list[str | None]:
    """Find every place; divisions that were asked before remember the answer."""
    places = [china.find(province=p, city=c, county=a).division for p, c, a in PLACES]
    return [place.code if place else None for place in places]


def cases() -> Iterator[tuple[str, float, float]]:
    """Yield name, our seconds, seconds of the bare loop."""
    assert [hospital_title(text).main for text in TITLES] == [bare_title(text)[0] for text in TITLES]
    assert found(CHINA) == known()
    assert [credit_code(code) for code in CODES] == [uscc.validate(code) for code in CODES]
    pairs: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
        ("hospital levels", lambda: list(map(hospital_level, LEVELS)), lambda: [SPELLINGS[text] for text in LEVELS]),
        ("hospital names", lambda: list(map(hospital_title, TITLES)), lambda: list(map(bare_title, TITLES))),
        ("places by name, never asked before", lambda: found(evolve(CHINA)), known),
        ("places by name, asked before", lambda: found(CHINA), known),
        ("credit codes", lambda: list(map(credit_code, CODES)), lambda: list(map(uscc.validate, CODES))),
    ]
    for name, ours, floor in pairs:
        yield f"{name}, {ROWS:,} rows", best(ours), best(floor)
