"""`[channel]` of `pharmasales.toml` (四流看板): the days in transit, and from where figures are watched and acted on.

>>> found = channel_settings(Section({"transit_days": 10, "limits": {"dso": {"watch_over": 45}}}, "channel"))
>>> found.transit_days, found.limits["dso"].state(46)
(10, 'watch')
>>> channel_settings(Section({"limits": {"dos": {"watch_over": 45}}}, "channel"))
Traceback (most recent call last):
    ...
pharmasales.errors.BadConfig: no such figure @ channel.limits.dos; did you mean "dso"? [board.figure]
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, fields, frozen

from pharmasales.channel.board.catalogue import BOARD_FIGURES
from pharmasales.channel.board.figures import BoardLimit
from pharmasales.errors import BadConfig
from pharmasales.names import nearest
from pharmasales.units import share
from pharmasales.workspace.section import Section

__all__ = ["TEMPLATE", "ChannelSettings", "channel_settings"]

TEMPLATE = """
[channel]
# transit_days = 7                 # by how many days invoice, goods and book of one sale may lie apart
# limits = {}                      # of figures, as { stock_days = { act_below = 7, watch_over = 60 } }; others stay
"""
"""What a new `pharmasales.toml` says of it."""

_DAYS = 7
_MOST = 366
_BOUNDS = tuple(one.name for one in fields(BoardLimit))


@frozen
class ChannelSettings:
    """What a company decides of the channel board.

    Args:
        transit_days: by how many days the papers of one sale may lie apart, and how long a missing one is waited for.
        limits: the bounds of the figures that differ from those to begin with.
    """

    transit_days: int = _DAYS
    limits: Mapping[str, BoardLimit] = field(factory=dict)


def channel_settings(section: Section) -> ChannelSettings:
    """Read `[channel]`.

    Raises:
        BadConfig: an unknown key, figure or bound, bounds out of order, or days out of range.
    """
    days = section.take("transit_days", int, _DAYS)
    if not 0 <= days <= _MOST:
        where, hint = section.path("transit_days"), f"whole days from 0 to {_MOST}"
        raise BadConfig("days out of range", where=where, hint=hint, code="config.choice")
    listed = section.section("limits")
    found = {key: _limit(listed, key) for key in listed.data}
    section.done()
    return ChannelSettings(days, found)


def _limit(listed: Section, key: str) -> BoardLimit:
    if key not in BOARD_FIGURES:
        hint = nearest(key, BOARD_FIGURES)
        raise BadConfig("no such figure", where=listed.path(key), hint=hint, code="board.figure")
    given = listed.section(key)
    bounds = {name: given.read(name, share, None) for name in _BOUNDS}
    given.done()
    return listed.reading(key, lambda _: BoardLimit(**bounds), None)
