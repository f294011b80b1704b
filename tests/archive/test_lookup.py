"""Looking up dirty names: ranking, reasons, and the share found first among 2,400 real hospital names."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pharmasales.archive.customers import Customer
from pharmasales.archive.lookup import NameMatcher, best_match, best_match_many
from pharmasales.errors import BadConfig, BadValue

HOSPITALS = Path(__file__).parents[2] / "../shared/data/cn_fever_clinic_hospitals_2020_a.csv"
SLIPS = "医院人民市县中心第一二三卫生福建东西南北和平安康"
NAMES = st.text("示例甲乙医院市", min_size=1, max_size=8)


def hospital(number: int, name: str, division: str = "") -> Customer:
    """A hospital of that name."""
    return Customer(f"H{number:04}", name, "hospital", division=division)


def wide(name: str, _: random.Random) -> str:
    """Half-width signs in full width, and the other way round."""
    swapped = {chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)}
    back = {"（": "(", "）": ")"}
    return "".join(back.get(char) or swapped.get(char, char) for char in name)


def padded(name: str, chance: random.Random) -> str:
    """Spaces around and within."""
    at = chance.randrange(len(name) + 1)
    return f"  {name[:at]} {name[at:]}\u3000"


def typo(name: str, chance: random.Random) -> str:
    """Another character in place of one."""
    at = chance.randrange(len(name))
    return name[:at] + chance.choice(SLIPS) + name[at + 1 :]


def dropped(name: str, chance: random.Random) -> str:
    """One character left out."""
    at = chance.randrange(len(name))
    return name[:at] + name[at + 1 :]


def swapped(name: str, chance: random.Random) -> str:
    """Two neighbours in the wrong order."""
    at = chance.randrange(len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def short(name: str, _: random.Random) -> str:
    """Without its first 省 or 市."""
    return re.sub("[省市](?=.)", "", name, count=1)


def plain(name: str, _: random.Random) -> str:
    """人民医院 cut to 医院, or 医院 to 院."""
    return name.replace("人民医院", "医院") if "人民医院" in name else name.replace("医院", "院")


def bracket(name: str, chance: random.Random) -> str:
    """A campus or another name in brackets behind it."""
    return f"{name}（{chance.choice(['新院区', '东院', '老年病医院', '门诊部'])}）"


def unbracketed(name: str, _: random.Random) -> str:
    """Without what stands in brackets."""
    return re.sub(r"[（(].*?[)）]", "", name)


DIRT: dict[str, Callable[[str, random.Random], str]] = {
    "wide": wide,
    "padded": padded,
    "typo": typo,
    "dropped": dropped,
    "swapped": swapped,
    "short": short,
    "plain": plain,
    "bracket": bracket,
    "unbracketed": unbracketed,
}


@pytest.fixture(scope="module")
def real_names() -> list[str]:
    """2,400 different names of real hospitals, in an order that is always the same."""
    if not HOSPITALS.is_file():
        pytest.skip("the list of fever clinics is not here")
    with HOSPITALS.open(encoding="utf-8-sig", newline="") as file:
        names = sorted({row["name"] for row in csv.DictReader(file)})
    random.Random(7).shuffle(names)  # noqa: S311 - the same order every time
    return names[:2400]


def test_dirty_names(real_names: list[str]) -> None:
    """98.2 % of dirty names find their hospital first, of each kind of dirt the share stated here in per mille.

    A slip can turn one name into another's neighbour: 东隆县 lies as near to 东阿县 as to 化隆县.
    """
    matcher = NameMatcher.of(hospital(number, name) for number, name in enumerate(real_names))
    chance = random.Random(11)  # noqa: S311 - the same dirt every time
    shares: dict[str, int] = {}
    right = asked = 0
    for kind, spoil in DIRT.items():
        dirty = [(number, spoil(name, chance)) for number, name in enumerate(real_names)]
        dirty = [(number, text) for number, text in dirty if text != real_names[number]]
        found = matcher.many([text for _, text in dirty], k=1)
        hits = sum(bool(first) and first[0].id == f"H{n:04}" for (n, _), first in zip(dirty, found, strict=True))
        shares[kind] = 1000 * hits // len(dirty)
        right, asked = right + hits, asked + len(dirty)
    assert (1000 * right // asked, asked) == (982, 14_440)
    assert shares == {
        "wide": 1000,
        "padded": 1000,
        "typo": 958,
        "dropped": 969,
        "swapped": 990,
        "short": 997,
        "plain": 983,
        "bracket": 990,
        "unbracketed": 896,
    }


def test_ranks() -> None:
    """The nearest comes first; equal scores follow the edits, then the id."""
    places = [hospital(2, "示例市中医院"), hospital(1, "示例市人民医院"), hospital(3, "远方医院")]
    found = best_match("示例市医院", places, k=3)
    assert [(one.id, one.score) for one in found] == [("H0001", 83), ("H0002", 80), ("H0003", 44)]
    twins = [hospital(5, "示例医院"), hospital(4, "示例医院")]
    assert [one.id for one in best_match("示例医院", twins)] == ["H0004", "H0005"]


def test_edits_break_ties() -> None:
    """Two ratios alike: the fewer edits win, so that a swap of neighbours finds its own name."""
    places = [hospital(1, "甲乙丙丁医院"), hospital(2, "丙甲乙丁医院")]
    assert best_match("乙甲丙丁医院", places)[0].id == "H0001"


def test_rarer_character_decides() -> None:
    """Equal in all else, the name that keeps the rarer character wins: 隆 says more than 东."""
    places = [
        hospital(1, "东阿县医院"),
        hospital(2, "化隆县医院"),
        hospital(3, "东山县医院"),
        hospital(4, "东海县医院"),
    ]
    assert best_match("东隆县医院", places)[0].id == "H0002"


@pytest.mark.parametrize(
    ("asked", "known", "score", "said"),
    [
        ("示例医院", "示例医院", 100, "名称相似度 100 分"),
        ("示例医院", "示例医院（东院）", 88, "名称相似度 100 分，减 12 分（其一为院区）"),
        ("示例医院（西院）", "示例医院（东院）", 80, "名称相似度 100 分，减 20 分（院区不同）"),
        ("示例市医院", "示例市中医院", 80, "名称相似度 90 分，减 10 分（医学类别不同）"),
        ("示例第一医院", "示例医院（原示例第一医院）", 92, "名称相似度 100 分，减 8 分（按别名）"),
    ],
)
def test_reasons(asked: str, known: str, score: int, said: str) -> None:
    """What was taken off is said, and the sum is right."""
    (found,) = best_match(asked, [hospital(1, known)])
    assert (found.score, found.why.text("zh")) == (score, said)


def test_division() -> None:
    """A division keeps to places in it, around it and unknown."""
    places = [
        hospital(1, "市妇幼保健院", "350100"),
        hospital(2, "市妇幼保健院", "350200"),
        hospital(3, "市妇幼保健院", "350000"),
        hospital(4, "市妇幼保健院"),
        hospital(5, "市妇幼保健院", "350203"),
    ]
    matcher = NameMatcher.of(places)
    ids = [one.id for one in matcher.best("市妇幼保健院", division="350200", k=9)]
    assert ids == ["H0002", "H0003", "H0004", "H0005"]
    assert matcher.best("市妇幼保健院", division="110000", k=9) == matcher.best("市妇幼保健院", division="110100", k=9)
    assert len(matcher.best("市妇幼保健院", k=9)) == 5


def test_persons_and_nobody() -> None:
    """A person's name is one key, without brackets taken apart; an empty name is never found, nor finds."""
    people = [Customer("D1", "示例医生（东院）", "doctor"), Customer("D2", "", "doctor")]
    assert [(one.id, one.score) for one in best_match("示例医生东院", people)] == [("D1", 100)]
    assert best_match("", people) == ()
    assert best_match("（）", people) == ()
    assert best_match("完全不同", people) == ()


def test_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """No positive count is an error; so is a missing package, which says what to install."""
    with pytest.raises(BadValue, match=r"lookup\.k"):
        best_match("示例", [], k=0)
    monkeypatch.setitem(__import__("sys").modules, "rapidfuzz.process", None)
    with pytest.raises(BadConfig, match=r"install pharmasales\[match\]"):
        best_match("示例", [hospital(1, "示例")])


def test_no_name_in_reprs() -> None:
    """Neither a matcher nor a match shows a name."""
    matcher = NameMatcher.of([hospital(1, "示例医院")])
    assert repr(matcher) == "NameMatcher(1 names)"
    assert "示例" not in repr(matcher.best("示例医院"))


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=8), NAMES)
def test_one_is_the_first_of_many(names: list[str], asked: str) -> None:
    """Law: looking for one, which starts with rare characters, finds the first of looking for three."""
    matcher = NameMatcher.of(hospital(number, name) for number, name in enumerate(names))
    assert matcher.best(asked, k=1) == matcher.best(asked, k=3)[:1]


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_own_name_first(names: list[str], chance: random.Random) -> None:
    """Law: a name finds a customer of that very name with 100, whatever the order of the archive."""
    places = [hospital(number, name) for number, name in enumerate(names)]
    mixed = chance.sample(places, len(places))
    for name, found in zip(names, best_match_many(names, mixed), strict=True):
        assert names[int(found[0].id[1:])] == name
        assert found[0].score == 100
    assert best_match_many(names, places) == best_match_many(names, mixed)
