"""Areas (地域): province > prefecture > county as plain ids, and the target hospitals in them.

>>> areas = Areas.of({"33": "", "3301": "33", "330106": "3301"}, {"H1": "330106", "H2": ""})
>>> areas.above("H1"), areas.level("3301"), areas.unplaced
(('H1', '330106', '3301', '33', ''), 'prefecture', ('H2',))
>>> areas.covers("33", "H1"), areas.covers("H1", "33")
(True, False)

The codes of `archive.divisions` fit: `Areas.of({place.code: place.parent for place in divisions})`.

Source: S000-2 (地市), S000-3 (target hospitals), S000-4 (levels of the network).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import frozen

from pharmasales.archive.rights import NATION
from pharmasales.display import Says
from pharmasales.errors import BadRows, BadTree, NotFound, PharmaSalesError
from pharmasales.names import nearest, normal_id, optional_id, twins

__all__ = ["AreaLevel", "Areas"]

AreaLevel: TypeAlias = Literal["nation", "province", "prefecture", "county", "hospital"]
"""What an area is, read off its place in the tree."""

_DEPTHS: tuple[AreaLevel, ...] = ("nation", "province", "prefecture", "county")


@frozen(repr=False)
class Areas:
    """The administrative tree, checked (地域树). Build it with `Areas.of`.

    Args:
        paths: for each area and placed hospital its id and all that it lies in, ending with "", the whole country.
        hospitals: ids of the placed hospitals.
        below: the areas right below each area, in the order given.
        unplaced: ids of hospitals whose area is not known.
    """

    paths: Mapping[str, tuple[str, ...]]
    hospitals: tuple[str, ...]
    below: Mapping[str, tuple[str, ...]]
    unplaced: tuple[str, ...]

    @classmethod
    def of(cls, parents: Mapping[str, str], hospitals: Mapping[str, str] | None = None) -> Areas:
        """Check the tree and keep it.

        Args:
            parents: for each area the one that it lies in; "" for a province.
            hospitals: for each target hospital its area, of whatever level; "" where it is not known.

        >>> Areas.of({"a": "b", "b": "a"})
        Traceback (most recent call last):
            ...
        pharmasales.errors.BadRows: the areas are no tree [rows]

        Raises:
            BadRows: twin ids, unknown parents, circles and areas below a county: all of them at once.
            BadValue: an empty id.
        """
        tree = {normal_id(area, "area"): optional_id(above) for area, above in parents.items()}
        placed = {normal_id(one, "hospital"): optional_id(area) for one, area in (hospitals or {}).items()}
        ids = [*parents, *(hospitals or {})]
        bad: list[PharmaSalesError] = [
            BadTree("twin ids", where=f"area {ids[second]!r}", hint=f"the first is {ids[first]!r}", code="rights.area")
            for first, second in twins(ids)
        ]
        bad += _strangers(tree, placed)
        paths: dict[str, tuple[str, ...]] = {"": ("",)}
        if not bad:
            bad += _walked(tree, paths)
        if bad:
            raise BadRows("the areas are no tree", bad)
        paths.update({one: (one, *paths[area]) for one, area in placed.items() if area})
        below: dict[str, list[str]] = {area: [] for area in ["", *tree]}
        for area, above in tree.items():
            below[above].append(area)
        known = tuple(one for one, area in placed.items() if area)
        lost = tuple(one for one, area in placed.items() if not area)
        return cls(paths, known, {area: tuple(found) for area, found in below.items()}, lost)

    def __repr__(self) -> str:
        return f"Areas({len(self.below) - 1} areas, {len(self.hospitals)} hospitals)"

    def __contains__(self, area: object) -> bool:
        return area in self.paths

    def above(self, area: str) -> tuple[str, ...]:
        """Return an area and all that it lies in, up to "", the whole country.

        Raises:
            NotFound: no such area.
        """
        found = self.paths.get(area)
        if found is None:
            hint = nearest(area, self.paths)
            raise NotFound("no such area", where=f"area {area!r}", hint=hint, code="rights.area")
        return found

    def covers(self, upper: str, lower: str) -> bool:
        """Whether an area is another or holds it."""
        return self.above(upper)[0] in self.above(lower)

    def level(self, area: str) -> AreaLevel:
        """Say what an area is."""
        depth = len(self.above(area)) - 1
        return _DEPTHS[depth] if area in self.below else "hospital"

    def of_level(self, level: AreaLevel) -> tuple[str, ...]:
        """Return all areas of a level, in the order given."""
        if level == "hospital":
            return self.hospitals
        depth = _DEPTHS.index(level) + 1
        return tuple(area for area in self.below if len(self.paths[area]) == depth)


def said(area: str) -> str | Says:
    """Return the id of an area, or the whole country in words."""
    return area or NATION


def _strangers(tree: Mapping[str, str], placed: Mapping[str, str]) -> list[PharmaSalesError]:
    named = [*tree.items(), *placed.items()]
    return [
        BadTree("unknown area above", where=f"area {one!r}", hint="add it or correct it", code="rights.area")
        for one, above in named
        if above and above not in tree
    ]


def _walked(tree: Mapping[str, str], paths: dict[str, tuple[str, ...]]) -> list[PharmaSalesError]:
    """Put the path of every area into `paths`; return what leads to no province within three levels."""
    bad: list[PharmaSalesError] = []
    for area in tree:
        path = [area]
        while tree[path[-1]] and len(path) < len(_DEPTHS):
            path.append(tree[path[-1]])
        if len(path) < len(_DEPTHS):
            paths[area] = (*path, "")
        else:
            shown = f"no province within three levels: {' > '.join(path)}"
            bad.append(
                BadTree(shown, where=f"area {area!r}", hint="province > prefecture > county", code="rights.area")
            )
    return bad
