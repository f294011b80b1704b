"""Looking up a dirty name (按名称查找): the customers whose names come nearest, ranked, each with its reason.

>>> from pharmasales.archive.customers import Customer
>>> places = [Customer("H1", "示例市人民医院", "hospital"), Customer("H2", "示例市中医院", "hospital")]
>>> [(found.id, found.score) for found in best_match("示例市医院", places, k=2)]
[('H1', 83), ('H2', 80)]
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from attrs import field, frozen

from pharmasales.archive.customers import Customer
from pharmasales.archive.kinds import is_person
from pharmasales.archive.likeness import Spelled, hundredths, place_path, shared, spelled, tokens
from pharmasales.display import Why, because
from pharmasales.errors import BadValue
from pharmasales.extras import need

__all__ = ["Match", "NameMatcher", "best_match", "best_match_many"]

_Pool: TypeAlias = tuple[list[str], Sequence[int]]
"""Some of the keys, and the place of each among all."""

_WEIGHED = 10  # so many of the nearest by ratio are weighed; the right one is among them or nowhere
_FLOOR = 40  # below this ratio two names have nothing to do with each other
_NEAREST = 84  # the best one is looked for from here on first, since rare characters lead there
_NOTHING: _Pool = ([], [])
_OTHER_CAMPUS = (20, because("another campus", "院区不同"))
_ONE_CAMPUS = (12, because("one of them is a campus", "其一为院区"))
_MEDICINE = (10, because("another kind of medicine", "医学类别不同"))
_ALIAS = (8, because("by another name of the place", "按别名"))

_Ranked: TypeAlias = tuple[int, int, int, int, bool]
"""Score, edits and rarest character lost, each so that less is better; the customer's place, and "by an alias"."""


@frozen
class Match:
    """One customer whose name comes near.

    Args:
        id: the customer's id.
        score: in whole hundredths; 100 is the same name.
        less: what was taken off the ratio of the names, each with its reason.
    """

    id: str
    score: int
    less: tuple[tuple[int, Why], ...] = ()

    @property
    def why(self) -> Why:
        """The ratio of the names, and what was taken off.

        >>> Match("H1", 92).why.text()
        'name ratio 92 of 100'
        """
        if not self.less:
            return because("name ratio {ratio} of 100", "名称相似度 {ratio} 分", ratio=self.score)
        cost = sum(cost for cost, _ in self.less)
        en, zh = "name ratio {ratio} of 100, less {cost}", "名称相似度 {ratio} 分，减 {cost} 分"
        return because(en, zh, *(why for _, why in self.less), ratio=self.score + cost, cost=cost)


@frozen(eq=False)
class _Choices:
    """The keys of some customers, side by side with where each comes from, and again by each character in them."""

    keys: list[str]
    owner: list[int]
    alias: list[bool]
    having: Mapping[tuple[str, int], _Pool]

    @classmethod
    def of(cls, names: Sequence[Spelled], chosen: Iterable[int]) -> _Choices:
        rows = [(text, at, text in names[at].aliases) for at in chosen for text in names[at].keys + names[at].aliases]
        having: dict[tuple[str, int], tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
        for spot, (text, _, _) in enumerate(rows):
            for token in tokens(text):
                keys, spots = having[token]
                keys.append(text)
                spots.append(spot)
        return cls([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], {**having})

    def everything(self) -> list[_Pool]:
        """Return all keys."""
        return [(self.keys, range(len(self.keys)))]

    def near(self, text: str) -> list[_Pool]:
        """Return where every key that near is: with those that share one of the rarest few characters.

        Nothing, where that would be hardly less than everything.
        """
        found = [self.having.get(token, _NOTHING) for token in tokens(text)]
        found.sort(key=lambda pool: len(pool[1]))
        few = found[: shared(len(text), _NEAREST)]
        return few if 2 * sum(len(spots) for _, spots in few) <= len(self.keys) else []


@frozen(repr=False, eq=False)
class NameMatcher:
    """Names made ready for looking up many others; build it with `NameMatcher.of`."""

    ids: Sequence[str]
    names: Sequence[Spelled]
    medicine: Sequence[str]
    places: Sequence[tuple[str, ...]]
    often: Counter[str]
    _everywhere: _Choices
    _within: dict[str, _Choices] = field(factory=dict, init=False)

    @classmethod
    def of(cls, customers: Iterable[Customer]) -> NameMatcher:
        """Make names ready; a customer without a name is never found.

        Args:
            customers: an archive, or some of its customers.
        """
        given = sorted(customers, key=lambda customer: customer.id)
        names = [spelled(one.name, person=is_person(one.kind)) for one in given]
        often = Counter(char for name in names for char in set(name.keys[0] if name.keys else ""))
        places = [place_path(customer.division) for customer in given]
        medicine = [name.medicine[:1] for name in names]
        return cls([one.id for one in given], names, medicine, places, often, _Choices.of(names, range(len(names))))

    def __repr__(self) -> str:
        return f"NameMatcher({len(self.ids)} names)"

    def best(self, name: str, *, division: str = "", k: int = 3) -> tuple[Match, ...]:
        """Return the `k` nearest, the best first; equal ones by the edits between them, then by id.

        Args:
            name: the name as somebody wrote it.
            division: keep to customers in this division, around it, or of unknown place; everywhere where left out.
            k: how many.

        Raises:
            BadValue: `k` is not positive.
            BadConfig: rapidfuzz is not installed.

        >>> from pharmasales.archive.customers import Customer
        >>> matcher = NameMatcher.of([Customer("H1", "示例医院（东院）", "hospital")])
        >>> matcher.best("示例医院")[0].why.text()
        'name ratio 100 of 100, less 12 (one of them is a campus)'
        """
        if k < 1:
            raise BadValue("at least one match is due", where="k", code="lookup.k")
        asked = spelled(name)
        choices = self._chosen(division)
        texts = asked.keys + asked.aliases
        near = [(text, choices.near(text)) for text in texts] if k == 1 else []
        best = self._best(asked, choices, near, _NEAREST, k) if all(pools for _, pools in near) else []
        if not best or -best[-1][0] < _NEAREST:
            best = self._best(asked, choices, [(text, choices.everything()) for text in texts], _FLOOR, k)
        return tuple(Match(self.ids[owner], -score, self._less(asked, owner, by)) for score, _, _, owner, by in best)

    def many(self, names: Iterable[str], *, k: int = 3) -> list[tuple[Match, ...]]:
        """Look up one name after the other.

        Raises:
            BadValue: `k` is not positive.
            BadConfig: rapidfuzz is not installed.
        """
        return [self.best(name, k=k) for name in names]

    def _chosen(self, division: str) -> _Choices:
        if not division:
            return self._everywhere
        if division not in self._within:
            path = place_path(division)
            near = [spot for spot, place in enumerate(self.places) if all(map(str.__eq__, place, path))]
            self._within[division] = _Choices.of(self.names, near)
        return self._within[division]

    def _best(
        self, asked: Spelled, choices: _Choices, among: Sequence[tuple[str, list[_Pool]]], cut: int, k: int
    ) -> list[_Ranked]:
        best: dict[int, _Ranked] = {}
        for text, pools in among:
            for pool in pools:
                for one in self._near(asked, text, pool, choices, cut, k):
                    if one[3] not in best or one < best[one[3]]:
                        best[one[3]] = one
        return sorted(best.values())[:k]

    def _near(self, asked: Spelled, text: str, pool: _Pool, choices: _Choices, cut: int, k: int) -> Iterator[_Ranked]:
        extract, scorer = need("rapidfuzz.process", "match").extract, need("rapidfuzz.fuzz", "match").ratio
        edits = need("rapidfuzz.distance", "match").OSA.distance
        chars, further = set(text), text in asked.aliases
        kept, seen, most = [0] * k, set[int](), max(_WEIGHED, 3 * k)
        for found, ratio, at in extract(text, pool[0], scorer=scorer, limit=most, score_cutoff=cut - 0.001):
            score = hundredths(ratio, len(text) + len(found))
            if score < kept[0]:  # the ratios only fall from here, and nothing is ever added to one
                return
            owner, alias = choices.owner[pool[1][at]], further or choices.alias[pool[1][at]]
            if alias or self.medicine[owner] or self.names[owner].campus != asked.campus:
                score -= sum(cost for cost, _ in self._less(asked, owner, alias))
            if owner not in seen:
                seen.add(owner)
                kept = sorted((*kept, score))[1:]
            lost = min([self.often.get(char, 0) for char in chars.difference(found)], default=len(self.ids))
            yield -score, edits(text, found), -lost, owner, alias

    def _less(self, asked: Spelled, owner: int, alias: bool) -> tuple[tuple[int, Why], ...]:
        """Say what is taken off: a campus is a place of its own, and a 中医院 is not meant where nobody wrote 中."""
        less, campus = [], self.names[owner].campus
        if asked.campus != campus:
            less.append(_OTHER_CAMPUS if asked.campus and campus else _ONE_CAMPUS)
        if self.medicine[owner] and self.medicine[owner] not in asked.keys[0]:
            less.append(_MEDICINE)
        if alias:
            less.append(_ALIAS)
        return tuple(less)


def best_match(name: str, customers: Iterable[Customer], *, division: str = "", k: int = 3) -> tuple[Match, ...]:
    """Return the customers whose names come nearest to a dirty one; `best_match_many` is faster for many.

    Raises:
        BadValue: `k` is not positive.
        BadConfig: rapidfuzz is not installed.

    >>> from pharmasales.archive.customers import Customer
    >>> best_match("ＥＸＡＭＰＬＥ hospitl", [Customer("H1", "Example Hospital", "hospital")])[0].score
    96
    """
    return NameMatcher.of(customers).best(name, division=division, k=k)


def best_match_many(names: Iterable[str], customers: Iterable[Customer], *, k: int = 3) -> list[tuple[Match, ...]]:
    """Look up many names at once, each as `best_match` does.

    Raises:
        BadValue: `k` is not positive.
        BadConfig: rapidfuzz is not installed.

    >>> from pharmasales.archive.customers import Customer
    >>> [found[0].id for found in best_match_many(["示例院"], [Customer("H1", "示例医院", "hospital")])]
    ['H1']
    """
    return NameMatcher.of(customers).many(names, k=k)
