"""Travel (行程): how far it is from place to place, as the crow flies; a proxy, never a route.

>>> base, one, other = Point("31.2304", "121.4737"), Point("31.2397", "121.4998"), Point("31.2197", "121.4456")
>>> base.metres(one), way({"": base, "h1": one, "h2": other}, "", ["h1", "h2"])
(2688, 11226)

Source: issue 7, travel proxy (hospitals a day, distance where coordinates are given).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import asin, cos, radians, sin, sqrt

from attrs import field, frozen

from pharmasales.errors import BadValue
from pharmasales.units import Number, exact, half_up

__all__ = ["Point", "way"]

_EARTH = 6_371_009
"""The mean radius of the Earth in metres (IUGG)."""

_MICRO = 10**6


def _micro(value: Number) -> int:
    return half_up(exact(value) * _MICRO)


@frozen
class Point:
    """Where a place lies (坐标), in millionths of a degree.

    Args:
        latitude: degrees north, -90 to 90, as text or `Decimal`; south is negative.
        longitude: degrees east, -180 to 180; west is negative.

    >>> Point("31.2304", "121.4737").latitude
    31230400
    >>> Point("121.4737", "31.2304")
    Traceback (most recent call last):
        ...
    pharmasales.errors.BadValue: latitude out of range; -90 to 90 [followup.point]

    Raises:
        BadValue: degrees out of range, or not exact.
    """

    latitude: int = field(converter=_micro)
    longitude: int = field(converter=_micro)

    @latitude.validator
    def _north(self, _attribute: object, value: int) -> None:
        if abs(value) > 90 * _MICRO:
            raise BadValue("latitude out of range", hint="-90 to 90", code="followup.point")

    @longitude.validator
    def _east(self, _attribute: object, value: int) -> None:
        if abs(value) > 180 * _MICRO:
            raise BadValue("longitude out of range", hint="-180 to 180", code="followup.point")

    def metres(self, other: Point) -> int:
        """Return the distance along the great circle (haversine), in whole metres."""
        north, south = radians(self.latitude / _MICRO), radians(other.latitude / _MICRO)
        across = radians((self.longitude - other.longitude) / _MICRO)
        chord = sin((north - south) / 2) ** 2 + cos(north) * cos(south) * sin(across / 2) ** 2
        return int(2 * _EARTH * asin(min(1.0, sqrt(chord))) + 0.5)


def way(points: Mapping[str, Point], base: str, places: Iterable[str]) -> int | None:
    """Return the metres of a day: from the base to the nearest place, on to the nearest of the rest, and back.

    Args:
        points: where the places lie.
        base: where the day begins and ends.
        places: where somebody is visited, each once or more.

    Returns:
        Whole metres; missing where the base or a place has no point. Of places equally near the lower id comes first.
    """
    left = sorted(set(places))
    if not left:
        return 0
    if any(place not in points for place in (base, *left)):
        return None
    here, metres = points[base], 0
    while left:
        ahead = min(left, key=lambda place: here.metres(points[place]))
        metres += here.metres(points[ahead])
        here = points[ahead]
        left.remove(ahead)
    return metres + here.metres(points[base])
