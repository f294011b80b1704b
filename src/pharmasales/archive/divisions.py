"""Administrative divisions (行政区划): found by code, or by the names that real files write.

The data are the caller's: `Division`s with their codes (GB/T 2260: two digits a province, four a city, six a county).
Names are matched with or without their suffix (省, 市, 区, 县, 州 ...) and under whatever is known above them; a name
that several places bear is a question that names them, never a guess. City rows that stand for nothing of their own
(市辖区, 省直辖县级行政区划) are read through to the province.

>>> china = Divisions.of([
...     Division("11", "北京市"), Division("1101", "市辖区"), Division("110105", "朝阳区"),
...     Division("22", "吉林省"), Division("2201", "长春市"), Division("220104", "朝阳区"),
... ])
>>> china.find(province="北京", city="北京市", county="朝阳").division
Division(code='110105', name='朝阳区', parent='1101')
>>> [china.label(place.code) for place in china.find(county="朝阳区").candidates]
['北京市朝阳区', '吉林省长春市朝阳区']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pharmasales.archive.division_names import PlaceName, names_no_place, place_name, reads_through
from pharmasales.display import Says, Why, because
from pharmasales.errors import BadRows, BadValue, NotFound, PharmaSalesError
from pharmasales.names import clean, fold
from pharmasales.org import Node, Org

__all__ = ["COUNTRY", "Division", "DivisionLevel", "Divisions", "Located", "uncoded"]

DivisionLevel: TypeAlias = Literal["province", "city", "county"]

COUNTRY = "CN"
"""The id of the country in the region tree."""

_LEVELS: tuple[DivisionLevel, ...] = ("province", "city", "county")
_CODE = re.compile(r"(?:\d\d){1,3}", re.ASCII)
_FOUND = because("found by name", "按名称找到")
_ITSELF = because("names the place above, no other", "所写即上级本身，未另指他处")
_EMPTY = because("no name is given", "未写名称")
_SEVERAL = Says("several places bear this name: {places}", "多处同名：{places}")
_RANK = Says("the name is there with another rank: {places}", "名称相同而级别不同：{places}")
_PART = Says("perhaps short for {places}", "可能是{places}的简称")
_NONE = Says("no place of this name; sure as far as: {places}", "查无此名；可确定到：{places}")
_SHOWN = 6
_REMEMBERED = 20_000


def _code(text: str) -> str:
    """Return a code without the zeros that stand for nothing, or the names that stand for it."""
    code = _bare(text)
    if _CODE.fullmatch(code) or (not code[:1].isdigit() and all(map(fold, code.split("/"))) and code.count("/") < 3):
        return code
    hint = "two, four or six digits, or names such as 台湾省/台北市"
    raise BadValue("no code of a division", where="division code", hint=hint, code="division.code")


def _bare(text: str) -> str:
    code = clean(text, "division code").strip()
    code = fold(code) if code[:1].isdigit() else code
    while len(code) > 2 and code.isdigit() and code.endswith("00"):
        code = code[:-2]
    return code


def _optional_code(text: str) -> str:
    return _code(text) if text else ""


@frozen
class Division:
    """One administrative division (行政区划).

    Args:
        code: two, four or six digits; closing zeros are dropped, so that 110000 is 11 and 110100 is 1101. A division
            without a code goes by its names: `台湾省/台北市/大安区`.
        name: its official name.
        parent: the code of the one above; as its own code says where left out.

    Raises:
        BadValue: no such code, or a refused character.

    >>> Division("110000", "北京市").code, Division("110105", "朝阳区").parent, Division("110105", "朝阳区").level
    ('11', '1101', 'county')
    """

    code: str = field(converter=_code)
    name: str = field(converter=clean)
    parent: str = field(converter=_optional_code)

    @parent.default
    def _above(self) -> str:
        return self.code[:-2] if self.code.isdigit() else self.code.rpartition("/")[0]

    @property
    def level(self) -> DivisionLevel:
        """Whether it is a province (省), a city (市) or a county (区县)."""
        return _LEVELS[len(self.code) // 2 - 1 if self.code.isdigit() else self.code.count("/")]

    @property
    def through(self) -> bool:
        """Whether it stands for nothing of its own, such as 市辖区, and reads through to the one above.

        >>> Division("1101", "市辖区").through, Division("4290", "省直辖县级行政区划").through
        (True, True)
        """
        return self.level == "city" and reads_through(self.name)


def uncoded(names: Mapping[str, Mapping[str, Iterable[str]]]) -> list[Division]:
    """Return the divisions of nested names that have no codes: province, city, county.

    >>> [place.code for place in uncoded({"澳门特别行政区": {"澳门半岛": ["大堂区"]}})]
    ['澳门特别行政区', '澳门特别行政区/澳门半岛', '澳门特别行政区/澳门半岛/大堂区']
    """
    return [
        Division("/".join(path), path[-1])
        for province, cities in names.items()
        for path in [(province,), *_paths(province, cities)]
    ]


def _paths(province: str, cities: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    for city, counties in cities.items():
        yield province, city
        yield from ((province, city, county) for county in counties)


@frozen
class Located:
    """What the names of a place lead to.

    Args:
        division: the place, or none where it is a question.
        candidates: the places that it may be, where it is a question; there may be none.
        reached: how far the names are sure; the place itself where there is no question.
        why: the reason.
    """

    division: Division | None
    candidates: tuple[Division, ...]
    reached: Division | None
    why: Why = field(repr=False)

    @property
    def verdict(self) -> Literal["known", "question"]:
        """Whether exactly one place is meant."""
        return "known" if self.division else "question"


@frozen(repr=False, eq=False)
class Divisions:
    """All divisions, checked together. Build it with `Divisions.of`."""

    known: Mapping[str, Division]
    short: Mapping[str, str]
    named: Mapping[str, Sequence[Division]]
    starting: Mapping[str, Sequence[Division]]
    _asked: dict[tuple[str, str, str], Located] = field(factory=dict, init=False)

    @classmethod
    def of(cls, rows: Iterable[Division], *, short: Mapping[str, str] | None = None) -> Divisions:
        """Check the divisions and keep them.

        A row that repeats a city as its own only county (441900 东莞市) is that city.

        Args:
            rows: provinces, cities and counties in any order.
            short: further names of divisions, by name: `{"巴州": "6528"}`.

        Raises:
            BadRows: twin codes, unknown parents, and parents that are no higher, all at once.
            NotFound: a further name for a division that does not exist.
        """
        given = list(rows)
        known = {row.code: row for row in reversed(given) if row.parent != row.code}
        bad: list[PharmaSalesError] = [
            BadValue("two divisions of one code", where=f"code {row.code!r}", code="division.twins")
            for row in given
            if row.code in known and fold(known[row.code].name) != fold(row.name)
        ]
        bad += [
            BadValue("unknown or no higher parent", where=f"code {row.code!r}", hint="add it", code="division.parent")
            for row in given
            if not _hangs(row, known)
        ]
        known = {row.code: known[row.code] for row in given if row.code in known}
        if bad:
            raise BadRows("the divisions are no tree", bad)
        named = _index(known.values(), lambda name: name.stems)
        made = cls(known, {}, named, _index(known.values(), lambda name: name.whole[:1]))
        return evolve(made, short={place_name(name).whole: made.get(code).code for name, code in (short or {}).items()})

    def __len__(self) -> int:
        return len(self.known)

    def __iter__(self) -> Iterator[Division]:
        return iter(self.known.values())

    def __repr__(self) -> str:
        return f"Divisions({len(self)})"

    def get(self, code: str) -> Division:
        """Return the division of a code of two, four or six digits; closing zeros do not matter.

        >>> Divisions.of([Division("11", "北京市")]).get("110000").name
        '北京市'

        Raises:
            NotFound: no such division: a wrong code, or one that the data no longer or not yet hold.
        """
        found = self.known.get(_bare(code))
        if found is None:
            shown = f"code {_bare(code)!r}" if _CODE.fullmatch(_bare(code)) else "division code"
            raise NotFound("no such division", where=shown, hint="codes change with the years", code="division.code")
        return found

    def path(self, code: str) -> list[Division]:
        """Return the divisions from the province down to this one, without those that are read through.

        Raises:
            NotFound: no such division.
        """
        found = [one for one in self._chain(self.get(code)) if not one.through]
        return found[::-1]

    def label(self, code: str) -> str:
        """Return its full name: 湖北省武汉市江岸区.

        Raises:
            NotFound: no such division.
        """
        return "".join(one.name for one in self.path(code))

    def within(self, code: str, ancestor: str) -> bool:
        """Whether a division is another one or lies in it.

        >>> china = Divisions.of([Division("11", "北京市"), Division("1101", "市辖区"), Division("110105", "朝阳区")])
        >>> china.within("110105", "110000"), china.within("11", "110105")
        (True, False)

        Raises:
            NotFound: no such division.
        """
        return self.get(ancestor) in self._chain(self.get(code))

    def tree(self, *, name: str = "中国") -> Org:
        """Return the region tree (区域树): country > province > city > county, without those that are read through.

        >>> china = Divisions.of([Division("11", "北京市"), Division("1101", "市辖区"), Division("110105", "朝阳区")])
        >>> [node.name for node in china.tree().path("110105")]
        ['中国', '北京市', '朝阳区']
        """
        nodes = [Node(COUNTRY, name, "country")]
        for one in self:
            if not one.through:
                above = self.path(one.code)[:-1]
                nodes.append(Node(one.code, one.name, one.level, above[-1].code if above else COUNTRY))
        return Org.of(nodes)

    def find(self, *, province: str = "", city: str = "", county: str = "") -> Located:
        """Return the place of these names, as far as exactly one is meant.

        Each name is looked for below the one before; an empty one is skipped. The suffix may be left out; a suffix of
        another rank (监利县 for 监利市) is a question, and so is a part of a name (巴州) unless `short` knows it.

        Raises:
            BadValue: a control character.
        """
        names = (province, city, county)
        located = self._asked.get(names)
        if located is None:
            located = self._look(names)
            if len(self._asked) < _REMEMBERED:
                self._asked[names] = located
        return located

    def _look(self, names: tuple[str, str, str]) -> Located:
        here: tuple[Division, ...] = ()
        why = _EMPTY
        for level, written in zip(_LEVELS, names, strict=True):
            if fold(clean(written, level)):
                below = self._step(here, level, written)
                if not below:
                    return self._unfound(here, level, place_name(written))
                here, why = below, _ITSELF if below == here else _FOUND
        if len(here) > 1:
            return self._question((), here, _SEVERAL)
        return Located(here[0] if here else None, (), here[0] if here else None, why)

    def _step(self, here: tuple[Division, ...], level: DivisionLevel, written: str) -> tuple[Division, ...]:
        """Return the places of a name below `here`; `here` itself where the name says no other."""
        for name in self._readings(here, written):
            found = self._matching(here, level, name)
            if found or names_no_place(name):
                return found or here
        return ()

    def _readings(self, here: tuple[Division, ...], written: str) -> Iterator[PlaceName]:
        """Yield a name as written, then without the names of the places above in front of it."""
        name = place_name(written)
        yield name
        rest = name.whole
        for above in self.path(here[0].code) if len(here) == 1 else ():
            leads = sorted(place_name(above.name).stems, key=len, reverse=True)
            rest = next((rest[len(x) :] for x in leads if rest.startswith(x) and len(rest) > len(x) + 1), rest)
        if rest != name.whole:
            yield place_name(rest)

    def _matching(self, here: tuple[Division, ...], level: DivisionLevel, name: PlaceName) -> tuple[Division, ...]:
        """Return the places that bear the whole name, else those that bear it but for the suffix."""
        if name.whole in self.short:
            return tuple(self._inside(here, [self.known[self.short[name.whole]]]))
        near = self._sharing(here, name)
        own = [one for one in near if one in here or (not here and one.level == "province" and level != "county")]
        cities, counties = ([x for x in near if x.level == rank and x not in own] for rank in ("city", "county"))
        whole = {"province": [own], "city": [cities, own, counties], "county": [counties, own]}[level]
        loose = [[*counties, *own]] if level == "county" else whole
        for pool in whole:
            if found := tuple(one for one in pool if place_name(one.name).whole == name.whole):
                return found
        for pool in loose:
            if found := tuple(one for one in pool if name.fits(place_name(one.name))):
                return found
        return ()

    def _sharing(self, here: tuple[Division, ...], name: PlaceName) -> list[Division]:
        """Return the places in `here` that have a stem in common with a name, each once."""
        sharing = {one.code: one for stem in name.stems for one in self.named.get(stem, ())}
        return list(self._inside(here, sharing.values()))

    def _inside(self, here: tuple[Division, ...], places: Iterable[Division]) -> Iterator[Division]:
        for place in places:
            if not here or any(above in here for above in self._chain(place)):
                yield place

    def _chain(self, place: Division) -> list[Division]:
        """Return a place and all above it, those that are read through included."""
        found = [place]
        while found[-1].parent:
            found.append(self.known[found[-1].parent])
        return found

    def _unfound(self, here: tuple[Division, ...], level: DivisionLevel, name: PlaceName) -> Located:
        """Make the question of a name that no place bears: of another rank, shortened, or unknown."""
        levels = _LEVELS[1:] if level == "city" else (level,)
        others = [one for one in self._sharing(here, name) if one.level in levels]
        if others:
            return self._question(here, others, _RANK)
        alike = self.starting.get(name.whole[0], ())
        longer = [one for one in alike if one.level in levels and name.shortens(place_name(one.name))]
        places = list(self._inside(here, longer))
        return self._question(here, places, _PART if places else _NONE)

    def _question(self, here: tuple[Division, ...], places: Sequence[Division], why: Says) -> Located:
        labels = [self.label(one.code) for one in (places or here)[:_SHOWN]]
        return Located(
            None, tuple(places), here[0] if len(here) == 1 else None, Why(why, {"places": "、".join(labels)})
        )


def _hangs(row: Division, known: Mapping[str, Division]) -> bool:
    """Whether a row has a higher one above it, is a province, or repeats a known city."""
    if not row.parent or row.parent == row.code:
        return row.level == "province" or row.code in known
    above = known.get(row.parent)
    return above is not None and _LEVELS.index(above.level) < _LEVELS.index(row.level)


def _index(places: Iterable[Division], keys: Callable[[PlaceName], Iterable[str]]) -> dict[str, list[Division]]:
    """Index the places that stand for something by keys of their names."""
    found: dict[str, list[Division]] = {}
    for place in places:
        for key in () if place.through else keys(place_name(place.name)):
            found.setdefault(key, []).append(place)
    return found
