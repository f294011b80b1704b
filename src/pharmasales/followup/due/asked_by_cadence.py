"""What a cadence asks for (频率到期): the next contact over each channel, its window and its reason.

>>> from pharmasales.followup.due.followed import Touch
>>> from pharmasales.followup.due.tables import BY_CLASS
>>> seen = Followed("c1", "r1", "B", date(2026, 1, 5), touches=[Touch(date(2026, 3, 2))])
>>> need = next(asked_by_cadence(seen, BY_CLASS, date(2026, 3, 20)))
>>> need.since.isoformat(), need.until.isoformat(), need.why.head()
('2026-03-17', '2026-03-25', 'last face to face on 2026-03-02: due after 15 days, at the latest after 23')
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pharmasales.display import Why, because
from pharmasales.followup.channels import CONTACT_CHANNELS
from pharmasales.followup.due.followed import Followed
from pharmasales.followup.due.needs import Need, last_touch
from pharmasales.followup.due.rows import CadenceRow
from pharmasales.followup.due.table import CadenceTable

__all__ = ["asked_by_cadence"]


def asked_by_cadence(followed: Followed, table: CadenceTable, as_of: date) -> Iterator[Need]:
    """Yield what the cadence of a customer asks for by a day, channel by channel.

    A row for executives holds only where an executive joins. Who was never contacted is due from the first day on which
    the rep followed it up.

    Raises:
        BadRule: no row fits the class and stage.
    """
    if followed.peripheral:
        return
    last = last_touch(followed, as_of)
    for row in table.rows_for(followed.grade, followed.stage):
        if row.due_after is None or row.longest_gap is None or not followed.who(row.layer):
            continue
        seen = last.get((row.channel, row.layer))
        since = followed.since if seen is None else seen + timedelta(days=row.due_after)
        if since <= as_of:
            yield _need(followed, row, seen, since)


def _need(followed: Followed, row: CadenceRow, seen: date | None, since: date) -> Need:
    begun = seen or followed.since
    until = begun + timedelta(days=row.longest_gap or 0)
    own = row.channel if row.layer == "owner" else f"{row.channel}/{row.layer}"
    why = _why(row, seen, followed.since)
    return Need(followed.customer, "cadence", own, row.channel, "academic", since, until, why, begun, row.layer)


def _why(row: CadenceRow, seen: date | None, since: date) -> Why:
    channel = CONTACT_CHANNELS[row.channel]
    if seen is None:
        en, zh = "no {channel} yet, followed up since {since}", "尚无{channel}，自 {since} 起跟进"
        return because(en, zh, row.why, channel=channel, since=since)
    return because(
        "last {channel} on {seen}: due after {days} days, at the latest after {most}",
        "上次{channel} {seen}：{days} 天后到期，最迟 {most} 天",
        row.why,
        channel=channel,
        seen=seen,
        days=row.due_after,
        most=row.longest_gap,
    )
